/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Bodies as clients really send them: waiting to be told, too fast, in drips, not to the
 * end, to a server without disk.
 */

#include "form.h"
#include "gate.h"
#include "suite.h"
#include "wire.h"

#include <dirent.h>
#include <errno.h>
#include <hearth.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST "Host: localhost\r\n"

typedef struct taker {
    hearth_app *app;
    int port;
    atomic_long bytes;   /* that a stream was given */
    atomic_int released; /* deferred calls that ran */
    atomic_int handled;  /* handlers that ran */
    atomic_int begun;    /* begin calls */
    gate hold;           /* where /held waits in its first piece */
} taker;

static taker *of(hearth_ctx *c)
{
    return hearth_state(c);
}

static void release(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

static int on_begin(void *self, hearth_ctx *c)
{
    (void)self;
    atomic_fetch_add(&of(c)->begun, 1);
    HEARTH_TRY(hearth_defer(c, release, &of(c)->released));
    return hearth_header(c, "X-Refuse") == NULL ? 0 : 403;
}

#define LONG_ANSWER (8u << 20) /* more than sockets take at once */

static int at_length(hearth_ctx *c)
{
    static char text[LONG_ANSWER];

    return hearth_blob_ref(c, 422, "text/plain", memset(text, 'l', sizeof text),
                           sizeof text);
}

/* '!' is refused, '?' at length. */
static int on_data(void *self, hearth_ctx *c, const void *p, size_t n)
{
    (void)self;
    atomic_fetch_add(&of(c)->bytes, (long)n);
    if (memchr(p, '?', n) != NULL)
        return at_length(c);
    return memchr(p, '!', n) == NULL ? 0 : hearth_fail(c, 422, "no '!'");
}

static int on_held(void *self, hearth_ctx *c, const void *p, size_t n)
{
    gate_pass(&of(c)->hold);
    return on_data(self, c, p, n);
}

static const hearth_body_ops stream = {.name = "stream",
                                       .begin = on_begin,
                                       .data = on_data};
static const hearth_body_ops held = {.name = "held", .data = on_held};

static int done(hearth_ctx *c)
{
    atomic_fetch_add(&of(c)->handled, 1);
    return hearth_textf(c, 200, "%llu", (unsigned long long)hearth_body_size(c));
}

static int nobody(hearth_ctx *c)
{
    (void)c;
    return 401;
}

static const hearth_route routes[] = {
    HEARTH_GET("/", done, .run = HEARTH_INLINE),
    HEARTH_POST("/memory", done, .run = HEARTH_INLINE),
    HEARTH_POST("/stream", done, .body = &stream, .max_body = 64u << 20),
    HEARTH_POST("/stream/inline", done, .body = &stream, .max_body = 64u << 20,
                .run = HEARTH_INLINE),
    HEARTH_POST("/held", done, .body = &held, .max_body = 64u << 20),
    HEARTH_POST("/spool", done, .spool = true, .max_body = 64u << 20),
    HEARTH_POST("/form", done, .max_body = 64u << 20),
    HEARTH_POST("/none", done, .admit = nobody, .max_body = 64u << 20),
    HEARTH_POST("/none/inline", done, .admit = nobody, .max_body = 64u << 20,
                .run = HEARTH_INLINE),
    HEARTH_END,
};

static void taker_start(taker *k, const hearth_run_opts *o)
{
    memset(k, 0, sizeof *k);
    k->hold = (gate)GATE_INIT;
    k->app =
        hearth_app_new(&(hearth_app_opts){.state = k, .log = {.level = HEARTH_LOG_OFF}});
    ck_assert_ptr_nonnull(k->app);
    ck_assert_int_eq(hearth_mount(k->app, "", routes), 0);
    k->port = wire_start(k->app, o);
}

/* It must still answer. */
static void taker_stop(taker *k)
{
    wire w = wire_open(k->port);
    wire_reply r = {0};

    ck_assert(wire_ask(&w, "GET / HTTP/1.1\r\n" HOST "\r\n", &r));
    ck_assert_int_eq(r.status, 200);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_stop(k->app);
}

/* Until a number is what it has to be; the test's own time-out is the limit. */
static void until_long(atomic_long *n, long want)
{
    while (atomic_load(n) != want)
        poll(NULL, 0, 1);
}

/* ---- Expect ---------------------------------------------------------------------- */

static const struct {
    const char *head;
    int interim, status;
} asking[] = {
    {"POST /memory HTTP/1.1\r\n" HOST "Content-Length: 3\r\n", 1, 200},
    {"POST /stream HTTP/1.1\r\n" HOST "Content-Length: 3\r\n", 1, 200},
    {"POST /stream/inline HTTP/1.1\r\n" HOST "Content-Length: 3\r\n", 1, 200},
    {"POST /stream HTTP/1.1\r\n" HOST "X-Refuse: 1\r\nContent-Length: 3\r\n", 0, 403},
    {"POST /stream/inline HTTP/1.1\r\n" HOST "X-Refuse: 1\r\nContent-Length: 3\r\n", 0,
     403},
    {"POST /stream HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nX-Refuse: 1\r\n", 0,
     403},
    {"POST /none HTTP/1.1\r\n" HOST "Content-Length: 3\r\n", 0, 401},
    {"POST /none/inline HTTP/1.1\r\n" HOST "Content-Length: 3\r\n", 0, 401},
    {"POST /nowhere HTTP/1.1\r\n" HOST "Content-Length: 3\r\n", 0, 404},
    {"POST /nowhere HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n", 0, 404},
    {"PUT /memory HTTP/1.1\r\n" HOST "Content-Length: 3\r\n", 0, 405},
    {"POST /memory HTTP/1.1\r\n" HOST "Content-Length: 9999999\r\n", 0, 413},
    {"POST /memory HTTP/1.1\r\n" HOST
     "Content-Type: multipart/form-data\r\nContent-Length: 3\r\n",
     0, 400},
};

START_TEST(a_client_is_told_to_send_only_what_will_be_read)
{
    wire_reply r = {0};
    taker k;
    wire w;

    taker_start(&k, NULL);
    w = wire_open(k.port);
    wire_send(&w, asking[_i].head);
    wire_send(&w, "Expect: 100-continue\r\n\r\n");
    if (asking[_i].interim > 0) {
        ck_assert(wire_has(&w, "HTTP/1.1 100 "));
        wire_send(&w, "abc");
    }
    ck_assert(wire_read(&w, &r));
    ck_assert_int_eq(r.status, asking[_i].status);
    ck_assert_int_eq(r.interim, asking[_i].interim);
    if (asking[_i].interim == 0) {
        ck_assert(r.close);
        ck_assert(wire_closed(&w));
        ck_assert_int_eq(atomic_load(&k.handled), 0);
    }
    wire_reply_clear(&r);
    wire_close(&w);
    taker_stop(&k);
}
END_TEST

START_TEST(another_expectation_is_417)
{
    wire_reply r = {0};
    taker k;
    wire w;

    taker_start(&k, NULL);
    w = wire_open(k.port);
    ck_assert(wire_ask(&w,
                       "POST /memory HTTP/1.1\r\n" HOST
                       "Content-Length: 3\r\nExpect: 200-ok\r\n\r\n",
                       &r));
    ck_assert_int_eq(r.status, 417);
    ck_assert_int_eq(r.interim, 0);
    ck_assert(wire_closed(&w));
    wire_reply_clear(&r);
    wire_close(&w);
    taker_stop(&k);
}
END_TEST

/* ---- refused while it arrives ------------------------------------------------------ */

/* A client that sends all of it before it reads a byte. */
static void send_first(const char *head, const char *chunk_head, size_t n, char fill,
                       int status)
{
    char *body = malloc(n);
    wire_reply r = {0};
    taker k;
    wire w;

    ck_assert_ptr_nonnull(body);
    memset(body, fill, n);
    taker_start(&k, NULL);
    w = wire_open(k.port);
    wire_send(&w, head);
    wire_send(&w, chunk_head);
    wire_send_n(&w, body, n);
    if (*chunk_head != '\0')
        wire_send(&w, "\r\n0\r\n\r\n");
    wire_send(&w, "GET / HTTP/1.1\r\n" HOST "\r\n");
    ck_assert_msg(wire_read(&w, &r), "the answer was lost");
    ck_assert_int_eq(r.status, status);
    ck_assert(r.close);
    ck_assert(wire_ends(&w));
    ck_assert_int_eq(atomic_load(&k.handled), 0);
    wire_reply_clear(&r);
    wire_close(&w);
    free(body);
    taker_stop(&k);
}

START_TEST(a_client_that_does_not_listen_still_sees_why_it_was_refused)
{
    send_first("POST /memory HTTP/1.1\r\n" HOST "Content-Length: 5000000\r\n\r\n", "",
               5000000, 'x', 413);
    send_first("POST /memory HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n",
               "4c4b40\r\n", 5000000, 'x', 413);
    send_first("POST /stream HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n",
               "4c4b40\r\n", 5000000, '!', 422);
    send_first("POST /stream HTTP/1.1\r\n" HOST "Content-Length: 5000000\r\n\r\n", "",
               5000000, '!', 422);
    send_first("POST /stream/inline HTTP/1.1\r\n" HOST "Content-Length: 5000000\r\n\r\n",
               "", 5000000, '!', 422);
    send_first("POST /stream HTTP/1.1\r\n" HOST
               "X-Refuse: 1\r\nContent-Length: 5000000\r\n\r\n",
               "", 5000000, 'x', 403);
    send_first("POST /none HTTP/1.1\r\n" HOST "Content-Length: 5000000\r\n\r\n", "",
               5000000, 'x', 401);
    send_first("POST /form HTTP/1.1\r\n" HOST "Content-Type: " FORM_TYPE
               "\r\nContent-Length: 5000000\r\n\r\n" FORM_TEXT("a", "\xff")
                   FORM_PART("f") "\r\n\r\n",
               "", 5000000, 'x', 400);
}
END_TEST

START_TEST(the_answer_is_there_before_the_body_has_ended)
{
    wire_reply r = {0};
    taker k;
    wire w;

    taker_start(&k, NULL);
    w = wire_open(k.port);
    wire_send(&w, "POST /stream HTTP/1.1\r\n" HOST "Content-Length: 1000000\r\n\r\nab!");
    ck_assert(wire_read(&w, &r));
    ck_assert_int_eq(r.status, 422);
    ck_assert(wire_closed(&w));
    wire_reply_clear(&r);
    wire_close(&w);
    taker_stop(&k);
}
END_TEST

/* ---- drips and floods -------------------------------------------------------------- */

/* What does not fit in a socket cannot be there before; but it comes whole. */
START_TEST(a_long_answer_to_a_refused_body_comes_behind_it)
{
    static const char *const targets[] = {"/stream", "/stream/inline"};
    char head[128], body[20000];
    wire_reply r = {0};
    taker k;
    wire w;

    taker_start(&k, NULL);
    memset(body, 'a', sizeof body);
    body[5000] = '?';
    snprintf(head, sizeof head, "POST %s HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n",
             targets[_i], 10 * sizeof body);
    w = wire_open(k.port);
    wire_send(&w, head);
    for (int i = 0; i < 10; i++)
        wire_send_n(&w, body, sizeof body);
    ck_assert_msg(wire_read(&w, &r), "the answer is cut short");
    ck_assert_int_eq(r.status, 422);
    ck_assert_uint_eq(r.body_len, LONG_ANSWER);
    ck_assert(wire_ends(&w));
    ck_assert_int_eq(atomic_load(&k.handled), 0);
    wire_reply_clear(&r);
    wire_close(&w);
    taker_stop(&k);
}
END_TEST

START_TEST(a_slow_clients_bytes_are_taken_as_they_come)
{
    wire_reply r = {0};
    taker k;
    wire w;

    taker_start(&k, NULL);
    w = wire_open(k.port);
    wire_send(&w, "POST /stream HTTP/1.1\r\n" HOST "Content-Length: 20\r\n\r\n");
    for (int i = 1; i <= 20; i++) {
        wire_send(&w, "x");
        until_long(&k.bytes, i);
    }
    ck_assert(wire_read(&w, &r));
    ck_assert_str_eq(r.body, "20");
    ck_assert_int_eq(atomic_load(&k.begun), 1);
    /* The connection is as good as ever. */
    ck_assert(wire_ask(&w, "GET / HTTP/1.1\r\n" HOST "\r\n", &r));
    ck_assert_int_eq(r.status, 200);
    wire_reply_clear(&r);
    wire_close(&w);
    taker_stop(&k);
}
END_TEST

/* Send until the socket takes no more for a while; how much went. */
static size_t flood(int fd, size_t most)
{
    char piece[65536];
    size_t sent = 0;

    memset(piece, 'x', sizeof piece);
    while (sent < most) {
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        size_t n = most - sent < sizeof piece ? most - sent : sizeof piece;
        ssize_t went;

        if (poll(&p, 1, 300) <= 0)
            break;
        went = send(fd, piece, n, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (went > 0)
            sent += (size_t)went;
    }
    return sent;
}

START_TEST(a_client_that_is_too_fast_has_to_wait)
{
    size_t total = 60u << 20, sent;
    wire_reply r = {0};
    char head[128];
    taker k;
    wire w, other;

    taker_start(&k, NULL);
    w = wire_open(k.port);
    snprintf(head, sizeof head,
             "POST /held HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n", total);
    wire_send(&w, head);
    sent = flood(w.fd, total);
    ck_assert_msg(sent < total / 2, "%zu bytes were taken by nobody", sent);
    ck_assert_int_eq(atomic_load(&k.bytes), 0);
    /* Nobody else is held up. */
    other = wire_open(k.port);
    ck_assert(wire_ask(&other, "GET / HTTP/1.1\r\n" HOST "\r\n", &r));
    ck_assert_int_eq(r.status, 200);
    wire_close(&other);
    gate_open(&k.hold);
    while (sent < total)
        sent += flood(w.fd, total - sent);
    ck_assert(wire_read(&w, &r));
    ck_assert_str_eq(r.body, "62914560");
    ck_assert_int_eq((int)atomic_load(&k.bytes), (int)total);
    wire_reply_clear(&r);
    wire_close(&w);
    taker_stop(&k);
}
END_TEST

START_TEST(what_takes_too_long_over_a_piece_is_504)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    taker k;
    wire w;

    o.handler_ms = 100;
    taker_start(&k, &o);
    w = wire_open(k.port);
    wire_send(&w, _i == 0 ? "POST /held HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"
                          : "POST /held HTTP/1.1\r\n" HOST
                            "Content-Length: 1000000\r\n\r\n");
    if (_i == 1)
        (void)flood(w.fd, 1000000);
    ck_assert(wire_read(&w, &r));
    ck_assert_int_eq(r.status, 504);
    ck_assert(wire_ends(&w));
    gate_open(&k.hold);
    ck_assert_int_eq(atomic_load(&k.handled), 0);
    wire_reply_clear(&r);
    wire_close(&w);
    taker_stop(&k);
}
END_TEST

/* The worker holds on to the first bytes while the client says no more. */
START_TEST(a_client_that_stops_in_the_middle_is_408_whatever_the_worker_does)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    taker k;
    wire w;

    o.body_grace_ms = 100;
    taker_start(&k, &o);
    w = wire_open(k.port);
    wire_send(&w, "POST /held HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\nabc");
    gate_await(&k.hold, 1);
    ck_assert(wire_read(&w, &r));
    ck_assert_int_eq(r.status, 408);
    ck_assert(wire_ends(&w));
    gate_open(&k.hold);
    ck_assert_int_eq(atomic_load(&k.handled), 0);
    wire_reply_clear(&r);
    wire_close(&w);
    taker_stop(&k);
}
END_TEST

