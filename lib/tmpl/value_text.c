/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Values as text, as Python prints them: True, None, 2.0, [1, 'a'], {'a': 1}.
 */

#include "core/str.h"
#include "core/utf8.h"
#include "tmpl/escape.h"
#include "tmpl/render.h"
#include "tmpl/value.h"
#include "json/write.h"

#include <math.h>
#include <stdlib.h>

/* Lists and maps within each other. */
#define DEPTH 64

/* ---- numbers ------------------------------------------------------------------------- */

/* The digits of the shortest text of f, without sign, point and exponent, and where the point
 * stands behind the first digit. */
static int digits_of(const char *text, size_t n, char digits[32], int *point)
{
    int count = 0, before = -1, exponent = 0;

    for (size_t i = 0; i < n; i++) {
        if (text[i] == 'e' || text[i] == 'E') {
            exponent = (int)strtol(text + i + 1, NULL, 10);
            break;
        }
        if (text[i] == '.')
            before = count;
        else if (hearth__is_digit(text[i]))
            digits[count++] = text[i];
    }
    *point = (before < 0 ? count : before) + exponent;
    /* Zeros at both ends say nothing. */
    int zeros = 0;
    while (zeros < count - 1 && digits[zeros] == '0')
        zeros++;
    memmove(digits, digits + zeros, (size_t)(count - zeros));
    count -= zeros;
    *point -= zeros;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return count;
}

static size_t put_exponent(const char *digits, int count, int exponent, char *out)
{
    size_t n = 0;
    unsigned e = (unsigned)(exponent < 0 ? -exponent : exponent);

    out[n++] = digits[0];
    if (count > 1) {
        out[n++] = '.';
        memcpy(out + n, digits + 1, (size_t)count - 1);
        n += (size_t)count - 1;
    }
    out[n++] = 'e';
    out[n++] = exponent < 0 ? '-' : '+';
    if (e >= 100)
        out[n++] = (char)('0' + e / 100);
    out[n++] = (char)('0' + e / 10 % 10);
    out[n++] = (char)('0' + e % 10);
    return n;
}

static size_t put_plain(const char *digits, int count, int point, char *out)
{
    size_t n = 0;

    if (point <= 0) {
        out[n++] = '0';
        out[n++] = '.';
        for (int i = point; i < 0; i++)
            out[n++] = '0';
    }
    for (int i = 0; i < count || i < point; i++) {
        if (i == point && i > 0)
            out[n++] = '.';
        out[n++] = i < count ? digits[i] : '0';
    }
    if (point >= count) {
        out[n++] = '.';
        out[n++] = '0';
    }
    return n;
}

size_t hearth__v_float_text(double f, char out[32])
{
    char shortest[32], digits[32];
    int count, point;
    size_t n = 0;

    if (isnan(f) || isinf(f)) {
        const char *word = isnan(f) ? "nan" : f < 0 ? "-inf" : "inf";

        memcpy(out, word, strlen(word));
        return strlen(word);
    }
    if (signbit(f))
        out[n++] = '-';
    count = (int)hearth__json_f64_text(fabs(f), shortest);
    if (fabs(f) < 1e16 && memchr(shortest, 'e', (size_t)count) == NULL) {
        memcpy(out + n, shortest, (size_t)count); /* both write it alike */
        return n + (size_t)count;
    }
    count = digits_of(shortest, (size_t)count, digits, &point);
    if (f != 0 && (point - 1 < -4 || point - 1 >= 16))
        return n + put_exponent(digits, count, point - 1, out + n);
    return n + put_plain(digits, count, f == 0 ? 1 : point, out + n);
}

static void put_int(hearth__buf *out, int64_t i)
{
    char text[24], *p = text + sizeof text;
    uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;

    do
        *--p = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    if (i < 0)
        *--p = '-';
    hearth__buf_add(out, p, (size_t)(text + sizeof text - p));
}

static void put_float(hearth__buf *out, double f)
{
    char text[32];

    hearth__buf_add(out, text, hearth__v_float_text(f, text));
}

/* ---- within lists and maps ----------------------------------------------------------- */

static int repr(hearth__render *r, hearth_value v, hearth__buf *out, int depth);

/* Control characters and what is not UTF-8 as \x1b; all else as it is. */
static void repr_bytes(hearth_str s, char quote, hearth__buf *out)
{
    static const char hex[] = "0123456789abcdef";

    while (s.len > 0) {
        uint32_t cp;
        size_t n = hearth__utf8_next(s, &cp);
        unsigned char c = (unsigned char)s.ptr[0];

        if (n == 0 || cp < 0x20 || cp == 0x7f) {
            const char *plain = c == '\n'   ? "\\n"
                                : c == '\r' ? "\\r"
                                : c == '\t' ? "\\t"
                                            : NULL;
            char escaped[4] = {'\\', 'x', hex[c >> 4], hex[c & 15]};

            hearth__buf_add(out, plain != NULL ? plain : escaped, plain != NULL ? 2 : 4);
            n = 1;
        } else {
            if (c == (unsigned char)quote || c == '\\')
                hearth__buf_char(out, '\\');
            hearth__buf_add(out, s.ptr, n);
        }
        s.ptr += n;
        s.len -= n;
    }
}

