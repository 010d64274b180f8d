/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_CLIENT_CHUNKS_H
#define HEARTH_BOOT_CLIENT_CHUNKS_H

/* A body in chunks (RFC 9112 section 7.1), as it comes; strict. */

#include "core/buf.h"

typedef struct hearth__chunks {
    enum {
        HEARTH__CHUNK_SIZE,
        HEARTH__CHUNK_DATA,
        HEARTH__CHUNK_GAP,
        HEARTH__CHUNK_TAIL
    } part;
    uint64_t left;
} hearth__chunks;

/* Append what is there to *to; *in loses what was taken.  0: more is to come; HEARTH_DECLINED:
 * that was all; HEARTH_EINVAL: malformed; HEARTH_ENOMEM. */
int hearth__chunks_take(hearth__chunks *k, hearth_str *in, hearth__buf *to);

#endif
