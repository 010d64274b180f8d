/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "routes.h"
#include "suite.h"

#include <stdio.h>

START_TEST(free_accepts_null_and_an_empty_router)
{
    hearth__router_free(NULL);
    hearth__router_free(hearth__router_new());
}
END_TEST

START_TEST(an_empty_router_matches_nothing)
{
    hearth__router *r = hearth__router_new();
    char got[64];

    ck_assert(!routes_find(r, "GET", "/", 0, got, sizeof got));
    ck_assert(!routes_find(r, "GET", "/a/b", 0, got, sizeof got));
    ck_assert_ptr_null(hearth__router_first(r));
    ck_assert_ptr_null(hearth__router_last(r));
    ck_assert_ptr_null(hearth__router_named(r, "a"));
    hearth__router_free(r);
}
END_TEST

static const struct {
    const char *one, *two;
    bool clash;
} pairs[] = {
    {"GET /", "GET /", true},
    {"GET /a", "GET /a", true},
    {"GET /{a}", "GET /{b}", true},
    {"GET /{a}", "GET /{a:string}", true},
    {"GET /x/{id:int}", "GET /x/{n:int}", true},
    {"GET /{a}/x/{b:path}", "GET /{c}/x/{d:path}", true},
    {"PROPFIND /a", "PROPFIND /a", true},
    {"GET /a", "POST /a", false},
    {"GET /a", "HEAD /a", false},
    {"GET /a", "GET /a/", false},
    {"GET /a", "GET /A", false},
    {"GET /{a}", "GET /a", false},
    {"GET /{a}", "GET /{a:slug}", false},
    {"GET /{a:int}", "GET /{a:float}", false},
    {"GET /{a}", "GET /{a}/", false},
    {"GET /{a:path}", "GET /{a}", false},
    {"PROPFIND /a", "MKCOL /a", false},
};

START_TEST(routes_clash_when_they_match_the_same_requests)
{
    hearth__router *r = routes_new(pairs[_i].one);
    hearth_error err = {0};
    int rc = routes_mount(r, "", pairs[_i].two, &err);

    ck_assert_int_eq(rc, pairs[_i].clash ? HEARTH_ECONFLICT : 0);
    ck_assert_int_eq(err.code, rc);
    hearth__router_free(r);
}
END_TEST

START_TEST(a_clash_is_told_with_both_patterns_in_full)
{
    hearth__router *r = hearth__router_new();
    hearth_error err = {0};

    ck_assert_int_eq(routes_mount(r, "/api", "GET /todos/{id:int}", NULL), 0);
    ck_assert_int_eq(routes_mount(r, "/api/todos", "GET /{n:int}", &err),
                     HEARTH_ECONFLICT);
    ck_assert_ptr_nonnull(strstr(err.text, "GET \"/api/todos/{id:int}\""));
    ck_assert_ptr_nonnull(strstr(err.text, "GET \"/api/todos/{n:int}\""));
    hearth__router_free(r);
}
END_TEST

START_TEST(a_clash_within_one_table_is_found)
{
    hearth__router *r = hearth__router_new();
    hearth_error err = {0};

    ck_assert_int_eq(routes_mount(r, "", "GET /a|GET /b|GET /a", &err), HEARTH_ECONFLICT);
    ck_assert_ptr_null(hearth__router_first(r));
    hearth__router_free(r);
}
END_TEST

START_TEST(a_name_is_found_and_belongs_to_one_route)
{
    hearth__router *r = routes_new("GET /a one|GET /{b} two");
    hearth_error err = {0};

    ck_assert_str_eq(hearth__router_named(r, "one")->pattern, "/a");
    ck_assert_str_eq(hearth__router_named(r, "two")->pattern, "/{b}");
    ck_assert_ptr_null(hearth__router_named(r, "three"));
    ck_assert_ptr_null(hearth__router_named(r, ""));
    ck_assert_ptr_null(hearth__router_named(r, NULL));
    ck_assert_int_eq(routes_mount(r, "", "POST /c/d one", &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "\"one\""));
    ck_assert_ptr_nonnull(strstr(err.text, "GET \"/a\""));
    ck_assert_ptr_nonnull(strstr(err.text, "POST \"/c/d\""));
    hearth__router_free(r);
}
END_TEST

