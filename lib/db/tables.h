/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_TABLES_H
#define HEARTH_DB_TABLES_H

/* The tables of a database, as its engine describes them. */

#include "db/db.h"

typedef struct hearth__column {
    const char *name, *type; /* type in lower case */
    bool not_null;
    const char *fallback; /* an expression, or NULL */
    int64_t key;          /* 0, or its place in the primary key */
} hearth__column;

typedef struct hearth__rule {
    const char *name; /* NULL: none */
    const char *text; /* an expression */
} hearth__rule;

typedef struct hearth__table_index {
    const char *name;
    bool unique;
    const char *columns; /* "a, b"; NULL: of something else than whole columns */
    const char *made_by; /* NULL: it is part of the table */
} hearth__table_index;

typedef struct hearth__reference {
    const char *column, *other, *other_column, *on_delete;
    const char *name; /* NULL: none */
} hearth__reference;

/* A view or a trigger. */
typedef struct hearth__other {
    const char *kind, *name, *made_by;
} hearth__other;

typedef struct hearth__table {
    const char *name;
    const char *made_by; /* what follows CREATE TABLE and its name */
    hearth__column *column;
    size_t ncolumns;
    hearth__rule *check;
    size_t nchecks;
    hearth__table_index *index;
    size_t nindexes;
    hearth__reference *reference;
    size_t nreferences;
    hearth__other *other; /* what would break while the table is replaced */
    size_t nothers;
    bool tied; /* there may be more that names its columns, and is not made again */
} hearth__table;

typedef struct hearth__tables {
    hearth__table *table;
    size_t n;
} hearth__tables;

/* A list of n items of so many bytes with room for one more, zeroed; it may have moved.  NULL when
 * out of memory. */
void *hearth__list_room(hearth__arena *a, void *list, size_t n, size_t size);
/* The address of one more item at the end of a list, NULL when out of memory. */
#define HEARTH__LIST_ADD(a, list, n)                               \
    ((list) = hearth__list_room((a), (list), (n), sizeof *(list)), \
     (list) == NULL ? NULL : &(list)[(n)++])

/* All tables of the database by name, or those of a list ended by NULL in its order, without
 * those that are not there.  In the memory of s.  0, or a code with s->error. */
int hearth__tables_read(hearth__dbs *s, const char *const *names, hearth__tables *out);

static inline hearth__table *hearth__tables_find(const hearth__tables *t,
                                                 const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->table[i].name, name) == 0)
            return &t->table[i];
    return NULL;
}

static inline hearth__column *hearth__table_column(const hearth__table *t,
                                                   const char *name)
{
    for (size_t i = 0; i < t->ncolumns; i++)
        if (strcmp(t->column[i].name, name) == 0)
            return &t->column[i];
    return NULL;
}

#endif
