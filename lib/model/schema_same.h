/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_SCHEMA_SAME_H
#define HEARTH_MODEL_SCHEMA_SAME_H

/* When two descriptions of a part of a table mean the same. */

#include "db/tables.h"

bool hearth__same_text(const char *a, const char *b); /* NULL is NULL's equal */
/* Without brackets around all of it; the words for true and false as numbers. */
hearth_str hearth__plain(const char *expression);
bool hearth__same_fallback(const char *a, const char *b);
bool hearth__same_column(const hearth__column *a, const hearth__column *b);
bool hearth__has_rule(const hearth__table *t, const hearth__rule *k);
/* ON DELETE RESTRICT and NO ACTION count as one. */
bool hearth__has_reference(const hearth__table *t, const hearth__reference *f);
/* One on the same columns, made or part of the table; NULL: none. */
hearth__table_index *hearth__find_index(const hearth__table *t, const char *columns,
                                        bool unique);
/* The very same: name and statement. */
bool hearth__has_index(const hearth__table *t, const hearth__table_index *x);
/* Is it UNIQUE, as a part of the table?  Does the table have such a part? */
bool hearth__is_part(const hearth__table_index *x);
bool hearth__has_part(const hearth__table *t, const hearth__table_index *x);
/* Is the name in this expression, or list?  False for NULL. */
bool hearth__mentions(const char *text, const char *name);

#endif
