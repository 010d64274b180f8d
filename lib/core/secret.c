/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Signing and sealing over libsodium.  A secret is a text of any form; what is kept of it
 * is a key of fixed size, and what is used is a key made from that for one purpose.  Every
 * fault but expiry looks the same: all keys are tried, and none tells how near it came.
 */
#include "core/secret.h"

#include "core/enc.h"
#include "core/error.h"
#include "core/size.h"
#include "core/str.h"

#include <sodium.h>

#define SIGNED 1
#define SEALED 2
#define EXPIRY 8
#define TAG    32
#define NONCE  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEAL   crypto_aead_xchacha20poly1305_ietf_ABYTES

_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == HEARTH__SECRET_KEY,
               "one size of keys");

/* ---- keys -------------------------------------------------------------------- */

int hearth__keyring_add(hearth__keyring *r, hearth_str secret, const char *what,
                        hearth_error *err)
{
    static const char personal[] = "hearth secret 1";

    if (secret.len < HEARTH__SECRET_LEAST)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "a secret in %s is too short: it needs at least %d "
                                 "characters; `hearth secret` prints a good one",
                                 what, HEARTH__SECRET_LEAST);
    if (r->n == HEARTH__KEYRING)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "%s holds more than %d secrets: leave out the oldest, "
                                 "which are the last",
                                 what, HEARTH__KEYRING);
    (void)crypto_generichash(r->key[r->n++], HEARTH__SECRET_KEY,
                             (const unsigned char *)secret.ptr, secret.len,
                             (const unsigned char *)personal, sizeof personal);
    return 0;
}

void hearth__keyring_clear(hearth__keyring *r)
{
    sodium_memzero(r, sizeof *r);
}

static void purpose_key(unsigned char out[HEARTH__SECRET_KEY],
                        const unsigned char key[HEARTH__SECRET_KEY], unsigned char kind,
                        hearth_str purpose)
{
    crypto_generichash_state s;

    (void)crypto_generichash_init(&s, key, HEARTH__SECRET_KEY, HEARTH__SECRET_KEY);
    (void)crypto_generichash_update(&s, &kind, 1);
    (void)crypto_generichash_update(&s, (const unsigned char *)purpose.ptr, purpose.len);
    (void)crypto_generichash_final(&s, out, HEARTH__SECRET_KEY);
    sodium_memzero(&s, sizeof s);
}

/* ---- out --------------------------------------------------------------------- */

static void put_expiry(unsigned char out[EXPIRY], int64_t expires_s)
{
    for (int i = 0; i < EXPIRY; i++)
        out[i] = (unsigned char)((uint64_t)expires_s >> (56 - 8 * i));
}

/* NULL, and out has failed. */
static unsigned char *raw_room(hearth_str value, size_t more, hearth__arena *a,
                               hearth__buf *out, size_t *n)
{
    unsigned char *raw = NULL;

    if (hearth__size_add(value.len, more, n))
        raw = hearth__arena_raw(a, *n);
    if (raw == NULL)
        out->failed = true;
    return raw;
}

void hearth__secret_sign(const hearth__keyring *r, hearth_str purpose, int64_t expires_s,
                         hearth_str value, hearth__arena *a, hearth__buf *out)
{
    unsigned char key[HEARTH__SECRET_KEY];
    size_t n;
    unsigned char *raw = raw_room(value, 1 + EXPIRY + TAG, a, out, &n);

    if (raw == NULL)
        return;
    raw[0] = SIGNED;
    put_expiry(raw + 1, expires_s);
    memcpy(raw + 1 + EXPIRY, value.ptr, value.len);
    purpose_key(key, r->key[0], SIGNED, purpose);
    (void)crypto_generichash(raw + n - TAG, TAG, raw, n - TAG, key, sizeof key);
    sodium_memzero(key, sizeof key);
    hearth__enc_base64(out, hearth__str((const char *)raw, n), true);
}

void hearth__secret_seal(const hearth__keyring *r, hearth_str purpose, int64_t expires_s,
                         hearth_str value, hearth__arena *a, hearth__buf *out)
{
    unsigned char key[HEARTH__SECRET_KEY];
    size_t n;
    unsigned char *raw = raw_room(value, 1 + NONCE + EXPIRY + SEAL, a, out, &n), *plain;

    if (raw == NULL)
        return;
    raw[0] = SEALED;
    randombytes_buf(raw + 1, NONCE);
    plain = raw + 1 + NONCE; /* encrypted where it stands */
    put_expiry(plain, expires_s);
    memcpy(plain + EXPIRY, value.ptr, value.len);
    purpose_key(key, r->key[0], SEALED, purpose);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(plain, NULL, plain,
                                                     EXPIRY + value.len, NULL, 0, NULL,
                                                     raw + 1, key);
    sodium_memzero(key, sizeof key);
    hearth__enc_base64(out, hearth__str((const char *)raw, n), true);
}

/* ---- in ---------------------------------------------------------------------- */

