/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Limits of a request, of the application and of a route.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

static int size(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%zu", hearth_body(c).len);
}

static const hearth_route deeper[] = {
    HEARTH_POST("/inherits", size),
    HEARTH_POST("/more", size, .max_body = 3000),
    HEARTH_END,
};

static const hearth_route routes[] = {
    HEARTH_POST("/", size),
    HEARTH_POST("/less", size, .max_body = 10),
    HEARTH_POST("/more", size, .max_body = 3 * 1024 * 1024),
    HEARTH_GROUP("/group", deeper, .max_body = 2000),
    HEARTH_END,
};

static const struct {
    size_t app_max; /* 0: default */
    const char *target;
    size_t n;
    int status;
} bodies[] = {
    {0, "/", 1024 * 1024, 200},
    {0, "/", 1024 * 1024 + 1, 413},
    {0, "/less", 10, 200},
    {0, "/less", 11, 413},
    {0, "/more", 3 * 1024 * 1024, 200},
    {0, "/more", 3 * 1024 * 1024 + 1, 413},
    {1000, "/", 1000, 200},
    {1000, "/", 1001, 413},
    {1000, "/more", 1001, 200},
    {1000, "/nowhere", 1001, 413},
    {0, "/group/inherits", 2000, 200},
    {0, "/group/inherits", 2001, 413},
    {0, "/group/more", 3000, 200},
    {0, "/group/more", 3001, 413},
};

static void check_body(size_t app_max, const char *target, size_t n, int status,
                       const char *header)
{
    hearth_client *t = http_client(&(hearth_app_opts){.max_body = app_max}, routes);
    const char *const headers[] = {header, NULL};
    char *body = malloc(n), want[32];

    ck_assert_ptr_nonnull(body);
    memset(body, 'a', n);
    const hearth_answer *r = hearth_call_do(t, &(hearth_call){.method = "POST",
                                                              .target = target,
                                                              .type = "text/plain",
                                                              .headers = headers,
                                                              .body = body,
                                                              .body_len = n});

    ck_assert_msg(r->status == status, "%d: %s", r->status, r->body.ptr);
    snprintf(want, sizeof want, "%zu", n);
    if (status == 200)
        ck_assert_str_eq(r->body.ptr, want);
    else
        ck_assert_str_eq(hearth_answer_at(r, "/status"), "413");
    /* The next request on the client is as good as ever. */
    ck_assert_int_eq(hearth_call_post(t, "/", "{}")->status, 200);
    free(body);
    hearth_client_free(t);
}

START_TEST(a_body_may_be_as_large_as_its_route_says)
{
    check_body(bodies[_i].app_max, bodies[_i].target, bodies[_i].n, bodies[_i].status,
               NULL);
}
END_TEST

START_TEST(a_chunked_body_has_the_same_limits)
{
    check_body(bodies[_i].app_max, bodies[_i].target, bodies[_i].n, bodies[_i].status,
               "Transfer-Encoding: chunked");
}
END_TEST

/* ---- header fields ----------------------------------------------------------------------- */

static void check_fields(size_t max, size_t n, int status)
{
    hearth_client *t = http_client(&(hearth_app_opts){.max_fields = max}, routes);
    const char *headers[201] = {NULL};

    ck_assert_uint_lt(n, 200);
    for (size_t i = 0; i + 3 < n;
         i++) /* Host, Content-Type and Content-Length come with it */
        headers[i] = "X: y";
    const hearth_answer *r = hearth_call_do(t, &(hearth_call){.method = "POST",
                                                              .body = "{}",
                                                              .headers = headers});

    ck_assert_int_eq(r->status, status);
    hearth_client_free(t);
}

START_TEST(a_hundred_fields_are_taken_unless_the_application_says_otherwise)
{
    check_fields(0, 100, 200);
    check_fields(0, 101, 431);
    check_fields(5, 5, 200);
    check_fields(5, 6, 431);
    check_fields(150, 150, 200);
}
END_TEST

START_TEST(a_target_of_too_many_segments_is_414)
{
    hearth_client *t = http_client(NULL, routes);
    char target[300] = "";

    for (int i = 0; i < 64 + _i; i++)
        memcpy(target + 2 * i, "/a", 3);
    ck_assert_int_eq(hearth_call_get(t, target)->status, _i == 0 ? 404 : 414);
    hearth_client_free(t);
}
END_TEST

/* ---- target and head ----------------------------------------------------------------------- */

static const struct {
    size_t max; /* 0: default */
    size_t n;
    int status;
} targets[] = {
    {0, 4096, 200}, {0, 4097, 414},    {20, 20, 200},
    {20, 21, 414},  {9000, 9000, 200}, {9000, 9001, 414},
};

START_TEST(a_target_may_be_as_long_as_the_application_says)
{
    hearth_client *t =
        http_client(&(hearth_app_opts){.max_target = targets[_i].max, .max_head = 20000},
                    routes);
    char target[9002] = "/?";

    memset(target + 2, 'a', targets[_i].n - 2);
    ck_assert_int_eq(hearth_call_post(t, target, "{}")->status, targets[_i].status);
    ck_assert_int_eq(hearth_call_post(t, "/", "{}")->status, 200);
    hearth_client_free(t);
}
END_TEST

/* "POST / HTTP/1.1", Host, Content-Type and Content-Length come with it. */
static void check_head(size_t max, size_t n, int status)
{
    hearth_client *t = http_client(&(hearth_app_opts){.max_head = max}, routes);
    char *big = malloc(n + 1);
    const char *headers[] = {big, NULL};

    ck_assert_ptr_nonnull(big);
    memset(big, 'a', n);
    memcpy(big, "X: ", 3);
    big[n] = '\0';
    ck_assert_int_eq(hearth_call_do(t, &(hearth_call){.method = "POST",
                                                      .body = "{}",
                                                      .headers = headers})
                         ->status,
                     status);
    ck_assert_int_eq(hearth_call_post(t, "/", "{}")->status, 200);
    free(big);
    hearth_client_free(t);
}

START_TEST(a_head_may_be_as_large_as_the_application_says)
{
    check_head(0, 7900, 200);
    check_head(0, 8193, 431);
    check_head(500, 300, 200);
    check_head(500, 501, 431);
    check_head(10000, 9500, 200);
    check_head(10000, 10001, 431);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/limits",
      LOOP(a_body_may_be_as_large_as_its_route_says, 0,
           COUNT(bodies)) LOOP(a_chunked_body_has_the_same_limits, 0, COUNT(bodies))
          TEST(a_hundred_fields_are_taken_unless_the_application_says_otherwise)
              LOOP(a_target_of_too_many_segments_is_414, 0, 2)
                  LOOP(a_target_may_be_as_long_as_the_application_says, 0, COUNT(targets))
                      TEST(a_head_may_be_as_large_as_the_application_says))
