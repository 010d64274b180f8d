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
/* Does a Content-Type leave the character set open, or say UTF-8? */
bool hearth__req_is_utf8(hearth_str type);

#endif
