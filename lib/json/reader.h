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

/* At a '"'.  The text lies in the input or, with escapes, in the scratch buffer until the
 * next string. */
bool hearth__json_read_text(hearth__json_reader *r, hearth_str *out);
/* At a '-' or a digit.  *real: has a fraction or an exponent. */
bool hearth__json_read_number(hearth__json_reader *r, hearth_str *out, bool *real);
/* true, false or null: 't', 'f' or 'n'. */
bool hearth__json_read_word(hearth__json_reader *r, char *out);
/* At a bracket that opens; *empty: the one that closes followed, and is read. */
bool hearth__json_open_level(hearth__json_reader *r, char close, bool *empty);
/* Behind a value: a comma, or the bracket that closes and then *last. */
bool hearth__json_next(hearth__json_reader *r, char close, bool *last);
/* The name of a member and its colon; the name is valid like a text. */
bool hearth__json_read_name(hearth__json_reader *r, hearth_str *out);
bool hearth__json_colon(hearth__json_reader *r);
/* Past one value of any kind, which has to be sound. */
bool hearth__json_skip(hearth__json_reader *r);

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

#endif