START_TEST(routes_stand_in_the_order_of_registration)
{
    hearth__router *r = routes_new("GET /b|POST /a|GET /a");
    const hearth__route *route = hearth__router_first(r);

    ck_assert_str_eq(route->pattern, "/b");
    ck_assert_str_eq(route->next->method, "POST");
    ck_assert_ptr_eq(route->next->next, hearth__router_last(r));
    ck_assert_ptr_null(route->next->next->next);
    hearth__router_free(r);
}
END_TEST

/* Whatever a table had added before its mistake is gone again, and can be added later. */
START_TEST(a_mount_that_fails_leaves_nothing_behind)
{
    static const char *const mistakes[] = {"GET /a", "GET /x{y}", "PUT /q kept",
                                           "G=T /r"};
    hearth__router *r = routes_new("GET /a kept|PROPFIND /a");
    char table[200], got[100];

    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        hearth__route *last = hearth__router_last(r);

        snprintf(table, sizeof table,
                 "POST /a new|GET /{n}|GET /a/b/c|MKCOL /a|LOCK /a|%s", mistakes[i]);
        ck_assert_int_ne(routes_mount(r, "", table, NULL), 0);
        ck_assert_ptr_eq(hearth__router_last(r), last);
        ck_assert_ptr_null(last->next);
        ck_assert_ptr_null(hearth__router_named(r, "new"));
        ck_assert_str_eq(hearth__router_named(r, "kept")->pattern, "/a");
        ck_assert(!routes_find(r, "GET", "/x", 0, got, sizeof got));
        ck_assert(!routes_find(r, "GET", "/a/b/c", 0, got, sizeof got));
        routes_allow(r, "/a", got, sizeof got);
        ck_assert_str_eq(got, "GET, HEAD, OPTIONS, PROPFIND");
    }
    ck_assert_int_eq(routes_mount(r, "", "POST /a new|GET /{n}|MKCOL /a", NULL), 0);
    ck_assert_str_eq(hearth__router_named(r, "new")->method, "POST");
    routes_allow(r, "/a", got, sizeof got);
    ck_assert_str_eq(got, "GET, HEAD, POST, OPTIONS, PROPFIND, MKCOL");
    hearth__router_free(r);
}
END_TEST

START_TEST(a_first_mount_that_fails_leaves_an_empty_router)
{
    hearth__router *r = hearth__router_new();
    char got[64];

    ck_assert_int_eq(routes_mount(r, "", "GET /a n|GET {", NULL), HEARTH_EINVAL);
    ck_assert_ptr_null(hearth__router_first(r));
    ck_assert_ptr_null(hearth__router_last(r));
    ck_assert(!routes_find(r, "GET", "/a", 0, got, sizeof got));
    ck_assert_int_eq(routes_mount(r, "", "GET /a n", NULL), 0);
    ck_assert(routes_find(r, "GET", "/a", 0, got, sizeof got));
    hearth__router_free(r);
}
END_TEST

START_TEST(thousands_of_routes_are_all_found)
{
    hearth__router *r = hearth__router_new();
    char text[100], got[100];

    for (int i = 0; i < 2000; i++) {
        snprintf(text, sizeof text, "GET /r%d/{id:int}/s%d name%d", i, i * 7, i);
        ck_assert_int_eq(routes_mount(r, "/api", text, NULL), 0);
    }
    for (int i = 0; i < 2000; i++) {
        char raw[64];

        snprintf(raw, sizeof raw, "/api/r%d/%d/s%d", i, i + 1, i * 7);
        snprintf(text, sizeof text, "GET /api/r%d/{id:int}/s%d id=%d", i, i * 7, i + 1);
        ck_assert(routes_find(r, "GET", raw, 0, got, sizeof got));
        ck_assert_str_eq(got, text);
        snprintf(text, sizeof text, "name%d", i);
        ck_assert_ptr_nonnull(hearth__router_named(r, text));
    }
    hearth__router_free(r);
}
END_TEST

SUITE("app/router",
      TEST(free_accepts_null_and_an_empty_router) TEST(an_empty_router_matches_nothing)
          LOOP(routes_clash_when_they_match_the_same_requests, 0,
               (int)(sizeof pairs / sizeof *pairs))
              TEST(a_clash_is_told_with_both_patterns_in_full)
                  TEST(a_clash_within_one_table_is_found)
                      TEST(a_name_is_found_and_belongs_to_one_route)
                          TEST(routes_stand_in_the_order_of_registration)
                              TEST(a_mount_that_fails_leaves_nothing_behind)
                                  TEST(a_first_mount_that_fails_leaves_an_empty_router)
                                      TEST(thousands_of_routes_are_all_found))
