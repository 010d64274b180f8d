/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_AUTH_JWS_H
#define HEARTH_AUTH_JWS_H

/*
 * Tokens without a request around them.
 *
 *   jwk.c     keys out of texts       jws.c     the three parts, and the signature
 *   claims.c  what the payload says   jwt.c     all of it for a request
 *
 * What is wrong with a token is told as a constant text for the log.
 */

#include "core/arena.h"
#include "core/buf.h"
#include "core/jwa.h"

#include <hearth/jwt.h>

typedef struct hearth__ring_key {
    hearth__jwa_key *key;
    char *kid; /* NULL: none */
} hearth__ring_key;

/* All zero: empty. */
typedef struct hearth__ring {
    hearth__jwa alg;
    hearth__ring_key key[HEARTH_JWT_KEYS];
    size_t n;
} hearth__ring;

/* The keys of a text: PEM, JSON, or the secret.  kid NULL: as the text says.  HEARTH_EINVAL
 * with a sentence, HEARTH_ENOMEM. */
int hearth__ring_add(hearth__ring *r, hearth_str text, const char *kid,
                     hearth_error *err);
void hearth__ring_clear(hearth__ring *r);
/* The one that signs; NULL: none can. */
const hearth__ring_key *hearth__ring_signer(const hearth__ring *r);
/* {"keys":[...]}, what is public of it. */
void hearth__ring_write(const hearth__ring *r, hearth__buf *out);

typedef struct hearth__jws_rules {
    const hearth__ring *ring;
    const char *type; /* NULL: "JWT" or none */
    size_t max_bytes;
} hearth__jws_rules;

/* The payload of a token that is sound; else NULL in *payload.ptr, and why.  When memory ran
 * out a->failed tells it. */
const char *hearth__jws_open(const hearth__jws_rules *rules, hearth_str text,
                             hearth__arena *a, hearth_str *payload);
/* Sign; out fails when there is no memory.  0, HEARTH_ENOMEM or HEARTH_EUNAVAILABLE. */
int hearth__jws_write(const hearth__jws_rules *rules, const hearth__ring_key *key,
                      hearth_str payload, hearth__arena *a, hearth__buf *out);

typedef struct hearth__claims_rules {
    const char *issuer, *audience, *required; /* NULL: as hearth_jwt_opts say */
    int64_t leeway_s, max_age_s;              /* 0: none, any */
    bool no_expiry;
} hearth__claims_rules;

/* NULL: they are good now, and *out has them, pointing into the tree. */
const char *hearth__claims_check(const hearth__claims_rules *rules, json_t *all,
                                 int64_t now_s, hearth_claims *out);

#endif
