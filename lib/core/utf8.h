/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_UTF8_H
#define HEARTH_CORE_UTF8_H

/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */

#include <hearth/base.h>

bool hearth__utf8_valid(hearth_str s);
/* The same for a text that is still coming: the first *done bytes have been looked at, and
 * *done moves on to where a sequence begins that is cut off, or to the end.  False as soon as
 * the text cannot become valid, whatever follows. */
bool hearth__utf8_so_far(hearth_str s, size_t *done);
/* Code points; s must be valid. */
size_t hearth__utf8_count(hearth_str s);
/* One code point at s.ptr: returns its length 1 to 4 and sets *cp, or 0 when invalid or
 * cut off. */
size_t hearth__utf8_next(hearth_str s, uint32_t *cp);
/* Writes 1 to 4 bytes, returns how many; 0 for a surrogate or a number above U+10FFFF. */
size_t hearth__utf8_put(uint32_t cp, char out[4]);
/* s without a sequence that its end cuts off; what to do after cutting at a byte. */
hearth_str hearth__utf8_trim(hearth_str s);

#endif
