/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_REPEATS_H
#define HEARTH_APP_REPEATS_H

/* Warnings of queries in loops, once for each route and statement. */

#include "app/ctx.h"

#define HEARTH__REPEATS_TOLD 256 /* warnings of an application; then there are no more */

typedef struct hearth__told hearth__told;

/* What has been warned of.  NULL when out of memory. */
hearth__told *hearth__told_new(void);
void hearth__told_free(hearth__told *t); /* NULL allowed */
/* Is this new?  Remembers it.  False when there is no room, too. */
bool hearth__told_add(hearth__told *t, uint64_t what);

/* Before the handler of c: count its statements, if the application wants that. */
void hearth__repeats_begin(hearth_ctx *c);
/* After it. */
void hearth__repeats_tell(hearth_ctx *c);

#endif
