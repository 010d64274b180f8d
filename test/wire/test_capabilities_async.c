/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What programmers who come from asynchronous servers expect (ASGI asks it of its), one test
 * for each row, over real sockets.
 *
 *   h1   one context a request, told whole           test_capabilities.c, g2
 *   h2   fields in order, also those that repeat
 *   h3   a body as it comes, at the handler's speed  test_bodies.c, test_drip.c
 *   h4   nothing is sent before there is something   test_stream.c
 *   h5   a slow reader slows its source down         test_stream.c, test_ndjson.c
 *   h6   who goes is noticed, and nobody complains   test_async.c, in every manner
 *   h7   the framing is the library's
 *   h8   ten thousand wait without a thread
 *   h9   long polling loses nothing                  test_topic.c
 *   h10  server-sent events                          test_sse.c; browsers: test/browser
 *   h11  a handshake is accepted or refused          test_ws.c
 *   h12  only an offered protocol is spoken
 *   h13  messages, limits and codes                  test_ws.c, all of RFC 6455
 *   h14  a socket ends once, and is told why
 *   h15  start and stop                              test_signals.c, signals
 *   h16  hooks run once, reactors or not
 *   h17  work after the answer                       test_tasks.c
 *   h18  trailers for who asked                      test_stream.c
 *   h20  parts of files without a copy               test_files.c; g11 looks at the kernel
 *   h24  structs may be of another version
 *   h25  one worker is enough
 *   h26  what comes out of turn is told              ../http/test_capabilities.c
 *
 * h19 and h21 to h23 speak of TLS and HTTP/2.
 */

#include "gate.h"
#include "suite.h"
#include "ws_wire.h"

#include <fcntl.h>
#include <hearth.h>
#include <hearth/client.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB       (1024u * 1024u)
#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

static const hearth_app_opts quiet = {.log = {.level = HEARTH_LOG_OFF}};

static hearth_app *serve(const hearth_app_opts *a, const hearth_route *routes)
{
    hearth_app *app = hearth_app_new(a);

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    return app;
}

/* A client over the wire whatever the environment says. */
static hearth_client *client_of(hearth_app *app)
{
    ck_assert_int_eq(setenv("HEARTH_TEST_WIRE", "1", 1), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

static int hello(hearth_ctx *c)
{
    return hearth_text(c, 200, "hello");
}

static void check_body(wire *w, const char *request, const char *body)
{
    wire_reply r = {0};

    ck_assert_msg(wire_ask(w, request, &r), "no answer to %s", request);
    ck_assert_msg(r.status == 200, "%s", r.head);
    ck_assert_str_eq(r.body, body);
    wire_reply_clear(&r);
}

static size_t resident(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    unsigned long all = 0, here = 0;

    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fscanf(f, "%lu %lu", &all, &here), 2);
    fclose(f);
    return here * (size_t)sysconf(_SC_PAGESIZE);
}

static void await(atomic_int *n, int value)
{
    while (atomic_load(n) < value)
        sched_yield();
}

static void *stop_app(void *app)
{
    ck_assert_int_eq(hearth_app_stop(app), 0);
    return NULL;
}

/* ---- h1, h2 ----------------------------------------------------------------------------- */

static int scope(hearth_ctx *c)
{
    char *mine = hearth_alloc(c, 8);

    ck_assert_ptr_nonnull(mine);
    ck_assert_str_eq(mine, ""); /* nothing of the request before */
    memcpy(mine, "taken", 6);
    return hearth_textf(c, 200, "%s|%s|%s|%s|%s|%s|%s|%s", hearth_method(c),
                        hearth_scheme(c), hearth_path(c), hearth_target(c),
                        hearth_param(c, "rest"), hearth_host(c), hearth_peer(c),
                        (const char *)hearth_state(c));
}

static int fields(hearth_ctx *c)
{
    char text[1024] = "";
    const char *name, *value;

    for (size_t i = 0; hearth_header_at(c, i, &name, &value); i++) {
        size_t n = strlen(text);

        snprintf(text + n, sizeof text - n, "%s=%s;", name, value);
    }
    return hearth_textf(c, 200, "%s a=%s b=%s", text, hearth_cookie(c, "a"),
                        hearth_cookie(c, "b"));
}

START_TEST(h1_each_request_of_a_connection_has_a_context_of_its_own)
{
    static const hearth_route routes[] = {HEARTH_GET("/app/{rest:path}", scope),
                                          HEARTH_END};
    static char state[] = "state";
    hearth_app_opts o = quiet;

    o.state = state;
    hearth_app *app = serve(&o, routes);
    wire w = wire_open(wire_start(app, NULL));

    for (int i = 0; i < 3; i++) {
        check_body(
            &w, GET("/app/a%20b/%C3%A4?q=%2F&q=2"),
            "GET|http|/app/a b/\xc3\xa4|/app/a%20b/%C3%A4?q=%2F&q=2|a b/\xc3\xa4|x|"
            "127.0.0.1|state");
        check_body(&w, GET("/app/other"),
                   "GET|http|/app/other|/app/other|other|x|127.0.0.1|state");
    }
    wire_close(&w);
    wire_stop(app);
}
END_TEST

START_TEST(h2_fields_come_in_order_and_repeat)
{
    static const hearth_route routes[] = {HEARTH_GET("/", fields), HEARTH_END};
    hearth_app *app = serve(&quiet, routes);
    wire w = wire_open(wire_start(app, NULL));

    check_body(&w,
               "GET / HTTP/1.1\r\nHost: x\r\nX-B: 1\r\nX-A: 2\r\nx-b: 3\r\n"
               "Cookie: a=1; b=2\r\nX-B: 4\r\n\r\n",
               "Host=x;X-B=1;X-A=2;x-b=3;Cookie=a=1; b=2;X-B=4; a=1 b=2");
    wire_close(&w);
    wire_stop(app);
}
END_TEST

/* ---- h3 --------------------------------------------------------------------------------- */

#define UPLOAD (48u * MIB)
#define AHEAD  (16u * MIB) /* buffers of the kernel's on both sides */

static gate piece_gate = GATE_INIT;
static atomic_size_t pieces, most_piece;

static int take_piece(void *self, hearth_ctx *c, const void *p, size_t n)
{
    (void)c;
    (void)p;
    *(size_t *)self += n;
    atomic_fetch_add(&pieces, 1);
    if (n > atomic_load(&most_piece))
        atomic_store(&most_piece, n);
    gate_pass(&piece_gate);
    return 0;
}

static const hearth_body_ops pieces_of = {.name = "pieces",
                                          .size = sizeof(size_t),
                                          .data = take_piece};

static int how_much(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%zu", *(size_t *)hearth_body_state(c));
}

/* Until the server does not take more, or all is sent. */
static size_t push(wire *w, size_t left)
{
    static char much[65536];
    struct pollfd p = {.fd = w->fd, .events = POLLOUT};
    size_t sent = 0;

    while (sent < left && poll(&p, 1, 500) > 0) {
        ssize_t n =
            send(w->fd, much, left - sent < sizeof much ? left - sent : sizeof much,
                 MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n > 0)
            sent += (size_t)n;
    }
    return sent;
}

START_TEST(h3_a_body_comes_in_pieces_at_the_speed_of_the_handler)
{
    static const hearth_route routes[] = {HEARTH_POST("/", how_much, .body = &pieces_of,
                                                      .max_body = UPLOAD),
                                          HEARTH_END};
    hearth_app *app = serve(&quiet, routes);
    wire w = wire_open(wire_start(app, NULL));
    wire_reply r = {0};
    char text[128];

    snprintf(text, sizeof text,
             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %u\r\n\r\n", UPLOAD);
    wire_send(&w, text);
    size_t before = resident(), sent = push(&w, UPLOAD);

    ck_assert_msg(sent < AHEAD, "%zu bytes were taken that nobody has asked for", sent);
    gate_open(&piece_gate);
    while (sent < UPLOAD)
        sent += push(&w, UPLOAD - sent);
    ck_assert(wire_read(&w, &r));
    ck_assert_int_eq(r.status, 200);
    ck_assert_uint_eq(strtoul(r.body, NULL, 10), UPLOAD);
    ck_assert_uint_gt(atomic_load(&pieces), UPLOAD / MIB);
    ck_assert_uint_lt(atomic_load(&most_piece), MIB);
    ck_assert_uint_lt(resident(), before + (SANITIZED ? 64u : 16u) * MIB);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_stop(app);
}
END_TEST

/* ---- h4, h5 ------------------------------------------------------------------------------- */

static gate first_gate = GATE_INIT;
static atomic_size_t made;

static ptrdiff_t first_fails(void *arg, char *buf, size_t max)
{
    (void)arg;
    (void)buf;
    (void)max;
    gate_pass(&first_gate);
    return HEARTH_ECONFLICT;
}

static int failing_stream(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "X-Stream", "1"));
    return hearth_stream(c, 200, "text/csv", first_fails, NULL);
}

