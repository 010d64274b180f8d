/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What an application that does nothing special gets, by the rows of the list of defaults
 * that no other suite of test/http is about: H1 to H6, E1, E2.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

static int set(hearth_ctx *c)
{
    return hearth_set_header(c, hearth_query(c, "name", "X-A"),
                             hearth_query(c, "value", "b")) == 0
               ? hearth_text(c, 200, "set\n")
               : hearth_text(c, 200, "refused\n");
}

static int go(hearth_ctx *c)
{
    return hearth_redirect(c, hearth_query(c, "to", "/"));
}

static int who(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%s %s %s\n", hearth_peer(c), hearth_scheme(c),
                        hearth_absolute(c, "/x"));
}

static int fails(hearth_ctx *c)
{
    (void)c;
    return HEARTH_EIO;
}

static int nothing(hearth_ctx *c)
{
    (void)c;
    return 0;
}

static const hearth_route routes[] = {
    HEARTH_GET("/set", set),
    HEARTH_GET("/go", go),
    HEARTH_GET("/who", who),
    HEARTH_GET("/fails", fails),
    HEARTH_GET("/nothing", nothing),
    HEARTH_POST("/set", set),
    HEARTH_END,
};

static const http_case h1[] = {
    {.target = "/set?value=a%20b", .status = 200, .says = "set\n", .field = "X-A: a b"},
    {.target = "/set?value=a%0d%0aSet-Cookie:%20a=b", .says = "refused\n", .status = 200},
    {.target = "/set?value=a%0db", .status = 200, .says = "refused\n", .field = "X-A"},
    {.target = "/set?value=a%0ab", .status = 200, .says = "refused\n", .field = "X-A"},
    {.target = "/set?value=%7f", .status = 200, .says = "refused\n", .field = "X-A"},
    {.target = "/set?name=X-A:%20b%0d%0aX-B", .status = 200, .says = "refused\n"},
    {.target = "/set?name=", .status = 200, .says = "refused\n"},
    {.target = "/set?name=Content-Length&value=0", .status = 200, .says = "refused\n"},
    {.target = "/set?value=a%0d%0aX-B:%20c", .status = 200, .field = "X-B"},
};
#define H1 (int)(sizeof h1 / sizeof *h1)

START_TEST(h1_a_header_value_with_a_line_end_is_refused_not_cleaned)
{
    http_check_one(NULL, routes, &h1[_i]);
}
END_TEST

/* ---- every way into a header --------------------------------------------------------- */

#define EVIL "a\r\nX-Evil: yes"

static int by_format(hearth_ctx *c)
{
    return hearth_set_headerf(c, "X-A", "%s", EVIL);
}

static int by_name(hearth_ctx *c)
{
    return hearth_set_header(c, "X-A: a\r\nX-Evil", "yes");
}

static int by_adding(hearth_ctx *c)
{
    return hearth_add_header(c, "X-A", EVIL);
}

static int by_cookie(hearth_ctx *c)
{
    return hearth_set_cookie(c, "a", EVIL, NULL);
}

static int by_cookie_name(hearth_ctx *c)
{
    return hearth_set_cookie(c, EVIL, "a", NULL);
}

static int by_cookie_path(hearth_ctx *c)
{
    return hearth_set_cookie(c, "a", "b", &(hearth_cookie_opts){.path = "/" EVIL});
}

static int by_cookie_domain(hearth_ctx *c)
{
    return hearth_set_cookie(c, "a", "b", &(hearth_cookie_opts){.domain = EVIL});
}

static int by_type(hearth_ctx *c)
{
    return hearth_blob(c, 200, "text/plain; " EVIL, "a", 1);
}

static int by_redirect(hearth_ctx *c)
{
    return hearth_redirect(c, "/" EVIL);
}

static int by_realm(hearth_ctx *c)
{
    return hearth_basic_ask(c, EVIL);
}

