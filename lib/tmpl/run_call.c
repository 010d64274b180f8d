/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Calls: filters and tests, whose arguments are in their places already, and whatever else is
 * called by a template.
 */

#include "core/str.h"
#include "tmpl/run.h"

/* Arguments up to so many are kept on the stack. */
#define FEW 6

/* ---- arguments ------------------------------------------------------------------------- */

typedef struct growing {
    hearth__list args;
    hearth_template_named *named;
    size_t nnamed, named_cap;
} growing;

static int add_named(hearth__render *r, growing *g, hearth_str name, hearth_value v)
{
    for (size_t i = 0; i < g->nnamed; i++)
        if (hearth__str_eq(g->named[i].name, name))
            return hearth__render_fail(r, HEARTH_EINVAL, "'%.*s' is given twice",
                                       (int)(name.len > 40 ? 40 : name.len), name.ptr);
    if (g->nnamed == g->named_cap) {
        size_t cap = g->named_cap == 0 ? 4 : 2 * g->named_cap;
        hearth_template_named *grown = hearth__render_array(r, cap, sizeof *grown);

        if (grown == NULL)
            return r->error.code;
        if (g->nnamed > 0)
            memcpy(grown, g->named, g->nnamed * sizeof *grown);
        g->named = grown;
        g->named_cap = cap;
    }
    g->named[g->nnamed++] = (hearth_template_named){name, v};
    return 0;
}

/* *list */
static int add_star(hearth__frame *f, const hearth__expr *e, growing *g)
{
    hearth_value v, item;
    hearth__iter it;

    HEARTH_TRY(hearth__eval(f, e, &v));
    HEARTH_TRY(hearth__iter_begin(f->r, v, &it));
    while (hearth__iter_next(&it, &item))
        HEARTH_TRY(hearth__list_add(f->r, &g->args, item));
    return 0;
}

/* **map */
static int add_stars(hearth__frame *f, const hearth__expr *e, growing *g)
{
    hearth_value v, key, item;
    hearth__iter it;

    HEARTH_TRY(hearth__eval(f, e, &v));
    if (v.kind != HEARTH_VALUE_MAP)
        return hearth__render_fail(f->r, HEARTH_EINVAL,
                                   "behind ** stands a map, not a value "
                                   "of kind %s",
                                   hearth__v_kind_name(v));
    HEARTH_TRY(hearth__iter_begin(f->r, v, &it));
    while (hearth__iter_next(&it, &key)) {
        if (key.kind != HEARTH_VALUE_TEXT)
            return hearth__render_fail(f->r, HEARTH_EINVAL,
                                       "the keys of a map behind ** are texts");
        HEARTH_TRY(hearth__v_item(f->r, v, key, &item));
        HEARTH_TRY(add_named(f->r, g, hearth__v_bytes(key), item));
    }
    return 0;
}

int hearth__eval_args(hearth__frame *f, const hearth__args *args, hearth_value caller,
                      hearth__given *out)
{
    growing g = {.args = {.cap = args->n}};
    hearth_value v;

    if (args->n > 0)
        g.args.at = hearth__render_array(f->r, args->n, sizeof *g.args.at);
    if (args->n > 0 && g.args.at == NULL)
        return f->r->error.code;
    for (; g.args.n < args->n; g.args.n++)
        HEARTH_TRY(hearth__eval(f, args->at[g.args.n], &g.args.at[g.args.n]));
    for (size_t i = 0; i < args->nnamed; i++) {
        HEARTH_TRY(hearth__eval(f, args->named[i].value, &v));
        HEARTH_TRY(add_named(f->r, &g, args->named[i].name, v));
    }
    if (args->star != NULL)
        HEARTH_TRY(add_star(f, args->star, &g));
    if (args->stars != NULL)
        HEARTH_TRY(add_stars(f, args->stars, &g));
    if (caller.kind != HEARTH_VALUE_UNDEFINED)
        HEARTH_TRY(add_named(f->r, &g, HEARTH__S("caller"), caller));
    *out = (hearth__given){g.args.at, g.args.n, g.named, g.nnamed};
    return 0;
}

/* ---- filters and tests ----------------------------------------------------------------- */

static int bound_named(hearth__frame *f, const hearth__args *args,
                       hearth_template_call *call)
{
    hearth_template_named *named =
        hearth__render_array(f->r, args->nnamed, sizeof *named);

    if (named == NULL)
        return f->r->error.code;
    for (size_t i = 0; i < args->nnamed; i++) {
        named[i].name = args->named[i].name;
        HEARTH_TRY(hearth__eval(f, args->named[i].value, &named[i].value));
    }
    call->named = named;
    call->nnamed = args->nnamed;
    return 0;
}

/* The arguments are in their places. */
static int apply_bound(hearth__frame *f, const hearth__expr *e, hearth_value value,
                       hearth_value *out)
{
    const hearth__args *args = &e->u.apply.args;
    hearth_value few[FEW], *at = few;
    hearth_template_call call = {.render = f->r,
                                 .arg = e->u.apply.what->arg,
                                 .value = value};

    if (args->n > FEW)
        at = hearth__render_array(f->r, args->n, sizeof *at);
    if (at == NULL)
        return f->r->error.code;
    for (size_t i = 0; i < args->n; i++) {
        at[i] = (hearth_value){0};
        if (args->at[i] != NULL)
            HEARTH_TRY(hearth__eval(f, args->at[i], &at[i]));
    }
    call.args = at;
    call.nargs = args->n;
    if (args->nnamed > 0)
        HEARTH_TRY(bound_named(f, args, &call));
    return hearth__builtin_run(f->r, e->u.apply.what, &call, out);
}

