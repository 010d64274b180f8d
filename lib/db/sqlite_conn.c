/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Connections of the SQLite driver, and their transactions.
 *
 * WAL, so that readers and the writer do not wait for each other.  Every connection
 * belongs to one thread at a time, hence no mutexes of SQLite's (NOMUTEX); only the
 * database's thread makes checkpoints, with the writer.  Whatever SQLite keeps open for
 * compatibility (strings in double quotes, schemas that run any function, direct writes to
 * the schema) is shut.
 */
#define _DEFAULT_SOURCE /* mknod */

#include "core/error.h"
#include "db/sqlite.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAL_KEEP "67108864" /* bytes of WAL file kept after a checkpoint */
#define RETRY_MS 5

/* Savepoints of one name nest; the innermost is meant. */
static const char *const own_sql[HEARTH__SQLITE_OWN_COUNT] = {
    "BEGIN IMMEDIATE",    "COMMIT", "ROLLBACK", "SAVEPOINT hearth", "RELEASE hearth",
    "ROLLBACK TO hearth", "BEGIN",
};

typedef hearth__sqlite conn;
typedef hearth__sqlite_engine engine;

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

int64_t hearth__sqlite_backlog(void *arg)
{
    conn *c = arg;

    return (int64_t)c->pages * 4096;
}

void hearth__sqlite_tidy(void *arg, bool all)
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

void hearth__sqlite_disconnect(void *arg)
{
    conn *c = arg;

    hearth__sqlite_unlock(c);
    for (int i = 0; i < HEARTH__SQLITE_OWN_COUNT; i++)
        sqlite3_finalize(c->own[i]);
    /* The last connection to a file makes a checkpoint and removes the WAL. */
    sqlite3_close_v2(c->db);
    free(c);
}

int hearth__sqlite_connect(void *self, bool writer, void **out, hearth_error *err)
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
        hearth__sqlite_disconnect(c);
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

int hearth__sqlite_begin(void *arg, int level, hearth_error *err)
{
    return hearth__sqlite_own(arg,
                              level == 0 ? HEARTH__SQLITE_BEGIN : HEARTH__SQLITE_SAVE,
                              err);
}

int hearth__sqlite_commit(void *arg, int level, hearth_error *err)
{
    return hearth__sqlite_own(arg,
                              level == 0 ? HEARTH__SQLITE_COMMIT : HEARTH__SQLITE_RELEASE,
                              err);
}

bool hearth__sqlite_begun(void *arg)
{
    return sqlite3_get_autocommit(((conn *)arg)->db) == 0;
}

void hearth__sqlite_rollback(void *arg, int level)
{
    if (!hearth__sqlite_begun(arg))
        return;
    if (level == 0) {
        (void)hearth__sqlite_own(arg, HEARTH__SQLITE_ROLLBACK, NULL);
    } else {
        (void)hearth__sqlite_own(arg, HEARTH__SQLITE_UNDO, NULL);
        (void)hearth__sqlite_own(arg, HEARTH__SQLITE_RELEASE, NULL);
    }
}