static const hearth_route evil[] = {
    HEARTH_GET("/0", by_format),
    HEARTH_GET("/1", by_name),
    HEARTH_GET("/2", by_adding),
    HEARTH_GET("/3", by_cookie),
    HEARTH_GET("/4", by_cookie_name),
    HEARTH_GET("/5", by_cookie_path),
    HEARTH_GET("/6", by_cookie_domain),
    HEARTH_GET("/7", by_type),
    HEARTH_GET("/8", by_redirect),
    HEARTH_GET("/9", by_realm),
    HEARTH_END,
};
#define WAYS 10

START_TEST(h1_no_way_into_a_header_takes_a_line_end)
{
    hearth_client *t = http_client(NULL, evil);
    char target[8];

    snprintf(target, sizeof target, "/%d", _i);
    const hearth_answer *r = hearth_call_get(t, target);

    ck_assert_msg(r->status >= 400, "%s: %d", target, r->status);
    ck_assert_ptr_null(hearth_answer_header(r, "X-Evil"));
    ck_assert_ptr_null(hearth_answer_header(r, "X-A"));
    ck_assert_ptr_null(hearth_answer_header(r, "Set-Cookie"));
    hearth_client_free(t);
}
END_TEST

static const hearth_app_opts evil_opts[] = {
    {.content_security_policy = "default-src 'self'; " EVIL},
    {.permissions_policy = EVIL},
    {.opener_policy = EVIL},
    {.referrer_policy = EVIL},
};

START_TEST(h1_no_option_takes_a_line_end_either)
{
    hearth_app_opts o = evil_opts[_i];
    hearth_error err = {0};

    o.log.level = HEARTH_LOG_OFF;
    hearth_app *app = hearth_app_new(&o);

    ck_assert_int_eq(hearth_app_start(app, &(hearth_run_opts){.port = HEARTH_PORT_ANY},
                                      &err),
                     HEARTH_EINVAL);
    hearth_app_free(app);
}
END_TEST

static const http_case h2[] = {
    {.target = "/go?to=/a%3Fb", .status = 302, .field = "Location: /a?b"},
    {.target = "/go?to=//evil.example", .status = 400, .field = "Location"},
    {.target = "/go?to=/%5cevil.example", .status = 400, .field = "Location"},
    {.target = "/go?to=%5c%5cevil.example", .status = 400, .field = "Location"},
    {.target = "/go?to=/%09/evil.example", .status = 400, .field = "Location"},
    {.target = "/go?to=%09//evil.example", .status = 400, .field = "Location"},
    {.target = "/go?to=https://evil.example", .status = 400, .field = "Location"},
    {.target = "/go?to=javascript:alert(1)", .status = 400, .field = "Location"},
};
#define H2 (int)(sizeof h2 / sizeof *h2)

START_TEST(h2_a_redirect_stays_on_this_site)
{
    http_check_one(NULL, routes, &h2[_i]);
}
END_TEST

static const http_case h3[] = {
    {.target = "/who", .header = "Host: localhost", .status = 200},
    {.target = "/who", .header = "Host: evil.example", .status = 421},
    {.target = "/who", .header = "Host: localhost.evil.example", .status = 421},
    {.target = "/who", .header = "Host: 192.0.2.1", .status = 421},
    {.target = "/nowhere", .header = "Host: evil.example", .status = 421},
};
#define H3 (int)(sizeof h3 / sizeof *h3)

START_TEST(h3_a_host_that_is_not_ours_is_not_answered_for)
{
    http_check_one(NULL, routes, &h3[_i]);
}
END_TEST

static const char *const fakes[] = {
    "X-Forwarded-For: 192.0.2.1",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: evil.example",
    "Forwarded: for=192.0.2.1;proto=https;host=evil.example",
};

START_TEST(h4_what_proxies_say_is_not_believed_of_others)
{
    hearth_client *t = http_client(NULL, routes);
    const char *const headers[] = {"Host: localhost", fakes[_i], NULL};
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = "/who", .headers = headers});

    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(r->body.ptr, "127.0.0.1 http http://localhost/x\n");
    hearth_client_free(t);
}
END_TEST

