/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What an application says to browsers without being asked, on whatever it answers.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

static int text(hearth_ctx *c)
{
    return hearth_text(c, 200, "hello\n");
}

static int json(hearth_ctx *c)
{
    return hearth_json(c, 200, json_object());
}

static int page(hearth_ctx *c)
{
    return hearth_html(c, 200, "<!doctype html><p>hello");
}

static int long_page(hearth_ctx *c)
{
    char *p = hearth_alloc(c, 4001);

    if (p == NULL)
        return HEARTH_ENOMEM;
    memset(p, 'x', 4000);
    return hearth_html(c, 200, p);
}

static ptrdiff_t ends(void *arg, char *buf, size_t max)
{
    (void)arg;
    (void)buf;
    (void)max;
    return 0;
}

static int stream(hearth_ctx *c)
{
    return hearth_stream(c, 200, "text/html", ends, NULL);
}

static int own(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "Content-Security-Policy", "default-src 'none'"));
    HEARTH_TRY(hearth_set_header(c, "referrer-policy", "no-referrer"));
    return page(c);
}

static void late(hearth_ctx *c, void *arg)
{
    (void)arg;
    (void)hearth_set_header(c, "Cross-Origin-Opener-Policy", "unsafe-none");
}

static int hooked(hearth_ctx *c)
{
    HEARTH_TRY(hearth_on_send(c, late, NULL));
    return page(c);
}

static int nonce(hearth_ctx *c)
{
    const char *n = hearth_csp_nonce(c);

    if (n == NULL)
        return HEARTH_ENOMEM;
    return hearth_html(c, 200, hearth_strf(c, "<script nonce=\"%s\"></script>", n));
}

static int nonce_then_error(hearth_ctx *c)
{
    return hearth_csp_nonce(c) == NULL ? HEARTH_ENOMEM : 418;
}

static int away(hearth_ctx *c)
{
    return hearth_redirect(c, "/page");
}

static int fails(hearth_ctx *c)
{
    (void)c;
    return HEARTH_EIO;
}

static const hearth_route routes[] = {
    HEARTH_GET("/text", text),
    HEARTH_GET("/json", json),
    HEARTH_GET("/page", page),
    HEARTH_GET("/long", long_page),
    HEARTH_GET("/stream", stream),
    HEARTH_GET("/own", own),
    HEARTH_GET("/hooked", hooked),
    HEARTH_GET("/nonce", nonce),
    HEARTH_GET("/nonce-error", nonce_then_error),
    HEARTH_GET("/away", away),
    HEARTH_GET("/fails", fails),
    HEARTH_POST("/small", text, .max_body = 4),
    HEARTH_END,
};

#define POLICY "default-src 'self'; frame-ancestors 'none'; base-uri 'self'"

static const http_case every_answer[] = {
    {.target = "/text", .status = 200},
    {.method = "HEAD", .target = "/text", .status = 200},
    {.method = "OPTIONS", .target = "/text", .status = 204},
    {.target = "/json", .status = 200},
    {.target = "/page", .status = 200},
    {.target = "/stream", .status = 200},
    {.target = "/away", .status = 302},
    {.target = "/fails", .status = 500},
    {.target = "/nowhere", .status = 404},
    {.method = "PUT", .target = "/text", .status = 405},
    {.method = "BREW", .target = "/text", .status = 501},
    {.target = "/text", .header = "Host: other.example", .status = 421},
    {.method = "POST", .target = "/small", .body = "too large", .status = 413},
    {.target = "//text", .status = 308},
};
#define EVERY (int)(sizeof every_answer / sizeof *every_answer)

/* A browser loads nothing from it, so there is no Referer to keep private. */
static bool is_data(const hearth_answer *r)
{
    const char *type = hearth_answer_header(r, "Content-Type");

    return type != NULL && (strncmp(type, "text/plain", 10) == 0 ||
                            strcmp(type, "application/json") == 0);
}

