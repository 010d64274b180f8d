/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Streams on the wire: what is sent when, to whom, how much of it is kept meanwhile, and
 * that a source is closed once whatever happens.
 */

#include "gate.h"
#include "suite.h"
#include "wire.h"

#include <errno.h>
#include <hearth.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct world {
    gate gate;
    hearth_app *app;
    int port;
    atomic_int opened, closed;
    atomic_ullong made; /* bytes, by all sources */
    pthread_mutex_t lock;
    char log[16384];
    size_t len;
} world;

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

/* ---- sources ------------------------------------------------------------------------ */

typedef struct source {
    world *w;
    hearth_ctx *c;
    const char *at; /* blocks; '|' between them, '!' fails, '#' waits at the gate */
    uint64_t left;  /* instead: so many bytes */
} source;

static ptrdiff_t play(void *arg, char *buf, size_t max)
{
    source *s = arg;
    size_t n;

    if (*s->at == '#') {
        s->at++;
        gate_pass(&s->w->gate);
    }
    n = strcspn(s->at, "|");
    if (*s->at == '!')
        return HEARTH_EIO;
    ck_assert_uint_le(n, max);
    memcpy(buf, s->at, n);
    s->at += n + (s->at[n] == '|');
    return (ptrdiff_t)n;
}

static ptrdiff_t pour(void *arg, char *buf, size_t max)
{
    source *s = arg;

    if (max > s->left)
        max = (size_t)s->left;
    memset(buf, 'x', max);
    s->left -= max;
    atomic_fetch_add(&s->w->made, max);
    return (ptrdiff_t)max;
}

static ptrdiff_t with_trailer(void *arg, char *buf, size_t max)
{
    source *s = arg;
    ptrdiff_t n = play(s, buf, max);

    if (n == 0)
        (void)hearth_set_trailer(s->c, "X-Sum", "42");
    return n;
}

static void count_close(void *arg)
{
    source *s = arg;

    atomic_fetch_add(&s->w->closed, 1);
}

static source *open_source(hearth_ctx *c)
{
    source *s = HEARTH_NEW(c, source);

    if (s == NULL)
        return NULL;
    s->w = hearth_state(c);
    s->c = c;
    s->at = hearth_query(c, "blocks", "");
    atomic_fetch_add(&s->w->opened, 1);
    return s;
}

static int blocks(hearth_ctx *c)
{
    source *s = open_source(c);
    int64_t length;

    if (s == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_query_int(c, "length", 0, &length));
    return hearth_stream_with(c, 200, "text/plain", play, s,
                              &(hearth_stream_opts){.close = count_close,
                                                    .length = (uint64_t)length});
}

static int bytes(hearth_ctx *c)
{
    source *s = open_source(c);
    int64_t n, length;

    if (s == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_query_int(c, "n", 0, &n));
    HEARTH_TRY(hearth_query_int(c, "length", 0, &length));
    s->left = (uint64_t)n;
    return hearth_stream_with(c, 200, "text/plain", pour, s,
                              &(hearth_stream_opts){.close = count_close,
                                                    .length = (uint64_t)length});
}

static int trailing(hearth_ctx *c)
{
    static const char *const names[] = {"X-Sum", "X-Never-Set", NULL};
    source *s = open_source(c);

    if (s == NULL)
        return HEARTH_ENOMEM;
    return hearth_stream_with(c, 200, "text/plain", with_trailer, s,
                              &(hearth_stream_opts){.close = count_close,
                                                    .trailers = names});
}

static int waits(hearth_ctx *c)
{
    world *w = hearth_state(c);

    gate_pass(&w->gate);
    return hearth_text(c, 200, "waited");
}

static int hello(hearth_ctx *c)
{
    return hearth_text(c, 200, "hello");
}