static const char *const framings[][3] = {
    {"Content-Length: 3", "Transfer-Encoding: chunked", NULL},
    {"Content-Length: 3", "Content-Length: 4", NULL},
    {"Content-Length: +3", NULL},
    {"Transfer-Encoding: chunked, chunked", NULL},
    {"Transfer-Encoding: xchunked", NULL},
};
#define FRAMINGS (int)(sizeof framings / sizeof *framings)

START_TEST(h5_a_message_of_two_lengths_is_refused)
{
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_do(t, &(hearth_call){.method = "POST",
                                                              .target = "/set",
                                                              .body = "abc",
                                                              .headers = framings[_i]});

    ck_assert_msg(r->status == 400 || r->status == 501, "%d", r->status);
    hearth_client_free(t);
}
END_TEST

static const http_case h6[] = {
    {.method = "TRACE", .target = "/set", .status = 501},
    {.method = "BREW", .target = "/set", .status = 501},
    {.method = "get", .target = "/set", .status = 501},
    {.method = "PUT",
     .target = "/set",
     .status = 405,
     .field = "Allow: GET, HEAD, POST, OPTIONS"},
    {.method = "DELETE",
     .target = "/go",
     .status = 405,
     .field = "Allow: GET, HEAD, OPTIONS"},
};
#define H6 (int)(sizeof h6 / sizeof *h6)

START_TEST(h6_methods_that_nobody_serves_are_501_and_others_405)
{
    http_check_one(NULL, routes, &h6[_i]);
}
END_TEST

START_TEST(e1_errors_from_inside_say_nothing_but_an_id)
{
    static const char *const targets[] = {"/fails", "/nothing"};
    hearth_client *t = http_client(NULL, routes);

    for (size_t i = 0; i < 2; i++) {
        const hearth_answer *r = hearth_call_get(t, targets[i]);
        const char *id = hearth_answer_at(r, "/request_id");

        ck_assert_int_eq(r->status, 500);
        ck_assert_ptr_null(strstr(r->body.ptr, "handler"));
        ck_assert_ptr_null(strstr(r->body.ptr, ".c"));
        ck_assert_ptr_nonnull(id);
        ck_assert(http_logged(t, id));
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(e1_debug_does_not_listen_outside_loopback)
{
    static const char *const hosts[] = {"shop.example", NULL};
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.debug = true,
                                          .hosts = hosts,
                                          .log = {.level = HEARTH_LOG_OFF}});
    hearth_error err;

    ck_assert_int_eq(hearth_app_start(app,
                                      &(hearth_run_opts){.host = "0.0.0.0",
                                                         .port = HEARTH_PORT_ANY},
                                      &err),
                     HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "debug"));
    hearth_app_free(app);
}
END_TEST

/* ---- what fails ---------------------------------------------------------------------- */

static int opened;

static int treasure(hearth_ctx *c)
{
    opened++;
    return hearth_text(c, 200, "treasure");
}

/* Guards that go wrong: each forgets, or cannot, say no. */
static int says_nothing(hearth_ctx *c)
{
    (void)c;
    return 0;
}

static int says_a_code(hearth_ctx *c)
{
    (void)c;
    return HEARTH_EIO;
}

static int has_no_user(hearth_ctx *c)
{
    const char *user = hearth_session_user(c); /* NULL: the store has failed */

    return user == NULL || strcmp(user, "admin") != 0 ? 401 : hearth_next(c);
}

static int asks_for_the_impossible(hearth_ctx *c)
{
    return hearth_alloc(c, SIZE_MAX / 4) == NULL ? HEARTH_ENOMEM : hearth_next(c);
}

static int answers_and_goes_on(hearth_ctx *c)
{
    HEARTH_TRY(hearth_text(c, 200, "half"));
    return HEARTH_EIO;
}

