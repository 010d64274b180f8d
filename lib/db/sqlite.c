/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The SQLite driver.
 *
 * WAL, so that readers and the writer do not wait for each other.  Every connection
 * belongs to one thread at a time, hence no mutexes of SQLite's (NOMUTEX); only the
 * database's thread makes checkpoints, with the writer.  Whatever SQLite keeps open for compatibility (strings in
 * double quotes, schemas that run any function, direct writes to the schema) is shut.
 */
#define _DEFAULT_SOURCE /* mknod */

#include "db/sqlite.h"

#include "core/buf.h"
#include "core/error.h"
#include "core/str.h"

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
    bool made;   /* the file was there once: it is not made again */
    int busy_ms, slow_ms;
} engine;

/* Savepoints of one name nest; the innermost is meant. */
static const char *const own_sql[HEARTH__SQLITE_OWN_COUNT] = {
    "BEGIN IMMEDIATE",    "COMMIT", "ROLLBACK", "SAVEPOINT hearth", "RELEASE hearth",
    "ROLLBACK TO hearth", "BEGIN",
};

typedef hearth__sqlite conn;

/* ---- the url ---------------------------------------------------------- */

static int bad_option(hearth_error *err, hearth_str option)
{
    return hearth__error_set(err, HEARTH_EINVAL,
                             "the database url has an option \"%.*s\": it may have "
                             "busy_ms and slow_ms, 0 to 3600000, and sync=full or "
                             "sync=normal",
                             (int)option.len, option.ptr);
}

