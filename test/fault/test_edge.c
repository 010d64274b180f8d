/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A real server while memory runs out, on every long way that a request or an answer can
 * take: forms with files, bodies taken as they arrive, ranges of files, compressed answers,
 * streams, a PROXY header first, models and lists.  Each allocation fails once in turn, then
 * all from each on: the client gets the answer, one 503 or the end of the connection, and
 * the next one the answer.  jansson and SQLite are in it, libmicrohttpd where it is the
 * private one.
 */

#include "allocators.h"
#include "fault.h"
#include "form.h"
#include "suite.h"
#include "tree.h"

#include <arpa/inet.h>
#include <errno.h>
#include <hearth.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 20000
#define MOST        4000   /* allocations tried; a request has far fewer */
#define LARGE       150000 /* too large for memory */
#define ROOM        400000

/* ---- the application ------------------------------------------------------------------ */

static int form(hearth_ctx *c)
{
    const hearth_upload *u = hearth_upload_named(c, "f");
    hearth_str all;

    HEARTH_TRY(hearth_body_form(c));
    if (u == NULL)
        return hearth_fail(c, 422, "no file");
    HEARTH_TRY(hearth_upload_bytes(c, u, &all));
    return hearth_textf(c, 200, "%zu", all.len);
}

static int on_data(void *self, hearth_ctx *c, const void *p, size_t n)
{
    size_t *total = self;

    (void)p;
    *total += n;
    return hearth_alloc(c, 100) == NULL ? HEARTH_ENOMEM : 0;
}

static int taken(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%zu", *(size_t *)hearth_body_state(c));
}

static const hearth_body_ops taking = {.name = "test",
                                       .size = sizeof(size_t),
                                       .data = on_data};

static int text(hearth_ctx *c)
{
    char *p = hearth_alloc(c, 20001);

    if (p == NULL)
        return HEARTH_ENOMEM;
    for (int i = 0; i < 20000; i++)
        p[i] = (char)('a' + i % 26);
    return hearth_text(c, 200, p);
}

static ptrdiff_t next_block(void *arg, char *buf, size_t max)
{
    int *n = arg;

    if ((*n)++ == 4)
        return 0;
    memset(buf, 'a' + *n, max);
    return (ptrdiff_t)max;
}

static int blocks(hearth_ctx *c)
{
    int *n = HEARTH_NEW(c, int);

    if (n == NULL)
        return HEARTH_ENOMEM;
    return hearth_stream(c, 200, "text/plain", next_block, n);
}

static int peer(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_peer(c));
}

#define NOTE(F, T)                                          \
    F(T, id, i64, "Identifier", .key = true)                \
    F(T, title, text, "Title", .required = true, .max = 20) \
    F(T, day, date, "Day", .nullable = true)
HEARTH_MODEL(note, "notes", NOTE);

static const hearth_model *const models[] = {&note_model, NULL};

/* The same answer every time. */
static int put_note(hearth_ctx *c)
{
    struct note *n = HEARTH_IN(c, note);

    HEARTH_TRY(hearth_upsert(c, &note_model, NULL, n));
    return hearth_reply(c, 200, &note_model, n);
}

static int list_notes(hearth_ctx *c)
{
    return hearth_reply_list(c, &note_model, NULL);
}

static hearth_handler *const compressing[] = {hearth_compress, NULL};

static const hearth_route routes[] = {
    HEARTH_POST("/form", form, .max_body = 16u << 20),
    HEARTH_POST("/take", taken, .body = &taking),
    HEARTH_GET("/text", text, .run = HEARTH_WORKER, .use = compressing),
    HEARTH_GET("/blocks", blocks, .run = HEARTH_WORKER),
    HEARTH_GET("/blocks/inline", blocks, .run = HEARTH_INLINE),
    HEARTH_GET("/blocks/small", blocks, .run = HEARTH_WORKER, .use = compressing),
    HEARTH_GET("/peer", peer, .run = HEARTH_INLINE),
    HEARTH_PUT("/notes", put_note, .in = &note_model),
    HEARTH_GET("/notes", list_notes),
    HEARTH_END,
};

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static const hearth_log_ops dropping = {.name = "drop", .write = drop_lines};

typedef struct world {
    tree t;
    hearth_app *app;
    int port[2]; /* plain, and behind a PROXY header */
} world;

static int port_of(const hearth_app *app, size_t i)
{
    const char *address = hearth_app_address(app, i);

    ck_assert_ptr_nonnull(address);
    return (int)strtol(strrchr(address, ':') + 1, NULL, 10);
}

