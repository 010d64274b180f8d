/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What programmers who come from blocking handlers expect of a server (PEP 3333 asks it of
 * WSGI's), one test for each row, over real sockets.
 *
 *   g1   a handler runs once a request, and side by side with itself
 *   g2   the request is told whole                   test_request.c has every accessor
 *   g3   the body is a stream with an end            test_bodies.c, in pieces and lines
 *   g4   the log is no part of the answer
 *   g5   a late failure is still a 500               test_stream.c, cut ones
 *   g6   a block does not wait for the next
 *   g7   a length that was promised is kept
 *   g8   what was deferred runs whatever happens
 *   g9   fields of the connection are refused        test_on_send.c, all of them
 *   g10  middleware is server and application
 *   g11  files are sent by the kernel                test_files.c, conditions and ranges
 *   g12  Date, HEAD, 204 and 304
 *   g13  who blocks stalls nobody                    test_threads.c, placement
 *   g14  addresses are what the client typed         test_url.c, routes
 */

#define _GNU_SOURCE /* PR_SET_PTRACER */

#include "form.h"
#include "gate.h"
#include "suite.h"
#include "tree.h"
#include "wire.h"

#include <errno.h>
#include <hearth.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOST          "Host: example.org\r\n"
#define SITE(t, more) "GET " t " HTTP/1.1\r\n" HOST more "\r\n"

static const hearth_app_opts quiet = {.log = {.level = HEARTH_LOG_OFF}};

static hearth_app *serve(const hearth_app_opts *a, const hearth_route *routes)
{
    hearth_app *app = hearth_app_new(a);

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    return app;
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

/* What the log says. */
typedef struct said {
    pthread_mutex_t lock;
    char text[65536];
} said;

#define SAID_INIT                         \
    {                                     \
        .lock = PTHREAD_MUTEX_INITIALIZER \
    }

static void keep_lines(void *self, hearth_log_level level, hearth_str lines)
{
    said *s = self;

    (void)level;
    pthread_mutex_lock(&s->lock);
    if (strlen(s->text) + lines.len < sizeof s->text)
        strncat(s->text, lines.ptr, lines.len);
    pthread_mutex_unlock(&s->lock);
}

static const hearth_log_ops keeping = {.name = "keep", .write = keep_lines};

/* ---- g1 ------------------------------------------------------------------------------- */

#define CLIENTS 100
#define EACH    10

static struct {
    atomic_int runs[2 * CLIENTS * EACH];
    atomic_int on_reactor; /* now */
    atomic_bool overlap;
    gate gate;
} once = {.gate = GATE_INIT};

static int count_run(hearth_ctx *c)
{
    int64_t n = hearth_param_int(c, "n");

    atomic_fetch_add(&once.runs[n], 1);
    return hearth_textf(c, 200, "%d", (int)n);
}

static int count_inline(hearth_ctx *c)
{
    if (atomic_fetch_add(&once.on_reactor, 1) > 0)
        atomic_store(&once.overlap, true);
    int rc = count_run(c);

    atomic_fetch_sub(&once.on_reactor, 1);
    return rc;
}

static int meet(hearth_ctx *c)
{
    gate_pass(&once.gate);
    return hearth_text(c, 200, "met");
}

static void send_all(wire *w, int from)
{
    char request[64];

    for (int k = 0; k < EACH; k++) {
        snprintf(request, sizeof request, SITE("/%s/%d", ""), k % 2 == 0 ? "w" : "i",
                 from + k);
        wire_send(w, request);
    }
}

/* On workers a handler meets itself; on the one reactor it never does. */
START_TEST(g1_each_of_a_thousand_parallel_requests_runs_its_handler_once)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/w/{n:int}", count_run, .run = HEARTH_WORKER),
        HEARTH_GET("/i/{n:int}", count_inline, .run = HEARTH_INLINE),
        HEARTH_GET("/meet", meet, .run = HEARTH_WORKER), HEARTH_END};
    hearth_app *app = serve(&quiet, routes);
    int port = wire_start(app, NULL);
    wire_reply r = {0};
    wire w[CLIENTS];
    char want[16];

    for (int i = 0; i < CLIENTS; i++) {
        w[i] = wire_open(port);
        send_all(&w[i], i * EACH);
    }
    for (int i = 0; i < CLIENTS * EACH; i++) {
        ck_assert(wire_read(&w[i / EACH], &r));
        snprintf(want, sizeof want, "%d", i);
        ck_assert_str_eq(r.body, want);
    }
    for (int i = 0; i < CLIENTS * EACH; i++)
        ck_assert_int_eq(atomic_load(&once.runs[i]), 1);
    ck_assert(!atomic_load(&once.overlap));
    for (int i = 0; i < 4; i++)
        wire_send(&w[i], SITE("/meet", ""));
    gate_await(&once.gate, 4); /* all of them are in it */
    gate_open(&once.gate);
    for (int i = 0; i < CLIENTS; i++) {
        if (i < 4)
            ck_assert(wire_read(&w[i], &r));
        wire_close(&w[i]);
    }
    wire_reply_clear(&r);
    wire_stop(app);
}
END_TEST

