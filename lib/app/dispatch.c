/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The run of a request, the same for every transport: body and stages, the result that
 * becomes an answer, hooks, and what that says about where its route should run.
 */
#include "app/dispatch.h"

#include "app/app.h"
#include "app/async.h"
#include "app/body.h"
#include "app/debug.h"
#include "app/fresh.h"
#include "app/problem.h"
#include "app/repeats.h"
#include "app/shown.h"
#include "app/stream.h"
#include "core/clock.h"
#include "core/str.h"
#include "http/status.h"

#include <hearth/res.h>

int hearth_on_send(hearth_ctx *c, void (*fn)(hearth_ctx *c, void *arg), void *arg)
{
    hearth__hook *h = hearth__arena_raw(&c->arena, sizeof *h);

    if (h == NULL)
        return HEARTH_ENOMEM;
    *h = (hearth__hook){c->hooks, fn, arg};
    c->hooks = h;
    return 0;
}

static void run_hooks(hearth_ctx *c)
{
    c->res.sent = true; /* they may still set headers, not answer again */
    while (c->hooks != NULL) {
        hearth__hook *h = c->hooks;

        c->hooks = h->next;
        h->fn(c, h->arg);
    }
}

/* The first piece of a stream decides whether there is one.  An error page of the
 * application's may be a stream too, which is tried once. */
static void begin_stream(hearth_ctx *c)
{
    for (int i = 0; c->res.stream != NULL; i++) {
        int rc = hearth__stream_begin(c);

        if (rc == 0)
            return;
        c->failing = i > 0;
        hearth__result(c, rc);
        c->failing = false;
    }
}

/* Nothing else can change the answer any more. */
static void finish(hearth_ctx *c)
{
    int status = hearth__fresh(c);

    if (status == 412) { /* nobody has said a word of this yet */
        c->res.sent = false;
        hearth__result(c, status);
        c->res.sent = true;
    }
    if (c->encode != NULL)
        c->encode(c, status == 304);
    if (status == 304)
        hearth__fresh_unchanged(c);
}

void hearth__request_complete(hearth_ctx *c, int rc)
{
    hearth__result(c, rc);
    begin_stream(c);
    if (c->app->cors != NULL)
        hearth__cors_answer(c);
    run_hooks(c);
    finish(c);
    if (c->arena.failed && c->res.status != 503) { /* in a hook */
        c->res.sent = false;
        hearth__result(c, HEARTH_ENOMEM);
        c->res.sent = true;
    }
    if (!hearth__status_has_body(c->res.status))
        hearth__res_no_body(&c->res);
    hearth__guard_answer(c);
    c->res.shut = true;
}

static hearth__placement *placement(const hearth_ctx *c)
{
    return c->match.route != NULL ? &c->match.route->place : c->app->lost;
}

bool hearth__request_inline(const hearth_ctx *c)
{
    return hearth__placement_inline(placement(c));
}

static void tell_placement(hearth_ctx *c, hearth__placement *place)
{
    const char *pattern = c->match.route == NULL ? "(no route)" : c->match.route->pattern;

    if (c->app->opts.figures)
        hearth__placement_count(place, c->is_inline, c->took_us);
    switch (hearth__placement_ran(place, c->is_inline, c->took_us)) {
    case HEARTH__MOVED_INLINE:
        hearth_logf(c, HEARTH_LOG_DEBUG,
                    "%s now runs on the reactors: its runs are short", pattern);
        break;
    case HEARTH__MOVED_WORKER:
        hearth_logf(c, HEARTH_LOG_INFO,
                    "%s goes back to the workers: a run took %lld us on a reactor",
                    pattern, (long long)c->took_us);
        break;
    case HEARTH__STAYED:
        break;
    }
    if (c->is_inline && c->took_us > HEARTH__PLACE_SLOW_INLINE_US)
        hearth_logf(c, HEARTH_LOG_WARN,
                    "%s held up its reactor for %lld us: make it HEARTH_WORKER%s",
                    pattern, (long long)c->took_us,
                    place->wanted == HEARTH_AUTO ? " if it does so often"
                                                 : ", or HEARTH_AUTO");
}

/* The stages, for the first time.  False when the body has refused them. */
static bool first_run(hearth_ctx *c, int *rc)
{
    hearth__repeats_begin(c);
    hearth__debug_begin(c);
    if (hearth__request_settled(c, hearth__body_begin(c)) != 0 ||
        hearth__request_settled(c, hearth__body_end(c)) != 0)
        return false;
    if (c->app->cors != NULL && (*rc = hearth__cors_preflight(c)) != 0)
        return true;
    if (c->app->limits.on_paths && (*rc = hearth__limit_request(c)) != 0)
        return true;
    c->next = c->app->nuse_at == 0 ? c->app->use : hearth__request_chain(c);
    *rc = c->next == NULL ? HEARTH_ENOMEM : hearth_next(c);
    c->next = NULL; /* error pages and hooks have none */
    return true;
}

void hearth__request_run(hearth_ctx *c)
{
    /* With no body to wait for it is the moment in which the head was there. */
    bool at_once = c->is_inline && c->wait == NULL && !hearth__request_has_body(c);
    int64_t began = at_once ? c->started_us : hearth__clock_us();
    int rc;

    c->dbs.views = c->is_inline;
    if (c->wait != NULL) {
        rc = hearth__wait_then(c);
        /* It was the accept of a WebSocket that waited, and it lets in. */
        if (rc == 0 && c->res.status == 0 && c->upgrade != NULL)
            c->res.status = HEARTH__SWITCHING;
    } else if (!first_run(c, &rc)) {
        hearth__dbs_end(&c->dbs);
        return;
    }
    if (rc == HEARTH_PENDING || c->wait != NULL)
        rc = hearth__wait_settle(c, rc);
    /* What error pages and hooks write is not part of what the handler left undone. */
    hearth__dbs_end(&c->dbs);
    if (rc != HEARTH_PENDING) {
        hearth__request_complete(c, rc);
        hearth__dbs_end(&c->dbs);
        hearth__repeats_tell(c);
    }
    c->took_us = hearth__clock_us() - began;
    tell_placement(c, placement(c));
}

void hearth__request_pull(hearth_ctx *c)
{
    int64_t began = c->is_inline ? hearth__clock_us() : 0;

    if (c->res.stream->lend != NULL) { /* says nothing about the handler */
        hearth__stream_pull(c);
        return;
    }
    c->dbs.views = c->is_inline;
    hearth__stream_pull(c);
    hearth__dbs_end(&c->dbs);
    if (!c->is_inline)
        return;
    c->took_us = hearth__clock_us() - began;
    if (c->took_us <= HEARTH__PLACE_LONG_US)
        return; /* says little about the handler */
    tell_placement(c, placement(c));
    c->is_inline = hearth__request_inline(c);
}

void hearth__request_refuse(hearth_ctx *c, int status, const char *text)
{
    hearth__tell(c, 0, status, "%s", text);
    hearth__request_complete(c, status);
}

/* ---- end ----------------------------------------------------------------------- */

void hearth__request_end(hearth_ctx *c, hearth__buf *lines, uint64_t sent)
{
    hearth__log_request r;

    if (lines == NULL)
        return;
    r = (hearth__log_request){
        .wall_us = hearth__clock_wall_us(),
        .method = c->head.method,
        .target = hearth__shown_target(c),
        .peer = hearth__str_of(hearth_peer(c)),
        .id = hearth__str_of(hearth_request_id(c)),
        .status = c->res.status,
        .bytes = sent,
        .took_us = hearth__clock_us() - c->started_us,
    };
    hearth__log_access(c->app->log, lines, &r);
}
