/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_SCHEMA_DIFF_H
#define HEARTH_MODEL_SCHEMA_DIFF_H

/*
 * Two descriptions of a database, what it has and what it should have: every difference in a
 * sentence, and the SQL that brings the one to the other and back.
 *
 * Columns that no model has stay unless `drop` is set, and so do whole tables, about which nothing
 * is said but in a comment: they may be somebody else's.  Indexes that do not have the name
 * hearth__sql_create() would give them are the user's own and stay.  What was renamed cannot be
 * told from what was dropped and added: it is said, not guessed.
 */

#include "core/buf.h"
#include "db/tables.h"

typedef struct hearth__difference {
    struct hearth__difference *next;
    const char *text; /* "todos.due is missing in the database" */
    bool harmless;    /* everything works in spite of it */
} hearth__difference;

typedef struct hearth__schema_diff {
    const hearth_db_dialect *d;
    const hearth__tables *have, *want;
    bool drop;            /* what no model has goes */
    hearth__arena *arena; /* of all that follows */

    hearth__difference *first; /* in the order of the tables */
    size_t n, nharmful;
    bool changes; /* up has statements, not only comments */
    const char *up, *down;
} hearth__schema_diff;

/* From the first five members the others.  0 or HEARTH_ENOMEM. */
int hearth__schema_compare(hearth__schema_diff *k);

#endif
