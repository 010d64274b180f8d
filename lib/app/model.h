/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_MODEL_H
#define HEARTH_APP_MODEL_H

/* Models in requests. */

#include "model/plan.h"

#include <hearth/model.h>

/* The middleware that stands before the handler of a route with .in: binds, then goes on. */
int hearth__model_in(hearth_ctx *c);
/* What binding leaves to its caller. */
typedef struct hearth__leave {
    bool partial;
    uint64_t optional; /* fields whose absence is neither a fault nor their fallback */
    uint64_t echoed;   /* readonly fields that may be given, to be compared */
} hearth__leave;

/* hearth_bind() without the model's check function. */
int hearth__model_bind(hearth_ctx *c, const hearth_model *m, void *out,
                       const hearth__leave *leave);
/* What the model's check function says, and what faults were noted. */
int hearth__model_holds(hearth_ctx *c, const hearth_model *m, const void *obj);
/* HEARTH_ESTATE, with the reason in the log, for a model that is not sound. */
int hearth__model_plan(hearth_ctx *c, const hearth_model *m, const hearth__plan **out);
/* For hearth__bind.keep: the tree ends with request c. */
int hearth__model_keep(void *c, struct json_t *tree);
/* A hearth__fault_fn: into the faults of request c. */
void hearth__model_note(void *c, const char *pointer, const char *code, const char *text);

#endif
