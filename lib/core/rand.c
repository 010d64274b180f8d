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
