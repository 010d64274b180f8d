/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The way of a request through the application, the same for every transport.
 *
 * The route is found before any middleware runs, since it decides how large a body may
 * be; the middleware still wraps the whole, 404 and 405 included, because running the
 * route is itself the innermost stage of the application's chain.
 */
#include "app/dispatch.h"

#include "app/app.h"
#include "app/body.h"
#include "app/fresh.h"
#include "app/origin.h"
#include "app/problem.h"
#include "app/stream.h"
#include "core/clock.h"
#include "core/str.h"
#include "http/status.h"

#include <hearth/res.h>
#include <string.h>

static int refuse(hearth_ctx *c, int status, const char *text)
{
    c->res.close = true;
    hearth__request_refuse(c, status, text);
    return status;
}

static void complete(hearth_ctx *c, int rc);

/* The end, with what a handler would have returned, before the body was read. */
static int stop(hearth_ctx *c, int rc)
{
    c->res.close = true;
    complete(c, rc);
    return c->res.status;
}

/* ---- head and body ------------------------------------------------------------- */

static int match_route(hearth_ctx *c)
{
    hearth__method m = c->framing.method;
    const hearth__router *r = c->app->router;

    if (m == HEARTH__TRACE || m == HEARTH__CONNECT ||
        !hearth__router_knows(r, m, c->head.method))
        return refuse(c, 501, "this server does not implement the request's method");
    if (!c->target.asterisk && !c->target.double_slash)
        hearth__router_match(r, &c->target, m, c->head.method, 0, &c->match);
    return 0;
}

static int prepare_body(hearth_ctx *c)
{
    const hearth__framing *f = &c->framing;
    int rc;

    c->max_body = c->match.route != NULL && c->match.route->max_body != 0
                      ? c->match.route->max_body
                      : c->app->opts.max_body;
    if (f->has_length && f->length > c->max_body)
        return refuse(c, 413, "the request's body is larger than this resource accepts");
    hearth__buf_init(&c->body, NULL, c->max_body);
    rc = hearth__body_prepare(c);
    if (rc != 0)
        return stop(c, rc);
    if (c->intake == NULL && f->has_length && f->length > 0 &&
        hearth__buf_room(&c->body, (size_t)f->length) == NULL)
        return refuse(c, 503, "out of memory");
    return 0;
}

/* As it came, but for white space around values. */
static size_t head_size(const hearth__head *h)
{
    size_t n = h->method.len + h->target.len + sizeof "  HTTP/1.1\r\n\r\n" - 1;

    for (size_t i = 0; i < h->nfields; i++)
        n += h->field[i].name.len + h->field[i].value.len + sizeof ": \r\n" - 1;
    return n;
}

static hearth__verdict check_size(const hearth__head *h, const hearth_app_opts *o)
{
    if (h->target.len > o->max_target)
        return (hearth__verdict){414, "The request's target is too long."};
    if (head_size(h) > o->max_head)
        return (hearth__verdict){431, "The request's header fields are too large."};
    return (hearth__verdict){0, ""};
}

int hearth__request_head(hearth_ctx *c)
{
    hearth__verdict v;

    c->started_us = hearth__clock_us();
    v = hearth__audit(&c->head, c->app->opts.max_fields, &c->framing);
    if (v.status == 0)
        v = check_size(&c->head, &c->app->opts);
    if (v.status == 0)
        v = hearth__target_parse(&c->target, &c->arena, c->head.target,
                                 c->framing.method);
    if (v.status != 0)
        return refuse(c, v.status, v.text);
    if (c->target.authority.len > 0)
        c->framing.host = c->target.authority; /* RFC 9112 3.2.2: it wins over Host */
    v = hearth__origin_read(c);
    if (v.status != 0)
        return refuse(c, v.status, v.text);
    HEARTH_TRY(match_route(c));
    return prepare_body(c);
}

bool hearth__request_has_body(const hearth_ctx *c)
{
    return c->framing.chunked || c->framing.length > 0;
}

/* Nobody would read it: the answer is 404 or the like, whatever the body. */
bool hearth__request_spares_body(const hearth_ctx *c)
{
    return c->framing.expect_continue && hearth__request_has_body(c) &&
           c->match.route == NULL && c->app->fallback == NULL;
}

bool hearth__request_feeds(const hearth_ctx *c)
{
    return hearth__body_blocks(c);
}

bool hearth__request_asks(const hearth_ctx *c)
{
    const hearth__route *route = c->match.route;

    return route != NULL &&
           (route->admit != NULL || (route->body != NULL && route->body->begin != NULL));
}

/* What the route says about a request of which only the head is there. */
static int admit(hearth_ctx *c)
{
    const hearth__route *route = c->match.route;

    if (route == NULL || route->admit == NULL || c->admitted == route)
        return 0;
    c->admitted = route;
    return route->admit(c);
}

/* Whatever lets a request go on has returned 0 and answered nothing. */
static int settled(hearth_ctx *c, int rc)
{
    return rc == 0 && c->res.status == 0 && !c->arena.failed ? 0 : stop(c, rc);
}

int hearth__request_begin(hearth_ctx *c)
{
    int rc = settled(c, admit(c));

    if (rc == 0)
        rc = settled(c, hearth__body_begin(c));
    hearth__dbs_end(&c->dbs); /* the next may be on another thread */
    return rc;
}

int hearth__request_body(hearth_ctx *c, const void *p, size_t n)
{
    int rc = settled(c, hearth__body_take(c, p, n));

    if (c->intake != NULL)
        hearth__dbs_end(&c->dbs);
    return rc;
}

/* ---- run ----------------------------------------------------------------------- */

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
    return c->match.route == NULL ? NULL : c->match.route->arg;
}

