/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Method names and numbers.  The length picks the candidates, so that a known method
 * costs one or two comparisons of known size and no hash.
 */

#include "http/method.h"

#include <string.h>

#define IS(name) (memcmp(s.ptr, name, sizeof(name) - 1) == 0)

hearth__method hearth__method_of(hearth_str s)
{
    switch (s.len) {
    case 3:
        return IS("GET") ? HEARTH__GET : IS("PUT") ? HEARTH__PUT : HEARTH__OTHER;
    case 4:
        return IS("POST") ? HEARTH__POST : IS("HEAD") ? HEARTH__HEAD : HEARTH__OTHER;
    case 5:
        return IS("PATCH") ? HEARTH__PATCH : IS("TRACE") ? HEARTH__TRACE : HEARTH__OTHER;
    case 6:
        return IS("DELETE") ? HEARTH__DELETE : HEARTH__OTHER;
    case 7:
        return IS("OPTIONS")   ? HEARTH__OPTIONS
               : IS("CONNECT") ? HEARTH__CONNECT
                               : HEARTH__OTHER;
    default:
        return HEARTH__OTHER;
    }
}

const char *hearth__method_name(hearth__method m)
{
    switch (m) {
    case HEARTH__GET:
        return "GET";
    case HEARTH__HEAD:
        return "HEAD";
    case HEARTH__POST:
        return "POST";
    case HEARTH__PUT:
        return "PUT";
    case HEARTH__PATCH:
        return "PATCH";
    case HEARTH__DELETE:
        return "DELETE";
    case HEARTH__OPTIONS:
        return "OPTIONS";
    case HEARTH__TRACE:
        return "TRACE";
    case HEARTH__CONNECT:
        return "CONNECT";
    case HEARTH__OTHER:
        break;
    }
    return "";
}
