/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DATA_QUERY_H
#define HEARTH_DATA_QUERY_H

/* What the queries by model share. */

#include "app/ctx.h"
#include "model/sql.h"

#include <hearth/query.h>

/* Rows of a page, and what a client may ask for, by default. */
#define HEARTH__LIST_LIMIT     50
#define HEARTH__LIST_MAX_LIMIT 200

/* A statement of this model for this request; HEARTH_ESTATE, noted, when there cannot be one. */
int hearth__query_open(hearth_ctx *c, const hearth_model *m, bool needs_key,
                       hearth__sql *q);
/* HEARTH_ENOMEM when the statement ran out of memory, else 0. */
int hearth__query_ready(const hearth__sql *q);
/* The columns `which` of a row, read for c. */
hearth__row_in hearth__query_reader(hearth_ctx *c, const hearth_model *m, uint64_t which,
                                    hearth_error *err);
/* Run it and read the columns `which` of its first row, masks included; HEARTH_ENOTFOUND when
 * there is none. */
int hearth__query_one(hearth_ctx *c, const hearth__sql *q, uint64_t which, void *obj,
                      hearth__given *g);
/* hearth_insert() of what g says is given. */
int hearth__query_insert(hearth_ctx *c, const hearth_model *m, void *obj,
                         hearth__given g);
/* What lib/model said of a row or a struct: noted, since the program is wrong. */
int hearth__query_failed(hearth_ctx *c, int rc, const hearth_error *why);

/* Structs that grow in number. */
typedef struct hearth__array {
    char *at;
    size_t n, room, size; /* size: of one */
    size_t max;           /* 0 = no limit */
} hearth__array;

/* Room for one more, zeroed; NULL when out of memory. */
void *hearth__array_push(hearth__arena *a, hearth__array *v);

/* The columns `which` of all rows that are left, their masks set.  HEARTH_ETOOBIG, neither told
 * nor noted, when there are more than fit below .max. */
int hearth__query_read_all(hearth_ctx *c, const hearth_model *m, uint64_t which,
                           hearth_rows *r, hearth__array *v);
/* The fields that JSON shows. */
uint64_t hearth__query_shown(const hearth_model *m);

#endif
