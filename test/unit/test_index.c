/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/index.h"
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

START_TEST(keys_with_equal_hashes_are_told_apart)
{
    hearth__arena a;
    hearth__index x = {0};
    int one, two;

    hearth__arena_init(&a, 0);
    ck_assert_int_eq(hearth__index_put(&x, &a, HEARTH__S("one"), &one), 0);
    ck_assert_int_eq(hearth__index_put(&x, &a, HEARTH__S("two"), &two), 0);
    /* The caller hands over the hash; a wrong one stands for a collision. */
    for (size_t i = 0; i <= x.mask; i++)
        x.slot[i].hash = 42;
    hearth__index_slot both[4] = {{.key = HEARTH__S("one"), .hash = 42, .value = &one},
                                  {.key = HEARTH__S(""), .hash = 0},
                                  {.key = HEARTH__S("two"), .hash = 42, .value = &two}};
    both[1].key.ptr = both[3].key.ptr = NULL;
    memcpy(x.slot, (hearth__index_slot[]){both[1], both[1], both[0], both[2]},
           sizeof both);
    ck_assert_ptr_eq(hearth__index_get(&x, HEARTH__S("one"), 42), &one);
    ck_assert_ptr_eq(hearth__index_get(&x, HEARTH__S("two"), 42), &two);
    ck_assert_ptr_null(hearth__index_get(&x, HEARTH__S("six"), 42));
    hearth__arena_clear(&a);
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

SUITE("app/index",
      TEST(an_empty_index_holds_nothing) TEST(thousands_of_keys_are_all_found)
          TEST(keys_with_equal_hashes_are_told_apart)
              TEST(a_key_can_be_replaced_taken_out_and_put_back_without_memory)
                  LOOP(the_hash_depends_on_every_byte_and_on_no_other, 0, 40))
