/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Related rows, a level at a time: the keys that the parents have, the rows that have these keys,
 * in groups, and the same again for what hangs on those.  Writing looks each parent's group up by
 * its key.
 */

#include "data/related.h"

#include "app/answer.h"
#include "app/model.h"
#include "app/problem.h"
#include "data/query.h"
#include "model/dump.h"
#include "model/filter.h"

#include <hearth/relation.h>
#include <hearth/res.h>
#include <stdlib.h>

/* ---- what is wanted ---------------------------------------------------------------------- */

static int add(hearth__related *r, const char *list)
{
    hearth_error why = {0};
    int rc = hearth__with_add(&r->tree, list, &why);

    return rc == HEARTH_EINVAL
               ? hearth__note(r->c, HEARTH_ESTATE, "with \"%s\": %s", list, why.text)
               : rc;
}

int hearth__related_open(hearth__related *r, hearth_ctx *c, const hearth_model *m,
                         const char *list)
{
    *r = (hearth__related){.c = c, .tree = {.m = m, .arena = &c->arena}};
    return add(r, list);
}

int hearth__related_add(hearth__related *r, const char *list)
{
    return add(r, list);
}

/* ---- loading ----------------------------------------------------------------------------- */

/* The value of field i, NULL when it has none. */
static int key_of(hearth_ctx *c, const hearth_model *m, size_t i, const void *obj,
                  hearth_val *v)
{
    hearth__given g = hearth__given_of(m, obj);
    hearth_error why = {0};

    *v = hearth_val_null();
    if ((g.has & HEARTH__BIT(i)) == 0)
        return 0;
    return hearth__query_failed(c, hearth__row_val(m, i, obj, &c->arena, v, &why), &why);
}

/* The different keys of n parents. */
static int collect(hearth__related *r, const hearth__with *w, const hearth_model *m,
                   const char *obj, size_t n, hearth_val **key, size_t *nkeys)
{
    hearth_val *v = hearth__arena_array(&r->c->arena, n, sizeof *v);
    size_t some = 0, to = 0;

    if (v == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; i < n; i++, obj += m->size) {
        HEARTH_TRY(key_of(r->c, m, w->own, obj, &v[some]));
        some += v[some].kind != HEARTH_VAL_NULL;
    }
    qsort(v, some, sizeof *v, hearth__with_compare);
    for (size_t i = 0; i < some; i++)
        if (to == 0 || hearth__with_compare(&v[to - 1], &v[i]) != 0)
            v[to++] = v[i];
    *key = v;
    *nkeys = to;
    return 0;
}

/* ORDER BY of the rows of one parent. */
static int order_of(hearth_ctx *c, const hearth__with *w, const char **out)
{
    hearth__filter *f = hearth__arena_raw(&c->arena, sizeof *f);
    const hearth__plan *plan;
    hearth__sql q;

    *out = "";
    if (w->many == NULL)
        return 0;
    if (f == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth__model_plan(c, w->m, &plan));
    hearth__filter_init(f, plan, &c->arena);
    if (hearth__filter_sort(f, w->many->sort) != 0)
        return hearth__note(c, HEARTH_ESTATE,
                            "the relation %s: model %s cannot be sorted by \"%s\"",
                            w->name, w->m->name, w->many->sort);
    hearth__filter_finish(f);
    HEARTH_TRY(hearth__query_open(c, w->m, true, &q));
    hearth__filter_order(f, &q);
    *out = q.text.ptr;
    return hearth__query_ready(&q);
}

static uint64_t columns(const hearth__related *r, const hearth__with *w)
{
    if (r->whole)
        return hearth__fields_all(w->m);
    return hearth__query_shown(w->m) | HEARTH__BIT(w->their) |
           hearth__with_needs(w->first);
}

static int read_rows(hearth__related *r, const hearth__with *w, const char *order,
                     const hearth_val *key, size_t n, hearth__array *rows)
{
    hearth_rows *result;
    hearth__sql q;
    int rc;

    HEARTH_TRY(hearth__query_open(r->c, w->m, true, &q));
    hearth__with_select(&q, w, columns(r, w), order, key, n);
    HEARTH_TRY(hearth__query_ready(&q));
    result = hearth_select(r->c, q.text.ptr, hearth__sql_args(&q));
    rc = hearth__query_read_all(r->c, w->m, columns(r, w), result, rows);
    if (rc == HEARTH_ETOOBIG)
        return hearth__tell(r->c, HEARTH_EMODEL, 422,
                            "there are more than %d related rows to show; ask for a "
                            "smaller page with limit, or for fewer relations",
                            HEARTH__RELATED_MAX);
    return rc;
}