static void start(world *w)
{
    static const char *const listen_at[] = {"127.0.0.1:0", "127.0.0.1:0 proxy_protocol",
                                            NULL};
    static const char *const proxies[] = {"127.0.0.1", NULL};
    static char big[LARGE];
    hearth_error err = {0};
    hearth_db *db;

    take_over();
    w->t = tree_new();
    memset(big, 'b', sizeof big);
    tree_file_n(&w->t, "big.bin", big, sizeof big, 1000);
    db = hearth_db_open("sqlite::memory:", &err);
    ck_assert_ptr_nonnull(db);
    ck_assert_int_eq(
        hearth_db_script(
            db,
            "CREATE TABLE notes(id INTEGER PRIMARY KEY, title TEXT NOT NULL, "
            "day TEXT) STRICT; INSERT INTO notes(title) VALUES ('one'), "
            "('two'), ('three')",
            &err),
        0);
    w->app = hearth_app_new(&(hearth_app_opts){.upload_dir = w->t.dir,
                                               .trusted_proxies = proxies,
                                               .log = {.ops = &dropping}});
    ck_assert_ptr_nonnull(w->app);
    ck_assert_int_eq(hearth_use_db(w->app, db), 0);
    ck_assert_int_eq(hearth_use_models(w->app, models), 0);
    ck_assert_int_eq(hearth_static(w->app, "/files", w->t.dir, NULL), 0);
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    ck_assert_msg(hearth_app_start(
                      w->app,
                      &(hearth_run_opts){.listen = listen_at, .threads = 1, .workers = 2},
                      &err) == 0,
                  "%s", err.text);
    for (size_t i = 0; i < 2; i++)
        w->port[i] = port_of(w->app, i);
}

static void stop(world *w)
{
    ck_assert_int_eq(hearth_app_stop(w->app), 0);
    hearth_app_free(w->app);
    tree_free(&w->t);
}

/* ---- a client that needs no memory ---------------------------------------------------- */

typedef struct reply {
    char text[ROOM];
    size_t len;
    bool late;
} reply;

