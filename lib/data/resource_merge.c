/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What a row becomes when a client sends some of it.
 *
 * Key, scope and readonly fields are not the client's to change, but it may send them back as
 * it got them: values are compared as the database would see them.
 */

#include "app/model.h"
#include "data/query.h"
#include "data/resource.h"
#include "json/merge.h"
#include "json/pointer.h"

#include <hearth/res.h>

/* ---- values -------------------------------------------------------------------------- */

static int value(hearth_ctx *c, const hearth_model *m, size_t i, const void *obj,
                 hearth_val *out)
{
    hearth_error why = {0};

    *out = hearth_val_null();
    if ((hearth__masks(m, obj).has & HEARTH__BIT(i)) == 0)
        return 0;
    return hearth__query_failed(c, hearth__row_val(m, i, obj, &c->arena, out, &why),
                                &why);
}

static bool same(const hearth_val *a, const hearth_val *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case HEARTH_VAL_INT:
        return a->u.i == b->u.i;
    case HEARTH_VAL_REAL: /* bit by bit: -0.0 is written, too */
        return memcmp(&a->u.f, &b->u.f, sizeof a->u.f) == 0;
    case HEARTH_VAL_TEXT:
    case HEARTH_VAL_BLOB:
        return hearth__str_eq(a->u.s, b->u.s);
    case HEARTH_VAL_NULL:
    case HEARTH_VAL_BAD:
        break;
    }
    return true;
}

static bool is_given(const hearth_model *m, const void *obj, size_t i)
{
    hearth__given g = hearth__masks(m, obj);

    return ((g.has | g.null) & HEARTH__BIT(i)) != 0;
}

/* Field i of *obj becomes v. */
static int set(hearth_ctx *c, const hearth_model *m, size_t i, const hearth_val *v,
               void *obj)
{
    hearth__given g = hearth__masks(m, obj);
    hearth_error why = {0};
    hearth__row_in in = hearth__query_reader(c, m, HEARTH__BIT(i), &why);
    int rc = hearth__row_set(&in, i, v, obj, &g);

    hearth__given_set(m, obj, g);
    return hearth__query_failed(c, rc, &why);
}

static void set_null(const hearth_model *m, size_t i, void *obj)
{
    hearth__given g = hearth__masks(m, obj);

    memset(hearth__slot(&m->field[i], obj), 0, hearth__kind_size(m->field[i].kind));
    g.has &= ~HEARTH__BIT(i);
    g.null |= HEARTH__BIT(i);
    hearth__given_set(m, obj, g);
}

static void take_over(const hearth_model *m, size_t i, const void *from, void *to)
{
    hearth__given f = hearth__masks(m, from), g = hearth__masks(m, to);
    uint64_t bit = HEARTH__BIT(i);

    memcpy(hearth__slot(&m->field[i], to), hearth__slot_of(&m->field[i], from),
           hearth__kind_size(m->field[i].kind));
    g.has = (g.has & ~bit) | (f.has & bit);
    g.null = (g.null & ~bit) | (f.null & bit);
    hearth__given_set(m, to, g);
}

/* ---- what is not the client's -------------------------------------------------------- */

const char *hearth__resource_pointer(hearth_ctx *c, const hearth__resource *r, size_t i)
{
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    hearth__json_pointer_add(&b, hearth__str_of(r->m->field[i].name));
    return b.failed ? NULL : b.ptr;
}

static void refuse(hearth_ctx *c, const hearth__resource *r, size_t i)
{
    const char *name = r->m->field[i].name;

    hearth_fault(c, hearth__resource_pointer(c, r, i), "readonly",
                 i == r->key ? "%s is another one than that of the address; leave it out"
                             : "%s is made by the server; leave it out, or as it is",
                 name);
}

/* Given, field i of *obj has to be v. */
static int compare(hearth_ctx *c, const hearth__resource *r, size_t i, const void *obj,
                   const hearth_val *v)
{
    hearth_val sent;

    if (!is_given(r->m, obj, i))
        return 0;
    HEARTH_TRY(value(c, r->m, i, obj, &sent));
    if (!same(&sent, v))
        refuse(c, r, i);
    return 0;
}

/* ---- a row that is there ------------------------------------------------------------- */

/* An object within a patch is a patch of its own. */
static int merge_json(hearth_ctx *c, const hearth__change *w, size_t i)
{
    const hearth_field *f = &w->r->m->field[i];
    json_t **slot = hearth__slot(f, w->obj), *tree;

    if (!json_is_object(*slot))
        return 0;
    tree = hearth__json_merge(*(json_t *const *)hearth__slot_of(f, w->old), *slot);
    if (tree == NULL) {
        c->arena.failed = true;
        return HEARTH_ENOMEM;
    }
    *slot = tree;
    return hearth__model_keep(c, tree);
}

static int merge_field(hearth_ctx *c, const hearth__change *w, size_t i, bool patch)
{
    const hearth__resource *r = w->r;
    hearth_val was;

    if ((r->fixed & HEARTH__BIT(i)) != 0) {
        HEARTH_TRY(value(c, r->m, i, w->old, &was));
        HEARTH_TRY(compare(c, r, i, w->obj, &was));
        take_over(r->m, i, w->old, w->obj);
    } else if (is_given(r->m, w->obj, i)) {
        if (patch && r->m->field[i].kind == HEARTH_KIND_json)
            return merge_json(c, w, i);
    } else if (patch || r->m->field[i].secret) {
        take_over(r->m, i, w->old, w->obj);
    } else {
        set_null(r->m, i, w->obj);
    }
    return 0;
}

int hearth__resource_merge(hearth_ctx *c, const hearth__change *w, bool patch)
{
    for (size_t i = 0; i < w->r->m->n; i++)
        HEARTH_TRY(merge_field(c, w, i, patch));
    return hearth_faults(c);
}

/* ---- a new one ----------------------------------------------------------------------- */

static int settle_field(hearth_ctx *c, const hearth__change *w, size_t i,
                        const hearth_val *v)
{
    HEARTH_TRY(compare(c, w->r, i, w->obj, v));
    return set(c, w->r->m, i, v, w->obj);
}

int hearth__resource_settle(hearth_ctx *c, const hearth__change *w, bool has_key)
{
    const hearth__resource *r = w->r;

    for (size_t i = 0; i < r->nscope; i++)
        HEARTH_TRY(settle_field(c, w, r->scope[i], &w->own.v[i]));
    if (has_key)
        HEARTH_TRY(settle_field(c, w, r->key, &w->key));
    return hearth_faults(c);
}

/* ---- what to write ------------------------------------------------------------------- */

int hearth__resource_differs(hearth_ctx *c, const hearth__change *w, hearth_val *val,
                             uint64_t *which)
{
    const hearth_model *m = w->r->m;
    hearth_val was;

    *which = 0;
    for (size_t i = 0; i < m->n; i++) {
        HEARTH_TRY(value(c, m, i, w->obj, &val[i]));
        HEARTH_TRY(value(c, m, i, w->old, &was));
        if (i != w->r->key && is_given(m, w->obj, i) && !same(&val[i], &was))
            *which |= HEARTH__BIT(i);
    }
    return 0;
}
