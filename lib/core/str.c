/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Slices: comparing, cutting, and strict numbers.  A number is accepted in one spelling
 * only, since two parties that read the same bytes differently are how requests get
 * smuggled.
 */
#include "core/str.h"

#include <float.h>
#include <locale.h>
#include <stdlib.h>

static bool fold_eq(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (hearth__lower(a[i]) != hearth__lower(b[i]))
            return false;
    return true;
}

bool hearth__str_ieq(hearth_str a, hearth_str b)
{
    return a.len == b.len && fold_eq(a.ptr, b.ptr, a.len);
}

bool hearth__str_starts(hearth_str s, hearth_str prefix)
{
    return s.len >= prefix.len && memcmp(s.ptr, prefix.ptr, prefix.len) == 0;
}

bool hearth__str_istarts(hearth_str s, hearth_str prefix)
{
    return s.len >= prefix.len && fold_eq(s.ptr, prefix.ptr, prefix.len);
}

bool hearth__str_ends(hearth_str s, hearth_str suffix)
{
    return s.len >= suffix.len &&
           memcmp(s.ptr + (s.len - suffix.len), suffix.ptr, suffix.len) == 0;
}

ptrdiff_t hearth__str_find(hearth_str s, char c)
{
    const char *p = memchr(s.ptr, (unsigned char)c, s.len);

    return p == NULL ? -1 : p - s.ptr;
}

static bool is_ows(char c)
{
    return c == ' ' || c == '\t';
}

hearth_str hearth__str_trim(hearth_str s)
{
    while (s.len != 0 && is_ows(s.ptr[s.len - 1]))
        s.len--;
    while (s.len != 0 && is_ows(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    return s;
}

hearth_str hearth__str_cut(hearth_str *rest, char sep)
{
    hearth_str part = *rest;
    ptrdiff_t at = hearth__str_find(part, sep);

    if (at < 0) {
        *rest = (hearth_str){NULL, 0};
        return part;
    }
    part.len = (size_t)at;
    rest->ptr += part.len + 1;
    rest->len -= part.len + 1;
    return part;
}

bool hearth__str_uint(hearth_str s, uint64_t *out)
{
    uint64_t v = 0;

    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!hearth__is_digit(s.ptr[i]) || __builtin_mul_overflow(v, UINT64_C(10), &v) ||
            __builtin_add_overflow(v, (uint64_t)(s.ptr[i] - '0'), &v))
            return false;
    }
    *out = v;
    return true;
}

bool hearth__str_int(hearth_str s, int64_t *out)
{
    bool minus = s.len != 0 && s.ptr[0] == '-';
    uint64_t v;

    if (!hearth__str_uint(minus ? hearth__str(s.ptr + 1, s.len - 1) : s, &v))
        return false;
    if (v > (uint64_t)INT64_MAX + (minus ? 1 : 0))
        return false;
    /* -v, without passing through INT64_MAX + 1. */
    *out = !minus ? (int64_t)v : v == 0 ? 0 : -(int64_t)(v - 1) - 1;
    return true;
}

static size_t digits(hearth_str s, size_t at)
{
    size_t from = at;

    while (at < s.len && hearth__is_digit(s.ptr[at]))
        at++;
    return at - from;
}

/* [ "-" ] 1*DIGIT [ "." 1*DIGIT ] [ ("e" / "E") [ "+" / "-" ] 1*DIGIT ]; *point is
 * where the "." is, or s.len. */
static bool is_decimal(hearth_str s, size_t *point)
{
    size_t at = s.len != 0 && s.ptr[0] == '-', n = digits(s, at);

    *point = s.len;
    at += n;
    if (n != 0 && at < s.len && s.ptr[at] == '.') {
        *point = at;
        n = digits(s, ++at);
        at += n;
    }
    if (n != 0 && at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        at++;
        if (at < s.len && (s.ptr[at] == '+' || s.ptr[at] == '-'))
            at++;
        n = digits(s, at);
        at += n;
    }
    return n != 0 && at == s.len;
}

/* More digits than any double needs to be told from its neighbours (767). */
#define F64_MAX 1000

bool hearth__str_f64(hearth_str s, double *out)
{
    char tmp[F64_MAX + 32], *end, *to = tmp;
    const char *dot = localeconv()->decimal_point;
    size_t dot_len = strlen(dot), point;
    double v;

    if (s.len > F64_MAX || dot_len >= 32 || !is_decimal(s, &point))
        return false;
    /* strtod knows one decimal point, that of the host program's locale. */
    memcpy(to, s.ptr, point);
    to += point;
    if (point < s.len) {
        memcpy(to, dot, dot_len);
        to += dot_len;
        memcpy(to, s.ptr + point + 1, s.len - point - 1);
        to += s.len - point - 1;
    }
    *to = '\0';
    v = strtod(tmp, &end);
    if (end != to || v > DBL_MAX || v < -DBL_MAX)
        return false;
    *out = v;
    return true;
}

int hearth__hex_digit(char c)
{
    if (hearth__is_digit(c))
        return c - '0';
    c = hearth__lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