int hearth_on_send(hearth_ctx *c, void (*fn)(hearth_ctx *c, void *arg), void *arg)
{
    hearth__hook *h = hearth__arena_raw(&c->arena, sizeof *h);

    if (h == NULL)
        return HEARTH_ENOMEM;
    *h = (hearth__hook){c->hooks, fn, arg};
    c->hooks = h;
    return 0;
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
        rc = admit(c);
        if (rc == 0 && c->res.status == 0)
            rc = hearth_next(c);
        if (rc == HEARTH_DECLINED) {
            drop_answer(c);
            c->declined++;
            hearth__router_match(c->app->router, &c->target, c->framing.method,
                                 c->head.method, c->declined, &c->match);
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

/* The application's middleware, with those whose prefix covers this path between it and
 * the router stage.  NULL when out of memory. */
static hearth_handler *const *outer_chain(hearth_ctx *c)
{
    const hearth_app *app = c->app;
    hearth_handler **chain;
    size_t n = app->nuse;

    if (app->nuse_at == 0)
        return app->use;
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

static void complete(hearth_ctx *c, int rc)
{
    hearth__result(c, rc);
    begin_stream(c);
    run_hooks(c);
    finish(c);
    if (c->arena.failed && c->res.status != 503) { /* in a hook */
        c->res.sent = false;
        hearth__result(c, HEARTH_ENOMEM);
        c->res.sent = true;
    }
    if (!hearth__status_has_body(c->res.status))
        hearth__res_no_body(&c->res);
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
        hearth_logf(
            c, HEARTH_LOG_WARN,
            "%s held up its reactor for %lld us: make it HEARTH_WORKER, or HEARTH_AUTO",
            pattern, (long long)c->took_us);
}

void hearth__request_run(hearth_ctx *c)
{
    hearth__placement *place = placement(c);
    int64_t began = hearth__clock_us();

    c->dbs.views = c->is_inline;
    if (settled(c, hearth__body_begin(c)) != 0 || settled(c, hearth__body_end(c)) != 0) {
        hearth__dbs_end(&c->dbs);
        return;
    }
    c->next = outer_chain(c);
    int rc = c->next == NULL ? HEARTH_ENOMEM : hearth_next(c);
    c->next = NULL; /* error pages and hooks have none */
    /* What they write is not part of what the handler left undone. */
    hearth__dbs_end(&c->dbs);
    complete(c, rc);
    hearth__dbs_end(&c->dbs);
    c->took_us = hearth__clock_us() - began;
    tell_placement(c, place);
}

void hearth__request_pull(hearth_ctx *c)
{
    int64_t began = c->is_inline ? hearth__clock_us() : 0;

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
    complete(c, status);
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
        .target = c->head.target,
        .peer = hearth__str_of(hearth_peer(c)),
        .id = hearth__str_of(hearth_request_id(c)),
        .status = c->res.status,
        .bytes = sent,
        .took_us = hearth__clock_us() - c->started_us,
    };
    hearth__log_access(c->app->log, lines, &r);
}

/* ---- hand-over -------------------------------------------------------------------- */

static bool own(hearth_ctx *c, hearth_str *s)
{
    char *copy = hearth__ctx_text(c, *s);

    if (copy == NULL)
        return false;
    s->ptr = copy;
    return true;
}

/* NULL when out of memory. */
static hearth__field *own_fields(hearth_ctx *c, const hearth__field *from, size_t n)
{
    hearth__field *f = hearth__arena_array(&c->arena, n, sizeof *f);

    if (f == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        f[i] = from[i];
        if (!own(c, &f[i].name) || !own(c, &f[i].value))
            return NULL;
    }
    return f;
}

static int own_peer(hearth_ctx *c)
{
    struct sockaddr *peer;

    if (c->peer == NULL)
        return 0;
    peer = hearth__arena_raw(&c->arena, c->peer_len);
    if (peer == NULL)
        return HEARTH_ENOMEM;
    memcpy(peer, c->peer, c->peer_len);
    c->peer = peer;
    return 0;
}

int hearth__request_detach(hearth_ctx *c)
{
    const hearth__field *host;

    if (c->detached)
        return 0;
    if (!own(c, &c->head.method))
        return HEARTH_ENOMEM;
    c->head.field = own_fields(c, c->head.field, c->head.nfields);
    c->trailer = own_fields(c, c->trailer, c->ntrailers);
    if (c->head.field == NULL || c->trailer == NULL)
        return HEARTH_ENOMEM;
    host = hearth__head_find(&c->head, HEARTH__S("Host"));
    if (c->target.authority.len == 0 && host != NULL)
        c->framing.host = host->value;
    if (own_peer(c) != 0)
        return HEARTH_ENOMEM;
    c->detached = true;
    return 0;
}

int hearth__request_copy(hearth_ctx *to, const hearth_ctx *from)
{
    to->head = from->head;
    to->framing = from->framing;
    to->peer = from->peer;
    to->peer_len = from->peer_len;
    to->origin = from->origin;
    to->started_us = from->started_us;
    to->id = from->id;
    if (!own(to, &to->head.target) ||
        (from->origin.host.len > 0 && !own(to, &to->origin.host)) ||
        hearth__target_parse(&to->target, &to->arena, to->head.target, to->framing.method)
                .status != 0)
        return HEARTH_ENOMEM;
    if (to->target.authority.len > 0)
        to->framing.host = to->target.authority;
    /* Not that of `from`, which its handler may be changing now by declining. */
    if (match_route(to) != 0)
        return HEARTH_ENOMEM;
    return hearth__request_detach(to);
}
