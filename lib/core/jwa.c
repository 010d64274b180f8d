/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Signing and verifying.  Every length is the one that the algorithm has before a library
 * sees the bytes: GnuTLS takes ECDSA signatures in DER, so what comes in is the two numbers
 * and is made DER here, and DER that comes in is of the wrong length.
 */
#include "core/jwa_key.h"

#include <gnutls/crypto.h>
#include <sodium.h>
#include <string.h>

#define POINT HEARTH__JWA_POINT

/* The order of the group of P-256. */
static const unsigned char order[POINT] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00,
                                           0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                           0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
                                           0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2,
                                           0xfc, 0x63, 0x25, 0x51};

const char *hearth__jwa_name(hearth__jwa alg)
{
    static const char *const names[] = {"", "HS256", "EdDSA", "ES256", "RS256"};

    return alg >= HEARTH__JWA_HS256 && alg <= HEARTH__JWA_RS256 ? names[alg] : "";
}

bool hearth__jwa_can_sign(const hearth__jwa_key *k)
{
    return k->alg == HEARTH__JWA_HS256 || k->has_seed || k->private_key != NULL;
}

static void hmac(const hearth__jwa_key *k, hearth_str message, unsigned char out[32])
{
    crypto_auth_hmacsha256_state s;

    crypto_auth_hmacsha256_init(&s, k->secret, k->nsecret);
    crypto_auth_hmacsha256_update(&s, (const unsigned char *)message.ptr, message.len);
    crypto_auth_hmacsha256_final(&s, out);
    sodium_memzero(&s, sizeof s);
}

/* ---- sign -------------------------------------------------------------------- */

static int failed(int rc)
{
    return rc == GNUTLS_E_MEMORY_ERROR ? HEARTH_ENOMEM : HEARTH_EUNAVAILABLE;
}

static int raw_of_der(const gnutls_datum_t *der, unsigned char *out)
{
    gnutls_datum_t r = {NULL, 0}, s = {NULL, 0};
    int rc = gnutls_decode_rs_value(der, &r, &s);
    bool ok = rc == 0 && hearth__jwa_put_number(out, r.data, r.size) &&
              hearth__jwa_put_number(out + POINT, s.data, s.size);

    gnutls_free(r.data);
    gnutls_free(s.data);
    return ok ? 0 : failed(rc);
}

static int sign_gnutls(const hearth__jwa_key *k, hearth_str message, unsigned char *out,
                       size_t *n)
{
    gnutls_datum_t in = hearth__jwa_datum(message), made = {NULL, 0};
    int rc = gnutls_privkey_sign_data2(k->private_key, hearth__jwa_gnutls(k->alg), 0, &in,
                                       &made);

    if (rc != 0)
        return failed(rc);
    if (k->alg == HEARTH__JWA_ES256) {
        rc = raw_of_der(&made, out);
        *n = 2 * POINT;
    } else if (made.size > HEARTH__JWA_SIGNATURE) {
        rc = HEARTH_EUNAVAILABLE;
    } else {
        memcpy(out, made.data, made.size);
        *n = made.size;
    }
    gnutls_free(made.data);
    return rc;
}

int hearth__jwa_sign(const hearth__jwa_key *k, hearth_str message,
                     unsigned char out[HEARTH__JWA_SIGNATURE], size_t *n)
{
    unsigned long long made = 0;

    *n = 0;
    if (message.len > INT32_MAX || !hearth__jwa_can_sign(k))
        return HEARTH_EUNAVAILABLE;
    switch (k->alg) {
    case HEARTH__JWA_HS256:
        hmac(k, message, out);
        *n = 32;
        return 0;
    case HEARTH__JWA_EDDSA:
        (void)crypto_sign_detached(out, &made, (const unsigned char *)message.ptr,
                                   message.len, k->seed);
        *n = (size_t)made;
        return 0;
    default:
        return sign_gnutls(k, message, out, n);
    }
}

/* ---- verify ------------------------------------------------------------------ */

/* From 1 to the order, that not included: 0 would fit whatever is signed, and a number past
 * the order is a second form of one below it. */
static bool is_scalar(const unsigned char *p)
{
    return !sodium_is_zero(p, POINT) && memcmp(p, order, POINT) < 0;
}

static bool verify_gnutls(const hearth__jwa_key *k, hearth_str message,
                          const gnutls_datum_t *signature)
{
    gnutls_datum_t in = hearth__jwa_datum(message);

    return gnutls_pubkey_verify_data2(k->public_key, hearth__jwa_gnutls(k->alg), 0, &in,
                                      signature) >= 0;
}

static bool verify_es256(const hearth__jwa_key *k, hearth_str message,
                         hearth_str signature)
{
    gnutls_datum_t r = hearth__jwa_datum((hearth_str){signature.ptr, POINT});
    gnutls_datum_t s = hearth__jwa_datum((hearth_str){signature.ptr + POINT, POINT});
    gnutls_datum_t der = {NULL, 0};
    bool ok;

    if (!is_scalar(r.data) || !is_scalar(s.data) ||
        gnutls_encode_rs_value(&der, &r, &s) != 0)
        return false;
    ok = verify_gnutls(k, message, &der);
    gnutls_free(der.data);
    return ok;
}

static bool verify_hs256(const hearth__jwa_key *k, hearth_str message,
                         hearth_str signature)
{
    unsigned char mac[32];
    bool ok;

    hmac(k, message, mac);
    ok = sodium_memcmp(mac, signature.ptr, sizeof mac) == 0;
    sodium_memzero(mac, sizeof mac);
    return ok;
}

static size_t length_of(const hearth__jwa_key *k)
{
    switch (k->alg) {
    case HEARTH__JWA_HS256:
        return 32;
    case HEARTH__JWA_EDDSA:
        return crypto_sign_BYTES;
    case HEARTH__JWA_ES256:
        return 2 * POINT;
    default:
        return k->n.size;
    }
}

bool hearth__jwa_verify(const hearth__jwa_key *k, hearth_str message,
                        hearth_str signature)
{
    gnutls_datum_t d = hearth__jwa_datum(signature);

    if (signature.len != length_of(k) || message.len > INT32_MAX)
        return false;
    switch (k->alg) {
    case HEARTH__JWA_HS256:
        return verify_hs256(k, message, signature);
    case HEARTH__JWA_EDDSA:
        return crypto_sign_verify_detached(d.data, (const unsigned char *)message.ptr,
                                           message.len, k->x) == 0;
    case HEARTH__JWA_ES256:
        return verify_es256(k, message, signature);
    default:
        return verify_gnutls(k, message, &d);
    }
}
