/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Macros as values.  A macro knows the variables of the page that it was made in, and has taken
 * along what it uses of the body around it.
 */

#include "core/str.h"
#include "tmpl/run.h"

typedef struct hearth__macro_value {
    hearth__object object;
    const hearth__macro *m;
    const hearth__variant *v;
    hearth__vars *vars;
    hearth_value *taken;
} hearth__macro_value;

static int call(hearth__object *self, hearth_template_call *c, hearth_value *out)
{
    hearth__given given = {NULL, c->nargs, NULL, c->nnamed};
    hearth__render *r = c->render;
    hearth__buf b;

    given.at = hearth__render_array(r, c->nargs, sizeof *given.at);
    given.named = hearth__render_array(r, c->nnamed, sizeof *given.named);
    if (given.at == NULL || given.named == NULL)
        return r->error.code;
    if (c->nargs > 0)
        memcpy(given.at, c->args, c->nargs * sizeof *given.at);
    if (c->nnamed > 0)
        memcpy(given.named, c->named, c->nnamed * sizeof *given.named);
    hearth__render_buf(r, &b);
    HEARTH_TRY(hearth__macro_call(r, (hearth__macro_value *)(void *)self, &given, &b));
    return hearth__v_buf(r, &b, HEARTH_VALUE_HTML, out);
}

static int arguments(hearth__render *r, const hearth__macro *m, hearth_value *out)
{
    hearth__list *l = hearth__list_new(r, m->nparams);

    if (l == NULL)
        return r->error.code;
    for (size_t i = 0; i < m->nparams; i++)
        l->at[l->n++] = hearth__v_textn(m->param[i].name.ptr, m->param[i].name.len, 0);
    *out = hearth__v_list(l, true);
    return 0;
}

static int get(hearth__render *r, hearth__object *self, hearth_str name,
               hearth_value *out)
{
    const hearth__macro *m = ((const hearth__macro_value *)(const void *)self)->m;

    if (hearth__str_eq(name, HEARTH__S("arguments")))
        return arguments(r, m, out);
    if (hearth__str_eq(name, HEARTH__S("name")))
        *out = hearth__v_textn(m->name.ptr, m->name.len, 0);
    else if (hearth__str_eq(name, HEARTH__S("catch_varargs")))
        *out = hearth_value_bool(m->varargs != HEARTH__NO_SLOT);
    else if (hearth__str_eq(name, HEARTH__S("catch_kwargs")))
        *out = hearth_value_bool(m->kwargs != HEARTH__NO_SLOT);
    else if (hearth__str_eq(name, HEARTH__S("caller")))
        *out = hearth_value_bool(m->caller != HEARTH__NO_SLOT);
    else
        return HEARTH_ENOTFOUND;
    return 0;
}

static const hearth__object_ops macro_ops = {.name = "macro", .get = get, .call = call};

hearth__macro_value *hearth__as_macro(hearth_value v)
{
    return v.kind == HEARTH_VALUE_OBJECT && v.u.object->ops == &macro_ops
               ? (hearth__macro_value *)(void *)v.u.object
               : NULL;
}

int hearth__macro_make(hearth__frame *f, const hearth__macro *m, hearth_value *out)
{
    hearth__macro_value *v = hearth__render_alloc(f->r, sizeof *v);

    if (v == NULL)
        return f->r->error.code;
    *v = (hearth__macro_value){{&macro_ops}, m, f->v, f->vars, NULL};
    v->taken = hearth__render_array(f->r, m->ntaken, sizeof *v->taken);
    if (v->taken == NULL)
        return f->r->error.code;
    for (size_t i = 0; i < m->ntaken; i++)
        v->taken[i] = f->slot[m->taken[i].from];
    *out = hearth__v_object(&v->object);
    return 0;
}

int hearth__macro_take_self(hearth_value macro, const hearth__target *to)
{
    hearth__macro_value *v = hearth__as_macro(macro);

    for (size_t i = 0; to->kind == HEARTH__TO_SLOT && i < v->m->ntaken; i++)
        if (v->m->taken[i].from == to->index)
            v->taken[i] = macro;
    return 0;
}

/* ---- calling --------------------------------------------------------------------------- */

static const char *name_of(const hearth__macro *m)
{
    return m->name.len == 0 ? "caller" : m->name.ptr;
}

static int name_len(const hearth__macro *m)
{
    return m->name.len == 0 ? 6 : (int)(m->name.len > 40 ? 40 : m->name.len);
}

