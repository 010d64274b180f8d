/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_SQLITE_H
#define HEARTH_DB_SQLITE_H

/* What the files of the SQLite driver share. */

#include "db/driver.h"

#include <sqlite3.h>

/* The statements that we run ourselves. */
enum {
    HEARTH__SQLITE_BEGIN,
    HEARTH__SQLITE_COMMIT,
    HEARTH__SQLITE_ROLLBACK,
    HEARTH__SQLITE_SAVE,
    HEARTH__SQLITE_RELEASE,
    HEARTH__SQLITE_UNDO,
    HEARTH__SQLITE_OWN_COUNT
};

/* A connection. */
typedef struct hearth__sqlite {
    sqlite3 *db;
    sqlite3_stmt *own[HEARTH__SQLITE_OWN_COUNT]; /* the writer's */
    int64_t total;      /* sqlite3_total_changes64() before the last statement */
    bool guarded;       /* a statement of the application is being prepared */
    const char *denied; /* what it may not contain, but does: a sentence */
    int busy_ms;
    int pages; /* in the WAL that no checkpoint has dealt with */
    int lock;  /* descriptor of the file that is locked, or -1 */
} hearth__sqlite;

/* The last failure on db, result code rc (an extended one), as a sentence into *err.
 * Returns the HEARTH_E code. */
int hearth__sqlite_error(sqlite3 *db, int rc, hearth_error *err);

/* Slots of the driver table that deal with statements (sqlite_stmt.c). */
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

/* A lock on a file beside the database (sqlite_lock.c). */
int hearth__sqlite_lock(void *arg, const char *name, hearth_error *err);
void hearth__sqlite_unlock(void *arg);

#endif
