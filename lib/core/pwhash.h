/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_PWHASH_H
#define HEARTH_CORE_PWHASH_H

/*
 * Password hashes as text.  Ours are argon2id as a PHC string; what other frameworks and
 * systems have left in a table is read as well:
 *
 *     $argon2id$ $argon2i$                  PHC, and behind Django's "argon2"
 *     $2a$ $2b$ $2y$  $5$ $6$  $y$  $7$     bcrypt, sha256crypt, sha512crypt, yescrypt,
 *                                           scrypt, as crypt(5) has them
 *     bcrypt$...  bcrypt_sha256$...  pbkdf2_sha256$... pbkdf2_sha1$...      Django's
 *     pbkdf2:sha256:...  pbkdf2:sha512:... pbkdf2:sha1:...  scrypt:...      Werkzeug's
 *     $pbkdf2$ $pbkdf2-sha256$ $pbkdf2-sha512$  $scrypt$                    passlib's
 *
 * Reading computes nothing and checks that what checking would cost has bounds: 1 GiB of
 * memory, and a few seconds.  All arithmetic is libsodium's, libxcrypt's and GnuTLS's.
 */

#include <hearth/base.h>

#define HEARTH__PWHASH_MOST 512 /* bytes of a hash's text */
#define HEARTH__PWHASH_SALT 128
#define HEARTH__PWHASH_KEY  64
#define HEARTH__PWHASH_SIZE 128 /* of one that we make, with its '\0' */

typedef enum hearth__pwhash_kind {
    HEARTH__PWHASH_ARGON2 = 1,
    HEARTH__PWHASH_CRYPT,
    HEARTH__PWHASH_PBKDF2,
    HEARTH__PWHASH_SCRYPT
} hearth__pwhash_kind;

/* What a text says. */
typedef struct hearth__pwhash {
    hearth__pwhash_kind kind;
    char text[HEARTH__PWHASH_MOST + 1]; /* argon2 and crypt: for the library */
    bool id;                            /* argon2id, not argon2i */
    bool prehashed;                     /* what crypt gets is SHA-256 in hexadecimal */
    uint32_t memory_kib, passes, lanes; /* argon2 */
    int bits;                           /* pbkdf2: 1, 256 or 512, of its SHA */
    uint64_t n;                         /* rounds of pbkdf2, N of scrypt */
    uint32_t r, p;                      /* scrypt */
    unsigned char salt[HEARTH__PWHASH_SALT], key[HEARTH__PWHASH_KEY];
    size_t nsalt, nkey;
} hearth__pwhash;

/* False: no hash that we know, or one whose check would have no bounds. */
bool hearth__pwhash_read(hearth__pwhash *h, hearth_str text);
/* Is it that password's?  0; HEARTH_EINVAL: no; HEARTH_ENOMEM; HEARTH_EUNAVAILABLE: the
 * library does not take it, though it looked right. */
int hearth__pwhash_check(const hearth__pwhash *h, hearth_str password);
/* Weaker than argon2id with so much? */
bool hearth__pwhash_weaker(const hearth__pwhash *h, uint32_t memory_kib, uint32_t passes);
/* A new one.  HEARTH_ENOMEM or 0. */
int hearth__pwhash_make(char out[HEARTH__PWHASH_SIZE], hearth_str password,
                        uint32_t memory_kib, uint32_t passes);
/* The text of one that is nobody's: no password fits, and to check one costs as much. */
void hearth__pwhash_nobody(char out[HEARTH__PWHASH_SIZE], uint32_t memory_kib,
                           uint32_t passes);

/* pwhash_import.c: the kinds that are not ours. */
bool hearth__pwhash_import(hearth__pwhash *h, hearth_str text);
int hearth__pwhash_check_import(const hearth__pwhash *h, hearth_str password);

#endif
