/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The test client itself while memory runs out: no client, or status 0 and why, or the very answer;
 * and afterwards all is well.
 */

#include "fault.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <string.h>

static int with_cookies(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_cookie(c, "first", "1", NULL));
    HEARTH_TRY(hearth_set_cookie(c, "second", "2", NULL));
    return hearth_json(c, 200, json_pack("{s:[i,i]}", "list", 1, 2));
}

static int shown(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%s %s", hearth_header(c, "Cookie"), hearth_body(c).ptr);
}

static void echo(hearth_ws *ws, hearth_str msg, bool text)
{
    (void)text;
    (void)hearth_ws_send(ws, msg);
}

static const hearth_ws_ops echoes = {.message = echo};

static int events(hearth_ctx *c)
{
    return hearth_events_stream(c, hearth_state(c));
}

static hearth_client *live_client(hearth_events *ch)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.state = ch, .log = {.level = HEARTH_LOG_OFF}});

    ck_assert_int_eq(hearth_websocket(app, "/ws", &echoes), 0);
    ck_assert_int_eq(hearth_get(app, "/events", events), 0);
    return hearth_client_new(app);
}

static hearth_app *make_app(void)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    ck_assert_int_eq(hearth_get(app, "/", with_cookies), 0);
    ck_assert_int_eq(hearth_post(app, "/", shown), 0);
    return app;
}

START_TEST(a_client_that_cannot_be_made_frees_its_application)
{
    for (long n = 0;; n++) {
        hearth_app *app = make_app();

        fault_at(n);
        hearth_client *t = hearth_client_new(app);
        bool hit = fault_hit();

        if (!hit)
            ck_assert_ptr_nonnull(t);
        if (t != NULL)
            ck_assert_int_eq(hearth_call_get(t, "/")->status, 200);
        hearth_client_free(t);
        if (!hit)
            break;
    }
}
END_TEST

START_TEST(a_call_without_memory_says_so_or_is_503)
{
    for (long n = 0;; n++) {
        hearth_client *t = hearth_client_new(make_app());

        fault_at(n);
        const hearth_answer *r = hearth_call_get(t, "/");
        bool hit = fault_hit();

        if (r->status == 0)
            ck_assert_str_eq(r->body.ptr, "out of memory");
        else
            ck_assert_msg(r->status == 200 || r->status == 503, "%d", r->status);
        if (!hit)
            ck_assert_int_eq(r->status, 200);
        /* The cookies of an answer are all kept, or it says that they are not. */
        if (r->status == 200)
            ck_assert_str_eq(hearth_call_post(t, "/", "x")->body.ptr,
                             "first=1; second=2 x");
        ck_assert_int_eq(hearth_call_get(t, "/")->status, 200);
        ck_assert_str_eq(hearth_call_post(t, "/", "x")->body.ptr, "first=1; second=2 x");
        hearth_client_free(t);
        if (!hit)
            break;
    }
}
END_TEST

START_TEST(a_look_at_an_answer_without_memory_is_empty_or_right)
{
    hearth_client *t = hearth_client_new(make_app());

    for (long n = 0;; n++) {
        const hearth_answer *r = hearth_call_get(t, "/");

        fault_at(n);
        const char *text = hearth_answer_at(r, "/list");
        const char *log = hearth_client_log(t);
        bool hit = fault_hit();

        ck_assert_ptr_nonnull(log);
        ck_assert_msg(strcmp(text, "[1,2]") == 0 || strcmp(text, "") == 0, "%s", text);
        if (!hit)
            break;
    }
    hearth_client_free(t);
}
END_TEST

/* No peer, or none that is connected, or one that closes, or the very answer. */
START_TEST(a_socket_without_memory_says_so_or_ends)
{
    for (long n = 0;; n++) {
        hearth_client *t = live_client(NULL);

        fault_at(n);
        hearth_ws_peer *p = hearth_client_ws(t, &(hearth_call){.target = "/ws"});
        int rc = p == NULL ? HEARTH_ENOMEM : hearth_ws_peer_text(p, "x");
        const hearth_ws_said *s = rc == 0 ? hearth_ws_peer_next(p) : NULL;
        bool hit = fault_hit();

        if (s != NULL && s->kind == HEARTH_WS_TEXT)
            ck_assert_str_eq(s->data.ptr, "x");
        else
            ck_assert(hit);
        hearth_ws_peer_free(p);
        p = hearth_client_ws(t, &(hearth_call){.target = "/ws"});
        ck_assert_int_eq(hearth_ws_peer_answer(p)->status, 101);
        ck_assert_int_eq(hearth_ws_peer_text(p, "y"), 0);
        ck_assert_str_eq(hearth_ws_peer_next(p)->data.ptr, "y");
        hearth_client_free(t);
        if (!hit)
            break;
    }
}
END_TEST

START_TEST(a_listener_without_memory_says_so_or_ends)
{
    for (long n = 0;; n++) {
        hearth_events *ch = hearth_events_new(NULL, NULL);
        hearth_client *t = live_client(ch);
        const hearth_event *e = NULL;

        fault_at(n);
        hearth_events_peer *p =
            hearth_client_events(t, &(hearth_call){.target = "/events"});
        int rc = p == NULL ? HEARTH_ENOMEM
                           : hearth_events_send(ch, &(hearth_event){.data = "x"});

        if (rc == 0)
            e = hearth_events_peer_next(p);
        if (e != NULL && hearth_events_peer_again(p) == 0 &&
            hearth_events_send(ch, &(hearth_event){.data = "y"}) == 0)
            e = hearth_events_peer_next(p);
        bool hit = fault_hit();

        if (!hit) {
            ck_assert_ptr_nonnull(e);
            ck_assert_str_eq(e->data, "y");
        }
        hearth_events_peer_free(p);
        p = hearth_client_events(t, &(hearth_call){.target = "/events"});
        ck_assert_int_eq(hearth_events_send(ch, &(hearth_event){.data = "z"}), 0);
        ck_assert_str_eq(hearth_events_peer_next(p)->data, "z");
        hearth_client_free(t);
        hearth_events_free(ch);
        if (!hit)
            break;
    }
}
END_TEST

SUITE("fault/client", TEST(a_client_that_cannot_be_made_frees_its_application)
                          TEST(a_call_without_memory_says_so_or_is_503)
                              TEST(a_look_at_an_answer_without_memory_is_empty_or_right)
                                  TEST(a_socket_without_memory_says_so_or_ends)
                                      TEST(a_listener_without_memory_says_so_or_ends))
