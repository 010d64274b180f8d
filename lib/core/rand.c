/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Randomness: libsodium's, which asks the kernel each time and so needs no seed and
 * survives fork. */
#include "core/rand.h"

#include <hearth/base.h>
#include <sodium.h>

int hearth__rand_init(void)
{
    return sodium_init() < 0 ? HEARTH_EUNAVAILABLE : 0;
}

void hearth__rand_bytes(void *p, size_t n)
{
    randombytes_buf(p, n);
}

uint64_t hearth__rand_u64(void)
{
    uint64_t v;

    randombytes_buf(&v, sizeof(v));
    return v;
}

uint64_t hearth__rand_hash(const void *p, size_t n, const uint64_t key[2])
{
    uint64_t h;

    _Static_assert(sizeof(h) == crypto_shorthash_BYTES, "SipHash gives 64 bits");
    _Static_assert(2 * sizeof(*key) == crypto_shorthash_KEYBYTES, "under a key of 128");
    crypto_shorthash((unsigned char *)&h, p, n, (const unsigned char *)key);
    return h;
}