static ptrdiff_t make_much(void *arg, char *buf, size_t max)
{
    size_t *left = arg, n = *left < max ? *left : max;

    memset(buf, 'x', n);
    *left -= n;
    atomic_fetch_add(&made, n);
    return (ptrdiff_t)n;
}

static int much(hearth_ctx *c)
{
    size_t *left = HEARTH_NEW(c, size_t);

    ck_assert_ptr_nonnull(left);
    *left = UPLOAD;
    return hearth_stream(c, 200, "text/plain", make_much, left);
}

START_TEST(h4_nothing_is_sent_before_the_first_block)
{
    static const hearth_route routes[] = {HEARTH_GET("/", failing_stream,
                                                     .run = HEARTH_WORKER),
                                          HEARTH_END};
    hearth_app *app = serve(&quiet, routes);
    wire w = wire_open(wire_start(app, NULL));
    wire_reply r = {0};
    char type[128];

    wire_send(&w, GET("/"));
    gate_await(&first_gate, 1); /* the handler has returned 200 and a type */
    gate_open(&first_gate);
    ck_assert(wire_read(&w, &r));
    ck_assert_int_eq(r.status, 409);
    ck_assert_ptr_nonnull(wire_field(&r, "Content-Type", type, sizeof type));
    ck_assert_str_ne(type, "text/csv");
    wire_reply_clear(&r);
    wire_close(&w);
    wire_stop(app);
}
END_TEST

START_TEST(h5_a_reader_that_stops_stops_the_source)
{
    static const hearth_route routes[] = {HEARTH_GET("/w", much, .run = HEARTH_WORKER),
                                          HEARTH_GET("/i", much, .run = HEARTH_INLINE),
                                          HEARTH_GET("/", hello), HEARTH_END};
    static char piece[65536];
    hearth_app *app = serve(&quiet, routes);
    int port = wire_start(app, NULL);
    wire w = wire_open(port), other = wire_open(port);
    size_t got = 0, last;
    ssize_t n;

    wire_send(&w, _i == 0 ? GET("/w") : GET("/i"));
    ck_assert(wire_more(&w));
    got = w.len;
    /* It makes no more when it has filled what lies in between. */
    do {
        last = atomic_load(&made);
        for (int i = 0; i < 20; i++)
            check_body(&other, GET("/"), "hello");
    } while (atomic_load(&made) > last);
    ck_assert_uint_lt(last, AHEAD);
    while (got < UPLOAD && (n = recv(w.fd, piece, sizeof piece, 0)) > 0) {
        got += (size_t)n;
        ck_assert_uint_lt(atomic_load(&made), got + AHEAD);
    }
    ck_assert_uint_ge(got, UPLOAD);
    wire_close(&w);
    wire_close(&other);
    wire_stop(app);
}
END_TEST

