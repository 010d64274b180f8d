/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Reports of broken policies.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

#define REPORT                                                                   \
    "{\"csp-report\":{\"document-uri\":\"https://shop.example/a?token=secret\"," \
    "\"blocked-uri\":\"https://evil.example/x.js#y\",\"effective-directive\":"   \
    "\"script-src-elem\"}}"
#define NEWER                                                                      \
    "[{\"type\":\"csp-violation\",\"body\":{\"documentURL\":"                      \
    "\"https://shop.example/b\",\"blockedURL\":\"inline\",\"effectiveDirective\":" \
    "\"script-src\"}},{\"type\":\"other\",\"body\":{}}]"

static int page(hearth_ctx *c)
{
    return hearth_html(c, 200, "<p>");
}

static int nonce(hearth_ctx *c)
{
    return hearth_csp_nonce(c) == NULL ? HEARTH_ENOMEM : page(c);
}

static hearth_client *client(void)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_get(app, "/", page);
    hearth_get(app, "/nonce", nonce);
    ck_assert_int_eq(hearth_use_csp_reports(app, "/csp"), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

static int report(hearth_client *t, const char *type, const char *body)
{
    return hearth_call_do(t, &(hearth_call){.method = "POST",
                                            .target = "/csp",
                                            .type = type,
                                            .body = body})
        ->status;
}

START_TEST(pages_say_where_to_report)
{
    hearth_client *t = client();

    http_check_field(hearth_call_get(t, "/"),
                     "Content-Security-Policy: default-src 'self'; frame-ancestors "
                     "'none'; base-uri 'self'; report-uri /csp");
    ck_assert_ptr_nonnull(strstr(hearth_answer_header(hearth_call_get(t, "/nonce"),
                                                      "Content-Security-Policy"),
                                 "report-uri /csp"));
    hearth_client_free(t);
}
END_TEST

START_TEST(l3_a_report_is_a_line_of_the_log_without_queries)
{
    hearth_client *t = client();

    ck_assert_int_eq(report(t, "application/csp-report", REPORT), 204);
    ck_assert(http_logged(t, "https://shop.example/a broke its policy: script-src-elem "
                             "forbids https://evil.example/x.js"));
    ck_assert(!http_logged(t, "token"));
    ck_assert_int_eq(report(t, "application/reports+json", NEWER), 204);
    ck_assert(http_logged(t, "https://shop.example/b broke its policy: script-src "
                             "forbids inline"));
    hearth_client_free(t);
}
END_TEST

static const char *const nonsense[] = {
    "", "{", "[]", "{}", "null", "{\"csp-report\":1}", "[{\"type\":\"csp-violation\"}]",
};
#define NONSENSE (int)(sizeof nonsense / sizeof *nonsense)

START_TEST(what_is_no_report_is_400)
{
    hearth_client *t = client();

    ck_assert_int_eq(report(t, "application/csp-report", nonsense[_i]), 400);
    ck_assert(!http_logged(t, "broke its policy"));
    hearth_client_free(t);
}
END_TEST

START_TEST(reports_are_small_and_seldom)
{
    static char large[20000];
    hearth_client *t = client();
    int n = 0;

    memset(large, ' ', sizeof large - 1);
    ck_assert_int_eq(report(t, "application/csp-report", large), 413);
    for (int i = 0; i < 60; i++)
        n += report(t, "application/csp-report", REPORT) == 204;
    ck_assert_int_ge(n, 30);
    ck_assert_int_le(n, 33);
    ck_assert_int_eq(report(t, "application/csp-report", REPORT), 429);
    hearth_client_advance(t, 60000);
    ck_assert_int_eq(report(t, "application/csp-report", REPORT), 204);
    hearth_client_free(t);
}
END_TEST

static const struct {
    const char *path, *policy;
    int rc;
} wrong[] = {
    {NULL, NULL, HEARTH_EINVAL},
    {"csp", NULL, HEARTH_EINVAL},
    {"//evil.example", NULL, HEARTH_EINVAL},
    {"/a; script-src *", NULL, HEARTH_EINVAL},
    {"/a b", NULL, HEARTH_EINVAL},
    {"/{x}", NULL, HEARTH_EINVAL},
    {"/csp", HEARTH_UNSAFE_NOT_SENT, HEARTH_EINVAL},
    {"/csp", "default-src 'self'; report-uri /other", HEARTH_ECONFLICT},
};
#define WRONG (int)(sizeof wrong / sizeof *wrong)

START_TEST(a_place_that_cannot_be_reported_to_is_refused)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.content_security_policy = wrong[_i].policy,
                                          .log = {.level = HEARTH_LOG_OFF}});

    ck_assert_int_eq(hearth_use_csp_reports(app, wrong[_i].path), wrong[_i].rc);
    hearth_app_free(app);
}
END_TEST

SUITE("http/csp_report",
      TEST(pages_say_where_to_report)
          TEST(l3_a_report_is_a_line_of_the_log_without_queries)
              LOOP(what_is_no_report_is_400, 0, NONSENSE)
                  TEST(reports_are_small_and_seldom)
                      LOOP(a_place_that_cannot_be_reported_to_is_refused, 0, WRONG))
