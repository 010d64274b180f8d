/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Walking along values, and taking slices of them.
 */

#include "core/utf8.h"
#include "tmpl/render.h"
#include "tmpl/value.h"

int hearth__iter_begin(hearth__render *r, hearth_value v, hearth__iter *it)
{
    *it = (hearth__iter){.of = v};
    switch ((hearth_value_kind)v.kind) {
    case HEARTH_VALUE_TEXT:
        it->text = v.u.text;
        return hearth__v_len(r, v, &it->n);
    case HEARTH_VALUE_MAP:
        if (hearth__v_is_tree(v))
            it->place = json_object_iter(v.u.json);
        return hearth__v_len(r, v, &it->n);
    case HEARTH_VALUE_UNDEFINED:
    case HEARTH_VALUE_LIST:
        return hearth__v_len(r, v, &it->n);
    case HEARTH_VALUE_NONE:
    case HEARTH_VALUE_BOOL:
    case HEARTH_VALUE_INT:
    case HEARTH_VALUE_FLOAT:
    case HEARTH_VALUE_OBJECT:
        break;
    }
    return hearth__render_fail(r, HEARTH_EINVAL,
                               "a value of kind %s cannot be looped over",
                               hearth__v_kind_name(v));
}

/* The bytes of the character at p; one byte where it is not UTF-8. */
static size_t char_at(const char *p, const char *end)
{
    size_t n = 1;

    while (p + n < end && ((unsigned char)p[n] & 0xc0u) == 0x80u)
        n++;
    return n;
}

static hearth_value next_char(hearth__iter *it)
{
    const char *p = it->text, *end = it->of.u.text + it->of.len;
    size_t n = 0;

    /* What v_len() counts: bytes that begin a character, with those that follow. */
    while (p < end && ((unsigned char)*p & 0xc0u) == 0x80u)
        p++;
    if (p < end)
        n = char_at(p, end);
    it->text = p + n;
    return hearth__v_textn(p, n, it->of.flags & HEARTH_VALUE_HTML);
}

static hearth_value next_key(hearth__iter *it)
{
    const char *key;
    hearth_value v;

    if (!hearth__v_is_tree(it->of))
        return it->of.u.map->at[it->at].key;
    key = json_object_iter_key(it->place);
    v = hearth__v_textn(key, json_object_iter_key_len(it->place), 0);
    it->place = json_object_iter_next(it->of.u.json, it->place);
    return v;
}

bool hearth__iter_next(hearth__iter *it, hearth_value *out)
{
    if (it->at >= it->n)
        return false;
    if (it->of.kind == HEARTH_VALUE_LIST)
        *out = hearth__v_at(it->of, it->at);
    else if (it->of.kind == HEARTH_VALUE_MAP)
        *out = next_key(it);
    else
        *out = next_char(it);
    it->at++;
    return true;
}

int hearth__v_to_list(hearth__render *r, hearth_value v, hearth__list **out)
{
    hearth__iter it;
    hearth_value item;
    hearth__list *l;

    if (v.kind == HEARTH_VALUE_LIST && !hearth__v_is_tree(v)) {
        *out = v.u.list;
        return 0;
    }
    HEARTH_TRY(hearth__iter_begin(r, v, &it));
    l = hearth__list_new(r, it.n);
    if (l == NULL)
        return r->error.code;
    while (hearth__iter_next(&it, &item))
        l->at[l->n++] = item; /* there is room for it.n */
    *out = l;
    return 0;
}

/* ---- slices -------------------------------------------------------------------------- */

struct slice {
    int64_t from, to, step;
    size_t n; /* items that it has */
};

static int bound(hearth__render *r, hearth_value v, int64_t fallback, int64_t *out)
{
    *out = fallback;
    if (v.kind == HEARTH_VALUE_NONE || v.kind == HEARTH_VALUE_UNDEFINED ||
        hearth__v_integer(v, out))
        return 0;
    return hearth__render_fail(r, HEARTH_EINVAL,
                               "the bound of a slice is of kind %s, not an integer",
                               hearth__v_kind_name(v));
}

