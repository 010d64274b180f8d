/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

#include "json/reader.h"

#include "core/error.h"
#include "core/str.h"
#include "core/utf8.h"

#include <stdio.h>

/* ---- failing -------------------------------------------------------------------------- */

bool hearth__json_fail(hearth__json_reader *r, const char *where, const char *what)
{
    if (r->what == NULL && !r->no_memory) {
        r->where = where;
        r->what = what;
    }
    return false;
}

bool hearth__json_unexpected(hearth__json_reader *r, const char *what)
{
    uint32_t cp;

    if (r->at >= r->end)
        return hearth__json_fail(r, r->end, "the text ends too early");
    if (hearth__utf8_next(hearth__str(r->at, (size_t)(r->end - r->at)), &cp) == 0)
        what = "the text is not valid UTF-8";
    return hearth__json_fail(r, r->at, what);
}

bool hearth__json_no_memory(hearth__json_reader *r)
{
    if (r->what == NULL)
        r->no_memory = true;
    return false;
}

int hearth__json_explain(const hearth__json_reader *r, hearth_error *err)
{
    size_t line = 1, column = 1;
    char deep[64] = "";

    if (r->no_memory)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory while reading JSON");
    if (r->depth > r->limit)
        snprintf(deep, sizeof deep, "arrays and objects are nested more than %d deep",
                 r->limit);
    for (const char *p = r->begin; p < r->where; p++) {
        if (*p == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*p & 0xC0) != 0x80) {
            column++; /* continuation bytes of UTF-8 do not count */
        }
    }
    return hearth__error_set(err, HEARTH_EINVAL, "line %zu, column %zu: %s", line, column,
                             *deep != '\0' ? deep : r->what);
}

/* ---- strings -------------------------------------------------------------------------- */

/* One sign of another script, or what is not allowed. */
static bool skip_foreign(hearth__json_reader *r)
{
    unsigned char u = (unsigned char)*r->at;
    uint32_t cp;
    size_t n = u < 0x80
                   ? 1
                   : hearth__utf8_next(hearth__str(r->at, (size_t)(r->end - r->at)), &cp);

    if (u < 0x20)
        return hearth__json_fail(r, r->at,
                                 "a control character in a string has to be escaped");
    if (n == 0)
        return hearth__json_fail(r, r->at, "the text is not valid UTF-8");
    r->at += n;
    return true;
}

/* Past what needs no change; false when what follows is wrong. */
static bool skip_plain(hearth__json_reader *r)
{
    for (;;) {
        r->at = hearth__json_skip_ascii(r->at, r->end);
        if (r->at == r->end)
            return hearth__json_unexpected(r, NULL);
        if (*r->at == '"' || *r->at == '\\')
            return true;
        if (!skip_foreign(r))
            return false;
    }
}

static bool read_hex4(hearth__json_reader *r, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++, r->at++) {
        int digit = r->at < r->end ? hearth__hex_digit(*r->at) : -1;

        if (digit < 0) {
            hearth__json_unexpected(r, "invalid escape");
            return false;
        }
        *out = *out << 4 | (uint32_t)digit;
    }
    return true;
}

/* Behind "\u"; a surrogate pair is two of them (RFC 8259 section 7). */
static bool read_unicode(hearth__json_reader *r, const char *open)
{
    uint32_t cp, low;
    char utf8[4];

    if (!read_hex4(r, &cp))
        return false;
    if (cp == 0) {
        hearth__json_fail(r, open, "\\u0000 is not allowed in a string");
        return false;
    }
    if (cp >= 0xD800 && cp < 0xDC00) {
        if (r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u') {
            hearth__json_unexpected(r, "invalid Unicode");
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
        hearth__json_fail(r, r->at, "invalid Unicode");
    hearth__buf_add(&r->scratch, utf8, n);
    return n > 0;
}

/* At a backslash. */
static bool read_escape(hearth__json_reader *r, const char *open)
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
        hearth__json_unexpected(r, "invalid escape");
        return false;
    }
    hearth__buf_char(&r->scratch, meaning[known - letters]);
    r->at++;
    return true;
}

