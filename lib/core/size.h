/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_SIZE_H
#define HEARTH_CORE_SIZE_H

/* Sizes that cannot wrap round: each returns false instead of overflowing. */

#include <stdbool.h>
#include <stddef.h>

static inline bool hearth__size_add(size_t a, size_t b, size_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

static inline bool hearth__size_mul(size_t a, size_t b, size_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

#endif
