/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Filters that put items in order. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"sort", "[3, 1, 2]", NULL, NULL, "[1, 2, 3]"},
    {"sort", "[3, 1, 2]", "true", NULL, "[3, 2, 1]"},
    {"sort", "[\"b\", \"A\", \"c\", \"a\"]", NULL, NULL, "['A', 'a', 'b', 'c']"},
    {"sort", "[\"b\", \"A\", \"c\", \"a\"]", "false, true", NULL, "['A', 'a', 'b', 'c']"},
    {"sort", "[\"b\", \"B\", \"a\"]", "true", NULL, "['b', 'B', 'a']"},
    {"sort",
     "[{\"n\": \"b\", \"a\": 2}, {\"n\": \"A\", \"a\": 1}, {\"n\": \"c\", \"a\": 2}]",
     NULL, "\"attribute\": \"a,n\"",
     "[{'n': 'A', 'a': 1}, {'n': 'b', 'a': 2}, {'n': 'c', 'a': 2}]"},
    {"sort",
     "[{\"n\": \"b\", \"a\": 2}, {\"n\": \"A\", \"a\": 1}, {\"n\": \"c\", \"a\": 2}]",
     "true", "\"attribute\": \"a\"",
     "[{'n': 'b', 'a': 2}, {'n': 'c', 'a': 2}, {'n': 'A', 'a': 1}]"},
    {"sort", "\"cab\"", NULL, NULL, "['a', 'b', 'c']"},
    {"sort", "[]", NULL, NULL, "[]"},
    {"sort", "[1, \"a\"]", NULL, NULL, "!"},
    {"sort", "5", NULL, NULL, "!"},
    {"sort", "[]", NULL, "\"attribute\": \"a,b,c,d,e,f,g,h,i\"", "!at most 8"},
    {"sort", "[9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 9, 8, 7, 6, 5, 4, 3]", NULL, NULL,
     "[0, 1, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9]"},
    {"dictsort", "{\"b\": 1, \"A\": 3, \"c\": 2}", NULL, NULL,
     "[('A', 3), ('b', 1), ('c', 2)]"},
    {"dictsort", "{\"b\": 1, \"A\": 3, \"c\": 2}", "false, \"value\", true", NULL,
     "[('A', 3), ('c', 2), ('b', 1)]"},
    {"dictsort", "{}", "false, \"x\"", NULL, "!by is"},
    {"dictsort", "[1]", NULL, NULL, "!needs a map"},
    {"groupby",
     "[{\"n\": \"b\", \"a\": 2}, {\"n\": \"A\", \"a\": 1}, {\"n\": \"c\", \"a\": 2}]",
     "\"a\"", NULL,
     "[(1, [{'n': 'A', 'a': 1}]), (2, [{'n': 'b', 'a': 2}, {'n': 'c', 'a': 2}])]"},
    {"groupby", "[{\"c\": \"X\"}, {\"c\": \"x\"}, {}]", "\"c\", \"-\"", NULL,
     "[('-', [{}]), ('X', [{'c': 'X'}, {'c': 'x'}])]"},
    {"groupby", "[{\"c\": \"X\"}, {\"c\": \"x\"}]", "\"c\"", "\"case_sensitive\": true",
     "[('X', [{'c': 'X'}]), ('x', [{'c': 'x'}])]"},
    {"unique", "[1, 2, 1, 1.0, true, \"a\", \"A\"]", NULL, NULL, "[1, 2, 'a']"},
    {"unique", "[\"a\", \"A\"]", "true", NULL, "['a', 'A']"},
    {"unique", "[[1]]", NULL, NULL, "!"},
    {"min", "[3, 1, 2]", NULL, NULL, "1"},
    {"max", "[\"b\", \"A\", \"c\"]", NULL, NULL, "c"},
    {"max", "[1.5, 1]", NULL, NULL, "1.5"},
    {"min",
     "[{\"n\": \"b\", \"a\": 2}, {\"n\": \"A\", \"a\": 1}, {\"n\": \"c\", \"a\": 2}]",
     NULL, "\"attribute\": \"a\"", "{'n': 'A', 'a': 1}"},
    {"max",
     "[{\"n\": \"b\", \"a\": 2}, {\"n\": \"A\", \"a\": 1}, {\"n\": \"c\", \"a\": 2}]",
     NULL, "\"attribute\": \"a\"", "{'n': 'b', 'a': 2}"},
    {"min", "[]", NULL, NULL, ""},
    {"max", "[1, \"a\"]", NULL, NULL, "!"},
};

START_TEST(items_are_put_in_order)
{
    filter_check(&rows[_i]);
}
END_TEST

START_TEST(what_a_group_has_in_common_has_a_name)
{
    kit k;
    hearth_value by = kit_text("a"), groups, v;

    kit_open(&k, NULL);
    ck_assert_int_eq(hearth__builtin_call(&k.r,
                                          hearth__set_filter(k.set, HEARTH__S("groupby")),
                                          kit_json(&k, "[{\"a\": 1}]"), &by, 1, NULL, 0,
                                          &groups),
                     0);
    ck_assert_int_eq(hearth__v_attr(&k.r, hearth__v_at(groups, 0), HEARTH__S("grouper"),
                                    &v),
                     0);
    ck_assert_str_eq(kit_print(&k, v), "1");
    ck_assert_int_eq(hearth__v_attr(&k.r, hearth__v_at(groups, 0), HEARTH__S("list"), &v),
                     0);
    ck_assert_str_eq(kit_print(&k, v), "[{'a': 1}]");
    ck_assert_int_eq(hearth__v_attr(&k.r, hearth__v_at(groups, 0), HEARTH__S("other"),
                                    &v),
                     0);
    ck_assert(hearth__v_is_undefined(v));
    kit_close(&k);
}
END_TEST

SUITE("tmpl/filter_sort",
      EACH(items_are_put_in_order, rows) TEST(what_a_group_has_in_common_has_a_name))
