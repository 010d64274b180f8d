/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Event streams as answers: their fields, what comes first, and when there is none. */

#include "http.h"
#include "suite.h"

static int events(hearth_ctx *c)
{
    return hearth_events_stream(c, hearth_state(c));
}

static int none(hearth_ctx *c)
{
    return hearth_events_stream(c, NULL);
}

static int refuses(hearth_ctx *c)
{
    (void)hearth_events_stream(c, hearth_state(c));
    return 403;
}

static const hearth_route routes[] = {
    HEARTH_GET("/inline", events, .run = HEARTH_INLINE),
    HEARTH_GET("/worker", events, .run = HEARTH_WORKER),
    HEARTH_GET("/none", none),
    HEARTH_GET("/refuses", refuses),
    HEARTH_END,
};
static const char *const places[] = {"/inline", "/worker"};

static hearth_client *client(hearth_events **ch)
{
    hearth_app *app;

    *ch = hearth_events_new(&(hearth_events_opts){.retry_ms = 1234}, NULL);
    ck_assert_ptr_nonnull(*ch);
    app = hearth_app_new(&(hearth_app_opts){.state = *ch});
    ck_assert_int_eq(hearth_use_compress(app, NULL), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

static void send_id(hearth_events *ch, const char *id, const char *data)
{
    ck_assert_int_eq(hearth_events_send(ch, &(hearth_event){.data = data, .id = id}), 0);
}

START_TEST(an_event_stream_says_what_it_is)
{
    static const char *const accepts[] = {"Accept-Encoding: gzip, br, zstd",
                                          "Last-Event-ID: 1", NULL};
    hearth_events *ch;
    hearth_client *t = client(&ch);

    send_id(ch, "1", "one");
    send_id(ch, "2", "two");
    hearth_pending *p =
        hearth_call_begin(t, &(hearth_call){.target = places[_i], .headers = accepts});

    while (hearth_events_listeners(ch) == 0)
        ;
    send_id(ch, "3", "three");
    hearth_events_close(ch);
    const hearth_answer *r = hearth_call_finish(p);

    ck_assert_int_eq(r->status, 200);
    http_check_field(r, "Content-Type: text/event-stream");
    http_check_field(r, "Cache-Control: no-store");
    http_check_field(r, "X-Accel-Buffering: no");
    http_check_field(r, "Content-Encoding");
    http_check_field(r, "Content-Length");
    ck_assert_str_eq(r->body.ptr, "retry: 1234\n:\n\nid: 2\ndata: two\n\n"
                                  "id: 3\ndata: three\n\n");
    hearth_client_free(t);
    hearth_events_free(ch);
}
END_TEST

START_TEST(who_asks_for_the_head_does_not_listen)
{
    hearth_events *ch;
    hearth_client *t = client(&ch);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.method = "HEAD", .target = places[_i]});

    ck_assert_int_eq(r->status, 200);
    http_check_field(r, "Content-Type: text/event-stream");
    ck_assert_uint_eq(hearth_events_listeners(ch), 0);
    hearth_client_free(t);
    hearth_events_free(ch);
}
END_TEST

START_TEST(another_answer_takes_its_place)
{
    hearth_events *ch;
    hearth_client *t = client(&ch);

    ck_assert_int_eq(hearth_call_get(t, "/refuses")->status, 403);
    while (hearth_events_listeners(ch) > 0)
        ;
    ck_assert_int_eq(hearth_call_get(t, "/none")->status, 400);
    hearth_events_close(ch);
    ck_assert_int_eq(hearth_call_get(t, "/inline")->status, 204);
    hearth_client_free(t);
    hearth_events_free(ch);
}
END_TEST

/* ---- listening ------------------------------------------------------------------------ */

static hearth_events_peer *listen_at(hearth_client *t, const char *target,
                                     const char *header)
{
    const char *const headers[] = {header, NULL};
    hearth_events_peer *p =
        hearth_client_events(t, &(hearth_call){.target = target, .headers = headers});

    ck_assert_ptr_nonnull(p);
    return p;
}

static void hears(hearth_events_peer *p, const char *id, const char *data)
{
    const hearth_event *e = hearth_events_peer_next(p);

    ck_assert_msg(e != NULL, "nothing came, not \"%s\"", data);
    ck_assert_str_eq(e->data, data);
    ck_assert_uint_eq(e->data_len, strlen(data));
    if (id != NULL)
        ck_assert_str_eq(e->id, id);
    ck_assert_int_eq(e->retry_ms, 1234);
}

START_TEST(events_come_as_they_are_sent)
{
    hearth_events *ch;
    hearth_client *t = client(&ch);
    hearth_events_peer *p = listen_at(t, places[_i], NULL);
    hearth_events_peer *q = listen_at(t, places[_i], NULL);
    const hearth_event *e;

    ck_assert_int_eq(hearth_events_peer_answer(p)->status, 200);
    http_check_field(hearth_events_peer_answer(p), "Content-Type: text/event-stream");
    ck_assert_uint_eq(hearth_events_listeners(ch), 2);
    send_id(ch, "a", "one\r\ntwo\n\nfour");
    hears(p, "a", "one\ntwo\n\nfour");
    hears(q, "a", "one\ntwo\n\nfour");
    ck_assert_int_eq(hearth_events_send(ch, &(hearth_event){.data = " x: y",
                                                            .event = "price"}),
                     0);
    e = hearth_events_peer_next(p);
    ck_assert_str_eq(e->event, "price");
    ck_assert_str_eq(e->data, " x: y");
    ck_assert(hearth_events_peer_is_open(p));
    hearth_events_peer_free(p);
    while (hearth_events_listeners(ch) != 1)
        (void)hearth_events_peer_is_open(q);
    e = hearth_events_peer_next(q);
    ck_assert_str_eq(e->data, " x: y");
    hearth_events_close(ch);
    ck_assert_ptr_null(hearth_events_peer_next(q));
    ck_assert(!hearth_events_peer_is_open(q));
    hearth_client_free(t);
    hearth_events_free(ch);
}
END_TEST

