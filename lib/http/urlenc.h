/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_URLENC_H
#define HEARTH_HTTP_URLENC_H

/*
 * application/x-www-form-urlencoded (WHATWG URL section 5, made strict): a query string
 * or a form body as pairs.  Pairs are separated by '&' only; '+' is a space; a pair
 * without '=' has an empty value; an empty pair is skipped; an empty name is allowed.
 */

#include "core/arena.h"
#include "http/head.h"

/* Is every pair well-formed: no "%zz", no "%00", UTF-8?  Allocates nothing. */
bool hearth__urlenc_valid(hearth_str raw);
/* Decode all pairs.  *out gets an array of *n pairs in memory of a, each '\0'-terminated;
 * NULL when there is none. Returns 0, HEARTH_EINVAL (malformed), HEARTH_ETOOBIG (more
 * than max pairs), HEARTH_ENOMEM. */
int hearth__urlenc_parse(hearth__arena *a, hearth_str raw, size_t max,
                         hearth__field **out, size_t *n);
/* Percent-decode src into dst (room for src.len bytes); plus: '+' is a space.  The number
 * of bytes, or -1 when an escape is malformed or a byte is NUL.  Whether it is UTF-8 is
 * not looked at. */
ptrdiff_t hearth__percent_decode(char *dst, hearth_str src, bool plus);

#endif
