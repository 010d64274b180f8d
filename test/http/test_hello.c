/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Answering: every function of <hearth/res.h> that sets a body, and every value that a handler may
 * return.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

static int hello(hearth_ctx *c)
{
    return hearth_text(c, 200, "Hello, world!\n");
}

static int formatted(hearth_ctx *c)
{
    return hearth_textf(c, 201, "%d %s", 7, "seven");
}

static int page(hearth_ctx *c)
{
    return hearth_html(c, 200, "<p>\xc3\xa4</p>");
}

static int picture(hearth_ctx *c)
{
    char bytes[] = "GIF\0x"; /* copied: it is gone when the answer is sent */
    int rc = hearth_blob(c, 200, "image/gif", bytes, 5);

    memset(bytes, 'x', sizeof bytes);
    return rc;
}

static int constant(hearth_ctx *c)
{
    static const char bytes[] = "constant";

    return hearth_blob_ref(c, 200, "application/x-y; a=b", bytes, sizeof bytes - 1);
}

static int nothing(hearth_ctx *c)
{
    return hearth_blob(c, 200, "text/x", NULL, 0);
}

static int copied(hearth_ctx *c)
{
    char text[] = "mine";
    int rc = hearth_text(c, 200, text);

    text[0] = 'w';
    return rc;
}

static int json(hearth_ctx *c)
{
    return hearth_json(c, 200, json_pack("{s:b, s:[i,n,f]}", "a", 1, "b", -1, 0.1));
}

static int large(hearth_ctx *c)
{
    size_t n = 3 * 1024 * 1024;
    char *p = hearth_alloc(c, n);

    if (p == NULL)
        return HEARTH_ENOMEM;
    memset(p, 'a', n);
    return hearth_blob_ref(c, 200, "text/plain", p, n);
}

static int last_wins(hearth_ctx *c)
{
    hearth_set_header(c, "X-Kept", "yes");
    hearth_html(c, 201, "first");
    hearth_json(c, 202, json_array());
    return hearth_text(c, 203, "last");
}

static const hearth_route answers[] = {
    HEARTH_GET("/", hello),
    HEARTH_GET("/formatted", formatted),
    HEARTH_GET("/page", page),
    HEARTH_GET("/picture", picture),
    HEARTH_GET("/constant", constant),
    HEARTH_GET("/nothing", nothing),
    HEARTH_GET("/copied", copied),
    HEARTH_GET("/json", json),
    HEARTH_GET("/large", large),
    HEARTH_GET("/last", last_wins),
    HEARTH_END,
};

static const http_case said[] = {
    {.status = 200,
     .says = "Hello, world!\n",
     .field = "Content-Type: text/plain; charset=utf-8"},
    {.status = 200, .field = "Content-Length: 14"},
    {.target = "/formatted",
     .status = 201,
     .says = "7 seven",
     .field = "Content-Type: text/plain; charset=utf-8"},
    {.target = "/page",
     .status = 200,
     .says = "<p>\xc3\xa4</p>",
     .field = "Content-Type: text/html; charset=utf-8"},
    {.target = "/picture",
     .status = 200,
     .says = "GIF",
     .field = "Content-Type: image/gif"},
    {.target = "/picture", .status = 200, .field = "Content-Length: 5"},
    {.target = "/constant",
     .status = 200,
     .says = "constant",
     .field = "Content-Type: application/x-y; a=b"},
    {.target = "/nothing", .status = 200, .says = "", .field = "Content-Length: 0"},
    {.target = "/copied", .status = 200, .says = "mine"},
    {.target = "/json",
     .status = 200,
     .says = "{\"a\":true,\"b\":[-1,null,0.1]}",
     .field = "Content-Type: application/json"},
    {.target = "/large", .status = 200, .field = "Content-Length: 3145728"},
    {.target = "/last",
     .status = 203,
     .says = "last",
     .field = "Content-Type: text/plain; charset=utf-8"},
    {.target = "/last", .status = 203, .field = "X-Kept: yes"},
};