/* ---- not to the end ---------------------------------------------------------------- */

static int descriptors(void)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;

    ck_assert_ptr_nonnull(d);
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n;
}

static const char *const unfinished[] = {
    "POST /stream HTTP/1.1\r\n" HOST "Content-Length: 9000000\r\n\r\n",
    "POST /stream/inline HTTP/1.1\r\n" HOST "Content-Length: 9000000\r\n\r\n",
    "POST /spool HTTP/1.1\r\n" HOST "Content-Length: 9000000\r\n\r\n",
    "POST /form HTTP/1.1\r\n" HOST "Content-Type: " FORM_TYPE
    "\r\nContent-Length: 9000000\r\n\r\n" FORM_PART("f") "; filename=\"x\"\r\n\r\n",
    "POST /held HTTP/1.1\r\n" HOST "Content-Length: 9000000\r\n\r\n",
};

START_TEST(a_client_that_goes_away_leaves_nothing_behind)
{
    wire_reply r = {0};
    taker k;
    wire w;
    int before;

    taker_start(&k, NULL);
    w = wire_open(k.port);
    wire_send(&w, "GET /none HTTP/1.1\r\n" HOST "\r\n");
    ck_assert(wire_read(&w, &r)); /* the server has it, too */
    before = descriptors();
    for (int i = 0; i < 10; i++) {
        wire_close(&w);
        w = wire_open(k.port);
        wire_send(&w, unfinished[_i]);
        (void)flood(w.fd, i % 2 == 0 ? 300000 : 10);
        if (i % 3 == 0)
            wire_reset(&w);
    }
    wire_close(&w);
    gate_open(&k.hold);
    while (descriptors() > before - 2) /* both ends of the connection go, too */
        poll(NULL, 0, 1);
    while (atomic_load(&k.released) != atomic_load(&k.begun)) /* a worker may be late */
        poll(NULL, 0, 1);
    ck_assert_int_eq(atomic_load(&k.handled), 0);
    wire_reply_clear(&r);
    taker_stop(&k);
}
END_TEST

