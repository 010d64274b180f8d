/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Figures of routes, and the decisions that they show. */

#include "app/app.h"
#include "app/placement.h"
#include "app/router.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <string.h>

static int handler(hearth_ctx *c)
{
    return hearth_text(c, 200, "ok");
}

static const hearth_route routes[] = {
    HEARTH_GET("/a", handler),
    HEARTH_POST("/b", handler, .run = HEARTH_WORKER),
    HEARTH_GET("/c", handler, .run = HEARTH_INLINE),
    HEARTH_END,
};

static hearth_client *client(bool figures, hearth_app **app)
{
    *app = hearth_app_new(&(hearth_app_opts){.figures = figures});
    ck_assert_int_eq(hearth_mount(*app, "", routes), 0);
    return hearth_client_new(*app);
}

static hearth_route_figures at(const hearth_app *app, size_t i)
{
    hearth_route_figures f;

    ck_assert(hearth_app_figures(app, i, &f));
    return f;
}

START_TEST(every_route_has_figures_and_so_have_requests_without_one)
{
    hearth_app *app;
    hearth_client *t = client(true, &app);
    hearth_route_figures f = at(app, 1);

    ck_assert_str_eq(f.method, "POST");
    ck_assert_str_eq(f.pattern, "/b");
    ck_assert_int_eq(f.run, HEARTH_WORKER);
    ck_assert(!f.is_inline);
    ck_assert(at(app, 2).is_inline);
    ck_assert_str_eq(at(app, 3).pattern, "");
    ck_assert(!hearth_app_figures(app, 4, &f));
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(hearth_call_get(t, "/a")->status, 200);
        ck_assert_int_eq(hearth_call_get(t, "/none")->status, 404);
    }
    ck_assert_uint_eq(at(app, 0).inline_runs + at(app, 0).worker_runs, 5);
    ck_assert_uint_eq(at(app, 3).inline_runs + at(app, 3).worker_runs, 5);
    ck_assert_uint_eq(at(app, 1).worker_runs, 0);
    ck_assert_int_ge(at(app, 0).total_us, at(app, 0).longest_us);
    hearth_client_free(t);
}
END_TEST

START_TEST(who_does_not_ask_does_not_count)
{
    hearth_app *app;
    hearth_client *t = client(false, &app);

    ck_assert_int_eq(hearth_call_get(t, "/a")->status, 200);
    ck_assert_uint_eq(at(app, 0).inline_runs + at(app, 0).worker_runs, 0);
    hearth_client_free(t);
}
END_TEST

START_TEST(moves_and_times_are_told)
{
    hearth_app *app = hearth_app_new(NULL);

    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    hearth__placement *p =
        (hearth__placement *)(uintptr_t)&hearth__router_first(app->router)->place;

    for (int i = 0; i < HEARTH__PLACE_RUNS; i++)
        (void)hearth__placement_ran(p, false, 1);
    ck_assert(at(app, 0).is_inline);
    ck_assert_int_eq(at(app, 0).moves, 1);
    (void)hearth__placement_ran(p, true, HEARTH__PLACE_LONG_US + 1);
    ck_assert(!at(app, 0).is_inline);
    ck_assert_int_eq(at(app, 0).moves, 2);
    hearth__placement_count(p, false, 7);
    hearth__placement_count(p, true, 9);
    hearth__placement_count(p, true, 8);
    ck_assert_uint_eq(at(app, 0).worker_runs, 1);
    ck_assert_uint_eq(at(app, 0).inline_runs, 2);
    ck_assert_int_eq(at(app, 0).total_us, 24);
    ck_assert_int_eq(at(app, 0).longest_us, 9);
    hearth_app_free(app);
}
END_TEST

SUITE("app/figures",
      TEST(every_route_has_figures_and_so_have_requests_without_one)
          TEST(who_does_not_ask_does_not_count) TEST(moves_and_times_are_told))
