/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * One row by model.  What a statement has not been given it returns, so that the struct is whole
 * afterwards without a second one.
 */

#include "data/query.h"

#include "app/model.h"
#include "app/problem.h"

#include <hearth/format.h>

/* ---- shared with the lists --------------------------------------------------------------- */

int hearth__query_open(hearth_ctx *c, const hearth_model *m, bool needs_key,
                       hearth__sql *q)
{
    if (m == NULL || m->table == NULL)
        return hearth__note(c, HEARTH_ESTATE, "model %s has no table to query",
                            m == NULL ? "NULL" : m->name);
    if (needs_key && hearth__field_key(m) == m->n)
        return hearth__note(c, HEARTH_ESTATE,
                            "model %s has no key; give one field .key = true", m->name);
    if (c->dbs.db == NULL)
        return hearth__note(c, HEARTH_ESTATE,
                            "the application has no database: call hearth_use_db()");
    hearth__sql_init(q, m, hearth__db_dialect(c->dbs.db), &c->arena);
    return 0;
}

int hearth__query_ready(const hearth__sql *q)
{
    return q->text.failed || q->arena->failed ? HEARTH_ENOMEM : 0;
}

hearth__row_in hearth__query_reader(hearth_ctx *c, const hearth_model *m, uint64_t which,
                                    hearth_error *err)
{
    return (hearth__row_in){.m = m,
                            .which = which,
                            .arena = &c->arena,
                            .keep = hearth__model_keep,
                            .keep_arg = c,
                            .err = err};
}

int hearth__query_failed(hearth_ctx *c, int rc, const hearth_error *why)
{
    if (rc == 0 || rc == HEARTH_ENOMEM)
        return rc;
    return hearth__note(c, rc == HEARTH_EINVAL ? HEARTH_ESTATE : rc, "%s", why->text);
}

uint64_t hearth__query_shown(const hearth_model *m)
{
    uint64_t which = 0;

    for (size_t i = 0; i < m->n; i++)
        if (!m->field[i].secret)
            which |= HEARTH__BIT(i);
    return which;
}

void *hearth__array_push(hearth__arena *a, hearth__array *v)
{
    if (v->n == v->room) {
        size_t room = v->room == 0 ? 16 : v->room * 2;
        char *more;

        if (room > SIZE_MAX / v->size)
            return NULL;
        more = hearth__arena_grow(a, v->at, v->n * v->size, room * v->size);
        if (more == NULL)
            return NULL;
        v->at = more;
        v->room = room;
    }
    return memset(v->at + v->n++ * v->size, 0, v->size);
}

int hearth__query_read_all(hearth_ctx *c, const hearth_model *m, uint64_t which,
                           hearth_rows *r, hearth__array *v)
{
    hearth_error why = {0};
    hearth__row_in in = hearth__query_reader(c, m, which, &why);

    while (hearth_rows_next(r)) {
        hearth__given g = {0, 0};
        void *obj;
        int rc;

        if (v->max != 0 && v->n == v->max - 1)
            return HEARTH_ETOOBIG;
        obj = hearth__array_push(&c->arena, v);
        rc = obj == NULL ? HEARTH_ENOMEM : hearth__row_read(&in, r, obj, &g);
        if (rc != 0)
            return hearth__query_failed(c, rc, &why);
        hearth__given_set(m, obj, g);
    }
    return hearth_rows_error(r);
}

/* ---- statements -------------------------------------------------------------------------- */

int hearth__query_one(hearth_ctx *c, const hearth__sql *q, uint64_t which, void *obj,
                      hearth__given *g)
{
    hearth_error why = {0};
    hearth__row_in in = hearth__query_reader(c, q->m, which, &why);
    hearth_rows *r;
    int rc;

    HEARTH_TRY(hearth__query_ready(q));
    r = hearth_select(c, q->text.ptr, hearth__sql_args(q));
    if (!hearth_rows_next(r))
        return hearth_rows_error(r) != 0 ? hearth_rows_error(r) : HEARTH_ENOTFOUND;
    rc = hearth__row_read(&in, r, obj, g);
    while (hearth_rows_next(r)) /* to its end, which gives the statement back */
        ;
    if (rc == 0)
        hearth__given_set(q->m, obj, *g);
    return hearth__query_failed(c, rc, &why);
}

