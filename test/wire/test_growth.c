/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A server in its steady state does not grow: what many requests, connections and errors
 * have taken they have given back.  Numbers are compared after a first round, in which
 * caches fill.
 */

#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <malloc.h>
#include <stdio.h>

#define IDLE 200

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define REQUESTS 1000
#else
#define REQUESTS 10000
#endif

/* What a heap that is not growing may be off by: thread caches, log lines, a few more kept contexts
 * because more requests happened to meet.  Eight bytes lost by each request are more. */
#define SLACK (64 * 1024)

static int text(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%s %s", hearth_query(c, "a", "none"),
                        hearth_cookie(c, "b"));
}

static int large(hearth_ctx *c)
{
    char *p = hearth_alloc(c, 200000);

    return p == NULL ? HEARTH_ENOMEM : hearth_blob(c, 200, "text/plain", p, 200000);
}

static int echo(hearth_ctx *c)
{
    json_t *in;

    HEARTH_TRY(hearth_body_json(c, &in));
    return hearth_json(c, 200, json_incref(in));
}

static int rows(hearth_ctx *c)
{
    return hearth_reply_rows(c, 200, "SELECT ? AS a", hearth_args(hearth_param(c, "x")));
}

static int refused(hearth_ctx *c)
{
    return hearth_fail(c, 409, "%s is taken", hearth_path(c));
}

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static const hearth_log_ops quiet = {.name = "quiet", .write = drop_lines};

static hearth_app *start(void)
{
    static const hearth_route table[] = {
        HEARTH_GET("/inline", text, .run = HEARTH_INLINE),
        HEARTH_GET("/worker", text, .run = HEARTH_WORKER),
        HEARTH_GET("/large", large, .run = HEARTH_INLINE),
        HEARTH_POST("/echo", echo, .run = HEARTH_INLINE),
        HEARTH_GET("/rows/{x}", rows, .run = HEARTH_WORKER),
        HEARTH_GET("/refused", refused, .run = HEARTH_INLINE),
        HEARTH_END,
    };
    hearth_run_opts o = wire_opts();
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.log = {.ops = &quiet}});

    ck_assert_ptr_nonnull(app);
    hearth_use_db(app, hearth_db_open("sqlite::memory:", NULL));
    ck_assert_int_eq(hearth_mount(app, "", table), 0);
    o.workers = 2;
    wire_start(app, &o);
    return app;
}

static size_t in_use(void)
{
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
    return 0; /* another allocator: LeakSanitizer looks at the end */
#else
    struct mallinfo2 m = mallinfo2();

    return m.uordblks + m.hblkhd;
#endif
}

static void check_same(const char *after, size_t before)
{
    size_t now = in_use();

    ck_assert_msg(now <= before + SLACK, "%zu bytes before, %zu after %s", before, now,
                  after);
}

static const char *const requests[] = {
    "GET /inline?a=1 HTTP/1.1\r\nHost: x\r\nCookie: b=2\r\n\r\n",
    "GET /worker?a=1 HTTP/1.1\r\nHost: x\r\nCookie: b=2\r\n\r\n",
    "GET /large HTTP/1.1\r\nHost: x\r\n\r\n",
    ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
     "Content-Length: 22\r\n\r\n{\"a\": [1, 2, {\"b\":3}]}"),
    "GET /rows/seven HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /refused HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n",
    "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n",
};
#define NREQUESTS (int)(sizeof requests / sizeof *requests)

static void ask(wire *c, wire_reply *r, int n)
{
    for (int i = 0; i < n; i++)
        ck_assert(wire_ask(c, requests[i % NREQUESTS], r));
}

START_TEST(many_requests_leave_nothing)
{
    hearth_app *app = start();
    wire c = wire_open(hearth_app_port(app));
    wire_reply r = {0};

    ask(&c, &r, REQUESTS / 5);
    size_t before = in_use();

    ask(&c, &r, REQUESTS);
    check_same("many requests", before);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(app);
}
END_TEST

/* Connections that idle, then end one way or the other. */
static void open_and_close(int port, int round)
{
    static wire c[IDLE];
    wire_reply r = {0};

    for (int i = 0; i < IDLE; i++) {
        c[i] = wire_open(port);
        if (i % 4 != 0)
            ask(&c[i], &r, NREQUESTS);
        if (i % 8 == 1)
            wire_send(&c[i],
                      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n12");
    }
    for (int i = 0; i < IDLE; i++) {
        if ((i + round) % 2 == 0)
            wire_close(&c[i]);
        else
            wire_reset(&c[i]);
    }
    wire_reply_clear(&r);
}

/* The last connection is closed when it is: ask until the heap is back. */
static void settle(int port, size_t wanted)
{
    wire c = wire_open(port);
    wire_reply r = {0};

    for (int i = 0; i < REQUESTS && in_use() > wanted; i++)
        ask(&c, &r, 1);
    wire_reply_clear(&r);
    wire_close(&c);
}

START_TEST(idle_connections_leave_nothing)
{
    hearth_app *app = start();
    int port = hearth_app_port(app);

    open_and_close(port, 0);
    settle(port, 0);
    size_t before = in_use();

    for (int round = 1; round < 4; round++)
        open_and_close(port, round);
    settle(port, before);
    check_same("idle connections", before);
    wire_stop(app);
}
END_TEST

START_TEST(starts_and_stops_leave_nothing)
{
    hearth_app *app = start();
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    size_t before = 0;

    for (int round = 0; round < 12; round++) {
        wire c = wire_open(hearth_app_port(app));

        ask(&c, &r, NREQUESTS);
        wire_close(&c);
        ck_assert_int_eq(hearth_app_stop(app), 0);
        if (round == 3)
            before = in_use();
        wire_start(app, &o);
    }
    wire_stop(app);
    check_same("starts and stops", before);
    wire_reply_clear(&r);
}
END_TEST

SUITE("wire/growth",
      TEST(many_requests_leave_nothing) TEST(idle_connections_leave_nothing)
          TEST(starts_and_stops_leave_nothing))
