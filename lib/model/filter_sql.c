/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Filters, order and cursor as SQL.  NULL comes first, and last when the order is turned round,
 * in every engine: a cursor must know on which side of it the NULLs are.
 */

#include "model/filter.h"
#include "model/sql_create.h"

static const char *const compare[] = {
    [HEARTH__OP_EQ] = " = ?",  [HEARTH__OP_NE] = " <> ?", [HEARTH__OP_LT] = " < ?",
    [HEARTH__OP_LE] = " <= ?", [HEARTH__OP_GT] = " > ?",  [HEARTH__OP_GE] = " >= ?",
};

static void put_column(hearth__sql *q, size_t i)
{
    hearth__sql_name(&q->text, hearth__sql_column(&q->m->field[i]));
}

static void put_text(hearth__sql *q, const char *s)
{
    hearth__buf_text(&q->text, s);
}

/* Is the column of a table that sql_create makes never NULL? */
static bool is_never_null(const hearth_field *f)
{
    return f->key || (!f->nullable && (f->required || f->fallback != NULL));
}

/* ---- filters ------------------------------------------------------------------------- */

static void put_term(hearth__sql *q, const hearth__term *t)
{
    if (t->op == HEARTH__OP_NE)
        put_text(q, "(");
    put_column(q, t->field);
    switch (t->op) {
    case HEARTH__OP_NULL:
        put_text(q, t->v->u.i != 0 ? " IS NULL" : " IS NOT NULL");
        return;
    case HEARTH__OP_IN:
        put_text(q, " IN (");
        for (size_t i = 0; i < t->n; i++)
            put_text(q, i > 0 ? ", ?" : "?");
        put_text(q, ")");
        break;
    case HEARTH__OP_CONTAINS:
    case HEARTH__OP_STARTS:
        hearth__buf_f(&q->text, " %s ? ESCAPE '\\'", q->d->like);
        break;
    default:
        put_text(q, compare[t->op]);
    }
    if (t->op == HEARTH__OP_NE) {
        put_text(q, " OR ");
        put_column(q, t->field);
        put_text(q, " IS NULL)");
    }
    for (size_t i = 0; i < t->n; i++)
        hearth__sql_arg(q, t->v[i]);
}

/* ---- cursor -------------------------------------------------------------------------- */

/* Equal to the row before in this column. */
static void put_equal(hearth__sql *q, size_t field, const hearth_val *v)
{
    put_column(q, field);
    put_text(q, v->kind == HEARTH_VAL_NULL ? " IS NULL" : " = ?");
    if (v->kind != HEARTH_VAL_NULL)
        hearth__sql_arg(q, *v);
}

/* Behind it. */
static void put_behind(hearth__sql *q, const hearth__sort *s, const hearth_val *v)
{
    if (v->kind == HEARTH_VAL_NULL) {
        put_column(q, s->field);
        /* The NULLs come first going up, and nothing after them going down. */
        put_text(q, s->desc ? " <> NULL" : " IS NOT NULL");
        return;
    }
    put_text(q, "(");
    put_column(q, s->field);
    put_text(q, s->desc ? " < ?" : " > ?");
    hearth__sql_arg(q, *v);
    if (s->desc && !is_never_null(&q->m->field[s->field])) {
        put_text(q, " OR ");
        put_column(q, s->field);
        put_text(q, " IS NULL");
    }
    put_text(q, ")");
}

/* (a > ?) OR (a = ? AND b > ?) OR ... */
static void put_from(const hearth__filter *f, hearth__sql *q)
{
    put_text(q, "(");
    for (size_t n = 0; n < f->nsort; n++) {
        put_text(q, n > 0 ? " OR (" : "(");
        for (size_t i = 0; i < n; i++) {
            put_equal(q, f->sort[i].field, &f->from[i]);
            put_text(q, " AND ");
        }
        put_behind(q, &f->sort[n], &f->from[n]);
        put_text(q, ")");
    }
    put_text(q, ")");
}

/* ---- together ------------------------------------------------------------------------ */

static const char *glue(bool *first)
{
    bool was = *first;

    *first = false;
    return was ? " WHERE " : " AND ";
}

void hearth__filter_where(const hearth__filter *f, hearth__sql *q, const char *own,
                          hearth_vals args, bool page)
{
    bool first = true;

    if (own != NULL) {
        hearth__buf_f(&q->text, "%s(%s\n)", glue(&first), own);
        for (size_t i = 0; i < args.n; i++)
            hearth__sql_arg(q, args.v[i]);
    }
    for (size_t i = 0; i < f->nterms; i++) {
        put_text(q, glue(&first));
        put_term(q, &f->term[i]);
    }
    if (page && f->from != NULL) {
        put_text(q, glue(&first));
        put_from(f, q);
    }
}

void hearth__filter_order(const hearth__filter *f, hearth__sql *q)
{
    if (f->ranked)
        put_text(q, " ORDER BY hearth_rank");
    for (size_t i = 0; i < f->nsort; i++) {
        const hearth__sort *s = &f->sort[i];

        put_text(q, i > 0 || f->ranked ? ", " : " ORDER BY ");
        put_column(q, s->field);
        put_text(q, s->desc ? " DESC" : "");
        if (!is_never_null(&f->m->field[s->field]))
            put_text(q, s->desc ? " NULLS LAST" : " NULLS FIRST");
    }
}
