/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The wheel against a model that looks at every timer, over random operations and jumps
 * of time. */

#include "suite.h"

#include "net/timer.h"

#define TIMERS 150
#define STEPS  700

struct probe {
    hearth__timer timer;
    int64_t asked_ms; /* what it was armed for */
    bool armed;
    int fired;
};

static hearth__wheel *wheel;
static struct probe probes[TIMERS];
static int64_t now_ms, tick_ms, base_ms;
static uint64_t seed;
static bool wild; /* callbacks arm and stop timers */

static uint64_t draw(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

/* From a few milliseconds to decades, all scales alike; sometimes in the past. */
static int64_t draw_span(void)
{
    static const uint64_t scales[] = {4,    64,     65,       1000,
                                      4097, 300000, 20000000, 2000000000000};
    int64_t span = (int64_t)draw(scales[draw(sizeof(scales) / sizeof(scales[0]))]);

    return draw(10) == 0 ? -(span % 100000) : span;
}

static void on_probe(hearth__timer *t);

static void arm(struct probe *p, int64_t due_ms)
{
    p->asked_ms = due_ms;
    p->armed = true;
    p->timer.fn = on_probe;
    hearth__timer_set(wheel, &p->timer, due_ms);
    ck_assert(hearth__timer_armed(&p->timer));
}

static void disarm(struct probe *p)
{
    p->armed = false;
    hearth__timer_stop(wheel, &p->timer);
    ck_assert(!hearth__timer_armed(&p->timer));
}

static int64_t tick_end(int64_t due_ms)
{
    int64_t passed = due_ms - base_ms;

    return passed <= 0 ? 0 : (passed + HEARTH__TICK_MS - 1) / HEARTH__TICK_MS;
}

static void on_probe(hearth__timer *t)
{
    struct probe *p = (struct probe *)(void *)t;

    ck_assert(p->armed);
    ck_assert(!hearth__timer_armed(t));
    ck_assert_int_le(p->asked_ms, now_ms);
    ck_assert_int_le(tick_ms, tick_end(t->due_ms));
    tick_ms = tick_end(t->due_ms);
    p->armed = false;
    p->fired++;
    if (!wild)
        return;
    if (draw(3) == 0)
        arm(p, now_ms + draw_span());
    if (draw(3) == 0)
        disarm(&probes[draw(TIMERS)]);
    if (draw(3) == 0)
        arm(&probes[draw(TIMERS)], now_ms + draw_span());
}

static void begin(int64_t at, uint64_t with_seed)
{
    for (int i = 0; i < TIMERS; i++)
        probes[i] = (struct probe){0};
    now_ms = base_ms = at;
    seed = with_seed;
    wild = false;
    wheel = hearth__wheel_new(at);
    ck_assert_ptr_nonnull(wheel);
}

static void run_at(int64_t at)
{
    now_ms = at;
    tick_ms = 0;
    hearth__wheel_run(wheel, at);
}

/* None late, and the wheel wakes up in time for the first. */
static void agrees_with_the_model(void)
{
    int64_t next = hearth__wheel_next(wheel, now_ms);
    bool any = false;

    for (int i = 0; i < TIMERS; i++) {
        const struct probe *p = &probes[i];

        ck_assert(p->armed == hearth__timer_armed(&p->timer));
        if (!p->armed)
            continue;
        any = true;
        /* Armed for the past or now: it fires with the next tick. */
        ck_assert_int_lt(now_ms, p->timer.due_ms + HEARTH__TICK_MS);
        ck_assert_int_ge(next, 0);
        ck_assert_int_le(now_ms + next, p->timer.due_ms + HEARTH__TICK_MS);
    }
    ck_assert(any == (next >= 0));
}

START_TEST(random_operations_agree_with_a_naive_model)
{
    begin(_i % 2 == 0 ? 0 : 1234567, 88172645463325252U + (uint64_t)_i);
    wild = _i % 4 >= 2;
    for (int step = 0; step < STEPS; step++) {
        struct probe *p = &probes[draw(TIMERS)];

        switch (draw(4)) {
        case 0:
        case 1:
            arm(p, now_ms + draw_span());
            break;
        case 2:
            disarm(p);
            break;
        default:
            run_at(now_ms + (int64_t)draw(draw(50) == 0 ? 400000000 : 300));
            agrees_with_the_model();
        }
    }
    hearth__wheel_free(wheel);
}
END_TEST

START_TEST(sleeping_for_next_finds_every_deadline_in_few_steps)
{
    begin(1000, 77);
    for (int n = 0; n < 300; n++) {
        int64_t due = now_ms + 1 + (int64_t)draw(UINT64_C(1) << draw(45));
        int steps = 0;

        arm(&probes[0], due);
        while (probes[0].armed) {
            int64_t next = hearth__wheel_next(wheel, now_ms);

            ck_assert_int_ge(next, 0);
            ck_assert_int_lt(steps, 12);
            steps++;
            run_at(now_ms + next);
        }
        ck_assert_int_ge(now_ms, due);
        ck_assert_int_le(now_ms, due + HEARTH__TICK_MS);
        ck_assert_int_eq(hearth__wheel_next(wheel, now_ms), -1);
    }
    hearth__wheel_free(wheel);
}
END_TEST

START_TEST(a_jump_of_years_fires_all_in_order)
{
    begin(0, 5);
    for (int i = 0; i < TIMERS; i++)
        arm(&probes[i], (int64_t)draw(UINT64_C(3000000000000)));
    run_at(INT64_C(4000000000000)); /* on_probe checks the order */
    for (int i = 0; i < TIMERS; i++)
        ck_assert_int_eq(probes[i].fired, 1);
    hearth__wheel_free(wheel);
}
END_TEST

START_TEST(moving_a_timer_forgets_the_old_deadline)
{
    begin(0, 1);
    arm(&probes[0], 100);
    arm(&probes[0], 100000);
    run_at(50000);
    ck_assert_int_eq(probes[0].fired, 0);
    arm(&probes[0], 51000);
    run_at(51064);
    ck_assert_int_eq(probes[0].fired, 1);
    run_at(200000);
    ck_assert_int_eq(probes[0].fired, 1);
    hearth__wheel_free(wheel);
}
END_TEST

START_TEST(stopping_the_last_timer_leaves_nothing_to_wake_for)
{
    begin(0, 1);
    for (int64_t due = 1; due < INT64_C(1) << 50; due *= 3) {
        arm(&probes[0], due);
        ck_assert_int_ge(hearth__wheel_next(wheel, 0), 0);
        disarm(&probes[0]);
        disarm(&probes[0]);
        ck_assert_int_eq(hearth__wheel_next(wheel, 0), -1);
    }
    hearth__wheel_free(wheel);
}
END_TEST

static void again_at_once(hearth__timer *t)
{
    struct probe *p = (struct probe *)(void *)t;

    p->fired++;
    hearth__timer_set(wheel, t, now_ms - 5000);
}

START_TEST(a_callback_that_arms_for_now_fires_once_a_run)
{
    begin(0, 1);
    probes[0].timer.fn = again_at_once;
    hearth__timer_set(wheel, &probes[0].timer, 10);
    run_at(1000000);
    ck_assert_int_eq(probes[0].fired, 1);
    run_at(1000000 + HEARTH__TICK_MS);
    ck_assert_int_eq(probes[0].fired, 2);
    hearth__wheel_free(wheel);
}
END_TEST

static void free_self(hearth__timer *t)
{
    free(t);
}

START_TEST(a_callback_may_free_its_timer)
{
    begin(0, 1);
    for (int i = 0; i < 50; i++) {
        hearth__timer *t = calloc(1, sizeof(*t));

        ck_assert_ptr_nonnull(t);
        t->fn = free_self;
        hearth__timer_set(wheel, t, i * 7);
    }
    run_at(10000);
    ck_assert_int_eq(hearth__wheel_next(wheel, now_ms), -1);
    hearth__wheel_free(wheel);
}
END_TEST

static void stop_the_other(hearth__timer *t)
{
    probes[(struct probe *)(void *)t == &probes[0] ? 1 : 0].armed = false;
    hearth__timer_stop(wheel, &probes[t == &probes[0].timer ? 1 : 0].timer);
    ((struct probe *)(void *)t)->fired++;
}

START_TEST(a_timer_stopped_by_one_of_the_same_tick_stays_silent)
{
    begin(0, 1);
    for (int i = 0; i < 2; i++) {
        arm(&probes[i], 30);
        probes[i].timer.fn = stop_the_other;
    }
    run_at(64);
    ck_assert_int_eq(probes[0].fired + probes[1].fired, 1);
    hearth__wheel_free(wheel);
}
END_TEST

START_TEST(time_that_goes_back_does_nothing)
{
    begin(1000000, 1);
    arm(&probes[0], 1000100);
    run_at(5);
    ck_assert_int_eq(probes[0].fired, 0);
    now_ms = 1000128;
    run_at(1000128);
    ck_assert_int_eq(probes[0].fired, 1);
    run_at(1000000);
    arm(&probes[0], 1000001);
    run_at(1000000 + 3 * HEARTH__TICK_MS);
    ck_assert_int_eq(probes[0].fired, 2);
    hearth__wheel_free(wheel);
}
END_TEST

START_TEST(the_farthest_deadline_is_accepted)
{
    begin(0, 1);
    arm(&probes[0], INT64_MAX);
    ck_assert_int_gt(hearth__wheel_next(wheel, 0), INT64_C(1) << 60);
    run_at(INT64_C(1) << 60);
    ck_assert_int_eq(probes[0].fired, 0);
    hearth__wheel_free(wheel);
    hearth__wheel_free(NULL);
}
END_TEST

SUITE("net/timer",
      LOOP(random_operations_agree_with_a_naive_model, 0,
           40) TEST(sleeping_for_next_finds_every_deadline_in_few_steps)
          TEST(a_jump_of_years_fires_all_in_order)
              TEST(moving_a_timer_forgets_the_old_deadline)
                  TEST(stopping_the_last_timer_leaves_nothing_to_wake_for)
                      TEST(a_callback_that_arms_for_now_fires_once_a_run)
                          TEST(a_callback_may_free_its_timer)
                              TEST(a_timer_stopped_by_one_of_the_same_tick_stays_silent)
                                  TEST(time_that_goes_back_does_nothing)
                                      TEST(the_farthest_deadline_is_accepted))
