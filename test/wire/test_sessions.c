/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * One session and 64 clients of a real server, all at once, on reactors and on workers: every
 * write that was answered 200 is there.
 */

#include "session_kit.h"
#include "suite.h"
#include "wire.h"

#define CLIENTS 64
#define ROUNDS  5

static int on_worker(hearth_ctx *c)
{
    return kit_set(c);
}

static int on_reactor(hearth_ctx *c)
{
    return kit_set(c);
}

static const hearth_route more_routes[] = {
    HEARTH_GET("/worker", on_worker, .run = HEARTH_WORKER),
    HEARTH_GET("/inline", on_reactor, .run = HEARTH_INLINE),
    HEARTH_END,
};

static void ask(wire *w, const char *target, const char *cookie)
{
    char request[6000];

    snprintf(request, sizeof request,
             "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\n\r\n", target, cookie);
    wire_send(w, request);
}

static void expect(wire *w, int status, const char *says)
{
    wire_reply r = {.status = 0};

    ck_assert(wire_read(w, &r));
    ck_assert_msg(r.status == status, "%d: %s", r.status, r.body);
    if (says != NULL)
        ck_assert_str_eq(r.body, says);
    wire_reply_clear(&r);
}

START_TEST(a_session_that_64_clients_hammer_loses_no_write)
{
    static const char *const targets[] = {"/worker", "/inline"};
    hearth_run_opts o = wire_opts();
    kit k;
    hearth_app *app = kit_quiet(&k, _i);
    wire w[CLIENTS];
    wire_reply r = {.status = 0};
    char cookie[5000], target[64], wanted[16];
    int port;

    o.threads = 2;
    ck_assert_int_eq(hearth_mount(app, "", more_routes), 0);
    port = wire_start(app, &o);
    for (int i = 0; i < CLIENTS; i++)
        w[i] = wire_open(port);
    ck_assert(
        wire_ask(&w[0], "GET /set?k=first&v=1 HTTP/1.1\r\nHost: localhost\r\n\r\n", &r));
    ck_assert_ptr_nonnull(wire_field(&r, "Set-Cookie", cookie, sizeof cookie));
    cookie[strcspn(cookie, ";")] = '\0';
    wire_reply_clear(&r);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CLIENTS; i++) {
            snprintf(target, sizeof target, "%s?k=c%d_%d&v=%d", targets[(i + round) % 2],
                     i, round, round);
            ask(&w[i], target, cookie);
        }
        for (int i = 0; i < CLIENTS; i++)
            expect(&w[i], 200, NULL);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CLIENTS; i++) {
            snprintf(target, sizeof target, "/get?k=c%d_%d", i, round);
            snprintf(wanted, sizeof wanted, "%d", round);
            ask(&w[i], target, cookie);
            expect(&w[i], 200, wanted);
        }
    }
    for (int i = 0; i < CLIENTS; i++)
        wire_close(&w[i]);
    hearth_app_free(app);
    kit_clean(&k);
}
END_TEST

SUITE("wire/sessions",
      LOOP(a_session_that_64_clients_hammer_loses_no_write, 0, KIT_COOKIE))
