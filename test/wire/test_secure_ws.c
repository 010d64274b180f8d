/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The row C6: a WebSocket that names no origins is for the pages of its own site. */

#include "suite.h"
#include "ws_wire.h"

#include <hearth.h>

static void greet(hearth_ws *ws)
{
    (void)hearth_ws_text(ws, "hello");
}

static const hearth_ws_ops greets = {.open = greet};

static const hearth_route routes[] = {
    HEARTH_WEBSOCKET("/greet", &greets),
    HEARTH_END,
};

static const struct {
    const char *fields;
    int status;
} pages[] = {
    {"", 101}, /* no browser */
    {"Origin: http://localhost\r\n", 101},
    {"Origin: http://evil.example\r\n", 403},
    {"Origin: http://localhost.evil.example\r\n", 403},
    {"Origin: http://localhost:81\r\n", 403},
    {"Origin: null\r\n", 403},
    {"Origin: file://\r\n", 403},
    {"Origin: http://evil.example\r\nCookie: sid=a\r\n", 403},
};
#define PAGES (int)(sizeof pages / sizeof *pages)

START_TEST(c6_a_socket_is_for_the_pages_of_its_own_site)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    int port;

    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    port = wire_start(app, NULL);
    wire w = wire_open(port);

    ck_assert_int_eq(ws_ask(&w, "/greet", pages[_i].fields), pages[_i].status);
    if (pages[_i].status == 101)
        ws_expect_text(&w, "hello");
    wire_close(&w);
    wire_stop(app);
}
END_TEST

SUITE("wire/secure_ws", LOOP(c6_a_socket_is_for_the_pages_of_its_own_site, 0, PAGES))
