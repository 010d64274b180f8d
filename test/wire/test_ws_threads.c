/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Threads that send, broadcast, join, leave, close, and look around at random, while clients
 * come, talk, and vanish.  What must hold: no race, no leak, every socket closed once, and
 * every state released.  HEARTH_TEST_ROUNDS says how long.
 */

#include "suite.h"
#include "ws_wire.h"

#include <hearth.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 4
#define HELD    64
#define CLIENTS 8

typedef struct world {
    hearth_app *app;
    int port, rounds;
    atomic_int opened, closed, states, joined, left;
    atomic_bool stop;
    pthread_mutex_t lock;
    hearth_ws *held[HELD];
    unsigned nheld;
} world;

static world w;

static void release(void *state)
{
    (void)state;
    atomic_fetch_sub(&w.states, 1);
}

static int let_in(hearth_ctx *c)
{
    atomic_fetch_add(&w.states, 1);
    return hearth_ws_set_state(c, &w, release);
}

static void on_open(hearth_ws *ws)
{
    atomic_fetch_add(&w.opened, 1);
    (void)hearth_ws_join(ws, "all");
    pthread_mutex_lock(&w.lock);
    hearth_ws **at = &w.held[w.nheld++ % HELD];
    hearth_ws *old = *at;

    *at = hearth_ws_ref(ws);
    pthread_mutex_unlock(&w.lock);
    hearth_ws_unref(old);
}

static void on_message(hearth_ws *ws, hearth_str msg, bool text)
{
    ck_assert_ptr_eq(hearth_ws_app(ws), w.app);
    if (text)
        (void)hearth_ws_tell(ws, "all", msg);
    (void)hearth_ws_send(ws, msg);
}

static void on_close(hearth_ws *ws, int code, hearth_str reason)
{
    (void)ws;
    (void)reason;
    ck_assert_int_ge(code, 1000);
    atomic_fetch_add(&w.closed, 1);
}

static void on_joined(hearth_ws *ws, const char *room)
{
    (void)ws;
    (void)room;
    atomic_fetch_add(&w.joined, 1);
}

static void on_left(hearth_ws *ws, const char *room)
{
    (void)ws;
    (void)room;
    atomic_fetch_add(&w.left, 1);
}

static const hearth_ws_ops ops = {.accept = let_in,
                                  .open = on_open,
                                  .message = on_message,
                                  .close = on_close,
                                  .joined = on_joined,
                                  .left = on_left,
                                  .max_queue = 65536,
                                  .deflate = true,
                                  .ping_ms = 50};

static const hearth_ws_ops keeps = {.accept = let_in,
                                    .open = on_open,
                                    .message = on_message,
                                    .close = on_close,
                                    .joined = on_joined,
                                    .left = on_left,
                                    .max_queue = 65536,
                                    .deflate = true,
                                    .deflate_takeover = true,
                                    .ping_ms = 50};

