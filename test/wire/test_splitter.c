/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Legal requests in every fragmentation: wherever the bytes are cut, the answers are those to the
 * whole, none is refused, and what the handler saw is what was sent.
 *
 * A cut counts only if the server reads both sides of it apart, so after every piece the test waits
 * until the server's end of the connection, which is in this process, has nothing left to read.
 *
 * HEARTH_SPLIT_ROUNDS=100000 for a long run, HEARTH_SPLIT_SEED=n for a failure once more.
 */

#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define OLD_ENGINE (wire_engine_version() < 0x010000)
#define ROUNDS     1000
#define MOST       4 /* requests on a connection */

/* ThreadSanitizer takes a look at the other side's descriptor for a race with its close. */
#ifdef __SANITIZE_THREAD__
#define LOOKS false
#else
#define LOOKS true
#endif

/* ---- the application ------------------------------------------------------------- */

static unsigned hash(const char *p, size_t n)
{
    unsigned h = 2166136261u;

    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 16777619u;
    return h;
}

static unsigned hash_text(const char *s)
{
    return s == NULL ? 0 : hash(s, strlen(s));
}

/* All that was sent, in one line. */
static int tell(hearth_ctx *c)
{
    hearth_str body = hearth_body(c);

    return hearth_textf(c, 200, "%s %s %08x %zu:%08x %08x\n", hearth_method(c),
                        hearth_target(c), hash_text(hearth_header(c, "X-F")), body.len,
                        hash(body.ptr, body.len), hash_text(hearth_trailer(c, "X-T")));
}

static hearth_app *start(void)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/t", tell, .run = HEARTH_INLINE),
        HEARTH_POST("/t", tell, .run = HEARTH_INLINE),
        HEARTH_PUT("/t", tell, .run = HEARTH_WORKER),
        HEARTH_PATCH("/t", tell, .run = HEARTH_INLINE),
        HEARTH_DEL("/t", tell, .run = HEARTH_WORKER),
        HEARTH_END,
    };
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    (void)wire_start(app, NULL);
    return app;
}

/* ---- requests -------------------------------------------------------------------- */

typedef struct script {
    char bytes[64 * 1024];
    size_t n;
    int requests;
    struct {
        bool head;       /* the answer has no body */
        bool close;      /* and is the last */
        char want[6000]; /* the body of the answer, or of what GET would have */
    } each[MOST];
} script;

static void put_n(script *s, const char *p, size_t n)
{
    ck_assert_uint_le(s->n + n, sizeof s->bytes);
    memcpy(s->bytes + s->n, p, n);
    s->n += n;
}

static void put(script *s, const char *text)
{
    put_n(s, text, strlen(text));
}

