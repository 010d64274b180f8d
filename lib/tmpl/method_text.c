/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Methods of texts: those of Python that templates use.  Positions count characters.
 */
#include "core/letter.h"
#include "tmpl/escape.h"
#include "tmpl/filter.h"

/* ---- ends ------------------------------------------------------------------------------- */

static int strip_at(hearth_template_call *c, unsigned where, hearth_value *out)
{
    hearth_str s = hearth__v_bytes(c->value), set;

    HEARTH_TRY(hearth__arg_text(c, 0, NULL, &set));
    if (hearth__arg_given(c, 0) && c->args[0].kind != HEARTH_VALUE_NONE)
        return hearth__out_text(c, hearth__chars_trim(s, set, where), 0, out);
    return hearth__out_text(c, hearth__space_trim(s, where), hearth__mark(c->value), out);
}

static int strip(hearth_template_call *c, hearth_value *out)
{
    return strip_at(c, 3, out);
}

static int lstrip(hearth_template_call *c, hearth_value *out)
{
    return strip_at(c, 1, out);
}

static int rstrip(hearth_template_call *c, hearth_value *out)
{
    return strip_at(c, 2, out);
}

/* s[start:end], and the byte where that begins. */
static int part_of(hearth_template_call *c, size_t start_arg, hearth_str *out, size_t *at)
{
    hearth_str s = hearth__v_bytes(c->value);
    int64_t n = (int64_t)hearth__utf8_count(s), start, end;

    HEARTH_TRY(hearth__arg_int(c, start_arg, 0, &start));
    HEARTH_TRY(hearth__arg_int(c, start_arg + 1, n, &end));
    start = start < -n ? 0 : start < 0 ? start + n : start > n ? n : start;
    end = end < -n ? 0 : end < 0 ? end + n : end > n ? n : end;
    *at = hearth__char_offset(s, (size_t)start);
    *out = hearth__str(s.ptr + *at, s.len - *at);
    if (end < start)
        out->len = 0;
    else
        out->len = hearth__char_offset(*out, (size_t)(end - start));
    return 0;
}

static int starts_or_ends(hearth_template_call *c,
                          bool (*is)(hearth_str s, hearth_str part), hearth_value *out)
{
    hearth_str s, part;
    hearth_value one;
    hearth__iter it;
    size_t at;

    HEARTH_TRY(part_of(c, 1, &s, &at));
    *out = hearth_value_bool(false);
    if (c->args[0].kind != HEARTH_VALUE_LIST) {
        HEARTH_TRY(hearth__arg_text(c, 0, "", &part));
        *out = hearth_value_bool(is(s, part));
        return 0;
    }
    HEARTH_TRY(hearth__iter_begin(c->render, c->args[0], &it));
    while (!out->u.b && hearth__iter_next(&it, &one)) {
        HEARTH_TRY(hearth__v_str(c->render, one, &part));
        *out = hearth_value_bool(is(s, part));
    }
    return 0;
}

static int startswith(hearth_template_call *c, hearth_value *out)
{
    return starts_or_ends(c, hearth__str_starts, out);
}

static int endswith(hearth_template_call *c, hearth_value *out)
{
    return starts_or_ends(c, hearth__str_ends, out);
}

static int removeprefix(hearth_template_call *c, hearth_value *out)
{
    hearth_str s = hearth__v_bytes(c->value), part;

    HEARTH_TRY(hearth__arg_text(c, 0, "", &part));
    if (hearth__str_starts(s, part))
        s = hearth__str(s.ptr + part.len, s.len - part.len);
    return hearth__out_text(c, s, 0, out);
}

static int removesuffix(hearth_template_call *c, hearth_value *out)
{
    hearth_str s = hearth__v_bytes(c->value), part;

    HEARTH_TRY(hearth__arg_text(c, 0, "", &part));
    if (hearth__str_ends(s, part))
        s.len -= part.len;
    return hearth__out_text(c, s, 0, out);
}