START_TEST(who_comes_back_gets_what_was_missed)
{
    hearth_events *ch;
    hearth_client *t = client(&ch);
    hearth_events_peer *p = listen_at(t, places[_i], NULL);

    send_id(ch, "a", "one");
    hears(p, "a", "one");
    send_id(ch, "b", "two");
    ck_assert(hearth_events_peer_is_open(p));
    hears(p, "b", "two");
    ck_assert_int_eq(hearth_events_peer_again(p), 0);
    send_id(ch, "c", "three");
    hears(p, "c", "three"); /* and nothing twice */
    hearth_events_peer_deaf(p, true);
    send_id(ch, "d", "four");
    ck_assert_int_eq(hearth_events_peer_again(p), 0);
    send_id(ch, "e", "five");
    hearth_events_peer_deaf(p, false);
    hears(p, "d", "four");
    hears(p, "e", "five");
    hearth_client_free(t);
    hearth_events_free(ch);
}
END_TEST

START_TEST(an_id_that_nobody_knows_is_told)
{
    hearth_events *ch;
    hearth_client *t = client(&ch);
    hearth_events_peer *p = listen_at(t, places[_i], "Last-Event-ID: of-yore");
    const hearth_event *e = hearth_events_peer_next(p);

    ck_assert_str_eq(e->event, "reset");
    ck_assert_str_eq(e->data, "missed");
    send_id(ch, "a", "one");
    hears(p, "a", "one");
    hearth_client_free(t);
    hearth_events_free(ch);
}
END_TEST

START_TEST(silence_is_filled_with_comments)
{
    hearth_events *ch;
    hearth_client *t = client(&ch);
    hearth_events_peer *p = listen_at(t, places[_i], NULL);
    size_t had = hearth_events_peer_comments(p);

    for (int i = 0; i < 3; i++) {
        hearth_client_advance(t, 15100);
        send_id(ch, NULL, "here");
        hears(p, NULL, "here");
    }
    ck_assert_uint_eq(hearth_events_peer_comments(p) - had, 3);
    hearth_client_free(t);
    hearth_events_free(ch);
}
END_TEST

START_TEST(other_answers_are_seen_with_their_bodies)
{
    hearth_events *ch;
    hearth_client *t = client(&ch);
    hearth_events_peer *p = listen_at(t, "/refuses", NULL);

    ck_assert_int_eq(hearth_events_peer_answer(p)->status, 403);
    ck_assert_uint_gt(hearth_events_peer_answer(p)->body.len, 0);
    ck_assert(!hearth_events_peer_is_open(p));
    ck_assert_ptr_null(hearth_events_peer_next(p));
    hearth_events_close(ch);
    ck_assert_int_eq(hearth_events_peer_again(p), 0);
    p = listen_at(t, "/inline", NULL);
    ck_assert_int_eq(hearth_events_peer_answer(p)->status, 204);
    hearth_client_free(t);
    hearth_events_free(ch);
}
END_TEST

START_TEST(a_listener_that_is_too_slow_is_let_go_and_comes_back)
{
    hearth_events *ch =
        hearth_events_new(&(hearth_events_opts){.replay = 100, .queue = 10}, NULL);
    hearth_client *t = http_client(&(hearth_app_opts){.state = ch}, routes);
    hearth_events_peer *p = listen_at(t, places[_i], NULL);
    char much[60000];
    int n = 0;

    memset(much, 'x', sizeof much - 1);
    much[sizeof much - 1] = '\0';
    send_id(ch, NULL, "first");
    ck_assert_str_eq(hearth_events_peer_next(p)->data, "first");
    hearth_events_peer_deaf(p, true);
    /* What the network holds is not known. */
    while (hearth_events_listeners(ch) > 0 && n++ < 100000) {
        send_id(ch, NULL, much);
        if (n % 20 == 0)
            hearth_events_peer_deaf(p, true); /* a turn, without reading */
        if (n > 20 && getenv("HEARTH_TEST_WIRE") == NULL)
            break; /* over loopback its source is not even asked */
    }
    hearth_events_peer_deaf(p, false);
    while (hearth_events_peer_next(p) != NULL)
        ;
    ck_assert(!hearth_events_peer_is_open(p));
    ck_assert_uint_eq(hearth_events_listeners(ch), 0);
    ck_assert_int_eq(hearth_events_peer_again(p), 0);
    send_id(ch, "last", "last");
    const hearth_event *e;

    do
        e = hearth_events_peer_next(p);
    while (e != NULL && strcmp(e->data, "last") != 0);
    ck_assert_ptr_nonnull(e);
    hearth_client_free(t);
    hearth_events_free(ch);
}
END_TEST

SUITE("http/sse",
      LOOP(an_event_stream_says_what_it_is, 0,
           2) LOOP(who_asks_for_the_head_does_not_listen, 0, 2)
          TEST(another_answer_takes_its_place) LOOP(events_come_as_they_are_sent, 0, 2)
              LOOP(who_comes_back_gets_what_was_missed, 0,
                   2) LOOP(an_id_that_nobody_knows_is_told, 0,
                           2) LOOP(silence_is_filled_with_comments, 0, 2)
                  TEST(other_answers_are_seen_with_their_bodies)
                      LOOP(a_listener_that_is_too_slow_is_let_go_and_comes_back, 0, 2))
