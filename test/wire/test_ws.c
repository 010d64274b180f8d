/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * WebSockets on real connections: who is let in, limits from both sides, clients that vanish, and
 * a server that stops.  The rules of RFC 6455 and RFC 7692 are in test_ws_rules.c.
 */

#include "gate.h"
#include "suite.h"
#include "ws_wire.h"

#include <hearth.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define BIG   70000
#define LIMIT 100000

typedef struct world {
    hearth_app *app;
    int port;
    gate closed;  /* open: it counts close callbacks */
    gate freed;   /* open: states released */
    gate entered; /* open: messages for /slow that a worker has begun */
    gate work;    /* which waits here */
    gate opened;  /* open */
    atomic_int code;
    char reason[128];
    atomic_int joined, left, running, most;
} world;

static world *world_of(hearth_ws *ws)
{
    return hearth_ws_state(ws);
}

static void release(void *state)
{
    gate_pass(&((world *)state)->freed);
}

static int let_in(hearth_ctx *c)
{
    world *w = hearth_state(c);

    HEARTH_TRY(hearth_ws_set_state(c, w, release));
    HEARTH_TRY(hearth_add_header(c, "Set-Cookie", "seen=1"));
    return 0;
}

static void on_open(hearth_ws *ws)
{
    (void)hearth_ws_join(ws, "all");
    gate_pass(&world_of(ws)->opened);
}

static void echo(hearth_ws *ws, hearth_str msg, bool text)
{
    if (!text)
        (void)hearth_ws_binary(ws, msg.ptr, msg.len);
    else if (strncmp(msg.ptr, "close ", 6) == 0)
        (void)hearth_ws_close(ws, atoi(msg.ptr + 6), "as you wish");
    else if (strcmp(msg.ptr, "protocol") == 0)
        (void)hearth_ws_sendf(ws, "%s",
                              hearth_ws_protocol(ws) == NULL ? "none"
                                                             : hearth_ws_protocol(ws));
    else
        (void)hearth_ws_send(ws, msg);
}

static void on_close(hearth_ws *ws, int code, hearth_str reason)
{
    world *w = world_of(ws);

    snprintf(w->reason, sizeof w->reason, "%s", reason.ptr);
    atomic_store(&w->code, code);
    ck_assert_int_eq(hearth_ws_text(ws, "too late"), HEARTH_ECANCELED);
    ck_assert_int_eq(hearth_ws_join(ws, "all"), HEARTH_ECANCELED);
    gate_pass(&w->closed);
}

static void on_joined(hearth_ws *ws, const char *room)
{
    ck_assert_str_eq(room, "all");
    atomic_fetch_add(&world_of(ws)->joined, 1);
}

static void on_left(hearth_ws *ws, const char *room)
{
    ck_assert_str_eq(room, "all");
    atomic_fetch_add(&world_of(ws)->left, 1);
}

static void say_on(hearth_ws *ws, hearth_str msg, bool text)
{
    ck_assert(text);
    (void)hearth_ws_tell(ws, "all", msg);
}

/* On a worker: never two at a time. */
static void slow(hearth_ws *ws, hearth_str msg, bool text)
{
    world *w = world_of(ws);
    int now = atomic_fetch_add(&w->running, 1) + 1;

    (void)text;
    if (now > atomic_load(&w->most))
        atomic_store(&w->most, now);
    gate_pass(&w->entered);
    gate_pass(&w->work);
    (void)hearth_ws_send(ws, msg);
    atomic_fetch_sub(&w->running, 1);
}

/* A megabyte for each message. */
static void flood(hearth_ws *ws, hearth_str msg, bool text)
{
    static char much[100000];

    (void)msg;
    (void)text;
    for (int i = 0; i < 1000; i++) {
        int rc = hearth_ws_binary(ws, much, sizeof much);

        if (rc == HEARTH_EBUSY)
            ck_assert_int_eq(hearth_ws_binary(ws, much, 1), HEARTH_ECANCELED);
        if (rc != 0)
            return;
    }
}

static int refuse(hearth_ctx *c)
{
    return hearth_arg(c) == NULL ? 403 : hearth_text(c, 401, hearth_arg(c));
}

static int pass_by(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "X-Middleware", "yes"));
    return hearth_next(c);
}

