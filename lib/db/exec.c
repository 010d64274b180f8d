/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A statement of a request, on the connection where it belongs.
 *
 * Outside begin() a request holds the writer for the length of one statement and never
 * while its own code runs, so no two requests can wait for each other.  A read runs on
 * the thread's reader and streams; a write runs to its end, and on through the commit,
 * before the call returns.
 */

#include "core/error.h"
#include "db/call.h"
#include "db/repeats.h"
#include "db/trail.h"

#include <string.h>

/* A statement and what was set up for it alone. */
typedef struct run {
    hearth__conn *conn;
    hearth__stmt *stmt;
    bool lent;    /* the writer was taken for it */
    bool wrapped; /* in a transaction of its own */
} run;

static int check_args(hearth__dbs *s, hearth_vals args)
{
    for (size_t i = 0; i < args.n; i++) {
        const hearth_val *v = &args.v[i];

        if (v->kind == HEARTH_VAL_TEXT && memchr(v->u.s.ptr, '\0', v->u.s.len) != NULL)
            return hearth__error_set(&s->error, HEARTH_EINVAL,
                                     "a text with a NUL inside cannot be stored");
        if (v->kind < HEARTH_VAL_NULL || v->kind >= HEARTH_VAL_BAD)
            return hearth__error_set(&s->error, HEARTH_EINVAL,
                                     "a value is no number, text, boolean or null");
    }
    return 0;
}

/* Does it look like a write?  Only spares a look at the reader's statements: whether it
 * is one, the engine says. */
static bool looks_writing(const char *sql)
{
    sql += strspn(sql, " \t\r\n");
    return *sql != '\0' && strchr("acdiruACDIRU", *sql) != NULL;
}

static const char *skip_comments(const char *sql)
{
    for (;;) {
        sql += strspn(sql, " \t\r\n");
        if (sql[0] == '-' && sql[1] == '-') {
            sql += strcspn(sql, "\n");
        } else if (sql[0] == '/' && sql[1] == '*') {
            const char *end = strstr(sql + 2, "*/");

            if (end == NULL)
                return "";
            sql = end + 2;
        } else {
            return sql;
        }
    }
}

/* Pragmas and maintenance may refuse to run inside a transaction. */
static bool may_wrap(const char *sql)
{
    sql = skip_comments(sql);
    return *sql != '\0' && strchr("pPvV", *sql) == NULL;
}

/* On this thread's reader; r->stmt stays NULL when it turns out to write. */
static int open_reading(hearth__dbs *s, const char *sql, run *r)
{
    r->conn = hearth__pool_reader(s->db, &s->error);
    if (r->conn == NULL)
        return s->error.code;
    /* An open result pins what the reader sees to the time before our own write. */
    if (s->stale) {
        hearth__dbs_settle(s, false);
        s->stale = false;
    }
    if (s->open == NULL) {
        HEARTH_TRY(hearth__pool_check(r->conn, &s->error));
        hearth__view_read(r->conn, s->views && may_wrap(sql));
    }
    HEARTH_TRY(hearth__stmt_get(r->conn, sql, &r->stmt, &s->error));
    if (!r->stmt->readonly) {
        hearth__stmt_put(r->stmt);
        r->stmt = NULL;
    }
    return 0;
}

static int open_lent(hearth__dbs *s, const char *sql, run *r)
{
    int rc;

    r->conn = hearth__pool_take(s->db, &s->error);
    if (r->conn == NULL)
        return s->error.code;
    rc = hearth__stmt_get(r->conn, sql, &r->stmt, &s->error);
    if (rc != 0)
        hearth__pool_give(s->db);
    else
        r->lent = true;
    return rc;
}

static int run_open(hearth__dbs *s, const char *sql, hearth_vals args, run *r)
{
    *r = (run){.conn = s->writer};
    if (s->db == NULL)
        return hearth__dbs_none(s);
    if (sql == NULL)
        return hearth__error_set(&s->error, HEARTH_EDB, "there is no SQL");
    HEARTH_TRY(check_args(s, args));
    if (s->repeats != NULL)
        hearth__repeats_note(s->repeats, sql, args);
    if (s->depth > 0) {
        if (s->lost)
            return hearth__dbs_lost(s);
        return hearth__stmt_get(r->conn, sql, &r->stmt, &s->error);
    }
    if (!s->db->single && !looks_writing(sql)) {
        HEARTH_TRY(open_reading(s, sql, r));
        if (r->stmt != NULL)
            return 0;
    }
    /* What changes something and has nothing against company goes in line as a whole. */
    if (!s->db->single ? may_wrap(sql) : looks_writing(sql))
        return 0;
    return open_lent(s, sql, r);
}