/* ---- h6 ----------------------------------------------------------------------------------- */

typedef struct waiting {
    hearth_later *later;
    gate here; /* open */
    atomic_int cancels, defers, errors;
} waiting;

static waiting polled = {.here = GATE_INIT};

static void count(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

static int poll_long(hearth_ctx *c)
{
    polled.later = hearth_suspend(c, 600000);
    HEARTH_TRY(hearth_on_cancel(c, count, &polled.cancels));
    HEARTH_TRY(hearth_defer(c, count, &polled.defers));
    gate_pass(&polled.here);
    return HEARTH_PENDING;
}

static void count_errors(void *self, hearth_log_level level, hearth_str lines)
{
    (void)lines;
    if (level >= HEARTH_LOG_WARN)
        atomic_fetch_add((atomic_int *)self, 1);
}

static const hearth_log_ops errors_only = {.name = "errors", .write = count_errors};

START_TEST(h6_a_client_that_goes_is_noticed_and_nobody_complains)
{
    static const hearth_route routes[] = {HEARTH_GET("/", poll_long,
                                                     .run = HEARTH_INLINE),
                                          HEARTH_END};
    hearth_app *app =
        serve(&(hearth_app_opts){.log = {.ops = &errors_only, .self = &polled.errors}},
              routes);
    int port = wire_start(app, NULL);

    polled.here.open = true;
    for (int i = 1; i <= 20; i++) {
        wire w = wire_open(port);

        wire_send(&w, GET("/"));
        gate_await(&polled.here, i);
        i % 2 == 0 ? wire_reset(&w) : wire_close(&w);
        await(&polled.cancels, i); /* nobody had to ask */
        ck_assert_int_eq(hearth_resume(polled.later, hello, NULL), HEARTH_ECANCELED);
        await(&polled.defers, i);
    }
    wire_stop(app);
    ck_assert_int_eq(atomic_load(&polled.errors), 0);
}
END_TEST

/* ---- h7 ----------------------------------------------------------------------------------- */

static int own_framing(hearth_ctx *c)
{
    static const char *const names[] = {"Transfer-Encoding",
                                        "Content-Length",
                                        "Connection",
                                        "Keep-Alive",
                                        "Upgrade",
                                        "TE",
                                        "Trailer"};
    size_t *left = HEARTH_NEW(c, size_t);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_msg(hearth_set_header(c, names[i], "5") == HEARTH_EINVAL, "%s",
                      names[i]);
    ck_assert_ptr_nonnull(left);
    *left = 5;
    return hearth_stream(c, 200, "text/plain", make_much, left);
}

START_TEST(h7_the_framing_is_the_library_s)
{
    static const hearth_route routes[] = {HEARTH_GET("/", own_framing),
                                          HEARTH_GET("/hello", hello), HEARTH_END};
    hearth_app *app = serve(&quiet, routes);
    wire w = wire_open(wire_start(app, NULL));

    check_body(&w, GET("/"), "xxxxx");
    check_body(&w, GET("/hello"), "hello");
    wire_close(&w);
    wire_stop(app);
}
END_TEST

/* ---- h8 ----------------------------------------------------------------------------------- */

#define CROWD   (SANITIZED ? 500 : 10000)
#define PER_ONE 8192

typedef struct crowd {
    hearth_topic *topic;
    atomic_int waits;
} crowd;

static int wait_for_all(hearth_ctx *c)
{
    crowd *k = hearth_state(c);

    atomic_fetch_add(&k->waits, 1);
    return hearth_topic_wait(c, k->topic, 0, 600000, hello, NULL);
}

/* Two descriptors for each, and some for the rest. */
static int room_for(int n)
{
    struct rlimit files;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    return files.rlim_max == RLIM_INFINITY || files.rlim_max > 2u * (unsigned)n + 100
               ? n
               : ((int)files.rlim_max - 100) / 2;
}

START_TEST(h8_ten_thousand_wait_without_a_thread_and_one_event_wakes_them)
{
    static const hearth_route routes[] = {HEARTH_GET("/wait", wait_for_all,
                                                     .run = HEARTH_INLINE),
                                          HEARTH_GET("/", hello, .run = HEARTH_INLINE),
                                          HEARTH_END};
    crowd k = {.topic = hearth_topic_new()};
    hearth_app_opts a = quiet;
    hearth_run_opts o = wire_opts();
    int n = room_for(CROWD);
    wire *w = calloc((size_t)n, sizeof *w);
    wire_reply r = {0};

    a.state = &k;
    o.max_connections = 30000;
    o.max_per_address = HEARTH_UNLIMITED;
    hearth_app *app = serve(&a, routes);
    int port = wire_start(app, &o);

    for (int i = 0; i < n; i++) {
        w[i] = wire_open(port);
        check_body(&w[i], GET("/"), "hello");
    }
    size_t idle = resident();

    for (int i = 0; i < n; i++)
        wire_send(&w[i], GET("/wait"));
    await(&k.waits, n);
    wire other = wire_open(port);

    check_body(&other, GET("/"), "hello");
    size_t waits = resident();

    ck_assert_msg(SANITIZED || waits < idle + (size_t)n * PER_ONE,
                  "%d that wait cost %zu bytes each", n, (waits - idle) / (size_t)n);
    hearth_topic_publish(k.topic);
    for (int i = 0; i < n; i++) {
        ck_assert(wire_read(&w[i], &r));
        ck_assert_str_eq(r.body, "hello");
        wire_close(&w[i]);
    }
    wire_reply_clear(&r);
    wire_close(&other);
    wire_stop(app);
    hearth_topic_free(k.topic);
    free(w);
}
END_TEST

/* ---- h9 ----------------------------------------------------------------------------------- */

static int version(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%llu",
                        (unsigned long long)hearth_topic_version(
                            ((crowd *)hearth_state(c))->topic));
}

