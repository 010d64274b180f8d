/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "model/pattern.h"
#include "suite.h"

static const struct {
    const char *pattern, *yes, *no;
} samples[] = {
    {"", "", "a"},
    {"abc", "abc", "abcd"},
    {"a|bc|d", "bc", "ab"},
    {"(a|b)*c", "ababc", "abab"},
    {"(a*)*b", "aaab", "aaa"},
    {"(|a)+", "aa", "b"},
    {"a?b+", "bb", "aab"},
    {"a{3}", "aaa", "aaaa"},
    {"a{2,}", "aaaa", "a"},
    {"a{2,3}", "aa", "aaaa"},
    {"a{0}b", "b", "ab"},
    {"a{0,2}", "", "aaa"},
    {"(ab){1,2}", "abab", "ababab"},
    {"(a|bc){2}", "bca", "bc"},
    {"[a-c]+", "abc", "abd"},
    {"[^a-c]+", "xyz", "xa"},
    {"[]a]+", "]a", "b"},
    {"[a-]+", "a-", "b"},
    {"[[:alpha:]_][[:alnum:]_]*", "a1_", "1a"},
    {"[[:space:]]+", " \t\n", "x"},
    {"\\d{4}-\\d{2}", "2026-11", "2026-1"},
    {"\\w+", "a_9", "a-9"},
    {"[\\d.]+", "1.2", "1,2"},
    {"\\D", "x", "1"},
    {"a\\.b", "a.b", "axb"},
    {"a.c",
     "a\xC3\xA9"
     "c",
     "a\nc"},
    {".{3}", "\xE2\x82\xAC\xC3\xA9x", "ab"},
    {"[\xC3\xA0-\xC3\xBF]", "\xC3\xA9", "e"},
    {"^abc$", "abc", "xabc"},
    {"(?:ab)+", "abab", "aba"},
    {"(((a)|b)c)*", "acbc", "ab"},
};

START_TEST(a_pattern_matches_the_whole_text_or_not)
{
    hearth__arena a;
    hearth__regex *re;
    hearth_error err = {0};

    hearth__arena_init(&a, 0);
    re = hearth__regex_new(&a, samples[_i].pattern, &err);
    ck_assert_msg(re != NULL, "%s", err.text);
    ck_assert_msg(hearth__regex_match(re, hearth__str_of(samples[_i].yes), &a),
                  "%s takes not %s", samples[_i].pattern, samples[_i].yes);
    ck_assert_msg(!hearth__regex_match(re, hearth__str_of(samples[_i].no), &a),
                  "%s takes %s", samples[_i].pattern, samples[_i].no);
    hearth__arena_clear(&a);
}
END_TEST

static const struct {
    const char *pattern, *says;
} broken[] = {
    {"a(", "no \")\""},
    {"a)", "no \"(\""},
    {"[a", "no \"]\""},
    {"[", "no \"]\""},
    {"*a", "nothing to repeat"},
    {"a**", "repeated"},
    {"a{2,1}", "backwards"},
    {"a{1001}", "0 to 1000"},
    {"a{1", "no \"}\""},
    {"[z-a]", "backwards"},
    {"\\1", "escape"},
    {"\\", "too early"},
    {"(?=a)", "look-around"},
    {"[[:none:]]", "character class"},
    {"\xFF", "UTF-8"},
    {"((a{100}){100}){100}", "too large"},
    {"(((){1000}){1000}){1000}", "too large"},
};

START_TEST(a_pattern_that_is_not_usable_is_a_sentence)
{
    hearth__arena a;
    hearth_error err = {0};

    hearth__arena_init(&a, 0);
    ck_assert_ptr_null(hearth__regex_new(&a, broken[_i].pattern, &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, broken[_i].says) != NULL, "%s: %s", broken[_i].pattern,
                  err.text);
    hearth__arena_clear(&a);
}
END_TEST

/* Exponential in every engine that tries one way after the other. */
START_TEST(no_text_takes_long)
{
    static char text[100001];
    hearth__arena a;
    hearth__regex *re;

    memset(text, 'a', sizeof text - 1);
    hearth__arena_init(&a, 0);
    re = hearth__regex_new(&a, "(a|aa|a*)*(a*)*b", NULL);
    ck_assert_ptr_nonnull(re);
    ck_assert(!hearth__regex_match(re, hearth__str_of(text), &a));
    hearth__arena_clear(&a);
}
END_TEST

#define COUNT(t) ((int)(sizeof(t) / sizeof(t)[0]))

SUITE("model/pattern", LOOP(a_pattern_matches_the_whole_text_or_not, 0, COUNT(samples))
                           LOOP(a_pattern_that_is_not_usable_is_a_sentence, 0,
                                COUNT(broken)) TEST(no_text_takes_long))
