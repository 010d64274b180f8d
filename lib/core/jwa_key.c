/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Reading keys.  Whatever their form, the same is asked of them: the right kind, strong
 * enough, and a private part that belongs to the public one, which a trial shows.
 */
#include "core/jwa_key.h"

#include "core/error.h"
#include "core/str.h"

#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdlib.h>

#define POINT     HEARTH__JWA_POINT
#define MOST_E    8 /* bytes of an RSA exponent */
#define MOST_TEXT (64u * 1024u)

typedef hearth__jwa_key key;
typedef hearth__jwa_parts parts;

static const char no_memory[] = "out of memory";

static int refuse(hearth_error *err, const char *why)
{
    return hearth__error_set(err, HEARTH_EINVAL, "the key %s", why);
}

/* What GnuTLS says. */
static int library(hearth_error *err, int rc)
{
    return rc == GNUTLS_E_MEMORY_ERROR
               ? hearth__error_set(err, HEARTH_ENOMEM, no_memory)
               : hearth__error_set(err, HEARTH_EINVAL, "the key cannot be used: %s",
                                   gnutls_strerror(rc));
}

/* ---- what is asked of every key ---------------------------------------------- */

bool hearth__jwa_put_number(unsigned char out[HEARTH__JWA_POINT], const unsigned char *p,
                            size_t n)
{
    for (; n > 0 && *p == 0; n--)
        p++;
    if (n > POINT)
        return false;
    memset(out, 0, POINT - n);
    memcpy(out + POINT - n, p, n);
    return true;
}

static int check_rsa(key *k, hearth_error *err)
{
    unsigned bits = 0;
    int rc = gnutls_pubkey_get_pk_algorithm(k->public_key, &bits);

    if (rc != GNUTLS_PK_RSA)
        return refuse(err, "is none of RSA, which RS256 needs");
    if (bits < HEARTH__JWA_RSA_LEAST || bits > HEARTH__JWA_RSA_MOST)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the key has %u bits: RS256 needs %d to %d; "
                                 "`openssl genrsa 3072` makes a good one",
                                 bits, HEARTH__JWA_RSA_LEAST, HEARTH__JWA_RSA_MOST);
    rc = gnutls_pubkey_export_rsa_raw2(k->public_key, &k->n, &k->e,
                                       GNUTLS_EXPORT_FLAG_NO_LZ);
    if (rc != 0)
        return library(err, rc);
    /* With an exponent of 1 a message is its own signature. */
    if (k->e.size == 0 || k->e.size > MOST_E || (k->e.data[k->e.size - 1] & 1) == 0 ||
        (k->e.size == 1 && k->e.data[0] < 3) || (k->n.data[k->n.size - 1] & 1) == 0)
        return refuse(err, "has an RSA modulus or exponent that no sound one has");
    return 0;
}

static int check_ec(key *k, hearth_error *err)
{
    gnutls_datum_t x = {NULL, 0}, y = {NULL, 0};
    gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
    int rc = gnutls_pubkey_get_pk_algorithm(k->public_key, NULL);
    bool ok;

    if (rc == GNUTLS_PK_ECDSA) {
        rc = gnutls_pubkey_export_ecc_raw2(k->public_key, &curve, &x, &y, 0);
        if (rc != 0)
            return library(err, rc);
    }
    ok = curve == GNUTLS_ECC_CURVE_SECP256R1 &&
         hearth__jwa_put_number(k->x, x.data, x.size) &&
         hearth__jwa_put_number(k->y, y.data, y.size);
    gnutls_free(x.data);
    gnutls_free(y.data);
    if (!ok)
        return refuse(err, "is none over the curve P-256, which ES256 needs");
    rc = gnutls_pubkey_verify_params(k->public_key);
    return rc == 0 ? 0 : refuse(err, "is no point of the curve P-256");
}

