/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_WIRE_APP_H
#define HEARTH_TEST_WIRE_APP_H

/*
 * The application that raw requests are thrown at: it counts what runs, above all
 * /smuggled, which every hostile request is followed by.  Its handlers run on the
 * reactor, so that what was counted before an answer is known when the answer is there.
 *
 *     GET  /            "ok"
 *     POST /            "<bytes of the body>:<the body>"
 *     GET  /echo/{x}    x, decoded
 *     GET  /header      the value of X, between brackets
 *     GET  /host        the host
 *     POST /trailer     "header=... trailer=..." of X-T
 *     GET  /empty       204
 *     GET  /unchanged   304 with an ETag
 *     GET  /smuggled    counted apart
 */

#include "wire.h"

#include <hearth.h>
#include <stdatomic.h>

typedef struct wire_app {
    atomic_int hits;     /* handlers run, /smuggled apart */
    atomic_int smuggled; /* /smuggled run */
    hearth_app *app;
    int port;
} wire_app;

static inline wire_app *wire_app_of(hearth_ctx *c)
{
    wire_app *a = hearth_state(c);

    atomic_fetch_add(&a->hits, 1);
    return a;
}

static inline int wire_app_ok(hearth_ctx *c)
{
    (void)wire_app_of(c);
    return hearth_text(c, 200, "ok");
}

static inline int wire_app_body(hearth_ctx *c)
{
    hearth_str body = hearth_body(c);

    (void)wire_app_of(c);
    return hearth_textf(c, 200, "%zu:%s", body.len, body.ptr);
}

static inline int wire_app_echo(hearth_ctx *c)
{
    (void)wire_app_of(c);
    return hearth_text(c, 200, hearth_param(c, "x"));
}

static inline int wire_app_header(hearth_ctx *c)
{
    const char *x = hearth_header(c, "X");

    (void)wire_app_of(c);
    return hearth_textf(c, 200, "[%s]", x == NULL ? "(none)" : x);
}

static inline int wire_app_host(hearth_ctx *c)
{
    (void)wire_app_of(c);
    return hearth_text(c, 200, hearth_host(c));
}

static inline int wire_app_trailer(hearth_ctx *c)
{
    const char *header = hearth_header(c, "X-T"), *trailer = hearth_trailer(c, "X-T");

    (void)wire_app_of(c);
    return hearth_textf(c, 200, "header=%s trailer=%s",
                        header == NULL ? "(none)" : header,
                        trailer == NULL ? "(none)" : trailer);
}

static inline int wire_app_empty(hearth_ctx *c)
{
    (void)wire_app_of(c);
    return 204;
}

static inline int wire_app_unchanged(hearth_ctx *c)
{
    (void)wire_app_of(c);
    HEARTH_TRY(hearth_set_header(c, "ETag", "\"1\""));
    return 304;
}

static inline int wire_app_smuggled(hearth_ctx *c)
{
    wire_app *a = hearth_state(c);

    atomic_fetch_add(&a->smuggled, 1);
    return hearth_text(c, 200, "smuggled");
}

/* Started on a free port; o NULL means wire_opts(); of the application's options only the
 * limits count. */
static inline void wire_app_start_limits(wire_app *a, const hearth_run_opts *o,
                                         const hearth_app_opts *limits)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/", wire_app_ok, .run = HEARTH_INLINE),
        HEARTH_POST("/", wire_app_body, .run = HEARTH_INLINE),
        HEARTH_POST("/slow", wire_app_body, .run = HEARTH_WORKER),
        HEARTH_GET("/echo/{x}", wire_app_echo, .run = HEARTH_INLINE),
        HEARTH_GET("/header", wire_app_header, .run = HEARTH_INLINE),
        HEARTH_GET("/host", wire_app_host, .run = HEARTH_INLINE),
        HEARTH_POST("/trailer", wire_app_trailer, .run = HEARTH_INLINE),
        HEARTH_GET("/empty", wire_app_empty, .run = HEARTH_INLINE),
        HEARTH_GET("/unchanged", wire_app_unchanged, .run = HEARTH_INLINE),
        HEARTH_GET("/smuggled", wire_app_smuggled, .run = HEARTH_INLINE),
        HEARTH_END,
    };

    atomic_init(&a->hits, 0);
    atomic_init(&a->smuggled, 0);
    hearth_app_opts opts = *limits;

    opts.state = a;
    opts.log.level = HEARTH_LOG_OFF;
    a->app = hearth_app_new(&opts);
    ck_assert_ptr_nonnull(a->app);
    ck_assert_int_eq(hearth_mount(a->app, "", routes), 0);
    a->port = wire_start(a->app, o);
}

static inline void wire_app_start(wire_app *a, const hearth_run_opts *o, size_t max_body)
{
    wire_app_start_limits(a, o, &(hearth_app_opts){.max_body = max_body});
}

/* The server must still be well: answer one more, stop, and be freed. */
static inline void wire_app_stop(wire_app *a)
{
    wire w = wire_open(a->port);
    wire_reply r = {0};

    ck_assert(wire_ask(&w, "GET /echo/well HTTP/1.1\r\nHost: x\r\n\r\n", &r));
    ck_assert_int_eq(r.status, 200);
    ck_assert_str_eq(r.body, "well");
    wire_reply_clear(&r);
    wire_close(&w);
    wire_stop(a->app);
}

#endif
