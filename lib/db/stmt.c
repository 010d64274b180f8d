/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The statement cache of a connection.
 *
 * Preparing costs more than running most statements, and nearly every statement is a
 * literal in somebody's handler, so the address of the text leads straight to the
 * prepared one.  The address is only a hint: the text is compared, because a buffer may
 * hold another statement by now.
 */

#include "core/enc.h"
#include "core/error.h"
#include "core/size.h"
#include "core/str.h"
#include "db/call.h"

#include <stdlib.h>
#include <string.h>

static size_t spot_of(const char *sql)
{
    return (size_t)(((uint64_t)(uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15)) >> 57) %
           HEARTH__STMT_SPOTS;
}

static void stmt_free(hearth__stmt *st)
{
    st->conn->db->ops->finalize(st->raw);
    hearth__buf_clear(&st->names);
    free(st->cols);
    free(st);
}

/* The slow way to a cached statement: by its text alone. */
static hearth__stmt *find_text(hearth__conn *c, const char *sql)
{
    size_t len = strlen(sql);

    for (size_t i = 0; i < c->nstmts; i++)
        if (c->stmts[i]->len == len && memcmp(c->stmts[i]->sql, sql, len) == 0)
            return c->stmts[i];
    return NULL;
}

static int stmt_new(hearth__conn *c, const char *sql, hearth__stmt **out,
                    hearth_error *err)
{
    const hearth_db_ops *ops = c->db->ops;
    size_t len = strlen(sql), size;
    hearth__stmt *st;
    int rc;

    if (!hearth__size_add(len, sizeof(*st) + 1, &size) || (st = malloc(size)) == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    *st = (hearth__stmt){.conn = c, .ncols = -1, .len = len};
    hearth__buf_init(&st->names, NULL, 0);
    memcpy(st->sql, sql, len + 1);
    rc = hearth__call_prepare(c, st->sql, &st->raw, err);
    if (rc != 0) {
        free(st);
        return rc;
    }
    st->readonly = ops->readonly(st->raw);
    *out = st;
    return 0;
}

/* Make room for one more; false when all are busy. */
static bool evict(hearth__conn *c)
{
    size_t oldest = HEARTH__STMTS;

    if (c->nstmts < HEARTH__STMTS)
        return true;
    for (size_t i = 0; i < c->nstmts; i++)
        if (!c->stmts[i]->busy &&
            (oldest == HEARTH__STMTS || c->stmts[i]->used < c->stmts[oldest]->used))
            oldest = i;
    if (oldest == HEARTH__STMTS)
        return false;
    for (size_t i = 0; i < HEARTH__STMT_SPOTS; i++)
        if (c->spots[i] == c->stmts[oldest])
            c->spots[i] = NULL;
    stmt_free(c->stmts[oldest]);
    c->stmts[oldest] = c->stmts[--c->nstmts];
    return true;
}

int hearth__stmt_get(hearth__conn *c, const char *sql, hearth__stmt **out,
                     hearth_error *err)
{
    size_t spot = spot_of(sql);
    hearth__stmt *st = c->spots[spot];

    if (st == NULL || st->key != sql || strcmp(st->sql, sql) != 0) {
        st = find_text(c, sql);
        if (st != NULL && !st->busy) {
            st->key = sql;
            c->spots[spot] = st;
        }
    }
    if (st == NULL || st->busy) {
        bool twin = st != NULL;
        int rc = stmt_new(c, sql, &st, err);

        if (rc != 0)
            return rc;
        if (!twin && evict(c)) {
            st->cached = true;
            st->key = sql;
            c->stmts[c->nstmts++] = st;
            c->spots[spot] = st;
        }
    }
    st->busy = true;
    st->used = ++c->uses;
    *out = st;
    return 0;
}

void hearth__stmt_put(hearth__stmt *st)
{
    st->conn->db->ops->reset(st->raw);
    hearth__slow_note(st);
    st->busy = false;
    if (!st->cached)
        stmt_free(st);
}

void hearth__stmt_clear(hearth__conn *c)
{
    for (size_t i = 0; i < c->nstmts; i++)
        stmt_free(c->stmts[i]);
    c->nstmts = 0;
    memset(c->spots, 0, sizeof(c->spots));
}

/* ---- columns ---------------------------------------------------------- */

static bool cut_ending(hearth_str *name, const char *ending)
{
    size_t n = strlen(ending);

    if (name->len <= n || memcmp(name->ptr + name->len - n, ending, n) != 0)
        return false;
    name->len -= n;
    return true;
}

static hearth__col_kind kind_of(hearth_str *name)
{
    if (cut_ending(name, ":bool"))
        return HEARTH__COL_BOOL;
    if (cut_ending(name, ":json"))
        return HEARTH__COL_JSON;
    return HEARTH__COL_PLAIN;
}

/* All keys one after the other; a pointer to each only once they no longer move. */
static int write_keys(hearth__stmt *st, hearth_error *err)
{
    const hearth_db_ops *ops = st->conn->db->ops;
    hearth__buf *text = &st->names;

    hearth__buf_empty(text);
    for (int i = 0; i < st->ncols; i++) {
        hearth_str name = hearth__str_of(ops->column_name(st->raw, i));
        size_t start = text->len;

        st->cols[i].kind = kind_of(&name);
        hearth__buf_char(text, i == 0 ? '{' : ',');
        hearth__enc_json(text, name);
        hearth__buf_char(text, ':');
        st->cols[i].key.len = text->len - start;
    }
    if (text->failed)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    const char *at = text->ptr;
    for (int i = 0; i < st->ncols; at += st->cols[i++].key.len)
        st->cols[i].key.ptr = at;
    return 0;
}

/* Two values under one name are lost on most who read JSON. */
static int check_twins(const hearth__col *cols, int n, hearth_error *err)
{
    for (int i = 1; i < n; i++)
        for (int k = 0; k < i; k++)
            if (cols[i].key.len == cols[k].key.len &&
                memcmp(cols[i].key.ptr + 1, cols[k].key.ptr + 1, cols[i].key.len - 1) ==
                    0)
                return hearth__error_set(err, HEARTH_EDB,
                                         "two columns are called %.*s: name one with AS",
                                         (int)(cols[i].key.len - 2), cols[i].key.ptr + 1);
    return 0;
}

int hearth__stmt_cols(hearth__stmt *st, hearth_error *err)
{
    const hearth_db_ops *ops = st->conn->db->ops;
    int shape = ops->shape == NULL ? 0 : ops->shape(st->raw);
    int rc;

    if (st->ncols >= 0 && st->shape == shape)
        return 0;
    free(st->cols);
    st->ncols = ops->width(st->raw);
    st->shape = shape;
    st->cols = calloc((size_t)st->ncols + 1, sizeof(*st->cols));
    rc = st->cols == NULL ? hearth__error_set(err, HEARTH_ENOMEM, "out of memory")
                          : write_keys(st, err);
    if (rc == 0)
        rc = check_twins(st->cols, st->ncols, err);
    if (rc != 0)
        st->ncols = -1;
    return rc;
}
