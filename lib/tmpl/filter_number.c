/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Filters that make numbers and reckon with them.
 */
#include "core/letter.h"
#include "tmpl/filter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PLACES 300 /* more than a double has */

static int needs_number(hearth_template_call *c, const char *filter)
{
    if (c->value.kind == HEARTH_VALUE_UNDEFINED)
        return hearth__render_undefined(c->render, c->value);
    return hearth_template_fail(c, "%s needs a number, not %s", filter,
                                hearth__v_kind_name(c->value));
}

static int absolute(hearth_template_call *c, hearth_value *out)
{
    int64_t i;

    if (c->value.kind == HEARTH_VALUE_FLOAT) {
        *out = hearth_value_float(fabs(c->value.u.f));
        return 0;
    }
    if (!hearth__v_integer(c->value, &i))
        return needs_number(c, "abs");
    if (i == INT64_MIN)
        return hearth_template_fail(c, "abs: the result does not fit 64 bits");
    *out = hearth_value_int(i < 0 ? -i : i);
    return 0;
}

/* ---- texts to numbers ------------------------------------------------------------------ */

/* "0x" and the like in front of digits of that base. */
static hearth_str without_prefix(hearth_str s, int64_t *base)
{
    static const struct {
        char letter;
        int base;
    } prefixes[] = {{'x', 16}, {'o', 8}, {'b', 2}};

    if (s.len < 3 || s.ptr[0] != '0')
        return s;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (hearth__lower(s.ptr[1]) == prefixes[i].letter &&
            (*base == prefixes[i].base || *base == 0)) {
            *base = prefixes[i].base;
            return hearth__str(s.ptr + 2, s.len - 2);
        }
    return s;
}

static int digit_of(char c)
{
    if (hearth__is_digit(c))
        return c - '0';
    return hearth__is_alpha(c) ? hearth__lower(c) - 'a' + 10 : 99;
}

