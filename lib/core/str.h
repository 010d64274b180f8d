/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_STR_H
#define HEARTH_CORE_STR_H

/*
 * Slices of bytes: what requests are made of.  Nothing here allocates or depends on the
 * locale.
 */

#include <hearth/base.h>
#include <string.h>

/* A slice of a string literal. */
#define HEARTH__S(lit) ((hearth_str){"" lit, sizeof(lit) - 1})

static inline hearth_str hearth__str(const char *p, size_t n)
{
    return (hearth_str){p, n};
}

/* NULL gives the empty string. */
static inline hearth_str hearth__str_of(const char *s)
{
    return s == NULL ? (hearth_str){"", 0} : (hearth_str){s, strlen(s)};
}

static inline bool hearth__str_eq(hearth_str a, hearth_str b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

bool hearth__str_ieq(hearth_str a, hearth_str b); /* ASCII case folded */
bool hearth__str_starts(hearth_str s, hearth_str prefix);
bool hearth__str_istarts(hearth_str s, hearth_str prefix); /* ASCII case folded */
bool hearth__str_ends(hearth_str s, hearth_str suffix);
ptrdiff_t hearth__str_find(hearth_str s, char c); /* index or -1 */
hearth_str hearth__str_trim(hearth_str s);        /* OWS (RFC 9110 5.6.3): SP and HTAB */
/* Cut the part before the first `sep` off *rest and return it; the whole rest if there is
 * none, and then rest->ptr becomes NULL.  Call while rest->ptr != NULL. */
hearth_str hearth__str_cut(hearth_str *rest, char sep);
/* Strict: optional '-', digits only, whole string, in range, else false and *out
 * untouched. */
bool hearth__str_int(hearth_str s, int64_t *out);
/* Digits only ("+1", "", " 1" refused), in range. */
bool hearth__str_uint(hearth_str s, uint64_t *out);
/* A plain decimal floating point number, "-1.5", "2e3"; no inf, nan, hex or white space;
 * whatever the locale says. */
bool hearth__str_f64(hearth_str s, double *out);
int hearth__hex_digit(char c); /* 0 to 15 or -1 */
/* ASCII only, independent of the locale. */
static inline char hearth__lower(char c)
{
    return (c >= 'A' && c <= 'Z') ? (char)(c + 32) : c;
}
static inline bool hearth__is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline bool hearth__is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

#endif
