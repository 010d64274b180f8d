/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/debug.h"
#include "app/pages.h"
#include "app/problem.h"
#include "ctx.h"
#include "suite.h"

#include <hearth/res.h>
#include <sodium.h>
#include <stdio.h>

static bare *get_accepting(const char *fields)
{
    char request[512];

    snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n", fields);
    return bare_open(NULL, request);
}

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

/* The hash of a style sheet, recomputed. */
static void check_policy(const char *page, size_t len, const char *policy)
{
    const char *style = strstr(page, "<style>"), *end = strstr(page, "</style>");
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[64], want[96];

    ck_assert_uint_eq(strlen(page), len);
    ck_assert_ptr_nonnull(style);
    ck_assert_ptr_nonnull(end);
    style += strlen("<style>");
    ck_assert_ptr_null(strstr(style, "<style"));
    crypto_hash_sha256(hash, (const unsigned char *)style, (size_t)(end - style));
    sodium_bin2base64(text, sizeof text, hash, sizeof hash,
                      sodium_base64_VARIANT_ORIGINAL);
    snprintf(want, sizeof want, "style-src 'sha256-%s'", text);
    ck_assert_msg(strstr(policy, want) != NULL, "the page wants %s", want);
    ck_assert_ptr_nonnull(strstr(policy, "default-src 'none'"));
    ck_assert_ptr_nonnull(strstr(policy, "frame-ancestors 'none'"));
    ck_assert_ptr_nonnull(strstr(policy, "base-uri 'none'"));
    ck_assert_ptr_null(strstr(page, "style=\""));
    ck_assert_ptr_null(strstr(page, "<script"));
}

START_TEST(the_policies_allow_the_style_of_their_page_and_nothing_else)
{
    check_policy(hearth__page_error, hearth__page_error_len, hearth__problem_policy);
    check_policy(hearth__page_debug, hearth__page_debug_len, hearth__debug_policy);
}
END_TEST

START_TEST(who_may_come_again_is_offered_to)
{
    static const struct {
        int status;
        const char *method, *wait;
        bool again;
        const char *says;
    } rows[] = {
        {503, "GET", NULL, true, NULL},
        {503, "POST", NULL, false, NULL},
        {429, "GET", "30", true, "Please wait 30 seconds."},
        {429, "GET", "1", true, NULL},
        {503, "HEAD", "121", true, "Please wait 3 minutes."},
        {503, "GET", "Wed, 21 Oct 2026 07:28:00 GMT", true, NULL},
        {404, "GET", NULL, false, NULL},
        {403, "GET", NULL, false, NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char request[128];

        snprintf(request, sizeof request,
                 "%s / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n", rows[i].method);
        bare *t = bare_open(NULL, request);

        if (rows[i].wait != NULL)
            ck_assert_int_eq(hearth_set_header(t->c, "Retry-After", rows[i].wait), 0);
        hearth__result(t->c, rows[i].status);
        ck_assert_int_eq(strstr(bare_body(t), "Try again") != NULL, rows[i].again);
        ck_assert_int_eq(strstr(bare_body(t), "<p>Please wait") != NULL,
                         rows[i].says != NULL);
        if (rows[i].says != NULL)
            ck_assert_ptr_nonnull(strstr(bare_body(t), rows[i].says));
        bare_close(t);
    }
}
END_TEST

static int home(hearth_ctx *c)
{
    return hearth_text(c, 200, "home");
}

/* Not from itself, and not when there is none. */
START_TEST(the_start_page_is_offered_where_there_is_one)
{
    for (int i = 0; i < 3; i++) {
        bare *t = bare_open(NULL, i == 2 ? "GET / HTTP/1.1\r\nHost: a\r\n"
                                           "Accept: text/html\r\n\r\n"
                                         : "GET /a HTTP/1.1\r\nHost: a\r\n"
                                           "Accept: text/html\r\n\r\n");

        if (i > 0)
            ck_assert_int_eq(hearth_get(t->app, "/", home), 0);
        hearth__result(t->c, 404);
        ck_assert_int_eq(strstr(bare_body(t), "<a href=\"/\">") != NULL, i == 1);
        bare_close(t);
    }
}
END_TEST

SUITE("app/problem_page",
      TEST(the_page_says_what_happened_and_escapes_it) TEST(the_page_lists_faults)
          TEST(faults_are_not_listed_with_other_errors)
              TEST(the_policies_allow_the_style_of_their_page_and_nothing_else)
                  TEST(who_may_come_again_is_offered_to)
                      TEST(the_start_page_is_offered_where_there_is_one))
