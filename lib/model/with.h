/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_WITH_H
#define HEARTH_MODEL_WITH_H

/*
 * Relations: "author, comments.author" as a tree, and the statement that loads one level of it.
 */

#include "model/sql.h"

#define HEARTH__WITH_DEPTH 3
#define HEARTH__WITH_MOST  16   /* relations of one tree */
#define HEARTH__WITH_KEYS  1024 /* of a statement; a power of two */
#define HEARTH__WITH_LIMIT 100  /* rows of one parent when nothing is said */

/* The rows of one parent: n of them from `first` on, all with this key. */
typedef struct hearth__with_group {
    hearth_val key;
    size_t first, n;
} hearth__with_group;

typedef struct hearth__with {
    const char *name;
    const hearth_model *m;             /* of the rows */
    const hearth_many *many;           /* NULL: to one */
    size_t own;                        /* the parent's field whose value leads to them */
    size_t their;                      /* m's field that has the same */
    struct hearth__with *first, *next; /* below it; beside it */
    /* What has been loaded: groups in the order of their keys. */
    char *row;
    size_t nrows;
    hearth__with_group *group;
    size_t ngroups;
} hearth__with;

typedef struct hearth__with_tree {
    const hearth_model *m;
    hearth__arena *arena;
    hearth__with *first;
    size_t n;
} hearth__with_tree;

/* Add what a list names; NULL or "" is nothing, and what is there already stays.  0,
 * HEARTH_EINVAL with a sentence that begins with the name, HEARTH_ENOMEM. */
int hearth__with_add(hearth__with_tree *t, const char *list, hearth_error *err);
/* Is each path of a list one of `may`, or the beginning of one? */
bool hearth__with_allowed(hearth_str list, const char *may);

/* One relation of m by name; false when there is none.  A relation that makes no sense (no
 * table, no such field) is HEARTH_EINVAL with a sentence in *err. */
bool hearth__with_find(const hearth_model *m, hearth_str name, hearth__with *out);
int hearth__with_check(const hearth_model *m, const hearth__with *w, hearth_error *err);

/* Fields that have to be read for what hangs on a row. */
uint64_t hearth__with_needs(const hearth__with *first);
/* SELECT of the columns `which` of the rows that have one of n keys, in groups; order: ORDER BY
 * for those of one parent (a relation to many only).  At most HEARTH__WITH_KEYS keys. */
void hearth__with_select(hearth__sql *q, const hearth__with *w, uint64_t which,
                         const char *order, const hearth_val *key, size_t n);
/* How many keys a statement may have. */
size_t hearth__with_batch(const hearth_db_dialect *d);

/* Order of keys: below 0, 0, above 0.  For qsort(), too. */
int hearth__with_compare(const void *a, const void *b);
/* The group with this key; NULL when there are no rows. */
const hearth__with_group *hearth__with_group_of(const hearth__with *w,
                                                const hearth_val *key);

#endif