/* ---- g2 ------------------------------------------------------------------------------- */

static const char *or_none(const char *s)
{
    return s == NULL ? "(none)" : s;
}

static int tell(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%s|%s|%s|%s|a=%s|b=%s|%s|%zu|%s|%s|%s|X=%s|Y=%s|%s",
                        hearth_method(c), hearth_path(c), hearth_param(c, "rest"),
                        hearth_target(c), hearth_query(c, "a", "(none)"),
                        hearth_query(c, "b", "(none)"),
                        or_none(hearth_header(c, "Content-Type")), hearth_body(c).len,
                        hearth_scheme(c), hearth_host(c), hearth_peer(c),
                        or_none(hearth_header(c, "X")), or_none(hearth_header(c, "Y")),
                        or_none(hearth_url(c, "tell", hearth_args("x y"))));
}

static const struct {
    const char *request, *answer; /* NULL: 400 */
} told[] = {
    {SITE("/app/one?a=1&b=2", "X: y\r\n"),
     "GET|/app/one|one|/app/one?a=1&b=2|a=1|b=2|(none)|0|http|example.org|127.0.0.1|X=y|"
     "Y=(none)|/app/x%20y"},
    {SITE("/app/%C3%A4%2Fb?a=&c=%2f", "X:\r\n"),
     "GET|/app/\xc3\xa4/b|\xc3\xa4/b|/app/%C3%A4%2Fb?a=&c=%2f|a=|b=(none)|(none)|0|http|"
     "example.org|127.0.0.1|X=|Y=(none)|/app/x%20y"},
    {"POST /app/p?a=1%202+3 HTTP/1.0\r\nContent-Type: text/x; y=\"z\"\r\n"
     "Content-Length: 4\r\n\r\nbody",
     "POST|/app/p|p|/app/p?a=1%202+3|a=1 2 3|b=(none)|text/x; y=\"z\"|4|http||127.0.0.1|"
     "X=(none)|Y=(none)|/app/x%20y"},
    {SITE("/app/a%00b", ""), NULL},
    {SITE("/app/%ff", ""), NULL},
};

START_TEST(g2_the_request_is_told_whole_below_a_mount)
{
    static const hearth_route routes[] = {HEARTH_GET("/{rest}", tell, .name = "tell"),
                                          HEARTH_POST("/{rest}", tell), HEARTH_END};
    hearth_app *app = hearth_app_new(&quiet);
    wire_reply r = {0};
    wire w;

    ck_assert_int_eq(hearth_mount(app, "/app", routes), 0);
    w = wire_open(wire_start(app, NULL));
    ck_assert(wire_ask(&w, told[_i].request, &r));
    if (told[_i].answer == NULL)
        ck_assert_int_eq(r.status, 400);
    else
        ck_assert_str_eq(r.body, told[_i].answer);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_stop(app);
}
END_TEST

/* ---- g3 ------------------------------------------------------------------------------- */

#define PIECE 65536

/* Reads to the end, and once more; how many bytes, and a sum over them. */
static int read_all(hearth_ctx *c)
{
    unsigned char *p = hearth_alloc(c, PIECE);
    uint64_t n = 0, sum = 0;
    size_t got = 1;

    while (p != NULL && got > 0) {
        HEARTH_TRY(hearth_body_read(c, p, PIECE, &got));
        for (size_t i = 0; i < got; i++)
            sum = (sum + p[i]) % 65521;
        n += got;
    }
    if (p == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_body_read(c, p, PIECE, &got));
    return hearth_textf(c, 200, "%llu %llu %zu", (unsigned long long)n,
                        (unsigned long long)sum, got);
}

static int read_none(hearth_ctx *c)
{
    return hearth_text(c, 200, "unread");
}

static const struct {
    size_t n;
    bool chunked;
} bodies[] = {{0, false},
              {0, true},
              {1, false},
              {1, true},
              {PIECE, false},
              {PIECE + 1, true},
              {100 * 1000 * 1000, false},
              {100 * 1000 * 1000, true}};

/* Sends n bytes, each (i * 7) % 251 within its piece; their sum. */
static uint64_t send_body(wire *w, const char *target, size_t n, bool chunked)
{
    static char piece[PIECE];
    uint64_t sum = 0;
    char line[160];

    for (size_t i = 0; i < PIECE; i++)
        piece[i] = (char)(i * 7 % 251);
    if (chunked)
        snprintf(line, sizeof line,
                 "POST %s HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n",
                 target);
    else
        snprintf(line, sizeof line,
                 "POST %s HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n", target, n);
    wire_send(w, line);
    for (size_t left = n, part; left > 0; left -= part) {
        part = left < PIECE ? left : PIECE;
        snprintf(line, sizeof line, "%zx\r\n", part);
        if (chunked)
            wire_send(w, line);
        wire_send_n(w, piece, part);
        if (chunked)
            wire_send(w, "\r\n");
        for (size_t i = 0; i < part; i++)
            sum = (sum + (unsigned char)piece[i]) % 65521;
    }
    if (chunked)
        wire_send(w, "0\r\n\r\n");
    return sum;
}

