/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/cors.h"
#include "ctx.h"
#include "suite.h"

static const char *const listed[] = {"HTTPS://App.example.org:443",
                                     "http://a.example:80",
                                     "http://a.example:443",
                                     "app://Local",
                                     "null",
                                     NULL};

START_TEST(two_origins_are_none)
{
    bare *t = bare_open(NULL, "GET /a HTTP/1.1\r\nHost: b.example\r\n"
                              "Origin: null\r\nOrigin: null\r\n\r\n");

    ck_assert_int_eq(hearth_use_cors(t->app, &(hearth_cors_opts){.origins = listed}), 0);
    hearth__cors_answer(t->c);
    ck_assert_ptr_null(bare_field(t, "Access-Control-Allow-Origin"));
    ck_assert_str_eq(bare_field(t, "Vary"), "Origin");
    ck_assert(!hearth__cors_lets(t->c));
    bare_close(t);
}
END_TEST

START_TEST(what_is_no_preflight_goes_on)
{
    bare *t =
        bare_open(NULL, "GET /a HTTP/1.1\r\nHost: b.example\r\n"
                        "Origin: null\r\nAccess-Control-Request-Method: GET\r\n\r\n");

    ck_assert_int_eq(hearth_use_cors(t->app, &(hearth_cors_opts){.origins = listed}), 0);
    ck_assert_int_eq(hearth__cors_preflight(t->c), 0);
    t->c->framing.method = HEARTH__OPTIONS;
    ck_assert_int_eq(hearth__cors_preflight(t->c), 204);
    bare_close(t);
}
END_TEST

SUITE("app/cors", TEST(two_origins_are_none) TEST(what_is_no_preflight_goes_on))
