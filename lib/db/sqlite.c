/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The SQLite driver.
 *
 * WAL, so that readers and the writer do not wait for each other.  Every connection
 * belongs to one thread at a time, hence no mutexes of SQLite's (NOMUTEX); only the
 * writer makes checkpoints.  Whatever SQLite keeps open for compatibility (strings in
 * double quotes, schemas that run any function, direct writes to the schema) is shut.
 */
#define _DEFAULT_SOURCE /* mknod */

#include "db/sqlite.h"

#include "core/buf.h"
#include "core/error.h"
#include "core/str.h"
#include "db/driver.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS     5000
#define BUSY_MS_MAX 3600000
#define WAL_KEEP    "67108864" /* bytes of WAL file kept after a checkpoint */
#define RETRY_MS    5

typedef struct engine {
    char *path; /* absolute: readers are opened whenever a thread needs one */
    bool memory;
    bool normal; /* synchronous=NORMAL */
    int busy_ms;
} engine;

enum { BEGIN, COMMIT, ROLLBACK, SAVE, RELEASE, UNDO, OWN_COUNT };

/* Savepoints of one name nest; the innermost is meant. */
static const char *const own_sql[OWN_COUNT] = {
    "BEGIN IMMEDIATE",  "COMMIT",         "ROLLBACK",
    "SAVEPOINT hearth", "RELEASE hearth", "ROLLBACK TO hearth",
};

typedef struct conn {
    sqlite3 *db;
    sqlite3_stmt *own[OWN_COUNT]; /* of the writer */
    int64_t total;      /* sqlite3_total_changes64() before the last statement */
    bool guarded;       /* a statement of the application is being prepared */
    const char *denied; /* what it may not contain, but does */
} conn;

typedef struct stmt {
    sqlite3_stmt *st;
    conn *c;
    size_t nargs;
} stmt;

/* ---- the url ---------------------------------------------------------- */

static int bad_option(hearth_error *err, hearth_str option)
{
    return hearth__error_set(err, HEARTH_EINVAL,
                             "the database url has an option \"%.*s\": it may have "
                             "busy_ms=0 to 3600000 and sync=full or sync=normal",
                             (int)option.len, option.ptr);
}

static int set_option(engine *e, hearth_str option, hearth_error *err)
{
    hearth_str value = option;
    hearth_str name = hearth__str_cut(&value, '=');
    uint64_t ms;

    if (value.ptr == NULL)
        return bad_option(err, option);
    if (hearth__str_eq(name, HEARTH__S("busy_ms"))) {
        if (!hearth__str_uint(value, &ms) || ms > BUSY_MS_MAX)
            return bad_option(err, option);
        e->busy_ms = (int)ms;
        return 0;
    }
    if (!hearth__str_eq(name, HEARTH__S("sync")))
        return bad_option(err, option);
    e->normal = hearth__str_eq(value, HEARTH__S("normal"));
    if (!e->normal && !hearth__str_eq(value, HEARTH__S("full")))
        return bad_option(err, option);
    return 0;
}

static int set_path(engine *e, hearth_str path, hearth_error *err)
{
    char here[PATH_MAX];
    hearth__buf b;

    if (path.len == 0)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the database url has no path: write sqlite:app.db");
    e->memory = hearth__str_eq(path, HEARTH__S(":memory:"));
    hearth__buf_init(&b, NULL, 0);
    if (!e->memory && path.ptr[0] != '/') {
        if (getcwd(here, sizeof(here)) == NULL)
            return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                                     "the working directory is gone: give the database "
                                     "an absolute path");
        hearth__buf_text(&b, here);
        hearth__buf_char(&b, '/');
    }
    hearth__buf_str(&b, path);
    if (!b.failed)
        e->path = strndup(b.ptr, b.len);
    hearth__buf_clear(&b);
    if (e->path == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    return 0;
}

static void engine_close(void *self)
{
    engine *e = self;

    free(e->path);
    free(e);
}

