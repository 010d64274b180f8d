/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Arithmetic as Python has it: `/` makes a float, `//` and `%` round down, texts and lists can
 * be added and repeated.  Integers have 64 bits, and what does not fit is an error rather
 * than a wrong number.
 */

#include "core/size.h"
#include "core/str.h"
#include "tmpl/render.h"
#include "tmpl/value.h"

#include <math.h>

static const char *const signs[] = {"+", "-", "*", "/", "//", "%", "**"};

static int no_such(hearth__render *r, hearth__op op, hearth_value a, hearth_value b)
{
    if (a.kind == HEARTH_VALUE_UNDEFINED || b.kind == HEARTH_VALUE_UNDEFINED)
        return hearth__render_undefined(r, a.kind == HEARTH_VALUE_UNDEFINED ? a : b);
    return hearth__render_fail(r, HEARTH_EINVAL, "%s cannot be applied to %s and %s",
                               signs[op], hearth__v_kind_name(a), hearth__v_kind_name(b));
}

static int overflow(hearth__render *r, hearth__op op)
{
    return hearth__render_fail(r, HEARTH_EINVAL,
                               "the result of %s does not fit into 64 bits", signs[op]);
}

static int by_zero(hearth__render *r, hearth__op op)
{
    return hearth__render_fail(r, HEARTH_EINVAL, "%s by zero", signs[op]);
}

/* ---- integers ------------------------------------------------------------------------ */

static bool power(int64_t base, int64_t exponent, int64_t *out)
{
    *out = 1;
    while (exponent > 0) {
        if ((exponent & 1) != 0 && __builtin_mul_overflow(*out, base, out))
            return false;
        exponent >>= 1;
        if (exponent > 0 && __builtin_mul_overflow(base, base, &base))
            return false;
    }
    return true;
}

/* Rounded down, b != 0. */
static bool divide(int64_t a, int64_t b, int64_t *quotient, int64_t *rest)
{
    if (b == -1) { /* INT64_MIN / -1 traps */
        *rest = 0;
        return !__builtin_sub_overflow((int64_t)0, a, quotient);
    }
    *quotient = a / b;
    *rest = a % b;
    if (*rest != 0 && (*rest < 0) != (b < 0)) {
        *quotient -= 1;
        *rest += b;
    }
    return true;
}

static int integers(hearth__render *r, hearth__op op, int64_t a, int64_t b,
                    hearth_value *out)
{
    int64_t x = 0, rest;
    bool ok = true;

    switch (op) {
    case HEARTH__OP_ADD:
        ok = !__builtin_add_overflow(a, b, &x);
        break;
    case HEARTH__OP_SUB:
        ok = !__builtin_sub_overflow(a, b, &x);
        break;
    case HEARTH__OP_MUL:
        ok = !__builtin_mul_overflow(a, b, &x);
        break;
    case HEARTH__OP_DIV:
        if (b == 0)
            return by_zero(r, op);
        *out = hearth_value_float((double)a / (double)b);
        return 0;
    case HEARTH__OP_FLOORDIV:
        if (b == 0)
            return by_zero(r, op);
        ok = divide(a, b, &x, &rest);
        break;
    case HEARTH__OP_MOD:
        if (b == 0)
            return by_zero(r, op);
        divide(a, b, &rest, &x);
        break;
    case HEARTH__OP_POW:
        if (b < 0) {
            if (a == 0)
                return by_zero(r, op);
            *out = hearth_value_float(pow((double)a, (double)b));
            return 0;
        }
        ok = power(a, b, &x);
        break;
    }
    if (!ok)
        return overflow(r, op);
    *out = hearth_value_int(x);
    return 0;
}

/* ---- floating point ------------------------------------------------------------------ */

static bool is_zero(double f)
{
    return !(f < 0) && !(f > 0) && !isnan(f);
}

static int floats(hearth__render *r, hearth__op op, double a, double b, hearth_value *out)
{
    double x = 0;

    if ((op == HEARTH__OP_DIV || op == HEARTH__OP_FLOORDIV || op == HEARTH__OP_MOD) &&
        is_zero(b))
        return by_zero(r, op);
    switch (op) {
    case HEARTH__OP_ADD:
        x = a + b;
        break;
    case HEARTH__OP_SUB:
        x = a - b;
        break;
    case HEARTH__OP_MUL:
        x = a * b;
        break;
    case HEARTH__OP_DIV:
        x = a / b;
        break;
    case HEARTH__OP_FLOORDIV:
        x = floor(a / b);
        break;
    case HEARTH__OP_MOD:
        x = fmod(a, b);
        if (!is_zero(x) && (x < 0) != (b < 0))
            x += b;
        break;
    case HEARTH__OP_POW:
        x = pow(a, b);
        if (isnan(x) && !isnan(a) && !isnan(b))
            return hearth__render_fail(r, HEARTH_EINVAL,
                                       "a negative number has no such power");
        break;
    }
    *out = hearth_value_float(x);
    return 0;
}

