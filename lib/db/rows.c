/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The rows of a query.
 *
 * Rows come straight from the statement while that is harmless, and are copied into the
 * request's memory where it is not: on a writer that others wait for, or when the
 * statement's old view of the data would hide what has been written since.  Which of the
 * two a result is can change between two calls; nobody who reads it can tell.
 */

#include "core/error.h"
#include "db/conn.h"
#include "db/vals.h"

#include <string.h>

/* Shared, so nothing ever writes to it: every writer below asks for `s` or a row first.
 */
static const hearth_rows no_memory = {.error = HEARTH_ENOMEM};

hearth_rows *hearth__rows_new(hearth__dbs *s)
{
    hearth_rows *r = hearth__arena_alloc(s->arena, sizeof(*r));

    if (r != NULL) {
        r->s = s;
        r->tail = &r->rest;
    }
    return r;
}

hearth_rows *hearth__rows_failed(hearth__dbs *s, int code)
{
    hearth_rows *r = hearth__rows_new(s);

    if (r == NULL) {
        hearth__error_set(&s->error, HEARTH_ENOMEM, "out of memory");
        return (hearth_rows *)&no_memory;
    }
    r->error = code;
    return r;
}

static void fail(hearth_rows *r, int code)
{
    r->error = code;
    r->width = 0;
}

/* ---- the statement behind --------------------------------------------- */

static void release(hearth_rows *r)
{
    hearth__stmt_put(r->stmt);
    r->stmt = NULL;
    r->ahead = false;
    if (r->link != NULL) {
        *r->link = r->next;
        if (r->next != NULL)
            r->next->link = r->link;
        r->link = NULL;
    }
}

static void enlist(hearth_rows *r)
{
    r->next = r->s->open;
    r->link = &r->s->open;
    if (r->next != NULL)
        r->next->link = &r->next;
    r->s->open = r;
}

/* Of a result that may outlive its statement. */
static int copy_names(hearth_rows *r, hearth__stmt *st)
{
    const hearth_db_ops *ops = st->conn->db->ops;

    r->width = ops->width(st->raw);
    r->names = hearth__arena_array(r->s->arena, (size_t)r->width, sizeof(*r->names));
    for (int i = 0; r->names != NULL && i < r->width; i++) {
        const char *name = ops->column_name(st->raw, i);

        r->names[i] = hearth__arena_copy(r->s->arena, name, strlen(name));
        if (r->names[i] == NULL)
            r->names = NULL;
    }
    return r->names != NULL
               ? 0
               : hearth__error_set(&r->s->error, HEARTH_ENOMEM, "out of memory");
}

void hearth__rows_start(hearth_rows *r, hearth__stmt *st)
{
    int rc;

    r->stmt = st;
    enlist(r);
    rc = hearth__dbs_step(r->s, st);
    r->ahead = rc > 0;
    if (rc >= 0 && r->s->names)
        rc = copy_names(r, st) == 0 ? rc : HEARTH_ENOMEM;
    if (rc >= 0)
        r->width = st->conn->db->ops->width(st->raw);
    else
        fail(r, rc);
    if (rc <= 0)
        release(r);
}

void hearth__rows_close(hearth_rows *r)
{
    if (r->stmt != NULL)
        release(r);
    r->at = r->rest = NULL;
    r->on_row = false;
}

static bool copy_val(hearth__arena *a, hearth_val *v)
{
    if (v->kind == HEARTH_VAL_BAD)
        return false;
    if (v->kind != HEARTH_VAL_TEXT && v->kind != HEARTH_VAL_BLOB)
        return true;
    v->u.s.ptr = hearth__arena_copy(a, v->u.s.ptr, v->u.s.len);
    return v->u.s.ptr != NULL;
}

/* A copy of the row the statement stands on; NULL when out of memory. */
static hearth__row *copy_row(hearth_rows *r)
{
    const hearth_db_ops *ops = r->stmt->conn->db->ops;
    size_t n = (size_t)r->width;
    hearth__row *row;

    row = hearth__arena_raw(r->s->arena, sizeof(*row) + n * sizeof(row->v[0]));
    if (row == NULL)
        return NULL;
    row->next = NULL;
    for (size_t i = 0; i < n; i++) {
        row->v[i] = ops->column(r->stmt->raw, (int)i);
        if (!copy_val(r->s->arena, &row->v[i]))
            return NULL;
    }
    return row;
}