/* Bytes that may stand in a value or a query. */
static void letters(char *to, size_t n, unsigned *seed)
{
    static const char set[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

    for (size_t i = 0; i < n; i++)
        to[i] = set[wire_random(seed, sizeof set - 1)];
    to[n] = '\0';
}

/* Mostly short, now and then long. */
static size_t length(unsigned *seed, unsigned most)
{
    return wire_random(seed, 4) == 0 ? wire_random(seed, most) : wire_random(seed, 12);
}

static void put_chunks(script *s, const char *body, size_t n, unsigned *seed)
{
    static const char *const extensions[] = {"", ";a", ";a=b", ";a=\"b c\"", ";a;b=c"};
    char line[64];

    for (size_t at = 0; at < n;) {
        size_t piece = 1 + wire_random(seed, (unsigned)(n - at));

        snprintf(line, sizeof line,
                 wire_random(seed, 2) == 0 ? "%zx%s\r\n" : "00%zX%s\r\n", piece,
                 extensions[wire_random(seed, 5)]);
        put(s, line);
        put_n(s, body + at, piece);
        put(s, "\r\n");
        at += piece;
    }
    snprintf(line, sizeof line, "%s%s\r\n", wire_random(seed, 2) == 0 ? "0" : "000",
             extensions[wire_random(seed, 5)]);
    put(s, line);
}

static void put_fields(script *s, unsigned *seed, char *value, size_t max)
{
    static const char *const spaces[] = {"", " ", "\t", "  \t "};
    char filler[64];

    letters(value, length(seed, (unsigned)max - 1), seed);
    for (unsigned i = wire_random(seed, 4); i > 0; i--) {
        letters(filler, wire_random(seed, 40), seed);
        put(s, "X-Filler: ");
        put(s, filler);
        put(s, "\r\n");
    }
    put(s, wire_random(seed, 2) == 0 ? "X-F:" : "x-f:");
    put(s, spaces[wire_random(seed, 4)]);
    put(s, value);
    put(s, spaces[wire_random(seed, 4)]);
    put(s, "\r\n");
}

/* One more request, at random; the connection ends with it if `last` says so or the engine wants
 * it. */
static void add_request(script *s, bool last, unsigned *seed)
{
    static const char *const methods[] = {"GET", "HEAD",  "POST",
                                          "PUT", "PATCH", "DELETE"};
    static char body[20000];
    char query[1200], field[2000], trailer[200] = "", line[64];
    const char *method = methods[wire_random(seed, 6)];
    bool chunked = wire_random(seed, 3) == 0 && (last || !OLD_ENGINE);
    bool sized = !chunked && wire_random(seed, 2) == 0;
    size_t n = chunked || sized ? length(seed, sizeof body - 1) : 0;
    int at = s->requests++;

    letters(query, length(seed, sizeof query - 1), seed);
    for (size_t i = 0; i < n; i++)
        body[i] = (char)wire_random(seed, 256);
    if (wire_random(seed, 8) == 0)
        put(s, "\r\n"); /* RFC 9112 section 2.2: an empty line before it is no harm */
    put(s, method);
    put(s, " /t?");
    put(s, query);
    put(s, " HTTP/1.1\r\nHost: localhost\r\n");
    put_fields(s, seed, field, sizeof field);
    s->each[at].head = strcmp(method, "HEAD") == 0;
    s->each[at].close = last && wire_random(seed, 3) == 0;
    if (s->each[at].close)
        put(s, "Connection: close\r\n");
    s->each[at].close = s->each[at].close || (chunked && OLD_ENGINE);
    if (sized) {
        snprintf(line, sizeof line, "Content-Length: %zu\r\n\r\n", n);
        put(s, line);
        put_n(s, body, n);
    } else if (chunked) {
        put(s, "Transfer-Encoding: chunked\r\n\r\n");
        put_chunks(s, body, n, seed);
        if (wire_random(seed, 2) == 0) {
            letters(trailer, 1 + length(seed, sizeof trailer - 2), seed);
            put(s, "X-T: ");
            put(s, trailer);
            put(s, "\r\n");
        }
        put(s, "\r\n");
    } else {
        put(s, "\r\n");
    }
    snprintf(s->each[at].want, sizeof s->each[at].want, "%s /t?%s %08x %zu:%08x %08x\n",
             method, query, hash_text(field), n, hash(body, n),
             trailer[0] == '\0' ? 0 : hash_text(trailer));
}

static void make_script(script *s, int requests, unsigned *seed)
{
    s->n = 0;
    s->requests = 0;
    for (int i = 0; i < requests; i++)
        add_request(s, i == requests - 1, seed);
}

/* ---- sending in pieces ------------------------------------------------------------- */

/* The other end of w, which is the server's; -1 when there is none any more. */
static int other_end(const wire *w)
{
    struct sockaddr_in here, there;
    socklen_t len = sizeof here;

    ck_assert_int_eq(getsockname(w->fd, (struct sockaddr *)&here, &len), 0);
    for (int fd = 3; fd < 64; fd++) {
        len = sizeof there;
        if (fd != w->fd && getpeername(fd, (struct sockaddr *)&there, &len) == 0 &&
            there.sin_family == AF_INET && there.sin_port == here.sin_port)
            return fd;
    }
    return -1;
}

/* Found once: the server gets it when it accepts. */
static int await_other_end(const wire *w)
{
    int fd = -1;

    for (int tries = 0; LOOKS && fd < 0 && tries < 1000000; tries++) {
        fd = other_end(w);
        if (fd < 0)
            sched_yield();
    }
    return fd;
}

static void await_read(int server)
{
    int left = 1;

    while (LOOKS && server >= 0 && ioctl(server, FIONREAD, &left) == 0 && left > 0)
        sched_yield();
}

static bool is_readable(const wire *w)
{
    char byte;

    return w->len > 0 || recv(w->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

/* The reading is left to the end: the answers are small. */
static void send_cut(wire *w, const char *p, size_t n, int server)
{
    while (n > 0) {
        ssize_t sent = send(w->fd, p, n, MSG_NOSIGNAL);

        ck_assert_msg(sent > 0, "the connection ended while the request was sent");
        p += sent;
        n -= (size_t)sent;
    }
    await_read(server);
}

static void check_answers(wire *w, const script *s, const char *how)
{
    wire_reply r = {0};

    for (int i = 0; i < s->requests; i++) {
        bool head = s->each[i].head;

        ck_assert_msg(head ? wire_read_head(w, &r) : wire_read(w, &r),
                      "%s: no answer %d of %d", how, i + 1, s->requests);
        ck_assert_msg(r.status == 200, "%s: answer %d of %d is %d\n%s\n%.*s", how, i + 1,
                      s->requests, r.status, r.body, (int)s->n, s->bytes);
        ck_assert_msg(r.close == s->each[i].close, "%s: answer %d\n%s", how, i + 1,
                      r.head);
        if (!head)
            ck_assert_msg(strcmp(r.body, s->each[i].want) == 0, "%s: answer %d\n%s%s",
                          how, i + 1, r.body, s->each[i].want);
        if (head) {
            char text[32];

            ck_assert_ptr_nonnull(wire_field(&r, "Content-Length", text, sizeof text));
            ck_assert_uint_eq(strtoul(text, NULL, 10), strlen(s->each[i].want));
        }
    }
    if (s->each[s->requests - 1].close)
        ck_assert_msg(wire_closed(w), "%s: more comes", how);
    wire_reply_clear(&r);
}

/* ---- every cut in two ---------------------------------------------------------------- */

static const unsigned two_seeds[] = {1, 2, 3, 5, 8, 13, 21, 34};
#define NTWO ((int)(sizeof two_seeds / sizeof two_seeds[0]))

START_TEST(a_request_may_be_cut_in_two_anywhere)
{
    static script s;
    unsigned seed = two_seeds[_i];
    hearth_app *app = start();
    wire w = wire_open(hearth_app_port(app));
    int server = await_other_end(&w);
    char how[64];

    do /* one that is worth it, and not too long to try every byte of it */
        make_script(&s, 1 + _i % 2, &seed);
    while (s.n > 700);
    for (size_t cut = 1; cut < s.n; cut++) {
        snprintf(how, sizeof how, "script %d cut at %zu", _i, cut);
        send_cut(&w, s.bytes, cut, server);
        ck_assert_msg(s.requests > 1 || !is_readable(&w), "%s: answered too early", how);
        send_cut(&w, s.bytes + cut, s.n - cut, server);
        check_answers(&w, &s, how);
        if (s.each[s.requests - 1].close) {
            wire_close(&w);
            w = wire_open(hearth_app_port(app));
            server = await_other_end(&w);
        }
    }
    wire_close(&w);
    wire_stop(app);
}
END_TEST

START_TEST(a_request_may_come_byte_by_byte)
{
    static script s;
    unsigned seed = 1000 + (unsigned)_i;
    hearth_app *app = start();
    wire w = wire_open(hearth_app_port(app));
    int server = await_other_end(&w);

    do
        make_script(&s, 2, &seed);
    while (s.n > 3000);
    for (size_t at = 0; at < s.n; at++)
        send_cut(&w, s.bytes + at, 1, server);
    check_answers(&w, &s, "byte by byte");
    wire_close(&w);
    wire_stop(app);
}
END_TEST

/* ---- any number of pieces --------------------------------------------------------------- */

static unsigned number_of(const char *name, unsigned otherwise)
{
    const char *text = getenv(name);

    return text == NULL ? otherwise : (unsigned)strtoul(text, NULL, 10);
}

START_TEST(requests_may_come_in_any_pieces)
{
    static const unsigned sizes[] = {1, 2, 3, 7, 40, 500, 5000};
    static script s;
    unsigned first = number_of("HEARTH_SPLIT_SEED", 1),
             rounds = number_of("HEARTH_SPLIT_ROUNDS",
                                getenv("HEARTH_SPLIT_SEED") == NULL ? ROUNDS : 1);
    hearth_app *app = start();

    for (unsigned round = first; round < first + rounds; round++) {
        unsigned seed = round * 2654435761u + 1;
        char how[64];

        snprintf(how, sizeof how, "HEARTH_SPLIT_SEED=%u", round);
        make_script(&s, 1 + (int)wire_random(&seed, MOST), &seed);
        unsigned most = sizes[wire_random(&seed, s.n < 2000    ? 7
                                                 : s.n < 10000 ? 3
                                                               : 2) +
                              (s.n < 2000    ? 0
                               : s.n < 10000 ? 4
                                             : 5)];
        wire w = wire_open(hearth_app_port(app));
        int server = await_other_end(&w);

        for (size_t at = 0; at < s.n;) {
            size_t n = 1 + wire_random(&seed, most);

            n = n < s.n - at ? n : s.n - at;
            send_cut(&w, s.bytes + at, n, server);
            at += n;
        }
        check_answers(&w, &s, how);
        wire_close(&w);
    }
    wire_stop(app);
}
END_TEST

SUITE("wire/splitter", LOOP(a_request_may_be_cut_in_two_anywhere, 0, NTWO)
                           LOOP(a_request_may_come_byte_by_byte, 0, 4)
                               TEST(requests_may_come_in_any_pieces))
