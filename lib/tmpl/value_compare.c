/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Asking values: their kind, truth, length, order.  Booleans count as 0 and 1, as in Python.
 */

#include "core/str.h"
#include "core/utf8.h"
#include "tmpl/render.h"
#include "tmpl/value.h"

#include <math.h>

/* Lists and maps within each other; deeper ones are not equal. */
#define DEPTH 64

const char *hearth__v_kind_name(hearth_value v)
{
    static const char *const names[] = {"undefined", "none", "boolean", "integer",
                                        "float",     "text", "list",    "map"};

    return v.kind < HEARTH_VALUE_OBJECT ? names[v.kind] : v.u.object->ops->name;
}

bool hearth__v_number(hearth_value v, double *out)
{
    if (v.kind == HEARTH_VALUE_BOOL)
        *out = v.u.b ? 1 : 0;
    else if (v.kind == HEARTH_VALUE_INT)
        *out = (double)v.u.i;
    else if (v.kind == HEARTH_VALUE_FLOAT)
        *out = v.u.f;
    else
        return false;
    return true;
}

bool hearth__v_integer(hearth_value v, int64_t *out)
{
    if (v.kind == HEARTH_VALUE_BOOL)
        *out = v.u.b ? 1 : 0;
    else if (v.kind == HEARTH_VALUE_INT)
        *out = v.u.i;
    else if (v.kind == HEARTH_VALUE_FLOAT && v.u.f >= -0x1p63 && v.u.f < 0x1p63 &&
             !(trunc(v.u.f) < v.u.f) && !(trunc(v.u.f) > v.u.f))
        *out = (int64_t)v.u.f;
    else
        return false;
    return true;
}

static size_t size_of(hearth_value v)
{
    if (v.kind == HEARTH_VALUE_LIST)
        return hearth__v_is_tree(v) ? json_array_size(v.u.json) : v.u.list->n;
    return hearth__v_is_tree(v) ? json_object_size(v.u.json) : v.u.map->n;
}

int hearth__v_truth(hearth__render *r, hearth_value v, bool *out)
{
    switch ((hearth_value_kind)v.kind) {
    case HEARTH_VALUE_UNDEFINED:
        *out = false;
        return r->strict ? hearth__render_undefined(r, v) : 0;
    case HEARTH_VALUE_NONE:
        *out = false;
        return 0;
    case HEARTH_VALUE_BOOL:
        *out = v.u.b;
        return 0;
    case HEARTH_VALUE_INT:
        *out = v.u.i != 0;
        return 0;
    case HEARTH_VALUE_FLOAT:
        *out = v.u.f < 0 || v.u.f > 0 || isnan(v.u.f);
        return 0;
    case HEARTH_VALUE_TEXT:
        *out = v.len > 0;
        return 0;
    case HEARTH_VALUE_LIST:
    case HEARTH_VALUE_MAP:
        *out = size_of(v) > 0;
        return 0;
    case HEARTH_VALUE_OBJECT:
        if (v.u.object->ops->truth != NULL)
            return v.u.object->ops->truth(r, v.u.object, out);
        break;
    }
    *out = true;
    return 0;
}

int hearth__v_len(hearth__render *r, hearth_value v, size_t *out)
{
    *out = 0;
    switch ((hearth_value_kind)v.kind) {
    case HEARTH_VALUE_UNDEFINED:
        return r->strict ? hearth__render_undefined(r, v) : 0;
    case HEARTH_VALUE_TEXT:
        for (size_t i = 0; i < v.len; i++) /* bytes that begin a character */
            *out += ((unsigned char)v.u.text[i] & 0xc0u) != 0x80u;
        return 0;
    case HEARTH_VALUE_LIST:
    case HEARTH_VALUE_MAP:
        *out = size_of(v);
        return 0;
    case HEARTH_VALUE_NONE:
    case HEARTH_VALUE_BOOL:
    case HEARTH_VALUE_INT:
    case HEARTH_VALUE_FLOAT:
    case HEARTH_VALUE_OBJECT:
        break;
    }
    return hearth__render_fail(r, HEARTH_EINVAL, "a value of kind %s has no length",
                               hearth__v_kind_name(v));
}

/* ---- equality ------------------------------------------------------------------------ */

static bool equal(hearth_value a, hearth_value b, int depth);

static int order_doubles(double a, double b)
{
    return a < b ? -1 : a > b;
}

/* Of two numbers; an integer that a double cannot hold is compared as one. */
static bool equal_numbers(hearth_value a, hearth_value b)
{
    double x = 0, y = 0;
    int64_t i, j;

    if (hearth__v_integer(a, &i) && hearth__v_integer(b, &j))
        return i == j;
    hearth__v_number(a, &x);
    hearth__v_number(b, &y);
    return !isnan(x) && !isnan(y) && order_doubles(x, y) == 0;
}

static bool equal_lists(hearth_value a, hearth_value b, int depth)
{
    size_t n = size_of(a);

    if (n != size_of(b) || ((a.flags ^ b.flags) & HEARTH_VALUE_TUPLE) != 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!equal(hearth__v_at(a, i), hearth__v_at(b, i), depth + 1))
            return false;
    return true;
}

