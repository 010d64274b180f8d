/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Filters of texts.  What cuts HTML into parts gives a plain text: half an element is none.
 */
#include "core/letter.h"
#include "tmpl/escape.h"
#include "tmpl/filter.h"

static void put_spaces(hearth__buf *b, size_t n)
{
    char *p = hearth__buf_room(b, n);

    if (p == NULL)
        return;
    memset(p, ' ', n);
    hearth__buf_commit(b, n);
}

int hearth__filter_center(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str s;
    int64_t width;
    size_t len, left, room;
    int rc = hearth__arg_value(c, &s);

    if (rc == 0)
        rc = hearth__arg_int(c, 0, 80, &width);
    if (rc != 0)
        return rc;
    len = hearth__utf8_count(s);
    if (width <= 0 || (uint64_t)width <= len)
        return hearth__out_text(c, s, hearth__mark(c->value), out);
    room = (size_t)width - len;
    left = room / 2 + (room & (size_t)width & 1); /* as Python does it */
    put_spaces(&b, left);
    hearth__buf_str(&b, s);
    put_spaces(&b, room - left);
    return hearth__v_buf(c->render, &b, hearth__mark(c->value), out);
}

static int trim(hearth_template_call *c, hearth_value *out)
{
    hearth_str s, set;
    int rc = hearth__arg_value(c, &s);

    if (rc == 0)
        rc = hearth__arg_text(c, 0, NULL, &set);
    if (rc != 0)
        return rc;
    if (hearth__arg_given(c, 0) && c->args[0].kind != HEARTH_VALUE_NONE)
        return hearth__out_text(c, hearth__chars_trim(s, set, 3), 0, out);
    return hearth__out_text(c, hearth__space_trim(s, 3), hearth__mark(c->value), out);
}

/* The text of v for a place in HTML: escaped unless it is HTML. */
static int html_of(hearth_template_call *c, hearth_value v, hearth_str *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_value escaped;
    int rc = hearth__v_str(c->render, v, out);

    if (rc != 0 || hearth__v_is_html(v))
        return rc;
    hearth__escape_html(&b, *out);
    rc = hearth__v_buf(c->render, &b, HEARTH_VALUE_HTML, &escaped);
    if (rc == 0)
        *out = hearth__v_bytes(escaped);
    return rc;
}

static int replace(hearth_template_call *c, hearth_value *out)
{
    bool html = hearth__v_is_html(c->value) || hearth__v_is_html(c->args[0]) ||
                hearth__v_is_html(c->args[1]);
    hearth__buf b = hearth__out_buf(c);
    hearth_value v[3] = {c->value, c->args[0], c->args[1]};
    hearth_str s[3];
    int64_t most;
    int rc = hearth__arg_int(c, 2, -1, &most);

    for (int i = 0; rc == 0 && i < 3; i++)
        rc = html ? html_of(c, v[i], &s[i]) : hearth__v_str(c->render, v[i], &s[i]);
    if (rc != 0)
        return rc;
    hearth__replace_put(&b, s[0], s[1], s[2], most);
    return hearth__v_buf(c->render, &b, html ? HEARTH_VALUE_HTML : 0, out);
}

static int truncate(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str s, end;
    int64_t length, leeway;
    bool kill;
    size_t room, cut;
    int rc = hearth__arg_value(c, &s);

    if (rc == 0)
        rc = hearth__arg_text(c, 2, "...", &end);
    if (rc == 0)
        rc = hearth__arg_bool(c, 1, false, &kill);
    if (rc != 0)
        return rc;
    room = hearth__utf8_count(end);
    rc = hearth__arg_range(c, 0, 255, (int64_t)room, INT32_MAX, &length);
    if (rc == 0)
        rc = hearth__arg_range(c, 3, 5, 0, INT32_MAX, &leeway);
    if (rc != 0)
        return rc;
    if (hearth__utf8_count(s) <= (size_t)(length + leeway))
        return hearth__out_text(c, s, hearth__mark(c->value), out);
    cut = hearth__char_offset(s, (size_t)length - room);
    for (size_t i = cut; !kill && i > 0; i--)
        if (s.ptr[i - 1] == ' ') {
            cut = i - 1;
            break;
        }
    hearth__buf_add(&b, s.ptr, cut);
    hearth__buf_str(&b, end);
    return hearth__v_buf(c->render, &b, 0, out);
}

static int wordcount(hearth_template_call *c, hearth_value *out)
{
    bool inside = false;
    hearth_str s;
    int64_t words = 0;
    int rc = hearth__arg_value(c, &s);

    if (rc != 0)
        return rc;
    for (size_t i = 0, n; i < s.len; i += n) {
        bool word = hearth__letter_is_word(hearth__char_at(s, i, &n));

        words += word && !inside;
        inside = word;
    }
    *out = hearth_value_int(words);
    return 0;
}

static int string(hearth_template_call *c, hearth_value *out)
{
    hearth_str s;
    int rc = hearth__arg_value(c, &s);

    return rc != 0 ? rc : hearth__out_text(c, s, hearth__mark(c->value), out);
}

const hearth__builtin hearth__filters_text[] = {
    {"center", hearth__filter_center, "width?", NULL},
    {"replace", replace, "old new count?", NULL},
    {"string", string, NULL, NULL},
    {"trim", trim, "chars?", NULL},
    {"truncate", truncate, "length? killwords? end? leeway?", NULL},
    {"wordcount", wordcount, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};