/* A private part that is another key's would sign what nobody can verify. */
static int trial(const key *k, hearth_error *err)
{
    static const hearth_str message = {"a trial", 7};
    unsigned char out[HEARTH__JWA_SIGNATURE];
    size_t n;
    int rc;

    if (!hearth__jwa_can_sign(k))
        return 0;
    rc = hearth__jwa_sign(k, message, out, &n);
    if (rc == HEARTH_ENOMEM)
        return hearth__error_set(err, rc, no_memory);
    return rc == 0 && hearth__jwa_verify(k, message, hearth__str((const char *)out, n))
               ? 0
               : refuse(err, "is damaged: its private part does not fit its public one");
}

static int check(key *k, hearth_error *err)
{
    if (k->alg == HEARTH__JWA_RS256)
        HEARTH_TRY(check_rsa(k, err));
    if (k->alg == HEARTH__JWA_ES256)
        HEARTH_TRY(check_ec(k, err));
    return trial(k, err);
}

/* ---- of the members of a JSON Web Key ---------------------------------------- */

static int read_secret(key *k, hearth_str secret, hearth_error *err)
{
    if (secret.ptr == NULL || secret.len < HEARTH__JWA_HS256_LEAST)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the key has %zu bytes: HS256 needs at least %d that "
                                 "nobody can guess; `hearth secret` prints a good one",
                                 secret.ptr == NULL ? (size_t)0 : secret.len,
                                 HEARTH__JWA_HS256_LEAST);
    if (secret.len > MOST_TEXT)
        return refuse(err, "is longer than 64 KiB");
    k->secret = malloc(secret.len);
    if (k->secret == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, no_memory);
    memcpy(k->secret, secret.ptr, secret.len);
    k->nsecret = secret.len;
    return 0;
}

static int read_ed25519(key *k, const parts *p, hearth_error *err)
{
    unsigned char x[crypto_sign_PUBLICKEYBYTES];

    _Static_assert(crypto_sign_PUBLICKEYBYTES == POINT, "one size of points");
    if (p->x.ptr == NULL || p->x.len != POINT ||
        (p->d.ptr != NULL && p->d.len != crypto_sign_SEEDBYTES))
        return refuse(err, "is none of Ed25519, whose numbers have 32 bytes");
    memcpy(k->x, p->x.ptr, POINT);
    if (p->d.ptr == NULL)
        return 0;
    (void)crypto_sign_seed_keypair(x, k->seed, (const unsigned char *)p->d.ptr);
    k->has_seed = true;
    return memcmp(x, k->x, POINT) == 0
               ? 0
               : refuse(err, "is damaged: its private part does not fit its public one");
}

static int read_ec(key *k, const parts *p, hearth_error *err)
{
    gnutls_datum_t x = hearth__jwa_datum(p->x), y = hearth__jwa_datum(p->y),
                   d = hearth__jwa_datum(p->d);
    int rc;

    if (p->x.ptr == NULL || p->x.len != POINT || p->y.ptr == NULL || p->y.len != POINT ||
        (p->d.ptr != NULL && p->d.len != POINT))
        return refuse(err, "is none over the curve P-256, whose numbers have 32 bytes");
    rc = gnutls_pubkey_import_ecc_raw(k->public_key, GNUTLS_ECC_CURVE_SECP256R1, &x, &y);
    if (rc == 0 && p->d.ptr != NULL) {
        rc = gnutls_privkey_init(&k->private_key);
        if (rc == 0)
            rc = gnutls_privkey_import_ecc_raw(k->private_key, GNUTLS_ECC_CURVE_SECP256R1,
                                               &x, &y, &d);
    }
    return rc == 0 ? 0 : library(err, rc);
}

