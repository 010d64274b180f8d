/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Which rows a request may see, and a row as an answer.
 *
 * The tag is a digest of what is shown, under a key that is no secret: every instance of an
 * application, and the same one after a restart, must come to the same tag.
 */

#include "app/answer.h"
#include "app/problem.h"
#include "core/digest.h"
#include "data/query.h"
#include "data/resource.h"

#include <hearth/res.h>

/* ---- whose rows ---------------------------------------------------------------------- */

/* One of the scope's: a NULL would make it nobody's row. */
static int own_value(hearth_ctx *c, const hearth__resource *r, size_t i, hearth_val *v)
{
    if (v->kind == HEARTH_VAL_NULL)
        return hearth__tell(c, 0, 403, "there are no rows of yours here");
    return hearth__sql_sought(&r->m->field[r->scope[i]], *v, &c->arena, v);
}

int hearth__resource_own(hearth_ctx *c, hearth__own *own)
{
    const hearth__resource *r = hearth__resource_of(c);

    for (size_t i = 0; i < HEARTH_RESOURCE_ARGS; i++)
        own->v[i] = (hearth_val){.kind = HEARTH_VAL_BAD};
    own->n = 0;
    if (r->o.args != NULL)
        HEARTH_TRY(r->o.args(c, own->v));
    while (own->n < HEARTH_RESOURCE_ARGS && own->v[own->n].kind != HEARTH_VAL_BAD)
        own->n++;
    if (own->n < r->nscope)
        return hearth__note(c, HEARTH_ESTATE,
                            "the .args of resource %s gave %zu values for a scope of %zu "
                            "fields",
                            r->o.name, own->n, r->nscope);
    for (size_t i = 0; i < r->nscope; i++)
        HEARTH_TRY(own_value(c, r, i, &own->v[i]));
    return 0;
}

int hearth__resource_key(hearth_ctx *c, hearth_val *key)
{
    const hearth__resource *r = hearth__resource_of(c);
    hearth_str text = c->match.param[c->match.route->nparams - 1];

    return hearth__sql_sought(&r->m->field[r->key], hearth_val_str(text), &c->arena, key);
}

int hearth__resource_load(hearth_ctx *c, const hearth__own *own, hearth_val key,
                          void **out)
{
    const hearth__resource *r = hearth__resource_of(c);
    uint64_t all = hearth__fields_all(r->m);
    hearth_val val[HEARTH__MAX_FIELDS];
    hearth__given g = {0, 0};
    hearth__sql q;

    HEARTH_TRY(hearth__query_open(c, r->m, true, &q));
    *out = hearth__arena_alloc(&c->arena, r->m->size);
    if (*out == NULL)
        return HEARTH_ENOMEM;
    val[r->key] = key;
    hearth__sql_select(&q, all);
    hearth__sql_where(&q, HEARTH__BIT(r->key), val);
    if (own != NULL)
        hearth__resource_confine(r, own, &q);
    return hearth__query_one(c, &q, all, *out, &g);
}

void hearth__resource_confine(const hearth__resource *r, const hearth__own *own,
                              hearth__sql *q)
{
    if (r->own == NULL)
        return;
    hearth__buf_f(&q->text, " AND (%s\n)", r->own); /* it may end in a comment */
    for (size_t i = 0; i < own->n; i++)
        hearth__sql_arg(q, own->v[i]);
}

/* ---- a row as an answer -------------------------------------------------------------- */

int hearth__resource_tag(hearth__arena *a, hearth_str json, hearth_str *tag)
{
    static const unsigned char key[HEARTH__MAC_KEY] = "hearth: the tag of a row";
    unsigned char mac[HEARTH__MAC];
    hearth__buf b;

    hearth__mac(mac, key, json);
    hearth__buf_init(&b, a, 0);
    hearth__buf_char(&b, '"');
    for (size_t i = 0; i < sizeof mac; i++)
        hearth__buf_hex(&b, mac[i], 2);
    hearth__buf_char(&b, '"');
    *tag = hearth__buf_view(&b);
    return b.failed ? HEARTH_ENOMEM : 0;
}

