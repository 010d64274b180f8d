/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The way of a body in.  Which way it takes is decided once, when the head is there; a
 * body that stays in memory, as most do, costs nothing beyond its buffer.
 */
#include "app/body.h"

#include "app/app.h"
#include "app/problem.h"
#include "app/req.h"
#include "core/str.h"
#include "http/accept.h"

#include <hearth/memory.h>

static bool expected(const hearth_ctx *c)
{
    return c->framing.chunked || c->framing.length > 0;
}

static void close_spool(void *arg)
{
    hearth__body *in = arg;

    hearth__spool_close(&in->spool);
    hearth__buf_clear(&in->text);
}

/* ---- which way ------------------------------------------------------------------- */

static size_t limit(size_t of_route, size_t of_app)
{
    return of_route != 0 ? of_route : of_app;
}

static hearth__body *make(hearth_ctx *c)
{
    const hearth__route *route = c->match.route;
    const hearth_app_opts *o = &c->app->opts;
    hearth__body *in = hearth__arena_alloc(&c->arena, sizeof *in);

    if (in == NULL)
        return NULL;
    in->max_file = limit(route == NULL ? 0 : route->max_file, o->max_file);
    in->max_files = limit(route == NULL ? 0 : route->max_files, o->max_files);
    in->max_texts = limit(route == NULL ? 0 : route->max_form_fields, o->max_form_fields);
    in->text_left = c->max_body < o->max_body ? c->max_body : o->max_body;
    in->last = &in->first;
    hearth__spool_init(&in->spool, c->app->opts.upload_dir);
    hearth__buf_init(&in->text, NULL, 0);
    c->intake = in;
    return hearth_defer(c, close_spool, in) == 0 ? in : NULL;
}

static int prepare_form(hearth_ctx *c, hearth_str type)
{
    char boundary[HEARTH__BOUNDARY_MAX + 1];

    if (!hearth__multipart_boundary(type, boundary))
        return hearth__tell(c, HEARTH_EINVAL, 400,
                            "the form's Content-Type names no boundary of 1 to 70 "
                            "characters of RFC 2046");
    c->intake->parser = hearth__arena_raw(&c->arena, sizeof *c->intake->parser);
    if (c->intake->parser == NULL)
        return HEARTH_ENOMEM;
    hearth__multipart_init(c->intake->parser, hearth__str_of(boundary),
                           &hearth__body_form_ops, c);
    return 0;
}

static int prepare_stream(hearth_ctx *c, const hearth_body_ops *ops)
{
    c->intake->ops = ops;
    if (ops->size == 0)
        return 0;
    c->intake->self = hearth__arena_alloc(&c->arena, ops->size);
    return c->intake->self == NULL ? HEARTH_ENOMEM : 0;
}

int hearth__body_prepare(hearth_ctx *c)
{
    const hearth__route *route = c->match.route;
    const hearth_body_ops *ops = route == NULL ? NULL : route->body;
    hearth_str type = hearth__req_type(c);
    bool spools = route != NULL && route->spool && ops == NULL && expected(c);
    bool form =
        expected(c) && !spools && (ops == NULL || ops->part != NULL) &&
        hearth__media_type_is(type, HEARTH__S("multipart/form-data"), HEARTH__S(""));

    if (ops == NULL && !spools && !form)
        return 0;
    if (make(c) == NULL)
        return HEARTH_ENOMEM;
    if (ops != NULL)
        HEARTH_TRY(prepare_stream(c, ops));
    c->form.parsed = form && ops == NULL;
    return form ? prepare_form(c, type) : 0;
}

bool hearth__body_blocks(const hearth_ctx *c)
{
    const hearth__route *route = c->match.route;

    if (route != NULL && route->place.wanted == HEARTH_INLINE)
        return false;
    if (route != NULL && (route->admit != NULL || route->body != NULL))
        return true;
    return c->intake != NULL &&
           (c->framing.chunked || c->framing.length > HEARTH__SPOOL_MEMORY);
}

/* ---- in -------------------------------------------------------------------------- */

static int too_large(hearth_ctx *c)
{
    return hearth__tell(c, HEARTH_ETOOBIG, 413,
                        "the request's body is larger than this resource accepts");
}

int hearth__body_begin(hearth_ctx *c)
{
    hearth__body *in = c->intake;

    if (in == NULL || in->ops == NULL || in->began)
        return 0;
    in->began = true;
    return in->ops->begin == NULL ? 0 : in->ops->begin(in->self, c);
}

static int take_memory(hearth_ctx *c, const char *p, size_t n)
{
    hearth__buf_add(&c->body, p, n);
    return c->body.failed ? HEARTH_ENOMEM : 0;
}

static int take_form(hearth_ctx *c, const char *p, size_t n)
{
    hearth__multipart *m = c->intake->parser;
    int rc = hearth__multipart_feed(m, p, n);

    if (m->why[0] == '\0')
        return rc;
    return rc == HEARTH_ETOOBIG ? hearth__tell(c, rc, 413, "%s", m->why)
                                : hearth__tell(c, rc, 400, "%s", m->why);
}

int hearth__body_take(hearth_ctx *c, const char *p, size_t n)
{
    hearth__body *in = c->intake;
    int rc;

    if (n > c->max_body - c->received)
        return too_large(c);
    c->received += n;
    if (in == NULL)
        return take_memory(c, p, n);
    if (in->parser != NULL)
        return take_form(c, p, n);
    if (in->ops != NULL)
        return in->ops->data(in->self, c, p, n);
    rc = hearth__spool_add(&in->spool, p, n);
    return rc == 0 ? 0 : hearth__body_spool_failed(c, rc);
}

int hearth__body_end(hearth_ctx *c)
{
    hearth__body *in = c->intake;

    if (in == NULL)
        return 0;
    if (in->parser != NULL) {
        /* A chunked body may turn out to be empty: a form without fields. */
        if (c->received > 0 && hearth__multipart_end(in->parser) != 0)
            return hearth__tell(c, HEARTH_EINVAL, 400, "%s", in->parser->why);
        return 0;
    }
    return in->ops == NULL || in->ops->end == NULL ? 0 : in->ops->end(in->self, c);
}

void hearth__body_drop(hearth_ctx *c)
{
    if (c->intake != NULL)
        close_spool(c->intake);
}

void *hearth_body_state(const hearth_ctx *c)
{
    return c->intake == NULL ? NULL : c->intake->self;
}
