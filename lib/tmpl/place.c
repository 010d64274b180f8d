/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Where in a template something went wrong, for people.
 */

#include "core/str.h"
#include "core/utf8.h"
#include "tmpl/lex.h"

#include <stdarg.h>
#include <stdio.h>

/* Bytes shown before the place when its line is long. */
#define BEFORE 80

static size_t back_to_char(hearth_str s, size_t at)
{
    while (at > 0 && at < s.len && ((unsigned char)s.ptr[at] & 0xc0u) == 0x80u)
        at--;
    return at;
}

/* The line, cut to fit where characters begin and end. */
static void copy_line(hearth_template_error *err, hearth_str source, size_t begin,
                      size_t at)
{
    const char *end;
    hearth_str line;

    if (at - begin > BEFORE)
        begin = back_to_char(source, at - BEFORE);
    end = memchr(source.ptr + begin, '\n', source.len - begin);
    line = hearth__str(source.ptr + begin, end == NULL
                                               ? source.len - begin
                                               : (size_t)(end - (source.ptr + begin)));
    if (line.len > sizeof err->source - 1)
        line = hearth__utf8_trim(hearth__str(line.ptr, sizeof err->source - 1));
    memcpy(err->source, line.ptr, line.len);
    err->source[line.len] = '\0';
    for (size_t i = 0; i < line.len; i++) /* a NUL would end the text */
        if (err->source[i] == '\0')
            err->source[i] = ' ';
}

void hearth__place_in(hearth_template_error *err, hearth_str name, hearth_str source,
                      size_t at)
{
    size_t begin = 0;

    if (at > source.len)
        at = source.len;
    err->line = 1;
    for (size_t i = 0; i < at; i++)
        if (source.ptr[i] == '\n') {
            err->line++;
            begin = i + 1;
        }
    err->column = 1;
    for (size_t i = begin; i < at; i++)
        err->column += ((unsigned char)source.ptr[i] & 0xc0u) != 0x80u;
    snprintf(err->file, sizeof err->file, "%.*s", (int)(name.len > 120 ? 120 : name.len),
             name.ptr);
    copy_line(err, source, begin, at);
}

int hearth__lex_fail(hearth__lex *lex, size_t at, int code, const char *fmt, ...)
{
    va_list ap;

    if (lex->err->code != 0)
        return lex->err->code;
    lex->err->code = code;
    hearth__place_in(lex->err, lex->name, lex->source, at);
    va_start(ap, fmt);
    vsnprintf(lex->err->text, sizeof lex->err->text, fmt, ap);
    va_end(ap);
    return code;
}

char *hearth_template_error_line(const hearth_template_error *err, char *out, size_t size)
{
    if (size == 0)
        return out;
    if (err->line > 0)
        snprintf(out, size, "%s:%d:%d: %s, in \"%s\"", err->file, err->line, err->column,
                 err->text, err->source);
    else if (err->file[0] != '\0')
        snprintf(out, size, "%s: %s", err->file, err->text);
    else
        snprintf(out, size, "%s", err->text);
    return out;
}