START_TEST(what_a_handler_answers_arrives)
{
    http_check_one(NULL, answers, &said[_i]);
}
END_TEST

START_TEST(a_body_may_hold_nul_bytes)
{
    hearth_client *t = http_client(NULL, answers);
    const hearth_answer *r = hearth_call_get(t, "/picture");

    ck_assert_uint_eq(r->body.len, 5);
    ck_assert_mem_eq(r->body.ptr, "GIF\0x", 5);
    r = hearth_call_get(t, "/large");
    ck_assert_uint_eq(r->body.len, 3145728);
    ck_assert_int_eq(r->body.ptr[3145727], 'a');
    hearth_client_free(t);
}
END_TEST

/* ---- what is refused ------------------------------------------------------------------- */

/* Each answers 200 "refused" when the function under test said what it must. */
static int outcome(hearth_ctx *c, bool ok)
{
    return hearth_text(c, 200, ok ? "refused" : "accepted");
}

static int odd_statuses(hearth_ctx *c)
{
    static const int statuses[] = {0, -1, 1, 99, 100, 101, 199, 600, 999, 1000};
    bool ok = true;

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        int s = statuses[i];

        ok = ok && hearth_text(c, s, "") == HEARTH_EINVAL &&
             hearth_textf(c, s, "%d", s) == HEARTH_EINVAL &&
             hearth_html(c, s, "") == HEARTH_EINVAL &&
             hearth_blob(c, s, "a/b", "", 0) == HEARTH_EINVAL &&
             hearth_blob_ref(c, s, "a/b", "", 0) == HEARTH_EINVAL &&
             hearth_json(c, s, json_object()) == HEARTH_EINVAL && hearth_status(c) == 0;
    }
    return outcome(c, ok);
}

static int null_bodies(hearth_ctx *c)
{
    return outcome(c, hearth_text(c, 200, NULL) == HEARTH_EINVAL &&
                          hearth_html(c, 200, NULL) == HEARTH_EINVAL &&
                          hearth_status(c) == 0);
}

static int odd_types(hearth_ctx *c)
{
    static const char *const types[] = {"",     "a/b\r\nX: y", "a/b\n",
                                        "\x01", " a/b",        "a/b "};
    bool ok = true;

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        ok = ok && hearth_blob(c, 200, types[i], "x", 1) == HEARTH_EINVAL &&
             hearth_blob_ref(c, 200, types[i], "x", 1) == HEARTH_EINVAL;
    return outcome(c, ok && hearth_blob(c, 200, NULL, "x", 1) == HEARTH_EINVAL);
}

static int status_so_far(hearth_ctx *c)
{
    bool ok = hearth_status(c) == 0;

    hearth_text(c, 404, "");
    ok = ok && hearth_status(c) == 404;
    hearth_text(c, 201, "");
    return outcome(c, ok && hearth_status(c) == 201);
}

START_TEST(what_cannot_be_an_answer_is_refused)
{
    static hearth_handler *const handlers[] = {odd_statuses, null_bodies, odd_types,
                                               status_so_far};
    const hearth_route routes[] = {HEARTH_GET("/", handlers[_i]), HEARTH_END};
    const http_case k = {.status = 200, .says = "refused"};

    http_check_one(NULL, routes, &k);
}
END_TEST

/* ---- what a handler returns --------------------------------------------------------------- */

static int as_asked(hearth_ctx *c)
{
    return (int)hearth_param_int(c, "n");
}

static const hearth_route returning[] = {HEARTH_GET("/{n:int}", as_asked), HEARTH_END};

static const struct {
    int returned, status;
} results[] = {{200, 200},
               {201, 201},
               {204, 204},
               {299, 299},
               {301, 301},
               {304, 304},
               {399, 399},
               {400, 400},
               {404, 404},
               {418, 418},
               {499, 499},
               {500, 500},
               {503, 503},
               {599, 599},
               /* neither a status nor a code: a bug of the handler */
               {0, 500},
               {1, 500},
               {3, 500},
               {100, 500},
               {199, 500},
               {600, 500},
               {-99, 500},
               {HEARTH_DECLINED, 404},
#define RESULT(name, value, http, text) {HEARTH_##name, http},
               HEARTH_ERRORS(RESULT)
#undef RESULT
};
#define NRESULTS ((int)(sizeof results / sizeof results[0]))

