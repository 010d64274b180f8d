/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The filters indent and wordwrap.  Wrapping breaks where Python's textwrap would: at white
 * space, behind the hyphen of a compound word, before and behind a dash, and within a word
 * only if it is longer than a line.
 */
#include "core/letter.h"
#include "tmpl/escape.h"
#include "tmpl/filter.h"

#define WIDEST 10000 /* columns */

/* ---- indent --------------------------------------------------------------------------- */

/* What each line is indented by, in a buffer of its own. */
static int indention(hearth_template_call *c, hearth__buf *b)
{
    hearth_str s;
    int64_t width;
    int rc;

    if (hearth__arg_given(c, 0) && hearth__v_is_text(c->args[0])) {
        s = hearth__v_bytes(c->args[0]);
        if (hearth__v_is_html(c->value) && !hearth__v_is_html(c->args[0]))
            hearth__escape_html(b, s);
        else
            hearth__buf_str(b, s);
        return 0;
    }
    rc = hearth__arg_range(c, 0, 4, INT32_MIN, WIDEST, &width);
    for (; rc == 0 && width > 0; width--)
        hearth__buf_char(b, ' ');
    return rc;
}

static int indent(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c), space = hearth__out_buf(c);
    hearth_str rest, line, by;
    bool first, blank, start = true, open;
    int rc = hearth__arg_value(c, &rest);

    if (rc == 0)
        rc = indention(c, &space);
    if (rc == 0)
        rc = hearth__arg_bool(c, 1, false, &first);
    if (rc == 0)
        rc = hearth__arg_bool(c, 2, false, &blank);
    if (rc != 0)
        return rc;
    by = hearth__buf_view(&space);
    open = rest.len == 0; /* a line is there even if it is empty */
    while (hearth__line_next(&rest, &line) || open) {
        if (open)
            line = HEARTH__S("");
        if (!start)
            hearth__buf_char(&b, '\n');
        if (start ? first : line.len > 0 || blank)
            hearth__buf_str(&b, by);
        hearth__buf_str(&b, line);
        start = false;
        /* A line break at the end has an empty line behind it. */
        open = !open && rest.len == 0 && line.ptr + line.len != rest.ptr;
    }
    return hearth__v_buf(c->render, &b, hearth__mark(c->value), out);
}

/* ---- wordwrap ------------------------------------------------------------------------- */

typedef struct wrapping {
    hearth__buf *out;
    size_t width;
    bool break_words, break_hyphens;
    hearth_str between;
    bool any; /* a line has been written */
} wrapping;

static bool is_space(uint32_t cp)
{
    return (cp >= 9 && cp <= 13) || cp == ' ';
}

static uint32_t char_before(hearth_str s, size_t i, size_t *n)
{
    size_t at = i;

    do
        at--;
    while (at > 0 && i - at < 4 && ((unsigned char)s.ptr[at] & 0xc0) == 0x80);
    *n = i - at;
    return hearth__char_at(hearth__str(s.ptr, i), at, &(size_t){0});
}

static bool word_or_sign(uint32_t cp)
{
    return hearth__letter_is_word(cp) || cp == '!' || cp == '"' || cp == '\'' ||
           cp == '&' || cp == '.' || cp == ',' || cp == '?';
}

/* May a line break behind the hyphen at i: "twenty-five", "a-b-cd", not "a-b" or "--"? */
static bool breaks_behind(hearth_str s, size_t i)
{
    size_t n, m;
    uint32_t before, after;

    if (i == 0)
        return false;
    before = char_before(s, i, &n);
    if (hearth__letter_is_alpha(before)) {
        if (i == n || !hearth__letter_is_alpha(char_before(s, i - n, &m)))
            return false;
    } else {
        return false;
    }
    if (i + 1 >= s.len || !hearth__letter_is_alpha(hearth__char_at(s, i + 1, &n)))
        return false;
    i += 1 + n;
    if (i >= s.len)
        return false;
    after = hearth__char_at(s, i, &n);
    if (after == '-' && i + 1 < s.len)
        after = hearth__char_at(s, i + 1, &n);
    return hearth__letter_is_alpha(after);
}

