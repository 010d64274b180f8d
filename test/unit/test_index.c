/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/index.h"
#include "core/buf.h"
#include "suite.h"

#include <stdio.h>

static void *get(const hearth__index *x, const char *key)
{
    hearth_str s = hearth__str_of(key);

    return hearth__index_get(x, s, hearth__index_hash(s));
}

START_TEST(an_empty_index_holds_nothing)
{
    hearth__index x = {0};

    ck_assert_ptr_null(get(&x, ""));
    ck_assert_ptr_null(get(&x, "a"));
}
END_TEST

START_TEST(thousands_of_keys_are_all_found)
{
    hearth__arena a;
    hearth__index x = {0};
    static char key[3000][24];

    hearth__arena_init(&a, 0);
    for (int i = 0; i < 3000; i++) {
        snprintf(key[i], sizeof key[i], "%.*s%d", i % 9, "abcdefghi", i);
        ck_assert_int_eq(hearth__index_put(&x, &a, hearth__str_of(key[i]), key[i]), 0);
        ck_assert_uint_eq(x.n, (size_t)i + 1);
        ck_assert_uint_ge(x.mask + 1, x.n * 2);
    }
    for (int i = 0; i < 3000; i++) {
        char other[32];

        ck_assert_ptr_eq(get(&x, key[i]), key[i]);
        snprintf(other, sizeof other, "%s!", key[i]);
        ck_assert_ptr_null(get(&x, other));
    }
    hearth__arena_clear(&a);
}
END_TEST

/* Keys that differ in one character, wherever it is, are what routes have. */
static const char *const families[] = {"%d",
                                       "r%d",
                                       "%dr",
                                       "static%d",
                                       "v%d-static",
                                       "longer-than-eight-%d",
                                       "%d-longer-than-eight"};

START_TEST(keys_that_are_alike_do_not_gather)
{
    hearth__arena a;
    hearth__index x = {0};
    static char key[1000][32];
    size_t steps = 0;

    hearth__arena_init(&a, 0);
    for (int i = 0; i < 1000; i++) {
        hearth__buf b;

        hearth__buf_over(&b, key[i], sizeof key[i]);
        for (const char *c = families[_i]; *c != '\0'; c++) {
            if (*c == '%')
                hearth__buf_int(&b, i), c++;
            else
                hearth__buf_char(&b, *c);
        }
        ck_assert_int_eq(hearth__index_put(&x, &a, hearth__str_of(key[i]), key[i]), 0);
    }
    for (size_t i = 0; i <= x.mask; i++) {
        if (x.slot[i].key.ptr != NULL)
            steps += (i - (size_t)(x.slot[i].hash >> x.shift)) & x.mask;
    }
    ck_assert_msg(steps < 1000, "%zu steps past the first for 1000 keys", steps);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(keys_with_equal_hashes_are_told_apart)
{
    static int one, two;
    uint64_t hash = (uint64_t)2 << 62;
    hearth__index_slot slot[4] = {{.key = HEARTH__S("two"), .hash = hash, .value = &two},
                                  {.key = {NULL, 0}},
                                  {.key = HEARTH__S("six"), .hash = ~hash, .value = &one},
                                  {.key = HEARTH__S("one"), .hash = hash, .value = &one}};
    hearth__index x = {.slot = slot, .n = 3, .mask = 3, .shift = 62};

    ck_assert_ptr_eq(hearth__index_get(&x, HEARTH__S("one"), hash), &one);
    ck_assert_ptr_eq(hearth__index_get(&x, HEARTH__S("two"), hash), &two);
    ck_assert_ptr_null(hearth__index_get(&x, HEARTH__S("six"), hash));
}
END_TEST

START_TEST(a_key_can_be_replaced_taken_out_and_put_back_without_memory)
{
    hearth__arena a;
    hearth__index x = {0};
    int one, two;
    size_t used;

    hearth__arena_init(&a, 0);
    ck_assert_int_eq(hearth__index_put(&x, &a, HEARTH__S("k"), &one), 0);
    used = a.used;
    ck_assert_int_eq(hearth__index_put(&x, &a, HEARTH__S("k"), &two), 0);
    ck_assert_ptr_eq(get(&x, "k"), &two);
    ck_assert_int_eq(hearth__index_put(&x, &a, HEARTH__S("k"), NULL), 0);
    ck_assert_ptr_null(get(&x, "k"));
    ck_assert_int_eq(hearth__index_put(&x, &a, HEARTH__S("k"), &one), 0);
    ck_assert_ptr_eq(get(&x, "k"), &one);
    ck_assert_uint_eq(x.n, 1);
    ck_assert_uint_eq(a.used, used);
    hearth__arena_clear(&a);
}
END_TEST

/* Every byte of a key of any length has its part in the hash, and nothing behind it. */
START_TEST(the_hash_depends_on_every_byte_and_on_no_other)
{
    size_t n = (size_t)_i;
    char *p = malloc(n + (n == 0));
    uint64_t h;

    ck_assert_ptr_nonnull(p);
    memset(p, 'x', n);
    h = hearth__index_hash(hearth__str(p, n));
    for (size_t i = 0; i < n; i++) {
        p[i] = 'y';
        ck_assert(hearth__index_hash(hearth__str(p, n)) != h);
        p[i] = 'x';
        ck_assert(hearth__index_hash(hearth__str(p, i)) != h);
    }
    ck_assert(hearth__index_hash(hearth__str(p, n)) == h);
    free(p);
}
END_TEST

/* In blocks of their exact size, so that a sanitizer sees the first byte too many. */
START_TEST(equal_means_every_byte)
{
    size_t n = (size_t)_i;
    char *p = malloc(n + (n == 0)), *q = malloc(n + (n == 0));

    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_nonnull(q);
    memset(p, 'x', n);
    memset(q, 'x', n);
    ck_assert(hearth__index_same(hearth__str(p, n), hearth__str(q, n)));
    for (size_t i = 0; i < n; i++) {
        q[i] = 'y';
        ck_assert(!hearth__index_same(hearth__str(p, n), hearth__str(q, n)));
        q[i] = 'x';
        ck_assert(!hearth__index_same(hearth__str(p, n), hearth__str(q, i)));
    }
    free(p);
    free(q);
}
END_TEST

SUITE("app/index",
      TEST(an_empty_index_holds_nothing) TEST(thousands_of_keys_are_all_found)
          LOOP(keys_that_are_alike_do_not_gather, 0,
               (int)(sizeof families / sizeof *families))
              TEST(keys_with_equal_hashes_are_told_apart)
                  TEST(a_key_can_be_replaced_taken_out_and_put_back_without_memory)
                      LOOP(the_hash_depends_on_every_byte_and_on_no_other, 0, 40)
                          LOOP(equal_means_every_byte, 0, 40))
