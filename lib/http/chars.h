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

/* Are all n bytes in the class?  True for n = 0. */
static inline bool hearth__chars_all(const char *p, size_t n, unsigned class_bit)
{
    unsigned all = class_bit;

    for (size_t i = 0; i < n; i++)
        all &= hearth__chars[(unsigned char)p[i]];
    return all != 0;
}

/* Eight bytes, in any order. */
static inline uint64_t hearth__eight(const char *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof w);
    return w;
}

#define HEARTH__EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Not 0 when a byte of w is below n (n up to 128), or equal to c. */
static inline uint64_t hearth__eight_below(uint64_t w, uint8_t n)
{
    return (w - HEARTH__EIGHT(n)) & ~w & HEARTH__EIGHT(0x80u);
}

static inline uint64_t hearth__eight_has(uint64_t w, uint8_t c)
{
    return hearth__eight_below(w ^ HEARTH__EIGHT(c), 1);
}

#endif