static int subscribe(hearth_ctx *c)
{
    int64_t seen, ms;

    HEARTH_TRY(hearth_query_int(c, "seen", 0, &seen));
    HEARTH_TRY(hearth_query_int(c, "ms", 60000, &ms));
    return hearth_topic_wait(c, ((crowd *)hearth_state(c))->topic, (uint64_t)seen,
                             (int)ms, version, NULL);
}

static int publish(hearth_ctx *c)
{
    hearth_topic_publish(((crowd *)hearth_state(c))->topic);
    return 204;
}

#define ROUNDS 300

START_TEST(h9_a_subscriber_misses_nothing_however_it_races)
{
    static const hearth_route routes[] = {HEARTH_GET("/subscribe", subscribe),
                                          HEARTH_POST("/publish", publish), HEARTH_END};
    crowd k = {.topic = hearth_topic_new()};
    hearth_app_opts a = quiet;
    wire_reply r = {0}, done = {0};
    char request[128], want[16];

    a.state = &k;
    hearth_app *app = serve(&a, routes);
    int port = wire_start(app, NULL);
    wire sub = wire_open(port), pub = wire_open(port);

    for (int i = 0; i < ROUNDS; i++) {
        snprintf(request, sizeof request, GET("/subscribe?seen=%d"), i);
        if (i % 2 == 0)
            wire_send(&sub, request);
        wire_send(&pub, "POST /publish HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        if (i % 2 == 1)
            wire_send(&sub, request);
        ck_assert(wire_read(&sub, &r));
        snprintf(want, sizeof want, "%d", i + 1);
        ck_assert_str_eq(r.body, want);
        ck_assert(wire_read(&pub, &done));
        ck_assert_int_eq(done.status, 204);
    }
    snprintf(request, sizeof request, GET("/subscribe?seen=%d&ms=1"), ROUNDS);
    ck_assert(wire_ask(&sub, request, &r));
    ck_assert_int_eq(r.status, 204);
    wire_reply_clear(&r);
    wire_reply_clear(&done);
    wire_close(&sub);
    wire_close(&pub);
    wire_stop(app);
    hearth_topic_free(k.topic);
}
END_TEST

/* ---- h10 ---------------------------------------------------------------------------------- */

static int listen_to(hearth_ctx *c)
{
    return hearth_events_stream(c, hearth_state(c));
}

static void send_event(hearth_events *ch, const char *data)
{
    ck_assert_int_eq(hearth_events_send(ch, &(hearth_event){.data = data}), 0);
}

static void expect_event(hearth_events_peer *p, const char *data)
{
    const hearth_event *e = hearth_events_peer_next(p);

    ck_assert_msg(e != NULL, "nothing, not \"%s\"", data);
    ck_assert_str_eq(e->data, data);
}

START_TEST(h10_events_are_replayed_to_who_comes_back_and_silence_is_filled)
{
    static const hearth_route routes[] = {HEARTH_GET("/", listen_to,
                                                     .run = HEARTH_INLINE),
                                          HEARTH_END};
    hearth_events *ch = hearth_events_new(NULL, NULL);
    hearth_app_opts a = quiet;

    a.state = ch;
    hearth_client *t = client_of(serve(&a, routes));
    hearth_events_peer *p = hearth_client_events(t, NULL);

    ck_assert_int_eq(hearth_events_peer_answer(p)->status, 200);
    send_event(ch, "one");
    expect_event(p, "one");
    hearth_events_peer_deaf(p, true);
    send_event(ch, "two");
    send_event(ch, "three");
    ck_assert_int_eq(hearth_events_peer_again(p), 0);
    hearth_events_peer_deaf(p, false);
    expect_event(p, "two");
    expect_event(p, "three");
    size_t before = hearth_events_peer_comments(p);

    hearth_client_advance(t, 15100);
    send_event(ch, "four");
    expect_event(p, "four");
    ck_assert_uint_gt(hearth_events_peer_comments(p), before);
    hearth_client_free(t);
    hearth_events_free(ch);
}
END_TEST

/* ---- h11 to h14 ----------------------------------------------------------------------------- */

typedef struct sockets {
    gate closed; /* open */
    atomic_int code, states;
    pthread_mutex_t lock; /* of reason */
    char reason[128];
} sockets;

static void forget(void *arg)
{
    atomic_fetch_add(&((sockets *)arg)->states, 1);
}

/* ?as=401 and so on. */
static int let_in(hearth_ctx *c)
{
    int64_t as;

    HEARTH_TRY(hearth_query_int(c, "as", 0, &as));
    HEARTH_TRY(hearth_set_cookie(c, "seen", "1", NULL));
    if (as == 401)
        return hearth_text(c, 401, "who are you?");
    if (as != 0)
        return (int)as;
    return hearth_ws_set_state(c, hearth_state(c), forget);
}

static void answer(hearth_ws *ws, hearth_str msg, bool text)
{
    if (!text)
        (void)hearth_ws_binary(ws, msg.ptr, msg.len);
    else if (strcmp(msg.ptr, "bye") == 0)
        (void)hearth_ws_close(ws, 4001, "as you wish");
    else if (strcmp(msg.ptr, "which?") == 0)
        (void)hearth_ws_text(ws, hearth_ws_protocol(ws) == NULL ? "none"
                                                                : hearth_ws_protocol(ws));
    else
        (void)hearth_ws_send(ws, msg);
}

static void on_end(hearth_ws *ws, int code, hearth_str reason)
{
    sockets *s = hearth_ws_state(ws);

    atomic_store(&s->code, code);
    pthread_mutex_lock(&s->lock); /* sockets end on several reactors */
    snprintf(s->reason, sizeof s->reason, "%s", reason.ptr);
    pthread_mutex_unlock(&s->lock);
    gate_pass(&s->closed);
}

static const char *const spoken[] = {"b", "c", NULL};
static const hearth_ws_ops chat = {.accept = let_in,
                                   .message = answer,
                                   .close = on_end,
                                   .protocols = spoken,
                                   .max_message = 1000};
static const hearth_route ws_routes[] = {HEARTH_WEBSOCKET("/ws", &chat), HEARTH_END};

static hearth_client *ws_client(sockets *s)
{
    hearth_app_opts a = quiet;

    *s = (sockets){.closed = GATE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};
    s->closed.open = true;
    a.state = s;
    return client_of(serve(&a, ws_routes));
}

static hearth_ws_peer *dial(hearth_client *t, const char *target, const char *field)
{
    const char *const headers[] = {field, NULL};

    return hearth_client_ws(t, &(hearth_call){.target = target, .headers = headers});
}

static void expect_said(hearth_ws_peer *p, hearth_ws_kind kind, const char *data,
                        int code)
{
    const hearth_ws_said *said = hearth_ws_peer_next(p);

    ck_assert_int_eq(said->kind, kind);
    ck_assert_str_eq(said->data.ptr, data);
    ck_assert_int_eq(said->code, code);
}

START_TEST(h11_a_handshake_is_accepted_or_refused_with_a_body)
{
    sockets s;
    hearth_client *t = ws_client(&s);
    hearth_ws_peer *p = dial(t, "/ws", NULL);

    ck_assert_int_eq(hearth_ws_peer_answer(p)->status, 101);
    ck_assert_ptr_nonnull(
        strstr(hearth_answer_header(hearth_ws_peer_answer(p), "Set-Cookie"), "seen=1"));
    p = dial(t, "/ws?as=401", NULL);
    ck_assert_int_eq(hearth_ws_peer_answer(p)->status, 401);
    ck_assert_str_eq(hearth_ws_peer_answer(p)->body.ptr, "who are you?");
    p = dial(t, "/ws?as=403", NULL);
    ck_assert_int_eq(hearth_ws_peer_answer(p)->status, 403);
    ck_assert_uint_gt(hearth_ws_peer_answer(p)->body.len, 0);
    hearth_client_free(t);
    ck_assert_int_eq(s.closed.entered, 1); /* of the one that was opened */
    ck_assert_int_eq(atomic_load(&s.states), 1);
}
END_TEST

START_TEST(h12_a_protocol_is_one_that_was_offered)
{
    static const struct {
        const char *offer, *chosen;
    } cases_of[] = {{"Sec-WebSocket-Protocol: a, b", "b"},
                    {"Sec-WebSocket-Protocol: c, b", "c"},
                    {"Sec-WebSocket-Protocol: a", "none"},
                    {NULL, "none"}};
    sockets s;
    hearth_client *t = ws_client(&s);

    for (int i = 0; i < 4; i++) {
        hearth_ws_peer *p = dial(t, "/ws", cases_of[i].offer);
        const char *told =
            hearth_answer_header(hearth_ws_peer_answer(p), "Sec-WebSocket-Protocol");

        ck_assert_str_eq(told == NULL ? "none" : told, cases_of[i].chosen);
        ck_assert_int_eq(hearth_ws_peer_text(p, "which?"), 0);
        expect_said(p, HEARTH_WS_TEXT, cases_of[i].chosen, 0);
    }
    hearth_client_free(t);
}
END_TEST

/* What is sent, and with which code that ends. */
static const struct {
    const char *bytes;
    size_t n;
    int code;
} ends[] = {
    {"\x88\x80\0\0\0\0", 6, 1005},          {"\x88\x82\0\0\0\0\x03\xE8", 8, 1000},
    {"\x81\x82\0\0\0\0\xC3\x28", 8, 1007},  {"\x81\x01x", 3, 1002},
    {"\x82\xFE\x03\xE9\0\0\0\0x", 9, 1009},
};

START_TEST(h13_messages_come_whole_and_codes_pass_both_ways)
{
    sockets s;
    hearth_client *t = ws_client(&s);
    hearth_ws_peer *p = dial(t, "/ws", NULL);
    int n = 0;

    ck_assert_int_eq(hearth_ws_peer_bytes(p, "\x01\x82\0\0\0\0he\x80\x83\0\0\0\0llo", 17),
                     0);
    expect_said(p, HEARTH_WS_TEXT, "hello", 0);
    ck_assert_int_eq(hearth_ws_peer_binary(p, "\xFF", 1), 0);
    expect_said(p, HEARTH_WS_BINARY, "\xFF", 0);
    ck_assert_int_eq(hearth_ws_peer_ping(p, "there?"), 0);
    expect_said(p, HEARTH_WS_PONG, "there?", 0);
    ck_assert_int_eq(hearth_ws_peer_text(p, "bye"), 0);
    expect_said(p, HEARTH_WS_CLOSE, "as you wish", 4001);
    gate_await(&s.closed, ++n);
    ck_assert_int_eq(atomic_load(&s.code), 4001);
    p = dial(t, "/ws", NULL);
    ck_assert_int_eq(hearth_ws_peer_close(p, 3999, "my own"), 0);
    expect_said(p, HEARTH_WS_CLOSE, "", 3999);
    gate_await(&s.closed, ++n);
    pthread_mutex_lock(&s.lock);
    ck_assert_str_eq(s.reason, "my own");
    pthread_mutex_unlock(&s.lock);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        p = dial(t, "/ws", NULL);
        ck_assert_int_eq(hearth_ws_peer_bytes(p, ends[i].bytes, ends[i].n), 0);
        expect_said(p, HEARTH_WS_CLOSE, "", ends[i].code);
        gate_await(&s.closed, ++n);
        ck_assert_int_eq(atomic_load(&s.code), ends[i].code);
    }
    (void)dial(t, "/ws", NULL);
    hearth_client_free(t); /* going away */
    ck_assert_int_eq(s.closed.entered, n + 1);
    ck_assert_int_eq(atomic_load(&s.states), n + 1);
}
END_TEST

