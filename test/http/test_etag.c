/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Answers that the client has already.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"

static int body(hearth_ctx *c, size_t n)
{
    char *p = hearth_alloc(c, n + 1);

    if (p == NULL)
        return HEARTH_ENOMEM;
    memset(p, 'x', n);
    return hearth_text(c, 200, p);
}

static int large(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "Cache-Control", "no-cache"));
    HEARTH_TRY(hearth_set_header(c, "X-Any", "1"));
    return body(c, 5000);
}

static int small(hearth_ctx *c)
{
    return body(c, 500);
}

static int own_tag(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "ETag", "\"mine\""));
    return body(c, 10);
}

static int dated(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "Last-Modified", DATE));
    return body(c, 10);
}

/* A hook may still decide that nothing is to be kept. */
static void keep_nothing(hearth_ctx *c, void *arg)
{
    (void)arg;
    (void)hearth_set_header(c, "Cache-Control", "no-store");
}

static int hooked(hearth_ctx *c)
{
    HEARTH_TRY(hearth_on_send(c, keep_nothing, NULL));
    return body(c, 5000);
}

static ptrdiff_t endless(void *arg, char *buf, size_t max)
{
    (void)arg;
    memset(buf, 'x', max);
    return (ptrdiff_t)max;
}

static void count(void *arg)
{
    *(int *)arg += 1;
}

static int streamed(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "ETag", "\"mine\""));
    return hearth_stream_with(c, 200, "text/plain", endless, hearth_state(c),
                              &(hearth_stream_opts){.close = count, .length = 100000});
}

static const hearth_route below[] = {
    HEARTH_GET("/off", large),
    HEARTH_END,
};

static const hearth_route routes[] = {
    HEARTH_GET("/large", large),
    HEARTH_POST("/large", large),
    HEARTH_GET("/small", small),
    HEARTH_GET("/own", own_tag),
    HEARTH_GET("/dated", dated),
    HEARTH_GET("/hooked", hooked),
    HEARTH_GET("/streamed", streamed),
    HEARTH_GET("/off", large, .no_etag = true),
    HEARTH_GROUP("/group", below, .no_etag = true),
    HEARTH_END,
};

#define TAG "W/\"33f78befaa07a807\""

static const http_case requests[] = {
    {.target = "/large", .status = 200, .field = "ETag: " TAG},
    {.method = "HEAD",
     .target = "/large",
     .status = 200,
     .says = "",
     .field = "ETag: " TAG},
    {.method = "HEAD",
     .target = "/large",
     .status = 200,
     .field = "Content-Length: 5000"},
    {.method = "POST", .target = "/large", .status = 200, .field = "ETag"},
    {.target = "/small", .status = 200, .field = "ETag"},
    {.target = "/hooked", .status = 200, .field = "ETag"},
    {.target = "/off", .status = 200, .field = "ETag"},
    {.target = "/group/off", .status = 200, .field = "ETag"},
    {.target = "/own", .status = 200, .field = "ETag: \"mine\""},

    {.target = "/large",
     .header = "If-None-Match: " TAG,
     .status = 304,
     .says = "",
     .field = "ETag: " TAG},
    {.target = "/large",
     .header = "If-None-Match: " TAG,
     .status = 304,
     .field = "Cache-Control: no-cache"},
    {.target = "/large",
     .header = "If-None-Match: " TAG,
     .status = 304,
     .field = "Content-Type"},
    {.method = "HEAD",
     .target = "/large",
     .header = "If-None-Match: " TAG,
     .status = 304},
    {.method = "POST", .target = "/large", .header = "If-None-Match: *", .status = 200},
    {.target = "/large",
     .header = "If-None-Match: \"other\"",
     .status = 200,
     .field = "Content-Length: 5000"},
    {.target = "/large",
     .header = "If-Match: \"other\"",
     .status = 412,
     .field = "Content-Type: application/problem+json"},
    {.target = "/own", .header = "If-None-Match: \"mine\"", .status = 304},
    {.target = "/own", .header = "If-Match: \"mine\"", .status = 200},
    {.target = "/dated",
     .header = "If-Modified-Since: " DATE,
     .status = 304,
     .field = "Last-Modified: " DATE},
    {.target = "/dated",
     .header = "If-Modified-Since: Sat, 05 Nov 1994 08:49:37 GMT",
     .status = 200},
    {.target = "/streamed",
     .header = "If-None-Match: \"mine\"",
     .status = 304,
     .field = "Transfer-Encoding"},
    {.target = "/streamed",
     .header = "If-None-Match: \"x\"",
     .status = 200,
     .field = "Content-Length: 100000"},
    {.target = "/nowhere", .header = "If-None-Match: *", .status = 404},
};

START_TEST(what_the_client_has_is_not_sent_again)
{
    int closed = 0;

    http_check_one(&(hearth_app_opts){.state = &closed}, routes, &requests[_i]);
    ck_assert_int_eq(closed, strcmp(requests[_i].target, "/streamed") == 0);
}
END_TEST

START_TEST(an_application_may_make_no_tags)
{
    static const http_case one = {.target = "/large", .status = 200, .field = "ETag"};
    int closed = 0;

    http_check_one(&(hearth_app_opts){.state = &closed, .no_etag = true}, routes, &one);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/etag", LOOP(what_the_client_has_is_not_sent_again, 0, COUNT(requests))
                       TEST(an_application_may_make_no_tags))
