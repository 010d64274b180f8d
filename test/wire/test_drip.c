/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * More clients that drip than there are connections: a good client is answered all the while, and all
 * of them are gone in the end.  With figures, and ten thousand of them: test/bench/drip.sh.
 */

#include "suite.h"
#include "wire_app.h"

#include <poll.h>

#define DRIPPERS 400
#define ROOM     300

static const char *const beginnings[] = {
    "GET / HTTP/1.1\r\nHost: x\r\nX: ",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
};

static void check_good(int port)
{
    wire_reply r = {0};
    wire w = wire_open_from(9, port);

    for (int i = 0; i < 2; i++) {
        ck_assert_msg(wire_ask(&w, "GET /echo/good HTTP/1.1\r\nHost: x\r\n\r\n", &r),
                      "no answer");
        ck_assert_int_eq(r.status, 200);
        ck_assert_str_eq(r.body, "good");
    }
    wire_reply_clear(&r);
    wire_close(&w);
}

/* One byte from each that is still there; how many are. */
static int drip(wire *w)
{
    int left = 0;

    for (int i = 0; i < DRIPPERS; i++) {
        struct pollfd p = {.fd = w[i].fd, .events = POLLIN};

        if (w[i].fd < 0)
            continue;
        if (poll(&p, 1, 0) > 0) { /* an answer or the end: it is no request of theirs */
            ck_assert(wire_ends(&w[i]));
            wire_close(&w[i]);
        } else {
            wire_send(&w[i], "a");
            left++;
        }
    }
    return left;
}

START_TEST(drippers_do_not_keep_a_good_client_out_and_all_go)
{
    static wire w[DRIPPERS];
    hearth_run_opts o = wire_opts();
    wire_app a;
    int left = DRIPPERS;

    o.threads = 2;
    o.max_connections = ROOM;
    o.head_ms = 1500;
    wire_app_start(&a, &o, 0);
    for (int i = 0; i < DRIPPERS; i++) {
        w[i] = wire_open_from(2 + i / 200, a.port);
        wire_send(&w[i], beginnings[0]);
    }
    for (int round = 0; left > 0; round++) {
        ck_assert_msg(round < 3000, "%d drip on", left);
        left = drip(w);
        check_good(a.port);
    }
    wire_app_stop(&a);
}
END_TEST

/* Bodies make room once they are behind; by then all have had their second. */
START_TEST(nor_do_those_who_drip_bodies)
{
    static wire w[DRIPPERS];
    hearth_run_opts o = wire_opts();
    wire_app a;
    int left = DRIPPERS;

    o.threads = 2;
    o.max_connections = DRIPPERS + 20;
    o.body_grace_ms = 1500;
    o.body_rate = 1 << 20; /* a byte a round is less, however fast they are */
    wire_app_start(&a, &o, 0);
    for (int i = 0; i < DRIPPERS; i++) {
        w[i] = wire_open_from(2 + i / 200, a.port);
        wire_send(&w[i], beginnings[1]);
    }
    for (int round = 0; left > 0; round++) {
        ck_assert_msg(round < 3000, "%d drip on", left);
        left = drip(w);
        check_good(a.port);
    }
    wire_app_stop(&a);
}
END_TEST

SUITE("wire/drip", TEST(drippers_do_not_keep_a_good_client_out_and_all_go)
                       TEST(nor_do_those_who_drip_bodies))
