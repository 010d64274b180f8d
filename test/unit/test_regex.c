/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "model/pattern.h"
#include "suite.h"

/* Which texts a pattern takes is test_model_pattern.c's; this is about the way through. */

static bool matches(const char *pattern, hearth_str text)
{
    hearth_error err = {0};
    hearth__arena own, scratch;
    hearth__regex *re;
    bool yes;

    hearth__arena_init(&own, 0);
    hearth__arena_init(&scratch, 0);
    re = hearth__regex_new(&own, pattern, &err);
    ck_assert_msg(re != NULL, "%s", err.text);
    yes = hearth__regex_match(re, text, &scratch);
    ck_assert(!scratch.failed);
    hearth__arena_clear(&scratch);
    hearth__arena_clear(&own);
    return yes;
}

START_TEST(only_the_whole_text_counts)
{
    static const char text[] = "ab\xC3\xA9\xF0\x9F\x98\x80z";

    for (size_t n = 0; n < sizeof text; n++) {
        char *cut = malloc(n == 0 ? 1 : n);

        memcpy(cut, text, n);
        ck_assert(matches("ab..z", hearth__str(cut, n)) == (n == sizeof text - 1));
        free(cut);
    }
}
END_TEST

START_TEST(text_that_is_no_utf8_matches_nothing)
{
    ck_assert(!matches(".*", hearth__str("\xFF", 1)));
    ck_assert(!matches("[^a]*", hearth__str("\xC3", 1)));
    ck_assert(matches("[^a]*", hearth__str("\xC3\xA9", 2)));
}
END_TEST

START_TEST(one_program_serves_again_and_again)
{
    hearth__arena own, scratch;
    hearth__regex *re;

    hearth__arena_init(&own, 0);
    hearth__arena_init(&scratch, 0);
    re = hearth__regex_new(&own, "(a|b)*c", NULL);
    ck_assert_ptr_nonnull(re);
    for (int i = 0; i < 100; i++) {
        ck_assert(hearth__regex_match(re, HEARTH__S("ababc"), &scratch));
        ck_assert(!hearth__regex_match(re, HEARTH__S("abab"), &scratch));
        hearth__arena_reset(&scratch);
    }
    hearth__arena_clear(&scratch);
    hearth__arena_clear(&own);
}
END_TEST

SUITE("model/regex",
      TEST(only_the_whole_text_counts) TEST(text_that_is_no_utf8_matches_nothing)
          TEST(one_program_serves_again_and_again))