START_TEST(g3_a_body_of_any_size_is_read_to_its_end_or_left_unread)
{
    static const hearth_route routes[] = {HEARTH_POST("/read", read_all, .spool = true,
                                                      .max_body = 200u * 1000 * 1000),
                                          HEARTH_POST("/unread", read_none, .spool = true,
                                                      .max_body = 200u * 1000 * 1000),
                                          HEARTH_GET("/", hello), HEARTH_END};
    hearth_app *app = serve(&quiet, routes);
    int port = wire_start(app, NULL);
    wire w = wire_open(port);
    wire_reply r = {0};
    char want[64];
    uint64_t sum = send_body(&w, "/read", bodies[_i].n, bodies[_i].chunked);

    snprintf(want, sizeof want, "%zu %llu 0", bodies[_i].n, (unsigned long long)sum);
    ck_assert(wire_read(&w, &r));
    ck_assert_str_eq(r.body, want);
    if (r.close) { /* behind chunks, with the engine before 1.0 */
        wire_close(&w);
        w = wire_open(port);
    }
    (void)send_body(&w, "/unread", bodies[_i].n % 1000000, bodies[_i].chunked);
    ck_assert(wire_read(&w, &r));
    ck_assert_str_eq(r.body, "unread");
    if (!r.close) /* what nobody read is not taken for a request */
        check_body(&w, SITE("/", ""), "hello");
    wire_reply_clear(&r);
    wire_close(&w);
    wire_stop(app);
}
END_TEST

/* ---- g4 ------------------------------------------------------------------------------- */

static gate leaving = GATE_INIT;

static int complain(hearth_ctx *c)
{
    gate_pass(&leaving);
    for (int i = 0; i < 100; i++)
        hearth_logf(c, HEARTH_LOG_WARN, "complaint %d.", i);
    return hearth_text(c, 200, "no complaints");
}

START_TEST(g4_what_a_handler_logs_is_logged_though_its_client_has_left)
{
    static const hearth_route routes[] = {HEARTH_GET("/", complain, .run = HEARTH_WORKER),
                                          HEARTH_END};
    static said s = SAID_INIT;
    hearth_app *app = serve(&(hearth_app_opts){.access_log_off = true,
                                               .log = {.ops = &keeping, .self = &s}},
                            routes);
    int port = wire_start(app, NULL), lines = 0;
    wire gone = wire_open(port), stays = wire_open(port);
    wire_reply r = {0};

    wire_send(&gone, SITE("/", ""));
    wire_send(&stays, SITE("/", ""));
    gate_await(&leaving, 2);
    wire_reset(&gone);
    gate_open(&leaving);
    ck_assert(wire_read(&stays, &r));
    ck_assert_str_eq(r.body, "no complaints");
    ck_assert_ptr_null(strstr(r.head, "complaint "));
    wire_close(&stays);
    wire_stop(app);
    for (const char *p = s.text; (p = strstr(p, "complaint ")) != NULL; p++)
        lines++;
    ck_assert_int_eq(lines, 200);
    wire_reply_clear(&r);
}
END_TEST

/* ---- g5 to g7: blocks ------------------------------------------------------------------ */

typedef struct plan {
    hearth_ctx *c;
    const char *at; /* blocks between '|'; '!' fails, '#' waits at the gate first */
} plan;

static gate between = GATE_INIT;

static ptrdiff_t next_block(void *arg, char *buf, size_t max)
{
    plan *p = arg;
    size_t n;

    (void)max;
    if (*p->at == '#') {
        gate_pass(&between);
        p->at++;
    }
    if (*p->at == '!')
        return HEARTH_EIO;
    n = strcspn(p->at, "|");
    memcpy(buf, p->at, n);
    p->at += n + (p->at[n] == '|');
    return (ptrdiff_t)n;
}

static int blocks(hearth_ctx *c)
{
    plan *p = HEARTH_NEW(c, plan);
    int64_t length;

    HEARTH_TRY(hearth_query_int(c, "length", 0, &length));
    if (p == NULL)
        return HEARTH_ENOMEM;
    *p = (plan){c, hearth_query(c, "blocks", "")};
    return hearth_stream_with(c, 200, "text/plain", next_block, p,
                              &(hearth_stream_opts){.length = (uint64_t)length});
}

static int late(hearth_ctx *c)
{
    HEARTH_TRY(hearth_text(c, 200, "fine"));
    return HEARTH_EIO;
}

static const hearth_route streams[] = {HEARTH_GET("/w", blocks, .run = HEARTH_WORKER),
                                       HEARTH_GET("/i", blocks, .run = HEARTH_INLINE),
                                       HEARTH_GET("/late", late), HEARTH_GET("/", hello),
                                       HEARTH_END};