START_TEST(what_a_handler_returns_becomes_the_status)
{
    hearth_client *t = http_client(NULL, returning);
    char target[16];

    snprintf(target, sizeof target, "/%d", results[_i].returned);
    const hearth_answer *r = hearth_call_get(t, target);

    ck_assert_msg(r->status == results[_i].status, "%s is %d", target, r->status);
    if (r->status >= 400)
        ck_assert_str_eq(hearth_answer_header(r, "Content-Type"),
                         "application/problem+json");
    else
        ck_assert_uint_eq(r->body.len, 0);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_handler_that_answers_nothing_is_logged)
{
    hearth_client *t = http_client(NULL, returning);

    ck_assert_int_eq(hearth_call_get(t, "/0")->status, 500);
    ck_assert(http_logged(t, "/{n:int}"));
    ck_assert(http_logged(t, "ERROR"));
    hearth_client_free(t);
}
END_TEST

START_TEST(the_text_of_an_internal_error_goes_to_the_log_only)
{
    hearth_client *t = http_client(NULL, returning);
    const hearth_answer *r = hearth_call_get(t, "/-9");

    ck_assert_int_eq(r->status, 500);
    ck_assert_ptr_null(strstr(r->body.ptr, hearth_strerror(HEARTH_EDB)));
    ck_assert(http_logged(t, hearth_strerror(HEARTH_EDB)));
    hearth_client_free(t);
}
END_TEST

static int failed_pack(hearth_ctx *c)
{
    return hearth_json(c, 200, NULL);
}

START_TEST(a_json_tree_that_failed_to_pack_is_500_and_logged)
{
    const hearth_route routes[] = {HEARTH_GET("/", failed_pack), HEARTH_END};
    hearth_client *t = http_client(NULL, routes);

    ck_assert_int_eq(hearth_call_get(t, "/")->status, 500);
    ck_assert(http_logged(t, "NULL"));
    hearth_client_free(t);
}
END_TEST

static int state_says(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_state(c) == NULL ? "(none)" : hearth_state(c));
}

START_TEST(the_state_of_the_options_reaches_handlers)
{
    static char mine[] = "mine";
    const hearth_route routes[] = {HEARTH_GET("/", state_says), HEARTH_END};
    const http_case with = {.status = 200, .says = "mine"};
    const http_case without = {.status = 200, .says = "(none)"};

    http_check_one(&(hearth_app_opts){.state = mine}, routes, &with);
    http_check_one(NULL, routes, &without);
}
END_TEST

START_TEST(versions_and_errors_have_words)
{
    ck_assert_str_eq(hearth_version(), HEARTH_VERSION);
    ck_assert_str_eq(hearth_strerror(HEARTH_ENOTFOUND), "not found");
    ck_assert_str_eq(hearth_strerror(-1000), "unknown error");
    ck_assert_str_eq(hearth_strerror(1), "unknown error");
    ck_assert_int_ge(hearth_now_us(), 0);
}
END_TEST

SUITE("http/hello",
      LOOP(what_a_handler_answers_arrives, 0, (int)(sizeof said / sizeof said[0]))
          TEST(a_body_may_hold_nul_bytes) LOOP(what_cannot_be_an_answer_is_refused, 0, 4)
              LOOP(what_a_handler_returns_becomes_the_status, 0, NRESULTS)
                  TEST(a_handler_that_answers_nothing_is_logged)
                      TEST(the_text_of_an_internal_error_goes_to_the_log_only)
                          TEST(a_json_tree_that_failed_to_pack_is_500_and_logged)
                              TEST(the_state_of_the_options_reaches_handlers)
                                  TEST(versions_and_errors_have_words))
