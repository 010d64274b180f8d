/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/problem.h"

#include "ctx.h"
#include "suite.h"

#include <hearth/res.h>

static bare *get_accepting(const char *fields)
{
    char request[512];

    snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n", fields);
    return bare_open(NULL, request);
}

static const struct {
    const char *fields;
    bool html;
} accepts[] = {
    {"", false},
    {"Accept: */*\r\n", false},
    {"Accept: text/*\r\n", false},
    {"Accept: text/html\r\n", true},
    {"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n", true},
    {"Accept: text/html, */*\r\n", true},
    {"Accept: application/json\r\n", false},
    {"Accept: application/json, text/plain, */*\r\n", false},
    {"Accept: application/json, text/html\r\n", true},
    {"Accept: application/json, text/html;q=0.9\r\n", false},
    {"Accept: application/problem+json, text/html;q=0.9\r\n", false},
    {"Accept: application/problem+json;q=0.5, text/html;q=0.9\r\n", true},
    {"Accept: text/html;q=0\r\n", false},
    {"Accept: application/json;q=0.5\r\nAccept: text/html\r\n", true},
    {"Accept: text/html;q=0.5\r\nAccept: application/json\r\n", false},
    {"Accept: nonsense;;;\r\n", false},
};
#define ACCEPTS (int)(sizeof accepts / sizeof *accepts)

START_TEST(browsers_get_a_page_and_everybody_else_json)
{
    bare *t = get_accepting(accepts[_i].fields);

    hearth__result(t->c, 404);
    ck_assert_str_eq(bare_field(t, "Content-Type"), accepts[_i].html
                                                        ? "text/html; charset=utf-8"
                                                        : "application/problem+json");
    ck_assert_int_eq(bare_field(t, "Content-Security-Policy") != NULL, accepts[_i].html);
    ck_assert_str_eq(bare_field(t, "Vary"), "Accept");
    bare_close(t);
}
END_TEST

START_TEST(text_that_is_no_utf8_still_makes_sound_json)
{
    bare *t = bare_get();
    json_t *tree;

    hearth__result(t->c, hearth_fail(t->c, 400, "a\xff\x01z"));
    tree = json_loadb(t->c->res.body.ptr, t->c->res.body.len, 0, NULL);
    ck_assert_ptr_nonnull(tree);
    ck_assert_str_eq(json_string_value(json_object_get(tree, "detail")),
                     "a\xEF\xBF\xBD\x01z");
    json_decref(tree);
    bare_close(t);
}
END_TEST

SUITE("app/problem_body", LOOP(browsers_get_a_page_and_everybody_else_json, 0, ACCEPTS)
                              TEST(text_that_is_no_utf8_still_makes_sound_json))
