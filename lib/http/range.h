/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_RANGE_H
#define HEARTH_HTTP_RANGE_H

/* Byte ranges (RFC 9110 section 14). */

#include "core/buf.h"

#define HEARTH__RANGES_MAX 10 /* parts of an answer; who asks for more gets the whole */

typedef struct hearth__span {
    uint64_t offset, len; /* len > 0 */
} hearth__span;

typedef struct hearth__ranges {
    hearth__span span[HEARTH__RANGES_MAX];
    size_t n;
} hearth__ranges;

/* A Range value against a representation of `size` bytes.
 *   206  *out has 1 to HEARTH__RANGES_MAX spans within the size, in the order of the
 *        request; those that overlap or touch are one, in the place of the first, so no
 *        byte is sent twice
 *   416  no range lies within the representation
 *   200  nothing to heed: another unit, malformed, more than HEARTH__RANGES_MAX ranges
 *        that remain apart or ten times as many in all, or a suffix of nothing */
int hearth__range_parse(hearth_str value, uint64_t size, hearth__ranges *out);
/* The value of Content-Range: "bytes 0-4/10". */
void hearth__range_content(hearth__buf *b, const hearth__span *s, uint64_t size);
/* That of a 416: an asterisk, '/' and the size. */
void hearth__range_content_none(hearth__buf *b, uint64_t size);

#endif
