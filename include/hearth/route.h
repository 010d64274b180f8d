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
 * **Patterns.**  A pattern is an absolute path.  Each of its segments is either text or
 * one parameter:
 *
 *     {name}        one segment, not empty; the same as {name:string}
 *     {id:int}      an integer of 64 bits in its one spelling: no "+7", "007" or "-0"
 *     {x:float}     a decimal number, 1.5 or -2e3
 *     {d:date}      a date that exists, 2026-11-23
 *     {u:uuid}      8-4-4-4-12 hexadecimal digits of either case
 *     {s:slug}      a-z, 0-9 and single '-' between them
 *     {rest:path}   the rest, slashes included, not empty; only at the end
 *
 * Names are those of C, each once in a pattern, sixteen at most.  Text is written decoded
 * ("/a b", not "/a%20b"), in UTF-8, without "{}?#%", control characters, and segments
 * that are ".", ".." or, but for the last, empty.
 *
 * At each segment text beats int, that float, then date, uuid, slug, {name}, and
 * {rest:path} comes last; the first segment weighs most.  The order of registration never
 * matters.  Two routes of one method that match exactly the same paths are refused at
 * start, as is a malformed pattern.
 *
 * "/a" and "/a/" are different paths.  A path is matched after decoding, segment by
 * segment: "%2F" is data within its segment, so {name} may hold a '/', and {rest:path},
 * where it could not be told from a real one, does not match it.
 *
 * **Methods.**  For HEAD a pattern offers its HEAD route, else its GET route.  OPTIONS is
 * answered with 204 and Allow unless there is a route for it, a known path with another
 * method is 405 with Allow, a method that no route of the application has and no standard
 * knows is 501.
 */

#include <hearth/app.h>
#include <hearth/db.h>
#include <hearth/upload.h>

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

/**
 * One line of what the documentation says of a route beyond its models.
 *
 *     static const hearth_route_doc docs[] = {
 *         HEARTH_DOC("query", "deep", "How far down", .type = "integer"),
 *         HEARTH_DOC("201", NULL, "It is there now"),
 *         HEARTH_DOC("201", "Location", "Its address"),
 *         HEARTH_DOC_END,
 *     };
 *
 * A route whose lines name a success, like "201", has only those; else it is "2XX".
 */
typedef struct hearth_route_doc {
    const char
        *of; /* "query" or "header": a parameter; "201", "4XX", "default": an answer */
    const char *name; /* of the parameter; of an answer NULL, or a header field of it */
    const char *text; /* a sentence */
    const char *type; /* "string", which is the default, "integer", "number", "boolean" */
    const struct hearth_field *field; /* instead of type: a value of its kind */
    bool required;                    /* a parameter that must be there */
} hearth_route_doc;

/** A line.  What follows the text are designated initialisers of hearth_route_doc. */
#define HEARTH_DOC(of_, name_, ...)                       \
    {                                                     \
        .of = (of_), .name = (name_), .text = __VA_ARGS__ \
    }
#define HEARTH_DOC_END \
    {                  \
        .of = NULL     \
    }

typedef struct hearth_route hearth_route;

/**
 * One route, or one group of routes when `routes` is set.
 *
 * An entry without method, pattern, handler and routes ends a table.  A group may have
 * the pattern "" or "/" (or none), to hand down its middleware alone.  Groups nest eight
 * deep at most.
 */
