/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The rules of RFC 6455 and RFC 7692, one row each with its section, on real connections: what a
 * client may do, and what it is told when it does something else.  Beside each socket is
 * another one, which must not notice; and at the end of each row nothing is left of it.
 */

#include "gate.h"
#include "suite.h"
#include "ws_wire.h"

#include <hearth.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#define LIMIT 100000

typedef struct world {
    hearth_app *app;
    int port;
    gate freed; /* open: states released */
    atomic_int code;
} world;

static void release(void *state)
{
    gate_pass(&((world *)state)->freed);
}

static int let_in(hearth_ctx *c)
{
    return hearth_ws_set_state(c, hearth_state(c), release);
}

static void enter(hearth_ws *ws)
{
    (void)hearth_ws_join(ws, "all");
}

static void echo(hearth_ws *ws, hearth_str msg, bool text)
{
    if (!text)
        (void)hearth_ws_binary(ws, msg.ptr, msg.len);
    else if (strncmp(msg.ptr, "close ", 6) == 0)
        (void)hearth_ws_close(ws, atoi(msg.ptr + 6), "as you wish");
    else if (strncmp(msg.ptr, "all ", 4) == 0)
        (void)hearth_broadcast(hearth_ws_app(ws), "all", msg);
    else
        (void)hearth_ws_send(ws, msg);
}

static void on_close(hearth_ws *ws, int code, hearth_str reason)
{
    world *w = hearth_ws_state(ws);

    (void)reason;
    atomic_store(&w->code, code);
}

static const hearth_ws_ops plain = {.accept = let_in,
                                    .message = echo,
                                    .close = on_close,
                                    .max_message = LIMIT};
static const hearth_ws_ops squeezes = {.accept = let_in,
                                       .open = enter,
                                       .message = echo,
                                       .close = on_close,
                                       .max_message = LIMIT,
                                       .deflate = true};
static const hearth_ws_ops keeps = {.accept = let_in,
                                    .open = enter,
                                    .message = echo,
                                    .close = on_close,
                                    .max_message = LIMIT,
                                    .deflate = true,
                                    .deflate_takeover = true,
                                    .deflate_bits = 15};

