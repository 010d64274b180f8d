/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Answers that are made while they are sent, as a client with manners sees them.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

/* What a source is to do: the blocks of a text, one a line; "!" fails, and "+" is a block of
 * the largest size. */
typedef struct script {
    hearth_ctx *c;
    const char *at;
    int *closed;
} script;

static ptrdiff_t play(void *arg, char *buf, size_t max)
{
    script *s = arg;
    size_t n = strcspn(s->at, "|");
    const char *block = s->at;

    if (*block == '\0')
        return 0;
    s->at += n + (block[n] == '|');
    if (n == 1 && *block == '!')
        return HEARTH_ECONFLICT;
    if (n == 1 && *block == '>')
        return (ptrdiff_t)max + 1;
    if (n == 1 && *block == '+') {
        memset(buf, 'x', max);
        return (ptrdiff_t)max;
    }
    ck_assert_uint_ge(max, 4096);
    memcpy(buf, block, n);
    return (ptrdiff_t)n;
}

static void count_close(void *arg)
{
    script *s = arg;

    *s->closed += 1;
}

/* ?blocks=a|b|c & length=n & status=n */
static int stream(hearth_ctx *c)
{
    script *s = HEARTH_NEW(c, script);
    int64_t length, status;

    if (s == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_query_int(c, "length", 0, &length));
    HEARTH_TRY(hearth_query_int(c, "status", 200, &status));
    *s = (script){c, hearth_query(c, "blocks", ""), hearth_state(c)};
    return hearth_stream_with(c, (int)status, hearth_query(c, "type", "text/plain"),
                              hearth_query(c, "null", NULL) == NULL ? play : NULL, s,
                              &(hearth_stream_opts){.length = (uint64_t)length,
                                                    .close = count_close});
}

static int plain(hearth_ctx *c)
{
    script *s = HEARTH_NEW(c, script);

    if (s == NULL)
        return HEARTH_ENOMEM;
    *s = (script){c, "a|b", hearth_state(c)};
    return hearth_stream(c, 200, "text/plain", play, s);
}

/* The last answer wins; the stream is closed all the same. */
static int replaced(hearth_ctx *c)
{
    HEARTH_TRY(stream(c));
    return hearth_text(c, 200, "replaced");
}

static int refused(hearth_ctx *c)
{
    HEARTH_TRY(stream(c));
    return 403;
}

static void mark(hearth_ctx *c, void *arg)
{
    (void)arg;
    (void)hearth_set_headerf(c, "X-Status", "%d", hearth_status(c));
}

static int marked(hearth_ctx *c)
{
    HEARTH_TRY(hearth_on_send(c, mark, NULL));
    return stream(c);
}

static const hearth_route routes[] = {
    HEARTH_GET("/s", stream, .run = HEARTH_INLINE),
    HEARTH_GET("/w", stream, .run = HEARTH_WORKER),
    HEARTH_GET("/plain", plain),
    HEARTH_GET("/replaced", replaced),
    HEARTH_GET("/refused", refused),
    HEARTH_GET("/marked", marked),
    HEARTH_END,
};

#define HEAD .method = "HEAD"

static const http_case asked[] = {
    {.target = "/s?blocks=one|two|three",
     .status = 200,
     .says = "onetwothree",
     .field = "Transfer-Encoding: chunked"},
    {.target = "/w?blocks=one|two|three",
     .status = 200,
     .says = "onetwothree",
     .field = "Transfer-Encoding: chunked"},
    {.target = "/s?blocks=one|two", .status = 200, .field = "Content-Length"},
    {.target = "/s?blocks=one|two", .status = 200, .field = "Content-Type: text/plain"},
    {.target = "/s?blocks=a|b&status=404", .status = 404, .says = "ab"},
    {.target = "/plain", .status = 200, .says = "ab"},
    {.target = "/s?blocks=", .status = 200, .says = "", .field = "Content-Length: 0"},

    {.target = "/s?blocks=one|two&length=6",
     .status = 200,
     .says = "onetwo",
     .field = "Content-Length: 6"},
    {.target = "/w?blocks=one|two&length=6",
     .status = 200,
     .says = "onetwo",
     .field = "Transfer-Encoding"},
    {.target = "/s?blocks=onetwo&length=6",
     .status = 200,
     .says = "onetwo",
     .field = "Content-Length: 6"},
    {.target = "/s?blocks=one|two|three&length=4", .status = 200, .says = "onet"},
    {.target = "/w?blocks=one|two|three&length=2", .status = 200, .says = "on"},

    {HEAD, .target = "/s?blocks=one|two", .status = 200, .says = "",
     .field = "Content-Type: text/plain"},
    {HEAD, .target = "/s?blocks=one|two", .status = 200, .field = "Content-Length"},
    {HEAD, .target = "/w?blocks=one|two&length=6", .status = 200, .says = "",
     .field = "Content-Length: 6"},
    {HEAD, .target = "/s?blocks=!", .status = 409, .says = ""},

    /* the first block decides */
    {.target = "/s?blocks=!",
     .status = 409,
     .field = "Content-Type: application/problem+json"},
    {.target = "/w?blocks=!|x", .status = 409},
    {.target = "/s?blocks=>", .status = 500},
    {.target = "/s?blocks=&length=5", .status = 500},
    {.target = "/marked?blocks=!", .status = 409, .field = "X-Status: 409"},
    {.target = "/marked?blocks=a|b", .status = 200, .field = "X-Status: 200"},

    {.target = "/replaced?blocks=a|b",
     .status = 200,
     .says = "replaced",
     .field = "Content-Length: 8"},
    {.target = "/refused?blocks=a|b", .status = 403},
    {.target = "/s?blocks=a|b&status=204",
     .status = 204,
     .says = "",
     .field = "Transfer-Encoding"},
    {.target = "/s?blocks=a|b&status=304",
     .status = 304,
     .says = "",
     .field = "Transfer-Encoding"},
    {.target = "/s?blocks=a|b&status=205", .status = 205, .says = ""},
    {.target = "/s?blocks=a&status=99", .status = 400},
    {.target = "/s?blocks=a&type=%0A", .status = 400},
    {.target = "/s?blocks=a&null=1", .status = 400},
};
/* Cut behind their first block: what came is no answer. */
static const char *const cut[] = {
    "/s?blocks=one|!",
    "/w?blocks=one|!",
    "/s?blocks=one|>",
    "/s?blocks=one|two&length=7",
    "/w?blocks=one|two&length=7",
};
#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

