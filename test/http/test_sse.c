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

SUITE("http/sse", LOOP(an_event_stream_says_what_it_is, 0, 2)
                      LOOP(who_asks_for_the_head_does_not_listen, 0, 2)
                          TEST(another_answer_takes_its_place))
