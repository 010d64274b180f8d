/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Requests of other sites' pages: what the browser says of them, and tokens of forms. */

#include "http.h"
#include "suite.h"

#include <stdio.h>

static int change(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%s", hearth_method(c));
}

static int token(hearth_ctx *c)
{
    const char *a = hearth_csrf_token(c), *b = hearth_csrf_token(c);

    if (a == NULL || b == NULL || strcmp(a, b) == 0 || strlen(a) != 86)
        return 500;
    return hearth_text(c, 200, hearth_query(c, "b", NULL) == NULL ? a : b);
}

static int login(hearth_ctx *c)
{
    HEARTH_TRY(hearth_session_login(c, "7"));
    return hearth_text(c, 200, "in");
}

/* As the middleware, but for this handler's own reasons. */
static int checked(hearth_ctx *c)
{
    HEARTH_TRY(hearth_csrf_check(c));
    return hearth_text(c, 200, "checked");
}

static int json(hearth_ctx *c)
{
    json_t *in;

    HEARTH_TRY(hearth_body_json(c, &in));
    return hearth_text(c, 200, "json");
}

static hearth_handler *const tokens[] = {hearth_csrf, NULL};

static const hearth_route routes[] = {
    HEARTH_GET("/x", change),
    HEARTH_POST("/x", change),
    HEARTH_PUT("/x", change),
    HEARTH_PATCH("/x", change),
    HEARTH_DEL("/x", change),
    HEARTH_ROUTE("PURGE", "/x", change),
    HEARTH_POST("/open", change, .unsafe_cross_site = true),
    HEARTH_POST("/json", json),
    HEARTH_GET("/token", token),
    HEARTH_POST("/login", login),
    HEARTH_POST("/form", change, .use = tokens),
    HEARTH_GET("/form", change, .use = tokens),
    HEARTH_GET("/checked", checked),
    HEARTH_END,
};

static const char *const origins[] = {"https://App.example.org", "http://localhost:9999",
                                      NULL};

