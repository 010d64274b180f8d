/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/stack.h"

#include "suite.h"

static volatile int depth_reached; /* after each call, so that none is a jump */

static __attribute__((noinline)) void dive(int depth, hearth__stack *s)
{
    if (depth == 0)
        hearth__stack_take(s);
    else
        dive(depth - 1, s);
    depth_reached++;
}

START_TEST(each_call_is_one_more)
{
    hearth__stack shallow, deep;

    dive(1, &shallow);
    dive(6, &deep);
    ck_assert_uint_gt(shallow.n, 2);
    ck_assert_uint_eq(deep.n, shallow.n + 5);
    for (size_t i = 1; i < 6; i++) /* the same call of itself */
        ck_assert(deep.pc[i] == deep.pc[1]);
    ck_assert(deep.pc[0] > (uintptr_t)dive && deep.pc[0] < (uintptr_t)dive + 4096);
}
END_TEST

START_TEST(what_is_too_deep_is_cut_at_the_far_end)
{
    hearth__stack s;

    dive(200, &s);
    ck_assert_uint_eq(s.n, HEARTH__STACK_MAX);
    ck_assert(s.pc[HEARTH__STACK_MAX - 1] == s.pc[1]);
}
END_TEST

SUITE("core/stack",
      TEST(each_call_is_one_more) TEST(what_is_too_deep_is_cut_at_the_far_end))
