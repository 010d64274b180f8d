/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The converters of route parameters: one predicate each, over the decoded text.  They
 * look at every byte at most twice and give up at the first wrong one, since they run on
 * what strangers send.
 */
#include "app/conv.h"

#include "core/clock.h"
#include "core/str.h"

static const char *const names[HEARTH__NCONVS] = {
    [HEARTH__CONV_INT] = "int",   [HEARTH__CONV_FLOAT] = "float",
    [HEARTH__CONV_DATE] = "date", [HEARTH__CONV_UUID] = "uuid",
    [HEARTH__CONV_SLUG] = "slug", [HEARTH__CONV_STRING] = "string",
    [HEARTH__CONV_PATH] = "path",
};

const char *hearth__conv_name(hearth__conv conv)
{
    return names[conv];
}

hearth__conv hearth__conv_of(hearth_str name)
{
    int conv = 0;

    while (conv < HEARTH__NCONVS && !hearth__str_eq(name, hearth__str_of(names[conv])))
        conv++;
    return (hearth__conv)conv;
}

/* Digits that cannot be too many for 64 bits. */
#define SAFE_DIGITS 18

static bool is_int(hearth_str s)
{
    size_t at = s.len != 0 && s.ptr[0] == '-';
    int64_t v;

    if (s.len == at)
        return false;
    if (s.ptr[at] == '0')
        return s.len == 1;
    if (s.len - at > SAFE_DIGITS)
        return hearth__str_int(s, &v);
    while (at < s.len && hearth__is_digit(s.ptr[at]))
        at++;
    return at == s.len;
}

static bool is_float(hearth_str s)
{
    double v;

    return hearth__str_f64(s, &v);
}

/* Are there dashes where these bits are, and digits everywhere else? */
static bool is_digit_or_dash(hearth_str s, uint64_t dashes, bool hex)
{
    for (size_t i = 0; i < s.len; i++) {
        bool digit = hex ? hearth__hex_digit(s.ptr[i]) >= 0 : hearth__is_digit(s.ptr[i]);

        if ((dashes >> i & 1) != 0 ? s.ptr[i] != '-' : !digit)
            return false;
    }
    return true;
}

static int digits(const char *p, int n)
{
    int v = 0;

    for (int i = 0; i < n; i++)
        v = v * 10 + (p[i] - '0');
    return v;
}

static bool is_date(hearth_str s)
{
    int64_t seconds;

    if (s.len != 10 || !is_digit_or_dash(s, 1u << 4 | 1u << 7, false))
        return false;

    hearth__civil t = {.year = digits(s.ptr, 4),
                       .month = digits(s.ptr + 5, 2),
                       .day = digits(s.ptr + 8, 2)};
    return t.year >= 1 && hearth__civil_seconds(&t, &seconds);
}

static bool is_uuid(hearth_str s)
{
    return s.len == 36 &&
           is_digit_or_dash(s, 1u << 8 | 1u << 13 | 1u << 18 | 1u << 23, true);
}

static bool is_slug(hearth_str s)
{
    bool wanted = true; /* a letter or digit: at the start, after '-', at the end */

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (c == '-' ? wanted : !hearth__is_digit(c) && (c < 'a' || c > 'z'))
            return false;
        wanted = c == '-';
    }
    return !wanted;
}

static bool is_path(hearth_str s)
{
    if (s.len == 0 || s.ptr[0] == '/')
        return false;
    for (size_t i = 1; i < s.len; i++) {
        if (s.ptr[i] == '/' && s.ptr[i - 1] == '/')
            return false;
    }
    return true;
}

bool hearth__conv_matches(hearth__conv conv, hearth_str text)
{
    switch (conv) {
    case HEARTH__CONV_INT:
        return is_int(text);
    case HEARTH__CONV_FLOAT:
        return is_float(text);
    case HEARTH__CONV_DATE:
        return is_date(text);
    case HEARTH__CONV_UUID:
        return is_uuid(text);
    case HEARTH__CONV_SLUG:
        return is_slug(text);
    case HEARTH__CONV_STRING:
        return text.len != 0;
    case HEARTH__CONV_PATH:
        return is_path(text);
    case HEARTH__NCONVS:
        break;
    }
    return false;
}
