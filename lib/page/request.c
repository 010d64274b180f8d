/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The request as an object: request.path, request.query.q.
 */
#include "core/str.h"
#include "page/page.h"

/* ---- request.query ---------------------------------------------------------------- */

static int query_get(hearth__render *r, hearth__object *self, hearth_str name,
                     hearth_value *out)
{
    const hearth__pairs *p = hearth__req_query(r->arg);

    (void)self;
    for (size_t i = 0; p->rc == 0 && i < p->n; i++)
        if (hearth__str_eq(p->pair[i].name, name) && p->pair[i].value.len < UINT32_MAX) {
            *out = hearth__v_textn(p->pair[i].value.ptr, p->pair[i].value.len, 0);
            return 0;
        }
    return HEARTH_ENOTFOUND;
}

static const hearth__object_ops query_ops = {.name = "request.query", .get = query_get};
static const hearth__object query = {&query_ops};

/* ---- request ----------------------------------------------------------------------- */

static hearth_value route_of(const hearth_ctx *c)
{
    return hearth__page_text(c->match.route == NULL ? NULL : c->match.route->name);
}

static int request_get(hearth__render *r, hearth__object *self, hearth_str name,
                       hearth_value *out)
{
    static const struct {
        hearth_str name;
        const char *(*of)(hearth_ctx *c);
    } texts[] = {
        {{"method", 6}, hearth_method}, {{"path", 4}, hearth_path},
        {{"target", 6}, hearth_target}, {{"host", 4}, hearth_host},
        {{"scheme", 6}, hearth_scheme}, {{"origin", 6}, hearth_origin},
        {{"id", 2}, hearth_request_id}, {{"client", 6}, hearth_peer},
    };
    hearth_ctx *c = r->arg;

    (void)self;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (hearth__str_eq(texts[i].name, name)) {
            *out = hearth__page_text(texts[i].of(c));
            return 0;
        }
    if (hearth__str_eq(name, HEARTH__S("query")))
        *out = hearth__page_object(&query);
    else if (hearth__str_eq(name, HEARTH__S("url")))
        *out = hearth__page_text(hearth_absolute(c, NULL));
    else if (hearth__str_eq(name, HEARTH__S("route")))
        *out = route_of(c);
    else
        return HEARTH_ENOTFOUND;
    return 0;
}

static const hearth__object_ops request_ops = {.name = "request", .get = request_get};
const hearth__object hearth__page_request = {&request_ops};
