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

#include "app/pattern.h"
#include "app/placement.h"
#include "core/buf.h"
#include "http/method.h"
#include "http/target.h"

#include <hearth/route.h>

#define HEARTH__MAX_GROUPS 8 /* depth of groups within groups */

typedef struct hearth__route {
    const char *method; /* "GET" */
    hearth__method m;
    const char *pattern;          /* in full: "/api/todos/{id:int}" */
    hearth_handler *const *chain; /* group and route middleware, outermost first, then the
                                     handler, then NULL */
    const char *name;             /* or NULL */
    void *arg;
    const hearth_model *in, *out; /* or NULL */
    const char *summary;          /* or NULL */
    size_t max_body;              /* 0 = the application's; the next three too */
    size_t max_file, max_files, max_form_fields;
    hearth_handler *admit;       /* or NULL */
    const hearth_body_ops *body; /* or NULL */
    bool spool;
    bool many, hidden;
    bool no_etag;
    bool unsafe_cross_site;
    bool anonymous;
    const hearth_route_doc *doc;             /* or NULL */
    const char *with;                        /* or NULL */
    const struct hearth__resource *resource; /* app/resource.h's, or NULL */
    size_t nparams;
    struct {
        const char *name;
        hearth__conv conv;
    } param[HEARTH__MAX_PARAMS];
    hearth__placement place;

    const hearth__part *part; /* the segments of the pattern */
    size_t nparts;
    struct hearth__route *next; /* in the order of registration */
    struct hearth__node *node;  /* of the tree */
    struct hearth__route *peer; /* of the same node, another method of the application */
} hearth__route;

typedef struct hearth__router hearth__router;

hearth__router *hearth__router_new(void); /* NULL when out of memory */
void hearth__router_free(hearth__router *r);

/* ---- set-up: mount.c, on top of the three below ------------------------ */

/* A table below a prefix; entries are `size` bytes apart, fields beyond a caller's size
 * count as zero.  All or nothing; err holds the sentence.  Strings of the table are
 * copied. */
int hearth__router_mount(hearth__router *r, const char *prefix,
                         const hearth_route *routes, size_t size, hearth_error *err);
/* Memory that lives as long as the router. */
hearth__arena *hearth__router_arena(hearth__router *r);
/* Put one route, filled in but for what only the tree knows, where p says.  All or
 * nothing.  HEARTH_ECONFLICT, HEARTH_EINVAL (name taken) or HEARTH_ENOMEM. */
int hearth__router_add(hearth__router *r, hearth__route *route, const hearth__pattern *p,
                       hearth_error *err);
/* Take out all routes added after `last` (NULL: every one). */
void hearth__router_undo(hearth__router *r, hearth__route *last);
hearth__route *hearth__router_last(const hearth__router *r); /* NULL: none */
/* The first route; ->next leads to the others. */
const hearth__route *hearth__router_first(const hearth__router *r);

/* ---- per request ------------------------------------------------------- */

typedef struct hearth__match {
    hearth__route *route;                 /* NULL: none */
    hearth_str param[HEARTH__MAX_PARAMS]; /* in the order of the pattern */
} hearth__match;

/* The route for a method and path.  skip: how many better matches declined already; each
 * pattern counts once.  For HEAD a pattern offers its HEAD route, else its GET route.  On
 * false `out->route` is NULL; only the params that the pattern has are set. */
bool hearth__router_match(const hearth__router *r, const hearth__target *t,
                          hearth__method m, hearth_str method, int skip,
                          hearth__match *out);
/* Append what Allow should say for this path: "GET, HEAD, OPTIONS", methods of the
 * application's own last; nothing when no pattern matches the path. */
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

#endif