/* ---- parts ------------------------------------------------------------------------------ */

/* The position in characters, -1 when it is not there; from the end: the last. */
static int position(hearth_template_call *c, bool from_end, int64_t *out)
{
    hearth_str s, part;
    ptrdiff_t found, next;
    size_t at;

    HEARTH_TRY(part_of(c, 1, &s, &at));
    HEARTH_TRY(hearth__arg_text(c, 0, "", &part));
    found = hearth__part_find(s, part, 0);
    if (from_end && part.len == 0)
        found = (ptrdiff_t)s.len;
    while (from_end && found >= 0 && part.len > 0 &&
           (next = hearth__part_find(s, part, (size_t)found + 1)) >= 0)
        found = next;
    *out = found < 0 ? -1
                     : (int64_t)hearth__utf8_count(
                           hearth__str(c->value.u.text, at + (size_t)found));
    return 0;
}

static int find(hearth_template_call *c, hearth_value *out)
{
    int64_t at;

    HEARTH_TRY(position(c, false, &at));
    *out = hearth_value_int(at);
    return 0;
}

static int rfind(hearth_template_call *c, hearth_value *out)
{
    int64_t at;

    HEARTH_TRY(position(c, true, &at));
    *out = hearth_value_int(at);
    return 0;
}

static int index_of(hearth_template_call *c, hearth_value *out)
{
    int64_t at;

    HEARTH_TRY(position(c, false, &at));
    if (at < 0)
        return hearth_template_fail(c, "index: it is not in the text");
    *out = hearth_value_int(at);
    return 0;
}

static int count(hearth_template_call *c, hearth_value *out)
{
    hearth_str s, part;
    ptrdiff_t found;
    int64_t n = 0;
    size_t at;

    HEARTH_TRY(part_of(c, 1, &s, &at));
    HEARTH_TRY(hearth__arg_text(c, 0, "", &part));
    if (part.len == 0)
        n = (int64_t)hearth__utf8_count(s) + 1;
    for (at = 0; part.len > 0 && (found = hearth__part_find(s, part, at)) >= 0; n++)
        at = (size_t)found + part.len;
    *out = hearth_value_int(n);
    return 0;
}

static int replace(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c), from = hearth__out_buf(c),
                to = hearth__out_buf(c);
    bool html = hearth__v_is_html(c->value);
    hearth_str s[2];
    int64_t most;

    for (size_t i = 0; i < 2; i++) {
        HEARTH_TRY(hearth__arg_text(c, i, "", &s[i]));
        if (html && !hearth__v_is_html(c->args[i])) {
            hearth__escape_html(i == 0 ? &from : &to, s[i]);
            s[i] = hearth__buf_view(i == 0 ? &from : &to);
        }
    }
    HEARTH_TRY(hearth__arg_int(c, 2, -1, &most));
    hearth__replace_put(&b, hearth__v_bytes(c->value), s[0], s[1], most);
    if (from.failed || to.failed)
        b.failed = true;
    return hearth__v_buf(c->render, &b, hearth__mark(c->value), out);
}

static int add_part(hearth_template_call *c, hearth__list *list, hearth_str s)
{
    return hearth__list_add(c->render, list, hearth__v_textn(s.ptr, s.len, 0));
}

/* At runs of white space, which are not at the ends. */
static int split_space(hearth_template_call *c, hearth__list *list, int64_t most)
{
    hearth_str s = hearth__space_trim(hearth__v_bytes(c->value), 1);

    while (s.len > 0) {
        size_t i = 0, n;

        while (i < s.len && !hearth__letter_is_space(hearth__char_at(s, i, &n)))
            i += n;
        if (most-- == 0)
            i = hearth__space_trim(s, 2).len;
        HEARTH_TRY(hearth__render_tick(c->render, 1));
        HEARTH_TRY(add_part(c, list, hearth__str(s.ptr, i)));
        s = hearth__space_trim(hearth__str(s.ptr + i, s.len - i), 1);
    }
    return 0;
}

