/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_FRESH_H
#define HEARTH_APP_FRESH_H

/*
 * Does the client have this answer already?  Every complete answer to GET and HEAD gets a
 * weak ETag, and is held against the conditions of the request.
 */

#include "app/ctx.h"

/* A shorter body is not worth a tag. */
#define HEARTH__FRESH_BYTES 1024

/* Add a tag if the answer has none and may have one.  0: send it; 304 or 412: that
 * instead, and nothing but the tag has changed yet. */
int hearth__fresh(hearth_ctx *c);
/* Make the answer the 304 that stands for it. */
void hearth__fresh_unchanged(hearth_ctx *c);

#endif
