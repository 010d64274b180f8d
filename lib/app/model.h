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
/* HEARTH_ESTATE, with the reason in the log, for a model that is not sound. */
int hearth__model_plan(hearth_ctx *c, const hearth_model *m, const hearth__plan **out);
/* For hearth__bind.keep: the tree ends with request c. */
int hearth__model_keep(void *c, struct json_t *tree);
/* A hearth__fault_fn: into the faults of request c. */
void hearth__model_note(void *c, const char *pointer, const char *code, const char *text);

#endif