/* ---- texts and lists ----------------------------------------------------------------- */

static int join_lists(hearth__render *r, hearth_value a, hearth_value b,
                      hearth_value *out)
{
    hearth_value parts[2] = {a, b};
    hearth__list *l = hearth__list_new(r, 0);

    if (l == NULL)
        return r->error.code;
    for (int k = 0; k < 2; k++) {
        size_t n;

        HEARTH_TRY(hearth__v_len(r, parts[k], &n));
        HEARTH_TRY(hearth__render_tick(r, n / 16));
        for (size_t i = 0; i < n; i++)
            HEARTH_TRY(hearth__list_add(r, l, hearth__v_at(parts[k], i)));
    }
    *out = hearth__v_list(l, (a.flags & HEARTH_VALUE_TUPLE) != 0);
    return 0;
}

static int repeat_text(hearth__render *r, hearth_value v, size_t times, hearth_value *out)
{
    hearth__buf b;
    size_t n;

    hearth__render_buf(r, &b);
    if (!hearth__size_mul(v.len, times, &n))
        n = SIZE_MAX;
    if (n > r->limits.output)
        return hearth__render_fail(r, HEARTH_ETOOBIG,
                                   "a text of %zu bytes is longer than max_output, %zu",
                                   n, r->limits.output);
    if (n > 0) {
        char *p = hearth__buf_room(&b, n);

        for (size_t i = 0; p != NULL && i < times; i++)
            memcpy(p + i * v.len, v.u.text, v.len);
        hearth__buf_commit(&b, p == NULL ? 0 : n);
    }
    return hearth__v_buf(r, &b, v.flags & HEARTH_VALUE_HTML, out);
}

static int repeat_list(hearth__render *r, hearth_value v, size_t times, hearth_value *out)
{
    size_t len, n;
    hearth__list *l;

    HEARTH_TRY(hearth__v_len(r, v, &len));
    if (!hearth__size_mul(len, times, &n))
        n = SIZE_MAX;
    HEARTH_TRY(hearth__render_tick(r, n / 16));
    l = hearth__list_new(r, n);
    if (l == NULL)
        return r->error.code;
    for (; l->n < n; l->n++)
        l->at[l->n] = hearth__v_at(v, l->n % len);
    *out = hearth__v_list(l, (v.flags & HEARTH_VALUE_TUPLE) != 0);
    return 0;
}

static int repeat(hearth__render *r, hearth_value v, int64_t times, hearth_value *out)
{
    size_t n = times < 0 ? 0 : (size_t)times;

    return v.kind == HEARTH_VALUE_TEXT ? repeat_text(r, v, n, out)
                                       : repeat_list(r, v, n, out);
}

static bool is_sequence(hearth_value v)
{
    return v.kind == HEARTH_VALUE_TEXT || v.kind == HEARTH_VALUE_LIST;
}

/* ---- the public ones ----------------------------------------------------------------- */

/* What is a BOOL or INT. */
static bool whole(hearth_value v)
{
    return v.kind == HEARTH_VALUE_BOOL || v.kind == HEARTH_VALUE_INT;
}

int hearth__v_compute(hearth__render *r, hearth__op op, hearth_value a, hearth_value b,
                      hearth_value *out)
{
    double x, y;
    int64_t i = 0, j = 0;

    if (whole(a))
        hearth__v_integer(a, &i);
    if (whole(b))
        hearth__v_integer(b, &j);
    if (whole(a) && whole(b))
        return integers(r, op, i, j, out);
    if (hearth__v_number(a, &x) && hearth__v_number(b, &y))
        return floats(r, op, x, y, out);
    if (op == HEARTH__OP_ADD && a.kind == HEARTH_VALUE_TEXT &&
        b.kind == HEARTH_VALUE_TEXT)
        return hearth__v_concat(r, (hearth_value[]){a, b}, 2, out);
    if (op == HEARTH__OP_ADD && a.kind == HEARTH_VALUE_LIST &&
        b.kind == HEARTH_VALUE_LIST)
        return join_lists(r, a, b, out);
    if (op == HEARTH__OP_MUL && is_sequence(a) && whole(b))
        return repeat(r, a, j, out);
    if (op == HEARTH__OP_MUL && whole(a) && is_sequence(b))
        return repeat(r, b, i, out);
    return no_such(r, op, a, b);
}

int hearth__v_negate(hearth__render *r, hearth_value a, hearth_value *out)
{
    if (a.kind == HEARTH_VALUE_FLOAT) {
        *out = hearth_value_float(-a.u.f);
        return 0;
    }
    if (!whole(a))
        return no_such(r, HEARTH__OP_SUB, hearth_value_int(0), a);
    return hearth__v_compute(r, HEARTH__OP_SUB, hearth_value_int(0), a, out);
}
