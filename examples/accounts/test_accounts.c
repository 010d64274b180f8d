/* Accounts as a browser without scripts sees them.  `make check` runs this. */
#include "accounts.h"

#include <check.h>
#include <hearth/client.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADA      "name=Ada&email=ada%40example.org&password=analytical+engine"
#define PASSWORD "name=ada&password=analytical+engine"

/* Of two browsers each has a cookie of its own, and this is the one that asks; NULL: there is
 * one, whose cookies the client keeps. */
static char *asks;

static hearth_client *client(void)
{
    hearth_client *t =
        hearth_client_new(accounts_app(hearth_db_open("sqlite::memory:", NULL)));

    ck_assert_ptr_nonnull(t);
    return t;
}

/* What stands between two texts of a page. */
static void between(const char *text, const char *before, const char *after, char *out,
                    size_t max)
{
    const char *at = strstr(text, before), *end;

    ck_assert_msg(at != NULL, "\"%s\" is not in %s", before, text);
    at += strlen(before);
    end = strstr(at, after);
    ck_assert_ptr_nonnull(end);
    ck_assert_uint_lt((size_t)(end - at), max);
    memcpy(out, at, (size_t)(end - at));
    out[end - at] = '\0';
}

static const hearth_answer *ask(hearth_client *t, const char *method, const char *path,
                                const char *body)
{
    char cookie[300];
    const char *const headers[] = {"Accept: text/html", "User-Agent: Firefox/130 (Linux)",
                                   asks == NULL ? NULL : cookie, NULL};
    const hearth_answer *r;
    const char *set;

    snprintf(cookie, sizeof cookie, "Cookie: %s", asks == NULL ? "" : asks);
    r = hearth_call_do(t, &(hearth_call){.method = method,
                                         .target = path,
                                         .headers = headers,
                                         .type = "application/x-www-form-urlencoded",
                                         .body = body});
    set = hearth_answer_header(r, "Set-Cookie");
    if (asks != NULL && set != NULL)
        snprintf(asks, 200, "%.*s", (int)strcspn(set, ";"), set);
    return r;
}

static const hearth_answer *get(hearth_client *t, const char *path, int status)
{
    const hearth_answer *r = ask(t, "GET", path, NULL);

    ck_assert_msg(r->status == status, "%s: %d %s", path, r->status, r->body.ptr);
    return r;
}

static void shows(hearth_client *t, const char *path, const char *text)
{
    const hearth_answer *r = get(t, path, 200);

    ck_assert_msg(strstr(r->body.ptr, text) != NULL, "%s: %s", path, r->body.ptr);
}

/* Fill in the form of a page and send it. */
static const hearth_answer *post_to(hearth_client *t, const char *on, const char *path,
                                    const char *form, int status)
{
    char token[100], body[500];
    const hearth_answer *r;

    between(get(t, on, 200)->body.ptr, "name=\"csrf_token\" value=\"", "\"", token,
            sizeof token);
    snprintf(body, sizeof body, "csrf_token=%s&%s", token, form);
    r = ask(t, "POST", path, body);
    ck_assert_msg(r->status == status, "%s %s: %d %s", path, form, r->status,
                  r->body.ptr);
    return r;
}

static const hearth_answer *post(hearth_client *t, const char *path, const char *form,
                                 int status)
{
    return post_to(t, path, path, form, status);
}

static hearth_client *registered(void)
{
    hearth_client *t = client();

    post(t, "/register", ADA, 303);
    return t;
}

static void log_out(hearth_client *t)
{
    post_to(t, "/account", "/logout", "", 303);
    shows(t, "/login", "You are logged out.");
}

START_TEST(who_registers_is_logged_in)
{
    hearth_client *t = registered();

    shows(t, "/account", "Welcome!");
    shows(t, "/account", "ada@example.org");
    log_out(t);
    ck_assert_str_eq(hearth_answer_header(get(t, "/account", 302), "Location"),
                     "/login?next=%2Faccount");
    post(t, "/login", PASSWORD, 303);
    shows(t, "/account", "ada@example.org");
    hearth_client_free(t);
}
END_TEST

