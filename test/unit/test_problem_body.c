/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/pages.h"
#include "app/problem.h"

#include "ctx.h"
#include "suite.h"

#include <hearth/res.h>
#include <sodium.h>

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

START_TEST(the_page_says_what_happened_and_escapes_it)
{
    bare *t = get_accepting("Accept: text/html\r\n");

    hearth__result(t->c, hearth_fail(t->c, 409, "<script>\"'&{{status}}"));
    ck_assert_ptr_nonnull(strstr(bare_body(t), "<!doctype html>"));
    ck_assert_ptr_nonnull(strstr(bare_body(t), "<html lang=\"en\">"));
    ck_assert_ptr_nonnull(strstr(bare_body(t), "<title>409 Conflict</title>"));
    ck_assert_ptr_nonnull(strstr(bare_body(t), "&lt;script&gt;"));
    ck_assert_ptr_null(strstr(bare_body(t), "<script>"));
    ck_assert_ptr_nonnull(strstr(bare_body(t), hearth_request_id(t->c)));
    ck_assert_ptr_nonnull(strstr(bare_body(t), "{{status}}")); /* text, not a name */
    ck_assert_ptr_null(strstr(bare_body(t), "{{title}}"));
    ck_assert_ptr_nonnull(strstr(bare_body(t), "</html>"));
    ck_assert_uint_eq(strlen(bare_body(t)), t->c->res.body.len);
    bare_close(t);
}
END_TEST

START_TEST(the_page_lists_faults)
{
    bare *t = get_accepting("Accept: text/html\r\n");

    hearth_fault(t->c, "/a", "b", "title is <required>");
    hearth_fault(t->c, "/c", "d", "due is no date");
    hearth__result(t->c, HEARTH_EMODEL);
    ck_assert_int_eq(hearth_status(t->c), 422);
    ck_assert_ptr_nonnull(strstr(bare_body(t), "<li>title is &lt;required&gt;</li>"));
    ck_assert_ptr_nonnull(strstr(bare_body(t), "<li>due is no date</li>"));
    ck_assert_ptr_null(strstr(bare_body(t), "; due is"));
    bare_close(t);
}
END_TEST

START_TEST(faults_are_not_listed_with_other_errors)
{
    bare *t = bare_get();

    hearth_fault(t->c, "/a", "b", "hidden");
    hearth__result(t->c, 404);
    ck_assert_ptr_null(strstr(bare_body(t), "hidden"));
    bare_close(t);
}
END_TEST

START_TEST(the_policy_allows_the_style_of_the_page_and_nothing_else)
{
    const char *style = strstr(hearth__page_error, "<style>");
    const char *end = strstr(hearth__page_error, "</style>");
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[64], want[96];

    ck_assert_uint_eq(strlen(hearth__page_error), hearth__page_error_len);
    ck_assert_ptr_nonnull(style);
    ck_assert_ptr_nonnull(end);
    style += strlen("<style>");
    ck_assert_ptr_null(strstr(style, "<style"));
    crypto_hash_sha256(hash, (const unsigned char *)style, (size_t)(end - style));
    sodium_bin2base64(text, sizeof text, hash, sizeof hash,
                      sodium_base64_VARIANT_ORIGINAL);
    snprintf(want, sizeof want, "style-src 'sha256-%s'", text);
    ck_assert_msg(strstr(hearth__problem_policy, want) != NULL, "the page wants %s",
                  want);
    ck_assert_ptr_nonnull(strstr(hearth__problem_policy, "default-src 'none'"));
    ck_assert_ptr_nonnull(strstr(hearth__problem_policy, "frame-ancestors 'none'"));
    ck_assert_ptr_nonnull(strstr(hearth__problem_policy, "base-uri 'none'"));
    ck_assert_ptr_null(strstr(hearth__page_error, "style=\""));
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

SUITE("app/problem_body",
      LOOP(browsers_get_a_page_and_everybody_else_json, 0, ACCEPTS)
          TEST(the_page_says_what_happened_and_escapes_it) TEST(the_page_lists_faults)
              TEST(faults_are_not_listed_with_other_errors)
                  TEST(the_policy_allows_the_style_of_the_page_and_nothing_else)
                      TEST(text_that_is_no_utf8_still_makes_sound_json))
