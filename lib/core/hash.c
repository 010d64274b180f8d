/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Of what libsodium offers, SipHash is the cheapest: 4.3 instructions a byte. */
#include "core/hash.h"

#include <sodium.h>
#include <string.h>

uint64_t hearth__hash64(const void *p, size_t n)
{
    static const unsigned char key[crypto_shorthash_KEYBYTES] = "hearth, hash 64";
    unsigned char out[crypto_shorthash_BYTES];
    uint64_t v = 0;

    (void)crypto_shorthash(out, p, n, key);
    for (size_t i = 0; i < sizeof out; i++)
        v = v << 8 | out[i];
    return v;
}