/* What is given beyond the parameters. */
static int put_more(hearth__frame *f, const hearth__macro *m, const hearth__given *g)
{
    hearth__list *l;

    if (g->n > m->nparams && m->varargs == HEARTH__NO_SLOT)
        return hearth__render_fail(f->r, HEARTH_EINVAL,
                                   "the macro '%.*s' takes at most %zu arguments",
                                   name_len(m), name_of(m), m->nparams);
    if (m->varargs == HEARTH__NO_SLOT)
        return 0;
    l = hearth__list_new(f->r, 0);
    if (l == NULL)
        return f->r->error.code;
    for (size_t i = m->nparams; i < g->n; i++)
        HEARTH_TRY(hearth__list_add(f->r, l, g->at[i]));
    f->slot[m->varargs] = hearth__v_list(l, true);
    return 0;
}

static int put_named(hearth__frame *f, const hearth__macro *m, const hearth__given *g,
                     hearth__map_value *more, const hearth_template_named *n)
{
    for (size_t i = 0; i < m->nparams; i++) {
        if (!hearth__str_eq(m->param[i].name, n->name))
            continue;
        if (i < g->n)
            return hearth__render_fail(f->r, HEARTH_EINVAL,
                                       "the macro '%.*s' gets '%.*s' twice", name_len(m),
                                       name_of(m), (int)n->name.len, n->name.ptr);
        f->slot[m->param[i].slot] = n->value;
        return 0;
    }
    if (m->caller != HEARTH__NO_SLOT && hearth__str_eq(n->name, HEARTH__S("caller"))) {
        f->slot[m->caller] = n->value;
        return 0;
    }
    if (more != NULL)
        return hearth__map_set_text(f->r, more, n->name, n->value);
    return hearth__render_fail(f->r, HEARTH_EINVAL,
                               "the macro '%.*s' has no parameter '%.*s'", name_len(m),
                               name_of(m), (int)(n->name.len > 40 ? 40 : n->name.len),
                               n->name.ptr);
}

static int put_all_named(hearth__frame *f, const hearth__macro *m, const hearth__given *g)
{
    hearth__map_value *more = NULL;

    if (m->kwargs != HEARTH__NO_SLOT) {
        more = hearth__map_new_value(f->r);
        if (more == NULL)
            return f->r->error.code;
        f->slot[m->kwargs] = hearth__v_map(more);
    }
    for (size_t i = 0; i < g->nnamed; i++)
        HEARTH_TRY(put_named(f, m, g, more, &g->named[i]));
    return 0;
}

static bool is_given(const hearth__macro *m, const hearth__given *g, size_t i)
{
    if (i < g->n)
        return true;
    for (size_t k = 0; k < g->nnamed; k++)
        if (hearth__str_eq(g->named[k].name, m->param[i].name))
            return true;
    return false;
}

/* Parameters, then the defaults of those that are not given, in their order. */
static int bind(hearth__frame *f, const hearth__macro *m, const hearth__given *g)
{
    for (size_t i = 0; i < m->nparams; i++)
        f->slot[m->param[i].slot] =
            i < g->n ? g->at[i] : hearth__v_undefined(m->param[i].name);
    HEARTH_TRY(put_more(f, m, g));
    HEARTH_TRY(put_all_named(f, m, g));
    for (size_t i = g->n; i < m->nparams; i++)
        if (m->param[i].fallback != NULL && !is_given(m, g, i))
            HEARTH_TRY(hearth__eval(f, m->param[i].fallback, &f->slot[m->param[i].slot]));
    return hearth__run_inits(f, m->inits);
}

int hearth__macro_call(hearth__render *r, hearth__macro_value *v, const hearth__given *g,
                       hearth__buf *out)
{
    const hearth__macro *m = v->m;
    hearth__frame f = {.r = r, .v = v->v, .vars = v->vars, .out = out};
    hearth__stack_mark mark = hearth__run_mark(r);
    int rc;

    HEARTH_TRY(hearth__run_enter(r));
    f.slot = hearth__run_slots(r, m->nslots);
    if (f.slot == NULL)
        return r->error.code;
    for (size_t i = 0; i < m->ntaken; i++)
        f.slot[m->taken[i].slot] = v->taken[i];
    rc = bind(&f, m, g);
    if (rc == 0)
        rc = hearth__run_body(&f, m->body);
    hearth__run_release(r, mark);
    hearth__run_leave(r);
    return rc;
}
