/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What templates can ask about the visitor, and what it costs who does not ask.
 */

#include "page_kit.h"

#include "auth_kit.h"
#include "suite.h"

static int leave(hearth_ctx *c)
{
    HEARTH_TRY(hearth_flash(c, "info", "saved <b>"));
    HEARTH_TRY(hearth_flash(c, "error", "but"));
    return hearth_text(c, 200, "left");
}

static int sign_in(hearth_ctx *c)
{
    HEARTH_TRY(hearth_session_login(c, "seven"));
    return hearth_text(c, 200, "in");
}

static int enrol(hearth_ctx *c)
{
    HEARTH_TRY(
        hearth_user_register(c, "Ada", "ada@example.org", "a long pass phrase 7", NULL));
    HEARTH_TRY(hearth_user_login(c, "Ada", "a long pass phrase 7", false, NULL));
    return hearth_text(c, 200, "in");
}

static int as_html(hearth_ctx *c)
{
    HEARTH_TRY(page_kit(c));
    return hearth_html(c, 200, c->res.body.ptr);
}

static hearth_handler *const guarded[] = {hearth_csrf, NULL};

static const hearth_route routes[] = {
    HEARTH_GET("/page", page_kit),
    HEARTH_GET("/guarded", page_kit, .use = guarded),
    HEARTH_POST("/guarded", page_kit, .use = guarded),
    HEARTH_GET("/html", as_html),
    HEARTH_GET("/leave", leave),
    HEARTH_GET("/sign-in", sign_in),
    HEARTH_POST("/enrol", enrol),
    HEARTH_END,
};

static void open_kit(auth_kit *k, bool users)
{
    hearth_app *app = auth_app();

    if (users) {
        ck_assert_int_eq(hearth_use_passwords(app,
                                              &(hearth_password_opts){.memory_kib = 7168,
                                                                      .passes = 5}),
                         0);
        ck_assert_int_eq(hearth_use_users(app, NULL), 0);
    }
    ck_assert_int_eq(hearth_use_templates(app, NULL), 0);
    auth_open(k, app, routes);
}

static const hearth_answer *ask(auth_kit *k, const char *target, const char *call)
{
    static char field[200];

    snprintf(field, sizeof field, "X-Call: %s", call);
    k->field = field;
    return auth_send(k, "GET", target, NULL);
}

static void says(auth_kit *k, const char *call, const char *text)
{
    const hearth_answer *r = ask(k, "/page", call);

    ck_assert_msg(r->status == 200 && strcmp(r->body.ptr, text) == 0, "%s: %d %s", call,
                  r->status, r->body.ptr);
}

/* ---- user ------------------------------------------------------------------------------ */

START_TEST(nobody_is_false_and_has_no_name)
{
    auth_kit k;

    open_kit(&k, _i == 1);
    ck_assert_str_eq(hearth_answer_header(ask(&k, "/page", "user"), "X-Truth"), "false");
    says(&k, "user.is_authenticated", "False");
    says(&k, "user.name", "");
    says(&k, "user.id", "");
    auth_close(&k);
}
END_TEST

START_TEST(who_is_logged_in_has_a_name)
{
    auth_kit k;

    open_kit(&k, true);
    auth_keep(&k, auth_post(&k, "/enrol", "", 200));
    ck_assert_str_eq(hearth_answer_header(ask(&k, "/page", "user"), "X-Truth"), "true");
    says(&k, "user.is_authenticated", "True");
    says(&k, "user.name", "Ada");
    says(&k, "user.email", "ada@example.org");
    says(&k, "user.id", "1");
    says(&k, "user.key", "1");
    says(&k, "user.password", "");
    auth_close(&k);
}
END_TEST

START_TEST(without_accounts_a_session_says_whose_it_is)
{
    auth_kit k;

    open_kit(&k, false);
    auth_keep(&k, auth_do(&k, "/sign-in", 200, NULL));
    says(&k, "user.is_authenticated", "True");
    says(&k, "user.id", "seven");
    says(&k, "user.name", "");
    auth_close(&k);
}
END_TEST

