/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The timer wheel.  Time is counted in ticks since the wheel was made; a tick is a number
 * of ten digits to the base 64, and every digit has a ring of 64 slots.  A timer waits in
 * the ring of the highest digit in which its tick differs from the current one, and moves
 * to a lower ring when that digit is reached.  A bit per slot says which are in use, so
 * the next event is found without walking, however far time jumps.
 */

#include "net/timer.h"

#include <stdlib.h>

#define BITS   6
#define SLOTS  64
#define LEVELS 10 /* 60 bits; a tick never has more than 58 */

struct hearth__wheel {
    int64_t base_ms;
    uint64_t tick;  /* timers up to this one have fired */
    uint64_t floor; /* nothing new is armed up to this one: while run() works, its end */
    uint64_t used[LEVELS]; /* a bit for every slot that is not empty */
    /* Heads of circular lists; due_ms of a head is the number of its slot, -1 for
     * `firing`. */
    hearth__timer slot[LEVELS * SLOTS];
    hearth__timer firing;
};

static void list_init(hearth__timer *head, int64_t number)
{
    head->next = head;
    head->prev = head;
    head->due_ms = number;
}

static void list_append(hearth__timer *head, hearth__timer *t)
{
    t->next = head;
    t->prev = head->prev;
    head->prev->next = t;
    head->prev = t;
}

/* Rounded up, so that a timer never fires early. */
static uint64_t tick_of(const hearth__wheel *w, int64_t due_ms)
{
    uint64_t passed = due_ms <= w->base_ms ? 0 : (uint64_t)due_ms - (uint64_t)w->base_ms;

    return passed / HEARTH__TICK_MS + (passed % HEARTH__TICK_MS != 0);
}

/* tick > w->tick. */
static void place(hearth__wheel *w, hearth__timer *t, uint64_t tick)
{
    unsigned level = (63U - (unsigned)__builtin_clzll(tick ^ w->tick)) / BITS;
    unsigned digit = (unsigned)(tick >> (level * BITS)) & (SLOTS - 1U);

    list_append(&w->slot[level * SLOTS + digit], t);
    w->used[level] |= UINT64_C(1) << digit;
}

static void clear_slot(hearth__wheel *w, int64_t number)
{
    w->used[number / SLOTS] &= ~(UINT64_C(1) << (number % SLOTS));
}

/* The earliest tick at which a slot is reached.  A slot in use lies ahead of the current
 * digit of its ring, and a lower ring ends before the next slot of a higher one is
 * reached. */
static bool next_event(const hearth__wheel *w, uint64_t *tick, unsigned *slot)
{
    for (unsigned level = 0; level < LEVELS; level++) {
        if (w->used[level] == 0)
            continue;
        unsigned digit = (unsigned)__builtin_ctzll(w->used[level]);
        unsigned shift = level * BITS;
        uint64_t above = w->tick >> (shift + BITS) << (shift + BITS);

        *tick = above | (uint64_t)digit << shift;
        *slot = level * SLOTS + digit;
        return true;
    }
    return false;
}

hearth__wheel *hearth__wheel_new(int64_t now_ms)
{
    hearth__wheel *w = calloc(1, sizeof(*w));

    if (w == NULL)
        return NULL;
    w->base_ms = now_ms;
    for (int i = 0; i < LEVELS * SLOTS; i++)
        list_init(&w->slot[i], i);
    list_init(&w->firing, -1);
    return w;
}

void hearth__wheel_free(hearth__wheel *w)
{
    free(w);
}

bool hearth__timer_armed(const hearth__timer *t)
{
    return t->next != NULL;
}

void hearth__timer_stop(hearth__wheel *w, hearth__timer *t)
{
    if (t->next == NULL)
        return;
    t->next->prev = t->prev;
    t->prev->next = t->next;
    if (t->next == t->prev && t->next->due_ms >= 0) /* it was the last one of a slot */
        clear_slot(w, t->next->due_ms);
    t->next = NULL;
    t->prev = NULL;
}

void hearth__timer_set(hearth__wheel *w, hearth__timer *t, int64_t due_ms)
{
    int64_t earliest = w->base_ms + (int64_t)(w->floor * HEARTH__TICK_MS) + 1;

    hearth__timer_stop(w, t);
    /* What is due already fires with the next tick, never within the same run(): a
     * callback that arms its timer for now must not keep run() busy. */
    t->due_ms = due_ms < earliest ? earliest : due_ms;
    place(w, t, tick_of(w, t->due_ms));
}

/* The current tick has reached a slot: fire what is due, move the rest to lower rings.
 * The list is taken first, because callbacks may stop any timer in it. */
static void empty_slot(hearth__wheel *w, unsigned slot)
{
    hearth__timer *head = &w->slot[slot];
    hearth__timer *firing = &w->firing;

    firing->next = head->next;
    firing->prev = head->prev;
    firing->next->prev = firing;
    firing->prev->next = firing;
    list_init(head, slot);
    clear_slot(w, slot);

    while (firing->next != firing) {
        hearth__timer *t = firing->next;
        uint64_t tick = tick_of(w, t->due_ms);

        hearth__timer_stop(w, t);
        if (tick > w->tick)
            place(w, t, tick);
        else
            t->fn(t);
    }
}

void hearth__wheel_run(hearth__wheel *w, int64_t now_ms)
{
    uint64_t passed = now_ms <= w->base_ms ? 0 : (uint64_t)now_ms - (uint64_t)w->base_ms;
    uint64_t end = passed / HEARTH__TICK_MS;
    uint64_t tick;
    unsigned slot;

    if (end <= w->tick)
        return;
    w->floor = end;
    while (next_event(w, &tick, &slot) && tick <= end) {
        w->tick = tick;
        empty_slot(w, slot);
    }
    w->tick = end;
}

int64_t hearth__wheel_next(const hearth__wheel *w, int64_t now_ms)
{
    uint64_t passed = now_ms <= w->base_ms ? 0 : (uint64_t)now_ms - (uint64_t)w->base_ms;
    uint64_t tick;
    unsigned slot;

    if (!next_event(w, &tick, &slot))
        return -1;
    uint64_t at = tick * HEARTH__TICK_MS;

    if (at <= passed)
        return 0;
    return at - passed > INT64_MAX ? INT64_MAX : (int64_t)(at - passed);
}
