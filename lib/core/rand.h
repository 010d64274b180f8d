/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_RAND_H
#define HEARTH_CORE_RAND_H

/* Random bytes from the kernel, through libsodium.  The one home of <sodium.h> beside map
 * and enc. */

#include <stddef.h>
#include <stdint.h>

/* Prepare libsodium; cheap and safe to call often, from any thread.  HEARTH_EUNAVAILABLE
 * when the kernel has no randomness to give. */
int hearth__rand_init(void);
void hearth__rand_bytes(void *p, size_t n); /* after init; cannot fail */
uint64_t hearth__rand_u64(void);
/* SipHash of n bytes under a random key: what nobody can choose collisions for. */
uint64_t hearth__rand_hash(const void *p, size_t n, const uint64_t key[2]);

#endif
