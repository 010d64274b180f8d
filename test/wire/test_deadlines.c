/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Every phase of a connection ends.  The deadline that a test is about is short, all others are long;
 * nothing here says how soon, only that it comes.
 */

#include "gate.h"
#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>

typedef struct world {
    gate gate;
    atomic_int hits;
    hearth_app *app;
} world;

static int quick(hearth_ctx *c)
{
    world *w = hearth_state(c);

    atomic_fetch_add(&w->hits, 1);
    return hearth_text(c, 200, "ok");
}

/* Waits, then uses everything that a late handler could use. */
static int late(hearth_ctx *c)
{
    world *w = hearth_state(c);

    gate_pass(&w->gate);
    hearth_set_header(c, "X-Late", hearth_header(c, "X"));
    return hearth_textf(c, 200, "%s %s %s %s %zu", hearth_method(c), hearth_path(c),
                        hearth_target(c), hearth_peer(c), hearth_body(c).len);
}

static void count_end(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

static int deferred(hearth_ctx *c)
{
    world *w = hearth_state(c);

    HEARTH_TRY(hearth_defer(c, count_end, &w->hits));
    gate_pass(&w->gate);
    return hearth_text(c, 200, "too late");
}

static void start(world *w, const hearth_run_opts *o)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/", quick, .run = HEARTH_INLINE),
        HEARTH_POST("/", quick, .run = HEARTH_INLINE),
        HEARTH_POST("/late", late, .run = HEARTH_WORKER),
        HEARTH_GET("/deferred", deferred, .run = HEARTH_WORKER),
        HEARTH_END,
    };

    *w = (world){.gate = GATE_INIT};
    w->app =
        hearth_app_new(&(hearth_app_opts){.state = w, .log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    wire_start(w->app, o);
}

static const char *const beginnings[] = {
    "",
    "\r\n",
    "G",
    "GET / HTTP/1.1",
    "GET / HTTP/1.1\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nX: ",
    "GET / HTTP/1.1\r\nHost: x\r\n",
};
#define NBEGINNINGS ((int)(sizeof beginnings / sizeof beginnings[0]))

/* 408 or a plain close: where nothing was asked there is nothing to answer. */
static void check_given_up(wire *c)
{
    wire_reply r = {0};

    if (wire_read(c, &r)) {
        ck_assert_int_eq(r.status, 408);
        ck_assert(r.close);
    }
    ck_assert_msg(wire_ends(c), "the connection stays open");
    wire_reply_clear(&r);
}

START_TEST(a_head_must_come_within_its_time)
{
    hearth_run_opts o = wire_opts();
    world w;

    o.head_ms = 100;
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));

    wire_send(&c, beginnings[_i]);
    check_given_up(&c);
    ck_assert_int_eq(atomic_load(&w.hits), 0);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

/* The second head on a connection has its time, too. */
START_TEST(a_later_head_must_come_within_its_time)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    world w;

    o.head_ms = 100;
    o.idle_ms = 1000;
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));

    ck_assert(wire_ask(&c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", &r));
    wire_send(&c, beginnings[_i]);
    check_given_up(&c);
    ck_assert_int_eq(atomic_load(&w.hits), 1);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

/* One byte after the other, never silent for long: the time is for the whole. */
START_TEST(a_head_that_drips_is_given_up)
{
    hearth_run_opts o = wire_opts();
    world w;
    int sent = 0;

    o.head_ms = 300;
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));
    struct pollfd p = {.fd = c.fd, .events = POLLIN};

    wire_send(&c, _i == 0 ? "GET /" : "GET / HTTP/1.1\r\nHost: x\r\nX: ");
    for (; sent < 3000 && poll(&p, 1, 10) == 0; sent++)
        wire_send(&c, "a");
    ck_assert_msg(sent < 3000, "it drips on");
    check_given_up(&c);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

/* On a kept connection the time of a head runs from its first byte, not from when the request line is
 * whole: idle_ms is long here. */
START_TEST(a_later_head_that_drips_is_given_up)
{
    static const char *const first[] = {
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
        "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /a", /* and the next one's beginning */
    };
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    world w;
    int sent = 0;

    o.head_ms = 300;
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));
    struct pollfd p = {.fd = c.fd, .events = POLLIN};

    ck_assert(wire_ask(&c, first[_i], &r));
    ck_assert_int_eq(r.status, 200);
    if (_i < 2)
        wire_send(&c, "GET /");
    for (; sent < 3000 && poll(&p, 1, 10) == 0; sent++)
        wire_send(&c, "a");
    ck_assert_msg(sent < 3000, "it drips on");
    check_given_up(&c);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