START_TEST(h13_a_server_that_goes_away_says_1001)
{
    sockets s = {.closed = GATE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};
    hearth_app_opts a = quiet;

    s.closed.open = true;
    a.state = &s;
    hearth_app *app = serve(&a, ws_routes);
    wire w = ws_open(wire_start(app, NULL), "/ws");
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, stop_app, app), 0);
    ws_expect_close(&w, 1001);
    ws_put_close(&w, 1001, "");
    ck_assert(wire_closed(&w));
    pthread_join(thread, NULL);
    ck_assert_int_eq(atomic_load(&s.code), 1001);
    wire_close(&w);
    hearth_app_free(app);
}
END_TEST

START_TEST(h14_a_client_that_is_killed_or_asleep_is_told_once)
{
    sockets s;
    hearth_client *t = ws_client(&s);
    hearth_ws_peer *p = dial(t, "/ws", NULL), *sleeper = dial(t, "/ws", NULL);

    ck_assert_int_eq(hearth_ws_peer_text(p, "hello"), 0);
    expect_said(p, HEARTH_WS_TEXT, "hello", 0);
    hearth_ws_peer_free(p); /* as the kernel does for a process that is killed */
    gate_await(&s.closed, 1);
    ck_assert_int_eq(atomic_load(&s.code), 1006);
    hearth_ws_peer_deaf(sleeper, true);
    hearth_client_advance(t, 30100);
    hearth_client_advance(t, 30100);
    gate_await(&s.closed, 2);
    ck_assert_int_eq(atomic_load(&s.code), 1006);
    hearth_client_free(t);
    ck_assert_int_eq(s.closed.entered, 2);
    ck_assert_int_eq(atomic_load(&s.states), 2);
}
END_TEST

