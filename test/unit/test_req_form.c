/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "ctx.h"
#include "suite.h"

#include <hearth/req.h>

#define FORM \
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded"

/* ---- query ------------------------------------------------------------------- */

START_TEST(the_first_of_a_query_parameter_counts)
{
    bare *t = bare_open(
        NULL,
        "GET /?a=1&b=x%20y+z&a=2&empty=&flag&caf%C3%A9=%26 HTTP/1.1\r\nHost: a\r\n\r\n");

    ck_assert_str_eq(hearth_query(t->c, "a", NULL), "1");
    ck_assert_str_eq(hearth_query(t->c, "b", NULL), "x y z");
    ck_assert_str_eq(hearth_query(t->c, "empty", "other"), "");
    ck_assert_str_eq(hearth_query(t->c, "flag", "other"), "");
    ck_assert_str_eq(hearth_query(t->c, "caf\xC3\xA9", NULL), "&");
    ck_assert_str_eq(hearth_query(t->c, "A", "other"), "other");
    ck_assert_ptr_null(hearth_query(t->c, "none", NULL));
    bare_close(t);
}
END_TEST

START_TEST(a_query_may_hold_as_many_pairs_as_fit_a_target)
{
    char request[8300] = "GET /?";
    bare *t;

    for (int i = 0; i < 2000; i++)
        strncat(request, "a&", 3);
    strncat(request, "last=1 HTTP/1.1\r\nHost: a\r\n\r\n", 40);
    t = bare_open(NULL, request);
    ck_assert_str_eq(hearth_query(t->c, "last", ""), "1");
    bare_close(t);
}
END_TEST

static const struct {
    const char *query;
    int rc;
    int64_t value;
} int_cases[] = {
    {"n=7", 0, 7},
    {"n=-7", 0, -7},
    {"n=", 0, 99},
    {"n", 0, 99},
    {"m=1", 0, 99},
    {"n=9223372036854775807", 0, INT64_MAX},
    {"n=9223372036854775808", HEARTH_EINVAL, 99},
    {"n=7x", HEARTH_EINVAL, 99},
    {"n=+7", HEARTH_EINVAL, 99},
    {"n=1.0", HEARTH_EINVAL, 99},
    {"n=%2B7", HEARTH_EINVAL, 99},
    {"n=0x10", HEARTH_EINVAL, 99},
};
#define INT_CASES (int)(sizeof int_cases / sizeof *int_cases)

START_TEST(an_integer_of_the_query_is_strict)
{
    char request[128];
    int64_t n = -1;
    bare *t;

    snprintf(request, sizeof request, "GET /?%s HTTP/1.1\r\nHost: a\r\n\r\n",
             int_cases[_i].query);
    t = bare_open(NULL, request);
    ck_assert_int_eq(hearth_query_int(t->c, "n", 99, &n), int_cases[_i].rc);
    ck_assert_int_eq(n, int_cases[_i].value);
    if (int_cases[_i].rc != 0) {
        ck_assert_int_eq(t->c->error.status, 400);
        ck_assert_ptr_nonnull(strstr(t->c->error.text, "'n'"));
    }
    bare_close(t);
}
END_TEST

/* ---- form -------------------------------------------------------------------- */

START_TEST(fields_of_a_form)
{
    bare *t = bare_open(NULL, FORM "; charset=UTF-8\r\n\r\na=1&b=x+y&a=2");

    ck_assert_int_eq(hearth_body_form(t->c), 0);
    ck_assert_str_eq(hearth_form(t->c, "a", NULL), "1");
    ck_assert_str_eq(hearth_form(t->c, "b", NULL), "x y");
    ck_assert_str_eq(hearth_form(t->c, "c", "other"), "other");
    bare_close(t);
}
END_TEST

START_TEST(an_empty_form_is_sound)
{
    bare *t = bare_open(NULL, FORM "\r\n\r\n");

    ck_assert_int_eq(hearth_body_form(t->c), 0);
    ck_assert_ptr_null(hearth_form(t->c, "a", NULL));
    bare_close(t);
}
END_TEST

static const struct {
    const char *request;
    int rc, status;
} form_errors[] = {
    {FORM "\r\n\r\na=%zz", HEARTH_EINVAL, 400},
    {FORM "\r\n\r\na=%00", HEARTH_EINVAL, 400},
    {FORM "\r\n\r\na=%ff", HEARTH_EINVAL, 400},
    {FORM "; charset=iso-8859-1\r\n\r\na=1", HEARTH_EMEDIA, 415},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n\r\na=1", HEARTH_EMEDIA,
     415},
    {"POST / HTTP/1.1\r\nHost: a\r\n\r\na=1", HEARTH_EMEDIA, 415},
};

START_TEST(a_body_that_is_no_form_says_why)
{
    bare *t = bare_open(NULL, form_errors[_i].request);

    ck_assert_str_eq(hearth_form(t->c, "a", "other"), "other");
    for (int again = 0; again < 2; again++) {
        memset(&t->c->error, 0, sizeof t->c->error);
        ck_assert_int_eq(hearth_body_form(t->c), form_errors[_i].rc);
        ck_assert_int_eq(t->c->error.status, form_errors[_i].status);
        ck_assert_int_eq(t->c->error.code, form_errors[_i].rc);
    }
    bare_close(t);
}
END_TEST

static void many_fields(int n, int rc)
{
    bare *t = bare_open(NULL, FORM "\r\n\r\n");

    for (int i = 0; i < n; i++)
        hearth__buf_text(&t->c->body, i == 0 ? "a" : "&a");
    ck_assert_int_eq(hearth_body_form(t->c), rc);
    if (rc != 0)
        ck_assert_int_eq(t->c->error.status, 413);
    bare_close(t);
}

START_TEST(a_form_holds_at_most_1000_fields)
{
    many_fields(1000, 0);
    many_fields(1001, HEARTH_ETOOBIG);
}
END_TEST

/* ---- cookies ----------------------------------------------------------------- */

START_TEST(cookies_of_all_fields_and_the_first_counts)
{
    bare *t =
        bare_open(NULL,
                  "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1; b=\"x y\"; broken; a=2\r\n"
                  "cookie: c=3; b=4\r\n\r\n");

    ck_assert_str_eq(hearth_cookie(t->c, "a"), "1");
    ck_assert_str_eq(hearth_cookie(t->c, "b"), "x y");
    ck_assert_str_eq(hearth_cookie(t->c, "c"), "3");
    ck_assert_ptr_null(hearth_cookie(t->c, "A"));
    ck_assert_ptr_null(hearth_cookie(t->c, "broken"));
    bare_close(t);
}
END_TEST

SUITE("app/req_form",
      TEST(the_first_of_a_query_parameter_counts)
          TEST(a_query_may_hold_as_many_pairs_as_fit_a_target)
              LOOP(an_integer_of_the_query_is_strict, 0, INT_CASES) TEST(fields_of_a_form)
                  TEST(an_empty_form_is_sound) LOOP(a_body_that_is_no_form_says_why, 0, 6)
                      TEST(a_form_holds_at_most_1000_fields)
                          TEST(cookies_of_all_fields_and_the_first_counts))
