/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * HEARTH_DECLINED: the next route that matches gets its turn.
 */

#include "http.h"
#include "suite.h"

static int decline(hearth_ctx *c)
{
    hearth_set_header(c, "X-Declined", "yes"); /* what was set stays */
    return HEARTH_DECLINED;
}

/* Declines what it does not know. */
static int by_number(hearth_ctx *c)
{
    if (hearth_param_int(c, "n") != 7)
        return HEARTH_DECLINED;
    return hearth_text(c, 200, "seven");
}

static int by_name(hearth_ctx *c)
{
    if (strcmp(hearth_param(c, "name"), "9") == 0)
        return HEARTH_DECLINED;
    return hearth_textf(c, 200, "name %s", hearth_param(c, "name"));
}

static int by_path(hearth_ctx *c)
{
    return hearth_textf(c, 200, "path %s", hearth_param(c, "rest"));
}

static int pass_on(hearth_ctx *c)
{
    int rc = hearth_next(c);

    hearth_set_headerf(c, "X-Rest", "%d", rc);
    return rc;
}

static int decline_all(hearth_ctx *c)
{
    (void)c;
    return HEARTH_DECLINED;
}

static hearth_handler *const use[] = {pass_on, NULL};
static hearth_handler *const gate[] = {decline_all, NULL};

static const hearth_route routes[] = {
    HEARTH_GET("/x/{n:int}", by_number),
    HEARTH_GET("/x/{name}", by_name),
    HEARTH_GET("/x/{rest:path}", by_path),
    HEARTH_GET("/only", decline),
    HEARTH_POST("/only", decline),
    HEARTH_GET("/use/{n:int}", by_number, .use = use),
    HEARTH_GET("/use/{name}", by_name),
    HEARTH_GET("/gate/{n:int}", by_number, .use = gate),
    HEARTH_GET("/gate/{name}", by_name),
    HEARTH_END,
};

static const http_case requests[] = {
    {.target = "/x/7", .status = 200, .says = "seven"},
    {.target = "/x/8", .status = 200, .says = "name 8"},
    {.target = "/x/9", .status = 200, .says = "path 9"},
    {.target = "/x/a", .status = 200, .says = "name a"},
    {.target = "/x/a/b", .status = 200, .says = "path a/b"},
    {.method = "HEAD",
     .target = "/x/8",
     .status = 200,
     .says = "",
     .field = "Content-Length: 6"},
    {.target = "/only", .status = 404},
    {.target = "/only", .status = 404, .field = "X-Declined: yes"},
    {.target = "/only", .status = 404, .field = "Allow"},
    {.method = "DELETE", .target = "/only", .status = 405},
    {.target = "/use/8", .status = 200, .says = "name 8", .field = "X-Rest: 2"},
    {.target = "/use/7", .status = 200, .says = "seven", .field = "X-Rest: 0"},
    /* a middleware of a route may decline for it */
    {.target = "/gate/7", .status = 200, .says = "name 7"},
};

START_TEST(who_declines_leaves_it_to_the_next)
{
    http_check_one(NULL, routes, &requests[_i]);
}
END_TEST

static int fall_back(hearth_ctx *c)
{
    return hearth_text(c, 200, "fallback");
}

static int fall_back_not(hearth_ctx *c)
{
    (void)c;
    return HEARTH_DECLINED;
}

START_TEST(when_all_decline_the_fallback_is_asked)
{
    const http_case found = {.target = "/only", .status = 200, .says = "fallback"};
    const http_case lost = {.target = "/only", .status = 404};
    hearth_app *app = hearth_app_new(NULL);

    hearth_mount(app, "", routes);
    hearth_fallback(app, _i == 0 ? fall_back : fall_back_not);
    hearth_client *t = hearth_client_new(app);

    (void)http_check(t, _i == 0 ? &found : &lost);
    hearth_client_free(t);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/declined", LOOP(who_declines_leaves_it_to_the_next, 0, COUNT(requests))
                           LOOP(when_all_decline_the_fallback_is_asked, 0, 2))
