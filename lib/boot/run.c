/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The composition root: puts an application on reactors with the HTTP/1.1 service, starts
 * and stops them.  The only place that knows all layers, reads the environment and
 * touches signals.
 */
#include "app/app.h"
#include "app/task.h"
#include "boot/manager.h"
#include "boot/running.h"
#include "boot/secret.h"
#include "boot/where.h"
#include "core/clock.h"
#include "core/error.h"
#include "core/str.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#define DEFAULT_PORT          8080
#define DEFAULT_POOL          16384
#define LEAST_POOL            8192
#define MOST_POOL             32768
#define DEFAULT_CONNECTIONS   10000
#define DEFAULT_HEAD_MS       10000
#define DEFAULT_IDLE_MS       30000
#define DEFAULT_HANDLER_MS    30000
#define DEFAULT_DRAIN_MS      10000
#define DEFAULT_WRITE_MS      30000
#define DEFAULT_BODY_RATE     1024
#define DEFAULT_BODY_GRACE_MS 10000
#define DEFAULT_TASK_THREADS  4
#define MIN_TASK_MS           100 /* for tasks at stop, when requests took all the time */

/* ---- options --------------------------------------------------------------- */

static int env_port(int *port, hearth_error *err)
{
    const char *text = getenv("HEARTH_PORT");
    int64_t n;

    *port = DEFAULT_PORT;
    if (text == NULL || text[0] == '\0')
        return 0;
    if (!hearth__str_int(hearth__str_of(text), &n) || n < 0 || n > 65535)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "HEARTH_PORT is \"%s\"; it must be a port from 0 (any free "
            "one) to 65535",
            text);
    *port = n == 0 ? HEARTH_PORT_ANY : (int)n;
    return 0;
}

static int at_least(int value, int least, int most, const char *name, hearth_error *err)
{
    if (value >= least && value <= most)
        return 0;
    return hearth__error_set(err, HEARTH_EINVAL,
                             "the option %s is %d; it must be %d to %d", name, value,
                             least, most);
}

static void fill(int *field, int value)
{
    if (*field == 0)
        *field = value;
}

static int complete_opts(hearth_run_opts *o, hearth_error *err)
{
    if (o->host == NULL)
        o->host = getenv("HEARTH_HOST");
    if (o->host == NULL || o->host[0] == '\0')
        o->host = "127.0.0.1";
    if (o->port == 0)
        HEARTH_TRY(env_port(&o->port, err));
    fill(&o->max_connections, DEFAULT_CONNECTIONS);
    fill(&o->pool_bytes, DEFAULT_POOL);
    fill(&o->head_ms, DEFAULT_HEAD_MS);
    fill(&o->idle_ms, DEFAULT_IDLE_MS);
    fill(&o->handler_ms, DEFAULT_HANDLER_MS);
    fill(&o->drain_ms, DEFAULT_DRAIN_MS);
    fill(&o->max_per_address, HEARTH__PER_ADDRESS);
    fill(&o->body_rate, DEFAULT_BODY_RATE);
    fill(&o->body_grace_ms, DEFAULT_BODY_GRACE_MS);
    fill(&o->write_ms, DEFAULT_WRITE_MS);
    fill(&o->task_threads, DEFAULT_TASK_THREADS);
    HEARTH_TRY(at_least(o->port, HEARTH_PORT_ANY, 65535, "port", err));
    HEARTH_TRY(at_least(o->threads, 0, 1024, "threads", err));
    HEARTH_TRY(at_least(o->workers, 0, 4096, "workers", err));
    HEARTH_TRY(at_least(o->task_threads, 1, 1024, "task_threads", err));
    HEARTH_TRY(at_least(o->worker_queue, 0, 1 << 20, "worker_queue", err));
    HEARTH_TRY(at_least(o->max_connections, 1, 1 << 24, "max_connections", err));
    HEARTH_TRY(at_least(o->pool_bytes, LEAST_POOL, MOST_POOL, "pool_bytes", err));
    HEARTH_TRY(at_least(o->head_ms, 1, 1 << 30, "head_ms", err));
    HEARTH_TRY(at_least(o->idle_ms, 1, 1 << 30, "idle_ms", err));
    HEARTH_TRY(at_least(o->handler_ms, 1, 1 << 30, "handler_ms", err));
    HEARTH_TRY(at_least(o->drain_ms, 1, 1 << 30, "drain_ms", err));
    if (o->max_per_address != HEARTH_UNLIMITED)
        HEARTH_TRY(at_least(o->max_per_address, 1, 1 << 24, "max_per_address", err));
    HEARTH_TRY(at_least(o->body_rate, 1, 1 << 30, "body_rate", err));
    HEARTH_TRY(at_least(o->body_grace_ms, 1, 1 << 30, "body_grace_ms", err));
    return at_least(o->write_ms, 1, 1 << 30, "write_ms", err);
}

/* ---- start and stop -------------------------------------------------------- */

