/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Rows to JSON without a tree and without copies: each column goes from the statement
 * into the response.  What can be known of a statement beforehand (the escaped names with
 * their punctuation, the `:bool` and `:json` endings) is kept with it.
 */

#include "core/enc.h"
#include "core/error.h"
#include "db/conn.h"
#include "db/vals.h"
#include "json/load.h"
#include "json/write.h"

#include <string.h>

static int refuse(hearth__dbs *s, const hearth__col *col, const char *what)
{
    /* The key without its first byte and the colon: the name in quotes. */
    return hearth__error_set(&s->error, HEARTH_EDB, "column %.*s %s",
                             (int)(col->key.len - 2), col->key.ptr + 1, what);
}

static int put_bool(hearth__dbs *s, hearth__json_w *w, const hearth__col *col,
                    const hearth_val *v)
{
    if (v->kind == HEARTH_VAL_INT)
        hearth__json_bool(w, v->u.i != 0);
    else if (v->kind == HEARTH_VAL_REAL)
        hearth__json_bool(w, v->u.f < 0 || v->u.f > 0);
    else
        return refuse(s, col, "ends in :bool and holds no number");
    return 0;
}

static int put_json(hearth__dbs *s, hearth__json_w *w, const hearth__col *col,
                    const hearth_val *v)
{
    hearth_error why = {0};
    json_t *tree;

    if (v->kind == HEARTH_VAL_INT || v->kind == HEARTH_VAL_REAL) {
        if (v->kind == HEARTH_VAL_INT)
            hearth__json_int(w, v->u.i);
        else
            hearth__json_f64(w, v->u.f);
        return 0;
    }
    tree = hearth__json_load(v->u.s, NULL, &why);
    if (tree == NULL && why.code == HEARTH_ENOMEM)
        return hearth__error_set(&s->error, HEARTH_ENOMEM, "out of memory");
    if (tree == NULL)
        return refuse(s, col, "ends in :json and holds something else");
    json_decref(tree);
    hearth__json_raw(w, v->u.s);
    return 0;
}

static void put_blob(hearth__json_w *w, hearth_str s)
{
    hearth__buf_char(w->buf, '"');
    hearth__enc_base64(w->buf, s, false);
    hearth__buf_char(w->buf, '"');
}

static int put_value(hearth__dbs *s, hearth__json_w *w, const hearth__col *col,
                     const hearth_val *v)
{
    if (v->kind == HEARTH_VAL_NULL) {
        hearth__json_null(w);
        return 0;
    }
    if (v->kind == HEARTH_VAL_BAD)
        return hearth__error_set(&s->error, HEARTH_ENOMEM, "out of memory");
    if (col->kind == HEARTH__COL_BOOL)
        return put_bool(s, w, col, v);
    if (col->kind == HEARTH__COL_JSON)
        return put_json(s, w, col, v);
    if (v->kind == HEARTH_VAL_INT)
        hearth__json_int(w, v->u.i);
    else if (v->kind == HEARTH_VAL_REAL)
        hearth__json_f64(w, v->u.f);
    else if (v->kind == HEARTH_VAL_TEXT)
        hearth__json_text(w, v->u.s);
    else
        put_blob(w, v->u.s);
    return 0;
}

static int put_row(hearth__dbs *s, hearth__stmt *st, hearth__buf *out)
{
    const hearth_db_ops *ops = st->conn->db->ops;

    for (int i = 0; i < st->ncols; i++) {
        hearth_val v = ops->column(st->raw, i);
        hearth__json_w w = hearth__json_w_of(out); /* no comma: the key has it */

        hearth__buf_str(out, st->cols[i].key);
        HEARTH_TRY(put_value(s, &w, &st->cols[i], &v));
    }
    hearth__buf_char(out, '}');
    if (out->failed)
        return hearth__error_set(&s->error, HEARTH_ENOMEM, "out of memory");
    return 0;
}

static int put_all(hearth__dbs *s, hearth__stmt *st, hearth__buf *out)
{
    bool first = true;
    int rc;

    hearth__buf_char(out, '[');
    while ((rc = hearth__dbs_step(s, st)) > 0) {
        if (first)
            rc = hearth__stmt_cols(st, &s->error);
        else
            hearth__buf_char(out, ',');
        first = false;
        if (rc >= 0)
            rc = put_row(s, st, out);
        if (rc < 0)
            return rc;
    }
    hearth__buf_char(out, ']');
    return rc;
}

static int put_one(hearth__dbs *s, hearth__stmt *st, hearth__buf *out)
{
    int rc = hearth__dbs_step(s, st);

    if (rc == 0)
        return hearth__error_set(&s->error, HEARTH_ENOTFOUND, "there is no such row");
    if (rc > 0)
        rc = hearth__stmt_cols(st, &s->error);
    if (rc == 0)
        rc = put_row(s, st, out);
    /* A change is complete only when the statement has run to its end. */
    while (rc == 0 && !st->readonly && (rc = hearth__dbs_step(s, st)) > 0)
        rc = 0;
    return rc;
}

static int key_column(hearth__dbs *s, hearth__stmt *st, const char *name)
{
    const hearth_db_ops *ops = st->conn->db->ops;

    for (int i = 0; i < st->ncols; i++)
        if (strcmp(ops->column_name(st->raw, i), name) == 0)
            return i;
    return hearth__error_set(&s->error, HEARTH_EDB,
                             "the result has no column \"%s\" to go on by", name);
}

static int keep_key(hearth__dbs *s, hearth__page *p, hearth_val v)
{
    if (v.kind == HEARTH_VAL_NULL)
        return hearth__error_set(&s->error, HEARTH_EDB,
                                 "the column \"%s\" to go on by is NULL", p->key);
    hearth__buf_empty(&p->text);
    if (v.kind == HEARTH_VAL_TEXT || v.kind == HEARTH_VAL_BLOB) {
        hearth__buf_str(&p->text, v.u.s);
        v.u.s = hearth__buf_view(&p->text);
    }
    if (v.kind == HEARTH_VAL_BAD || p->text.failed)
        return hearth__error_set(&s->error, HEARTH_ENOMEM, "out of memory");
    p->last = v;
    return 0;
}

static int put_line(hearth__dbs *s, hearth__stmt *st, hearth__page *p, int key,
                    hearth__buf *out)
{
    HEARTH_TRY(put_row(s, st, out));
    hearth__buf_char(out, '\n');
    p->rows++;
    return keep_key(s, p, st->conn->db->ops->column(st->raw, key));
}

int hearth__rows_page(hearth__dbs *s, hearth__stmt *st, hearth__page *p, hearth__buf *out)
{
    int rc = 0, key = -1;

    p->rows = 0;
    while (rc == 0 && out->len < p->bytes && (rc = hearth__dbs_step(s, st)) > 0) {
        rc = p->rows == 0 ? hearth__stmt_cols(st, &s->error) : 0;
        if (rc == 0 && p->rows == 0) {
            key = key_column(s, st, p->key);
            rc = key < 0 ? key : 0;
        }
        if (rc == 0)
            rc = put_line(s, st, p, key, out);
        if (rc != 0)
            return rc;
    }
    return rc;
}

int hearth__rows_json(hearth__dbs *s, hearth__stmt *st, bool one, hearth__buf *out)
{
    int rc = one ? put_one(s, st, out) : put_all(s, st, out);

    if (rc == 0 && out->failed)
        rc = hearth__error_set(&s->error, HEARTH_ENOMEM, "out of memory");
    return rc;
}
