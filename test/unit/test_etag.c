/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/etag.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const struct {
    const char *text;
    bool valid;
} tags[] = {
    {"\"\"", true},     {"\"abc\"", true},      {"W/\"abc\"", true},  {"\"a,b\"", true},
    {"\"a\\b\"", true}, {"\"\xc3\xa9\"", true}, {"", false},          {"abc", false},
    {"\"abc", false},   {"abc\"", false},       {"w/\"abc\"", false}, {"W/abc", false},
    {"W/", false},      {"\"a b\"", false},     {"\"a\x7f\"", false}, {"\"a\"b\"", false},
    {"\"a\" ", false},  {"*", false},
};

START_TEST(a_tag_is_quoted_and_may_be_weak)
{
    ck_assert_int_eq(hearth__etag_valid(hearth__str_of(tags[_i].text)), tags[_i].valid);
}
END_TEST

/* The table of RFC 9110 8.8.3.2. */
static const struct {
    const char *a, *b;
    bool strong, weak;
} pairs[] = {
    {"W/\"1\"", "W/\"1\"", false, true}, {"W/\"1\"", "W/\"2\"", false, false},
    {"W/\"1\"", "\"1\"", false, true},   {"\"1\"", "\"1\"", true, true},
    {"\"1\"", "\"2\"", false, false},    {"", "", false, false},
    {"\"1\"", "", false, false},
};

START_TEST(tags_compare_weakly_and_strongly)
{
    hearth_str a = hearth__str_of(pairs[_i].a), b = hearth__str_of(pairs[_i].b);

    ck_assert_int_eq(hearth__etag_same_strong(a, b), pairs[_i].strong);
    ck_assert_int_eq(hearth__etag_same_strong(b, a), pairs[_i].strong);
    ck_assert_int_eq(hearth__etag_same_weak(a, b), pairs[_i].weak);
    ck_assert_int_eq(hearth__etag_same_weak(b, a), pairs[_i].weak);
}
END_TEST

static const struct {
    const char *list, *tag;
    bool weak, strong;
} lists[] = {
    {"\"x\"", "\"x\"", true, true},
    {"\"a\", \"x\"", "\"x\"", true, true},
    {"\"a\",\t\"x\" ,", "\"x\"", true, true},
    {",,\"x\"", "\"x\"", true, true},
    {"W/\"x\"", "\"x\"", true, false},
    {"\"a,\"x\"", "\"x\"", false, false}, /* one element, and no tag */
    {"\"a,b\", \"x\"", "\"x\"", true, true},
    {"\"a,b\"", "\"a,b\"", true, true},
    {"x, \"x\"", "\"x\"", true, true}, /* what is no tag is skipped */
    {"\"a\" \"x\"", "\"x\"", false, false},
    {"\"x\"y, \"z\"", "\"x\"", false, false},
    {"", "\"x\"", false, false},
    {"\"x\"", "", false, false},
    {"*", "\"x\"", false, false},
};

START_TEST(a_list_is_searched_tag_by_tag)
{
    hearth_str list = hearth__str_of(lists[_i].list);
    hearth_str tag = hearth__str_of(lists[_i].tag);

    ck_assert_int_eq(hearth__etag_listed(list, tag, true), lists[_i].weak);
    ck_assert_int_eq(hearth__etag_listed(list, tag, false), lists[_i].strong);
}
END_TEST

SUITE("http/etag", LOOP(a_tag_is_quoted_and_may_be_weak, 0, N(tags))
                       LOOP(tags_compare_weakly_and_strongly, 0, N(pairs))
                           LOOP(a_list_is_searched_tag_by_tag, 0, N(lists)))
