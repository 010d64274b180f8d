/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The length of a label's ASCII form: RFC 3492 section 6.3, counting what it would write.
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

/* Digits of delta as a generalised variable-length integer. */
static size_t digits(uint32_t delta, uint32_t bias)
{
    size_t n = 1;

    for (uint32_t k = BASE;; k += BASE, n++) {
        uint32_t t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;

        if (delta < t)
            return n;
        delta = (delta - t) / (BASE - t);
    }
}

size_t hearth__puny_len(hearth_str label)
{
    uint32_t cp[MOST], n = FIRST, delta = 0, bias = BIAS;
    size_t all = 0, basic = 0, done, len;

    for (size_t k; label.len > 0; label.ptr += k, label.len -= k) {
        if (all == MOST || (k = hearth__utf8_next(label, &cp[all])) == 0)
            return 0;
        basic += cp[all++] < FIRST;
    }
    len = 4 + basic + (basic > 0);
    for (done = basic; done < all; delta++, n++) {
        uint32_t least = UINT32_MAX;

        for (size_t i = 0; i < all; i++)
            if (cp[i] >= n && cp[i] < least)
                least = cp[i];
        /* At most 64 code points of 21 bits: no overflow. */
        delta += (least - n) * (uint32_t)(done + 1);
        n = least;
        for (size_t i = 0; i < all; i++) {
            delta += cp[i] < n;
            if (cp[i] != n)
                continue;
            len += digits(delta, bias);
            bias = adapt(delta, (uint32_t)done + 1, done == basic);
            delta = 0;
            done++;
        }
    }
    return len > MOST ? 0 : len;
}
