/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Clients that go away, at any byte and in any manner: no handler runs for half a
 * request, and the server stays well.
 */

#include "suite.h"
#include "wire_app.h"

static const char *const whole[] = {
    "GET /echo/a HTTP/1.1\r\nHost: x\r\nX: y\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n\r\nabcdefghijklmnopqrstuvwxyz",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n3;a=b\r\nyou\r\n0\r\nX-T: a\r\n\r\n",
    "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: "
    "100-continue\r\n\r\nhello",
};
#define NWHOLE ((int)(sizeof whole / sizeof whole[0]))

/* Leave in one of three ways: no more to say, gone, gone with a reset. */
static void leave(wire *w, int how)
{
    if (how == 0)
        wire_shut(w);
    else if (how == 1)
        wire_close(w);
    else
        wire_reset(w);
}

/* The end of the server ends every connection; whatever it said until then was no success. */
static void check_unanswered(wire *w)
{
    wire_reply r = {0};

    if (w->fd < 0)
        return;
    while (wire_read(w, &r))
        ck_assert_msg(r.status >= 400, "half a request was answered %d", r.status);
    ck_assert_msg(wire_ends(w), "the connection outlives its server");
    wire_reply_clear(&r);
    wire_close(w);
}

/* Some of these connections are still waited for when the server stops. */
static hearth_run_opts hasty(void)
{
    hearth_run_opts o = wire_opts();

    o.drain_ms = 100;
    return o;
}

START_TEST(half_a_request_never_runs)
{
    const char *request = whole[_i / 3];
    size_t n = strlen(request);
    hearth_run_opts o = hasty();
    wire_app a;
    wire w[256];

    ck_assert_uint_lt(n, 256);
    wire_app_start(&a, &o, 0);
    for (size_t cut = 0; cut < n; cut++) {
        w[cut] = wire_open(a.port);
        wire_send_n(&w[cut], request, cut);
        leave(&w[cut], _i % 3);
    }
    wire_app_stop(&a); /* asks one whole request first */
    ck_assert_int_eq(atomic_load(&a.hits), 1);
    for (size_t cut = 0; cut < n; cut++)
        check_unanswered(&w[cut]);
}
END_TEST

START_TEST(half_a_request_behind_a_whole_one_never_runs)
{
    const char *request = whole[_i];
    size_t n = strlen(request);
    hearth_run_opts o = hasty();
    wire_app a;
    wire w[256];

    ck_assert_uint_lt(n, 256);
    wire_app_start(&a, &o, 0);
    for (size_t cut = 0; cut < n; cut++) {
        wire_reply r = {0};

        w[cut] = wire_open(a.port);
        wire_send(&w[cut], "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        wire_send_n(&w[cut], request, cut);
        ck_assert(wire_read(&w[cut], &r));
        ck_assert_int_eq(r.status, 200);
        leave(&w[cut], 0);
        wire_reply_clear(&r);
    }
    wire_app_stop(&a);
    ck_assert_int_eq(atomic_load(&a.hits), (int)n + 1);
    for (size_t cut = 0; cut < n; cut++)
        check_unanswered(&w[cut]);
}
END_TEST

/* A client that sends its request and closes its half of the connection still gets an answer: it is
 * only done sending. */
START_TEST(a_client_that_is_done_sending_is_answered)
{
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, 0);
    w = wire_open(a.port);
    wire_send(&w, whole[_i]);
    wire_shut(&w);
    ck_assert_msg(wire_read(&w, &r), "no answer");
    ck_assert_int_eq(r.status, 200);
    wire_app_stop(&a);
    ck_assert(wire_closed(&w));
    wire_reply_clear(&r);
    wire_close(&w);
}
END_TEST

/* The answer has nobody to go to; on a worker its request must outlive the connection. */
START_TEST(clients_that_leave_before_the_answer_do_no_harm)
{
    wire_app a;

    wire_app_start(&a, NULL, 0);
    for (int i = 0; i < 60; i++) {
        wire w = wire_open(a.port);

        wire_send(&w, whole[_i]);
        if (i % 2 == 0)
            wire_reset(&w);
        else
            wire_close(&w);
    }
    wire_app_stop(&a);
}
END_TEST

START_TEST(connections_that_say_nothing_do_not_hold_up_a_stop)
{
    wire_app a;
    wire w[8];

    wire_app_start(&a, NULL, 0);
    for (int i = 0; i < 8; i++)
        w[i] = wire_open(a.port);
    wire_app_stop(&a);
    for (int i = 0; i < 8; i++) {
        ck_assert(wire_closed(&w[i]));
        wire_close(&w[i]);
    }
}
END_TEST

SUITE("wire/broken",
      LOOP(half_a_request_never_runs, 0, NWHOLE * 3)
          LOOP(half_a_request_behind_a_whole_one_never_runs, 0, NWHOLE)
              LOOP(a_client_that_is_done_sending_is_answered, 0, NWHOLE)
                  LOOP(clients_that_leave_before_the_answer_do_no_harm, 0, NWHOLE)
                      TEST(connections_that_say_nothing_do_not_hold_up_a_stop))
