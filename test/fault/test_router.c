/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "fault.h"
#include "routes.h"
#include "suite.h"

#define KEPT "GET /kept kept|PROPFIND /kept"

static const hearth_route inner[] = {
    HEARTH_GET("/{id:int}/{name}/x", routes_handler, .name = "two"),
    HEARTH_GET("/b", routes_handler),
    HEARTH_GET("/c", routes_handler),
    HEARTH_GET("/i/{p:path}", routes_handler, .name = "three"),
    HEARTH_GET("/j", routes_handler, .name = "four"),
    HEARTH_END,
};
static const hearth_route table[] = {
    HEARTH_GET("/a", routes_handler, .name = "one"),
    HEARTH_POST("/a", routes_handler),
    HEARTH_ROUTE("MKCOL", "/kept", routes_handler),
    HEARTH_ROUTE("LOCK", "/{n}", routes_handler),
    HEARTH_GROUP("/in", inner),
    HEARTH_GET("/d", routes_handler),
    HEARTH_GET("/e", routes_handler),
    HEARTH_GET("/f", routes_handler, .name = "five"),
    HEARTH_GET("/k", routes_handler, .name = "six"),
    HEARTH_END,
};

static void check_kept_alone(const hearth__router *r)
{
    char got[200];

    ck_assert_ptr_eq(hearth__router_first(r)->next, hearth__router_last(r));
    ck_assert_str_eq(hearth__router_named(r, "kept")->pattern, "/kept");
    ck_assert_ptr_null(hearth__router_named(r, "one"));
    ck_assert_ptr_null(hearth__router_named(r, "two"));
    ck_assert(!routes_find(r, "GET", "/a", 0, got, sizeof got));
    ck_assert(!routes_find(r, "GET", "/in/7/x/x", 0, got, sizeof got));
    routes_allow(r, "/kept", got, sizeof got);
    ck_assert_str_eq(got, "GET, HEAD, OPTIONS, PROPFIND");
}

static void check_all(const hearth__router *r)
{
    char got[200];

    ck_assert(routes_find(r, "GET", "/in/7/q/x", 0, got, sizeof got));
    ck_assert_str_eq(got, "GET /in/{id:int}/{name}/x id=7 name=q");
    ck_assert_str_eq(hearth__router_named(r, "six")->pattern, "/k");
    routes_allow(r, "/kept", got, sizeof got);
    ck_assert_str_eq(got, "GET, HEAD, OPTIONS, PROPFIND, MKCOL, LOCK");
}

START_TEST(a_router_that_cannot_be_made_is_null)
{
    hearth__router *r;

    fault_at(0);
    r = hearth__router_new();
    ck_assert(fault_hit());
    ck_assert_ptr_null(r);
}
END_TEST

/* Routes live in an arena, which asks for a chunk now and then.  Padding before the mount
 * shifts what asks, so that over the loop each allocation in it is the one that fails. */
START_TEST(a_mount_without_memory_fails_and_can_be_repeated)
{
    hearth__router *r = routes_new(KEPT);
    size_t pad = (size_t)_i * HEARTH__ARENA_ALIGN;

    ck_assert_ptr_nonnull(hearth__arena_raw(hearth__router_arena(r), pad));
    for (long n = 0;; n++) {
        hearth_error err = {0};
        int rc;

        fault_at(n);
        rc = hearth__router_mount(r, "", table, sizeof *table, &err);
        if (!fault_hit()) {
            ck_assert_int_eq(rc, 0);
            break;
        }
        ck_assert_int_eq(rc, HEARTH_ENOMEM);
        ck_assert_int_eq(err.code, HEARTH_ENOMEM);
        ck_assert_str_ne(err.text, "");
        check_kept_alone(r);
    }
    check_all(r);
    hearth__router_free(r);
}
END_TEST

START_TEST(matching_and_allow_ask_for_no_memory)
{
    hearth__router *r = routes_new(KEPT);
    hearth__arena a;
    hearth__target t;
    hearth__match m;
    bool found;
    hearth__buf b;
    char room[100];

    ck_assert_int_eq(hearth__router_mount(r, "", table, sizeof *table, NULL), 0);
    hearth__arena_init(&a, 0);
    routes_target(&t, &a, "/in/i/x/y");
    hearth__buf_over(&b, room, sizeof room);
    fault_from(0);
    found = hearth__router_match(r, &t, HEARTH__GET, HEARTH__S("GET"), 0, &m);
    hearth__router_allow(r, &t, &b);
    ck_assert(!fault_hit());
    ck_assert(found);
    ck_assert_str_eq(m.param[0].ptr, "x/y");
    ck_assert_str_eq(room, "GET, HEAD, OPTIONS");
    hearth__arena_clear(&a);
    hearth__router_free(r);
}
END_TEST

START_TEST(an_address_without_memory_is_null_with_a_sentence)
{
    hearth__router *r = routes_new("GET /{n}/a one");
    hearth__arena a;
    hearth_val v = {HEARTH_VAL_TEXT, {.s = {"x", 1}}};

    hearth__arena_init(&a, 0);
    for (long n = 0;; n++) {
        hearth_error err = {0};
        const char *url;

        fault_at(n);
        url = hearth__route_url(hearth__router_named(r, "one"), (hearth_vals){&v, 1}, &a,
                                &err);
        if (!fault_hit()) {
            ck_assert_str_eq(url, "/x/a");
            ck_assert_int_gt(n, 0);
            break;
        }
        ck_assert_ptr_null(url);
        ck_assert_int_eq(err.code, HEARTH_ENOMEM);
    }
    hearth__arena_clear(&a);
    hearth__router_free(r);
}
END_TEST

/* 256 steps of padding are the arena's first chunk. */
SUITE("fault/router", TEST(a_router_that_cannot_be_made_is_null)
                          LOOP(a_mount_without_memory_fails_and_can_be_repeated, 0, 260)
                              TEST(matching_and_allow_ask_for_no_memory)
                                  TEST(an_address_without_memory_is_null_with_a_sentence))