/* Its pauses together are a part of the time only, whichever head it is. */
START_TEST(a_head_that_is_slow_but_in_time_is_taken)
{
    static const char head[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    world w;

    o.head_ms = 5000;
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));
    struct pollfd p = {.fd = c.fd, .events = POLLIN};

    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof head - 1; i++) {
            wire_send_n(&c, head + i, 1);
            if (i < sizeof head - 2)
                ck_assert_int_eq(poll(&p, 1, 10), 0);
        }
        ck_assert(wire_read(&c, &r));
        ck_assert_int_eq(r.status, 200);
        ck_assert(!r.close);
    }
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

/* ---- body ------------------------------------------------------------------------- */

static const char *const uploads[] = {
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    "f0000\r\n", /* one long chunk */
    "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
    "1000000\r\n\r\n",
};

/* Whatever is dripped, 408 comes and nothing runs. */
static void check_drip(const char *begin, size_t fast, const hearth_run_opts *o)
{
    char *bytes = calloc(1, fast + 1);
    world w;
    int sent = 0;

    ck_assert_ptr_nonnull(bytes);
    memset(bytes, 'a', fast);
    start(&w, o);
    wire c = wire_open(hearth_app_port(w.app));
    struct pollfd p = {.fd = c.fd, .events = POLLIN};
    wire_reply r = {0};

    wire_send(&c, begin);
    if (strstr(begin, "Expect") != NULL)
        ck_assert(wire_has(&c, "HTTP/1.1 100 Continue\r\n\r\n"));
    wire_send_n(&c, bytes, fast);
    for (; sent < 3000 && poll(&p, 1, 10) == 0; sent++)
        wire_send(&c, "a");
    ck_assert_msg(sent < 3000, "it drips on");
    ck_assert_msg(wire_read(&c, &r), "no answer");
    ck_assert_int_eq(r.status, 408);
    ck_assert(r.close);
    ck_assert(wire_ends(&c));
    ck_assert_int_eq(atomic_load(&w.hits), 0);
    free(bytes);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
}

START_TEST(a_body_that_drips_is_408)
{
    hearth_run_opts o = wire_opts();

    o.body_grace_ms = 300;
    check_drip(uploads[_i], 0, &o);
}
END_TEST

/* What came early does not pay for a trickle: these 500 KB would last for 8 minutes. */
START_TEST(a_body_that_begins_fast_and_then_drips_is_408)
{
    hearth_run_opts o = wire_opts();

    o.body_grace_ms = 300;
    check_drip(uploads[_i], 500000, &o);
}
END_TEST

