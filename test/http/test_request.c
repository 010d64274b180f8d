/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Reading the request: <hearth/req.h>, as handlers see it.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

static const char *or_none(const char *s)
{
    return s == NULL ? "(none)" : s;
}

static int method(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_method(c));
}

static int path(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_path(c));
}

static int target(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_target(c));
}

static int host(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_host(c));
}

static int header(hearth_ctx *c)
{
    return hearth_textf(c, 200, "[%s]", or_none(hearth_header(c, "X-Test")));
}

static int trailer(hearth_ctx *c)
{
    return hearth_textf(c, 200, "[%s]", or_none(hearth_trailer(c, "X-Test")));
}

static int query(hearth_ctx *c)
{
    return hearth_textf(c, 200, "[%s]", hearth_query(c, "a", "(none)"));
}

static int query_null(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_query(c, "a", NULL) == NULL ? "NULL" : "a value");
}

static int query_int(hearth_ctx *c)
{
    int64_t n = 99;

    HEARTH_TRY(hearth_query_int(c, "n", -7, &n));
    return hearth_textf(c, 200, "%lld", (long long)n);
}

static int body(hearth_ctx *c)
{
    hearth_str b = hearth_body(c);

    return hearth_textf(c, 200, "%zu[%s]%d", b.len, b.ptr, b.ptr[b.len]);
}

static int param(hearth_ctx *c)
{
    return hearth_textf(c, 200, "[%s]", hearth_param(c, "p"));
}

static int no_param(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%s %lld %g", or_none(hearth_param(c, "q")),
                        (long long)hearth_param_int(c, "q"), hearth_param_float(c, "q"));
}

static int all_headers(hearth_ctx *c)
{
    const char *name, *value;
    size_t i = 0, ours = 0;

    for (; hearth_header_at(c, i, &name, &value); i++)
        ours += strcmp(name, "X-Test") == 0 && strcmp(value, "y") == 0;
    return hearth_textf(c, 200, "%zu %d", ours,
                        i > 0 && !hearth_header_at(c, i + 1, &name, &value));
}

static const hearth_route routes[] = {
    HEARTH_GET("/method", method),
    HEARTH_ROUTE("PURGE", "/method", method),
    HEARTH_DEL("/method", method),
    HEARTH_GET("/path/{p:path}", path),
    HEARTH_GET("/path", path),
    HEARTH_GET("/target/{p:path}", target),
    HEARTH_GET("/host", host),
    HEARTH_GET("/header", header),
    HEARTH_POST("/trailer", trailer),
    HEARTH_GET("/headers", all_headers),
    HEARTH_GET("/query", query),
    HEARTH_GET("/query-null", query_null),
    HEARTH_GET("/query-int", query_int),
    HEARTH_POST("/body", body),
    HEARTH_GET("/body", body),
    HEARTH_GET("/param/{p}", param),
    HEARTH_GET("/no-param/{p}", no_param),
    HEARTH_END,
};

