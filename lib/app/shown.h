/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_SHOWN_H
#define HEARTH_APP_SHOWN_H

/*
 * What the log shows of a request's target: all but secrets.
 */

#include "app/ctx.h"

/* This text is a secret: it is not shown, and the request's memory is wiped at its end. */
void hearth__shown_hide(hearth_ctx *c, hearth_str secret);
/* The target without what was hidden, and without the values of parameters whose names say
 * that they are secrets.  Memory of the request. */
hearth_str hearth__shown_target(hearth_ctx *c);

#endif
