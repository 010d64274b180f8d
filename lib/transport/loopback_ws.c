/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The same sockets as a server's, on the same reactor, so that a test sees their rules and
 * limits as they are.  Between them and the client lies a pair of connected descriptors in
 * place of a network.
 */
#include "transport/loopback_ws.h"

#include "core/error.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct hearth__loop_ws {
    hearth__net *net;
    hearth__ws_side *side;
    hearth__reactor *reactor;
    hearth_app *app;
    hearth__task nudge;
    atomic_bool nudged;
};

/* ---- the service of its reactor ------------------------------------------------------ */

static void *ws_open(void *self, hearth__reactor *r, hearth_error *err)
{
    hearth__loop_ws *w = self;

    w->reactor = r;
    w->side = hearth__ws_side_open(w->app, r);
    if (w->side == NULL)
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory for WebSockets");
    return w->side;
}

static int ws_fd(void *state)
{
    (void)state;
    return -1;
}

static int64_t ws_tick(void *state)
{
    hearth__ws_turn(state);
    return -1;
}

static void ws_accepted(void *state, const hearth__incoming *in)
{
    (void)state; /* never called: it does not listen */
    (void)close(in->fd);
}

static void ws_drain(void *state)
{
    hearth__ws_drain(state);
}

static bool ws_idle(void *state)
{
    return hearth__ws_idle(state);
}

static void ws_close(void *state)
{
    hearth__ws_side_close(state);
}

static const hearth__service_ops service = {
    .name = "loopback",
    .open = ws_open,
    .fd = ws_fd,
    .tick = ws_tick,
    .accepted = ws_accepted,
    .drain = ws_drain,
    .idle = ws_idle,
    .close = ws_close,
};

/* ---- life ---------------------------------------------------------------------------- */

static void on_nudge(hearth__task *t)
{
    hearth__loop_ws *w =
        (hearth__loop_ws *)(void *)((char *)t - offsetof(hearth__loop_ws, nudge));

    atomic_store(&w->nudged, false);
}

hearth__loop_ws *hearth__loop_ws_new(hearth_app *app, hearth_error *err)
{
    hearth__loop_ws *w = calloc(1, sizeof *w);

    if (w == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory for WebSockets");
        return NULL;
    }
    w->app = app;
    w->nudge.fn = on_nudge;
    w->net = hearth__net_start(&(hearth__net_opts){.by_hand = true,
                                                   .service = &service,
                                                   .service_self = w,
                                                   .log = app->log},
                               err);
    if (w->net != NULL)
        return w;
    free(w);
    return NULL;
}

void hearth__loop_ws_free(hearth__loop_ws *w)
{
    if (w == NULL)
        return;
    (void)hearth__net_stop(w->net, 0, NULL, NULL); /* nothing of it can be stuck */
    free(w);
}

int hearth__loop_ws_fd(const hearth__loop_ws *w)
{
    return hearth__net_fd(w->net);
}

int64_t hearth__loop_ws_timeout(hearth__loop_ws *w)
{
    return hearth__net_timeout(w->net);
}

void hearth__loop_ws_step(hearth__loop_ws *w)
{
    hearth__net_step(w->net);
}

void hearth__loop_ws_ahead(hearth__loop_ws *w, int64_t ms)
{
    hearth__net_ahead(w->net, ms);
}

void hearth__loop_ws_wake(void *self)
{
    hearth__loop_ws *w = self;

    if (!atomic_exchange(&w->nudged, true))
        hearth__reactor_post(w->reactor, &w->nudge);
}

/* ---- from a call to a socket ------------------------------------------------------------ */

static bool make_pair(int pair[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0)
        return true;
    pair[0] = pair[1] = -1;
    return false;
}

int hearth__loop_upgrade(hearth__loop *l, hearth__loop_ws *w, hearth__loop_answer *out,
                         int *fd)
{
    int pair[2] = {-1, -1}, rc;
    hearth_ws *ws = NULL;

    *fd = -1;
    if (l->rc == 0 && l->c->res.status == HEARTH__SWITCHING) {
        if (!make_pair(pair))
            l->rc = HEARTH_EUNAVAILABLE;
        else
            ws = hearth_ws_ref(l->c->upgrade);
    }
    rc = hearth__loop_end(l, out);
    if (ws == NULL)
        return rc;
    if (rc != 0) {
        (void)close(pair[0]);
        (void)close(pair[1]);
    } else {
        *fd = pair[1];
        hearth__reactor_counted(w->reactor);
        hearth__ws_start(w->side, ws, pair[0], HEARTH__NOBODY, "", 0);
        hearth__loop_ws_wake(w); /* to watch it: that is done in a turn */
    }
    hearth_ws_unref(ws);
    return rc;
}
