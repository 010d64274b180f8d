/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Streams whose source has nothing yet: woken from any thread, left by their clients in
 * every manner, ended by a stop; and no wake is lost.
 */

#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#define MANY 40

typedef struct world world;

/* What a stream is fed from; in the list while it is open. */
typedef struct feed {
    world *w;
    struct feed *next;
    hearth_waker *waker;
    char text[256]; /* not yet taken */
    bool end;
    int mode; /* of the route's last parameter */
} feed;

struct world {
    hearth_app *app;
    int port;
    pthread_mutex_t lock;
    feed *feeds;
    atomic_int opened, closed, asked, pending;
    atomic_bool stop;
};

enum { PLAIN, WAKES_ITSELF, REMINDED, ENDLESS, NO_WAKER };

static ptrdiff_t take(void *arg, char *buf, size_t max)
{
    feed *f = arg;
    world *w = f->w;
    ptrdiff_t n;

    (void)max;
    pthread_mutex_lock(&w->lock);
    atomic_fetch_add(&w->asked, 1);
    n = (ptrdiff_t)strlen(f->text);
    if (n > 0) {
        memcpy(buf, f->text, (size_t)n);
        f->text[0] = '\0';
    } else if (!f->end) {
        n = HEARTH_STREAM_PENDING;
        if (f->mode == WAKES_ITSELF) {
            f->mode = PLAIN;
            strcpy(f->text, "self"); /* only a lost wake would leave it here */
            hearth_waker_wake(f->waker);
        }
        atomic_fetch_add(&w->pending, 1);
    }
    pthread_mutex_unlock(&w->lock);
    return n;
}

static void leave(void *arg)
{
    feed *f = arg;
    world *w = f->w;
    feed **at = &w->feeds;

    pthread_mutex_lock(&w->lock);
    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    atomic_fetch_add(&w->closed, 1);
    pthread_mutex_unlock(&w->lock);
    hearth_waker_free(f->waker);
}

static int follow(hearth_ctx *c)
{
    world *w = hearth_state(c);
    feed *f = HEARTH_NEW(c, feed);
    int64_t mode, length;

    HEARTH_TRY(hearth_query_int(c, "mode", 0, &mode));
    HEARTH_TRY(hearth_query_int(c, "length", 0, &length));
    f->w = w;
    f->mode = (int)mode;
    f->waker = mode == NO_WAKER || mode == REMINDED ? NULL : hearth_waker_new(c);
    pthread_mutex_lock(&w->lock);
    f->next = w->feeds;
    w->feeds = f;
    atomic_fetch_add(&w->opened, 1);
    pthread_mutex_unlock(&w->lock);
    return hearth_stream_with(c, 200, "text/plain", take, f,
                              &(hearth_stream_opts){.close = leave,
                                                    .length = (uint64_t)length,
                                                    .endless = mode == ENDLESS,
                                                    .remind_ms =
                                                        mode == REMINDED ? 1 : 0});
}

static int hello(hearth_ctx *c)
{
    return hearth_text(c, 200, "hello");
}

static const hearth_route routes[] = {
    HEARTH_GET("/i/follow", follow, .run = HEARTH_INLINE),
    HEARTH_GET("/w/follow", follow, .run = HEARTH_WORKER),
    HEARTH_GET("/hello", hello, .run = HEARTH_WORKER),
    HEARTH_END,
};
static const char *const places[] = {"/i", "/w"};

/* To all that are open. */
static void feed_all(world *w, const char *text, bool end)
{
    pthread_mutex_lock(&w->lock);
    for (feed *f = w->feeds; f != NULL; f = f->next) {
        if (strlen(f->text) + strlen(text) < sizeof f->text)
            strcat(f->text, text);
        f->end = f->end || end;
        if (f->waker != NULL)
            hearth_waker_wake(f->waker);
    }
    pthread_mutex_unlock(&w->lock);
}

