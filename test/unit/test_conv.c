/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/conv.h"
#include "core/str.h"
#include "suite.h"

#define INT    HEARTH__CONV_INT
#define FLOAT  HEARTH__CONV_FLOAT
#define DATE   HEARTH__CONV_DATE
#define UUID   HEARTH__CONV_UUID
#define SLUG   HEARTH__CONV_SLUG
#define STRING HEARTH__CONV_STRING
#define PATH   HEARTH__CONV_PATH

static const struct {
    hearth__conv conv;
    const char *text;
    bool matches;
} texts[] = {
    {INT, "0", true},
    {INT, "7", true},
    {INT, "-7", true},
    {INT, "10", true},
    {INT, "9223372036854775807", true},
    {INT, "-9223372036854775808", true},
    {INT, "9223372036854775808", false},
    {INT, "-9223372036854775809", false},
    {INT, "99999999999999999999999999", false},
    {INT, "", false},
    {INT, "-", false},
    {INT, "+7", false},
    {INT, "-0", false},
    {INT, "00", false},
    {INT, "007", false},
    {INT, "-07", false},
    {INT, "7 ", false},
    {INT, " 7", false},
    {INT, "7a", false},
    {INT, "0x7", false},
    {INT, "7.0", false},
    {INT, "--7", false},
    {FLOAT, "1.5", true},
    {FLOAT, "-1.5", true},
    {FLOAT, "2", true},
    {FLOAT, "2e3", true},
    {FLOAT, "-2.5E-3", true},
    {FLOAT, "007", true},
    {FLOAT, ".5", false},
    {FLOAT, "5.", false},
    {FLOAT, "1e999", false},
    {FLOAT, "inf", false},
    {FLOAT, "nan", false},
    {FLOAT, "0x1p3", false},
    {FLOAT, "1,5", false},
    {FLOAT, "", false},
    {DATE, "2026-11-23", true},
    {DATE, "2024-02-29", true},
    {DATE, "2000-02-29", true},
    {DATE, "0001-01-01", true},
    {DATE, "9999-12-31", true},
    {DATE, "2025-02-29", false},
    {DATE, "1900-02-29", false},
    {DATE, "2026-02-30", false},
    {DATE, "2026-13-01", false},
    {DATE, "2026-00-01", false},
    {DATE, "2026-01-00", false},
    {DATE, "2026-04-31", false},
    {DATE, "0000-01-01", false},
    {DATE, "2026-1-1", false},
    {DATE, "2026-11-2", false},
    {DATE, "2026-11-230", false},
    {DATE, "2026/11/23", false},
    {DATE, "2026-1123-", false},
    {DATE, "-026-11-23", false},
    {DATE, "", false},
    {UUID, "123e4567-e89b-12d3-a456-426614174000", true},
    {UUID, "123E4567-E89B-12d3-A456-426614174000", true},
    {UUID, "00000000-0000-0000-0000-000000000000", true},
    {UUID, "123e4567e89b12d3a456426614174000", false},
    {UUID, "123e4567-e89b-12d3-a456-42661417400", false},
    {UUID, "123e4567-e89b-12d3-a456-4266141740000", false},
    {UUID, "123e4567-e89b-12d3-a456-42661417400g", false},
    {UUID, "123e4567-e89b-12d3-a4564-26614174000", false},
    {UUID, "{23e4567-e89b-12d3-a456-42661417400}", false},
    {UUID, "------------------------------------", false},
    {UUID, "", false},
    {SLUG, "a", true},
    {SLUG, "hello-world", true},
    {SLUG, "2026-in-c11", true},
    {SLUG, "7", true},
    {SLUG, "", false},
    {SLUG, "-", false},
    {SLUG, "-a", false},
    {SLUG, "a-", false},
    {SLUG, "a--b", false},
    {SLUG, "A", false},
    {SLUG, "a_b", false},
    {SLUG, "a b", false},
    {SLUG, "caf\xc3\xa9", false},
    {STRING, "a", true},
    {STRING, "a/b", true},
    {STRING, " ", true},
    {STRING, "caf\xc3\xa9", true},
    {STRING, "", false},
    {PATH, "a", true},
    {PATH, "a/b/c", true},
    {PATH, "a/b/", true},
    {PATH, "", false},
    {PATH, "/", false},
    {PATH, "/a", false},
    {PATH, "a//b", false},
    {PATH, "a//", false},
};

#define NTEXTS (int)(sizeof texts / sizeof *texts)

START_TEST(a_converter_takes_exactly_what_it_says)
{
    hearth_str text = hearth__str_of(texts[_i].text);

    ck_assert_msg(hearth__conv_matches(texts[_i].conv, text) == texts[_i].matches,
                  "%s \"%s\"", hearth__conv_name(texts[_i].conv), texts[_i].text);
}
END_TEST

/* In a block of its exact size, so that a sanitizer sees the first byte too many. */
START_TEST(a_converter_reads_nothing_past_the_end)
{
    hearth_str text = hearth__str_of(texts[_i].text);
    char *copy = malloc(text.len + (text.len == 0));

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text.ptr, text.len);
    ck_assert(hearth__conv_matches(texts[_i].conv, hearth__str(copy, text.len)) ==
              texts[_i].matches);
    free(copy);
}
END_TEST

START_TEST(a_nul_is_an_ordinary_byte_that_only_free_text_may_hold)
{
    hearth_str text = {"7\0", 2};

    for (int conv = 0; conv < HEARTH__NCONVS; conv++)
        ck_assert_int_eq(hearth__conv_matches((hearth__conv)conv, text),
                         conv == STRING || conv == PATH);
}
END_TEST

START_TEST(every_converter_is_found_by_its_name)
{
    for (int conv = 0; conv < HEARTH__NCONVS; conv++) {
        const char *name = hearth__conv_name((hearth__conv)conv);

        ck_assert_int_eq(hearth__conv_of(hearth__str_of(name)), conv);
    }
}
END_TEST

START_TEST(other_names_are_no_converter)
{
    static const char *const names[] = {"", "i", "in", "integer", "INT", "str", "int "};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_int_eq(hearth__conv_of(hearth__str_of(names[i])), HEARTH__NCONVS);
}
END_TEST

SUITE("app/conv", LOOP(a_converter_takes_exactly_what_it_says, 0, NTEXTS)
                      LOOP(a_converter_reads_nothing_past_the_end, 0, NTEXTS)
                          TEST(a_nul_is_an_ordinary_byte_that_only_free_text_may_hold)
                              TEST(every_converter_is_found_by_its_name)
                                  TEST(other_names_are_no_converter))
