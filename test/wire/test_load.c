/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Everything at once: several clients, well-behaved and not, on a server of two reactors
 * with a database in a file.  Every well-formed request carries a token of its own and
 * must get it back, in order; what was written must be there, once, at the end.
 *
 * HEARTH_LOAD is the number of rounds a client goes through; by default so many that it
 * takes a few seconds.
 */

#include "suite.h"
#include "wire.h"

#include <arpa/inet.h>
#include <hearth.h>
#include <hearth/client.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENTS 6
#define DEPTH   8 /* of a pipeline */

#if defined(__SANITIZE_THREAD__)
#define ROUNDS 60
#elif defined(__SANITIZE_ADDRESS__)
#define ROUNDS 150
#else
#define ROUNDS 400
#endif

typedef struct world {
    hearth_app *app;
    int port;
    atomic_long sent, answered; /* well-formed requests that were waited for */
    atomic_long written;        /* writes that were acknowledged */
    atomic_long perhaps;        /* writes that were sent and abandoned */
    atomic_long deferred, released;
} world;

static void released(void *arg)
{
    atomic_fetch_add((atomic_long *)arg, 1);
}

/* ---- the application --------------------------------------------------------------- */

static int token(hearth_ctx *c)
{
    world *w = hearth_state(c);

    atomic_fetch_add(&w->deferred, 1);
    HEARTH_TRY(hearth_defer(c, released, &w->released));
    return hearth_textf(c, 200, "%s", hearth_param(c, "token"));
}

static int body(hearth_ctx *c)
{
    hearth_str b = hearth_body(c);

    return hearth_blob(c, 200, "text/plain", b.ptr, b.len);
}

static int put_note(hearth_ctx *c)
{
    return hearth_reply_row(c, 201, "INSERT INTO notes(token) VALUES (?) RETURNING token",
                            hearth_args(hearth_param(c, "token")));
}

static int get_note(hearth_ctx *c)
{
    return hearth_reply_row(c, 200, "SELECT token FROM notes WHERE token = ?",
                            hearth_args(hearth_param(c, "token")));
}

static int move(hearth_ctx *c)
{
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_exec(c, "UPDATE purse SET n = n - 1 WHERE id = 1", HEARTH_NO_ARGS));
    HEARTH_TRY(hearth_exec(c, "UPDATE purse SET n = n + 1 WHERE id = 2", HEARTH_NO_ARGS));
    if (hearth_param_int(c, "n") % 3 == 0)
        return hearth_textf(c, 200, "%lld", (long long)hearth_param_int(c, "n"));
    HEARTH_TRY(hearth_commit(c));
    return hearth_textf(c, 200, "%lld", (long long)hearth_param_int(c, "n"));
}

static int slow(hearth_ctx *c)
{
    struct timespec ms = {.tv_nsec = 2000000};

    nanosleep(&ms, NULL);
    return token(c);
}

static int around(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "X-Target", hearth_target(c)));
    return hearth_next(c);
}

static const hearth_route table[] = {
    HEARTH_GET("/inline/{token}", token, .run = HEARTH_INLINE),
    HEARTH_GET("/worker/{token}", token, .run = HEARTH_WORKER),
    HEARTH_GET("/auto/{token}", token),
    HEARTH_GET("/slow/{token}", slow, .run = HEARTH_WORKER),
    HEARTH_POST("/inline", body, .run = HEARTH_INLINE),
    HEARTH_POST("/worker", body, .run = HEARTH_WORKER),
    HEARTH_POST("/auto", body),
    HEARTH_PUT("/notes/{token}", put_note),
    HEARTH_GET("/notes/{token}", get_note),
    HEARTH_POST("/move/{n:int}", move, .run = HEARTH_WORKER),
    HEARTH_END,
};

static const char schema[] =
    "CREATE TABLE notes(id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE purse(id INTEGER PRIMARY KEY, n INT) STRICT;"
    "INSERT INTO purse VALUES (1, 0), (2, 0);";

/* ---- clients ----------------------------------------------------------------------- */

typedef struct client {
    world *w;
    int number;
    unsigned seed;
    long count;
    wire c;
    wire_reply r;
    char (*asked)[64]; /* what the answers to a pipeline must be */
} client;