int hearth__resource_json(hearth_ctx *c, const void *obj, hearth_str *json)
{
    *json = hearth_model_json(c, hearth__resource_of(c)->m, obj);
    if (c->arena.failed)
        return HEARTH_ENOMEM;
    return json->len == 0 ? HEARTH_ESTATE : 0; /* noted there */
}

int hearth__resource_path(hearth_ctx *c, hearth_val key, const char **path)
{
    const hearth__route *item = hearth__resource_of(c)->item;
    hearth_val param[HEARTH__MAX_PARAMS];
    hearth_error why = {0};
    size_t n = item->nparams - 1;

    for (size_t i = 0; i < n; i++)
        param[i] = hearth_val_str(c->match.param[i]);
    param[n] = key;
    *path = hearth__route_url(item, (hearth_vals){param, n + 1}, &c->arena, &why);
    return *path == NULL ? why.code : 0;
}

static int put_place(hearth_ctx *c, bool created, const void *obj)
{
    const hearth__resource *r = hearth__resource_of(c);
    hearth_error why = {0};
    const char *path;
    hearth_val key;
    int rc;

    if (r->item == NULL)
        return 0;
    rc = hearth__row_val(r->m, r->key, obj, &c->arena, &key, &why);
    if (rc != 0)
        return hearth__query_failed(c, rc, &why);
    rc = hearth__resource_path(c, key, &path);
    if (rc == HEARTH_EINVAL)
        return hearth__note(c, HEARTH_ESTATE,
                            "resource %s made a row whose key no path can hold",
                            r->o.name);
    HEARTH_TRY(rc);
    if (created)
        HEARTH_TRY(hearth_set_header(c, "Location", path));
    return hearth_set_header(c, "Content-Location", path);
}

int hearth__resource_reply(hearth_ctx *c, bool created, const void *obj)
{
    bool wrote = c->framing.method != HEARTH__GET && c->framing.method != HEARTH__HEAD;
    hearth_str json, tag;

    HEARTH_TRY(hearth__resource_json(c, obj, &json));
    HEARTH_TRY(hearth__resource_tag(&c->arena, json, &tag));
    if (wrote) /* RFC 9110 8.7: the content is the row, and the tag is of that */
        HEARTH_TRY(put_place(c, created, obj));
    HEARTH_TRY(hearth__res_put(&c->res, &c->arena, HEARTH__S("ETag"), tag));
    c->res.secret = true; /* compressed, its tag would be weak and match nothing */
    return hearth__answer(c, created ? 201 : 200, HEARTH__S("application/json"), json);
}

/* ---- reading ------------------------------------------------------------------------- */

int hearth__resource_list(hearth_ctx *c)
{
    const hearth__resource *r = hearth__resource_of(c);
    hearth_list_opts o = r->list;
    hearth__own own;
    hearth_val *v;

    HEARTH_TRY(hearth__resource_own(c, &own));
    v = hearth__arena_array(&c->arena, own.n + r->list.args.n + 1, sizeof *v);
    if (v == NULL)
        return HEARTH_ENOMEM;
    memcpy(v, own.v, own.n * sizeof *v);
    if (r->list.args.n > 0)
        memcpy(v + own.n, r->list.args.v, r->list.args.n * sizeof *v);
    o.where = r->list_where;
    o.args = (hearth_vals){v, own.n + r->list.args.n};
    return hearth_reply_list(c, r->m, &o);
}

int hearth__resource_show(hearth_ctx *c)
{
    hearth__own own;
    hearth_val key;
    void *obj;

    HEARTH_TRY(hearth__resource_own(c, &own));
    HEARTH_TRY(hearth__resource_key(c, &key));
    HEARTH_TRY(hearth__resource_load(c, &own, key, &obj));
    return hearth__resource_reply(c, false, obj);
}