static const char *const before_first[] = {"/late", "/w?blocks=!", "/i?blocks=!"};
static const char *const after_first[] = {"/w?blocks=one|!", "/i?blocks=one|!",
                                          "/w?blocks=one|two|!&length=100",
                                          "/i?blocks=one|two|!&length=100"};

START_TEST(g5_a_failure_is_a_500_up_to_the_first_byte_and_then_never_a_whole_answer)
{
    hearth_app *app = serve(&quiet, streams);
    int port = wire_start(app, NULL);
    wire_reply r = {0};
    char request[128];
    wire w = wire_open(port);

    for (int i = 0; i < 3; i++) {
        snprintf(request, sizeof request, SITE("%s", ""), before_first[i]);
        ck_assert(wire_ask(&w, request, &r));
        ck_assert_int_eq(r.status, 500);
        ck_assert_ptr_null(strstr(r.body, "fine"));
        ck_assert(!r.close);
    }
    check_body(&w, SITE("/", ""), "hello");
    for (int i = 0; i < 4; i++) {
        snprintf(request, sizeof request, SITE("%s", ""), after_first[i]);
        ck_assert_msg(!wire_ask(&w, request, &r), "%s was whole", request);
        ck_assert_int_eq(r.status, 200);
        ck_assert(wire_ends(&w));
        wire_close(&w);
        w = wire_open(port);
    }
    wire_reply_clear(&r);
    wire_close(&w);
    wire_stop(app);
}
END_TEST

/* Receives until the text has come. */
static void await_text(wire *w, const char *text)
{
    for (;;) {
        for (size_t i = 0; i + strlen(text) <= w->len; i++)
            if (memcmp(w->in + i, text, strlen(text)) == 0)
                return;
        ck_assert_msg(wire_more(w), "%s did not come", text);
    }
}

/* It comes while the source waits for a gate that only opens when it has come. */
static void check_prompt(hearth_app *app, const char *request)
{
    wire w = wire_open(hearth_app_port(app));
    wire_reply r = {0};

    wire_send(&w, request);
    gate_await(&between, 1);
    await_text(&w, "\r\n5\r\nfirst\r\n"); /* a block, a chunk */
    for (size_t i = 0; i + 6 <= w.len; i++)
        ck_assert_int_ne(memcmp(w.in + i, "second", 6), 0);
    gate_open(&between);
    ck_assert(wire_read(&w, &r));
    ck_assert_str_eq(r.body, "firstsecond");
    wire_reply_clear(&r);
    wire_close(&w);
}

START_TEST(g6_a_block_reaches_the_client_before_there_is_another)
{
    hearth_app *app = serve(&quiet, streams);

    wire_start(app, NULL);
    check_prompt(app, SITE("/w?blocks=first|%23second", ""));
    wire_stop(app);
}
END_TEST

START_TEST(g7_a_stream_sends_no_byte_over_its_length_and_is_cut_below_it)
{
    static said s = SAID_INIT;
    hearth_app *app = serve(&(hearth_app_opts){.access_log_off = true,
                                               .log = {.ops = &keeping, .self = &s}},
                            streams);
    int port = wire_start(app, NULL);
    const char *at = _i == 0 ? "/w" : "/i";
    wire_reply r = {0};
    char request[128];
    wire w = wire_open(port);

    snprintf(request, sizeof request, SITE("%s?blocks=one|twothree&length=6", ""), at);
    check_body(&w, request, "onetwo");
    check_body(&w, SITE("/", ""), "hello"); /* nothing is left over in between */
    snprintf(request, sizeof request, SITE("%s?blocks=one|two&length=7", ""), at);
    ck_assert(!wire_ask(&w, request, &r));
    ck_assert(wire_ends(&w));
    wire_reply_clear(&r);
    wire_close(&w);
    wire_stop(app);
    ck_assert_ptr_nonnull(strstr(s.text, "had more to give"));
    ck_assert_ptr_nonnull(strstr(s.text, "ended before the length"));
}
END_TEST

/* ---- g8 ------------------------------------------------------------------------------- */

#define LEAVERS 5000

static atomic_int begun, ended;

static void count_end(void *arg)
{
    (void)arg;
    atomic_fetch_add(&ended, 1);
}

static int begin(hearth_ctx *c)
{
    HEARTH_TRY(hearth_defer(c, count_end, NULL));
    atomic_fetch_add(&begun, 1);
    return 0;
}

static int deferring(hearth_ctx *c)
{
    HEARTH_TRY(begin(c));
    return hearth_text(c, 200, "done");
}

static int failing(hearth_ctx *c)
{
    HEARTH_TRY(begin(c));
    return HEARTH_EIO;
}

static ptrdiff_t endless(void *arg, char *buf, size_t max)
{
    (void)arg;
    memset(buf, 'e', max);
    return (ptrdiff_t)max;
}

