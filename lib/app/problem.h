/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_PROBLEM_H
#define HEARTH_APP_PROBLEM_H

/*
 * From a handler's result to a response: statuses, error codes, and the built-in error
 * answers, an HTML page for browsers or application/problem+json (RFC 9457) for everybody
 * else.
 */

#include "app/ctx.h"

/* rc is what the outermost middleware returned.  Afterwards c->res has a status.  Also
 * turns an arena that ran out of memory into 503, and faults into 422. */
void hearth__result(hearth_ctx *c, int rc);
/* The built-in answer for c->error (status, text, faults).  Never fails: at worst an
 * empty body with the status. */
void hearth__problem(hearth_ctx *c);
/* Set c->error for a failure that the client may be told about; returns code, or status
 * when code is 0. */
int hearth__tell(hearth_ctx *c, int code, int status, const char *fmt, ...)
    HEARTH_PRINTF(4, 5);

#endif
