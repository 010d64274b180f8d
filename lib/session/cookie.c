/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The client's side of a session: a cookie whose name says how it travels.  With the
 * prefix "__Host-" no other host and no page over plain http can have set it, so in
 * earnest no other name is read.  Only this machine talking to itself gets the plain name.
 */
#include "app/origin.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/enc.h"
#include "core/rand.h"
#include "core/str.h"
#include "session/session.h"

#include <hearth/log.h>
#include <hearth/req.h>
#include <hearth/res.h>

#define COMPLAINTS 10 /* in a minute */

/* Without Secure: the browser would not send it back. */
static bool is_plain(hearth_ctx *c, const hearth__sessions *of)
{
    return (of->opts.insecure && !c->origin.https) || hearth__origin_is_local(c);
}

/* ---- ids --------------------------------------------------------------------------- */

/* What the store knows of it is a hash: who reads the store cannot make a cookie of it. */
static bool hash_id(hearth_ctx *c, hearth_str text, hearth_str *id)
{
    unsigned char digest[HEARTH__DIGEST];
    hearth__buf b;

    hearth__digest(digest, text);
    hearth__buf_init(&b, &c->arena, 0);
    hearth__enc_base64(&b, hearth__str((const char *)digest, sizeof digest), true);
    *id = hearth__buf_view(&b);
    return !b.failed;
}

bool hearth__session_new_id(hearth_ctx *c, hearth_str *text, hearth_str *id)
{
    char raw[HEARTH__DIGEST];
    hearth__buf b;

    hearth__rand_bytes(raw, sizeof raw);
    hearth__buf_init(&b, &c->arena, 0);
    hearth__enc_base64(&b, hearth__str(raw, sizeof raw), true);
    *text = hearth__buf_view(&b);
    return !b.failed && hash_id(c, *text, id);
}

/* Which bytes it stands for does not matter: only the very text that we made has a hash
 * that is known. */
static bool could_be_ours(hearth_str text)
{
    if (text.len != HEARTH__SID_TEXT)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!hearth__is_alpha(text.ptr[i]) && !hearth__is_digit(text.ptr[i]) &&
            text.ptr[i] != '-' && text.ptr[i] != '_')
            return false;
    return true;
}

bool hearth__session_presented(hearth_ctx *c, hearth__sessions *of, hearth_str *id)
{
    const char *text = hearth_cookie(c, is_plain(c, of) ? of->plain : of->host);

    if (text == NULL)
        return false;
    *id = hearth__str_of(text);
    if (of->in_cookie)
        return true;
    if (could_be_ours(*id))
        return hash_id(c, *id, id);
    hearth__session_complain(c, of, "it is no id of ours");
    return false;
}

/* ---- the cookie -------------------------------------------------------------------- */

/* Once, since nothing would work and nothing would say why. */
static void tell_insecure(hearth_ctx *c, hearth__sessions *of)
{
    if (atomic_exchange(&of->told_insecure, true))
        return;
    hearth_logf(c, HEARTH_LOG_WARN,
                "the session's cookie is Secure, and this request came over plain http, "
                "so the browser will not keep it: name the proxy that speaks TLS in "
                "trusted_proxies (HEARTH_TRUSTED_PROXIES), or set .insecure of the "
                "sessions");
}

int hearth__session_put_cookie(hearth_ctx *c, hearth__sessions *of, const char *text,
                               int64_t max_age_s)
{
    bool plain = is_plain(c, of);
    const hearth_cookie_opts o = {
        .max_age_s = max_age_s < 0          ? -1
                     : of->opts.until_close ? 0
                                            : max_age_s,
        .insecure = plain,
        .strict = of->opts.same_site_strict,
    };

    if (!plain && !c->origin.https && max_age_s >= 0)
        tell_insecure(c, of);
    return hearth_set_cookie(c, plain ? of->plain : of->host, text, &o);
}

int hearth__session_renew_cookie(hearth_ctx *c, hearth__sessions *of, int64_t max_age_s)
{
    const char *text = hearth_cookie(c, is_plain(c, of) ? of->plain : of->host);

    return text == NULL || of->opts.until_close
               ? 0
               : hearth__session_put_cookie(c, of, text, max_age_s);
}

void hearth__session_complain(hearth_ctx *c, hearth__sessions *of, const char *what)
{
    int64_t minute = hearth__clock_us() / 60000000, was = atomic_load(&of->minute);
    unsigned n;

    if (was != minute && atomic_compare_exchange_strong(&of->minute, &was, minute))
        atomic_store(&of->complaints, 0);
    n = atomic_fetch_add(&of->complaints, 1);
    if (n < COMPLAINTS)
        hearth_logf(c, HEARTH_LOG_INFO, "a session cookie from %s is refused: %s%s",
                    hearth_peer(c), what,
                    n == COMPLAINTS - 1 ? "; more in this minute are not logged" : "");
}
