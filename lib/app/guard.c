/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Which of the fields go with an answer is decided when all else is done: what a handler,
 * a middleware or a hook set under the same name stays as it is.
 */
#include "app/guard.h"

#include "app/app.h"
#include "app/ctx.h"
#include "core/enc.h"
#include "core/error.h"
#include "core/rand.h"
#include "core/str.h"
#include "http/csp.h"

#include <hearth/security.h>
#include <stdio.h>
#include <stdlib.h>

#define NONCE_BYTES 16
#define YEAR_S      31536000
#define BIT(which)  (1u << (which))

/* ---- set-up -------------------------------------------------------------------- */

static const hearth__field defaults[HEARTH__NGUARDS] = {
    [HEARTH__GUARD_NOSNIFF] = {{"X-Content-Type-Options", 22}, {"nosniff", 7}},
    [HEARTH__GUARD_REFERRER] = {{"Referrer-Policy", 15}, {"same-origin", 11}},
    [HEARTH__GUARD_OPENER] = {{"Cross-Origin-Opener-Policy", 26}, {"same-origin", 11}},
    [HEARTH__GUARD_POLICY] = {{"Content-Security-Policy", 23},
                              {"default-src 'self'; frame-ancestors 'none'; "
                               "base-uri 'self'",
                               59}},
    [HEARTH__GUARD_PERMISSIONS] = {{"Permissions-Policy", 18},
                                   {"camera=(), geolocation=(), microphone=(), "
                                    "payment=(), usb=()",
                                    60}},
    [HEARTH__GUARD_HSTS] = {{"Strict-Transport-Security", 25}, {"max-age=31536000", 16}},
};

static void leave_out(hearth__guard *g, unsigned which)
{
    g->always &= ~BIT(which);
    g->page &= ~BIT(which);
    g->https &= ~BIT(which);
}

static int take(hearth__guard *g, unsigned which, hearth_str value)
{
    g->own[which] = strndup(value.ptr, value.len);
    g->field[which].value = hearth__str(g->own[which], value.len);
    return g->own[which] == NULL ? HEARTH_ENOMEM : 0;
}

/* What is wrong with the value, or NULL. */
static const char *objection(unsigned which, hearth_str value)
{
    if (hearth__res_check(defaults[which].name, value) != 0)
        return "it is empty, begins or ends with a space, or holds a control character";
    return which == HEARTH__GUARD_POLICY ? hearth__csp_objection(value) : NULL;
}

static int choose(hearth__guard *g, unsigned which, const char *option, const char *text,
                  hearth_error *err)
{
    hearth_str value = hearth__str_of(text);
    const char *why;

    if (text == NULL)
        return 0;
    if (strcmp(text, HEARTH_UNSAFE_NOT_SENT) == 0) {
        leave_out(g, which);
        return 0;
    }
    why = objection(which, value);
    if (why != NULL)
        return hearth__error_set(err, HEARTH_EINVAL, "the option %s, \"%s\": %s", option,
                                 text, why);
    if (take(g, which, value) != 0)
        return hearth__error_set(err, HEARTH_ENOMEM, "the option %s: out of memory",
                                 option);
    return 0;
}

static int choose_hsts(hearth__guard *g, const hearth_app_opts *o, hearth_error *err)
{
    char text[64];
    int n;

    if (o->hsts_s == HEARTH_UNSAFE_NO_HSTS) {
        leave_out(g, HEARTH__GUARD_HSTS);
        return 0;
    }
    if (o->hsts_s < 0)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "the option hsts_s is %lld: seconds from 1 on, 0 for the "
            "default, or HEARTH_UNSAFE_NO_HSTS",
            (long long)o->hsts_s);
    if (o->hsts_s == 0 && !o->hsts_subdomains)
        return 0;
    n = snprintf(text, sizeof text, "max-age=%lld%s",
                 (long long)(o->hsts_s == 0 ? YEAR_S : o->hsts_s),
                 o->hsts_subdomains ? "; includeSubDomains" : "");
    return take(g, HEARTH__GUARD_HSTS, hearth__str(text, (size_t)n)) == 0
               ? 0
               : hearth__error_set(err, HEARTH_ENOMEM,
                                   "the option hsts_s: out of memory");
}

