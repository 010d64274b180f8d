/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What the engine alone reads differently from RFC 9110 and 9112, or did in some version:
 * the table of its traps, row by row, each with what Hearth makes of it.  More of the kind
 * is in test_hostile.c and test_legal.c.
 *
 *   1  Content-Length and chunked         21  no Host
 *   2  unknown codings                    22  two Hosts, an invalid one
 *   3  Transfer-Encoding twice            23  absolute-form
 *   4  white space around "chunked"       24  targets that are none
 *   5  chunked in HTTP/1.0                25  %00, %2F, %2e%2e
 *   6  Content-Length twice               26  spaces in the target
 *   7  lengths that are none              27  methods that are no token
 *   8  white space around a length        28  TRACE, CONNECT
 *   9  lengths of 2^64                    29  other versions
 *  10  bare LF                            30  Expect
 *  11  bare CR in a value                 31  pipelining, HEAD, Connection: close
 *  12  folded lines                       32  bare LF behind a chunk's size
 *  13  a folded coding                    33  chunk extensions
 *  14  white space before the colon       34  bare LF behind a chunk extension
 *  15  field names that are none          35  sizes that are none, chunks that do not fit
 *  16  NUL in a value                     36  heads and trailers that are too large
 *  17  NUL first in a line                37  a chunk extension that is too large
 *  18  NUL in the target                  38  empty lines before a request
 *  19  other control characters           39  trailers
 *  20  white space around a value
 */

#include "suite.h"
#include "wire_rows.h"

#define LAST                  39
#define BIG(name, bytes, ...) FILLED(name, bytes, "aaaaaaaa", 5120, __VA_ARGS__)
#define TE(how)               "Transfer-Encoding: " how "\r\n"
#define TO(t)                 "GET " t " HTTP/1.1\r\nHost: x\r\n\r\n"
#define TO_POST               "POST /trailer HTTP/1.1\r\nHost: x\r\n"
#define V(v)                  "GET / " v "\r\nHost: x\r\n\r\n"