/* It would take longer than the grace; it is above the rate all the time. */
START_TEST(a_body_that_is_slow_but_keeps_the_rate_is_taken)
{
    hearth_run_opts o = wire_opts();
    char piece[200];
    wire_reply r = {0};
    world w;

    o.body_grace_ms = 1500;
    o.body_rate = 1000;
    memset(piece, 'a', sizeof piece);
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));
    struct pollfd p = {.fd = c.fd, .events = POLLIN};

    wire_send(&c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n");
    for (int i = 0; i < 100; i++) { /* over 2 s, at under 10 KB/s */
        wire_send_n(&c, piece, sizeof piece);
        if (i < 99)
            ck_assert_int_eq(poll(&p, 1, 20), 0);
    }
    ck_assert(wire_read(&c, &r));
    ck_assert_int_eq(r.status, 200);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

/* A refused body that is read for politeness must arrive as fast as any. */
START_TEST(a_refused_body_that_drips_is_cut)
{
    hearth_run_opts o = wire_opts();
    world w;
    int sent = 0;

    o.body_grace_ms = 300;
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));
    struct pollfd p = {.fd = c.fd, .events = POLLIN};
    char *big = calloc(1, 0x110000);

    ck_assert_ptr_nonnull(big);
    wire_send(
        &c, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n");
    wire_send_n(&c, big, 0x100010); /* just over 1 MiB */
    for (; sent < 3000 && poll(&p, 1, 10) == 0; sent++)
        wire_send(&c, "a");
    ck_assert_msg(sent < 3000, "it drips on");
    ck_assert(wire_ends(&c));
    ck_assert_int_eq(atomic_load(&w.hits), 0);
    free(big);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

/* ---- answer ----------------------------------------------------------------------- */

/* More than the kernel takes from the server and for the client. */
#define BIG (32u * 1024 * 1024)

static int big(hearth_ctx *c)
{
    char *p = malloc(BIG);

    if (p == NULL || hearth_defer(c, free, p) != 0)
        return HEARTH_ENOMEM;
    memset(p, 'b', BIG);
    return hearth_blob_ref(c, 200, "application/octet-stream", p, BIG);
}

static hearth_app *start_big(const hearth_run_opts *o)
{
    static const hearth_route routes[] = {HEARTH_GET("/", big, .run = HEARTH_INLINE),
                                          HEARTH_END};
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    wire_start(app, o);
    return app;
}

/* Reads `n` bytes, or up to the end; how many came. */
static size_t take(wire *w, size_t n)
{
    char text[16384];
    size_t have = 0;
    ssize_t got = 1;

    while (have < n && got > 0) {
        got = recv(w->fd, text, n - have < sizeof text ? n - have : sizeof text, 0);
        have += got > 0 ? (size_t)got : 0;
    }
    return have;
}

START_TEST(a_reader_that_takes_nothing_is_cut)
{
    hearth_run_opts o = wire_opts();

    o.write_ms = 600;
    o.drain_ms = 300000; /* a stop does not cut it */
    hearth_app *app = start_big(&o);
    wire c = wire_open(hearth_app_port(app));

    wire_send(&c, _i == 0 ? "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
                          : "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
                            "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    if (_i == 2) /* stuck in the middle */
        ck_assert_uint_eq(take(&c, BIG / 2), BIG / 2);
    ck_assert_msg(hearth_app_stop(app) == 0, "it cannot stop"); /* waits for the cut */
    ck_assert_uint_lt(take(&c, 3 * BIG), BIG);
    wire_close(&c);
    hearth_app_free(app);
}
END_TEST

/* Much longer than write_ms for the whole, but never so long without a byte. */
START_TEST(a_reader_that_is_slow_but_goes_on_is_left_alone)
{
    hearth_run_opts o = wire_opts();
    size_t have = 0;

    o.write_ms = 1500;
    hearth_app *app = start_big(&o);
    wire c = wire_open(hearth_app_port(app));

    wire_send(&c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    for (int i = 0; i < 100; i++) { /* 2 s, in which a quarter is read */
        size_t n = take(&c, BIG / 400);

        ck_assert_msg(n == BIG / 400, "cut after %zu", have);
        have += n;
        poll(NULL, 0, 20);
    }
    have += take(&c, 2 * BIG);
    ck_assert_uint_gt(have, BIG);
    wire_close(&c);
    wire_stop(app);
}
END_TEST

START_TEST(an_idle_connection_is_kept_for_its_time)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    world w;

    o.idle_ms = 5000;
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));
    struct pollfd p = {.fd = c.fd, .events = POLLIN};

    for (int i = 0; i < 3; i++) {
        ck_assert(wire_ask(&c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", &r));
        ck_assert_int_eq(r.status, 200);
        ck_assert_int_eq(poll(&p, 1, 600), 0); /* several looks of the timer */
    }
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

START_TEST(an_idle_connection_is_closed_without_a_word)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    world w;

    o.idle_ms = 100;
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));

    ck_assert(wire_ask(&c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", &r));
    ck_assert(!r.close);
    ck_assert(wire_closed(&c));
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

START_TEST(a_handler_that_is_slow_but_in_time_is_heard)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    world w;

    o.handler_ms = 5000;
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));
    struct pollfd p = {.fd = c.fd, .events = POLLIN};

    wire_send(&c, "POST /late HTTP/1.1\r\nHost: x\r\nX: y\r\nContent-Length: 1\r\n\r\nb");
    gate_await(&w.gate, 1);
    ck_assert_int_eq(poll(&p, 1, 600), 0); /* several looks of the timer */
    gate_open(&w.gate);
    ck_assert(wire_read(&c, &r));
    ck_assert_int_eq(r.status, 200);
    ck_assert(!r.close);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

START_TEST(a_handler_that_takes_too_long_is_504)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    world w;

    o.handler_ms = 100;
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app)), d = wire_open(hearth_app_port(w.app));

    wire_send(
        &c,
        "POST /late?a=b HTTP/1.1\r\nHost: x\r\nX: y\r\nContent-Length: 5\r\n\r\nhello");
    gate_await(&w.gate, 1);
    ck_assert_msg(wire_read(&c, &r), "no answer");
    ck_assert_int_eq(r.status, 504);
    ck_assert(wire_ends(&c)); /* its late answer must not meet another request */
    ck_assert(wire_ask(&d, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", &r));
    ck_assert_int_eq(r.status, 200);
    gate_open(&w.gate); /* the handler goes on with all that it has */
    gate_await_passed(&w.gate, 1);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_close(&d);
    wire_stop(w.app);
}
END_TEST

START_TEST(what_a_late_handler_deferred_is_released)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    world w;

    o.handler_ms = 100;
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));

    wire_send(&c, "GET /deferred HTTP/1.1\r\nHost: x\r\n\r\n");
    gate_await(&w.gate, 1);
    ck_assert(wire_read(&c, &r));
    ck_assert_int_eq(r.status, 504);
    ck_assert_int_eq(atomic_load(&w.hits), 0);
    gate_open(&w.gate);
    wire_reply_clear(&r);
    wire_close(&c);
    ck_assert_int_eq(hearth_app_stop(w.app), 0);
    ck_assert_int_eq(atomic_load(&w.hits), 1);
    hearth_app_free(w.app);
}
END_TEST

