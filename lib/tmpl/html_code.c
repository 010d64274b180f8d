/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * CSS and JavaScript, as far as it takes to tell code from texts, comments and patterns.
 */

#include "core/str.h"
#include "tmpl/html.h"

static char at(hearth_str s, size_t i)
{
    return i < s.len ? s.ptr[i] : '\0';
}

static bool is_word(char c)
{
    return hearth__is_alpha(c) || hearth__is_digit(c) || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

/* Within quotes: a backslash takes the next one along, a line break ends what has no end. */
static size_t quoted(hearth__html *h, hearth_str s, size_t i, char quote)
{
    if (s.ptr[i] == '\\')
        return i + 1 < s.len ? 2 : 1;
    if (s.ptr[i] == quote || s.ptr[i] == '\n') {
        h->inner = HEARTH__INNER_CODE;
        h->slash = HEARTH__SLASH_DIVIDES;
    }
    return 1;
}

/* ---- CSS ------------------------------------------------------------------------------- */

hearth__url_state hearth__url_scheme(hearth_str name)
{
    static const char *const code[] = {"javascript", "vbscript", "livescript", "mocha",
                                       "data",       "jar",      "view-source"};

    while (name.len > 0 && (unsigned char)name.ptr[0] <= 0x20)
        name = hearth__str(name.ptr + 1, name.len - 1);
    for (size_t i = 0; i < name.len; i++)
        if (!hearth__is_alpha(name.ptr[i]) && !hearth__is_digit(name.ptr[i]) &&
            name.ptr[i] != '+' && name.ptr[i] != '-' && name.ptr[i] != '.')
            return HEARTH__URL_CODE; /* white space within: browsers overlook it */
    for (size_t i = 0; i < sizeof code / sizeof *code; i++)
        if (hearth__str_ieq(name, hearth__str_of(code[i])))
            return HEARTH__URL_CODE;
    return HEARTH__URL_SET;
}

/* A URL in quotes goes on with the character at i. */
static void url_step(hearth__html *h, hearth_str s, size_t i)
{
    size_t begin = i;
    char c = s.ptr[i];

    if (h->url == HEARTH__URL_SLASH)
        h->url = HEARTH__URL_SET;
    if (h->url == HEARTH__URL_SET || h->url == HEARTH__URL_CODE)
        return;
    while (begin > 0 && s.ptr[begin - 1] != '"' && s.ptr[begin - 1] != '\'')
        begin--;
    if (c == '/' || c == '?' || c == '#')
        h->url = HEARTH__URL_SET;
    else if (c == ':' && begin > 0)
        h->url = (uint8_t)hearth__url_scheme(hearth__str(s.ptr + begin, i - begin));
    else if (c == ':' || c == '\\')
        h->url = HEARTH__URL_CODE;
    else
        h->url = HEARTH__URL_OPEN;
}

static size_t css_code(hearth__html *h, hearth_str s, size_t i)
{
    char c = s.ptr[i];

    if (c == '"' || c == '\'') {
        h->inner = c == '"' ? HEARTH__INNER_DOUBLE : HEARTH__INNER_SINGLE;
    } else if (c == '/' && at(s, i + 1) == '*') {
        h->inner = HEARTH__INNER_COMMENT;
        return 2;
    } else if (hearth__str_istarts(hearth__str(s.ptr + i, s.len - i),
                                   HEARTH__S("url("))) {
        size_t n = 4;

        while (at(s, i + n) == ' ' || at(s, i + n) == '\t' || at(s, i + n) == '\n')
            n++;
        h->inner = at(s, i + n) == '"'    ? HEARTH__INNER_URL_DOUBLE
                   : at(s, i + n) == '\'' ? HEARTH__INNER_URL_SINGLE
                                          : HEARTH__INNER_URL;
        h->url = HEARTH__URL_START;
        return h->inner == HEARTH__INNER_URL ? n : n + 1;
    } else if (c == '\\') {
        return i + 1 < s.len ? 2 : 1;
    }
    return 1;
}

size_t hearth__css_step(hearth__html *h, hearth_str s, size_t i)
{
    char c = s.ptr[i];

    switch (h->inner) {
    case HEARTH__INNER_CODE:
        return css_code(h, s, i);
    case HEARTH__INNER_DOUBLE:
        return quoted(h, s, i, '"');
    case HEARTH__INNER_SINGLE:
        return quoted(h, s, i, '\'');
    case HEARTH__INNER_COMMENT:
        if (c != '*' || at(s, i + 1) != '/')
            return 1;
        h->inner = HEARTH__INNER_CODE;
        return 2;
    case HEARTH__INNER_URL:
        if (c == ')')
            h->inner = HEARTH__INNER_CODE;
        return c == '\\' && i + 1 < s.len ? 2 : 1;
    case HEARTH__INNER_URL_DOUBLE:
    case HEARTH__INNER_URL_SINGLE:
        url_step(h, s, i);
        return quoted(h, s, i, h->inner == HEARTH__INNER_URL_DOUBLE ? '"' : '\'');
    default:
        return 1;
    }
}

/* ---- JavaScript ------------------------------------------------------------------------ */

/* What a '/' behind a word is: a pattern where the word asks for a value. */
static uint8_t behind_word(hearth_str word)
{
    static const char *const before[] = {"case",   "delete",     "do",     "else",
                                         "in",     "instanceof", "return", "throw",
                                         "typeof", "void"};
    /* Names as well as words of the language, by what is around. */
    static const char *const either[] = {"await", "of", "yield", "break", "continue"};

    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (hearth__str_eq(word, hearth__str_of(before[i])))
            return HEARTH__SLASH_REGEX;
    for (size_t i = 0; i < sizeof either / sizeof *either; i++)
        if (hearth__str_eq(word, hearth__str_of(either[i])))
            return HEARTH__SLASH_UNKNOWN;
    return HEARTH__SLASH_DIVIDES;
}

static size_t js_word(hearth__html *h, hearth_str s, size_t i)
{
    bool member = i > 0 && s.ptr[i - 1] == '.'; /* x.in / 2 */
    size_t n = 0;

    while (is_word(at(s, i + n)))
        n++;
    h->slash = behind_word(hearth__str(s.ptr + i, n));
    if (member && h->slash != HEARTH__SLASH_DIVIDES)
        h->slash = HEARTH__SLASH_UNKNOWN; /* or it is the end of "..." */
    return n;
}

static size_t js_slash(hearth__html *h, char next)
{
    if (next == '/' || next == '*') {
        h->inner = next == '/' ? HEARTH__INNER_LINE : HEARTH__INNER_COMMENT;
        return 2;
    }
    if (h->slash == HEARTH__SLASH_UNKNOWN)
        h->inner = HEARTH__INNER_LOST;
    else if (h->slash == HEARTH__SLASH_REGEX)
        h->inner = HEARTH__INNER_REGEX;
    else
        h->slash = HEARTH__SLASH_REGEX; /* behind a division an operand comes */
    return 1;
}

/* A brace; that of `${` ends its code. */
static void js_brace(hearth__html *h, char c)
{
    uint8_t *open = h->depth == 0 ? NULL : &h->braces[h->depth - 1];

    /* Behind a block a pattern may begin, a map in braces can be divided. */
    h->slash = c == '{' ? HEARTH__SLASH_REGEX : HEARTH__SLASH_UNKNOWN;
    if (open == NULL)
        return;
    if (c == '{') {
        if (*open == UINT8_MAX)
            h->inner = HEARTH__INNER_LOST;
        else
            ++*open;
    } else if (*open > 0) {
        --*open;
    } else {
        h->depth--;
        h->inner = HEARTH__INNER_TEMPLATE;
    }
}

static size_t js_code(hearth__html *h, hearth_str s, size_t i)
{
    char c = s.ptr[i];

    if (is_word(c))
        return js_word(h, s, i);
    switch (c) {
    case ' ':
    case '\t':
    case '\n':
    case '\r':
        return 1;
    case '"':
    case '\'':
        h->inner = c == '"' ? HEARTH__INNER_DOUBLE : HEARTH__INNER_SINGLE;
        return 1;
    case '`':
        h->inner = HEARTH__INNER_TEMPLATE;
        return 1;
    case '/':
        return js_slash(h, at(s, i + 1));
    case '{':
    case '}':
        js_brace(h, c);
        return 1;
    case ']':
        h->slash = HEARTH__SLASH_DIVIDES;
        return 1;
    case ')': /* (a) / b, or if (a) /b/.test() */
        h->slash = HEARTH__SLASH_UNKNOWN;
        return 1;
    case '+':
    case '-':
        /* x++ / y, or ++/y/.z */
        if (at(s, i + 1) == c) {
            h->slash = HEARTH__SLASH_UNKNOWN;
            return 2;
        }
        break;
    case '<':
        /* An old comment, with rules of its own. */
        if (hearth__str_starts(hearth__str(s.ptr + i, s.len - i), HEARTH__S("<!--")))
            h->inner = HEARTH__INNER_LOST;
        break;
    default:
        break;
    }
    h->slash = HEARTH__SLASH_REGEX;
    return 1;
}

static size_t js_template(hearth__html *h, hearth_str s, size_t i)
{
    if (s.ptr[i] == '\\')
        return i + 1 < s.len ? 2 : 1;
    if (s.ptr[i] == '`') {
        h->inner = HEARTH__INNER_CODE;
        h->slash = HEARTH__SLASH_DIVIDES;
    } else if (s.ptr[i] == '$' && at(s, i + 1) == '{') {
        if (h->depth == HEARTH__JS_DEPTH) {
            h->inner = HEARTH__INNER_LOST;
            return 2;
        }
        h->braces[h->depth++] = 0;
        h->inner = HEARTH__INNER_CODE;
        h->slash = HEARTH__SLASH_REGEX;
        return 2;
    }
    return 1;
}

static size_t js_regex(hearth__html *h, hearth_str s, size_t i)
{
    char c = s.ptr[i];

    if (c == '\\')
        return i + 1 < s.len ? 2 : 1;
    if (h->inner == HEARTH__INNER_CLASS) {
        if (c == ']')
            h->inner = HEARTH__INNER_REGEX;
    } else if (c == '[') {
        h->inner = HEARTH__INNER_CLASS;
    } else if (c == '/') {
        h->inner = HEARTH__INNER_CODE;
        h->slash = HEARTH__SLASH_DIVIDES;
    }
    if (c == '\n')
        h->inner = HEARTH__INNER_LOST; /* a pattern does not go over lines: it was none */
    return 1;
}

size_t hearth__js_step(hearth__html *h, hearth_str s, size_t i)
{
    switch (h->inner) {
    case HEARTH__INNER_CODE:
        return js_code(h, s, i);
    case HEARTH__INNER_DOUBLE:
        return quoted(h, s, i, '"');
    case HEARTH__INNER_SINGLE:
        return quoted(h, s, i, '\'');
    case HEARTH__INNER_TEMPLATE:
        return js_template(h, s, i);
    case HEARTH__INNER_REGEX:
    case HEARTH__INNER_CLASS:
        return js_regex(h, s, i);
    case HEARTH__INNER_LINE:
        /* U+2028 and U+2029 end a line as well. */
        if (s.ptr[i] == '\n' || (at(s, i) == '\xe2' && at(s, i + 1) == '\x80' &&
                                 (at(s, i + 2) == '\xa8' || at(s, i + 2) == '\xa9')))
            h->inner = HEARTH__INNER_CODE;
        return 1;
    case HEARTH__INNER_COMMENT:
        if (s.ptr[i] != '*' || at(s, i + 1) != '/')
            return 1;
        h->inner = HEARTH__INNER_CODE;
        return 2;
    default:
        return 1;
    }
}
