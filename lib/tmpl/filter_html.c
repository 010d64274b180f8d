/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Filters that make HTML, URLs and attributes, and the one that believes.
 */
#include "core/enc.h"
#include "core/letter.h"
#include "tmpl/escape.h"
#include "tmpl/filter.h"

static int forceescape(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str s;
    int rc = hearth__arg_value(c, &s);

    if (rc != 0)
        return rc;
    hearth__escape_html(&b, s);
    return hearth__v_buf(c->render, &b, HEARTH_VALUE_HTML, out);
}

static int escape(hearth_template_call *c, hearth_value *out)
{
    if (!hearth__v_is_html(c->value))
        return forceescape(c, out);
    *out = c->value;
    return 0;
}

/* The word to search for: what comes out of it is not escaped. */
static int unsafe_html(hearth_template_call *c, hearth_value *out)
{
    hearth_str s;
    int rc = hearth__arg_value(c, &s);

    return rc != 0 ? rc : hearth__out_text(c, s, HEARTH_VALUE_HTML, out);
}

/* ---- striptags ------------------------------------------------------------------------- */

/* Where the tag or comment that starts at the i-th byte ends; i when it does not. */
static size_t tag_end(hearth_str s, size_t i, bool comment)
{
    ptrdiff_t end = comment ? hearth__part_find(s, HEARTH__S("-->"), i + 4)
                            : hearth__part_find(s, HEARTH__S(">"), i);

    return end < 0 ? i : (size_t)end + (comment ? 3 : 1);
}

static hearth_str without(hearth_template_call *c, hearth_str s, bool comments)
{
    hearth__buf b = hearth__out_buf(c);
    bool ends = true; /* what does not end here does not end further on */

    for (size_t i = 0; i < s.len;) {
        bool starts =
            s.ptr[i] == '<' && ends &&
            (!comments || (s.len - i >= 4 && memcmp(s.ptr + i, "<!--", 4) == 0));
        size_t end = starts ? tag_end(s, i, comments) : i;

        ends = ends && (!starts || end > i);
        if (end == i)
            hearth__buf_char(&b, s.ptr[i++]);
        else
            i = end;
    }
    if (b.failed)
        hearth__render_fail(c->render, HEARTH_ENOMEM, "out of memory");
    return hearth__buf_view(&b);
}

/* Runs of white space become one space, none at the ends. */
static void put_squeezed(hearth__buf *b, hearth_str s)
{
    s = hearth__space_trim(s, 3);
    for (size_t i = 0, n; i < s.len; i += n) {
        if (!hearth__letter_is_space(hearth__char_at(s, i, &n))) {
            hearth__buf_add(b, s.ptr + i, n);
            continue;
        }
        while (i + n < s.len) {
            size_t m;

            if (!hearth__letter_is_space(hearth__char_at(s, i + n, &m)))
                break;
            n += m;
        }
        hearth__buf_char(b, ' ');
    }
}

static const struct {
    const char *name;
    uint32_t cp;
} references[] = {
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},        {"quot", '"'},
    {"apos", '\''},    {"nbsp", 0xa0},    {"copy", 0xa9},     {"reg", 0xae},
    {"deg", 0xb0},     {"laquo", 0xab},   {"raquo", 0xbb},    {"middot", 0xb7},
    {"para", 0xb6},    {"sect", 0xa7},    {"euro", 0x20ac},   {"pound", 0xa3},
    {"yen", 0xa5},     {"cent", 0xa2},    {"hellip", 0x2026}, {"ndash", 0x2013},
    {"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019},  {"ldquo", 0x201c},
    {"rdquo", 0x201d}, {"bull", 0x2022},  {"trade", 0x2122},  {"times", 0xd7},
    {"divide", 0xf7},  {"larr", 0x2190},  {"rarr", 0x2192},   {"uarr", 0x2191},
    {"darr", 0x2193},  {"shy", 0xad},     {"agrave", 0xe0},   {"aacute", 0xe1},
    {"acirc", 0xe2},   {"atilde", 0xe3},  {"auml", 0xe4},     {"aring", 0xe5},
    {"aelig", 0xe6},   {"ccedil", 0xe7},  {"egrave", 0xe8},   {"eacute", 0xe9},
    {"ecirc", 0xea},   {"euml", 0xeb},    {"iacute", 0xed},   {"icirc", 0xee},
    {"iuml", 0xef},    {"ntilde", 0xf1},  {"oacute", 0xf3},   {"ocirc", 0xf4},
    {"otilde", 0xf5},  {"ouml", 0xf6},    {"oslash", 0xf8},   {"uacute", 0xfa},
    {"ucirc", 0xfb},   {"uuml", 0xfc},    {"szlig", 0xdf},    {"yuml", 0xff},
    {"Auml", 0xc4},    {"Ouml", 0xd6},    {"Uuml", 0xdc},     {"Eacute", 0xc9},
    {"Agrave", 0xc0},  {"Ccedil", 0xc7},  {"Ntilde", 0xd1},   {"Oslash", 0xd8},
    {"Aring", 0xc5},   {"AElig", 0xc6},
};