/* The values of what is given, by field. */
static int values(hearth_ctx *c, const hearth_model *m, const void *obj, hearth__given g,
                  hearth_val val[HEARTH__MAX_FIELDS])
{
    hearth_error why = {0};
    int rc = 0;

    for (size_t i = 0; i < m->n && rc == 0; i++) {
        val[i] = hearth_val_null();
        if ((g.has & HEARTH__BIT(i)) != 0)
            rc = hearth__row_val(m, i, obj, &c->arena, &val[i], &why);
    }
    return hearth__query_failed(c, rc, &why);
}

static int find(hearth_ctx *c, hearth__sql *q, uint64_t where, const hearth_val *val,
                void *out)
{
    uint64_t all = hearth__fields_all(q->m);
    hearth__given g = {0, 0};

    memset(out, 0, q->m->size);
    hearth__sql_select(q, all);
    hearth__sql_where(q, where, val);
    hearth__buf_text(&q->text, " LIMIT 1");
    return hearth__query_one(c, q, all, out, &g);
}

int hearth_find_val(hearth_ctx *c, const hearth_model *m, hearth_val id, void *out)
{
    hearth_val val[HEARTH__MAX_FIELDS];
    hearth__sql q;
    size_t key;

    HEARTH_TRY(hearth__query_open(c, m, true, &q));
    key = hearth__field_key(m);
    HEARTH_TRY(hearth__sql_sought(&m->field[key], id, &c->arena, &val[key]));
    return find(c, &q, HEARTH__BIT(key), val, out);
}

int hearth_find_by(hearth_ctx *c, const hearth_model *m, const char *fields,
                   hearth_vals values, void *out)
{
    hearth_str rest = hearth__str_of(fields);
    hearth_val val[HEARTH__MAX_FIELDS];
    uint64_t where = 0;
    size_t n = 0;
    hearth__sql q;

    HEARTH_TRY(hearth__query_open(c, m, false, &q));
    for (; rest.ptr != NULL && n < values.n; n++) {
        hearth_str name = hearth__str_trim(hearth__str_cut(&rest, ','));
        size_t i = hearth__field_find(m, name, 0);

        if (i == m->n)
            break;
        HEARTH_TRY(hearth__sql_sought(&m->field[i], values.v[n], &c->arena, &val[i]));
        where |= HEARTH__BIT(i);
    }
    if (rest.ptr != NULL || n != values.n || n == 0)
        return hearth__note(
            c, HEARTH_ESTATE,
            "hearth_find_by: \"%s\" does not name one field of model %s for "
            "each value",
            fields == NULL ? "" : fields, m->name);
    return find(c, &q, where, val, out);
}

/* ---- insert ------------------------------------------------------------------------------ */

static bool is_zero(const hearth_field *f, const void *obj)
{
    static const unsigned char zero[sizeof(hearth_uuid)];

    if (f->kind == HEARTH_KIND_i64)
        return *(const int64_t *)hearth__slot_of(f, obj) == 0;
    return f->kind == HEARTH_KIND_uuid &&
           memcmp(hearth__slot_of(f, obj), zero, sizeof zero) == 0;
}

static bool has_masks(const hearth_model *m, const void *obj)
{
    hearth__given g = {0, 0};

    if (m->given != HEARTH_NO_GIVEN)
        memcpy(&g, (const char *)obj + m->given, sizeof g);
    return g.has != 0 || g.null != 0;
}

/* What an insert is given.  In a struct filled by hand nobody said what is not. */
static hearth__given given_new(const hearth_model *m, const void *obj)
{
    hearth__given g = hearth__given_of(m, obj);

    if (has_masks(m, obj))
        return g;
    for (size_t i = 0; i < m->n; i++) {
        const hearth_field *f = &m->field[i];

        if (f->key && is_zero(f, obj))
            g.has &= ~HEARTH__BIT(i);
        if (!f->nullable)
            g.null &= ~HEARTH__BIT(i);
    }
    return g;
}

/* A key that the database does not count. */
static int make_key(const hearth_model *m, void *obj, hearth__given *g)
{
    size_t i = hearth__field_key(m);

    if (i == m->n || m->field[i].kind != HEARTH_KIND_uuid ||
        (g->has & HEARTH__BIT(i)) != 0)
        return 0;
    HEARTH_TRY(hearth_uuid_new(7, hearth__slot(&m->field[i], obj)));
    g->has |= HEARTH__BIT(i);
    return 0;
}

