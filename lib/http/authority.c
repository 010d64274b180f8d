/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The authority of a Host field or of an absolute target: RFC 3986 section 3.2 as a
 * grammar, nothing looked up.  Stricter than the grammar in three points: the host is not
 * empty (RFC 9110 4.2.1), it holds no comma (two Host fields merged by a proxy would look
 * like that), and a port is at most 65535.
 */

#include "core/str.h"
#include "http/audit.h"
#include "http/chars.h"

static bool is_port(const char *p, const char *end)
{
    unsigned port = 0;

    for (; p < end && hearth__is_digit(*p) && port <= 65535; p++)
        port = port * 10 + (unsigned)(*p - '0');
    return p == end && port <= 65535;
}

/* dec-octet three times with a dot behind, and once more. */
static bool is_ipv4(const char *p, const char *end)
{
    for (int i = 0; i < 4; i++) {
        unsigned octet = 0;
        const char *start = p;

        while (p < end && p - start < 4 && hearth__is_digit(*p))
            octet = octet * 10 + (unsigned)(*p++ - '0');
        if (p == start || octet > 255 || (*start == '0' && p - start > 1))
            return false;
        if (i < 3 && (p == end || *p++ != '.'))
            return false;
    }
    return p == end;
}

/* Groups of hexadecimal digits; "::" stands once for one or more groups of zeros. */
static bool is_ipv6(const char *p, const char *end)
{
    int groups = 0;
    bool gap = false;

    if (end - p >= 2 && p[0] == ':' && p[1] == ':') {
        gap = true;
        p += 2;
    }
    while (p < end) {
        const char *start = p;

        if (groups >= 8)
            return false;
        while (p < end && p - start < 5 && hearth__hex_digit(*p) >= 0)
            p++;
        if (p < end && *p == '.') {
            groups += 2;
            return is_ipv4(start, end) && (gap ? groups <= 7 : groups == 8);
        }
        if (p == start || p - start > 4)
            return false;
        groups++;
        if (p == end)
            break;
        if (*p++ != ':' || p == end)
            return false;
        if (*p == ':') {
            if (gap)
                return false;
            gap = true;
            p++;
        }
    }
    return gap ? groups <= 7 : groups == 8;
}

/* IPvFuture: "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ) */
static bool is_ip_future(const char *p, const char *end)
{
    const char *start = ++p;

    while (p < end && hearth__hex_digit(*p) >= 0)
        p++;
    if (p == start || p == end || *p++ != '.' || p == end)
        return false;
    for (; p < end; p++) {
        if (*p != ':' && !hearth__chars_is(*p, HEARTH__CH_HOST))
            return false;
    }
    return true;
}

static bool is_bracketed(const char *p, const char *end)
{
    const char *close = memchr(p, ']', (size_t)(end - p));

    if (close == NULL || (close + 1 < end && close[1] != ':'))
        return false;
    if (close + 1 < end && !is_port(close + 2, end))
        return false;
    if (p < close && (*p == 'v' || *p == 'V'))
        return is_ip_future(p, close);
    return is_ipv6(p, close);
}

bool hearth__is_authority(hearth_str s)
{
    const char *p = s.ptr, *end = s.ptr + s.len;

    if (s.len == 0 || *p == ':')
        return false;
    if (*p == '[')
        return is_bracketed(p + 1, end);
    for (;; p++) {
        while (end - p >= 4 && hearth__chars_four(p, HEARTH__CH_HOST))
            p += 4;
        while (p < end && hearth__chars_is(*p, HEARTH__CH_HOST))
            p++;
        if (p == end || *p == ':')
            break;
        if (*p != '%' || end - p < 3 || hearth__hex_digit(p[1]) < 0 ||
            hearth__hex_digit(p[2]) < 0)
            return false;
        p += 2;
    }
    return p == end || is_port(p + 1, end);
}
