/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The answer to a request whose handler is late is made while that handler still uses the
 * request.  Whatever it has done so far, the 504 is that of a request of its own.
 */

#include "gate.h"
#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <pthread.h>
#include <stdio.h>

typedef struct world {
    gate gate;
    hearth_app *app;
    pthread_mutex_t lock;
    char log[8192];
    size_t len;
} world;

/* Uses the request in every way before the next handler is late. */
static int declines(hearth_ctx *c)
{
    hearth_logf(c, HEARTH_LOG_INFO, "declined %s %s %s", hearth_request_id(c),
                hearth_header(c, "X"), hearth_cookie(c, "a"));
    HEARTH_TRY(hearth_set_header(c, "X-Declined", hearth_host(c)));
    return HEARTH_DECLINED;
}

static int waits(hearth_ctx *c)
{
    world *w = hearth_state(c);

    gate_pass(&w->gate);
    return hearth_textf(c, 200, "%s %s", hearth_param(c, "any"), hearth_peer(c));
}

static int own_page(hearth_ctx *c, const hearth_error *e)
{
    HEARTH_TRY(hearth_set_header(c, "X-Id", hearth_request_id(c)));
    return hearth_textf(c, e->status, "%s %s %s %s %s", hearth_param(c, "n"),
                        hearth_method(c), hearth_target(c), hearth_host(c),
                        hearth_header(c, "X"));
}

static void keep_lines(void *self, hearth_log_level level, hearth_str lines)
{
    world *w = self;

    (void)level;
    pthread_mutex_lock(&w->lock);
    if (lines.len < sizeof w->log - w->len) {
        memcpy(w->log + w->len, lines.ptr, lines.len);
        w->len += lines.len;
    }
    pthread_mutex_unlock(&w->lock);
}

static const hearth_log_ops keeping = {.name = "keeping", .write = keep_lines};

static void start(world *w)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/d/{n:int}", declines, .run = HEARTH_WORKER),
        HEARTH_GET("/d/{any}", waits, .run = HEARTH_WORKER),
        HEARTH_END,
    };
    hearth_run_opts o = wire_opts();

    *w = (world){.gate = GATE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};
    w->app = hearth_app_new(
        &(hearth_app_opts){.state = w, .log = {.ops = &keeping, .self = w}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    ck_assert_int_eq(hearth_on_error(w->app, own_page), 0);
    o.handler_ms = 100;
    wire_start(w->app, &o);
}

static int count(const char *text, const char *what)
{
    int n = 0;

    for (; (text = strstr(text, what)) != NULL; text++)
        n++;
    return n;
}

START_TEST(the_answer_is_made_from_the_request_as_it_came)
{
    wire_reply r = {0};
    char id[64];
    world w;

    start(&w);
    wire c = wire_open(hearth_app_port(w.app));

    ck_assert(
        wire_ask(&c, "GET /d/7?x=1 HTTP/1.1\r\nHost: a.b\r\nX: y\r\nCookie: a=1\r\n\r\n",
                 &r));
    ck_assert_int_eq(r.status, 504);
    ck_assert_str_eq(r.body, "7 GET /d/7?x=1 a.b y");
    ck_assert_ptr_nonnull(wire_field(&r, "X-Id", id, sizeof id));
    ck_assert_ptr_null(wire_field(&r, "X-Declined", r.head, sizeof r.head));
    gate_open(&w.gate);
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(w.app);
    /* The handler's line, its text, the warning, the access line. */
    ck_assert_msg(count(w.log, id) == 4, "%s: %s", id, w.log);
    ck_assert_int_eq(count(w.log, "did not answer within 100 ms"), 1);
}
END_TEST

SUITE("wire/late", TEST(the_answer_is_made_from_the_request_as_it_came))
