/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include <hearth/memory.h>

#include "ctx.h"
#include "suite.h"

START_TEST(memory_is_zeroed_and_aligned)
{
    bare *t = bare_get();
    size_t n = (size_t)_i * 37;
    unsigned char *p = hearth_alloc(t->c, n);

    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq((uintptr_t)p % 16, 0);
    for (size_t i = 0; i < n; i++)
        ck_assert_uint_eq(p[i], 0);
    bare_close(t);
}
END_TEST

START_TEST(strings_are_copied_and_formatted)
{
    bare *t = bare_get();
    char s[] = "abc";
    char *copy = hearth_strdup(t->c, s);
    char *empty = hearth_strf(t->c, "%s", "");

    s[0] = '!';
    ck_assert_str_eq(copy, "abc");
    ck_assert_ptr_null(hearth_strdup(t->c, NULL));
    ck_assert_str_eq(hearth_strf(t->c, "%d-%s", 7, copy), "7-abc");
    ck_assert_str_eq(empty, "");
    empty[0] = '\0'; /* writable */
    ck_assert(!t->c->arena.failed);
    bare_close(t);
}
END_TEST

START_TEST(a_formatted_string_may_be_long)
{
    bare *t = bare_get();
    char *s = hearth_strf(t->c, "%*s|", 70000, "x");

    ck_assert_uint_eq(strlen(s), 70001);
    ck_assert_str_eq(s + 69999, "x|");
    bare_close(t);
}
END_TEST

START_TEST(too_much_memory_spoils_the_request)
{
    bare *t = bare_get();

    ck_assert_ptr_null(hearth_alloc(t->c, SIZE_MAX));
    ck_assert(t->c->arena.failed);
    ck_assert_ptr_nonnull(hearth_alloc(t->c, 10));
    bare_close(t);
}
END_TEST

static char order[8];

static void note(void *arg)
{
    strncat(order, arg, sizeof order - strlen(order) - 1);
}

START_TEST(what_was_deferred_runs_at_the_end_last_first)
{
    bare *t = bare_get();
    char a[] = "a", b[] = "b", c[] = "c";

    ck_assert_int_eq(hearth_defer(t->c, note, a), 0);
    ck_assert_int_eq(hearth_defer(t->c, note, b), 0);
    ck_assert_int_eq(hearth_defer(t->c, note, c), 0);
    ck_assert_str_eq(order, "");
    bare_close(t);
    ck_assert_str_eq(order, "cba");
}
END_TEST

SUITE("app/memory",
      LOOP(memory_is_zeroed_and_aligned, 0, 200) TEST(strings_are_copied_and_formatted)
          TEST(a_formatted_string_may_be_long) TEST(too_much_memory_spoils_the_request)
              TEST(what_was_deferred_runs_at_the_end_last_first))
