/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_JWA_KEY_H
#define HEARTH_CORE_JWA_KEY_H

/* A key from the inside, for jwa.c and jwa_key.c. */

#include "core/jwa.h"

#include <gnutls/abstract.h>
#include <sodium.h>

struct hearth__jwa_key {
    hearth__jwa alg;
    unsigned char *secret; /* HS256 */
    size_t nsecret;
    bool has_seed; /* EdDSA: the private part is there */
    unsigned char seed[crypto_sign_SECRETKEYBYTES];
    unsigned char x[HEARTH__JWA_POINT], y[HEARTH__JWA_POINT]; /* EdDSA, ES256 */
    gnutls_pubkey_t public_key;                               /* ES256, RS256 */
    gnutls_privkey_t private_key;                             /* or NULL */
    gnutls_datum_t n, e; /* RS256, without zeros before */
};

static inline gnutls_sign_algorithm_t hearth__jwa_gnutls(hearth__jwa alg)
{
    return alg == HEARTH__JWA_ES256 ? GNUTLS_SIGN_ECDSA_SHA256 : GNUTLS_SIGN_RSA_SHA256;
}

/* A number of any length, zeros before it or not, as 32 bytes; false: it is larger. */
bool hearth__jwa_put_number(unsigned char out[HEARTH__JWA_POINT], const unsigned char *p,
                            size_t n);

/* What GnuTLS only reads, but does not say so. */
static inline gnutls_datum_t hearth__jwa_datum(hearth_str s)
{
    union {
        const char *in;
        unsigned char *out;
    } p = {s.ptr};

    return (gnutls_datum_t){p.out, (unsigned)s.len};
}

#endif
