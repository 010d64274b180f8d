/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_JWA_H
#define HEARTH_CORE_JWA_H

/*
 * Signatures as JSON Web Tokens have them (RFC 7518, RFC 8037).  A key is of one algorithm,
 * which was said when it was read, and never does another: what a message says about itself
 * does not come here.
 *
 * Arithmetic is libsodium's (HS256, EdDSA) and GnuTLS's (ES256, RS256).
 */

#include <hearth/base.h>

typedef enum hearth__jwa {
    HEARTH__JWA_HS256 = 1, /* HMAC with SHA-256 */
    HEARTH__JWA_EDDSA,     /* Ed25519 */
    HEARTH__JWA_ES256,     /* ECDSA over P-256 with SHA-256, r and s side by side */
    HEARTH__JWA_RS256      /* RSASSA-PKCS1-v1_5 with SHA-256 */
} hearth__jwa;

#define HEARTH__JWA_HS256_LEAST 32   /* bytes of a secret, RFC 7518 section 3.2 */
#define HEARTH__JWA_RSA_LEAST   2048 /* bits, RFC 7518 section 3.3 */
#define HEARTH__JWA_RSA_MOST    8192
#define HEARTH__JWA_SIGNATURE   (HEARTH__JWA_RSA_MOST / 8) /* bytes at most */
#define HEARTH__JWA_POINT       32                         /* bytes of a coordinate */

/* The members of a JSON Web Key, decoded (RFC 7518 section 6); ptr NULL: it lacks it. */
typedef struct hearth__jwa_parts {
    hearth_str k;                   /* HS256 */
    hearth_str x, y;                /* EdDSA: x alone */
    hearth_str n, e;                /* RS256 */
    hearth_str d, p, q, dp, dq, qi; /* private: d alone, but of RSA all of them */
} hearth__jwa_parts;

typedef struct hearth__jwa_key hearth__jwa_key;

/* "HS256"; constant. */
const char *hearth__jwa_name(hearth__jwa alg);

/* Read a key.  NULL with HEARTH_EINVAL and a sentence about it ("the key ..."), or
 * HEARTH_ENOMEM: it is of another kind, weak, damaged, or what it says of itself does not
 * fit together. */
hearth__jwa_key *hearth__jwa_key_parts(hearth__jwa alg, const hearth__jwa_parts *p,
                                       hearth_error *err);
/* A private or a public one.  Not for HS256: whatever has a PEM form is no secret of it. */
hearth__jwa_key *hearth__jwa_key_pem(hearth__jwa alg, hearth_str pem, hearth_error *err);
/* Wiped. */
void hearth__jwa_key_free(hearth__jwa_key *k);

/* Is the private part there? */
bool hearth__jwa_can_sign(const hearth__jwa_key *k);
/* 0, or HEARTH_ENOMEM, HEARTH_EUNAVAILABLE: the library failed. */
int hearth__jwa_sign(const hearth__jwa_key *k, hearth_str message,
                     unsigned char out[HEARTH__JWA_SIGNATURE], size_t *n);
/* False whatever the reason. */
bool hearth__jwa_verify(const hearth__jwa_key *k, hearth_str message,
                        hearth_str signature);
/* The public members; ptr NULL: none of this algorithm.  They live as long as the key. */
void hearth__jwa_public(const hearth__jwa_key *k, hearth__jwa_parts *p);

#endif
