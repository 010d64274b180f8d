/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Writing JSON.  jansson's own dump goes through a callback per character run and printf
 * per number; this walks the tree straight into the buffer, and a string that needs no
 * escape, which is nearly every one, is found out eight bytes at a time and copied.
 */

#include "json/write.h"

#include "core/enc.h"
#include "core/str.h"
#include "core/utf8.h"

#define MAX_DEPTH 512
#define ONES      UINT64_C(0x0101010101010101)
#define HIGH      (ONES << 7)

hearth__json_w hearth__json_w_of(hearth__buf *buf)
{
    return (hearth__json_w){.buf = buf, .comma = false};
}

/* The comma before a value, if one stands before it. */
static inline void separate(hearth__json_w *w)
{
    if (w->comma)
        hearth__buf_char(w->buf, ',');
}

void hearth__json_open(hearth__json_w *w, char bracket)
{
    separate(w);
    hearth__buf_char(w->buf, bracket);
    w->comma = false;
}

void hearth__json_close(hearth__json_w *w, char bracket)
{
    hearth__buf_char(w->buf, bracket);
    w->comma = true;
}

/* Not 0 when one of eight bytes is a control byte, '"', '\\', DEL or not ASCII. */
static inline uint64_t needs_care(uint64_t w)
{
    uint64_t quote = w ^ (ONES * '"'), slash = w ^ (ONES * '\\'), del = w ^ (ONES * 0x7F);

    return (w | (w - ONES * 0x20) | (quote - ONES) | (slash - ONES) | (del - ONES)) &
           HIGH;
}

static bool is_plain(hearth_str s)
{
    size_t i = 0;

    for (; i + 8 <= s.len; i += 8) {
        uint64_t w;

        memcpy(&w, s.ptr + i, 8);
        if (needs_care(w) != 0)
            return false;
    }
    for (; i < s.len; i++) {
        char c = s.ptr[i];

        if (c < 0x20 || c > 0x7E || c == '"' || c == '\\')
            return false;
    }
    return true;
}

/* The string in quotes, a comma before and a colon behind it if asked for, in one go. */
static void put_string(hearth__buf *b, bool comma, hearth_str s, bool colon)
{
    char *p;

    if (!is_plain(s)) {
        if (comma)
            hearth__buf_char(b, ',');
        hearth__enc_json(b, s);
        if (colon)
            hearth__buf_char(b, ':');
        return;
    }
    p = s.len > SIZE_MAX - 4 ? NULL : hearth__buf_room(b, s.len + 4);
    if (p == NULL)
        return;
    *p = ',';
    p += comma;
    *p++ = '"';
    memcpy(p, s.ptr, s.len);
    p[s.len] = '"';
    p[s.len + 1] = ':';
    hearth__buf_commit(b, s.len + 2 + comma + colon);
}

void hearth__json_key(hearth__json_w *w, hearth_str name)
{
    put_string(w->buf, w->comma, name, true);
    w->comma = false;
}

void hearth__json_text(hearth__json_w *w, hearth_str s)
{
    put_string(w->buf, w->comma, s, false);
    w->comma = true;
}

bool hearth__json_text_strict(hearth__json_w *w, hearth_str s)
{
    if (!is_plain(s) && !hearth__utf8_valid(s))
        return false;
    hearth__json_text(w, s);
    return true;
}

void hearth__json_int(hearth__json_w *w, int64_t v)
{
    char digits[21], *at = digits + sizeof digits, *p;
    uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    size_t n;

    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left != 0);
    if (v < 0)
        *--at = '-';
    n = (size_t)(digits + sizeof digits - at);
    p = hearth__buf_room(w->buf, n + 1);
    if (p != NULL) {
        *p = ',';
        memcpy(p + w->comma, at, n);
        hearth__buf_commit(w->buf, n + w->comma);
    }
    w->comma = true;
}

void hearth__json_raw(hearth__json_w *w, hearth_str json)
{
    separate(w);
    hearth__buf_str(w->buf, json);
    w->comma = true;
}

void hearth__json_f64(hearth__json_w *w, double v)
{
    char text[32];
    size_t n = hearth__json_f64_text(v, text);

    hearth__json_raw(w, hearth__str(text, n));
}

void hearth__json_bool(hearth__json_w *w, bool v)
{
    hearth__json_raw(w, v ? HEARTH__S("true") : HEARTH__S("false"));
}

void hearth__json_null(hearth__json_w *w)
{
    hearth__json_raw(w, HEARTH__S("null"));
}

static bool put_tree(hearth__json_w *w, json_t *v, int depth);

static hearth_str key_of(void *it)
{
#if JANSSON_VERSION_HEX >= 0x020e00
    return hearth__str(json_object_iter_key(it), json_object_iter_key_len(it));
#else
    return hearth__str_of(json_object_iter_key(it));
#endif
}

static bool put_object(hearth__json_w *w, json_t *v, int depth)
{
    hearth__json_open(w, '{');
    for (void *it = json_object_iter(v); it != NULL; it = json_object_iter_next(v, it)) {
        hearth__json_key(w, key_of(it));
        if (!put_tree(w, json_object_iter_value(it), depth + 1))
            return false;
    }
    hearth__json_close(w, '}');
    return true;
}

static bool put_array(hearth__json_w *w, json_t *v, int depth)
{
    size_t n = json_array_size(v);

    hearth__json_open(w, '[');
    for (size_t i = 0; i < n; i++) {
        if (!put_tree(w, json_array_get(v, i), depth + 1))
            return false;
    }
    hearth__json_close(w, ']');
    return true;
}

/* depth: arrays and objects around v. */
static bool put_tree(hearth__json_w *w, json_t *v, int depth)
{
    switch (json_typeof(v)) {
    case JSON_OBJECT:
        return depth < MAX_DEPTH && put_object(w, v, depth);
    case JSON_ARRAY:
        return depth < MAX_DEPTH && put_array(w, v, depth);
    case JSON_STRING:
        hearth__json_text(w, hearth__str(json_string_value(v), json_string_length(v)));
        break;
    case JSON_INTEGER:
        hearth__json_int(w, json_integer_value(v));
        break;
    case JSON_REAL:
        hearth__json_f64(w, json_real_value(v));
        break;
    case JSON_TRUE:
        hearth__json_bool(w, true);
        break;
    case JSON_FALSE:
        hearth__json_bool(w, false);
        break;
    case JSON_NULL:
        hearth__json_null(w);
        break;
    }
    return true;
}

int hearth__json_tree(hearth__json_w *w, const json_t *tree)
{
    json_t *v =
        (json_t *)(uintptr_t)tree; /* jansson's walkers lack the const they deserve */

    if (v == NULL) {
        hearth__json_null(w);
        return 0;
    }
    return put_tree(w, v, 0) ? 0 : HEARTH_ETOOBIG;
}
