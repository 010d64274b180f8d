/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_DUMP_H
#define HEARTH_MODEL_DUMP_H

/*
 * A struct written out as JSON, without a tree between.
 *
 * What cannot be written (a double that is no number, a text that is not UTF-8, a day or a word
 * that does not exist) is HEARTH_EINVAL with a sentence that names model and field; half of the
 * text is in the buffer then.  Out of memory shows in the buffer.
 */

#include "model/model.h"
#include "json/write.h"

#define HEARTH__ALL_FIELDS UINT64_MAX

/* The fields in mask `which` that are given; secret ones never. */
int hearth__dump(hearth__json_w *w, const hearth_model *m, const void *obj,
                 uint64_t which, hearth_error *err);
/* The same without the brackets, for an object that has more in it. */
int hearth__dump_members(hearth__json_w *w, const hearth_model *m, const void *obj,
                         uint64_t which, hearth_error *err);
/* An array of n structs. */
int hearth__dump_all(hearth__json_w *w, const hearth_model *m, const void *objs, size_t n,
                     uint64_t which, hearth_error *err);

#endif
