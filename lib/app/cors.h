/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_CORS_H
#define HEARTH_APP_CORS_H

/* Pages of other origins that may read answers. */

#include "core/arena.h"
#include "core/str.h"

#include <hearth/cors.h>

typedef struct hearth__cors {
    struct hearth__cors *next;
    hearth__arena arena; /* of all that follows */
    hearth_str prefix;
    hearth_str *origin; /* as browsers say them */
    size_t norigins;
    hearth_str *method, *header;
    size_t nmethods, nheaders;
    hearth_str methods, headers, expose, max_age; /* field values; expose may be empty */
    bool any_origin, any_header, credentials;
} hearth__cors;

void hearth__cors_free(hearth__cors *first);

/* A preflight that a policy covers: 204 or 403, and then it is answered; else 0. */
int hearth__cors_preflight(hearth_ctx *c);
/* The fields of any other answer; before its hooks. */
void hearth__cors_answer(hearth_ctx *c);
/* May the page that makes this request, of another site, change something? */
bool hearth__cors_lets(hearth_ctx *c);

#endif
