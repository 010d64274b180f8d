/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Pages of other origins: which may read answers, which may ask for more, and what a
 * browser is told beforehand.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

static int hello(hearth_ctx *c)
{
    return hearth_text(c, 200, "hello\n");
}

static int own(hearth_ctx *c)
{
    HEARTH_TRY(
        hearth_set_header(c, "Access-Control-Allow-Origin", "https://own.example"));
    return hello(c);
}

static int nobody(hearth_ctx *c)
{
    return hearth_fail(c, 401, "log in");
}

static const hearth_route routes[] = {
    HEARTH_GET("/", hello),
    HEARTH_GET("/api/things", hello),
    HEARTH_POST("/api/things", hello),
    HEARTH_DEL("/api/things", hello),
    HEARTH_GET("/api/own", own),
    HEARTH_GET("/open", hello),
    HEARTH_POST("/open", hello),
    HEARTH_GET("/apis", hello),
    HEARTH_END,
};

#define APP    "https://app.example.org"
#define ORIGIN "Origin: " APP

static const char *const apps[] = {"https://APP.example.org:443", "http://localhost:5173",
                                   NULL};
static const char *const anyone[] = {HEARTH_UNSAFE_ANY_ORIGIN, NULL};
static const char *const nulls[] = {"null", NULL};
static const char *const methods[] = {"GET", "DELETE", NULL};
static const char *const headers[] = {"Content-Type", "X-Thing", NULL};
static const char *const expose[] = {"X-Total", "Link", NULL};
static const char *const star[] = {"*", NULL};

