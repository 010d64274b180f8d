/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_NEGOTIATE_H
#define HEARTH_APP_NEGOTIATE_H

#include "app/ctx.h"

#define HEARTH__MAX_OFFERS 64

/* Add a field's name to Vary, unless it or "*" is there.  name is constant or memory of
 * the request.  HEARTH_ENOMEM or 0. */
int hearth__vary(hearth_ctx *c, hearth_str name);

#endif
