/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A context for a callback, as tasks have one: made when it is asked for, so that those who
 * only pass messages on pay nothing, and put away when the callback has returned.
 */
#include "ws/socket.h"

#include "core/str.h"

#include <hearth/log.h>

/* The route that the socket came by, for what is logged. */
static hearth__route *route_of(hearth_ws *ws)
{
    return (hearth__route *)(void *)((char *)ws->place - offsetof(hearth__route, place));
}

static hearth_ctx *make(hearth_ws *ws)
{
    hearth_ctx *c = hearth__ctx_take(NULL, ws->app);

    if (c == NULL)
        return NULL;
    c->head.method = HEARTH__S("WEBSOCKET");
    c->match.route = route_of(ws);
    c->res.sent = c->res.shut = true; /* there is nobody to answer */
    c->in_task = true;
    c->is_inline = ws->here;
    c->dbs.views = ws->here;
    return c;
}

hearth_ctx *hearth_ws_ctx(hearth_ws *ws)
{
    if (!ws->calling) {
        hearth_app_logf(ws->app, HEARTH_LOG_ERROR,
                        "hearth_ws_ctx: only a callback of %s can have a context",
                        ws->pattern);
        return NULL;
    }
    if (ws->ctx == NULL)
        ws->ctx = make(ws);
    return ws->ctx;
}

void hearth__ws_ctx_end(hearth_ws *ws)
{
    hearth_ctx *c = ws->ctx;

    ws->ctx = NULL;
    if (c != NULL)
        hearth__ctx_put(NULL, c);
}
