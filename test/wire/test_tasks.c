/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Tasks beside real connections: nobody waits for them but the stop; and where handlers run
 * that nobody has told.
 */

#include "gate.h"
#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define HEAD " HTTP/1.1\r\nHost: x\r\n\r\n"

typedef struct world {
    hearth_app *app;
    gate gate;
    atomic_int order[8], n, passes;
} world;

static int task(hearth_ctx *c, void *arg)
{
    world *w = hearth_state(c);
    int i = *(int *)arg;

    if (i == 0)
        gate_pass(&w->gate);
    atomic_store(&w->order[atomic_fetch_add(&w->n, 1)], i);
    return 0;
}

static int with_tasks(hearth_ctx *c)
{
    for (int i = 0; i < 3; i++) {
        int *arg = HEARTH_NEW(c, int);

        if (arg == NULL)
            return HEARTH_ENOMEM;
        *arg = i;
        HEARTH_TRY(hearth_after(c, task, arg));
    }
    return hearth_text(c, 200, "answered");
}

static int blocks(hearth_ctx *c)
{
    world *w = hearth_state(c);

    gate_pass(&w->gate);
    return hearth_text(c, 200, "blocked");
}

static int health(hearth_ctx *c)
{
    return hearth_text(c, 200, "well");
}

static int forever(hearth_ctx *c, void *arg)
{
    world *w = arg;

    (void)c;
    gate_pass(&w->gate);
    atomic_fetch_add(&w->passes, 1);
    return 0;
}

static const hearth_route routes[] = {
    HEARTH_GET("/tasks", with_tasks, .run = HEARTH_INLINE),
    HEARTH_GET("/worker/tasks", with_tasks, .run = HEARTH_WORKER),
    HEARTH_GET("/blocks", blocks),
    HEARTH_GET("/health", health),
    HEARTH_END,
};

static void start(world *w, const hearth_run_opts *o)
{
    *w = (world){.gate = GATE_INIT};
    w->app =
        hearth_app_new(&(hearth_app_opts){.state = w, .log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    if (o == NULL)
        ck_assert_int_eq(hearth_every(w->app, 1, forever, w), 0);
    wire_start(w->app, o);
}

static void expect(wire *c, const char *request, const char *body)
{
    wire_reply r = {0};

    ck_assert(wire_ask(c, request, &r));
    ck_assert_str_eq(r.body, body);
    wire_reply_clear(&r);
}

static const char *const asks[] = {"GET /tasks" HEAD, "GET /worker/tasks" HEAD};

START_TEST(a_connection_is_used_again_while_its_tasks_run)
{
    hearth_run_opts o = wire_opts();
    world w;

    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));

    expect(&c, asks[_i], "answered");
    gate_await(&w.gate, 1);
    expect(&c, "GET /health" HEAD, "well");
    expect(&c, "GET /health" HEAD, "well");
    ck_assert_int_eq(w.n, 0);
    gate_open(&w.gate);
    wire_close(&c);
    wire_stop(w.app); /* waits for them */
    ck_assert_int_eq(w.n, 3);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(w.order[i], i);
}
END_TEST

START_TEST(tasks_run_although_the_client_has_gone)
{
    hearth_run_opts o = wire_opts();
    world w;

    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));

    wire_send(&c, asks[_i]);
    wire_shut(&c);
    gate_await(&w.gate, 1);
    wire_close(&c);
    gate_open(&w.gate);
    wire_stop(w.app);
    ck_assert_int_eq(w.n, 3);
}
END_TEST

START_TEST(a_task_that_does_not_end_ends_the_patience)
{
    hearth_run_opts o = wire_opts();
    world w;

    o.drain_ms = 1;
    start(&w, &o);
    wire c = wire_open(hearth_app_port(w.app));

    expect(&c, asks[_i], "answered");
    gate_await(&w.gate, 1);
    wire_close(&c);
    ck_assert_int_eq(hearth_app_stop(w.app), HEARTH_ETIMEOUT);
    ck_assert_int_eq(hearth_app_port(w.app), 0);
    ck_assert_int_eq(hearth_app_stop(w.app), HEARTH_ETIMEOUT);
    gate_open(&w.gate);
    while (hearth_app_stop(w.app) != 0) /* the patience of one millisecond, again */
        ;
    ck_assert_int_eq(w.n, 3);
    hearth_app_free(w.app);
}
END_TEST

START_TEST(an_interval_never_overlaps_itself)
{
    world w;

    start(&w, NULL);
    gate_await(&w.gate, 1);
    wire c = wire_open(hearth_app_port(w.app));

    /* Many intervals pass; a second run would have come to the gate. */
    for (int i = 0; i < 200; i++)
        expect(&c, "GET /health" HEAD, "well");
    ck_assert_int_eq(w.gate.entered, 1);
    gate_open(&w.gate);
    wire_close(&c);
    wire_stop(w.app);
    ck_assert_int_ge(w.passes, 1);
}
END_TEST

#define BLOCKED 3 /* of four workers */

START_TEST(handlers_that_block_leave_room_for_the_others)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    wire c[BLOCKED];
    world w;

    start(&w, &o);
    for (int i = 0; i < BLOCKED; i++) {
        c[i] = wire_open(hearth_app_port(w.app));
        wire_send(&c[i], "GET /blocks" HEAD);
    }
    gate_await(&w.gate, BLOCKED);
    wire other = wire_open(hearth_app_port(w.app));

    for (int i = 0; i < 200; i++) /* on workers, and then on the reactor */
        expect(&other, "GET /health" HEAD, "well");
    gate_open(&w.gate);
    for (int i = 0; i < BLOCKED; i++) {
        ck_assert(wire_read(&c[i], &r));
        ck_assert_str_eq(r.body, "blocked");
        wire_close(&c[i]);
    }
    wire_reply_clear(&r);
    wire_close(&other);
    wire_stop(w.app);
}
END_TEST

SUITE("wire/tasks", LOOP(a_connection_is_used_again_while_its_tasks_run, 0, 2)
                        LOOP(tasks_run_although_the_client_has_gone, 0, 2)
                            LOOP(a_task_that_does_not_end_ends_the_patience, 0, 2)
                                TEST(an_interval_never_overlaps_itself)
                                    TEST(handlers_that_block_leave_room_for_the_others))