/* "#39", "#x41": 0 when it is none. */
static uint32_t numbered(hearth_str s)
{
    bool hex = s.len > 1 && (s.ptr[1] == 'x' || s.ptr[1] == 'X');
    uint32_t cp = 0;

    if (s.len < (hex ? 3u : 2u) || s.len > 9)
        return 0;
    for (size_t i = hex ? 2 : 1; i < s.len; i++) {
        int digit = hearth__hex_digit(s.ptr[i]);

        if (digit < 0 || (!hex && digit > 9))
            return 0;
        cp = cp * (hex ? 16 : 10) + (uint32_t)digit;
    }
    return cp;
}

/* The character that a reference between '&' and ';' stands for; 0 when it is not known. */
static uint32_t referenced(hearth_str s)
{
    if (s.len > 0 && s.ptr[0] == '#')
        return numbered(s);
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++)
        if (hearth__str_eq(s, hearth__str_of(references[i].name)))
            return references[i].cp;
    return 0;
}

static void put_unescaped(hearth__buf *b, hearth_str s)
{
    for (size_t i = 0; i < s.len;) {
        size_t end = i + 1, n = 0;
        char bytes[4];

        while (s.ptr[i] == '&' && end < s.len && end - i < 12 && s.ptr[end] != ';')
            end++;
        if (s.ptr[i] == '&' && end < s.len && s.ptr[end] == ';') {
            uint32_t cp = referenced(hearth__str(s.ptr + i + 1, end - i - 1));

            n = cp == 0 ? 0 : hearth__utf8_put(cp, bytes);
        }
        if (n == 0) {
            hearth__buf_char(b, s.ptr[i++]);
        } else {
            hearth__buf_add(b, bytes, n);
            i = end + 1;
        }
    }
}

static int striptags(hearth_template_call *c, hearth_value *out)
{
    hearth__buf squeezed = hearth__out_buf(c), b = hearth__out_buf(c);
    hearth_value v;
    hearth_str s;
    int rc = hearth__arg_value(c, &s);

    if (rc != 0)
        return rc;
    put_squeezed(&squeezed, without(c, without(c, s, true), false));
    rc = hearth__v_buf(c->render, &squeezed, 0, &v);
    if (rc != 0)
        return rc;
    put_unescaped(&b, hearth__v_bytes(v));
    return hearth__v_buf(c->render, &b, 0, out);
}

/* ---- urlencode ------------------------------------------------------------------------- */

/* As in a query: a space is '+', a slash %2F. */
static int put_query(hearth_template_call *c, hearth__buf *b, hearth_value v)
{
    hearth_str s, part;
    int rc = hearth__v_str(c->render, v, &s);
    bool first = true;

    while (rc == 0 && s.ptr != NULL) {
        part = hearth__str_cut(&s, ' ');
        if (!first)
            hearth__buf_char(b, '+');
        first = false;
        hearth__enc_url(b, part);
    }
    return rc;
}

static int put_pair(hearth_template_call *c, hearth__buf *b, hearth_value key,
                    hearth_value v)
{
    int rc;

    if (b->len > 0)
        hearth__buf_char(b, '&');
    rc = put_query(c, b, key);
    hearth__buf_char(b, '=');
    return rc != 0 ? rc : put_query(c, b, v);
}

