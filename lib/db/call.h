/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_CALL_H
#define HEARTH_DB_CALL_H

/*
 * The slots of a driver that may take time, as functions that return when they are done:
 * an asynchronous driver is waited for.  Returns and *err as the slots.
 */

#include "db/conn.h"

/* *raw is NULL when it failed. */
int hearth__call_connect(hearth_db *db, bool writer, void **raw, hearth_error *err);

/* One that was waited for in vain is lost: HEARTH_EUNAVAILABLE at
 * once, no transaction is open, and check says 1. */
int hearth__call_script(hearth__conn *c, const char *sql, hearth_error *err);
int hearth__call_prepare(hearth__conn *c, const char *sql, void **stmt,
                         hearth_error *err);
int hearth__call_step(hearth__conn *c, void *stmt, hearth_error *err);
int hearth__call_begin(hearth__conn *c, int level, hearth_error *err);
int hearth__call_commit(hearth__conn *c, int level, hearth_error *err);
void hearth__call_rollback(hearth__conn *c, int level);
bool hearth__call_begun(hearth__conn *c);
int hearth__call_check(hearth__conn *c, hearth_error *err); /* 0 without such a slot */
int hearth__call_kept(hearth__conn *c, hearth_error *err);
int hearth__call_lock(hearth__conn *c, const char *name, hearth_error *err);
int hearth__call_backup(hearth__conn *c, const char *path, hearth_error *err);

#endif
