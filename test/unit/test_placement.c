/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/placement.h"
#include "suite.h"

#include <pthread.h>

#define SHORT (HEARTH__PLACE_SHORT_US - 1)
#define LONG  (HEARTH__PLACE_LONG_US + 1)

/* n short runs on a worker, none of which moves the route. */
static void stays(hearth__placement *p, int n)
{
    for (int i = 0; i < n; i++) {
        ck_assert_int_eq(hearth__placement_ran(p, false, SHORT), HEARTH__STAYED);
        ck_assert(!hearth__placement_inline(p));
    }
}

static void moves_inline_after(hearth__placement *p, int n)
{
    stays(p, n - 1);
    ck_assert_int_eq(hearth__placement_ran(p, false, SHORT), HEARTH__MOVED_INLINE);
    ck_assert(hearth__placement_inline(p));
}

START_TEST(a_route_starts_on_workers)
{
    hearth__placement p;

    hearth__placement_init(&p, HEARTH_AUTO);
    ck_assert(!hearth__placement_inline(&p));
}
END_TEST

START_TEST(what_the_route_says_never_changes)
{
    hearth__placement on_reactor, on_worker;

    hearth__placement_init(&on_reactor, HEARTH_INLINE);
    hearth__placement_init(&on_worker, HEARTH_WORKER);
    for (int i = 0; i < 200; i++) {
        ck_assert_int_eq(hearth__placement_ran(&on_reactor, true, LONG), HEARTH__STAYED);
        ck_assert_int_eq(hearth__placement_ran(&on_worker, false, 0), HEARTH__STAYED);
    }
    ck_assert(hearth__placement_inline(&on_reactor));
    ck_assert(!hearth__placement_inline(&on_worker));
}
END_TEST

START_TEST(enough_short_runs_in_a_row_move_it_to_the_reactor)
{
    hearth__placement p;

    hearth__placement_init(&p, HEARTH_AUTO);
    moves_inline_after(&p, HEARTH__PLACE_RUNS);
}
END_TEST

START_TEST(one_run_that_is_not_short_starts_the_count_anew)
{
    hearth__placement p;

    hearth__placement_init(&p, HEARTH_AUTO);
    stays(&p, HEARTH__PLACE_RUNS - 1);
    ck_assert_int_eq(hearth__placement_ran(&p, false, HEARTH__PLACE_SHORT_US),
                     HEARTH__STAYED);
    moves_inline_after(&p, HEARTH__PLACE_RUNS);
}
END_TEST

START_TEST(a_run_up_to_the_limit_does_not_send_it_back)
{
    hearth__placement p;

    hearth__placement_init(&p, HEARTH_AUTO);
    moves_inline_after(&p, HEARTH__PLACE_RUNS);
    ck_assert_int_eq(hearth__placement_ran(&p, true, 0), HEARTH__STAYED);
    ck_assert_int_eq(hearth__placement_ran(&p, true, HEARTH__PLACE_LONG_US),
                     HEARTH__STAYED);
    ck_assert(hearth__placement_inline(&p));
}
END_TEST

START_TEST(one_long_run_on_the_reactor_sends_it_back)
{
    hearth__placement p;

    hearth__placement_init(&p, HEARTH_AUTO);
    moves_inline_after(&p, HEARTH__PLACE_RUNS);
    ck_assert_int_eq(hearth__placement_ran(&p, true, LONG), HEARTH__MOVED_WORKER);
    ck_assert(!hearth__placement_inline(&p));
}
END_TEST

START_TEST(the_hold_doubles_with_every_return_up_to_its_limit)
{
    hearth__placement p;
    int hold = 1;

    hearth__placement_init(&p, HEARTH_AUTO);
    for (int i = 0; i < 13; i++) {
        moves_inline_after(&p, HEARTH__PLACE_RUNS * hold);
        ck_assert_int_eq(hearth__placement_ran(&p, true, LONG), HEARTH__MOVED_WORKER);
        hold = hold * 2 > HEARTH__PLACE_HOLD ? HEARTH__PLACE_HOLD : hold * 2;
    }
    ck_assert_int_eq(hold, HEARTH__PLACE_HOLD);
}
END_TEST

START_TEST(late_runs_from_the_other_side_change_nothing)
{
    hearth__placement p;

    hearth__placement_init(&p, HEARTH_AUTO);
    moves_inline_after(&p, HEARTH__PLACE_RUNS);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(hearth__placement_ran(&p, false, SHORT), HEARTH__STAYED);
    ck_assert_int_eq(hearth__placement_ran(&p, true, LONG), HEARTH__MOVED_WORKER);
    /* Two reactors were in it: only the first sends it back and doubles the hold. */
    ck_assert_int_eq(hearth__placement_ran(&p, true, LONG), HEARTH__STAYED);
    moves_inline_after(&p, HEARTH__PLACE_RUNS * 2);
}
END_TEST

START_TEST(a_zeroed_placement_is_a_fresh_one)
{
    hearth__placement p = {.wanted = HEARTH_AUTO};

    moves_inline_after(&p, HEARTH__PLACE_RUNS);
}
END_TEST

#define THREADS 4
#define ROUNDS  20000

typedef struct crowd {
    hearth__placement place;
    atomic_int in, out;
} crowd;

static void *visitor(void *arg)
{
    crowd *c = arg;

    for (int i = 0; i < ROUNDS; i++) {
        bool on_reactor = hearth__placement_inline(&c->place);
        int64_t took = on_reactor && i % 97 == 0 ? LONG : 0;

        switch (hearth__placement_ran(&c->place, on_reactor, took)) {
        case HEARTH__MOVED_INLINE:
            c->in++;
            break;
        case HEARTH__MOVED_WORKER:
            c->out++;
            break;
        case HEARTH__STAYED:
            break;
        }
    }
    return NULL;
}

START_TEST(of_many_threads_one_makes_each_move)
{
    crowd c;
    pthread_t thread[THREADS];

    hearth__placement_init(&c.place, HEARTH_AUTO);
    atomic_init(&c.in, 0);
    atomic_init(&c.out, 0);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, visitor, &c), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    /* Moves alternate, so they are balanced by where the route is now. */
    ck_assert_int_ge(c.in, 1);
    ck_assert_int_eq(c.in - c.out, hearth__placement_inline(&c.place));
}
END_TEST

SUITE("app/placement",
      TEST(a_route_starts_on_workers) TEST(what_the_route_says_never_changes)
          TEST(enough_short_runs_in_a_row_move_it_to_the_reactor)
              TEST(one_run_that_is_not_short_starts_the_count_anew)
                  TEST(a_run_up_to_the_limit_does_not_send_it_back)
                      TEST(one_long_run_on_the_reactor_sends_it_back)
                          TEST(the_hold_doubles_with_every_return_up_to_its_limit)
                              TEST(late_runs_from_the_other_side_change_nothing)
                                  TEST(a_zeroed_placement_is_a_fresh_one)
                                      TEST(of_many_threads_one_makes_each_move))