static int engine_open(const char *rest, void **self, hearth_error *err)
{
    hearth_str options = hearth__str_of(rest);
    hearth_str path = hearth__str_cut(&options, '?');
    engine *e = calloc(1, sizeof(*e));
    int rc;

    if (e == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    e->busy_ms = BUSY_MS;
    rc = set_path(e, path, err);
    while (rc == 0 && options.ptr != NULL)
        rc = set_option(e, hearth__str_cut(&options, '&'), err);
    if (rc != 0) {
        engine_close(e);
        return rc;
    }
    *self = e;
    return 0;
}

static bool engine_single(void *self)
{
    return ((engine *)self)->memory;
}

static int64_t engine_busy_ms(void *self)
{
    return ((engine *)self)->busy_ms;
}

/* ---- connections ------------------------------------------------------ */

/* Transactions and attached files are a connection's state, and connections are shared
 * by requests: the application reaches both through us or not at all. */
static int authorize(void *arg, int action, const char *a, const char *b, const char *c,
                     const char *d)
{
    conn *self = arg;

    (void)a, (void)b, (void)c, (void)d;
    if (!self->guarded)
        return SQLITE_OK;
    if (action == SQLITE_TRANSACTION || action == SQLITE_SAVEPOINT)
        self->denied = "transactions are begun with hearth_begin(), not in SQL";
    else if (action == SQLITE_ATTACH || action == SQLITE_DETACH)
        self->denied = "other files cannot be attached: open a second database";
    else
        return SQLITE_OK;
    return SQLITE_DENY;
}

/* Run a pragma; the first column of its answer must be `want` if that is not NULL. */
static int pragma(sqlite3 *db, const char *sql, const char *want)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

    if (rc != SQLITE_OK)
        return rc;
    rc = sqlite3_step(st);
    if (rc == SQLITE_ROW && want != NULL) {
        const char *is = (const char *)sqlite3_column_text(st, 0);

        rc = is != NULL && strcmp(is, want) == 0 ? SQLITE_ROW : SQLITE_CANTOPEN;
    }
    sqlite3_finalize(st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* Two programs that make the same new file meet here, where SQLite does not wait. */
static int set_wal(sqlite3 *db, int busy_ms)
{
    int rc = pragma(db, "PRAGMA journal_mode=WAL", "wal");

    for (int waited = 0; (rc & 0xff) == SQLITE_BUSY && waited < busy_ms;
         waited += RETRY_MS) {
        sqlite3_sleep(RETRY_MS);
        rc = pragma(db, "PRAGMA journal_mode=WAL", "wal");
    }
    return rc;
}

static int harden(sqlite3 *db)
{
    static const struct {
        int option, value;
    } settings[] = {
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };

    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        int rc = sqlite3_db_config(db, settings[i].option, settings[i].value, NULL);

        if (rc != SQLITE_OK)
            return rc;
    }
    return SQLITE_OK;
}

static int setup_writer(const engine *e, conn *c)
{
    int rc = SQLITE_OK;

    if (!e->memory && sqlite3_db_readonly(c->db, "main") == 1)
        return SQLITE_READONLY;
    if (!e->memory)
        rc = set_wal(c->db, e->busy_ms);
    if (rc == SQLITE_OK)
        rc = pragma(c->db,
                    e->normal ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL",
                    NULL);
    if (rc == SQLITE_OK)
        rc = pragma(c->db, "PRAGMA journal_size_limit=" WAL_KEEP, NULL);
    for (int i = 0; rc == SQLITE_OK && i < OWN_COUNT; i++)
        rc = sqlite3_prepare_v3(c->db, own_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                                &c->own[i], NULL);
    return rc;
}

static int setup(const engine *e, bool writer, conn *c)
{
    int rc;

    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_busy_timeout(c->db, e->busy_ms);
    rc = harden(c->db);
    if (rc == SQLITE_OK)
        rc = sqlite3_set_authorizer(c->db, authorize, c);
    if (rc != SQLITE_OK)
        return rc;
    if (writer)
        return setup_writer(e, c);
    sqlite3_wal_autocheckpoint(c->db, 0);
    return SQLITE_OK;
}

static void conn_close(void *arg)
{
    conn *c = arg;

    for (int i = 0; i < OWN_COUNT; i++)
        sqlite3_finalize(c->own[i]);
    /* The last connection to a file makes a checkpoint and removes the WAL. */
    sqlite3_close_v2(c->db);
    free(c);
}

static int conn_open(void *self, bool writer, void **out, hearth_error *err)
{
    const engine *e = self;
    int flags = SQLITE_OPEN_NOMUTEX | (writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                              : SQLITE_OPEN_READONLY);
    conn *c = calloc(1, sizeof(*c));
    hearth_error why = {0};
    int rc;

    if (c == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    /* A new file is its owner's alone, and SQLite gives the WAL the same mode.  Not
     * open(): closing the descriptor would drop this process's locks on the file. */
    if (writer && !e->memory)
        (void)mknod(e->path, S_IFREG | S_IRUSR | S_IWUSR, 0);
    rc = sqlite3_open_v2(e->path, &c->db, flags, NULL);
    if (rc == SQLITE_OK)
        rc = setup(e, writer, c);
    if (rc != SQLITE_OK) {
        rc = c->db == NULL ? hearth__error_set(&why, HEARTH_ENOMEM, "out of memory")
                           : hearth__sqlite_error(c->db, rc, &why);
        hearth__error_set(err, rc, "%s: %s", e->path, why.text);
        conn_close(c);
        return rc;
    }
    *out = c;
    return 0;
}

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

static int script(void *arg, const char *sql, hearth_error *err)
{
    conn *c = arg;
    int rc;

    c->denied = NULL;
    c->guarded = true;
    rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
    c->guarded = false;
    return rc == SQLITE_OK ? 0 : refuse(c, sqlite3_extended_errcode(c->db), sql, err);
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
    int rc = sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, st, &tail);

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

static int prepare(void *arg, const char *sql, void **out, hearth_error *err)
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

static void finalize(void *arg)
{
    stmt *s = arg;

    sqlite3_finalize(s->st);
    free(s);
}

static bool readonly(void *arg)
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

static int bind_all(void *arg, hearth_vals args, hearth_error *err)
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

static int step(void *arg, hearth_error *err)
{
    stmt *s = arg;
    int rc = sqlite3_step(s->st);

    if (rc == SQLITE_ROW)
        return 1;
    if (rc == SQLITE_DONE)
        return 0;
    return hearth__sqlite_error(s->c->db, rc, err);
}

static void reset(void *arg)
{
    stmt *s = arg;

    sqlite3_reset(s->st);
    if (s->nargs > 0)
        sqlite3_clear_bindings(s->st);
}

static int width(void *arg)
{
    return sqlite3_column_count(((stmt *)arg)->st);
}

static const char *column_name(void *arg, int col)
{
    const char *name = sqlite3_column_name(((stmt *)arg)->st, col);

    return name == NULL ? "" : name;
}

static hearth_val column(void *arg, int col)
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

static int shape(void *arg)
{
    return sqlite3_stmt_status(((stmt *)arg)->st, SQLITE_STMTSTATUS_REPREPARE, 0);
}

/* SQLite's own count stays from an earlier statement when this one cannot change rows. */
static int64_t changes(void *arg)
{
    conn *c = arg;

    if (sqlite3_total_changes64(c->db) == c->total)
        return 0;
    return sqlite3_changes64(c->db);
}

static int64_t last_id(void *arg)
{
    return sqlite3_last_insert_rowid(((conn *)arg)->db);
}

static void set_last_id(void *arg, int64_t id)
{
    sqlite3_set_last_insert_rowid(((conn *)arg)->db, id);
}

/* ---- transactions ----------------------------------------------------- */

static int own(conn *c, int which, hearth_error *err)
{
    int rc = sqlite3_step(c->own[which]);

    if (rc != SQLITE_DONE)
        rc = hearth__sqlite_error(c->db, rc, err);
    else
        rc = 0;
    sqlite3_reset(c->own[which]);
    return rc;
}

static int tx_begin(void *arg, int level, hearth_error *err)
{
    return own(arg, level == 0 ? BEGIN : SAVE, err);
}

static int tx_commit(void *arg, int level, hearth_error *err)
{
    return own(arg, level == 0 ? COMMIT : RELEASE, err);
}

static bool tx_begun(void *arg)
{
    return sqlite3_get_autocommit(((conn *)arg)->db) == 0;
}

static void tx_rollback(void *arg, int level)
{
    if (!tx_begun(arg))
        return;
    if (level == 0) {
        (void)own(arg, ROLLBACK, NULL);
    } else {
        (void)own(arg, UNDO, NULL);
        (void)own(arg, RELEASE, NULL);
    }
}

const hearth_db_ops *hearth__db_sqlite(void)
{
    static const hearth_db_ops ops = {
        .name = "sqlite",
        .open = engine_open,
        .close = engine_close,
        .single = engine_single,
        .busy_ms = engine_busy_ms,
        .connect = conn_open,
        .disconnect = conn_close,
        .script = script,
        .prepare = prepare,
        .finalize = finalize,
        .readonly = readonly,
        .bind = bind_all,
        .step = step,
        .reset = reset,
        .width = width,
        .column_name = column_name,
        .column = column,
        .changes = changes,
        .last_id = last_id,
        .begin = tx_begin,
        .commit = tx_commit,
        .rollback = tx_rollback,
        .begun = tx_begun,
        .set_last_id = set_last_id,
        .shape = shape,
    };

    return &ops;
}
