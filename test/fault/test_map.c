/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The hash map without memory: a put that fails has changed nothing. */
#include "fault.h"
#include "suite.h"

#include "core/map.h"
#include "core/rand.h"
#include "core/str.h"

#include <stdio.h>

#define KEYS 100

static char cell[KEYS];

static hearth_str key_of(int i, char text[16])
{
    int n = snprintf(text, 16, "key-%d", i);

    return hearth__str(text, (size_t)n);
}

START_TEST(no_map_without_memory)
{
    hearth__map *m;

    ck_assert_int_eq(hearth__rand_init(), 0);
    fault_at(0);
    m = hearth__map_new();
    ck_assert(fault_hit());
    ck_assert_ptr_null(m);
}
END_TEST

/* Put them all; a key that is refused is put again.  Returns which one it was, -1 for
 * none, -2 when the map is not what it was before.  Check itself allocates, so nothing
 * is asserted while faults are on. */
static int fill(hearth__map *m)
{
    int refused = -1;
    char text[16];

    for (int i = 0; i < KEYS; i++) {
        void *old = text;
        int rc = hearth__map_put(m, key_of(i, text), &cell[i], &old);

        if (rc == 0 && old == NULL)
            continue;
        if (rc != HEARTH_ENOMEM || refused != -1 || old != text ||
            hearth__map_len(m) != (size_t)i ||
            hearth__map_get(m, key_of(i, text)) != NULL)
            return -2;
        for (int k = 0; k < i; k++)
            if (hearth__map_get(m, key_of(k, text)) != &cell[k])
                return -2;
        refused = i;
        if (hearth__map_put(m, key_of(i, text), &cell[i], NULL) != 0)
            return -2;
    }
    return refused;
}

START_TEST(a_put_that_fails_changes_nothing)
{
    long n = 0;
    bool failed = true;

    ck_assert_int_eq(hearth__rand_init(), 0);
    for (; failed; n++) {
        hearth__map *m = hearth__map_new();
        int refused;

        ck_assert_ptr_nonnull(m);
        fault_at(n);
        refused = fill(m);
        failed = fault_hit();
        ck_assert_int_ge(refused, -1);
        ck_assert_int_eq(failed, refused >= 0);
        ck_assert_uint_eq(hearth__map_len(m), KEYS);
        hearth__map_free(m, NULL);
    }
    ck_assert_int_gt(n, KEYS); /* each key and each table */
}
END_TEST

START_TEST(reading_replacing_and_taking_need_no_malloc)
{
    hearth__map *m = hearth__map_new();
    char text[16];
    int good = 0;

    ck_assert_int_eq(fill(m), -1);
    fault_from(0);
    for (int i = 0; i < KEYS; i++) {
        void *old;

        good += hearth__map_get(m, key_of(i, text)) == &cell[i];
        good +=
            hearth__map_put(m, key_of(i, text), &cell[0], &old) == 0 && old == &cell[i];
        good += hearth__map_take(m, key_of(i, text)) == &cell[0];
    }
    ck_assert(!fault_hit());
    ck_assert_int_eq(good, KEYS * 3);
    ck_assert_uint_eq(hearth__map_len(m), 0);
    hearth__map_free(m, NULL);
}
END_TEST

SUITE("fault/map", TEST(no_map_without_memory) TEST(a_put_that_fails_changes_nothing)
                       TEST(reading_replacing_and_taking_need_no_malloc))