/* ---- writes outside begin() ------------------------------------------- */

typedef struct job {
    hearth__write write;
    hearth__dbs *s;
    const char *sql;
    hearth_vals args;
    hearth__buf *out; /* JSON wanted */
    size_t start;     /* of it */
    bool one;
    bool select; /* rows wanted */
    hearth_rows *rows;
    int64_t changes, last_id;
} job;

static int job_rows(job *j, hearth__stmt *st)
{
    j->rows = hearth__rows_new(j->s);
    if (j->rows == NULL) {
        hearth__stmt_put(st);
        return hearth__error_set(&j->s->error, HEARTH_ENOMEM, "out of memory");
    }
    hearth__rows_start(j->rows, st);
    hearth__rows_settle(j->rows);
    return j->rows->error;
}

static int job_run(hearth__write *w, hearth__conn *c, hearth_error *err)
{
    job *j = (job *)w;
    const hearth_db_ops *ops = c->db->ops;
    hearth__stmt *st = NULL;
    int rc;

    if (j->out != NULL && !j->out->failed && j->out->len > j->start)
        j->out->len = j->start;
    HEARTH_TRY(hearth__stmt_get(c, j->sql, &st, err));
    if (ops->set_last_id != NULL)
        ops->set_last_id(c->raw, j->s->last_id);
    rc = ops->bind(st->raw, j->args, err);
    if (rc == 0 && j->select) {
        rc = job_rows(j, st);
        st = NULL;
    } else if (rc == 0 && j->out != NULL) {
        rc = hearth__rows_json(j->s, st, j->one, j->out);
    } else {
        while (rc == 0 && (rc = hearth__dbs_step(j->s, st)) > 0)
            rc = 0;
    }
    if (st != NULL)
        hearth__stmt_put(st);
    j->changes = ops->changes(c->raw);
    j->last_id = ops->last_id(c->raw);
    return rc;
}

static int job_do(job *j)
{
    hearth__dbs *s = j->s;
    int rc;

    j->write = (hearth__write){job_run, &s->error};
    rc = hearth__pool_write(s->db, &j->write);
    if (rc == 0) {
        s->changes = j->changes;
        s->last_id = j->last_id;
        s->stale = true;
    }
    return rc;
}

/* Bind; wrap: let a failure after the statement's change undo that change. */
static int run_bind(hearth__dbs *s, const char *sql, hearth_vals args, bool wrap, run *r)
{
    const hearth_db_ops *ops = s->db->ops;

    if (!r->stmt->readonly) {
        if (wrap && r->lent && ops->width(r->stmt->raw) > 0 && may_wrap(sql)) {
            HEARTH_TRY(hearth__call_begin(r->conn, 0, &s->error));
            r->wrapped = true;
        }
        if (ops->set_last_id != NULL)
            ops->set_last_id(r->conn->raw, s->last_id);
    }
    return ops->bind(r->stmt->raw, args, &s->error);
}

/* Done with r, whose statement was given back already when it is NULL. */
static int run_close(hearth__dbs *s, run *r, bool wrote, int rc)
{
    const hearth_db_ops *ops = s->db->ops;

    if (r->stmt != NULL)
        hearth__stmt_put(r->stmt);
    if (r->wrapped) {
        int end = rc == 0 ? hearth__call_commit(r->conn, 0, &s->error) : 0;

        if (rc != 0 || end != 0)
            hearth__call_rollback(r->conn, 0);
        rc = rc != 0 ? rc : end;
    }
    if (rc == 0 && wrote) {
        s->changes = ops->changes(r->conn->raw);
        s->last_id = ops->last_id(r->conn->raw);
        s->stale = true;
    }
    if (r->lent)
        hearth__pool_give(s->db);
    return rc;
}

static int run_exec(hearth__dbs *s, const char *sql, hearth_vals args)
{
    run r;
    int rc;

    HEARTH_TRY(run_open(s, sql, args, &r));
    if (r.stmt == NULL)
        return job_do(&(job){.s = s, .sql = sql, .args = args});
    rc = run_bind(s, sql, args, false, &r);
    while (rc == 0 && (rc = hearth__dbs_step(s, r.stmt)) > 0)
        rc = 0;
    return run_close(s, &r, !r.stmt->readonly, rc);
}