static int streaming(hearth_ctx *c)
{
    HEARTH_TRY(begin(c));
    atomic_fetch_add(&begun, 1); /* and the source's own */
    return hearth_stream_with(c, 200, "text/plain", endless, c,
                              &(hearth_stream_opts){.close = count_end});
}

static int take_begin(void *self, hearth_ctx *c)
{
    (void)self;
    return begin(c);
}

static int take_data(void *self, hearth_ctx *c, const void *p, size_t n)
{
    (void)self;
    (void)c;
    (void)p;
    (void)n;
    return 0;
}

static const hearth_body_ops taking = {.name = "take",
                                       .begin = take_begin,
                                       .data = take_data};

static const hearth_route leaving_routes[] = {
    HEARTH_GET("/0", deferring, .run = HEARTH_INLINE),
    HEARTH_GET("/1", deferring, .run = HEARTH_WORKER),
    HEARTH_GET("/2", failing, .run = HEARTH_WORKER),
    HEARTH_GET("/3", streaming, .run = HEARTH_INLINE),
    HEARTH_GET("/4", streaming, .run = HEARTH_WORKER),
    HEARTH_POST("/5", deferring, .body = &taking),
    HEARTH_POST("/6", deferring, .spool = true),
    HEARTH_GET("/", hello, .run = HEARTH_INLINE),
    HEARTH_END};

/* Sends some request up to some byte, takes some of the answer, and leaves in some way. */
static void visit(int port, unsigned *seed)
{
    unsigned kind = wire_random(seed, 7);
    wire w = wire_open(port);
    char text[512];
    size_t n;

    if (kind < 5)
        snprintf(text, sizeof text, SITE("/%u", ""), kind);
    else
        snprintf(text, sizeof text,
                 "POST /%u HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\n%0100d", kind,
                 0);
    n = strlen(text);
    if (wire_random(seed, 3) == 0)
        n = wire_random(seed, (unsigned)n);
    wire_send_n(&w, text, n);
    if (n == strlen(text) && wire_random(seed, 2) == 0)
        (void)wire_more(&w);
    if (wire_random(seed, 2) == 0)
        wire_reset(&w);
    else
        wire_close(&w);
}

START_TEST(g8_what_was_deferred_runs_once_however_thousands_of_clients_leave)
{
    hearth_app *app = serve(&quiet, leaving_routes);
    hearth_run_opts o = wire_opts();
    unsigned seed = 8;
    wire w;

    o.threads = 2;
    o.max_per_address = HEARTH_UNLIMITED;
    int port = wire_start(app, &o);

    for (int i = 0; i < LEAVERS; i++)
        visit(port, &seed);
    w = wire_open(port);
    check_body(&w, SITE("/", ""), "hello");
    wire_close(&w);
    wire_stop(app);
    ck_assert_int_gt(atomic_load(&begun), LEAVERS / 2);
    ck_assert_int_eq(atomic_load(&ended), atomic_load(&begun));
}
END_TEST

/* ---- g9 ------------------------------------------------------------------------------- */

static const char *const refused[][2] = {{"Connection", "close"},
                                         {"Keep-Alive", "x"},
                                         {"Transfer-Encoding", "chunked"},
                                         {"Upgrade", "h2c"},
                                         {"TE", "trailers"},
                                         {"Trailer", "X"},
                                         {"Proxy-Connection", "x"},
                                         {"Content-Length", "5"},
                                         {"Date", "today"},
                                         {"X", "a\r\nSet-Cookie: b"},
                                         {"X", "a\nb"},
                                         {"X", "a\rb"},
                                         {"X", "a\x01"},
                                         {"X\r\nSet-Cookie", "a"},
                                         {"X Y", "a"},
                                         {"", "a"},
                                         {"X", ""}};
#define NREFUSED (sizeof refused / sizeof refused[0])

static int set_them(hearth_ctx *c)
{
    int n = 0;

    for (size_t i = 0; i < NREFUSED; i++) {
        n += hearth_set_header(c, refused[i][0], refused[i][1]) == HEARTH_EINVAL;
        n += hearth_add_header(c, refused[i][0], refused[i][1]) == HEARTH_EINVAL;
    }
    HEARTH_TRY(hearth_set_header(c, "X-Good", "yes"));
    return hearth_textf(c, 200, "%d", n);
}

START_TEST(g9_fields_of_the_connection_and_control_characters_are_refused_when_set)
{
    static const hearth_route routes[] = {HEARTH_GET("/", set_them), HEARTH_END};
    static const char *const absent[] = {"Keep-Alive", "Transfer-Encoding", "Upgrade",
                                         "TE",         "Trailer",           "Set-Cookie",
                                         "X"};
    hearth_app *app = serve(&quiet, routes);
    wire w = wire_open(wire_start(app, NULL));
    char want[16], value[64];
    wire_reply r = {0};

    ck_assert(wire_ask(&w, SITE("/", ""), &r));
    snprintf(want, sizeof want, "%zu", 2 * NREFUSED);
    ck_assert_str_eq(r.body, want);
    ck_assert_str_eq(wire_field(&r, "X-Good", value, sizeof value), "yes");
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        ck_assert_msg(wire_field(&r, absent[i], value, sizeof value) == NULL, "%s",
                      r.head);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_stop(app);
}
END_TEST

