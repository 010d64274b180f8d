/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Statements of a model, written anew each time: the same fields give the same text, and the
 * connection finds the prepared statement by that.
 */

#include "model/sql.h"

#include "model/sql_create.h"
#include "model/text.h"

#include <hearth/format.h>

#define FIRST_ARGS 16

void hearth__sql_init(hearth__sql *q, const hearth_model *m, const hearth_db_dialect *d,
                      hearth__arena *a)
{
    *q = (hearth__sql){.m = m, .d = d, .arena = a};
    hearth__buf_init(&q->text, a, 0);
}

void hearth__sql_arg(hearth__sql *q, hearth_val v)
{
    if (q->nargs == q->cap) {
        size_t cap = q->cap == 0 ? FIRST_ARGS : q->cap * 2;
        hearth_val *more = hearth__arena_grow(q->arena, q->arg, q->cap * sizeof *more,
                                              cap * sizeof *more);

        if (more == NULL)
            return;
        q->arg = more;
        q->cap = cap;
    }
    q->arg[q->nargs++] = v;
}

static void put_column(hearth__sql *q, size_t i)
{
    hearth__sql_name(&q->text, hearth__sql_column(&q->m->field[i]));
}

/* Column and what comes after, for each field of a mask. */
static void put_each(hearth__sql *q, uint64_t which, const char *between,
                     const char *after)
{
    bool first = true;

    for (size_t i = 0; i < q->m->n; i++) {
        if ((which & HEARTH__BIT(i)) == 0)
            continue;
        hearth__buf_text(&q->text, first ? "" : between);
        put_column(q, i);
        hearth__buf_text(&q->text, after);
        first = false;
    }
}

static void put_args(hearth__sql *q, uint64_t which, const hearth_val *val)
{
    for (size_t i = 0; i < q->m->n; i++)
        if ((which & HEARTH__BIT(i)) != 0)
            hearth__sql_arg(q, val[i]);
}

void hearth__sql_columns(hearth__sql *q, uint64_t which)
{
    put_each(q, which, ", ", "");
}

void hearth__sql_select(hearth__sql *q, uint64_t which)
{
    hearth__buf_text(&q->text, "SELECT ");
    hearth__sql_columns(q, which);
    hearth__buf_text(&q->text, " FROM ");
    hearth__sql_name(&q->text, q->m->table);
}

void hearth__sql_where(hearth__sql *q, uint64_t which, const hearth_val *val)
{
    hearth__buf_text(&q->text, " WHERE ");
    put_each(q, which, " AND ", " = ?");
    put_args(q, which, val);
}

void hearth__sql_insert(hearth__sql *q, uint64_t set, const hearth_val *val)
{
    bool first = true;

    hearth__buf_text(&q->text, "INSERT INTO ");
    hearth__sql_name(&q->text, q->m->table);
    if (set == 0) {
        hearth__buf_text(&q->text, " DEFAULT VALUES");
        return;
    }
    hearth__buf_text(&q->text, " (");
    hearth__sql_columns(q, set);
    hearth__buf_text(&q->text, ") VALUES (");
    for (uint64_t left = set; left != 0; left &= left - 1, first = false)
        hearth__buf_text(&q->text, first ? "?" : ", ?");
    hearth__buf_char(&q->text, ')');
    put_args(q, set, val);
}

void hearth__sql_on_conflict(hearth__sql *q, uint64_t on, uint64_t set)
{
    bool first = true;

    /* Nothing to change is a change of nothing, since only a changed row is returned. */
    set = (set & ~on) != 0 ? set & ~on : on;
    hearth__buf_text(&q->text, " ON CONFLICT (");
    hearth__sql_columns(q, on);
    hearth__buf_text(&q->text, ") DO UPDATE SET ");
    for (size_t i = 0; i < q->m->n; i++) {
        if ((set & HEARTH__BIT(i)) == 0)
            continue;
        hearth__buf_text(&q->text, first ? "" : ", ");
        put_column(q, i);
        hearth__buf_text(&q->text, " = excluded.");
        put_column(q, i);
        first = false;
    }
}

void hearth__sql_update(hearth__sql *q, uint64_t set, uint64_t where,
                        const hearth_val *val)
{
    hearth__buf_text(&q->text, "UPDATE ");
    hearth__sql_name(&q->text, q->m->table);
    hearth__buf_text(&q->text, " SET ");
    put_each(q, set, ", ", " = ?");
    put_args(q, set, val);
    hearth__sql_where(q, where, val);
}

void hearth__sql_delete(hearth__sql *q, uint64_t where, const hearth_val *val)
{
    hearth__buf_text(&q->text, "DELETE FROM ");
    hearth__sql_name(&q->text, q->m->table);
    hearth__sql_where(q, where, val);
}

void hearth__sql_returning(hearth__sql *q, uint64_t which)
{
    if (which == 0)
        return;
    hearth__buf_text(&q->text, " RETURNING ");
    hearth__sql_columns(q, which);
}

int hearth__sql_list(const hearth_model *m, const char *list, uint64_t *which)
{
    hearth_str rest = hearth__str_of(list);

    *which = 0;
    while (rest.ptr != NULL) {
        size_t i =
            hearth__field_find(m, hearth__str_trim(hearth__str_cut(&rest, ',')), 0);

        if (i == m->n)
            return HEARTH_EINVAL;
        *which |= HEARTH__BIT(i);
    }
    return 0;
}

int hearth__sql_sought(const hearth_field *f, hearth_val v, hearth__arena *a,
                       hearth_val *out)
{
    char text[HEARTH_UUID_TEXT];
    hearth_uuid u;

    *out = v;
    if (v.kind == HEARTH_VAL_NULL)
        return HEARTH_ENOTFOUND;
    if (v.kind != HEARTH_VAL_TEXT)
        return 0;
    if (f->kind == HEARTH_KIND_i64) {
        out->kind = HEARTH_VAL_INT;
        return hearth__str_int(v.u.s, &out->u.i) ? 0 : HEARTH_ENOTFOUND;
    }
    if (f->kind != HEARTH_KIND_uuid)
        return 0;
    if (!hearth__read_uuid(v.u.s, &u))
        return HEARTH_ENOTFOUND;
    out->u.s.ptr = hearth__arena_copy(a, hearth_uuid_text(&u, text), sizeof text - 1);
    return out->u.s.ptr == NULL ? HEARTH_ENOMEM : 0;
}
