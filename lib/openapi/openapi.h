/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_OPENAPI_OPENAPI_H
#define HEARTH_OPENAPI_OPENAPI_H

/*
 *   document.c  the description, from the router
 *   answers.c   and in it what an operation answers
 *   openapi.c   its routes and the page
 */

#include "app/router.h"
#include "core/buf.h"

#include <hearth/openapi.h>

/* What one hearth_openapi() call set up; lives as long as the router, and is the .arg of its
 * routes. */
typedef struct hearth__openapi {
    hearth_openapi_opts o; /* with defaults, copied */
    const char *path, *docs_js, *docs_css;
    hearth_str page;
} hearth__openapi;

/* The whole description; routes whose .arg is `self` are left out. */
void hearth__openapi_document(hearth__buf *out, const hearth__openapi *self,
                              const hearth__router *r);

#endif
