/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* UTF-8.  Most text is ASCII, so the validator looks at eight bytes at a time until it
 * is not. */
#include "core/utf8.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

static bool is_tail(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* The length that a first byte promises; 0 when it cannot be one. */
static size_t promised(char c)
{
    unsigned char u = (unsigned char)c;

    if (u < 0x80)
        return 1;
    if (u < 0xc2 || u > 0xf4) /* a tail, an overlong form, above U+10FFFF */
        return 0;
    return u < 0xe0 ? 2 : u < 0xf0 ? 3 : 4;
}

size_t hearth__utf8_next(hearth_str s, uint32_t *cp)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = s.len == 0 ? 0 : promised(s.ptr[0]);
    uint32_t v;

    if (n == 0 || n > s.len)
        return 0;
    v = (unsigned char)s.ptr[0] & (n == 1 ? 0x7fu : 0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if (!is_tail(s.ptr[i]))
            return 0;
        v = v << 6 | ((unsigned char)s.ptr[i] & 0x3fu);
    }
    if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
        return 0;
    *cp = v;
    return n;
}

/* How many bytes from the beginning on are whole, valid sequences. */
static size_t sound(hearth_str s)
{
    const char *p = s.ptr, *end = s.ptr + s.len;
    uint32_t cp;
    uint64_t eight;

    while (p != end) {
        size_t n = 1;

        if (end - p >= 8) {
            memcpy(&eight, p, 8);
            if ((eight & HIGH_BITS) == 0) {
                p += 8;
                continue;
            }
        }
        if ((unsigned char)*p >= 0x80)
            n = hearth__utf8_next((hearth_str){p, (size_t)(end - p)}, &cp);
        if (n == 0)
            break;
        p += n;
    }
    return (size_t)(p - s.ptr);
}

bool hearth__utf8_valid(hearth_str s)
{
    return sound(s) == s.len;
}

/* Is it the beginning of a sequence?  Three first bytes leave their second less choice. */
static bool is_begun(hearth_str s)
{
    unsigned char first = (unsigned char)s.ptr[0];
    unsigned char second = s.len < 2 ? 0 : (unsigned char)s.ptr[1];

    if (promised(s.ptr[0]) <= s.len || (s.len == 3 && !is_tail(s.ptr[2])))
        return false;
    if (s.len < 2)
        return true;
    return second >= (first == 0xe0   ? 0xa0
                      : first == 0xf0 ? 0x90
                                      : 0x80) &&
           second <= (first == 0xed   ? 0x9f
                      : first == 0xf4 ? 0x8f
                                      : 0xbf);
}

bool hearth__utf8_so_far(hearth_str s, size_t *done)
{
    *done += sound((hearth_str){s.ptr + *done, s.len - *done});
    return *done == s.len || is_begun((hearth_str){s.ptr + *done, s.len - *done});
}

size_t hearth__utf8_count(hearth_str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += !is_tail(s.ptr[i]);
    return n;
}

size_t hearth__utf8_put(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xc0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3f));
        return 2;
    }
    if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
        return 0;
    if (cp < 0x10000) {
        out[0] = (char)(0xe0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        out[2] = (char)(0x80 | (cp & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    out[3] = (char)(0x80 | (cp & 0x3f));
    return 4;
}

hearth_str hearth__utf8_trim(hearth_str s)
{
    for (size_t i = 1; i <= 3 && i <= s.len; i++) {
        char c = s.ptr[s.len - i];

        if (is_tail(c))
            continue;
        if (promised(c) > i)
            s.len -= i;
        break;
    }
    return s;
}
