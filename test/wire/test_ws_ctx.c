/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What callbacks of WebSockets have beside the socket: a context with the database, on a
 * reactor and on a worker, and JSON values as messages.
 */

#include "suite.h"
#include "ws_wire.h"

#include <hearth.h>
#include <stdatomic.h>

static atomic_int released, cut;
static hearth_ws *kept;

static void release(void *arg)
{
    (void)arg;
    atomic_fetch_add(&released, 1);
}

static void on_open(hearth_ws *ws)
{
    hearth_ctx *c = hearth_ws_ctx(ws);

    ck_assert_ptr_nonnull(c);
    ck_assert_ptr_eq(c, hearth_ws_ctx(ws));
    ck_assert_str_eq(hearth_state(c), "state");
    ck_assert_int_eq(hearth_exec(c, "INSERT INTO said(text) VALUES (?)",
                                 hearth_args("opened")),
                     0);
    ck_assert_int_eq(hearth_defer(c, release, NULL), 0);
    (void)hearth_ws_join(ws, "all");
}

/* "half" begins and does not commit; "keep" keeps the socket. */
static void on_message(hearth_ws *ws, hearth_str msg, bool text)
{
    hearth_ctx *c = hearth_ws_ctx(ws);

    (void)text;
    ck_assert_int_eq(hearth_text(c, 200, "nobody"), HEARTH_ESTATE);
    if (strncmp(msg.ptr, "half", 4) == 0)
        ck_assert_int_eq(hearth_begin(c), 0);
    if (strcmp(msg.ptr, "keep") == 0)
        kept = hearth_ws_ref(ws);
    int rc = hearth_exec(c, "INSERT INTO said(text) VALUES (?)", hearth_args(msg));
    int64_t n = 0;
    hearth_rows *r = hearth_select(c, "SELECT count(*) FROM said WHERE text <> 'opened'",
                                   HEARTH_NO_ARGS);

    if (hearth_rows_next(r))
        n = hearth_rows_int(r, 0);
    (void)hearth_ws_sendf(ws, "%d %lld", rc, (long long)n);
}

static void on_close(hearth_ws *ws, int code, hearth_str reason)
{
    hearth_ctx *c = hearth_ws_ctx(ws);

    (void)code;
    (void)reason;
    ck_assert_int_eq(hearth_exec(c, "INSERT INTO said(text) VALUES ('closed')",
                                 HEARTH_NO_ARGS),
                     0);
}

static void on_left(hearth_ws *ws, const char *room)
{
    ck_assert_str_eq(room, "all");
    ck_assert_ptr_nonnull(hearth_ws_ctx(ws));
    atomic_fetch_add(&cut, 1);
}

static const hearth_ws_ops ops = {.open = on_open,
                                  .message = on_message,
                                  .close = on_close,
                                  .left = on_left};

static void json(hearth_ws *ws, hearth_str msg, bool text)
{
    (void)text;
    (void)hearth_ws_join(ws, "json");
    if (strcmp(msg.ptr, "null") == 0) {
        ck_assert_int_eq(hearth_ws_json(ws, NULL), HEARTH_EINVAL);
        ck_assert_int_eq(hearth_broadcast_json(hearth_ws_app(ws), "json", NULL),
                         HEARTH_EINVAL);
        ck_assert_int_eq(hearth_ws_tell_json(ws, "json", NULL), HEARTH_EINVAL);
    }
    ck_assert_int_eq(hearth_ws_json(ws,
                                    json_pack("{s:s, s:f}", "you", msg.ptr, "x", 0.1)),
                     0);
    ck_assert_int_eq(hearth_broadcast_json(hearth_ws_app(ws), "json",
                                           json_pack("{s:s}", "all", msg.ptr)),
                     0);
    ck_assert_int_eq(hearth_ws_tell_json(ws, "json",
                                         json_pack("{s:s}", "others", msg.ptr)),
                     0);
}

static const hearth_ws_ops jsons = {.message = json};