static int run_json(hearth__dbs *s, hearth__buf *out, bool one, const char *sql,
                    hearth_vals args)
{
    size_t start = out->len;
    run r;
    int rc;

    HEARTH_TRY(run_open(s, sql, args, &r));
    if (r.stmt == NULL) {
        rc = job_do(&(job){
            .s = s, .sql = sql, .args = args, .out = out, .start = start, .one = one});
    } else {
        rc = run_bind(s, sql, args, true, &r);
        if (rc == 0)
            rc = hearth__rows_json(s, r.stmt, one, out);
        rc = run_close(s, &r, !r.stmt->readonly, rc);
    }
    if (rc != 0 && !out->failed && out->len > start) {
        out->len = start;
        out->ptr[start] = '\0';
    }
    return rc;
}

static int run_page(hearth__dbs *s, hearth__page *p, hearth__buf *out, const char *sql,
                    hearth_vals args)
{
    run r;
    int rc;

    HEARTH_TRY(run_open(s, sql, args, &r));
    if (r.stmt == NULL || !r.stmt->readonly)
        rc = hearth__error_set(&s->error, HEARTH_EDB,
                               "what is read page by page may only read");
    else
        rc = run_bind(s, sql, args, false, &r);
    if (rc == 0)
        rc = hearth__rows_page(s, r.stmt, p, out);
    return r.stmt == NULL ? rc : run_close(s, &r, false, rc);
}

int hearth__dbs_page(hearth__dbs *s, hearth__page *p, hearth__buf *out, const char *sql,
                     hearth_vals args)
{
    struct hearth__repeats *repeats = s->repeats;
    int rc;

    s->repeats = NULL; /* the pages of one result are no question asked in a loop */
    rc = run_page(s, p, out, sql, args);
    s->repeats = repeats;
    return rc;
}

/* The caller's arguments end with his call, a streaming statement goes on. */
static int keep_args(hearth__dbs *s, hearth_vals *args)
{
    hearth_val *copy;

    if (args->n == 0)
        return 0;
    copy = hearth__arena_array(s->arena, args->n, sizeof(*copy));
    for (size_t i = 0; copy != NULL && i < args->n; i++) {
        copy[i] = args->v[i];
        if (copy[i].kind != HEARTH_VAL_TEXT && copy[i].kind != HEARTH_VAL_BLOB)
            continue;
        copy[i].u.s.ptr = hearth__arena_copy(s->arena, copy[i].u.s.ptr, copy[i].u.s.len);
        if (copy[i].u.s.ptr == NULL)
            copy = NULL;
    }
    if (copy == NULL)
        return hearth__error_set(&s->error, HEARTH_ENOMEM, "out of memory");
    args->v = copy;
    return 0;
}

static hearth_rows *run_select(hearth__dbs *s, const char *sql, hearth_vals args)
{
    hearth_rows *rows;
    bool streams, wrote;
    run r;
    int rc = run_open(s, sql, args, &r);

    if (rc != 0)
        return hearth__rows_failed(s, rc);
    if (r.stmt == NULL) {
        job j = {.s = s, .sql = sql, .args = args, .select = true};

        rc = job_do(&j);
        return rc != 0 ? hearth__rows_failed(s, rc) : j.rows;
    }
    wrote = !r.stmt->readonly;
    streams = !wrote && !r.lent;
    rows = hearth__rows_new(s);
    if (rows == NULL)
        rc = HEARTH_ENOMEM;
    if (rc == 0 && streams)
        rc = keep_args(s, &args);
    if (rc == 0)
        rc = run_bind(s, sql, args, true, &r);
    if (rc == 0) {
        hearth__rows_start(rows, r.stmt);
        r.stmt = NULL; /* rows has it */
        if (!streams)
            hearth__rows_settle(rows);
        rc = rows->error;
    }
    rc = run_close(s, &r, wrote, rc);
    return rc != 0 ? hearth__rows_failed(s, rc) : rows;
}

/* ---- for the outside -------------------------------------------------- */

int hearth__dbs_exec(hearth__dbs *s, const char *sql, hearth_vals args)
{
    int rc;

    hearth__trail_begin(s->trail, sql);
    rc = run_exec(s, sql, args);
    hearth__trail_end(s->trail, rc);
    return rc;
}

int hearth__dbs_json(hearth__dbs *s, hearth__buf *out, bool one, const char *sql,
                     hearth_vals args)
{
    int rc;

    hearth__trail_begin(s->trail, sql);
    rc = run_json(s, out, one, sql, args);
    hearth__trail_end(s->trail, rc);
    return rc;
}

hearth_rows *hearth__dbs_select(hearth__dbs *s, const char *sql, hearth_vals args)
{
    hearth_rows *rows;

    hearth__trail_begin(s->trail, sql);
    rows = run_select(s, sql, args);
    hearth__trail_end(s->trail, hearth_rows_error(rows));
    return rows;
}
