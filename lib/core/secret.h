/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_SECRET_H
#define HEARTH_CORE_SECRET_H

/*
 * Values that leave the program and come back: signed, so that nobody can change them, or
 * sealed, so that nobody can read them either.
 *
 * As text, base64url (RFC 4648 section 5, no padding) of
 *
 *     signed  1, expiry, value, BLAKE2b-256 (RFC 7693) of all before under the purpose's key
 *     sealed  2, nonce of 24 bytes, XChaCha20-Poly1305 of expiry and value
 *
 * where the expiry is seconds since 1970 in 8 bytes, 0 for never.  The key of a purpose is
 * made from a secret of the ring, so that what was made for one purpose is nothing to
 * another.
 */

#include "core/buf.h"

#define HEARTH__SECRET_KEY   32
#define HEARTH__SECRET_LEAST 32 /* bytes of a secret's text */
#define HEARTH__SECRET_TEXT  43 /* of one that we make */
#define HEARTH__KEYRING      8

/* Secrets, of which the first signs and all verify.  Zeroed: none. */
typedef struct hearth__keyring {
    unsigned char key[HEARTH__KEYRING][HEARTH__SECRET_KEY];
    size_t n;
} hearth__keyring;

typedef enum hearth__secret_fault {
    HEARTH__SECRET_SOUND = 0,
    HEARTH__SECRET_MALFORMED, /* truncated, not base64url, of the other kind */
    HEARTH__SECRET_FORGED,    /* changed, or made for another purpose, or by others */
    HEARTH__SECRET_EXPIRED,
    HEARTH__SECRET_NO_MEMORY
} hearth__secret_fault;

/* HEARTH_EINVAL with a sentence that never holds the secret: too short, or one too many.
 * what: where it was given. */
int hearth__keyring_add(hearth__keyring *r, hearth_str secret, const char *what,
                        hearth_error *err);
/* Wipe all. */
void hearth__keyring_clear(hearth__keyring *r);

/* The ring holds a secret, purpose is not empty.  expires_s 0: never. */
void hearth__secret_sign(const hearth__keyring *r, hearth_str purpose, int64_t expires_s,
                         hearth_str value, hearth__arena *a, hearth__buf *out);
void hearth__secret_seal(const hearth__keyring *r, hearth_str purpose, int64_t expires_s,
                         hearth_str value, hearth__arena *a, hearth__buf *out);
/* *value: memory of the arena, ends in '\0'; set when the text is sound. */
hearth__secret_fault hearth__secret_unsign(const hearth__keyring *r, hearth_str purpose,
                                           int64_t now_s, hearth_str text,
                                           hearth__arena *a, hearth_str *value);
hearth__secret_fault hearth__secret_unseal(const hearth__keyring *r, hearth_str purpose,
                                           int64_t now_s, hearth_str text,
                                           hearth__arena *a, hearth_str *value);
/* For the log: "it has expired". */
const char *hearth__secret_why(hearth__secret_fault fault);

/* A new secret, as text. */
void hearth__secret_make(char out[HEARTH__SECRET_TEXT + 1]);
/* Equal?  In time that says nothing of where they differ. */
bool hearth__secret_equal(hearth_str a, hearth_str b);
void hearth__secret_wipe(void *p, size_t n);

#endif
