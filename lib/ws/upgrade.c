/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * From a request to a socket.  The handler makes the socket before it asks `accept`, which
 * can give it a state, and leaves it in the context; the transport that has sent the 101
 * starts it.  Whoever answers something else on the way out has refused it: it goes with
 * the request.
 */
#include "ws/handshake.h"
#include "ws/socket.h"

#include "app/problem.h"
#include "core/str.h"

#include <hearth/memory.h>
#include <hearth/res.h>
#include <stdlib.h>

#define DEFAULT_BYTES    ((size_t)1 << 20)
#define DEFAULT_PING_MS  30000
#define DEFAULT_CLOSE_MS 5000

/* ---- the hub ---------------------------------------------------------------------------- */

static void hub_free(void *arg)
{
    hearth__ws_hub *hub = arg;

    pthread_mutex_destroy(&hub->lock);
    free(hub);
}

hearth__ws_hub *hearth__ws_hub_of(hearth_app *app)
{
    return atomic_load_explicit(&app->sockets, memory_order_acquire);
}

hearth__ws_hub *hearth__ws_hub_make(hearth_app *app)
{
    hearth__ws_hub *hub = hearth__ws_hub_of(app);

    if (hub != NULL)
        return hub;
    hub = calloc(1, sizeof *hub);
    if (hub == NULL || pthread_mutex_init(&hub->lock, NULL) != 0) {
        free(hub);
        return NULL;
    }
    app->free_sockets = hub_free;
    atomic_store_explicit(&app->sockets, hub, memory_order_release);
    return hub;
}

/* ---- sockets ------------------------------------------------------------------------------ */

static hearth__ws_limits limits_of(const hearth_ws_ops *ops)
{
    return (hearth__ws_limits){
        .message = ops->max_message == 0 ? DEFAULT_BYTES : ops->max_message,
        .queue = ops->max_queue == 0 ? DEFAULT_BYTES : ops->max_queue,
        .ping_ms = ops->ping_ms == 0 ? DEFAULT_PING_MS : ops->ping_ms,
        .close_ms = ops->close_ms <= 0 ? DEFAULT_CLOSE_MS : ops->close_ms,
    };
}

static void let_go(void *ws)
{
    hearth_ws_unref(ws);
}

/* Of the request, until it starts. */
static int make(hearth_ctx *c, const hearth_ws_ops *ops)
{
    hearth_ws *ws = calloc(1, sizeof *ws);

    if (ws == NULL)
        return HEARTH_ENOMEM;
    atomic_init(&ws->refs, 1);
    ws->app = c->app;
    ws->ops = ops;
    ws->place = &c->match.route->place;
    ws->pattern = c->match.route->pattern;
    ws->limits = limits_of(ops);
    ws->fd = -1;
    if (hearth_defer(c, let_go, ws) != 0) {
        free(ws);
        return HEARTH_ENOMEM;
    }
    c->upgrade = ws;
    return 0;
}

static void socket_free(hearth_ws *ws)
{
    if (ws->free_state != NULL)
        ws->free_state(ws->state);
    hearth__ws_side_unref(ws->side);
    free(ws);
}

hearth_ws *hearth_ws_ref(hearth_ws *ws)
{
    atomic_fetch_add_explicit(&ws->refs, 1, memory_order_relaxed);
    return ws;
}

void hearth_ws_unref(hearth_ws *ws)
{
    if (ws != NULL && atomic_fetch_sub_explicit(&ws->refs, 1, memory_order_acq_rel) == 1)
        socket_free(ws);
}

void *hearth_ws_state(const hearth_ws *ws)
{
    return ws->state;
}

hearth_app *hearth_ws_app(const hearth_ws *ws)
{
    return ws->app;
}

const char *hearth_ws_protocol(const hearth_ws *ws)
{
    return ws->protocol;
}

/* ---- the handler ---------------------------------------------------------------------------- */

int hearth_ws_set_state(hearth_ctx *c, void *state, void (*fn)(void *state))
{
    hearth_ws *ws = c->upgrade;
    const char *why = ws == NULL || ws->ops == NULL ? "only accept may do that"
                      : ws->free_state != NULL || ws->state != NULL
                          ? "the socket has a state already"
                          : NULL;

    if (why != NULL) {
        if (fn != NULL)
            fn(state);
        return hearth__note(c, HEARTH_ESTATE, "hearth_ws_set_state: %s", why);
    }
    ws->state = state;
    ws->free_state = fn;
    return 0;
}

static int ask(hearth_ctx *c, const hearth_ws_ops *ops)
{
    int rc;

    c->goes_on = true; /* hearth_arg() */
    c->then_arg = ops->arg;
    rc = ops->accept(c);
    c->goes_on = false;
    return rc;
}

static bool put(hearth_ctx *c, hearth_str name, const char *value)
{
    return hearth__res_put(&c->res, &c->arena, name, hearth__str_of(value)) == 0;
}

/* Nobody has answered anything else.  A failure shows in the arena. */
static void put_fields(hearth_ctx *c, void *arg)
{
    const hearth__ws_offer *offer = arg;
    const char *ext = hearth__ws_deal_answer(c, &offer->deal);

    if (c->res.status != HEARTH__SWITCHING)
        return;
    if (!put(c, HEARTH__S("Upgrade"), "websocket") ||
        !put(c, HEARTH__S("Sec-WebSocket-Accept"), offer->accept))
        return;
    if (offer->protocol != NULL)
        (void)put(c, HEARTH__S("Sec-WebSocket-Protocol"), offer->protocol);
    if (ext != NULL)
        (void)put(c, HEARTH__S("Sec-WebSocket-Extensions"), ext);
}

int hearth_ws_upgrade(hearth_ctx *c)
{
    const hearth_ws_ops *ops = c->match.route == NULL ? NULL : c->match.route->arg;
    hearth__ws_offer *offer = HEARTH_NEW(c, hearth__ws_offer);
    int rc = 0;

    if (ops == NULL)
        return hearth__note(c, HEARTH_ESTATE,
                            "hearth_ws_upgrade: the route's arg is no hearth_ws_ops");
    if (offer == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth__ws_handshake(c, ops, offer));
    HEARTH_TRY(make(c, ops));
    c->upgrade->protocol = offer->protocol;
    c->upgrade->deal = offer->deal;
    HEARTH_TRY(hearth_on_send(c, put_fields, offer));
    if (ops->accept != NULL)
        rc = ask(c, ops);
    if (rc == HEARTH_PENDING) /* what goes on decides: hearth__request_run() */
        return rc;
    if (rc == 0 && c->res.status == 0)
        c->res.status = HEARTH__SWITCHING;
    else
        c->upgrade = NULL;
    return rc;
}

int hearth_websocket(hearth_app *app, const char *pattern, const hearth_ws_ops *ops)
{
    const hearth_route table[] = {HEARTH_WEBSOCKET(pattern, ops), HEARTH_END};

    if (ops == NULL)
        return hearth__app_setup_failed(app, HEARTH_EINVAL,
                                        "hearth_websocket: the ops are NULL");
    return hearth_mount(app, "", table);
}
