/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_CHARS_H
#define HEARTH_HTTP_CHARS_H

/*
 * What each byte may be, for every grammar of this layer: one table, one bit per grammar,
 * so that a check is one load per byte; and the arithmetic that looks at eight bytes at
 * once.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    HEARTH__CH_TOKEN = 1,   /* tchar, RFC 9110 5.6.2 */
    HEARTH__CH_VALUE = 2,   /* field value: HTAB, SP, VCHAR, obs-text */
    HEARTH__CH_TARGET = 4,  /* 0x21 to 0x7E without '#' */
    HEARTH__CH_HOST = 8,    /* reg-name without '%' and ',', RFC 3986 3.2.2 */
    HEARTH__CH_PLAIN = 16,  /* a target byte that is none of "#%/?" */
    HEARTH__CH_COOKIE = 32, /* cookie-octet, RFC 6265 4.1.1 */
    HEARTH__CH_PATH = 64,   /* pchar, '/' and '%', RFC 3986 3.3 */
    HEARTH__CH_AV = 128     /* av-octet of a cookie attribute */
};

extern const uint8_t hearth__chars[256];

static inline bool hearth__chars_is(char c, unsigned classes)
{
    return (hearth__chars[(unsigned char)c] & classes) != 0;
}

/* Are the next four bytes all in the class?  No branch between them. */
static inline bool hearth__chars_four(const char *s, unsigned class_bit)
{
    const unsigned char *p = (const unsigned char *)s;

    return (hearth__chars[p[0]] & hearth__chars[p[1]] & hearth__chars[p[2]] &
            hearth__chars[p[3]] & class_bit) != 0;
}

/* Are all n bytes in the class?  True for n = 0. */
static inline bool hearth__chars_all(const char *p, size_t n, unsigned class_bit)
{
    const char *last;

    if (n < 4)
        return n == 0 || (hearth__chars[(unsigned char)p[0]] &
                          hearth__chars[(unsigned char)p[n / 2]] &
                          hearth__chars[(unsigned char)p[n - 1]] & class_bit) != 0;
    for (last = p + n - 4; p < last; p += 4) {
        if (!hearth__chars_four(p, class_bit))
            return false;
    }
    return hearth__chars_four(last, class_bit); /* some of them again */
}

/* Eight bytes as a number, in any order. */
static inline uint64_t hearth__eight(const char *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof w);
    return w;
}

/* All of the n bytes, 1 to 7, some of them more than once. */
static inline uint64_t hearth__eight_of(const char *p, size_t n)
{
    uint32_t low, high;

    if (n >= 4) {
        memcpy(&low, p, sizeof low);
        memcpy(&high, p + n - 4, sizeof high);
        return (uint64_t)high << 32 | low;
    }
    return UINT64_C(0x0101010101010101) * (unsigned char)p[0] << 16 |
           (uint64_t)(unsigned char)p[n / 2] << 8 | (unsigned char)p[n - 1];
}

#define HEARTH__EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))
#define HEARTH__EIGHT_HIGH  HEARTH__EIGHT(0x80u)

/* Do all bytes pass a test of eight?  The last eight overlap those before. */
static inline bool hearth__eights_all(const char *p, size_t n, bool (*test)(uint64_t))
{
    const char *last;

    if (n < 8)
        return n == 0 || test(hearth__eight_of(p, n));
    for (last = p + n - 8; p < last; p += 8) {
        if (!test(hearth__eight(p)))
            return false;
    }
    return test(hearth__eight(last));
}

#endif
