/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_FILENAME_H
#define HEARTH_HTTP_FILENAME_H

/* The name that a client saves a file under (RFC 6266, RFC 8187). */

#include "core/buf.h"

/* Append the value of a Content-Disposition: "attachment" or "inline", and the name.  Of
 * a path only what follows its last '/' or '\' is a name.  Control characters, those that
 * turn the direction of writing and bytes that are no UTF-8 are left out.  What every
 * client reads alike goes into filename="..."; a name with anything else is sent twice,
 * there with '_' in its place, and in full as filename*=UTF-8''...  Without a name the
 * word stands alone. */
void hearth__filename_write(hearth__buf *b, bool attachment, hearth_str name);

#endif
