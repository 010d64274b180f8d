/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_DIGEST_H
#define HEARTH_CORE_DIGEST_H

/* Cryptographic digests: libsodium's. */

#include <hearth/base.h>

#define HEARTH__MAC     16
#define HEARTH__MAC_KEY 32

/* A keyed digest (BLAKE2b, RFC 7693), which nobody without the key can make. */
void hearth__mac(unsigned char out[HEARTH__MAC], const unsigned char key[HEARTH__MAC_KEY],
                 hearth_str s);
/* In time that says nothing of where they differ. */
bool hearth__mac_equal(const unsigned char a[HEARTH__MAC],
                       const unsigned char b[HEARTH__MAC]);

#define HEARTH__DIGEST 32

/* BLAKE2b-256 without a key, of what nobody can guess anyway. */
void hearth__digest(unsigned char out[HEARTH__DIGEST], hearth_str s);

#define HEARTH__SHA256_HEX 64

/* SHA-256 (FIPS 180-4) as lower-case hexadecimal, '\0' at the end. */
void hearth__sha256_hex(char out[HEARTH__SHA256_HEX + 1], hearth_str s);

#endif
