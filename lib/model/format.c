/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Addresses and names: is a text what a field says it is?
 */

#include "core/str.h"
#include "model/text.h"

#include <arpa/inet.h>
#include <hearth/format.h>

bool hearth_is_slug(const char *text)
{
    char before = '-';

    for (; *text != '\0'; before = *text++) {
        if (*text == '-' ? before == '-'
                         : !hearth__is_digit(*text) && !(*text >= 'a' && *text <= 'z'))
            return false;
    }
    return before != '-';
}

bool hearth_is_ip(const char *text)
{
    unsigned char address[16];

    return inet_pton(AF_INET, text, address) == 1 ||
           inet_pton(AF_INET6, text, address) == 1;
}

bool hearth_is_uuid(const char *text)
{
    hearth_uuid ignored;

    return hearth__read_uuid(hearth__str_of(text), &ignored);
}

/* ---- URLs ---------------------------------------------------------------------------- */

static bool is_host_sign(char c)
{
    return hearth__is_alpha(c) || hearth__is_digit(c) || c == '-' || c == '_';
}

/* Labels of at most 63, a whole of at most 253, one dot at the end allowed. */
static bool is_host(hearth_str s)
{
    size_t label = 0;

    if (s.len == 0 || s.len > 253)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '.') {
            if (label == 0 || s.ptr[i - 1] == '-')
                return false;
            label = 0;
        } else if (!is_host_sign(s.ptr[i]) || (s.ptr[i] == '-' && label == 0) ||
                   ++label > 63) {
            return false;
        }
    }
    return s.ptr[s.len - 1] != '-';
}

static bool is_literal(hearth_str s)
{
    char text[INET6_ADDRSTRLEN], address[16];

    if (s.len < 2 || s.len - 2 >= sizeof text || s.ptr[s.len - 1] != ']')
        return false;
    memcpy(text, s.ptr + 1, s.len - 2);
    text[s.len - 2] = '\0';
    return inet_pton(AF_INET6, text, address) == 1;
}

static bool is_port(hearth_str s)
{
    uint64_t port;

    return s.len == 0 || (hearth__str_uint(s, &port) && port <= 65535);
}

/* host [ ":" port ]; a user before an '@' is how links lie about where they lead. */
static bool is_authority(hearth_str s)
{
    size_t host = s.len > 0 && s.ptr[0] == '[' ? 0 : s.len;

    for (size_t i = 0; i < s.len && host == 0; i++)
        host = s.ptr[i] == ']' ? i + 1 : 0;
    for (size_t i = 0; i < s.len && host == s.len; i++)
        if (s.ptr[i] == ':' && s.ptr[0] != '[')
            host = i;
    if (host == 0 || (host < s.len && s.ptr[host] != ':') ||
        (host < s.len && !is_port(hearth__str(s.ptr + host + 1, s.len - host - 1))))
        return false;
    s.len = host;
    return s.ptr[0] == '[' ? is_literal(s) : is_host(s);
}

/* Path, query and fragment (RFC 3986 section 3.3 to 3.5). */
static bool is_rest(const char *s)
{
    bool fragment = false;

    for (; *s != '\0'; s++) {
        if (hearth__is_alpha(*s) || hearth__is_digit(*s) ||
            strchr("-._~!$&'()*+,;=:@/?", *s))
            continue;
        if (*s == '%' && hearth__hex_digit(s[1]) >= 0 && hearth__hex_digit(s[2]) >= 0)
            continue;
        if (*s != '#' || fragment)
            return false;
        fragment = true;
    }
    return true;
}

bool hearth_is_url(const char *text)
{
    hearth_str s = hearth__str_of(text);
    size_t scheme = hearth__str_istarts(s, HEARTH__S("https://"))  ? 8
                    : hearth__str_istarts(s, HEARTH__S("http://")) ? 7
                                                                   : 0;
    size_t n = strcspn(text + scheme, "/?#");

    return scheme > 0 && is_authority(hearth__str(text + scheme, n)) &&
           is_rest(text + scheme + n);
}
