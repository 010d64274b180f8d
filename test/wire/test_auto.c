/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Programs that say nothing of where their handlers run: one whose handlers block, one whose
 * handlers are short, and one that changes.
 */

#include "gate.h"
#include "suite.h"
#include "ws_wire.h"

#include <hearth.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define WORKERS   4
#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"

typedef struct world {
    hearth_app *app;
    gate gate;
    atomic_bool lazy;
    pthread_mutex_t lock;
    char log[65536];
} world;

static int sleep_long(hearth_ctx *c)
{
    gate_pass(&((world *)hearth_state(c))->gate);
    return hearth_text(c, 200, "slept");
}

static int health(hearth_ctx *c)
{
    int64_t began = hearth_now_us();

    while (atomic_load(&((world *)hearth_state(c))->lazy) &&
           hearth_now_us() - began < 12000) /* longer than a reactor bears */
        ;
    return hearth_text(c, 200, "well");
}

static void keep(void *self, hearth_log_level level, hearth_str lines)
{
    world *w = self;

    (void)level;
    pthread_mutex_lock(&w->lock);
    if (strlen(w->log) + lines.len < sizeof w->log)
        strncat(w->log, lines.ptr, lines.len);
    pthread_mutex_unlock(&w->lock);
}

static bool is_logged(world *w, const char *text)
{
    bool found;

    pthread_mutex_lock(&w->lock);
    found = strstr(w->log, text) != NULL;
    pthread_mutex_unlock(&w->lock);
    return found;
}

static const hearth_log_ops keeping = {.name = "keep", .write = keep};

static void echo(hearth_ws *ws, hearth_str msg, bool text)
{
    (void)text;
    (void)hearth_ws_send(ws, msg);
}

static const hearth_ws_ops echoes = {.message = echo};

/* Not a word of `.run`. */
static const hearth_route routes[] = {
    HEARTH_GET("/sleep", sleep_long),
    HEARTH_GET("/health", health),
    HEARTH_WEBSOCKET("/ws", &echoes),
    HEARTH_END,
};

static int start(world *w)
{
    hearth_run_opts o = wire_opts();

    *w = (world){.gate = GATE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};
    w->app = hearth_app_new(&(
        hearth_app_opts){.state = w,
                         .figures = true,
                         .access_log_off = true,
                         .log = {.ops = &keeping, .self = w, .level = HEARTH_LOG_DEBUG}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    o.workers = WORKERS;
    return wire_start(w->app, &o);
}

static hearth_route_figures figures(const world *w, size_t i)
{
    hearth_route_figures f;

    ck_assert(hearth_app_figures(w->app, i, &f));
    return f;
}

static void ask_health(wire *c, int times)
{
    wire_reply r = {0};

    for (int i = 0; i < times; i++) {
        ck_assert(wire_ask(c, GET("/health"), &r));
        ck_assert_str_eq(r.body, "well");
    }
    wire_reply_clear(&r);
}

/* Until the framework has made up its mind. */
static void ask_until_inline(world *w, wire *c)
{
    for (int i = 0; !figures(w, 1).is_inline; i++) {
        ck_assert_int_lt(i, 100000);
        ask_health(c, 1);
    }
}

/* They sleep until the test lets them go on, which is longer than any time. */
START_TEST(who_sleeps_leaves_the_others_alone)
{
    world w;
    wire c[WORKERS], other;
    wire_reply r = {0};
    int port = start(&w);

    other = wire_open(port);
    for (int i = 0; i < WORKERS; i++) {
        c[i] = wire_open(port);
        wire_send(&c[i], GET("/sleep"));
        gate_await(&w.gate, i + 1);
        if (i < WORKERS - 1) /* a worker is left */
            ask_health(&other, 20);
        if (i == WORKERS - 2) /* which it does not need any more */
            ask_until_inline(&w, &other);
    }
    ask_health(&other, 200); /* all of them sleep */
    gate_open(&w.gate);
    for (int i = 0; i < WORKERS; i++) {
        ck_assert(wire_read(&c[i], &r));
        ck_assert_str_eq(r.body, "slept");
        wire_close(&c[i]);
    }
    ck_assert(!figures(&w, 0).is_inline);
    ck_assert_uint_eq(figures(&w, 0).inline_runs, 0);
    wire_reply_clear(&r);
    wire_close(&other);
    wire_stop(w.app);
}
END_TEST

START_TEST(who_is_fast_runs_on_the_reactor_and_what_was_decided_can_be_read)
{
    world w;
    wire c = wire_open(start(&w));

    ck_assert_int_eq(figures(&w, 1).run, HEARTH_AUTO);
    ask_until_inline(&w, &c);
    ck_assert_int_eq(figures(&w, 1).moves % 2, 1);
    ck_assert(is_logged(&w, "/health now runs on the reactors: its runs are short"));
    uint64_t on_workers = figures(&w, 1).worker_runs;
    int moves = figures(&w, 1).moves;

    ask_health(&c, 500);
    if (figures(&w, 1).moves == moves) { /* a busy machine may have stopped it once */
        ck_assert_uint_eq(figures(&w, 1).worker_runs, on_workers);
        ck_assert_uint_ge(figures(&w, 1).inline_runs, 500);
    }
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

START_TEST(who_becomes_slow_is_sent_back_and_named)
{
    world w;
    wire c = wire_open(start(&w));

    ask_until_inline(&w, &c);
    int moves = figures(&w, 1).moves;

    atomic_store(&w.lazy, true);
    ask_health(&c, 2);
    ck_assert(!figures(&w, 1).is_inline);
    ck_assert_int_gt(figures(&w, 1).moves, moves);
    ck_assert_int_ge(figures(&w, 1).longest_us, 12000);
    ck_assert(is_logged(&w, "/health goes back to the workers"));
    ck_assert(is_logged(&w, "held up"));
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

START_TEST(callbacks_of_sockets_are_runs_as_well)
{
    world w;
    wire c = ws_open(start(&w), "/ws");

    for (int i = 0; !figures(&w, 2).is_inline; i++) {
        ck_assert_int_lt(i, 100000);
        ws_say(&c, "x");
        ws_expect_text(&c, "x");
    }
    ck_assert_uint_ge(figures(&w, 2).worker_runs, 64);
    ck_assert(is_logged(&w, "/ws now runs on the reactors"));
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

SUITE("wire/auto",
      TEST(who_sleeps_leaves_the_others_alone)
          TEST(who_is_fast_runs_on_the_reactor_and_what_was_decided_can_be_read)
              TEST(who_becomes_slow_is_sent_back_and_named)
                  TEST(callbacks_of_sockets_are_runs_as_well))