/* As Python's int() reads a text; single '_' may stand between digits. */
static bool read_int(hearth_str s, int64_t base, int64_t *out)
{
    bool minus, sign, digit = false;
    uint64_t v = 0, most;

    s = hearth__space_trim(s, 3);
    minus = s.len > 0 && s.ptr[0] == '-';
    sign = minus || (s.len > 0 && s.ptr[0] == '+');
    s = without_prefix(hearth__str(s.ptr + sign, s.len - sign), &base);
    if (base == 0)
        base = 10;
    most = (uint64_t)INT64_MAX + minus;
    for (size_t i = 0; i < s.len; i++) {
        int d = digit_of(s.ptr[i]);

        if (s.ptr[i] == '_' && digit && i + 1 < s.len) {
            digit = false;
            continue;
        }
        if (d >= base || v > (most - (uint64_t)d) / (uint64_t)base)
            return false;
        v = v * (uint64_t)base + (uint64_t)d;
        digit = true;
    }
    if (!digit)
        return false;
    *out = minus ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

/* ".5", "5.", "+5" and spaces around it too. */
static bool read_float(hearth_str s, double *out)
{
    char text[64];
    size_t n = 0;

    s = hearth__space_trim(s, 3);
    if (s.len > 0 && s.ptr[0] == '+')
        s = hearth__str(s.ptr + 1, s.len - 1);
    if (hearth__str_f64(s, out))
        return true;
    if (s.len == 0 || s.len > sizeof text - 4)
        return false;
    /* A zero where Python does without one. */
    for (size_t i = 0; i < s.len; i++) {
        bool before = i > 0 && hearth__is_digit(s.ptr[i - 1]);
        bool after = i + 1 < s.len && hearth__is_digit(s.ptr[i + 1]);

        if (s.ptr[i] == '.' && !before && !after)
            return false;
        if (s.ptr[i] == '.' && !before)
            text[n++] = '0';
        text[n++] = s.ptr[i];
        if (s.ptr[i] == '.' && !after)
            text[n++] = '0';
        if (n > sizeof text - 4)
            return false;
    }
    return hearth__str_f64(hearth__str(text, n), out);
}

static int to_int(hearth_template_call *c, hearth_value *out)
{
    hearth_value fallback = hearth__arg_given(c, 0) ? c->args[0] : hearth_value_int(0);
    int64_t base, i;
    double f;
    int rc = hearth__arg_range(c, 1, 10, 0, 36, &base);

    if (rc == 0 && c->value.kind == HEARTH_VALUE_UNDEFINED)
        return hearth__render_undefined(c->render, c->value);
    if (rc != 0)
        return rc;
    if (hearth__v_is_text(c->value)) {
        if (read_int(hearth__v_bytes(c->value), base, &i)) {
            *out = hearth_value_int(i);
            return 0;
        }
        if (!read_float(hearth__v_bytes(c->value), &f))
            f = NAN;
    } else if (!hearth__v_number(c->value, &f)) {
        f = NAN;
    } else if (c->value.kind != HEARTH_VALUE_FLOAT && hearth__v_integer(c->value, &i)) {
        *out = hearth_value_int(i);
        return 0;
    }
    *out = fabs(f) < 9.2e18 ? hearth_value_int((int64_t)f) : fallback;
    return 0;
}

static int to_float(hearth_template_call *c, hearth_value *out)
{
    double f;

    if (c->value.kind == HEARTH_VALUE_UNDEFINED)
        return hearth__render_undefined(c->render, c->value);
    if (hearth__v_number(c->value, &f) ||
        (hearth__v_is_text(c->value) && read_float(hearth__v_bytes(c->value), &f)))
        *out = hearth_value_float(f);
    else
        *out = hearth__arg_given(c, 0) ? c->args[0] : hearth_value_float(0);
    return 0;
}

/* ---- round ------------------------------------------------------------------------------ */

/* The double nearest to what v is with so many decimal places, ties to even as the decimal
 * that v really is has them: written and read again, in whatever locale. */
static double round_decimal(double v, int places)
{
    char text[400];

    if (places < 0) {
        double unit = pow(10, -places), parts = v / unit;

        return fabs(v) < unit / 2 ? copysign(0.0, v) : nearbyint(parts) * unit;
    }
    snprintf(text, sizeof text, "%.*f", places, v);
    return strtod(text, NULL);
}

static int round_int(hearth_template_call *c, int64_t v, int64_t places,
                     hearth_value *out)
{
    int64_t unit = 1, rest, down;

    for (; places < 0; places++) {
        if (unit > INT64_MAX / 10) {
            *out = hearth_value_int(0);
            return 0;
        }
        unit *= 10;
    }
    rest = v % unit;
    if (rest < 0)
        rest += unit;
    if (__builtin_sub_overflow(v, rest, &down))
        return hearth_template_fail(c, "round: the result does not fit 64 bits");
    if (rest > unit / 2 || (unit > 1 && rest == unit / 2 && down / unit % 2 != 0))
        if (__builtin_add_overflow(down, unit, &down))
            return hearth_template_fail(c, "round: the result does not fit 64 bits");
    *out = hearth_value_int(down);
    return 0;
}

static int rounded(hearth_template_call *c, hearth_value *out)
{
    int64_t places, whole;
    hearth_str method;
    double v;
    int rc = hearth__arg_range(c, 0, 0, -PLACES, PLACES, &places);

    if (rc == 0)
        rc = hearth__arg_text(c, 1, "common", &method);
    if (rc != 0)
        return rc;
    if (!hearth__v_number(c->value, &v))
        return needs_number(c, "round");
    if (hearth__str_eq(method, HEARTH__S("common"))) {
        if (c->value.kind != HEARTH_VALUE_FLOAT && hearth__v_integer(c->value, &whole))
            return round_int(c, whole, places, out);
        *out = hearth_value_float(fabs(v) < 1e300 ? round_decimal(v, (int)places) : v);
        return 0;
    }
    if (hearth__str_eq(method, HEARTH__S("ceil")))
        *out = hearth_value_float(ceil(v * pow(10, (double)places)) /
                                  pow(10, (double)places));
    else if (hearth__str_eq(method, HEARTH__S("floor")))
        *out = hearth_value_float(floor(v * pow(10, (double)places)) /
                                  pow(10, (double)places));
    else
        return hearth_template_fail(c, "round: the method is common, ceil or floor");
    return 0;
}

const hearth__builtin hearth__filters_number[] = {
    {"abs", absolute, NULL, NULL},
    {"float", to_float, "default?", NULL},
    {"int", to_int, "default? base?", NULL},
    {"round", rounded, "precision? method?", NULL},
    {NULL, NULL, NULL, NULL},
};