START_TEST(x6_every_answer_forbids_guessing_its_type_and_keeps_addresses_private)
{
    hearth_client *t = http_client(NULL, routes);
    /* The second one over a connection is a response object made before. */
    for (int i = 0; i < 3; i++) {
        const hearth_answer *r = http_check(t, &every_answer[_i]);

        http_check_field(r, "X-Content-Type-Options: nosniff");
        http_check_field(r,
                         is_data(r) ? "Referrer-Policy" : "Referrer-Policy: same-origin");
        http_check_field(r, "Strict-Transport-Security");
        http_check_field(r, "Server");
        http_check_field(r, "X-Powered-By");
    }
    hearth_client_free(t);
}
END_TEST

static const http_case fields[] = {
    {.target = "/page", .status = 200, .field = "Content-Security-Policy: " POLICY},
    {.target = "/page",
     .status = 200,
     .field = "Cross-Origin-Opener-Policy: same-origin"},
    {.target = "/page",
     .status = 200,
     .field = "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), "
              "usb=()"},
    {.method = "HEAD",
     .target = "/page",
     .status = 200,
     .field = "Content-Security-Policy: " POLICY},
    {.target = "/stream", .status = 200, .field = "Content-Security-Policy: " POLICY},
    {.target = "/nowhere",
     .header = "Accept: text/html",
     .status = 404,
     .field = "Cross-Origin-Opener-Policy: same-origin"},
    {.target = "/text", .status = 200, .field = "Content-Security-Policy"},
    {.target = "/json", .status = 200, .field = "Content-Security-Policy"},
    {.target = "/json", .status = 200, .field = "Cross-Origin-Opener-Policy"},
    {.target = "/own",
     .status = 200,
     .field = "Content-Security-Policy: default-src 'none'"},
    {.target = "/own", .status = 200, .field = "Referrer-Policy: no-referrer"},
    {.target = "/own", .status = 200, .field = "Cross-Origin-Opener-Policy: same-origin"},
    {.target = "/hooked",
     .status = 200,
     .field = "Cross-Origin-Opener-Policy: unsafe-none"},
    {.target = "/hooked", .status = 200, .field = "Content-Security-Policy: " POLICY},
};
#define FIELDS (int)(sizeof fields / sizeof *fields)

START_TEST(x6_pages_have_a_policy_unless_they_set_their_own)
{
    http_check_one(NULL, routes, &fields[_i]);
}
END_TEST

START_TEST(x6_no_policy_allows_inline_scripts)
{
    static const char *const targets[] = {"/page", "/stream", "/nowhere"};
    static const char *const headers[] = {"Accept: text/html", NULL};
    hearth_client *t = http_client(NULL, routes);

    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        const hearth_answer *r =
            hearth_call_do(t, &(hearth_call){.target = targets[i], .headers = headers});
        const char *policy = hearth_answer_header(r, "Content-Security-Policy");

        ck_assert_ptr_nonnull(policy);
        ck_assert_ptr_null(strstr(policy, "unsafe-"));
        ck_assert_ptr_nonnull(strstr(policy, "frame-ancestors 'none'"));
    }
    hearth_client_free(t);
}
END_TEST

static const char *const proxies[] = {"127.0.0.1", NULL};

static const struct {
    const char *header, *target;
    const char *field;
} schemes[] = {
    {"X-Forwarded-Proto: https", "/text", "Strict-Transport-Security: max-age=31536000"},
    {"Forwarded: for=192.0.2.1;proto=https", "/nowhere",
     "Strict-Transport-Security: max-age=31536000"},
    {"X-Forwarded-Proto: http", "/text", "Strict-Transport-Security"},
};
#define SCHEMES (int)(sizeof schemes / sizeof *schemes)

START_TEST(x6_over_https_browsers_are_told_to_stay_there)
{
    const hearth_app_opts o = {.trusted_proxies = proxies};
    const char *const headers[] = {schemes[_i].header, NULL};
    hearth_client *t = http_client(&o, routes);

    http_check_field(hearth_call_do(t, &(hearth_call){.target = schemes[_i].target,
                                                      .headers = headers}),
                     schemes[_i].field);
    hearth_client_free(t);
}
END_TEST

