/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "ctx.h"
#include "suite.h"

#include <hearth/res.h>

static const struct {
    const char *to, *location; /* NULL: refused */
} redirects[] = {
    {"/", "/"},
    {"/todos/7?x=1&y=%20#top", "/todos/7?x=1&y=%20#top"},
    {"/a//b", "/a//b"},
    {"/?next=https://example.org", "/?next=https://example.org"},
    {"/@example.org", "/@example.org"},
    {"/caf\xC3\xA9", "/caf%C3%A9"},
    {"/\xE2\x80\xA8", "/%E2%80%A8"},
    {"/a\"b<c>", "/a%22b%3Cc%3E"},
    {"/100%", "/100%25"},
    {"/100%2", "/100%252"},
    {"/%zz%41", "/%25zz%41"},
    {"/%5c%5cevil", "/%5c%5cevil"},
    {"", NULL},
    {"todos", NULL},
    {"./todos", NULL},
    {"?x", NULL},
    {"#x", NULL},
    {"//evil.example", NULL},
    {"///evil.example", NULL},
    {"//", NULL},
    {"/\\evil.example", NULL},
    {"\\/evil.example", NULL},
    {"\\\\evil.example", NULL},
    {"/a\\b", NULL},
    {"/\t/evil.example", NULL},
    {"/\n/evil.example", NULL},
    {"\t//evil.example", NULL},
    {" /todos", NULL},
    {"/a b", NULL},
    {"/a ", NULL},
    {"/a\r\nSet-Cookie: a=b", NULL},
    {"/a\x7f", NULL},
    {"/a\x1b[0m", NULL},
    {"https://evil.example/", NULL},
    {"javascript:alert(1)", NULL},
    {"/\xff", NULL},
    {"/\xc0\xaf", NULL},
};
#define REDIRECTS (int)(sizeof redirects / sizeof *redirects)

START_TEST(only_paths_of_this_site_are_redirected_to)
{
    bare *t = bare_get();

    if (redirects[_i].location == NULL) {
        ck_assert_int_eq(hearth_redirect(t->c, redirects[_i].to), HEARTH_EINVAL);
        ck_assert_ptr_null(bare_field(t, "Location"));
        ck_assert_int_eq(hearth_status(t->c), 0);
        ck_assert_int_eq(t->c->error.status, 400);
        ck_assert_ptr_nonnull(strstr(t->log->text, "refused to redirect"));
    } else {
        ck_assert_int_eq(hearth_redirect(t->c, redirects[_i].to), 0);
        ck_assert_str_eq(bare_field(t, "Location"), redirects[_i].location);
        ck_assert_int_eq(hearth_status(t->c), 302);
        ck_assert_uint_eq(t->c->res.body.len, 0);
    }
    bare_close(t);
}
END_TEST

static const struct {
    const char *method;
    int status;
} methods[] = {
    {"GET", 302},   {"HEAD", 302},   {"POST", 303},    {"PUT", 303},
    {"PATCH", 303}, {"DELETE", 303}, {"OPTIONS", 303}, {"BREW", 303},
};

START_TEST(after_an_unsafe_method_the_client_is_told_to_get)
{
    char request[64];
    bare *t;

    snprintf(request, sizeof request, "%s / HTTP/1.1\r\nHost: a\r\n\r\n",
             methods[_i].method);
    t = bare_open(NULL, request);
    ck_assert_int_eq(hearth_redirect(t->c, "/x"), 0);
    ck_assert_int_eq(hearth_status(t->c), methods[_i].status);
    bare_close(t);
}
END_TEST

START_TEST(a_redirect_replaces_an_answer)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_text(t->c, 200, "x"), 0);
    ck_assert_int_eq(hearth_redirect(t->c, "/a"), 0);
    ck_assert_int_eq(hearth_redirect(t->c, "/b"), 0);
    ck_assert_int_eq(hearth_redirect(t->c, NULL), HEARTH_EINVAL);
    ck_assert_str_eq(bare_field(t, "Location"), "/b");
    ck_assert_int_eq(bare_count(t, "Location"), 1);
    ck_assert_ptr_null(bare_field(t, "Content-Type"));
    ck_assert_uint_eq(t->c->res.body.len, 0);
    bare_close(t);
}
END_TEST

SUITE("app/redirect", LOOP(only_paths_of_this_site_are_redirected_to, 0, REDIRECTS)
                          LOOP(after_an_unsafe_method_the_client_is_told_to_get, 0, 8)
                              TEST(a_redirect_replaces_an_answer))