START_TEST(an_application_without_sessions_has_nobody)
{
    hearth_app *app = hearth_app_new(NULL);
    auth_kit k;

    hearth_use_templates(app, NULL);
    auth_open(&k, app, routes);
    says(&k, "user.is_authenticated", "False");
    says(&k, "flashes", "[]");
    says(&k, "csrf_field", "");
    auth_close(&k);
}
END_TEST

START_TEST(who_does_not_ask_for_the_visitor_may_be_cached)
{
    auth_kit k;
    const hearth_answer *r;

    open_kit(&k, true);
    r = ask(&k, "/page", "request.path");
    ck_assert_ptr_null(hearth_answer_header(r, "Cache-Control"));
    ck_assert_ptr_null(hearth_answer_header(r, "Set-Cookie"));
    r = ask(&k, "/page", "user");
    ck_assert_str_eq(hearth_answer_header(r, "Cache-Control"), "no-store");
    auth_close(&k);
}
END_TEST

/* ---- messages -------------------------------------------------------------------------- */

START_TEST(messages_are_shown_once)
{
    auth_kit k;
    const hearth_answer *r;

    open_kit(&k, false);
    auth_keep(&k, auth_do(&k, "/leave", 200, NULL));
    r = ask(&k, "/page", "flashes");
    ck_assert_str_eq(hearth_answer_at(r, "/0/kind"), "info");
    ck_assert_str_eq(hearth_answer_at(r, "/0/text"), "saved <b>");
    ck_assert_str_eq(hearth_answer_at(r, "/1/kind"), "error");
    says(&k, "flashes", "[]");
    auth_close(&k);
}
END_TEST

/* ---- forged requests, scripts ------------------------------------------------------------ */

START_TEST(the_hidden_field_is_what_the_middleware_takes)
{
    auth_kit k;
    const hearth_answer *r;
    char form[300];
    const char *value;

    open_kit(&k, false);
    r = ask(&k, "/guarded", "csrf_field");
    ck_assert_str_eq(hearth_answer_header(r, "X-Escaped"), "no");
    value = strstr(r->body.ptr, "value=\"");
    ck_assert_int_eq(strncmp(r->body.ptr, "<input type=\"hidden\" name=\"csrf_token\" ",
                             39),
                     0);
    ck_assert_ptr_nonnull(value);
    snprintf(form, sizeof form, "csrf_token=%.86s", value + 7);
    auth_keep(&k, r);
    auth_post(&k, "/guarded", "csrf_token=wrong", 403);
    auth_post(&k, "/guarded", form, 200);
    auth_close(&k);
}
END_TEST

START_TEST(where_nobody_asks_for_a_token_there_is_no_field)
{
    auth_kit k;

    open_kit(&k, false);
    says(&k, "csrf_field", "");
    ck_assert_uint_eq(ask(&k, "/page", "csrf_token")->body.len, 86);
    auth_close(&k);
}
END_TEST

START_TEST(the_nonce_is_that_of_the_policy)
{
    auth_kit k;
    const hearth_answer *r;
    char want[80];

    open_kit(&k, false);
    r = ask(&k, "/html", "csp_nonce");
    ck_assert_uint_eq(r->body.len, 24);
    snprintf(want, sizeof want, "'nonce-%s'", r->body.ptr);
    ck_assert_ptr_nonnull(
        strstr(hearth_answer_header(r, "Content-Security-Policy"), want));
    auth_close(&k);
}
END_TEST

SUITE("http/page_visitor",
      LOOP(nobody_is_false_and_has_no_name, 0, 2) TEST(who_is_logged_in_has_a_name)
          TEST(without_accounts_a_session_says_whose_it_is)
              TEST(an_application_without_sessions_has_nobody)
                  TEST(who_does_not_ask_for_the_visitor_may_be_cached)
                      TEST(messages_are_shown_once)
                          TEST(the_hidden_field_is_what_the_middleware_takes)
                              TEST(where_nobody_asks_for_a_token_there_is_no_field)
                                  TEST(the_nonce_is_that_of_the_policy))
