/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Cookies, both ways, and the jar of the test client.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

/* Which set of options a test wants travels in the query. */
static const struct {
    const char *name, *value;
    hearth_cookie_opts o;
    const char *header; /* NULL: refused */
} sets[] = {
    {"a", "b", {0}, "a=b; Path=/; Secure; HttpOnly; SameSite=Lax"},
    {"a", "", {0}, "a=; Path=/; Secure; HttpOnly; SameSite=Lax"},
    {"a", "b", {.path = "/x"}, "a=b; Path=/x; Secure; HttpOnly; SameSite=Lax"},
    {"a",
     "b",
     {.domain = "example.org"},
     "a=b; Path=/; Domain=example.org; Secure; HttpOnly; SameSite=Lax"},
    {"a",
     "b",
     {.max_age_s = 60},
     "a=b; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax"},
    {"a", "b", {.insecure = true}, "a=b; Path=/; HttpOnly; SameSite=Lax"},
    {"a", "b", {.script_readable = true}, "a=b; Path=/; Secure; SameSite=Lax"},
    {"a", "b", {.strict = true}, "a=b; Path=/; Secure; HttpOnly; SameSite=Strict"},
    {"a", "b", {.cross_site = true}, "a=b; Path=/; Secure; HttpOnly; SameSite=None"},
    {"__Host-a", "b", {0}, "__Host-a=b; Path=/; Secure; HttpOnly; SameSite=Lax"},
    {"__Secure-a",
     "b",
     {.path = "/x"},
     "__Secure-a=b; Path=/x; Secure; HttpOnly; SameSite=Lax"},
    {"", "b", {0}, NULL},
    {NULL, "b", {0}, NULL},
    {"a", NULL, {0}, NULL},
    {"a b", "c", {0}, NULL},
    {"a=b", "c", {0}, NULL},
    {"a;", "c", {0}, NULL},
    {"a", "b c", {0}, NULL},
    {"a", "b;c", {0}, NULL},
    {"a", "b,c", {0}, NULL},
    {"a", "b\r\nX: y", {0}, NULL},
    {"a", "b\"c", {0}, NULL},
    {"a", "b\\c", {0}, NULL},
    {"a", "\xc3\xa4", {0}, NULL},
    {"a", "b", {.path = "/x; HttpOnly"}, NULL},
    {"a", "b", {.path = "/\r\n"}, NULL},
    {"a", "b", {.domain = "x;y"}, NULL},
    {"a", "b", {.cross_site = true, .insecure = true}, NULL},
    {"a", "b", {.cross_site = true, .strict = true}, NULL},
    {"__Host-a", "b", {.insecure = true}, NULL},
    {"__Host-a", "b", {.path = "/x"}, NULL},
    {"__Host-a", "b", {.domain = "example.org"}, NULL},
    {"__Secure-a", "b", {.insecure = true}, NULL},
};

static int set_one(hearth_ctx *c)
{
    int64_t i = hearth_param_int(c, "i");
    int rc = hearth_set_cookie(c, sets[i].name, sets[i].value, &sets[i].o);

    return hearth_textf(c, 200, "%d", rc);
}

static int set_plain(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_cookie(c, "user", "7", NULL));
    HEARTH_TRY(hearth_set_cookie(c, "theme", "dark", NULL));
    return 204;
}

static int set_again(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_cookie(c, "theme", "light", NULL));
    return 204;
}

static int drop_user(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_cookie(c, "user", "", &(hearth_cookie_opts){.max_age_s = -1}));
    return 204;
}

/* As another server might: the old way to delete. */
static int expire_theme(hearth_ctx *c)
{
    HEARTH_TRY(hearth_add_header(c, "Set-Cookie",
                                 "theme=x; expires=Thu, 01 Jan 1970 00:00:00 GMT"));
    return 204;
}

