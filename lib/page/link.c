/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Links: to routes by their names, to files by their contents.
 */
#include "core/enc.h"
#include "core/str.h"
#include "page/page.h"

#include <hearth/file.h>

/* ---- url ------------------------------------------------------------------------ */

static const hearth_template_named *find(const hearth_template_call *call,
                                         const char *name)
{
    hearth_str want = hearth__str_of(name);

    for (size_t i = 0; i < call->nnamed; i++)
        if (hearth__str_eq(call->named[i].name, want))
            return &call->named[i];
    return NULL;
}

static bool is_param(const hearth__route *r, hearth_str name, size_t from)
{
    for (size_t i = from; i < r->nparams; i++)
        if (hearth__str_eq(hearth__str_of(r->param[i].name), name))
            return true;
    return false;
}

static bool is_given(hearth_value v)
{
    return v.kind != HEARTH_VALUE_UNDEFINED && v.kind != HEARTH_VALUE_NONE;
}

/* Those of the path: by place, then by name.  args[0] is the route's name. */
static int take_params(hearth_template_call *call, const hearth__route *r,
                       hearth_val *params)
{
    size_t placed = call->nargs - 1;

    if (placed > r->nparams)
        return hearth_template_fail(
            call,
            "url(\"%s\"): %s \"%s\" has %zu parameters, but %zu were given by place",
            r->name, r->method, r->pattern, r->nparams, placed);
    for (size_t i = 0; i < r->nparams; i++) {
        const hearth_template_named *n = i < placed ? NULL : find(call, r->param[i].name);
        hearth_value v = i < placed  ? call->args[i + 1]
                         : n != NULL ? n->value
                                     : (hearth_value){0};
        hearth_str text;

        if (!is_given(v))
            return hearth_template_fail(call, "url(\"%s\"): the parameter %s is missing",
                                        r->name, r->param[i].name);
        HEARTH_TRY(hearth_template_text(call, v, &text));
        params[i] = hearth_val_str(text);
    }
    return 0;
}

static int put_pair(hearth_template_call *call, hearth_str name, hearth_value v,
                    char *sep, hearth__buf *b)
{
    hearth_str text;

    if (!is_given(v))
        return 0;
    HEARTH_TRY(hearth_template_text(call, v, &text));
    hearth__buf_char(b, *sep);
    hearth__enc_url(b, name);
    hearth__buf_char(b, '=');
    hearth__enc_url(b, text);
    *sep = '&';
    return 0;
}

/* A list is one parameter several times. */
static int put_pairs(hearth_template_call *call, hearth_str name, hearth_value v,
                     char *sep, hearth__buf *b)
{
    hearth_value item;
    hearth__iter it;

    if (v.kind != HEARTH_VALUE_LIST)
        return put_pair(call, name, v, sep, b);
    HEARTH_TRY(hearth__iter_begin(call->render, v, &it));
    while (hearth__iter_next(&it, &item))
        HEARTH_TRY(put_pair(call, name, item, sep, b));
    return 0;
}

/* What is left is the query; names that begin with '_' are ours. */
static int put_query(hearth_template_call *call, const hearth__route *r, hearth__buf *b)
{
    const hearth_template_named *anchor = find(call, "_anchor");
    char sep = '?';

    for (size_t i = 0; i < call->nnamed; i++) {
        hearth_str name = call->named[i].name;

        if (name.ptr[0] != '_' && !is_param(r, name, call->nargs - 1))
            HEARTH_TRY(put_pairs(call, name, call->named[i].value, &sep, b));
    }
    if (anchor != NULL && is_given(anchor->value)) {
        hearth_str text;

        HEARTH_TRY(hearth_template_text(call, anchor->value, &text));
        hearth__buf_char(b, '#');
        hearth__enc_url(b, text);
    }
    return 0;
}

static int wants_absolute(hearth_template_call *call, bool *out)
{
    const hearth_template_named *n = find(call, "_external");

    *out = false;
    return n == NULL ? 0 : hearth__v_truth(call->render, n->value, out);
}

static int url(hearth_template_call *call, hearth_value *out)
{
    hearth_ctx *c = hearth__page_ctx(call);
    hearth_val params[HEARTH__MAX_PARAMS];
    const hearth__route *r;
    const char *path;
    hearth_error err;
    hearth_str name;
    bool absolute;
    hearth__buf b;

    HEARTH_TRY(hearth_template_text(call, call->args[0], &name));
    r = hearth__router_named(c->app->router, hearth__ctx_text(c, name));
    if (r == NULL)
        return hearth_template_fail(call, "url(\"%.*s\"): no route has this name",
                                    (int)(name.len < 200 ? name.len : 200), name.ptr);
    HEARTH_TRY(take_params(call, r, params));
    path = hearth__route_url(r, (hearth_vals){params, r->nparams}, &c->arena, &err);
    if (path == NULL)
        return hearth_template_fail(call, "url(\"%s\"): %s", r->name, err.text);
    HEARTH_TRY(wants_absolute(call, &absolute));
    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_text(&b, absolute ? hearth_origin(c) : "");
    hearth__buf_text(&b, path);
    HEARTH_TRY(put_query(call, r, &b));
    return hearth__page_buf(call, &b, false, out);
}

/* ---- files ---------------------------------------------------------------------- */

static int asset(hearth_template_call *call, hearth_value *out)
{
    hearth_ctx *c = hearth__page_ctx(call);
    const char *link;
    hearth_str name;

    HEARTH_TRY(hearth_template_text(call, call->args[0], &name));
    link = hearth_asset(c, hearth__ctx_text(c, name));
    if (link == NULL)
        return hearth_template_fail(
            call, "asset(\"%.*s\"): no directory of hearth_static() has this file",
            (int)(name.len < 200 ? name.len : 200), name.ptr);
    *out = hearth__page_text(link);
    return 0;
}

/* ---- the same page -------------------------------------------------------------- */

static bool is_replaced(const hearth__page_param *p, size_t n, hearth_str name)
{
    for (size_t i = 0; i < n; i++)
        if (hearth__str_eq(p[i].name, name))
            return true;
    return false;
}

static void put(hearth__buf *out, char *sep, hearth_str name, hearth_str value)
{
    hearth__buf_char(out, *sep);
    hearth__enc_url(out, name);
    hearth__buf_char(out, '=');
    hearth__enc_url(out, value);
    *sep = '&';
}

void hearth__page_same(hearth_ctx *c, hearth__buf *out, const hearth__page_param *p,
                       size_t n)
{
    const hearth__pairs *query = hearth__req_query(c);
    char sep = '?';

    hearth__buf_str(out, c->target.raw_path);
    for (size_t i = 0; query->rc == 0 && i < query->n; i++)
        if (!is_replaced(p, n, query->pair[i].name))
            put(out, &sep, query->pair[i].name, query->pair[i].value);
    for (size_t i = 0; i < n; i++)
        if (p[i].value.len > 0)
            put(out, &sep, p[i].name, p[i].value);
}

const hearth__builtin hearth__page_links[] = {
    {"url", url, "name * **", NULL},
    {"asset", asset, "path", NULL},
    {NULL, NULL, NULL, NULL},
};
