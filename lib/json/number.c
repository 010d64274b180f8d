/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Doubles as text.  The shortest of 15, 16 and 17 digits that reads back the same, made
 * by the C library and then cleaned of what its locale put in.  Whole numbers and those
 * that a person would type, the common cases, are written without it.
 */

#include "core/str.h"
#include "json/write.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

#define WHOLE 1e15 /* below, every whole number has at most 15 digits */
#define PLAIN 1e-4 /* below, an exponent is written */

static size_t put_whole(uint64_t v, char *out)
{
    char digits[20];
    size_t n = 0, len = 0;

    do {
        digits[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v != 0);
    while (n > 0)
        out[len++] = digits[--n];
    memcpy(out + len, ".0", 3);
    return len + 2;
}

/* 1250, 2 as "12.50" */
static inline size_t put_fixed(uint64_t v, size_t places, char *out)
{
    char digits[24];
    size_t n = 0, len = 0;

    while (v != 0 || n <= places) {
        digits[n++] = (char)('0' + v % 10);
        v /= 10;
    }
    while (n > 0) {
        out[len++] = digits[--n];
        if (n == places)
            out[len++] = '.';
    }
    out[len] = '\0';
    return len;
}

/*
 * A number of at most 15 digits and 9 places: digits / 10^places is a division of two exact
 * doubles, so what it gives is what reading that decimal gives, and by the least places that
 * give v back it is written the shortest way.  0 when it is no such number.
 */
static size_t put_places(double abs, char *out)
{
#if FLT_EVAL_METHOD == 0
    static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

    for (size_t places = 1; places < sizeof power / sizeof power[0]; places++) {
        double shifted = abs * power[places];
        uint64_t digits;

        if (!(shifted < WHOLE))
            return 0;
        digits = (uint64_t)(shifted + 0.5);
        if ((double)digits / power[places] == abs)
            return put_fixed(digits, places, out);
    }
#else
    (void)abs;
    (void)out;
#endif
    return 0;
}

/* "1,5e+07" to "1.5e7": whatever stands for the decimal point in this locale becomes '.',
 * the exponent loses its '+' and its leading zeros, and a number without either gains
 * ".0". */
static size_t tidy(const char *text, char out[32])
{
    const char *p = text;
    bool real = false;
    size_t n = 0;

    for (; *p != '\0' && *p != 'e'; p++) {
        if (*p == '-' || hearth__is_digit(*p)) {
            out[n++] = *p;
        } else if (!real) {
            out[n++] = '.';
            real = true;
        }
    }
    if (*p == 'e') {
        out[n++] = *p++;
        if (*p == '-')
            out[n++] = *p;
        p++;
        p += strspn(p, "0");
        while (*p != '\0')
            out[n++] = *p++;
    } else if (!real) {
        out[n++] = '.';
        out[n++] = '0';
    }
    out[n] = '\0';
    return n;
}

size_t hearth__json_f64_text(double v, char out[32])
{
    char text[64];
    double abs = v < 0 ? -v : v;
    /* A subnormal number has fewer than 15 digits to tell: 5e-324 is one. */
    int precision = abs > 0 && abs < DBL_MIN ? 1 : 15;

    if (!(abs <= DBL_MAX)) {
        memcpy(out, "null", 5);
        return 4;
    }
    if (abs < WHOLE && abs == (double)(uint64_t)abs) {
        bool minus = v < 0 || (abs < 1 && 1 / v < 0); /* -0.0 as well */

        out[0] = '-';
        return put_whole((uint64_t)abs, out + minus) + minus;
    }
    if (abs >= PLAIN) {
        bool minus = v < 0;
        size_t n;

        out[0] = '-';
        n = put_places(abs, out + minus);
        if (n > 0)
            return n + minus;
    }
    do
        snprintf(text, sizeof text, "%.*g", precision, v);
    while (precision++ < 17 && (strtod(text, NULL) < v || strtod(text, NULL) > v));
    return tidy(text, out);
}
