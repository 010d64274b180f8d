/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Set-Cookie.  The grammar is lib/http's; here the options of the public interface, whose
 * zero is the safe side, become attributes.
 */
#include "app/ctx.h"
#include "app/problem.h"
#include "core/str.h"
#include "http/cookie.h"

#include <hearth/res.h>

static hearth__cookie cookie_of(const char *name, const char *value,
                                const hearth_cookie_opts *o)
{
    return (hearth__cookie){
        .name = hearth__str_of(name),
        .value = hearth__str_of(value),
        .path = o->path,
        .domain = o->domain,
        .max_age_s = o->max_age_s,
        .same_site = o->cross_site ? "None"
                     : o->strict   ? "Strict"
                                   : "Lax",
        .secure = !o->insecure,
        .http_only = !o->script_readable,
    };
}

int hearth_set_cookie(hearth_ctx *c, const char *name, const char *value,
                      const hearth_cookie_opts *o)
{
    const hearth_cookie_opts defaults = {0};
    hearth__cookie k;
    hearth__buf b;
    int rc = HEARTH_EINVAL;

    if (o == NULL)
        o = &defaults;
    hearth__buf_init(&b, &c->arena, 0);
    if (name != NULL && value != NULL && !(o->cross_site && o->strict)) {
        k = cookie_of(name, value, o);
        rc = hearth__cookie_write(&b, &k);
    }
    if (b.failed)
        return HEARTH_ENOMEM;
    if (rc != 0)
        return hearth__note(
            c, HEARTH_EINVAL,
            "cookie \"%s\" refused: its name, value, path or domain holds "
            "what RFC 6265 section 4.1.1 does not allow, or its options "
            "contradict each other or its name's prefix",
            name == NULL ? "(null)" : name);
    if (c->res.shut)
        return hearth__note(c, HEARTH_ESTATE,
                            "cookie \"%s\" comes when the head has been sent", name);
    return hearth__res_add(&c->res, &c->arena, HEARTH__S("Set-Cookie"),
                           hearth__buf_view(&b));
}
