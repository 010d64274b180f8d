/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Compression as a middleware.  It does nothing on the way in or out but leave a word that
 * the answer is to be encoded, which happens when nothing else can change it any more.
 */
#include <hearth/compress.h>

#include "app/app.h"
#include "app/coders.h"
#include "app/ctx.h"
#include "app/negotiate.h"
#include "app/req.h"
#include "app/stream.h"
#include "core/str.h"
#include "http/negotiate.h"

#include <hearth/memory.h>
#include <hearth/route.h>
#include <string.h>

/* ---- may it be? ---------------------------------------------------------------- */

/* hearth/compress.h, "Secrets". */
static bool is_secret(const hearth__res *r)
{
    return r->secret || hearth__res_find(r, HEARTH__S("Set-Cookie")) != NULL ||
           hearth__res_lists(r, HEARTH__S("Cache-Control"), HEARTH__S("no-store"));
}

static bool has(const hearth__res *r, const char *name)
{
    return hearth__res_find(r, hearth__str_of(name)) != NULL;
}

static bool suits(const hearth_ctx *c)
{
    const hearth__res *r = &c->res;
    const hearth__field *type = hearth__res_find(r, HEARTH__S("Content-Type"));

    return r->status != 204 && r->status != 205 && r->status != 206 && r->status != 304 &&
           r->file == NULL && type != NULL && hearth__coding_worth(type->value) &&
           (r->stream != NULL ||
            r->body.len >= hearth__coders_opts(c->app->coders)->min_bytes) &&
           !has(r, "Content-Encoding") && !has(r, "Content-Range") &&
           !has(r, "Content-Digest") && !is_secret(r) &&
           !hearth__res_lists(r, HEARTH__S("Cache-Control"), HEARTH__S("no-transform"));
}

/* The coding that the client wants most, or -1. */
static int choose(hearth_ctx *c)
{
    const hearth_compress_opts *o = hearth__coders_opts(c->app->coders);
    const bool off[HEARTH__NCODINGS] = {[HEARTH__ZSTD] = o->no_zstd,
                                        [HEARTH__BR] = o->no_br,
                                        [HEARTH__GZIP] = o->no_gzip};
    hearth_str offer[HEARTH__NCODINGS];
    int kind[HEARTH__NCODINGS], found;
    size_t n = 0;

    for (int k = 0; k < HEARTH__NCODINGS; k++) {
        if (off[k])
            continue;
        kind[n] = k;
        offer[n++] = hearth__coding_name((hearth__coding)k);
    }
    found = hearth__negotiate_coding(hearth__req_list(c, HEARTH__S("Accept-Encoding")),
                                     offer, n);
    return found < 0 ? -1 : kind[found];
}

/* ---- bodies ---------------------------------------------------------------------- */

/* False: it stays as it was. */
static bool encode_bytes(hearth_ctx *c, hearth__coding k)
{
    hearth_str *body = &c->res.body;
    hearth__coder *z = hearth__coder_take(c->app->coders, k, body->len);
    hearth__buf out;
    int rc;

    if (z == NULL)
        return false;
    hearth__buf_init(&out, &c->arena, 0);
    rc = hearth__coder_put(z, &out, body->ptr, body->len, true);
    hearth__coder_give(c->app->coders, z, false);
    if (rc != 0 || out.failed || out.len >= body->len)
        return false;
    *body = hearth__buf_view(&out);
    return true;
}

/* One stream's encoder, until the request ends. */
typedef struct lent {
    hearth__coders *from;
    hearth__coder *z;
} lent;

static void give_back(void *arg)
{
    lent *l = arg;

    hearth__coder_give(l->from, l->z, true);
}

static int put_block(void *self, hearth__buf *out, const char *p, size_t n, bool end)
{
    return hearth__coder_put(((lent *)self)->z, out, p, n, end);
}

static bool encode_stream(hearth_ctx *c, hearth__coding k)
{
    lent *l = HEARTH_NEW(c, lent);

    if (l == NULL)
        return false;
    l->from = c->app->coders;
    l->z = hearth__coder_take(l->from, k, 0);
    return l->z != NULL && hearth_defer(c, give_back, l) == 0 &&
           hearth__stream_encode(c, (hearth__encoder){put_block, l}) == 0;
}

/* ---- the answer -------------------------------------------------------------------- */

/* The same bytes no longer. */
static void weaken(hearth_ctx *c)
{
    const hearth__field *tag = hearth__res_find(&c->res, HEARTH__S("ETag"));
    hearth__buf b;

    if (tag == NULL || !hearth__str_starts(tag->value, HEARTH__S("\"")))
        return;
    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_text(&b, "W/");
    hearth__buf_str(&b, tag->value);
    if (!b.failed)
        (void)hearth__res_put(&c->res, &c->arena, HEARTH__S("ETag"),
                              hearth__buf_view(&b));
}

/* unchanged: the client has it; only what a 304 says of it is wanted. */
static void compress(hearth_ctx *c, bool unchanged)
{
    int k;

    if (!suits(c))
        return;
    (void)hearth__vary(c, HEARTH__S("Accept-Encoding"));
    k = choose(c);
    if (k < 0)
        return;
    if (!unchanged && !(c->res.stream != NULL ? encode_stream(c, (hearth__coding)k)
                                              : encode_bytes(c, (hearth__coding)k)))
        return;
    (void)hearth__res_put(&c->res, &c->arena, HEARTH__S("Content-Encoding"),
                          hearth__coding_name((hearth__coding)k));
    weaken(c);
}

int hearth_compress(hearth_ctx *c)
{
    c->encode = compress;
    return hearth_next(c);
}

/* ---- set-up -------------------------------------------------------------------------- */

static bool in_range(int level, hearth__coding k)
{
    return level >= 0 && level <= hearth__coding_max(k);
}

int hearth_use_compress_sized(hearth_app *app, const hearth_compress_opts *o, size_t size)
{
    hearth_compress_opts opts = {0};

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_compress"));
    if (o != NULL)
        memcpy(&opts, o, size < sizeof opts ? size : sizeof opts);
    if (!in_range(opts.zstd_level, HEARTH__ZSTD) ||
        !in_range(opts.br_level, HEARTH__BR) ||
        !in_range(opts.gzip_level, HEARTH__GZIP) || opts.max_streams < 0)
        return hearth__app_setup_failed(
            app, HEARTH_EINVAL,
            "hearth_use_compress: a level or max_streams is out of range; zstd has "
            "levels "
            "1 to 19, br 1 to 11, gzip 1 to 9, and 0 is the default");
    if (opts.no_zstd && opts.no_br && opts.no_gzip)
        return hearth__app_setup_failed(
            app, HEARTH_EINVAL,
            "hearth_use_compress: every coding is left out; leave the call out instead");
    hearth__coders_set(app->coders, &opts);
    return hearth_use(app, hearth_compress);
}

void hearth_secret(hearth_ctx *c)
{
    c->res.secret = true;
}
