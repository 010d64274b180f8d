/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/fresh.h"

#include "ctx.h"
#include "suite.h"

#include <hearth/res.h>

static bare *asking(const char *method, const char *fields)
{
    char text[512];

    snprintf(text, sizeof text, "%s / HTTP/1.1\r\nHost: x\r\n%s\r\n", method, fields);
    return bare_open(NULL, text);
}

static void answer(bare *t, size_t n)
{
    char *p = malloc(n + 1);

    ck_assert_ptr_nonnull(p);
    memset(p, 'x', n);
    p[n] = '\0';
    ck_assert_int_eq(hearth_text(t->c, 200, p), 0);
    free(p);
}

static const struct {
    const char *method;
    size_t n;
    int status;
    const char *cache;
    bool tagged;
} tagging[] = {
    {"GET", 1025, 200, NULL, true},
    {"GET", 1024, 200, NULL, false},
    {"HEAD", 5000, 200, NULL, true},
    {"POST", 5000, 200, NULL, false},
    {"GET", 5000, 201, NULL, false},
    {"GET", 5000, 404, NULL, false},
    {"GET", 5000, 200, "no-store", false},
    {"GET", 5000, 200, "private, No-Store", false},
    {"GET", 5000, 200, "no-cache", true},
    {"GET", 5000, 200, "private=\"no-store\"", true},
};

START_TEST(long_answers_to_get_are_tagged)
{
    bare *t = asking(tagging[_i].method, "");

    answer(t, tagging[_i].n);
    t->c->res.status = tagging[_i].status;
    if (tagging[_i].cache != NULL)
        ck_assert_int_eq(hearth_set_header(t->c, "Cache-Control", tagging[_i].cache), 0);
    ck_assert_int_eq(hearth__fresh(t->c), 0);
    ck_assert_int_eq(bare_field(t, "ETag") != NULL, tagging[_i].tagged);
    bare_close(t);
}
END_TEST

START_TEST(a_tag_is_weak_and_stands_for_the_body)
{
    bare *a = asking("GET", ""), *b = asking("GET", "");

    answer(a, 2000);
    answer(b, 2001);
    (void)hearth__fresh(a->c);
    (void)hearth__fresh(b->c);
    ck_assert_uint_eq(strlen(bare_field(a, "ETag")), 20);
    ck_assert_int_eq(strncmp(bare_field(a, "ETag"), "W/\"", 3), 0);
    ck_assert_str_ne(bare_field(a, "ETag"), bare_field(b, "ETag"));
    bare_close(a);
    a = asking("GET", "");
    answer(a, 2001);
    (void)hearth__fresh(a->c);
    ck_assert_str_eq(bare_field(a, "ETag"), bare_field(b, "ETag"));
    bare_close(a);
    bare_close(b);
}
END_TEST

#define OLD "Sun, 06 Nov 1994 08:49:37 GMT"
#define NEW "Sun, 06 Nov 1994 08:49:38 GMT"

static const struct {
    const char *asks, *tag, *date;
    int status;
} conditions[] = {
    {"If-None-Match: \"a\"\r\n", "\"a\"", NULL, 304},
    {"If-None-Match: W/\"a\"\r\n", "\"a\"", NULL, 304},
    {"If-None-Match: \"b\"\r\n", "\"a\"", NULL, 0},
    {"If-None-Match: \"b\", \"a\"\r\n", "W/\"a\"", NULL, 304},
    {"If-None-Match: *\r\n", "\"a\"", NULL, 304},
    {"If-None-Match: \"a\"\r\n", "not a tag", NULL, 0},
    {"If-None-Match: \"a\"\r\n", NULL, NULL, 0},
    {"If-Modified-Since: " OLD "\r\n", NULL, OLD, 304},
    {"If-Modified-Since: " NEW "\r\n", NULL, OLD, 304},
    {"If-Modified-Since: " OLD "\r\n", NULL, NEW, 0},
    {"If-Modified-Since: " OLD "\r\n", NULL, NULL, 0},
    {"If-Modified-Since: " OLD "\r\n", NULL, "yesterday", 0},
    /* the tag decides where there are both */
    {"If-None-Match: \"b\"\r\nIf-Modified-Since: " OLD "\r\n", "\"a\"", OLD, 0},
    {"If-Match: \"b\"\r\n", "\"a\"", NULL, 412},
    {"If-Match: \"a\"\r\n", "\"a\"", NULL, 0},
    {"If-Unmodified-Since: " OLD "\r\n", NULL, NEW, 412},
    {"", "\"a\"", OLD, 0},
};

START_TEST(conditions_are_held_against_what_the_handler_set)
{
    bare *t = asking("GET", conditions[_i].asks);

    answer(t, 10);
    if (conditions[_i].tag != NULL)
        ck_assert_int_eq(hearth_set_header(t->c, "ETag", conditions[_i].tag), 0);
    if (conditions[_i].date != NULL)
        ck_assert_int_eq(hearth_set_header(t->c, "Last-Modified", conditions[_i].date),
                         0);
    ck_assert_int_eq(hearth__fresh(t->c), conditions[_i].status);
    ck_assert_int_eq(t->c->res.status, 200);
    ck_assert_uint_eq(t->c->res.body.len, 10);
    bare_close(t);
}
END_TEST

START_TEST(an_unchanged_answer_says_nothing_of_a_body)
{
    bare *t = asking("GET", "");

    answer(t, 2000);
    hearth_set_header(t->c, "Cache-Control", "max-age=5");
    hearth_set_header(t->c, "Content-Language", "en");
    hearth_set_header(t->c, "Content-Location", "/x");
    (void)hearth__fresh(t->c);
    hearth__fresh_unchanged(t->c);
    ck_assert_int_eq(t->c->res.status, 304);
    ck_assert_uint_eq(t->c->res.body.len, 0);
    ck_assert_ptr_null(bare_field(t, "Content-Type"));
    ck_assert_ptr_null(bare_field(t, "Content-Language"));
    ck_assert_ptr_nonnull(bare_field(t, "ETag"));
    ck_assert_ptr_nonnull(bare_field(t, "Content-Location"));
    ck_assert_str_eq(bare_field(t, "Cache-Control"), "max-age=5");
    bare_close(t);
}
END_TEST

START_TEST(an_application_may_do_without)
{
    bare *t = bare_open(&(hearth_app_opts){.no_etag = true},
                        "GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"a\"\r\n\r\n");

    answer(t, 2000);
    ck_assert_int_eq(hearth__fresh(t->c), 0);
    ck_assert_ptr_null(bare_field(t, "ETag"));
    hearth_set_header(t->c, "ETag", "\"a\""); /* its own still count */
    ck_assert_int_eq(hearth__fresh(t->c), 304);
    bare_close(t);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("app/fresh",
      LOOP(long_answers_to_get_are_tagged, 0, COUNT(tagging))
          TEST(a_tag_is_weak_and_stands_for_the_body)
              LOOP(conditions_are_held_against_what_the_handler_set, 0, COUNT(conditions))
                  TEST(an_unchanged_answer_says_nothing_of_a_body)
                      TEST(an_application_may_do_without))
