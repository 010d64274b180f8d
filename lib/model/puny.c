/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The ASCII form of a label: RFC 3492 section 6.3.
 */

#include "model/puny.h"

#include "core/str.h"
#include "core/utf8.h"

#define MOST 63
enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, BIAS = 72, FIRST = 128 };

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;

    delta = first ? delta / DAMP : delta / 2;
    delta += delta / points;
    for (; delta > ((BASE - TMIN) * TMAX) / 2; k += BASE)
        delta /= BASE - TMIN;
    return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

/* delta as a generalised variable-length integer, at out + n; false when it goes past MOST. */
static bool put_delta(char *out, size_t *n, uint32_t delta, uint32_t bias)
{
    for (uint32_t k = BASE;; k += BASE) {
        uint32_t t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
        uint32_t digit = delta < t ? delta : t + (delta - t) % (BASE - t);

        if (*n == MOST)
            return false;
        out[(*n)++] = (char)(digit < 26 ? 'a' + digit : '0' + digit - 26);
        if (delta < t)
            return true;
        delta = (delta - t) / (BASE - t);
    }
}

/* All code points of the label, those of ASCII also at out; false when there are too many. */
static bool read_label(hearth_str label, uint32_t cp[MOST], size_t *all, char *out,
                       size_t *n)
{
    for (size_t k; label.len > 0; label.ptr += k, label.len -= k) {
        if (*all == MOST || (k = hearth__utf8_next(label, &cp[*all])) == 0)
            return false;
        if (cp[(*all)++] >= FIRST)
            continue;
        if (*n == MOST)
            return false;
        out[(*n)++] = *label.ptr;
    }
    return true;
}

/* Behind "xn--": what is not ASCII, in order of its numbers. */
static bool put_others(const uint32_t *cp, size_t all, size_t basic, char *out, size_t *n)
{
    uint32_t least = FIRST, delta = 0, bias = BIAS;

    for (size_t done = basic; done < all; delta++, least++) {
        uint32_t next = UINT32_MAX;

        for (size_t i = 0; i < all; i++)
            if (cp[i] >= least && cp[i] < next)
                next = cp[i];
        /* At most 64 code points of 21 bits: no overflow. */
        delta += (next - least) * (uint32_t)(done + 1);
        least = next;
        for (size_t i = 0; i < all; i++) {
            delta += cp[i] < least;
            if (cp[i] != least)
                continue;
            if (!put_delta(out, n, delta, bias))
                return false;
            bias = adapt(delta, (uint32_t)done + 1, done == basic);
            delta = 0;
            done++;
        }
    }
    return true;
}

/* Into out: its length, 0 when the label does not fit. */
static size_t encode(hearth_str label, char out[MOST])
{
    uint32_t cp[MOST];
    size_t all = 0, n = 4, basic;

    memcpy(out, "xn--", 4);
    if (!read_label(label, cp, &all, out, &n))
        return 0;
    basic = n - 4;
    if (basic > 0 && n == MOST)
        return 0;
    if (basic > 0)
        out[n++] = '-';
    return put_others(cp, all, basic, out, &n) ? n : 0;
}

size_t hearth__puny_len(hearth_str label)
{
    char out[MOST];

    return encode(label, out);
}

size_t hearth__puny_put(hearth_str label, char *out, size_t room)
{
    char text[MOST];
    bool plain = true;
    size_t n = label.len;

    for (size_t i = 0; i < label.len; i++)
        plain = plain && (unsigned char)label.ptr[i] < FIRST;
    if (!plain)
        n = encode(label, text);
    if (n == 0 || n > room || n > MOST)
        return 0;
    memcpy(out, plain ? label.ptr : text, n);
    return n;
}
