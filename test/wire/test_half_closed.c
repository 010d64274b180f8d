/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A client that has said all it wants to say and shuts its side: it gets its answers, and
 * then the connection ends, long before any deadline.  The reactor is held up while the
 * bytes and the end arrive, so that it finds them together, which an edge-triggered
 * engine is prone to miss.
 */

#include "gate.h"
#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <stdio.h>
#include <string.h>

typedef struct world {
    gate gate;
    hearth_app *app;
    wire holder;
} world;

static int hold(hearth_ctx *c)
{
    world *w = hearth_state(c);

    gate_pass(&w->gate);
    return hearth_text(c, 200, "held");
}

static int body(hearth_ctx *c)
{
    return hearth_textf(c, 200, "[%s]", hearth_body(c).ptr);
}

/* One reactor, stuck in a handler until let_go(). */
static void start(world *w)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/hold", hold, .run = HEARTH_INLINE),
        HEARTH_GET("/inline", body, .run = HEARTH_INLINE),
        HEARTH_POST("/inline", body, .run = HEARTH_INLINE),
        HEARTH_POST("/worker", body, .run = HEARTH_WORKER),
        HEARTH_END,
    };
    hearth_run_opts o = wire_opts();

    *w = (world){.gate = GATE_INIT};
    w->app =
        hearth_app_new(&(hearth_app_opts){.state = w, .log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    o.drain_ms = 600000;
    wire_start(w->app, &o);
}

static void hold_up(world *w)
{
    w->holder = wire_open(hearth_app_port(w->app));
    wire_send(&w->holder, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    gate_await(&w->gate, 1);
}

static void let_go(world *w)
{
    wire_reply r = {0};

    gate_open(&w->gate);
    ck_assert(wire_read(&w->holder, &r));
    wire_reply_clear(&r);
    wire_close(&w->holder);
}

#define GET  "GET /inline HTTP/1.1\r\nHost: x\r\n\r\n"
#define POST "POST /worker HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"

static const struct {
    const char *text;
    int answers;
} sent[] = {
    {"", 0},
    {"GET /inl", 0},
    {"GET /inline HTTP/1.1\r\nHost: x\r\n", 0},
    {"POST /inline HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf", 0},
    {"POST /worker HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha", 0},
    {GET, 1},
    {POST, 1},
    {GET GET, 2},
    {POST GET, 2},
    {GET "GET /inl", 1},
    {POST "POST /inline HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf", 1},
};
#define NSENT ((int)(sizeof sent / sizeof *sent))

/* The engine before 1.0 may drop a connection that is resumed with the client's end already there, and
 * with it the worker's answer.  It ends in time all the same. */
#define OLD_ENGINE (wire_engine_version() < 0x010000)

static void check_answers(wire *c, int wanted, bool worker)
{
    wire_reply r = {0};

    for (int i = 0; i < wanted; i++) {
        if (!wire_read(c, &r)) {
            ck_assert_msg(OLD_ENGINE && worker, "no answer");
            break;
        }
        ck_assert_int_eq(r.status, 200);
    }
    ck_assert_msg(wire_ends(c), "the connection stays open");
    wire_reply_clear(&r);
}

START_TEST(a_client_that_shuts_its_side_is_answered_and_let_go)
{
    world w;

    start(&w);
    hold_up(&w);
    wire c = wire_open(hearth_app_port(w.app));

    wire_send(&c, sent[_i].text);
    wire_shut(&c);
    let_go(&w);
    check_answers(&c, sent[_i].answers, strstr(sent[_i].text, "/worker") != NULL);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

/* The drain would last ten minutes. */
START_TEST(a_stop_does_not_wait_for_who_has_shut_his_side)
{
    world w;

    start(&w);
    hold_up(&w);
    wire c = wire_open(hearth_app_port(w.app));

    wire_send(&c, sent[_i].text);
    wire_shut(&c);
    let_go(&w);
    wire_stop(w.app);
    ck_assert(wire_ends(&c));
    wire_close(&c);
}
END_TEST

SUITE("wire/half closed",
      LOOP(a_client_that_shuts_its_side_is_answered_and_let_go, 0, NSENT)
          LOOP(a_stop_does_not_wait_for_who_has_shut_his_side, 0, NSENT))
