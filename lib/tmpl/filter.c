/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The table of the filters, and what they share.  A filter is a C function like one of a
 * program's own; nothing here knows how templates are parsed or run.
 */
#include "tmpl/filter.h"
#include "core/letter.h"

const hearth__builtin *const hearth__filters[] = {
    hearth__filters_case,   hearth__filters_format, hearth__filters_html,
    hearth__filters_json,   hearth__filters_list,   hearth__filters_number,
    hearth__filters_pick,   hearth__filters_sort,   hearth__filters_text,
    hearth__filters_urlize, hearth__filters_wrap,   NULL,
};

/* ---- arguments ------------------------------------------------------------------------- */

static bool is_something(const hearth_template_call *c, size_t i)
{
    return hearth__arg_given(c, i) && c->args[i].kind != HEARTH_VALUE_NONE;
}

int hearth__arg_int(hearth_template_call *c, size_t i, int64_t fallback, int64_t *out)
{
    *out = fallback;
    return is_something(c, i) ? hearth_template_int(c, c->args[i], out) : 0;
}

int hearth__arg_range(hearth_template_call *c, size_t i, int64_t fallback, int64_t low,
                      int64_t high, int64_t *out)
{
    int rc = hearth__arg_int(c, i, fallback, out);

    if (rc == 0 && (*out < low || *out > high))
        return hearth_template_fail(
            c, "parameter %zu is %lld, and has to be from %lld to %lld", i + 1,
            (long long)*out, (long long)low, (long long)high);
    return rc;
}

int hearth__arg_bool(hearth_template_call *c, size_t i, bool fallback, bool *out)
{
    *out = fallback;
    return is_something(c, i) ? hearth__v_truth(c->render, c->args[i], out) : 0;
}

int hearth__arg_text(hearth_template_call *c, size_t i, const char *fallback,
                     hearth_str *out)
{
    *out = hearth__str_of(fallback);
    return is_something(c, i) ? hearth__v_str(c->render, c->args[i], out) : 0;
}

int hearth__arg_value(hearth_template_call *c, hearth_str *out)
{
    return hearth__v_str(c->render, c->value, out);
}

int hearth__out_text(hearth_template_call *c, hearth_str s, unsigned flags,
                     hearth_value *out)
{
    if (s.len > UINT32_MAX)
        return hearth__render_fail(c->render, HEARTH_ETOOBIG,
                                   "a text is longer than 4 GiB");
    *out = hearth__v_textn(s.ptr, s.len, flags);
    return 0;
}

/* ---- texts ----------------------------------------------------------------------------- */

size_t hearth__char_offset(hearth_str s, size_t n)
{
    size_t i = 0;

    while (n-- > 0 && i < s.len)
        i += hearth__char_len(s, i);
    return i;
}

/* Where the last character of s begins; s is not empty. */
static size_t last_char(hearth_str s)
{
    size_t i = s.len - 1;

    while (i > 0 && s.len - i < 4 && ((unsigned char)s.ptr[i] & 0xc0) == 0x80)
        i--;
    return i + hearth__char_len(s, i) == s.len ? i : s.len - 1;
}

static bool in_set(hearth_str set, hearth_str c)
{
    return hearth__part_find(set, c, 0) >= 0;
}

static hearth_str trim_by(hearth_str s, const hearth_str *set, unsigned where)
{
    size_t n;

    while ((where & 1) != 0 && s.len > 0) {
        uint32_t cp = hearth__char_at(s, 0, &n);

        if (!(set == NULL ? hearth__letter_is_space(cp)
                          : in_set(*set, hearth__str(s.ptr, n))))
            break;
        s = hearth__str(s.ptr + n, s.len - n);
    }
    while ((where & 2) != 0 && s.len > 0) {
        size_t at = last_char(s);
        uint32_t cp = hearth__char_at(s, at, &n);

        if (!(set == NULL ? hearth__letter_is_space(cp)
                          : in_set(*set, hearth__str(s.ptr + at, n))))
            break;
        s.len = at;
    }
    return s;
}

hearth_str hearth__space_trim(hearth_str s, unsigned where)
{
    return trim_by(s, NULL, where);
}

hearth_str hearth__chars_trim(hearth_str s, hearth_str set, unsigned where)
{
    return trim_by(s, &set, where);
}

static bool ends_line(uint32_t cp)
{
    return (cp >= 0xa && cp <= 0xd) || (cp >= 0x1c && cp <= 0x1e) || cp == 0x85 ||
           cp == 0x2028 || cp == 0x2029;
}

