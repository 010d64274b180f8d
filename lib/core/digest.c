/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Digests, as text where they are compared with what was stored as text. */
#include "core/digest.h"

#include <sodium.h>

void hearth__sha256_hex(char out[HEARTH__SHA256_HEX + 1], hearth_str s)
{
    unsigned char digest[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(digest, (const unsigned char *)s.ptr, s.len);
    sodium_bin2hex(out, HEARTH__SHA256_HEX + 1, digest, sizeof digest);
}

void hearth__digest(unsigned char out[HEARTH__DIGEST], hearth_str s)
{
    (void)crypto_generichash(out, HEARTH__DIGEST, (const unsigned char *)s.ptr, s.len,
                             NULL, 0);
}

void hearth__mac(unsigned char out[HEARTH__MAC], const unsigned char key[HEARTH__MAC_KEY],
                 hearth_str s)
{
    (void)crypto_generichash(out, HEARTH__MAC, (const unsigned char *)s.ptr, s.len, key,
                             HEARTH__MAC_KEY);
}

bool hearth__mac_equal(const unsigned char a[HEARTH__MAC],
                       const unsigned char b[HEARTH__MAC])
{
    return sodium_memcmp(a, b, HEARTH__MAC) == 0;
}
