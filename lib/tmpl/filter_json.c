/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * tojson and pprint.  What tojson writes is JSON and JavaScript at once, and HTML as well: all
 * that could end a script or a quoted attribute, or that is not ASCII, is \uXXXX, so that it
 * may stand in a script element.  Keys are in order: the same value gives the same text.
 */
#include "tmpl/filter.h"

#include <math.h>

#define DEPTH 64 /* lists and maps within each other */

typedef struct dumping {
    hearth__render *r;
    hearth__buf *out;
    int64_t indent; /* columns; negative: all in one line */
} dumping;

typedef struct member {
    hearth_str key;
    hearth_value value;
} member;

static void put_unit(hearth__buf *b, uint32_t unit)
{
    hearth__buf_text(b, "\\u");
    hearth__buf_hex(b, unit, 4);
}

static void put_char(hearth__buf *b, uint32_t cp)
{
    static const char short_form[] = "\bb\ff\nn\rr\tt\"\"\\\\";

    for (const char *p = short_form; *p != '\0'; p += 2)
        if (cp == (unsigned char)p[0]) {
            hearth__buf_char(b, '\\');
            hearth__buf_char(b, p[1]);
            return;
        }
    if (cp >= 0x10000) {
        put_unit(b, 0xd800 + ((cp - 0x10000) >> 10));
        put_unit(b, 0xdc00 + ((cp - 0x10000) & 0x3ff));
    } else if (cp < 0x20 || cp > 0x7e || cp == '<' || cp == '>' || cp == '&' ||
               cp == '\'') {
        put_unit(b, cp);
    } else {
        hearth__buf_char(b, (char)cp);
    }
}

static void put_string(hearth__buf *b, hearth_str s)
{
    hearth__buf_char(b, '"');
    for (size_t i = 0, n; i < s.len; i += n)
        put_char(b, hearth__char_at(s, i, &n));
    hearth__buf_char(b, '"');
}

/* A new line, indented so deep; or the space behind a comma. */
static void put_break(dumping *d, int depth, bool comma)
{
    if (comma)
        hearth__buf_char(d->out, ',');
    if (d->indent < 0) {
        if (comma)
            hearth__buf_char(d->out, ' ');
        return;
    }
    hearth__buf_char(d->out, '\n');
    for (int64_t i = 0; i < d->indent * depth; i++)
        hearth__buf_char(d->out, ' ');
}

static int put(dumping *d, hearth_value v, int depth);

static int put_list(dumping *d, hearth_value v, int depth)
{
    hearth__iter it;
    hearth_value item;
    bool any = false;

    HEARTH_TRY(hearth__iter_begin(d->r, v, &it));
    HEARTH_TRY(hearth__render_tick(d->r, it.n));
    hearth__buf_char(d->out, '[');
    for (; hearth__iter_next(&it, &item); any = true) {
        put_break(d, depth + 1, any);
        HEARTH_TRY(put(d, item, depth + 1));
    }
    if (any)
        put_break(d, depth, false);
    hearth__buf_char(d->out, ']');
    return 0;
}

static int key_text(dumping *d, hearth_value key, hearth_str *out)
{
    switch (key.kind) {
    case HEARTH_VALUE_NONE:
        *out = HEARTH__S("null");
        return 0;
    case HEARTH_VALUE_BOOL:
        *out = key.u.b ? HEARTH__S("true") : HEARTH__S("false");
        return 0;
    default:
        return hearth__v_str(d->r, key, out);
    }
}

static int compare_members(const member *a, const member *b)
{
    size_t n = a->key.len < b->key.len ? a->key.len : b->key.len;
    int order = memcmp(a->key.ptr, b->key.ptr, n);

    return order != 0 ? order : a->key.len < b->key.len ? -1 : a->key.len > b->key.len;
}

/* A heap sort: no memory, no bad case. */
static void sift(member *m, size_t from, size_t n)
{
    for (size_t child; (child = 2 * from + 1) < n; from = child) {
        member swap;

        if (child + 1 < n && compare_members(&m[child], &m[child + 1]) < 0)
            child++;
        if (compare_members(&m[from], &m[child]) >= 0)
            return;
        swap = m[from];
        m[from] = m[child];
        m[child] = swap;
    }
}