static bool append(hearth_rows *r)
{
    hearth__row *row = copy_row(r);

    if (row == NULL)
        return false;
    *r->tail = row;
    r->tail = &row->next;
    return true;
}

void hearth__rows_settle(hearth_rows *r)
{
    bool room = true;
    int rc = 1;

    if (r->stmt == NULL)
        return;
    if (r->on_row)
        room = (r->at = copy_row(r)) != NULL;
    if (room && r->ahead)
        room = append(r);
    while (room && (rc = hearth__dbs_step(r->s, r->stmt)) > 0)
        room = append(r);
    if (!room)
        rc = hearth__error_set(&r->s->error, HEARTH_ENOMEM, "out of memory");
    release(r);
    if (rc < 0) {
        fail(r, rc);
        hearth__rows_close(r);
    }
}

/* ---- reading ---------------------------------------------------------- */

static bool step_live(hearth_rows *r)
{
    int rc = 1;

    if (r->ahead)
        r->ahead = false;
    else
        rc = hearth__dbs_step(r->s, r->stmt);
    if (rc <= 0) {
        release(r);
        if (rc < 0)
            fail(r, rc);
    }
    return rc > 0;
}

bool hearth_rows_next(hearth_rows *r)
{
    if (r == NULL || r->s == NULL)
        return false;
    if (r->dirty) {
        memset(r->texts, 0, (size_t)r->width * sizeof(*r->texts));
        r->dirty = false;
    }
    if (r->stmt != NULL) {
        r->on_row = step_live(r);
        return r->on_row;
    }
    r->at = r->rest;
    if (r->at != NULL)
        r->rest = r->at->next;
    r->on_row = r->at != NULL;
    return r->on_row;
}

int hearth_rows_error(const hearth_rows *r)
{
    return r == NULL ? HEARTH_EINVAL : r->error;
}

int hearth_rows_width(const hearth_rows *r)
{
    return r == NULL ? 0 : r->width;
}

/* NULL for what does not exist. */
static hearth_val value(const hearth_rows *r, int col)
{
    if (r == NULL || !r->on_row || col < 0 || col >= r->width)
        return hearth_val_null();
    if (r->stmt != NULL)
        return r->stmt->conn->db->ops->column(r->stmt->raw, col);
    return r->at->v[col];
}

hearth_val hearth__rows_val(const hearth_rows *r, int col)
{
    return value(r, col);
}

const char *hearth__rows_name(hearth_rows *r, int col)
{
    if (r == NULL || col < 0 || col >= r->width || r->names == NULL)
        return "";
    return r->names[col];
}

int64_t hearth_rows_int(const hearth_rows *r, int col)
{
    hearth_val v = value(r, col);

    return hearth__val_to_int(&v);
}

double hearth_rows_real(const hearth_rows *r, int col)
{
    hearth_val v = value(r, col);

    return hearth__val_to_real(&v);
}

bool hearth_rows_null(const hearth_rows *r, int col)
{
    return value(r, col).kind == HEARTH_VAL_NULL;
}

/* The bytes of a column, in the request's memory; ptr NULL for NULL or out of memory.
 * Remembered, so that asking twice for a column costs one copy. */
static hearth_str bytes(hearth_rows *r, int col)
{
    const hearth_str none = {NULL, 0};
    hearth_val v = value(r, col);
    char number[32];

    if (v.kind == HEARTH_VAL_NULL || v.kind == HEARTH_VAL_BAD)
        return none;
    if (r->texts == NULL)
        r->texts = hearth__arena_array(r->s->arena, (size_t)r->width, sizeof(*r->texts));
    if (r->texts == NULL)
        return none;
    if (r->texts[col].ptr != NULL)
        return r->texts[col];
    if (v.kind == HEARTH_VAL_INT || v.kind == HEARTH_VAL_REAL)
        v.u.s = (hearth_str){number, hearth__val_number_text(&v, number)};
    else if (r->stmt == NULL)
        return v.u.s; /* a copy already */
    r->texts[col].ptr = hearth__arena_copy(r->s->arena, v.u.s.ptr, v.u.s.len);
    r->texts[col].len = v.u.s.len;
    r->dirty = true;
    return r->texts[col];
}

const char *hearth_rows_text(hearth_rows *r, int col)
{
    return bytes(r, col).ptr;
}

hearth_str hearth_rows_blob(hearth_rows *r, int col)
{
    hearth_str s = bytes(r, col);

    return s.ptr == NULL ? (hearth_str){"", 0} : s;
}
