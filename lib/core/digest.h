/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_DIGEST_H
#define HEARTH_CORE_DIGEST_H

/* Cryptographic digests: libsodium's. */

#include <hearth/base.h>

#define HEARTH__SHA256_HEX 64

/* SHA-256 (FIPS 180-4) as lower-case hexadecimal, '\0' at the end. */
void hearth__sha256_hex(char out[HEARTH__SHA256_HEX + 1], hearth_str s);

#endif
