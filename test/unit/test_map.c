/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The hash map, against a plain array of what should be in it. */
#include "suite.h"

#include "core/map.h"
#include "core/str.h"

#include <stdio.h>

#define KEYS 700

static char cell[KEYS + 1]; /* addresses to use as values */

static hearth_str key_of(int i, char text[16])
{
    int n = snprintf(text, 16, "key-%d", i);

    return hearth__str(text, (size_t)n);
}

START_TEST(an_empty_map_has_nothing)
{
    hearth__map *m = hearth__map_new();
    hearth_str key;
    void *value;
    size_t at = 0;

    ck_assert_ptr_nonnull(m);
    ck_assert_uint_eq(hearth__map_len(m), 0);
    ck_assert_ptr_null(hearth__map_get(m, HEARTH__S("")));
    ck_assert_ptr_null(hearth__map_take(m, HEARTH__S("x")));
    ck_assert(!hearth__map_next(m, &at, &key, &value));
    hearth__map_free(m, NULL);
    hearth__map_free(NULL, NULL);
}
END_TEST

START_TEST(putting_replaces_and_tells_the_old_value)
{
    hearth__map *m = hearth__map_new();
    void *old = cell;

    ck_assert_int_eq(hearth__map_put(m, HEARTH__S("k"), &cell[1], &old), 0);
    ck_assert_ptr_null(old);
    ck_assert_int_eq(hearth__map_put(m, HEARTH__S("k"), &cell[2], &old), 0);
    ck_assert_ptr_eq(old, &cell[1]);
    ck_assert_int_eq(hearth__map_put(m, HEARTH__S("k"), &cell[3], NULL), 0);
    ck_assert_ptr_eq(hearth__map_get(m, HEARTH__S("k")), &cell[3]);
    ck_assert_uint_eq(hearth__map_len(m), 1);
    ck_assert_int_eq(hearth__map_put(m, HEARTH__S("k"), NULL, &old), HEARTH_EINVAL);
    ck_assert_int_eq(hearth__map_put(m, HEARTH__S("new"), NULL, NULL), HEARTH_EINVAL);
    ck_assert_ptr_eq(hearth__map_get(m, HEARTH__S("k")), &cell[3]);
    ck_assert_uint_eq(hearth__map_len(m), 1);
    hearth__map_free(m, NULL);
}
END_TEST

START_TEST(keys_are_bytes_and_are_copied)
{
    hearth__map *m = hearth__map_new();
    char key[] = "abc";
    hearth_str k;
    void *v;
    size_t at = 0;

    ck_assert_int_eq(hearth__map_put(m, hearth__str(key, 3), &cell[1], NULL), 0);
    key[0] = 'x';
    ck_assert_ptr_eq(hearth__map_get(m, HEARTH__S("abc")), &cell[1]);
    ck_assert_ptr_null(hearth__map_get(m, HEARTH__S("xbc")));
    ck_assert_ptr_null(hearth__map_get(m, HEARTH__S("ABC")));
    ck_assert_ptr_null(hearth__map_get(m, HEARTH__S("ab")));
    ck_assert(hearth__map_next(m, &at, &k, &v));
    ck_assert_str_eq(k.ptr, "abc"); /* with its '\0' */
    ck_assert_int_eq(hearth__map_put(m, HEARTH__S("a\0b"), &cell[2], NULL), 0);
    ck_assert_int_eq(hearth__map_put(m, HEARTH__S("a\0c"), &cell[3], NULL), 0);
    ck_assert_int_eq(hearth__map_put(m, HEARTH__S(""), &cell[4], NULL), 0);
    ck_assert_ptr_eq(hearth__map_get(m, HEARTH__S("a\0b")), &cell[2]);
    ck_assert_ptr_eq(hearth__map_get(m, HEARTH__S("a\0c")), &cell[3]);
    ck_assert_ptr_eq(hearth__map_get(m, HEARTH__S("")), &cell[4]);
    ck_assert_uint_eq(hearth__map_len(m), 4);
    hearth__map_free(m, NULL);
}
END_TEST

