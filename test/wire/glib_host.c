/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * An application in a GMainLoop, as a GTK program would have it: a source that knows the
 * descriptor and the timeout of the application is all that is needed.  Made and run by
 * test_glib.sh, as GLib may not be there.
 */

#include "gate.h"
#include "suite.h"
#include "ws_wire.h"

#include <glib.h>
#include <hearth.h>
#include <stdatomic.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"

/* ---- the source: what a host writes once ------------------------------------------------ */

typedef struct app_source {
    GSource source;
    hearth_app *app;
    gpointer tag; /* of the descriptor */
} app_source;

static gboolean prepare(GSource *s, gint *timeout)
{
    *timeout = hearth_app_timeout(((app_source *)(void *)s)->app);
    return *timeout == 0;
}

static gboolean check(GSource *s)
{
    app_source *a = (app_source *)(void *)s;

    return g_source_query_unix_fd(s, a->tag) != 0 || hearth_app_timeout(a->app) == 0;
}

static gboolean dispatch(GSource *s, GSourceFunc fn, gpointer arg)
{
    (void)fn;
    (void)arg;
    hearth_app_step(((app_source *)(void *)s)->app);
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_ops = {.prepare = prepare,
                                  .check = check,
                                  .dispatch = dispatch};

static GSource *watch(hearth_app *app)
{
    GSource *s = g_source_new(&source_ops, sizeof(app_source));
    app_source *a = (app_source *)(void *)s;

    a->app = app;
    a->tag = g_source_add_unix_fd(s, hearth_app_fd(app), G_IO_IN);
    g_source_attach(s, g_main_context_get_thread_default());
    return s;
}

/* ---- the program -------------------------------------------------------------------------- */

typedef struct world {
    hearth_app *app;
    pthread_t thread;
    GMainContext *context;
    GMainLoop *loop;
    gate ready, waits; /* open */
    hearth_later *later;
    atomic_int here, steps, ticks;
} world;

static int where(hearth_ctx *c)
{
    world *w = hearth_state(c);

    if (pthread_equal(pthread_self(), w->thread))
        atomic_fetch_add(&w->here, 1);
    return hearth_text(c, 200, "here");
}

static int resumed(hearth_ctx *c)
{
    return hearth_text(c, 200, "resumed");
}

/* What a widget would do: answer later, from the loop. */
static gboolean go_on(gpointer arg)
{
    ck_assert_int_eq(hearth_resume(((world *)arg)->later, resumed, NULL), 0);
    return G_SOURCE_REMOVE;
}

static void in_a_moment(world *w, GSourceFunc fn)
{
    GSource *s = g_timeout_source_new(1);

    g_source_set_callback(s, fn, w, NULL);
    g_source_attach(s, w->context);
    g_source_unref(s);
}

static int wait(hearth_ctx *c)
{
    world *w = hearth_state(c);

    w->later = hearth_suspend(c, 60000);
    in_a_moment(w, go_on);
    return HEARTH_PENDING;
}

static int too_long(hearth_ctx *c)
{
    world *w = hearth_state(c);

    w->later = hearth_suspend(c, 1);
    return HEARTH_PENDING;
}

static gboolean speak(gpointer arg)
{
    ck_assert_int_eq(hearth_broadcast(((world *)arg)->app, NULL,
                                      (hearth_str){"from the loop", 13}),
                     0);
    return G_SOURCE_REMOVE;
}

static int announce(hearth_ctx *c)
{
    in_a_moment(hearth_state(c), speak);
    return 204;
}

static const hearth_ws_ops listens;

static const hearth_route routes[] = {
    HEARTH_GET("/inline", where, .run = HEARTH_INLINE),
    HEARTH_GET("/worker", where, .run = HEARTH_WORKER),
    HEARTH_GET("/wait", wait, .run = HEARTH_INLINE),
    HEARTH_GET("/too-long", too_long, .run = HEARTH_INLINE),
    HEARTH_GET("/announce", announce, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/ws", &listens, .run = HEARTH_INLINE),
    HEARTH_END,
};

static gboolean tick(gpointer arg)
{
    atomic_fetch_add(&((world *)arg)->ticks, 1);
    return G_SOURCE_CONTINUE;
}

static void *host(void *arg)
{
    world *w = arg;
    hearth_run_opts o = wire_opts();
    GSource *s, *own = g_timeout_source_new(5);

    g_main_context_push_thread_default(w->context);
    w->thread = pthread_self();
    ck_assert_int_eq(hearth_app_host(w->app, &o, NULL), 0);
    s = watch(w->app);
    g_source_set_callback(own, tick, w, NULL);
    g_source_attach(own, w->context);
    gate_pass(&w->ready);
    g_main_loop_run(w->loop);
    g_source_destroy(own);
    g_source_unref(own);
    g_source_destroy(s);
    g_source_unref(s);
    ck_assert_int_eq(hearth_app_stop(w->app), 0);
    g_main_context_pop_thread_default(w->context);
    return NULL;
}

static void start(world *w, pthread_t *t)
{
    *w = (world){.ready = GATE_INIT, .waits = GATE_INIT};
    w->ready.open = w->waits.open = true;
    w->app =
        hearth_app_new(&(hearth_app_opts){.state = w, .log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    wire_any_host(w->app);
    w->context = g_main_context_new();
    w->loop = g_main_loop_new(w->context, FALSE);
    ck_assert_int_eq(pthread_create(t, NULL, host, w), 0);
    gate_await(&w->ready, 1);
}

static gboolean quit(gpointer arg)
{
    g_main_loop_quit(((world *)arg)->loop);
    return G_SOURCE_REMOVE;
}

static void finish(world *w, pthread_t t)
{
    in_a_moment(w, quit);
    pthread_join(t, NULL);
    g_main_loop_unref(w->loop);
    g_main_context_unref(w->context);
    hearth_app_free(w->app);
}

static void expect(wire *c, const char *request, int status, const char *body)
{
    wire_reply r = {0};

    ck_assert(wire_ask(c, request, &r));
    ck_assert_int_eq(r.status, status);
    if (body != NULL)
        ck_assert_str_eq(r.body, body);
    wire_reply_clear(&r);
}

/* ---- tests ---------------------------------------------------------------------------------- */

START_TEST(handlers_run_in_the_main_loop_beside_what_else_is_there)
{
    world w;
    pthread_t t;

    start(&w, &t);
    wire c = wire_open(hearth_app_port(w.app));

    for (int i = 0; i < 20; i++) {
        expect(&c, GET("/inline"), 200, "here");
        expect(&c, GET("/worker"), 200, "here");
        expect(&c, GET("/wait"), 200, "resumed");
    }
    ck_assert_int_eq(atomic_load(&w.here), 20);
    while (atomic_load(&w.ticks) < 3)
        g_usleep(1000); /* its own timers run all the while */
    wire_close(&c);
    finish(&w, t);
}
END_TEST

START_TEST(time_passes_although_nothing_is_to_be_read)
{
    world w;
    pthread_t t;

    start(&w, &t);
    wire c = wire_open(hearth_app_port(w.app));

    expect(&c, GET("/too-long"), 504, NULL);
    ck_assert_int_eq(hearth_resume(w.later, resumed, NULL), HEARTH_ETIMEOUT);
    wire_close(&c);
    finish(&w, t);
}
END_TEST

START_TEST(what_the_loop_says_goes_out_at_once)
{
    world w;
    pthread_t t;

    start(&w, &t);
    wire c = wire_open(hearth_app_port(w.app));
    wire ws = ws_open(hearth_app_port(w.app), "/ws");

    for (int i = 0; i < 10; i++) {
        expect(&c, GET("/announce"), 204, NULL);
        ws_expect_text(&ws, "from the loop");
    }
    wire_close(&ws);
    wire_close(&c);
    finish(&w, t);
}
END_TEST

SUITE("wire/glib", TEST(handlers_run_in_the_main_loop_beside_what_else_is_there)
                       TEST(time_passes_although_nothing_is_to_be_read)
                           TEST(what_the_loop_says_goes_out_at_once))