struct hearth_route {
    const char *method;  /* "GET", or any token but CONNECT; NULL in a group */
    const char *pattern; /* "/todos/{id:int}"; "/" is the prefix itself, "" is refused */
    hearth_handler *handler;    /* NULL in a group */
    hearth_handler *const *use; /* middleware, outermost first, ended by NULL; or NULL */
    const char *name;           /* for hearth_url(), unique in the application */
    void *arg;                  /* for hearth_arg() */
    size_t max_body;            /* bytes; 0 = the group's, else the application's */
    hearth_run run;             /* HEARTH_AUTO = the group's, else automatic */
    const hearth_route *routes; /* a group: a table below pattern, which inherits use,
                                   max_body, run, admit, spool, no_etag,
                                   unsafe_cross_site, anonymous and the limits
                                   below */
    const hearth_model *in;     /* read and checked before the handler runs: the body,
                                   or for GET, HEAD, DELETE and OPTIONS the query */
    const hearth_model *out;    /* the answer, for documentation and tests */
    const char *summary;        /* one line, for documentation */
    hearth_handler *admit; /* runs before the body is read, and before a client that asked
                              is told to send it: 0 goes on, anything else answers; NULL =
                              the group's.  Such a request never costs the body. */
    const hearth_body_ops *body; /* takes the body while it arrives: hearth/upload.h */
    bool spool; /* keep the body in a temporary file past 64 KiB: hearth_body_read() */
    size_t max_file;        /* bytes of a form's file; 0 = the group's, else the app's */
    size_t max_files;       /* of a form; 0 as above */
    size_t max_form_fields; /* of a form, files apart; 0 as above */
    bool many;              /* the answer is an array of .out */
    bool hidden;            /* left out of the documentation */
    bool no_etag;           /* no ETag made from the answer; see hearth_app_opts */
    bool binds; /* .in is for documentation: the handler calls hearth_bind() itself */
    const hearth_route_doc *doc; /* more for documentation; borrowed */
    const char *with; /* relations that the answer shows, or may show, in .out, "author,
                         comments.author" (hearth/relation.h), for documentation */
    bool unsafe_cross_site; /* pages of every site may make this request in a visitor's
                               name; see hearth_app_opts */
    bool anonymous; /* hearth_require_login (hearth/users.h) lets everybody pass */
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
 * Add a table of routes below a prefix, all of it or, when it fails, nothing.
 *
 * A pattern "/" of the table is the prefix itself: mounted at "/todos", "/" is "/todos".
 * (A route for "/todos/" is written in full, in a table mounted at "".)
 *
 * @param prefix  "" or "/" for the top, else like a pattern; a '/' at its end is dropped
 * Owns:    copied, the lists of middleware included; what `arg` points to is borrowed
 * Returns: 0, or (the sentence is in the log and in what hearth_app_start() says)
 *            HEARTH_EINVAL    malformed pattern, method or table; a name used twice
 *            HEARTH_ECONFLICT two routes match the same requests; both are named
 *            HEARTH_ESTATE    the application runs
 *            HEARTH_ENOMEM    out of memory
 * Thread:  setup
 * Since:   0.1
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
 * A number may be given for a parameter of any type that its text fits, and a text for an
 * int.  A '/' in a value becomes %2F, but in {rest:path}, where it separates.  What no
 * request can hold (an empty value, "." or ".." between slashes, invalid UTF-8) is
 * refused.
 *
 * Owns:    request
 * Returns: the path; NULL, with a line in the log, when no route has that name or the
 *          parameters do not fit its pattern (count, type), or out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_url(hearth_ctx *c, const char *name, hearth_vals params);

/** Where the handlers of a route run, and for how long they ran. */
typedef struct hearth_route_figures {
    const char *method, *pattern; /* both "" for requests that no route matched */
    hearth_run run;               /* what the route says */
    bool is_inline;               /* the next request runs on the reactor */
    int moves;                    /* how often HEARTH_AUTO has changed that */
    /* Counted when the application's options say `figures`, else 0.  A run is a handler
     * with its middleware, a `then` of hearth/async.h, or a callback of a WebSocket. */
    uint64_t inline_runs, worker_runs;
    int64_t total_us, longest_us; /* of all runs, of the longest one */
} hearth_route_figures;

/**
 * The figures of one route after the other: i = 0, 1, 2 ... in the order of registration,
 * the last one for requests that no route matched.
 *
 *     hearth_route_figures f;
 *     for (size_t i = 0; hearth_app_figures(app, i, &f); i++)
 *         printf("%s %s: %s\n", f.method, f.pattern, f.is_inline ? "reactor" : "worker");
 *
 * They are read while others count: each is right, together they may be of different moments.
 *
 * @param f  filled in; its texts live as long as the application
 * Returns: true, or false behind the last one.
 * Thread:  any, once it is started
 * Since:   0.1
 */
HEARTH_API bool hearth_app_figures_sized(const hearth_app *app, size_t i,
                                         hearth_route_figures *f, size_t size);
static inline bool hearth_app_figures(const hearth_app *app, size_t i,
                                      hearth_route_figures *f)
{
    return hearth_app_figures_sized(app, i, f, sizeof *f);
}

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_ROUTE_H */
