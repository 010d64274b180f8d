/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Before the handler, below HTTP: who is sent where, and which way back is one. */

#include "auth/users.h"

#include "auth_bare.h"
#include "suite.h"

START_TEST(a6_a_program_is_told_and_a_browser_sent)
{
    bare *program = auth_bare("Accept: application/json\r\n"),
         *browser = auth_bare("Accept: text/html\r\n");

    ck_assert_int_eq(hearth__users_refuse(program->c), 401);
    ck_assert_ptr_null(bare_field(program, "Location"));
    ck_assert_int_eq(hearth__users_refuse(browser->c), 302);
    ck_assert_str_eq(bare_field(browser, "Location"), "/login?next=%2F");
    ck_assert_str_eq(bare_field(browser, "Cache-Control"), "no-store");
    browser->c->framing.method = HEARTH__POST;
    ck_assert_int_eq(hearth__users_refuse(browser->c), 303);
    ck_assert_str_eq(bare_field(browser, "Location"), "/login");
    bare_close(program);
    bare_close(browser);
}
END_TEST

static const struct {
    const char *query, *next; /* next NULL: the fallback */
} ways[] = {
    {"", NULL},
    {"?next=", NULL},
    {"?next=/a", "/a"},
    {"?next=%2Fa%3Fb%3Dc%23d", "/a?b=c#d"},
    {"?next=//evil.example", NULL},
    {"?next=/%5Cevil.example", NULL},
    {"?next=%5C%5Cevil.example", NULL},
    {"?next=/%09/evil.example", NULL},
    {"?next=%20/a", NULL},
    {"?next=a", NULL},
    {"?next=https://evil.example/", NULL},
    {"?next=javascript:alert(1)", NULL},
    {"?next=/a%0D%0ASet-Cookie:%20a=b", NULL},
};
#define WAYS (int)(sizeof ways / sizeof *ways)

START_TEST(h2_a_way_back_is_a_path_of_this_site)
{
    char request[256];
    bare *t;

    snprintf(request, sizeof request, "GET /login%s HTTP/1.1\r\nHost: localhost\r\n\r\n",
             ways[_i].query);
    t = bare_open(NULL, request);
    ck_assert_str_eq(hearth_login_next(t->c, "/home"),
                     ways[_i].next == NULL ? "/home" : ways[_i].next);
    bare_close(t);
}
END_TEST

START_TEST(a_way_back_has_2000_bytes_at_most)
{
    char request[2200];

    for (int more = 0; more < 2; more++) {
        int n = snprintf(request, sizeof request, "GET /login?next=/");

        memset(request + n, 'a', (size_t)(1999 + more));
        snprintf(request + n + 1999 + more, 100, " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        bare *t = bare_open(NULL, request);

        ck_assert_uint_eq(strlen(hearth_login_next(t->c, "/")), more == 0 ? 2000 : 1);
        bare_close(t);
    }
}
END_TEST

START_TEST(a6_without_users_the_door_stays_shut)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_require_login(t->c), HEARTH_ESTATE);
    ck_assert(auth_logged(t, "hearth_use_users()"));
    bare_close(t);
}
END_TEST

SUITE("auth/guard", TEST(a6_a_program_is_told_and_a_browser_sent)
                        LOOP(h2_a_way_back_is_a_path_of_this_site, 0, WAYS)
                            TEST(a_way_back_has_2000_bytes_at_most)
                                TEST(a6_without_users_the_door_stays_shut))
