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

START_TEST(origins_are_kept_as_browsers_say_them)
{
    static const char *const kept[] = {"https://app.example.org", "http://a.example",
                                       "http://a.example:443", "app://local", "null"};
    bare *t = bare_get();

    ck_assert_int_eq(hearth_use_cors_at(t->app, "/a/",
                                        &(hearth_cors_opts){.origins = listed}),
                     0);
    ck_assert_str_eq(t->app->cors->prefix.ptr, "/a");
    ck_assert_uint_eq(t->app->cors->norigins, 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(t->app->cors->origin[i].ptr, kept[i]);
    bare_close(t);
}
END_TEST

SUITE("app/cors_setup", TEST(origins_are_kept_as_browsers_say_them))