/* ---- h15, h16 ------------------------------------------------------------------------------- */

/* A port that nobody has, for now. */
static int free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &n), 0);
    close(fd);
    return ntohs(at.sin_port);
}

static bool is_open(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool open;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    open = connect(fd, (struct sockaddr *)&at, sizeof at) == 0;
    close(fd);
    return open;
}

typedef struct life {
    int port;
    bool fails;
    atomic_int starts, stops;
    bool was_open;
    gate slow; /* a request in flight */
} life;

static int on_start(hearth_app *app, void *arg, hearth_error *err)
{
    life *l = arg;

    (void)app;
    atomic_fetch_add(&l->starts, 1);
    l->was_open = is_open(l->port);
    if (!l->fails)
        return 0;
    snprintf(err->text, sizeof err->text, "the coffee is out");
    return HEARTH_EUNAVAILABLE;
}

static void on_stop(hearth_app *app, void *arg)
{
    (void)app;
    atomic_fetch_add(&((life *)arg)->stops, 1);
}

static int slow(hearth_ctx *c)
{
    gate_pass(&((life *)hearth_state(c))->slow);
    return hearth_text(c, 200, "finished");
}

static const hearth_route life_routes[] = {HEARTH_GET("/slow", slow,
                                                      .run = HEARTH_WORKER),
                                           HEARTH_GET("/", hello), HEARTH_END};

static hearth_app *living(life *l)
{
    hearth_app_opts a = quiet;

    a.state = l;
    hearth_app *app = serve(&a, life_routes);

    ck_assert_int_eq(hearth_on_start(app, on_start, l), 0);
    ck_assert_int_eq(hearth_on_stop(app, on_stop, l), 0);
    return app;
}

