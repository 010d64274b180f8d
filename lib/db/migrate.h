/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_MIGRATE_H
#define HEARTH_DB_MIGRATE_H

/* Numbered steps of a schema: <hearth/migrate.h>, from the inside. */

#include <hearth/migrate.h>

/* How many steps of the list are missing, with the name of the first in *first (NULL when none).
 * Changes nothing.  0, or as hearth_migrate(). */
int hearth__migrate_missing(hearth_db *db, const hearth_migration *list, size_t *missing,
                            const char **first, hearth_error *err);

#endif