static int split(hearth_template_call *c, hearth_value *out)
{
    hearth__list *list = hearth__list_new(c->render, 0);
    hearth_str s = hearth__v_bytes(c->value), by;
    ptrdiff_t found;
    int64_t most;
    size_t at = 0;

    if (list == NULL)
        return HEARTH_ENOMEM;
    *out = hearth__v_list(list, false);
    HEARTH_TRY(hearth__arg_text(c, 0, NULL, &by));
    HEARTH_TRY(hearth__arg_int(c, 1, -1, &most));
    if (!hearth__arg_given(c, 0) || c->args[0].kind == HEARTH_VALUE_NONE)
        return split_space(c, list, most);
    if (by.len == 0)
        return hearth_template_fail(c,
                                    "split: \"\" is nowhere: use |list for characters");
    while (most-- != 0 && (found = hearth__part_find(s, by, at)) >= 0) {
        HEARTH_TRY(hearth__render_tick(c->render, 1));
        HEARTH_TRY(add_part(c, list, hearth__str(s.ptr + at, (size_t)found - at)));
        at = (size_t)found + by.len;
    }
    return add_part(c, list, hearth__str(s.ptr + at, s.len - at));
}

static int splitlines(hearth_template_call *c, hearth_value *out)
{
    hearth__list *list = hearth__list_new(c->render, 0);
    hearth_str rest = hearth__v_bytes(c->value), line;

    if (list == NULL)
        return HEARTH_ENOMEM;
    *out = hearth__v_list(list, false);
    while (hearth__line_next(&rest, &line)) {
        HEARTH_TRY(hearth__render_tick(c->render, 1));
        HEARTH_TRY(add_part(c, list, line));
    }
    return 0;
}

/* ", ".join(list): the filter the other way round. */
static int join(hearth_template_call *c, hearth_value *out)
{
    hearth_template_call turned = *c;

    turned.value = c->args[0];
    turned.args = &c->value;
    turned.nargs = 1;
    return hearth__filter_join(&turned, out);
}

/* ---- width ------------------------------------------------------------------------------- */