/* ---- g10 ------------------------------------------------------------------------------ */

/* To the application it is the server, to the server the application. */
static int wrap(hearth_ctx *c, const char *name)
{
    HEARTH_TRY(hearth_add_header(c, "X-In", name));
    int rc = hearth_next(c);

    HEARTH_TRY(hearth_add_header(c, "X-Out", name));
    return rc;
}

static int outer(hearth_ctx *c)
{
    return wrap(c, "outer");
}

static int middle(hearth_ctx *c)
{
    return wrap(c, "middle");
}

static int inner(hearth_ctx *c)
{
    return wrap(c, "inner");
}

/* In the order in which they stand in the head. */
static void check_order(const char *head, const char *name, const char *const order[3])
{
    for (int i = 0; i < 3; i++) {
        char line[64];

        snprintf(line, sizeof line, "\r\n%s: %s\r\n", name, order[i]);
        head = strstr(head, line);
        ck_assert_msg(head != NULL, "%s", line);
    }
}

START_TEST(g10_nested_middlewares_see_both_ways_and_hold_up_no_block)
{
    static hearth_handler *const use[] = {inner, NULL};
    static const hearth_route routes[] = {HEARTH_GET("/w", blocks, .run = HEARTH_WORKER,
                                                     .use = use),
                                          HEARTH_END};
    static const char *const in[] = {"outer", "middle", "inner"}, *const out[] = {
                                                                      "inner", "middle",
                                                                      "outer"};
    hearth_app *app = hearth_app_new(&quiet);
    wire_reply r = {0};
    wire w;

    ck_assert_int_eq(hearth_use(app, outer), 0);
    ck_assert_int_eq(hearth_use_at(app, "/in", middle), 0);
    ck_assert_int_eq(hearth_mount(app, "/in", routes), 0);
    w = wire_open(wire_start(app, NULL));
    ck_assert(wire_ask(&w, SITE("/in/w?blocks=one|two", ""), &r));
    ck_assert_str_eq(r.body, "onetwo");
    check_order(r.head, "X-In", in);
    check_order(r.head, "X-Out", out);
    wire_reply_clear(&r);
    wire_close(&w);
    check_prompt(app, SITE("/in/w?blocks=first|%23second", ""));
    wire_stop(app);
}
END_TEST

/* ---- g11 ------------------------------------------------------------------------------ */

#define LARGE (3 * 1024 * 1024 + 7)

typedef struct tracer {
    pid_t pid; /* 0: none */
    int says;  /* what it has to say */
    char file[TREE_PATH];
} tracer;

/* strace watches this process for sendfile(2); why not, otherwise. */
static const char *trace(tracer *t, const tree *at)
{
    static char why[512];
    char self[16];
    size_t len = 0;
    int says[2];

    tree_path(at, "trace", t->file);
    snprintf(self, sizeof self, "%d", (int)getpid());
    (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    ck_assert_int_eq(pipe(says), 0);
    t->pid = fork();
    if (t->pid == 0) {
        dup2(says[1], 2);
        close(says[0]);
        execlp("strace", "strace", "-f", "-e", "trace=sendfile", "-o", t->file, "-p",
               self, (char *)NULL);
        _exit(dprintf(2, "strace is not installed\n") < 0 ? 1 : 127);
    }
    close(says[1]);
    while (len < sizeof why - 1 && strstr(why, "attached") == NULL) {
        ssize_t n = read(says[0], why + len, sizeof why - 1 - len);

        if (n <= 0)
            break;
        len += (size_t)n;
        why[len] = '\0';
    }
    t->says = says[0];
    if (strstr(why, "attached") != NULL)
        return NULL;
    close(t->says);
    waitpid(t->pid, NULL, 0);
    t->pid = 0;
    return why;
}

/* Bytes that the kernel sent from files. */
static size_t traced(tracer *t)
{
    char line[512];
    size_t total = 0;
    FILE *f;

    kill(t->pid, SIGINT);
    waitpid(t->pid, NULL, 0);
    close(t->says);
    f = fopen(t->file, "r");
    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f) != NULL) {
        const char *result = strrchr(line, '=');

        if (strstr(line, "sendfile") != NULL && result != NULL)
            total += strtoul(result + 1, NULL, 10); /* 0 of "-1 EAGAIN" */
    }
    fclose(f);
    return total;
}