static hearth_app *start(void)
{
    static char state[] = "state";
    static const hearth_route routes[] = {HEARTH_WEBSOCKET("/inline", &ops,
                                                           .run = HEARTH_INLINE),
                                          HEARTH_WEBSOCKET("/worker", &ops,
                                                           .run = HEARTH_WORKER),
                                          HEARTH_WEBSOCKET("/json", &jsons), HEARTH_END};
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);
    hearth_app *app = hearth_app_new(
        &(hearth_app_opts){.state = state, .log = {.level = HEARTH_LOG_ERROR}});

    ck_assert_int_eq(hearth_db_script(db, "CREATE TABLE said(text TEXT NOT NULL) STRICT",
                                      NULL),
                     0);
    hearth_use_db(app, db);
    hearth_mount(app, "", routes);
    ck_assert_int_eq(hearth_app_start(app, &(hearth_run_opts){.port = HEARTH_PORT_ANY},
                                      NULL),
                     0);
    return app;
}

static const char *const where[] = {"/inline", "/worker"};

START_TEST(a_callback_has_the_database)
{
    hearth_app *app = start();
    wire w = ws_open(hearth_app_port(app), where[_i]);

    ws_say(&w, "one");
    ws_expect_text(&w, "0 1");
    ws_say(&w, "two");
    ws_expect_text(&w, "0 2");
    ck_assert_int_eq(atomic_load(&released), 1);
    ws_put_close(&w, 1000, "");
    ws_expect_close(&w, 1000);
    wire_close(&w);
    ck_assert_int_eq(hearth_app_stop(app), 0);
    ck_assert_int_eq(atomic_load(&cut), 1);
    hearth_app_free(app);
}
END_TEST

START_TEST(what_a_callback_did_not_commit_is_rolled_back)
{
    hearth_app *app = start();
    wire w = ws_open(hearth_app_port(app), where[_i]);

    ws_say(&w, "half");
    ws_expect_text(&w, "0 1");
    ws_say(&w, "whole");
    ws_expect_text(&w, "0 1");
    wire_close(&w);
    hearth_app_free(app);
}
END_TEST

START_TEST(an_error_of_the_data_is_told_to_the_callback)
{
    hearth_app *app = start();
    wire w = ws_open(hearth_app_port(app), where[_i]);
    char code[20];

    ws_put(&w, WS_FIN | WS_TEXT, "a\0b", 3);
    snprintf(code, sizeof code, "%d 0", HEARTH_EINVAL);
    ws_expect_text(&w, code);
    wire_close(&w);
    hearth_app_free(app);
}
END_TEST

START_TEST(outside_of_a_callback_there_is_none)
{
    hearth_app *app = start();
    wire w = ws_open(hearth_app_port(app), where[_i]);

    ws_say(&w, "keep");
    ws_expect_text(&w, "0 1");
    wire_close(&w);
    ck_assert_int_eq(hearth_app_stop(app), 0);
    ck_assert_ptr_nonnull(kept);
    ck_assert_ptr_null(hearth_ws_ctx(kept));
    hearth_ws_unref(kept);
    hearth_app_free(app);
}
END_TEST

START_TEST(json_values_are_messages)
{
    hearth_app *app = start();
    wire a = ws_open(hearth_app_port(app), "/json");
    wire b = ws_open(hearth_app_port(app), "/json");

    ws_say(&a, "<1>");
    ws_expect_text(&a, "{\"you\":\"<1>\",\"x\":0.1}");
    ws_expect_text(&a, "{\"all\":\"<1>\"}");
    ws_say(&b, "null");
    ws_expect_text(&b, "{\"you\":\"null\",\"x\":0.1}");
    ws_expect_text(&b, "{\"all\":\"null\"}");
    ws_expect_text(&a, "{\"all\":\"null\"}");
    ws_expect_text(&a, "{\"others\":\"null\"}");
    wire_close(&a);
    wire_close(&b);
    hearth_app_free(app);
}
END_TEST

SUITE("wire/ws_ctx", LOOP(a_callback_has_the_database, 0, 2)
                         LOOP(what_a_callback_did_not_commit_is_rolled_back, 0, 2)
                             LOOP(an_error_of_the_data_is_told_to_the_callback, 0, 2)
                                 LOOP(outside_of_a_callback_there_is_none, 0, 2)
                                     TEST(json_values_are_messages))