static int fill_at(hearth_template_call *c, bool before, const char *fallback,
                   hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str s = hearth__v_bytes(c->value), with;
    size_t n = hearth__utf8_count(s), sign = 0;
    int64_t width;

    HEARTH_TRY(hearth__arg_range(c, 0, 0, INT32_MIN, INT32_MAX, &width));
    HEARTH_TRY(hearth__arg_text(c, 1, fallback, &with));
    if (hearth__utf8_count(with) != 1)
        return hearth_template_fail(c, "it is filled with one character");
    if (fallback[0] == '0' && s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'))
        sign = 1;
    hearth__buf_add(&b, s.ptr, before ? sign : s.len);
    for (; width > 0 && n < (uint64_t)width && !b.failed; n++)
        hearth__buf_str(&b, with);
    if (before)
        hearth__buf_add(&b, s.ptr + sign, s.len - sign);
    return hearth__v_buf(c->render, &b, 0, out);
}

static int ljust(hearth_template_call *c, hearth_value *out)
{
    return fill_at(c, false, " ", out);
}

static int rjust(hearth_template_call *c, hearth_value *out)
{
    return fill_at(c, true, " ", out);
}

static int zfill(hearth_template_call *c, hearth_value *out)
{
    hearth_template_call width = *c;

    width.nargs = 1;
    return fill_at(&width, true, "0", out);
}

/* ---- what it is made of ------------------------------------------------------------------- */

static bool is_alpha(uint32_t cp)
{
    return hearth__letter_is_alpha(cp);
}

static bool is_alnum(uint32_t cp)
{
    return cp != '_' && hearth__letter_is_word(cp);
}

static bool is_digit(uint32_t cp)
{
    return cp < 0x80 ? hearth__is_digit((char)cp) : is_alnum(cp) && !is_alpha(cp);
}

static int all_are(hearth_template_call *c, bool (*is)(uint32_t cp), hearth_value *out)
{
    hearth_str s = hearth__v_bytes(c->value);
    bool all = s.len > 0;

    for (size_t i = 0, n; all && i < s.len; i += n)
        all = is(hearth__char_at(s, i, &n));
    *out = hearth_value_bool(all);
    return 0;
}

static int isalnum_method(hearth_template_call *c, hearth_value *out)
{
    return all_are(c, is_alnum, out);
}

static int isalpha_method(hearth_template_call *c, hearth_value *out)
{
    return all_are(c, is_alpha, out);
}

static int isdigit_method(hearth_template_call *c, hearth_value *out)
{
    return all_are(c, is_digit, out);
}

static int isspace_method(hearth_template_call *c, hearth_value *out)
{
    return all_are(c, hearth__letter_is_space, out);
}

/* The test of that name. */
static int ask_test(hearth_template_call *c, hearth_str name, hearth_value *out)
{
    const hearth__builtin *test = hearth__render_test(c->render, name);

    return test == NULL ? HEARTH_EINVAL : test->fn(c, out);
}

static int islower_method(hearth_template_call *c, hearth_value *out)
{
    return ask_test(c, HEARTH__S("lower"), out);
}

static int isupper_method(hearth_template_call *c, hearth_value *out)
{
    return ask_test(c, HEARTH__S("upper"), out);
}

static int swapcase(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str s = hearth__v_bytes(c->value);
    uint32_t to[3];

    for (size_t i = 0, n; i < s.len; i += n) {
        uint32_t cp = hearth__char_at(s, i, &n);
        hearth_str one = hearth__str(s.ptr + i, n);

        if (hearth__letter_upper(cp, to) != 1 || to[0] != cp)
            hearth__letter_put_upper(&b, one);
        else
            hearth__letter_put_lower(&b, one);
    }
    return hearth__v_buf(c->render, &b, hearth__mark(c->value), out);
}

const hearth__builtin hearth__text_methods[] = {
    {"capitalize", hearth__filter_capitalize, NULL, NULL},
    {"center", hearth__filter_center, "width", NULL},
    {"count", count, "sub start? end?", NULL},
    {"endswith", endswith, "suffix start? end?", NULL},
    {"find", find, "sub start? end?", NULL},
    {"index", index_of, "sub start? end?", NULL},
    {"isalnum", isalnum_method, NULL, NULL},
    {"isalpha", isalpha_method, NULL, NULL},
    {"isdigit", isdigit_method, NULL, NULL},
    {"islower", islower_method, NULL, NULL},
    {"isspace", isspace_method, NULL, NULL},
    {"isupper", isupper_method, NULL, NULL},
    {"join", join, "list", NULL},
    {"ljust", ljust, "width fillchar?", NULL},
    {"lower", hearth__filter_lower, NULL, NULL},
    {"lstrip", lstrip, "chars?", NULL},
    {"removeprefix", removeprefix, "prefix", NULL},
    {"removesuffix", removesuffix, "suffix", NULL},
    {"replace", replace, "old new count?", NULL},
    {"rfind", rfind, "sub start? end?", NULL},
    {"rjust", rjust, "width fillchar?", NULL},
    {"rstrip", rstrip, "chars?", NULL},
    {"split", split, "sep? maxsplit?", NULL},
    {"splitlines", splitlines, NULL, NULL},
    {"startswith", startswith, "prefix start? end?", NULL},
    {"strip", strip, "chars?", NULL},
    {"swapcase", swapcase, NULL, NULL},
    {"title", hearth__filter_title_words, NULL, NULL},
    {"upper", hearth__filter_upper, NULL, NULL},
    {"zfill", zfill, "width", NULL},
    {NULL, NULL, NULL, NULL},
};
