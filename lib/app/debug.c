/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Gathering, and the decision who may see it.
 */
#include "app/debug.h"

#include "app/problem.h"
#include "core/str.h"
#include "db/trail.h"
#include "http/cidr.h"
#include "http/hostlist.h"

#include <hearth/req.h>

/* ---- gathering ---------------------------------------------------------- */

hearth__debug *hearth__debug_make(hearth_ctx *c)
{
    if (c->debug == NULL) {
        c->debug = hearth__arena_alloc(&c->arena, sizeof *c->debug);
        if (c->debug != NULL)
            c->debug->end = &c->debug->first;
    }
    return c->debug;
}

void hearth__debug_begin(hearth_ctx *c)
{
    if (c->app->opts.debug && c->dbs.db != NULL && c->dbs.trail == NULL)
        c->dbs.trail = hearth__trail_new(&c->arena);
}

void hearth__debug_mark(hearth_ctx *c)
{
    hearth__debug *d = hearth__debug_of(c);

    if (d != NULL && !d->settled)
        hearth__stack_take(&d->stack);
}

void hearth__debug_settle(hearth_ctx *c)
{
    hearth__debug *d = hearth__debug_of(c);

    if (d != NULL)
        d->settled = true;
}

void hearth__debug_forget(hearth_ctx *c)
{
    if (c->debug != NULL)
        c->debug->stack.n = 0;
}

void hearth__debug_line_add(hearth_ctx *c, hearth_log_level level, const char *fmt,
                            va_list ap)
{
    hearth__debug *d = hearth__debug_of(c);
    hearth__debug_line *line;
    hearth__buf text;

    if (d == NULL)
        return;
    line = hearth__arena_alloc(&c->arena, sizeof *line);
    hearth__buf_init(&text, &c->arena, 0);
    hearth__buf_v(&text, fmt, ap);
    if (line == NULL || text.failed)
        return;
    line->level = level;
    line->text = text.ptr;
    *d->end = line;
    d->end = &line->next;
    if (++d->nlines > HEARTH__DEBUG_LINES)
        d->first = d->first->next;
}

/* ---- who ---------------------------------------------------------------- */

/* Fields by which proxies and tunnels give themselves away. */
static bool is_forwarded(const hearth_ctx *c)
{
    static const hearth_str signs[] = {{"Forwarded", 9},
                                       {"Via", 3},
                                       {"X-Real-IP", 9},
                                       {"X-Forwarded-", 12}};

    for (size_t i = 0; i < c->head.nfields; i++)
        for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
            hearth_str name = c->head.field[i].name;
            bool prefix = signs[k].ptr[signs[k].len - 1] == '-';

            if (prefix ? hearth__str_istarts(name, signs[k])
                       : hearth__str_ieq(name, signs[k]))
                return true;
        }
    return false;
}

static bool is_local_host(const hearth_ctx *c)
{
    hearth_str host = c->target.authority.len > 0 ? c->target.authority : c->framing.host;

    return host.len > 0 && hearth__authority_is_local(host);
}

bool hearth__debug_near(hearth_ctx *c)
{
    hearth__ip ip;

    return c->app->opts.debug && c->origin.client == HEARTH__CLIENT_PEER &&
           hearth__ip_of(&ip, c->peer, c->peer_len) && hearth__ip_is_loopback(&ip) &&
           is_local_host(c) && !is_forwarded(c);
}

/* A page of another site may lead here, but not read what is here. */
static bool is_fetched(hearth_ctx *c)
{
    const char *mode = hearth_header(c, "Sec-Fetch-Mode");

    return mode != NULL && strcmp(mode, "navigate") != 0;
}

/* Nothing matches, and the application has no answer of its own for that. */
static bool is_lost(const hearth_ctx *c, int status)
{
    return (status == 404 || status == 405) && c->match.route == NULL &&
           c->error.text[0] == '\0' && c->app->on_error == NULL &&
           c->app->fallback == NULL;
}

bool hearth__debug_shows(hearth_ctx *c, int status)
{
    return c->app->opts.debug && (status >= 500 || is_lost(c, status)) &&
           hearth__problem_wants_html(c) && hearth__debug_near(c) && !is_fetched(c);
}
