/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_ETAG_H
#define HEARTH_HTTP_ETAG_H

/*
 * Entity tags (RFC 9110 section 8.8.3).  A tag is its text, quotes and a leading W/
 * included: `"abc"`, `W/"abc"`.
 */

#include <hearth/base.h>

/* Is the whole of s one tag?  A backslash is an ordinary character of it. */
bool hearth__etag_valid(hearth_str s);
/* RFC 9110 8.8.3.2.  Weak: the opaque parts are equal; strong: and neither tag is weak.
 * The tags are valid, or empty, which equals nothing. */
bool hearth__etag_same_weak(hearth_str a, hearth_str b);
bool hearth__etag_same_strong(hearth_str a, hearth_str b);
/* Cut the next tag off a list ("1#entity-tag"), *rest starting as the field value.  False
 * at its end; an element that is no tag is skipped. */
bool hearth__etag_next(hearth_str *rest, hearth_str *tag);
/* Is the tag in the list, by the weak or the strong comparison? */
bool hearth__etag_listed(hearth_str list, hearth_str tag, bool weak);

#endif
