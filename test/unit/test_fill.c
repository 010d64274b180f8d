/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/fill.h"

#include "core/str.h"
#include "suite.h"

static void put(void *arg, hearth_str name, hearth__buf *out)
{
    int *n = arg;

    (*n)++;
    hearth__buf_char(out, '[');
    hearth__buf_str(out, name);
    hearth__buf_text(out, "]{{a}}");
}

static const struct {
    const char *page, *want;
    int names;
} pages[] = {
    {"", "", 0},
    {"plain", "plain", 0},
    {"{{a}}", "[a]{{a}}", 1},
    {"x{{a}}y{{bc}}z", "x[a]{{a}}y[bc]{{a}}z", 2},
    {"a { b } { { c", "a { b } { { c", 0},
    {"{{open", "{{open", 0},
    {"}}{{a}}", "}}[a]{{a}}", 1},
};
#define PAGES ((int)(sizeof pages / sizeof *pages))

START_TEST(names_are_replaced_once)
{
    int n = 0;
    hearth__buf out;

    hearth__buf_init(&out, NULL, 0);
    hearth__fill(&out, pages[_i].page, put, &n);
    ck_assert_str_eq(hearth__buf_view(&out).ptr, pages[_i].want);
    ck_assert_int_eq(n, pages[_i].names);
    hearth__buf_clear(&out);
}
END_TEST

SUITE("app/fill", LOOP(names_are_replaced_once, 0, PAGES))
