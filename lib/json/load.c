/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Loading JSON (RFC 8259) into jansson's tree.
 *
 * The tree is jansson's, the reading is ours: its lexer goes through the text byte by byte
 * with a call each, which made it four fifths of the cost of a POST, and loses bytes when
 * its buffer cannot grow.  Here a string without escapes is found where it lies and copied
 * once, into the tree.
 */

#include "json/load.h"

#include "core/buf.h"
#include "core/error.h"
#include "core/str.h"
#include "core/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DEPTH      64
#define DEPTH_MOST 2048 /* each level is two calls deep */

typedef struct reader {
    const char *begin, *at, *end;
    int depth, limit;
    hearth__buf scratch; /* the last string that had escapes */
    const char *where;   /* what is wrong, and the byte at which; the first thing only */
    const char *what;
    bool no_memory;
} reader;

static json_t *read_value(reader *r);

/* ---- failing -------------------------------------------------------------------------- */

static json_t *fail(reader *r, const char *where, const char *what)
{
    if (r->what == NULL && !r->no_memory) {
        r->where = where;
        r->what = what;
    }
    return NULL;
}

/* Something else was expected here. */
static json_t *unexpected(reader *r, const char *what)
{
    uint32_t cp;

    if (r->at >= r->end)
        return fail(r, r->end, "the text ends too early");
    if (hearth__utf8_next(hearth__str(r->at, (size_t)(r->end - r->at)), &cp) == 0)
        what = "the text is not valid UTF-8";
    return fail(r, r->at, what);
}

static json_t *no_memory(reader *r)
{
    if (r->what == NULL)
        r->no_memory = true;
    return NULL;
}

static int explain(const reader *r, hearth_error *err)
{
    size_t line = 1, column = 1;

    if (r->no_memory)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory while reading JSON");
    for (const char *p = r->begin; p < r->where; p++) {
        if (*p == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*p & 0xC0) != 0x80) {
            column++; /* continuation bytes of UTF-8 do not count */
        }
    }
    return hearth__error_set(err, HEARTH_EINVAL, "line %zu, column %zu: %s", line, column,
                             r->what);
}

/* ---- strings -------------------------------------------------------------------------- */

