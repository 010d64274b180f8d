/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_SQLITE_H
#define HEARTH_DB_SQLITE_H

/* What the two files of the SQLite driver share. */

#include <hearth/base.h>
#include <sqlite3.h>

/* The last failure on db, result code rc (an extended one), as a sentence into *err.
 * Returns the HEARTH_E code. */
int hearth__sqlite_error(sqlite3 *db, int rc, hearth_error *err);

#endif
