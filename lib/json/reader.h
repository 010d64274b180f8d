/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_JSON_READER_H
#define HEARTH_JSON_READER_H

/*
 * The grammar of JSON (RFC 8259) as a reader that is asked for one thing after the other.
 * What is made of it, a tree (json/load.c) or a struct (model/bind_json.c), is the caller's.
 *
 * Every function returns false when the text is wrong or memory ran out; the first cause is
 * kept, and hearth__json_explain() tells it.
 */

#include "core/buf.h"
#include "core/str.h"

#define HEARTH__JSON_DEPTH      64
#define HEARTH__JSON_DEPTH_MOST 2048 /* each level is two calls deep */

typedef struct hearth__json_reader {
    const char *begin, *at, *end;
    int depth, limit;
    hearth__buf scratch; /* the last string that had escapes */
    const char *where;   /* what is wrong, and the byte at which; the first thing only */
    const char *what;
    bool no_memory;
} hearth__json_reader;

/* depth 0 is HEARTH__JSON_DEPTH.  False when the text begins with a byte order mark or holds
 * a NUL byte.  Ends with hearth__json_reader_clear(), also then. */
bool hearth__json_reader_init(hearth__json_reader *r, hearth_str text, int depth);
void hearth__json_reader_clear(hearth__json_reader *r);
/* Nothing but white space is left. */
bool hearth__json_reader_end(hearth__json_reader *r);
/* HEARTH_EINVAL with line and column of what went wrong, or HEARTH_ENOMEM. */
int hearth__json_explain(const hearth__json_reader *r, hearth_error *err);

/* Note what is wrong and where; always false. */
bool hearth__json_fail(hearth__json_reader *r, const char *where, const char *what);
/* Something else was expected here; always false. */
bool hearth__json_unexpected(hearth__json_reader *r, const char *what);
bool hearth__json_no_memory(hearth__json_reader *r);

/* At a '-' or a digit.  *real: has a fraction or an exponent. */
bool hearth__json_read_number(hearth__json_reader *r, hearth_str *out, bool *real);
/* true, false or null: 't', 'f' or 'n'. */
bool hearth__json_read_word(hearth__json_reader *r, char *out);
/* At a bracket that opens; *empty: the one that closes followed, and is read. */
bool hearth__json_open_level(hearth__json_reader *r, char close, bool *empty);
/* Past one value of any kind, which has to be sound. */
bool hearth__json_skip(hearth__json_reader *r);

/* ---- what is done for every member, inline ------------------------------------------- */

/* The slow halves of hearth__json_read_text() and hearth__json_next(). */
bool hearth__json_read_rest(hearth__json_reader *r, hearth_str *out);
bool hearth__json_close_level(hearth__json_reader *r, char close, bool *last);

static inline void hearth__json_white(hearth__json_reader *r)
{
    while (r->at < r->end &&
           (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
}

/* The byte that decides what comes next, behind white space; '\0' at the end. */
static inline char hearth__json_peek(hearth__json_reader *r)
{
    hearth__json_white(r);
    return r->at < r->end ? *r->at : '\0';
}

static inline bool hearth__json_is_plain(char c)
{
    unsigned char u = (unsigned char)c;

    return u >= 0x20 && u < 0x80 && c != '"' && c != '\\';
}

/* Past ASCII that stands for itself in a string: eight bytes at a time, and then to the first of
 * the eight that is something else.  A borrow only ever comes from a byte that is something else
 * itself, so the lowest mark is right. */
static inline const char *hearth__json_skip_ascii(const char *p, const char *end)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;

    for (; end - p >= 8; p += 8) {
        uint64_t w, quote, slash, marks;

        memcpy(&w, p, sizeof w);
        quote = w ^ (ones * '"');
        slash = w ^ (ones * '\\');
        marks = (w | (w - ones * 0x20) | (quote - ones) | (slash - ones)) & tops;
        if (marks != 0)
            return p + (__builtin_ctzll(marks) >> 3);
    }
#endif
    while (p < end && hearth__json_is_plain(*p))
        p++;
    return p;
}

/* At a '"'.  The text lies in the input or, with escapes, in the scratch buffer until the
 * next string. */
static inline bool hearth__json_read_text(hearth__json_reader *r, hearth_str *out)
{
    const char *from = r->at + 1, *to = hearth__json_skip_ascii(from, r->end);

    if (to == r->end || *to != '"')
        return hearth__json_read_rest(r, out);
    *out = hearth__str(from, (size_t)(to - from));
    r->at = to + 1;
    return true;
}

/* The name of a member and its colon; the name is valid like a text. */
static inline bool hearth__json_read_name(hearth__json_reader *r, hearth_str *out)
{
    return hearth__json_peek(r) == '"'
               ? hearth__json_read_text(r, out)
               : hearth__json_unexpected(r, "string or '}' expected");
}

static inline bool hearth__json_colon(hearth__json_reader *r)
{
    if (hearth__json_peek(r) != ':')
        return hearth__json_unexpected(r, "':' expected");
    r->at++;
    return true;
}

/* Behind a value: a comma, or the bracket that closes and then *last. */
static inline bool hearth__json_next(hearth__json_reader *r, char close, bool *last)
{
    *last = false;
    if (hearth__json_peek(r) != ',')
        return hearth__json_close_level(r, close, last);
    r->at++;
    return true;
}

#endif
