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

#endif
