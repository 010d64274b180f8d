/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Cutting a source into text and tags.  White space control is done here, so that nothing later
 * knows of it: a '-' takes all white space on its side, a '+' keeps what the options would
 * take.
 */

#include "tmpl/lex.h"

#include "core/str.h"
#include "core/utf8.h"

#include <errno.h>
#include <stdlib.h>

void hearth__lex_init(hearth__lex *lex, hearth__arena *arena, hearth_str name,
                      hearth_str source, const hearth_templates_opts *opts,
                      hearth_template_error *err)
{
    *lex = (hearth__lex){.arena = arena,
                         .name = name,
                         .source = source,
                         .err = err,
                         .trim_blocks = opts != NULL && opts->trim_blocks,
                         .lstrip_blocks = opts != NULL && opts->lstrip_blocks};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static char peek(const hearth__lex *lex, size_t ahead)
{
    return lex->pos + ahead < lex->source.len ? lex->source.ptr[lex->pos + ahead] : '\0';
}

static bool looking_at(const hearth__lex *lex, size_t pos, const char *what)
{
    size_t n = strlen(what);

    return n <= lex->source.len - pos && memcmp(lex->source.ptr + pos, what, n) == 0;
}

/* ---- text ---------------------------------------------------------------------------- */

/* Where the next "{{", "{%" or "{#" is, or the end. */
static size_t find_tag(const hearth__lex *lex, size_t from)
{
    const char *p = lex->source.ptr + from, *end = lex->source.ptr + lex->source.len;

    while (p < end && (p = memchr(p, '{', (size_t)(end - p))) != NULL) {
        if (p + 1 < end && (p[1] == '{' || p[1] == '%' || p[1] == '#'))
            return (size_t)(p - lex->source.ptr);
        p++;
    }
    return lex->source.len;
}

/* The end of the text before a tag at `tag`, without what that tag takes away. */
static size_t end_of_text(const hearth__lex *lex, size_t begin, size_t tag)
{
    size_t end = tag;
    char control = tag + 2 < lex->source.len ? lex->source.ptr[tag + 2] : '\0';

    if (tag >= lex->source.len)
        return end;
    if (control == '-') {
        while (end > begin && is_space(lex->source.ptr[end - 1]))
            end--;
        return end;
    }
    if (control == '+' || !lex->lstrip_blocks || lex->source.ptr[tag + 1] == '{')
        return end;
    while (end > begin && is_space(lex->source.ptr[end - 1]) &&
           lex->source.ptr[end - 1] != '\n')
        end--;
    /* Only when nothing but white space stands before the tag in its line. */
    if (end == 0 || lex->source.ptr[end - 1] == '\n')
        return end;
    return tag;
}

/* Skip what the tag before takes away. */
static void skip_after_tag(hearth__lex *lex)
{
    if (lex->strip_next)
        while (lex->pos < lex->source.len && is_space(lex->source.ptr[lex->pos]))
            lex->pos++;
    else if (lex->trim_next && peek(lex, 0) == '\n')
        lex->pos++;
    lex->strip_next = lex->trim_next = false;
}

/* Behind "{#": to behind "#}". */
static bool skip_comment(hearth__lex *lex)
{
    size_t begin = lex->pos;

    for (lex->pos += 2; lex->pos + 1 < lex->source.len; lex->pos++) {
        if (!looking_at(lex, lex->pos, "#}"))
            continue;
        lex->strip_next = lex->pos > begin + 2 && lex->source.ptr[lex->pos - 1] == '-';
        lex->trim_next = lex->trim_blocks && lex->source.ptr[lex->pos - 1] != '+';
        lex->pos += 2;
        return true;
    }
    hearth__lex_fail(lex, begin, HEARTH_EINVAL,
                     "this comment does not end: \"#}\" is missing");
    return false;
}

/* ---- raw ----------------------------------------------------------------------------- */

static size_t skip_spaces(const hearth__lex *lex, size_t p)
{
    while (p < lex->source.len && is_space(lex->source.ptr[p]))
        p++;
    return p;
}

/* Is there a tag {% word %} at p?  Returns where it ends, or 0; *strip, *keep: its end has a '-',
 * a '+'. */
static size_t word_tag(const hearth__lex *lex, size_t p, const char *word, bool *strip,
                       bool *keep)
{
    if (!looking_at(lex, p, "{%"))
        return 0;
    p += 2;
    if (p < lex->source.len && (lex->source.ptr[p] == '-' || lex->source.ptr[p] == '+'))
        p++;
    p = skip_spaces(lex, p);
    if (!looking_at(lex, p, word))
        return 0;
    p = skip_spaces(lex, p + strlen(word));
    *strip = p < lex->source.len && lex->source.ptr[p] == '-';
    *keep = p < lex->source.len && lex->source.ptr[p] == '+';
    p += *strip || *keep;
    return p < lex->source.len && looking_at(lex, p, "%}") ? p + 2 : 0;
}

/* What is between {% raw %} and {% endraw %}, of which the first ends at `begin`. */
static hearth__part raw_text(hearth__lex *lex, size_t begin, bool strip, bool keep)
{
    size_t opened = lex->pos, end;
    bool end_strip, end_keep;

    lex->pos = begin;
    lex->strip_next = strip;
    lex->trim_next = lex->trim_blocks && !keep;
    skip_after_tag(lex);
    for (size_t p = lex->pos; (p = find_tag(lex, p)) < lex->source.len; p++) {
        end = word_tag(lex, p, "endraw", &end_strip, &end_keep);
        if (end == 0)
            continue;
        lex->at = lex->pos;
        lex->text = hearth__str(lex->source.ptr + lex->pos,
                                end_of_text(lex, lex->pos, p) - lex->pos);
        lex->pos = end;
        lex->strip_next = end_strip;
        lex->trim_next = lex->trim_blocks && !end_keep;
        return HEARTH__PART_TEXT;
    }
    hearth__lex_fail(lex, opened, HEARTH_EINVAL, "{%% raw %%} has no {%% endraw %%}");
    return HEARTH__PART_FAILED;
}

/* ---- parts --------------------------------------------------------------------------- */

static hearth__part open_tag(hearth__lex *lex)
{
    bool strip, keep;
    size_t raw = word_tag(lex, lex->pos, "raw", &strip, &keep);

    if (raw != 0)
        return raw_text(lex, raw, strip, keep);
    lex->at = lex->pos;
    lex->in_put = peek(lex, 1) == '{';
    lex->pos += 2;
    if (peek(lex, 0) == '-' || peek(lex, 0) == '+')
        lex->pos++;
    lex->brackets = 0;
    return lex->in_put ? HEARTH__PART_PUT : HEARTH__PART_TAG;
}

hearth__part hearth__lex_part(hearth__lex *lex)
{
    for (;;) {
        size_t tag;

        skip_after_tag(lex);
        if (lex->pos >= lex->source.len)
            return HEARTH__PART_END;
        tag = find_tag(lex, lex->pos);
        if (tag > lex->pos) {
            lex->at = lex->pos;
            lex->text = hearth__str(lex->source.ptr + lex->pos,
                                    end_of_text(lex, lex->pos, tag) - lex->pos);
            lex->pos = tag;
            if (lex->text.len > 0)
                return HEARTH__PART_TEXT;
        } else if (peek(lex, 1) != '#') {
            return open_tag(lex);
        } else if (!skip_comment(lex)) {
            return HEARTH__PART_FAILED;
        }
    }
}

/* ---- tokens -------------------------------------------------------------------------- */

static hearth__token token_failed(hearth__lex *lex, size_t at, const char *what)
{
    hearth__lex_fail(lex, at, HEARTH_EINVAL, "%s", what);
    return lex->token = HEARTH__TOKEN_FAILED;
}

static bool is_name_start(char c)
{
    return hearth__is_alpha(c) || c == '_' || (unsigned char)c >= 0x80;
}

static hearth__token lex_name(hearth__lex *lex)
{
    size_t begin = lex->pos;

    while (is_name_start(peek(lex, 0)) || hearth__is_digit(peek(lex, 0)))
        lex->pos++;
    lex->text = hearth__str(lex->source.ptr + begin, lex->pos - begin);
    if (!hearth__utf8_valid(lex->text))
        return token_failed(lex, begin, "this is not UTF-8");
    return lex->token = HEARTH__TOKEN_NAME;
}

static int base_of(char c)
{
    switch (hearth__lower(c)) {
    case 'x':
        return 16;
    case 'o':
        return 8;
    case 'b':
        return 2;
    default:
        return 10;
    }
}

static hearth__token lex_integer(hearth__lex *lex, hearth_str digits, int base)
{
    uint64_t n = 0;

    for (size_t i = 0; i < digits.len; i++) {
        int d = hearth__hex_digit(digits.ptr[i]);

        if (d < 0 || d >= base)
            return token_failed(lex, lex->at, "this is no number");
        if (__builtin_mul_overflow(n, (uint64_t)base, &n) ||
            __builtin_add_overflow(n, (uint64_t)d, &n) || n > INT64_MAX)
            return token_failed(lex, lex->at, "this number does not fit into 64 bits");
    }
    if (digits.len == 0)
        return token_failed(lex, lex->at, "this is no number");
    lex->integer = (int64_t)n;
    return lex->token = HEARTH__TOKEN_INT;
}

/* Letters, digits and underscores; with a point and an exponent when it is decimal. */
static hearth__token lex_number(hearth__lex *lex)
{
    char digits[64];
    size_t n = 0;
    int base = peek(lex, 0) == '0' ? base_of(peek(lex, 1)) : 10;
    bool real = false;

    lex->pos += base == 10 ? 0 : 2;
    for (;; lex->pos++) {
        char c = peek(lex, 0), next = peek(lex, 1);

        if (c == '_' && n > 0)
            continue;
        if (base == 10 && c == '.' && hearth__is_digit(next) && !real)
            real = true;
        else if (base == 10 && hearth__lower(c) == 'e' &&
                 (hearth__is_digit(next) ||
                  ((next == '+' || next == '-') && hearth__is_digit(peek(lex, 2)))))
            real = true;
        else if (!hearth__is_digit(c) && (base != 16 || hearth__hex_digit(c) < 0) &&
                 !(real && (c == '+' || c == '-') && hearth__lower(digits[n - 1]) == 'e'))
            break;
        if (n == sizeof digits - 1)
            return token_failed(lex, lex->at, "this number is too long");
        digits[n++] = c;
    }
    if (is_name_start(peek(lex, 0)))
        return token_failed(lex, lex->at, "this is neither a number nor a name");
    if (!real)
        return lex_integer(lex, hearth__str(digits, n), base);
    if (!hearth__str_f64(hearth__str(digits, n), &lex->real))
        return token_failed(lex, lex->at, "this is no number");
    return lex->token = HEARTH__TOKEN_FLOAT;
}

/* ---- texts in quotes ----------------------------------------------------------------- */

/* The code point of \xHH, \uHHHH, \UHHHHHHHH; false when it is none. */
static bool escape_digits(hearth__lex *lex, int n, hearth__buf *b)
{
    uint32_t cp = 0;
    char bytes[4];
    size_t len;

    for (int i = 0; i < n; i++) {
        int d = hearth__hex_digit(peek(lex, 0));

        if (d < 0 || cp > 0xffffff)
            return false;
        cp = cp << 4 | (uint32_t)d;
        lex->pos++;
    }
    len = hearth__utf8_put(cp, bytes);
    hearth__buf_add(b, bytes, len);
    return len > 0;
}

/* Behind the backslash; what Python does not know stays as it is. */
static bool lex_escape(hearth__lex *lex, hearth__buf *b)
{
    static const char from[] = "abfnrtv\\'\"", to[] = "\a\b\f\n\r\t\v\\'\"";
    char c = peek(lex, 0);
    const char *found = c == '\0' ? NULL : strchr(from, c);

    lex->pos++;
    if (found != NULL) {
        hearth__buf_char(b, to[found - from]);
        return true;
    }
    switch (c) {
    case '\n':
        return true;
    case 'x':
        return escape_digits(lex, 2, b);
    case 'u':
        return escape_digits(lex, 4, b);
    case 'U':
        return escape_digits(lex, 8, b);
    default:
        hearth__buf_char(b, '\\');
        hearth__buf_char(b, c);
        return true;
    }
}

static hearth__token lex_text(hearth__lex *lex)
{
    char quote = lex->source.ptr[lex->pos++];
    hearth__buf b;

    hearth__buf_init(&b, lex->arena, 0);
    for (;;) {
        size_t run = lex->pos;

        while (lex->pos < lex->source.len && peek(lex, 0) != quote &&
               peek(lex, 0) != '\\')
            lex->pos++;
        hearth__buf_add(&b, lex->source.ptr + run, lex->pos - run);
        if (lex->pos >= lex->source.len)
            return token_failed(lex, lex->at, "this text has no closing quote");
        if (lex->source.ptr[lex->pos++] == quote)
            break;
        if (lex->pos >= lex->source.len || !lex_escape(lex, &b))
            return token_failed(lex, lex->at,
                                "an escape in this text is none: \\xHH, \\uHHHH, \\n and "
                                "the like are");
    }
    if (b.failed) {
        hearth__lex_fail(lex, lex->at, HEARTH_ENOMEM, "out of memory");
        return lex->token = HEARTH__TOKEN_FAILED;
    }
    lex->text = hearth__buf_view(&b);
    return lex->token = HEARTH__TOKEN_TEXT;
}

/* ---- signs --------------------------------------------------------------------------- */

/* Is this the end of the tag?  Then *len is its length. */
static bool at_end(const hearth__lex *lex, size_t *len, char *control)
{
    const char *end = lex->in_put ? "}}" : "%}";
    size_t skip = 0;

    *control = peek(lex, 0);
    if (*control == '-' || (*control == '+' && !lex->in_put))
        skip = 1;
    *len = skip + 2;
    return lex->pos + skip < lex->source.len && looking_at(lex, lex->pos + skip, end);
}

static hearth__token lex_sign(hearth__lex *lex)
{
    static const char *const two[] = {"**", "//", "==", "!=", "<=", ">="};
    char c = peek(lex, 0);

    lex->token = HEARTH__TOKEN_SIGN;
    for (size_t i = 0; i < sizeof two / sizeof *two; i++)
        if (looking_at(lex, lex->pos, two[i])) {
            lex->sign = HEARTH__SIGN(two[i][0], two[i][1]);
            lex->pos += 2;
            return lex->token;
        }
    if (c == '\0' || strchr("+-*/%~<>=()[]{}.,:|", c) == NULL)
        return token_failed(lex, lex->at,
                            "this character has no meaning in a template's tags");
    if (c == '(' || c == '[' || c == '{')
        lex->brackets++;
    else if ((c == ')' || c == ']' || c == '}') && lex->brackets > 0)
        lex->brackets--;
    lex->sign = HEARTH__SIGN(c, 0);
    lex->pos++;
    return lex->token;
}

hearth__token hearth__lex_next(hearth__lex *lex)
{
    size_t len;
    char control, c;

    if (lex->token == HEARTH__TOKEN_FAILED)
        return lex->token;
    lex->pos = skip_spaces(lex, lex->pos);
    lex->at = lex->pos;
    if (lex->pos >= lex->source.len)
        return token_failed(lex, lex->at,
                            lex->in_put ? "this tag does not end: \"}}\" is missing"
                                        : "this tag does not end: \"%}\" is missing");
    if (lex->brackets == 0 && at_end(lex, &len, &control)) {
        lex->pos += len;
        lex->strip_next = control == '-';
        lex->trim_next = !lex->in_put && lex->trim_blocks && control != '+';
        return lex->token = HEARTH__TOKEN_END;
    }
    c = peek(lex, 0);
    if (is_name_start(c))
        return lex_name(lex);
    if (hearth__is_digit(c))
        return lex_number(lex);
    if (c == '"' || c == '\'')
        return lex_text(lex);
    return lex_sign(lex);
}
