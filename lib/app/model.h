/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_MODEL_H
#define HEARTH_APP_MODEL_H

/* Models in requests. */

#include <hearth/model.h>

/* The middleware that stands before the handler of a route with .in: binds, then goes on. */
int hearth__model_in(hearth_ctx *c);
/* For hearth__bind.keep: the tree ends with request c. */
int hearth__model_keep(void *c, struct json_t *tree);

#endif
