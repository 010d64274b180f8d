/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_LEX_H
#define HEARTH_TMPL_LEX_H

/*
 * The source of a template, cut into text and tags, and tags into tokens.
 *
 * The parser pulls: hearth__lex_part() at the top, which gives text without what white space
 * control takes away, then hearth__lex_next() until the tag ends.
 */

#include "core/buf.h"

#include <hearth/template.h>

typedef enum hearth__part {
    HEARTH__PART_TEXT, /* lex->text */
    HEARTH__PART_PUT,  /* {{ */
    HEARTH__PART_TAG,  /* {% */
    HEARTH__PART_END,
    HEARTH__PART_FAILED
} hearth__part;

typedef enum hearth__token {
    HEARTH__TOKEN_END, /* of the tag */
    HEARTH__TOKEN_NAME,
    HEARTH__TOKEN_TEXT,
    HEARTH__TOKEN_INT,
    HEARTH__TOKEN_FLOAT,
    HEARTH__TOKEN_SIGN, /* lex->sign */
    HEARTH__TOKEN_FAILED
} hearth__token;

/* Two characters in one number: HEARTH__SIGN('*', '*'); the second is 0 for one. */
#define HEARTH__SIGN(a, b) (((unsigned)(a)) | ((unsigned)(b) << 8))

typedef struct hearth__lex {
    hearth__arena *arena;
    hearth_str name, source;
    size_t pos;
    bool trim_blocks, lstrip_blocks;
    hearth_template_error *err;

    bool in_put;       /* the tag is {{ }}, not {% %} */
    bool strip_next;   /* the last tag ended with '-' */
    bool trim_next;    /* the last one was a block tag: its line break goes */
    unsigned brackets; /* open in this tag */

    size_t at;       /* where the token, tag or text begins */
    hearth_str text; /* of a text part, a NAME or a TEXT */
    hearth__token token;
    unsigned sign;
    int64_t integer;
    double real;
} hearth__lex;

void hearth__lex_init(hearth__lex *lex, hearth__arena *arena, hearth_str name,
                      hearth_str source, const hearth_templates_opts *opts,
                      hearth_template_error *err);
hearth__part hearth__lex_part(hearth__lex *lex);
/* The next token of the tag, also in lex->token. */
hearth__token hearth__lex_next(hearth__lex *lex);

/* Fill in the error for a place in the source; returns code.  A sentence that is there
 * stays. */
int hearth__lex_fail(hearth__lex *lex, size_t at, int code, const char *fmt, ...)
    HEARTH_PRINTF(4, 5);
/* Line, column, source line of a place. */
void hearth__place_in(hearth_template_error *err, hearth_str name, hearth_str source,
                      size_t at);

#endif