/* What is given into a row; on: the fields of a row that would be the same, 0 = none. */
static int put(hearth_ctx *c, hearth__sql *q, void *obj, hearth__given g, uint64_t on)
{
    hearth_val val[HEARTH__MAX_FIELDS];
    size_t key = hearth__field_key(q->m);
    uint64_t set = g.has | g.null, rest = hearth__fields_all(q->m) & ~set;
    uint64_t key_bit = key == q->m->n ? 0 : HEARTH__BIT(key);

    HEARTH_TRY(values(c, q->m, obj, g, val));
    hearth__sql_insert(q, set, val);
    if (on != 0) {
        hearth__sql_on_conflict(q, on, set & ~key_bit);
        rest |= key_bit; /* the row that was there has its own */
    }
    hearth__sql_returning(q, rest);
    if (rest != 0)
        return hearth__query_one(c, q, rest, obj, &g);
    HEARTH_TRY(hearth__query_ready(q));
    HEARTH_TRY(hearth_exec(c, q->text.ptr, hearth__sql_args(q)));
    hearth__given_set(q->m, obj, g);
    return 0;
}

int hearth__query_insert(hearth_ctx *c, const hearth_model *m, void *obj, hearth__given g)
{
    hearth__sql q;

    HEARTH_TRY(hearth__query_open(c, m, false, &q));
    HEARTH_TRY(make_key(m, obj, &g));
    return put(c, &q, obj, g, 0);
}

int hearth_insert(hearth_ctx *c, const hearth_model *m, void *obj)
{
    hearth__sql q;

    HEARTH_TRY(hearth__query_open(c, m, false, &q));
    return hearth__query_insert(c, m, obj, given_new(m, obj));
}

int hearth_upsert(hearth_ctx *c, const hearth_model *m, const char *fields, void *obj)
{
    uint64_t on = 0;
    hearth__given g;
    hearth__sql q;

    HEARTH_TRY(hearth__query_open(c, m, true, &q));
    g = given_new(m, obj);
    if (fields != NULL && hearth__sql_list(m, fields, &on) != 0)
        return hearth__note(c, HEARTH_ESTATE,
                            "hearth_upsert: \"%s\" lists what is no field of model %s",
                            fields, m->name);
    if ((on & ~g.has) != 0)
        return hearth__note(
            c, HEARTH_ESTATE,
            "hearth_upsert: the struct has no value for one of \"%s\" of model %s",
            fields, m->name);
    HEARTH_TRY(make_key(m, obj, &g));
    if (fields == NULL)
        on = HEARTH__BIT(hearth__field_key(m)) & g.has;
    return put(c, &q, obj, g, on);
}

/* ---- update and delete ------------------------------------------------------------------- */

int hearth_update(hearth_ctx *c, const hearth_model *m, void *obj)
{
    hearth_val val[HEARTH__MAX_FIELDS];
    uint64_t key, set, rest;
    hearth__given g;
    hearth__sql q;

    HEARTH_TRY(hearth__query_open(c, m, true, &q));
    key = HEARTH__BIT(hearth__field_key(m));
    g = hearth__given_of(m, obj);
    if ((g.has & key) == 0 || (m->given != HEARTH_NO_GIVEN && !has_masks(m, obj)))
        return hearth__note(c, HEARTH_ESTATE,
                            "hearth_update: the key of model %s is not given; use "
                            "HEARTH_SET() or hearth_find()",
                            m->name);
    HEARTH_TRY(values(c, m, obj, g, val));
    set = (g.has | g.null) & ~key;
    rest = hearth__fields_all(m) & ~set;
    if (set == 0) {
        hearth__sql_select(&q, rest);
        hearth__sql_where(&q, key, val);
    } else {
        hearth__sql_update(&q, set, key, val);
        hearth__sql_returning(&q, rest); /* at least the key: was there a row? */
    }
    return hearth__query_one(c, &q, rest, obj, &g);
}

int hearth_delete_val(hearth_ctx *c, const hearth_model *m, hearth_val id)
{
    hearth_val val[HEARTH__MAX_FIELDS];
    hearth__sql q;
    size_t key;

    HEARTH_TRY(hearth__query_open(c, m, true, &q));
    key = hearth__field_key(m);
    HEARTH_TRY(hearth__sql_sought(&m->field[key], id, &c->arena, &val[key]));
    hearth__sql_delete(&q, HEARTH__BIT(key), val);
    HEARTH_TRY(hearth__query_ready(&q));
    HEARTH_TRY(hearth_exec(c, q.text.ptr, hearth__sql_args(&q)));
    return hearth_changes(c) > 0 ? 0 : HEARTH_ENOTFOUND;
}