/* Rows with one key follow each other. */
static int group(hearth__related *r, hearth__with *w)
{
    const char *row = w->row;
    hearth_val key;

    w->group = hearth__arena_array(&r->c->arena, w->nrows, sizeof *w->group);
    if (w->group == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; i < w->nrows; i++, row += w->m->size) {
        hearth__with_group *last = &w->group[w->ngroups > 0 ? w->ngroups - 1 : 0];

        HEARTH_TRY(key_of(r->c, w->m, w->their, row, &key));
        if (w->ngroups > 0 && hearth__with_compare(&key, &last->key) == 0)
            last->n++;
        else
            w->group[w->ngroups++] = (hearth__with_group){key, i, 1};
    }
    qsort(w->group, w->ngroups, sizeof *w->group, hearth__with_compare);
    return 0;
}

static int load(hearth__related *r, hearth__with *w, const hearth_model *m,
                const void *objs, size_t n)
{
    hearth__array rows = {.size = w->m->size, .max = HEARTH__RELATED_MAX - r->nrows + 1};
    size_t nkeys, batch = hearth__with_batch(hearth__db_dialect(r->c->dbs.db));
    const char *order;
    hearth_val *key;

    HEARTH_TRY(collect(r, w, m, objs, n, &key, &nkeys));
    HEARTH_TRY(order_of(r->c, w, &order));
    for (size_t at = 0; at < nkeys; at += batch)
        HEARTH_TRY(read_rows(r, w, order, key + at,
                             nkeys - at < batch ? nkeys - at : batch, &rows));
    w->row = rows.at;
    w->nrows = rows.n;
    r->nrows += rows.n;
    HEARTH_TRY(group(r, w));
    for (hearth__with *child = w->first; child != NULL && w->nrows > 0;
         child = child->next)
        HEARTH_TRY(load(r, child, w->m, w->row, w->nrows));
    return 0;
}

int hearth__related_load(hearth__related *r, const void *objs, size_t n)
{
    hearth__sql q;

    if (r->tree.first == NULL || n == 0)
        return 0;
    HEARTH_TRY(hearth__query_open(r->c, r->tree.m, false, &q));
    for (hearth__with *w = r->tree.first; w != NULL; w = w->next)
        HEARTH_TRY(load(r, w, r->tree.m, objs, n));
    return 0;
}

/* ---- writing ----------------------------------------------------------------------------- */

static int put_members(hearth__json_w *w, hearth__arena *a, const hearth_model *m,
                       const void *obj, const hearth__with *first, hearth_error *err);

static int put_object(hearth__json_w *w, hearth__arena *a, const hearth_model *m,
                      const void *obj, const hearth__with *first, hearth_error *err)
{
    hearth__json_open(w, '{');
    HEARTH_TRY(hearth__dump_members(w, m, obj, HEARTH__ALL_FIELDS, err));
    HEARTH_TRY(put_members(w, a, m, obj, first, err));
    hearth__json_close(w, '}');
    return 0;
}

static int put_group(hearth__json_w *w, hearth__arena *a, const hearth__with *rel,
                     const hearth__with_group *g, hearth_error *err)
{
    if (rel->many == NULL && g == NULL) {
        hearth__json_null(w);
        return 0;
    }
    if (rel->many == NULL)
        return put_object(w, a, rel->m, rel->row + g->first * rel->m->size, rel->first,
                          err);
    hearth__json_open(w, '[');
    for (size_t i = 0; g != NULL && i < g->n && !w->buf->failed; i++)
        HEARTH_TRY(put_object(w, a, rel->m, rel->row + (g->first + i) * rel->m->size,
                              rel->first, err));
    hearth__json_close(w, ']');
    return 0;
}

static int put_members(hearth__json_w *w, hearth__arena *a, const hearth_model *m,
                       const void *obj, const hearth__with *first, hearth_error *err)
{
    hearth__given g = hearth__given_of(m, obj);

    for (; first != NULL; first = first->next) {
        hearth_val key = hearth_val_null();

        if ((g.has & HEARTH__BIT(first->own)) != 0)
            HEARTH_TRY(hearth__row_val(m, first->own, obj, a, &key, err));
        hearth__json_key(w, hearth__str_of(first->name));
        HEARTH_TRY(put_group(w, a, first,
                             key.kind == HEARTH_VAL_NULL
                                 ? NULL
                                 : hearth__with_group_of(first, &key),
                             err));
    }
    return 0;
}

