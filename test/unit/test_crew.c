/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Chores: in order, at their time, by hand and by threads, and what a stop does to them. */

#include "core/clock.h"
#include "gate.h"
#include "net/crew.h"
#include "suite.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define CHORES 50

typedef struct chore {
    hearth__chore chore; /* first: it is cast back */
    int number;
    hearth__crew *again; /* hand it in once more, or NULL */
    gate *gate;
} chore;

static char trail[256];
static atomic_int ran, dropped;

static void run(hearth__chore *j)
{
    chore *c = (chore *)j;
    hearth__crew *again = c->again;

    if (c->gate != NULL)
        gate_pass(c->gate);
    if (c->number >= 0)
        snprintf(trail + strlen(trail), sizeof trail - strlen(trail), "%d ", c->number);
    atomic_fetch_add(&ran, 1);
    c->again = NULL;
    if (again != NULL)
        hearth__crew_do(again, j);
}

static void drop(hearth__chore *j)
{
    (void)j;
    atomic_fetch_add(&dropped, 1);
}

static chore chore_of(int number)
{
    return (chore){.chore = {.run = run, .drop = drop}, .number = number};
}

static hearth__crew *crew(int threads)
{
    hearth__crew *w = hearth__crew_new();

    trail[0] = '\0';
    ran = dropped = 0;
    ck_assert_ptr_nonnull(w);
    ck_assert_int_eq(hearth__crew_start(w, threads), 0);
    return w;
}

START_TEST(by_hand_everything_runs_in_order_when_it_is_due)
{
    static const int64_t due[] = {50, 10, 30, 20, 40, 10};
    hearth__crew *w = crew(0);
    chore c[8];

    for (int i = 0; i < 6; i++) {
        c[i] = chore_of(i);
        ck_assert_int_eq(hearth__crew_at(w, &c[i].chore, due[i]), 0);
    }
    for (int i = 6; i < 8; i++) {
        c[i] = chore_of(i);
        hearth__crew_do(w, &c[i].chore);
    }
    c[6].again = w;
    ck_assert_int_eq(hearth__crew_run(w, 9), 10);
    ck_assert_str_eq(trail, "6 7 6 ");
    ck_assert_int_eq(hearth__crew_run(w, 30), 40);
    ck_assert(strcmp(trail, "6 7 6 1 5 3 2 ") == 0 ||
              strcmp(trail, "6 7 6 5 1 3 2 ") == 0);
    ck_assert_int_eq(hearth__crew_run(w, 1000), -1);
    ck_assert_int_eq(ran, 9);
    hearth__crew_settle(w);
    hearth__crew_free(w);
    ck_assert_int_eq(dropped, 0);
}
END_TEST

START_TEST(one_thread_keeps_the_order)
{
    hearth__crew *w = crew(1);
    chore c[9];
    size_t left;

    for (int i = 0; i < 9; i++) {
        c[i] = chore_of(i);
        hearth__crew_do(w, &c[i].chore);
    }
    hearth__crew_settle(w);
    ck_assert_str_eq(trail, "0 1 2 3 4 5 6 7 8 ");
    ck_assert_int_eq(hearth__crew_stop(w, 1000, &left), 0);
    ck_assert_uint_eq(left, 0);
    hearth__crew_free(w);
}
END_TEST

START_TEST(as_many_run_at_once_as_there_are_threads)
{
    gate g = GATE_INIT;
    hearth__crew *w = crew(4);
    chore c[8];
    size_t left;

    for (int i = 0; i < 8; i++) {
        c[i] = chore_of(-1);
        c[i].gate = &g;
        hearth__crew_do(w, &c[i].chore);
    }
    gate_await(&g, 4);
    ck_assert_int_eq(g.entered, 4);
    gate_open(&g);
    ck_assert_int_eq(hearth__crew_stop(w, 60000, &left), 0);
    ck_assert_int_eq(ran, 8);
    hearth__crew_free(w);
}
END_TEST

