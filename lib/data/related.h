/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DATA_RELATED_H
#define HEARTH_DATA_RELATED_H

/* The relations of an answer: what is wanted, loading it, writing it. */

#include "app/ctx.h"
#include "model/with.h"
#include "json/write.h"

#define HEARTH__RELATED_MAX 10000 /* rows of one answer */

typedef struct hearth__related {
    hearth_ctx *c;
    hearth__with_tree tree;
    bool whole;   /* secret fields are read, too */
    size_t nrows; /* loaded */
} hearth__related;

/* list: the program's, NULL or "" = none.  HEARTH_ESTATE, noted, when it makes no sense. */
int hearth__related_open(hearth__related *r, hearth_ctx *c, const hearth_model *m,
                         const char *list);
/* More of them, from a client, known to be allowed. */
int hearth__related_add(hearth__related *r, const char *list);
/* The related rows of n structs, all levels. */
int hearth__related_load(hearth__related *r, const void *objs, size_t n);
/* A struct as a JSON object with what was loaded for it.  As hearth__dump(). */
int hearth__related_put(const hearth__related *r, hearth__json_w *w, const void *obj,
                        hearth_error *err);
/* The members alone. */
int hearth__related_members(const hearth__related *r, hearth__json_w *w, const void *obj,
                            hearth_error *err);

#endif