static const struct {
    const char *form, *says;
} wrong[] = {
    {"name=&email=&password=", "Name: is required"},
    {"name=Bob&email=bob&password=difference+engine", "email"},
    {"name=Bob&email=bob%40example.org&password=short", "at least 8 characters</p>"},
    {"name=Bob&email=bob%40example.org&password=password1", "tried first"},
    {"name=ADA&email=bob%40example.org&password=difference+engine", "taken"},
    {"name=Bob&email=Ada%40example.org&password=difference+engine", "taken"},
    {"name=%3Cb%3E&email=x&password=y", "&lt;b&gt;"},
};
#define WRONG ((int)(sizeof wrong / sizeof wrong[0]))

START_TEST(what_is_wrong_is_shown_in_the_form)
{
    hearth_client *t = registered();
    const hearth_answer *r;

    log_out(t);
    r = post(t, "/register", wrong[_i].form, 422);
    ck_assert_msg(strstr(r->body.ptr, wrong[_i].says) != NULL, "%s", r->body.ptr);
    ck_assert_ptr_nonnull(strstr(r->body.ptr, "role=\"alert\""));
    ck_assert_ptr_null(strstr(r->body.ptr, "difference engine"));
    hearth_client_free(t);
}
END_TEST

START_TEST(a_wrong_password_says_no_more_than_that)
{
    hearth_client *t = registered();
    const char *says = "The name or the password is wrong.";

    log_out(t);
    ck_assert_ptr_nonnull(
        strstr(post(t, "/login", "name=ada&password=wrong", 422)->body.ptr, says));
    ck_assert_ptr_nonnull(
        strstr(post(t, "/login", "name=nobody&password=wrong", 422)->body.ptr, says));
    for (int i = 0; i < 9; i++)
        post(t, "/login", "name=ada&password=wrong", 422);
    ck_assert_ptr_nonnull(
        strstr(post(t, "/login", PASSWORD, 429)->body.ptr, "Too many tries"));
    hearth_client_free(t);
}
END_TEST

START_TEST(a_login_leads_back)
{
    hearth_client *t = registered();

    log_out(t);
    shows(t, "/login?next=%2Faccount%2Fpassword", "value=\"/account/password\"");
    ck_assert_str_eq(hearth_answer_header(
                         post(t, "/login", PASSWORD "&next=%2Faccount%2Fpassword", 303),
                         "Location"),
                     "/account/password");
    log_out(t);
    ck_assert_str_eq(hearth_answer_header(post(t, "/login",
                                               PASSWORD "&next=//evil.example", 303),
                                          "Location"),
                     "/account");
    hearth_client_free(t);
}
END_TEST

START_TEST(a_form_of_another_page_is_refused)
{
    hearth_client *t = registered();

    ck_assert_int_eq(
        hearth_call_do(t, &(hearth_call){.method = "POST",
                                         .target = "/account/sessions/everywhere",
                                         .type = "application/x-www-form-urlencoded",
                                         .body = "csrf_token=AAAA"})
            ->status,
        403);
    shows(t, "/account", "ada@example.org");
    hearth_client_free(t);
}
END_TEST

START_TEST(a_profile_is_kept)
{
    hearth_client *t = registered();

    post(t, "/account", "shown=Ada+L.&site=&about=%3Cb%3Eengines", 303);
    shows(t, "/account", "Saved.");
    shows(t, "/account", "value=\"Ada L.\"");
    shows(t, "/account", "&lt;b&gt;engines");
    post(t, "/account", "shown=Countess&site=https%3A%2F%2Fexample.org&about=", 303);
    shows(t, "/account", "value=\"Countess\"");
    post(t, "/account", "shown=Ada&site=javascript%3Aalert(1)&about=", 422);
    post(t, "/account", "user=2&shown=Ada&site=&about=", 422);
    hearth_client_free(t);
}
END_TEST

#define COOKIE 200