static hearth_client *open_client(void)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.trusted_origins = origins});

    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    ck_assert_int_eq(hearth_use_sessions(app, hearth_store_memory(0), NULL), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

static int ask(hearth_client *t, const char *method, const char *target, const char *h1,
               const char *h2)
{
    const char *const headers[] = {"Host: localhost:8080", h1 == NULL ? h2 : h1,
                                   h1 == NULL ? NULL : h2, NULL};

    return hearth_call_do(t, &(hearth_call){.method = method,
                                            .target = target,
                                            .headers = headers})
        ->status;
}

static const struct {
    const char *site, *origin;
    int status;
} pages[] = {
    {NULL, NULL, 200}, /* no browser */
    {"Sec-Fetch-Site: same-origin", NULL, 200},
    {"Sec-Fetch-Site: same-origin", "Origin: http://localhost:8080", 200},
    {"Sec-Fetch-Site: none", NULL, 200},
    {"Sec-Fetch-Site: cross-site", NULL, 403},
    {"Sec-Fetch-Site: cross-site", "Origin: https://evil.example", 403},
    {"Sec-Fetch-Site: same-site", "Origin: http://blog.localhost:8080", 403},
    {"Sec-Fetch-Site: same-site", "Origin: http://localhost:8080", 403},
    {"Sec-Fetch-Site: cross-site", "Origin: https://app.example.org", 200},
    {"Sec-Fetch-Site: cross-site", "Origin: https://APP.example.org", 200},
    {"Sec-Fetch-Site: cross-site", "Origin: http://app.example.org", 403},
    {"Sec-Fetch-Site: cross-site", "Origin: https://app.example.org:444", 403},
    {"Sec-Fetch-Site: cross-site", "Origin: https://app.example.org.evil.example", 403},
    {"Sec-Fetch-Site: anything", NULL, 403},
    {"Sec-Fetch-Site:", NULL, 403},
    {NULL, "Origin: http://localhost:8080", 200},
    {NULL, "Origin: https://localhost:8080", 200}, /* a proxy speaks TLS */
    {NULL, "Origin: http://LOCALHOST:8080", 200},
    {NULL, "Origin: http://localhost:9999", 200}, /* listed */
    {NULL, "Origin: http://localhost", 403},
    {NULL, "Origin: http://localhost:8081", 403},
    {NULL, "Origin: http://127.0.0.1:8080", 403},
    {NULL, "Origin: https://evil.example", 403},
    {NULL, "Origin: null", 403},
    {NULL, "Origin: file://", 403},
    {NULL, "Origin: ftp://localhost:8080", 403},
    {NULL, "Origin: localhost:8080", 403},
    {NULL, "Origin: http://localhost:8080/", 403},
    {NULL, "Origin: http://user@localhost:8080", 403},
    {NULL, "Origin: http://localhost:8080 https://evil.example", 403},
};
#define PAGES (int)(sizeof pages / sizeof *pages)

static const char *const unsafe[] = {"POST", "PUT", "PATCH", "DELETE", "PURGE"};

START_TEST(c1_another_sites_page_changes_nothing)
{
    hearth_client *t = open_client();

    for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
        ck_assert_int_eq(ask(t, unsafe[i], "/x", pages[_i].site, pages[_i].origin),
                         pages[_i].status);
    ck_assert_int_eq(ask(t, "GET", "/x", pages[_i].site, pages[_i].origin), 200);
    ck_assert_int_eq(ask(t, "HEAD", "/x", pages[_i].site, pages[_i].origin), 200);
    ck_assert_int_eq(ask(t, "OPTIONS", "/x", pages[_i].site, pages[_i].origin), 204);
    ck_assert_int_eq(ask(t, "POST", "/open", pages[_i].site, pages[_i].origin), 200);
    ck_assert(http_logged(t, "from a page of another site") == (pages[_i].status == 403));
    hearth_client_free(t);
}
END_TEST

static int post_form(hearth_client *t, const char *field, const char *site,
                     const char *body)
{
    const char *const headers[] = {field == NULL ? site : field,
                                   field == NULL ? NULL : site, NULL};

    return hearth_call_do(t, &(hearth_call){.method = "POST",
                                            .target = "/form",
                                            .type = "application/x-www-form-urlencoded",
                                            .body = body,
                                            .headers = headers})
        ->status;
}

START_TEST(c1_a_token_belongs_to_its_session)
{
    hearth_client *t = open_client(), *other = open_client();
    char body[128], field[128], foreign[128];

    ck_assert_int_eq(post_form(t, NULL, NULL, "a=b"), 403);
    ck_assert_int_eq(hearth_call_get(t, "/form")->status, 200);
    ck_assert_int_eq(ask(t, "GET", "/checked", NULL, NULL), 403);
    for (int i = 0; i < 2; i++) { /* masked anew, the same token all the same */
        const char *got = hearth_call_get(t, i == 0 ? "/token" : "/token?b=1")->body.ptr;

        snprintf(body, sizeof body, "csrf_token=%s", got);
        snprintf(field, sizeof field, "X-CSRF-Token: %s", got);
        ck_assert_int_eq(post_form(t, NULL, NULL, body), 200);
        ck_assert_int_eq(post_form(t, field, NULL, "a=b"), 200);
        ck_assert_int_eq(ask(t, "GET", "/checked", field, NULL), 200);
    }
    snprintf(foreign, sizeof foreign, "csrf_token=%s",
             hearth_call_get(other, "/token")->body.ptr);
    ck_assert_int_eq(post_form(t, NULL, NULL, foreign), 403);
    ck_assert(http_logged(t, "its csrf_token is not of this session"));
    ck_assert(!http_logged(t, foreign + strlen("csrf_token=")));
    for (size_t i = strlen("csrf_token="); body[i] != '\0'; i += 7) {
        char was = body[i];

        body[i] = was == 'A' ? 'B' : 'A';
        ck_assert_int_eq(post_form(t, NULL, NULL, body), 403);
        body[i] = '\0';
        ck_assert_int_eq(post_form(t, NULL, NULL, body), 403);
        body[i] = was;
        if (body[i + 1] == '\0' || strlen(body + i) < 7)
            break;
    }
    ck_assert_int_eq(post_form(t, NULL, NULL, body), 200);
    ck_assert_int_eq(hearth_call_post(t, "/login", NULL)->status, 200);
    ck_assert_int_eq(post_form(t, NULL, NULL, body), 403); /* of before the login */
    hearth_client_free(t);
    hearth_client_free(other);
}
END_TEST

/* Of two first pages at once each begins a session, and the browser keeps one of them. */
START_TEST(two_first_pages_opened_at_once_can_both_be_sent)
{
    static const char *const ours[] = {"Sec-Fetch-Site: same-origin",
                                       "Origin: http://localhost"};
    hearth_client *t = open_client(), *other = open_client();
    char body[128];

    snprintf(body, sizeof body, "csrf_token=%s",
             hearth_call_get(other, "/token")->body.ptr);
    hearth_call_get(t, "/token");
    ck_assert_int_eq(post_form(t, NULL, ours[_i], body), 200);
    ck_assert_int_eq(post_form(t, NULL, NULL, body), 403); /* no word of a browser */
    ck_assert_int_eq(post_form(t, NULL, ours[_i], "csrf_token=x"), 403);
    ck_assert_int_eq(post_form(t, NULL, ours[_i], "a=b"), 403);
    ck_assert_int_eq(hearth_call_post(t, "/login", NULL)->status, 200);
    ck_assert_int_eq(post_form(t, NULL, ours[_i], body), 403); /* somebody's session */
    hearth_client_free(t);
    hearth_client_free(other);
}
END_TEST

START_TEST(c2_what_the_browser_says_counts_even_with_a_token)
{
    hearth_client *t = open_client();
    char body[128];

    snprintf(body, sizeof body, "csrf_token=%s", hearth_call_get(t, "/token")->body.ptr);
    ck_assert_int_eq(post_form(t, NULL, NULL, body), 200);
    ck_assert_int_eq(post_form(t, "Sec-Fetch-Site: cross-site", NULL, body), 403);
    ck_assert_int_eq(post_form(t, "Sec-Fetch-Site: same-site", NULL, body), 403);
    ck_assert_int_eq(post_form(t, "Origin: https://evil.example", NULL, body), 403);
    ck_assert_int_eq(post_form(t, "Sec-Fetch-Site: same-origin", NULL, body), 200);
    hearth_client_free(t);
}
END_TEST

START_TEST(c3_a_get_stays_one_whatever_it_is_called)
{
    static const char *const headers[] = {"X-HTTP-Method-Override: DELETE",
                                          "X-HTTP-Method: PUT", "X-Method-Override: POST",
                                          NULL};
    hearth_client *t = open_client();
    const hearth_answer *r =
        hearth_call_do(t,
                       &(hearth_call){.target = "/x?_method=DELETE", .headers = headers});

    ck_assert_str_eq(r->body.ptr, "GET");
    r = hearth_call_do(t, &(hearth_call){.method = "POST",
                                         .target = "/x",
                                         .type = "application/x-www-form-urlencoded",
                                         .body = "_method=DELETE",
                                         .headers = headers});
    ck_assert_str_eq(r->body.ptr, "POST");
    hearth_client_free(t);
}
END_TEST

static const struct {
    const char *type;
    int status;
} types[] = {
    {"application/json", 200},
    {"application/json; charset=utf-8", 200},
    {"text/plain", 415}, /* what a form of another site can send */
    {"text/plain; application/json", 415},
    {"application/x-www-form-urlencoded", 415},
    {"multipart/form-data; boundary=x", 400}, /* which the body is not */
    {"", 415},
};

START_TEST(c4_json_is_taken_as_json_only)
{
    hearth_client *t = open_client();
    char type[64];
    const char *const headers[] = {type, NULL};

    snprintf(type, sizeof type, "Content-Type: %s", types[_i].type);
    ck_assert_int_eq(hearth_call_do(t, &(hearth_call){.method = "POST",
                                                      .target = "/json",
                                                      .body = "{\"a\":1}",
                                                      .headers = headers})
                         ->status,
                     types[_i].status);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_body_of_another_sites_page_is_not_read)
{
    hearth_client *t = open_client();
    static char body[100000];
    const char *const headers[] = {"Sec-Fetch-Site: cross-site", NULL};

    memset(body, 'x', sizeof body);
    ck_assert_int_eq(hearth_call_do(t, &(hearth_call){.method = "POST",
                                                      .target = "/x",
                                                      .body = body,
                                                      .body_len = sizeof body,
                                                      .headers = headers})
                         ->status,
                     403);
    hearth_client_free(t);
}
END_TEST

START_TEST(an_application_may_say_that_it_wants_none_of_this)
{
    hearth_client *t = http_client(&(hearth_app_opts){.unsafe_cross_site = true}, routes);

    ck_assert_int_eq(ask(t, "POST", "/x", "Sec-Fetch-Site: cross-site", NULL), 200);
    hearth_client_free(t);
}
END_TEST

static const char *const no_origins[] = {
    "app.example.org",       "https://",    "https://app.example.org/", "*", "",
    "ftp://app.example.org", "https://a b",
};

START_TEST(a_trusted_origin_is_one)
{
    const char *const list[] = {"https://fine.example", no_origins[_i], NULL};
    hearth_app *app = hearth_app_new(
        &(hearth_app_opts){.trusted_origins = list, .log = {.level = HEARTH_LOG_OFF}});
    hearth_error err;

    ck_assert_int_eq(hearth_app_start(app, &(hearth_run_opts){.port = HEARTH_PORT_ANY},
                                      &err),
                     HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "an origin is scheme and host"));
    hearth_app_free(app);
}
END_TEST

SUITE("http/csrf",
      LOOP(c1_another_sites_page_changes_nothing, 0, PAGES)
          TEST(c1_a_token_belongs_to_its_session)
              LOOP(two_first_pages_opened_at_once_can_both_be_sent, 0, 2)
                  TEST(c2_what_the_browser_says_counts_even_with_a_token)
                      TEST(c3_a_get_stays_one_whatever_it_is_called)
                          LOOP(c4_json_is_taken_as_json_only, 0, 7)
                              TEST(a_body_of_another_sites_page_is_not_read)
                                  TEST(an_application_may_say_that_it_wants_none_of_this)
                                      LOOP(a_trusted_origin_is_one, 0, 7))