int hearth__guard_init(hearth__guard *g, const hearth_app_opts *o, hearth_error *err)
{
    memcpy(g->field, defaults, sizeof g->field);
    g->always = BIT(HEARTH__GUARD_NOSNIFF) | BIT(HEARTH__GUARD_REFERRER);
    g->page = BIT(HEARTH__GUARD_OPENER) | BIT(HEARTH__GUARD_POLICY) |
              BIT(HEARTH__GUARD_PERMISSIONS);
    g->https = BIT(HEARTH__GUARD_HSTS);
    HEARTH_TRY(
        choose(g, HEARTH__GUARD_REFERRER, "referrer_policy", o->referrer_policy, err));
    HEARTH_TRY(choose(g, HEARTH__GUARD_OPENER, "opener_policy", o->opener_policy, err));
    HEARTH_TRY(choose(g, HEARTH__GUARD_POLICY, "content_security_policy",
                      o->content_security_policy, err));
    HEARTH_TRY(choose(g, HEARTH__GUARD_PERMISSIONS, "permissions_policy",
                      o->permissions_policy, err));
    return choose_hsts(g, o, err);
}

void hearth__guard_clear(hearth__guard *g)
{
    for (size_t i = 0; i < HEARTH__NGUARDS; i++)
        free(g->own[i]);
}

/* ---- answers -------------------------------------------------------------------- */

/* The fields' names differ in length, so that most are told by that alone. */
static unsigned bit_of(hearth_str name)
{
    for (unsigned i = 0; i < HEARTH__NGUARDS; i++)
        if (name.len == defaults[i].name.len)
            return hearth__str_ieq(name, defaults[i].name) ? BIT(i) : 0;
    return 0;
}

/* Nearly always it is written so. */
static bool is_content_type(hearth_str name)
{
    return memcmp(name.ptr, "Content-Type", sizeof "Content-Type" - 1) == 0 ||
           hearth__str_ieq(name, HEARTH__S("Content-Type"));
}

/* Does a browser make a page of it, with scripts?  One letter rules out nearly all that
 * is none. */
static bool is_page(const hearth__field *f)
{
    hearth_str type = f->value;

    if (type.len < 9)
        return false;
    return (hearth__lower(type.ptr[5]) == 'h' &&
            hearth__str_istarts(type, HEARTH__S("text/html"))) ||
           (hearth__lower(type.ptr[5]) == 'c' &&
            hearth__str_istarts(type, HEARTH__S("application/xhtml+xml")));
}

/* Data, from which a browser loads nothing else. */
static bool is_data(const hearth__field *f)
{
    hearth_str type = f->value;

    return hearth__str_starts(type, HEARTH__S("text/plain")) ||
           hearth__str_starts(type, HEARTH__S("application/json"));
}

void hearth__guard_answer(hearth_ctx *c)
{
    const hearth__guard *g = &c->app->guard;
    hearth__res *r = &c->res;
    unsigned all = g->always, set = 0;

    for (size_t i = 0; i < r->nfields; i++) {
        const hearth__field *f = &r->field[i];

        if (f->name.len != sizeof "Content-Type" - 1 || !is_content_type(f->name))
            set |= bit_of(f->name);
        else if (is_data(f))
            all &= ~BIT(HEARTH__GUARD_REFERRER);
        else if (is_page(f))
            all |= g->page;
    }
    if (c->origin.https)
        all |= g->https;
    r->guard = g;
    r->guards = all & ~set;
}

/* ---- a nonce --------------------------------------------------------------------- */

const char *hearth_csp_nonce(hearth_ctx *c)
{
    const hearth__field *usual = &c->app->guard.field[HEARTH__GUARD_POLICY];
    char bytes[NONCE_BYTES];
    hearth__buf text, policy;

    if (c->nonce != NULL)
        return c->nonce;
    hearth__rand_bytes(bytes, sizeof bytes);
    hearth__buf_init(&text, &c->arena, 0);
    hearth__enc_base64(&text, hearth__str(bytes, sizeof bytes), false);
    if (text.failed)
        return NULL;
    hearth__buf_init(&policy, &c->arena, 0);
    hearth__csp_with_nonce(&policy, usual->value, text.ptr);
    if (policy.failed)
        return NULL;
    c->res.policy = (hearth__field){usual->name, hearth__buf_view(&policy)};
    return c->nonce = text.ptr;
}