START_TEST(a_server_stops_in_the_middle_of_bodies)
{
    hearth_run_opts o = wire_opts();
    wire w[5];
    taker k;

    o.drain_ms = 50;
    taker_start(&k, &o);
    for (int i = 0; i < 5; i++) {
        w[i] = wire_open(k.port);
        wire_send(&w[i], unfinished[i]);
        (void)flood(w[i].fd, 500000);
    }
    gate_open(&k.hold);
    wire_stop(k.app);
    for (int i = 0; i < 5; i++)
        wire_close(&w[i]);
    ck_assert_int_eq(atomic_load(&k.released), atomic_load(&k.begun));
}
END_TEST

/* ---- no room ----------------------------------------------------------------------- */

START_TEST(a_full_disk_is_503_and_the_server_goes_on)
{
    struct rlimit limit;
    wire_reply r = {0};
    taker k;
    wire w;

    signal(SIGXFSZ, SIG_IGN);
    taker_start(&k, NULL);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = 1000000;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (int i = 2; i < 4; i++) {
        w = wire_open(k.port);
        wire_send(&w, unfinished[i]);
        (void)flood(w.fd, 8000000);
        ck_assert(wire_read(&w, &r));
        ck_assert_int_eq(r.status, 503);
        ck_assert(wire_ends(&w));
        wire_close(&w);
    }
    limit.rlim_cur = limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    w = wire_open(k.port);
    wire_send(&w, "POST /spool HTTP/1.1\r\n" HOST "Content-Length: 8000000\r\n\r\n");
    ck_assert_uint_eq(flood(w.fd, 8000000), 8000000);
    ck_assert(wire_read(&w, &r));
    ck_assert_str_eq(r.body, "8000000");
    wire_reply_clear(&r);
    wire_close(&w);
    taker_stop(&k);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

/* clang-format off */
SUITE("wire/bodies",
      LOOP(a_client_is_told_to_send_only_what_will_be_read, 0, COUNT(asking))
      TEST(another_expectation_is_417)
      TEST(a_client_that_does_not_listen_still_sees_why_it_was_refused)
      TEST(the_answer_is_there_before_the_body_has_ended)
      LOOP(a_long_answer_to_a_refused_body_comes_behind_it, 0, 2)
      TEST(a_slow_clients_bytes_are_taken_as_they_come)
      TEST(a_client_that_is_too_fast_has_to_wait)
      LOOP(what_takes_too_long_over_a_piece_is_504, 0, 2)
      TEST(a_client_that_stops_in_the_middle_is_408_whatever_the_worker_does)
      LOOP(a_client_that_goes_away_leaves_nothing_behind, 0, 5)
      TEST(a_server_stops_in_the_middle_of_bodies)
      TEST(a_full_disk_is_503_and_the_server_goes_on))