static int tell_addresses(hearth_app *app, running *run, hearth_error *err)
{
    size_t n = 0;

    while (hearth__net_address(run->net, n) != NULL)
        n++;
    run->address = calloc(n, sizeof *run->address);
    if (run->address == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory at start");
    run->naddresses = n;
    for (size_t i = 0; i < n; i++)
        hearth__log_line(app->log, HEARTH_LOG_INFO, NULL, "listening on %s",
                         hearth__address_text(hearth__net_address(run->net, i),
                                              run->address[i]));
    return 0;
}

static hearth__net *start_net(hearth_app *app, running *run, const hearth_run_opts *o,
                              const hearth__where *w, bool hosted, hearth_error *err)
{
    return hearth__net_start(
        &(hearth__net_opts){
            .places = w->places,
            .nplaces = w->nplaces,
            .host = o->host,
            .port = o->port == HEARTH_PORT_ANY ? 0 : o->port,
            .passed = &w->passed,
            .allow = hearth__where_check,
            .allow_self = app,
            .proxies = &app->proxies,
            .proxy_ms = o->head_ms,
            .reactors = o->threads,
            .hosted = hosted,
            .workers = o->workers,
            .worker_queue = (size_t)o->worker_queue,
            .max_connections = o->max_connections,
            .max_per_address = o->max_per_address,
            .service = &hearth__h1_service,
            .service_self = &run->h1,
            .log = app->log,
        },
        err);
}

static int start(hearth_app *app, const hearth_run_opts *o, const hearth__where *w,
                 bool hosted, hearth_error *err)
{
    running *run = calloc(1, sizeof *run);

    if (run == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory at start");
    run->drain_ms = o->drain_ms;
    run->hosted = hosted;
    run->h1 = (hearth__h1_opts){
        .app = app,
        .signals = hosted,
        .pool_bytes = (size_t)o->pool_bytes,
        .max_connections = o->max_connections,
        .head_ms = o->head_ms,
        .idle_ms = o->idle_ms,
        .handler_ms = o->handler_ms,
        .write_ms = o->write_ms,
        .body_grace_ms = o->body_grace_ms,
        .body_rate = o->body_rate,
    };
    if (hearth__app_begin(app, o->task_threads, err) != 0) {
        free(run);
        return err->code;
    }
    run->net = start_net(app, run, o, w, hosted, err);
    if (run->net != NULL && tell_addresses(app, run, err) != 0) {
        (void)hearth__net_stop(run->net, 0, NULL, NULL);
        run->net = NULL;
    }
    if (run->net == NULL) {
        (void)hearth__app_end(app, o->drain_ms);
        free(run);
        return err->code;
    }
    app->running = run;
    return 0;
}

/* Everything that can be wrong with options and environment, then the start. */
static int prepare(hearth_app *app, hearth_run_opts *o, bool hosted, hearth_error *err)
{
    hearth__where w;
    int rc = hearth__where_read(&w, o, err);

    if (rc == 0)
        rc = complete_opts(o, err);
    if (rc == 0)
        rc = hearth__app_freeze(app, err);
    if (rc == 0)
        rc = hearth__where_env(app, err);
    if (rc == 0)
        rc = hearth__secret_env(app, err);
    if (rc == 0)
        rc = hearth__where_names(app, &w, o->host, err);
    if (rc == 0)
        rc = start(app, o, &w, hosted, err);
    hearth__where_clear(&w);
    return rc;
}

int hearth__start(hearth_app *app, const hearth_run_opts *o, size_t size, bool hosted,
                  hearth_error *err)
{
    hearth_run_opts opts = {0};
    hearth_error own;
    int rc;

    if (err == NULL)
        err = &own;
    if (o != NULL)
        memcpy(&opts, o, size < sizeof opts ? size : sizeof opts);
    if (app == NULL)
        return hearth__error_set(err, HEARTH_EINVAL, "the application is NULL");
    if (app->running != NULL)
        return hearth__error_set(err, HEARTH_ESTATE, "the application runs already");
    rc = prepare(app, &opts, hosted, err);
    if (rc != 0)
        hearth__log_line(app->log, HEARTH_LOG_ERROR, NULL, "cannot start: %s", err->text);
    return rc;
}

int hearth_app_start_sized(hearth_app *app, const hearth_run_opts *o, size_t size,
                           hearth_error *err)
{
    return hearth__start(app, o, size, false, err);
}

/* Requests, then tasks and hooks. */
static int stop_all(hearth_app *app, running *run, bool (*hurry)(void *arg), void *arg)
{
    int64_t until_us = hearth__clock_us() + run->drain_ms * 1000, left_ms;

    if (run->net != NULL)
        HEARTH_TRY(hearth__net_stop(run->net, run->drain_ms, hurry, arg));
    run->net = NULL;
    left_ms = (until_us - hearth__clock_us()) / 1000;
    return hearth__app_end(app, left_ms > MIN_TASK_MS ? left_ms : MIN_TASK_MS);
}

static int stop(hearth_app *app, bool (*hurry)(void *arg), void *arg)
{
    running *run = app->running;
    int rc;

    if (run == NULL)
        return 0;
    hearth__host_leave(run);
    if (run->stuck && run->net != NULL)
        return HEARTH_ETIMEOUT;
    rc = stop_all(app, run, hurry, arg);
    if (rc != 0) {
        run->stuck = true;
        hearth__log_line(app->log, HEARTH_LOG_ERROR, NULL,
                         "stopped, but a handler or a task still runs: end the process");
        return rc;
    }
    app->running = NULL;
    free(run->address);
    free(run);
    hearth__log_line(app->log, HEARTH_LOG_INFO, NULL, "stopped");
    return 0;
}

int hearth_app_stop(hearth_app *app)
{
    return app == NULL ? 0 : stop(app, NULL, NULL);
}

int hearth_app_port(const hearth_app *app)
{
    const running *run = app->running;

    return run == NULL || run->stuck || run->net == NULL ? 0 : hearth__net_port(run->net);
}

const char *hearth_app_address(const hearth_app *app, size_t i)
{
    const running *run = app->running;

    return run == NULL || run->stuck || i >= run->naddresses ? NULL : run->address[i];
}

void hearth_app_free(hearth_app *app)
{
    if (app == NULL || hearth_app_stop(app) != 0)
        return;
    hearth__app_destroy(app);
}

/* ---- run ------------------------------------------------------------------- */

typedef struct signals {
    uv_loop_t loop;
    uv_signal_t term, intr;
    struct sigaction old_term, old_intr;
    int seen;
    uv_timer_t watchdog;
    hearth_app *app; /* that is watched, or NULL */
} signals;

static void on_signal(uv_signal_t *handle, int number)
{
    signals *s = handle->data;

    (void)number;
    s->seen++;
    uv_stop(&s->loop);
}

static int watch(signals *s, uv_signal_t *handle, int number)
{
    handle->data = s;
    int rc = uv_signal_init(&s->loop, handle);
    return rc != 0 ? rc : uv_signal_start(handle, on_signal, number);
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void signals_close(signals *s)
{
    uv_walk(&s->loop, close_handle, NULL);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    uv_loop_close(&s->loop);
    /* libuv leaves the default behind, which is not ours to choose. */
    sigaction(SIGTERM, &s->old_term, NULL);
    sigaction(SIGINT, &s->old_intr, NULL);
}

static int signals_open(signals *s)
{
    s->seen = 0;
    s->app = NULL;
    if (uv_loop_init(&s->loop) != 0)
        return HEARTH_ENOMEM;
    sigaction(SIGTERM, NULL, &s->old_term);
    sigaction(SIGINT, NULL, &s->old_intr);
    if (watch(s, &s->term, SIGTERM) == 0 && watch(s, &s->intr, SIGINT) == 0)
        return 0;
    signals_close(s);
    return HEARTH_EUNAVAILABLE;
}

/* The service manager is told that we are well only while every reactor turns. */
static void on_watchdog(uv_timer_t *handle)
{
    signals *s = handle->data;
    running *run = s->app->running;

    if (hearth__net_pulse(run->net))
        hearth__manager_tell(s->app, "WATCHDOG=1");
}

static void watchdog_open(signals *s, hearth_app *app)
{
    uint64_t every_ms = hearth__manager_watchdog_ms();

    if (every_ms == 0 || uv_timer_init(&s->loop, &s->watchdog) != 0)
        return;
    s->app = app;
    s->watchdog.data = s;
    (void)uv_timer_start(&s->watchdog, on_watchdog, 0, every_ms);
}

static void watchdog_close(signals *s)
{
    if (s->app != NULL)
        uv_close((uv_handle_t *)&s->watchdog, NULL);
    s->app = NULL;
}

static bool second_signal(void *arg)
{
    signals *s = arg;

    uv_run(&s->loop, UV_RUN_NOWAIT);
    return s->seen > 1;
}

int hearth_app_run_sized(hearth_app *app, const hearth_run_opts *o, size_t size)
{
    signals s;
    int rc;

    if (app == NULL)
        return HEARTH_EINVAL;
    rc = signals_open(
        &s); /* before the port opens: a signal that comes early is not lost */
    if (rc != 0)
        return rc;
    rc = hearth_app_start_sized(app, o, size, NULL);
    if (rc == 0) {
        watchdog_open(&s, app);
        hearth__manager_tell(app, "READY=1\nSTATUS=listening on %s",
                             hearth_app_address(app, 0));
        while (s.seen == 0)
            uv_run(&s.loop, UV_RUN_DEFAULT);
        hearth__manager_tell(app, "STOPPING=1\nSTATUS=finishing requests in flight");
        hearth__log_line(app->log, HEARTH_LOG_INFO, NULL,
                         "stopping: requests in flight are finished first");
        watchdog_close(&s);
        rc = stop(app, second_signal, &s);
    }
    signals_close(&s);
    return rc;
}