static int read_rsa(key *k, const parts *p, hearth_error *err)
{
    gnutls_datum_t n = hearth__jwa_datum(p->n), e = hearth__jwa_datum(p->e),
                   d = hearth__jwa_datum(p->d), f = hearth__jwa_datum(p->p),
                   g = hearth__jwa_datum(p->q), u = hearth__jwa_datum(p->qi),
                   e1 = hearth__jwa_datum(p->dp), e2 = hearth__jwa_datum(p->dq);
    int rc;

    if (p->n.ptr == NULL || p->e.ptr == NULL || p->n.len > HEARTH__JWA_SIGNATURE + 1)
        return refuse(err, "is none of RSA: it needs \"n\" and \"e\"");
    rc = gnutls_pubkey_import_rsa_raw(k->public_key, &n, &e);
    if (rc != 0 || p->d.ptr == NULL)
        return rc == 0 ? 0 : library(err, rc);
    if (p->p.ptr == NULL || p->q.ptr == NULL || p->qi.ptr == NULL || p->dp.ptr == NULL ||
        p->dq.ptr == NULL)
        return refuse(err, "is a private one that lacks \"p\", \"q\", \"dp\", \"dq\" or "
                           "\"qi\"");
    rc = gnutls_privkey_init(&k->private_key);
    if (rc == 0)
        rc = gnutls_privkey_import_rsa_raw(k->private_key, &n, &e, &d, &f, &g, &u, &e1,
                                           &e2);
    return rc == 0 ? 0 : library(err, rc);
}

static key *new_key(hearth__jwa alg, hearth_error *err)
{
    key *k = calloc(1, sizeof *k);

    if (k == NULL ||
        (alg >= HEARTH__JWA_ES256 && gnutls_pubkey_init(&k->public_key) != 0)) {
        free(k);
        (void)hearth__error_set(err, HEARTH_ENOMEM, no_memory);
        return NULL;
    }
    k->alg = alg;
    return k;
}

/* The key, if that went well. */
static key *outcome(key *k, int rc, hearth_error *err)
{
    if (rc == 0)
        rc = check(k, err);
    if (rc == 0)
        return k;
    hearth__jwa_key_free(k);
    return NULL;
}

key *hearth__jwa_key_parts(hearth__jwa alg, const parts *p, hearth_error *err)
{
    key *k = new_key(alg, err);
    int rc;

    if (k == NULL)
        return NULL;
    switch (alg) {
    case HEARTH__JWA_HS256:
        rc = read_secret(k, p->k, err);
        break;
    case HEARTH__JWA_EDDSA:
        rc = read_ed25519(k, p, err);
        break;
    case HEARTH__JWA_ES256:
        rc = read_ec(k, p, err);
        break;
    default:
        rc = read_rsa(k, p, err);
    }
    return outcome(k, rc, err);
}

/* ---- of PEM ------------------------------------------------------------------ */

/* memmem() is no POSIX. */
static bool has(hearth_str pem, const char *word)
{
    hearth_str w = hearth__str_of(word);

    for (; pem.len >= w.len; pem.ptr++, pem.len--)
        if (memcmp(pem.ptr, w.ptr, w.len) == 0)
            return true;
    return false;
}

