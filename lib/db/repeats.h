/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_REPEATS_H
#define HEARTH_DB_REPEATS_H

/*
 * Which statements a request runs again and again with other arguments: the mark of a query in
 * a loop.  For development; of arguments only a hash is kept, until the request ends.
 */

#include "core/arena.h"

#include <hearth/db.h>

#define HEARTH__REPEATS_MOST 64   /* different statements that are counted */
#define HEARTH__REPEATS_TEXT 1000 /* bytes of one that are kept */

typedef struct hearth__repeat {
    uint64_t text, args; /* hashes; args: of the last run */
    int64_t runs;        /* with other arguments than the run before */
    hearth_str sql;      /* kept when it passed the limit; else empty */
} hearth__repeat;

typedef struct hearth__repeats {
    hearth__arena *arena;
    int64_t limit;
    hearth__repeat at[HEARTH__REPEATS_MOST];
    size_t n;
} hearth__repeats;

/* NULL when out of memory. */
hearth__repeats *hearth__repeats_new(hearth__arena *a, int64_t limit);
/* A statement is run; those that may write are not counted. */
void hearth__repeats_note(hearth__repeats *r, const char *sql, hearth_vals args);

#endif
