/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_METHOD_H
#define HEARTH_HTTP_METHOD_H

/* Request methods (RFC 9110 section 9, RFC 5789).  Methods are case-sensitive. */

#include <hearth/base.h>

typedef enum hearth__method {
    HEARTH__GET,
    HEARTH__HEAD,
    HEARTH__POST,
    HEARTH__PUT,
    HEARTH__PATCH,
    HEARTH__DELETE,
    HEARTH__OPTIONS,
    HEARTH__NMETHODS, /* those above can be routed by number */
    HEARTH__TRACE = HEARTH__NMETHODS,
    HEARTH__CONNECT,
    HEARTH__OTHER /* a token that is none of them */
} hearth__method;

hearth__method hearth__method_of(hearth_str token);
const char *hearth__method_name(hearth__method m); /* "GET"; "" for HEARTH__OTHER */

#endif