START_TEST(streams_are_answers_like_others)
{
    int closed = 0;

    http_check_one(&(hearth_app_opts){.state = &closed}, routes, &asked[_i]);
    ck_assert_int_eq(closed, strstr(asked[_i].target, "plain") == NULL);
}
END_TEST

START_TEST(a_stream_that_fails_later_is_no_whole_answer_and_is_logged)
{
    int closed = 0;
    hearth_client *t = http_client(&(hearth_app_opts){.state = &closed}, routes);
    const hearth_answer *r = hearth_call_get(t, cut[_i]);

    ck_assert_int_eq(r->status, 0);
    ck_assert_str_eq(r->body.ptr, "the connection closed within the body");
    ck_assert(http_logged(t, "the stream is cut after "));
    ck_assert(http_logged(t, "GET /s") || http_logged(t, "GET /w"));
    r = hearth_call_get(t, "/s?blocks=well|again");
    ck_assert_str_eq(r->body.ptr, "wellagain");
    hearth_client_free(t);
    ck_assert_int_eq(closed, 2);
}
END_TEST

START_TEST(what_is_beyond_the_length_is_logged)
{
    int closed = 0;
    hearth_client *t = http_client(&(hearth_app_opts){.state = &closed}, routes);

    ck_assert_str_eq(hearth_call_get(t, "/s?blocks=one|two&length=4")->body.ptr, "onet");
    ck_assert(http_logged(t, "a stream of 4 bytes had more to give"));
    hearth_client_free(t);
    ck_assert_int_eq(closed, 1);
}
END_TEST

START_TEST(blocks_of_any_size_come_whole)
{
    int closed = 0;
    hearth_client *t = http_client(&(hearth_app_opts){.state = &closed}, routes);
    const hearth_answer *r = hearth_call_get(t, _i == 0 ? "/s?blocks=%2B|a|%2B|%2B|b"
                                                        : "/w?blocks=%2B|a|%2B|%2B|b");

    ck_assert_int_eq(r->status, 200);
    ck_assert_uint_gt(r->body.len, 3 * 4096);
    size_t block = (r->body.len - 2) / 3;

    ck_assert_uint_eq(r->body.len, 3 * block + 2);
    ck_assert_uint_eq(strspn(r->body.ptr, "x"), block);
    ck_assert_int_eq(r->body.ptr[block], 'a');
    ck_assert_int_eq(r->body.ptr[r->body.len - 1], 'b');
    hearth_client_free(t);
}
END_TEST

/* ---- an error page that is a stream, and fails -------------------------------------- */

static int streamed_page(hearth_ctx *c, const hearth_error *e)
{
    script *s = HEARTH_NEW(c, script);

    if (s == NULL)
        return HEARTH_ENOMEM;
    *s = (script){c, e->status == 404 ? "so|rry" : "!", hearth_state(c)};
    return hearth_stream_with(c, e->status, "text/plain", play, s,
                              &(hearth_stream_opts){.close = count_close});
}

START_TEST(an_error_page_may_be_a_stream_and_may_fail)
{
    int closed = 0;
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.state = &closed});

    hearth_mount(app, "", routes);
    hearth_on_error(app, streamed_page);
    hearth_client *t = hearth_client_new(app);
    const hearth_answer *r = hearth_call_get(t, "/nowhere");

    ck_assert_int_eq(r->status, 404);
    ck_assert_str_eq(r->body.ptr, "sorry");
    r = hearth_call_get(t, "/s?blocks=!");
    ck_assert_int_eq(r->status, 409);
    ck_assert_str_eq(hearth_answer_header(r, "Content-Type"), "application/problem+json");
    hearth_client_free(t);
    ck_assert_int_eq(closed, 3);
}
END_TEST

