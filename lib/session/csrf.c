/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Tokens for forms.  The session keeps 32 random bytes; a token is a mask of that size, and
 * the bytes under it, so that no two are alike.
 */
#include "app/cross_site.h"
#include "app/problem.h"
#include "core/enc.h"
#include "core/rand.h"
#include "core/secret.h"
#include "core/str.h"
#include "session/session.h"

#include <hearth/csrf.h>
#include <hearth/log.h>
#include <hearth/req.h>
#include <hearth/res.h>
#include <hearth/route.h>

#define BYTES 32

/* Into out; false when it is no base64url of exactly n bytes. */
static bool decode(hearth_str text, char *out, size_t n)
{
    char room[2 * BYTES + 1 + BYTES];
    hearth__buf b;

    hearth__buf_over(&b, room, sizeof room);
    if (!hearth__dec_base64(&b, text, true) || b.len != n)
        return false;
    memcpy(out, b.ptr, n);
    return true;
}

static const char *encode(hearth_ctx *c, const char *bytes, size_t n)
{
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    hearth__enc_base64(&b, hearth__str(bytes, n), true);
    return b.failed ? NULL : b.ptr;
}

/* What the session keeps, made if there is none. */
static bool secret_of(hearth_ctx *c, char secret[BYTES])
{
    const char *text = hearth_session_get(c, HEARTH__CSRF_KEY);

    if (text != NULL && decode(hearth__str_of(text), secret, BYTES))
        return true;
    hearth__rand_bytes(secret, BYTES);
    text = encode(c, secret, BYTES);
    return text != NULL && hearth_session_set(c, HEARTH__CSRF_KEY, text) == 0;
}

const char *hearth_csrf_token(hearth_ctx *c)
{
    char secret[BYTES], token[2 * BYTES];

    if (hearth_session_load(c) != 0 || !secret_of(c, secret))
        return NULL;
    hearth__rand_bytes(token, BYTES);
    for (size_t i = 0; i < BYTES; i++)
        token[BYTES + i] = (char)(token[i] ^ secret[i]);
    hearth__secret_wipe(secret, sizeof secret);
    return encode(c, token, sizeof token);
}

typedef enum fit {
    NO_TOKEN,
    OF_ANOTHER, /* session, or made up */
    OF_THIS
} fit;

static fit fits(hearth_ctx *c, const char *text)
{
    const char *kept = hearth_session_get(c, HEARTH__CSRF_KEY);
    char secret[BYTES], token[2 * BYTES];
    bool same;

    if (text == NULL || !decode(hearth__str_of(text), token, sizeof token))
        return NO_TOKEN;
    if (kept == NULL || !decode(hearth__str_of(kept), secret, BYTES))
        return OF_ANOTHER;
    for (size_t i = 0; i < BYTES; i++)
        token[i] = (char)(token[i] ^ token[BYTES + i]);
    same = hearth__secret_equal(hearth__str(token, BYTES), hearth__str(secret, BYTES));
    hearth__secret_wipe(secret, sizeof secret);
    hearth__secret_wipe(token, sizeof token);
    return same ? OF_THIS : OF_ANOTHER;
}

/* Of two first pages that are opened at once each begins a session, and the browser keeps
 * one: while nobody is logged in, a page of ours is enough. */
static bool enough(hearth_ctx *c, const char *text)
{
    switch (fits(c, text)) {
    case OF_THIS:
        return true;
    case OF_ANOTHER:
        return hearth_session_user(c) == NULL && hearth__cross_site_own(c);
    case NO_TOKEN:
        break;
    }
    return false;
}

int hearth_csrf_check(hearth_ctx *c)
{
    const char *text;

    HEARTH_TRY(hearth_session_load(c));
    text = hearth_header(c, "X-CSRF-Token");
    if (text == NULL)
        text = hearth_form(c, "csrf_token", NULL);
    if (enough(c, text))
        return 0;
    hearth_logf(c, HEARTH_LOG_WARN, "refused a %s from %s: %s", hearth_method(c),
                hearth_peer(c),
                text == NULL ? "it has no csrf_token"
                             : "its csrf_token is not of this session");
    return hearth_fail(c, 403,
                       "the page is out of date: reload it and send the form again");
}

static const char *form_token(hearth_ctx *c, const char **name)
{
    *name = "csrf_token";
    return hearth_csrf_token(c);
}

int hearth_csrf(hearth_ctx *c)
{
    hearth__method m = c->framing.method;

    c->form_token = form_token;
    if (m != HEARTH__GET && m != HEARTH__HEAD && m != HEARTH__OPTIONS)
        HEARTH_TRY(hearth_csrf_check(c));
    return hearth_next(c);
}