/* The program ends as a program does: its exit code, and what it says. */
START_TEST(h15_a_start_that_fails_opens_no_port_and_exits_with_a_code)
{
    life l = {.port = free_port(), .fails = true};
    int status, ends_of[2];
    char said[4096];
    size_t n = 0;
    ssize_t got;

    ck_assert_int_eq(pipe(ends_of), 0);
    pid_t pid = fork();

    if (pid == 0) {
        char port[16], name[] = "program", *args[] = {name, NULL};

        snprintf(port, sizeof port, "%d", l.port);
        setenv("HEARTH_PORT", port, 1);
        dup2(ends_of[1], STDERR_FILENO);
        close(ends_of[0]);
        hearth_app *app = hearth_app_new(NULL);

        if (hearth_on_start(app, on_start, &l) != 0)
            _exit(99);
        status = hearth_app_main(app, 1, args);
        _exit(l.was_open || atomic_load(&l.starts) != 1 ? 98 : status);
    }
    close(ends_of[1]);
    while ((got = read(ends_of[0], said + n, sizeof said - 1 - n)) > 0)
        n += (size_t)got;
    said[n] = '\0';
    close(ends_of[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_msg(WEXITSTATUS(status) == 1, "%d: %s", WEXITSTATUS(status), said);
    ck_assert_ptr_nonnull(strstr(said, "the coffee is out"));
    ck_assert(!is_open(l.port));
}
END_TEST

START_TEST(h15_a_start_is_complete_before_the_port_and_a_stop_finishes_what_is_in_flight)
{
    life l = {.port = free_port(), .slow = GATE_INIT};
    hearth_app *app = living(&l);
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    pthread_t thread;

    o.port = l.port;
    o.drain_ms = 60000;
    int port = wire_start(app, &o);

    ck_assert(!l.was_open);
    ck_assert(is_open(port));
    wire w = wire_open(port);

    wire_send(&w, GET("/slow"));
    gate_await(&l.slow, 1);
    ck_assert_int_eq(pthread_create(&thread, NULL, stop_app, app), 0);
    while (is_open(port)) /* new ones are refused */
        sched_yield();
    ck_assert_int_eq(atomic_load(&l.stops), 0);
    gate_open(&l.slow);
    ck_assert(wire_read(&w, &r));
    ck_assert_str_eq(r.body, "finished");
    pthread_join(thread, NULL);
    ck_assert_int_eq(atomic_load(&l.stops), 1);
    wire_reply_clear(&r);
    wire_close(&w);
    hearth_app_free(app);
}
END_TEST

START_TEST(h16_hooks_run_once_however_many_reactors_there_are)
{
    life l = {.port = free_port()};
    hearth_app *app = living(&l);
    hearth_run_opts o = wire_opts();

    o.threads = 4;
    for (int i = 1; i <= 3; i++) { /* and once more for each start */
        wire w = wire_open(wire_start(app, &o));

        check_body(&w, GET("/"), "hello");
        wire_close(&w);
        ck_assert_int_eq(hearth_app_stop(app), 0);
        ck_assert_int_eq(atomic_load(&l.starts), i);
        ck_assert_int_eq(atomic_load(&l.stops), i);
    }
    hearth_app_free(app);
}
END_TEST

/* ---- h17 ----------------------------------------------------------------------------------- */

typedef struct later_work {
    gate gate;
    char order[16];
    atomic_int failed, lost;
} later_work;

static void put(later_work *k, char what)
{
    k->order[strlen(k->order)] = what;
}

static int first_task(hearth_ctx *c, void *arg)
{
    later_work *k = arg;

    (void)c;
    gate_pass(&k->gate);
    put(k, '1');
    return 0;
}

static int failing_task(hearth_ctx *c, void *arg)
{
    (void)c;
    put(arg, '2');
    return HEARTH_ECONFLICT;
}

static int third_task(hearth_ctx *c, void *arg)
{
    (void)c;
    put(arg, '3');
    return 0;
}

static int with_tasks(hearth_ctx *c)
{
    later_work *k = hearth_state(c);

    HEARTH_TRY(hearth_after(c, first_task, k));
    HEARTH_TRY(hearth_after(c, failing_task, k));
    HEARTH_TRY(hearth_after(c, third_task, k));
    return hearth_text(c, 200, "answered");
}

static void look_for_failure(void *self, hearth_log_level level, hearth_str lines)
{
    later_work *k = self;

    if (level >= HEARTH_LOG_WARN && strstr(lines.ptr, "task") != NULL)
        atomic_fetch_add(&k->failed, 1);
}

static const hearth_log_ops failures = {.name = "failures", .write = look_for_failure};

START_TEST(h17_work_after_the_answer_holds_nobody_up_and_is_finished_at_the_stop)
{
    static const hearth_route routes[] = {HEARTH_GET("/", with_tasks),
                                          HEARTH_GET("/hello", hello), HEARTH_END};
    later_work k = {.gate = GATE_INIT};
    hearth_app *app =
        serve(&(hearth_app_opts){.state = &k, .log = {.ops = &failures, .self = &k}},
              routes);
    wire w = wire_open(wire_start(app, NULL));

    check_body(&w, GET("/"), "answered");
    gate_await(&k.gate, 1); /* it runs, and the connection is free */
    check_body(&w, GET("/hello"), "hello");
    ck_assert_str_eq(k.order, "");
    gate_open(&k.gate);
    ck_assert_int_eq(hearth_app_stop(app), 0);
    ck_assert_str_eq(k.order, "123");
    ck_assert_int_eq(atomic_load(&k.failed), 1);
    wire_close(&w);
    hearth_app_free(app);
}
END_TEST

/* ---- h18 ----------------------------------------------------------------------------------- */

static ptrdiff_t with_sum(void *arg, char *buf, size_t max)
{
    hearth_ctx *c = arg;

    if (atomic_exchange(&made, 1) == 1)
        return 0;
    ck_assert_int_eq(hearth_set_trailer(c, "X-Sum", "5"), 0);
    memcpy(buf, "hello", max < 5 ? max : 5);
    return 5;
}

static int trailing(hearth_ctx *c)
{
    static const char *const names[] = {"X-Sum", NULL};

    atomic_store(&made, 0);
    return hearth_stream_with(c, 200, "text/plain", with_sum, c,
                              &(hearth_stream_opts){.trailers = names});
}

START_TEST(h18_trailers_come_to_who_asked_for_them)
{
    static const hearth_route routes[] = {HEARTH_GET("/", trailing), HEARTH_END};
    static const char *const asks[] = {"", "TE: trailers\r\n"};
    hearth_app *app = serve(&quiet, routes);
    int port = wire_start(app, NULL);

    for (int i = 0; i < 2; i++) {
        wire w = wire_open(port);
        char request[128];
        bool declared, sent;

        snprintf(request, sizeof request,
                 "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", asks[i]);
        wire_send(&w, request);
        while (wire_more(&w))
            ;
        w.in = realloc(w.in, w.len + 1);
        w.in[w.len] = '\0';
        declared = strstr(w.in, "\r\nTrailer: X-Sum\r\n") != NULL;
        sent = strstr(w.in, "0\r\nX-Sum: 5\r\n\r\n") != NULL;
        ck_assert_msg(declared == (i == 1) && sent == (i == 1), "%s", w.in);
        wire_close(&w);
    }
    wire_stop(app);
}
END_TEST

/* ---- h20 ----------------------------------------------------------------------------------- */

static int part_of_file(hearth_ctx *c)
{
    return hearth_file(c, "/tmp", (const char *)hearth_state(c) + strlen("/tmp/"), NULL);
}

START_TEST(h20_parts_of_files_are_sent_from_where_they_lie)
{
    static const hearth_route routes[] = {HEARTH_GET("/file", part_of_file),
                                          HEARTH_GET("/", hello), HEARTH_END};
    char name[] = "/tmp/hearth-part-XXXXXX";
    int fd = mkstemp(name);
    hearth_app_opts a = quiet;
    wire_reply r = {0};

    ck_assert_int_ge(fd, 0);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(dprintf(fd, "%09d\n", i), 10);
    close(fd);
    a.state = name;
    hearth_app *app = serve(&a, routes);
    wire w = wire_open(wire_start(app, NULL));

    for (int i = 0; i < 5; i++) { /* between answers of other kinds */
        ck_assert(wire_ask(&w,
                           "GET /file HTTP/1.1\r\nHost: x\r\n"
                           "Range: bytes=5000-5019\r\n\r\n",
                           &r));
        ck_assert_int_eq(r.status, 206);
        ck_assert_str_eq(r.body, "000000500\n000000501\n");
        check_body(&w, GET("/"), "hello");
    }
    wire_reply_clear(&r);
    wire_close(&w);
    wire_stop(app);
    ck_assert_int_eq(unlink(name), 0);
}
END_TEST

/* ---- h24 ----------------------------------------------------------------------------------- */

/* A program that was built against a header with more fields, or fewer. */
START_TEST(h24_structs_of_another_version_are_read_as_far_as_they_are_known)
{
    struct {
        hearth_run_opts known;
        char unknown[64];
    } newer = {.known = wire_opts()};
    hearth_run_opts older = wire_opts();
    hearth_error err = {0};

    memset(newer.unknown, 0xFF, sizeof newer.unknown);
    older.write_ms = -7; /* behind what that program knows of */
    for (int i = 0; i < 2; i++) {
        static const hearth_route routes[] = {HEARTH_GET("/", hello), HEARTH_END};
        hearth_app *app = serve(&quiet, routes);
        int rc = i == 0
                     ? hearth_app_start_sized(app, &newer.known, sizeof newer, &err)
                     : hearth_app_start_sized(app, &older,
                                              offsetof(hearth_run_opts, write_ms), &err);

        wire_any_host(app);
        ck_assert_msg(rc == 0, "%s", err.text);
        wire_stop(app);
    }
    ck_assert_str_eq(hearth_version(), HEARTH_VERSION);
}
END_TEST

/* ---- h25 ----------------------------------------------------------------------------------- */

static void compute(void *arg)
{
    ++*(int *)arg;
}

/* On the one worker: hands work to it, is resumed by it, and again. */
static int to_and_fro(hearth_ctx *c)
{
    int *n = hearth_arg(c);

    if (n == NULL) {
        n = HEARTH_NEW(c, int);
        ck_assert_ptr_nonnull(n);
    }
    if (*n >= 6)
        return hearth_textf(c, 200, "%d", *n);
    if (*n % 2 == 0)
        return hearth_offload(c, compute, n, to_and_fro);
    ++*n;
    hearth_later *later = hearth_suspend(c, 60000);

    return hearth_resume(later, to_and_fro, n) == 0 ? HEARTH_PENDING : 500;
}

static void echo(hearth_ws *ws, hearth_str msg, bool text)
{
    (void)text;
    (void)hearth_ws_send(ws, msg);
}

static const hearth_ws_ops echo_ops = {.message = echo};

START_TEST(h25_one_worker_serves_blocking_and_waiting_handlers_without_a_deadlock)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/w", to_and_fro, .run = HEARTH_WORKER),
        HEARTH_GET("/i", to_and_fro, .run = HEARTH_INLINE), HEARTH_GET("/a", to_and_fro),
        HEARTH_WEBSOCKET("/ws", &echo_ops, .run = HEARTH_WORKER), HEARTH_END};
    static const char *const paths[] = {GET("/w"), GET("/i"), GET("/a")};
    hearth_app *app = serve(&quiet, routes);
    hearth_run_opts o = wire_opts();
    wire w[30], ws;
    wire_reply r = {0};

    o.workers = 1;
    int port = wire_start(app, &o);

    ws = ws_open(port, "/ws");
    for (int i = 0; i < 30; i++)
        w[i] = wire_open(port);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 30; i++)
            wire_send(&w[i], paths[i % 3]);
        ws_say(&ws, "among them");
        ws_expect_text(&ws, "among them");
        for (int i = 0; i < 30; i++) {
            ck_assert(wire_read(&w[i], &r));
            ck_assert_str_eq(r.body, "6");
        }
    }
    for (int i = 0; i < 30; i++)
        wire_close(&w[i]);
    wire_close(&ws);
    wire_reply_clear(&r);
    wire_stop(app);
}
END_TEST