/* "/api" for apps with their visitors, "/open" for all, "/null" for the origin null. */
static hearth_client *client(void)
{
    hearth_app *app = hearth_app_new(NULL);

    ck_assert_ptr_nonnull(app);
    hearth_mount(app, "", routes);
    hearth_use(app, nobody);
    ck_assert_int_eq(hearth_use_cors_at(app, "/api",
                                        &(hearth_cors_opts){.origins = apps,
                                                            .methods = methods,
                                                            .headers = headers,
                                                            .expose = expose,
                                                            .credentials = true,
                                                            .max_age_s = 60}),
                     0);
    ck_assert_int_eq(hearth_use_cors_at(app, "/open",
                                        &(hearth_cors_opts){.origins = anyone,
                                                            .headers = star,
                                                            .max_age_s = -1}),
                     0);
    ck_assert_int_eq(hearth_use_cors_at(app, "/null/",
                                        &(hearth_cors_opts){.origins = nulls}),
                     0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

/* ---- answers ---------------------------------------------------------------------- */

#define ALLOWED "Access-Control-Allow-Origin"

static const http_case answers[] = {
    {.target = "/api/things", .header = ORIGIN, .field = ALLOWED ": " APP},
    {.target = "/api/things", .header = ORIGIN, .field = "Vary: Accept, Origin"},
    {.target = "/api/things",
     .header = ORIGIN,
     .field = "Access-Control-Allow-Credentials: true"},
    {.target = "/api/things",
     .header = ORIGIN,
     .field = "Access-Control-Expose-Headers: X-Total, Link"},
    {.target = "/api/nowhere", .header = ORIGIN, .field = ALLOWED ": " APP},
    {.target = "/api",
     .header = "Origin: http://localhost:5173",
     .field = ALLOWED ": http://localhost:5173"},
    {.target = "/api/things", .header = "Origin: https://evil.example", .field = ALLOWED},
    {.target = "/api/things",
     .header = "Origin: https://evil.example",
     .field = "Access-Control-Allow-Credentials"},
    {.target = "/api/things", .header = "Origin: null", .field = ALLOWED},
    {.target = "/api/things", .header = "Origin: " APP ".evil.example", .field = ALLOWED},
    {.target = "/api/things",
     .header = "Origin: http://app.example.org",
     .field = ALLOWED},
    {.target = "/api/things", .header = "Origin: " APP ":444", .field = ALLOWED},
    {.target = "/api/things", .header = "Origin: " APP ", " APP, .field = ALLOWED},
    {.target = "/api/things", .header = "Origin: https://", .field = ALLOWED},
    {.target = "/api/things", .field = ALLOWED},
    {.target = "/apis", .header = ORIGIN, .field = ALLOWED},
    {.target = "/", .header = ORIGIN, .field = ALLOWED},
    {.target = "/open", .header = "Origin: https://evil.example", .field = ALLOWED ": *"},
    {.target = "/open",
     .header = "Origin: https://evil.example",
     .field = "Access-Control-Allow-Credentials"},
    {.target = "/null/x", .header = "Origin: null", .field = ALLOWED ": null"},
    {.target = "/null/x", .header = ORIGIN, .field = ALLOWED},
};
#define ANSWERS (int)(sizeof answers / sizeof *answers)

START_TEST(c5_only_listed_origins_may_read_an_answer)
{
    hearth_client *t = client();
    http_case k = answers[_i];

    k.status = 401; /* errors, too */
    (void)http_check(t, &k);
    hearth_client_free(t);
}
END_TEST

START_TEST(c5_without_a_policy_nobody_may)
{
    static const http_case closed = {.target = "/",
                                     .header = ORIGIN,
                                     .status = 200,
                                     .field = ALLOWED};
    static const http_case preflight = {.method = "OPTIONS",
                                        .target = "/",
                                        .header = ORIGIN,
                                        .status = 204,
                                        .field = ALLOWED};
    hearth_client *t = http_client(NULL, routes);

    (void)http_check(t, &closed);
    (void)http_check(t, &preflight);
    hearth_client_free(t);
}
END_TEST

START_TEST(c5_vary_says_origin_whoever_asks)
{
    static const char *const origins[] = {NULL, ORIGIN, "Origin: https://evil.example"};
    hearth_client *t = client();

    for (size_t i = 0; i < 3; i++) {
        const char *const h[] = {origins[i], NULL};
        const hearth_answer *r =
            hearth_call_do(t, &(hearth_call){.target = "/api/things", .headers = h});

        ck_assert_ptr_nonnull(strstr(hearth_answer_header(r, "Vary"), "Origin"));
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(what_a_handler_says_wins)
{
    static const http_case k = {.target = "/api/own",
                                .header = ORIGIN,
                                .status = 200,
                                .field = ALLOWED ": https://own.example"};
    hearth_app *app = hearth_app_new(NULL);

    hearth_mount(app, "", routes);
    hearth_use_cors(app, &(hearth_cors_opts){.origins = apps});
    hearth_client *t = hearth_client_new(app);

    (void)http_check(t, &k);
    hearth_client_free(t);
}
END_TEST

/* ---- preflights ------------------------------------------------------------------- */

static const struct {
    const char *target, *origin, *method, *headers;
    int status;
    const char *field;
} preflights[] = {
    {"/api/things", ORIGIN, "DELETE", NULL, 204, ALLOWED ": " APP},
    {"/api/things", ORIGIN, "DELETE", "content-type, X-THING", 204,
     "Access-Control-Allow-Headers: Content-Type, X-Thing"},
    {"/api/things", ORIGIN, "GET", NULL, 204,
     "Access-Control-Allow-Methods: GET, DELETE"},
    {"/api/things", ORIGIN, "GET", "", 204, "Access-Control-Allow-Credentials: true"},
    {"/api/things", ORIGIN, "GET", NULL, 204, "Access-Control-Max-Age: 60"},
    {"/api/things", ORIGIN, "GET", NULL, 204, "Vary: Origin"},
    {"/api/nowhere", ORIGIN, "GET", NULL, 204, ALLOWED ": " APP},
    {"/api/things", ORIGIN, "POST", NULL, 403, "Access-Control-Allow-Methods"},
    {"/api/things", ORIGIN, "delete", NULL, 403, "Access-Control-Allow-Methods"},
    {"/api/things", ORIGIN, "GET", "x-thing, x-other", 403,
     "Access-Control-Allow-Headers"},
    {"/api/things", "Origin: https://evil.example", "GET", NULL, 403, ALLOWED},
    {"/api/things", "Origin: null", "GET", NULL, 403, ALLOWED},
    {"/open", ORIGIN, "POST", "x-anything", 204, ALLOWED ": *"},
    {"/open", ORIGIN, "POST", "x-anything", 204, "Access-Control-Max-Age: 0"},
    {"/open", ORIGIN, "POST", "authorization", 403, "Access-Control-Allow-Headers"},
    {"/open", ORIGIN, "PUT", NULL, 403, "Access-Control-Allow-Methods"},
    {"/", ORIGIN, "GET", NULL, 401, ALLOWED},
    {"/api/things", ORIGIN, NULL, NULL, 401, ALLOWED ": " APP},
    {"/api/things", "X-No: origin", "GET", NULL, 401, ALLOWED},
};
#define PREFLIGHTS (int)(sizeof preflights / sizeof *preflights)

START_TEST(c5_a_preflight_is_answered_before_anyone_asks_for_a_login)
{
    hearth_client *t = client();
    char method[64], list[64];
    const char *h[4] = {preflights[_i].origin};
    int n = 1;

    if (preflights[_i].method != NULL) {
        snprintf(method, sizeof method, "Access-Control-Request-Method: %s",
                 preflights[_i].method);
        h[n++] = method;
    }
    if (preflights[_i].headers != NULL) {
        snprintf(list, sizeof list, "Access-Control-Request-Headers: %s",
                 preflights[_i].headers);
        h[n++] = list;
    }
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.method = "OPTIONS",
                                         .target = preflights[_i].target,
                                         .headers = h});

    ck_assert_msg(r->status == preflights[_i].status, "%d: %s", r->status, r->body.ptr);
    http_check_field(r, preflights[_i].field);
    hearth_client_free(t);
}
END_TEST

/* ---- changes ---------------------------------------------------------------------- */

static const struct {
    const char *method, *target, *origin, *more;
    int status; /* 401: came through */
} changes[] = {
    {"DELETE", "/api/things", ORIGIN, "Cookie: a=b", 401},
    {"POST", "/api/things", ORIGIN, "X-A: b", 403}, /* not of `methods` */
    {"DELETE", "/api/things", "Origin: https://evil.example", "X-A: b", 403},
    {"POST", "/open", ORIGIN, "X-A: b", 401},
    {"POST", "/open", ORIGIN, "Authorization: Bearer x", 401},
    {"POST", "/open", ORIGIN, "Authorization: Basic YTpi", 403},
    {"POST", "/open", ORIGIN, "Cookie: a=b", 403},
    {"DELETE", "/open", ORIGIN, "X-A: b", 403},
    {"POST", "/", ORIGIN, "X-A: b", 403},
};
#define CHANGES (int)(sizeof changes / sizeof *changes)

START_TEST(c2_c5_who_may_read_may_change_something_but_in_no_name_unasked)
{
    hearth_client *t = client();
    const char *const h[] = {changes[_i].origin, changes[_i].more,
                             "Sec-Fetch-Site: cross-site", NULL};
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.method = changes[_i].method,
                                         .target = changes[_i].target,
                                         .headers = h});

    ck_assert_int_eq(r->status, changes[_i].status);
    hearth_client_free(t);
}
END_TEST

