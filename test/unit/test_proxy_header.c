/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* PROXY headers of both versions: every legal form, every cut, and what is refused. */

#include "suite.h"

#include "core/str.h"
#include "http/cidr.h"
#include "http/proxy_header.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define V2      "\r\n\r\n\0\r\nQUIT\n"
#define ZEROS20 "00000000000000000000"
#define UNIX108                                                                        \
    "/0123456789012345678901234567890123456789012345678901234567890123456789012345678" \
    "9012345678901234567890123456"
#define TEXT(s) s, sizeof(s) - 1

static const struct {
    const char *p;
    size_t n;
    const char *says; /* "address port", "local" (nothing said), "unix"; NULL: refused */
} headers[] = {
    /* version 1 */
    {TEXT("PROXY TCP4 192.0.2.7 203.0.113.1 56324 443\r\n"), "192.0.2.7 56324"},
    {TEXT("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"),
     "255.255.255.255 65535"},
    {TEXT("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n"), "0.0.0.0 0"},
    {TEXT("PROXY TCP6 2001:db8::7 ::1 1 2\r\n"), "2001:db8::7 1"},
    {TEXT("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535"},
    {TEXT("PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n"), "192.0.2.7 1"},
    {TEXT("PROXY UNKNOWN\r\n"), "local"},
    {TEXT("PROXY UNKNOWN ffff:: whatever it says\r\n"), "local"},
    {TEXT("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
     "local"},
    {TEXT("PROXY UNKNOWN fffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
     NULL}, /* 108 bytes */
    {TEXT("GET / HTTP/1.1\r\n"), NULL},
    {TEXT("proxy TCP4 192.0.2.7 203.0.113.1 1 2\r\n"), NULL},
    {TEXT("PROXY\r\n"), NULL},
    {TEXT("PROXY \r\n"), NULL},
    {TEXT("PROXY TCP4\r\n"), NULL},
    {TEXT("PROXY TCP4 192.0.2.7 203.0.113.1 1\r\n"), NULL},
    {TEXT("PROXY TCP4 192.0.2.7 203.0.113.1 1 2 \r\n"), NULL},
    {TEXT("PROXY TCP4  192.0.2.7 203.0.113.1 1 2\r\n"), NULL},
    {TEXT("PROXY TCP4 192.0.2.7 203.0.113.1 1 2 3\r\n"), NULL},
    {TEXT("PROXY TCP4 192.0.2.7 203.0.113.1 1 2\n"), NULL},
    {TEXT("PROXY TCP4 192.0.2.7 203.0.113.1 1\r2\r\n"), NULL},
    {TEXT("PROXY UNKNOWN \r \r\n"), NULL},
    {TEXT("PROXY TCP4 192.0.2.7 203.0.113.1 01 2\r\n"), NULL},
    {TEXT("PROXY TCP4 192.0.2.7 203.0.113.1 65536 2\r\n"), NULL},
    {TEXT("PROXY TCP4 192.0.2.7 203.0.113.1 1 -2\r\n"), NULL},
    {TEXT("PROXY TCP4 192.0.2.07 203.0.113.1 1 2\r\n"), NULL},
    {TEXT("PROXY TCP4 ::1 ::1 1 2\r\n"), NULL},
    {TEXT("PROXY TCP6 192.0.2.7 192.0.2.7 1 2\r\n"), NULL},
    {TEXT("PROXY TCP6 [::1] ::1 1 2\r\n"), NULL},
    {TEXT("PROXY UDP4 192.0.2.7 203.0.113.1 1 2\r\n"), NULL},
    {TEXT("PROXY UNKNOWNX\r\n"), NULL},
    {TEXT("PROXY TCP4 192.0.2.7\0 203.0.113.1 1 2\r\n"), NULL},

    /* version 2 */
    {TEXT(V2 "\x21\x11\0\x0c\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb"), "192.0.2.7 56324"},
    {TEXT(V2 "\x21\x21\0\x24\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\7"
             "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\x50\0\x51"),
     "2001:db8::7 80"},
    {TEXT(V2 "\x21\x31\0\xd8" UNIX108 UNIX108), "unix"},
    {TEXT(V2 "\x20\0\0\0"), "local"},
    {TEXT(V2 "\x20\x11\0\x0c\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb"), "local"},
    {TEXT(V2 "\x20\xff\0\5anyth"), "local"},
    {TEXT(V2 "\x21\0\0\0"), "local"},
    {TEXT(V2 "\x21\0\0\5anyth"), "local"},
    {TEXT(V2 "\x21\x11\0\x13\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb\x01\0\4h2ok"),
     "192.0.2.7 56324"},
    {TEXT(V2 "\x21\x11\0\x15\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb\x04\0\0\x04\0\3abc"),
     "192.0.2.7 56324"},
    {TEXT(V2 "\x21\x11\0\x0b\xc0\0\2\7\xcb\0\x71\1\xdc\4\1"), NULL},
    {TEXT(V2 "\x21\x21\0\x0c\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb"), NULL},
    {TEXT(V2 "\x21\x31\0\x14" ZEROS20), NULL},
    {TEXT(V2 "\x21\x12\0\x0c\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb"), NULL}, /* UDP */
    {TEXT(V2 "\x21\x41\0\x0c\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb"), NULL},
    {TEXT(V2 "\x11\x11\0\x0c\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb"), NULL},
    {TEXT(V2 "\x22\x11\0\x0c\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb"), NULL},
    {TEXT(V2 "\x21\x11\2\x09\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb"), NULL}, /* 537 */
    {TEXT(V2 "\x21\x11\0\x0d\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb\1"), NULL},
    {TEXT(V2 "\x21\x11\0\x10\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb\1\0\2x"), NULL},
    {TEXT("\r\n\r\n\0\r\nQUIT\r\x21\x11\0\0"), NULL},
    {TEXT("\r\nGET / HTTP/1.1\r\n"), NULL},
    {TEXT("\0"), NULL},
};
#define HEADERS (int)(sizeof(headers) / sizeof(headers[0]))

static void show(const hearth__proxy_header *h, char *out, size_t max)
{
    char ip[HEARTH__IP_TEXT];
    hearth__ip a;
    uint16_t port;

    if (!h->has_peer || h->at.ss_family == AF_UNIX) {
        snprintf(out, max, "%s", h->has_peer ? "unix" : "local");
        return;
    }
    ck_assert(hearth__ip_of(&a, (const void *)&h->at, h->at_len));
    if (h->at.ss_family == AF_INET)
        port = ntohs(((const struct sockaddr_in *)(const void *)&h->at)->sin_port);
    else
        port = ntohs(((const struct sockaddr_in6 *)(const void *)&h->at)->sin6_port);
    snprintf(out, max, "%s %u", hearth__ip_text(&a, ip), (unsigned)port);
}

/* In memory of exactly that size, so that a read behind it is noticed. */
static hearth__proxy_state parse(hearth__proxy_header *h, const char *p, size_t n)
{
    char *copy = malloc(n + (n == 0));

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, p, n);
    hearth__proxy_state s = hearth__proxy_parse(h, copy, n);

    free(copy);
    return s;
}

START_TEST(a_header_is_read_or_refused)
{
    const char *p = headers[_i].p;
    size_t n = headers[_i].n;
    hearth__proxy_header h;
    char said[100];

    if (headers[_i].says == NULL) {
        ck_assert_int_eq(parse(&h, p, n), HEARTH__PROXY_BAD);
        return;
    }
    ck_assert_int_eq(parse(&h, p, n), HEARTH__PROXY_DONE);
    ck_assert_uint_eq(h.len, n);
    show(&h, said, sizeof said);
    ck_assert_str_eq(said, headers[_i].says);
}
END_TEST

START_TEST(a_beginning_wants_more_and_once_bad_is_always_bad)
{
    hearth__proxy_header h;
    bool bad = false;

    for (size_t n = 0; n < headers[_i].n; n++) {
        hearth__proxy_state s = parse(&h, headers[_i].p, n);

        ck_assert_int_ne(s, HEARTH__PROXY_DONE);
        if (headers[_i].says != NULL)
            ck_assert_int_eq(s, HEARTH__PROXY_MORE);
        if (bad)
            ck_assert_int_eq(s, HEARTH__PROXY_BAD);
        bad = s == HEARTH__PROXY_BAD;
    }
}
END_TEST

START_TEST(what_follows_is_not_looked_at)
{
    static const char next[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n";
    char both[700];
    hearth__proxy_header h;

    if (headers[_i].says == NULL)
        return;
    memcpy(both, headers[_i].p, headers[_i].n);
    for (size_t n = 1; n < sizeof next; n++) {
        memcpy(both + headers[_i].n, next, n);
        ck_assert_int_eq(parse(&h, both, headers[_i].n + n), HEARTH__PROXY_DONE);
        ck_assert_uint_eq(h.len, headers[_i].n);
    }
}
END_TEST

START_TEST(a_binary_header_has_up_to_536_bytes)
{
    char big[HEARTH__PROXY_MOST + 1];
    hearth__proxy_header h;

    memset(big, 0, sizeof big);
    memcpy(big, V2 "\x21\x11", 14);
    big[14] = 2; /* 520 */
    big[15] = 8;
    big[28] = 4; /* one TLV over the rest */
    big[29] = 1;
    big[30] = (char)(520 - 12 - 3 - 256);
    ck_assert_int_eq(parse(&h, big, HEARTH__PROXY_MOST - 1), HEARTH__PROXY_MORE);
    ck_assert_int_eq(parse(&h, big, HEARTH__PROXY_MOST), HEARTH__PROXY_DONE);
    ck_assert_uint_eq(h.len, HEARTH__PROXY_MOST);
    big[15] = 9;
    ck_assert_int_eq(parse(&h, big, 16), HEARTH__PROXY_BAD);
}
END_TEST

SUITE("http/proxy_header",
      LOOP(a_header_is_read_or_refused, 0, HEADERS)
          LOOP(a_beginning_wants_more_and_once_bad_is_always_bad, 0, HEADERS)
              LOOP(what_follows_is_not_looked_at, 0, HEADERS)
                  TEST(a_binary_header_has_up_to_536_bytes))
