/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_ROUTER_H
#define HEARTH_APP_ROUTER_H

/*
 * The route table: patterns compiled into a tree of segments.
 *
 * A node has literal children, found by a hash made once per request segment, and
 * parameter children in the order in which they are tried: int, float, date, uuid, slug,
 * string, then path.  Matching walks the decoded segments of the request with
 * backtracking; nothing is allocated, parameters are slices of the target's decoded
 * segments ('\0'-terminated, as those are).
 */

#include "app/placement.h"
#include "core/log.h"
#include "http/target.h"

#include <hearth/route.h>

#define HEARTH__MAX_PARAMS 16
#define HEARTH__MAX_GROUPS 8 /* depth of groups within groups */

typedef enum hearth__conv {
    HEARTH__CONV_INT,
    HEARTH__CONV_FLOAT,
    HEARTH__CONV_DATE,
    HEARTH__CONV_UUID,
    HEARTH__CONV_SLUG,
    HEARTH__CONV_STRING,
    HEARTH__CONV_PATH,
    HEARTH__NCONVS
} hearth__conv;

typedef struct hearth__route {
    const char *method; /* "GET" */
    hearth__method m;
    const char *pattern;          /* in full: "/api/todos/{id:int}" */
    hearth_handler *const *chain; /* group and route middleware, outermost first, then the
                                     handler, then NULL */
    const char *name;             /* or NULL */
    void *arg;
    size_t max_body; /* 0 = the application's */
    size_t nparams;
    struct {
        const char *name;
        hearth__conv conv;
    } param[HEARTH__MAX_PARAMS];
    hearth__placement place;
} hearth__route;

typedef struct hearth__router hearth__router;

hearth__router *hearth__router_new(void); /* NULL when out of memory */
void hearth__router_free(hearth__router *r);
/* A table below a prefix; entries are `size` bytes apart, fields beyond a caller's size
 * count as zero.  All or nothing; err holds the sentence. */
int hearth__router_mount(hearth__router *r, const char *prefix,
                         const hearth_route *routes, size_t size, hearth_error *err);

typedef struct hearth__match {
    hearth__route *route;                 /* NULL: none */
    hearth_str param[HEARTH__MAX_PARAMS]; /* in the order of the pattern */
} hearth__match;

/* The route for a method and path.  skip: how many better matches declined already.  HEAD
 * finds a HEAD route, else the GET route. On false `out->route` is NULL. */
bool hearth__router_match(const hearth__router *r, const hearth__target *t,
                          hearth__method m, hearth_str method, int skip,
                          hearth__match *out);
/* Append what Allow should say for this path: "GET, HEAD, OPTIONS"; nothing when no
 * pattern matches the path. */
void hearth__router_allow(const hearth__router *r, const hearth__target *t,
                          hearth__buf *out);
/* Does any route use this method token (for 501 against 405)?  Standard methods: yes. */
bool hearth__router_knows(const hearth__router *r, hearth__method m, hearth_str method);
/* By name, or NULL. */
const hearth__route *hearth__router_named(const hearth__router *r, const char *name);
/* The path of a route with params filled in, in memory of a; NULL with a sentence in *err
 * when they do not fit. */
const char *hearth__route_url(const hearth__route *route, hearth_vals params,
                              hearth__arena *a, hearth_error *err);
/* Does the text match the converter?  (path: not empty.) */
bool hearth__conv_matches(hearth__conv conv, hearth_str text);

#endif
