/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * WebSockets of the client's.  Behind the handshake both ways are the same: a descriptor,
 * which leads to a pair's other end or through the network.
 */
#include "boot/client.h"
#include "boot/client_frame.h"

#include "core/clock.h"
#include "core/str.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define KEY    "dGhlIHNhbXBsZSBub25jZQ==" /* of RFC 6455 section 1.3, and its answer */
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
#define READ   65536

enum { OP_TEXT = 1, OP_BINARY, OP_CLOSE = 8, OP_PING, OP_PONG };
enum { NO_CODE = 1005, ABNORMAL = 1006, BROKEN = 1002 };

/* What was said and not taken yet. */
typedef struct saying {
    struct saying *next;
    hearth_ws_said said;
    char text[];
} saying;

struct hearth_ws_peer {
    hearth_client *t;
    hearth_ws_peer *next;
    hearth__arena memory; /* of the handshake */
    hearth__client_answer answer;
    int fd; /* -1: none */
    hearth__buf in;
    hearth__frames frames;
    saying *first, **last, *taken;
    hearth_ws_said end; /* kind NOTHING: not yet */
    size_t pings;
    bool deaf, closing; /* we have sent a close frame */
};

/* ---- the end ------------------------------------------------------------------------- */

static void hang_up(hearth_ws_peer *p)
{
    if (p->fd >= 0)
        (void)close(p->fd);
    p->fd = -1;
}

static void end(hearth_ws_peer *p, int code, const char *reason)
{
    if (p->end.kind != HEARTH_WS_NOTHING)
        return;
    p->end =
        (hearth_ws_said){.kind = HEARTH_WS_CLOSE,
                         .code = code,
                         .data = {hearth__arena_copy(&p->memory, reason, strlen(reason)),
                                  strlen(reason)}};
    if (p->end.data.ptr == NULL)
        p->end.data = HEARTH__S("");
}

/* ---- sending ------------------------------------------------------------------------- */

