/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_FILTER_KIT_H
#define HEARTH_TEST_FILTER_KIT_H

/* Filters, tests, methods and functions as rows of a table: what they are given as JSON, and
 * how what they give is printed. */

#include "tmpl_kit.h"

typedef struct filter_row {
    const char *name;
    const char *value; /* JSON, "html:" and a text, or "undefined" */
    const char *args;  /* what is within the brackets of an array; NULL: none */
    const char *named; /* what is within the brackets of an object; NULL: none */
    const char
        *result; /* "html:" in front when it is HTML; "!" and a part of what is said */
} filter_row;

static inline hearth_value row_value(kit *k, const char *text)
{
    if (text == NULL || strcmp(text, "undefined") == 0)
        return hearth__v_undefined(HEARTH__S("it"));
    if (strncmp(text, "html:", 5) == 0)
        return hearth__v_textn(text + 5, strlen(text) - 5, HEARTH_VALUE_HTML);
    return kit_json(k, text);
}

/* "open text close" as a value. */
static inline hearth_value row_between(kit *k, char open, const char *text, char close)
{
    hearth__buf b;

    hearth__buf_init(&b, &k->arena, 0);
    hearth__buf_char(&b, open);
    hearth__buf_text(&b, text == NULL ? "" : text);
    hearth__buf_char(&b, close);
    return kit_json(k, b.ptr);
}

/* What a row is called with. */
typedef struct row_parts {
    hearth_value value, args[8];
    hearth_template_named named[8];
    size_t nargs, nnamed;
} row_parts;

static inline void row_prepare(kit *k, const filter_row *row, row_parts *p)
{
    hearth_value list = row_between(k, '[', row->args, ']');
    hearth_value map = row_between(k, '{', row->named, '}'), name;
    hearth__iter it;

    p->value = row_value(k, row->value);
    ck_assert_int_eq(hearth__v_len(&k->r, list, &p->nargs), 0);
    ck_assert_int_eq(hearth__v_len(&k->r, map, &p->nnamed), 0);
    for (size_t i = 0; i < p->nargs; i++)
        p->args[i] = hearth__v_at(list, i);
    ck_assert_int_eq(hearth__iter_begin(&k->r, map, &it), 0);
    for (size_t i = 0; i < p->nnamed && hearth__iter_next(&it, &name); i++) {
        p->named[i].name = hearth__v_bytes(name);
        p->named[i].value = hearth__v_member(map, p->named[i].name);
    }
}

static inline int row_run(kit *k, const hearth__builtin *b, const row_parts *p,
                          hearth_value *out)
{
    return hearth__builtin_call(&k->r, b, p->value, p->args, p->nargs, p->named,
                                p->nnamed, out);
}

/* Call it as the row says; kit_print() of the result, with "html:" in front if it is that. */
static inline const char *row_call(kit *k, const hearth__builtin *b,
                                   const filter_row *row)
{
    hearth_value out;
    hearth__buf text;
    row_parts parts;

    ck_assert_msg(b != NULL, "%s", row->name);
    row_prepare(k, row, &parts);
    hearth__buf_init(&text, &k->arena, 0);
    if (row_run(k, b, &parts, &out) != 0) {
        hearth__buf_text(&text, "!");
        hearth__buf_text(&text, k->r.error.text);
    } else {
        hearth__buf_text(&text, hearth__v_is_html(out) ? "html:" : "");
        hearth__buf_text(&text, kit_print(k, out));
    }
    return text.ptr;
}

static inline void row_check(kit *k, const hearth__builtin *b, const filter_row *row)
{
    const char *got = row_call(k, b, row);

    if (row->result[0] == '!')
        ck_assert_msg(got[0] == '!' && strstr(got, row->result + 1) != NULL,
                      "%s(%s): %s, not %s", row->name, row->value, got, row->result);
    else
        ck_assert_msg(strcmp(got, row->result) == 0, "%s(%s): %s, not %s", row->name,
                      row->value, got, row->result);
}

static inline void filter_check(const filter_row *row)
{
    kit k;

    kit_open(&k, NULL);
    row_check(&k, hearth__set_filter(k.set, hearth__str_of(row->name)), row);
    kit_close(&k);
}

#endif