static int set_option(engine *e, hearth_str option, hearth_error *err)
{
    hearth_str value = option;
    hearth_str name = hearth__str_cut(&value, '=');
    uint64_t ms;

    if (value.ptr == NULL)
        return bad_option(err, option);
    if (hearth__str_eq(name, HEARTH__S("busy_ms")) ||
        hearth__str_eq(name, HEARTH__S("slow_ms"))) {
        if (!hearth__str_uint(value, &ms) || ms > BUSY_MS_MAX)
            return bad_option(err, option);
        *(name.ptr[0] == 'b' ? &e->busy_ms : &e->slow_ms) = (int)ms;
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

static int engine_scratch(void *self, void **other, hearth_error *err)
{
    (void)self;
    return engine_open(":memory:", other, err);
}

static bool engine_single(void *self)
{
    return ((engine *)self)->memory;
}

static int64_t engine_busy_ms(void *self)
{
    return ((engine *)self)->busy_ms;
}

static int64_t engine_slow_ms(void *self)
{
    return ((engine *)self)->slow_ms;
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

int hearth__sqlite_pragma(sqlite3 *db, const char *sql, const char *want)
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
    int rc = hearth__sqlite_pragma(db, "PRAGMA journal_mode=WAL", "wal");

    for (int waited = 0; (rc & 0xff) == SQLITE_BUSY && waited < busy_ms;
         waited += RETRY_MS) {
        sqlite3_sleep(RETRY_MS);
        rc = hearth__sqlite_pragma(db, "PRAGMA journal_mode=WAL", "wal");
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

static int on_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
    (void)db, (void)name;
    ((conn *)arg)->pages = pages;
    return SQLITE_OK;
}

static int64_t backlog(void *arg)
{
    conn *c = arg;

    return (int64_t)c->pages * 4096;
}

static void tidy(void *arg, bool all)
{
    conn *c = arg;
    int in_log = 0, done = 0, rc;

    sqlite3_busy_timeout(c->db, 0);
    rc = sqlite3_wal_checkpoint_v2(c->db, "main",
                                   all ? SQLITE_CHECKPOINT_TRUNCATE
                                       : SQLITE_CHECKPOINT_PASSIVE,
                                   &in_log, &done);
    sqlite3_busy_timeout(c->db, c->busy_ms);
    if (rc == SQLITE_OK && in_log == done)
        c->pages = 0;
}

static int setup_writer(const engine *e, conn *c)
{
    int rc = SQLITE_OK;

    if (!e->memory && sqlite3_db_readonly(c->db, "main") == 1)
        return SQLITE_READONLY;
    if (!e->memory)
        rc = set_wal(c->db, e->busy_ms);
    if (rc == SQLITE_OK)
        rc = hearth__sqlite_pragma(c->db,
                                   e->normal ? "PRAGMA synchronous=NORMAL"
                                             : "PRAGMA synchronous=FULL",
                                   NULL);
    if (rc == SQLITE_OK && !e->memory)
        sqlite3_wal_hook(c->db, on_commit, c);
    if (rc == SQLITE_OK)
        rc = hearth__sqlite_pragma(c->db, "PRAGMA journal_size_limit=" WAL_KEEP, NULL);
    for (int i = 0; rc == SQLITE_OK && i < HEARTH__SQLITE_OWN_COUNT; i++)
        rc = hearth__sqlite_own_prepare(c, i);
    return rc;
}

static int setup(const engine *e, bool writer, conn *c)
{
    int rc;

    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_busy_timeout(c->db, e->busy_ms);
    rc = harden(c->db);
    if (rc == SQLITE_OK)
        rc = hearth__sqlite_schema_init(c->db);
    if (rc == SQLITE_OK)
        rc = sqlite3_set_authorizer(c->db, authorize, c);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_wal_autocheckpoint(c->db, 0);
    return writer ? setup_writer(e, c) : SQLITE_OK;
}

static void conn_close(void *arg)
{
    conn *c = arg;

    hearth__sqlite_unlock(c);
    for (int i = 0; i < HEARTH__SQLITE_OWN_COUNT; i++)
        sqlite3_finalize(c->own[i]);
    /* The last connection to a file makes a checkpoint and removes the WAL. */
    sqlite3_close_v2(c->db);
    free(c);
}

static int conn_open(void *self, bool writer, void **out, hearth_error *err)
{
    engine *e = self;
    bool create = writer && (e->memory || !e->made);
    int flags = SQLITE_OPEN_NOMUTEX |
                (writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                (create ? SQLITE_OPEN_CREATE : 0);
    conn *c = calloc(1, sizeof(*c));
    hearth_error why = {0};
    int rc;

    if (c == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    if (writer && e->made && !e->memory && access(e->path, F_OK) != 0) {
        free(c);
        return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                                 "%s was removed while it was in use: put it back, or "
                                 "start the program anew for a new one",
                                 e->path);
    }
    c->lock = -1;
    c->busy_ms = e->busy_ms;
    c->writer = writer;
    c->memory = e->memory;
    /* A new file is its owner's alone, and SQLite gives the WAL the same mode.  Not
     * open(): closing the descriptor would drop this process's locks on the file. */
    if (create && !e->memory)
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
    if (writer)
        e->made = true;
    *out = c;
    return 0;
}

/* ---- transactions ----------------------------------------------------- */

int hearth__sqlite_own_prepare(hearth__sqlite *c, int which)
{
    return sqlite3_prepare_v3(c->db, own_sql[which], -1, SQLITE_PREPARE_PERSISTENT,
                              &c->own[which], NULL);
}

int hearth__sqlite_own(hearth__sqlite *c, int which, hearth_error *err)
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
    return hearth__sqlite_own(arg,
                              level == 0 ? HEARTH__SQLITE_BEGIN : HEARTH__SQLITE_SAVE,
                              err);
}

static int tx_commit(void *arg, int level, hearth_error *err)
{
    return hearth__sqlite_own(arg,
                              level == 0 ? HEARTH__SQLITE_COMMIT : HEARTH__SQLITE_RELEASE,
                              err);
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
        (void)hearth__sqlite_own(arg, HEARTH__SQLITE_ROLLBACK, NULL);
    } else {
        (void)hearth__sqlite_own(arg, HEARTH__SQLITE_UNDO, NULL);
        (void)hearth__sqlite_own(arg, HEARTH__SQLITE_RELEASE, NULL);
    }
}

static const hearth_db_dialect dialect = {
    .size = sizeof(hearth_db_dialect),
    .type =
        {
            [HEARTH_DB_I64] = "INTEGER",
            [HEARTH_DB_F64] = "REAL",
            [HEARTH_DB_FLAG] = "INTEGER",
            [HEARTH_DB_TEXT] = "TEXT",
            [HEARTH_DB_TIME] = "INTEGER",
            [HEARTH_DB_DATE] = "TEXT",
            [HEARTH_DB_UUID] = "TEXT",
            [HEARTH_DB_JSON] = "TEXT",
            [HEARTH_DB_BLOB] = "BLOB",
            [HEARTH_DB_ENUM] = "TEXT",
        },
    .serial_key = "INTEGER PRIMARY KEY",
    .table_end = " STRICT",
    .now = "unixepoch()",
    .today = "date()",
    .like = "LIKE",
    .length = "length",
    .for_update = "",
    .explain = "EXPLAIN QUERY PLAN ",
    .returning = true,
    .upsert = true,
    .alter_limited = true,
    .max_args = 32766,
    .tables =
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT IN (SELECT name || "
        "'_keys' "
        "FROM pragma_table_list WHERE type = 'virtual') ORDER BY name",
    .columns = "SELECT name, lower(type) AS type, \"notnull\" AS not_null, dflt_value AS "
               "fallback, pk AS key FROM pragma_table_xinfo(?) ORDER BY cid",
    .indexes =
        "SELECT l.name, l.\"unique\" AS is_unique, CASE WHEN NOT l.partial AND NOT "
        "EXISTS "
        "(SELECT 1 FROM pragma_index_info(l.name) WHERE name IS NULL) THEN (SELECT "
        "group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(l.name) ORDER "
        "BY seqno)) END AS columns, (SELECT sql FROM sqlite_schema WHERE type = 'index' "
        "AND name = l.name) AS made_by FROM pragma_index_list(?) l WHERE l.origin <> "
        "'pk' "
        "ORDER BY l.name",
    .references =
        "SELECT \"from\" AS column, \"table\" AS other, coalesce(\"to\", (SELECT name "
        "FROM "
        "pragma_table_info(f.\"table\") WHERE pk = f.seq + 1)) AS other_column, "
        "lower(on_delete) AS on_delete, NULL AS rule FROM pragma_foreign_key_list(?) f "
        "ORDER BY id, seq",
    .checks = "SELECT c.value ->> 0 AS name, c.value ->> 1 AS rule FROM sqlite_schema s, "
              "json_each(hearth_checks(s.sql)) c WHERE s.type = 'table' AND s.name = ?",
    .made_by =
        "SELECT hearth_body(sql) FROM sqlite_schema WHERE type = 'table' AND name = ?",
    /* A name that stands in the text of a view for another reason does no harm. */
    .others =
        "WITH RECURSIVE o(id, type, name, sql) AS (SELECT s.rowid, s.type, s.name, s.sql "
        "FROM sqlite_schema s, (SELECT ? AS name) t WHERE s.type IN ('view', 'trigger') "
        "AND "
        "instr(lower(s.sql), lower(t.name)) UNION SELECT s.rowid, s.type, s.name, s.sql "
        "FROM o JOIN sqlite_schema s ON o.type = 'view' AND s.type IN ('view', "
        "'trigger') "
        "AND instr(lower(s.sql), lower(o.name))) SELECT type AS kind, name, sql AS "
        "made_by "
        "FROM o ORDER BY type DESC, id",
    .search = &hearth__sqlite_search,
};

const hearth_db_ops *hearth_db_sqlite(void)
{
    static const hearth_db_ops ops = {
        .size = sizeof(hearth_db_ops),
        .name = "sqlite",
        .dialect = &dialect,
        .open = engine_open,
        .close = engine_close,
        .single = engine_single,
        .busy_ms = engine_busy_ms,
        .connect = conn_open,
        .disconnect = conn_close,
        .script = hearth__sqlite_script,
        .prepare = hearth__sqlite_prepare,
        .finalize = hearth__sqlite_finalize,
        .readonly = hearth__sqlite_readonly,
        .bind = hearth__sqlite_bind,
        .step = hearth__sqlite_step,
        .reset = hearth__sqlite_reset,
        .width = hearth__sqlite_width,
        .column_name = hearth__sqlite_column_name,
        .column = hearth__sqlite_column,
        .changes = hearth__sqlite_changes,
        .last_id = hearth__sqlite_last_id,
        .begin = tx_begin,
        .commit = tx_commit,
        .rollback = tx_rollback,
        .begun = tx_begun,
        .set_last_id = hearth__sqlite_set_last_id,
        .shape = hearth__sqlite_shape,
        .backlog = backlog,
        .tidy = tidy,
        .check = hearth__sqlite_check,
        .slow_ms = engine_slow_ms,
        .backup = hearth__sqlite_backup,
        .view_begin = hearth__sqlite_view_begin,
        .view_fresh = hearth__sqlite_view_fresh,
        .view_end = hearth__sqlite_view_end,
        .lock = hearth__sqlite_lock,
        .unlock = hearth__sqlite_unlock,
        .enforce = hearth__sqlite_enforce,
        .kept = hearth__sqlite_kept,
        .scratch = engine_scratch,
    };

    return &ops;
}