static void repr_text(hearth_value v, hearth__buf *out)
{
    hearth_str s = hearth__v_bytes(v);
    bool single = s.len > 0 && memchr(s.ptr, '\'', s.len) != NULL;
    bool both = single && memchr(s.ptr, '"', s.len) != NULL;
    char quote = single && !both ? '"' : '\'';

    if (hearth__v_is_html(v))
        hearth__buf_text(out, "Markup(");
    hearth__buf_char(out, quote);
    repr_bytes(s, quote, out);
    hearth__buf_char(out, quote);
    if (hearth__v_is_html(v))
        hearth__buf_char(out, ')');
}

static int repr_list(hearth__render *r, hearth_value v, hearth__buf *out, int depth)
{
    bool tuple = (v.flags & HEARTH_VALUE_TUPLE) != 0;
    size_t n;

    HEARTH_TRY(hearth__v_len(r, v, &n));
    hearth__buf_char(out, tuple ? '(' : '[');
    for (size_t i = 0; i < n && !out->failed; i++) {
        if (i > 0)
            hearth__buf_text(out, ", ");
        HEARTH_TRY(repr(r, hearth__v_at(v, i), out, depth + 1));
    }
    if (tuple && n == 1)
        hearth__buf_char(out, ',');
    hearth__buf_char(out, tuple ? ')' : ']');
    return 0;
}

static int repr_map(hearth__render *r, hearth_value v, hearth__buf *out, int depth)
{
    hearth__iter it;
    hearth_value key, value;
    bool first = true;

    HEARTH_TRY(hearth__iter_begin(r, v, &it));
    hearth__buf_char(out, '{');
    while (hearth__iter_next(&it, &key) && !out->failed) {
        if (!first)
            hearth__buf_text(out, ", ");
        first = false;
        HEARTH_TRY(repr(r, key, out, depth + 1));
        hearth__buf_text(out, ": ");
        HEARTH_TRY(hearth__v_item(r, v, key, &value));
        HEARTH_TRY(repr(r, value, out, depth + 1));
    }
    hearth__buf_char(out, '}');
    return 0;
}

static int repr(hearth__render *r, hearth_value v, hearth__buf *out, int depth)
{
    if (depth > DEPTH)
        return hearth__render_fail(r, HEARTH_ETOOBIG,
                                   "lists and maps are more than %d deep", DEPTH);
    switch ((hearth_value_kind)v.kind) {
    case HEARTH_VALUE_TEXT:
        repr_text(v, out);
        return 0;
    case HEARTH_VALUE_LIST:
        return repr_list(r, v, out, depth);
    case HEARTH_VALUE_MAP:
        return repr_map(r, v, out, depth);
    case HEARTH_VALUE_UNDEFINED:
        if (!r->strict)
            hearth__buf_text(out, "Undefined");
        return r->strict ? hearth__render_undefined(r, v) : 0;
    case HEARTH_VALUE_NONE:
    case HEARTH_VALUE_BOOL:
    case HEARTH_VALUE_INT:
    case HEARTH_VALUE_FLOAT:
    case HEARTH_VALUE_OBJECT:
        break;
    }
    return hearth__v_print(r, v, out);
}

/* ---- the public ones ----------------------------------------------------------------- */

int hearth__v_repr(hearth__render *r, hearth_value v, hearth__buf *out)
{
    return repr(r, v, out, 0);
}

int hearth__v_print(hearth__render *r, hearth_value v, hearth__buf *out)
{
    switch ((hearth_value_kind)v.kind) {
    case HEARTH_VALUE_UNDEFINED:
        return r->strict ? hearth__render_undefined(r, v) : 0;
    case HEARTH_VALUE_NONE:
        hearth__buf_add(out, "None", 4);
        return 0;
    case HEARTH_VALUE_BOOL:
        hearth__buf_text(out, v.u.b ? "True" : "False");
        return 0;
    case HEARTH_VALUE_INT:
        put_int(out, v.u.i);
        return 0;
    case HEARTH_VALUE_FLOAT:
        put_float(out, v.u.f);
        return 0;
    case HEARTH_VALUE_TEXT:
        hearth__buf_add(out, v.u.text, v.len);
        return 0;
    case HEARTH_VALUE_LIST:
    case HEARTH_VALUE_MAP:
        return repr(r, v, out, 0);
    case HEARTH_VALUE_OBJECT:
        break;
    }
    if (v.u.object->ops->print != NULL)
        return v.u.object->ops->print(r, v.u.object, out);
    hearth__buf_char(out, '<');
    hearth__buf_text(out, v.u.object->ops->name);
    hearth__buf_char(out, '>');
    return 0;
}

int hearth__v_str(hearth__render *r, hearth_value v, hearth_str *out)
{
    hearth__buf b;

    if (v.kind != HEARTH_VALUE_TEXT) {
        hearth__render_buf(r, &b);
        HEARTH_TRY(hearth__v_print(r, v, &b));
        HEARTH_TRY(hearth__v_buf(r, &b, 0, &v));
    }
    *out = hearth__v_bytes(v);
    return 0;
}

int hearth__v_concat(hearth__render *r, const hearth_value *v, size_t n,
                     hearth_value *out)
{
    bool html = false;
    hearth__buf b;

    hearth__render_buf(r, &b);
    for (size_t i = 0; i < n; i++)
        html = html || hearth__v_is_html(v[i]);
    for (size_t i = 0; i < n; i++) {
        if (html)
            HEARTH_TRY(hearth__escape_put(r, HEARTH__ESCAPE_TEXT, v[i], &b));
        else
            HEARTH_TRY(hearth__v_print(r, v[i], &b));
    }
    return hearth__v_buf(r, &b, html ? HEARTH_VALUE_HTML : 0, out);
}
