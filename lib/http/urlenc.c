/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Form data.  The pairs are counted first, so that one block of the arena holds the array
 * and all decoded texts; decoding never makes a text longer.
 */

#include "http/urlenc.h"

#include "core/size.h"
#include "core/str.h"
#include "core/utf8.h"

/* The decoded byte at *p, which moves on; -1 when an escape is malformed or the byte is
 * NUL. */
static inline int take(const char **p, const char *end)
{
    int high, low, c = (unsigned char)*(*p)++;

    if (c == '%') {
        if (end - *p < 2 || (high = hearth__hex_digit((*p)[0])) < 0 ||
            (low = hearth__hex_digit((*p)[1])) < 0)
            return -1;
        *p += 2;
        c = high * 16 + low;
    }
    return c == 0 ? -1 : c;
}

ptrdiff_t hearth__percent_decode(char *dst, hearth_str src, bool plus)
{
    const char *p = src.ptr, *end = p + src.len;
    char *out = dst;

    while (p < end) {
        bool space = plus && *p == '+';
        int c = take(&p, end);

        if (c < 0)
            return -1;
        *out++ = space ? ' ' : (char)(unsigned char)c;
    }
    return out - dst;
}

/* The rest of a UTF-8 sequence that begins with the byte first. */
static bool take_sequence(const char **p, const char *end, int first)
{
    char text[4] = {(char)(unsigned char)first, 0, 0, 0};
    size_t want = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    uint32_t cp;

    for (size_t n = 1; n < want; n++) {
        int c = *p < end ? take(p, end) : -1;

        if (c < 0x80)
            return false;
        text[n] = (char)(unsigned char)c;
    }
    return hearth__utf8_next(hearth__str(text, want), &cp) == want;
}

/* '&' and '=' are ASCII: the pairs are valid exactly when the whole is. */
bool hearth__urlenc_valid(hearth_str raw)
{
    const char *p = raw.ptr, *end = p + raw.len;

    while (p < end) {
        int c = take(&p, end);

        if (c < 0 || (c >= 0x80 && !take_sequence(&p, end, c)))
            return false;
    }
    return true;
}

static size_t count_pairs(hearth_str raw)
{
    size_t n = 0;

    while (raw.ptr != NULL)
        n += hearth__str_cut(&raw, '&').len > 0;
    return n;
}

/* Decode src to *at, which moves past the text and its '\0'. */
static bool decode(hearth_str src, char **at, hearth_str *out)
{
    ptrdiff_t n = hearth__percent_decode(*at, src, true);

    if (n < 0)
        return false;
    *out = hearth__str(*at, (size_t)n);
    (*at)[n] = '\0';
    *at += n + 1;
    return hearth__utf8_valid(*out);
}

int hearth__urlenc_parse(hearth__arena *a, hearth_str raw, size_t max,
                         hearth__field **out, size_t *n)
{
    size_t pairs = count_pairs(raw), array, size;
    hearth__field *field;
    char *at;

    *out = NULL;
    *n = 0;
    if (pairs == 0)
        return 0;
    if (pairs > max)
        return HEARTH_ETOOBIG;
    /* A pair gives up its '=' and gets two '\0'. */
    if (!hearth__size_mul(pairs, sizeof *field + 2, &array) ||
        !hearth__size_add(array, raw.len, &size) ||
        (field = hearth__arena_raw(a, size)) == NULL)
        return HEARTH_ENOMEM;
    at = (char *)(field + pairs);
    *out = field;
    while (raw.ptr != NULL) {
        hearth_str value = hearth__str_cut(&raw, '&'), name;

        if (value.len == 0)
            continue;
        name = hearth__str_cut(&value, '=');
        if (value.ptr == NULL)
            value = (hearth_str){"", 0};
        if (!decode(name, &at, &field->name) || !decode(value, &at, &field->value)) {
            *out = NULL;
            return HEARTH_EINVAL;
        }
        field++;
    }
    *n = pairs;
    return 0;
}
