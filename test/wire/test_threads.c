/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Where handlers run: on the reactor or on workers, as the route says, and what happens when the
 * workers are busy.
 */

#include "gate.h"
#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>

typedef struct world {
    gate gate;
    atomic_bool lazy; /* /auto then takes longer than the reactor bears */
    hearth_app *app;
} world;

/* The thread as text, so that it travels in an answer. */
static int where(hearth_ctx *c)
{
    const world *w = hearth_state(c);
    int64_t began = hearth_now_us();

    while (atomic_load(&w->lazy) && hearth_now_us() - began < 5000)
        ;
    pthread_t self = pthread_self();
    unsigned long id;

    memcpy(&id, &self, sizeof id);
    return hearth_textf(c, 200, "%lx", id);
}

static int wait_at_gate(hearth_ctx *c)
{
    world *w = hearth_state(c);

    gate_pass(&w->gate);
    return hearth_text(c, 200, "through");
}

static void start(world *w, const hearth_run_opts *o)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/inline", where, .run = HEARTH_INLINE),
        HEARTH_GET("/worker", where, .run = HEARTH_WORKER),
        HEARTH_GET("/auto", where),
        HEARTH_GET("/gate", wait_at_gate, .run = HEARTH_WORKER),
        HEARTH_END,
    };

    *w = (world){.gate = GATE_INIT};
    w->app =
        hearth_app_new(&(hearth_app_opts){.state = w, .log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    wire_start(w->app, o);
}

/* The thread that ran it; valid until the next call. */
static const char *ran_on(wire *c, wire_reply *r, const char *target)
{
    char request[64];

    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", target);
    ck_assert(wire_ask(c, request, r));
    ck_assert_int_eq(r->status, 200);
    return r->body;
}

/* The reactor's thread; there is one. */
static void reactor_of(wire *c, char id[32])
{
    wire_reply r = {0};

    snprintf(id, 32, "%s", ran_on(c, &r, "/inline"));
    wire_reply_clear(&r);
}

START_TEST(inline_routes_always_run_on_the_reactor)
{
    world w;
    wire_reply r = {0};
    char reactor[32];

    start(&w, NULL);
    wire c = wire_open(hearth_app_port(w.app)), d = wire_open(hearth_app_port(w.app));

    reactor_of(&c, reactor);
    for (int i = 0; i < 20; i++)
        ck_assert_str_eq(ran_on(i % 2 == 0 ? &c : &d, &r, "/inline"), reactor);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_close(&d);
    wire_stop(w.app);
}
END_TEST

START_TEST(worker_routes_never_run_on_the_reactor)
{
    world w;
    wire_reply r = {0};
    char reactor[32];

    start(&w, NULL);
    wire c = wire_open(hearth_app_port(w.app));

    reactor_of(&c, reactor);
    for (int i = 0; i < 300; i++) /* far more short runs than would move an AUTO route */
        ck_assert_str_ne(ran_on(&c, &r, "/worker"), reactor);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

START_TEST(auto_routes_move_to_the_reactor_and_back)
{
    world w;
    wire_reply r = {0};
    char reactor[32];
    int tries = 0;

    start(&w, NULL);
    wire c = wire_open(hearth_app_port(w.app));

    reactor_of(&c, reactor);
    ck_assert_str_ne(ran_on(&c, &r, "/auto"), reactor); /* starts on a worker */
    while (strcmp(ran_on(&c, &r, "/auto"), reactor) != 0)
        ck_assert_int_lt(++tries, 100000);
    ck_assert_int_ge(tries, 30); /* not at once */
    atomic_store(&w.lazy, true);
    (void)ran_on(&c, &r, "/auto"); /* the last one there, and it is long */
    ck_assert_str_ne(ran_on(&c, &r, "/auto"), reactor);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

START_TEST(auto_routes_that_are_long_stay_on_workers)
{
    world w;
    wire_reply r = {0};
    char reactor[32];

    start(&w, NULL);
    wire c = wire_open(hearth_app_port(w.app));

    reactor_of(&c, reactor);
    atomic_store(&w.lazy, true);
    for (int i = 0; i < 100; i++)
        ck_assert_str_ne(ran_on(&c, &r, "/auto"), reactor);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

START_TEST(workers_work_side_by_side)
{
    enum { WORKERS = 6 };
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    wire c[WORKERS];
    world w;

    o.workers = WORKERS;
    start(&w, &o);
    for (int i = 0; i < WORKERS; i++) {
        c[i] = wire_open(hearth_app_port(w.app));
        wire_send(&c[i], "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    gate_await(&w.gate, WORKERS); /* all of them are in it at once */
    gate_open(&w.gate);
    for (int i = 0; i < WORKERS; i++) {
        ck_assert(wire_read(&c[i], &r));
        ck_assert_str_eq(r.body, "through");
        wire_close(&c[i]);
    }
    wire_reply_clear(&r);
    wire_stop(w.app);
}
END_TEST

START_TEST(a_reactor_goes_on_while_every_worker_is_busy)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    world w;

    o.workers = 1;
    start(&w, &o);
    wire busy = wire_open(hearth_app_port(w.app)), c = wire_open(hearth_app_port(w.app));

    wire_send(&busy, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
    gate_await(&w.gate, 1);
    for (int i = 0; i < 10; i++)
        (void)ran_on(&c, &r, "/inline");
    gate_open(&w.gate);
    ck_assert(wire_read(&busy, &r));
    ck_assert_int_eq(r.status, 200);
    wire_reply_clear(&r);
    wire_close(&busy);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

START_TEST(past_the_queue_a_request_is_503_with_retry_after)
{
    enum { MORE = 5, QUEUE = 2 };
    hearth_run_opts o = wire_opts();
    struct pollfd p[MORE];
    wire c[MORE + 1];
    wire_reply r = {0};
    char value[32];
    int refused = 0, served = 0;
    world w;

    o.workers = 1;
    o.worker_queue = QUEUE;
    start(&w, &o);
    for (int i = 0; i <= MORE; i++) {
        c[i] = wire_open(hearth_app_port(w.app));
        wire_send(&c[i], "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
        if (i == 0)
            gate_await(&w.gate, 1); /* the one worker is busy */
        else
            p[i - 1] = (struct pollfd){.fd = c[i].fd, .events = POLLIN};
    }
    while (refused < MORE - QUEUE) {
        ck_assert_int_gt(poll(p, MORE, 30000), 0);
        for (int i = 0; i < MORE; i++) {
            if (p[i].fd < 0 || p[i].revents == 0)
                continue;
            ck_assert(wire_read(&c[i + 1], &r));
            ck_assert_int_eq(r.status, 503);
            ck_assert_ptr_nonnull(wire_field(&r, "Retry-After", value, sizeof value));
            refused++;
            p[i].fd = -1;
        }
    }
    gate_open(&w.gate);
    for (int i = 0; i <= MORE; i++) {
        if (i > 0 && p[i - 1].fd < 0)
            continue;
        ck_assert(wire_read(&c[i], &r));
        ck_assert_int_eq(r.status, 200);
        served++;
    }
    ck_assert_int_eq(served, 1 + QUEUE);
    for (int i = 0; i <= MORE; i++)
        wire_close(&c[i]);
    wire_reply_clear(&r);
    wire_stop(w.app);
}
END_TEST

SUITE("wire/threads",
      TEST(inline_routes_always_run_on_the_reactor)
          TEST(worker_routes_never_run_on_the_reactor)
              TEST(auto_routes_move_to_the_reactor_and_back)
                  TEST(auto_routes_that_are_long_stay_on_workers)
                      TEST(workers_work_side_by_side)
                          TEST(a_reactor_goes_on_while_every_worker_is_busy)
                              TEST(past_the_queue_a_request_is_503_with_retry_after))