static int overrule(hearth_ctx *c)
{
    (void)hearth_next(c);
    return 410;
}

static const char *const protocols[] = {"chat.v2", "chat.v1", NULL};
static const char *const origins[] = {"https://friend.example", NULL};
static const char *const any[] = {HEARTH_UNSAFE_ANY_ORIGIN, NULL};
static hearth_handler *const middle[] = {pass_by, NULL};
static hearth_handler *const over[] = {overrule, NULL};

static const hearth_ws_ops echoes = {.accept = let_in,
                                     .open = on_open,
                                     .message = echo,
                                     .close = on_close,
                                     .joined = on_joined,
                                     .left = on_left,
                                     .protocols = protocols,
                                     .origins = origins,
                                     .max_message = LIMIT};
static const hearth_ws_ops rooms = {.accept = let_in,
                                    .open = on_open,
                                    .message = say_on,
                                    .close = on_close,
                                    .joined = on_joined,
                                    .left = on_left};
static const hearth_ws_ops slows = {.accept = let_in,
                                    .open = on_open,
                                    .message = slow,
                                    .close = on_close};
static const hearth_ws_ops floods = {.accept = let_in,
                                     .message = flood,
                                     .close = on_close};
static const hearth_ws_ops nobody = {.accept = refuse};
static const hearth_ws_ops nobody_text = {.accept = refuse,
                                          .arg = (void *)"who are you?"};
static const hearth_ws_ops squeezes = {.accept = let_in,
                                       .open = on_open,
                                       .message = echo,
                                       .close = on_close,
                                       .joined = on_joined,
                                       .left = on_left,
                                       .max_message = LIMIT,
                                       .deflate = true};
static const hearth_ws_ops deaf = {.origins = any};
static const hearth_ws_ops quick = {
    .accept = let_in, .message = echo, .close = on_close, .ping_ms = 1, .close_ms = 1};

