/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Randomness: it is there and not the same twice. */
#include "suite.h"

#include "core/rand.h"

#include <pthread.h>
#include <string.h>

START_TEST(preparing_may_be_repeated)
{
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(hearth__rand_init(), 0);
}
END_TEST

static void *init(void *result)
{
    *(int *)result = hearth__rand_init();
    return NULL;
}

START_TEST(preparing_may_happen_on_any_thread)
{
    pthread_t threads[4];
    int results[4] = {-1, -1, -1, -1};

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, init, &results[i]), 0);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(results[i], 0);
    }
}
END_TEST

START_TEST(bytes_fill_what_was_asked_for_and_no_more)
{
    unsigned char p[66], seen[66] = {0};

    ck_assert_int_eq(hearth__rand_init(), 0);
    for (int round = 0; round < 64; round++) {
        memset(p, 0, sizeof p);
        hearth__rand_bytes(p + 1, (size_t)_i);
        for (int i = 0; i < 66; i++)
            seen[i] |= p[i];
    }
    for (int i = 0; i < 66; i++)
        ck_assert_int_eq(seen[i] != 0, i >= 1 && i <= _i);
}
END_TEST

START_TEST(numbers_do_not_repeat)
{
    uint64_t v[100], ones = 0, zeroes = 0;

    ck_assert_int_eq(hearth__rand_init(), 0);
    for (int i = 0; i < 100; i++) {
        v[i] = hearth__rand_u64();
        ones |= v[i];
        zeroes |= ~v[i];
        for (int k = 0; k < i; k++)
            ck_assert_uint_ne(v[i], v[k]);
    }
    ck_assert_uint_eq(ones, UINT64_MAX); /* every bit was both */
    ck_assert_uint_eq(zeroes, UINT64_MAX);
}
END_TEST

START_TEST(a_hash_is_of_its_bytes_and_its_key)
{
    static const uint64_t a[2] = {1, 2}, b[2] = {1, 3};
    uint64_t h = hearth__rand_hash("abc", 3, a);

    ck_assert_uint_eq(hearth__rand_hash("abcd", 3, a), h);
    ck_assert_uint_ne(hearth__rand_hash("abd", 3, a), h);
    ck_assert_uint_ne(hearth__rand_hash("abc", 2, a), h);
    ck_assert_uint_ne(hearth__rand_hash("abc", 3, b), h);
}
END_TEST

SUITE("core/rand",
      TEST(preparing_may_be_repeated) TEST(preparing_may_happen_on_any_thread)
          LOOP(bytes_fill_what_was_asked_for_and_no_more, 0, 65)
              TEST(numbers_do_not_repeat) TEST(a_hash_is_of_its_bytes_and_its_key))