static unsigned pick(client *k, unsigned n)
{
    return wire_random(&k->seed, n);
}

static void fresh(client *k)
{
    if (k->c.fd < 0 || k->c.ended) {
        wire_close(&k->c);
        k->c = wire_open(k->w->port);
    }
}

static void next_token(client *k, char out[64])
{
    snprintf(out, 64, "t%d-%ld", k->number, k->count++);
}

/* One well-formed request into `out`; its answer's body into `answer`. */
static int make_request(client *k, char *out, size_t size, char answer[64], int *status)
{
    static const char *const places[] = {"inline", "worker", "auto"};
    const char *place = places[pick(k, 3)];
    char t[64];

    next_token(k, t);
    snprintf(answer, 64, "%s", t);
    *status = 200;
    /* libmicrohttpd 0.9 has its connections closed after a chunked body. */
    switch (pick(k, wire_engine_version() < 0x010000 ? 3 : 4)) {
    case 0:
        return snprintf(out, size,
                        "POST /%s HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n%s",
                        place, strlen(t), t);
    case 3:
        return snprintf(out, size,
                        "POST /%s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                        "\r\n%zx\r\n%s\r\n0\r\n\r\n",
                        place, strlen(t), t);
    default:
        return snprintf(out, size, "GET /%s/%s HTTP/1.1\r\nHost: a\r\n\r\n", place, t);
    }
}

static void expect(client *k, int status, const char *answer)
{
    ck_assert_msg(wire_read(&k->c, &k->r), "client %d: no answer, wanted %s", k->number,
                  answer);
    ck_assert_msg(k->r.status == status, "client %d: %d %s, wanted %s", k->number,
                  k->r.status, k->r.body, answer);
    ck_assert_str_eq(k->r.body, answer);
    atomic_fetch_add(&k->w->answered, 1);
}

static void one_by_one(client *k)
{
    char text[512], answer[64];
    int status;

    for (int i = 0; i < DEPTH; i++) {
        fresh(k);
        make_request(k, text, sizeof text, answer, &status);
        atomic_fetch_add(&k->w->sent, 1);
        if (pick(k, 4) == 0)
            wire_send_pieces(&k->c, text, strlen(text), 40, &k->seed);
        else
            wire_send(&k->c, text);
        expect(k, status, answer);
    }
}

static void pipeline(client *k)
{
    char text[DEPTH * 512], answer[DEPTH][64];
    int status[DEPTH], at = 0;

    fresh(k);
    for (int i = 0; i < DEPTH; i++) {
        at += make_request(k, text + at, sizeof text - (size_t)at, answer[i], &status[i]);
        atomic_fetch_add(&k->w->sent, 1);
    }
    if (pick(k, 2) == 0)
        wire_send_pieces(&k->c, text, (size_t)at, 200, &k->seed);
    else
        wire_send(&k->c, text);
    for (int i = 0; i < DEPTH; i++)
        expect(k, status[i], answer[i]);
}

static void use_db(client *k)
{
    char text[256], t[64], answer[128];

    fresh(k);
    next_token(k, t);
    snprintf(answer, sizeof answer, "{\"token\":\"%s\"}", t);
    snprintf(text, sizeof text, "PUT /notes/%s HTTP/1.1\r\nHost: a\r\n\r\n", t);
    atomic_fetch_add(&k->w->sent, 3);
    wire_send(&k->c, text);
    expect(k, 201, answer);
    atomic_fetch_add(&k->w->written, 1);
    /* On another connection: what was acknowledged is seen by every reader. */
    if (pick(k, 2) == 0)
        wire_close(&k->c);
    fresh(k);
    snprintf(text, sizeof text, "GET /notes/%s HTTP/1.1\r\nHost: a\r\n\r\n", t);
    wire_send(&k->c, text);
    expect(k, 200, answer);
    snprintf(answer, sizeof answer, "%ld", k->count);
    snprintf(text, sizeof text, "POST /move/%ld HTTP/1.1\r\nHost: a\r\n\r\n", k->count);
    wire_send(&k->c, text);
    expect(k, 200, answer);
}