START_TEST(x6_who_is_no_trusted_proxy_cannot_have_it_said)
{
    hearth_client *t = http_client(NULL, routes);
    static const char *const headers[] = {"X-Forwarded-Proto: https", NULL};

    http_check_field(hearth_call_do(t, &(hearth_call){.target = "/text",
                                                      .headers = headers}),
                     "Strict-Transport-Security");
    hearth_client_free(t);
}
END_TEST

START_TEST(https_and_http_of_one_route_are_not_mixed_up)
{
    const hearth_app_opts o = {.trusted_proxies = proxies};
    static const char *const headers[] = {"X-Forwarded-Proto: https", NULL};
    hearth_client *t = http_client(&o, routes);

    for (int i = 0; i < 3; i++) {
        http_check_field(hearth_call_do(t, &(hearth_call){.target = "/text",
                                                          .headers = headers}),
                         "Strict-Transport-Security: max-age=31536000");
        http_check_field(hearth_call_get(t, "/text"), "Strict-Transport-Security");
        http_check_field(hearth_call_get(t, "/text"), "Strict-Transport-Security");
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(a_nonce_is_of_one_answer_and_in_its_policy)
{
    hearth_client *t = http_client(NULL, routes);
    char before[64] = "";

    for (int i = 0; i < 3; i++) {
        const hearth_answer *r = hearth_call_get(t, "/nonce");
        char seen[64], source[192];

        ck_assert_int_eq(sscanf(r->body.ptr, "<script nonce=\"%63[^\"]\"", seen), 1);
        snprintf(source, sizeof source,
                 "script-src 'self' 'nonce-%s'; style-src 'self' "
                 "'nonce-%s'",
                 seen, seen);
        ck_assert_ptr_nonnull(
            strstr(hearth_answer_header(r, "Content-Security-Policy"), source));
        ck_assert_str_ne(seen, before);
        memcpy(before, seen, sizeof before);
        http_check_field(hearth_call_get(t, "/page"), "Content-Security-Policy: " POLICY);
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(an_error_page_keeps_its_own_policy_whatever_was_asked_for_before)
{
    hearth_client *t = http_client(NULL, routes);
    static const char *const headers[] = {"Accept: text/html", NULL};
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = "/nonce-error", .headers = headers});

    ck_assert_int_eq(r->status, 418);
    ck_assert_ptr_null(
        strstr(hearth_answer_header(r, "Content-Security-Policy"), "nonce"));
    hearth_client_free(t);
}
END_TEST

START_TEST(a_304_leaves_the_policy_of_the_page_as_it_is)
{
    hearth_client *t = http_client(NULL, routes);
    char condition[128];
    const char *const headers[] = {condition, NULL};
    const char *tag = hearth_answer_header(hearth_call_get(t, "/long"), "ETag");

    ck_assert_ptr_nonnull(tag);
    snprintf(condition, sizeof condition, "If-None-Match: %s", tag);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = "/long", .headers = headers});

    ck_assert_int_eq(r->status, 304);
    http_check_field(r, "Content-Security-Policy");
    http_check_field(r, "X-Content-Type-Options: nosniff");
    hearth_client_free(t);
}
END_TEST

SUITE("http/security",
      LOOP(x6_every_answer_forbids_guessing_its_type_and_keeps_addresses_private, 0,
           EVERY) LOOP(x6_pages_have_a_policy_unless_they_set_their_own, 0,
                       FIELDS) TEST(x6_no_policy_allows_inline_scripts)
          LOOP(x6_over_https_browsers_are_told_to_stay_there, 0,
               SCHEMES) TEST(x6_who_is_no_trusted_proxy_cannot_have_it_said)
              TEST(https_and_http_of_one_route_are_not_mixed_up)
                  TEST(a_nonce_is_of_one_answer_and_in_its_policy) TEST(
                      an_error_page_keeps_its_own_policy_whatever_was_asked_for_before)
                      TEST(a_304_leaves_the_policy_of_the_page_as_it_is))