/* As much as goes; false when the connection is of no use any more. */
static bool push(hearth_ws_peer *p, hearth_str *bytes)
{
    ssize_t n = send(p->fd, bytes->ptr, bytes->len, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (n > 0)
        *bytes = hearth__str(bytes->ptr + n, bytes->len - (size_t)n);
    return n >= 0 || errno == EAGAIN || errno == EINTR;
}

/* The server reads meanwhile. */
static int send_all(hearth_ws_peer *p, hearth_str bytes)
{
    int64_t until_us = hearth__clock_us() + HEARTH__PEER_US;

    while (p->fd >= 0 && bytes.len > 0) {
        if (!push(p, &bytes))
            return HEARTH_ECANCELED; /* what it has said before may still be read */
        if (bytes.len == 0)
            break;
        int64_t next_us = hearth__client_turn(p->t);

        if (hearth__clock_us() >= until_us)
            return HEARTH_ETIMEOUT;
        hearth__client_wait(p->t, p->fd, POLLOUT, next_us, until_us);
    }
    if (p->fd < 0 && bytes.len > 0)
        return HEARTH_ECANCELED;
    (void)hearth__client_turn(p->t);
    return 0;
}

static int send_frame(hearth_ws_peer *p, int opcode, hearth_str payload)
{
    hearth__buf b;
    int rc;

    if (p->fd < 0 || p->closing)
        return HEARTH_ECANCELED;
    hearth__buf_init(&b, NULL, 0);
    hearth__frame_put(&b, opcode, payload);
    p->closing = opcode == OP_CLOSE;
    rc = b.failed ? HEARTH_ENOMEM : send_all(p, hearth__buf_view(&b));
    hearth__buf_clear(&b);
    return rc;
}

/* Answers that are short enough to go out at once, or not at all. */
static void answer_frame(hearth_ws_peer *p, int opcode, hearth_str payload)
{
    char mem[HEARTH__PEER_CONTROL + 16];
    hearth__buf b;
    hearth_str bytes;

    if (p->fd < 0 || p->closing)
        return;
    p->closing = opcode == OP_CLOSE;
    hearth__buf_over(&b, mem, sizeof mem);
    hearth__frame_put(&b, opcode, payload);
    bytes = hearth__buf_view(&b);
    (void)push(p, &bytes);
}

int hearth_ws_peer_text(hearth_ws_peer *p, const char *text)
{
    return send_frame(p, OP_TEXT, hearth__str_of(text));
}

int hearth_ws_peer_binary(hearth_ws_peer *p, const void *bytes, size_t n)
{
    return send_frame(p, OP_BINARY, hearth__str(bytes, n));
}

int hearth_ws_peer_ping(hearth_ws_peer *p, const char *payload)
{
    hearth_str s = hearth__str_of(payload);

    return s.len > HEARTH__PEER_CONTROL ? HEARTH_EINVAL : send_frame(p, OP_PING, s);
}

int hearth_ws_peer_close(hearth_ws_peer *p, int code, const char *reason)
{
    char mem[HEARTH__PEER_CONTROL + 1] = {(char)(code >> 8), (char)code};
    hearth_str why = hearth__str_of(reason);

    if (why.len > HEARTH__PEER_CONTROL - 2)
        return HEARTH_EINVAL;
    memcpy(mem + 2, why.ptr, why.len);
    return send_frame(p, OP_CLOSE, hearth__str(mem, code == NO_CODE ? 0 : 2 + why.len));
}

int hearth_ws_peer_bytes(hearth_ws_peer *p, const void *bytes, size_t n)
{
    return p->fd < 0 ? HEARTH_ECANCELED : send_all(p, hearth__str(bytes, n));
}

/* ---- reading ------------------------------------------------------------------------- */

static void keep(hearth_ws_peer *p, hearth_ws_kind kind, hearth_str data)
{
    saying *s = malloc(sizeof *s + data.len + 1);

    if (s == NULL) {
        end(p, ABNORMAL, "the client is out of memory");
        hang_up(p);
        return;
    }
    s->next = NULL;
    memcpy(s->text, data.ptr, data.len);
    s->text[data.len] = '\0';
    s->said = (hearth_ws_said){.kind = kind, .data = {s->text, data.len}};
    *p->last = s;
    p->last = &s->next;
}

static void hear_close(hearth_ws_peer *p, const hearth__frame_said *s)
{
    char mem[2] = {(char)(s->code >> 8), (char)s->code};
    char why[HEARTH__PEER_CONTROL + 1] = "";

    memcpy(why, s->data.ptr, s->data.len);
    end(p, s->code, why);
    answer_frame(p, OP_CLOSE, hearth__str(mem, s->code == NO_CODE ? 0 : 2));
}

static void hear(hearth_ws_peer *p, const hearth__frame_said *s)
{
    switch (s->kind) {
    case HEARTH__PEER_TEXT:
        keep(p, HEARTH_WS_TEXT, s->data);
        break;
    case HEARTH__PEER_BINARY:
        keep(p, HEARTH_WS_BINARY, s->data);
        break;
    case HEARTH__PEER_PING:
        p->pings++;
        answer_frame(p, OP_PONG, s->data);
        break;
    case HEARTH__PEER_PONG:
        keep(p, HEARTH_WS_PONG, s->data);
        break;
    case HEARTH__PEER_CLOSE:
        hear_close(p, s);
        break;
    case HEARTH__PEER_BROKEN:
        end(p, BROKEN, s->data.ptr);
        hang_up(p);
        break;
    case HEARTH__PEER_MORE:
        break;
    }
}

static void hear_all(hearth_ws_peer *p)
{
    hearth_str in = hearth__buf_view(&p->in);
    hearth__frame_said s = {.kind = HEARTH__PEER_PONG};

    while (p->end.kind == HEARTH_WS_NOTHING && s.kind != HEARTH__PEER_MORE) {
        s = hearth__frames_read(&p->frames, &in);
        hear(p, &s);
    }
    if (p->end.kind != HEARTH_WS_NOTHING)
        in.len = 0; /* section 5.5.1: nothing follows a close */
    memmove(p->in.ptr, in.ptr, in.len);
    p->in.len = in.len;
}

/* 1 when something came, 0 when nothing is there, -1 at the end. */
static int receive(hearth_ws_peer *p)
{
    char *room = hearth__buf_room(&p->in, READ);
    ssize_t n = room == NULL ? 0 : recv(p->fd, room, READ, MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (n <= 0)
        return -1;
    hearth__buf_commit(&p->in, (size_t)n);
    return 1;
}

static void read_peer(hearth_ws_peer *p)
{
    int rc = 1;

    while (p->fd >= 0 && !p->deaf && rc == 1) {
        hear_all(p);
        if (p->fd >= 0)
            rc = receive(p);
    }
    if (rc < 0) {
        hear_all(p);
        end(p, ABNORMAL, "");
        hang_up(p);
    }
}

void hearth__client_ws_read(hearth_client *t)
{
    for (hearth_ws_peer *p = t->ws_peers; p != NULL; p = p->next)
        read_peer(p);
}

const hearth_ws_said *hearth_ws_peer_next(hearth_ws_peer *p)
{
    static const hearth_ws_said nothing = {.kind = HEARTH_WS_NOTHING, .data = {"", 0}};
    int64_t until_us = hearth__clock_us() + HEARTH__PEER_US, next_us;

    free(p->taken);
    p->taken = NULL;
    for (;;) {
        next_us = hearth__client_turn(p->t);
        if (p->first != NULL || p->end.kind != HEARTH_WS_NOTHING ||
            hearth__clock_us() >= until_us)
            break;
        hearth__client_wait(p->t, p->deaf ? -1 : p->fd, POLLIN, next_us, until_us);
    }
    p->taken = p->first;
    if (p->taken == NULL)
        return p->end.kind != HEARTH_WS_NOTHING ? &p->end : &nothing;
    p->first = p->taken->next;
    if (p->first == NULL)
        p->last = &p->first;
    return &p->taken->said;
}

size_t hearth_ws_peer_pings(const hearth_ws_peer *p)
{
    return p->pings;
}

void hearth_ws_peer_deaf(hearth_ws_peer *p, bool deaf)
{
    p->deaf = deaf;
    (void)hearth__client_turn(p->t);
}

/* ---- the handshake --------------------------------------------------------------------- */

static const char *const fields[] = {"Connection: Upgrade", "Upgrade: websocket",
                                     "Sec-WebSocket-Version: 13",
                                     ("Sec-WebSocket-Key: " KEY)};
#define NFIELDS (sizeof fields / sizeof *fields)

static bool names(const char *header, hearth_str name)
{
    hearth_str h = hearth__str_of(header);

    return hearth__str_ieq(hearth__str_cut(&h, ':'), name);
}

static bool is_among(const char *const *headers, const char *field)
{
    hearth_str rest = hearth__str_of(field), name = hearth__str_cut(&rest, ':');

    for (; headers != NULL && *headers != NULL; headers++)
        if (names(*headers, name))
            return true;
    return false;
}

/* The call with the fields that it lacks; NULL when out of memory. */
static const char *const *with_fields(hearth__arena *a, const char *const *given)
{
    size_t n = 0, room;
    const char **all;

    while (given != NULL && given[n] != NULL)
        n++;
    room = n + NFIELDS + 1;
    all = hearth__arena_array(a, room, sizeof *all);
    if (all == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++)
        all[i] = given[i];
    for (size_t i = 0; i < NFIELDS; i++)
        if (!is_among(given, fields[i]))
            all[n++] = fields[i];
    return all;
}

static const char *shake_here(hearth_ws_peer *p, const hearth__loop_call *to)
{
    hearth_client *t = p->t;
    hearth__loop l = {.cache = &t->cache, .a = &p->memory, .bell = &t->bell};

    hearth__loop_begin(&l, t->app, to, hearth__client_now(t));
    hearth__client_await(t, &l);
    return hearth__client_why(NULL, hearth__loop_upgrade(&l, t->sockets, &p->answer.got,
                                                         &p->fd));
}

static const char *shake_over_wire(hearth_ws_peer *p, const hearth__loop_call *to)
{
    hearth__client_wire w;
    const char *why;

    hearth__client_wire_init(&w, hearth_app_port(p->t->app));
    why = hearth__client_why(&w, hearth__client_wire_call(&w, &p->memory, to,
                                                          &p->answer.got));
    if (why == NULL && p->answer.got.status == HEARTH__SWITCHING)
        p->fd = hearth__client_wire_give(&w, &p->in);
    hearth__client_wire_close(&w);
    return why;
}

/* NULL, or why there is no sound answer. */
static const char *shake(hearth_ws_peer *p, const hearth_call *call)
{
    hearth_call full = *call;
    hearth__loop_call to;
    const char *why = hearth__client_peers(p->t, &p->memory);

    if (why != NULL)
        return why;
    full.headers = with_fields(&p->memory, call->headers);
    if (full.headers == NULL)
        return "out of memory";
    why = hearth__client_make(p->t, &p->memory, &full, &to);
    if (why != NULL)
        return why;
    return p->t->over_wire ? shake_over_wire(p, &to) : shake_here(p, &to);
}

static const char *check_accept(hearth_ws_peer *p, const hearth_call *call)
{
    const char *accept;

    if (p->fd < 0 || is_among(call->headers, fields[NFIELDS - 1]))
        return NULL;
    accept = hearth_answer_header(&p->answer.seen, "Sec-WebSocket-Accept");
    return accept != NULL && strcmp(accept, ACCEPT) == 0
               ? NULL
               : "Sec-WebSocket-Accept is not what follows from the key";
}

hearth_ws_peer *hearth_client_ws(hearth_client *t, const hearth_call *call)
{
    static const hearth_call defaults = {0};
    hearth_ws_peer *p = t == NULL ? NULL : calloc(1, sizeof *p);
    const char *why;

    if (p == NULL)
        return NULL;
    if (call == NULL)
        call = &defaults;
    p->t = t;
    p->fd = -1;
    p->last = &p->first;
    hearth__arena_init(&p->memory, 0);
    hearth__buf_init(&p->in, NULL, 0);
    hearth__frames_init(&p->frames);
    p->answer = (hearth__client_answer){.seen = {.body = {"", 0}}, .memory = &p->memory};
    why = shake(p, call);
    (void)hearth__client_show(t, &p->answer, why);
    why = check_accept(p, call);
    if (why != NULL) {
        hang_up(p);
        (void)hearth__client_show(t, &p->answer, why);
    }
    if (p->fd < 0)
        end(p, ABNORMAL, "");
    p->next = t->ws_peers;
    t->ws_peers = p;
    (void)hearth__client_turn(t);
    return p;
}

const hearth_answer *hearth_ws_peer_answer(const hearth_ws_peer *p)
{
    return &p->answer.seen;
}

void hearth_ws_peer_free(hearth_ws_peer *p)
{
    hearth_ws_peer **at;

    if (p == NULL)
        return;
    for (at = &p->t->ws_peers; *at != p;)
        at = &(*at)->next;
    *at = p->next;
    hang_up(p);
    (void)hearth__client_turn(p->t);
    free(p->taken);
    while (p->first != NULL) {
        saying *s = p->first;

        p->first = s->next;
        free(s);
    }
    json_decref((json_t *)(uintptr_t)p->answer.seen.json);
    hearth__frames_clear(&p->frames);
    hearth__buf_clear(&p->in);
    hearth__arena_clear(&p->memory);
    free(p);
}