/* Gone in the middle of the head, of the body, or while the handler works. */
static void leave(client *k)
{
    char text[256], t[64];

    fresh(k);
    next_token(k, t);
    switch (pick(k, 5)) {
    case 0:
        wire_send(&k->c, "GET /inline/x HTTP/1.1\r\nHo");
        break;
    case 1:
        wire_send(&k->c,
                  "POST /worker HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
        break;
    case 2:
        wire_send(&k->c,
                  "POST /auto HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                  "\r\n5\r\nab");
        break;
    case 3:
        snprintf(text, sizeof text,
                 "GET /slow/%s HTTP/1.1\r\nHost: a\r\n\r\n"
                 "GET /worker/%s HTTP/1.1\r\nHost: a\r\n\r\n",
                 t, t);
        wire_send(&k->c, text);
        break;
    default:
        snprintf(text, sizeof text, "PUT /notes/%s HTTP/1.1\r\nHost: a\r\n\r\n", t);
        atomic_fetch_add(&k->w->perhaps, 1);
        wire_send(&k->c, text);
    }
    if (pick(k, 2) == 0)
        wire_reset(&k->c);
    else
        wire_close(&k->c);
}

static const struct {
    const char *text;
    int status;
} wrong[] = {
    {"GET /inline/x HTTP/1.1\r\n\r\n", 400},
    {"GET  /inline/x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"POST /inline HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", 413},
    {"POST /worker HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     400},
    {"POST /auto HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
    {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
};

/* Refused, and the connection ends. */
static void be_wrong(client *k)
{
    size_t i = pick(k, sizeof wrong / sizeof *wrong);
    wire c = wire_open(k->w->port);

    wire_send(&c, wrong[i].text);
    if (wire_read(&c, &k->r))
        ck_assert_msg(k->r.status == wrong[i].status, "%s: %d", wrong[i].text,
                      k->r.status);
    ck_assert_msg(wire_ends(&c), "stays open after %s", wrong[i].text);
    wire_close(&c);
}

static void *run_client(void *arg)
{
    client *k = arg;
    const char *rounds = getenv("HEARTH_LOAD");
    long n = rounds == NULL ? ROUNDS : strtol(rounds, NULL, 10);

    while (n-- > 0) {
        switch (pick(k, 8)) {
        case 0:
        case 1:
            one_by_one(k);
            break;
        case 2:
        case 3:
            pipeline(k);
            break;
        case 4:
        case 5:
            use_db(k);
            break;
        case 6:
            leave(k);
            break;
        default:
            be_wrong(k);
        }
    }
    wire_reply_clear(&k->r);
    wire_close(&k->c);
    return NULL;
}

/* ---- the test --------------------------------------------------------------------- */

static int number(hearth_client *t, const char *pointer)
{
    return (int)strtol(hearth_answer_at(hearth_call_get(t, "/"), pointer), NULL, 10);
}

static int counts(hearth_ctx *c)
{
    return hearth_reply_row(c, 200,
                            "SELECT (SELECT count(*) FROM notes) AS notes,"
                            " (SELECT n FROM purse WHERE id = 1) AS one,"
                            " (SELECT n FROM purse WHERE id = 2) AS two",
                            HEARTH_NO_ARGS);
}

static hearth_db *open_db(const char *path)
{
    char url[300];
    hearth_error err;

    snprintf(url, sizeof url, "sqlite:%s?sync=normal", path);
    hearth_db *db = hearth_db_open(url, &err);

    ck_assert_msg(db != NULL, "%s", err.text);
    return db;
}

static void run_clients(world *w)
{
    client k[CLIENTS];
    pthread_t thread[CLIENTS];

    for (int i = 0; i < CLIENTS; i++) {
        k[i] = (client){.w = w, .number = i, .seed = 77u + (unsigned)i, .c.fd = -1};
        ck_assert_int_eq(pthread_create(&thread[i], NULL, run_client, &k[i]), 0);
    }
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(thread[i], NULL);
}

static void check_db(const world *w, const char *path)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_use_db(app, open_db(path));
    hearth_get(app, "/", counts);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    ck_assert_int_ge(number(t, "/notes"), (int)atomic_load(&w->written));
    ck_assert_int_le(number(t, "/notes"),
                     (int)(atomic_load(&w->written) + atomic_load(&w->perhaps)));
    ck_assert_int_eq(number(t, "/one"), -number(t, "/two"));
    ck_assert_int_gt(number(t, "/two"), 0);
    hearth_client_free(t);
}

START_TEST(every_request_gets_its_own_answer)
{
    const char *tmp = getenv("TMPDIR");
    char dir[200], path[220], name[240];
    world w = {.port = 0};
    hearth_run_opts o = wire_opts();
    hearth_error err;

    snprintf(dir, sizeof dir, "%.150s/hearth-load-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/load.db", dir);
    w.app = hearth_app_new(
        &(hearth_app_opts){.state = &w, .log = {.level = HEARTH_LOG_WARN}});
    hearth_db *db = open_db(path);

    ck_assert_msg(hearth_db_script(db, schema, &err) == 0, "%s", err.text);
    hearth_use_db(w.app, db);
    hearth_use(w.app, around);
    hearth_mount(w.app, "", table);
    o.threads = 2;
    w.port = wire_start(w.app, &o);
    run_clients(&w);
    wire_stop(w.app);
    ck_assert_int_eq(atomic_load(&w.sent), atomic_load(&w.answered));
    ck_assert_int_eq(atomic_load(&w.deferred), atomic_load(&w.released));
    check_db(&w, path);
    for (int i = 0; i < 3; i++) {
        static const char *const ends[] = {"", "-wal", "-shm"};

        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* ---- stopping ------------------------------------------------------------------------ */

typedef struct caller {
    atomic_int port; /* 0: end */
    atomic_long answers;
} caller;

static int dial(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_ge(fd, 0);
    if (connect(fd, (const struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Asks all the time, and does not mind being cut off. */
static void *call_on(void *arg)
{
    static const char text[] = "GET /slow/x HTTP/1.1\r\nHost: a\r\n\r\n"
                               "GET /inline/x HTTP/1.1\r\nHost: a\r\n\r\n"
                               "POST /worker HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
                               "\r\nx"
                               "PUT /notes/x HTTP/1.1\r\nHost: a\r\n\r\n";
    caller *k = arg;
    char in[4096];
    int port;

    while ((port = atomic_load(&k->port)) != 0) {
        int fd = dial(port);

        if (fd < 0)
            continue;
        (void)!send(fd, text, sizeof text - 1, MSG_NOSIGNAL);
        while (recv(fd, in, sizeof in, 0) > 0) {
            atomic_fetch_add(&k->answers, 1);
            (void)!send(fd, text, sizeof text - 1, MSG_NOSIGNAL);
        }
        close(fd);
    }
    return NULL;
}

/* _i: with a drain, or so short that workers are still busy at the cut. */
START_TEST(a_stop_under_load_is_clean_and_the_next_start_serves)
{
    world w = {.port = 0};
    caller k = {.port = 0};
    hearth_run_opts o = wire_opts();
    pthread_t thread[CLIENTS];

    w.app =
        hearth_app_new(&(hearth_app_opts){.state = &w, .log = {.level = HEARTH_LOG_OFF}});
    ck_assert_ptr_nonnull(w.app);
    hearth_use_db(w.app, hearth_db_open("sqlite::memory:", NULL));
    hearth_mount(w.app, "", table);
    o.threads = 2;
    o.drain_ms = _i == 0 ? 5000 : 1;
    for (int round = 0; round < 10; round++) {
        long before = atomic_load(&k.answers);

        atomic_store(&k.port, wire_start(w.app, &o));
        for (int i = 0; round == 0 && i < CLIENTS; i++)
            ck_assert_int_eq(pthread_create(&thread[i], NULL, call_on, &k), 0);
        while (atomic_load(&k.answers) < before + 20)
            sched_yield();
        ck_assert_int_eq(hearth_app_stop(w.app), 0);
    }
    atomic_store(&k.port, 0);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(thread[i], NULL);
    ck_assert_int_eq(atomic_load(&w.deferred), atomic_load(&w.released));
    hearth_app_free(w.app);
}
END_TEST

SUITE("wire/load", TEST(every_request_gets_its_own_answer)
                       LOOP(a_stop_under_load_is_clean_and_the_next_start_serves, 0, 2))