START_TEST(threads_wait_for_what_is_due_later)
{
    gate g = GATE_INIT;
    hearth__crew *w = crew(2);
    chore late = chore_of(-1), soon = chore_of(-1);
    int64_t now = hearth__clock_us();
    size_t left;

    soon.gate = &g;
    ck_assert_int_eq(hearth__crew_at(w, &late.chore, now + INT64_C(3600000000)), 0);
    ck_assert_int_eq(hearth__crew_at(w, &soon.chore, now + 2000), 0);
    gate_await(&g, 1);
    ck_assert_int_ge(hearth__clock_us(), now + 2000);
    gate_open(&g);
    ck_assert_int_eq(hearth__crew_stop(w, 60000, &left), 0);
    ck_assert_uint_eq(left, 1);
    ck_assert_int_eq(ran, 1);
    ck_assert_int_eq(dropped, 1);
    hearth__crew_free(w);
}
END_TEST

START_TEST(a_stop_waits_drops_and_says_what_is_stuck)
{
    gate g = GATE_INIT;
    hearth__crew *w = crew(1);
    chore stuck = chore_of(-1), behind = chore_of(-1), later = chore_of(-1);
    size_t left;

    stuck.gate = &g;
    hearth__crew_do(w, &stuck.chore);
    hearth__crew_do(w, &behind.chore);
    gate_await(&g, 1);
    ck_assert_int_eq(hearth__crew_stop(w, 1, &left), HEARTH_ETIMEOUT);
    ck_assert_uint_eq(left, 1);
    ck_assert_int_eq(hearth__crew_at(w, &later.chore, 1), HEARTH_EUNAVAILABLE);
    gate_open(&g);
    ck_assert_int_eq(hearth__crew_stop(w, 60000, &left), 0);
    ck_assert_uint_eq(left, 0);
    ck_assert_int_eq(ran, 1);
    ck_assert_int_eq(dropped, 1);
    hearth__crew_free(w);
}
END_TEST

START_TEST(what_came_before_the_start_is_done_after_it)
{
    hearth__crew *w = hearth__crew_new();
    chore c = chore_of(-1), d = chore_of(-1);
    size_t left;

    ran = dropped = 0;
    hearth__crew_do(w, &c.chore);
    ck_assert_int_eq(hearth__crew_start(w, 2), 0);
    hearth__crew_settle(w);
    ck_assert_int_eq(ran, 1);
    ck_assert_int_eq(hearth__crew_stop(w, 1000, &left), 0);
    hearth__crew_open(w);
    hearth__crew_do(w, &d.chore);
    ck_assert_int_eq(hearth__crew_start(w, 2), 0);
    hearth__crew_settle(w);
    ck_assert_int_eq(ran, 2);
    ck_assert_int_eq(hearth__crew_stop(w, 1000, &left), 0);
    hearth__crew_do(w, &c.chore);
    hearth__crew_free(w);
    ck_assert_int_eq(dropped, 1);
    hearth__crew_free(NULL);
}
END_TEST

START_TEST(many_come_due_in_any_order)
{
    hearth__crew *w = crew(0);
    static chore c[CHORES];
    int64_t last = 0;

    for (int i = 0; i < CHORES; i++) {
        c[i] = chore_of(-1);
        ck_assert_int_eq(hearth__crew_at(w, &c[i].chore, (i * 37) % CHORES + 1), 0);
    }
    for (int64_t now = 0, next; (next = hearth__crew_run(w, now)) >= 0; now = next) {
        ck_assert_int_gt(next, last);
        last = next;
    }
    ck_assert_int_eq(ran, CHORES);
    ck_assert_int_eq(last, CHORES);
    hearth__crew_free(w);
}
END_TEST

SUITE("net/crew",
      TEST(by_hand_everything_runs_in_order_when_it_is_due)
          TEST(one_thread_keeps_the_order) TEST(as_many_run_at_once_as_there_are_threads)
              TEST(threads_wait_for_what_is_due_later)
                  TEST(a_stop_waits_drops_and_says_what_is_stuck)
                      TEST(what_came_before_the_start_is_done_after_it)
                          TEST(many_come_due_in_any_order))
