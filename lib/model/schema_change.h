/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_SCHEMA_CHANGE_H
#define HEARTH_MODEL_SCHEMA_CHANGE_H

/* From one description of a table to another, in SQL.  Knows no database, only descriptions. */

#include "core/buf.h"
#include "db/tables.h"

typedef struct hearth__change {
    const hearth_db_dialect *d;
    hearth__buf *sql;               /* statements, each ended by ";\n", are put here */
    const hearth__table *from, *to; /* NULL: is not there yet; shall not be there */
    bool loose; /* out, never taken back: references are broken meanwhile */
} hearth__change;

/* Indexes of `to` that are not part of it are made anew, or kept when `from` has the very same.
 * A table of `to` that has no made_by is made from its description.  What fails shows in the
 * buffer. */
void hearth__schema_change(hearth__change *k);

#endif