int hearth__related_members(const hearth__related *r, hearth__json_w *w, const void *obj,
                            hearth_error *err)
{
    if (r->tree.first == NULL)
        return 0;
    return put_members(w, &r->c->arena, r->tree.m, obj, r->tree.first, err);
}

int hearth__related_put(const hearth__related *r, hearth__json_w *w, const void *obj,
                        hearth_error *err)
{
    return put_object(w, &r->c->arena, r->tree.m, obj, r->tree.first, err);
}

/* ---- answers ----------------------------------------------------------------------------- */

/* What the client asks for. */
static int ask(hearth__related *r, const char *may_with)
{
    const char *list = may_with == NULL ? NULL : hearth_query(r->c, "with", NULL);

    if (list == NULL || *list == '\0')
        return 0;
    if (hearth__with_allowed(hearth__str_of(list), may_with))
        return add(r, list);
    hearth_fault(r->c, "?with", "choice", "with has to list some of \"%s\"", may_with);
    return hearth_faults(r->c);
}

static int put_all(hearth__related *r, hearth__buf *b, const void *objs, size_t n,
                   bool one)
{
    hearth__json_w w = hearth__json_w_of(b);
    const char *obj = objs;
    hearth_error why = {0};
    int rc = 0;

    if (!one)
        hearth__json_open(&w, '[');
    for (size_t i = 0; rc == 0 && i < n && !b->failed; i++, obj += r->tree.m->size)
        rc = hearth__related_put(r, &w, obj, &why);
    if (!one)
        hearth__json_close(&w, ']');
    if (b->failed)
        return HEARTH_ENOMEM;
    return hearth__query_failed(r->c, rc, &why);
}

static int reply(hearth_ctx *c, int status, const hearth_model *m, const void *objs,
                 size_t n, bool one, const hearth_with_opts *o, size_t size)
{
    hearth_with_opts opts = {NULL, NULL};
    hearth__related r;
    hearth__buf b;

    if (o != NULL)
        memcpy(&opts, o, size < sizeof opts ? size : sizeof opts);
    HEARTH_TRY(hearth__answer_check(c, status));
    if (m == NULL || (objs == NULL && n > 0))
        return hearth__note(c, HEARTH_ESTATE, "a model or struct to answer with is NULL");
    HEARTH_TRY(hearth__related_open(&r, c, m, opts.with));
    HEARTH_TRY(ask(&r, opts.may_with));
    HEARTH_TRY(hearth__related_load(&r, objs, n));
    hearth__buf_init(&b, &c->arena, 0);
    HEARTH_TRY(put_all(&r, &b, objs, n, one));
    return hearth__answer(c, status, HEARTH__S("application/json"), hearth__buf_view(&b));
}

int hearth_reply_with_sized(hearth_ctx *c, int status, const hearth_model *m,
                            const void *obj, const hearth_with_opts *o, size_t size)
{
    return reply(c, status, m, obj, 1, true, o, size);
}

int hearth_reply_all_with_sized(hearth_ctx *c, int status, const hearth_model *m,
                                const void *objs, size_t n, const hearth_with_opts *o,
                                size_t size)
{
    return reply(c, status, m, objs, n, false, o, size);
}

/* ---- structs ----------------------------------------------------------------------------- */

int hearth_related(hearth_ctx *c, const hearth_model *m, const void *objs, size_t n,
                   const char *name, hearth_group **out)
{
    const char *obj = objs;
    const hearth__with *w;
    hearth__related r;

    if (m == NULL || (objs == NULL && n > 0))
        return hearth__note(c, HEARTH_ESTATE,
                            "hearth_related: the model or the structs are NULL");
    if (name == NULL || strpbrk(name, ".,") != NULL || *name == '\0')
        return hearth__note(c, HEARTH_ESTATE,
                            "hearth_related: \"%s\" is not the name of one relation of "
                            "model %s",
                            name == NULL ? "" : name, m->name);
    HEARTH_TRY(hearth__related_open(&r, c, m, name));
    r.whole = true;
    HEARTH_TRY(hearth__related_load(&r, objs, n));
    *out = hearth__arena_array(&c->arena, n, sizeof **out);
    if (*out == NULL)
        return HEARTH_ENOMEM;
    w = r.tree.first;
    for (size_t i = 0; i < n; i++, obj += m->size) {
        const hearth__with_group *g;
        hearth_val key;

        HEARTH_TRY(key_of(c, m, w->own, obj, &key));
        g = key.kind == HEARTH_VAL_NULL ? NULL : hearth__with_group_of(w, &key);
        if (g != NULL)
            (*out)[i] = (hearth_group){w->row + g->first * w->m->size, g->n};
    }
    return 0;
}
