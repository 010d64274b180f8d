/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * WebSockets while memory runs out: whichever allocation fails, a client gets 503, the end of
 * the connection, or a socket on which a message is missing and which says 1011 or 1013 if it
 * cannot go on; open and close come in pairs, and every state is released.
 */

#include "fault.h"
#include "gate.h"
#include "suite.h"

#include <arpa/inet.h>
#include <hearth.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 20000
#define MOST        400

static gate freed;
static atomic_int made, opened, closed;

/* Check's own assertions want memory. */
static void must(bool ok)
{
    if (!ok)
        abort();
}

static void release(void *state)
{
    (void)state;
    gate_pass(&freed);
}

static int let_in(hearth_ctx *c)
{
    atomic_fetch_add(&made, 1);
    return hearth_ws_set_state(c, &made, release);
}

static void on_open(hearth_ws *ws)
{
    atomic_fetch_add(&opened, 1);
    (void)hearth_ws_join(ws, "all");
    (void)hearth_ws_join(ws, "more");
}

static void nothing(hearth_ws *ws, void *arg)
{
    (void)ws;
    (void)arg;
}

static void on_message(hearth_ws *ws, hearth_str msg, bool text)
{
    hearth_app *app = hearth_ws_app(ws);
    int rc = hearth_ws_sendf(ws, "%s", msg.ptr);

    (void)text;
    must(rc == 0 || rc == HEARTH_ENOMEM);
    rc = hearth_broadcast(app, "all", msg);
    must(rc == 0 || rc == HEARTH_ENOMEM);
    rc = hearth_room_each(app, "more", nothing, NULL);
    must(rc == 0 || rc == HEARTH_ENOMEM);
    rc = hearth_ws_tell_json(ws, "more", json_pack("{s:s}", "said", msg.ptr));
    must(rc == 0 || rc == HEARTH_ENOMEM);
    if (hearth_ws_ctx(ws) != NULL)
        (void)hearth_strdup(hearth_ws_ctx(ws), msg.ptr);
}

/* What is sent is long enough to be compressed, and to refer to what was sent before. */
static void on_long(hearth_ws *ws, hearth_str msg, bool text)
{
    char much[600];
    int rc;

    (void)text;
    memset(much, msg.ptr[0], sizeof much);
    rc = hearth_ws_send(ws, (hearth_str){much, sizeof much});
    must(rc == 0 || rc == HEARTH_ENOMEM);
    rc = hearth_broadcast(hearth_ws_app(ws), "all", (hearth_str){much, sizeof much});
    must(rc == 0 || rc == HEARTH_ENOMEM);
    rc = hearth_ws_send(ws, (hearth_str){much, 300});
    must(rc == 0 || rc == HEARTH_ENOMEM);
    rc = hearth_ws_send(ws, msg);
    must(rc == 0 || rc == HEARTH_ENOMEM);
    rc = hearth_broadcast(hearth_ws_app(ws), "all", msg);
    must(rc == 0 || rc == HEARTH_ENOMEM);
}

static void on_close(hearth_ws *ws, int code, hearth_str reason)
{
    (void)ws;
    (void)reason;
    must(code == 1000 || code == 1011 || code == 1013);
    atomic_fetch_add(&closed, 1);
}

static const hearth_ws_ops ops = {.accept = let_in,
                                  .open = on_open,
                                  .message = on_message,
                                  .close = on_close};

static const hearth_ws_ops deflates = {.accept = let_in,
                                       .open = on_open,
                                       .message = on_message,
                                       .close = on_close,
                                       .deflate = true};

static const hearth_ws_ops keeps = {.accept = let_in,
                                    .open = on_open,
                                    .message = on_long,
                                    .close = on_close,
                                    .deflate = true,
                                    .deflate_takeover = true};