static int64_t clamp(int64_t i, int64_t n, bool back)
{
    if (i < 0)
        i = i < -n ? -1 : i + n;
    else if (i >= n)
        return back ? n - 1 : n;
    return i < 0 ? (back ? -1 : 0) : i;
}

/* Python's rules: bounds are clamped to what there is. */
static int slice_of(hearth__render *r, hearth_value from, hearth_value to,
                    hearth_value step, int64_t n, struct slice *s)
{
    bool back;

    HEARTH_TRY(bound(r, step, 1, &s->step));
    if (s->step == 0 || s->step == INT64_MIN)
        return hearth__render_fail(r, HEARTH_EINVAL, "the step of a slice is 0");
    back = s->step < 0;
    HEARTH_TRY(bound(r, from, back ? INT64_MAX : 0, &s->from));
    HEARTH_TRY(bound(r, to, back ? INT64_MIN : INT64_MAX, &s->to));
    s->from = clamp(s->from, n, back);
    s->to = clamp(s->to, n, back);
    s->n = 0;
    if (!back && s->from < s->to)
        s->n = (size_t)((s->to - s->from - 1) / s->step + 1);
    if (back && s->from > s->to)
        s->n = (size_t)((s->from - s->to - 1) / -s->step + 1);
    return 0;
}

static int slice_list(hearth__render *r, hearth_value v, const struct slice *s,
                      hearth_value *out)
{
    hearth__list *l = hearth__list_new(r, s->n);

    if (l == NULL)
        return r->error.code;
    for (size_t i = 0; i < s->n; i++)
        l->at[l->n++] = hearth__v_at(v, (size_t)(s->from + (int64_t)i * s->step));
    *out = hearth__v_list(l, (v.flags & HEARTH_VALUE_TUPLE) != 0);
    return 0;
}

/* Where the character of that number begins. */
static const char *char_of(hearth_value v, int64_t i)
{
    const char *p = v.u.text, *end = p + v.len;

    while (p < end && ((unsigned char)*p & 0xc0u) == 0x80u)
        p++;
    for (; i > 0 && p < end; i--)
        p += char_at(p, end);
    return p;
}

static int slice_text(hearth__render *r, hearth_value v, const struct slice *s,
                      hearth_value *out)
{
    hearth__list *chars;
    hearth__buf b;

    if (s->n == 0 || s->step == 1) {
        const char *p = char_of(v, s->from);
        const char *q = s->n == 0 ? p : char_of(v, s->to);

        *out = hearth__v_textn(p, (size_t)(q - p), v.flags & HEARTH_VALUE_HTML);
        return 0;
    }
    HEARTH_TRY(hearth__v_to_list(r, v, &chars));
    hearth__render_buf(r, &b);
    for (size_t i = 0; i < s->n; i++) {
        hearth_value c = chars->at[s->from + (int64_t)i * s->step];

        hearth__buf_add(&b, c.u.text, c.len);
    }
    /* Characters in another order are not the HTML they were. */
    return hearth__v_buf(r, &b, 0, out);
}

int hearth__v_slice(hearth__render *r, hearth_value v, hearth_value from, hearth_value to,
                    hearth_value step, hearth_value *out)
{
    struct slice s;
    size_t n;

    if (v.kind != HEARTH_VALUE_LIST && v.kind != HEARTH_VALUE_TEXT) {
        if (v.kind == HEARTH_VALUE_UNDEFINED)
            return hearth__render_undefined(r, v);
        return hearth__render_fail(r, HEARTH_EINVAL, "a value of kind %s has no slices",
                                   hearth__v_kind_name(v));
    }
    HEARTH_TRY(hearth__v_len(r, v, &n));
    HEARTH_TRY(slice_of(r, from, to, step, (int64_t)n, &s));
    return v.kind == HEARTH_VALUE_LIST ? slice_list(r, v, &s, out)
                                       : slice_text(r, v, &s, out);
}
