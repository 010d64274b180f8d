/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_CLIENT_JAR_H
#define HEARTH_BOOT_CLIENT_JAR_H

/*
 * The cookies of the test client: the latest value of every name, in the order in which
 * the names were first set.  A client speaks to one application only, so Domain, Path and
 * Secure change nothing; Max-Age and Expires are looked at when a cookie is set, to see
 * whether it is deleted.
 */

#include "core/buf.h"

typedef struct hearth__jar_cookie {
    char *name, *value;
} hearth__jar_cookie;

typedef struct hearth__jar {
    hearth__jar_cookie *cookie;
    size_t n, cap;
} hearth__jar;

/* Take the value of a Set-Cookie field; a malformed one is ignored, as browsers do.
 * HEARTH_ENOMEM or 0. */
int hearth__jar_take(hearth__jar *j, hearth_str set_cookie);
/* Append the value of the Cookie field: "a=1; b=2", nothing when there are no cookies. */
void hearth__jar_write(const hearth__jar *j, hearth__buf *b);
void hearth__jar_clear(hearth__jar *j);

#endif
