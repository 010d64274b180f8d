/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Answering with a body.  All answering functions end in hearth__answer(), which sets
 * status, type and body together, so that the last answer wins as a whole.
 */
#include "app/answer.h"

#include "app/problem.h"
#include "core/str.h"
#include "json/write.h"

#include <hearth/res.h>

#define TYPE HEARTH__S("Content-Type")

int hearth__answer_check(hearth_ctx *c, int status)
{
    if (status < 200 || status > 599)
        return hearth__note(c, HEARTH_EINVAL, "answered with %d: not in 200 to 599",
                            status);
    if (c->res.sent)
        return hearth__note(c, HEARTH_ESTATE,
                            "answered again when the headers had been committed");
    return 0;
}

int hearth__answer(hearth_ctx *c, int status, hearth_str type, hearth_str body)
{
    HEARTH_TRY(hearth__answer_check(c, status));
    HEARTH_TRY(hearth__res_put(&c->res, &c->arena, TYPE, type));
    c->res.status = status;
    hearth__res_no_body(&c->res);
    c->res.body = body;
    return 0;
}

static int answer_copy(hearth_ctx *c, int status, hearth_str type, const char *p,
                       size_t n)
{
    const char *copy;

    HEARTH_TRY(hearth__answer_check(c, status));
    copy = hearth__arena_copy(&c->arena, p, n);
    if (copy == NULL)
        return HEARTH_ENOMEM;
    return hearth__answer(c, status, type, hearth__str(copy, n));
}

static int answer_text(hearth_ctx *c, int status, hearth_str type, const char *body)
{
    if (body == NULL)
        return hearth__note(c, HEARTH_EINVAL, "answered with NULL for a body");
    return answer_copy(c, status, type, body, strlen(body));
}

int hearth_text(hearth_ctx *c, int status, const char *body)
{
    return answer_text(c, status, HEARTH__S("text/plain; charset=utf-8"), body);
}

int hearth_html(hearth_ctx *c, int status, const char *body)
{
    return answer_text(c, status, HEARTH__S("text/html; charset=utf-8"), body);
}

int hearth_textf(hearth_ctx *c, int status, const char *fmt, ...)
{
    hearth__buf b;
    va_list ap;

    hearth__buf_init(&b, &c->arena, 0);
    va_start(ap, fmt);
    hearth__buf_v(&b, fmt, ap);
    va_end(ap);
    if (b.failed)
        return HEARTH_ENOMEM;
    return hearth__answer(c, status, HEARTH__S("text/plain; charset=utf-8"),
                          hearth__buf_view(&b));
}

/* A type from outside, checked and made memory of the request. */
static int own_type(hearth_ctx *c, const char *type, hearth_str *out)
{
    *out = hearth__str_of(type);
    if (hearth__res_check(TYPE, *out) != 0)
        return hearth__note(c, HEARTH_EINVAL, "the media type \"%s\" is no field value",
                            out->ptr);
    out->ptr = hearth__ctx_text(c, *out);
    return out->ptr == NULL ? HEARTH_ENOMEM : 0;
}

static int answer_blob(hearth_ctx *c, int status, const char *type, const void *p,
                       size_t n, bool copy)
{
    hearth_str t;

    if (p == NULL && n > 0)
        return hearth__note(c, HEARTH_EINVAL, "answered with NULL for a body");
    HEARTH_TRY(own_type(c, type, &t));
    if (p == NULL)
        p = "";
    return copy ? answer_copy(c, status, t, p, n)
                : hearth__answer(c, status, t, hearth__str(p, n));
}

int hearth_blob(hearth_ctx *c, int status, const char *type, const void *p, size_t n)
{
    return answer_blob(c, status, type, p, n, true);
}

int hearth_blob_ref(hearth_ctx *c, int status, const char *type, const void *p, size_t n)
{
    return answer_blob(c, status, type, p, n, false);
}

/* Written straight into the memory of the request that then is the body. */
static int write_tree(hearth_ctx *c, int status, const json_t *tree)
{
    hearth__buf b;
    hearth__json_w w;
    int rc;

    hearth__buf_init(&b, &c->arena, 0);
    w = hearth__json_w_of(&b);
    rc = hearth__json_tree(&w, tree);
    if (b.failed)
        return HEARTH_ENOMEM;
    if (rc != 0)
        return hearth__note(c, HEARTH_ESTATE, "hearth_json: the tree is nested too deep");
    return hearth__answer(c, status, HEARTH__S("application/json"), hearth__buf_view(&b));
}

int hearth_json(hearth_ctx *c, int status, json_t *take)
{
    int rc;

    if (take == NULL)
        return hearth__note(c, HEARTH_ESTATE,
                            "hearth_json: the tree is NULL (did json_pack fail?)");
    rc = hearth__answer_check(c, status);
    if (rc == 0)
        rc = write_tree(c, status, take);
    json_decref(take);
    return rc;
}

int hearth_status(const hearth_ctx *c)
{
    return c->res.status;
}

void *hearth_state(const hearth_ctx *c)
{
    return c->app->opts.state;
}

hearth_app *hearth_app_of(const hearth_ctx *c)
{
    return c->app;
}
