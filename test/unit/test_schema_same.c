/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model/schema_same.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const struct {
    const char *a, *b;
    bool same;
} fallbacks[] = {
    {NULL, NULL, true},        {NULL, "0", false},     {"0", NULL, false},
    {"5", "( 5 )", true},      {"FALSE", "0", true},   {"(true)", "1", true},
    {"'a'", "'b'", false},     {"'TRUE'", "1", false}, {"unixepoch()", "now()", false},
    {"(f(1))", "f(1)", false}, {"()", "(())", false},
};

START_TEST(fallbacks_are_the_same_in_other_words)
{
    ck_assert(hearth__same_fallback(fallbacks[_i].a, fallbacks[_i].b) ==
              fallbacks[_i].same);
}
END_TEST

static const struct {
    const char *text, *name;
    bool mentions;
} mentions[] = {
    {"length(\"a\") > 1", "a", true},
    {"ab > 1", "a", false},
    {"ba", "a", false},
    {"a", "a", true},
    {"aa, a", "a", true},
    {"a_b", "a", false},
    {"\xc3\xa4"
     "a",
     "a", false},
    {"", "a", false},
    {NULL, "a", false},
};

START_TEST(a_name_is_found_as_a_word)
{
    ck_assert(hearth__mentions(mentions[_i].text, mentions[_i].name) ==
              mentions[_i].mentions);
}
END_TEST

START_TEST(parts_of_tables_are_compared_by_what_they_mean)
{
    hearth__reference refs[] = {{"o", "t", "id", "no action", NULL}};
    hearth__rule rules[] = {{NULL, "a > 1"}, {"b", "b > 1"}};
    hearth__table_index indexes[] = {{"one", true, "a, b", NULL},
                                     {"two", false, "a", "CREATE INDEX two ON t(a)"},
                                     {"three", false, NULL,
                                      "CREATE INDEX three ON t(a+1)"}};
    hearth__table t = {.reference = refs,
                       .nreferences = 1,
                       .check = rules,
                       .nchecks = 2,
                       .index = indexes,
                       .nindexes = 3};

    ck_assert(
        hearth__has_reference(&t, &(hearth__reference){"o", "t", "id", "restrict", 0}));
    ck_assert(
        !hearth__has_reference(&t, &(hearth__reference){"o", "t", "id", "cascade", 0}));
    ck_assert(
        !hearth__has_reference(&t, &(hearth__reference){"o", "t", "x", "restrict", 0}));
    ck_assert(hearth__has_rule(&t, &(hearth__rule){NULL, "a > 1"}));
    ck_assert(!hearth__has_rule(&t, &(hearth__rule){"a", "a > 1"}));
    ck_assert(!hearth__has_rule(&t, &(hearth__rule){"b", "b > 2"}));
    ck_assert_ptr_eq(hearth__find_index(&t, "a, b", true), &indexes[0]);
    ck_assert_ptr_null(hearth__find_index(&t, "a, b", false));
    ck_assert_ptr_null(hearth__find_index(&t, NULL, false));
    ck_assert(hearth__is_part(&indexes[0]) && !hearth__is_part(&indexes[1]));
    ck_assert(hearth__has_part(&t, &indexes[0]));
    ck_assert(
        hearth__has_index(&t, &(hearth__table_index){"three", false, NULL,
                                                     "CREATE INDEX three ON t(a+1)"}));
    ck_assert(!hearth__has_index(&t, &(hearth__table_index){"two", false, "a", "other"}));
}
END_TEST

SUITE("model/schema_same", LOOP(fallbacks_are_the_same_in_other_words, 0, N(fallbacks))
                               LOOP(a_name_is_found_as_a_word, 0, N(mentions))
                                   TEST(parts_of_tables_are_compared_by_what_they_mean))
