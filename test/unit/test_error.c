/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Error codes, their texts, and filling in a hearth_error. */
#include "suite.h"

#include "core/error.h"
#include "core/str.h"
#include "core/utf8.h"

#include <limits.h>
#include <string.h>

static const struct {
    int code, status;
    const char *text;
} errors[] = {
#define ROW(name, value, status, text) {HEARTH_##name, status, text},
    HEARTH_ERRORS(ROW)
#undef ROW
};

#define COUNT (sizeof errors / sizeof *errors)

START_TEST(every_code_has_a_text_and_a_status)
{
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_int_lt(errors[i].code, 0);
        ck_assert_str_eq(hearth_strerror(errors[i].code), errors[i].text);
        ck_assert_int_eq(hearth__error_status(errors[i].code), errors[i].status);
        ck_assert_int_ge(errors[i].status, 400);
        ck_assert_int_le(errors[i].status, 599);
        for (size_t k = 0; k < i; k++)
            ck_assert_int_ne(errors[i].code, errors[k].code);
    }
}
END_TEST

START_TEST(other_numbers_are_unknown_errors)
{
    static const int others[] = {0, 1, HEARTH_DECLINED, 404, -1000, INT_MAX, INT_MIN};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        ck_assert_str_eq(hearth_strerror(others[i]), "unknown error");
        ck_assert_int_eq(hearth__error_status(others[i]), 500);
    }
}
END_TEST

START_TEST(the_version_is_that_of_the_headers)
{
    ck_assert_str_eq(hearth_version(), HEARTH_VERSION);
}
END_TEST

START_TEST(setting_fills_in_everything)
{
    hearth_error e;

    memset(&e, 0xff, sizeof e);
    ck_assert_int_eq(hearth__error_set(&e, HEARTH_ENOTFOUND, "no %s with id %d", "todo",
                                       7),
                     HEARTH_ENOTFOUND);
    ck_assert_int_eq(e.code, HEARTH_ENOTFOUND);
    ck_assert_int_eq(e.status, 404);
    ck_assert_str_eq(e.text, "no todo with id 7");
    ck_assert_int_eq(hearth__error_set(NULL, HEARTH_EDB, "%d", 1), HEARTH_EDB);
}
END_TEST

START_TEST(a_reason_can_be_put_in_front_of_itself)
{
    hearth_error e;

    hearth__error_set(&e, HEARTH_EDB, "disk full");
    hearth__error_set(&e, e.code, "cannot migrate: %s", e.text);
    ck_assert_str_eq(e.text, "cannot migrate: disk full");
}
END_TEST

/* The cut falls on every byte of a four-byte character. */
START_TEST(a_long_text_is_cut_between_characters)
{
    char text[1000];
    hearth_error e;
    hearth_str got;

    memset(text, 'a', sizeof text);
    for (size_t i = (size_t)_i; i + 4 < sizeof text; i += 4)
        memcpy(text + i, "\xf0\x9f\x94\xa5", 4);
    text[sizeof text - 1] = '\0';
    hearth__error_set(&e, HEARTH_EIO, "%s", text);
    got = hearth__str_of(e.text);
    ck_assert(hearth__utf8_valid(got));
    ck_assert_uint_le(got.len, sizeof e.text - 1);
    ck_assert_uint_gt(got.len, sizeof e.text - 1 - 4);
    ck_assert_mem_eq(got.ptr, text, got.len);
}
END_TEST

SUITE("core/error",
      TEST(every_code_has_a_text_and_a_status) TEST(other_numbers_are_unknown_errors)
          TEST(the_version_is_that_of_the_headers) TEST(setting_fills_in_everything)
              TEST(a_reason_can_be_put_in_front_of_itself)
                  LOOP(a_long_text_is_cut_between_characters, 0, 4))
