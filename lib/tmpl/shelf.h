/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_SHELF_H
#define HEARTH_TMPL_SHELF_H

/*
 * Templates and pages that have been made, as they were at one time.
 *
 * Renderings hold the shelf they began with.  When files have changed, the set takes an empty
 * shelf, and the old one goes when the last rendering has ended.
 */

#include "tmpl/node.h"
#include "tmpl/set.h"

#include <pthread.h>

typedef struct hearth__page hearth__page;

typedef struct hearth__shelf {
    atomic_int refs;
    pthread_rwlock_t lock;
    hearth__map *templates; /* struct of shelf.c, by name */
    hearth__map *pages;     /* hearth__page, by key */
    hearth__page *making;   /* not to be seen by others yet */
    hearth__page *lost;     /* of no use, but referred to */
    int64_t looked_ms;      /* when files were last looked at */
} hearth__shelf;

hearth__shelf *hearth__shelf_new(void); /* NULL: out of memory */
void hearth__shelf_unref(hearth__shelf *s);
/* The set's, with files looked at when it reloads; a reference.  NULL: out of memory. */
hearth__shelf *hearth__shelf_of(hearth_templates *set);

/* A template by name, parsed when it is not there yet: HEARTH_ENOTFOUND and the like, or what is
 * wrong with it, in *err.  The shelf is locked for writing. */
const hearth__template *hearth__shelf_template(hearth_templates *set, hearth__shelf *s,
                                               hearth_str name,
                                               hearth_template_error *err);
void hearth__page_free(void *page); /* NULL is allowed */

/* source.c: the text of a template, in the arena.  0, HEARTH_ENOTFOUND, HEARTH_ETOOBIG, HEARTH_EIO,
 * HEARTH_EUNAVAILABLE, HEARTH_ENOMEM.  size -1 when it is embedded. */
typedef struct hearth__source {
    hearth_str text;
    int64_t changed_ns, size;
} hearth__source;
int hearth__source_read(const hearth_templates *set, hearth__arena *arena,
                        hearth_str name, hearth__source *out);
/* Is the file still the one that was read? */
bool hearth__source_same(const hearth_templates *set, const hearth__template *t);
/* Call fn for each name there is: 0 or its first other result, or why the directory cannot be
 * read. */
int hearth__source_each(const hearth_templates *set,
                        int (*fn)(void *arg, hearth_str name), void *arg);

#endif
