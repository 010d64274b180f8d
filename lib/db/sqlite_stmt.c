/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Statements of the SQLite driver.  Values are bound without copying (SQLITE_STATIC): the
 * caller keeps them until reset, which is what the driver table asks of him.
 */

#include "core/error.h"
#include "db/sqlite.h"

#include <stdlib.h>
#include <string.h>

typedef hearth__sqlite conn;

typedef struct stmt {
    sqlite3_stmt *st;
    conn *c;
    size_t nargs;
} stmt;

/* ---- statements ------------------------------------------------------- */

/* A failure while text of the application is compiled; that text into the log too. */
static int refuse(conn *c, int rc, const char *sql, hearth_error *err)
{
    hearth_error why = {0};

    if (c->denied != NULL)
        return hearth__error_set(err, HEARTH_EDB, "%s", c->denied);
    rc = hearth__sqlite_error(c->db, rc, &why);
    if (rc == HEARTH_EDB)
        return hearth__error_set(err, rc, "%s, in: %.200s", why.text, sql);
    if (err != NULL)
        *err = why;
    return rc;
}

static int compile_one(conn *c, const char *sql, sqlite3_stmt **st, const char **tail)
{
    int rc = sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, st, tail);

    if (rc != SQLITE_OK && hearth__sqlite_search_trust(c, rc))
        rc = sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, st, tail);
    return rc;
}

/* Not sqlite3_exec(): each statement may have to be compiled a second time. */
static int run_all(conn *c, const char *sql)
{
    int rc = SQLITE_OK;

    while (rc == SQLITE_OK && *sql != '\0') {
        sqlite3_stmt *st = NULL;

        rc = compile_one(c, sql, &st, &sql);
        if (rc != SQLITE_OK || st == NULL)
            continue;
        while (sqlite3_step(st) == SQLITE_ROW)
            ;
        rc = sqlite3_finalize(st);
    }
    return rc;
}

int hearth__sqlite_script(void *arg, const char *sql, hearth_error *err)
{
    conn *c = arg;
    int rc;

    c->denied = NULL;
    c->guarded = true;
    rc = run_all(c, sql);
    c->guarded = false;
    return rc == SQLITE_OK ? 0 : refuse(c, rc, sql, err);
}

/* Is there nothing but white space, semicolons and comments? */
static bool is_blank(conn *c, const char *sql)
{
    sqlite3_stmt *st = NULL;

    while (*(sql += strspn(sql, " \t\r\n;")) != '\0') {
        if (sqlite3_prepare_v2(c->db, sql, -1, &st, &sql) != SQLITE_OK || st != NULL) {
            sqlite3_finalize(st);
            return false;
        }
    }
    return true;
}

static int compile(conn *c, const char *sql, sqlite3_stmt **st, hearth_error *err)
{
    const char *tail = "";
    int rc = compile_one(c, sql, st, &tail);

    if (rc != SQLITE_OK)
        return refuse(c, rc, sql, err);
    if (*st == NULL)
        return hearth__error_set(err, HEARTH_EDB, "there is no statement in: %.200s",
                                 sql);
    if (is_blank(c, tail))
        return 0;
    return hearth__error_set(err, HEARTH_EDB, "one statement at a time, not: %.200s",
                             sql);
}

