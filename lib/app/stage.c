/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The stages that a request goes through when it runs: the application's middleware,
 * around the router stage, around the route's own middleware and its handler.  The router
 * stage is the innermost of the application's, so that 404 and 405 pass through its
 * middleware, too.
 */
#include "app/dispatch.h"

#include "app/app.h"
#include "core/str.h"

#include <hearth/res.h>
#include <string.h>

int hearth_next(hearth_ctx *c)
{
    hearth_handler *const *at = c->next;

    if (at == NULL || *at == NULL) {
        hearth_logf(
            c, HEARTH_LOG_ERROR,
            "hearth_next() was called by a handler: only a middleware has a next");
        return HEARTH_ESTATE;
    }
    c->next = at + 1;
    int rc = (*at)(c);
    c->next = at;
    return rc;
}

void *hearth_arg(const hearth_ctx *c)
{
    if (c->goes_on)
        return c->then_arg;
    return c->match.route == NULL ? NULL : c->match.route->arg;
}

static int redirect_to(hearth_ctx *c, hearth_str path)
{
    if (path.len == 0)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth__res_put(&c->res, &c->arena, HEARTH__S("Location"), path));
    return 308;
}

/* The same path with or without its last slash, if some route has it. */
static bool other_slash(hearth_ctx *c, hearth_str *path)
{
    hearth__target t = c->target;
    hearth__segment grown[HEARTH__MAX_SEGMENTS + 1];
    hearth__match m;
    hearth__buf b;

    if (t.nsegments == 0)
        return false;
    if (t.trailing_slash) {
        t.nsegments--;
    } else {
        memcpy(grown, t.segment, t.nsegments * sizeof *grown);
        grown[t.nsegments] = (hearth__segment){HEARTH__S(""), false};
        t.segment = grown;
        t.nsegments++;
    }
    t.trailing_slash = !t.trailing_slash;
    if (!hearth__router_match(c->app->router, &t, c->framing.method, c->head.method, 0,
                              &m))
        return false;
    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_add(&b, t.raw_path.ptr, t.raw_path.len - !t.trailing_slash);
    if (t.trailing_slash)
        hearth__buf_char(&b, '/');
    if (t.query.len > 0) {
        hearth__buf_char(&b, '?');
        hearth__buf_str(&b, t.query);
    }
    *path = hearth__buf_view(&b);
    return !b.failed;
}

/* No route: OPTIONS, 405, a redirect, the fallback, 404. */
static int lost(hearth_ctx *c)
{
    hearth__buf allow;
    hearth_str path;
    bool options = c->framing.method == HEARTH__OPTIONS;

    hearth__buf_init(&allow, &c->arena, 0);
    if (c->target.asterisk)
        hearth__buf_text(&allow, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    else if (c->declined == 0)
        hearth__router_allow(c->app->router, &c->target, &allow);
    if (allow.failed)
        return HEARTH_ENOMEM;
    if (allow.len > 0) {
        HEARTH_TRY(hearth__res_put(&c->res, &c->arena, HEARTH__S("Allow"),
                                   hearth__buf_view(&allow)));
        return options ? 204 : 405;
    }
    if (c->app->opts.slash_redirect && c->declined == 0 && other_slash(c, &path))
        return redirect_to(c, path);
    return c->app->fallback != NULL ? c->app->fallback(c) : 404;
}

/* Who declines has not answered, whatever he called. */
static void drop_answer(hearth_ctx *c)
{
    if (c->res.status == 0)
        return;
    c->res.status = 0;
    hearth__res_no_body(&c->res);
    hearth__res_remove(&c->res, HEARTH__S("Content-Type"));
}

int hearth__route_stage(hearth_ctx *c)
{
    hearth_handler *const *end = c->next;
    int rc = HEARTH_DECLINED;

    if (c->target.double_slash)
        return redirect_to(c, hearth__target_canonical(&c->target, &c->arena));
    while (c->match.route != NULL && rc == HEARTH_DECLINED) {
        c->next = c->match.route->chain;
        rc = hearth__request_admit(c);
        if (rc == 0 && c->res.status == 0)
            rc = hearth_next(c);
        if (rc == HEARTH_DECLINED) {
            drop_answer(c);
            c->declined++;
            hearth__router_match(c->app->router, &c->target, c->framing.method,
                                 c->head.method, c->declined, &c->match);
            /* The next one may be for those only who say who they are. */
            if (c->ask != NULL && c->match.route != NULL && !c->match.route->anonymous) {
                int asked = c->ask(c);

                rc = asked == 0 ? HEARTH_DECLINED : asked;
            }
        }
    }
    c->next = end;
    return rc == HEARTH_DECLINED ? lost(c) : rc;
}

/* "/admin" covers "/admin" and "/admin/x". */
static bool below(hearth_str path, hearth_str prefix)
{
    return hearth__str_starts(path, prefix) &&
           (path.len == prefix.len || path.ptr[prefix.len] == '/');
}

hearth_handler *const *hearth__request_chain(hearth_ctx *c)
{
    const hearth_app *app = c->app;
    hearth_handler **chain;
    size_t n = app->nuse;

    chain = hearth__arena_array(&c->arena, app->nuse + app->nuse_at + 2, sizeof *chain);
    if (chain == NULL)
        return NULL;
    memcpy(chain, app->use, app->nuse * sizeof *chain);
    for (size_t i = 0; i < app->nuse_at; i++)
        if (below(c->target.path, app->use_at[i].prefix))
            chain[n++] = app->use_at[i].mw;
    chain[n] = hearth__route_stage;
    return chain;
}
