/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DATA_RESOURCE_H
#define HEARTH_DATA_RESOURCE_H

/*
 * A table as a resource:
 *
 *   resource.c        set-up: options to routes
 *   resource_doc.c    what the documentation says of them
 *   resource_row.c    which rows are a request's, and a row as an answer
 *   resource_merge.c  what a row becomes
 *   resource_write.c  the actions
 */

#include "app/ctx.h"
#include "model/sql.h"

#include <hearth/resource.h>

/* What one hearth_resource() call set up; lives as long as the router. */
typedef struct hearth__resource {
    const hearth_model *m;
    hearth_resource_opts o; /* copied; o.list points to list, or NULL */
    hearth_list_opts list;
    size_t key;                         /* a field */
    size_t scope[HEARTH_RESOURCE_ARGS]; /* fields */
    size_t nscope;
    uint64_t scoped; /* as a mask */
    uint64_t fixed;  /* not the client's to change: key, scope, readonly */
    uint64_t secret;
    const char *own;           /* SQL for scope and where; NULL: all rows */
    const char *list_where;    /* and the list's; NULL: none */
    const hearth__route *item; /* a route whose path is that of a row; NULL: none */
} hearth__resource;

/* The values of a request for `own`. */
typedef struct hearth__own {
    hearth_val v[HEARTH_RESOURCE_ARGS];
    size_t n;
} hearth__own;

/* What happens to one row. */
typedef struct hearth__change {
    const hearth__resource *r;
    hearth__own own;
    hearth_val key; /* of the path, as the column has it */
    void *obj;      /* as it is to be */
    void *old;      /* as it is; NULL: there is none */
} hearth__change;

/* The masks of a struct as they are. */
static inline hearth__given hearth__masks(const hearth_model *m, const void *obj)
{
    hearth__given g;

    memcpy(&g, (const char *)obj + m->given, sizeof g);
    return g;
}

/* ---- resource_row.c ------------------------------------------------------------------ */

/* That of the route. */
static inline const hearth__resource *hearth__resource_of(const hearth_ctx *c)
{
    return c->match.route->resource;
}
/* Ask the program for the values of scope and where: 0, or what to answer. */
int hearth__resource_own(hearth_ctx *c, hearth__own *own);
/* The key that the path has: 0, HEARTH_ENOTFOUND or HEARTH_ENOMEM. */
int hearth__resource_key(hearth_ctx *c, hearth_val *key);
/* The row with this key if it is the request's (own NULL: whoever's it is): a new struct with
 * its masks; HEARTH_ENOTFOUND. */
int hearth__resource_load(hearth_ctx *c, const hearth__own *own, hearth_val key,
                          void **out);
/* Behind a WHERE: and it is the request's. */
void hearth__resource_confine(const hearth__resource *r, const hearth__own *own,
                              hearth__sql *q);
/* What is shown of a row: 0, or HEARTH_ESTATE, noted, or HEARTH_ENOMEM. */
int hearth__resource_json(hearth_ctx *c, const void *obj, hearth_str *json);
/* The strong ETag of JSON text; HEARTH_ENOMEM. */
int hearth__resource_tag(hearth__arena *a, hearth_str json, hearth_str *tag);
/* The path of the row with this key.  HEARTH_EINVAL: no request could hold it. */
int hearth__resource_path(hearth_ctx *c, hearth_val key, const char **path);
/* Answer with a row, its tag and where it is; created: 201 with Location. */
int hearth__resource_reply(hearth_ctx *c, bool created, const void *obj);

/* ---- resource_merge.c ---------------------------------------------------------------- */

/* The JSON pointer of a field; NULL when out of memory. */
const char *hearth__resource_pointer(hearth_ctx *c, const hearth__resource *r, size_t i);
/* w->obj, bound from a PUT or PATCH, becomes the whole row: what was not given comes from
 * w->old or goes.  HEARTH_EMODEL for what is not the client's to change, all of it told. */
int hearth__resource_merge(hearth_ctx *c, const hearth__change *w, bool patch);
/* w->obj, bound, becomes a new row of this request: scope, and, if it has one, the key of the
 * path.  The same faults. */
int hearth__resource_settle(hearth_ctx *c, const hearth__change *w, bool has_key);
/* The fields in which obj is another row than old, and the values of all of obj's. */
int hearth__resource_differs(hearth_ctx *c, const hearth__change *w, hearth_val *val,
                             uint64_t *which);

/* ---- resource_doc.c ------------------------------------------------------------------ */

/* Lines for hearth_route.doc of an action, in memory of the router; NULL when there is none. */
const hearth_route_doc *hearth__resource_doc(const hearth_app *app,
                                             const hearth__resource *r,
                                             hearth_resource_action action);

/* ---- resource_write.c, resource_row.c ------------------------------------------------ */

hearth_handler hearth__resource_list, hearth__resource_show, hearth__resource_create,
    hearth__resource_replace, hearth__resource_patch, hearth__resource_delete;

#endif