bool hearth__json_read_rest(hearth__json_reader *r, hearth_str *out)
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
        hearth__json_no_memory(r);
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

bool hearth__json_read_number(hearth__json_reader *r, hearth_str *out, bool *real)
{
    const char *from = r->at, *to = number_end(from, r->end, real);

    if (to == NULL)
        return hearth__json_fail(r, from, "invalid token");
    *out = hearth__str(from, (size_t)(to - from));
    r->at = to;
    return true;
}

bool hearth__json_read_word(hearth__json_reader *r, char *out)
{
    const char *from = r->at;

    while (r->at < r->end && (hearth__is_alpha(*r->at) || hearth__is_digit(*r->at)))
        r->at++;
    hearth_str word = {from, (size_t)(r->at - from)};
    if (hearth__str_eq(word, HEARTH__S("true")) ||
        hearth__str_eq(word, HEARTH__S("false")) ||
        hearth__str_eq(word, HEARTH__S("null"))) {
        *out = *from;
        return true;
    }
    r->at = from;
    return hearth__json_unexpected(r, "invalid token");
}

/* ---- arrays and objects --------------------------------------------------------------- */

static bool closes(hearth__json_reader *r, char bracket)
{
    if (r->at >= r->end || *r->at != bracket)
        return false;
    r->at++;
    r->depth--;
    return true;
}

bool hearth__json_open_level(hearth__json_reader *r, char close, bool *empty)
{
    if (++r->depth > r->limit)
        return hearth__json_fail(r, r->at,
                                 "nested too deep"); /* said better at the end */
    r->at++;
    hearth__json_white(r);
    *empty = closes(r, close);
    return true;
}

bool hearth__json_close_level(hearth__json_reader *r, char close, bool *last)
{
    *last = closes(r, close);
    return *last ||
           hearth__json_unexpected(r, close == ']' ? "']' expected" : "'}' expected");
}

static bool skip_level(hearth__json_reader *r, char close)
{
    hearth_str name;
    bool last;

    if (!hearth__json_open_level(r, close, &last))
        return false;
    while (!last) {
        if (close == '}' && (!hearth__json_read_name(r, &name) || !hearth__json_colon(r)))
            return false;
        if (!hearth__json_skip(r) || !hearth__json_next(r, close, &last))
            return false;
    }
    return true;
}

bool hearth__json_skip(hearth__json_reader *r)
{
    char c = hearth__json_peek(r);
    hearth_str text;
    bool real;

    if (c == '{' || c == '[')
        return skip_level(r, c == '{' ? '}' : ']');
    if (c == '"')
        return hearth__json_read_text(r, &text);
    if (c == '-' || hearth__is_digit(c))
        return hearth__json_read_number(r, &text, &real);
    return hearth__json_read_word(r, &c);
}

/* ---- the whole text ------------------------------------------------------------------- */

bool hearth__json_reader_init(hearth__json_reader *r, hearth_str text, int depth)
{
    const char *nul = memchr(text.ptr, '\0', text.len);

    *r = (hearth__json_reader){.begin = text.ptr,
                               .at = text.ptr,
                               .end = text.ptr + text.len};
    if (depth <= 0)
        depth = HEARTH__JSON_DEPTH;
    r->limit = depth < HEARTH__JSON_DEPTH_MOST ? depth : HEARTH__JSON_DEPTH_MOST;
    hearth__buf_init(&r->scratch, NULL, 0);
    if (hearth__str_starts(text, HEARTH__S("\xEF\xBB\xBF")))
        return hearth__json_fail(r, r->begin, "the text begins with a byte order mark");
    if (nul != NULL)
        return hearth__json_fail(r, nul, "the text holds a NUL byte");
    return true;
}

void hearth__json_reader_clear(hearth__json_reader *r)
{
    hearth__buf_clear(&r->scratch);
}

bool hearth__json_reader_end(hearth__json_reader *r)
{
    hearth__json_white(r);
    return r->at == r->end ||
           hearth__json_unexpected(r, "there is more text after the value");
}
