/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/bucket.h"
#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define SECOND INT64_C(1000000)

/* Ten tokens, one a second. */
static const hearth__rate ten = {SECOND, 10 * SECOND};

static hearth__drawn take(hearth__buckets *b, const char *key, int64_t n, int64_t now_us)
{
    return hearth__buckets_take(b, &ten, key, strlen(key), n, now_us);
}

START_TEST(a_bucket_gives_what_it_holds_and_fills_as_time_goes_by)
{
    hearth__buckets *b = hearth__buckets_new(100);
    int64_t now = 5 * SECOND;

    for (int i = 0; i < 10; i++) {
        hearth__drawn t = take(b, "a", 1, now);

        ck_assert(t.ok);
        ck_assert_int_eq(t.left, 9 - i);
        ck_assert_int_eq(t.full_us, (i + 1) * SECOND);
        ck_assert_int_eq(t.retry_us, 0);
    }
    hearth__drawn t = take(b, "a", 1, now + SECOND / 4);

    ck_assert(!t.ok);
    ck_assert_int_eq(t.left, 0);
    ck_assert_int_eq(t.retry_us, SECOND * 3 / 4);
    ck_assert(!take(b, "a", 1, now + SECOND - 1).ok);
    ck_assert(take(b, "a", 1, now + SECOND).ok);
    ck_assert(!take(b, "a", 1, now + SECOND).ok);
    ck_assert(take(b, "b", 1, now).ok);
    ck_assert_int_eq(take(b, "a", 1, now + 1000 * SECOND).left, 9);
    hearth__buckets_free(b);
}
END_TEST

START_TEST(several_tokens_are_had_at_once_or_not_at_all)
{
    hearth__buckets *b = hearth__buckets_new(1);

    ck_assert(take(b, "a", 7, 0).ok);
    ck_assert(!take(b, "a", 4, 0).ok);
    ck_assert_int_eq(take(b, "a", 4, 0).retry_us, SECOND);
    ck_assert(take(b, "a", 3, 0).ok);
    ck_assert_int_eq(take(b, "b", 11, 0).retry_us, INT64_MAX);
    hearth__buckets_free(b);
}
END_TEST

START_TEST(what_is_given_back_can_be_had_again)
{
    hearth__buckets *b = hearth__buckets_new(1);

    hearth__buckets_give(b, &ten, "a", 1, 1); /* nobody's */
    ck_assert(take(b, "a", 10, 5 * SECOND).ok);
    hearth__buckets_give(b, &ten, "a", 1, 1);
    ck_assert(take(b, "a", 1, 5 * SECOND).ok);
    ck_assert(!take(b, "a", 1, 5 * SECOND).ok);
    for (int i = 0; i < 100; i++) /* no more than it holds */
        hearth__buckets_give(b, &ten, "a", 1, 1);
    ck_assert_int_eq(take(b, "a", 1, 5 * SECOND).left, 9);
    hearth__buckets_free(b);
}
END_TEST

START_TEST(a_refilled_bucket_is_full)
{
    hearth__buckets *b = hearth__buckets_new(16);

    ck_assert(take(b, "a", 10, 0).ok);
    hearth__buckets_refill(b, "a", 1);
    hearth__buckets_refill(b, "unknown", 7);
    ck_assert(take(b, "a", 10, 0).ok);
    hearth__buckets_free(b);
}
END_TEST

/* One set, so that the ninth key throws one out. */
START_TEST(who_is_thrown_out_gains_nothing)
{
    hearth__buckets *b = hearth__buckets_new(8);
    char key[16];

    for (int i = 0; i < 8; i++) {
        snprintf(key, sizeof key, "%d", i);
        ck_assert(take(b, key, 3 + (i > 0), 0).ok);
    }
    hearth__drawn t = take(b, "new", 1, 0); /* in the place of 0, which had 7 left */

    ck_assert(t.ok);
    ck_assert_int_eq(t.left, 6);
    ck_assert_int_le(take(b, "0", 1, 0).left, 6); /* again, and thrown out another */
    for (int i = 1; i < 8; i++) {
        snprintf(key, sizeof key, "%d", i);
        ck_assert_int_le(take(b, key, 1, 0).left, 5);
    }
    ck_assert_int_eq(take(b, "later", 1, 100 * SECOND).left, 9); /* the crowd is gone */
    hearth__buckets_free(b);
}
END_TEST

START_TEST(who_is_refused_throws_nobody_out)
{
    hearth__buckets *b = hearth__buckets_new(8);
    char key[16];

    for (int i = 0; i < 8; i++) {
        snprintf(key, sizeof key, "%d", i);
        ck_assert(take(b, key, 9, 0).ok);
    }
    ck_assert(!take(b, "new", 11, 0).ok);
    for (int i = 0; i < 8; i++) {
        snprintf(key, sizeof key, "%d", i);
        ck_assert_int_eq(take(b, key, 1, 0).left, 0);
    }
    ck_assert(!take(b, "new", 1, 0).ok);
    hearth__buckets_free(b);
}
END_TEST

/* No key of a million ever has more than its tokens, in a table for 4096. */
START_TEST(a2_a_million_keys_gain_nothing_and_take_no_more_memory)
{
    hearth__buckets *b = hearth__buckets_new(4096);
    long had = 0;

    for (int i = 0; i < 10; i++)
        ck_assert(take(b, "guesser", 1, 0).ok);
    for (unsigned i = 0; i < 1000000; i++)
        had += hearth__buckets_take(b, &ten, &i, sizeof i, 1, 0).ok;
    ck_assert_int_gt(had, 4096);
    ck_assert_int_le(had, 10 * 4096);
    ck_assert(!take(b, "guesser", 1, 0).ok);
    hearth__buckets_free(b);
}
END_TEST

typedef struct crowd {
    hearth__buckets *b;
    long had;
} crowd;

static void *grab(void *arg)
{
    crowd *c = arg;

    for (int i = 0; i < 5000; i++)
        c->had += take(c->b, i % 2 == 0 ? "x" : "y", 1, 0).ok;
    return NULL;
}

START_TEST(threads_together_get_no_more_than_one)
{
    crowd c[4];
    pthread_t t[4];
    hearth__buckets *b = hearth__buckets_new(64);
    long had = 0;

    for (int i = 0; i < 4; i++) {
        c[i] = (crowd){b, 0};
        ck_assert_int_eq(pthread_create(&t[i], NULL, grab, &c[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(t[i], NULL);
        had += c[i].had;
    }
    ck_assert_int_eq(had, 20);
    hearth__buckets_free(b);
}
END_TEST

SUITE("core/bucket",
      TEST(a_bucket_gives_what_it_holds_and_fills_as_time_goes_by)
          TEST(several_tokens_are_had_at_once_or_not_at_all)
              TEST(what_is_given_back_can_be_had_again) TEST(a_refilled_bucket_is_full)
                  TEST(who_is_thrown_out_gains_nothing)
                      TEST(who_is_refused_throws_nobody_out)
                          TEST(a2_a_million_keys_gain_nothing_and_take_no_more_memory)
                              TEST(threads_together_get_no_more_than_one))
