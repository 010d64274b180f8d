/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The actions that write.
 *
 * What depends on the row as it is (conditions, merging, the program's functions) happens in
 * the transaction that changes it.  What does not, a plain creation or deletion, is one
 * statement outside, so that it can share its commit with those of others.
 */

#include "app/model.h"
#include "app/problem.h"
#include "app/req.h"
#include "data/query.h"
#include "data/resource.h"
#include "http/accept.h"
#include "http/condition.h"

#include <hearth/res.h>

typedef int step(hearth_ctx *c, hearth__change *w);

/* All of it, or nothing. */
static int transact(hearth_ctx *c, hearth__change *w, step *fn)
{
    int rc;

    HEARTH_TRY(hearth_begin(c));
    rc = fn(c, w);
    if (rc == 0)
        return hearth_commit(c);
    (void)hearth_rollback(c);
    return rc;
}

static int run(hearth_ctx *c, hearth_resource_fn *fn, void *obj, const void *old)
{
    return fn == NULL ? 0 : fn(c, obj, old);
}

/* ---- conditions ---------------------------------------------------------------------- */

static bool is_conditional(const hearth_ctx *c)
{
    return hearth__head_find(&c->head, HEARTH__S("If-Match")) != NULL ||
           hearth__head_find(&c->head, HEARTH__S("If-None-Match")) != NULL;
}

/* Does the client know what it changes? */
static int check_condition(hearth_ctx *c, const hearth__change *w)
{
    hearth__validators v = {.absent = w->old == NULL, .etag = HEARTH__S("")};
    hearth_str json;

    if (!is_conditional(c)) {
        if (!w->r->o.require_match || v.absent)
            return 0;
        return hearth__tell(
            c, 0, 428,
            "this needs an If-Match header with the ETag of what is to be "
            "changed; read it first");
    }
    if (!v.absent) {
        HEARTH_TRY(hearth__resource_json(c, w->old, &json));
        HEARTH_TRY(hearth__resource_tag(&c->arena, json, &v.etag));
    }
    if (hearth__condition(&c->head, c->framing.method, &v, 0) == 0)
        return 0;
    return hearth__tell(c, 0, 412,
                        v.absent ? "there is none to match"
                                 : "it is not, or not any more, what the condition says; "
                                   "read it again");
}

/* ---- storing ------------------------------------------------------------------------- */

/* What was written, as it is now, for the program and then for the answer. */
static int look_back(hearth_ctx *c, hearth__change *w, hearth_resource_fn *after)
{
    int rc = hearth__resource_load(c, &w->own, w->key, &w->obj);

    if (rc == HEARTH_ENOTFOUND)
        return hearth__tell(c, 0, 403, "it would not be one of yours any more");
    HEARTH_TRY(rc);
    if (after == NULL)
        return 0;
    HEARTH_TRY(after(c, w->obj, w->old));
    return hearth__resource_load(c, &w->own, w->key, &w->obj);
}

static int key_of(hearth_ctx *c, hearth__change *w)
{
    hearth_error why = {0};

    return hearth__query_failed(
        c, hearth__row_val(w->r->m, w->r->key, w->obj, &c->arena, &w->key, &why), &why);
}

/* A key that the client chose has to fit into an address. */
static int check_key(hearth_ctx *c, hearth__change *w)
{
    const hearth__resource *r = w->r;
    const char *path;
    int rc;

    if (r->item == NULL || (hearth__masks(r->m, w->obj).has & HEARTH__BIT(r->key)) == 0)
        return 0;
    HEARTH_TRY(key_of(c, w));
    rc = hearth__resource_path(c, w->key, &path);
    if (rc != HEARTH_EINVAL)
        return rc;
    return hearth_fault(c, hearth__resource_pointer(c, r, r->key), "format",
                        "%s has to be what an address can hold between two slashes",
                        r->m->field[r->key].name);
}

static int insert(hearth_ctx *c, hearth__change *w)
{
    const hearth_model *m = w->r->m;

    HEARTH_TRY(run(c, w->r->o.before_create, w->obj, NULL));
    HEARTH_TRY(check_key(c, w));
    HEARTH_TRY(hearth__query_insert(c, m, w->obj, hearth__masks(m, w->obj)));
    return key_of(c, w);
}

static int insert_watched(hearth_ctx *c, hearth__change *w)
{
    HEARTH_TRY(insert(c, w));
    return look_back(c, w, w->r->o.after_create);
}

/* w->obj is the row: ask the model, write it, read it back. */
static int create(hearth_ctx *c, hearth__change *w)
{
    const hearth_resource_opts *o = &w->r->o;
    void *stored;
    int rc;

    HEARTH_TRY(hearth__model_holds(c, w->r->m, w->obj));
    if (o->before_create != NULL || o->after_create != NULL || o->where != NULL)
        return transact(c, w, insert_watched);
    HEARTH_TRY(insert(c, w));
    rc = hearth__resource_load(c, &w->own, w->key, &stored);
    if (rc == 0)
        w->obj = stored;
    return rc == HEARTH_ENOTFOUND ? 0 : rc; /* so soon gone: as it was made, then */
}

static int write_fields(hearth_ctx *c, hearth__change *w)
{
    const hearth__resource *r = w->r;
    hearth_val val[HEARTH__MAX_FIELDS];
    uint64_t which;
    hearth__sql q;

    HEARTH_TRY(hearth__resource_differs(c, w, val, &which));
    if (which == 0)
        return 0;
    val[r->key] = w->key;
    HEARTH_TRY(hearth__query_open(c, r->m, true, &q));
    hearth__sql_update(&q, which, HEARTH__BIT(r->key), val);
    HEARTH_TRY(hearth__query_ready(&q));
    return hearth_exec(c, q.text.ptr, hearth__sql_args(&q));
}

/* ---- create -------------------------------------------------------------------------- */

static int begin(hearth_ctx *c, hearth__change *w)
{
    *w = (hearth__change){.r = hearth__resource_of(c)};
    HEARTH_TRY(hearth__resource_own(c, &w->own));
    w->obj = hearth__arena_alloc(&c->arena, w->r->m->size);
    return w->obj == NULL ? HEARTH_ENOMEM : 0;
}

int hearth__resource_create(hearth_ctx *c)
{
    hearth__change w;

    HEARTH_TRY(begin(c, &w));
    HEARTH_TRY(
        hearth__model_bind(c, w.r->m, w.obj, &(hearth__leave){.optional = w.r->scoped}));
    HEARTH_TRY(hearth__resource_settle(c, &w, false));
    HEARTH_TRY(create(c, &w));
    return hearth__resource_reply(c, true, w.obj);
}

/* ---- replace and patch --------------------------------------------------------------- */

/* The row of the path; none is no failure. */
static int find(hearth_ctx *c, hearth__change *w)
{
    int rc = hearth__resource_load(c, &w->own, w->key, &w->old);

    if (rc == HEARTH_ENOTFOUND)
        w->old = NULL;
    return rc == HEARTH_ENOTFOUND ? 0 : rc;
}

static int update(hearth_ctx *c, hearth__change *w, bool patch)
{
    HEARTH_TRY(check_condition(c, w));
    HEARTH_TRY(hearth__resource_merge(c, w, patch));
    HEARTH_TRY(hearth__model_holds(c, w->r->m, w->obj));
    HEARTH_TRY(run(c, w->r->o.before_update, w->obj, w->old));
    HEARTH_TRY(write_fields(c, w));
    return look_back(c, w, w->r->o.after_update);
}

static int patch(hearth_ctx *c, hearth__change *w)
{
    HEARTH_TRY(find(c, w));
    return w->old == NULL ? HEARTH_ENOTFOUND : update(c, w, true);
}

/* A PUT that creates is bound anew, as a POST is: now it matters what is missing. */
static int put_new(hearth_ctx *c, hearth__change *w)
{
    const hearth__resource *r = w->r;
    uint64_t known = r->scoped | HEARTH__BIT(r->key);
    void *other;
    int rc = hearth__resource_load(c, NULL, w->key, &other);

    if (rc != HEARTH_ENOTFOUND) /* somebody else's */
        return rc == 0 ? HEARTH_ENOTFOUND : rc;
    HEARTH_TRY(check_condition(c, w));
    HEARTH_TRY(hearth__model_bind(c, r->m, w->obj,
                                  &(hearth__leave){.optional = known, .echoed = known}));
    HEARTH_TRY(hearth__resource_settle(c, w, true));
    HEARTH_TRY(hearth__model_holds(c, r->m, w->obj));
    return insert_watched(c, w);
}

static int replace(hearth_ctx *c, hearth__change *w)
{
    HEARTH_TRY(find(c, w));
    if (w->old != NULL)
        return update(c, w, false);
    return w->r->o.upsert ? put_new(c, w) : HEARTH_ENOTFOUND;
}

static int change(hearth_ctx *c, bool partial, step *fn)
{
    hearth__change w;

    HEARTH_TRY(begin(c, &w));
    HEARTH_TRY(hearth__resource_key(c, &w.key));
    HEARTH_TRY(hearth__model_bind(c, w.r->m, w.obj,
                                  &(hearth__leave){.partial = partial,
                                                   .optional = w.r->fixed | w.r->secret,
                                                   .echoed = w.r->fixed}));
    HEARTH_TRY(transact(c, &w, fn));
    return hearth__resource_reply(c, w.old == NULL, w.obj);
}

int hearth__resource_replace(hearth_ctx *c)
{
    return change(c, false, replace);
}

int hearth__resource_patch(hearth_ctx *c)
{
    int rc = HEARTH_EMEDIA;

    if (!hearth__media_type_is(hearth__req_type(c),
                               HEARTH__S("application/json-patch+json"), HEARTH__S("")))
        rc = change(c, true, patch);
    if (rc == HEARTH_EMEDIA) /* RFC 5789 2.2 */
        HEARTH_TRY(hearth_set_header(c, "Accept-Patch",
                                     "application/merge-patch+json, application/json"));
    return rc;
}

/* ---- delete -------------------------------------------------------------------------- */

static int drop(hearth_ctx *c, hearth__change *w)
{
    const hearth__resource *r = w->r;
    hearth_val val[HEARTH__MAX_FIELDS];
    hearth__sql q;

    HEARTH_TRY(hearth__query_open(c, r->m, true, &q));
    val[r->key] = w->key;
    hearth__sql_delete(&q, HEARTH__BIT(r->key), val);
    hearth__resource_confine(r, &w->own, &q);
    HEARTH_TRY(hearth__query_ready(&q));
    HEARTH_TRY(hearth_exec(c, q.text.ptr, hearth__sql_args(&q)));
    return hearth_changes(c) > 0 ? 0 : HEARTH_ENOTFOUND;
}

static int drop_watched(hearth_ctx *c, hearth__change *w)
{
    HEARTH_TRY(hearth__resource_load(c, &w->own, w->key, &w->old));
    HEARTH_TRY(check_condition(c, w));
    HEARTH_TRY(run(c, w->r->o.before_delete, w->old, w->old));
    HEARTH_TRY(drop(c, w));
    return run(c, w->r->o.after_delete, w->old, w->old);
}

int hearth__resource_delete(hearth_ctx *c)
{
    const hearth_resource_opts *o = &hearth__resource_of(c)->o;
    hearth__change w;

    HEARTH_TRY(begin(c, &w));
    HEARTH_TRY(hearth__resource_key(c, &w.key));
    if (is_conditional(c) || o->require_match || o->before_delete != NULL ||
        o->after_delete != NULL)
        HEARTH_TRY(transact(c, &w, drop_watched));
    else
        HEARTH_TRY(drop(c, &w));
    return 204;
}