static const hearth_route routes[] = {
    HEARTH_GET("/i/blocks", blocks, .run = HEARTH_INLINE),
    HEARTH_GET("/w/blocks", blocks, .run = HEARTH_WORKER),
    HEARTH_GET("/i/bytes", bytes, .run = HEARTH_INLINE),
    HEARTH_GET("/w/bytes", bytes, .run = HEARTH_WORKER),
    HEARTH_GET("/i/trailing", trailing, .run = HEARTH_INLINE),
    HEARTH_GET("/w/trailing", trailing, .run = HEARTH_WORKER),
    HEARTH_GET("/waits", waits, .run = HEARTH_WORKER),
    HEARTH_GET("/hello", hello, .run = HEARTH_INLINE),
    HEARTH_END,
};
/* Where the sources of a test run. */
static const char *const places[] = {"/i", "/w"};

static world *start(const hearth_run_opts *o)
{
    world *w = calloc(1, sizeof *w);

    ck_assert_ptr_nonnull(w);
    w->gate = (gate)GATE_INIT;
    pthread_mutex_init(&w->lock, NULL);
    w->app = hearth_app_new(
        &(hearth_app_opts){.state = w, .log = {.ops = &keeping, .self = w}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    w->port = wire_start(w->app, o);
    return w;
}

/* Every source that was opened must have been closed, once. */
static void check_closed(world *w)
{
    ck_assert_int_eq(atomic_load(&w->opened), atomic_load(&w->closed));
}

static void stop(world *w)
{
    wire_stop(w->app);
    check_closed(w);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static bool logged(world *w, const char *text)
{
    pthread_mutex_lock(&w->lock);
    bool found = strstr(w->log, text) != NULL;

    pthread_mutex_unlock(&w->lock);
    return found;
}

/* "GET <place><rest> HTTP/1.<minor>" with Host and these fields. */
static void ask(wire *c, const char *method, const char *place, const char *rest,
                int minor, const char *fields)
{
    char text[1024];

    snprintf(text, sizeof text, "%s %s%s HTTP/1.%d\r\nHost: x\r\n%s\r\n", method, place,
             rest, minor, fields);
    wire_send(c, text);
}

/* All that comes until the end, '\0'-terminated; *error is 0 after an orderly close. */
static char *slurp(wire *c, int *error)
{
    size_t cap = 65536, len = 0;
    char *text = malloc(cap);
    ssize_t n;

    ck_assert_ptr_nonnull(text);
    while ((n = recv(c->fd, text + len, cap - len - 1, 0)) > 0) {
        len += (size_t)n;
        ck_assert_uint_lt(len, cap - 1);
    }
    *error = n < 0 ? errno : 0;
    text[len] = '\0';
    return text;
}

/* The bytes behind the head. */
static const char *body_of(const char *text)
{
    const char *end = strstr(text, "\r\n\r\n");

    ck_assert_msg(end != NULL, "no head: %s", text);
    return end + 4;
}

/* ---- the form on the wire ------------------------------------------------------------ */

typedef struct form {
    const char *rest;
    int minor;
    const char *fields;
    const char *says;  /* behind the head, in full */
    const char *has;   /* in the head */
    const char *hasnt; /* not in the head */
    int error;         /* how the connection ends */
} form;

#define CLOSE "Connection: close\r\n"

static const form forms[] = {
    {"/blocks?blocks=one|four", 1, CLOSE, "3\r\none\r\n4\r\nfour\r\n0\r\n\r\n",
     "Transfer-Encoding: chunked\r\n", "Content-Length", 0},
    {"/blocks?blocks=one|four&length=7", 1, CLOSE, "onefour", "Content-Length: 7\r\n",
     "Transfer-Encoding", 0},
    {"/blocks?blocks=one|four&length=5", 1, CLOSE, "onefo", "Content-Length: 5\r\n",
     "Transfer-Encoding", 0},
    /* older clients: until the end */
    {"/blocks?blocks=one|four", 0, "", "onefour", "Connection: close\r\n",
     "Transfer-Encoding", 0},
    {"/blocks?blocks=one|four", 0, "Connection: keep-alive\r\n", "onefour",
     "Connection: close\r\n", "Content-Length", 0},
    /* no end where there is none */
    {"/blocks?blocks=one|!", 1, "", "3\r\none\r\n", "Transfer-Encoding: chunked\r\n",
     "Connection", 0},
    {"/blocks?blocks=one|four&length=9", 1, "", "onefour", "Content-Length: 9\r\n",
     "Connection", 0},
    {"/blocks?blocks=one|!", 0, "", NULL, "", "Transfer-Encoding", ECONNRESET},
    /* trailers */
    {"/trailing?blocks=one|two", 1, CLOSE "TE: trailers\r\n",
     "3\r\none\r\n3\r\ntwo\r\n0\r\nX-Sum: 42\r\n\r\n", "Trailer: X-Sum, X-Never-Set\r\n",
     "Content-Length", 0},
    {"/trailing?blocks=one|two", 1, CLOSE, "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n", "",
     "Trailer", 0},
    {"/trailing?blocks=one|two", 0, "TE: trailers\r\n", "onetwo", "", "Trailer", 0},
};
#define NFORMS ((int)(sizeof forms / sizeof *forms))

START_TEST(bytes_on_the_wire)
{
    const form *f = &forms[_i / 2];
    world *w = start(NULL);
    wire c = wire_open(w->port);
    int error;

    ask(&c, "GET", places[_i % 2], f->rest, f->minor, f->fields);
    char *text = slurp(&c, &error);

    ck_assert_int_eq(error, f->error);
    if (f->says != NULL) {
        const char *body = body_of(text);

        ck_assert_str_eq(body, f->says);
        text[body - text] = '\0';
        ck_assert_msg(strstr(text, f->has) != NULL, "no %s in %s", f->has, text);
        ck_assert_msg(strstr(text, f->hasnt) == NULL, "%s in %s", f->hasnt, text);
    }
    free(text);
    wire_close(&c);
    stop(w);
}
END_TEST

/* A stray byte behind the head would be taken for the next answer. */
START_TEST(head_is_followed_by_nothing)
{
    static const char *const rest[] = {"/blocks?blocks=a|b",
                                       "/blocks?blocks=a|b&length=2",
                                       "/trailing?blocks=a|b"};
    world *w = start(NULL);
    wire_reply head = {0}, get = {0};
    wire c = wire_open(w->port);
    char a[64], b[64];

    for (int i = 0; i < 3; i++) {
        ask(&c, "HEAD", places[_i], rest[i], 1, "TE: trailers\r\n");
        ck_assert(wire_read_head(&c, &head));
        ck_assert_int_eq(head.status, 200);
        if (head.close) { /* what 0.9.x needs for an unknown length */
            ck_assert(wire_closed(&c));
            wire_close(&c);
            c = wire_open(w->port);
        }
        ask(&c, "GET", places[_i], rest[i], 1, "TE: trailers\r\n");
        ck_assert(wire_read(&c, &get));
        ck_assert_str_eq(get.body, "ab");
        for (int k = 0; k < 3; k++) {
            static const char *const names[] = {"Content-Type", "Content-Length",
                                                "Trailer"};
            const char *one = wire_field(&head, names[k], a, sizeof a);
            const char *two = wire_field(&get, names[k], b, sizeof b);

            ck_assert_msg(one == two || (one != NULL && two != NULL && strcmp(a, b) == 0),
                          "%s", names[k]);
        }
        if (!head.close)
            ck_assert_int_eq(wire_field(&head, "Transfer-Encoding", a, sizeof a) != NULL,
                             wire_field(&get, "Transfer-Encoding", b, sizeof b) != NULL);
    }
    wire_reply_clear(&head);
    wire_reply_clear(&get);
    wire_close(&c);
    stop(w);
}
END_TEST

START_TEST(the_connection_is_kept_behind_a_stream)
{
    static const char *const rest[] = {"/blocks?blocks=a|b",
                                       "/blocks?blocks=a|b&length=2",
                                       "/blocks?blocks=a|bc&length=2", "/bytes?n=300000"};
    world *w = start(NULL);
    wire_reply r = {0};
    wire c = wire_open(w->port);

    for (int i = 0; i < 12; i++) {
        ask(&c, "GET", places[_i], rest[i % 4], 1, "");
        ck_assert(wire_read(&c, &r));
        ck_assert_uint_eq(r.body_len, i % 4 == 3 ? 300000 : 2);
        ck_assert(!r.close);
    }
    wire_reply_clear(&r);
    wire_close(&c);
    stop(w);
}
END_TEST

/* ---- when ------------------------------------------------------------------------------ */

/* A block may not wait for the next one, nor the head for the first but one. */
START_TEST(a_block_is_sent_before_there_is_another)
{
    static const char *const rest[] = {"/blocks?blocks=first|%23second",
                                       "/blocks?blocks=first|%23second&length=11"};
    world *w = start(NULL);
    wire c = wire_open(w->port);
    char seen[4096] = "";
    size_t len = 0;
    int error;

    ask(&c, "GET", "/w", rest[_i], 1, CLOSE);
    gate_await(&w->gate, 1); /* the source is asked for the second block, and has none */
    while (strstr(seen, "first") == NULL) {
        ssize_t n = recv(c.fd, seen + len, sizeof seen - 1 - len, 0);

        ck_assert_int_gt(n, 0);
        len += (size_t)n;
        seen[len] = '\0';
    }
    ck_assert_ptr_null(strstr(seen, "second"));
    gate_open(&w->gate);
    char *text = slurp(&c, &error);

    ck_assert_ptr_nonnull(strstr(text, "second"));
    free(text);
    wire_close(&c);
    stop(w);
}
END_TEST

START_TEST(a_source_that_waits_holds_up_nobody)
{
    world *w = start(NULL);
    wire_reply r = {0};
    wire c = wire_open(w->port), other = wire_open(w->port);

    ask(&c, "GET", "/w", "/blocks?blocks=a|%23b", 1, "");
    gate_await(&w->gate, 1);
    ck_assert(wire_ask(&other, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", &r));
    ck_assert_str_eq(r.body, "hello");
    gate_open(&w->gate);
    ck_assert(wire_read(&c, &r));
    ck_assert_str_eq(r.body, "ab");
    wire_reply_clear(&r);
    wire_close(&other);
    wire_close(&c);
    stop(w);
}
END_TEST

/* ---- how much -------------------------------------------------------------------------- */

static size_t resident(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    unsigned long all = 0, here = 0;

    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fscanf(f, "%lu %lu", &all, &here), 2);
    fclose(f);
    return here * (size_t)sysconf(_SC_PAGESIZE);
}

#define LARGE (100ull * 1024 * 1024)
/* A sanitizer keeps what is freed for a while. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define GROWTH (64u * 1024 * 1024)
#else
#define GROWTH (24u * 1024 * 1024)
#endif

/* The source is never further ahead than what the kernel's buffers for the connection take,
 * and the process never larger. */
START_TEST(a_slow_reader_slows_the_source_down)
{
    world *w = start(NULL);
    wire c = wire_open(w->port);
    size_t before = resident(), most = 0;
    unsigned long long got = 0;
    static char piece[65536];
    ssize_t n;

    ask(&c, "GET", places[_i], "/bytes?n=104857600", 1, CLOSE);
    while ((n = recv(c.fd, piece, sizeof piece, 0)) > 0) {
        size_t now = resident();

        got += (unsigned long long)n;
        most = now > most ? now : most;
        ck_assert_uint_lt(atomic_load(&w->made), got + 16 * 1024 * 1024);
    }
    ck_assert_int_eq(n, 0);
    ck_assert_uint_gt(got, LARGE);
    ck_assert_uint_lt(most, before + GROWTH);
    wire_close(&c);
    stop(w);
}
END_TEST

/* ---- how it ends ------------------------------------------------------------------------- */

static void leave(wire *c, unsigned how)
{
    if (how == 0)
        wire_close(c);
    else if (how == 1)
        wire_reset(c);
    else {
        wire_shut(c);
        wire_close(c);
    }
}

START_TEST(a_thousand_clients_leave_and_every_source_is_closed_once)
{
    static const char *const rest[] = {"/blocks?blocks=a|b|c", "/bytes?n=20000",
                                       "/bytes?n=2000000",
                                       "/bytes?n=2000000&length=2000000",
                                       "/blocks?blocks=a|!"};
    world *w = start(NULL);
    unsigned seed = 20261125u;
    char piece[20000];

    for (int i = 0; i < 1000; i++) {
        wire c = wire_open(w->port);
        size_t some = wire_random(&seed, sizeof piece);

        ask(&c, "GET", places[wire_random(&seed, 2)], rest[wire_random(&seed, 5)],
            (int)wire_random(&seed, 2), "");
        if (some % 3 != 0)
            (void)!recv(c.fd, piece, 1 + some, 0);
        leave(&c, wire_random(&seed, 3));
    }
    wire c = wire_open(w->port);
    wire_reply r = {0};

    ck_assert(wire_ask(&c, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", &r));
    ck_assert_int_eq(r.status, 200);
    wire_reply_clear(&r);
    wire_close(&c);
    ck_assert_int_gt(atomic_load(&w->opened), 500);
    stop(w);
}
END_TEST

/* Options that make a stop cut what is in flight soon. */
static hearth_run_opts hasty(void)
{
    hearth_run_opts o = wire_opts();

    o.drain_ms = 50;
    return o;
}

START_TEST(a_stop_cuts_streams_that_do_not_end)
{
    hearth_run_opts o = hasty();
    world *w = start(&o);
    wire c[8];

    for (int i = 0; i < 8; i++) {
        c[i] = wire_open(w->port);
        ask(&c[i], "GET", places[i % 2], "/bytes?n=10000000000000", i / 4, "");
        ck_assert(wire_has(&c[i], "HTTP/1.1 200"));
    }
    stop(w);
    for (int i = 0; i < 8; i++) {
        ck_assert(wire_ends(&c[i]));
        wire_close(&c[i]);
    }
}
END_TEST

START_TEST(a_stop_lets_a_stream_finish)
{
    world *w = start(NULL);
    wire_reply r = {0};
    wire c = wire_open(w->port);
    pthread_t opener;

    ask(&c, "GET", "/w", "/blocks?blocks=a|%23b", 1, "");
    gate_await(&w->gate, 1);
    ck_assert_int_eq(pthread_create(&opener, NULL,
                                    (void *(*)(void *))(void (*)(void))gate_open,
                                    &w->gate),
                     0);
    ck_assert_int_eq(hearth_app_stop(w->app), 0);
    pthread_join(opener, NULL);
    ck_assert(wire_read(&c, &r));
    ck_assert_str_eq(r.body, "ab");
    ck_assert(wire_closed(&c));
    wire_reply_clear(&r);
    wire_close(&c);
    stop(w);
}
END_TEST

static void *stops(void *arg)
{
    world *w = arg;

    return hearth_app_stop(w->app) == 0 ? w : NULL;
}

START_TEST(a_source_at_work_when_the_server_stops_is_closed_when_it_is_done)
{
    hearth_run_opts o = wire_opts();
    pthread_t stopper;
    void *in_time;

    o.drain_ms = 500;
    world *w = start(&o);
    wire c = wire_open(w->port);

    ask(&c, "GET", "/w", "/blocks?blocks=a|%23b", 1, "");
    gate_await(&w->gate, 1);
    ck_assert_int_eq(pthread_create(&stopper, NULL, stops, w), 0);
    ck_assert(wire_ends(&c)); /* cut, while the source has not returned */
    ck_assert_int_eq(atomic_load(&w->closed), 0);
    gate_open(&w->gate);
    pthread_join(stopper, &in_time);
    wire_close(&c);
    if (in_time != NULL)
        stop(w);
}
END_TEST

START_TEST(a_block_that_is_late_cuts_the_stream)
{
    hearth_run_opts o = wire_opts();

    o.handler_ms = 100;
    world *w = start(&o);
    wire c = wire_open(w->port);
    int error;

    ask(&c, "GET", "/w", "/blocks?blocks=a|%23b|c", 1, "");
    char *text = slurp(&c, &error);

    ck_assert_str_eq(body_of(text), "1\r\na\r\n");
    ck_assert_int_eq(atomic_load(&w->closed), 0); /* its source is still at work */
    ck_assert(logged(w, "did not give the next block within handler_ms"));
    free(text);
    gate_open(&w->gate);
    wire_close(&c);
    stop(w);
}
END_TEST

static bool readable(const wire *c, int ms)
{
    struct pollfd p = {.fd = c->fd, .events = POLLIN};

    return poll(&p, 1, ms) > 0;
}

static bool entered(gate *g)
{
    pthread_mutex_lock(&g->lock);
    bool yes = g->entered > 0;

    pthread_mutex_unlock(&g->lock);
    return yes;
}

/* Have the one worker wait at the gate; who is refused because the queue is full tries
 * again. */
static void occupy(world *w, wire *c)
{
    while (!entered(&w->gate)) {
        wire_close(c);
        *c = wire_open(w->port);
        wire_send(c, "GET /waits HTTP/1.1\r\nHost: x\r\n\r\n");
        while (!entered(&w->gate) && !readable(c, 10))
            ;
    }
}

/* Of two, one is refused, or both: then there is no room in the queue. */
static void fill_queue(world *w, wire c[2])
{
    for (int i = 0; i < 2; i++) {
        c[i] = wire_open(w->port);
        wire_send(&c[i], "GET /waits HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    while (!readable(&c[0], 10) && !readable(&c[1], 10))
        ;
}

/* No worker is free, and no place in the queue, when the stream wants its next block. */
START_TEST(a_stream_waits_for_a_worker)
{
    hearth_run_opts o = wire_opts();

    o.workers = 1;
    o.worker_queue = 1;
    world *w = start(&o);
    wire_reply r = {0};
    wire c = wire_open(w->port), busy = {.fd = -1}, queued[2];

    /* More than the kernel keeps, so that it is not done before it is read. */
    ask(&c, "GET", "/w", "/bytes?n=60000000", 1, "");
    ck_assert(wire_has(&c, "HTTP/1.1 200"));
    occupy(w, &busy);
    fill_queue(w, queued);
    while (readable(&c, 100)) /* what was made already; now it asks, and nobody is free */
        ck_assert(wire_more(&c));
    gate_open(&w->gate);
    ck_assert(wire_read(&c, &r));
    ck_assert_uint_eq(r.body_len, 60000000);
    wire_close(&busy);
    wire_close(&queued[0]);
    wire_close(&queued[1]);
    wire_reply_clear(&r);
    wire_close(&c);
    stop(w);
}
END_TEST

SUITE("wire/stream",
      LOOP(bytes_on_the_wire, 0,
           2 * NFORMS) LOOP(head_is_followed_by_nothing, 0,
                            2) LOOP(the_connection_is_kept_behind_a_stream, 0,
                                    2) LOOP(a_block_is_sent_before_there_is_another, 0,
                                            2) TEST(a_source_that_waits_holds_up_nobody)
          LOOP(a_slow_reader_slows_the_source_down, 0,
               2) TEST(a_thousand_clients_leave_and_every_source_is_closed_once)
              TEST(a_stop_cuts_streams_that_do_not_end) TEST(a_stop_lets_a_stream_finish)
                  TEST(a_source_at_work_when_the_server_stops_is_closed_when_it_is_done)
                      TEST(a_block_that_is_late_cuts_the_stream)
                          TEST(a_stream_waits_for_a_worker))