static void start(world *w)
{
    hearth_run_opts o = wire_opts();

    memset(w, 0, sizeof *w);
    pthread_mutex_init(&w->lock, NULL);
    o.workers = 2; /* fewer than streams */
    w->app =
        hearth_app_new(&(hearth_app_opts){.state = w, .log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    w->port = wire_start(w->app, &o);
}

static void stop(world *w)
{
    wire_stop(w->app);
    ck_assert_int_eq(atomic_load(&w->opened), atomic_load(&w->closed));
    ck_assert_ptr_null(w->feeds);
    pthread_mutex_destroy(&w->lock);
}

static void await(atomic_int *n, int value)
{
    while (atomic_load(n) < value)
        sched_yield();
}

/* Its source has said that it has nothing. */
static wire open_feed(world *w, int place, const char *rest)
{
    wire c = wire_open(w->port);
    int pending = atomic_load(&w->pending);
    char text[200];

    snprintf(text, sizeof text, "GET %s/follow%s HTTP/1.1\r\nHost: x\r\n\r\n",
             places[place], rest);
    wire_send(&c, text);
    await(&w->pending, pending + 1);
    return c;
}

/* Where the head ends in what has come, or 0. */
static size_t head_end(const wire *c)
{
    for (size_t i = 4; i <= c->len; i++)
        if (memcmp(c->in + i - 4, "\r\n\r\n", 4) == 0)
            return i;
    return 0;
}

static void drop(wire *c, size_t n)
{
    c->len -= n;
    memmove(c->in, c->in + n, c->len);
}

/* Take the head; `then` is what follows it. */
static void check_head(wire *c, const char *then)
{
    ck_assert(wire_has(c, "HTTP/1.1 200 OK\r\n"));
    while (head_end(c) == 0)
        ck_assert(wire_more(c));
    drop(c, head_end(c));
    ck_assert(wire_has(c, then));
}

static void check_next(wire *c, const char *text)
{
    ck_assert_msg(wire_has(c, text), "%s is not at the front of %.*s", text, (int)c->len,
                  c->in);
    drop(c, strlen(text));
}

static void check_hello(wire *c)
{
    wire_reply r = {0};

    ck_assert(wire_ask(c, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", &r));
    ck_assert_str_eq(r.body, "hello");
    wire_reply_clear(&r);
}

START_TEST(streams_wait_without_a_thread_and_go_on_when_woken)
{
    world w;
    wire c[MANY], other;

    start(&w);
    for (int i = 0; i < MANY; i++) {
        c[i] = open_feed(&w, _i, "");
        check_head(&c[i], "");
    }
    other = wire_open(w.port);
    check_hello(&other);
    feed_all(&w, "one", false);
    for (int i = 0; i < MANY; i++)
        check_next(&c[i], "3\r\none\r\n");
    feed_all(&w, "four", false);
    for (int i = 0; i < MANY; i++)
        check_next(&c[i], "4\r\nfour\r\n");
    feed_all(&w, "", true);
    for (int i = 0; i < MANY; i++) {
        check_next(&c[i], "0\r\n\r\n");
        check_hello(&c[i]); /* the connection is as good as before */
        wire_close(&c[i]);
    }
    wire_close(&other);
    stop(&w);
}
END_TEST

START_TEST(a_wake_before_the_source_returns_counts)
{
    world w;
    wire c;

    start(&w);
    c = open_feed(&w, _i, "?mode=1");
    check_head(&c, "4\r\nself\r\n");
    feed_all(&w, "", true);
    check_next(&c, "4\r\nself\r\n");
    check_next(&c, "0\r\n\r\n");
    wire_close(&c);
    stop(&w);
}
END_TEST

START_TEST(a_source_is_reminded)
{
    world w;
    wire c;

    start(&w);
    c = open_feed(&w, _i, "?mode=2");
    check_head(&c, "");
    await(&w.pending, 4);
    feed_all(&w, "late", true);
    check_next(&c, "4\r\nlate\r\n0\r\n\r\n");
    wire_close(&c);
    stop(&w);
}
END_TEST

START_TEST(a_source_that_nobody_could_wake_fails)
{
    world w;
    wire c;
    wire_reply r = {0};

    start(&w);
    c = wire_open(w.port);
    ck_assert(wire_ask(&c,
                       _i == 0 ? "GET /i/follow?mode=4 HTTP/1.1\r\nHost: x\r\n\r\n"
                               : "GET /w/follow?mode=4 HTTP/1.1\r\nHost: x\r\n\r\n",
                       &r));
    ck_assert_int_eq(r.status, 500);
    wire_reply_clear(&r);
    wire_close(&c);
    stop(&w);
}
END_TEST

START_TEST(a_client_that_goes_is_noticed_at_once)
{
    world w;
    wire c;

    start(&w);
    c = open_feed(&w, _i % 2, "");
    check_head(&c, "");
    if (_i < 2)
        wire_reset(&c);
    else if (_i < 4)
        wire_shut(&c);
    else
        wire_close(&c);
    await(&w.closed, 1);
    feed_all(&w, "for nobody", false);
    if (_i >= 2 && _i < 4)
        wire_close(&c);
    c = open_feed(&w, _i % 2, "");
    wire_close(&c);
    await(&w.closed, 2);
    stop(&w);
}
END_TEST

/* Gone between two pieces, after the watch was there. */
START_TEST(a_client_that_goes_later_is_noticed_too)
{
    world w;
    wire c;

    start(&w);
    c = open_feed(&w, _i, "");
    check_head(&c, "");
    for (int i = 0; i < 3; i++) {
        feed_all(&w, "x", false);
        check_next(&c, "1\r\nx\r\n");
    }
    wire_close(&c);
    await(&w.closed, 1);
    stop(&w);
}
END_TEST

typedef struct ending {
    const char *rest, *says;
} ending;

static const ending endings[] = {
    {"?mode=3", "0\r\n\r\n"}, /* endless: in good order */
    {"", ""},                 /* no end: the client must see that */
    {"?mode=3&length=100", ""},
};

START_TEST(a_stop_ends_what_waits)
{
    world w;
    wire c;

    start(&w);
    c = open_feed(&w, _i % 2, endings[_i / 2].rest);
    check_head(&c, "");
    ck_assert_int_eq(hearth_app_stop(w.app), 0);
    check_next(&c, endings[_i / 2].says);
    ck_assert(wire_closed(&c));
    ck_assert_int_eq(atomic_load(&w.closed), 1);
    wire_close(&c);
    hearth_app_free(w.app);
    pthread_mutex_destroy(&w.lock);
}
END_TEST

/* ---- all at once ----------------------------------------------------------------- */

static void *publish(void *arg)
{
    world *w = arg;

    while (!atomic_load(&w->stop)) {
        feed_all(w, "x", false);
        sched_yield();
    }
    return NULL;
}

START_TEST(threads_wake_while_clients_come_and_go)
{
    world w;
    pthread_t threads[3];
    unsigned seed = 7;

    start(&w);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, publish, &w), 0);
    for (int round = 0; round < 20; round++) {
        wire c[10];

        for (int i = 0; i < 10; i++) {
            c[i] = wire_open(w.port);
            wire_send(&c[i], i % 2 == 0
                                 ? "GET /i/follow HTTP/1.1\r\nHost: x\r\n\r\n"
                                 : "GET /w/follow?mode=3 HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        for (int i = 0; i < 10; i++) {
            for (unsigned n = wire_random(&seed, 4); n > 0; n--)
                ck_assert(wire_more(&c[i]));
            if (wire_random(&seed, 2) == 0)
                wire_reset(&c[i]);
            else
                wire_close(&c[i]);
        }
    }
    await(&w.closed, 150);
    atomic_store(&w.stop, _i == 0);
    if (_i != 0)
        ck_assert_int_eq(hearth_app_stop(w.app), 0);
    atomic_store(&w.stop, true);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    if (_i == 0) {
        stop(&w);
        return;
    }
    ck_assert_int_eq(atomic_load(&w.opened), atomic_load(&w.closed));
    hearth_app_free(w.app);
    pthread_mutex_destroy(&w.lock);
}
END_TEST

SUITE("wire/push",
      LOOP(streams_wait_without_a_thread_and_go_on_when_woken, 0, 2)
          LOOP(a_wake_before_the_source_returns_counts, 0, 2)
              LOOP(a_source_is_reminded, 0, 2)
                  LOOP(a_source_that_nobody_could_wake_fails, 0, 2)
                      LOOP(a_client_that_goes_is_noticed_at_once, 0, 6)
                          LOOP(a_client_that_goes_later_is_noticed_too, 0, 2)
                              LOOP(a_stop_ends_what_waits, 0, 6)
                                  LOOP(threads_wake_while_clients_come_and_go, 0, 2))