bool hearth__line_next(hearth_str *rest, hearth_str *line)
{
    size_t i = 0, n = 0;

    if (rest->len == 0)
        return false;
    while (i < rest->len && !ends_line(hearth__char_at(*rest, i, &n)))
        i += n;
    *line = hearth__str(rest->ptr, i);
    if (i < rest->len) {
        bool crlf = rest->len - i > 1 && memcmp(rest->ptr + i, "\r\n", 2) == 0;

        i += crlf ? 2 : n;
    }
    *rest = hearth__str(rest->ptr + i, rest->len - i);
    return true;
}

ptrdiff_t hearth__part_find(hearth_str s, hearth_str part, size_t from)
{
    if (part.len > s.len || from > s.len - part.len)
        return -1;
    if (part.len == 0)
        return (ptrdiff_t)from;
    for (size_t last = s.len - part.len; from <= last; from++) {
        const char *p = memchr(s.ptr + from, part.ptr[0], last - from + 1);

        if (p == NULL)
            return -1;
        from = (size_t)(p - s.ptr);
        if (memcmp(p, part.ptr, part.len) == 0)
            return (ptrdiff_t)from;
    }
    return -1;
}

/* Of "" there is one before each character and one at the end. */
static void replace_nothing(hearth__buf *b, hearth_str s, hearth_str to, int64_t most)
{
    size_t i = 0, n;

    for (; most != 0 && i < s.len; i += n, most--) {
        n = hearth__char_len(s, i);
        hearth__buf_str(b, to);
        hearth__buf_add(b, s.ptr + i, n);
    }
    hearth__buf_add(b, s.ptr + i, s.len - i);
    if (most != 0)
        hearth__buf_str(b, to);
}

void hearth__replace_put(hearth__buf *b, hearth_str s, hearth_str from, hearth_str to,
                         int64_t most)
{
    size_t at = 0;
    ptrdiff_t found;

    if (from.len == 0) {
        replace_nothing(b, s, to, most);
        return;
    }
    while (most != 0 && (found = hearth__part_find(s, from, at)) >= 0) {
        hearth__buf_add(b, s.ptr + at, (size_t)found - at);
        hearth__buf_str(b, to);
        at = (size_t)found + from.len;
        if (most > 0)
            most--;
    }
    hearth__buf_add(b, s.ptr + at, s.len - at);
}

/* ---- attributes of items ------------------------------------------------------------------ */

static int add_part(hearth__render *r, hearth__path *p, hearth_str part)
{
    int64_t i;

    if (p->n == sizeof p->part / sizeof p->part[0])
        return hearth__render_fail(r, HEARTH_EINVAL, "an attribute has at most %zu parts",
                                   p->n);
    if (part.len > 0 && hearth__is_digit(part.ptr[0]) && hearth__str_int(part, &i))
        p->part[p->n++] = hearth_value_int(i);
    else
        p->part[p->n++] = hearth__v_textn(part.ptr, part.len, 0);
    return 0;
}

int hearth__path_of(hearth__render *r, hearth_value attribute, hearth__path *out)
{
    hearth_str rest;
    int rc = 0;

    out->n = 0;
    out->fallback = hearth__v_undefined(HEARTH__S("attribute"));
    if (attribute.kind == HEARTH_VALUE_UNDEFINED || attribute.kind == HEARTH_VALUE_NONE)
        return 0;
    if (attribute.kind == HEARTH_VALUE_INT) {
        out->part[out->n++] = attribute;
        return 0;
    }
    if (!hearth__v_is_text(attribute))
        return hearth__render_fail(r, HEARTH_EINVAL,
                                   "an attribute is a name or a number, not %s",
                                   hearth__v_kind_name(attribute));
    rest = hearth__v_bytes(attribute);
    while (rc == 0 && rest.ptr != NULL)
        rc = add_part(r, out, hearth__str_cut(&rest, '.'));
    return rc;
}

int hearth__path_get(hearth__render *r, const hearth__path *p, hearth_value item,
                     hearth_value *out)
{
    bool has_fallback = p->fallback.kind != HEARTH_VALUE_UNDEFINED;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < p->n; i++) {
        hearth_value next;

        rc = hearth__v_item(r, item, p->part[i], &next);
        if (rc == 0 && next.kind == HEARTH_VALUE_UNDEFINED && has_fallback)
            next = p->fallback;
        if (rc == 0)
            item = next;
    }
    *out = item;
    return rc;
}

int hearth__folded(hearth__render *r, hearth_value v, hearth_value *out)
{
    hearth__buf b;

    *out = v;
    if (!hearth__v_is_text(v))
        return 0;
    hearth__render_buf(r, &b);
    hearth__letter_put_lower(&b, hearth__v_bytes(v));
    return hearth__v_buf(r, &b, 0, out);
}
