/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_COUNTED_DB_H
#define HEARTH_TEST_COUNTED_DB_H

/* A database in memory that counts the statements it is asked to run. */

#include "db/db.h"
#include "db/driver.h"

#include <stdatomic.h>

static atomic_int counted;

static inline int counted_bind(void *stmt, hearth_vals args, hearth_error *err)
{
    atomic_fetch_add(&counted, 1);
    return hearth_db_sqlite()->bind(stmt, args, err);
}

/* max_args 0: as many as the engine takes. */
static inline hearth_db *counted_db(size_t max_args)
{
    static hearth_db_ops ops;
    static hearth_db_dialect dialect;

    ops = *hearth_db_sqlite();
    dialect = *ops.dialect;
    if (max_args > 0)
        dialect.max_args = max_args;
    ops.dialect = &dialect;
    ops.bind = counted_bind;
    return hearth_db_open_with(&ops, "sqlite::memory:", NULL);
}

#endif