/* ---- set-up ----------------------------------------------------------------------- */

static const char *const with_path[] = {"https://a.example/", NULL};
static const char *const wild[] = {"https://*.example.org", NULL};
static const char *const no_scheme[] = {"a.example", NULL};
static const char *const no_host[] = {"https://", NULL};
static const char *const space[] = {"https://a b", NULL};
static const char *const both[] = {"*", "https://a.example", NULL};
static const char *const empty[] = {NULL};
static const char *const bad_name[] = {"X Y", NULL};

static const struct {
    hearth_cors_opts o;
    const char *prefix, *says;
} wrong[] = {
    {{.origins = NULL}, "", "lists none"},
    {{.origins = empty}, "", "lists none"},
    {{.origins = anyone, .credentials = true}, "", "act for your visitors"},
    {{.origins = both}, "", "alone"},
    {{.origins = with_path}, "", "path"},
    {{.origins = wild}, "", "wildcard"},
    {{.origins = no_scheme}, "", "scheme"},
    {{.origins = no_host}, "", "host"},
    {{.origins = space}, "", "host"},
    {{.origins = apps, .methods = bad_name}, "", "methods"},
    {{.origins = apps, .methods = star}, "", "methods"},
    {{.origins = apps, .headers = bad_name}, "", "headers"},
    {{.origins = apps, .headers = star, .credentials = true}, "", "credentials"},
    {{.origins = apps, .expose = star, .credentials = true}, "", "credentials"},
    {{.origins = apps, .max_age_s = -2}, "", "max_age_s"},
    {{.origins = apps, .max_age_s = 86401}, "", "max_age_s"},
    {{.origins = apps}, "api", "plain path"},
    {{.origins = apps}, "/{x}", "plain path"},
};
#define WRONG (int)(sizeof wrong / sizeof *wrong)

