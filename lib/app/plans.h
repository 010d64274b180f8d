/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_PLANS_H
#define HEARTH_APP_PLANS_H

/*
 * The plans of the models that an application uses, made when one is first needed and kept as
 * long as the application.  Any thread may ask; nobody waits.
 */

#include "model/plan.h"

#include <stdatomic.h>

#define HEARTH__PLANS_LISTS 32
#define HEARTH__PLANS_MOST  512 /* more models than this are made, not described */

typedef struct hearth__plans {
    _Atomic(hearth__plan *) list[HEARTH__PLANS_LISTS];
    atomic_uint n;
} hearth__plans;

/* NULL with a sentence when the model is not sound or memory ran out. */
const hearth__plan *hearth__plans_get(hearth__plans *p, const hearth_model *m,
                                      hearth_error *err);
/* Nobody may use one any more. */
void hearth__plans_clear(hearth__plans *p);

#endif
