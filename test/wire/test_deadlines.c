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

SUITE("wire/deadlines",
      LOOP(a_head_must_come_within_its_time, 0,
           NBEGINNINGS) LOOP(a_later_head_must_come_within_its_time, 0, NBEGINNINGS)
          LOOP(a_head_that_drips_is_given_up, 0, 2)
              TEST(an_idle_connection_is_closed_without_a_word)
                  TEST(a_handler_that_takes_too_long_is_504)
                      TEST(what_a_late_handler_deferred_is_released)
                          LOOP(a_client_that_leaves_while_its_handler_runs_does_no_harm,
                               0, 2))
