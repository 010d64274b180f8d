/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/repeats.h"
#include "suite.h"

START_TEST(each_thing_is_told_once_and_so_many_at_most)
{
    hearth__told *t = hearth__told_new();

    ck_assert_ptr_nonnull(t);
    for (uint64_t i = 0; i < HEARTH__REPEATS_TOLD; i++) {
        ck_assert(hearth__told_add(t, i * 7));
        ck_assert(!hearth__told_add(t, i * 7));
    }
    ck_assert(!hearth__told_add(t, 1));
    hearth__told_free(t);
    hearth__told_free(NULL);
}
END_TEST

SUITE("app/repeats", TEST(each_thing_is_told_once_and_so_many_at_most))