static void skip_white(reader *r)
{
    while (r->at < r->end &&
           (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
}

/* Is there nothing among the next eight bytes but ASCII that needs no change?  A borrow can only
 * make it say no, and then they are looked at one by one. */
static bool eight_plain(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t w, quote, slash;

    memcpy(&w, p, sizeof w);
    quote = w ^ (ones * '"');
    slash = w ^ (ones * '\\');
    return ((w | (w - ones * 0x20) | (quote - ones) | (slash - ones)) & tops) == 0;
}

/* Past what needs no change; false when what follows is wrong. */
static bool skip_plain(reader *r)
{
    while (r->end - r->at >= 8 && eight_plain(r->at))
        r->at += 8;
    while (r->at < r->end) {
        unsigned char u = (unsigned char)*r->at;
        uint32_t cp;
        size_t n = 1;

        if (u == '"' || u == '\\')
            return true;
        if (u >= 0x80)
            n = hearth__utf8_next(hearth__str(r->at, (size_t)(r->end - r->at)), &cp);
        if (u < 0x20 || n == 0) {
            fail(r, r->at,
                 n == 0 ? "the text is not valid UTF-8"
                        : "a control character in a string has to be escaped");
            return false;
        }
        r->at += n;
    }
    unexpected(r, NULL);
    return false;
}

static bool read_hex4(reader *r, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++, r->at++) {
        int digit = r->at < r->end ? hearth__hex_digit(*r->at) : -1;

        if (digit < 0) {
            unexpected(r, "invalid escape");
            return false;
        }
        *out = *out << 4 | (uint32_t)digit;
    }
    return true;
}

/* Behind "\u"; a surrogate pair is two of them (RFC 8259 section 7). */
static bool read_unicode(reader *r, const char *open)
{
    uint32_t cp, low;
    char utf8[4];

    if (!read_hex4(r, &cp))
        return false;
    if (cp == 0) {
        fail(r, open, "\\u0000 is not allowed in a string");
        return false;
    }
    if (cp >= 0xD800 && cp < 0xDC00) {
        if (r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u') {
            unexpected(r, "invalid Unicode");
            return false;
        }
        r->at += 2;
        if (!read_hex4(r, &low))
            return false;
        cp = low >= 0xDC00 && low < 0xE000
                 ? 0x10000 + ((cp - 0xD800) << 10) + low - 0xDC00
                 : 0xD800;
    }
    size_t n = hearth__utf8_put(cp, utf8);
    if (n == 0)
        fail(r, r->at, "invalid Unicode");
    hearth__buf_add(&r->scratch, utf8, n);
    return n > 0;
}

/* At a backslash. */
static bool read_escape(reader *r, const char *open)
{
    static const char letters[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
    const char *known;

    r->at++;
    if (r->at < r->end && *r->at == 'u') {
        r->at++;
        return read_unicode(r, open);
    }
    known = r->at < r->end && *r->at != '\0' ? strchr(letters, *r->at) : NULL;
    if (known == NULL) {
        unexpected(r, "invalid escape");
        return false;
    }
    hearth__buf_char(&r->scratch, meaning[known - letters]);
    r->at++;
    return true;
}

/* At a '"'.  The text lies in the input or, with escapes, in the scratch buffer until the next
 * string. */
static bool read_text(reader *r, hearth_str *out)
{
    const char *open = r->at++, *from = r->at;

    if (!skip_plain(r))
        return false;
    if (*r->at == '"') {
        *out = hearth__str(from, (size_t)(r->at++ - from));
        return true;
    }
    hearth__buf_empty(&r->scratch);
    while (*r->at != '"') {
        hearth__buf_add(&r->scratch, from, (size_t)(r->at - from));
        if (!read_escape(r, open))
            return false;
        from = r->at;
        if (!skip_plain(r))
            return false;
    }
    hearth__buf_add(&r->scratch, from, (size_t)(r->at++ - from));
    *out = hearth__buf_view(&r->scratch);
    if (r->scratch.failed)
        no_memory(r);
    return !r->scratch.failed;
}

/* ---- numbers and words ---------------------------------------------------------------- */

static bool skip_digits(const char **p, const char *end)
{
    const char *from = *p;

    while (*p < end && hearth__is_digit(**p))
        (*p)++;
    return *p > from;
}

/* The end of the number at p, NULL when it is none; *real: has a fraction or an exponent. */
static const char *number_end(const char *p, const char *end, bool *real)
{
    const char *digits;

    *real = false;
    if (p < end && *p == '-')
        p++;
    digits = p;
    if (!skip_digits(&p, end) || (*digits == '0' && p > digits + 1))
        return NULL;
    if (p < end && *p == '.') {
        p++;
        *real = true;
        if (!skip_digits(&p, end))
            return NULL;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        *real = true;
        if (p < end && (*p == '+' || *p == '-'))
            p++;
        if (!skip_digits(&p, end))
            return NULL;
    }
    return p;
}

static json_t *read_number(reader *r)
{
    const char *from = r->at;
    bool real;
    const char *to = number_end(from, r->end, &real);
    int64_t i;
    double f;

    if (to == NULL)
        return fail(r, from, "invalid token");
    hearth_str text = {from, (size_t)(to - from)};
    r->at = to;
    if (real) {
        if (!hearth__str_f64(text, &f) || !isfinite(f))
            return fail(r, from, "this number is too large");
        json_t *j = json_real(f);
        return j == NULL ? no_memory(r) : j;
    }
    if (!hearth__str_int(text, &i))
        return fail(r, from, "this number is too large");
    json_t *j = json_integer(i);
    return j == NULL ? no_memory(r) : j;
}

static json_t *read_word(reader *r)
{
    const char *from = r->at;

    while (r->at < r->end && (hearth__is_alpha(*r->at) || hearth__is_digit(*r->at)))
        r->at++;
    hearth_str word = {from, (size_t)(r->at - from)};
    if (hearth__str_eq(word, HEARTH__S("true")))
        return json_true();
    if (hearth__str_eq(word, HEARTH__S("false")))
        return json_false();
    if (hearth__str_eq(word, HEARTH__S("null")))
        return json_null();
    r->at = from;
    return unexpected(r, "invalid token");
}

/* ---- arrays and objects --------------------------------------------------------------- */

static bool open_level(reader *r)
{
    if (++r->depth <= r->limit) {
        r->at++;
        return true;
    }
    fail(r, r->at, "nested too deep"); /* said better at the end */
    return false;
}

static bool close_level(reader *r, char bracket)
{
    if (r->at >= r->end || *r->at != bracket)
        return false;
    r->at++;
    r->depth--;
    return true;
}

static bool read_elements(reader *r, json_t *array)
{
    for (;;) {
        json_t *element = read_value(r);

        if (element == NULL)
            return false;
        if (json_array_append_new(array, element) != 0) {
            no_memory(r);
            return false;
        }
        skip_white(r);
        if (close_level(r, ']'))
            return true;
        if (r->at >= r->end || *r->at != ',') {
            unexpected(r, "']' expected");
            return false;
        }
        r->at++;
    }
}

static json_t *read_array(reader *r)
{
    json_t *array;

    if (!open_level(r))
        return NULL;
    array = json_array();
    if (array == NULL)
        return no_memory(r);
    skip_white(r);
    if (close_level(r, ']') || read_elements(r, array))
        return array;
    json_decref(array);
    return NULL;
}

/* From behind the name on.  The name may be cut off by the next string, so it is kept. */
static bool read_member(reader *r, json_t *object, hearth_str name, const char *at)
{
    size_t before = json_object_size(object);
    json_t *value;

    skip_white(r);
    if (r->at >= r->end || *r->at != ':') {
        unexpected(r, "':' expected");
        return false;
    }
    r->at++;
    value = read_value(r);
    if (value == NULL)
        return false;
    if (json_object_setn_new_nocheck(object, name.ptr, name.len, value) != 0) {
        no_memory(r);
        return false;
    }
    if (json_object_size(object) == before) {
        fail(r, at, "this name appears twice in one object");
        return false;
    }
    return true;
}

static bool read_named(reader *r, json_t *object)
{
    const char *at = r->at;
    hearth_str name;
    bool ok;

    if (r->at >= r->end || *r->at != '"') {
        unexpected(r, "string or '}' expected");
        return false;
    }
    if (!read_text(r, &name))
        return false;
    if (name.ptr != r->scratch.ptr)
        return read_member(r, object, name, at);
    char *copy = malloc(name.len + 1);
    if (copy == NULL) {
        no_memory(r);
        return false;
    }
    memcpy(copy, name.ptr, name.len);
    ok = read_member(r, object, hearth__str(copy, name.len), at);
    free(copy);
    return ok;
}

static bool read_members(reader *r, json_t *object)
{
    for (;;) {
        skip_white(r);
        if (!read_named(r, object))
            return false;
        skip_white(r);
        if (close_level(r, '}'))
            return true;
        if (r->at >= r->end || *r->at != ',') {
            unexpected(r, "'}' expected");
            return false;
        }
        r->at++;
    }
}

static json_t *read_object(reader *r)
{
    json_t *object;

    if (!open_level(r))
        return NULL;
    object = json_object();
    if (object == NULL)
        return no_memory(r);
    skip_white(r);
    if (close_level(r, '}') || read_members(r, object))
        return object;
    json_decref(object);
    return NULL;
}

static json_t *read_string(reader *r)
{
    hearth_str text;

    if (!read_text(r, &text))
        return NULL;
    json_t *j = json_stringn_nocheck(text.ptr, text.len);
    return j == NULL ? no_memory(r) : j;
}

static json_t *read_value(reader *r)
{
    skip_white(r);
    switch (r->at < r->end ? *r->at : '\0') {
    case '{':
        return read_object(r);
    case '[':
        return read_array(r);
    case '"':
        return read_string(r);
    case '-':
        return read_number(r);
    default:
        if (r->at < r->end && hearth__is_digit(*r->at))
            return read_number(r);
        return read_word(r);
    }
}

/* ---- the whole text ------------------------------------------------------------------- */

static json_t *read_all(reader *r)
{
    const char *nul = memchr(r->begin, '\0', (size_t)(r->end - r->begin));
    json_t *tree;

    if (hearth__str_starts(hearth__str(r->begin, (size_t)(r->end - r->begin)),
                           HEARTH__S("\xEF\xBB\xBF")))
        return fail(r, r->begin, "the text begins with a byte order mark");
    if (nul != NULL)
        return fail(r, nul, "the text holds a NUL byte");
    tree = read_value(r);
    if (tree == NULL)
        return NULL;
    skip_white(r);
    if (r->at == r->end)
        return tree;
    json_decref(tree);
    return unexpected(r, "there is more text after the value");
}

json_t *hearth__json_load(hearth_str text, const hearth__json_limits *limits,
                          hearth_error *err)
{
    int depth = limits != NULL && limits->depth > 0 ? limits->depth : DEPTH;
    reader r = {.begin = text.ptr, .at = text.ptr, .end = text.ptr + text.len};
    char say[64];
    json_t *tree;

    r.limit = depth < DEPTH_MOST ? depth : DEPTH_MOST;
    hearth__buf_init(&r.scratch, NULL, 0);
    tree = read_all(&r);
    hearth__buf_clear(&r.scratch);
    if (tree != NULL)
        return tree;
    if (!r.no_memory && r.depth > r.limit) {
        snprintf(say, sizeof say, "arrays and objects are nested more than %d deep",
                 r.limit);
        r.what = say;
    }
    explain(&r, err);
    return NULL;
}
