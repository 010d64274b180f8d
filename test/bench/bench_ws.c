/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* WebSockets of the bench: an echo and a room, one reactor.  Ends with SIGTERM. */
#include <hearth.h>
#include <stdio.h>
#include <stdlib.h>

static void echo(hearth_ws *ws, hearth_str msg, bool text)
{
    if (text)
        (void)hearth_ws_send(ws, msg);
    else
        (void)hearth_ws_binary(ws, msg.ptr, msg.len);
}

static void enter(hearth_ws *ws)
{
    (void)hearth_ws_join(ws, "all");
}

static void tell_all(hearth_ws *ws, hearth_str msg, bool text)
{
    if (text)
        (void)hearth_broadcast(hearth_ws_app(ws), "all", msg);
}

static const hearth_ws_ops echoes = {.message = echo};
static const hearth_ws_ops room = {.open = enter, .message = tell_all};

static const hearth_route routes[] = {
    HEARTH_WEBSOCKET("/echo", &echoes),
    HEARTH_WEBSOCKET("/all", &room),
    HEARTH_END,
};

int main(void)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});

    (void)hearth_mount(app, "", routes);
    int rc = hearth_app_run(app, &(hearth_run_opts){.host = "127.0.0.1",
                                                    .port = HEARTH_PORT_ANY,
                                                    .threads = 1,
                                                    .max_connections = 20000,
                                                    .max_per_address = HEARTH_UNLIMITED});

    hearth_app_free(app);
    return rc == 0 ? 0 : 1;
}
