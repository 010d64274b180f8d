/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* A request that leaves its connection behind. */

#include "app/dispatch.h"
#include "ctx.h"
#include "suite.h"

#define REQUEST                                                 \
    "GET /a?x=1 HTTP/1.1\r\nHost: localhost\r\nCookie: k=v\r\n" \
    "X-One: 1\r\n\r\n"

static int handler(hearth_ctx *c)
{
    (void)c;
    return 204;
}

static const hearth_route routes[] = {
    HEARTH_GET("/a", handler),
    HEARTH_END,
};

static bare *with_head(void)
{
    bare *t = bare_try(NULL, hearth__str_of(REQUEST));

    ck_assert_ptr_nonnull(t);
    ck_assert_int_eq(hearth_mount(t->app, "", routes), 0);
    ck_assert_int_eq(hearth__app_freeze(t->app, NULL), 0);
    t->c->head.target.ptr = hearth__ctx_text(t->c, t->c->head.target);
    ck_assert_int_eq(hearth__request_head(t->c), 0);
    return t;
}

static void check_whole(hearth_ctx *c)
{
    ck_assert_str_eq(hearth_method(c), "GET");
    ck_assert_str_eq(hearth_query(c, "x", ""), "1");
    ck_assert_str_eq(hearth_cookie(c, "k"), "v");
    ck_assert_str_eq(hearth_header(c, "X-One"), "1");
    ck_assert_str_eq(hearth_host(c), "localhost");
    ck_assert_ptr_nonnull(c->match.route);
}

START_TEST(a_detached_request_outlives_its_bytes)
{
    bare *t = with_head();

    ck_assert_int_eq(hearth__request_detach(t->c), 0);
    ck_assert(t->c->detached);
    memset(t->request, '!', strlen(REQUEST));
    memset(t->field, 0, sizeof t->field);
    ck_assert_int_eq(hearth__request_detach(t->c), 0);
    check_whole(t->c);
    bare_close(t);
}
END_TEST

START_TEST(a_copy_outlives_the_first_one)
{
    bare *t = with_head();
    hearth_ctx *copy = hearth__ctx_take(NULL, t->app);

    ck_assert_int_eq(hearth__request_copy(copy, t->c), 0);
    hearth__ctx_put(NULL, t->c);
    t->c = copy;
    memset(t->request, '!', strlen(REQUEST));
    check_whole(t->c);
    bare_close(t);
}
END_TEST

SUITE("app/handover",
      TEST(a_detached_request_outlives_its_bytes) TEST(a_copy_outlives_the_first_one))