SUITE(
    "wire/capabilities_async",
    TEST(h1_each_request_of_a_connection_has_a_context_of_its_own) TEST(
        h2_fields_come_in_order_and_repeat) TEST(h3_a_body_comes_in_pieces_at_the_speed_of_the_handler)
        TEST(h4_nothing_is_sent_before_the_first_block) LOOP(
            h5_a_reader_that_stops_stops_the_source, 0,
            2) TEST(h6_a_client_that_goes_is_noticed_and_nobody_complains)
            TEST(h7_the_framing_is_the_library_s) TEST(
                h8_ten_thousand_wait_without_a_thread_and_one_event_wakes_them)
                TEST(h9_a_subscriber_misses_nothing_however_it_races) TEST(
                    h10_events_are_replayed_to_who_comes_back_and_silence_is_filled)
                    TEST(h11_a_handshake_is_accepted_or_refused_with_a_body) TEST(
                        h12_a_protocol_is_one_that_was_offered)
                        TEST(h13_messages_come_whole_and_codes_pass_both_ways) TEST(
                            h13_a_server_that_goes_away_says_1001)
                            TEST(h14_a_client_that_is_killed_or_asleep_is_told_once) TEST(
                                h15_a_start_that_fails_opens_no_port_and_exits_with_a_code)
                                TEST(
                                    h15_a_start_is_complete_before_the_port_and_a_stop_finishes_what_is_in_flight)
                                    TEST(h16_hooks_run_once_however_many_reactors_there_are) TEST(
                                        h17_work_after_the_answer_holds_nobody_up_and_is_finished_at_the_stop)
                                        TEST(h18_trailers_come_to_who_asked_for_them) TEST(
                                            h20_parts_of_files_are_sent_from_where_they_lie)
                                            TEST(
                                                h24_structs_of_another_version_are_read_as_far_as_they_are_known)
                                                TEST(
                                                    h25_one_worker_serves_blocking_and_waiting_handlers_without_a_deadlock))