START_TEST(g11_large_files_and_their_ranges_are_sent_by_the_kernel)
{
    char *big = malloc(LARGE);
    hearth_app *app = hearth_app_new(&quiet);
    tree at = tree_new();
    wire_reply r = {0};
    tracer t;
    wire w;

    ck_assert_ptr_nonnull(big);
    for (size_t i = 0; i < LARGE; i++)
        big[i] = (char)(i * 31 + i / 251);
    tree_file_n(&at, "big.bin", big, LARGE, 1000);
    ck_assert_int_eq(hearth_static(app, "/s", at.dir, NULL), 0);
    w = wire_open(wire_start(app, NULL));
    const char *why = trace(&t, &at);

    if (why != NULL)
        fprintf(stderr, "sendfile(2) is not looked for: %s", why);
    ck_assert(wire_ask(&w, SITE("/s/big.bin", ""), &r));
    ck_assert_uint_eq(r.body_len, LARGE);
    ck_assert_int_eq(memcmp(r.body, big, LARGE), 0);
    ck_assert(wire_ask(&w, SITE("/s/big.bin", "Range: bytes=1000000-1999999\r\n"), &r));
    ck_assert_int_eq(r.status, 206);
    ck_assert_uint_eq(r.body_len, 1000000);
    ck_assert_int_eq(memcmp(r.body, big + 1000000, 1000000), 0);
    if (why == NULL)
        ck_assert_uint_eq(traced(&t), LARGE + 1000000);
    free(big);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_stop(app);
    tree_free(&at);
}
END_TEST

/* ---- g12 ------------------------------------------------------------------------------ */

static int nothing(hearth_ctx *c)
{
    HEARTH_TRY(hearth_text(c, 200, "to be dropped"));
    return 204;
}

static int unchanged(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "ETag", "\"1\""));
    return 304;
}

static int dated(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "Server", "mine"));
    return hearth_text(c, 200, "hello");
}

/* No version is given away: Server is only what the application says. */
START_TEST(g12_every_answer_has_a_date_and_only_the_body_it_may_have)
{
    static const hearth_route routes[] = {HEARTH_GET("/", hello),
                                          HEARTH_GET("/204", nothing),
                                          HEARTH_GET("/304", unchanged),
                                          HEARTH_GET("/server", dated), HEARTH_END};
    static const struct {
        const char *request, *length, *server;
        int status;
    } asked[] = {{SITE("/", ""), "5", NULL, 200},
                 {"HEAD / HTTP/1.1\r\n" HOST "\r\n", "5", NULL, 200},
                 {SITE("/204", ""), NULL, NULL, 204},
                 {"HEAD /204 HTTP/1.1\r\n" HOST "\r\n", NULL, NULL, 204},
                 {SITE("/304", ""), NULL, NULL, 304},
                 {"HEAD /304 HTTP/1.1\r\n" HOST "\r\n", NULL, NULL, 304},
                 {SITE("/server", ""), "5", "mine", 200}};
    hearth_app *app = serve(&quiet, routes);
    wire w = wire_open(wire_start(app, NULL));
    wire_reply r = {0};
    char value[64];

    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        wire_send(&w, asked[i].request);
        ck_assert(asked[i].request[0] == 'H' ? wire_read_head(&w, &r)
                                             : wire_read(&w, &r));
        ck_assert_int_eq(r.status, asked[i].status);
        const char *date = strstr(r.head, "\r\nDate: ");

        ck_assert_msg(date != NULL && strstr(date + 1, "\r\nDate: ") == NULL, "%s",
                      r.head);
        const char *length = wire_field(&r, "Content-Length", value, sizeof value);

        /* Which a 304 should not say with this engine; it cannot be told not to. */
        if (asked[i].status != 304 || wire_engine_version() >= 0x010000)
            ck_assert_pstr_eq(length, asked[i].length);
        ck_assert_ptr_null(strstr(r.head, "Transfer-Encoding"));
        ck_assert_pstr_eq(wire_field(&r, "Server", value, sizeof value), asked[i].server);
    }
    check_body(&w, SITE("/", ""), "hello"); /* no byte was left in between */
    wire_reply_clear(&r);
    wire_close(&w);
    wire_stop(app);
}
END_TEST

/* ---- g13 ------------------------------------------------------------------------------ */

static gate blocking = GATE_INIT;

static int block(hearth_ctx *c)
{
    gate_pass(&blocking);
    return hearth_text(c, 200, "at last");
}

