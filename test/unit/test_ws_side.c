/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The sockets of one reactor without a transport: how they enter, what they say at the end of a
 * turn, and how all of them end.
 */

#include "app/placement.h"
#include "net_kit.h"
#include "suite.h"
#include "ws_kit.h"

static hearth_app *app;
static hearth__ws_side *side;
static hearth__placement place;
static int opened, closed, last_code;

static void on_open(hearth_ws *ws)
{
    (void)hearth_ws_join(ws, "all");
    (void)hearth_ws_text(ws, "hi");
    bump(&opened);
}

static void on_close(hearth_ws *ws, int code, hearth_str reason)
{
    (void)ws;
    (void)reason;
    last_code = code;
    bump(&closed);
}

static void echo(hearth_ws *ws, hearth_str msg, bool text)
{
    (void)text;
    (void)hearth_ws_send(ws, msg);
}

static const hearth_ws_ops ops = {.open = on_open, .close = on_close, .message = echo};

static void *side_open(void *self, hearth__reactor *r, hearth_error *err)
{
    (void)self;
    (void)err;
    seen[hearth__reactor_index(r)] = r;
    side = hearth__ws_side_open(app, r);
    return side;
}

static int64_t side_tick(void *state)
{
    hearth__ws_turn(state);
    return -1;
}

static void side_drain(void *state)
{
    hearth__ws_drain(state);
}

static bool side_idle(void *state)
{
    return hearth__ws_idle(state);
}

static void side_end(void *state)
{
    hearth__ws_side_close(state);
}

typedef struct guest {
    hearth__task task; /* first: it is cast back */
    int here, there;
} guest;

/* On the reactor: a connection that has been answered becomes a socket. */
static void start_one(hearth__task *t)
{
    guest *g = (guest *)t;
    hearth_ws *ws = calloc(1, sizeof *ws);

    ck_assert_ptr_nonnull(ws);
    atomic_init(&ws->refs, 1);
    ws->app = app;
    ws->ops = &ops;
    ws->place = &place;
    ws->pattern = "/";
    ws->limits = (hearth__ws_limits){1000, 1000, -1, 5000};
    ws->fd = -1;
    hearth__reactor_counted(side->reactor);
    hearth__ws_start(side, ws, g->here, HEARTH__NOBODY, "\x81\x81\0\0\0\0x", 7);
    hearth_ws_unref(ws);
}

static hearth__net *begin(void)
{
    static hearth__service_ops service;

    service = quiet;
    service.open = side_open;
    service.tick = side_tick;
    service.drain = side_drain;
    service.idle = side_idle;
    service.close = side_end;
    opened = closed = last_code = 0;
    place = (hearth__placement){.wanted = HEARTH_INLINE};
    app = hearth_app_new(NULL);
    return start(&(hearth__net_opts){.service = &service, .reactors = 1});
}

static void enter(guest *g)
{
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    *g = (guest){.task.fn = start_one, .here = pair[0], .there = pair[1]};
    hearth__reactor_post(seen[0], &g->task);
}

static void hears(const guest *g, const char *bytes, size_t n)
{
    char got[64];

    ck_assert_int_eq(recv(g->there, got, n, MSG_WAITALL), (ssize_t)n);
    ck_assert_int_eq(memcmp(got, bytes, n), 0);
}

START_TEST(a_socket_enters_talks_and_ends)
{
    hearth__net *n = begin();
    guest g;

    enter(&g);
    hears(&g, "\x81\x02hi\x81\x01x", 7); /* what came behind the request is heard */
    ck_assert_uint_eq(hearth_room_count(app, "all"), 1);
    ck_assert_int_eq(hearth_broadcast(app, "all", HEARTH__S("all")), 0);
    hears(&g,
          "\x81\x03"
          "all",
          5);
    ck_assert_int_eq(send(g.there, "\x88\x82\0\0\0\0\x03\xE8", 8, 0), 8);
    hears(&g, "\x88\x02\x03\xE8", 4);
    close(g.there);
    await(&closed, 1);
    ck_assert_int_eq(last_code, 1000);
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
    hearth_app_free(app);
}
END_TEST

START_TEST(a_stop_ends_all)
{
    hearth__net *n = begin();
    guest g[5];

    for (int i = 0; i < 5; i++)
        enter(&g[i]);
    await(&opened, 5);
    if (_i == 0) /* who does not answer is cut */
        ck_assert_int_eq(hearth__net_stop(n, 1, NULL, NULL), 0);
    for (int i = 0; i < 5; i++)
        close(g[i].there);
    if (_i == 1)
        ck_assert_int_eq(hearth__net_stop(n, 5000, NULL, NULL), 0);
    ck_assert_int_eq(closed, 5);
    ck_assert_int_eq(opened, 5);
    hearth_app_free(app);
}
END_TEST

SUITE("ws/side", TEST(a_socket_enters_talks_and_ends) LOOP(a_stop_ends_all, 0, 2))
