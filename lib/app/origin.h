/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_ORIGIN_H
#define HEARTH_APP_ORIGIN_H

/* Who the client is and which of our names it asked for. */

#include "app/ctx.h"

/* After the audit and the target: fills c->origin and checks the host.  400 when a
 * trusted proxy gives a malformed one, 421 when it is not ours, 503 when out of memory.
 */
hearth__verdict hearth__origin_read(hearth_ctx *c);

#endif
