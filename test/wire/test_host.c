/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Applications in the loops of other programs: one with poll(), one with libuv. */

#include "gate.h"
#include "suite.h"
#include "ws_wire.h"

#include <hearth.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>
#include <uv.h>

#define HEAD " HTTP/1.1\r\nHost: x\r\n\r\n"

typedef struct world {
    hearth_app *app;
    pthread_t thread;
    uv_loop_t loop;
    uv_async_t quit;
    int wake[2]; /* tells the poll program to stop, or with 's' to speak */
    gate here;   /* open: counts who is suspended, or offloaded */
    atomic_int inline_on_host, worker_on_host, steps, cancels;
    hearth_later *later;
    bool uses_uv;
} world;

static int where(hearth_ctx *c)
{
    world *w = hearth_state(c);

    if (pthread_equal(pthread_self(), w->thread))
        atomic_fetch_add(hearth_arg(c) == NULL ? &w->inline_on_host : &w->worker_on_host,
                         1);
    return hearth_text(c, 200, "here");
}

static int say(hearth_ctx *c)
{
    return hearth_text(c, 200, "resumed");
}

static void cancel(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

static int wait(hearth_ctx *c)
{
    world *w = hearth_state(c);
    int64_t ms;

    HEARTH_TRY(hearth_query_int(c, "ms", 60000, &ms));
    w->later = hearth_suspend(c, (int)ms);
    HEARTH_TRY(hearth_on_cancel(c, cancel, &w->cancels));
    gate_pass(&w->here);
    return HEARTH_PENDING;
}

static void work(void *arg)
{
    gate_pass(arg);
}

static int offload(hearth_ctx *c)
{
    world *w = hearth_state(c);

    return hearth_offload(c, work, &w->here, say);
}

#define BIG (4u << 20)

static int big(hearth_ctx *c)
{
    static char bytes[BIG];

    return hearth_blob_ref(c, 200, "application/octet-stream", bytes, BIG);
}

static const hearth_ws_ops listens;
static char worker_mark[] = "worker";

static const hearth_route routes[] = {
    HEARTH_GET("/inline", where, .run = HEARTH_INLINE),
    HEARTH_GET("/worker", where, .run = HEARTH_WORKER, .arg = worker_mark),
    HEARTH_GET("/wait", wait, .run = HEARTH_INLINE),
    HEARTH_GET("/offload", offload, .run = HEARTH_INLINE),
    HEARTH_GET("/big", big, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/ws", &listens, .run = HEARTH_INLINE),
    HEARTH_END,
};

/* ---- the two programs --------------------------------------------------------------- */

/* Not within a step, and nothing else is going to happen. */
static char hear(world *w)
{
    char order = '\0';

    ck_assert_int_eq(read(w->wake[0], &order, 1), 1);
    if (order == 's')
        ck_assert_int_eq(hearth_broadcast(w->app, NULL,
                                          (hearth_str){"from the host", 13}),
                         0);
    return order;
}

static void run_poll(world *w)
{
    struct pollfd p[] = {{.fd = hearth_app_fd(w->app), .events = POLLIN},
                         {.fd = w->wake[0], .events = POLLIN}};

    do {
        ck_assert_int_ge(poll(p, 2, hearth_app_timeout(w->app)), 0);
        hearth_app_step(w->app);
        atomic_fetch_add(&w->steps, 1);
    } while (p[1].revents == 0 || hear(w) == 's');
    ck_assert_int_eq(hearth_app_stop(w->app), 0);
    ck_assert_int_eq(hearth_app_fd(w->app), -1);
    ck_assert_int_eq(hearth_app_timeout(w->app), -1);
    hearth_app_step(w->app);
}

static void on_quit(uv_async_t *handle)
{
    world *w = handle->data;

    ck_assert_int_eq(hearth_app_stop(w->app), 0);
    uv_close((uv_handle_t *)handle, NULL);
}

/* The loop ends by itself when nothing of ours is left in it. */
static void run_uv(world *w)
{
    ck_assert_int_eq(uv_run(&w->loop, UV_RUN_DEFAULT), 0);
    ck_assert_int_eq(uv_loop_close(&w->loop), 0);
}

static void *host(void *arg)
{
    world *w = arg;

    w->uses_uv ? run_uv(w) : run_poll(w);
    return NULL;
}

static void start(world *w, int i)
{
    hearth_run_opts o = wire_opts();
    hearth_error err = {0};
    int rc;

    *w = (world){.here = GATE_INIT, .uses_uv = i == 1};
    w->here.open = true;
    w->app =
        hearth_app_new(&(hearth_app_opts){.state = w, .log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    wire_any_host(w->app);
    if (w->uses_uv) {
        ck_assert_int_eq(uv_loop_init(&w->loop), 0);
        ck_assert_int_eq(uv_async_init(&w->loop, &w->quit, on_quit), 0);
        w->quit.data = w;
        rc = hearth_app_attach(w->app, &w->loop, &o, &err);
    } else {
        ck_assert_int_eq(pipe(w->wake), 0);
        rc = hearth_app_host(w->app, &o, &err);
    }
    ck_assert_msg(rc == 0, "%s", err.text);
    ck_assert_int_eq(hearth_app_host(w->app, &o, NULL), HEARTH_ESTATE);
    ck_assert_int_eq(pthread_create(&w->thread, NULL, host, w), 0);
}

static void finish(world *w)
{
    if (w->uses_uv)
        uv_async_send(&w->quit);
    else
        ck_assert_int_eq(write(w->wake[1], "", 1), 1);
    pthread_join(w->thread, NULL);
    if (!w->uses_uv) {
        close(w->wake[0]);
        close(w->wake[1]);
    }
    hearth_app_free(w->app);
}

static void expect(wire *c, const char *request, int status, const char *body)
{
    wire_reply r = {0};

    ck_assert(wire_ask(c, request, &r));
    ck_assert_int_eq(r.status, status);
    if (body != NULL)
        ck_assert_str_eq(r.body, body);
    wire_reply_clear(&r);
}

/* ---- tests -------------------------------------------------------------------------- */

START_TEST(handlers_run_on_the_thread_of_the_loop_or_on_workers)
{
    world w;

    start(&w, _i);
    wire c = wire_open(hearth_app_port(w.app));

    for (int i = 0; i < 20; i++) {
        expect(&c, "GET /inline" HEAD, 200, "here");
        expect(&c, "GET /worker" HEAD, 200, "here");
        expect(&c, "GET /offload" HEAD, 200, "resumed");
    }
    ck_assert_int_eq(w.inline_on_host, 20);
    ck_assert_int_eq(w.worker_on_host, 0);
    wire_close(&c);
    finish(&w);
}
END_TEST

START_TEST(threads_wake_the_loop)
{
    wire_reply r = {0};
    world w;

    start(&w, _i);
    wire c = wire_open(hearth_app_port(w.app));

    for (int i = 1; i <= 20; i++) {
        wire_send(&c, "GET /wait" HEAD);
        gate_await(&w.here, i);
        ck_assert_int_eq(hearth_resume(w.later, say, NULL), 0);
        ck_assert(wire_read(&c, &r));
        ck_assert_str_eq(r.body, "resumed");
    }
    wire_reply_clear(&r);
    wire_close(&c);
    finish(&w);
}
END_TEST

START_TEST(time_passes_and_clients_that_go_are_noticed)
{
    world w;

    start(&w, _i);
    wire c = wire_open(hearth_app_port(w.app));

    expect(&c, "GET /wait?ms=1" HEAD, 504, NULL);
    ck_assert_int_eq(hearth_resume(w.later, say, NULL), HEARTH_ETIMEOUT);
    wire_send(&c, "GET /wait" HEAD);
    gate_await(&w.here, 2);
    wire_close(&c);
    while (atomic_load(&w.cancels) < 2)
        sched_yield();
    ck_assert_int_eq(hearth_resume(w.later, say, NULL), HEARTH_ECANCELED);
    finish(&w);
}
END_TEST

START_TEST(a_stop_finishes_what_is_in_flight)
{
    wire_reply r = {0};
    world w;

    start(&w, _i);
    wire c = wire_open(hearth_app_port(w.app));

    wire_send(&c, "GET /wait" HEAD);
    gate_await(&w.here, 1);
    finish(&w);
    ck_assert(wire_read(&c, &r));
    ck_assert_int_eq(r.status, 503);
    ck_assert(wire_closed(&c));
    ck_assert_int_eq(hearth_resume(w.later, say, NULL), HEARTH_EUNAVAILABLE);
    wire_reply_clear(&r);
    wire_close(&c);
}
END_TEST

/* The host has not blocked SIGPIPE, which would end it. */
START_TEST(a_client_that_breaks_off_does_not_end_the_host)
{
    world w;

    start(&w, _i);
    for (int i = 0; i < 20; i++) {
        wire c = wire_open(hearth_app_port(w.app));

        wire_send(&c, "GET /big" HEAD);
        ck_assert(wire_has(&c, "HTTP/1.1 200"));
        wire_reset(&c);
    }
    wire c = wire_open(hearth_app_port(w.app));

    expect(&c, "GET /inline" HEAD, 200, "here");
    wire_close(&c);
    finish(&w);
}
END_TEST

START_TEST(a_loop_without_events_sleeps)
{
    world w;

    start(&w, 0);
    wire c = wire_open(hearth_app_port(w.app));

    for (int i = 0; i < 50; i++)
        expect(&c, "GET /inline" HEAD, 200, "here");
    ck_assert_int_lt(w.steps, 1000); /* a loop that never waits makes millions */
    wire_close(&c);
    finish(&w);
}
END_TEST

START_TEST(the_host_may_speak_between_two_steps)
{
    world w;

    start(&w, 0);
    wire ws = ws_open(hearth_app_port(w.app), "/ws");

    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(write(w.wake[1], "s", 1), 1);
        ws_expect_text(&ws, "from the host");
    }
    wire_close(&ws);
    finish(&w);
}
END_TEST

START_TEST(who_is_not_hosted_has_no_descriptor)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    hearth_error err = {0};

    ck_assert_int_eq(hearth_app_fd(app), -1);
    ck_assert_int_eq(hearth_app_timeout(app), -1);
    hearth_app_step(app);
    ck_assert_int_eq(hearth_app_attach(app, NULL, NULL, &err), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_app_start(app, &(hearth_run_opts){.port = HEARTH_PORT_ANY},
                                      NULL),
                     0);
    ck_assert_int_eq(hearth_app_fd(app), -1);
    hearth_app_step(app);
    ck_assert_int_eq(hearth_app_stop(app), 0);
    hearth_app_free(app);
}
END_TEST

SUITE("wire/host", LOOP(handlers_run_on_the_thread_of_the_loop_or_on_workers, 0,
                        2) LOOP(threads_wake_the_loop, 0, 2)
                       LOOP(time_passes_and_clients_that_go_are_noticed, 0, 2)
                           LOOP(a_stop_finishes_what_is_in_flight, 0, 2)
                               LOOP(a_client_that_breaks_off_does_not_end_the_host, 0, 2)
                                   TEST(the_host_may_speak_between_two_steps)
                                       TEST(a_loop_without_events_sleeps)
                                           TEST(who_is_not_hosted_has_no_descriptor))
