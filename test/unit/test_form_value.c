/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model/form.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const struct {
    const char *pattern;
    bool same;
} patterns[] = {
    {"[A-Z]{2}[0-9]+", true}, {"(a|b)*\\.c", true}, {"[^a-z_. ]?", true}, {"", true},
    {"[a-]", false},          {"[-a]", false},      {"[&&]", false},      {"[a&]", false},
    {"[(]", false},           {"[\\]]", false},     {"a\\-b", false},     {"a\\", false},
    {"\xc3\xa4", false},      {"]", false},         {"[a", false},        {NULL, true},
};

START_TEST(a_pattern_that_browsers_read_differently_is_left_to_the_server)
{
    ck_assert(hearth__form_pattern(patterns[_i].pattern) == patterns[_i].same);
}
END_TEST

START_TEST(what_has_no_text_is_refused)
{
    static const char *const words[] = {"a", NULL};
    const hearth_field time = {.kind = HEARTH_KIND_time},
                       date = {.kind = HEARTH_KIND_date},
                       word = {.kind = HEARTH_KIND_enum, .choices = words},
                       none = {.kind = (hearth_kind)99};
    int64_t far = INT64_MAX;
    hearth_date never = {2026, 2, 30};
    int k = 1;
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    ck_assert(!hearth__form_value(&b, &time, &far));
    ck_assert(!hearth__form_value(&b, &date, &never));
    ck_assert(!hearth__form_value(&b, &word, &k));
    ck_assert(!hearth__form_value(&b, &none, &k));
    ck_assert_uint_eq(b.len, 0);
    hearth__buf_clear(&b);
}
END_TEST

SUITE("model/form_value",
      LOOP(a_pattern_that_browsers_read_differently_is_left_to_the_server, 0, N(patterns))
          TEST(what_has_no_text_is_refused))
