/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_SQL_H
#define HEARTH_MODEL_SQL_H

/*
 * Statements of a model: names come from the model alone, values are arguments alone.
 *
 * Everything is in memory of an arena, which shows when there was none.
 */

#include "core/buf.h"
#include "model/row.h"

#include <hearth/driver.h>

typedef struct hearth__sql {
    const hearth_model *m;
    const hearth_db_dialect *d;
    hearth__arena *arena;
    hearth__buf text;
    hearth_val *arg;
    size_t nargs, cap;
} hearth__sql;

void hearth__sql_init(hearth__sql *q, const hearth_model *m, const hearth_db_dialect *d,
                      hearth__arena *a);
/* An argument for the `?` that the caller writes. */
void hearth__sql_arg(hearth__sql *q, hearth_val v);
static inline hearth_vals hearth__sql_args(const hearth__sql *q)
{
    return (hearth_vals){q->arg, q->nargs};
}

/* The columns of a mask, with commas between. */
void hearth__sql_columns(hearth__sql *q, uint64_t which);
/* SELECT columns FROM table */
void hearth__sql_select(hearth__sql *q, uint64_t which);
/* WHERE column = ? AND ..., of the fields in a mask; val is indexed by field. */
void hearth__sql_where(hearth__sql *q, uint64_t which, const hearth_val *val);

/* INSERT of the fields in set. */
void hearth__sql_insert(hearth__sql *q, uint64_t set, const hearth_val *val);
/* Behind it: where the fields `on` are there already, the others of set are changed. */
void hearth__sql_on_conflict(hearth__sql *q, uint64_t on, uint64_t set);
void hearth__sql_update(hearth__sql *q, uint64_t set, uint64_t where,
                        const hearth_val *val);
void hearth__sql_delete(hearth__sql *q, uint64_t where, const hearth_val *val);
/* Nothing for an empty mask. */
void hearth__sql_returning(hearth__sql *q, uint64_t which);

/* "author, slug" as a mask: 0, or HEARTH_EINVAL when it lists what is no field. */
int hearth__sql_list(const hearth_model *m, const char *list, uint64_t *which);
/* A value from a caller as the column has it, so that "7" finds 7 and an upper-case UUID the
 * lower-case one.  HEARTH_ENOTFOUND when no row can have it. */
int hearth__sql_sought(const hearth_field *f, hearth_val v, hearth__arena *a,
                       hearth_val *out);

#endif