/* A dash between words: two hyphens or more at i, with a word on both sides. */
static size_t dash_at(hearth_str s, size_t i)
{
    size_t end = i, n;

    while (end < s.len && s.ptr[end] == '-')
        end++;
    if (end - i < 2 || i == 0 || end == s.len || !word_or_sign(char_before(s, i, &n)) ||
        !hearth__letter_is_word(hearth__char_at(s, end, &n)))
        return 0;
    return end - i;
}

/* The part of a line at its start that is not broken further. */
static hearth_str next_chunk(const wrapping *w, hearth_str whole, size_t from)
{
    size_t i = from, n;

    if (is_space(hearth__char_at(whole, i, &n))) {
        while (i < whole.len && is_space(hearth__char_at(whole, i, &n)))
            i += n;
        return hearth__str(whole.ptr + from, i - from);
    }
    if (w->break_hyphens && (n = dash_at(whole, i)) > 0)
        return hearth__str(whole.ptr + from, n);
    while (i < whole.len && !is_space(hearth__char_at(whole, i, &n))) {
        if (w->break_hyphens && whole.ptr[i] == '-') {
            if (i > from && dash_at(whole, i) > 0)
                break;
            if (breaks_behind(whole, i)) {
                i++;
                break;
            }
        }
        i += n;
    }
    return hearth__str(whole.ptr + from, i - from);
}

static void put_line(wrapping *w, hearth_str line)
{
    if (w->any)
        hearth__buf_str(w->out, w->between);
    hearth__buf_str(w->out, line);
    w->any = true;
}

/* How many bytes of a word that is longer than a line go on this one. */
static size_t part_of_word(const wrapping *w, hearth_str word, size_t room)
{
    size_t end = hearth__char_offset(word, room);

    for (size_t i = end; w->break_hyphens && i > 1; i--)
        if (word.ptr[i - 1] == '-') {
            size_t signs = 0;

            while (signs < i - 1 && word.ptr[signs] == '-')
                signs++;
            return signs < i - 1 ? i : end;
        }
    return end;
}

/* One line of the text, without its end. */
static void wrap_line(wrapping *w, hearth_str s)
{
    size_t at = 0;
    bool lines = false;

    while (at < s.len) {
        size_t begin, used = 0, end;

        if (lines) { /* white space where a line was broken goes */
            hearth_str c = next_chunk(w, s, at);
            size_t n;

            if (is_space(hearth__char_at(c, 0, &n)))
                at += c.len;
            if (at == s.len)
                break;
        }
        begin = end = at;
        while (at < s.len) {
            hearth_str c = next_chunk(w, s, at);
            size_t n = hearth__utf8_count(c);

            if (used + n > w->width) {
                if (n > w->width && w->break_words)
                    at += part_of_word(w, c, w->width - used);
                else if (used == 0)
                    at += c.len;
                break;
            }
            used += n;
            at += c.len;
        }
        end = at;
        /* and white space at its end */
        for (size_t n; end > begin && is_space(char_before(s, end, &n));)
            end -= n;
        if (end > begin) {
            put_line(w, hearth__str(s.ptr + begin, end - begin));
            lines = true;
        } else {
            lines = lines || at > begin;
        }
    }
}

static int wordwrap(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str rest, line;
    int64_t width;
    wrapping w = {.out = &b};
    bool first = true;
    int rc = hearth__arg_value(c, &rest);

    if (rc == 0)
        rc = hearth__arg_range(c, 0, 79, 1, WIDEST, &width);
    if (rc == 0)
        rc = hearth__arg_bool(c, 1, true, &w.break_words);
    if (rc == 0)
        rc = hearth__arg_text(c, 2, "\n", &w.between);
    if (rc == 0)
        rc = hearth__arg_bool(c, 3, true, &w.break_hyphens);
    if (rc != 0)
        return rc;
    w.width = (size_t)width;
    while (hearth__line_next(&rest, &line)) {
        if (!first)
            hearth__buf_str(&b, w.between);
        first = false;
        w.any = false;
        wrap_line(&w, line);
    }
    return hearth__v_buf(c->render, &b, 0, out);
}

const hearth__builtin hearth__filters_wrap[] = {
    {"indent", indent, "width? first? blank?", NULL},
    {"wordwrap", wordwrap, "width? break_long_words? wrapstring? break_on_hyphens?",
     NULL},
    {NULL, NULL, NULL, NULL},
};
