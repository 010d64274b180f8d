/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_HASH_H
#define HEARTH_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* SipHash of n bytes under a fixed key: the same in every process, so nobody is to rely on
 * it being hard to meet again.  core/map.h has keys of its own. */
uint64_t hearth__hash64(const void *p, size_t n);

#endif
