/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Requests that are unusual but sound: none may be refused, and none may disturb the one
 * behind it.
 */

#include "suite.h"
#include "wire_app.h"

#include <stdio.h>

/* Before 1.0 the engine's chunk framing is not trusted: a chunked request ends its
 * connection. */
#define OLD_ENGINE (wire_engine_version() < 0x010000)

#define NEXT "GET /echo/next HTTP/1.1\r\nHost: x\r\n\r\n"

typedef struct row {
    const char *name, *request;
    int status;
    const char *body; /* NULL: any */
    bool chunked;     /* closes where OLD_ENGINE */
    bool close;       /* closes everywhere */
} row;

#define GET(target, lines) "GET " target " HTTP/1.1\r\nHost: x\r\n" lines "\r\n"
#define POST(lines, body)  "POST / HTTP/1.1\r\nHost: x\r\n" lines "\r\n" body
#define CHUNKED(body)      POST("Transfer-Encoding: chunked\r\n", body)

/* clang-format off: a table */
static const row rows[] = {
    {"plain", GET("/", ""), 200, "ok", false, false},
    {"field name in odd case", "GET / HTTP/1.1\r\nhOsT: x\r\n\r\n", 200, "ok", false,
     false},
    {"no space after the colon", "GET /header HTTP/1.1\r\nHost:x\r\nX:a\r\n\r\n", 200,
     "[a]", false, false},
    {"white space around a value", GET("/header", "X: \t a b \t \r\n"), 200, "[a b]",
     false, false},
    {"tab within a value", GET("/header", "X: a\tb\r\n"), 200, "[a\tb]", false, false},
    {"8-bit bytes in a value", GET("/header", "X: \xc3\xa4\xff\r\n"), 200,
     "[\xc3\xa4\xff]", false, false},
    {"empty value", GET("/header", "X:\r\n"), 200, "[]", false, false},
    {"value of white space", GET("/header", "X:  \t \r\n"), 200, "[]", false, false},
    {"empty value in front of others", GET("/header", "A:\r\nX: a\r\nB: \r\n"), 200,
     "[a]", false, false},
    {"value with colons", GET("/header", "X: a:b: c\r\n"), 200, "[a:b: c]", false, false},
    {"value that looks like a request", GET("/header", "X: GET /smuggled HTTP/1.1\r\n"),
     200, NULL, false, false},
    {"name of all token bytes", GET("/", "!#$%&'*+-.^_`|~09azAZ: a\r\n"), 200, "ok",
     false, false},
    {"the same field twice", GET("/header", "X: a\r\nX: b\r\n"), 200, "[a]", false,
     false},
    {"an empty line before the request", "\r\n" GET("/", ""), 200, "ok", false, false},
    {"Host with a port", "GET /host HTTP/1.1\r\nHost: x:8080\r\n\r\n", 200, "x:8080",
     false, false},
    {"Host of an IPv6 address", "GET /host HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200,
     "[::1]:80", false, false},
    {"Host in front of white space", "GET /host HTTP/1.1\r\nHost: x \t\r\n\r\n", 200, "x",
     false, false},
    {"absolute target wins over Host",
     "GET http://example.org:81/host HTTP/1.1\r\nHost: x\r\n\r\n", 200, "example.org:81",
     false, false},
    {"absolute target with a query",
     "GET http://example.org/echo/a?b HTTP/1.1\r\nHost: x\r\n\r\n", 200, "a", false,
     false},
    {"encoded slash is data", GET("/echo/a%2Fb", ""), 200, "a/b", false, false},
    {"encoded letters", GET("/%65cho/%61", ""), 200, "a", false, false},
    {"encoded UTF-8", GET("/echo/%c3%a4", ""), 200, "\xc3\xa4", false, false},
    {"plus in a path is a plus", GET("/echo/a+b", ""), 200, "a+b", false, false},
    {"semicolon in a path", GET("/echo/a;b=c", ""), 200, "a;b=c", false, false},
    {"question mark in a query", GET("/?a=?/?", ""), 200, "ok", false, false},
    {"unknown path", GET("/nowhere", ""), 404, NULL, false, false},
    {"wrong method", "DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", 405, NULL, false, false},
    {"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 204, "", false, false},
    {"OPTIONS of a path", "OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n", 204, "", false, false},
    {"204 has no body", GET("/empty", ""), 204, "", false, false},
    {"304 has no body", GET("/unchanged", ""), 304, "", false, false},
    {"POST without a body", POST("", ""), 200, "0:", false, false},
    {"body of no bytes", POST("Content-Length: 0\r\n", ""), 200, "0:", false, false},
    {"body", POST("Content-Length: 5\r\n", "hello"), 200, "5:hello", false, false},
    {"body that looks like a request",
     POST("Content-Length: 39\r\n", "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\nxxxx"), 200,
     NULL, false, false},
    {"body of a GET", GET("/", "Content-Length: 5\r\n") "hello", 200, "ok", false, false},
    {"Expect: 100-continue",
     POST("Content-Length: 5\r\nExpect: 100-continue\r\n", "hello"), 200, "5:hello",
     false, false},
    {"Expect in odd case", POST("Content-Length: 5\r\nExpect: 100-Continue\r\n", "hello"),
     200, "5:hello", false, false},
    {"chunked, nothing", CHUNKED("0\r\n\r\n"), 200, "0:", true, false},
    {"chunked, one", CHUNKED("5\r\nhello\r\n0\r\n\r\n"), 200, "5:hello", true, false},
    {"chunked, two", CHUNKED("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), 200, "5:hello", true,
     false},
    {"chunked, capital letters", CHUNKED("A\r\n0123456789\r\n0\r\n\r\n"), 200,
     "10:0123456789", true, false},
    {"chunked, leading zeros", CHUNKED("005\r\nhello\r\n000\r\n\r\n"), 200, "5:hello",
     true, false},
    {"chunked, a trailer", CHUNKED("5\r\nhello\r\n0\r\nX-T: a\r\n\r\n"), 200, "5:hello",
     true, false},
    {"chunked in capitals",
     POST("Transfer-Encoding: CHUNKED\r\n", "5\r\nhello\r\n0\r\n\r\n"), 200, "5:hello",
     true, false},
    {"trailers are not fields",
     "POST /trailer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-T: "
     "a\r\n\r\n",
     200, "header=(none) trailer=a", true, false},
    {"fields are not trailers",
     "POST /trailer HTTP/1.1\r\nHost: x\r\nX-T: b\r\nTransfer-Encoding: "
     "chunked\r\n\r\n0\r\nX-T: a \r\n\r\n",
     200, "header=b trailer=a", true, false},
    {"Connection: close", GET("/", "Connection: close\r\n"), 200, "ok", false, true},
    {"Connection: close in a list", GET("/", "Connection: foo, close\r\n"), 200, "ok",
     false, true},
    {"Connection: close in a second field",
     GET("/", "Connection: foo\r\nConnection: close\r\n"), 200, "ok", false, true},
    {"Connection: Close", GET("/", "Connection: Close\r\n"), 200, "ok", false, true},
    {"Connection: keep-alive", GET("/", "Connection: keep-alive\r\n"), 200, "ok", false,
     false},
    {"HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\n\r\n", 200, "ok", false, true},
    {"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 200, "ok", false, true},
    {"HTTP/1.0 with keep-alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200,
     "ok", false, false},
    {"HTTP/1.0 with a body", "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", 200,
     "5:hello", false, true},
    {"an upgrade that is not offered",
     GET("/", "Connection: Upgrade\r\nUpgrade: h2c\r\n"), 200, "ok", false, false},
};
/* clang-format on */
#define NROWS ((int)(sizeof rows / sizeof rows[0]))

static void check_row(const row *t, unsigned most)
{
    bool closes = t->close || (t->chunked && OLD_ENGINE);
    unsigned seed = (unsigned)(t - rows);
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, 0);
    w = wire_open(a.port);
    wire_send_pieces(&w, t->request, strlen(t->request), most, &seed);
    wire_send_pieces(&w, NEXT, sizeof NEXT - 1, most, &seed);
    ck_assert_msg(wire_read(&w, &r), "%s: no answer", t->name);
    ck_assert_msg(r.status == t->status, "%s: answered %d\n%s", t->name, r.status,
                  r.body);
    if (t->body != NULL)
        ck_assert_str_eq(r.body, t->body);
    ck_assert_msg(r.close == closes, "%s: %s", t->name, r.head);
    if (closes) {
        ck_assert_msg(wire_closed(&w), "%s: it goes on", t->name);
    } else {
        ck_assert_msg(wire_read(&w, &r), "%s: the next one is not answered", t->name);
        ck_assert_int_eq(r.status, 200);
        ck_assert_str_eq(r.body, "next");
    }
    ck_assert_int_eq(atomic_load(&a.smuggled), 0);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}

START_TEST(sound_requests_are_answered_and_the_connection_goes_on)
{
    check_row(&rows[_i], 65536);
}
END_TEST

START_TEST(sound_requests_in_pieces_are_the_same)
{
    check_row(&rows[_i], 5);
}
END_TEST

/* RFC 9112 section 7.1.1 asks recipients to ignore extensions; some engines refuse them.
 */
START_TEST(chunk_extensions_are_ignored_or_refused)
{
    static const char *const sizes[] = {"5;a", "5;a=b", "5;a=\"b c\"", "5 ; a"};
    char request[256];
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, 0);
    w = wire_open(a.port);
    snprintf(request, sizeof request, CHUNKED("%s\r\nhello\r\n0\r\n\r\n"), sizes[_i]);
    ck_assert(wire_ask(&w, request, &r));
    ck_assert_msg(r.status == 200 || r.status == 400, "%s", r.head);
    if (r.status == 200)
        ck_assert_str_eq(r.body, "5:hello");
    else
        ck_assert(wire_closed(&w));
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

/* White space around "chunked" is sound; engines that do not see it must refuse, not
 * misread. */
START_TEST(white_space_around_chunked_is_never_misread)
{
    static const char *const values[] = {" chunked ", "\tchunked", "chunked\t",
                                         "\tchunked "};
    char request[256];
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, 0);
    w = wire_open(a.port);
    snprintf(request, sizeof request,
             POST("Transfer-Encoding:%s\r\n", "5\r\nhello\r\n0\r\n\r\n"), values[_i]);
    wire_send(&w, request);
    wire_send(&w, "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_msg(wire_read(&w, &r), "no answer");
    if (r.status == 200)
        ck_assert_str_eq(r.body, "5:hello");
    else
        ck_assert_msg(r.status == 501 || r.status == 400, "%s", r.head);
    if (r.close) {
        ck_assert(wire_closed(&w));
        ck_assert_int_eq(atomic_load(&a.smuggled), 0);
    }
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

/* The same for a length: "3 " is sound, and nobody may take it for another number. */
START_TEST(white_space_around_a_length_is_never_misread)
{
    static const char *const values[] = {" 3 ", "\t3", "3\t"};
    char request[256];
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, 0);
    w = wire_open(a.port);
    snprintf(request, sizeof request, POST("Content-Length:%s\r\n", "abc"), values[_i]);
    wire_send(&w, request);
    ck_assert_msg(wire_read(&w, &r), "no answer");
    if (r.status == 200) {
        ck_assert_str_eq(r.body, "3:abc");
    } else {
        ck_assert_int_eq(r.status, 400);
        ck_assert(wire_ends(&w));
    }
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

START_TEST(head_has_the_fields_of_get_and_no_body)
{
    static const char *const targets[] = {"/", "/echo/abcdef", "/empty", "/unchanged",
                                          "/nowhere"};
    char request[128], by_head[64], by_get[64];
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, 0);
    w = wire_open(a.port);
    snprintf(request, sizeof request, "HEAD %s HTTP/1.1\r\nHost: x\r\n\r\n", targets[_i]);
    wire_send(&w, request);
    memcpy(request, "GET ", 4);
    memmove(request + 4, request + 5, strlen(request + 5) + 1);
    wire_send(&w, request);
    ck_assert(wire_read_head(&w, &r));
    int status = r.status;
    bool sized = wire_field(&r, "Content-Length", by_head, sizeof by_head) != NULL;

    ck_assert(wire_read(&w, &r));
    ck_assert_int_eq(r.status, status);
    ck_assert_int_eq(wire_field(&r, "Content-Length", by_get, sizeof by_get) != NULL,
                     sized);
    if (sized && status != 404) /* an error page holds the request's id */
        ck_assert_str_eq(by_get, by_head);
    if (status == 204)
        ck_assert(!sized);
    ck_assert(wire_ask(&w, NEXT, &r));
    ck_assert_str_eq(r.body, "next");
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

START_TEST(every_answer_has_one_date_and_one_length)
{
    static const char request[] = GET("/", "");
    wire_reply r = {0};
    wire_app a;
    wire w;
    int dates = 0, lengths = 0;

    wire_app_start(&a, NULL, 0);
    w = wire_open(a.port);
    ck_assert(wire_ask(&w, request, &r));
    for (const char *p = r.head; (p = strstr(p, "\r\nDate: ")) != NULL; p++)
        dates++;
    for (const char *p = r.head; (p = strstr(p, "\r\nContent-Length: ")) != NULL; p++)
        lengths++;
    ck_assert_int_eq(dates, 1);
    ck_assert_int_eq(lengths, 1);
    ck_assert_ptr_null(strstr(r.head, "Transfer-Encoding"));
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

START_TEST(the_interim_answer_comes_before_the_body_is_sent)
{
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, 0);
    w = wire_open(a.port);
    wire_send(&w, POST("Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
    ck_assert(wire_has(&w, "HTTP/1.1 100 Continue\r\n\r\n"));
    wire_send(&w, "hello");
    ck_assert(wire_read(&w, &r));
    ck_assert_int_eq(r.interim, 1);
    ck_assert_str_eq(r.body, "5:hello");
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

SUITE("wire/legal",
      LOOP(sound_requests_are_answered_and_the_connection_goes_on, 0, NROWS)
          LOOP(sound_requests_in_pieces_are_the_same, 0, NROWS)
              LOOP(chunk_extensions_are_ignored_or_refused, 0, 4)
                  LOOP(white_space_around_chunked_is_never_misread, 0, 4)
                      LOOP(white_space_around_a_length_is_never_misread, 0, 3)
                          LOOP(head_has_the_fields_of_get_and_no_body, 0, 5)
                              TEST(every_answer_has_one_date_and_one_length)
                                  TEST(the_interim_answer_comes_before_the_body_is_sent))