static hearth_handler *const guards[][2] = {
    {says_nothing, NULL},        {says_a_code, NULL},
    {has_no_user, NULL},         {asks_for_the_impossible, NULL},
    {answers_and_goes_on, NULL}, {hearth_require_login, NULL},
    {hearth_csrf, NULL},
};
#define GUARDS (int)(sizeof guards / sizeof *guards)

static int no_load(void *self, hearth_ctx *c, hearth_str id, hearth_stored *out)
{
    (void)self;
    (void)c;
    (void)id;
    (void)out;
    return HEARTH_EUNAVAILABLE;
}

static int no_save(void *self, hearth_ctx *c, hearth_str id, const hearth_stored *s)
{
    (void)self;
    (void)c;
    (void)id;
    (void)s;
    return HEARTH_EUNAVAILABLE;
}

static int no_drop(void *self, hearth_ctx *c, hearth_str id, int64_t version)
{
    (void)self;
    (void)c;
    (void)id;
    (void)version;
    return HEARTH_EUNAVAILABLE;
}

static const hearth_store_ops down = {.name = "down",
                                      .load = no_load,
                                      .save = no_save,
                                      .drop = no_drop};

START_TEST(e2_a_guard_that_fails_lets_nobody_in)
{
    static const char *const headers[] = {
        "Cookie: sid=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL};
    const hearth_route guarded[] = {
        HEARTH_POST("/", treasure, .use = guards[_i]),
        HEARTH_END,
    };
    hearth_app *app = hearth_app_new(NULL);

    opened = 0;
    ck_assert_int_eq(hearth_use_db(app, hearth_db_open("sqlite::memory:", NULL)), 0);
    ck_assert_int_eq(hearth_use_sessions(app, (hearth_store){&down, NULL}, NULL), 0);
    ck_assert_int_eq(hearth_use_users(app, NULL), 0);
    ck_assert_int_eq(hearth_mount(app, "", guarded), 0);
    hearth_client *t = hearth_client_new(app);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.method = "POST", .headers = headers});

    ck_assert_msg(r->status >= 500, "%d", r->status);
    ck_assert_ptr_null(strstr(r->body.ptr, "treasure"));
    ck_assert_ptr_null(strstr(r->body.ptr, "half"));
    ck_assert_int_eq(opened, 0);
    hearth_client_free(t);
}
END_TEST

START_TEST(e2_an_answer_that_cannot_be_finished_is_an_error)
{
    static const hearth_route broken[] = {HEARTH_GET("/", answers_and_goes_on),
                                          HEARTH_END};
    hearth_client *t = http_client(NULL, broken);
    const hearth_answer *r = hearth_call_get(t, "/");

    ck_assert_int_eq(r->status, 500);
    ck_assert_ptr_null(strstr(r->body.ptr, "half"));
    hearth_client_free(t);
}
END_TEST

SUITE("http/defaults",
      LOOP(h1_a_header_value_with_a_line_end_is_refused_not_cleaned, 0,
           H1) LOOP(h2_a_redirect_stays_on_this_site, 0,
                    H2) LOOP(h1_no_way_into_a_header_takes_a_line_end, 0,
                             WAYS) LOOP(h1_no_option_takes_a_line_end_either, 0, 4)
          LOOP(h3_a_host_that_is_not_ours_is_not_answered_for, 0,
               H3) LOOP(h4_what_proxies_say_is_not_believed_of_others, 0, 4)
              LOOP(h5_a_message_of_two_lengths_is_refused, 0, FRAMINGS)
                  LOOP(h6_methods_that_nobody_serves_are_501_and_others_405, 0, H6)
                      TEST(e1_errors_from_inside_say_nothing_but_an_id)
                          TEST(e1_debug_does_not_listen_outside_loopback)
                              LOOP(e2_a_guard_that_fails_lets_nobody_in, 0, GUARDS)
                                  TEST(e2_an_answer_that_cannot_be_finished_is_an_error))
