/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Loading JSON.  jansson does the parsing; around it stand a scan that bounds the depth
 * before anything is built (its own limit of 2048 is a constant of its build), and
 * sentences of ours for its errors, since those go to clients and must not quote what
 * they sent.
 */

#include "json/load.h"

#include "core/error.h"
#include "core/str.h"

#include <stdio.h>

#define DEPTH 64

/* Line and column, from 1, of the byte at. */
static int fail_at(hearth_error *err, hearth_str text, size_t at, const char *what)
{
    size_t line = 1, column = 1;

    for (size_t i = 0; i < at && i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)text.ptr[i] & 0xC0) != 0x80) {
            column++; /* continuation bytes of UTF-8 do not count */
        }
    }
    return hearth__error_set(err, HEARTH_EINVAL, "line %zu, column %zu: %s", line, column,
                             what);
}

/* The index of the bracket that opens one level too many, or text.len.  Brackets in
 * strings do not count; whether the text is JSON at all is not decided here. */
static size_t find_too_deep(hearth_str text, int limit)
{
    const char *p = text.ptr;
    int depth = 0;

    for (size_t i = 0; i < text.len; i++) {
        int folded = p[i] | 0x20; /* '[' and '{' become '{', ']' and '}' become '}' */

        if (p[i] == '"') {
            for (i++; i < text.len && p[i] != '"'; i++)
                i += p[i] == '\\';
        } else if (folded == '{') {
            if (++depth > limit)
                return i;
        } else if (folded == '}' && depth > 0) {
            depth--;
        }
    }
    return text.len;
}

/* The first byte of the token that ends before end: a string, or a word or number, or one
 * byte. */
static size_t token_start(hearth_str text, size_t end)
{
    size_t i = end > 0 ? end - 1 : 0, escapes;

    if (text.ptr[i] != '"') {
        while (i > 0 &&
               (hearth__is_alpha(text.ptr[i - 1]) || hearth__is_digit(text.ptr[i - 1]) ||
                strchr("+-.", text.ptr[i - 1]) != NULL))
            i--;
        return i;
    }
    do {
        while (i > 0 && text.ptr[--i] != '"')
            ;
        for (escapes = 0; escapes < i && text.ptr[i - 1 - escapes] == '\\';)
            escapes++;
    } while (escapes % 2 != 0);
    return i;
}

/* A sound string that jansson takes for no token at all: it had no memory for the value,
 * which is the one failure of its lexer that it does not name. */
static bool lost_string(hearth_str text, size_t at, const char *what)
{
    return (strncmp(what, "invalid token", 13) == 0 ||
            strncmp(what, "string or '}' expected", 22) == 0) &&
           at > 0 && text.ptr[at - 1] == '"' && text.ptr[token_start(text, at)] == '"';
}

/* Where it is and what: jansson gives the position behind the token that it could not
 * use, within a string behind the last byte that it took. */
static int explain_syntax(hearth_error *err, hearth_str text, size_t at, const char *what)
{
    static const char *const after[] = {"unexpected newline", "control character"};
    static const char *const inside[] = {"invalid escape", "invalid Unicode"};
    const char *near = strstr(what, " near ");
    char say[JSON_ERROR_TEXT_LENGTH];
    size_t len = near == NULL ? strlen(what) : (size_t)(near - what);

    memcpy(say, what, len);
    say[len] = '\0';
    for (size_t i = 0; i < 2; i++) {
        if (strncmp(say, after[i], strlen(after[i])) == 0)
            return fail_at(err, text, at,
                           "a control character in a string has to be escaped");
        if (strncmp(say, inside[i], strlen(inside[i])) == 0)
            return fail_at(err, text, at > 0 ? at - 1 : 0, inside[i]);
    }
    return fail_at(err, text, token_start(text, at), say);
}

static int explain(hearth_error *err, hearth_str text, const json_error_t *e)
{
    size_t at =
        e->position > 0 && (size_t)e->position <= text.len ? (size_t)e->position : 0;

    switch (json_error_code(e)) {
    case json_error_premature_end_of_input:
        return fail_at(err, text, text.len, "the text ends too early");
    case json_error_end_of_input_expected:
        return fail_at(err, text, token_start(text, at),
                       "there is more text after the value");
    case json_error_duplicate_key:
        return fail_at(err, text, token_start(text, at),
                       "this name appears twice in one object");
    case json_error_numeric_overflow:
        return fail_at(err, text, token_start(text, at), "this number is too large");
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return fail_at(err, text, token_start(text, at),
                       "\\u0000 is not allowed in a string");
    case json_error_invalid_utf8:
        return fail_at(err, text, at, "the text is not valid UTF-8");
    case json_error_out_of_memory:
        break;
    default:
        if (e->text[0] != '\0' && !lost_string(text, at, e->text))
            return explain_syntax(err, text, at, e->text);
        break; /* it ran out of memory in a place where it says nothing */
    }
    return hearth__error_set(err, HEARTH_ENOMEM, "out of memory while reading JSON");
}

json_t *hearth__json_load(hearth_str text, const hearth__json_limits *limits,
                          hearth_error *err)
{
    int depth = limits != NULL && limits->depth > 0 ? limits->depth : DEPTH;
    size_t deep = find_too_deep(text, depth);
    const char *nul = memchr(text.ptr, '\0', text.len);
    json_error_t e;
    json_t *tree;
    char say[64];

    if (hearth__str_starts(text, HEARTH__S("\xEF\xBB\xBF"))) {
        fail_at(err, text, 0, "the text begins with a byte order mark");
        return NULL;
    }
    if (nul != NULL) {
        fail_at(err, text, (size_t)(nul - text.ptr), "the text holds a NUL byte");
        return NULL;
    }
    if (deep < text.len) {
        snprintf(say, sizeof say, "arrays and objects are nested more than %d deep",
                 depth);
        fail_at(err, text, deep, say);
        return NULL;
    }
    tree = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    if (tree == NULL)
        explain(err, text, &e);
    return tree;
}