/* clang-format off: a table */
static const row rows[] = {
    REFUSED("1 Content-Length, then chunked",
            POST("Content-Length: 5\r\n" TE("chunked"), "0\r\n\r\n"), 400),
    REFUSED("1 chunked, then Content-Length",
            POST(TE("chunked") "Content-Length: 5\r\n", "0\r\n\r\n"), 400),

    REFUSED("2 xchunked", POST(TE("xchunked"), "0\r\n\r\n"), 400, 501),
    REFUSED("2 gzip, chunked", POST(TE("gzip, chunked"), "0\r\n\r\n"), 400, 501),
    REFUSED("2 chunked, identity", POST(TE("chunked, identity"), "0\r\n\r\n"), 400, 501),
    REFUSED("2 identity and Content-Length",
            POST(TE("identity") "Content-Length: 5\r\n", "0\r\n\r\n"), 400, 501),

    REFUSED("3 chunked twice", POST(TE("chunked") TE("chunked"), "0\r\n\r\n"), 400, 501),
    REFUSED("3 chunked and identity", POST(TE("chunked") TE("identity"), "0\r\n\r\n"),
            400, 501),

    EITHER("4 tab, chunked, space",
           POST("Transfer-Encoding:\tchunked \r\n", "5\r\nhello\r\n0\r\n\r\n"), "5:hello",
           .chunked = true),
    EITHER("4 space, chunked, tab",
           POST("Transfer-Encoding: chunked\t\r\n", "5\r\nhello\r\n0\r\n\r\n"), "5:hello",
           .chunked = true),

    REFUSED("5 chunked in HTTP/1.0",
            "POST / HTTP/1.0\r\nHost: x\r\n" TE("chunked") "\r\n0\r\n\r\n", 400),
    REFUSED("5 with Content-Length and keep-alive",
            "POST / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\nContent-Length: "
            "5\r\n" TE("chunked") "\r\n0\r\n\r\n",
            400),

    REFUSED("6 the same length twice",
            POST("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400),
    REFUSED("6 two lengths", POST("Content-Length: 3\r\nContent-Length: 5\r\n", "abc"),
            400),

    REFUSED("7 a list of lengths", POST("Content-Length: 3, 3\r\n", "abc"), 400),
    REFUSED("7 length +3", POST("Content-Length: +3\r\n", "abc"), 400),
    REFUSED("7 length -1", POST("Content-Length: -1\r\n", "abc"), 400),
    REFUSED("7 length 0x3", POST("Content-Length: 0x3\r\n", "abc"), 400),
    REFUSED("7 an empty length", POST("Content-Length:\r\n", "abc"), 400),

    EITHER("8 a space behind a length", POST("Content-Length: 3 \r\n", "abc"), "3:abc"),

    REFUSED("9 length 2^64-1", POST("Content-Length: 18446744073709551615\r\n", "abc"),
            400, 413),
    REFUSED("9 length 2^64", POST("Content-Length: 18446744073709551616\r\n", "abc"), 400,
            413),

    REFUSED("10 bare LF everywhere", "GET / HTTP/1.1\nHost: x\n\n", 400),
    REFUSED("10 behind the request line", "GET / HTTP/1.1\nHost: x\r\n\r\n", 400),
    REFUSED("10 behind a field", "GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n", 400),
    REFUSED("10 as the empty line", "GET / HTTP/1.1\r\nHost: x\r\n\n", 400),

    REFUSED("11 bare CR in a value", GET("X: a\rb\r\n"), 400),

    REFUSED("12 a folded value", GET("X: a\r\n b\r\n"), 400),
    REFUSED("12 folded by a tab", GET("X: a\r\n\tb\r\n"), 400),

    REFUSED("13 a folded coding", POST("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"),
            400),
    REFUSED("13 hidden in a folded line", POST("X: y\r\n " TE("chunked"), "0\r\n\r\n"),
            400),

    REFUSED("14 space before the colon", GET("X : a\r\n"), 400),
    REFUSED("14 tab before the colon", GET("X\t: a\r\n"), 400),
    REFUSED("14 of Content-Length", POST("Content-Length : 3\r\n", "abc"), 400),
    REFUSED("14 of Transfer-Encoding",
            POST("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400),
    REFUSED("14 tab, of Transfer-Encoding",
            POST("Content-Length: 5\r\nTransfer-Encoding\t: chunked\r\n", "0\r\n\r\n"),
            400),

    REFUSED("15 an empty name", GET(": a\r\n"), 400),
    REFUSED("15 X{}", GET("X{}: a\r\n"), 400),
    REFUSED("15 an 8-bit name", GET("X\xff: a\r\n"), 400),

    REFUSED("16 NUL in a value", GET("X: a\0b\r\n"), 400),
    REFUSED("16 at its end", GET("X: a\0\r\n"), 400),

    REFUSED("17 NUL first in a line", GET("\0X: a\r\n"), 400),
    REFUSED("17 before what would be the next request",
            GET("\0\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n"), 400),

    DROPPED("18 NUL in the target", "GET /\0x HTTP/1.1\r\nHost: x\r\n\r\n", 400),

    REFUSED("19 SOH in a value",
            GET("X: a\x01"
                "b\r\n"),
            400),
    REFUSED("19 ESC in a value",
            GET("X: a\x1b"
                "b\r\n"),
            400),
    REFUSED("19 DEL in a value",
            GET("X: a\x7f"
                "b\r\n"),
            400),

    TAKEN("20 white space around a value",
          "GET /header HTTP/1.1\r\nHost: x\r\nX: \t a b \t \r\n\r\n", "[a b]"),

    REFUSED("21 no Host", "GET / HTTP/1.1\r\n\r\n", 400),
    TAKEN("21 which HTTP/1.0 need not send", "GET / HTTP/1.0\r\n\r\n", "ok",
          .closes = true),

    REFUSED("22 two Hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
    REFUSED("22 the same Host twice", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
            400),
    REFUSED("22 a list", "GET / HTTP/1.1\r\nHost: x, y\r\n\r\n", 400),
    REFUSED("22 a user", "GET / HTTP/1.1\r\nHost: user@x\r\n\r\n", 400),
    REFUSED("22 a path", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400),
    REFUSED("22 a port that is none", "GET / HTTP/1.1\r\nHost: x:80a\r\n\r\n", 400),
    REFUSED("22 half an IPv6 address", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),

    TAKEN("23 the authority of the target wins",
          "GET http://example.org:81/host HTTP/1.1\r\nHost: x\r\n\r\n", "example.org:81"),
    TAKEN("23 its path is routed",
          "GET http://example.org/echo/a?b HTTP/1.1\r\nHost: x\r\n\r\n", "a"),

    REFUSED("24 GET *", TO("*"), 400),
    REFUSED("24 no slash", TO("foo"), 400),
    REFUSED("24 a fragment", TO("/#a"), 400),
    REFUSED("24 %zz", TO("/%zz"), 400),
    REFUSED("24 8-bit bytes", TO("/\xc3\xa4"), 400),

    REFUSED("25 %00", TO("/a%00b"), 400),
    TAKEN("25 %2F is data", TO("/echo/a%2Fb"), "a/b"),
    REFUSED("25 %2e%2e", TO("/a/%2e%2e/b"), 400),

    DROPPED("26 a space in the target", TO("/a b"), 400),
    DROPPED("26 two spaces before it", TO(" /"), 400),
    DROPPED("26 two spaces behind it", TO("/ "), 400),

    REFUSED("27 braces in a method", "G{}T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    REFUSED("27 8-bit bytes in a method", "G\xc4T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),

    REFUSED("28 TRACE", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 405, 501),
    DROPPED("28 CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400, 405, 501),

    DROPPED("29 HTTP/2.0", V("HTTP/2.0"), 400, 505),
    DROPPED("29 HTTP/0.9", V("HTTP/0.9"), 400, 505),
    DROPPED("29 as HTTP/0.9 was", "GET /\r\n\r\n", 400, 505),
    DROPPED("29 http/1.1", V("http/1.1"), 400, 505),
    DROPPED("29 HTTP/1.10", V("HTTP/1.10"), 400, 505),

    TAKEN("30 100-continue",
          POST("Content-Length: 5\r\nExpect: 100-continue\r\n", "hello"), "5:hello"),
    TAKEN("30 100-continue without a body", GET("Expect: 100-continue\r\n"), "ok"),
    REFUSED("30 another expectation", POST("Content-Length: 3\r\nExpect: foo\r\n", "abc"),
            417),

    TAKEN("31 one behind the other", GET(""), "ok"),
    TAKEN("31 Connection: close", GET("Connection: close\r\n"), "ok", .closes = true),
    TAKEN("31 in a list", GET("Connection: foo, close\r\n"), "ok", .closes = true),
    TAKEN("31 in a second field", GET("Connection: foo\r\nConnection: close\r\n"), "ok",
          .closes = true),

    UNSEEN("32 bare LF behind a size", CHUNKED("5\nhello\r\n0\r\n\r\n")),
    UNSEEN("32 behind the last one", CHUNKED("5\r\nhello\r\n0\n\r\n")),

    EITHER("33 a name", CHUNKED("5;a\r\nhello\r\n0\r\n\r\n"), "5:hello", .chunked = true),
    EITHER("33 a name and a value", CHUNKED("5;a=b\r\nhello\r\n0\r\n\r\n"), "5:hello",
           .chunked = true),
    EITHER("33 a quoted value", CHUNKED("5;a=\"b c\"\r\nhello\r\n0\r\n\r\n"), "5:hello",
           .chunked = true),

    UNSEEN("34 bare LF behind an extension", CHUNKED("5;a\nhello\r\n0\r\n\r\n")),
    UNSEEN("34 of the last chunk", CHUNKED("0;a\n\r\n")),

    REFUSED("35 size '5 '", CHUNKED("5 \r\nhello\r\n0\r\n\r\n"), 400),
    REFUSED("35 size 0x5", CHUNKED("0x5\r\nhello\r\n0\r\n\r\n"), 400),
    REFUSED("35 size +5", CHUNKED("+5\r\nhello\r\n0\r\n\r\n"), 400),
    REFUSED("35 size -1", CHUNKED("-1\r\nhello\r\n0\r\n\r\n"), 400, 413),
    REFUSED("35 size 2^64", CHUNKED("10000000000000000\r\nhello\r\n0\r\n\r\n"), 400, 413),
    REFUSED("35 size 2^64+5", CHUNKED("10000000000000005\r\nhello\r\n0\r\n\r\n"), 400,
            413),
    REFUSED("35 a chunk longer than it says", CHUNKED("3\r\nhello\r\n0\r\n\r\n"), 400),

    BIG("36 a value of 40 KB", GET("X: \v\r\n"), 431),
    BIG("36 a name of 40 KB", GET("\v: x\r\n"), 431),
    BIG("36 a target of 40 KB", TO("/\v"), 414),
    {ROW("36 a trailer of 40 KB", CHUNKED("0\r\nX: \v\r\n\r\n"), 400, 413, 431),
     .fill = "aaaaaaaa", .times = 5120, .silent = MAY_DROP},
    FILLED("36 2000 fields", GET("\v"), "A: b\r\n", 2000, 431),

    {ROW("37 an extension of 40 KB", CHUNKED("5;\v\r\nhello\r\n0\r\n\r\n"), 400, 408,
         413),
     .fill = "aaaaaaaa", .times = 5120, .old = {500, 408}, .silent = MAY_DROP},

    {ROW("38 100 empty lines", "\v" GET(""), 200, 400), .fill = "\r\n", .times = 100,
     .body = "ok", .silent = MAY_DROP},

    TAKEN("39 trailers are not fields", TO_POST TE("chunked") "\r\n0\r\nX-T: a\r\n\r\n",
          "header=(none) trailer=a", .chunked = true),
    TAKEN("39 fields are not trailers",
          TO_POST "X-T: b\r\n" TE("chunked") "\r\n0\r\nX-T: a \r\n\r\n",
          "header=b trailer=a", .chunked = true),
};
/* clang-format on */
#define NROWS ((int)(sizeof rows / sizeof rows[0]))

START_TEST(every_row_is_answered_as_the_table_says_and_nothing_is_smuggled)
{
    row_check(&rows[_i], ROW_WHOLE);
}
END_TEST

START_TEST(every_row_in_pieces_fares_the_same)
{
    row_check(&rows[_i], ROW_PIECES);
}
END_TEST

START_TEST(every_row_behind_a_sound_request_fares_the_same)
{
    row_check(&rows[_i], ROW_BEHIND);
}
END_TEST

START_TEST(no_row_of_the_table_is_missing)
{
    for (int i = 0; i < NROWS; i++) {
        long id = strtol(rows[i].name, NULL, 10);
        long before = i == 0 ? 1 : strtol(rows[i - 1].name, NULL, 10);

        ck_assert_msg(id == before || id == before + 1, "%s", rows[i].name);
    }
    ck_assert_int_eq(strtol(rows[NROWS - 1].name, NULL, 10), LAST);
}
END_TEST

/* Row 31. */
START_TEST(head_between_others_has_no_body_and_disturbs_none)
{
    static const char three[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
                                "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"
                                "GET /echo/last HTTP/1.1\r\nHost: x\r\n\r\n";
    char length[16];
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, 0);
    w = wire_open(a.port);
    ck_assert(wire_ask(&w, three, &r));
    ck_assert_str_eq(r.body, "ok");
    ck_assert(wire_read_head(&w, &r));
    ck_assert_str_eq(wire_field(&r, "Content-Length", length, sizeof length), "2");
    ck_assert(wire_read(&w, &r));
    ck_assert_str_eq(r.body, "last");
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

/* clang-format off */
SUITE("wire/conformance",
      TEST(no_row_of_the_table_is_missing)
      LOOP(every_row_is_answered_as_the_table_says_and_nothing_is_smuggled, 0, NROWS)
      LOOP(every_row_in_pieces_fares_the_same, 0, NROWS)
      LOOP(every_row_behind_a_sound_request_fares_the_same, 0, NROWS)
      TEST(head_between_others_has_no_body_and_disturbs_none))