START_TEST(a_client_that_leaves_while_its_handler_runs_does_no_harm)
{
    world w;

    start(&w, NULL);
    wire c = wire_open(hearth_app_port(w.app));

    wire_send(&c,
              "POST /late HTTP/1.1\r\nHost: x\r\nX: y\r\nContent-Length: 5\r\n\r\nhello");
    gate_await(&w.gate, 1);
    if (_i == 0)
        wire_close(&c);
    else
        wire_reset(&c);
    gate_open(&w.gate);
    gate_await_passed(&w.gate, 1);
    wire_stop(w.app);
}
END_TEST

/* clang-format off */
SUITE("wire/deadlines",
      LOOP(a_head_must_come_within_its_time, 0, NBEGINNINGS)
      LOOP(a_later_head_must_come_within_its_time, 0, NBEGINNINGS)
      LOOP(a_head_that_drips_is_given_up, 0, 2)
      LOOP(a_later_head_that_drips_is_given_up, 0, 3)
      TEST(a_head_that_is_slow_but_in_time_is_taken)
      LOOP(a_body_that_drips_is_408, 0, 3)
      LOOP(a_body_that_begins_fast_and_then_drips_is_408, 0, 2)
      TEST(a_body_that_is_slow_but_keeps_the_rate_is_taken)
      TEST(a_refused_body_that_drips_is_cut)
      LOOP(a_reader_that_takes_nothing_is_cut, 0, 3)
      TEST(a_reader_that_is_slow_but_goes_on_is_left_alone)
      TEST(an_idle_connection_is_kept_for_its_time)
      TEST(an_idle_connection_is_closed_without_a_word)
      TEST(a_handler_that_is_slow_but_in_time_is_heard)
      TEST(a_handler_that_takes_too_long_is_504)
      TEST(what_a_late_handler_deferred_is_released)
      LOOP(a_client_that_leaves_while_its_handler_runs_does_no_harm, 0, 2))