static const hearth_route routes[] = {
    HEARTH_WEBSOCKET("/echo", &echoes, .run = HEARTH_INLINE, .use = middle),
    HEARTH_WEBSOCKET("/worker", &echoes, .run = HEARTH_WORKER),
    HEARTH_WEBSOCKET("/auto", &echoes),
    HEARTH_WEBSOCKET("/rooms", &rooms, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/slow", &slows, .run = HEARTH_WORKER),
    HEARTH_WEBSOCKET("/flood", &floods, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/nobody", &nobody),
    HEARTH_WEBSOCKET("/nobody-text", &nobody_text),
    HEARTH_WEBSOCKET("/deflate", &squeezes, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/deaf", &deaf, .run = HEARTH_INLINE),
    HEARTH_GET("/by-hand", hearth_ws_upgrade, .arg = (void *)&deaf),
    HEARTH_GET("/wrong", hearth_ws_upgrade),
    HEARTH_WEBSOCKET("/quick", &quick, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/overruled", &echoes, .use = over),
    HEARTH_END,
};

static const char *const paths[] = {"/echo", "/worker", "/auto"};

static void gate_ready(gate *g, bool open)
{
    *g = (gate)GATE_INIT;
    g->open = open;
}

static void begin(world *w, int threads)
{
    hearth_run_opts o = wire_opts();

    memset(w, 0, sizeof *w);
    gate_ready(&w->closed, true);
    gate_ready(&w->freed, true);
    gate_ready(&w->opened, true);
    gate_ready(&w->entered, true);
    gate_ready(&w->work, false);
    w->app = hearth_app_new(&(hearth_app_opts){.state = w});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    o.threads = threads;
    w->port = wire_start(w->app, &o);
}

static void finish(world *w)
{
    gate_open(&w->work);
    wire_stop(w->app);
}

/* The one socket has ended like this, and its state is gone. */
static void expect_end_of(world *w, int code)
{
    gate_await(&w->freed, 1);
    ck_assert_int_eq(w->closed.entered, 1);
    ck_assert_int_eq(atomic_load(&w->code), code);
}

/* ---- the handshake --------------------------------------------------------------------- */

typedef struct asking {
    const char *request; /* the head without its last line */
    int status;
    const char *field; /* of the answer */
} asking;

#define GET "GET /echo HTTP/1.1\r\n"
#define ALL GET WS_HEAD WS_KEY

/* The rest of RFC 6455 section 4 is in test_ws_rules.c. */
static const asking askings[] = {
    {ALL, 101, "X-Middleware: yes"},
    {ALL, 101, "Set-Cookie: seen=1"},
    {GET "Host: localhost\r\n", 426, "Sec-WebSocket-Version: 13"},
    {ALL "Origin: http://localhost\r\n", 101, NULL},
    {ALL "Origin: https://LOCALHOST\r\n", 101, NULL},
    {ALL "Origin: http://localhost:80\r\n", 101, NULL},
    {ALL "Origin: http://localhost:81\r\n", 403, NULL},
    {ALL "Origin: http://localhost.evil.example\r\n", 403, NULL},
    {ALL "Origin: http://evil.example\r\n", 403, NULL},
    {ALL "Origin: https://friend.example\r\n", 101, NULL},
    {ALL "Origin: http://friend.example\r\n", 403, NULL},
    {ALL "Origin: null\r\n", 403, NULL},
    {ALL "Origin: \r\n", 403, NULL},
    {ALL "Origin: http://localhost\r\nOrigin: http://localhost\r\n", 400, NULL},
    {"GET /deaf HTTP/1.1\r\n" WS_HEAD WS_KEY "Origin: http://evil.example\r\n", 101,
     NULL},
    {ALL "Sec-WebSocket-Protocol: chat.v1, chat.v2\r\n", 101,
     "Sec-WebSocket-Protocol: chat.v1"},
    {ALL "Sec-WebSocket-Protocol: other\r\nSec-WebSocket-Protocol: chat.v2\r\n", 101,
     "Sec-WebSocket-Protocol: chat.v2"},
    {ALL "Sec-WebSocket-Protocol: other\r\n", 101, NULL},
    {"GET /by-hand HTTP/1.1\r\n" WS_HEAD WS_KEY, 101, NULL},
    {"GET /wrong HTTP/1.1\r\n" WS_HEAD WS_KEY, 500, NULL},
    {"GET /nobody HTTP/1.1\r\n" WS_HEAD WS_KEY, 403, NULL},
    {"GET /nobody-text HTTP/1.1\r\n" WS_HEAD WS_KEY, 401, NULL},
    {"GET /overruled HTTP/1.1\r\n" WS_HEAD WS_KEY, 410, NULL},
};

START_TEST(a_handshake_is_answered)
{
    const asking *a = &askings[_i];
    char head[4096];
    world w;

    begin(&w, 1);
    wire c = wire_open(w.port);
    snprintf(head, sizeof head, "%s%s", a->request,
             strstr(a->request, "\r\n\r\n") == NULL ? "\r\n" : "");
    wire_send(&c, head);
    ws_head(&c, head, sizeof head);
    ck_assert_msg(atoi(head + 9) == a->status, "%s: %s", a->request, head);
    if (a->field != NULL)
        ck_assert_msg(strstr(head, a->field) != NULL, "%s: %s", a->field, head);
    if (a->status != 101)
        ck_assert_ptr_null(strstr(head, "Sec-WebSocket-Accept"));
    wire_close(&c);
    finish(&w);
}
END_TEST

START_TEST(a_refusal_has_the_body_of_accept)
{
    wire_reply r = {0};
    world w;

    begin(&w, 1);
    wire c = wire_open(w.port);
    ck_assert(wire_ask(&c, "GET /nobody-text HTTP/1.1\r\n" WS_HEAD WS_KEY "\r\n", &r));
    ck_assert_int_eq(r.status, 401);
    ck_assert_str_eq(r.body, "who are you?");
    /* The connection goes on. */
    ck_assert(wire_ask(&c, "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n", &r));
    ck_assert_int_eq(r.status, 404);
    wire_reply_clear(&r);
    wire_close(&c);
    finish(&w);
}
END_TEST

START_TEST(only_an_offered_protocol_is_spoken)
{
    world w;

    begin(&w, 1);
    wire c = wire_open(w.port), d = wire_open(w.port);
    ck_assert_int_eq(ws_ask(&c, "/echo", "Sec-WebSocket-Protocol: chat.v1\r\n"), 101);
    ws_say(&c, "protocol");
    ws_expect_text(&c, "chat.v1");
    ck_assert_int_eq(ws_ask(&d, "/echo", NULL), 101);
    ws_say(&d, "protocol");
    ws_expect_text(&d, "none");
    wire_close(&c);
    wire_close(&d);
    finish(&w);
}
END_TEST

START_TEST(frames_may_come_with_the_handshake)
{
    unsigned seed = 1;
    world w;
    char all[512];
    const char *head = "GET /echo HTTP/1.1\r\n" WS_HEAD WS_KEY "\r\n";
    const char hello[] = "\x81\x82\0\0\0\0hi\x81\x83\0\0\0\0you";
    size_t n = strlen(head);

    begin(&w, 1);
    wire c = wire_open(w.port);
    memcpy(all, head, n);
    memcpy(all + n, hello, sizeof hello - 1);
    if (_i == 0)
        wire_send_n(&c, all, n + sizeof hello - 1);
    else
        wire_send_pieces(&c, all, n + sizeof hello - 1, (size_t)_i, &seed);
    ws_head(&c, all, sizeof all);
    ws_expect_text(&c, "hi");
    ws_expect_text(&c, "you");
    wire_close(&c);
    finish(&w);
}
END_TEST

/* ---- frames ------------------------------------------------------------------------------- */

START_TEST(pings_are_answered_between_fragments)
{
    char most[126];
    world w;

    begin(&w, 1);
    memset(most, 'p', 125);
    most[125] = '\0';
    wire c = ws_open(w.port, paths[_i]);
    ws_put(&c, WS_TEXT, "a", 1);
    ws_put(&c, WS_FIN | WS_PING, "1", 1);
    ws_put(&c, WS_FIN | WS_PING, most, 125);
    ws_put(&c, WS_FIN | WS_PING, "", 0);
    ws_put(&c, WS_FIN, "b", 1);
    ws_expect(&c, WS_FIN | WS_PONG, "1");
    ws_expect(&c, WS_FIN | WS_PONG, most);
    ws_expect(&c, WS_FIN | WS_PONG, "");
    ws_expect_text(&c, "ab");
    wire_close(&c);
    finish(&w);
}
END_TEST

START_TEST(messages_of_every_size_come_back)
{
    static const size_t sizes[] = {0, 1, 125, 126, 127, 4095, 4096, 65535, 65536, LIMIT};
    unsigned seed = 7;
    world w;

    begin(&w, 1);
    wire c = ws_open(w.port, paths[_i]);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *data = malloc(sizes[i] + 1);
        ws_frame f = {0};

        for (size_t k = 0; k < sizes[i]; k++)
            data[k] = (char)wire_random(&seed, 256);
        ws_put(&c, WS_FIN | WS_BIN, data, sizes[i]);
        ck_assert(ws_get(&c, &f));
        ck_assert_int_eq(f.head, WS_FIN | WS_BIN);
        ck_assert_uint_eq(f.len, sizes[i]);
        ck_assert_int_eq(memcmp(f.data, data, f.len), 0);
        free(f.data);
        free(data);
    }
    wire_close(&c);
    finish(&w);
}
END_TEST

START_TEST(fragments_over_the_limit_are_1009)
{
    static char half[LIMIT / 2 + 1];
    world w;

    begin(&w, 1);
    wire c = ws_open(w.port, "/echo");
    ws_put(&c, WS_BIN, half, LIMIT / 2);
    ws_put(&c, WS_FIN, half, LIMIT / 2 + (size_t)_i);
    if (_i == 0) {
        ws_frame f = {0};

        ck_assert(ws_get(&c, &f));
        ck_assert_uint_eq(f.len, LIMIT);
        free(f.data);
    } else {
        ws_expect_close(&c, 1009);
        wire_shut(&c);
        expect_end_of(&w, 1009);
    }
    wire_close(&c);
    finish(&w);
}
END_TEST

START_TEST(it_does_not_matter_how_bytes_are_cut)
{
    static const char frames[] =
        "\x81\x85\x01\x02\x03\x04\x69\x67\x6f\x68\x6e" /* hello */
        "\x01\x81\0\0\0\0a\x89\x80\0\0\0\0\x80\x81\0\0\0\0b";
    unsigned seed = (unsigned)_i + 1;
    world w;

    begin(&w, 1);
    wire c = ws_open(w.port, paths[_i % 3]);
    for (int i = 0; i < 20; i++)
        wire_send_pieces(&c, frames, sizeof frames - 1, (size_t)_i / 3 + 1, &seed);
    for (int i = 0; i < 20; i++) {
        ws_expect_text(&c, "hello");
        ws_expect(&c, WS_FIN | WS_PONG, "");
        ws_expect_text(&c, "ab");
    }
    wire_close(&c);
    finish(&w);
}
END_TEST

/* ---- compression ----------------------------------------------------------------------- */

#define OFFER    "Sec-WebSocket-Extensions: permessage-deflate"
#define SQUEEZED (WS_FIN | WS_RSV1 | WS_TEXT)

START_TEST(long_messages_go_out_compressed_to_who_can_read_them)
{
    static char text[5001];
    ws_frame f = {0};
    world w;

    begin(&w, 1);
    memset(text, 'x', sizeof text - 1);
    wire c = wire_open(w.port), d = wire_open(w.port), e = wire_open(w.port);
    ck_assert_int_eq(ws_ask(&c, "/deflate", OFFER "\r\n"), 101);
    ck_assert_int_eq(ws_ask(&d, "/deflate", NULL), 101);
    ck_assert_int_eq(ws_ask(&e, "/deflate", OFFER "; server_max_window_bits=9\r\n"), 101);
    gate_await(&w.opened, 3);
    ws_say(&c, text);
    ck_assert(ws_get(&c, &f));
    ck_assert_int_eq(f.head, SQUEEZED);
    ck_assert_uint_lt(f.len, 100);
    free(f.data);
    ws_say(&d, text);
    ws_expect_text(&d, text);
    ws_say(&c, "short");
    ws_expect_text(&c, "short");
    ck_assert_int_eq(hearth_broadcast(w.app, "all", (hearth_str){text, 5000}), 0);
    ck_assert(ws_get(&c, &f));
    ck_assert_int_eq(f.head, SQUEEZED);
    free(f.data);
    ws_expect_text(&d, text);
    ws_expect_text(&e, text); /* its window is too small for what the others get */
    wire_close(&c);
    wire_close(&d);
    wire_close(&e);
    finish(&w);
}
END_TEST

/* ---- the end --------------------------------------------------------------------------------- */

START_TEST(code_and_reason_pass_both_ways)
{
    ws_frame f = {0};
    world w;

    begin(&w, 1);
    wire c = ws_open(w.port, paths[_i]), d;
    ws_put_close(&c, 4000, "g\xC3\xBCle g\xC3\xBCle");
    ws_expect_close(&c, 4000);
    wire_shut(&c);
    expect_end_of(&w, 4000);
    ck_assert_str_eq(w.reason, "g\xC3\xBCle g\xC3\xBCle");
    wire_close(&c);
    d = ws_open(w.port, paths[_i]);
    ws_say(&d, "close 4001");
    ck_assert(ws_get(&d, &f));
    ck_assert_int_eq(f.head, WS_FIN | WS_CLOSE);
    ck_assert_str_eq(f.data + 2, "as you wish");
    free(f.data);
    ws_say(&d, "not heard any more");
    ws_put_close(&d, 4001, "");
    ck_assert(wire_closed(&d));
    wire_close(&d);
    gate_await(&w.freed, 2);
    ck_assert_int_eq(atomic_load(&w.code), 4001);
    finish(&w);
}
END_TEST

START_TEST(a_client_that_vanishes_is_1006_once)
{
    world w;

    begin(&w, 1);
    wire c = ws_open(w.port, paths[_i / 3]);
    gate_await(&w.opened, 1);
    if (_i % 3 == 0)
        wire_reset(&c);
    else if (_i % 3 == 1)
        wire_close(&c);
    else
        ws_put(&c, WS_TEXT, "in the middle", 4), wire_close(&c);
    expect_end_of(&w, 1006);
    finish(&w);
}
END_TEST

START_TEST(a_silent_client_is_asked_and_given_up)
{
    ws_frame f = {0};
    world w;

    begin(&w, 1);
    wire c = ws_open(w.port, "/quick");
    ck_assert(ws_get(&c, &f));
    ck_assert_int_eq(f.head, WS_FIN | WS_PING);
    free(f.data);
    expect_end_of(&w, 1006);
    ck_assert(wire_ends(&c));
    wire_close(&c);
    finish(&w);
}
END_TEST

START_TEST(a_client_that_does_not_answer_a_close_is_given_up)
{
    world w;

    begin(&w, 1);
    wire c = ws_open(w.port, "/quick");
    ws_say(&c, "close 4002");
    ws_expect_close(&c, 4002);
    expect_end_of(&w, 4002);
    wire_close(&c);
    finish(&w);
}
END_TEST

START_TEST(a_client_that_does_not_read_is_1013)
{
    world w;

    begin(&w, 1);
    wire c = ws_open(w.port, "/flood");
    ws_say(&c, "go");
    ws_expect_close(&c, 1013);
    ck_assert(wire_closed(&c));
    wire_close(&c);
    expect_end_of(&w, 1013);
    finish(&w);
}
END_TEST

static void *stop_it(void *arg)
{
    world *w = arg;

    ck_assert_int_eq(hearth_app_stop(w->app), 0);
    return NULL;
}

START_TEST(a_stop_waits_for_the_answers)
{
    pthread_t t;
    world w;

    begin(&w, 1);
    wire c = ws_open(w.port, paths[_i]);
    gate_await(&w.opened, 1);
    ck_assert_int_eq(pthread_create(&t, NULL, stop_it, &w), 0);
    ws_expect_close(&c, 1001);
    ws_put_close(&c, 1001, "");
    ck_assert(wire_closed(&c));
    wire_close(&c);
    pthread_join(t, NULL);
    expect_end_of(&w, 1001);
    hearth_app_free(w.app);
}
END_TEST

START_TEST(a_stop_cuts_who_does_not_answer)
{
    hearth_run_opts o = wire_opts();
    world w;

    begin(&w, 1);
    ck_assert_int_eq(hearth_app_stop(w.app), 0);
    o.drain_ms = 1;
    w.port = wire_start(w.app, &o);
    wire c = ws_open(w.port, paths[_i]);
    gate_await(&w.opened, 1);
    ck_assert_int_eq(hearth_app_stop(w.app), 0);
    expect_end_of(&w, 1001);
    wire_close(&c);
    hearth_app_free(w.app);
}
END_TEST

/* ---- workers ------------------------------------------------------------------------------------ */

START_TEST(callbacks_of_a_socket_come_one_at_a_time)
{
    world w;

    begin(&w, 1);
    wire c = ws_open(w.port, "/slow"), d = ws_open(w.port, "/echo");
    for (int i = 0; i < 20; i++) {
        char text[16];

        snprintf(text, sizeof text, "%d", i);
        ws_say(&c, text);
    }
    gate_await(&w.entered, 1);
    /* Nobody else waits meanwhile. */
    ws_say(&d, "hello");
    ws_expect_text(&d, "hello");
    gate_open(&w.work);
    for (int i = 0; i < 20; i++) {
        char text[16];

        snprintf(text, sizeof text, "%d", i);
        ws_expect_text(&c, text);
    }
    ck_assert_int_eq(atomic_load(&w.most), 1);
    wire_close(&c);
    wire_close(&d);
    finish(&w);
}
END_TEST

START_TEST(a_client_may_vanish_while_a_worker_is_busy)
{
    world w;

    begin(&w, 1);
    wire c = ws_open(w.port, "/slow");
    ws_say(&c, "a");
    gate_await(&w.entered, 1);
    if (_i == 0)
        wire_reset(&c);
    else
        wire_close(&c);
    gate_open(&w.work);
    expect_end_of(&w, 1006);
    finish(&w);
}
END_TEST

START_TEST(a_stop_may_come_while_a_worker_is_busy)
{
    hearth_run_opts o = wire_opts();
    pthread_t t;
    world w;

    begin(&w, 1);
    ck_assert_int_eq(hearth_app_stop(w.app), 0);
    o.drain_ms = 1000; /* as long as workers then have, however busy the machine */
    w.port = wire_start(w.app, &o);
    wire c = ws_open(w.port, "/slow"), d = ws_open(w.port, "/echo");
    ws_say(&c, "a");
    gate_await(&w.entered, 1);
    ck_assert_int_eq(pthread_create(&t, NULL, stop_it, &w), 0);
    gate_await(&w.closed, 1); /* that of the other, which is cut */
    gate_open(&w.work);
    pthread_join(t, NULL);
    gate_await(&w.freed, 2);
    ck_assert_int_eq(w.closed.entered, 2);
    ck_assert_int_eq(atomic_load(&w.code), 1001);
    wire_close(&c);
    wire_close(&d);
    hearth_app_free(w.app);
}
END_TEST

/* ---- rooms ----------------------------------------------------------------------------------------- */

static void count_socket(hearth_ws *ws, void *arg)
{
    (void)hearth_ws_text(ws, "counted");
    ++*(int *)arg;
}

START_TEST(a_room_hears_what_one_says)
{
    enum { N = 20 };
    wire c[N];
    int n = 0;
    world w;

    begin(&w, 2);
    for (int i = 0; i < N; i++)
        c[i] = ws_open(w.port, "/rooms");
    gate_await(&w.opened, N);
    ck_assert_uint_eq(hearth_room_count(w.app, "all"), N);
    ck_assert_uint_eq(hearth_room_count(w.app, NULL), N);
    ck_assert_uint_eq(hearth_room_count(w.app, "none"), 0);
    ws_say(&c[3], "hello");
    for (int i = 0; i < N; i++) {
        if (i != 3)
            ws_expect_text(&c[i], "hello");
    }
    ck_assert_int_eq(hearth_broadcast(w.app, "all", (hearth_str){"news", 4}), 0);
    ck_assert_int_eq(hearth_broadcast(w.app, "none", (hearth_str){"lost", 4}), 0);
    ck_assert_int_eq(hearth_broadcast(w.app, "all", (hearth_str){"\xFF", 1}),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth_broadcast_binary(w.app, NULL, "b", 1), 0);
    ck_assert_int_eq(hearth_room_each(w.app, "all", count_socket, &n), 0);
    ck_assert_int_eq(n, N);
    for (int i = 0; i < N; i++) {
        ws_expect_text(&c[i], "news");
        ws_expect(&c[i], WS_FIN | WS_BIN, "b");
        ws_expect_text(&c[i], "counted");
        wire_close(&c[i]);
    }
    gate_await(&w.freed, N);
    ck_assert_uint_eq(hearth_room_count(w.app, NULL), 0);
    ck_assert_int_eq(atomic_load(&w.joined), N);
    ck_assert_int_eq(atomic_load(&w.left), N);
    finish(&w);
}
END_TEST

START_TEST(nobody_is_there_before_the_start)
{
    hearth_app *app = hearth_app_new(NULL);

    ck_assert_uint_eq(hearth_room_count(app, "all"), 0);
    ck_assert_int_eq(hearth_broadcast(app, "all", (hearth_str){"x", 1}), 0);
    ck_assert_int_eq(hearth_websocket(app, "/x", NULL), HEARTH_EINVAL);
    hearth_app_free(app);
}
END_TEST

#define COUNT(a) (int)(sizeof(a) / sizeof *(a))

SUITE("wire/ws",
      TEST(long_messages_go_out_compressed_to_who_can_read_them)
          LOOP(a_handshake_is_answered, 0, COUNT(askings)) TEST(
              a_refusal_has_the_body_of_accept) TEST(only_an_offered_protocol_is_spoken)
              LOOP(frames_may_come_with_the_handshake, 0,
                   3) LOOP(pings_are_answered_between_fragments, 0,
                           3) LOOP(messages_of_every_size_come_back, 0,
                                   3) LOOP(fragments_over_the_limit_are_1009, 0, 2)
                  LOOP(it_does_not_matter_how_bytes_are_cut, 0,
                       30) LOOP(code_and_reason_pass_both_ways, 0,
                                3) LOOP(a_client_that_vanishes_is_1006_once, 0,
                                        9) TEST(a_silent_client_is_asked_and_given_up)
                      TEST(a_client_that_does_not_answer_a_close_is_given_up)
                          TEST(a_client_that_does_not_read_is_1013)
                              LOOP(a_stop_waits_for_the_answers, 0,
                                   3) LOOP(a_stop_cuts_who_does_not_answer, 0, 3)
                                  TEST(callbacks_of_a_socket_come_one_at_a_time)
                                      LOOP(a_client_may_vanish_while_a_worker_is_busy, 0,
                                           2) TEST(a_stop_may_come_while_a_worker_is_busy)
                                          TEST(a_room_hears_what_one_says)
                                              TEST(nobody_is_there_before_the_start))
