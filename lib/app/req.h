/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_REQ_H
#define HEARTH_APP_REQ_H

/* Reading the request, for the rest of this layer. */

#include "app/ctx.h"

hearth_str
hearth__req_type(const hearth_ctx *c); /* Content-Type, "" when there is none */
/* The value of a field that is a list; several fields of that name mean the same as one
 * (RFC 9110 section 5.3).  "" when there is none or no memory. */
hearth_str hearth__req_list(hearth_ctx *c, hearth_str name);
/* Does a Content-Type leave the character set open, or say UTF-8? */
bool hearth__req_is_utf8(hearth_str type);

/* The query string, decoded. */
const hearth__pairs *hearth__req_query(hearth_ctx *c);
/* The text fields of the body whatever the form's encoding; ->rc says why there are none:
 * HEARTH_EMEDIA, HEARTH_EINVAL, HEARTH_ETOOBIG, HEARTH_ENOMEM. */
const hearth__pairs *hearth__req_form(hearth_ctx *c);
/* Is there a body, and is it said to be JSON?  0, or told: HEARTH_EMEDIA, HEARTH_EINVAL. */
int hearth__req_json(hearth_ctx *c);

#endif
