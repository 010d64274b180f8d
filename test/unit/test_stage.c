/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Who wraps whom: middleware of the application, of a prefix, of a route, in that order, also
 * where no route matches.
 */

#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <string.h>

static int note(hearth_ctx *c, const char *who)
{
    char *trail = hearth_state(c);

    strcat(trail, who);
    return 0;
}

static int everywhere(hearth_ctx *c)
{
    (void)note(c, "<");
    int rc = hearth_next(c);

    (void)note(c, ">");
    return rc;
}

static int below_admin(hearth_ctx *c)
{
    (void)note(c, "a");
    return hearth_next(c);
}

static int of_the_route(hearth_ctx *c)
{
    (void)note(c, "r");
    return hearth_next(c);
}

static int handler(hearth_ctx *c)
{
    (void)note(c, hearth_arg(c));
    return 204;
}

static int declines(hearth_ctx *c)
{
    (void)note(c, "d");
    return HEARTH_DECLINED;
}

static char h[] = "h", x[] = "x";

static hearth_handler *const use[] = {of_the_route, NULL};

static const hearth_route routes[] = {
    HEARTH_GET("/", handler, .arg = h),
    HEARTH_GET("/admin", handler, .use = use, .arg = h),
    HEARTH_GET("/admin/x", handler, .arg = x),
    HEARTH_GET("/administrator", handler, .arg = h),
    HEARTH_GET("/d/{n:int}", declines),
    HEARTH_GET("/d/{any}", handler, .use = use, .arg = h),
    HEARTH_END,
};

static const struct {
    const char *target;
    int status;
    const char *trail;
} ways[] = {
    {"/", 204, "<h>"},
    {"/admin", 204, "<arh>"},
    {"/admin/x", 204, "<ax>"},
    {"/admin/none", 404, "<a>"},
    {"/administrator", 204, "<h>"},
    {"/none", 404, "<>"},
    {"/d/1", 204, "<drh>"},
    {"/d/x", 204, "<rh>"},
    {"/admin/x/", 308, "<a>"},
    {"//admin", 308, "<>"},
};

START_TEST(stages_run_from_the_outside_to_the_inside)
{
    char trail[64] = "";
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.state = trail, .slash_redirect = true});

    hearth_mount(app, "", routes);
    hearth_use(app, everywhere);
    hearth_use_at(app, "/admin", below_admin);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    ck_assert_int_eq(hearth_call_get(t, ways[_i].target)->status, ways[_i].status);
    ck_assert_str_eq(trail, ways[_i].trail);
    hearth_client_free(t);
}
END_TEST

SUITE("app/stage", LOOP(stages_run_from_the_outside_to_the_inside, 0,
                        (int)(sizeof ways / sizeof *ways)))
