/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_PLAN_H
#define HEARTH_MODEL_PLAN_H

/*
 * What is worked out of a model once, to be used by every thread: the model has to stay as it is
 * for as long as its plan is used.
 */

#include "core/arena.h"
#include "core/str.h"

#include <hearth/model.h>

#define HEARTH__MAX_FIELDS 64
#define HEARTH__PLAN_SLOTS 128

typedef struct hearth__plan {
    const hearth_model *m;
    struct hearth__plan *next;                               /* its owner's */
    hearth__arena arena;                                     /* of the patterns */
    const struct hearth__regex *pattern[HEARTH__MAX_FIELDS]; /* or NULL */
    size_t len[HEARTH__MAX_FIELDS];                          /* of the names */
    uint8_t slot[HEARTH__PLAN_SLOTS];
} hearth__plan;

/* The model is looked at whole: NULL with a sentence (HEARTH_EINVAL, HEARTH_ENOMEM). */
hearth__plan *hearth__plan_new(const hearth_model *m, hearth_error *err);
void hearth__plan_free(hearth__plan *p);
/* In place, the model not looked at, its patterns missing; ends with clear. */
void hearth__plan_init(hearth__plan *p, const hearth_model *m);
void hearth__plan_clear(hearth__plan *p);

/* Is the table itself sound?  0 and *p, to be cleared; or HEARTH_EINVAL with a sentence that names
 * model and field, or HEARTH_ENOMEM. */
int hearth__model_check(const hearth_model *m, hearth__plan *p, hearth_error *err);

size_t hearth__plan_look_up(const hearth__plan *p, hearth_str name);
/* The index of a field, m->n when there is none; looks at guess first. */
static inline size_t hearth__plan_find(const hearth__plan *p, hearth_str name,
                                       size_t guess)
{
    return guess < p->m->n && p->len[guess] == name.len &&
                   memcmp(p->m->field[guess].name, name.ptr, name.len) == 0
               ? guess
               : hearth__plan_look_up(p, name);
}

#endif
