/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Filters that change the case of letters, of all scripts.  In HTML they change the letters
 * of its elements and references as well, which mean the same in either case, so the mark
 * stays.
 */
#include "core/letter.h"
#include "tmpl/filter.h"

int hearth__filter_upper(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str s;
    int rc = hearth__arg_value(c, &s);

    if (rc != 0)
        return rc;
    hearth__letter_put_upper(&b, s);
    return hearth__v_buf(c->render, &b, hearth__mark(c->value), out);
}

int hearth__filter_lower(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str s;
    int rc = hearth__arg_value(c, &s);

    if (rc != 0)
        return rc;
    hearth__letter_put_lower(&b, s);
    return hearth__v_buf(c->render, &b, hearth__mark(c->value), out);
}

/* The first character of s, as change makes it; returns its bytes in s. */
static size_t put_first(hearth__buf *b, hearth_str s,
                        size_t (*change)(uint32_t cp, uint32_t out[3]))
{
    uint32_t cp, to[3];
    char bytes[4];
    size_t n = hearth__utf8_next(s, &cp);

    if (n == 0) {
        hearth__buf_add(b, s.ptr, s.len > 0);
        return s.len > 0;
    }
    for (size_t i = 0, many = change(cp, to); i < many; i++)
        hearth__buf_add(b, bytes, hearth__utf8_put(to[i], bytes));
    return n;
}

int hearth__filter_capitalize(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str s;
    size_t n;
    int rc = hearth__arg_value(c, &s);

    if (rc != 0)
        return rc;
    n = put_first(&b, s, hearth__letter_title);
    hearth__letter_put_lower(&b, hearth__str(s.ptr + n, s.len - n));
    return hearth__v_buf(c->render, &b, hearth__mark(c->value), out);
}

/* What ends a word for the filter title: it's "It's" and not "It'S". */
static bool between_words(uint32_t cp)
{
    return cp == '-' || cp == '(' || cp == '{' || cp == '[' || cp == '<' ||
           hearth__letter_is_space(cp);
}

static int title(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str s;
    int rc = hearth__arg_value(c, &s);

    if (rc != 0)
        return rc;
    for (size_t i = 0, n; i < s.len;) {
        size_t end = i;

        while (end < s.len && !between_words(hearth__char_at(s, end, &n)))
            end += n;
        i += put_first(&b, hearth__str(s.ptr + i, end - i), hearth__letter_upper);
        hearth__letter_put_lower(&b, hearth__str(s.ptr + i, end - i));
        for (i = end; i < s.len && between_words(hearth__char_at(s, i, &n)); i += n)
            hearth__buf_add(&b, s.ptr + i, n);
    }
    return hearth__v_buf(c->render, &b, 0, out);
}

/* As the method does it: each run of letters is a word. */
int hearth__filter_title_words(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str s;
    int rc = hearth__arg_value(c, &s);

    if (rc != 0)
        return rc;
    for (size_t i = 0, n; i < s.len;) {
        size_t end = i;

        while (end < s.len && hearth__letter_is_alpha(hearth__char_at(s, end, &n)))
            end += n;
        i += put_first(&b, hearth__str(s.ptr + i, end - i), hearth__letter_title);
        hearth__letter_put_lower(&b, hearth__str(s.ptr + i, end - i));
        for (i = end; i < s.len && !hearth__letter_is_alpha(hearth__char_at(s, i, &n));
             i += n)
            hearth__buf_add(&b, s.ptr + i, n);
    }
    return hearth__v_buf(c->render, &b, hearth__mark(c->value), out);
}

const hearth__builtin hearth__filters_case[] = {
    {"capitalize", hearth__filter_capitalize, NULL, NULL},
    {"lower", hearth__filter_lower, NULL, NULL},
    {"title", title, NULL, NULL},
    {"upper", hearth__filter_upper, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};