/* The value of a map, or item 1 of a pair; *key the other. */
static int pair_of(hearth_template_call *c, hearth_value item, hearth_value *key,
                   hearth_value *v)
{
    size_t n;
    int rc = hearth__v_len(c->render, item, &n);

    if (rc == 0 && (item.kind != HEARTH_VALUE_LIST || n != 2))
        return hearth_template_fail(c,
                                    "urlencode needs a text, a map or a list of pairs");
    if (rc == 0) {
        *key = hearth__v_at(item, 0);
        *v = hearth__v_at(item, 1);
    }
    return rc;
}

static int urlencode_pairs(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_value key, item, v;
    hearth__iter it;
    int rc = hearth__iter_begin(c->render, c->value, &it);

    while (rc == 0 && hearth__iter_next(&it, &item)) {
        if (c->value.kind == HEARTH_VALUE_MAP) {
            key = item;
            rc = hearth__v_item(c->render, c->value, key, &v);
        } else {
            rc = pair_of(c, item, &key, &v);
        }
        if (rc == 0)
            rc = put_pair(c, &b, key, v);
    }
    return rc != 0 ? rc : hearth__v_buf(c->render, &b, 0, out);
}

static int urlencode(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str s;
    int rc;

    if (c->value.kind == HEARTH_VALUE_MAP || c->value.kind == HEARTH_VALUE_LIST)
        return urlencode_pairs(c, out);
    rc = hearth__arg_value(c, &s);
    if (rc != 0)
        return rc;
    hearth__enc_url_path(&b, s);
    return hearth__v_buf(c->render, &b, 0, out);
}

/* ---- xmlattr --------------------------------------------------------------------------- */

static int put_attribute(hearth_template_call *c, hearth__buf *b, hearth_value key,
                         hearth_value v)
{
    bool url, safe = true;
    hearth_str name, s;
    int rc = hearth__v_str(c->render, key, &name);

    if (rc == 0 && !hearth__attr_name_ok(name, &url))
        return hearth_template_fail(
            c, "xmlattr: \"%.*s\" cannot be the name of an attribute",
            (int)(name.len < 60 ? name.len : 60), name.ptr);
    if (rc == 0)
        rc = hearth__v_str(c->render, v, &s);
    if (rc != 0)
        return rc;
    safe = !url || hearth__url_is_safe(s);
    if (b->len > 0)
        hearth__buf_char(b, ' ');
    hearth__buf_str(b, name);
    hearth__buf_text(b, "=\"");
    if (!safe)
        hearth__buf_text(b, "about:invalid");
    else if (hearth__v_is_html(v))
        hearth__escape_quote(b, s);
    else
        hearth__escape_html(b, s);
    hearth__buf_char(b, '"');
    return 0;
}

static int xmlattr(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c), whole = hearth__out_buf(c);
    hearth_value key, v;
    hearth__iter it;
    bool space;
    int rc = hearth__arg_bool(c, 0, true, &space);

    if (rc == 0 && c->value.kind != HEARTH_VALUE_MAP)
        return hearth_template_fail(c, "xmlattr needs a map, not %s",
                                    hearth__v_kind_name(c->value));
    if (rc == 0)
        rc = hearth__iter_begin(c->render, c->value, &it);
    while (rc == 0 && hearth__iter_next(&it, &key)) {
        rc = hearth__v_item(c->render, c->value, key, &v);
        if (rc == 0 && v.kind != HEARTH_VALUE_NONE && v.kind != HEARTH_VALUE_UNDEFINED)
            rc = put_attribute(c, &b, key, v);
    }
    if (rc != 0)
        return rc;
    if (space && b.len > 0)
        hearth__buf_char(&whole, ' ');
    hearth__buf_str(&whole, hearth__buf_view(&b));
    if (b.failed)
        whole.failed = true;
    return hearth__v_buf(c->render, &whole, HEARTH_VALUE_ATTRS | HEARTH_VALUE_HTML, out);
}

const hearth__builtin hearth__filters_html[] = {
    {"e", escape, NULL, NULL},
    {"escape", escape, NULL, NULL},
    {"forceescape", forceescape, NULL, NULL},
    {"striptags", striptags, NULL, NULL},
    {"unsafe_html", unsafe_html, NULL, NULL},
    {"urlencode", urlencode, NULL, NULL},
    {"xmlattr", xmlattr, "autospace?", NULL},
    {NULL, NULL, NULL, NULL},
};