static const hearth_route routes[] = {
    HEARTH_WEBSOCKET("/echo", &plain, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/worker", &plain, .run = HEARTH_WORKER),
    HEARTH_WEBSOCKET("/auto", &plain),
    HEARTH_WEBSOCKET("/deflate", &squeezes, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/deflate-worker", &squeezes, .run = HEARTH_WORKER),
    HEARTH_WEBSOCKET("/kept", &keeps, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/kept-worker", &keeps, .run = HEARTH_WORKER),
    HEARTH_END,
};

static void begin(world *w)
{
    hearth_run_opts o = wire_opts();

    memset(w, 0, sizeof *w);
    w->freed = (gate)GATE_INIT;
    w->freed.open = true;
    w->app = hearth_app_new(&(hearth_app_opts){.state = w, .access_log_off = true});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    o.threads = 1;
    w->port = wire_start(w->app, &o);
}

/* ---- the opening handshake (RFC 6455 section 4) --------------------------------------- */

#define GET     "GET /echo HTTP/1.1\r\n"
#define HOST    "Host: localhost\r\n"
#define UPGRADE "Upgrade: websocket\r\n"
#define CONN    "Connection: Upgrade\r\n"
#define V13     "Sec-WebSocket-Version: 13\r\n"

static const struct {
    const char *section, *request; /* the head without its last line */
    int status;
    const char *field; /* of the answer */
} askings[] = {
    {"1.3", GET HOST UPGRADE CONN V13 WS_KEY, 101,
     "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
    {"4.2.2", GET HOST UPGRADE CONN V13 WS_KEY, 101, "Upgrade: websocket"},
    {"4.2.2", GET HOST UPGRADE CONN V13 WS_KEY, 101, "Connection: Upgrade"},
    {"4.2.1", GET V13 WS_KEY CONN UPGRADE HOST, 101, NULL},
    {"4.2.1", "GET http://localhost/echo?a=b HTTP/1.1\r\n" HOST UPGRADE CONN V13 WS_KEY,
     101, NULL},
    {"4.2.1 method", "HEAD /echo HTTP/1.1\r\n" HOST UPGRADE CONN V13 WS_KEY, 426, NULL},
    {"4.2.1 method",
     "POST /echo HTTP/1.1\r\n" HOST UPGRADE CONN V13 WS_KEY "Content-Length: 0\r\n", 405,
     "Allow: GET"},
    {"4.2.1 version", "GET /echo HTTP/1.0\r\n" HOST UPGRADE CONN V13 WS_KEY, 426, NULL},
    {"4.2.1 Host", GET UPGRADE CONN V13 WS_KEY, 400, NULL},
    {"4.2.1 Upgrade", GET HOST CONN V13 WS_KEY, 426, "Upgrade: websocket"},
    {"4.2.1 Upgrade", GET HOST "Upgrade: h2c\r\n" CONN V13 WS_KEY, 426, NULL},
    {"4.2.1 Upgrade", GET HOST "Upgrade: websockets\r\n" CONN V13 WS_KEY, 426, NULL},
    {"4.2.1 Upgrade", GET HOST "Upgrade: WebSocket\r\n" CONN V13 WS_KEY, 101, NULL},
    {"4.2.1 Upgrade", GET HOST "Upgrade: h2c, websocket\r\n" CONN V13 WS_KEY, 101, NULL},
    {"4.2.1 Upgrade", GET HOST "Upgrade: h2c\r\nUpgrade: websocket\r\n" CONN V13 WS_KEY,
     101, NULL},
    {"4.2.1 Connection", GET HOST UPGRADE V13 WS_KEY, 400, NULL},
    {"4.2.1 Connection", GET HOST UPGRADE "Connection: close\r\n" V13 WS_KEY, 400, NULL},
    {"4.2.1 Connection", GET HOST UPGRADE "Connection: keep-alive\r\n" V13 WS_KEY, 400,
     NULL},
    {"4.2.1 Connection", GET HOST UPGRADE "Connection: upgraded\r\n" V13 WS_KEY, 400,
     NULL},
    {"4.2.1 Connection",
     GET HOST UPGRADE "Connection: keep-alive, UPGRADE\r\n" V13 WS_KEY, 101, NULL},
    {"4.2.1 key", GET HOST UPGRADE CONN V13, 400, NULL},
    {"4.2.1 key", GET HOST UPGRADE CONN V13 WS_KEY WS_KEY, 400, NULL},
    {"4.2.1 key", GET HOST UPGRADE CONN V13 "Sec-WebSocket-Key: \r\n", 400, NULL},
    {"4.2.1 key", GET HOST UPGRADE CONN V13 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n",
     400, NULL},
    {"4.2.1 key",
     GET HOST UPGRADE CONN V13 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!!==\r\n", 400,
     NULL},
    {"4.2.1 key",
     GET HOST UPGRADE CONN V13 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==AAAA\r\n", 400,
     NULL},
    {"4.2.1 key",
     GET HOST UPGRADE CONN V13 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWVl\r\n", 400,
     NULL},
    {"4.2.1 key",
     GET HOST UPGRADE CONN V13 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n", 400,
     NULL},
    {"4.4", GET HOST UPGRADE CONN WS_KEY, 426, "Sec-WebSocket-Version: 13"},
    {"4.4", GET HOST UPGRADE CONN "Sec-WebSocket-Version: 8\r\n" WS_KEY, 426,
     "Sec-WebSocket-Version: 13"},
    {"4.4", GET HOST UPGRADE CONN "Sec-WebSocket-Version: 14\r\n" WS_KEY, 426,
     "Sec-WebSocket-Version: 13"},
    {"4.4", GET HOST UPGRADE CONN "Sec-WebSocket-Version: 013\r\n" WS_KEY, 426, NULL},
    {"4.4", GET HOST UPGRADE CONN "Sec-WebSocket-Version: \r\n" WS_KEY, 426, NULL},
    {"11.3.5 once", GET HOST UPGRADE CONN V13 V13 WS_KEY, 426, NULL},
    {"4.1 no body", GET HOST UPGRADE CONN V13 WS_KEY "Content-Length: 3\r\n\r\nabc", 400,
     NULL},
    {"4.1 no body",
     GET HOST UPGRADE CONN V13 WS_KEY
     "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
     400, NULL},
    {"4.1 no body", GET HOST UPGRADE CONN V13 WS_KEY "Content-Length: 0\r\n", 101, NULL},
    {"9.1", GET HOST UPGRADE CONN V13 WS_KEY "Sec-WebSocket-Extensions: a b\r\n", 400,
     NULL},
    {"9.1", GET HOST UPGRADE CONN V13 WS_KEY "Sec-WebSocket-Extensions: a;\r\n", 400,
     NULL},
    {"9.1", GET HOST UPGRADE CONN V13 WS_KEY "Sec-WebSocket-Extensions: a; b=c\r\n", 101,
     NULL},
    {"11.3.4", GET HOST UPGRADE CONN V13 WS_KEY "Sec-WebSocket-Protocol: a b\r\n", 400,
     NULL},
    {"4.2.2 none is spoken",
     GET HOST UPGRADE CONN V13 WS_KEY "Sec-WebSocket-Protocol: a, b\r\n", 101, NULL},
};

START_TEST(a_handshake_has_its_answer)
{
    char head[4096];
    world w;

    begin(&w);
    wire c = wire_open(w.port);
    snprintf(head, sizeof head, "%s%s", askings[_i].request,
             strstr(askings[_i].request, "\r\n\r\n") == NULL ? "\r\n" : "");
    wire_send(&c, head);
    ws_head(&c, head, sizeof head);
    ck_assert_msg(atoi(head + 9) == askings[_i].status, "%s: %s%s", askings[_i].section,
                  askings[_i].request, head);
    if (askings[_i].field != NULL)
        ck_assert_msg(strstr(head, askings[_i].field) != NULL, "%s: %s",
                      askings[_i].section, head);
    ck_assert_int_eq(strstr(head, "Sec-WebSocket-Accept") != NULL,
                     askings[_i].status == 101);
    ck_assert_ptr_null(strstr(head, "Sec-WebSocket-Protocol"));
    ck_assert_ptr_null(strstr(head, "Sec-WebSocket-Extensions"));
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

/* ---- frames (RFC 6455 sections 5, 7 and 8) ------------------------------------------------ */

#define B(lit) lit, sizeof(lit) - 1

typedef struct step {
    int head; /* 0 ends; the first byte of a frame */
    const char *data;
    size_t len;
} step;

/* WHOLE: not the end of the list, and the frame goes on.  BARE: the bytes as they are. */
#define TEXT (WS_FIN | WS_TEXT)
#define BIN  (WS_FIN | WS_BIN)
#define OPEN (0x100 | WS_TEXT)
#define CONT 0x100
#define LAST WS_FIN
#define PING (WS_FIN | WS_PING)
#define PONG (WS_FIN | WS_PONG)
#define END  (WS_FIN | WS_CLOSE)
#define BARE 0x200

typedef struct rule {
    const char *section;
    step in[7];
    const char *out[3]; /* texts that come back, then nothing else but the close frame */
    int code;           /* of it, 0 when none */
} rule;

#define L125                                             \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
    "aaaaaaaaaaaaaaaaaaaaaaaaa"
#define L123                                             \
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" \
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" \
    "bbbbbbbbbbbbbbbbbbbbbbb"

static const rule rules[] = {
    {"5.6 text", {{TEXT, B("hello")}}, {"hello"}, 0},
    {"5.6 text", {{TEXT, B("")}}, {""}, 0},
    {"5.6 NUL", {{TEXT, B("a\0b")}}, {"a"}, 0},
    {"5.1 no mask", {{BARE, B("\x81\x02hi")}}, {NULL}, 1002},
    {"5.1 no mask", {{BARE, B("\x88\x00")}}, {NULL}, 1002},
    {"5.1 no mask", {{BARE, B("\x89\x00")}}, {NULL}, 1002},
    {"5.3 a mask of zeros", {{BARE, B("\x81\x82\0\0\0\0hi")}}, {"hi"}, 0},
    {"5.3 another each time",
     {{BARE, B("\x01\x82\1\1\1\1ih\x80\x82\2\2\2\2\x75\x6d")}},
     {"hiwo"},
     0},
    {"5.2 RSV1", {{TEXT | 0x40, B("x")}}, {NULL}, 1002},
    {"5.2 RSV2", {{TEXT | 0x20, B("x")}}, {NULL}, 1002},
    {"5.2 RSV3", {{TEXT | 0x10, B("x")}}, {NULL}, 1002},
    {"5.2 RSV", {{BIN | 0x70, B("x")}}, {NULL}, 1002},
    {"5.2 RSV", {{PING | 0x40, B("x")}}, {NULL}, 1002},
    {"5.2 RSV", {{PONG | 0x20, B("x")}}, {NULL}, 1002},
    {"5.2 RSV", {{END | 0x10, B("")}}, {NULL}, 1002},
    {"5.2 RSV", {{OPEN, B("a")}, {LAST | 0x40, B("b")}}, {NULL}, 1002},
    {"5.2 RSV, earlier is heard", {{TEXT, B("a")}, {TEXT | 0x40, B("b")}}, {"a"}, 1002},
    {"5.2 opcode 3", {{WS_FIN | 3, B("x")}}, {NULL}, 1002},
    {"5.2 opcode 4", {{WS_FIN | 4, B("")}}, {NULL}, 1002},
    {"5.2 opcode 5", {{WS_FIN | 5, B("x")}}, {NULL}, 1002},
    {"5.2 opcode 6", {{WS_FIN | 6, B("")}}, {NULL}, 1002},
    {"5.2 opcode 7", {{WS_FIN | 7, B("x")}}, {NULL}, 1002},
    {"5.2 opcode 11", {{WS_FIN | 11, B("x")}}, {NULL}, 1002},
    {"5.2 opcode 12", {{WS_FIN | 12, B("")}}, {NULL}, 1002},
    {"5.2 opcode 13", {{WS_FIN | 13, B("x")}}, {NULL}, 1002},
    {"5.2 opcode 14", {{WS_FIN | 14, B("")}}, {NULL}, 1002},
    {"5.2 opcode 15", {{WS_FIN | 15, B("x")}}, {NULL}, 1002},
    {"5.2 opcode 3 not final", {{0x100 | 3, B("x")}}, {NULL}, 1002},
    {"5.2 shortest length, 125 in two",
     {{BARE, B("\x81\xFE\x00\x05\0\0\0\0hello")}},
     {NULL},
     1002},
    {"5.2 shortest length, 0 in two", {{BARE, B("\x81\xFE\0\0\0\0\0\0")}}, {NULL}, 1002},
    {"5.2 shortest length, 125 in eight",
     {{BARE, B("\x81\xFF\0\0\0\0\0\0\x00\x7D\0\0\0\0")}},
     {NULL},
     1002},
    {"5.2 shortest length, 65535 in eight",
     {{BARE, B("\x82\xFF\0\0\0\0\0\0\xFF\xFF\0\0\0\0")}},
     {NULL},
     1002},
    {"5.2 the highest bit is 0",
     {{BARE, B("\x81\xFF\x80\0\0\0\0\0\0\0\0\0\0\0")}},
     {NULL},
     1002},
    {"5.2 the highest bit is 0",
     {{BARE, B("\x82\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0")}},
     {NULL},
     1002},
    {"5.4 fragments", {{OPEN, B("a")}, {CONT, B("b")}, {LAST, B("c")}}, {"abc"}, 0},
    {"5.4 fragments", {{OPEN, B("")}, {CONT, B("")}, {LAST, B("")}}, {""}, 0},
    {"5.4 fragments", {{OPEN, B("")}, {CONT, B("x")}, {LAST, B("")}}, {"x"}, 0},
    {"5.4 one begins when one has ended",
     {{OPEN, B("a")}, {LAST, B("b")}, {TEXT, B("c")}, {OPEN, B("d")}, {LAST, B("e")}},
     {"ab", "c", "de"},
     0},
    {"5.4 control between",
     {{OPEN, B("a")}, {PONG, B("x")}, {CONT, B("b")}, {PONG, B("")}, {LAST, B("c")}},
     {"abc"},
     0},
    {"5.4 nothing to go on with", {{LAST, B("x")}}, {NULL}, 1002},
    {"5.4 nothing to go on with", {{CONT, B("x")}}, {NULL}, 1002},
    {"5.4 nothing to go on with, after a whole one",
     {{TEXT, B("a")}, {LAST, B("x")}},
     {"a"},
     1002},
    {"5.4 nothing to go on with, after the last",
     {{OPEN, B("a")}, {LAST, B("b")}, {CONT, B("x")}},
     {"ab"},
     1002},
    {"5.4 not between others", {{OPEN, B("a")}, {TEXT, B("b")}}, {NULL}, 1002},
    {"5.4 not between others", {{OPEN, B("a")}, {BIN, B("b")}}, {NULL}, 1002},
    {"5.4 not between others", {{OPEN, B("a")}, {OPEN, B("b")}}, {NULL}, 1002},
    {"5.5 whole", {{0x100 | WS_PING, B("x")}}, {NULL}, 1002},
    {"5.5 whole", {{0x100 | WS_PONG, B("")}}, {NULL}, 1002},
    {"5.5 whole", {{0x100 | WS_CLOSE, B("")}}, {NULL}, 1002},
    {"5.5 125 bytes", {{PONG, B(L125)}, {TEXT, B("a")}}, {"a"}, 0},
    {"5.5 125 bytes", {{PING, B(L125 "a")}}, {NULL}, 1002},
    {"5.5 125 bytes", {{PONG, B(L125 "a")}}, {NULL}, 1002},
    {"5.5 125 bytes", {{END, B("\x03\xE8" L123 "b")}}, {NULL}, 1002},
    {"5.5 125 bytes", {{BARE, B("\x89\xFF\0\0\0\0\0\1\0\0\0\0\0\0")}}, {NULL}, 1002},
    {"5.5.3 nobody asked", {{PONG, B("x")}, {TEXT, B("a")}}, {"a"}, 0},
    {"5.5.1 no code", {{END, B("")}}, {NULL}, 1005},
    {"5.5.1 half a code", {{END, B("\x03")}}, {NULL}, 1002},
    {"5.5.1 a reason", {{END, B("\x03\xE8 bye")}}, {NULL}, 1000},
    {"5.5.1 a reason", {{END, B("\x03\xE8" L123)}}, {NULL}, 1000},
    {"5.5.1 a reason is UTF-8", {{END, B("\x03\xE8\xE2\x82\xAC")}}, {NULL}, 1000},
    {"5.5.1 a reason is UTF-8", {{END, B("\x03\xE8\xFF")}}, {NULL}, 1007},
    {"5.5.1 a reason is UTF-8", {{END, B("\x03\xE8\xE2\x82")}}, {NULL}, 1007},
    {"5.5.1 between fragments", {{OPEN, B("a")}, {END, B("\x03\xE8")}}, {NULL}, 1000},
    {"5.5.1 earlier is heard", {{TEXT, B("one")}, {END, B("\x03\xE8")}}, {"one"}, 1000},
    {"5.5.1 data after it", {{END, B("\x03\xE8")}, {TEXT, B("late")}}, {NULL}, 1000},
    {"5.5.1 pings after it", {{END, B("\x03\xE8")}, {PING, B("late")}}, {NULL}, 1000},
    {"5.5.1 anything after it",
     {{END, B("\x03\xE8")}, {BARE, B("\xFF\xFF\xFF\xFF")}},
     {NULL},
     1000},
    {"5.5.1 twice", {{END, B("\x03\xE8")}, {END, B("\x03\xE9")}}, {NULL}, 1000},
    {"7.1.2 ours first", {{TEXT, B("close 1000")}}, {NULL}, 1000},
    {"7.1.2 ours first", {{TEXT, B("close 4321")}}, {NULL}, 4321},
    {"7.1.2 ours first, and theirs comes beside it",
     {{TEXT, B("close 4001")}, {END, B("\x0F\xA1")}},
     {NULL},
     4001},
    {"7.4.1 0", {{END, B("\0\0")}}, {NULL}, 1002},
    {"7.4.2 999", {{END, B("\x03\xE7")}}, {NULL}, 1002},
    {"7.4.1 1000", {{END, B("\x03\xE8")}}, {NULL}, 1000},
    {"7.4.1 1001", {{END, B("\x03\xE9")}}, {NULL}, 1001},
    {"7.4.1 1002", {{END, B("\x03\xEA")}}, {NULL}, 1002},
    {"7.4.1 1003", {{END, B("\x03\xEB")}}, {NULL}, 1003},
    {"7.4.1 1004 is reserved", {{END, B("\x03\xEC")}}, {NULL}, 1002},
    {"7.4.1 1005 is never sent", {{END, B("\x03\xED")}}, {NULL}, 1002},
    {"7.4.1 1006 is never sent", {{END, B("\x03\xEE")}}, {NULL}, 1002},
    {"7.4.1 1007", {{END, B("\x03\xEF")}}, {NULL}, 1007},
    {"7.4.1 1008", {{END, B("\x03\xF0")}}, {NULL}, 1008},
    {"7.4.1 1009", {{END, B("\x03\xF1")}}, {NULL}, 1009},
    {"7.4.1 1010", {{END, B("\x03\xF2")}}, {NULL}, 1010},
    {"7.4.1 1011", {{END, B("\x03\xF3")}}, {NULL}, 1011},
    {"11.7 1012", {{END, B("\x03\xF4")}}, {NULL}, 1012},
    {"11.7 1014", {{END, B("\x03\xF6")}}, {NULL}, 1014},
    {"7.4.1 1015 is never sent", {{END, B("\x03\xF7")}}, {NULL}, 1002},
    {"7.4.2 1016", {{END, B("\x03\xF8")}}, {NULL}, 1002},
    {"7.4.2 1100", {{END, B("\x04\x4C")}}, {NULL}, 1002},
    {"7.4.2 2000", {{END, B("\x07\xD0")}}, {NULL}, 1002},
    {"7.4.2 2999", {{END, B("\x0B\xB7")}}, {NULL}, 1002},
    {"7.4.2 3000", {{END, B("\x0B\xB8")}}, {NULL}, 3000},
    {"7.4.2 3999", {{END, B("\x0F\x9F")}}, {NULL}, 3999},
    {"7.4.2 4000", {{END, B("\x0F\xA0")}}, {NULL}, 4000},
    {"7.4.2 4999", {{END, B("\x13\x87")}}, {NULL}, 4999},
    {"7.4.2 5000", {{END, B("\x13\x88")}}, {NULL}, 1002},
    {"7.4.2 65535", {{END, B("\xFF\xFF")}}, {NULL}, 1002},
    {"8.1 two to four bytes",
     {{TEXT, B("\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\xF0\x90"
               "\x80\x80\xF4\x8F\xBF\xBF")}},
     {"\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\xF0\x90\x80\x80"
      "\xF4\x8F\xBF\xBF"},
     0},
    {"8.1 over fragments", {{OPEN, B("\xC3")}, {LAST, B("\xA9")}}, {"\xC3\xA9"}, 0},
    {"8.1 over fragments",
     {{OPEN, B("\xF0\x9F")}, {CONT, B("\x98")}, {LAST, B("\x80")}},
     {"\xF0\x9F\x98\x80"},
     0},
    {"8.1 over empty and control frames",
     {{OPEN, B("\xF0\x9F")}, {CONT, B("")}, {PONG, B("\xFF")}, {LAST, B("\x98\x80")}},
     {"\xF0\x9F\x98\x80"},
     0},
    {"8.1 cut off", {{TEXT, B("\xC3")}}, {NULL}, 1007},
    {"8.1 cut off", {{OPEN, B("a\xE2\x82")}, {LAST, B("")}}, {NULL}, 1007},
    {"8.1 not gone on with", {{OPEN, B("\xC3")}, {LAST, B("x")}}, {NULL}, 1007},
    {"8.1 a tail alone", {{TEXT, B("\x80")}}, {NULL}, 1007},
    {"8.1 surrogates", {{TEXT, B("\xED\xA0\x80")}}, {NULL}, 1007},
    {"8.1 surrogates", {{TEXT, B("\xED\xBF\xBF")}}, {NULL}, 1007},
    {"8.1 overlong", {{TEXT, B("\xC0\x80")}}, {NULL}, 1007},
    {"8.1 overlong", {{TEXT, B("\xC1\xBF")}}, {NULL}, 1007},
    {"8.1 overlong", {{TEXT, B("\xE0\x9F\xBF")}}, {NULL}, 1007},
    {"8.1 overlong", {{TEXT, B("\xF0\x8F\xBF\xBF")}}, {NULL}, 1007},
    {"8.1 above U+10FFFF", {{TEXT, B("\xF4\x90\x80\x80")}}, {NULL}, 1007},
    {"8.1 above U+10FFFF", {{TEXT, B("\xF5\x80\x80\x80")}}, {NULL}, 1007},
    {"8.1 five bytes", {{TEXT, B("\xF8\x88\x80\x80\x80")}}, {NULL}, 1007},
    {"8.1 FE and FF", {{TEXT, B("\xFE\xFF")}}, {NULL}, 1007},
    {"8.1 at the first bad byte, before the message ends",
     {{OPEN, B("a\xFF")}},
     {NULL},
     1007},
    {"8.1 at the first bad byte, in the second fragment",
     {{OPEN, B("ok \xE2")}, {CONT, B("\x28")}},
     {NULL},
     1007},
    {"8.1 at the first byte that no other makes good",
     {{OPEN, B("\xED\xA0")}},
     {NULL},
     1007},
    {"8.1 at the first byte that no other makes good",
     {{OPEN, B("\xF4\x90")}},
     {NULL},
     1007},
    {"8.1 at the first bad byte, before the frame ends",
     {{BARE, B("\x81\x90\0\0\0\0ok\xC0")}},
     {NULL},
     1007},
    {"5.6 bytes are whatever they are",
     {{BIN, B("")}, {TEXT, B("then")}},
     {"", "then"},
     0},
    {"10.4 one byte more than the limit",
     {{BARE, B("\x81\xFF\0\0\0\0\0\x01\x86\xA1\0\0\0\0x")}},
     {NULL},
     1009},
    {"10.4 2^62 bytes", {{BARE, B("\x82\xFF\x40\0\0\0\0\0\0\0\0\0\0\0x")}}, {NULL}, 1009},
    {"10.4 in the second fragment",
     {{OPEN, B("a")}, {BARE, B("\x80\xFF\0\0\0\0\0\x01\x86\xA0\0\0\0\0x")}},
     {NULL},
     1009},
};

/* ---- permessage-deflate (RFC 7692) --------------------------------------------------------- */

#define SQ  (WS_FIN | WS_RSV1 | WS_TEXT)
#define SQO (0x100 | WS_RSV1 | WS_TEXT)
#define SQB (WS_FIN | WS_RSV1 | WS_BIN)

static const rule squeezed[] = {
    {"7.2.3.1", {{SQ, B("\xF2\x48\xCD\xC9\xC9\x07\x00")}}, {"Hello"}, 0},
    {"7.2.3.1 in two fragments",
     {{SQO, B("\xF2\x48\xCD")}, {LAST, B("\xC9\xC9\x07\x00")}},
     {"Hello"},
     0},
    {"7.2.3.1 with control between, and empty ones",
     {{SQO, B("")},
      {CONT, B("\xF2\x48")},
      {PONG, B("x")},
      {CONT, B("\xCD\xC9\xC9\x07\x00")},
      {LAST, B("")}},
     {"Hello"},
     0},
    {"7.2.3.3 a block without compression",
     {{SQ, B("\x00\x05\x00\xFA\xFF\x48\x65\x6C\x6C\x6F\x00")}},
     {"Hello"},
     0},
    {"7.2.3.4 a final block",
     {{SQ, B("\xF3\x48\xCD\xC9\xC9\x07\x00\x00")}},
     {"Hello"},
     0},
    {"7.2.3.5 two blocks",
     {{SQ, B("\xF2\x48\x05\x00\x00\x00\xFF\xFF\xCA\xC9\xC9\x07\x00")}},
     {"Hello"},
     0},
    {"7.2.3.6 an empty message", {{SQ, B("\x00")}}, {""}, 0},
    {"6 a message need not be compressed",
     {{TEXT, B("plain")}, {SQ, B("\xF2\x48\xCD\xC9\xC9\x07\x00")}, {TEXT, B("plain")}},
     {"plain", "Hello", "plain"},
     0},
    {"6.1 only the first frame is marked",
     {{SQO, B("\xF2\x48\xCD")}, {LAST | WS_RSV1, B("\xC9\xC9\x07\x00")}},
     {NULL},
     1002},
    {"6.1 a message is not marked later",
     {{OPEN, B("a")}, {LAST | WS_RSV1, B("b")}},
     {NULL},
     1002},
    {"6.1 control frames are not marked", {{PING | WS_RSV1, B("")}}, {NULL}, 1002},
    {"6.1 control frames are not marked", {{END | WS_RSV1, B("")}}, {NULL}, 1002},
    {"6455 5.2 RSV2 all the same", {{TEXT | 0x20, B("")}}, {NULL}, 1002},
    {"6455 5.2 RSV3 all the same", {{SQ | 0x10, B("\x00")}}, {NULL}, 1002},
    {"7.2.2 no block of that type", {{SQ, B("\x07")}}, {NULL}, 1007},
    {"7.2.2 at the first bad byte", {{SQO, B("\x07")}}, {NULL}, 1007},
    {"7.2.2 a length that contradicts itself",
     {{SQ, B("\x00\x05\x00\xFA\xFE")}},
     {NULL},
     1007},
    {"7.2.2 cut off", {{SQ, B("\xF2\x48\xCD")}}, {NULL}, 1007},
    {"6455 8.1 decompressed", {{SQ, B("\x00\x01\x00\xFE\xFF\xFF\x00")}}, {NULL}, 1007},
    {"6455 8.1 decompressed, before the message ends",
     {{SQO, B("\x00\x01\x00\xFE\xFF\xFF")}},
     {NULL},
     1007},
    {"6455 8.1 over fragments",
     {{SQO, B("\x00\x01\x00\xFE\xFF\xC3")}, {LAST, B("\x00\x01\x00\xFE\xFF\xA9\x00")}},
     {"\xC3\xA9"},
     0},
    {"6455 5.6 bytes", {{SQB, B("\x00\x01\x00\xFE\xFF\x7F\x00")}}, {"\x7F"}, 0},
};

/* What differs where the client's window is kept, and where it is not. */
static const rule forgotten[] = {
    {"7.1.1.2 the window is not kept",
     {{SQ, B("\xF2\x48\xCD\xC9\xC9\x07\x00")}, {SQ, B("\xF2\x00\x11\x00\x00")}},
     {"Hello"},
     1007},
};

static const rule kept[] = {
    {"7.2.3.2 the window is kept",
     {{SQ, B("\xF2\x48\xCD\xC9\xC9\x07\x00")}, {SQ, B("\xF2\x00\x11\x00\x00")}},
     {"Hello", "Hello"},
     0},
    {"7.2.3.2 whatever is not compressed between",
     {{SQ, B("\xF2\x48\xCD\xC9\xC9\x07\x00")},
      {TEXT, B("plain")},
      {PONG, B("x")},
      {SQ, B("\xF2\x00\x11\x00\x00")}},
     {"Hello", "plain", "Hello"},
     0},
    {"7.2.3.2 after a final block",
     {{SQ, B("\xF3\x48\xCD\xC9\xC9\x07\x00\x00")}, {SQ, B("\xF2\x00\x11\x00\x00")}},
     {"Hello", "Hello"},
     0},
    {"7.2.2 there is nothing to refer to yet",
     {{SQ, B("\xF2\x00\x11\x00\x00")}},
     {NULL},
     1007},
};

static const char *const plain_paths[] = {"/echo", "/worker", "/auto", "/kept"};
static const char *const squeezing[] = {"/deflate", "/deflate-worker", "/kept",
                                        "/kept-worker"};

static void put_all(wire *c, const rule *r)
{
    for (const step *s = r->in; s->head != 0; s++) {
        if (s->head == BARE)
            wire_send_n(c, s->data, s->len);
        else
            ws_put(c, s->head & 0xFF, s->data, s->len);
    }
}

/* Texts of this table come back as they are, whole and never compressed: they are short. */
static void hear_all(wire *c, const rule *r)
{
    ws_frame f = {0};

    for (int i = 0; i < 3 && r->out[i] != NULL; i++) {
        ck_assert_msg(ws_get(c, &f), "%s: nothing came", r->section);
        ck_assert_msg(f.head == TEXT || f.head == BIN, "%s: %02x came", r->section,
                      (unsigned)f.head);
        ck_assert_msg(strcmp(f.data, r->out[i]) == 0, "%s: %s", r->section, f.data);
        free(f.data);
    }
    if (r->code == 0)
        return;
    ck_assert_msg(ws_get(c, &f), "%s: it ended without a word", r->section);
    ck_assert_msg(f.head == END, "%s: %02x came", r->section, (unsigned)f.head);
    int code =
        f.len < 2 ? 1005 : (unsigned char)f.data[0] << 8 | (unsigned char)f.data[1];

    ck_assert_msg(code == r->code, "%s: %d", r->section, code);
    ck_assert_uint_ne(f.len, 1);
    free(f.data);
}

static void play(const rule *r, const char *path, const char *fields)
{
    world w;

    begin(&w);
    wire other = wire_open(w.port), c = wire_open(w.port);
    ck_assert_int_eq(ws_ask(&other, path, NULL), 101);
    ck_assert_int_eq(ws_ask(&c, path, fields), 101);
    put_all(&c, r);
    hear_all(&c, r);
    if (r->code == 0) {
        ws_say(&c, "still there?");
        ws_expect_text(&c, "still there?");
        ws_put_close(&c, 1000, "");
        ws_expect_close(&c, 1000);
    } else {
        ws_put_close(&c, r->code < 3000 ? 1000 : r->code,
                     ""); /* an answer, where it is one */
    }
    ck_assert_msg(wire_closed(&c), "%s",
                  r->section); /* 7.1.1: by us, and nothing before it */
    wire_close(&c);
    gate_await(&w.freed, 1);
    ck_assert_int_eq(atomic_load(&w.code), r->code == 0 ? 1000 : r->code);
    ws_say(&other, "and you?");
    ws_expect_text(&other, "and you?");
    wire_close(&other);
    gate_await(&w.freed, 2);
    ck_assert_int_eq(w.freed.entered, 2);
    wire_stop(w.app);
}

START_TEST(the_rules_of_frames_hold)
{
    play(&rules[_i / 4], plain_paths[_i % 4], NULL);
}
END_TEST

#define OFFER "Sec-WebSocket-Extensions: permessage-deflate"

START_TEST(the_rules_of_compressed_messages_hold)
{
    play(&squeezed[_i / 4], squeezing[_i % 4], OFFER "\r\n");
}
END_TEST

START_TEST(a_window_is_kept_where_that_is_agreed_on)
{
    play(&kept[_i / 2], squeezing[2 + _i % 2], OFFER "; client_max_window_bits\r\n");
}
END_TEST

START_TEST(a_window_is_not_kept_otherwise)
{
    const char *path = squeezing[_i];

    play(&forgotten[0], path,
         _i < 2 ? OFFER "\r\n" : OFFER "; client_no_context_takeover\r\n");
}
END_TEST

/* Without a deal, what is compressed is a reserved bit. */
START_TEST(nothing_is_compressed_that_was_not_agreed_on)
{
    static const rule marked = {"7692 6",
                                {{SQ, B("\xF2\x48\xCD\xC9\xC9\x07\x00")}},
                                {NULL},
                                1002};
    static const char *const fields[] = {NULL, OFFER "; unheard_of\r\n",
                                         OFFER "; server_max_window_bits=16\r\n"};

    play(&marked, squeezing[_i % 4], fields[_i / 4]);
    play(&marked, "/echo", OFFER "\r\n");
}
END_TEST

/* ---- what goes out compressed ---------------------------------------------------------------- */

static const struct {
    const char *path, *offer, *answer; /* NULL: none */
    bool kept;                         /* what we say may refer to what we said */
    int bits;                          /* of the window that the client has */
} deals[] = {
    {"/deflate", OFFER,
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover", false,
     15},
    {"/deflate", OFFER "; server_max_window_bits=9; client_max_window_bits=9",
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
     "server_max_window_bits=9",
     false, 9},
    {"/deflate", OFFER "; server_max_window_bits=8",
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
     "server_max_window_bits=8",
     false, 8},
    {"/kept", OFFER, "permessage-deflate", true, 15},
    {"/kept", OFFER "; server_no_context_takeover",
     "permessage-deflate; server_no_context_takeover", false, 15},
    {"/kept", OFFER "; client_no_context_takeover",
     "permessage-deflate; client_no_context_takeover", true, 15},
    {"/kept", OFFER "; server_max_window_bits=10",
     "permessage-deflate; server_max_window_bits=10", true, 10},
    {"/kept", OFFER "; server_max_window_bits=8",
     "permessage-deflate; server_max_window_bits=8", true, 8},
    {"/kept", OFFER "; client_max_window_bits=10",
     "permessage-deflate; client_max_window_bits=10", true, 15},
    {"/kept", OFFER "; x=y, permessage-deflate; server_max_window_bits=12",
     "permessage-deflate; server_max_window_bits=12", true, 12},
    {"/kept-worker", OFFER, "permessage-deflate", true, 15},
    {"/kept", OFFER "; unheard_of", NULL, false, 15},
    {"/deflate", OFFER "; server_max_window_bits=7", NULL, false, 15},
    {"/echo", OFFER, NULL, false, 15},
    {"/kept", "X: y", NULL, false, 15},
};

/* One stream of the client's for all messages when they are kept, else one for each; a byte of room
 * at a time, so that nothing refers past the window. */
static void expect_message(wire *c, z_stream *z, bool is_kept, const char *want,
                           size_t *took)
{
    static const char tail[] = {0, 0, -1, -1};
    ws_frame f = {0};
    size_t n = 0;

    ck_assert(ws_get(c, &f));
    *took = f.len;
    if ((f.head & WS_RSV1) == 0) {
        ck_assert_str_eq(f.data, want);
        free(f.data);
        return;
    }
    ck_assert_int_eq(f.head, SQ);
    if (!is_kept)
        ck_assert_int_eq(inflateReset(z), Z_OK);
    for (int i = 0; i < 2; i++) {
        int rc = Z_OK;

        z->next_in = (unsigned char *)(uintptr_t)(i == 0 ? f.data : tail);
        z->avail_in = i == 0 ? (unsigned)f.len : 4;
        while (rc == Z_OK) {
            char got;

            z->next_out = (unsigned char *)&got;
            z->avail_out = 1;
            rc = inflate(z, Z_SYNC_FLUSH);
            if (z->avail_out == 0)
                ck_assert_int_eq(got, want[n++]);
            else if (z->avail_in == 0)
                break;
        }
        ck_assert_uint_eq(z->avail_in, 0);
    }
    ck_assert_uint_eq(n, strlen(want));
    free(f.data);
}

START_TEST(what_goes_out_is_what_was_agreed_on)
{
    static char text[2001], all[701];
    char head[2048];
    z_stream z = {0};
    size_t first, second, third;
    world w;

    for (size_t i = 0; i < sizeof text - 1; i++)
        text[i] = (char)('a' + (i * i / 5 + i / 17) % 23);
    memset(all, 'y', sizeof all - 1);
    memcpy(all, "all ", 4);
    begin(&w);
    wire c = wire_open(w.port);
    snprintf(head, sizeof head, "GET %s HTTP/1.1\r\n" WS_HEAD WS_KEY "%s\r\n\r\n",
             deals[_i].path, deals[_i].offer);
    wire_send(&c, head);
    ws_head(&c, head, sizeof head);
    ck_assert_int_eq(atoi(head + 9), 101);
    const char *field = strstr(head, "Sec-WebSocket-Extensions: ");

    ck_assert_int_eq(field != NULL, deals[_i].answer != NULL);
    if (field != NULL) {
        field += 26;
        ck_assert_msg(strncmp(field, deals[_i].answer, strlen(deals[_i].answer)) == 0 &&
                          field[strlen(deals[_i].answer)] == '\r',
                      "%s", head);
    }
    ck_assert_int_eq(inflateInit2(&z, -deals[_i].bits), Z_OK);
    ws_say(&c, text);
    expect_message(&c, &z, deals[_i].kept, text, &first);
    ws_say(&c, all);
    if (strcmp(deals[_i].path, "/echo") != 0 && deals[_i].path[0] == '/')
        expect_message(&c, &z, deals[_i].kept, all, &third);
    ws_say(&c, text);
    expect_message(&c, &z, deals[_i].kept, text, &second);
    if (deals[_i].answer == NULL)
        ck_assert_uint_eq(first, sizeof text - 1);
    else if (deals[_i].kept && deals[_i].bits > 12)
        ck_assert_uint_lt(second, first / 4);
    else if (!deals[_i].kept)
        ck_assert_uint_eq(second, first);
    (void)inflateEnd(&z);
    wire_close(&c);
    wire_stop(w.app);
}
END_TEST

/* ---- bombs -------------------------------------------------------------------------------------- */

/* Zeros, compressed a thousandfold, in one frame or in many; only the socket that sent them ends. */
START_TEST(a_bomb_is_1009)
{
    enum { MUCH = 50000000 };
    size_t room = MUCH / 500;
    char *zeros = calloc(1, MUCH), *bomb = malloc(room);
    z_stream z = {.next_in = (unsigned char *)zeros,
                  .avail_in = MUCH,
                  .next_out = (unsigned char *)bomb,
                  .avail_out = (unsigned)room};
    world w;

    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    ck_assert_int_eq(deflate(&z, Z_SYNC_FLUSH), Z_OK);
    ck_assert_uint_eq(z.avail_in, 0);
    size_t n = room - z.avail_out - 4, piece = _i % 2 == 0 ? n : 100;

    begin(&w);
    wire other = ws_open(w.port, squeezing[_i / 2]), c = wire_open(w.port);
    ck_assert_int_eq(ws_ask(&c, squeezing[_i / 2], OFFER "\r\n"), 101);
    for (size_t at = 0; at < n; at += piece)
        ws_put(&c, (at == 0 ? WS_RSV1 | WS_BIN : 0) | (n - at <= piece ? WS_FIN : 0),
               bomb + at, n - at < piece ? n - at : piece);
    ws_expect_close(&c, 1009);
    wire_close(&c);
    gate_await(&w.freed, 1);
    ck_assert_int_eq(atomic_load(&w.code), 1009);
    ws_say(&other, "and you?");
    ws_expect_text(&other, "and you?");
    wire_close(&other);
    (void)deflateEnd(&z);
    free(zeros);
    free(bomb);
    wire_stop(w.app);
}
END_TEST

/* What does not shrink grows by some bytes; the limit is of what is said. */
START_TEST(a_message_as_long_as_the_limit_may_be_longer_compressed)
{
    static char noise[LIMIT + 1], packed[LIMIT + 1000];
    z_stream z = {0};
    unsigned seed = 5;
    ws_frame f = {0};
    size_t len = LIMIT + (size_t)_i % 2;
    world w;

    for (size_t i = 0; i < len; i++)
        noise[i] = (char)wire_random(&seed, 256);
    ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)noise;
    z.avail_in = (unsigned)len;
    z.next_out = (unsigned char *)packed;
    z.avail_out = sizeof packed;
    ck_assert_int_eq(deflate(&z, Z_SYNC_FLUSH), Z_OK);
    size_t n = sizeof packed - z.avail_out - 4;

    ck_assert_uint_gt(n, LIMIT);
    begin(&w);
    wire c = wire_open(w.port);
    ck_assert_int_eq(ws_ask(&c, squeezing[_i / 2], OFFER "\r\n"), 101);
    ws_put(&c, SQB, packed, n);
    if (len == LIMIT) {
        ck_assert(ws_get(&c, &f));
        ck_assert_uint_eq(f.len, LIMIT);
        ck_assert_int_eq(memcmp(f.data, noise, LIMIT), 0);
        free(f.data);
    } else {
        ws_expect_close(&c, 1009);
    }
    wire_close(&c);
    (void)deflateEnd(&z);
    wire_stop(w.app);
}
END_TEST

#define COUNT(a) (int)(sizeof(a) / sizeof *(a))

SUITE("wire/ws_rules",
      LOOP(a_handshake_has_its_answer, 0, COUNT(askings)) LOOP(the_rules_of_frames_hold,
                                                               0, 4 * COUNT(rules))
          LOOP(the_rules_of_compressed_messages_hold, 0, 4 * COUNT(squeezed))
              LOOP(a_window_is_kept_where_that_is_agreed_on, 0,
                   2 * COUNT(kept)) LOOP(a_window_is_not_kept_otherwise, 0, 4)
                  LOOP(nothing_is_compressed_that_was_not_agreed_on, 0,
                       12) LOOP(what_goes_out_is_what_was_agreed_on, 0,
                                COUNT(deals)) LOOP(a_bomb_is_1009, 0, 8)
                      LOOP(a_message_as_long_as_the_limit_may_be_longer_compressed, 0, 8))