static int dial(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Sends what the server takes, and receives up to its end. */
static void ask(int port, const char *request, size_t n, reply *r)
{
    struct pollfd p = {.fd = dial(port), .events = POLLIN | POLLOUT};
    ssize_t got = 1;

    r->len = 0;
    r->late = false;
    while (got > 0 && r->len < ROOM - 1) {
        p.events = n > 0 ? POLLIN | POLLOUT : POLLIN;
        if (poll(&p, 1, PATIENCE_MS) <= 0) {
            r->late = true;
            break;
        }
        if ((p.revents & POLLOUT) != 0) {
            ssize_t sent = send(p.fd, request, n, MSG_NOSIGNAL | MSG_DONTWAIT);

            if (sent < 0 && errno != EAGAIN)
                n = 0; /* it takes no more */
            request += sent > 0 ? sent : 0;
            n -= sent > 0 ? (size_t)sent : 0;
        }
        if ((p.revents & ~POLLOUT) == 0)
            continue;
        got = recv(p.fd, r->text + r->len, ROOM - 1 - r->len, MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN)
            got = 1;
        else
            r->len += got > 0 ? (size_t)got : 0;
    }
    r->text[r->len] = '\0';
    close(p.fd);
}

static const char *body_of(const reply *r, size_t *len)
{
    const char *end = strstr(r->text, "\r\n\r\n");

    *len = end == NULL ? 0 : r->len - (size_t)(end + 4 - r->text);
    return end == NULL ? "" : end + 4;
}

static bool is_status(const reply *r, const char *status)
{
    return strncmp(r->text, "HTTP/1.1 ", 9) == 0 && strncmp(r->text + 9, status, 3) == 0;
}

/* Whole, as it says itself. */
static bool is_503(const reply *r)
{
    const char *length = strstr(r->text, "\r\nContent-Length: ");
    size_t len;

    (void)body_of(r, &len);
    return is_status(r, "503") && length != NULL &&
           strtoul(length + 18, NULL, 10) == len &&
           (strstr(r->text, "\r\nRetry-After: ") != NULL);
}

/* The same but for Date and the like; part: or its beginning. */
static bool is_same(const reply *r, const reply *good, bool part)
{
    size_t n, m;
    const char *a = body_of(r, &n), *b = body_of(good, &m);

    return memcmp(r->text, good->text, 13) == 0 && (part ? n <= m : n == m) &&
           memcmp(a, b, n) == 0;
}

/* ---- requests ------------------------------------------------------------------------- */

#define END          "Host: localhost\r\nConnection: close\r\n"
#define GET(t, more) "GET " t " HTTP/1.1\r\n" END more "\r\n"

static const struct {
    const char *head; /* of a POST without Content-Length and the empty line */
    size_t file;      /* 0: it is whole; else a form with a file so large */
    const char *status;
    bool stream;      /* may be cut */
    const char *also; /* another request: its answer is good, too */
    bool proxied;
} kinds[] = {
    {"POST /form HTTP/1.1\r\n" END "Content-Type: " FORM_TYPE "\r\n", LARGE, "200", false,
     NULL, false},
    {"POST /form HTTP/1.1\r\n" END "Content-Type: " FORM_TYPE "\r\n", 100, "200", false,
     NULL, false},
    {"POST /take HTTP/1.1\r\n" END, LARGE, "200", false, NULL, false},
    {"POST /take HTTP/1.1\r\n" END
     "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n",
     0, "200", false, NULL, false},
    {GET("/files/big.bin", "Range: bytes=1000-99999\r\n"), 0, "206", false, NULL, false},
    {GET("/files/big.bin", ""), 0, "200", false, NULL, false},
    {GET("/text", "Accept-Encoding: gzip\r\n"), 0, "200", false, GET("/text", ""), false},
    {GET("/text", "Accept-Encoding: zstd\r\n"), 0, "200", false, GET("/text", ""), false},
    {GET("/text", "Accept-Encoding: br\r\n"), 0, "200", false, GET("/text", ""), false},
    {GET("/blocks", ""), 0, "200", true, NULL, false},
    {GET("/blocks/inline", ""), 0, "200", true, NULL, false},
    {GET("/blocks/small", "Accept-Encoding: gzip\r\n"), 0, "200", true,
     GET("/blocks/small", ""), false},
    {"PROXY TCP4 192.0.2.7 192.0.2.1 1000 80\r\n" GET("/peer", ""), 0, "200", false, NULL,
     true},
    {"PUT /notes HTTP/1.1\r\n" END "Content-Type: application/json\r\n"
     "Content-Length: 42\r\n\r\n{\"id\":1,\"title\":\"one\",\"day\":\"2026-11-25\"}\n",
     0, "200", false, NULL, false},
    {GET("/notes?title.contains=o&id.in=1,2&sort=title,-day&limit=1&count=true", ""), 0,
     "200", false, NULL, false},
    {GET("/notes?color=red", ""), 0, "422", false, NULL, false},
};
#define KINDS ((int)(sizeof kinds / sizeof kinds[0]))

static char *request_of(int i, size_t *n)
{
    size_t head = strlen(kinds[i].head), len = 0;
    char *body = kinds[i].file == 0 ? NULL : form_of_size(kinds[i].file, &len);
    char *request = malloc(head + len + 64);

    ck_assert_ptr_nonnull(request);
    memcpy(request, kinds[i].head, head);
    if (body != NULL)
        head += (size_t)snprintf(request + head, 64, "Content-Length: %zu\r\n\r\n", len);
    if (body != NULL)
        memcpy(request + head, body, len);
    free(body);
    *n = head + len;
    return request;
}

/* The ids of requests differ. */
static void blur_ids(reply *r)
{
    for (size_t i = 0, n; i < r->len; i += n + 1) {
        for (n = 0;
             i + n < r->len && strchr("0123456789abcdef", r->text[i + n]) != NULL &&
             r->text[i + n] != '\0';
             n++)
            ;
        if (n == 24)
            memset(r->text + i, '-', n);
    }
}

static void check_good(int port, const char *request, size_t n, const reply *good)
{
    static reply now;

    ask(port, request, n, &now);
    blur_ids(&now);
    ck_assert_msg(!now.late && is_same(&now, good, false), "afterwards: %.400s",
                  now.text);
}

/* _i: each kind twice. */
START_TEST(a_server_without_memory_answers_says_503_or_closes_and_then_serves_again)
{
    static reply now, good, also;
    bool onwards = _i >= KINDS, hit = true;
    int i = _i % KINDS, refused = 0;
    size_t n;
    char *request = request_of(i, &n);
    world w;

    start(&w);
    int port = w.port[kinds[i].proxied];

    ask(port, request, n, &good);
    ask(port, request, n, &good);
    blur_ids(&good);
    ck_assert_msg(is_status(&good, kinds[i].status), "%.400s", good.text);
    if (kinds[i].also != NULL)
        ask(port, kinds[i].also, strlen(kinds[i].also), &also);
    for (long k = 0; hit; k++) {
        ck_assert_int_lt(k, MOST);
        (onwards ? fault_from : fault_at)(k);
        ask(port, request, n, &now);
        hit = fault_hit();
        blur_ids(&now);
        ck_assert_msg(!now.late, "allocation %ld: no answer, no end: %.400s", k,
                      now.text);
        if (is_503(&now) || now.len == 0) {
            ck_assert_msg(hit, "%.400s", now.text);
            refused++;
        } else {
            ck_assert_msg(is_same(&now, &good, false) ||
                              (hit && kinds[i].also != NULL &&
                               is_same(&now, &also, kinds[i].stream)) ||
                              (hit && kinds[i].stream && is_same(&now, &good, true)),
                          "allocation %ld: %zu bytes: %.600s", k, now.len, now.text);
        }
        check_good(port, request, n, &good);
    }
    ck_assert_int_gt(refused, 0);
    free(request);
    stop(&w);
}
END_TEST

SUITE("fault/edge",
      LOOP(a_server_without_memory_answers_says_503_or_closes_and_then_serves_again, 0,
           2 * KINDS))
