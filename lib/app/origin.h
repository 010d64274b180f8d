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
/* This machine asks itself, over plain http and by a name of loopback, as in development:
 * the one case in which a cookie that should be Secure may go without. */
bool hearth__origin_is_local(hearth_ctx *c);

#endif
