/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The tables of a database: the dialect's queries about the schema, row by row into lists.
 */

#include "db/tables.h"

#include "core/error.h"

typedef struct reader {
    hearth__dbs *s;
    hearth__table *t; /* that is being read */
} reader;

typedef int row_fn(reader *r, hearth_rows *rows);

void *hearth__list_room(hearth__arena *a, void *list, size_t n, size_t size)
{
    void *grown;

    if ((n & (n - 1)) != 0) /* full at powers of two */
        return list;
    if (n > SIZE_MAX / 2)
        return NULL;
    grown = hearth__arena_array(a, n == 0 ? 1 : 2 * n, size);
    if (grown != NULL && n > 0)
        memcpy(grown, list, n * size);
    return grown;
}

static int no_memory(reader *r)
{
    return hearth__error_set(&r->s->error, HEARTH_ENOMEM,
                             "out of memory for the tables of the database");
}

static int read_column(reader *r, hearth_rows *rows)
{
    hearth__column *c = HEARTH__LIST_ADD(r->s->arena, r->t->column, r->t->ncolumns);

    if (c == NULL)
        return no_memory(r);
    c->name = hearth_rows_text(rows, 0);
    c->type = hearth_rows_text(rows, 1);
    c->not_null = hearth_rows_int(rows, 2) != 0;
    c->fallback = hearth_rows_text(rows, 3);
    c->key = hearth_rows_int(rows, 4);
    return c->name != NULL && c->type != NULL ? 0 : no_memory(r);
}

static int read_check(reader *r, hearth_rows *rows)
{
    hearth__rule *k = HEARTH__LIST_ADD(r->s->arena, r->t->check, r->t->nchecks);

    if (k == NULL)
        return no_memory(r);
    k->name = hearth_rows_text(rows, 0);
    k->text = hearth_rows_text(rows, 1);
    return k->text != NULL ? 0 : no_memory(r);
}

static int read_index(reader *r, hearth_rows *rows)
{
    hearth__table_index *x = HEARTH__LIST_ADD(r->s->arena, r->t->index, r->t->nindexes);

    if (x == NULL)
        return no_memory(r);
    x->name = hearth_rows_text(rows, 0);
    x->unique = hearth_rows_int(rows, 1) != 0;
    x->columns = hearth_rows_text(rows, 2);
    x->made_by = hearth_rows_text(rows, 3);
    return x->name != NULL ? 0 : no_memory(r);
}

static int read_reference(reader *r, hearth_rows *rows)
{
    hearth__reference *f =
        HEARTH__LIST_ADD(r->s->arena, r->t->reference, r->t->nreferences);

    if (f == NULL)
        return no_memory(r);
    f->column = hearth_rows_text(rows, 0);
    f->other = hearth_rows_text(rows, 1);
    f->other_column = hearth_rows_text(rows, 2);
    f->on_delete = hearth_rows_text(rows, 3);
    f->name = hearth_rows_text(rows, 4);
    if (f->other_column == NULL)
        f->other_column = ""; /* the other table is not there, or has no key */
    return f->column != NULL && f->other != NULL && f->on_delete != NULL ? 0
                                                                         : no_memory(r);
}

static int read_other(reader *r, hearth_rows *rows)
{
    hearth__other *o = HEARTH__LIST_ADD(r->s->arena, r->t->other, r->t->nothers);

    if (o == NULL)
        return no_memory(r);
    o->kind = hearth_rows_text(rows, 0);
    o->name = hearth_rows_text(rows, 1);
    o->made_by = hearth_rows_text(rows, 2);
    return o->kind != NULL && o->name != NULL && o->made_by != NULL ? 0 : no_memory(r);
}

static int read_made_by(reader *r, hearth_rows *rows)
{
    r->t->made_by = hearth_rows_text(rows, 0);
    return r->t->made_by != NULL ? 0 : no_memory(r);
}

static int each_row(reader *r, const char *sql, row_fn *fn)
{
    hearth_rows *rows = hearth__dbs_select(r->s, sql, hearth_args(r->t->name));

    while (hearth_rows_next(rows))
        HEARTH_TRY(fn(r, rows));
    HEARTH_TRY(hearth_rows_error(rows));
    return r->s->arena->failed ? no_memory(r) : 0;
}

static int read_table(reader *r)
{
    const hearth_db_dialect *d = hearth__db_dialect(r->s->db);

    HEARTH_TRY(each_row(r, d->columns, read_column));
    HEARTH_TRY(each_row(r, d->checks, read_check));
    HEARTH_TRY(each_row(r, d->indexes, read_index));
    HEARTH_TRY(each_row(r, d->references, read_reference));
    if (d->others != NULL)
        HEARTH_TRY(each_row(r, d->others, read_other));
    return each_row(r, d->made_by, read_made_by);
}

static int read_names(reader *r, hearth__tables *out)
{
    hearth_rows *rows =
        hearth__dbs_select(r->s, hearth__db_dialect(r->s->db)->tables, HEARTH_NO_ARGS);

    while (hearth_rows_next(rows)) {
        hearth__table *t = HEARTH__LIST_ADD(r->s->arena, out->table, out->n);

        if (t == NULL || (t->name = hearth_rows_text(rows, 0)) == NULL)
            return no_memory(r);
    }
    return hearth_rows_error(rows);
}

/* Those of the list, in its order. */
static int choose(reader *r, const char *const *names, hearth__tables *out)
{
    hearth__tables chosen = {NULL, 0};

    for (; *names != NULL; names++) {
        const hearth__table *is = hearth__tables_find(out, *names);

        if (is == NULL)
            continue;
        hearth__table *t = HEARTH__LIST_ADD(r->s->arena, chosen.table, chosen.n);

        if (t == NULL)
            return no_memory(r);
        *t = *is;
    }
    *out = chosen;
    return 0;
}

int hearth__tables_read(hearth__dbs *s, const char *const *names, hearth__tables *out)
{
    reader r = {s, NULL};

    *out = (hearth__tables){NULL, 0};
    HEARTH_TRY(read_names(&r, out));
    if (names != NULL)
        HEARTH_TRY(choose(&r, names, out));
    for (size_t i = 0; i < out->n; i++) {
        r.t = &out->table[i];
        HEARTH_TRY(read_table(&r));
    }
    return 0;
}