START_TEST(c5_a_policy_that_says_too_much_or_nothing_is_refused_at_start)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_error err;

    ck_assert_int_eq(hearth_use_cors_at(app, wrong[_i].prefix, &wrong[_i].o),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth_app_start(app, &(hearth_run_opts){.port = HEARTH_PORT_ANY},
                                      &err),
                     HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, wrong[_i].says) != NULL, "%s", err.text);
    hearth_app_free(app);
}
END_TEST

START_TEST(a_prefix_has_one_policy_and_the_longest_counts)
{
    static const http_case inner = {.target = "/api/things",
                                    .header = ORIGIN,
                                    .status = 200,
                                    .field = ALLOWED};
    static const http_case outer = {.target = "/",
                                    .header = ORIGIN,
                                    .status = 200,
                                    .field = ALLOWED ": " APP};
    hearth_app *app = hearth_app_new(NULL);

    hearth_mount(app, "", routes);
    ck_assert_int_eq(hearth_use_cors(app, &(hearth_cors_opts){.origins = apps}), 0);
    ck_assert_int_eq(hearth_use_cors_at(app, "/api/",
                                        &(hearth_cors_opts){.origins = nulls}),
                     0);
    hearth_client *t = hearth_client_new(app);

    (void)http_check(t, &inner);
    (void)http_check(t, &outer);
    hearth_client_free(t);

    app = hearth_app_new(NULL);
    hearth_use_cors_at(app, "/a", &(hearth_cors_opts){.origins = apps});
    ck_assert_int_eq(hearth_use_cors_at(app, "/a/",
                                        &(hearth_cors_opts){.origins = nulls}),
                     HEARTH_ECONFLICT);
    hearth_app_free(app);
}
END_TEST

SUITE("http/cors",
      LOOP(c5_only_listed_origins_may_read_an_answer, 0,
           ANSWERS) TEST(c5_without_a_policy_nobody_may)
          TEST(c5_vary_says_origin_whoever_asks) TEST(what_a_handler_says_wins)
              LOOP(c5_a_preflight_is_answered_before_anyone_asks_for_a_login, 0,
                   PREFLIGHTS)
                  LOOP(c2_c5_who_may_read_may_change_something_but_in_no_name_unasked, 0,
                       CHANGES)
                      LOOP(c5_a_policy_that_says_too_much_or_nothing_is_refused_at_start,
                           0, WRONG) TEST(a_prefix_has_one_policy_and_the_longest_counts))