int hearth__eval_apply(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    const hearth__builtin *what = e->u.apply.what;
    hearth__given given;
    hearth_value value;
    bool truth;

    HEARTH_TRY(hearth__eval(f, e->u.apply.value, &value));
    if (e->u.apply.args.bound) {
        HEARTH_TRY(apply_bound(f, e, value, out));
    } else {
        HEARTH_TRY(hearth__eval_args(f, &e->u.apply.args, (hearth_value){0}, &given));
        HEARTH_TRY(hearth__builtin_call(f->r, what, value, given.at, given.n, given.named,
                                        given.nnamed, out));
    }
    if (e->kind == HEARTH__EXPR_TEST) {
        HEARTH_TRY(hearth__v_truth(f->r, *out, &truth));
        *out = hearth_value_bool(truth != (e->op == 1));
    }
    return 0;
}

/* ---- calls ----------------------------------------------------------------------------- */

/* A method of a plain value: NULL when it has none of that name. */
static const hearth__builtin *method_of(hearth_value v, hearth_str name)
{
    switch ((hearth_value_kind)v.kind) {
    case HEARTH_VALUE_TEXT:
        return hearth__builtin_in(hearth__text_methods, name);
    case HEARTH_VALUE_LIST:
        return hearth__builtin_in(hearth__list_methods, name);
    case HEARTH_VALUE_MAP:
        return hearth__builtin_in(hearth__map_methods, name);
    default:
        return NULL;
    }
}

static int no_method(hearth__render *r, hearth_value of, hearth_str name)
{
    return hearth__render_fail(r, HEARTH_EINVAL,
                               "a value of kind %s has no method '%.*s'",
                               hearth__v_kind_name(of),
                               (int)(name.len > 40 ? 40 : name.len), name.ptr);
}

/* Of an object: its own method, else what its attribute gives. */
static int object_method(hearth__render *r, hearth_value of, hearth_str name,
                         const hearth__given *g, hearth_value *out)
{
    hearth__object *o = of.u.object;
    hearth_template_call call = {r, NULL, of, g->at, g->n, g->named, g->nnamed};
    int rc = HEARTH_ENOTFOUND;
    hearth_value found;

    *out = (hearth_value){0};
    if (o->ops->method != NULL)
        rc = o->ops->method(o, name, &call, out);
    if (rc != HEARTH_ENOTFOUND || r->error.code != 0)
        return rc;
    HEARTH_TRY(hearth__v_attr(r, of, name, &found));
    if (found.kind == HEARTH_VALUE_UNDEFINED)
        return no_method(r, of, name);
    return hearth__v_call(r, found, g->at, g->n, g->named, g->nnamed, out);
}

static int method(hearth__render *r, hearth_value of, hearth_str name,
                  const hearth__given *g, hearth_value *out)
{
    const hearth__builtin *b = method_of(of, name);
    hearth_value found;

    if (of.kind == HEARTH_VALUE_UNDEFINED)
        return hearth__render_undefined(r, of);
    if (b != NULL)
        return hearth__builtin_call(r, b, of, g->at, g->n, g->named, g->nnamed, out);
    if (of.kind == HEARTH_VALUE_OBJECT)
        return object_method(r, of, name, g, out);
    if (of.kind != HEARTH_VALUE_MAP)
        return no_method(r, of, name);
    found = hearth__v_member(of, name);
    if (found.kind == HEARTH_VALUE_UNDEFINED)
        return no_method(r, of, name);
    return hearth__v_call(r, found, g->at, g->n, g->named, g->nnamed, out);
}

/* The macro that e calls, if it is one: that of a name, or of a module. */
static int find_macro(hearth__frame *f, const hearth__expr *e, hearth_value of,
                      struct hearth__macro_value **out)
{
    hearth_value found = of;

    *out = NULL;
    if (of.kind != HEARTH_VALUE_OBJECT)
        return 0;
    if (e->kind == HEARTH__EXPR_METHOD) {
        if (of.u.object->ops->get == NULL || of.u.object->ops->method != NULL)
            return 0;
        HEARTH_TRY(hearth__v_attr(f->r, of, e->u.call.name, &found));
    }
    *out = hearth__as_macro(found);
    return 0;
}

int hearth__eval_call_put(hearth__frame *f, const hearth__expr *e, hearth_value caller,
                          hearth_value *out, bool *printed)
{
    struct hearth__macro_value *macro;
    hearth__given given;
    hearth_value of;

    *printed = false;
    HEARTH_TRY(hearth__eval(f, e->u.call.of, &of));
    HEARTH_TRY(hearth__eval_args(f, &e->u.call.args, caller, &given));
    HEARTH_TRY(find_macro(f, e, of, &macro));
    if (macro != NULL) {
        *printed = true;
        return hearth__macro_call(f->r, macro, &given, f->out);
    }
    if (e->kind == HEARTH__EXPR_METHOD)
        return method(f->r, of, e->u.call.name, &given, out);
    return hearth__v_call(f->r, of, given.at, given.n, given.named, given.nnamed, out);
}

int hearth__eval_call(hearth__frame *f, const hearth__expr *e, hearth_value caller,
                      hearth_value *out)
{
    hearth__given given;
    hearth_value of;

    HEARTH_TRY(hearth__eval(f, e->u.call.of, &of));
    HEARTH_TRY(hearth__eval_args(f, &e->u.call.args, caller, &given));
    if (e->kind == HEARTH__EXPR_METHOD)
        return method(f->r, of, e->u.call.name, &given, out);
    return hearth__v_call(f->r, of, given.at, given.n, given.named, given.nnamed, out);
}
