/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "http/status.h"
#include "suite.h"

#include <string.h>

static const struct {
    int status;
    const char *reason;
} known[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {204, "No Content"},
    {226, "IM Used"},
    {304, "Not Modified"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {404, "Not Found"},
    {413, "Content Too Large"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {511, "Network Authentication Required"},
};

START_TEST(a_registered_status_has_its_reason)
{
    ck_assert_str_eq(hearth__status_reason(known[_i].status), known[_i].reason);
}
END_TEST

START_TEST(other_numbers_have_neither_reason_nor_sentence)
{
    static const int others[] = {-1,  0,   99,  104, 199, 299, 306, 309,
                                 418, 420, 430, 509, 512, 599, 600, 1000};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        ck_assert_str_eq(hearth__status_reason(others[i]), "");
        ck_assert_ptr_null(hearth__status_sentence(others[i]));
    }
}
END_TEST

START_TEST(sixty_one_numbers_have_a_reason)
{
    int n = 0;

    for (int status = -10; status < 1100; status++)
        n += hearth__status_reason(status)[0] != '\0';
    ck_assert_int_eq(n, 61);
}
END_TEST

START_TEST(every_error_that_an_error_page_can_show_has_a_sentence)
{
    static const int shown[] = {400, 401, 403, 404, 405, 406, 408, 409,
                                410, 413, 414, 415, 417, 421, 422, 426,
                                429, 431, 500, 501, 502, 503, 504};

    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const char *s = hearth__status_sentence(shown[i]);

        ck_assert_ptr_nonnull(s);
        ck_assert_int_eq(s[strlen(s) - 1], '.');
    }
}
END_TEST

START_TEST(interim_and_empty_answers_have_no_body)
{
    for (int status = 100; status < 600; status++)
        ck_assert_int_eq(hearth__status_has_body(status),
                         !(status < 200 || status == 204 || status == 304));
}
END_TEST

/* clang-format off */
SUITE("http/status",
      LOOP(a_registered_status_has_its_reason, 0, 15)
      TEST(other_numbers_have_neither_reason_nor_sentence)
      TEST(sixty_one_numbers_have_a_reason)
      TEST(every_error_that_an_error_page_can_show_has_a_sentence)
      TEST(interim_and_empty_answers_have_no_body))
