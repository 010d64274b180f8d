/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Requests that bring a token (RFC 6750).  It is verified once, however often a request is
 * asked for it.
 */
#include "app/problem.h"
#include "auth/jwt.h"
#include "auth/token.h"
#include "core/str.h"

#include <hearth/log.h>
#include <hearth/req.h>
#include <hearth/res.h>
#include <hearth/route.h>
#include <stdlib.h>

/* ---- asking ------------------------------------------------------------------------ */

static int verify(hearth_ctx *c, const hearth_jwt *jwt)
{
    const hearth_claims *claims;
    const char *why;
    hearth_str text = hearth__bearer_text(c);

    if (text.ptr == NULL)
        return hearth__bearer_ask(c);
    HEARTH_TRY(hearth__jwt_open(c, jwt, text, &claims, &why));
    if (claims == NULL)
        return hearth__bearer_refuse(c, why);
    c->claims = claims;
    c->claims_of = jwt;
    return 0;
}

int hearth_jwt_bearer(hearth_ctx *c, const hearth_jwt *jwt, const char *scope,
                      const hearth_claims **claims)
{
    if (claims != NULL)
        *claims = NULL;
    if (jwt == NULL)
        return hearth__note(c, HEARTH_EINVAL, "hearth_jwt_bearer: jwt is NULL");
    if (c->claims_of != jwt)
        HEARTH_TRY(verify(c, jwt));
    if (scope != NULL && !hearth__scopes_have(c->claims->scope, scope))
        return hearth__bearer_lacks(c, scope);
    if (claims != NULL)
        *claims = c->claims;
    return 0;
}

const hearth_claims *hearth_jwt_claims(const hearth_ctx *c)
{
    return c->claims;
}

/* ---- below a prefix ---------------------------------------------------------------- */

static bool covers(const char *prefix, hearth_str path)
{
    size_t n = strlen(prefix);

    return path.len >= n && memcmp(path.ptr, prefix, n) == 0 &&
           (path.len == n || path.ptr[n] == '/');
}

static int guard(hearth_ctx *c)
{
    const hearth__jwt_use *u = c->app->jwts->uses;

    for (; u != NULL && (c->match.route == NULL || !c->match.route->anonymous);
         u = u->next)
        if (covers(u->prefix, c->target.path))
            HEARTH_TRY(hearth_jwt_bearer(c, u->jwt, u->scope, NULL));
    return hearth_next(c);
}

/* Before the application knows the prefix: it is good when that has taken it. */
static hearth__jwt_use *new_use(hearth_jwt *jwt, const char *prefix, const char *scope)
{
    hearth__jwt_use *u = calloc(1, sizeof *u);
    size_t n = hearth__str_of(prefix).len;

    if (u == NULL)
        return NULL;
    u->jwt = jwt;
    u->prefix = strndup(n == 0 ? "" : prefix, n > 0 && prefix[n - 1] == '/' ? n - 1 : n);
    u->scope = scope == NULL ? NULL : strdup(scope);
    if (u->prefix != NULL && (scope == NULL || u->scope != NULL))
        return u;
    free(u->prefix);
    free(u->scope);
    free(u);
    return NULL;
}

int hearth_use_jwt_at(hearth_app *app, const char *prefix, hearth_jwt *jwt,
                      const char *scope)
{
    struct hearth__jwts *all;
    hearth__jwt_use *u;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_jwt_at"));
    if (jwt == NULL)
        return hearth__app_setup_failed(app, HEARTH_EINVAL,
                                        "hearth_use_jwt_at: jwt is NULL");
    HEARTH_TRY(hearth_use_at(app, prefix, guard));
    all = hearth__jwts_of(app);
    u = all == NULL ? NULL : new_use(jwt, prefix, scope);
    if (u == NULL)
        return hearth__app_setup_failed(app, HEARTH_ENOMEM,
                                        "hearth_use_jwt_at: out of memory");
    *all->uses_end = u;
    all->uses_end = &u->next;
    return 0;
}
