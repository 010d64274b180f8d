/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_SQL_CREATE_H
#define HEARTH_MODEL_SQL_CREATE_H

/*
 * The table of a model in SQL: its columns, rules and indexes.
 *
 * A column is NOT NULL when its field is the key, is required, or has a fallback and is not
 * nullable; what else may be left out is NULL then.  Fields that refer to another model get an
 * index, because deleting there looks for them.
 */

#include "core/buf.h"
#include "model/model.h"

#include <hearth/driver.h>

/* "name", quotes inside doubled. */
void hearth__sql_name(hearth__buf *b, const char *name);
/* 'text', quotes inside doubled. */
void hearth__sql_text(hearth__buf *b, hearth_str text);
/* The column of a field. */
static inline const char *hearth__sql_column(const hearth_field *f)
{
    return f->column != NULL ? f->column : f->name;
}

/* CREATE TABLE and CREATE INDEX, each ended by ";\n"; if_missing: IF NOT EXISTS.  0, or
 * HEARTH_EINVAL with a sentence that names model and field: not stored, a fallback that is no
 * value of its kind, a list that names no field, a reference to a model without table or key.  Out of memory shows in
 * the buffer. */
int hearth__sql_create(hearth__buf *b, const hearth_model *m, const hearth_db_dialect *d,
                       bool if_missing, hearth_error *err);

#endif