static int raw_cookie(hearth_ctx *c)
{
    HEARTH_TRY(hearth_add_header(c, "Set-Cookie", "no equals sign"));
    HEARTH_TRY(hearth_add_header(c, "Set-Cookie", "=nameless"));
    HEARTH_TRY(
        hearth_add_header(c, "Set-Cookie",
                          "kept=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
    return 204;
}

static int shown(hearth_ctx *c)
{
    const char *field = hearth_header(c, "Cookie");

    return hearth_text(c, 200, field == NULL ? "(none)" : field);
}

static int read_a(hearth_ctx *c)
{
    const char *a = hearth_cookie(c, "a");

    return hearth_textf(c, 200, "[%s]", a == NULL ? "(none)" : a);
}

static int set_then_fail(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_cookie(c, "a", "b", NULL));
    return 403;
}

static const hearth_route routes[] = {
    HEARTH_GET("/set/{i:int}", set_one), HEARTH_GET("/plain", set_plain),
    HEARTH_GET("/again", set_again),     HEARTH_GET("/drop", drop_user),
    HEARTH_GET("/expire", expire_theme), HEARTH_GET("/raw", raw_cookie),
    HEARTH_GET("/shown", shown),         HEARTH_GET("/a", read_a),
    HEARTH_GET("/fail", set_then_fail),  HEARTH_END,
};

START_TEST(cookies_are_set_on_the_safe_side)
{
    hearth_client *t = http_client(NULL, routes);
    char target[16];

    snprintf(target, sizeof target, "/set/%d", _i);
    const hearth_answer *r = hearth_call_get(t, target);
    const char *header = hearth_answer_header(r, "Set-Cookie");

    ck_assert_int_eq(r->status, 200);
    if (sets[_i].header == NULL) {
        ck_assert_str_eq(r->body.ptr, "-1");
        ck_assert_ptr_null(header);
    } else {
        ck_assert_str_eq(r->body.ptr, "0");
        ck_assert_str_eq(header, sets[_i].header);
    }
    hearth_client_free(t);
}
END_TEST

static const http_case reads[] = {
    {.target = "/a", .status = 200, .says = "[(none)]"},
    {.target = "/a", .header = "Cookie: a=b", .status = 200, .says = "[b]"},
    {.target = "/a", .header = "Cookie: x=y; a=b; c=d", .status = 200, .says = "[b]"},
    {.target = "/a", .header = "Cookie: a=b; a=c", .status = 200, .says = "[b]"},
    {.target = "/a", .header = "Cookie: a=", .status = 200, .says = "[]"},
    {.target = "/a", .header = "Cookie: a=\"b\"", .status = 200, .says = "[b]"},
    {.target = "/a", .header = "Cookie: a=b=c", .status = 200, .says = "[b=c]"},
    {.target = "/a", .header = "Cookie: A=b", .status = 200, .says = "[(none)]"},
    {.target = "/a", .header = "Cookie: a", .status = 200, .says = "[(none)]"},
    {.target = "/a", .header = "Cookie: ; ;; a=b", .status = 200, .says = "[b]"},
    {.target = "/a", .header = "Cookie: x; a=b", .status = 200, .says = "[b]"},
    {.target = "/a", .header = "Cookie: a=b,c=d", .status = 200, .says = "[b,c=d]"},
    {.target = "/a", .header = "Cookie: a=b%20c", .status = 200, .says = "[b%20c]"},
    {.target = "/fail",
     .status = 403,
     .field = "Set-Cookie: a=b; Path=/; Secure; HttpOnly; SameSite=Lax"},
};

START_TEST(cookies_are_read)
{
    http_check_one(NULL, routes, &reads[_i]);
}
END_TEST

START_TEST(the_client_keeps_cookies)
{
    hearth_client *t = http_client(NULL, routes);

    ck_assert_str_eq(hearth_call_get(t, "/shown")->body.ptr, "(none)");
    ck_assert_int_eq(hearth_call_get(t, "/plain")->status, 204);
    ck_assert_str_eq(hearth_call_get(t, "/shown")->body.ptr, "user=7; theme=dark");
    hearth_call_get(t, "/again");
    ck_assert_str_eq(hearth_call_get(t, "/shown")->body.ptr, "user=7; theme=light");
    hearth_call_get(t, "/drop");
    ck_assert_str_eq(hearth_call_get(t, "/shown")->body.ptr, "theme=light");
    hearth_call_get(t, "/expire");
    ck_assert_str_eq(hearth_call_get(t, "/shown")->body.ptr, "(none)");
    hearth_call_get(t, "/drop"); /* what is not there cannot be deleted */
    ck_assert_str_eq(hearth_call_get(t, "/shown")->body.ptr, "(none)");
    hearth_call_get(t, "/raw");
    ck_assert_str_eq(hearth_call_get(t, "/shown")->body.ptr, "kept=1");
    hearth_client_free(t);
}
END_TEST

START_TEST(a_cookie_field_of_the_test_takes_the_place_of_the_jar)
{
    static const char *const headers[] = {"Cookie: mine=1", NULL};
    hearth_client *t = http_client(NULL, routes);

    hearth_call_get(t, "/plain");
    ck_assert_str_eq(hearth_call_do(t, &(hearth_call){.target = "/shown",
                                                      .headers = headers})
                         ->body.ptr,
                     "mine=1");
    ck_assert_str_eq(hearth_call_get(t, "/shown")->body.ptr, "user=7; theme=dark");
    hearth_client_free(t);
}
END_TEST

START_TEST(clients_do_not_share_cookies)
{
    hearth_client *t = http_client(NULL, routes), *u = http_client(NULL, routes);

    hearth_call_get(t, "/plain");
    ck_assert_str_eq(hearth_call_get(u, "/shown")->body.ptr, "(none)");
    hearth_client_free(t);
    hearth_client_free(u);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/cookies",
      LOOP(cookies_are_set_on_the_safe_side, 0, COUNT(sets))
          LOOP(cookies_are_read, 0, COUNT(reads)) TEST(the_client_keeps_cookies)
              TEST(a_cookie_field_of_the_test_takes_the_place_of_the_jar)
                  TEST(clients_do_not_share_cookies))
