/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/limit.h"
#include "ctx.h"
#include "suite.h"

#include <sys/un.h>

static hearth_limit *one_of(bare *t)
{
    hearth_limit *l = hearth_limit_new(t->app, &(hearth_limit_opts){.quota = 1});

    ck_assert_ptr_nonnull(l);
    return l;
}

START_TEST(who_has_no_address_is_not_counted_but_an_unclear_one_is)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    bare *t = bare_get();
    hearth_limit *l = one_of(t);

    t->c->peer = (const struct sockaddr *)(const void *)&local;
    t->c->peer_len = sizeof local.sun_family;
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(hearth_limit_take(t->c, l, NULL), 0);
    t->c->origin.client = HEARTH__CLIENT_UNKNOWN;
    ck_assert_int_eq(hearth_limit_take(t->c, l, NULL), 0);
    ck_assert_int_eq(hearth_limit_take(t->c, l, NULL), 429);
    bare_close(t);
}
END_TEST

START_TEST(a_text_is_no_address)
{
    bare *t = bare_get();
    hearth_limit *l = one_of(t);

    t->c->origin.client = HEARTH__CLIENT_UNKNOWN;
    ck_assert_int_eq(hearth_limit_take(t->c, l, NULL), 0);
    ck_assert_int_eq(hearth_limit_take(t->c, l, "?"), 0);
    ck_assert_int_eq(hearth_limit_take(t->c, l, ""), 0);
    ck_assert_int_eq(hearth_limit_take(t->c, l, ""), 429);
    bare_close(t);
}
END_TEST

START_TEST(several_limits_each_have_their_fields)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_use_limit_at(t->app, "",
                                         &(hearth_limit_opts){.name = "a", .quota = 2}),
                     0);
    ck_assert_int_eq(hearth_use_limit_at(t->app, "/",
                                         &(hearth_limit_opts){.name = "b", .quota = 1}),
                     0);
    t->c->origin.client = HEARTH__CLIENT_UNKNOWN;
    ck_assert_int_eq(hearth__limit_request(t->c), 0);
    ck_assert_int_eq(bare_count(t, "RateLimit"), 2);
    ck_assert_int_eq(bare_count(t, "RateLimit-Policy"), 2);
    ck_assert_int_eq(hearth__limit_request(t->c), 429);
    ck_assert_str_eq(bare_field(t, "Retry-After"), "60");
    bare_close(t);
}
END_TEST

SUITE("app/limit",
      TEST(who_has_no_address_is_not_counted_but_an_unclear_one_is)
          TEST(a_text_is_no_address) TEST(several_limits_each_have_their_fields))
