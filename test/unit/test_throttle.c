/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Counting tries in memory of fixed size. */

#include "auth/throttle.h"

#include "core/rand.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static int64_t take(hearth__throttle *t, const char *who, int64_t now_s)
{
    return hearth__throttle_take(t, who, strlen(who), now_s);
}

static void give(hearth__throttle *t, const char *who, bool all)
{
    hearth__throttle_give(t, who, strlen(who), all);
}

static void open_throttle(hearth__throttle *t, int64_t most)
{
    ck_assert_int_eq(hearth__rand_init(), 0);
    ck_assert(hearth__throttle_init(t, HEARTH__THROTTLE_STRIPES, most, 100));
}

START_TEST(past_the_last_try_he_waits_until_the_window_is_over)
{
    hearth__throttle t;

    open_throttle(&t, 3);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(take(&t, "ada", 1000 + i), 0);
    ck_assert_int_eq(take(&t, "ada", 1003), 97);
    ck_assert_int_eq(take(&t, "bob", 1003), 0);
    ck_assert_int_eq(take(&t, "ada", 1099), 1);
    ck_assert_int_eq(take(&t, "ada", 1100), 0);
    hearth__throttle_clear(&t);
}
END_TEST

START_TEST(a_success_is_no_try)
{
    hearth__throttle t;

    open_throttle(&t, 2);
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(take(&t, "ada", 1000), 0);
        give(&t, "ada", false);
    }
    ck_assert_int_eq(take(&t, "ada", 1000), 0);
    ck_assert_int_eq(take(&t, "ada", 1000), 0);
    ck_assert_int_ne(take(&t, "ada", 1000), 0);
    give(&t, "ada", true);
    ck_assert_int_eq(take(&t, "ada", 1000), 0);
    give(&t, "nobody", true);
    hearth__throttle_clear(&t);
}
END_TEST

START_TEST(a2_a_million_addresses_need_no_more_memory_and_free_nobody)
{
    hearth__throttle t;
    char who[32];

    open_throttle(&t, 5);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(take(&t, "guesser", 1000), 0);
    for (int i = 0; i < 1000000; i++) {
        snprintf(who, sizeof who, "address %d", i);
        (void)take(&t, who, 1001);
    }
    ck_assert_int_ne(take(&t, "guesser", 1002), 0);
    ck_assert_uint_eq(t.nsets, HEARTH__THROTTLE_STRIPES);
    hearth__throttle_clear(&t);
}
END_TEST

#define THREADS 8

static void *guess(void *arg)
{
    intptr_t got = 0;

    for (int i = 0; i < 1000; i++)
        got += take(arg, "ada", 1000) == 0;
    return (void *)got;
}

START_TEST(a2_many_at_once_have_no_more_tries)
{
    hearth__throttle t;
    pthread_t threads[THREADS];
    intptr_t all = 0;

    open_throttle(&t, 10);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, guess, &t), 0);
    for (int i = 0; i < THREADS; i++) {
        void *got;

        pthread_join(threads[i], &got);
        all += (intptr_t)got;
    }
    ck_assert_int_eq(all, 10);
    hearth__throttle_clear(&t);
}
END_TEST

SUITE("auth/throttle",
      TEST(past_the_last_try_he_waits_until_the_window_is_over) TEST(a_success_is_no_try)
          TEST(a2_a_million_addresses_need_no_more_memory_and_free_nobody)
              TEST(a2_many_at_once_have_no_more_tries))
