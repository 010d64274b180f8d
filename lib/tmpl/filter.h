/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_FILTER_H
#define HEARTH_TMPL_FILTER_H

/*
 * What the built-in filters, tests and functions share: their arguments with defaults, and
 * the tables that each file of them gives.
 */

#include "core/str.h"
#include "core/utf8.h"
#include "tmpl/builtin.h"
#include "tmpl/render.h"

extern const hearth__builtin hearth__filters_case[];
extern const hearth__builtin hearth__filters_format[];
extern const hearth__builtin hearth__filters_html[];
extern const hearth__builtin hearth__filters_json[];
extern const hearth__builtin hearth__filters_list[];
extern const hearth__builtin hearth__filters_number[];
extern const hearth__builtin hearth__filters_pick[];
extern const hearth__builtin hearth__filters_sort[];
extern const hearth__builtin hearth__filters_text[];
extern const hearth__builtin hearth__filters_urlize[];
extern const hearth__builtin hearth__filters_wrap[];

/* ---- arguments: 0, or a failure that has been said ------------------------------------- */

/* Was the i-th given, and is it something? */
static inline bool hearth__arg_given(const hearth_template_call *c, size_t i)
{
    return i < c->nargs && c->args[i].kind != HEARTH_VALUE_UNDEFINED;
}

int hearth__arg_int(hearth_template_call *c, size_t i, int64_t fallback, int64_t *out);
int hearth__arg_bool(hearth_template_call *c, size_t i, bool fallback, bool *out);
int hearth__arg_text(hearth_template_call *c, size_t i, const char *fallback,
                     hearth_str *out);
/* The same of one that has to be from low to high. */
int hearth__arg_range(hearth_template_call *c, size_t i, int64_t fallback, int64_t low,
                      int64_t high, int64_t *out);
/* The text of what is filtered. */
int hearth__arg_value(hearth_template_call *c, hearth_str *out);

/* ---- results ---------------------------------------------------------------------------- */

/* HEARTH_VALUE_HTML if v is HTML, else 0. */
static inline unsigned hearth__mark(hearth_value v)
{
    return v.kind == HEARTH_VALUE_TEXT ? v.flags & HEARTH_VALUE_HTML : 0;
}

/* A text that is borrowed from a value or a literal. */
int hearth__out_text(hearth_template_call *c, hearth_str s, unsigned flags,
                     hearth_value *out);
/* An empty buffer for the result, over the arena of the rendering. */
static inline hearth__buf hearth__out_buf(hearth_template_call *c)
{
    hearth__buf b;

    hearth__render_buf(c->render, &b);
    return b;
}

/* ---- texts ------------------------------------------------------------------------------ */

/* Bytes of the character at the i-th byte, i < s.len; a byte that is not UTF-8 is one. */
static inline size_t hearth__char_len(hearth_str s, size_t i)
{
    uint32_t cp;
    size_t n = hearth__utf8_next(hearth__str(s.ptr + i, s.len - i), &cp);

    return n == 0 ? 1 : n;
}

/* The character at the i-th byte; *n its bytes.  A byte that is not UTF-8 is U+FFFD. */
static inline uint32_t hearth__char_at(hearth_str s, size_t i, size_t *n)
{
    uint32_t cp;

    *n = hearth__utf8_next(hearth__str(s.ptr + i, s.len - i), &cp);
    if (*n != 0)
        return cp;
    *n = 1;
    return 0xfffd;
}

/* Byte where the n-th character starts, s.len when there are not so many. */
size_t hearth__char_offset(hearth_str s, size_t n);
/* s without white space, of all of Unicode, at its ends; `where` has bit 1 for the start and
 * bit 2 for the end. */
hearth_str hearth__space_trim(hearth_str s, unsigned where);
/* The same of the characters of a set. */
hearth_str hearth__chars_trim(hearth_str s, hearth_str set, unsigned where);
/* Cut a line off: true with the line, without its end, until nothing is left. */
bool hearth__line_next(hearth_str *rest, hearth_str *line);
/* `from` replaced by `to`, at most `most` times (negative: all), appended to b. */
void hearth__replace_put(hearth__buf *b, hearth_str s, hearth_str from, hearth_str to,
                         int64_t most);
/* Position of part in s at or after from; -1 when it is not there. */
ptrdiff_t hearth__part_find(hearth_str s, hearth_str part, size_t from);

/* ---- what filters and methods have in common --------------------------------------------- */

hearth_template_fn hearth__filter_capitalize, hearth__filter_center, hearth__filter_join,
    hearth__filter_lower, hearth__filter_title_words, hearth__filter_upper;
/* A list of (key, value). */
int hearth__map_items(hearth__render *r, hearth_value map, hearth__list **out);

/* What an attribute of many items is asked by: "name", "address.city", 0. */
typedef struct hearth__path {
    hearth_value part[8];
    size_t n;
    hearth_value fallback; /* instead of what is missing; UNDEFINED: none */
} hearth__path;

/* HEARTH_EINVAL when it is neither a text nor a number, or too deep.  UNDEFINED and NONE: the
 * item itself. */
int hearth__path_of(hearth__render *r, hearth_value attribute, hearth__path *out);
int hearth__path_get(hearth__render *r, const hearth__path *p, hearth_value item,
                     hearth_value *out);
/* A text in lower case, anything else as it is: what is compared when case does not matter. */
int hearth__folded(hearth__render *r, hearth_value v, hearth_value *out);

#endif