/* Both are logged in, and here asks. */
static hearth_client *two_browsers(char here[COOKIE], char there[COOKIE])
{
    hearth_client *t = client();

    snprintf(here, COOKIE, "none=1");
    snprintf(there, COOKIE, "none=1");
    asks = here;
    post(t, "/register", ADA, 303);
    asks = there;
    post(t, "/login", PASSWORD, 303);
    shows(t, "/account", "ada@example.org");
    asks = here;
    return t;
}

START_TEST(a_new_password_ends_the_other_sessions)
{
    char here[COOKIE], there[COOKIE];
    hearth_client *t = two_browsers(here, there);

    post(t, "/account/password", "old=wrong&password=difference+engine", 422);
    post(t, "/account/password", "old=analytical+engine&password=ada", 422);
    post(t, "/account/password", "old=analytical+engine&password=difference+engine", 303);
    shows(t, "/account", "The password is changed.");
    asks = there;
    get(t, "/account", 302);
    post(t, "/login", PASSWORD, 422);
    post(t, "/login", "name=ada%40example.org&password=difference+engine", 303);
    hearth_client_free(t);
}
END_TEST

START_TEST(sessions_are_listed_and_ended)
{
    char here[COOKIE], there[COOKIE], handle[100], form[200];
    hearth_client *t = two_browsers(here, there);
    const char *other;

    shows(t, "/account/sessions",
          "Firefox on Linux</strong> <span class=\"badge\">this one");
    other = strstr(get(t, "/account/sessions", 200)->body.ptr, "this one");
    other = strstr(other, "<strong>Firefox on Linux");
    ck_assert_ptr_nonnull(other);
    between(other, "name=\"handle\" value=\"", "\"", handle, sizeof handle);
    snprintf(form, sizeof form, "handle=%s", handle);
    post_to(t, "/account/sessions", "/account/sessions/end", form, 303);
    shows(t, "/account", "That browser is logged out.");
    post_to(t, "/account", "/account/sessions/end", form, 404);
    asks = there;
    get(t, "/account", 302);
    hearth_client_free(t);
}
END_TEST

START_TEST(one_logs_out_everywhere)
{
    char here[COOKIE], there[COOKIE];
    hearth_client *t = two_browsers(here, there);

    post_to(t, "/account", "/account/sessions/everywhere", "", 303);
    shows(t, "/login", "You are logged out everywhere.");
    get(t, "/account", 302);
    asks = there;
    get(t, "/account", 302);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_browser_is_remembered_if_asked)
{
    hearth_client *t = registered();

    log_out(t);
    post(t, "/login", PASSWORD "&remember=on", 303);
    shows(t, "/account", "ada@example.org");
    hearth_client_advance(t, 20 * INT64_C(86400000)); /* the session is over */
    shows(t, "/account", "ada@example.org");
    shows(t, "/account/sessions", "Firefox on Linux");
    log_out(t);
    get(t, "/account", 302);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_second_factor_needs_its_first_code)
{
    hearth_client *t = registered();

    shows(t, "/account/factor", "otpauth://totp/Accounts:Ada?secret=");
    ck_assert_ptr_nonnull(strstr(post(t, "/account/factor", "code=12345", 422)->body.ptr,
                                 "That is not the code of now."));
    log_out(t);
    post(t, "/login", PASSWORD, 303);
    shows(t, "/account", "ada@example.org");
    get(t, "/login/code", 302);
    hearth_client_free(t);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("accounts");
    TCase *cases = tcase_create("accounts");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, who_registers_is_logged_in);
    tcase_add_loop_test(cases, what_is_wrong_is_shown_in_the_form, 0, WRONG);
    tcase_add_test(cases, a_wrong_password_says_no_more_than_that);
    tcase_add_test(cases, a_login_leads_back);
    tcase_add_test(cases, a_form_of_another_page_is_refused);
    tcase_add_test(cases, a_profile_is_kept);
    tcase_add_test(cases, a_new_password_ends_the_other_sessions);
    tcase_add_test(cases, sessions_are_listed_and_ended);
    tcase_add_test(cases, one_logs_out_everywhere);
    tcase_add_test(cases, a_browser_is_remembered_if_asked);
    tcase_add_test(cases, a_second_factor_needs_its_first_code);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
