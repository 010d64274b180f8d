/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Before the handler: who nobody knows is told so, or, when it is somebody with a browser,
 * sent to log in and back.  A way back is a path of this site or none.
 */
#include "app/answer.h"
#include "app/problem.h"
#include "auth/users.h"
#include "core/enc.h"
#include "core/str.h"

#include <hearth/req.h>
#include <hearth/res.h>
#include <hearth/route.h>

#define MOST_NEXT 2000

static bool is_reading(const hearth_ctx *c)
{
    return c->framing.method == HEARTH__GET || c->framing.method == HEARTH__HEAD;
}

static int send_to_login(hearth_ctx *c)
{
    hearth_str target = hearth__str_of(hearth_target(c));
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_text(&b, c->app->users->login_path);
    if (is_reading(c) && target.len <= MOST_NEXT && hearth__redirect_safe(target)) {
        hearth__buf_text(&b, "?next=");
        hearth__enc_url(&b, target);
    }
    if (b.failed)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_set_header(c, "Location", b.ptr));
    HEARTH_TRY(hearth_set_header(c, "Cache-Control", "no-store"));
    return is_reading(c) ? 302 : 303;
}

int hearth__users_refuse(hearth_ctx *c)
{
    if (hearth__problem_wants_html(c))
        return send_to_login(c);
    return hearth__tell(c, 0, 401, "You are not logged in.");
}

static int ask(hearth_ctx *c)
{
    const hearth_user *u;

    HEARTH_TRY(hearth_user_current(c, &u));
    return u == NULL ? hearth__users_refuse(c) : 0;
}

int hearth_require_login(hearth_ctx *c)
{
    HEARTH_TRY(hearth__users_ready(c, "hearth_require_login"));
    if ((c->match.route != NULL && c->match.route->anonymous) ||
        strcmp(hearth_path(c), c->app->users->login_path) == 0) {
        c->ask = ask;
        return hearth_next(c);
    }
    HEARTH_TRY(ask(c));
    return hearth_next(c);
}

const char *hearth_login_next(hearth_ctx *c, const char *fallback)
{
    const char *next = hearth_form(c, "next", NULL);

    if (next == NULL)
        next = hearth_query(c, "next", NULL);
    return next != NULL && hearth__str_of(next).len <= MOST_NEXT &&
                   hearth__redirect_safe(hearth__str_of(next))
               ? next
               : fallback;
}
