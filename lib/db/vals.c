/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * SQL values made from C ones, and read as C ones.  Nothing is copied: a value lives as
 * long as the call it is made for, so a pointer and a length are enough.
 */

#include "db/vals.h"

#include "core/str.h"
#include "json/write.h"

#include <hearth/json.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static hearth_val bytes(hearth_val_kind kind, const void *p, size_t n)
{
    hearth_val v = hearth_val_null();

    v.kind = kind;
    v.u.s = (hearth_str){p, n};
    return v;
}

hearth_val hearth_val_text(const char *s)
{
    return s == NULL ? hearth_val_null() : bytes(HEARTH_VAL_TEXT, s, strlen(s));
}

hearth_val hearth_val_str(hearth_str s)
{
    if (s.ptr == NULL)
        return hearth_val_null();
    if (memchr(s.ptr, '\0', s.len) != NULL)
        return bytes(HEARTH_VAL_BAD, "", 0);
    return bytes(HEARTH_VAL_TEXT, s.ptr, s.len);
}

hearth_val hearth_val_blob(const void *p, size_t n)
{
    return p == NULL ? hearth_val_null() : bytes(HEARTH_VAL_BLOB, p, n);
}

hearth_val hearth_val_json(const json_t *j)
{
    if (j == NULL)
        return hearth_val_null();
    switch (json_typeof(j)) {
    case JSON_NULL:
        return hearth_val_null();
    case JSON_TRUE:
        return hearth_val_int(1);
    case JSON_FALSE:
        return hearth_val_int(0);
    case JSON_INTEGER:
        return hearth_val_int(json_integer_value(j));
    case JSON_REAL:
        return hearth_val_real(json_real_value(j));
    case JSON_STRING:
        return hearth_val_str((hearth_str){json_string_value(j), json_string_length(j)});
    case JSON_OBJECT:
    case JSON_ARRAY:
        break;
    }
    return bytes(HEARTH_VAL_BAD, "", 0);
}

/* ---- reading ---------------------------------------------------------- */

static size_t digits(const char *p, size_t at, size_t end)
{
    while (at < end && hearth__is_digit(p[at]))
        at++;
    return at;
}

static size_t sign(const char *p, size_t at, size_t end)
{
    return at < end && (p[at] == '-' || p[at] == '+') ? at + 1 : at;
}

/* The number that s starts with, empty when there is none; *whole when it has neither
 * fraction nor exponent.  A leading '+' is left out, as our readers want it. */
static hearth_str leading_number(hearth_str s, bool *whole)
{
    size_t at = 0, start, first;

    while (at < s.len && (s.ptr[at] == ' ' || (s.ptr[at] >= '\t' && s.ptr[at] <= '\r')))
        at++;
    start = at < s.len && s.ptr[at] == '+' ? at + 1 : at;
    first = sign(s.ptr, at, s.len);
    at = digits(s.ptr, first, s.len);
    *whole = true;
    if (at == first)
        return hearth__str("", 0);
    if (at + 1 < s.len && s.ptr[at] == '.' && hearth__is_digit(s.ptr[at + 1])) {
        at = digits(s.ptr, at + 1, s.len);
        *whole = false;
    }
    if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        size_t exponent = sign(s.ptr, at + 1, s.len);

        if (digits(s.ptr, exponent, s.len) > exponent) {
            at = digits(s.ptr, exponent, s.len);
            *whole = false;
        }
    }
    return hearth__str(s.ptr + start, at - start);
}

static int64_t real_to_int(double x)
{
    if (isnan(x))
        return 0;
    if (x >= 9223372036854775808.0)
        return INT64_MAX;
    if (x <= -9223372036854775808.0)
        return INT64_MIN;
    return (int64_t)x;
}

static double text_to_real(hearth_str s)
{
    bool whole;
    double x = 0;

    return hearth__str_f64(leading_number(s, &whole), &x) ? x : 0;
}

static int64_t text_to_int(hearth_str s)
{
    bool whole;
    int64_t x;
    hearth_str n = leading_number(s, &whole);

    if (whole && hearth__str_int(n, &x))
        return x;
    return real_to_int(text_to_real(n));
}

int64_t hearth__val_to_int(const hearth_val *v)
{
    switch (v->kind) {
    case HEARTH_VAL_INT:
        return v->u.i;
    case HEARTH_VAL_REAL:
        return real_to_int(v->u.f);
    case HEARTH_VAL_TEXT:
    case HEARTH_VAL_BLOB:
        return text_to_int(v->u.s);
    case HEARTH_VAL_NULL:
    case HEARTH_VAL_BAD:
        break;
    }
    return 0;
}

double hearth__val_to_real(const hearth_val *v)
{
    switch (v->kind) {
    case HEARTH_VAL_INT:
        return (double)v->u.i;
    case HEARTH_VAL_REAL:
        return v->u.f;
    case HEARTH_VAL_TEXT:
    case HEARTH_VAL_BLOB:
        return text_to_real(v->u.s);
    case HEARTH_VAL_NULL:
    case HEARTH_VAL_BAD:
        break;
    }
    return 0;
}

size_t hearth__val_number_text(const hearth_val *v, char out[32])
{
    size_t n;

    if (v->kind == HEARTH_VAL_INT)
        return (size_t)snprintf(out, 32, "%lld", (long long)v->u.i);
    if (isinf(v->u.f))
        return (size_t)snprintf(out, 32, "%s", v->u.f > 0 ? "Inf" : "-Inf");
    n = hearth__json_f64_text(v->u.f, out);
    out[n < 32 ? n : 31] = '\0';
    return n;
}
