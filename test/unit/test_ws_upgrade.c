/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Sockets as they begin: the hub of an application, states before there is a socket, and what can
 * only be said by mistake. */

#include "ctx.h"
#include "suite.h"
#include "ws/socket.h"

#include <hearth.h>
#include <string.h>

static int freed;

static void release(void *state)
{
    ck_assert_ptr_eq(state, &freed);
    freed++;
}

START_TEST(an_application_has_one_hub)
{
    hearth_app *app = hearth_app_new(NULL);

    ck_assert_ptr_null(hearth__ws_hub_of(app));
    hearth__ws_hub *hub = hearth__ws_hub_make(app);

    ck_assert_ptr_nonnull(hub);
    ck_assert_ptr_eq(hearth__ws_hub_make(app), hub);
    ck_assert_ptr_eq(hearth__ws_hub_of(app), hub);
    hearth_app_free(app);
}
END_TEST

START_TEST(a_state_belongs_to_accept)
{
    bare *t = bare_open(NULL, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    hearth_ws_ops ops = {.arg = NULL};
    hearth_ws ws = {.ops = &ops};

    freed = 0;
    ck_assert_int_eq(hearth_ws_set_state(t->c, &freed, release), HEARTH_ESTATE);
    ck_assert_int_eq(freed, 1);
    ck_assert_int_eq(hearth_ws_set_state(t->c, &freed, NULL), HEARTH_ESTATE);
    t->c->upgrade = &ws;
    ck_assert_int_eq(hearth_ws_set_state(t->c, &freed, release), 0);
    ck_assert_ptr_eq(hearth_ws_state(&ws), &freed);
    ck_assert_int_eq(freed, 1);
    ck_assert_int_eq(hearth_ws_set_state(t->c, &freed, release), HEARTH_ESTATE);
    ck_assert_int_eq(freed, 2);
    t->c->upgrade = NULL;
    bare_close(t);
}
END_TEST

START_TEST(a_handler_without_its_route_says_so)
{
    bare *t = bare_open(NULL, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");

    ck_assert_int_eq(hearth_ws_upgrade(t->c), HEARTH_ESTATE);
    ck_assert_ptr_null(t->c->upgrade);
    bare_close(t);
}
END_TEST

START_TEST(nothing_is_let_go_of_that_is_not_there)
{
    hearth_ws_unref(NULL);
    hearth__ws_side_unref(NULL);
    hearth__ws_side_close(NULL);
}
END_TEST

SUITE("ws/upgrade", TEST(an_application_has_one_hub) TEST(a_state_belongs_to_accept)
                        TEST(a_handler_without_its_route_says_so)
                            TEST(nothing_is_let_go_of_that_is_not_there))
