/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Many requests at once, cut anywhere: a request is what its bytes say, however they
 * arrive.
 */

#include "suite.h"
#include "wire_app.h"

#include <stdio.h>

#define REQUESTS 100

typedef struct burst {
    char bytes[64 * 1024];
    size_t n;
    char answers[REQUESTS][80];
} burst;

/* One of the forms that a sound request takes; chunked ones end a connection on some
 * engines. */
static void add_request(burst *b, int i, unsigned *seed)
{
    char *at = b->bytes + b->n;
    size_t room = sizeof b->bytes - b->n;
    char body[64];
    int n = 0, len;

    len = snprintf(body, sizeof body, "%d GET /smuggled HTTP/1.1", i);
    snprintf(b->answers[i], sizeof b->answers[i], "%d", i);
    switch (wire_random(seed, 6)) {
    case 0:
        n = snprintf(at, room, "GET /echo/%d HTTP/1.1\r\nHost: x\r\n\r\n", i);
        break;
    case 1:
        n = snprintf(at, room, "GET /echo/%d?a=%%20b HTTP/1.1\r\nhost:\t x \r\n\r\n", i);
        break;
    case 2:
        n = snprintf(at, room, "GET http://y/echo/%d HTTP/1.1\r\nHost: y\r\nA:\r\n\r\n",
                     i);
        break;
    case 3:
        n = snprintf(at, room,
                     "GET /header HTTP/1.1\r\nHost: x\r\nX: %d\r\nCookie: a=b; c=d\r\n"
                     "Accept: text/html, */*;q=0.1\r\nConnection: keep-alive\r\n\r\n",
                     i);
        snprintf(b->answers[i], sizeof b->answers[i], "[%d]", i);
        break;
    case 4:
        n = snprintf(at, room, "\r\nGET /echo/%d HTTP/1.1\r\nHost: x\r\n\r\n", i);
        break;
    default:
        n = snprintf(at, room,
                     "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n"
                     "Content-Type: text/plain\r\n\r\n%s",
                     len, body);
        snprintf(b->answers[i], sizeof b->answers[i], "%d:%s", len, body);
    }
    ck_assert_int_lt(n, (int)room);
    b->n += (size_t)n;
}

static void check_answers(wire *w, const burst *b)
{
    wire_reply r = {0};

    for (int i = 0; i < REQUESTS; i++) {
        ck_assert_msg(wire_read(w, &r), "answer %d does not come", i);
        ck_assert_msg(r.status == 200, "answer %d: %s%s", i, r.head, r.body);
        ck_assert_str_eq(r.body, b->answers[i]);
    }
    wire_reply_clear(&r);
}

START_TEST(a_hundred_requests_at_once_are_answered_in_order)
{
    static burst b;
    unsigned seed = (unsigned)_i;
    wire_app a;
    wire w;

    b.n = 0;
    for (int i = 0; i < REQUESTS; i++)
        add_request(&b, i, &seed);
    wire_app_start(&a, NULL, 0);
    w = wire_open(a.port);
    /* From single bytes to all at once. */
    wire_send_pieces(&w, b.bytes, b.n, (size_t)1 << (_i % 17), &seed);
    check_answers(&w, &b);
    ck_assert_int_eq(atomic_load(&a.smuggled), 0);
    ck_assert_int_eq(atomic_load(&a.hits), REQUESTS);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

/* While a worker has one request, those behind it wait. */
START_TEST(answers_keep_their_order_when_workers_are_in_between)
{
    char request[128], want[32];
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, 0);
    w = wire_open(a.port);
    for (int i = 0; i < 50; i++) {
        snprintf(request, sizeof request,
                 i % 2 == 0
                     ? "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n%02d"
                     : "GET /echo/%02d HTTP/1.1\r\nHost: x\r\n\r\n",
                 i);
        wire_send(&w, request);
    }
    for (int i = 0; i < 50; i++) {
        snprintf(want, sizeof want, i % 2 == 0 ? "2:%02d" : "%02d", i);
        ck_assert(wire_read(&w, &r));
        ck_assert_str_eq(r.body, want);
    }
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

START_TEST(many_connections_at_once_are_all_answered)
{
    enum { CONNECTIONS = 64 };
    wire_reply r = {0};
    wire_app a;
    wire w[CONNECTIONS];
    char request[64], want[32];

    wire_app_start(&a, NULL, 0);
    for (int i = 0; i < CONNECTIONS; i++)
        w[i] = wire_open(a.port);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < CONNECTIONS; i++) {
            snprintf(request, sizeof request,
                     "GET /echo/%d-%d HTTP/1.1\r\nHost: x\r\n\r\n", i, round);
            wire_send(&w[i], request);
        }
        for (int i = CONNECTIONS - 1; i >= 0; i--) {
            snprintf(want, sizeof want, "%d-%d", i, round);
            ck_assert(wire_read(&w[i], &r));
            ck_assert_str_eq(r.body, want);
        }
    }
    for (int i = 0; i < CONNECTIONS; i++)
        wire_close(&w[i]);
    wire_reply_clear(&r);
    wire_app_stop(&a);
}
END_TEST

SUITE("wire/pipeline", LOOP(a_hundred_requests_at_once_are_answered_in_order, 0, 34)
                           TEST(answers_keep_their_order_when_workers_are_in_between)
                               TEST(many_connections_at_once_are_all_answered))
