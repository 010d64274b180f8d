/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Tokens of a request: read, made, and the keys that others verify them with.
 */
#include "auth/jwt.h"

#include "app/problem.h"
#include "app/shown.h"
#include "auth/token.h"
#include "core/secret.h"
#include "core/str.h"
#include "json/load.h"
#include "json/write.h"

#include <hearth/log.h>
#include <hearth/memory.h>
#include <hearth/req.h>
#include <hearth/res.h>

/* ---- verify ------------------------------------------------------------------------ */

static void drop_tree(void *arg)
{
    json_decref(arg);
}

/* Why they are not good; NULL: they are, or memory ran out. */
static const char *read_claims(hearth_ctx *c, const hearth_jwt *jwt, hearth_str payload,
                               hearth_claims *out)
{
    hearth_error err = {0};
    json_t *all = hearth__json_load(payload, NULL, &err);

    if (all == NULL) {
        c->arena.failed = c->arena.failed || err.code == HEARTH_ENOMEM;
        return "its payload is no JSON, or has a name twice";
    }
    if (hearth_defer(c, drop_tree, all) != 0)
        return NULL;
    return hearth__claims_check(&jwt->claims, all, hearth__token_now(c), out);
}

int hearth__jwt_open(hearth_ctx *c, const hearth_jwt *jwt, hearth_str text,
                     const hearth_claims **claims, const char **why)
{
    hearth_claims *out = HEARTH_NEW(c, hearth_claims);
    hearth_str payload;

    *claims = NULL;
    hearth__shown_hide(c, text);
    *why = hearth__jws_open(&jwt->jws, text, &c->arena, &payload);
    if (*why == NULL && out != NULL)
        *why = read_claims(c, jwt, payload, out);
    if (c->arena.failed)
        return HEARTH_ENOMEM;
    if (*why == NULL)
        *claims = out;
    return 0;
}

int hearth_jwt_verify(hearth_ctx *c, const hearth_jwt *jwt, const char *text,
                      const hearth_claims **claims)
{
    const hearth_claims *good;
    const char *why;

    if (claims != NULL)
        *claims = NULL;
    if (jwt == NULL)
        return hearth__note(c, HEARTH_EINVAL, "hearth_jwt_verify: jwt is NULL");
    HEARTH_TRY(hearth__jwt_open(c, jwt, hearth__str_of(text), &good, &why));
    if (good == NULL) {
        hearth_logf(c, HEARTH_LOG_INFO, "a token from %s is refused: %s", hearth_peer(c),
                    why);
        return hearth__tell(c, HEARTH_EINVAL, 400,
                            "The token is not good, or good no more.");
    }
    if (claims != NULL)
        *claims = good;
    return 0;
}

/* ---- sign -------------------------------------------------------------------------- */

static bool set_default(json_t *claims, const char *name, const char *value)
{
    return value == NULL || json_object_get(claims, name) != NULL ||
           json_object_set_new(claims, name, json_string(value)) == 0;
}

static bool complete(json_t *claims, const hearth_jwt *jwt, int64_t now_s, int64_t ttl_s)
{
    return set_default(claims, "iss", jwt->issuer) &&
           set_default(claims, "aud", jwt->audience) &&
           json_object_set_new(claims, "iat", json_integer(now_s)) == 0 &&
           json_object_set_new(claims, "exp", json_integer(now_s + ttl_s)) == 0;
}

static int sign(hearth_ctx *c, const hearth_jwt *jwt, const hearth__ring_key *key,
                json_t *claims, const char **text)
{
    hearth__buf payload, out;
    hearth__json_w w = hearth__json_w_of(&payload);
    int rc;

    hearth__buf_init(&payload, &c->arena, 0);
    hearth__buf_init(&out, &c->arena, 0);
    rc = hearth__json_tree(&w, claims);
    if (rc != 0 || payload.failed)
        return payload.failed ? HEARTH_ENOMEM
                              : hearth__note(c, HEARTH_EINVAL,
                                             "hearth_jwt_sign: claims are too deep");
    rc = hearth__jws_write(&jwt->jws, key, hearth__buf_view(&payload), &c->arena, &out);
    if (rc == HEARTH_EUNAVAILABLE)
        return hearth__note(c, rc, "hearth_jwt_sign: the library cannot sign");
    HEARTH_TRY(rc);
    if (out.len > jwt->jws.max_bytes)
        return hearth__note(c, HEARTH_ETOOBIG,
                            "hearth_jwt_sign: the token would have %zu bytes, and "
                            "max_bytes are %zu",
                            out.len, jwt->jws.max_bytes);
    *text = out.ptr;
    return 0;
}

static int check_sign(hearth_ctx *c, const hearth_jwt *jwt, const json_t *claims,
                      int64_t ttl_s, const hearth__ring_key **key)
{
    if (jwt == NULL || !json_is_object(claims))
        return hearth__note(c, HEARTH_EINVAL,
                            "hearth_jwt_sign: jwt is NULL, or claims are no object");
    if (ttl_s < 1 || ttl_s > HEARTH__TOKEN_MOST_S)
        return hearth__note(c, HEARTH_EINVAL,
                            "hearth_jwt_sign: a token is good for 1 second to ten years");
    *key = hearth__ring_signer(&jwt->ring);
    return *key != NULL ? 0
                        : hearth__note(c, HEARTH_ESTATE,
                                       "hearth_jwt_sign: none of the keys has a private "
                                       "part");
}

int hearth_jwt_sign(hearth_ctx *c, const hearth_jwt *jwt, json_t *claims, int64_t ttl_s,
                    const char **text)
{
    const hearth__ring_key *key = NULL;
    int rc;

    *text = NULL;
    c->secret = true;
    rc = check_sign(c, jwt, claims, ttl_s, &key);
    if (rc == 0 && !complete(claims, jwt, hearth__token_now(c), ttl_s))
        rc = HEARTH_ENOMEM;
    if (rc == 0)
        rc = sign(c, jwt, key, claims, text);
    json_decref(claims);
    return rc;
}

/* ---- keys -------------------------------------------------------------------------- */

int hearth_jwt_keys(hearth_ctx *c, const hearth_jwt *jwt)
{
    hearth__buf b;

    if (jwt == NULL)
        return hearth__note(c, HEARTH_EINVAL, "hearth_jwt_keys: jwt is NULL");
    hearth__buf_init(&b, &c->arena, 0);
    hearth__ring_write(&jwt->ring, &b);
    if (b.failed)
        return HEARTH_ENOMEM;
    return hearth_blob_ref(c, 200, "application/jwk-set+json", b.ptr, b.len);
}
