/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What a name means where it stands.
 *
 * At the top of a template, outside of loops, names are the context's: what is set there can be
 * seen by blocks, macros and included templates.  Elsewhere a name that is set gets a slot,
 * which at the start of its scope has the value from outside, as Jinja has it; so a loop
 * starts each round with what was there before it.
 *
 * A macro takes along what it uses of the function around it, when it is made.
 */

#include "core/str.h"
#include "tmpl/parse.h"

void hearth__scope_open(hearth__parser *p, hearth__scope *s)
{
    *s = (hearth__scope){.up = p->scope, .func = p->scope->func};
    p->scope = s;
}

void hearth__scope_close(hearth__parser *p)
{
    p->scope = p->scope->up;
}

/* takes: it sees the slots of the function around. */
void hearth__func_open(hearth__parser *p, hearth__func *f, bool takes)
{
    *f = (hearth__func){.around = p->scope};
    if (takes && p->scope != NULL)
        f->up = p->scope->func;
    f->in_block = takes && f->up != NULL && f->up->in_block;
    f->scope.func = f;
    p->scope = &f->scope;
}

void hearth__func_close(hearth__parser *p)
{
    p->scope = p->scope->func->around;
}

uint32_t hearth__slot_new(hearth__parser *p)
{
    return p->scope->func->nslots++;
}

uint32_t hearth__name_index(hearth__parser *p, hearth_str name)
{
    hearth_str *names = p->names.at;

    for (size_t i = 0; i < p->names.n; i++)
        if (hearth__str_eq(names[i], name))
            return (uint32_t)i;
    names = hearth__parse_grow(p, &p->names, sizeof *names);
    if (names != NULL)
        *names = name;
    return (uint32_t)p->names.n - 1;
}

static hearth__var *declare(hearth__parser *p, hearth__scope *s, hearth_str name)
{
    hearth__var *v = hearth__parse_alloc(p, sizeof *v);

    if (v != NULL) {
        *v = (hearth__var){s->vars, name, s->func->nslots++};
        s->vars = v;
    }
    return v;
}

/* In this scope alone; `loop` and the like come into being when they are asked for. */
static bool in_scope(hearth__parser *p, hearth__scope *s, hearth_str name, uint32_t *slot)
{
    hearth__macro *m = s == &s->func->scope ? s->func->macro : NULL;
    uint32_t *special = NULL;
    hearth__var *v;

    for (v = s->vars; v != NULL; v = v->next)
        if (hearth__str_eq(v->name, name)) {
            *slot = v->slot;
            return true;
        }
    if (s->loop != NULL && hearth__str_eq(name, HEARTH__S("loop")))
        special = &s->loop->loop;
    else if (m != NULL && hearth__str_eq(name, HEARTH__S("varargs")))
        special = &m->varargs;
    else if (m != NULL && hearth__str_eq(name, HEARTH__S("kwargs")))
        special = &m->kwargs;
    else if (m != NULL && m->name.len > 0 && hearth__str_eq(name, HEARTH__S("caller")))
        special = &m->caller;
    if (special == NULL || (v = declare(p, s, name)) == NULL)
        return false;
    *special = *slot = v->slot;
    return true;
}

/* A slot of the function of scope s; those of functions around are taken along. */
static bool find(hearth__parser *p, hearth__scope *s, hearth_str name, uint32_t *slot)
{
    hearth__func *f = s->func;
    hearth__grow taken = {f->taken, f->ntaken, f->taken_cap};
    hearth__taken *t;
    hearth__var *v;
    uint32_t outer;

    for (; s != f->around && s != NULL; s = s->up)
        if (in_scope(p, s, name, slot))
            return true;
    if (f->up == NULL || !find(p, f->around, name, &outer))
        return false;
    v = declare(p, &f->scope, name);
    t = hearth__parse_grow(p, &taken, sizeof *t);
    if (v == NULL || t == NULL)
        return false;
    *t = (hearth__taken){outer, v->slot};
    f->taken = taken.at;
    f->ntaken = taken.n;
    f->taken_cap = taken.cap;
    *slot = v->slot;
    return true;
}

hearth__expr *hearth__name_read(hearth__parser *p, hearth_str name, size_t at)
{
    uint32_t slot;
    bool found = find(p, p->scope, name, &slot);
    hearth__expr *e =
        hearth__parse_node(p, found ? HEARTH__EXPR_SLOT : HEARTH__EXPR_NAME, at);

    if (e == NULL)
        return NULL;
    if (found)
        e->u.slot = slot;
    else
        e->u.name = hearth__name_index(p, name);
    return p->failed ? NULL : e;
}

static bool has_var(const hearth__scope *s, hearth_str name)
{
    for (const hearth__var *v = s->vars; v != NULL; v = v->next)
        if (hearth__str_eq(v->name, name))
            return true;
    return false;
}

bool hearth__name_set(hearth__parser *p, hearth_str name, bool new_here,
                      hearth__target *out)
{
    hearth__scope *s = p->scope;
    hearth__init *init;
    hearth__var *v;
    uint32_t slot;

    if (s->top) {
        out->kind = HEARTH__TO_NAME;
        out->index = hearth__name_index(p, name);
        return !p->failed;
    }
    out->kind = HEARTH__TO_SLOT;
    if (has_var(s, name)) {
        find(p, s, name, &slot);
        out->index = slot;
        return true;
    }
    if (!new_here) {
        init = hearth__parse_alloc(p, sizeof *init);
        if (init == NULL)
            return false;
        init->from = hearth__name_read(p, name, p->lex.at);
        if (init->from == NULL)
            return false;
        if (has_var(s, name)) { /* taken along just now, into this very scope */
            find(p, s, name, &slot);
            out->index = slot;
            return true;
        }
        init->next = s->inits;
        s->inits = init;
    }
    v = declare(p, s, name);
    if (v == NULL)
        return false;
    if (!new_here)
        s->inits->slot = v->slot;
    out->index = v->slot;
    return true;
}

bool hearth__names_visible(hearth__parser *p, hearth__visible **out, size_t *n)
{
    hearth__grow g = {0};

    for (hearth__scope *s = p->scope; s != NULL && s != p->scope->func->around;
         s = s->up) {
        for (hearth__var *v = s->vars; v != NULL; v = v->next) {
            hearth__visible *seen = hearth__parse_grow(p, &g, sizeof *seen);

            if (seen == NULL)
                return false;
            *seen = (hearth__visible){v->name, v->slot};
        }
    }
    *out = g.at;
    *n = g.n;
    return true;
}
