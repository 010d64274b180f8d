/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * An application in somebody else's loop.  Its reactor keeps a loop of its own, whose
 * descriptor the other loop watches: so a reactor is the same thing whoever runs it, for one
 * more epoll_wait a turn.
 */
#include "app/app.h"
#include "boot/running.h"
#include "core/error.h"

#include <stdlib.h>
#include <uv.h>

typedef struct hearth__guest {
    uv_poll_t poll;
    uv_timer_t timer;
    hearth_app *app;
    int open; /* handles */
} guest;

int hearth_app_host_sized(hearth_app *app, const hearth_run_opts *o, size_t size,
                          hearth_error *err)
{
    return hearth__start(app, o, size, true, err);
}

/* NULL unless it is hosted and runs. */
static hearth__net *net_of(const hearth_app *app)
{
    const running *run = app->running;

    return run == NULL || run->stuck || !run->hosted ? NULL : run->net;
}

int hearth_app_fd(const hearth_app *app)
{
    hearth__net *n = net_of(app);

    return n == NULL ? -1 : hearth__net_fd(n);
}

int hearth_app_timeout(hearth_app *app)
{
    hearth__net *n = net_of(app);
    int64_t ms = n == NULL ? -1 : hearth__net_timeout(n);

    return ms > INT32_MAX ? INT32_MAX : (int)ms;
}

void hearth_app_step(hearth_app *app)
{
    hearth__net *n = net_of(app);

    if (n != NULL)
        hearth__net_step(n);
}

/* ---- libuv ------------------------------------------------------------------------ */

static void step(guest *g);

static void on_timer(uv_timer_t *handle)
{
    step(handle->data);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
    (void)status;
    (void)events;
    step(handle->data);
}

static void step(guest *g)
{
    int ms;

    hearth_app_step(g->app);
    ms = hearth_app_timeout(g->app);
    if (ms < 0)
        (void)uv_timer_stop(&g->timer);
    else
        (void)uv_timer_start(&g->timer, on_timer, (uint64_t)ms, 0);
}

static void on_close(uv_handle_t *handle)
{
    guest *g = handle->data;

    if (--g->open == 0)
        free(g);
}

void hearth__host_leave(running *run)
{
    guest *g = run->guest;

    if (g == NULL)
        return;
    run->guest = NULL;
    uv_close((uv_handle_t *)&g->poll, on_close);
    uv_close((uv_handle_t *)&g->timer, on_close);
}

int hearth_app_attach_sized(hearth_app *app, struct uv_loop_s *loop,
                            const hearth_run_opts *o, size_t size, hearth_error *err)
{
    guest *g;
    int rc;

    if (loop == NULL)
        return hearth__error_set(err, HEARTH_EINVAL, "the loop is NULL");
    g = calloc(1, sizeof *g);
    if (g == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory at start");
    rc = hearth_app_host_sized(app, o, size, err);
    if (rc == 0 && uv_poll_init(loop, &g->poll, hearth_app_fd(app)) != 0) {
        (void)hearth_app_stop(app);
        rc = hearth__error_set(err, HEARTH_EIO, "the loop cannot watch a descriptor");
    }
    if (rc != 0) {
        free(g);
        return rc;
    }
    g->app = app;
    g->open = 2;
    g->poll.data = g;
    g->timer.data = g;
    (void)uv_timer_init(loop, &g->timer);
    ((running *)app->running)->guest = g;
    (void)uv_poll_start(&g->poll, UV_READABLE, on_poll);
    (void)uv_timer_start(&g->timer, on_timer, 0, 0);
    return 0;
}