static void sort_members(member *m, size_t n)
{
    for (size_t i = n / 2; i > 0; i--)
        sift(m, i - 1, n);
    for (size_t end = n; end > 1; end--) {
        member swap = m[0];

        m[0] = m[end - 1];
        m[end - 1] = swap;
        sift(m, 0, end - 1);
    }
}

static int members_of(dumping *d, hearth_value v, member **out, size_t *n)
{
    hearth__iter it;
    hearth_value key;
    size_t i = 0;

    HEARTH_TRY(hearth__iter_begin(d->r, v, &it));
    HEARTH_TRY(hearth__render_tick(d->r, it.n));
    *n = it.n;
    *out = hearth__render_array(d->r, it.n + 1, sizeof **out);
    if (*out == NULL)
        return HEARTH_ENOMEM;
    while (i < *n && hearth__iter_next(&it, &key)) {
        HEARTH_TRY(key_text(d, key, &(*out)[i].key));
        HEARTH_TRY(hearth__v_item(d->r, v, key, &(*out)[i++].value));
    }
    *n = i;
    sort_members(*out, i);
    return 0;
}

static int put_map(dumping *d, hearth_value v, int depth)
{
    member *m = NULL;
    size_t n;

    HEARTH_TRY(members_of(d, v, &m, &n));
    hearth__buf_char(d->out, '{');
    for (size_t i = 0; i < n; i++) {
        put_break(d, depth + 1, i > 0);
        put_string(d->out, m[i].key);
        hearth__buf_text(d->out, ": ");
        HEARTH_TRY(put(d, m[i].value, depth + 1));
    }
    if (n > 0)
        put_break(d, depth, false);
    hearth__buf_char(d->out, '}');
    return 0;
}

static int put(dumping *d, hearth_value v, int depth)
{
    if (depth > DEPTH)
        return hearth__render_fail(d->r, HEARTH_ETOOBIG,
                                   "lists and maps are more than %d deep", DEPTH);
    switch ((hearth_value_kind)v.kind) {
    case HEARTH_VALUE_NONE:
        hearth__buf_text(d->out, "null");
        return 0;
    case HEARTH_VALUE_BOOL:
        hearth__buf_text(d->out, v.u.b ? "true" : "false");
        return 0;
    case HEARTH_VALUE_FLOAT:
        if (isfinite(v.u.f))
            return hearth__v_print(d->r, v, d->out);
        hearth__buf_text(d->out, "null");
        return 0;
    case HEARTH_VALUE_INT:
        return hearth__v_print(d->r, v, d->out);
    case HEARTH_VALUE_TEXT:
        put_string(d->out, hearth__v_bytes(v));
        return 0;
    case HEARTH_VALUE_LIST:
        return put_list(d, v, depth);
    case HEARTH_VALUE_MAP:
        return put_map(d, v, depth);
    case HEARTH_VALUE_UNDEFINED:
        return hearth__render_undefined(d->r, v);
    case HEARTH_VALUE_OBJECT:
        break;
    }
    return hearth__render_fail(d->r, HEARTH_EINVAL, "tojson: a %s is not data",
                               hearth__v_kind_name(v));
}

static int tojson(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    dumping d = {c->render, &b, -1};

    HEARTH_TRY(hearth__arg_range(c, 0, -1, -1, 16, &d.indent));
    HEARTH_TRY(put(&d, c->value, 0));
    return hearth__v_buf(c->render, &b, HEARTH_VALUE_JS | HEARTH_VALUE_HTML, out);
}

static int pprint(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);

    HEARTH_TRY(hearth__v_repr(c->render, c->value, &b));
    return hearth__v_buf(c->render, &b, 0, out);
}

const hearth__builtin hearth__filters_json[] = {
    {"pprint", pprint, NULL, NULL},
    {"tojson", tojson, "indent?", NULL},
    {NULL, NULL, NULL, NULL},
};