static bool equal_maps(hearth_value a, hearth_value b, int depth)
{
    hearth__iter it = {.of = a, .n = size_of(a)};
    hearth_value key, x, y;

    if (it.n != size_of(b))
        return false;
    if (hearth__v_is_tree(a))
        it.place = json_object_iter(a.u.json);
    while (hearth__iter_next(&it, &key)) {
        /* Neither of these can fail for a map. */
        if (hearth__v_item(NULL, a, key, &x) != 0 ||
            hearth__v_item(NULL, b, key, &y) != 0)
            return false;
        if (y.kind == HEARTH_VALUE_UNDEFINED || !equal(x, y, depth + 1))
            return false;
    }
    return true;
}

static bool equal(hearth_value a, hearth_value b, int depth)
{
    double f;

    if (depth > DEPTH)
        return false;
    if (hearth__v_number(a, &f) && hearth__v_number(b, &f))
        return equal_numbers(a, b);
    if (a.kind != b.kind)
        return false;
    switch ((hearth_value_kind)a.kind) {
    case HEARTH_VALUE_TEXT:
        return hearth__str_eq(hearth__v_bytes(a), hearth__v_bytes(b));
    case HEARTH_VALUE_LIST:
        return equal_lists(a, b, depth);
    case HEARTH_VALUE_MAP:
        return equal_maps(a, b, depth);
    case HEARTH_VALUE_OBJECT:
        return a.u.object == b.u.object;
    case HEARTH_VALUE_UNDEFINED:
    case HEARTH_VALUE_NONE:
    case HEARTH_VALUE_BOOL:
    case HEARTH_VALUE_INT:
    case HEARTH_VALUE_FLOAT:
        break;
    }
    return true;
}

bool hearth__v_equal(hearth_value a, hearth_value b)
{
    return equal(a, b, 0);
}

/* ---- order --------------------------------------------------------------------------- */

static int compare_lists(hearth__render *r, hearth_value a, hearth_value b, int *out)
{
    size_t n = size_of(a), m = size_of(b);

    for (size_t i = 0; i < n && i < m; i++) {
        hearth_value x = hearth__v_at(a, i), y = hearth__v_at(b, i);

        if (x.kind == HEARTH_VALUE_LIST || y.kind == HEARTH_VALUE_LIST) {
            if (hearth__v_equal(x, y))
                continue;
            return hearth__render_fail(r, HEARTH_EINVAL, "lists of lists have no order");
        }
        HEARTH_TRY(hearth__v_compare(r, x, y, out));
        if (*out != 0)
            return 0;
    }
    *out = n < m ? -1 : n > m;
    return 0;
}

int hearth__v_compare(hearth__render *r, hearth_value a, hearth_value b, int *out)
{
    double x, y;

    *out = 0;
    if (a.kind == HEARTH_VALUE_UNDEFINED || b.kind == HEARTH_VALUE_UNDEFINED)
        return hearth__render_undefined(r, a.kind == HEARTH_VALUE_UNDEFINED ? a : b);
    if (a.kind == HEARTH_VALUE_INT && b.kind == HEARTH_VALUE_INT) {
        *out = a.u.i < b.u.i ? -1 : a.u.i > b.u.i;
        return 0;
    }
    if (hearth__v_number(a, &x) && hearth__v_number(b, &y)) {
        *out = order_doubles(x, y);
        return 0;
    }
    if (a.kind == HEARTH_VALUE_TEXT && b.kind == HEARTH_VALUE_TEXT) {
        int order = memcmp(a.u.text, b.u.text, a.len < b.len ? a.len : b.len);

        *out = order != 0 ? order : a.len < b.len ? -1 : a.len > b.len;
        return 0;
    }
    if (a.kind == HEARTH_VALUE_LIST && b.kind == HEARTH_VALUE_LIST)
        return compare_lists(r, a, b, out);
    return hearth__render_fail(
        r, HEARTH_EINVAL, "values of kind %s and %s have no order: convert one of them",
        hearth__v_kind_name(a), hearth__v_kind_name(b));
}

static bool find_text(hearth_str needle, hearth_str hay)
{
    const char *p = hay.ptr, *end = hay.ptr + hay.len;

    if (needle.len == 0)
        return true;
    while ((size_t)(end - p) >= needle.len) {
        p = memchr(p, needle.ptr[0], (size_t)(end - p) - needle.len + 1);
        if (p == NULL)
            return false;
        if (memcmp(p, needle.ptr, needle.len) == 0)
            return true;
        p++;
    }
    return false;
}

int hearth__v_in(hearth__render *r, hearth_value needle, hearth_value hay, bool *out)
{
    hearth__iter it;
    hearth_value v;

    *out = false;
    if (hay.kind == HEARTH_VALUE_TEXT) {
        if (needle.kind != HEARTH_VALUE_TEXT)
            return hearth__render_fail(r, HEARTH_EINVAL,
                                       "a text holds texts, not a value of kind %s",
                                       hearth__v_kind_name(needle));
        *out = find_text(hearth__v_bytes(needle), hearth__v_bytes(hay));
        return 0;
    }
    HEARTH_TRY(hearth__iter_begin(r, hay, &it));
    while (!*out && hearth__iter_next(&it, &v))
        *out = hearth__v_equal(needle, v);
    return hearth__render_tick(r, it.at / 16);
}