/* Every slot of the map against what should be there. */
static void same(const hearth__map *m, const int in[KEYS])
{
    bool seen[KEYS] = {false};
    char text[16];
    size_t len = 0, at = 0;
    hearth_str key;
    void *value;

    for (int i = 0; i < KEYS; i++) {
        void *want = in[i] == 0 ? NULL : &cell[in[i]];

        len += in[i] != 0;
        if (hearth__map_get(m, key_of(i, text)) != want)
            ck_abort_msg("key %d", i);
    }
    ck_assert_uint_eq(hearth__map_len(m), len);
    while (hearth__map_next(m, &at, &key, &value)) {
        int64_t i = -1;

        ck_assert(hearth__str_starts(key, HEARTH__S("key-")));
        ck_assert(hearth__str_int(hearth__str(key.ptr + 4, key.len - 4), &i));
        ck_assert(!seen[i]);
        seen[i] = true;
        ck_assert_ptr_eq(value, &cell[in[i]]);
        len--;
    }
    ck_assert_uint_eq(len, 0);
}

/* The key of the map is random, so each run has other collisions. */
START_TEST(a_long_mix_of_puts_and_takes_matches_an_array)
{
    hearth__map *m = hearth__map_new();
    int in[KEYS] = {0};
    unsigned x = 12345u + (unsigned)_i;
    char text[16];

    for (int step = 0; step < 20000; step++) {
        int i, keys = step / 5000 % 2 == 0 ? KEYS : 40;

        x = x * 1103515245u + 12345u;
        i = (int)((x >> 8) % (unsigned)keys);
        if ((x >> 24 & 3) < (step < 10000 ? 3u : 1u)) {
            void *old;
            int v = 1 + (int)((x >> 16) % KEYS);

            ck_assert_int_eq(hearth__map_put(m, key_of(i, text), &cell[v], &old), 0);
            ck_assert_ptr_eq(old, in[i] == 0 ? NULL : &cell[in[i]]);
            in[i] = v;
        } else {
            ck_assert_ptr_eq(hearth__map_take(m, key_of(i, text)),
                             in[i] == 0 ? NULL : &cell[in[i]]);
            in[i] = 0;
        }
        if (step % 500 == 0)
            same(m, in);
    }
    for (int i = 0; i < KEYS; i++) {
        ck_assert_ptr_eq(hearth__map_take(m, key_of(i, text)),
                         in[i] == 0 ? NULL : &cell[in[i]]);
        in[i] = 0;
    }
    same(m, in);
    hearth__map_free(m, NULL);
}
END_TEST

static int dropped;

static void drop(void *value)
{
    ck_assert_ptr_eq(value, &cell[5]);
    dropped++;
}

START_TEST(freeing_drops_every_value_once)
{
    hearth__map *m = hearth__map_new();
    char text[16];

    dropped = 0;
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(hearth__map_put(m, key_of(i, text), &cell[5], NULL), 0);
    for (int i = 0; i < 10; i++)
        ck_assert_ptr_eq(hearth__map_take(m, key_of(i, text)), &cell[5]);
    hearth__map_free(m, drop);
    ck_assert_int_eq(dropped, 90);
}
END_TEST

/* The order of two maps with the same keys differs, unless their secrets are the same. */
START_TEST(every_map_has_a_secret_of_its_own)
{
    hearth__map *m[2] = {hearth__map_new(), hearth__map_new()};
    size_t at[2] = {0, 0};
    hearth_str key[2];
    void *value;
    char text[16];
    int differ = 0;

    for (int i = 0; i < 200; i++)
        for (int k = 0; k < 2; k++)
            ck_assert_int_eq(hearth__map_put(m[k], key_of(i, text), cell, NULL), 0);
    while (hearth__map_next(m[0], &at[0], &key[0], &value)) {
        ck_assert(hearth__map_next(m[1], &at[1], &key[1], &value));
        differ += !hearth__str_eq(key[0], key[1]);
    }
    ck_assert_int_gt(differ, 0);
    hearth__map_free(m[0], NULL);
    hearth__map_free(m[1], NULL);
}
END_TEST

SUITE("core/map",
      TEST(an_empty_map_has_nothing) TEST(putting_replaces_and_tells_the_old_value)
          TEST(keys_are_bytes_and_are_copied)
              LOOP(a_long_mix_of_puts_and_takes_matches_an_array, 0, 4)
                  TEST(freeing_drops_every_value_once)
                      TEST(every_map_has_a_secret_of_its_own))