int hearth__sqlite_prepare(void *arg, const char *sql, void **out, hearth_error *err)
{
    conn *c = arg;
    stmt *s = calloc(1, sizeof(*s));
    int rc;

    if (s == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    s->c = c;
    c->denied = NULL;
    c->guarded = true;
    rc = compile(c, sql, &s->st, err);
    c->guarded = false;
    if (rc != 0) {
        sqlite3_finalize(s->st);
        free(s);
        return rc;
    }
    s->nargs = (size_t)sqlite3_bind_parameter_count(s->st);
    *out = s;
    return 0;
}

void hearth__sqlite_finalize(void *arg)
{
    stmt *s = arg;

    sqlite3_finalize(s->st);
    free(s);
}

bool hearth__sqlite_readonly(void *arg)
{
    return sqlite3_stmt_readonly(((stmt *)arg)->st) != 0;
}

static int bind_one(sqlite3_stmt *st, int at, const hearth_val *v)
{
    switch (v->kind) {
    case HEARTH_VAL_INT:
        return sqlite3_bind_int64(st, at, v->u.i);
    case HEARTH_VAL_REAL:
        return sqlite3_bind_double(st, at, v->u.f);
    case HEARTH_VAL_TEXT:
        return sqlite3_bind_text64(st, at, v->u.s.ptr, v->u.s.len, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case HEARTH_VAL_BLOB:
        return sqlite3_bind_blob64(st, at, v->u.s.ptr, v->u.s.len, SQLITE_STATIC);
    case HEARTH_VAL_NULL:
    case HEARTH_VAL_BAD:
        break;
    }
    return sqlite3_bind_null(st, at);
}

int hearth__sqlite_bind(void *arg, hearth_vals args, hearth_error *err)
{
    stmt *s = arg;

    s->c->total = sqlite3_total_changes64(s->c->db);
    if (args.n != s->nargs)
        return hearth__error_set(
            err, HEARTH_EDB,
            "%zu arguments were given, the statement wants %zu, in: %.200s", args.n,
            s->nargs, sqlite3_sql(s->st));
    for (size_t i = 0; i < args.n; i++) {
        int rc = bind_one(s->st, (int)i + 1, &args.v[i]);

        if (rc != SQLITE_OK)
            return hearth__sqlite_error(s->c->db, rc, err);
    }
    return 0;
}

int hearth__sqlite_step(void *arg, hearth_error *err)
{
    stmt *s = arg;
    int rc = sqlite3_step(s->st);

    if (rc == SQLITE_ROW)
        return 1;
    if (rc == SQLITE_DONE)
        return 0;
    return hearth__sqlite_error(s->c->db, rc, err);
}

void hearth__sqlite_reset(void *arg)
{
    stmt *s = arg;

    sqlite3_reset(s->st);
    if (s->nargs > 0)
        sqlite3_clear_bindings(s->st);
}

int hearth__sqlite_width(void *arg)
{
    return sqlite3_column_count(((stmt *)arg)->st);
}

const char *hearth__sqlite_column_name(void *arg, int col)
{
    const char *name = sqlite3_column_name(((stmt *)arg)->st, col);

    return name == NULL ? "" : name;
}

hearth_val hearth__sqlite_column(void *arg, int col)
{
    sqlite3_stmt *st = ((stmt *)arg)->st;
    hearth_val v = hearth_val_null();
    const void *p;

    switch (sqlite3_column_type(st, col)) {
    case SQLITE_INTEGER:
        return hearth_val_int(sqlite3_column_int64(st, col));
    case SQLITE_FLOAT:
        return hearth_val_real(sqlite3_column_double(st, col));
    case SQLITE_TEXT:
        p = sqlite3_column_text(st, col);
        v.kind = p == NULL ? HEARTH_VAL_BAD : HEARTH_VAL_TEXT;
        break;
    case SQLITE_BLOB:
        p = sqlite3_column_blob(st, col);
        v.kind = HEARTH_VAL_BLOB;
        break;
    default:
        return v;
    }
    v.u.s.ptr = p == NULL ? "" : p;
    v.u.s.len = p == NULL ? 0 : (size_t)sqlite3_column_bytes(st, col);
    return v;
}

int hearth__sqlite_shape(void *arg)
{
    return sqlite3_stmt_status(((stmt *)arg)->st, SQLITE_STMTSTATUS_REPREPARE, 0);
}

/* SQLite's own count stays from an earlier statement when this one cannot change rows. */
int64_t hearth__sqlite_changes(void *arg)
{
    conn *c = arg;

    if (sqlite3_total_changes64(c->db) == c->total)
        return 0;
    return sqlite3_changes64(c->db);
}

int64_t hearth__sqlite_last_id(void *arg)
{
    return sqlite3_last_insert_rowid(((conn *)arg)->db);
}

void hearth__sqlite_set_last_id(void *arg, int64_t id)
{
    sqlite3_set_last_insert_rowid(((conn *)arg)->db, id);
}
