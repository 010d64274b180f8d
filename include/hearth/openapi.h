/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_OPENAPI_H
#define HEARTH_OPENAPI_H

/**
 * @file hearth/openapi.h
 * The API described by itself: OpenAPI 3.1 from routes and models, and a page to read and try it.
 *
 *     hearth_openapi(app, NULL, &(hearth_openapi_opts){.title = "Todos", .version = "1.0"});
 *
 * gives /openapi.json and /docs.  Nothing is written twice: paths and their parameters come from
 * the patterns, bodies and answers from `.in` and `.out`, the one-line texts from `.summary` and
 * from the models.  Routes with `.hidden` are left out.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Zero of every field is the default. */
typedef struct hearth_openapi_opts {
    const char *title;       /* default "API" */
    const char *version;     /* of the API, default "1" */
    const char *description; /* what it is for; default none */
    const char *docs;        /* path of the page, default "/docs"; "" = no page */
} hearth_openapi_opts;

/**
 * Add the description, and the page, as routes.
 *
 * The page needs no network beyond this server and runs under a strict content security policy.
 *
 * @param path  of the description; NULL = "/openapi.json"
 * @param o     NULL = defaults; copied
 * Returns: 0, or as hearth_mount().
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_openapi_sized(hearth_app *app, const char *path,
                                    const hearth_openapi_opts *o, size_t size);
static inline int hearth_openapi(hearth_app *app, const char *path,
                                 const hearth_openapi_opts *o)
{
    return hearth_openapi_sized(app, path, o, sizeof *o);
}

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_OPENAPI_H */