static const hearth_route table[] = {
    HEARTH_WEBSOCKET("/kept", &keeps, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/deflate", &deflates, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/inline", &ops, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/worker", &ops, .run = HEARTH_WORKER),
    HEARTH_END,
};

#define HEAD                                                                    \
    " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"                    \
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"                      \
    "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10; " \
    "client_max_window_bits\r\n"                                                \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
#define END "\x88\x82\0\0\0\0\x03\xE8"
/* "hi" in two pieces with a ping between them, and 1000; the same compressed. */
#define FRAMES "\x01\x81\0\0\0\0h\x89\x81\0\0\0\0p\x80\x81\0\0\0\0i" END
#define SQUEEZED                        \
    "\x89\x81\0\0\0\0p\xC1\x84\0\0\0\0" \
    "\xca\xc8\x04\x00" END

static const struct {
    const char *bytes;
    size_t len;
} talks[] = {
    {"GET /inline" HEAD FRAMES, sizeof("GET /inline" HEAD FRAMES) - 1},
    {"GET /worker" HEAD FRAMES, sizeof("GET /worker" HEAD FRAMES) - 1},
    {"GET /deflate" HEAD SQUEEZED, sizeof("GET /deflate" HEAD SQUEEZED) - 1},
    {"GET /kept" HEAD SQUEEZED, sizeof("GET /kept" HEAD SQUEEZED) - 1},
};

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static const hearth_log_ops quiet = {.name = "quiet", .write = drop_lines};

typedef struct reply {
    char text[4096];
    size_t len;
} reply;

static bool is_status(const reply *r, const char *status)
{
    return strncmp(r->text, "HTTP/1.1 ", 9) == 0 && strncmp(r->text + 9, status, 3) == 0;
}

/* Say all, then listen to the end, or to a refusal. */
static void talk(int port, int which, reply *r)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ssize_t n = 1;

    *r = (reply){.len = 0};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(connect(fd, (const struct sockaddr *)&to, sizeof to) == 0);
    (void)!send(fd, talks[which].bytes, talks[which].len, MSG_NOSIGNAL);
    while (n > 0 && !is_status(r, "503")) {
        must(poll(&p, 1, PATIENCE_MS) > 0);
        n = recv(fd, r->text + r->len, sizeof r->text - 1 - r->len, 0);
        r->len += n > 0 ? (size_t)n : 0;
    }
    close(fd);
    gate_await(&freed, atomic_load(&made));
    must(freed.entered == atomic_load(&made));
    must(atomic_load(&opened) == atomic_load(&closed));
}

/* Pong, what is compressed and not looked at, echo, broadcast, and 1000. */
static bool is_whole(const reply *r)
{
    static const char all[] = "\x81\x02hi\x81\x02hi\x88\x02\x03\xE8";
    const char *body = strstr(r->text, "\r\n\r\n");

    return is_status(r, "101") && r->len > sizeof all && body != NULL &&
           memcmp(body + 4, "\x8A\x01p", 3) == 0 &&
           memcmp(r->text + r->len - (sizeof all - 1), all, sizeof all - 1) == 0;
}

START_TEST(a_socket_without_memory_ends_or_goes_on)
{
    hearth_app *app = hearth_app_new(
        &(hearth_app_opts){.log = {.ops = &quiet}, .access_log_off = true});
    bool hit = true;
    int whole = 0, refused = 0;
    reply r;

    freed = (gate)GATE_INIT;
    freed.open = true;
    ck_assert_int_eq(hearth_mount(app, "", table), 0);
    ck_assert_int_eq(hearth_app_start(app,
                                      &(hearth_run_opts){.host = "127.0.0.1",
                                                         .port = HEARTH_PORT_ANY,
                                                         .threads = 1,
                                                         .workers = 1},
                                      NULL),
                     0);
    int port = hearth_app_port(app);

    for (long n = 0; hit && n < MOST; n++) {
        fault_at(n);
        talk(port, _i, &r);
        hit = fault_hit();
        if (is_whole(&r))
            whole++;
        else
            ck_assert(hit);
        refused += is_status(&r, "503");
        talk(port, _i, &r);
        ck_assert_msg(is_whole(&r), "after allocation %ld: %s", n, r.text);
    }
    ck_assert(!hit);
    ck_assert_int_gt(whole, 0);
    ck_assert_int_gt(refused, 0);
    ck_assert_int_eq(hearth_app_stop(app), 0);
    hearth_app_free(app);
}
END_TEST

SUITE("fault/ws", LOOP(a_socket_without_memory_ends_or_goes_on, 0, 4))