static const http_case requests[] = {
    {.target = "/method", .status = 200, .says = "GET"},
    {.method = "DELETE", .target = "/method", .status = 200, .says = "DELETE"},
    {.method = "PURGE", .target = "/method", .status = 200, .says = "PURGE"},

    /* decoded once */
    {.target = "/path", .status = 200, .says = "/path"},
    {.target = "/path/a%20b", .status = 200, .says = "/path/a b"},
    {.target = "/path/%2541", .status = 200, .says = "/path/%41"},
    {.target = "/path/a?x=1", .status = 200, .says = "/path/a"},
    {.target = "/path/%c3%a4", .status = 200, .says = "/path/\xc3\xa4"},
    {.target = "/target/a%20b?x=%31", .status = 200, .says = "/target/a%20b?x=%31"},
    {.target = "/param/a%2Fb", .status = 200, .says = "[a/b]"},
    {.target = "/param/a+b", .status = 200, .says = "[a+b]"},

    {.target = "/host", .status = 200, .says = "localhost"},
    {.target = "/host",
     .header = "Host: example.org:81",
     .status = 200,
     .says = "example.org:81"},
    {.target = "http://a.example/host",
     .header = "Host: b.example",
     .status = 200,
     .says = "a.example"},

    /* header fields */
    {.target = "/header", .status = 200, .says = "[(none)]"},
    {.target = "/header", .header = "X-Test: a b", .status = 200, .says = "[a b]"},
    {.target = "/header", .header = "x-tEST:  a\t ", .status = 200, .says = "[a]"},
    {.target = "/header", .header = "X-Test:", .status = 200, .says = "[]"},
    {.target = "/headers", .header = "X-Test: y", .status = 200, .says = "1 1"},
    {.method = "POST",
     .target = "/trailer",
     .header = "X-Test: y",
     .status = 200,
     .says = "[(none)]"},

    /* query */
    {.target = "/query", .status = 200, .says = "[(none)]"},
    {.target = "/query?", .status = 200, .says = "[(none)]"},
    {.target = "/query?a", .status = 200, .says = "[]"},
    {.target = "/query?a=", .status = 200, .says = "[]"},
    {.target = "/query?a=b", .status = 200, .says = "[b]"},
    {.target = "/query?a=b&a=c", .status = 200, .says = "[b]"},
    {.target = "/query?x=y&a=b+c%2B", .status = 200, .says = "[b c+]"},
    {.target = "/query?%61=b", .status = 200, .says = "[b]"},
    {.target = "/query?A=b", .status = 200, .says = "[(none)]"},
    {.target = "/query?a=b=c", .status = 200, .says = "[b=c]"},
    {.target = "/query?a=%3Cb%3E%26", .status = 200, .says = "[<b>&]"},
    {.target = "/query?&&a=b&&", .status = 200, .says = "[b]"},
    {.target = "/query-null", .status = 200, .says = "NULL"},
    {.target = "/query-null?a", .status = 200, .says = "a value"},
    {.target = "/query?a=%zz", .status = 400},
    {.target = "/query?a=%00", .status = 400},
    {.target = "/query?a=%ff", .status = 400},

    /* integers of the query */
    {.target = "/query-int", .status = 200, .says = "-7"},
    {.target = "/query-int?n=", .status = 200, .says = "-7"},
    {.target = "/query-int?n=12", .status = 200, .says = "12"},
    {.target = "/query-int?n=-12", .status = 200, .says = "-12"},
    {.target = "/query-int?n=9223372036854775807",
     .status = 200,
     .says = "9223372036854775807"},
    {.target = "/query-int?n=-9223372036854775808",
     .status = 200,
     .says = "-9223372036854775808"},
    {.target = "/query-int?n=9223372036854775808", .status = 400},
    {.target = "/query-int?n=x", .status = 400},
    {.target = "/query-int?n=1x", .status = 400},
    {.target = "/query-int?n=1.0", .status = 400},
    {.target = "/query-int?n=+1", .status = 400},
    {.target = "/query-int?n=0x1", .status = 400},
    {.target = "/query-int?n=%201", .status = 400},

    /* body */
    {.target = "/body", .status = 200, .says = "0[]0"},
    {.method = "POST",
     .target = "/body",
     .body = "hello",
     .status = 200,
     .says = "5[hello]0"},
    {.method = "POST",
     .target = "/body",
     .body = "hello",
     .header = "Transfer-Encoding: chunked",
     .status = 200,
     .says = "5[hello]0"},
    {.target = "/body", .body = "hello", .status = 200, .says = "5[hello]0"},

    /* a name that the pattern does not have is a bug, not a crash */
    {.target = "/no-param/x", .status = 200, .says = "(none) 0 0"},
};

START_TEST(what_was_sent_is_read)
{
    static const char *const hosts[] = {"localhost", "example.org", "a.example", NULL};

    http_check_one(&(hearth_app_opts){.hosts = hosts}, routes, &requests[_i]);
}
END_TEST

START_TEST(an_integer_that_is_none_is_told_to_the_client)
{
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_get(t, "/query-int?n=x");

    ck_assert_int_eq(r->status, 400);
    ck_assert_msg(strstr(hearth_answer_at(r, "/detail"), "'n'") != NULL, "%s",
                  r->body.ptr);
    hearth_client_free(t);
}
END_TEST

START_TEST(asking_for_a_parameter_that_is_not_there_is_logged)
{
    hearth_client *t = http_client(NULL, routes);

    hearth_call_get(t, "/no-param/x");
    ck_assert(http_logged(t, "\"q\""));
    ck_assert(http_logged(t, "/no-param/{p}"));
    hearth_client_free(t);
}
END_TEST

START_TEST(a_body_may_hold_any_bytes)
{
    hearth_client *t = http_client(NULL, routes);
    char bytes[256];

    for (int i = 0; i < 256; i++)
        bytes[i] = (char)i;
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.method = "POST",
                                         .target = "/body",
                                         .body = bytes,
                                         .body_len = sizeof bytes,
                                         .type = "application/octet-stream"});

    ck_assert_int_eq(r->status, 200);
    ck_assert_mem_eq(r->body.ptr, "256[", 4);
    hearth_client_free(t);
}
END_TEST

SUITE("http/request",
      LOOP(what_was_sent_is_read, 0, (int)(sizeof requests / sizeof requests[0]))
          TEST(an_integer_that_is_none_is_told_to_the_client)
              TEST(asking_for_a_parameter_that_is_not_there_is_logged)
                  TEST(a_body_may_hold_any_bytes))
