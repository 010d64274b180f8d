/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Requests that two implementations of HTTP/1.1 may read differently, one row each: what
 * is not in the table of test_conformance.c.  A refused request must end the connection
 * without running what is behind it.
 */

#include "suite.h"
#include "wire_rows.h"

static const row rows[] = {
    /* Two framings, or one that nobody knows (RFC 9112 section 6.1 and 6.3). */
    REFUSED("chunked, chunked",
            POST("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400, 501),
    REFUSED("identity", POST("Transfer-Encoding: identity\r\n", "0\r\n\r\n"), 400, 501),
    REFUSED("empty coding", POST("Transfer-Encoding:\r\n", "0\r\n\r\n"), 400, 501),
    REFUSED("quoted coding", POST("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 400,
            501),
    REFUSED("coding with a parameter",
            POST("Transfer-Encoding: chunked;a=b\r\n", "0\r\n\r\n"), 400, 501),
    REFUSED("identity and chunked",
            POST("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
                 "0\r\n\r\n"),
            400, 501),

    /* Content-Length (RFC 9110 section 8.6). */
    REFUSED("two lengths, zero last",
            POST("Content-Length: 3\r\nContent-Length: 0\r\n", "abc"), 400),
    REFUSED("length 03", POST("Content-Length: 03\r\n", "abc"), 400),
    REFUSED("length 3x", POST("Content-Length: 3x\r\n", "abc"), 400),
    REFUSED("length 3 3", POST("Content-Length: 3 3\r\n", "abc"), 400),
    REFUSED("length 3.0", POST("Content-Length: 3.0\r\n", "abc"), 400),
    REFUSED("length 2^63", POST("Content-Length: 9223372036854775808\r\n", "abc"), 400,
            413),
    REFUSED("length of 30 digits",
            POST("Content-Length: 999999999999999999999999999999\r\n", "abc"), 400, 413),

    /* Line ends (RFC 9112 section 2.2). */
    REFUSED("bare CR before CRLF", GET("X: a\r\r\n"), 400),
    DROPPED("bare CR in the request line", "GET /\rHTTP/1.1\r\nHost: x\r\n\r\n", 400),
    REFUSED("bare CR in a name", GET("X\rY: a\r\n"), 400),
    REFUSED("bare CR hides a field", GET("X: a\rContent-Length: 5\r\n"), 400),

    /* Folded lines and white space (RFC 9112 section 5). */
    REFUSED("folded empty line", GET("X: a\r\n \r\n"), 400),
    REFUSED("folded length", POST("Content-Length:\r\n 3\r\n", "abc"), 400),
    REFUSED("white space before the first field",
            "GET / HTTP/1.1\r\n Host: x\r\nHost: x\r\n\r\n", 400),
    REFUSED("space before the colon of Host", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),

    /* Names (RFC 9110 section 5.1). */
    REFUSED("name with a space", GET("X Y: a\r\n"), 400),
    REFUSED("name with a parenthesis", GET("X(: a\r\n"), 400),
    REFUSED("name with a control byte", GET("X\x01: a\r\n"), 400),
    REFUSED("Content-Length in quotes", POST("\"Content-Length\": 3\r\n", "abc"), 400),
    REFUSED("no colon", GET("XYZ\r\n"), 400),
    REFUSED("no colon, last", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length\r\n\r\n", 400),

    /* NUL: what a C string hides. */
    REFUSED("NUL as a value", GET("X: \0\r\n"), 400),
    REFUSED("NUL in a length",
            POST("Content-Length: 3\0"
                 "5\r\n",
                 "abc"),
            400),
    REFUSED("NUL behind chunked", POST("Transfer-Encoding: chunked\0x\r\n", "0\r\n\r\n"),
            400, 501),
    REFUSED("NUL in a name", GET("X\0Y: a\r\n"), 400),
    REFUSED("NUL instead of the empty line", GET("X: a\r\n\0"), 400),
    DROPPED("NUL in the method", "GE\0T / HTTP/1.1\r\nHost: x\r\n\r\n", 400, 501),
    DROPPED("NUL in the version", "GET / HTTP/1.1\0\r\nHost: x\r\n\r\n", 400, 505),
    DROPPED("NUL before the method", "\0GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400, 501),

    /* Host (RFC 9112 section 3.2). */
    REFUSED("two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", 400),
    REFUSED("two Hosts and an absolute target",
            "GET http://x/ HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
    REFUSED("Host with a space", "GET / HTTP/1.1\r\nHost: x y\r\n\r\n", 400),
    REFUSED("Host list without spaces", "GET / HTTP/1.1\r\nHost: x,y\r\n\r\n", 400),
    REFUSED("Host with two ports", "GET / HTTP/1.1\r\nHost: x:1:2\r\n\r\n", 400),
    REFUSED("Host with 8-bit bytes", "GET / HTTP/1.1\r\nHost: \xc3\xa4\r\n\r\n", 400),
    REFUSED("Host with a fragment", "GET / HTTP/1.1\r\nHost: x#y\r\n\r\n", 400),
    REFUSED("Host with a backslash", "GET / HTTP/1.1\r\nHost: x\\y\r\n\r\n", 400),

    /* Targets (RFC 9112 section 3.2, RFC 3986). */
    REFUSED("target that ends in %4", "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    REFUSED("query with %00", "GET /?a=%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    REFUSED("query with %zz", "GET /?a=%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    REFUSED("target with ..", "GET /a/../b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    REFUSED("target with a dot segment", "GET /./ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    REFUSED("overlong UTF-8", "GET /%c0%ae%c0%ae/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    REFUSED("DEL in the target", "GET /\x7f HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    REFUSED("control byte in the target", "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    REFUSED("absolute target without a host", "GET http:/// HTTP/1.1\r\nHost: x\r\n\r\n",
            400),
    REFUSED("absolute target with a user", "GET http://u@x/ HTTP/1.1\r\nHost: x\r\n\r\n",
            400),
    REFUSED("absolute target with a bad port",
            "GET http://x:y/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    REFUSED("authority form without CONNECT", "GET x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
            400),

    /* The request line (RFC 9112 section 3). */
    DROPPED("a request in the target", "GET / HTTP/1.1 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    DROPPED("a tab before the target", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", 400, 501),
    DROPPED("a tab after the target", "GET /\tHTTP/1.1\r\nHost: x\r\n\r\n", 400),
    DROPPED("a space after the version", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 400, 505),
    SHUT_OUT("a space before the method", " GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    DROPPED("no target", "GET HTTP/1.1\r\nHost: x\r\n\r\n", 400, 505),
    DROPPED("no method", "/ HTTP/1.1\r\nHost: x\r\n\r\n", 400, 501, 505),
    SHUT_OUT("only a method", "GET\r\nHost: x\r\n\r\n"),
    REFUSED("a method that nobody knows", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    REFUSED("a method in lower case", "get / HTTP/1.1\r\nHost: x\r\n\r\n", 501),

    /* Versions (RFC 9112 section 2.3). */
    DROPPED("HTTP/3.0", "GET / HTTP/3.0\r\nHost: x\r\n\r\n", 400, 505),
    DROPPED("HTTP/1", "GET / HTTP/1\r\nHost: x\r\n\r\n", 400, 505),
    DROPPED("HTTP/1.1x", "GET / HTTP/1.1x\r\nHost: x\r\n\r\n", 400, 505),
    DROPPED("HTTP/11", "GET / HTTP/11\r\nHost: x\r\n\r\n", 400, 505),
    DROPPED("no version", "GET /\r\nHost: x\r\n\r\n", 400, 505),

    /* Expect (RFC 9110 section 10.1.1). */
    REFUSED("Expect: 100-continue, foo",
            POST("Content-Length: 3\r\nExpect: 100-continue, foo\r\n", "abc"), 417),

    /* Chunks (RFC 9112 section 7.1). */
    UNSEEN("chunk data with a bare LF", CHUNKED("5\r\nhello\n0\r\n\r\n")),
    REFUSED("chunk size with a bare CR", CHUNKED("5\rhello\r\n0\r\n\r\n"), 400),
    REFUSED("chunk size g", CHUNKED("g\r\nhello\r\n0\r\n\r\n"), 400),
    REFUSED("no chunk size", CHUNKED("\r\nhello\r\n0\r\n\r\n"), 400),
    REFUSED("chunk size of 30 digits",
            CHUNKED("ffffffffffffffffffffffffffffff\r\nhello\r\n0\r\n\r\n"), 400, 413),
    REFUSED("chunk without CRLF behind it", CHUNKED("5\r\nhello0\r\n\r\n"), 400),
    REFUSED("last chunk with rubbish", CHUNKED("0x\r\n\r\n"), 400),
    REFUSED("NUL in a chunk size", CHUNKED("5\0\r\nhello\r\n0\r\n\r\n"), 400),
    REFUSED("trailer without a colon", CHUNKED("0\r\nXYZ\r\n\r\n"), 400),
    REFUSED("trailer with a space before the colon", CHUNKED("0\r\nX : y\r\n\r\n"), 400),
    REFUSED("request where a trailer should be", CHUNKED("0\r\n" SMUGGLED), 400),
};
#define NROWS ((int)(sizeof rows / sizeof rows[0]))

START_TEST(hostile_requests_are_refused_and_nothing_behind_them_runs)
{
    row_check(&rows[_i], ROW_WHOLE);
}
END_TEST

START_TEST(hostile_requests_in_pieces_fare_no_better)
{
    row_check(&rows[_i], ROW_PIECES);
}
END_TEST

START_TEST(hostile_requests_behind_a_sound_one_fare_no_better)
{
    row_check(&rows[_i], ROW_BEHIND);
}
END_TEST

/* _i is the byte; NUL, CR and LF have rows of their own. */
START_TEST(control_bytes_in_a_value_are_refused)
{
    char bytes[] = "GET / HTTP/1.1\r\nHost: x\r\nX: a?b\r\n\r\n";
    const row t = REFUSED("control byte in a value", bytes, 400);

    if (_i == '\t' || _i == '\n' || _i == '\r' || (_i >= 0x20 && _i < 0x7f))
        return;
    *strchr(bytes, '?') = (char)_i;
    row_check(&t, ROW_WHOLE);
}
END_TEST

SUITE("wire/hostile",
      LOOP(hostile_requests_are_refused_and_nothing_behind_them_runs, 0, NROWS)
          LOOP(hostile_requests_in_pieces_fare_no_better, 0, NROWS)
              LOOP(hostile_requests_behind_a_sound_one_fare_no_better, 0, NROWS)
                  LOOP(control_bytes_in_a_value_are_refused, 1, 0x80))
