/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_SQLITE_H
#define HEARTH_DB_SQLITE_H

/* What the files of the SQLite driver share. */

#include <hearth/driver.h>
#include <sqlite3.h>

/* The statements that we run ourselves. */
enum {
    HEARTH__SQLITE_BEGIN,
    HEARTH__SQLITE_COMMIT,
    HEARTH__SQLITE_ROLLBACK,
    HEARTH__SQLITE_SAVE,
    HEARTH__SQLITE_RELEASE,
    HEARTH__SQLITE_UNDO,
    HEARTH__SQLITE_VIEW,
    HEARTH__SQLITE_OWN_COUNT
};

#define HEARTH__SQLITE_HEADER 6 /* words of 8 bytes in the header of the WAL index */

/* An engine: what its url says. */
typedef struct hearth__sqlite_engine {
    char *path; /* absolute: readers are opened whenever a thread needs one */
    bool memory;
    bool normal; /* synchronous=NORMAL */
    bool made;   /* the file was there once: it is not made again */
    int busy_ms, slow_ms;
} hearth__sqlite_engine;

/* A connection. */
typedef struct hearth__sqlite {
    sqlite3 *db;
    sqlite3_stmt *own[HEARTH__SQLITE_OWN_COUNT]; /* a reader's when it needs them */
    int64_t total;      /* sqlite3_total_changes64() before the last statement */
    bool guarded;       /* a statement of the application is being prepared */
    const char *denied; /* what it may not contain, but does: a sentence */
    bool writer, memory;
    uint64_t wal; /* inode of the WAL; 0: not seen yet */
    int busy_ms;
    int pages;                  /* in the WAL that no checkpoint has dealt with */
    int lock;                   /* descriptor of the file that is locked, or -1 */
    const volatile void *index; /* the WAL index; NULL: not looked for yet */
    uint64_t seen[HEARTH__SQLITE_HEADER]; /* its header before the view began */
} hearth__sqlite;

/* The last failure on db, result code rc (an extended one), as a sentence into *err.
 * Returns the HEARTH_E code. */
int hearth__sqlite_error(sqlite3 *db, int rc, hearth_error *err);

/* Run a pragma; the first column of its answer must be `want` if that is not NULL. */
int hearth__sqlite_pragma(sqlite3 *db, const char *sql, const char *want);
/* One of our own statements: make it (an SQLite code), run it. */
int hearth__sqlite_own_prepare(hearth__sqlite *c, int which);
int hearth__sqlite_own(hearth__sqlite *c, int which, hearth_error *err);

/* Slots of the driver table that deal with connections (sqlite_conn.c). */
int hearth__sqlite_connect(void *self, bool writer, void **out, hearth_error *err);
void hearth__sqlite_disconnect(void *arg);
int hearth__sqlite_begin(void *arg, int level, hearth_error *err);
int hearth__sqlite_commit(void *arg, int level, hearth_error *err);
void hearth__sqlite_rollback(void *arg, int level);
bool hearth__sqlite_begun(void *arg);
int64_t hearth__sqlite_backlog(void *arg);
void hearth__sqlite_tidy(void *arg, bool all);

/* Those that deal with statements (sqlite_stmt.c). */
int hearth__sqlite_script(void *arg, const char *sql, hearth_error *err);
int hearth__sqlite_prepare(void *arg, const char *sql, void **out, hearth_error *err);
void hearth__sqlite_finalize(void *arg);
bool hearth__sqlite_readonly(void *arg);
int hearth__sqlite_bind(void *arg, hearth_vals args, hearth_error *err);
int hearth__sqlite_step(void *arg, hearth_error *err);
void hearth__sqlite_reset(void *arg);
int hearth__sqlite_width(void *arg);
const char *hearth__sqlite_column_name(void *arg, int col);
hearth_val hearth__sqlite_column(void *arg, int col);
int hearth__sqlite_shape(void *arg);
int64_t hearth__sqlite_changes(void *arg);
int64_t hearth__sqlite_last_id(void *arg);
void hearth__sqlite_set_last_id(void *arg, int64_t id);

/* One view for several reads (sqlite_view.c). */
bool hearth__sqlite_view_begin(void *arg);
bool hearth__sqlite_view_fresh(void *arg);
void hearth__sqlite_view_end(void *arg);

/* Files that were taken away (sqlite_moved.c). */
int hearth__sqlite_check(void *arg, hearth_error *err);

/* A copy while it is in use (sqlite_backup.c). */
int hearth__sqlite_backup(void *arg, const char *path, hearth_error *err);

/* Full-text search (sqlite_search.c). */
extern const hearth_db_search_ops hearth__sqlite_search;
/* A statement could not be compiled: was that because a trigger writes an index, and is it worth
 * another try? */
bool hearth__sqlite_search_trust(hearth__sqlite *c, int rc);

/* What SQLite has no pragma for, and references that are broken for a while
 * (sqlite_schema.c).  init: an SQLite code; for each connection. */
int hearth__sqlite_schema_init(sqlite3 *db);
void hearth__sqlite_enforce(void *arg, bool on);
int hearth__sqlite_kept(void *arg, hearth_error *err);

/* A lock on a file beside the database (sqlite_lock.c). */
int hearth__sqlite_lock(void *arg, const char *name, hearth_error *err);
void hearth__sqlite_unlock(void *arg);

#endif
