/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Whose page may open a socket; the rest of the handshake is in test/wire/test_ws.c. */

#include "ctx.h"
#include "suite.h"
#include "ws/handshake.h"

#include <stdio.h>

static const char *const friends[] = {"https://a.example", "https://b.example:8443",
                                      NULL};
static const char *const all[] = {HEARTH_UNSAFE_ANY_ORIGIN, NULL};

static const struct {
    const char *host, *origin;
    const char *const *origins;
    bool https;
    int rc;
} asked[] = {
    {"x.example", "http://x.example", NULL, false, 0},
    {"x.example", "https://x.example", NULL, false, 0},
    {"x.example", "http://X.EXAMPLE:80", NULL, false, 0},
    {"x.example:80", "http://x.example", NULL, false, 0},
    {"x.example:443", "https://x.example", NULL, false, 0},
    {"x.example:8080", "http://x.example:8080", NULL, false, 0},
    {"x.example:8080", "http://x.example", NULL, false, 403},
    {"x.example", "http://x.example:8080", NULL, false, 403},
    {"x.example", "https://x.example", NULL, true, 0},
    {"x.example", "http://x.example", NULL, true, 403},
    {"[::1]:8080", "http://[::1]:8080", NULL, false, 0},
    {"[::1]", "http://[::1]:80", NULL, false, 0},
    {"[::1]", "http://[::2]", NULL, false, 403},
    {"x.example", "http://x.example.evil", NULL, false, 403},
    {"x.example", "http://evil.x.example", NULL, false, 403},
    {"x.example", "ftp://x.example", NULL, false, 403},
    {"x.example", "x.example", NULL, false, 403},
    {"x.example", "http://", NULL, false, 403},
    {"x.example", "http://user@x.example", NULL, false, 403},
    {"x.example", "null", NULL, false, 403},
    {"x.example", "https://a.example", friends, false, 0},
    {"x.example", "https://A.example", friends, false, 0},
    {"x.example", "http://a.example", friends, false, 403},
    {"x.example", "https://b.example:8443", friends, false, 0},
    {"x.example", "https://b.example", friends, false, 403},
    {"x.example", "http://x.example", friends, false, 0},
    {"x.example", "null", all, false, 0},
};

START_TEST(pages_of_other_sites_are_kept_out)
{
    char head[1024];
    hearth_ws_ops ops = {.origins = asked[_i].origins};
    hearth__ws_offer offer;

    snprintf(
        head, sizeof head,
        "GET / HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Origin: %s\r\n\r\n",
        asked[_i].host, asked[_i].origin);
    bare *t = bare_open(NULL, head);

    t->c->origin.https = asked[_i].https;
    ck_assert_int_eq(hearth__ws_handshake(t->c, &ops, &offer), asked[_i].rc);
    if (asked[_i].rc == 0)
        ck_assert_str_eq(offer.accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    else
        ck_assert_int_eq(t->c->error.status, asked[_i].rc);
    bare_close(t);
}
END_TEST

SUITE("ws/handshake",
      LOOP(pages_of_other_sites_are_kept_out, 0, (int)(sizeof asked / sizeof *asked)))