static const hearth_route routes[] = {
    HEARTH_WEBSOCKET("/kept", &keeps, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/kept-worker", &keeps, .run = HEARTH_WORKER),
    HEARTH_WEBSOCKET("/inline", &ops, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/worker", &ops, .run = HEARTH_WORKER),
    HEARTH_WEBSOCKET("/auto", &ops),
    HEARTH_END,
};

static hearth_ws *any(unsigned *seed)
{
    hearth_ws *ws;

    pthread_mutex_lock(&w.lock);
    ws = w.held[wire_random(seed, HELD)];
    if (ws != NULL)
        hearth_ws_ref(ws);
    pthread_mutex_unlock(&w.lock);
    return ws;
}

static void look(hearth_ws *ws, void *arg)
{
    (void)hearth_ws_text(ws, arg);
}

static char much[2001];

static void act(hearth_ws *ws, unsigned what)
{
    static const hearth_str hello = {"hello", 5};
    hearth_str long_one = {much, sizeof much - 1};

    switch (what) {
    case 0:
        (void)hearth_ws_send(ws, hello);
        break;
    case 1:
        (void)hearth_broadcast(w.app, "all", hello);
        break;
    case 2:
        (void)hearth_ws_join(ws, "other");
        break;
    case 3:
        (void)hearth_ws_leave(ws, "all");
        break;
    case 4:
        (void)hearth_broadcast(w.app, NULL, hello);
        (void)hearth_ws_send(ws, long_one);
        break;
    case 5:
        (void)hearth_room_each(w.app, "other", look, (void *)"seen");
        break;
    case 6:
        ck_assert_uint_le(hearth_room_count(w.app, "all"), 100000);
        break;
    case 7:
        (void)hearth_ws_leave(ws, "other");
        break;
    case 8:
        (void)hearth_broadcast_binary(w.app, "other", "x", 1);
        break;
    default:
        (void)hearth_ws_close(ws, 1000, "enough");
    }
}

static void *meddle(void *arg)
{
    unsigned seed = *(unsigned *)arg;

    while (!atomic_load(&w.stop)) {
        hearth_ws *ws = any(&seed);
        unsigned what = wire_random(&seed, 40);

        if (ws != NULL)
            act(ws, what < 36 ? what % 9 : 9);
        hearth_ws_unref(ws);
        sched_yield();
    }
    return NULL;
}

static void *talk(void *arg)
{
    static const char *const paths[] = {"/inline", "/worker", "/auto", "/kept",
                                        "/kept-worker"};
    unsigned seed = *(unsigned *)arg + 100;

    for (int i = 0; i < w.rounds; i++) {
        wire c = wire_open(w.port);

        ck_assert_int_eq(ws_ask(&c, paths[wire_random(&seed, 5)],
                                wire_random(&seed, 2) == 0
                                    ? NULL
                                    : "Sec-WebSocket-Extensions: permessage-deflate; "
                                      "client_max_window_bits\r\n"),
                         101);
        unsigned n = wire_random(&seed, 10);

        for (unsigned k = 0; k < n; k++) {
            ws_say(&c, wire_random(&seed, 2) == 0 ? "what a client says" : much);
            if (wire_random(&seed, 4) == 0)
                (void)wire_more(&c);
            c.len = 0;
        }
        if (wire_random(&seed, 2) == 0)
            ws_put_close(&c, 1000, "bye");
        if (wire_random(&seed, 3) == 0)
            wire_reset(&c);
        else
            wire_close(&c);
    }
    return NULL;
}

START_TEST(nobody_is_lost_in_the_crowd)
{
    pthread_t meddlers[THREADS], clients[CLIENTS];
    unsigned seeds[CLIENTS];
    hearth_run_opts o = wire_opts();
    const char *rounds = getenv("HEARTH_TEST_ROUNDS");

    memset(&w, 0, sizeof w);
    memset(much, 'y', sizeof much - 1);
    pthread_mutex_init(&w.lock, NULL);
    w.rounds = rounds == NULL ? 12 : atoi(rounds);
    w.app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});
    ck_assert_int_eq(hearth_mount(w.app, "", routes), 0);
    ck_assert_int_eq(hearth_websocket(w.app, "/plain", &ops), 0);
    o.threads = 2;
    w.port = wire_start(w.app, &o);
    for (unsigned i = 0; i < CLIENTS; i++)
        seeds[i] = i + 1;
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&meddlers[i], NULL, meddle, &seeds[i]), 0);
    for (int i = 0; i < CLIENTS; i++)
        ck_assert_int_eq(pthread_create(&clients[i], NULL, talk, &seeds[i]), 0);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(clients[i], NULL);
    if (_i == 0) { /* else they meddle on while it stops */
        atomic_store(&w.stop, true);
        for (int i = 0; i < THREADS; i++)
            pthread_join(meddlers[i], NULL);
    }
    ck_assert_int_eq(hearth_app_stop(w.app), 0);
    atomic_store(&w.stop, true);
    for (int i = 0; _i != 0 && i < THREADS; i++)
        pthread_join(meddlers[i], NULL);
    for (int i = 0; i < HELD; i++)
        hearth_ws_unref(w.held[i]);
    ck_assert_int_eq(atomic_load(&w.opened), atomic_load(&w.closed));
    ck_assert_int_eq(atomic_load(&w.joined), atomic_load(&w.left));
    ck_assert_int_eq(atomic_load(&w.states), 0);
    hearth_app_free(w.app);
    pthread_mutex_destroy(&w.lock);
}
END_TEST

SUITE("wire/ws_threads", LOOP(nobody_is_lost_in_the_crowd, 0, 2))
