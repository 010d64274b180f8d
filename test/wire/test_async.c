/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Waiting requests on real connections: clients that go away in every manner, a server
 * that stops, threads that resume while all of that happens.
 */

#include "gate.h"
#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define MANY 200

typedef struct world {
    hearth_app *app;
    gate here; /* open: it counts the suspended */
    gate work; /* handlers on workers wait here */
    pthread_mutex_t lock;
    hearth_later *later[MANY];
    int nlater;
    atomic_int cancels, defers, ended, seen, logged;
    atomic_bool release; /* on_cancel resumes */
    atomic_bool stop;
} world;

static int say(hearth_ctx *c)
{
    return hearth_text(c, 200, "resumed");
}

static void count(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

typedef struct held {
    world *w;
    hearth_later *l;
} held;

static void on_cancel(void *arg)
{
    held *h = arg;
    world *w = h->w;

    atomic_fetch_add(&w->cancels, 1);
    if (atomic_load(&w->release))
        atomic_store(&w->seen, hearth_resume(h->l, say, NULL));
}

static int wait(hearth_ctx *c)
{
    world *w = hearth_state(c);
    held *h = HEARTH_NEW(c, held);
    int64_t ms;

    HEARTH_TRY(hearth_query_int(c, "ms", 600000, &ms));
    HEARTH_TRY(hearth_defer(c, count, &w->defers));
    if (h == NULL)
        return HEARTH_ENOMEM;
    *h = (held){w, hearth_suspend(c, (int)ms)};
    HEARTH_TRY(hearth_on_cancel(c, on_cancel, h));
    pthread_mutex_lock(&w->lock);
    ck_assert_int_lt(w->nlater, MANY);
    w->later[w->nlater++] = h->l;
    pthread_mutex_unlock(&w->lock);
    gate_pass(&w->here);
    return HEARTH_PENDING;
}

/* Until nobody waits any more. */
static int busy(hearth_ctx *c)
{
    world *w = hearth_state(c);

    gate_pass(&w->here);
    while (!hearth_cancelled(c))
        sched_yield();
    atomic_fetch_add(&w->ended, 1);
    return 204;
}

/* Past its time, and then it suspends. */
static int late(hearth_ctx *c)
{
    world *w = hearth_state(c);
    int rc;

    gate_pass(&w->here);
    while (!hearth_cancelled(c))
        sched_yield();
    rc = wait(c);
    atomic_fetch_add(&w->ended, 1);
    return rc;
}

static void stuck(void *arg)
{
    world *w = arg;

    gate_pass(&w->here);
    gate_pass(&w->work);
}

static int offloads(hearth_ctx *c)
{
    return hearth_offload(c, stuck, hearth_state(c), say);
}

static void nothing(void *arg)
{
    (void)arg;
}

/* Offloads, is resumed, and offloads again, five times in all. */
static int hops(hearth_ctx *c)
{
    int *left = hearth_arg(c);

    if (left == NULL) {
        left = HEARTH_NEW(c, int);
        if (left == NULL)
            return HEARTH_ENOMEM;
        *left = 5;
    }
    if (--*left == 0)
        return say(c);
    if (*left % 2 == 0)
        return hearth_offload(c, nothing, left, hops);
    hearth_later *l = hearth_suspend(c, 1000);

    return l != NULL && hearth_resume(l, hops, left) == 0 ? HEARTH_PENDING : 500;
}

static int health(hearth_ctx *c)
{
    return hearth_text(c, 200, "well");
}

static void on_log(void *self, hearth_log_level level, hearth_str lines)
{
    world *w = self;

    (void)lines;
    if (level >= HEARTH_LOG_ERROR) /* a slow machine may hold up the reactor */
        atomic_fetch_add(&w->logged, 1);
}

static const hearth_log_ops log_ops = {.name = "test", .write = on_log};

static const hearth_route routes[] = {
    HEARTH_GET("/inline", wait, .run = HEARTH_INLINE),
    HEARTH_GET("/worker", wait, .run = HEARTH_WORKER),
    HEARTH_GET("/busy", busy, .run = HEARTH_WORKER),
    HEARTH_GET("/late", late, .run = HEARTH_WORKER),
    HEARTH_GET("/offload", offloads, .run = HEARTH_INLINE),
    HEARTH_GET("/hops", hops, .run = HEARTH_WORKER),
    HEARTH_GET("/inline/hops", hops, .run = HEARTH_INLINE),
    HEARTH_GET("/health", health, .run = HEARTH_INLINE),
    HEARTH_END,
};

static void start(world *w, const hearth_run_opts *o)
{
    *w = (world){.here = GATE_INIT, .work = GATE_INIT};
    w->here.open = true;
    pthread_mutex_init(&w->lock, NULL);
    w->app = hearth_app_new(
        &(hearth_app_opts){.state = w, .log = {.ops = &log_ops, .self = w}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    wire_start(w->app, o);
}

static wire ask(world *w, const char *target)
{
    wire c = wire_open(hearth_app_port(w->app));
    int before = w->here.entered;
    char request[128];

    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", target);
    wire_send(&c, request);
    gate_await(&w->here, before + 1);
    return c;
}

static void await(atomic_int *n, int value)
{
    while (atomic_load(n) < value)
        sched_yield();
}

static const char *const places[] = {"/inline", "/worker"};

/* ---- clients that go ---------------------------------------------------------------- */

static void close_it(wire *c)
{
    wire_close(c);
}

static void (*const goodbyes[])(wire *c) = {close_it, wire_reset, wire_shut};

START_TEST(a_client_that_goes_is_noticed_and_nobody_complains)
{
    world w;

    start(&w, NULL);
    atomic_store(&w.release, true);
    wire c = ask(&w, places[_i % 2]);

    goodbyes[_i / 2](&c);
    await(&w.defers, 1); /* within the turn: the handle was resumed by on_cancel */
    ck_assert_int_eq(w.cancels, 1);
    ck_assert_int_eq(w.seen, HEARTH_ECANCELED);
    if (_i / 2 == 2) {
        ck_assert(wire_closed(&c));
        wire_close(&c);
    }
    wire_stop(w.app);
    ck_assert_int_eq(w.logged, 0);
    ck_assert_int_eq(w.defers, 1);
}
END_TEST

START_TEST(a_client_with_more_to_say_is_noticed_too)
{
    world w;

    start(&w, NULL);
    wire c = ask(&w, "/inline");

    wire_send(&c, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    wire_close(&c);
    await(&w.cancels, 1);
    ck_assert(hearth_later_gone(w.later[0]));
    ck_assert_int_eq(w.defers, 0);
    ck_assert_int_eq(hearth_resume(w.later[0], say, NULL), HEARTH_ECANCELED);
    await(&w.defers, 1); /* the reactor may be about to do it */
    wire_stop(w.app);
}
END_TEST

START_TEST(a_worker_that_takes_long_sees_that_its_client_has_gone)
{
    world w;

    start(&w, NULL);
    wire c = ask(&w, "/busy");

    wire_close(&c);
    await(&w.ended, 1);
    wire_stop(w.app);
}
END_TEST

START_TEST(a_worker_sees_that_its_time_is_up)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    world w;

    o.handler_ms = 1;
    start(&w, &o);
    wire c = ask(&w, _i == 0 ? "/busy" : "/late");

    ck_assert(wire_read(&c, &r));
    ck_assert_int_eq(r.status, 504);
    await(&w.ended, 1);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
    if (_i == 1) { /* it went on to suspend a request that nobody waits for */
        ck_assert_int_eq(w.defers, 0);
        ck_assert_int_eq(hearth_resume(w.later[0], say, NULL), HEARTH_ECANCELED);
        ck_assert_int_eq(w.defers, 1);
    }
}
END_TEST

START_TEST(requests_behind_a_suspended_one_wait_their_turn)
{
    wire_reply r = {0};
    world w;

    start(&w, NULL);
    wire c = ask(&w, places[_i]);

    wire_send(&c, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_int_eq(hearth_resume(w.later[0], say, NULL), 0);
    ck_assert(wire_read(&c, &r));
    ck_assert_str_eq(r.body, "resumed");
    ck_assert(wire_read(&c, &r));
    ck_assert_str_eq(r.body, "well");
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

START_TEST(a_connection_lives_on_after_a_timeout)
{
    wire_reply r = {0};
    world w;

    start(&w, NULL);
    wire c = ask(&w, _i == 0 ? "/inline?ms=1" : "/worker?ms=1");

    ck_assert(wire_read(&c, &r));
    ck_assert_int_eq(r.status, 504);
    ck_assert(wire_ask(&c, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n", &r));
    ck_assert_str_eq(r.body, "well");
    ck_assert_int_eq(hearth_resume(w.later[0], say, NULL), HEARTH_ETIMEOUT);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
    ck_assert_int_eq(w.defers, 1);
}
END_TEST

/* ---- a server that stops ------------------------------------------------------------ */

static void *stop(void *arg)
{
    world *w = arg;

    ck_assert_int_eq(hearth_app_stop(w->app), 0);
    return NULL;
}

START_TEST(a_stop_answers_everybody_who_waits)
{
    wire c[MANY];
    wire_reply r = {0};
    pthread_t stopper;
    world w;

    start(&w, NULL);
    for (int i = 0; i < MANY; i++)
        c[i] = ask(&w, places[_i]);
    ck_assert_int_eq(pthread_create(&stopper, NULL, stop, &w), 0);
    for (int i = 0; i < MANY; i++) {
        ck_assert(wire_read(&c[i], &r));
        ck_assert_int_eq(r.status, 503);
        ck_assert(r.close);
        wire_close(&c[i]);
    }
    wire_reply_clear(&r);
    pthread_join(stopper, NULL);
    ck_assert_int_eq(w.cancels, MANY);
    ck_assert_int_eq(w.defers, 0);
    for (int i = 0; i < MANY; i++)
        ck_assert_int_eq(hearth_resume(w.later[i], say, NULL), HEARTH_EUNAVAILABLE);
    ck_assert_int_eq(w.defers, MANY);
    hearth_app_free(w.app);
}
END_TEST

START_TEST(offloaded_work_is_finished_before_the_stop)
{
    wire_reply r = {0};
    pthread_t stopper;
    world w;

    start(&w, NULL);
    wire c = ask(&w, "/offload");

    ck_assert_int_eq(pthread_create(&stopper, NULL, stop, &w), 0);
    gate_open(&w.work);
    ck_assert(wire_read(&c, &r));
    ck_assert_str_eq(r.body, "resumed");
    pthread_join(stopper, NULL);
    wire_reply_clear(&r);
    wire_close(&c);
    hearth_app_free(w.app);
}
END_TEST

START_TEST(a_route_whose_work_is_stuck_holds_up_nobody)
{
    wire_reply r = {0};
    world w;

    start(&w, NULL);
    wire c = ask(&w, "/offload"), other = wire_open(hearth_app_port(w.app));

    ck_assert(wire_ask(&other, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n", &r));
    ck_assert_str_eq(r.body, "well");
    gate_open(&w.work);
    ck_assert(wire_read(&c, &r));
    ck_assert_str_eq(r.body, "resumed");
    wire_reply_clear(&r);
    wire_close(&c);
    wire_close(&other);
    wire_stop(w.app);
}
END_TEST

START_TEST(one_worker_is_enough_however_often_it_is_asked)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    wire c[8];
    world w;

    o.workers = 1;
    start(&w, &o);
    for (int i = 0; i < 8; i++) {
        c[i] = wire_open(hearth_app_port(w.app));
        wire_send(&c[i], i % 2 == 0 ? "GET /hops HTTP/1.1\r\nHost: x\r\n\r\n"
                                    : "GET /inline/hops HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    for (int i = 0; i < 8; i++) {
        ck_assert(wire_read(&c[i], &r));
        ck_assert_str_eq(r.body, "resumed");
        wire_close(&c[i]);
    }
    wire_reply_clear(&r);
    wire_stop(w.app);
}
END_TEST

/* ---- all at once -------------------------------------------------------------------- */

/* Resumes whatever is there, in any order. */
static void *resume_any(void *arg)
{
    world *w = arg;
    unsigned seed = 1;

    while (!atomic_load(&w->stop)) {
        hearth_later *l = NULL;

        pthread_mutex_lock(&w->lock);
        if (w->nlater > 0) {
            unsigned i = wire_random(&seed, (unsigned)w->nlater);

            l = w->later[i];
            w->later[i] = w->later[--w->nlater];
        }
        pthread_mutex_unlock(&w->lock);
        if (l != NULL)
            (void)hearth_resume(l, say, NULL);
        else
            sched_yield();
    }
    return NULL;
}

#define ROUNDS  40
#define CLIENTS 8

START_TEST(resumes_timeouts_disconnects_and_a_stop_at_random)
{
    hearth_run_opts o = wire_opts();
    pthread_t thread[2];
    wire_reply r = {0};
    unsigned seed = (unsigned)_i + 1;
    int asked = 0;
    world w;

    o.threads = 2;
    start(&w, &o);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, resume_any, &w), 0);
    for (int round = 0; round < ROUNDS; round++) {
        wire c[CLIENTS];

        for (int i = 0; i < CLIENTS; i++) {
            char target[64];

            snprintf(target, sizeof target, "%s?ms=%u", places[wire_random(&seed, 2)],
                     wire_random(&seed, 4) == 0 ? 1u : 60000u);
            c[i] = ask(&w, target);
            asked++;
        }
        for (int i = 0; i < CLIENTS; i++) {
            if (wire_random(&seed, 3) > 0) {
                goodbyes[wire_random(&seed, 2)](&c[i]);
                continue;
            }
            ck_assert(wire_read(&c[i], &r));
            ck_assert(r.status == 200 || r.status == 504);
            wire_close(&c[i]);
        }
    }
    wire last = ask(&w, "/inline");

    ck_assert_int_eq(hearth_app_stop(w.app), 0);
    while (atomic_load(&w.defers) < asked + 1) /* those who came too late are told so */
        sched_yield();
    atomic_store(&w.stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    wire_close(&last);
    wire_reply_clear(&r);
    ck_assert_int_eq(w.defers, asked + 1);
    hearth_app_free(w.app);
}
END_TEST

SUITE("wire/async",
      LOOP(a_client_that_goes_is_noticed_and_nobody_complains, 0,
           6) TEST(a_client_with_more_to_say_is_noticed_too)
          TEST(a_worker_that_takes_long_sees_that_its_client_has_gone)
              LOOP(a_worker_sees_that_its_time_is_up, 0,
                   2) LOOP(requests_behind_a_suspended_one_wait_their_turn, 0,
                           2) LOOP(a_connection_lives_on_after_a_timeout, 0, 2)
                  LOOP(a_stop_answers_everybody_who_waits, 0, 2)
                      TEST(offloaded_work_is_finished_before_the_stop)
                          TEST(a_route_whose_work_is_stuck_holds_up_nobody)
                              TEST(one_worker_is_enough_however_often_it_is_asked)
                                  LOOP(resumes_timeouts_disconnects_and_a_stop_at_random,
                                       0, 2))
