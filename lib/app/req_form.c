/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Pairs of the request: query string, form body, cookies.  Each list is decoded whole
 * when first asked for; a name that was sent twice means its first value, everywhere.
 */
#include "app/app.h"
#include "app/problem.h"
#include "app/req.h"
#include "core/str.h"
#include "http/accept.h"
#include "http/cookie.h"
#include "http/urlenc.h"

static const char *find(const hearth__pairs *p, const char *name, const char *fallback)
{
    hearth_str n = hearth__str_of(name);

    for (size_t i = 0; i < p->n; i++)
        if (hearth__str_eq(p->pair[i].name, n))
            return p->pair[i].value.ptr;
    return fallback;
}

/* ---- query ------------------------------------------------------------------- */

const hearth__pairs *hearth__req_query(hearth_ctx *c)
{
    hearth__pairs *p = &c->query;
    hearth_str raw = c->target.query;

    if (!p->parsed) {
        p->parsed = true;
        /* Its form and length were checked with the target: all that can fail is memory.
         */
        if (raw.len > 0)
            p->rc = hearth__urlenc_parse(&c->arena, raw, raw.len, &p->pair, &p->n);
    }
    return p;
}

const char *hearth_query(hearth_ctx *c, const char *name, const char *fallback)
{
    return find(hearth__req_query(c), name, fallback);
}

int hearth_query_int(hearth_ctx *c, const char *name, int64_t fallback, int64_t *out)
{
    const char *text = hearth_query(c, name, "");

    *out = fallback;
    if (*text == '\0' || hearth__str_int(hearth__str_of(text), out))
        return 0;
    return hearth__tell(c, HEARTH_EINVAL, 400,
                        "the query parameter '%s' has to be a whole number", name);
}

/* ---- form -------------------------------------------------------------------- */

static size_t max_fields(const hearth_ctx *c)
{
    const hearth__route *route = c->match.route;

    return route != NULL && route->max_form_fields != 0 ? route->max_form_fields
                                                        : c->app->opts.max_form_fields;
}

static int parse_form(hearth_ctx *c, hearth__pairs *p)
{
    hearth_str type = hearth__req_type(c), body;

    if (!hearth__media_type_is(type, HEARTH__S("application/x-www-form-urlencoded"),
                               HEARTH__S("")) ||
        !hearth__req_is_utf8(type))
        return HEARTH_EMEDIA;
    body = hearth_body(c);
    if (body.len == 0)
        return 0;
    return hearth__urlenc_parse(&c->arena, body, max_fields(c), &p->pair, &p->n);
}

const hearth__pairs *hearth__req_form(hearth_ctx *c)
{
    if (!c->form.parsed) {
        c->form.parsed = true;
        c->form.rc = parse_form(c, &c->form);
    }
    return &c->form;
}

const char *hearth_form(hearth_ctx *c, const char *name, const char *fallback)
{
    return find(hearth__req_form(c), name, fallback);
}

int hearth_body_form(hearth_ctx *c)
{
    int rc = hearth__req_form(c)->rc;

    switch (rc) {
    case HEARTH_EMEDIA:
        return hearth__tell(
            c, rc, 415,
            "send the body as a form: application/x-www-form-urlencoded, in UTF-8, or "
            "multipart/form-data");
    case HEARTH_EINVAL:
        return hearth__tell(c, rc, 400, "the form is malformed");
    case HEARTH_ETOOBIG:
        return hearth__tell(c, rc, 413, "the form has more than %zu fields",
                            max_fields(c));
    default:
        return rc;
    }
}

/* ---- cookies ----------------------------------------------------------------- */

/* One pass over all Cookie fields (HTTP/2 may send several); out NULL only counts. */
static size_t walk_cookies(const hearth_ctx *c, hearth__field *out)
{
    hearth_str name, value;
    size_t n = 0;

    for (size_t i = 0; i < c->head.nfields; i++) {
        hearth_str rest = c->head.field[i].value;

        if (!hearth__str_ieq(c->head.field[i].name, HEARTH__S("Cookie")))
            continue;
        for (; hearth__cookie_next(&rest, &name, &value); n++)
            if (out != NULL)
                out[n] = (hearth__field){name, value};
    }
    return n;
}

static int parse_cookies(hearth_ctx *c, hearth__pairs *p)
{
    size_t n = walk_cookies(c, NULL);

    if (n == 0)
        return 0;
    p->pair = hearth__arena_array(&c->arena, n, sizeof *p->pair);
    if (p->pair == NULL)
        return HEARTH_ENOMEM;
    walk_cookies(c, p->pair);
    for (size_t i = 0; i < n; i++) {
        p->pair[i].value.ptr = hearth__ctx_text(c, p->pair[i].value);
        if (p->pair[i].value.ptr == NULL)
            return HEARTH_ENOMEM;
    }
    p->n = n;
    return 0;
}

const char *hearth_cookie(hearth_ctx *c, const char *name)
{
    if (!c->cookies.parsed) {
        c->cookies.parsed = true;
        c->cookies.rc = parse_cookies(c, &c->cookies);
    }
    return find(&c->cookies, name, NULL);
}
