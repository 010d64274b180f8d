/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_ROW_H
#define HEARTH_MODEL_ROW_H

/*
 * Rows into structs and back.  A row that does not hold what the model says is HEARTH_EDB with a
 * sentence: the table is not the one of the model.  A struct that holds what SQL cannot say is
 * HEARTH_EINVAL.
 */

#include "db/db.h"
#include "model/model.h"

typedef struct hearth__row_in {
    const hearth_model *m;
    uint64_t which; /* the columns are these fields, in the order of the model */
    hearth__arena *arena;
    bool borrow; /* texts and blobs are not copied: they are gone with the row */
    /* As in hearth__bind. */
    int (*keep)(void *arg, struct json_t *tree);
    void *keep_arg;
    hearth_error *err;
} hearth__row_in;

/* The current row into *obj; what was read is noted in *g, the masks of *obj are the caller's.
 * Texts are copied.  0, HEARTH_EDB, HEARTH_ENOMEM. */
int hearth__row_read(const hearth__row_in *in, const hearth_rows *r, void *obj,
                     hearth__given *g);

/* One value of a column into field i, the same way. */
int hearth__row_set(const hearth__row_in *in, size_t i, const hearth_val *v, void *obj,
                    hearth__given *g);

/* Field i of *obj as an SQL value; texts are borrowed from it, what has to be made comes from a.
 * 0, HEARTH_EINVAL, HEARTH_ENOMEM. */
int hearth__row_val(const hearth_model *m, size_t i, const void *obj, hearth__arena *a,
                    hearth_val *out, hearth_error *err);

/* All fields of a model. */
static inline uint64_t hearth__fields_all(const hearth_model *m)
{
    return m->n >= HEARTH__MAX_FIELDS ? UINT64_MAX : HEARTH__BIT(m->n) - 1;
}

/* The index of the key, m->n when there is none. */
size_t hearth__field_key(const hearth_model *m);

#endif
