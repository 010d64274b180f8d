/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "ctx.h"
#include "suite.h"

#include <hearth/res.h>

START_TEST(a_cookie_is_safe_by_default)
{
    bare *t = bare_get();
    const char *v;

    ck_assert_int_eq(hearth_set_cookie(t->c, "theme", "dark", NULL), 0);
    v = bare_field(t, "Set-Cookie");
    ck_assert_int_eq(strncmp(v, "theme=dark;", 11), 0);
    ck_assert_ptr_nonnull(strstr(v, "; Path=/"));
    ck_assert_ptr_nonnull(strstr(v, "; Secure"));
    ck_assert_ptr_nonnull(strstr(v, "; HttpOnly"));
    ck_assert_ptr_nonnull(strstr(v, "; SameSite=Lax"));
    ck_assert_ptr_null(strstr(v, "Domain"));
    ck_assert_ptr_null(strstr(v, "Max-Age"));
    bare_close(t);
}
END_TEST

START_TEST(options_weaken_it_by_name)
{
    bare *t = bare_get();
    const hearth_cookie_opts o = {.path = "/a",
                                  .domain = "example.org",
                                  .max_age_s = 60,
                                  .insecure = true,
                                  .script_readable = true,
                                  .strict = true};
    const char *v;

    ck_assert_int_eq(hearth_set_cookie(t->c, "a", "b", &o), 0);
    v = bare_field(t, "Set-Cookie");
    ck_assert_ptr_nonnull(strstr(v, "; Path=/a"));
    ck_assert_ptr_nonnull(strstr(v, "; Domain=example.org"));
    ck_assert_ptr_nonnull(strstr(v, "; Max-Age=60"));
    ck_assert_ptr_nonnull(strstr(v, "; SameSite=Strict"));
    ck_assert_ptr_null(strstr(v, "Secure"));
    ck_assert_ptr_null(strstr(v, "HttpOnly"));
    bare_close(t);
}
END_TEST

START_TEST(several_cookies_stand_side_by_side)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_set_cookie(t->c, "a", "1", NULL), 0);
    ck_assert_int_eq(hearth_set_cookie(t->c, "b", "2",
                                       &(hearth_cookie_opts){.cross_site = true}),
                     0);
    ck_assert_int_eq(hearth_set_cookie(t->c, "c", "",
                                       &(hearth_cookie_opts){.max_age_s = -1}),
                     0);
    ck_assert_int_eq(bare_count(t, "Set-Cookie"), 3);
    ck_assert_ptr_nonnull(strstr(t->c->res.field[1].value.ptr, "SameSite=None"));
    ck_assert_ptr_nonnull(strstr(t->c->res.field[2].value.ptr, "Max-Age=0"));
    bare_close(t);
}
END_TEST

static const struct {
    const char *name, *value;
    hearth_cookie_opts o;
} refused[] = {
    {NULL, "x", {0}},
    {"a", NULL, {0}},
    {"", "x", {0}},
    {"a b", "x", {0}},
    {"a=b", "x", {0}},
    {"a", "x;y", {0}},
    {"a", "x y", {0}},
    {"a", "x\r\nSet-Cookie: b=c", {0}},
    {"a", "x,y", {0}},
    {"a", "x", {.path = "/;Domain=evil.example"}},
    {"a", "x", {.cross_site = true, .insecure = true}},
    {"a", "x", {.cross_site = true, .strict = true}},
    {"__Host-a", "x", {.path = "/a"}},
    {"__Host-a", "x", {.domain = "example.org"}},
    {"__Secure-a", "x", {.insecure = true}},
};
#define REFUSED (int)(sizeof refused / sizeof *refused)

START_TEST(a_cookie_that_breaks_the_rules_is_refused)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_set_cookie(t->c, refused[_i].name, refused[_i].value,
                                       &refused[_i].o),
                     HEARTH_EINVAL);
    ck_assert_uint_eq(t->c->res.nfields, 0);
    ck_assert_ptr_nonnull(strstr(t->log->text, "refused"));
    bare_close(t);
}
END_TEST

SUITE("app/res_cookie",
      TEST(a_cookie_is_safe_by_default) TEST(options_weaken_it_by_name)
          TEST(several_cookies_stand_side_by_side)
              LOOP(a_cookie_that_breaks_the_rules_is_refused, 0, REFUSED))