START_TEST(g13_who_blocks_stalls_nobody_and_the_queue_behind_is_bounded)
{
    enum { POOL = 4, QUEUE = 2 };
    static const hearth_route routes[] = {
        HEARTH_GET("/block", block, .run = HEARTH_WORKER),
        HEARTH_GET("/plain", hello, .run = HEARTH_WORKER),
        HEARTH_GET("/health", hello, .run = HEARTH_INLINE), HEARTH_END};
    hearth_app *app = serve(&quiet, routes);
    hearth_run_opts o = wire_opts();
    wire w[POOL], queued[QUEUE], c, health;
    wire_reply r = {0};

    o.workers = POOL;
    o.worker_queue = QUEUE;
    int port = wire_start(app, &o);

    c = wire_open(port);
    health = wire_open(port);
    for (int i = 0; i < QUEUE; i++) {
        queued[i] = wire_open(port);
        check_body(&queued[i], SITE("/health", ""), "hello");
    }
    for (int i = 0; i < POOL; i++) {
        w[i] = wire_open(port);
        wire_send(&w[i], SITE("/block", ""));
        gate_await(&blocking, i + 1);
        if (i < POOL - 1) /* there is still one for the others */
            check_body(&c, SITE("/plain", ""), "hello");
        check_body(&health, SITE("/health", ""), "hello");
    }
    /* The one reactor has read what came before that which it answers: it is queued. */
    for (int i = 0; i < QUEUE; i++) {
        wire_send(&queued[i], SITE("/plain", ""));
        check_body(&health, SITE("/health", ""), "hello");
    }
    ck_assert_msg(wire_ask(&c, SITE("/plain", ""), &r), "it waits in the queue");
    ck_assert_int_eq(r.status, 503);
    ck_assert_ptr_nonnull(strstr(r.head, "\r\nRetry-After: "));
    check_body(&health, SITE("/health", ""), "hello");
    gate_open(&blocking);
    for (int i = 0; i < POOL; i++) {
        ck_assert(wire_read(&w[i], &r));
        ck_assert_str_eq(r.body, "at last");
        wire_close(&w[i]);
    }
    for (int i = 0; i < QUEUE; i++) {
        ck_assert(wire_read(&queued[i], &r));
        ck_assert_str_eq(r.body, "hello");
        wire_close(&queued[i]);
    }
    wire_reply_clear(&r);
    wire_close(&c);
    wire_close(&health);
    wire_stop(app);
}
END_TEST

/* ---- g14 ------------------------------------------------------------------------------ */

static int address(hearth_ctx *c)
{
    return hearth_text(c, 200, or_none(hearth_absolute(c, NULL)));
}

static const struct {
    const char *target, *fields, *typed;
} addresses[] = {
    {"/a/b?c=d", "Host: example.org\r\n", "http://example.org/a/b?c=d"},
    {"/a%20b/%C3%A4?c=%26", "Host: example.org:8080\r\n",
     "http://example.org:8080/a%20b/%C3%A4?c=%26"},
    {"/", "Host: [::1]:80\r\n", "http://[::1]/"},
    {"http://example.org/x", "Host: other.org\r\n", "http://example.org/x"},
    {"/p?q",
     "Host: inside:81\r\nX-Forwarded-Host: example.org\r\n"
     "X-Forwarded-Proto: https\r\n",
     "https://example.org/p?q"},
    {"/p", "Host: inside:81\r\nForwarded: host=\"example.org:8443\";proto=https\r\n",
     "https://example.org:8443/p"},
};

START_TEST(g14_an_address_is_what_the_client_typed_behind_a_proxy_too)
{
    static const hearth_route routes[] = {HEARTH_GET("/{any:path}", address),
                                          HEARTH_GET("/", address), HEARTH_END};
    static const char *const proxies[] = {"127.0.0.1", NULL};
    hearth_app *app = serve(&(hearth_app_opts){.trusted_proxies = proxies,
                                               .log = {.level = HEARTH_LOG_OFF}},
                            routes);
    wire w = wire_open(wire_start(app, NULL));
    char request[400];

    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n%s\r\n", addresses[_i].target,
             addresses[_i].fields);
    check_body(&w, request, addresses[_i].typed);
    wire_close(&w);
    wire_stop(app);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

/* clang-format off */
SUITE("wire/capabilities",
      TEST(g1_each_of_a_thousand_parallel_requests_runs_its_handler_once)
      LOOP(g2_the_request_is_told_whole_below_a_mount, 0, COUNT(told))
      LOOP(g3_a_body_of_any_size_is_read_to_its_end_or_left_unread, 0, COUNT(bodies))
      TEST(g4_what_a_handler_logs_is_logged_though_its_client_has_left)
      TEST(g5_a_failure_is_a_500_up_to_the_first_byte_and_then_never_a_whole_answer)
      TEST(g6_a_block_reaches_the_client_before_there_is_another)
      LOOP(g7_a_stream_sends_no_byte_over_its_length_and_is_cut_below_it, 0, 2)
      TEST(g8_what_was_deferred_runs_once_however_thousands_of_clients_leave)
      TEST(g9_fields_of_the_connection_and_control_characters_are_refused_when_set)
      TEST(g10_nested_middlewares_see_both_ways_and_hold_up_no_block)
      TEST(g11_large_files_and_their_ranges_are_sent_by_the_kernel)
      TEST(g12_every_answer_has_a_date_and_only_the_body_it_may_have)
      TEST(g13_who_blocks_stalls_nobody_and_the_queue_behind_is_bounded)
      LOOP(g14_an_address_is_what_the_client_typed_behind_a_proxy_too, 0, COUNT(addresses)))
