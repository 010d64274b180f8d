/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The tag is SipHash of the body under a key that is no secret: every instance of an
 * application, and the same one after a restart, must come to the same tag.  It is weak
 * since the bytes on the wire may be those of a content coding.
 */
#include "app/fresh.h"

#include "core/clock.h"
#include "core/hash.h"
#include "core/str.h"
#include "http/condition.h"
#include "http/date.h"
#include "http/etag.h"

static bool wants_tag(const hearth_ctx *c)
{
    const hearth__res *r = &c->res;

    return r->stream == NULL && r->body.len > HEARTH__FRESH_BYTES &&
           !c->app->opts.no_etag &&
           (c->match.route == NULL || !c->match.route->no_etag) &&
           !hearth__res_lists(r, HEARTH__S("Cache-Control"), HEARTH__S("no-store"));
}

static void add_tag(hearth_ctx *c)
{
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_text(&b, "W/\"");
    hearth__buf_hex(&b, hearth__hash64(c->res.body.ptr, c->res.body.len), 16);
    hearth__buf_char(&b, '"');
    if (!b.failed)
        (void)hearth__res_add(&c->res, &c->arena, HEARTH__S("ETag"),
                              hearth__buf_view(&b));
}

static hearth__validators validators(const hearth_ctx *c, int64_t now_s)
{
    const hearth__field *tag = hearth__res_find(&c->res, HEARTH__S("ETag"));
    const hearth__field *date = hearth__res_find(&c->res, HEARTH__S("Last-Modified"));
    hearth__validators v = {.etag = {"", 0}};

    if (tag != NULL && hearth__etag_valid(tag->value))
        v.etag = tag->value;
    v.dated = date != NULL && hearth__date_parse(date->value, now_s, &v.modified_s);
    return v;
}

/* A request without conditions, that is nearly every one, is done with here. */
static bool is_conditional(const hearth_ctx *c)
{
    for (size_t i = 0; i < c->head.nfields; i++)
        if (hearth__str_istarts(c->head.field[i].name, HEARTH__S("If-")))
            return true;
    return false;
}

int hearth__fresh(hearth_ctx *c)
{
    hearth__method m = c->framing.method;
    hearth__validators v;
    int64_t now_s;

    if ((m != HEARTH__GET && m != HEARTH__HEAD) || c->res.status != 200 ||
        c->res.file != NULL)
        return 0;
    if (hearth__res_find(&c->res, HEARTH__S("ETag")) == NULL && wants_tag(c))
        add_tag(c);
    if (!is_conditional(c))
        return 0;
    now_s = hearth__clock_wall_us() / 1000000;
    v = validators(c, now_s);
    return v.etag.len == 0 && !v.dated ? 0 : hearth__condition(&c->head, m, &v, now_s);
}

void hearth__fresh_unchanged(hearth_ctx *c)
{
    static const hearth_str of_body[] = {
        {"Content-Type", 12},        {"Content-Encoding", 16}, {"Content-Language", 16},
        {"Content-Disposition", 19}, {"Trailer", 7},
    };

    for (size_t i = 0; i < sizeof of_body / sizeof *of_body; i++)
        hearth__res_remove(&c->res, of_body[i]);
    c->res.status = 304;
    hearth__res_no_body(&c->res);
}
