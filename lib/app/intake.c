/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The head and the body of a request: what is refused before there is anything to run,
 * which route it is for, and how its body is let in.
 *
 * The route is found here, before any middleware runs, since it decides how large a body
 * may be.
 */
#include "app/dispatch.h"

#include "app/app.h"
#include "app/body.h"
#include "app/cross_site.h"
#include "app/origin.h"
#include "core/clock.h"
#include "core/str.h"

static int refuse(hearth_ctx *c, int status, const char *text)
{
    c->res.close = true;
    hearth__request_refuse(c, status, text);
    return status;
}

int hearth__request_stop(hearth_ctx *c, int rc)
{
    c->res.close = true;
    hearth__request_complete(c, rc);
    hearth__body_drop(c); /* its answer may take a while */
    return c->res.status;
}

/* ---- head ----------------------------------------------------------------------- */

int hearth__request_match(hearth_ctx *c)
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
        return hearth__request_stop(c, rc);
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
    c->head.known_host = hearth__str(c->our_host, c->our_host_len);
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
    HEARTH_TRY(hearth__request_match(c));
    v = hearth__cross_site_check(c);
    if (v.status != 0)
        return refuse(c, v.status, v.text);
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

/* ---- body ------------------------------------------------------------------------ */

int hearth__request_admit(hearth_ctx *c)
{
    const hearth__route *route = c->match.route;

    if (route == NULL || route->admit == NULL || c->admitted == route)
        return 0;
    c->admitted = route;
    return route->admit(c);
}

int hearth__request_begin(hearth_ctx *c)
{
    int rc = hearth__request_settled(c, hearth__request_admit(c));

    if (rc == 0)
        rc = hearth__request_settled(c, hearth__body_begin(c));
    hearth__dbs_end(&c->dbs); /* the next may be on another thread */
    return rc;
}

int hearth__request_body(hearth_ctx *c, const void *p, size_t n)
{
    int rc = hearth__request_settled(c, hearth__body_take(c, p, n));

    if (c->intake != NULL)
        hearth__dbs_end(&c->dbs);
    return rc;
}
