/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * WebSockets that come, talk and go, one after the other, in every way there is: none of them
 * leaves anything behind.  HEARTH_TEST_CONNECTIONS says how many; the heap and what is
 * resident are compared after the first tenth and at the end.
 */

#include "gate.h"
#include "suite.h"
#include "ws_wire.h"

#include <hearth.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define CONNECTIONS 300
#else
#define CONNECTIONS 2000
#endif

#define HEAP_SLACK     (64 * 1024) /* a byte lost by each of 100 000 is more */
#define RESIDENT_SLACK 2048        /* KiB */
#define ADDRESSES      200

typedef struct world {
    hearth_app *app;
    int port;
    gate freed; /* open: states released */
    atomic_int opened, closed;
} world;

static void release(void *state)
{
    world **w = state;

    gate_pass(&(*w)->freed);
    free(state);
}

/* A state of its own, so that one that is not released shows. */
static int let_in(hearth_ctx *c)
{
    world **w = malloc(sizeof *w);

    if (w == NULL)
        return HEARTH_ENOMEM;
    *w = hearth_state(c);
    return hearth_ws_set_state(c, w, release);
}

static world *world_of(hearth_ws *ws)
{
    return *(world **)hearth_ws_state(ws);
}

static void on_open(hearth_ws *ws)
{
    atomic_fetch_add(&world_of(ws)->opened, 1);
    (void)hearth_ws_join(ws, "all");
    (void)hearth_ws_sendf(ws, "welcome");
}

static void echo(hearth_ws *ws, hearth_str msg, bool text)
{
    (void)text;
    (void)hearth_ws_leave(ws, "all");
    (void)hearth_ws_join(ws, "other");
    (void)hearth_ws_send(ws, msg);
}

static void on_close(hearth_ws *ws, int code, hearth_str reason)
{
    (void)code;
    (void)reason;
    atomic_fetch_add(&world_of(ws)->closed, 1);
}

static const hearth_ws_ops plain = {.accept = let_in,
                                    .open = on_open,
                                    .message = echo,
                                    .close = on_close};
static const hearth_ws_ops keeps = {.accept = let_in,
                                    .open = on_open,
                                    .message = echo,
                                    .close = on_close,
                                    .deflate = true,
                                    .deflate_takeover = true};

static const hearth_route routes[] = {
    HEARTH_WEBSOCKET("/plain", &plain, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/worker", &plain, .run = HEARTH_WORKER),
    HEARTH_WEBSOCKET("/kept", &keeps, .run = HEARTH_INLINE),
    HEARTH_END,
};

static const char *const paths[] = {"/plain", "/worker", "/kept"};

static char much[1001];

/* The i-th connection: where it goes, what it says and how it ends are three wheels. */
static void visit(int port, int i)
{
    ws_frame f = {0};
    wire c = wire_open_from(1 + i % ADDRESSES, port);

    ck_assert_int_eq(ws_ask(&c, paths[i % 3],
                            i % 2 == 0 ? NULL
                                       : "Sec-WebSocket-Extensions: permessage-deflate; "
                                         "client_max_window_bits\r\n"),
                     101);
    ws_expect_text(&c, "welcome");
    for (int k = 0; k < i % 4; k++) {
        ws_say(&c, k == 1 ? much : "hello");
        ck_assert(ws_get(&c, &f));
        free(f.data);
    }
    switch (i % 5) {
    case 0: /* an orderly end */
        ws_put_close(&c, 1000, "bye");
        ws_expect_close(&c, 1000);
        break;
    case 1: /* within a message */
        ws_put(&c, WS_TEXT, "and then", 8);
        break;
    case 2: /* a broken rule */
        ws_put(&c, WS_FIN | WS_TEXT, "\xFF", 1);
        ws_expect_close(&c, 1007);
        break;
    case 3: /* within a frame */
        wire_send_n(&c, "\x81\xFE\x01\x00\1\2\3\4half", 12);
        break;
    default: /* without a word */
        break;
    }
    if (i % 2 == 0)
        wire_reset(&c);
    else
        wire_close(&c);
}

static long resident_kib(void)
{
    long all = 0, pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fscanf(f, "%ld %ld", &all, &pages), 2);
    fclose(f);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

START_TEST(what_many_sockets_took_they_have_given_back)
{
    const char *most = getenv("HEARTH_TEST_CONNECTIONS");
    int n = most == NULL ? CONNECTIONS : atoi(most);
    size_t heap = 0;
    long resident = 0;
    world w = {.freed = GATE_INIT};
    hearth_run_opts o = wire_opts();

    w.freed.open = true;
    memset(much, 'm', sizeof much - 1);
    w.app = hearth_app_new(&(hearth_app_opts){.state = &w, .access_log_off = true});
    ck_assert_int_eq(hearth_mount(w.app, "", routes), 0);
    o.max_per_address = HEARTH_UNLIMITED;
    w.port = wire_start(w.app, &o);
    for (int i = 0; i < n; i++) {
        visit(w.port, i);
        if (i != n / 10 && i != n - 1)
            continue;
        gate_await(&w.freed, i + 1);
        ck_assert_uint_eq(hearth_room_count(w.app, NULL), 0);
        ck_assert_uint_eq(hearth_room_count(w.app, "all"), 0);
        if (i == n / 10) {
            heap = mallinfo2().uordblks;
            resident = resident_kib();
        }
    }
    ck_assert_int_eq(atomic_load(&w.opened), n);
    ck_assert_int_eq(atomic_load(&w.closed), n);
    if (most != NULL)
        printf("%d connections: the heap went from %zu to %zu bytes, %ld to %ld KiB are "
               "resident\n",
               n, heap, mallinfo2().uordblks, resident, resident_kib());
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
    ck_assert_uint_le(mallinfo2().uordblks, heap + HEAP_SLACK);
    ck_assert_int_le(resident_kib(), resident + RESIDENT_SLACK);
#endif
    wire_stop(w.app);
}
END_TEST

SUITE("wire/ws_many", TEST(what_many_sockets_took_they_have_given_back))
