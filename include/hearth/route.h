/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_ROUTE_H
#define HEARTH_ROUTE_H

/**
 * @file hearth/route.h
 * Routes: which handler answers which method and path.
 *
 *     static const hearth_route todos[] = {
 *         HEARTH_GET ("/",         list),
 *         HEARTH_POST("/",         create, .use = members),
 *         HEARTH_GET ("/{id:int}", show, .name = "todo"),
 *         HEARTH_END,
 *     };
 *     hearth_mount(app, "/todos", todos);
 *
 * **Patterns.**  A pattern is an absolute path whose segments are literal text or one
 * parameter each:
 *
 *     {name}        one segment, not empty                      {id:int}     an integer
 * of 64 bits {x:float}     a decimal number                            {id:uuid}
 * 8-4-4-4-12 hexadecimal digits {s:slug}      a-z, 0-9 and single '-' between them
 * {d:date}     a date that exists, 2026-11-23 {s:string}    the same as {name}
 * {rest:path}  the rest, slashes included; only at the end
 *
 * A literal segment beats a typed parameter, that beats {name}, and {rest:path} comes
 * last; the order of registration never matters. Two routes of one method that match
 * exactly the same paths are refused at start, as is a malformed pattern.
 * "/a" and "/a/" are different paths.  A path is matched after decoding, segment by
 * segment: "%2F" is data within its segment.
 *
 * **Methods.**  HEAD is answered by the GET route, OPTIONS with 204 and Allow unless
 * there is a route for it, a known path with another method is 405 with Allow, a method
 * that no route of the application has and no standard knows is 501.
 */

#include <hearth/app.h>
#include <hearth/db.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where a handler runs. */
typedef enum hearth_run {
    HEARTH_AUTO = 0, /* starts on workers; moves to the reactor while its recent runs are
                        short, and back when one was long: safe for a handler that blocks,
                        fast for one that does not */
    HEARTH_INLINE, /* always on the reactor: for handlers that never wait for anything */
    HEARTH_WORKER  /* always on a worker thread */
} hearth_run;

typedef struct hearth_route hearth_route;

/** One route, or one group of routes when `routes` is set. */
struct hearth_route {
    const char *method; /* "GET", or any token; NULL with a pattern in a group; NULL alone
                           ends a table */
    const char *pattern; /* "/todos/{id:int}" */
    hearth_handler *handler;
    hearth_handler *const *use; /* middleware, outermost first, ended by NULL; or NULL */
    const char *name;           /* for hearth_url(), unique in the application */
    void *arg;                  /* for hearth_arg() */
    size_t max_body;            /* bytes; 0 = the application's */
    hearth_run run;
    const hearth_route *
        routes; /* a group: a table below pattern, which inherits use, max_body and run */
};

/** Table entries.  What follows the handler are designated initialisers of hearth_route.
 */
#define HEARTH_ROUTE(method_, pattern_, ...)                               \
    {                                                                      \
        .method = (method_), .pattern = (pattern_), .handler = __VA_ARGS__ \
    }
#define HEARTH_GET(pattern_, ...)   HEARTH_ROUTE("GET", pattern_, __VA_ARGS__)
#define HEARTH_POST(pattern_, ...)  HEARTH_ROUTE("POST", pattern_, __VA_ARGS__)
#define HEARTH_PUT(pattern_, ...)   HEARTH_ROUTE("PUT", pattern_, __VA_ARGS__)
#define HEARTH_PATCH(pattern_, ...) HEARTH_ROUTE("PATCH", pattern_, __VA_ARGS__)
#define HEARTH_DEL(pattern_, ...)   HEARTH_ROUTE("DELETE", pattern_, __VA_ARGS__)
#define HEARTH_GROUP(pattern_, ...)                  \
    {                                                \
        .pattern = (pattern_), .routes = __VA_ARGS__ \
    }
#define HEARTH_END     \
    {                  \
        .method = NULL \
    }

/**
 * Add a table of routes below a prefix.  A pattern "/" of the table is the prefix itself:
 * mounted at "/todos", "/" is "/todos".
 *
 * @param prefix  "" or "/" for the top; may hold parameters
 * Owns:    borrowed until the application is freed: tables are static
 * Returns: 0, or (the sentence, with both patterns of a clash, is in the log and in what
 * hearth_app_start() says) HEARTH_EINVAL    malformed pattern, method or table; a name
 * used twice HEARTH_ECONFLICT two routes match the same requests HEARTH_ESTATE    the
 * application runs HEARTH_ENOMEM    out of memory Thread:  setup Since:   0.1
 */
HEARTH_API int hearth_mount_sized(hearth_app *app, const char *prefix,
                                  const hearth_route *routes, size_t size);
static inline int hearth_mount(hearth_app *app, const char *prefix,
                               const hearth_route *routes)
{
    return hearth_mount_sized(app, prefix, routes, sizeof *routes);
}

/** A whole program in one line: an application with these routes and default options,
 * handed to hearth_app_main(). */
static inline int hearth_main(int argc, char **argv, const hearth_route *routes)
{
    hearth_app *app = hearth_app_new(NULL);

    if (app != NULL)
        (void)hearth_mount(app, "", routes);
    return hearth_app_main(app, argc, argv);
}

/**
 * Add one route: `hearth_get(app, "/", hello)`.
 *
 * Returns: as hearth_mount().
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_get(hearth_app *app, const char *pattern, hearth_handler *h);

/**
 * Add one route for POST.
 *
 * Returns: as hearth_mount().
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_post(hearth_app *app, const char *pattern, hearth_handler *h);

/**
 * Add one route for PUT.
 *
 * Returns: as hearth_mount().
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_put(hearth_app *app, const char *pattern, hearth_handler *h);

/**
 * Add one route for PATCH.
 *
 * Returns: as hearth_mount().
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_patch(hearth_app *app, const char *pattern, hearth_handler *h);

/**
 * Add one route for DELETE.
 *
 * Returns: as hearth_mount().
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_del(hearth_app *app, const char *pattern, hearth_handler *h);

/**
 * From a middleware: run the rest, the handler at its core.
 *
 * Code after it runs when the handler has returned; whoever must touch the response in
 * every case, error pages included, registers hearth_on_send().
 *
 * Returns: what the rest returned; return it on, or something else to answer differently.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_next(hearth_ctx *c);

/**
 * The `.arg` of the route that matched.
 *
 * Returns: what the table says; NULL by default and when no route matched.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API void *hearth_arg(const hearth_ctx *c);

/**
 * The path of a named route with its parameters filled in, in the order of the pattern,
 * percent-encoded: `hearth_url(c, "todo", hearth_args(7))` is "/todos/7".
 *
 * Owns:    request
 * Returns: the path; NULL, with a line in the log, when no route has that name or the
 * parameters do not fit its pattern (count, type), or out of memory. Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_url(hearth_ctx *c, const char *name, hearth_vals params);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_ROUTE_H */
