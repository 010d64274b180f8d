/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORS_H
#define HEARTH_CORS_H

/**
 * @file hearth/cors.h
 * Pages of other origins that may read our answers (CORS, the Fetch standard section 3.3).
 *
 * Without it none may, which is the default.  A policy opens a part of the application to
 * the origins that it lists; an origin that is not listed learns nothing.
 *
 *     static const char *const apps[] = {"https://app.example.org", NULL};
 *
 *     hearth_use_cors_at(app, "/api", &(hearth_cors_opts){.origins = apps});
 *
 * Preflights, OPTIONS requests in which a browser asks beforehand, are answered before any
 * middleware runs, as they never carry what a login needs.  Every other answer below the
 * path gets the fields that the policy allows, errors too, unless the handler has set
 * Access-Control-Allow-Origin itself; and Vary: Origin, so that caches keep them apart.
 *
 * A listed origin may also make the requests of `methods` that change something, which
 * pages of other sites may not (hearth/csrf.h): with `credentials` in its visitor's name;
 * without them, and for HEARTH_UNSAFE_ANY_ORIGIN, when the request has no Cookie and no
 * credentials of HTTP's own (Authorization other than Bearer).
 *
 * Thread: setup.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** In `origins`, alone: pages of every site may read the answers.  Never with
 * `credentials`. */
#define HEARTH_UNSAFE_ANY_ORIGIN "*"

/** A policy.  The lists end with NULL; all is copied. */
typedef struct hearth_cors_opts {
    /* Scheme, host and port as browsers say them: "https://app.example.org",
     * "http://localhost:5173".  The port that a scheme means by itself may be there or
     * not.  "null", which pages without an origin have, among them everybody's local files
     * and sandboxed frames, matches only where it is listed.  Required. */
    const char *const *origins;
    const char *const *methods; /* default GET, HEAD and POST */
    const char *const *headers; /* fields of requests beside the harmless ones, default
                                   Content-Type; "*": any but Authorization, not with
                                   `credentials` */
    const char *const *expose; /* fields of answers that scripts may read beside the usual
                                  ones, default none; "*": all, not with `credentials` */
    bool credentials; /* with cookies and the like: the pages then act for the visitor */
    int max_age_s;    /* a browser need not ask again for so long, default 600, at most
                         86 400; -1: asks each time */
} hearth_cors_opts;

/**
 * Set the policy of a part of the application; of several the one with the longest prefix
 * counts, alone.  The path of a route is a prefix, too.
 *
 * @param prefix  "/api": covers "/api" and "/api/x", not "/apis"; "" is everything
 * Returns: 0, or (with a sentence in the log, and the application does not start)
 *            HEARTH_EINVAL    no origins; one that is no origin, or holds a path or a
 *                             wildcard; "*" with others or with `credentials`; a method or
 *                             field name that is none; max_age_s is out of range
 *            HEARTH_ECONFLICT the prefix has a policy
 *            HEARTH_ESTATE    the application runs
 *            HEARTH_ENOMEM    out of memory
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_cors_at_sized(hearth_app *app, const char *prefix,
                                        const hearth_cors_opts *o, size_t size);
static inline int hearth_use_cors_at(hearth_app *app, const char *prefix,
                                     const hearth_cors_opts *o)
{
    return hearth_use_cors_at_sized(app, prefix, o, sizeof *o);
}
static inline int hearth_use_cors(hearth_app *app, const hearth_cors_opts *o)
{
    return hearth_use_cors_at_sized(app, "", o, sizeof *o);
}

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_CORS_H */
