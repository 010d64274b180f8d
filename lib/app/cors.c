/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Policies are few and belong to paths, so a request's is found by going through all.  What
 * they say is written once, at set-up; the only thing of a request that ever comes back is
 * an origin that is in the list, and then it is the list's text that is sent.
 */
#include "app/cors.h"

#include "app/app.h"
#include "app/ctx.h"
#include "app/negotiate.h"
#include "app/problem.h"
#include "http/param.h"

#include <hearth/res.h>

/* ---- requests --------------------------------------------------------------------- */

static bool covers(hearth_str prefix, hearth_str path)
{
    return hearth__str_starts(path, prefix) &&
           (path.len == prefix.len || path.ptr[prefix.len] == '/');
}

/* The policy of the request's path, or NULL. */
static const hearth__cors *policy_of(const hearth_ctx *c)
{
    const hearth__cors *best = NULL;

    if (c->target.path.ptr == NULL) /* of a head that was refused */
        return NULL;
    for (const hearth__cors *p = c->app->cors; p != NULL; p = p->next)
        if (covers(p->prefix, c->target.path) &&
            (best == NULL || p->prefix.len > best->prefix.len))
            best = p;
    return best;
}

/* The request's one Origin; ptr NULL when there is none or several. */
static hearth_str origin_of(const hearth_ctx *c)
{
    hearth_str found = {NULL, 0};

    for (size_t i = 0; i < c->head.nfields; i++) {
        if (!hearth__str_ieq(c->head.field[i].name, HEARTH__S("Origin")))
            continue;
        if (found.ptr != NULL)
            return hearth__str(NULL, 0);
        found = c->head.field[i].value;
    }
    return found;
}

/* What Access-Control-Allow-Origin says, of the policy's memory; ptr NULL: nothing. */
static hearth_str allowed(const hearth__cors *p, hearth_str origin)
{
    if (origin.ptr == NULL)
        return origin;
    if (p->any_origin)
        return p->origin[0];
    for (size_t i = 0; i < p->norigins; i++)
        if (hearth__str_eq(p->origin[i], origin))
            return p->origin[i];
    return hearth__str(NULL, 0);
}

static int put(hearth_ctx *c, hearth_str name, hearth_str value)
{
    return hearth__res_put(&c->res, &c->arena, name, value);
}

#define ALLOW_ORIGIN HEARTH__S("Access-Control-Allow-Origin")

static int put_origin(hearth_ctx *c, const hearth__cors *p, hearth_str origin)
{
    if (!p->any_origin)
        HEARTH_TRY(hearth__vary(c, HEARTH__S("Origin")));
    if (origin.ptr == NULL)
        return 0;
    HEARTH_TRY(put(c, ALLOW_ORIGIN, origin));
    if (p->credentials)
        HEARTH_TRY(
            put(c, HEARTH__S("Access-Control-Allow-Credentials"), HEARTH__S("true")));
    return 0;
}

void hearth__cors_answer(hearth_ctx *c)
{
    const hearth__cors *p;
    hearth_str origin;

    if (c->app->cors == NULL || hearth__res_find(&c->res, ALLOW_ORIGIN) != NULL)
        return;
    p = policy_of(c);
    if (p == NULL)
        return;
    origin = allowed(p, origin_of(c));
    if (put_origin(c, p, origin) == 0 && origin.ptr != NULL && p->expose.len > 0)
        (void)put(c, HEARTH__S("Access-Control-Expose-Headers"), p->expose);
}

/* ---- preflights ------------------------------------------------------------------- */

static bool has_method(const hearth__cors *p, hearth_str method)
{
    for (size_t i = 0; i < p->nmethods; i++)
        if (hearth__str_eq(p->method[i], method))
            return true;
    return false;
}

static bool has_header(const hearth__cors *p, hearth_str name)
{
    if (p->any_header && !hearth__str_ieq(name, HEARTH__S("Authorization")))
        return true;
    for (size_t i = 0; i < p->nheaders; i++)
        if (hearth__str_ieq(p->header[i], name))
            return true;
    return false;
}

/* The first field that the policy does not list; ptr NULL: none. */
static hearth_str unlisted(const hearth__cors *p, hearth_str asked)
{
    hearth_str name;

    while (hearth__param_element(&asked, &name))
        if (!has_header(p, name))
            return name;
    return hearth__str(NULL, 0);
}

static int refuse(hearth_ctx *c, const char *what, hearth_str which)
{
    return hearth__tell(c, 0, 403, "pages of other origins may not %s%.*s here", what,
                        which.len > 64 ? 64 : (int)which.len, which.ptr);
}

static int answer(hearth_ctx *c, const hearth__cors *p, hearth_str method)
{
    const hearth__field *asked =
        hearth__head_find(&c->head, HEARTH__S("Access-Control-Request-Headers"));
    hearth_str origin = allowed(p, origin_of(c));
    hearth_str name = {NULL, 0};

    if (origin.ptr == NULL)
        return hearth__tell(c, 0, 403, "this origin's pages may not read what is here");
    if (!has_method(p, method))
        return refuse(c, "use the method ", method);
    if (asked != NULL)
        name = unlisted(p, asked->value);
    if (name.ptr != NULL)
        return refuse(c, "send the field ", name);
    HEARTH_TRY(put_origin(c, p, origin));
    HEARTH_TRY(put(c, HEARTH__S("Access-Control-Allow-Methods"), p->methods));
    if (p->headers.len > 0)
        HEARTH_TRY(put(c, HEARTH__S("Access-Control-Allow-Headers"), p->headers));
    HEARTH_TRY(put(c, HEARTH__S("Access-Control-Max-Age"), p->max_age));
    return 204;
}

int hearth__cors_preflight(hearth_ctx *c)
{
    const hearth__field *method;
    const hearth__cors *p;

    if (c->app->cors == NULL || c->framing.method != HEARTH__OPTIONS)
        return 0;
    method = hearth__head_find(&c->head, HEARTH__S("Access-Control-Request-Method"));
    if (method == NULL || hearth__head_find(&c->head, HEARTH__S("Origin")) == NULL)
        return 0;
    p = policy_of(c);
    return p == NULL ? 0 : answer(c, p, method->value);
}

/* ---- changes ---------------------------------------------------------------------- */

/* Does it carry what a browser adds by itself for a visitor? */
static bool in_a_name(const hearth_ctx *c)
{
    const hearth__field *auth = hearth__head_find(&c->head, HEARTH__S("Authorization"));

    return hearth__head_find(&c->head, HEARTH__S("Cookie")) != NULL ||
           (auth != NULL && !hearth__str_istarts(auth->value, HEARTH__S("Bearer ")));
}

bool hearth__cors_lets(hearth_ctx *c)
{
    const hearth__cors *p = c->app->cors == NULL ? NULL : policy_of(c);

    return p != NULL && allowed(p, origin_of(c)).ptr != NULL &&
           has_method(p, c->head.method) && (p->credentials || !in_a_name(c));
}