/* Either object, of any kind; *priv NULL: it is a public one. */
static int read_pem(hearth_str pem, gnutls_pubkey_t pub, gnutls_privkey_t *priv,
                    hearth_error *err)
{
    gnutls_datum_t text = hearth__jwa_datum(pem);
    int rc;

    if (!has(pem, "PRIVATE KEY")) {
        rc = gnutls_pubkey_import(pub, &text, GNUTLS_X509_FMT_PEM);
        return rc == 0 ? 0 : library(err, rc);
    }
    rc = gnutls_privkey_init(priv);
    if (rc == 0)
        rc = gnutls_privkey_import_x509_raw(*priv, &text, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (rc == 0)
        rc = gnutls_pubkey_import_privkey(pub, *priv, 0, 0);
    return rc == 0 ? 0 : library(err, rc);
}

static hearth_str view(const gnutls_datum_t *d)
{
    return hearth__str((const char *)d->data, d->size);
}

/* libsodium's from GnuTLS's. */
static int take_ed25519(key *k, gnutls_pubkey_t pub, gnutls_privkey_t priv,
                        hearth_error *err)
{
    gnutls_datum_t x = {NULL, 0}, d = {NULL, 0};
    parts p = {.d = {NULL, 0}};
    int rc;

    if (gnutls_pubkey_get_pk_algorithm(pub, NULL) != GNUTLS_PK_EDDSA_ED25519)
        return refuse(err, "is none of Ed25519, which EdDSA needs");
    rc = gnutls_pubkey_export_ecc_raw2(pub, NULL, &x, NULL, 0);
    if (rc == 0 && priv != NULL)
        rc = gnutls_privkey_export_ecc_raw2(priv, NULL, NULL, NULL, &d, 0);
    if (rc == 0) {
        p.x = view(&x);
        if (priv != NULL)
            p.d = view(&d);
        rc = read_ed25519(k, &p, err);
    } else {
        rc = library(err, rc);
    }
    gnutls_free(x.data);
    gnutls_memset(d.data, 0, d.size);
    gnutls_free(d.data);
    return rc;
}

static int read_pem_ed25519(key *k, hearth_str pem, hearth_error *err)
{
    gnutls_pubkey_t pub = NULL;
    gnutls_privkey_t priv = NULL;
    int rc = gnutls_pubkey_init(&pub);

    rc = rc == 0 ? read_pem(pem, pub, &priv, err) : library(err, rc);
    if (rc == 0)
        rc = take_ed25519(k, pub, priv, err);
    gnutls_pubkey_deinit(pub);
    gnutls_privkey_deinit(priv);
    return rc;
}

static const char *objection(hearth__jwa alg, hearth_str pem)
{
    if (alg == HEARTH__JWA_HS256)
        return "is in PEM form, which no secret of HS256 is: everybody may have a public "
               "key, and could sign with it";
    if (pem.len > MOST_TEXT)
        return "is longer than 64 KiB";
    if (has(pem, "ENCRYPTED"))
        return "is encrypted: give it without a password";
    if (has(pem, "BEGIN CERTIFICATE"))
        return "is a certificate: give the public key in it, `openssl x509 -in FILE "
               "-pubkey -noout` prints it";
    return NULL;
}

key *hearth__jwa_key_pem(hearth__jwa alg, hearth_str pem, hearth_error *err)
{
    const char *why = objection(alg, pem);
    key *k;
    int rc;

    if (why != NULL) {
        (void)refuse(err, why);
        return NULL;
    }
    k = new_key(alg, err);
    if (k == NULL)
        return NULL;
    rc = alg == HEARTH__JWA_EDDSA ? read_pem_ed25519(k, pem, err)
                                  : read_pem(pem, k->public_key, &k->private_key, err);
    return outcome(k, rc, err);
}

/* ---- the end, and what others may know --------------------------------------- */

void hearth__jwa_key_free(key *k)
{
    if (k == NULL)
        return;
    if (k->secret != NULL)
        sodium_memzero(k->secret, k->nsecret);
    free(k->secret);
    if (k->public_key != NULL)
        gnutls_pubkey_deinit(k->public_key);
    if (k->private_key != NULL)
        gnutls_privkey_deinit(k->private_key);
    gnutls_free(k->n.data);
    gnutls_free(k->e.data);
    sodium_memzero(k, sizeof *k);
    free(k);
}

void hearth__jwa_public(const key *k, parts *p)
{
    *p = (parts){.k = {NULL, 0}};
    if (k->alg == HEARTH__JWA_EDDSA || k->alg == HEARTH__JWA_ES256)
        p->x = hearth__str((const char *)k->x, POINT);
    if (k->alg == HEARTH__JWA_ES256)
        p->y = hearth__str((const char *)k->y, POINT);
    if (k->alg == HEARTH__JWA_RS256) {
        p->n = view(&k->n);
        p->e = view(&k->e);
    }
}
