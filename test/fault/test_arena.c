/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The arena without memory: it says so, keeps what it has, and recovers. */
#include "fault.h"
#include "suite.h"

#include "core/arena.h"

#include <string.h>

/* Small, large, growing; returns how many were refused, -1 when bytes were lost.  Check
 * itself allocates, so nothing is asserted while faults are on. */
static int work(hearth__arena *a)
{
    char *p = NULL;
    int refused = 0;
    size_t n = 0;

    for (int i = 0; i < 60; i++) {
        size_t size = i % 20 == 7 ? 50000 : (size_t)(i * 13 % 300);
        char *q = hearth__arena_alloc(a, size);

        if (q == NULL)
            refused++;
        else
            memset(q, 'q', size);
        q = hearth__arena_grow(a, p, n, n + 100);
        if (q == NULL) {
            refused++;
            continue;
        }
        for (size_t k = 0; k < n; k++)
            if (q[k] != 'p')
                return -1;
        p = q;
        n += 100;
        memset(p, 'p', n);
    }
    refused += hearth__arena_copy(a, "text", 4) == NULL;
    refused += hearth__arena_array(a, 100, 100) == NULL;
    return refused;
}

START_TEST(one_failed_chunk_is_noticed_and_survived)
{
    hearth__arena a;
    long n = 0;

    for (;; n++) {
        int refused;

        hearth__arena_init(&a, 256);
        fault_at(n);
        refused = work(&a);
        if (!fault_hit()) {
            ck_assert_int_eq(refused, 0);
            ck_assert(!a.failed);
            hearth__arena_clear(&a);
            break;
        }
        ck_assert_int_eq(refused, 1);
        ck_assert(a.failed);
        hearth__arena_reset(&a);
        ck_assert(!a.failed);
        ck_assert_int_eq(work(&a), 0);
        hearth__arena_clear(&a);
    }
    ck_assert_int_gt(n, 10);
}
END_TEST

START_TEST(no_memory_at_all_is_only_an_error)
{
    hearth__arena a;

    for (long n = 0; n < 8; n++) {
        int refused;

        hearth__arena_init(&a, 256);
        fault_from(n);
        refused = work(&a);
        ck_assert(fault_hit());
        ck_assert_int_gt(refused, 0);
        ck_assert(a.failed);
        hearth__arena_clear(&a);
        ck_assert(!a.failed);
    }
}
END_TEST

START_TEST(a_block_that_cannot_grow_is_still_there)
{
    hearth__arena a;
    char *p, *grown;

    hearth__arena_init(&a, 64);
    p = hearth__arena_raw(&a, 40);
    memset(p, 'p', 40);
    fault_at(0);
    grown = hearth__arena_grow(&a, p, 40, 100);
    ck_assert(fault_hit());
    ck_assert_ptr_null(grown);
    for (int i = 0; i < 40; i++)
        ck_assert_int_eq(p[i], 'p');
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(a_recycled_arena_needs_no_malloc)
{
    hearth__arena a;
    int got = 0;

    hearth__arena_init(&a, 4096);
    ck_assert_ptr_nonnull(hearth__arena_raw(&a, 1));
    fault_from(0);
    for (int round = 0; round < 10; round++) {
        hearth__arena_reset(&a);
        for (int i = 0; i < 64; i++)
            got += hearth__arena_raw(&a, 64) != NULL;
    }
    ck_assert(!fault_hit());
    ck_assert_int_eq(got, 640);
    hearth__arena_clear(&a);
}
END_TEST

SUITE("fault/arena", TEST(one_failed_chunk_is_noticed_and_survived)
                         TEST(no_memory_at_all_is_only_an_error)
                             TEST(a_block_that_cannot_grow_is_still_there)
                                 TEST(a_recycled_arena_needs_no_malloc))