/* ---- trailers --------------------------------------------------------------------- */

static ptrdiff_t with_trailer(void *arg, char *buf, size_t max)
{
    script *s = arg;
    ptrdiff_t n = play(s, buf, max);

    if (n == 0)
        ck_assert_int_eq(hearth_set_trailer(s->c, "x-sum", "42"), 0);
    else {
        ck_assert_int_eq(hearth_set_trailer(s->c, "X-Other", "1"), HEARTH_EINVAL);
        ck_assert_int_eq(hearth_set_trailer(s->c, "X-Sum", ""), HEARTH_EINVAL);
        ck_assert_int_eq(hearth_set_trailer(s->c, "X-Sum", "a\nb"), HEARTH_EINVAL);
        ck_assert_int_eq(hearth_set_trailer(s->c, "X-Sum", NULL), HEARTH_EINVAL);
    }
    return n;
}

static int trailing(hearth_ctx *c)
{
    static const char *const names[] = {"X-Sum", "Server-Timing", NULL};
    script *s = HEARTH_NEW(c, script);
    int64_t length;

    if (s == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_query_int(c, "length", 0, &length));
    *s = (script){c, "a|b", hearth_state(c)};
    return hearth_stream_with(c, 200, "text/plain", with_trailer, s,
                              &(hearth_stream_opts){.trailers = names,
                                                    .length = (uint64_t)length});
}

static int declared(hearth_ctx *c)
{
    const char *names[] = {hearth_query(c, "name", NULL), NULL};
    script *s = HEARTH_NEW(c, script);

    if (s == NULL)
        return HEARTH_ENOMEM;
    *s = (script){c, "a|b", hearth_state(c)};
    return hearth_stream_with(c, 200, "text/plain", play, s,
                              &(hearth_stream_opts){.trailers = names,
                                                    .close = count_close});
}

static int no_stream(hearth_ctx *c)
{
    int rc = hearth_set_trailer(c, "X-Sum", "1");

    return hearth_textf(c, 200, "%d", rc == HEARTH_ESTATE);
}

static const hearth_route trailer_routes[] = {
    HEARTH_GET("/t", trailing),
    HEARTH_GET("/d", declared),
    HEARTH_GET("/n", no_stream),
    HEARTH_END,
};

static const http_case trailer_cases[] = {
    {.target = "/t",
     .header = "TE: trailers",
     .status = 200,
     .says = "ab",
     .field = "Trailer: X-Sum, Server-Timing"},
    {.target = "/t",
     .header = "TE: gzip;q=0.5, trailers",
     .status = 200,
     .says = "ab",
     .field = "Trailer: X-Sum, Server-Timing"},
    {.target = "/t", .status = 200, .says = "ab", .field = "Trailer"},
    {.target = "/t",
     .header = "TE: deflate",
     .status = 200,
     .says = "ab",
     .field = "Trailer"},
    {.target = "/t?length=2",
     .header = "TE: trailers",
     .status = 200,
     .says = "ab",
     .field = "Trailer"},
    {.target = "/n", .status = 200, .says = "1"},
    {.target = "/d?name=X-Any", .status = 200, .says = "ab"},
    {.target = "/d?name=ETag", .status = 200, .says = "ab"},
    {.target = "/d?name=X%20Y", .status = 400},
    {.target = "/d?name=Content-Length", .status = 400},
    {.target = "/d?name=Transfer-Encoding", .status = 400},
    {.target = "/d?name=trailer", .status = 400},
    {.target = "/d?name=Set-Cookie", .status = 400},
    {.target = "/d?name=content-type", .status = 400},
    {.target = "/d?name=If-Match", .status = 400},
    {.target = "/d?name=Accept-Encoding", .status = 400},
    {.target = "/d?name=Access-Control-Allow-Origin", .status = 400},
};

START_TEST(trailers_are_announced_to_who_wants_them)
{
    int closed = 0;

    http_check_one(&(hearth_app_opts){.state = &closed}, trailer_routes,
                   &trailer_cases[_i]);
    ck_assert_int_eq(closed, strncmp(trailer_cases[_i].target, "/d", 2) == 0);
}
END_TEST

SUITE("http/stream",
      LOOP(streams_are_answers_like_others, 0,
           COUNT(asked)) LOOP(a_stream_that_fails_later_is_no_whole_answer_and_is_logged,
                              0, COUNT(cut)) TEST(what_is_beyond_the_length_is_logged)
          LOOP(blocks_of_any_size_come_whole, 0, 2)
              TEST(an_error_page_may_be_a_stream_and_may_fail)
                  LOOP(trailers_are_announced_to_who_wants_them, 0, COUNT(trailer_cases)))
