/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Bodies and query strings into structs: where lib/model meets the request.
 */

#include "app/ctx.h"
#include "app/model.h"
#include "app/problem.h"
#include "app/req.h"
#include "core/str.h"
#include "http/accept.h"
#include "model/model.h"

#include <hearth/memory.h>
#include <hearth/res.h>
#include <hearth/route.h>

/* json_decref() as a function that can be deferred. */
static void drop(void *tree)
{
    json_decref(tree);
}

int hearth__model_keep(void *c, struct json_t *tree)
{
    return hearth_defer(c, drop, tree);
}

void hearth__model_note(void *c, const char *pointer, const char *code, const char *text)
{
    hearth_fault(c, pointer, code, "%s", text);
}

int hearth__model_holds(hearth_ctx *c, const hearth_model *m, const void *obj)
{
    if (m->check != NULL)
        HEARTH_TRY(m->check(c, obj));
    return hearth_faults(c);
}

static int finish(hearth_ctx *c, hearth__bind *b)
{
    int rc = hearth__bind_finish(b);

    if (rc == HEARTH_EMODEL)
        hearth__faults_tell(&b->faults, b->source == HEARTH__FROM_QUERY,
                            hearth__model_note, c);
    return rc;
}

static int bind_json(hearth_ctx *c, hearth__bind *b)
{
    hearth_error why = {0};
    int rc;

    HEARTH_TRY(hearth__req_json(c));
    rc = hearth__bind_json(b, hearth_body(c), &why);
    if (rc == HEARTH_EINVAL)
        return hearth__tell(c, rc, 400, "the body is not sound JSON: %s", why.text);
    if (rc == HEARTH_ENOMEM)
        c->arena.failed = true;
    return rc != 0 ? rc : finish(c, b);
}

static int bind_form(hearth_ctx *c, hearth__bind *b)
{
    HEARTH_TRY(hearth_body_form(c));
    b->source = HEARTH__FROM_FORM;
    hearth__bind_pairs(b, c->form.pair, c->form.n);
    return finish(c, b);
}

static bool is_form(hearth_str type)
{
    return hearth__media_type_is(type, HEARTH__S("application/x-www-form-urlencoded"),
                                 HEARTH__S("")) ||
           hearth__media_type_is(type, HEARTH__S("multipart/form-data"), HEARTH__S(""));
}

int hearth__model_plan(hearth_ctx *c, const hearth_model *m, const hearth__plan **out)
{
    hearth_error why = {0};

    *out = hearth__plans_get(&c->app->plans, m, &why);
    if (*out != NULL)
        return 0;
    if (why.code == HEARTH_ENOMEM) {
        c->arena.failed = true;
        return HEARTH_ENOMEM;
    }
    hearth__log_failure(c, why.text);
    return HEARTH_ESTATE;
}

static int prepare(hearth_ctx *c, const hearth_model *m, void *out, hearth__bind **b)
{
    const hearth__plan *plan;

    HEARTH_TRY(hearth__model_plan(c, m, &plan));
    *b = hearth__arena_raw(&c->arena, sizeof **b);
    if (*b == NULL)
        return HEARTH_ENOMEM;
    hearth__bind_init(*b, plan, out, &c->arena);
    (*b)->keep = hearth__model_keep;
    (*b)->keep_arg = c;
    return 0;
}

static int bind_body(hearth_ctx *c, hearth__bind *b)
{
    return is_form(hearth__req_type(c)) ? bind_form(c, b) : bind_json(c, b);
}

int hearth_bind_with_sized(hearth_ctx *c, const hearth_model *m, void *out,
                           const hearth_bind_opts *o, size_t size)
{
    hearth__bind *b;

    HEARTH_TRY(prepare(c, m, out, &b));
    if (o != NULL)
        memcpy(&b->o, o, size < sizeof b->o ? size : sizeof b->o);
    HEARTH_TRY(bind_body(c, b));
    return hearth__model_holds(c, m, out);
}

int hearth__model_bind(hearth_ctx *c, const hearth_model *m, void *out,
                       const hearth__leave *leave)
{
    hearth__bind *b;

    HEARTH_TRY(prepare(c, m, out, &b));
    b->o.partial = leave->partial;
    b->optional = leave->optional;
    b->echoed = leave->echoed;
    return bind_body(c, b);
}

int hearth_bind(hearth_ctx *c, const hearth_model *m, void *out)
{
    return hearth_bind_with(c, m, out, NULL);
}

int hearth_bind_query(hearth_ctx *c, const hearth_model *m, void *out)
{
    const hearth__pairs *p = hearth__req_query(c);
    hearth__bind *b;

    if (p->rc != 0)
        return p->rc;
    HEARTH_TRY(prepare(c, m, out, &b));
    b->source = HEARTH__FROM_QUERY;
    hearth__bind_pairs(b, p->pair, p->n);
    HEARTH_TRY(finish(c, b));
    return hearth__model_holds(c, m, out);
}

int hearth_check(hearth_ctx *c, const hearth_model *m, const void *obj)
{
    const hearth__plan *plan;
    hearth__faults *f;

    HEARTH_TRY(hearth__model_plan(c, m, &plan));
    f = hearth__arena_raw(&c->arena, sizeof *f);
    if (f == NULL)
        return HEARTH_ENOMEM;
    hearth__faults_init(f, &c->arena, plan);
    hearth__validate(f, obj);
    if (c->arena.failed)
        return HEARTH_ENOMEM;
    if (hearth__faults_any(f)) {
        hearth__faults_tell(f, false, hearth__model_note, c);
        return HEARTH_EMODEL;
    }
    return hearth__model_holds(c, m, obj);
}

/* ---- .in ----------------------------------------------------------------------------- */

static bool has_body(hearth__method m)
{
    return m != HEARTH__GET && m != HEARTH__HEAD && m != HEARTH__DELETE &&
           m != HEARTH__OPTIONS;
}

int hearth__model_in(hearth_ctx *c)
{
    const hearth__route *route = c->match.route;
    const hearth_bind_opts partial = {.partial = route->m == HEARTH__PATCH};

    c->in = hearth__arena_alloc(&c->arena, route->in->size);
    if (c->in == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(has_body(route->m) ? hearth_bind_with(c, route->in, c->in, &partial)
                                  : hearth_bind_query(c, route->in, c->in));
    return hearth_next(c);
}

/* HEARTH_MODEL makes a table of its own in every file that includes it. */
static bool is_same(const hearth_model *a, const hearth_model *b)
{
    return a == b || (a != NULL && a->size == b->size && a->n == b->n &&
                      strcmp(a->name, b->name) == 0);
}

void *hearth_in(hearth_ctx *c, const hearth_model *m)
{
    if (c->match.route != NULL && c->in != NULL && is_same(c->match.route->in, m))
        return c->in;
    hearth__log_failure(c, "hearth_in: the route has no .in of this model; write .in = "
                           "&..._model into its entry");
    return NULL;
}
