/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_TRAIL_H
#define HEARTH_DB_TRAIL_H

/* The statements of one request and how long they took, for the error page of development.
 * Their arguments are not kept. */

#include "core/arena.h"

#include <hearth/db.h>

#define HEARTH__TRAIL_MOST 200  /* statements that are kept; the others are counted */
#define HEARTH__TRAIL_TEXT 2000 /* bytes of one that are kept */

typedef struct hearth__trail_entry {
    struct hearth__trail_entry *next;
    hearth_str sql;
    uint64_t hash;   /* of the whole text */
    int64_t took_us; /* waiting for the writer and the disk included */
    int code;        /* HEARTH_E... when it failed, else 0 */
} hearth__trail_entry;

typedef struct hearth__trail {
    hearth__arena *arena;
    hearth__trail_entry *first, *last;
    size_t n;       /* of all */
    int64_t all_us; /* what all took */
    int64_t began_us;
    bool open; /* a call is under way: its steps are part of it */
} hearth__trail;

/* NULL when out of memory. */
hearth__trail *hearth__trail_new(hearth__arena *a);
/* A call that runs a statement begins, and ends with rc.  NULL allowed. */
void hearth__trail_begin(hearth__trail *t, const char *sql);
void hearth__trail_end(hearth__trail *t, int rc);
/* Between calls a row was read, which took so long. */
void hearth__trail_step(hearth__trail *t, const char *sql, int64_t took_us, int rc);

#endif
