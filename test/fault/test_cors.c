/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Policies without memory: set-up fails and says so; an answer that cannot say what the
 * policy allows is one 503, and a preflight is never half an answer.
 */

#include "fault.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <string.h>

static int hello(hearth_ctx *c)
{
    return hearth_text(c, 200, "hello\n");
}

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static const hearth_log_ops quiet = {.name = "quiet", .write = drop_lines};
static const char *const origins[] = {"https://app.example.org", "null", NULL};
static const char *const expose[] = {"X-Total", NULL};
static const hearth_cors_opts policy = {.origins = origins,
                                        .expose = expose,
                                        .credentials = true};

static hearth_app *make_app(void)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.log = {.ops = &quiet}});

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_get(app, "/", hello), 0);
    return app;
}

START_TEST(a_policy_that_does_not_fit_in_memory_is_none_and_the_start_refused)
{
    for (long n = 0;; n++) {
        hearth_app *app = make_app();

        fault_at(n);
        int rc = hearth_use_cors(app, &policy);
        bool hit = fault_hit();

        ck_assert_int_eq(rc, hit ? HEARTH_ENOMEM : 0);
        hearth_client *t = hearth_client_new(app);
        const hearth_answer *r = t == NULL ? NULL : hearth_call_get(t, "/");

        if (hit)
            ck_assert(r == NULL || r->status != 200);
        else
            ck_assert_int_eq(r->status, 200);
        hearth_client_free(t);
        if (!hit) {
            ck_assert_int_gt(n, 1);
            break;
        }
    }
}
END_TEST

static const char *const simple[] = {"Origin: https://app.example.org", NULL};
static const char *const asks[] = {"Origin: https://app.example.org",
                                   "Access-Control-Request-Method: POST", NULL};

START_TEST(reports_of_policies_are_set_up_or_the_start_refused)
{
    bool hit = true;

    for (long n = 0; hit; n++) {
        hearth_app *app = make_app();

        fault_at(n);
        int rc = hearth_use_csp_reports(app, "/csp");

        hit = fault_hit();
        ck_assert_int_eq(rc, hit ? HEARTH_ENOMEM : 0);
        hearth_app_free(app);
    }
}
END_TEST

START_TEST(an_answer_says_all_that_the_policy_allows_or_is_503)
{
    const hearth_call call = {.method = _i == 0 ? "GET" : "OPTIONS",
                              .headers = _i == 0 ? simple : asks};
    bool hit = true;

    for (long n = 0; hit; n++) {
        hearth_app *app = make_app();

        ck_assert_int_eq(hearth_use_cors(app, &policy), 0);
        hearth_client *t = hearth_client_new(app);

        ck_assert_ptr_nonnull(t);
        fault_at(n);
        const hearth_answer *r = hearth_call_do(t, &call);

        hit = fault_hit();
        if (r->status != 503 && r->status != 0) {
            ck_assert_int_eq(r->status, _i == 0 ? 200 : 204);
            ck_assert_str_eq(hearth_answer_header(r, "Access-Control-Allow-Origin"),
                             origins[0]);
            ck_assert_str_eq(hearth_answer_header(r, "Access-Control-Allow-Credentials"),
                             "true");
            ck_assert_ptr_nonnull(strstr(hearth_answer_header(r, "Vary"), "Origin"));
        }
        hearth_client_free(t);
    }
}
END_TEST

SUITE("fault/cors",
      TEST(a_policy_that_does_not_fit_in_memory_is_none_and_the_start_refused)
          TEST(reports_of_policies_are_set_up_or_the_start_refused)
              LOOP(an_answer_says_all_that_the_policy_allows_or_is_503, 0, 2))