/* The bytes, of this kind and at least so many; room for one more behind them. */
static hearth__secret_fault decode(hearth_str text, unsigned char kind, size_t least,
                                   hearth__arena *a, unsigned char **raw, size_t *n)
{
    hearth__buf b;
    bool ok;

    hearth__buf_init(&b, a, 0);
    ok = hearth__dec_base64(&b, text, true);
    if (b.failed)
        return HEARTH__SECRET_NO_MEMORY;
    if (!ok || b.len < least || (unsigned char)b.ptr[0] != kind)
        return HEARTH__SECRET_MALFORMED;
    *raw = (unsigned char *)b.ptr;
    *n = b.len;
    return HEARTH__SECRET_SOUND;
}

static hearth__secret_fault check_expiry(const unsigned char *at, int64_t now_s)
{
    uint64_t expires = 0;

    for (int i = 0; i < EXPIRY; i++)
        expires = expires << 8 | at[i];
    return expires == 0 || (now_s >= 0 && (uint64_t)now_s < expires)
               ? HEARTH__SECRET_SOUND
               : HEARTH__SECRET_EXPIRED;
}

static bool tag_fits(const hearth__keyring *r, hearth_str purpose,
                     const unsigned char *raw, size_t n)
{
    unsigned char key[HEARTH__SECRET_KEY], tag[TAG];
    bool fits = false;

    for (size_t i = 0; i < r->n; i++) {
        purpose_key(key, r->key[i], SIGNED, purpose);
        (void)crypto_generichash(tag, TAG, raw, n - TAG, key, sizeof key);
        fits |= sodium_memcmp(tag, raw + n - TAG, TAG) == 0;
    }
    sodium_memzero(key, sizeof key);
    sodium_memzero(tag, sizeof tag);
    return fits;
}

hearth__secret_fault hearth__secret_unsign(const hearth__keyring *r, hearth_str purpose,
                                           int64_t now_s, hearth_str text,
                                           hearth__arena *a, hearth_str *value)
{
    unsigned char *raw;
    size_t n;
    hearth__secret_fault fault = decode(text, SIGNED, 1 + EXPIRY + TAG, a, &raw, &n);

    if (fault == HEARTH__SECRET_SOUND && !tag_fits(r, purpose, raw, n))
        fault = HEARTH__SECRET_FORGED;
    if (fault == HEARTH__SECRET_SOUND)
        fault = check_expiry(raw + 1, now_s);
    if (fault != HEARTH__SECRET_SOUND)
        return fault;
    raw[n - TAG] = '\0';
    *value = hearth__str((const char *)raw + 1 + EXPIRY, n - 1 - EXPIRY - TAG);
    return fault;
}

/* Decrypts where it stands; what failed is left as zeros. */
static bool opens(const hearth__keyring *r, hearth_str purpose, unsigned char *raw,
                  size_t n, unsigned char *plain)
{
    unsigned char key[HEARTH__SECRET_KEY];
    bool done = false;

    for (size_t i = 0; i < r->n && !done; i++) {
        purpose_key(key, r->key[i], SEALED, purpose);
        done = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL,
                                                          raw + 1 + NONCE, n - 1 - NONCE,
                                                          NULL, 0, raw + 1, key) == 0;
    }
    sodium_memzero(key, sizeof key);
    return done;
}

hearth__secret_fault hearth__secret_unseal(const hearth__keyring *r, hearth_str purpose,
                                           int64_t now_s, hearth_str text,
                                           hearth__arena *a, hearth_str *value)
{
    unsigned char *raw, *plain;
    size_t n, len;
    hearth__secret_fault fault =
        decode(text, SEALED, 1 + NONCE + EXPIRY + SEAL, a, &raw, &n);

    if (fault != HEARTH__SECRET_SOUND)
        return fault;
    len = n - 1 - NONCE - SEAL;
    plain = hearth__arena_raw(a, len + 1);
    if (plain == NULL)
        return HEARTH__SECRET_NO_MEMORY;
    if (!opens(r, purpose, raw, n, plain))
        return HEARTH__SECRET_FORGED;
    fault = check_expiry(plain, now_s);
    if (fault != HEARTH__SECRET_SOUND)
        return fault;
    plain[len] = '\0';
    *value = hearth__str((const char *)plain + EXPIRY, len - EXPIRY);
    return fault;
}

const char *hearth__secret_why(hearth__secret_fault fault)
{
    switch (fault) {
    case HEARTH__SECRET_SOUND:
        return "it is sound";
    case HEARTH__SECRET_MALFORMED:
        return "it is truncated, or no such value at all";
    case HEARTH__SECRET_FORGED:
        return "it was changed, or made for another purpose or with another secret";
    case HEARTH__SECRET_EXPIRED:
        return "it has expired";
    case HEARTH__SECRET_NO_MEMORY:
        break;
    }
    return "out of memory";
}

/* ---- the rest ---------------------------------------------------------------- */

void hearth__secret_make(char out[HEARTH__SECRET_TEXT + 1])
{
    unsigned char raw[HEARTH__SECRET_KEY];

    randombytes_buf(raw, sizeof raw);
    sodium_bin2base64(out, HEARTH__SECRET_TEXT + 1, raw, sizeof raw,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(raw, sizeof raw);
}

bool hearth__secret_equal(hearth_str a, hearth_str b)
{
    return a.len == b.len && sodium_memcmp(a.ptr, b.ptr, a.len) == 0;
}

void hearth__secret_wipe(void *p, size_t n)
{
    sodium_memzero(p, n);
}
