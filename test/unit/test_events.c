/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include <hearth/sse.h>

#include "app/stream.h"
#include "ctx.h"
#include "suite.h"

#include <stdio.h>

/* A client that has the event of this id, or a new one (NULL). */
static bare *listen_to(hearth_events *ch, const char *last)
{
    char request[300];

    snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: x\r\n%s%s%s\r\n",
             last == NULL ? "" : "Last-Event-ID:", last == NULL ? "" : last,
             last == NULL ? "" : "\r\n");
    bare *t = bare_open(NULL, request);

    ck_assert_int_eq(hearth_events_stream(t->c, ch), 0);
    ck_assert_int_eq(hearth__stream_begin(t->c), 0);
    return t;
}

/* All that it gets until there is nothing. */
static const char *read_all(bare *t)
{
    static char text[8192];
    hearth__stream *s = t->c->res.stream;
    size_t n = 0;

    for (;;) {
        n += hearth__stream_take(s, text + n, sizeof text - 1 - n);
        if (s->ended || s->pending)
            break;
        hearth__stream_pull(t->c);
    }
    text[n] = '\0';
    s->pending = false;
    return text;
}

static const char *again(bare *t)
{
    hearth__stream_pull(t->c);
    return read_all(t);
}

static void send_id(hearth_events *ch, const char *id, const char *data)
{
    ck_assert_int_eq(hearth_events_send(ch, &(hearth_event){.data = data, .id = id}), 0);
}

static void send_many(hearth_events *ch, int from, int to)
{
    for (int i = from; i <= to; i++) {
        char id[16];

        snprintf(id, sizeof id, "e%d", i);
        send_id(ch, id, "x");
    }
}

static hearth_events *channel(const hearth_events_opts *o)
{
    hearth_error err = {0};
    hearth_events *ch = hearth_events_new(o, &err);

    ck_assert_msg(ch != NULL, "%s", err.text);
    return ch;
}

START_TEST(who_comes_gets_what_is_sent_from_then_on)
{
    hearth_events *ch = channel(NULL);

    send_id(ch, "0", "before");
    bare *a = listen_to(ch, NULL), *b = listen_to(ch, "");
    const char *text = read_all(a);

    ck_assert_int_eq(strncmp(text, "retry: 2000\nid: ", 16), 0);
    ck_assert_ptr_null(strstr(text, "before"));
    ck_assert_str_eq(bare_field(a, "Cache-Control"), "no-store");
    ck_assert_str_eq(bare_field(a, "X-Accel-Buffering"), "no");
    ck_assert_str_eq(bare_field(a, "Content-Type"), "text/event-stream");
    (void)read_all(b);
    ck_assert_uint_eq(hearth_events_listeners(ch), 2);
    send_id(ch, "1", "one");
    ck_assert_str_eq(again(a), "id: 1\ndata: one\n\n");
    send_id(ch, "2", "two");
    ck_assert_str_eq(again(b), "id: 1\ndata: one\n\nid: 2\ndata: two\n\n");
    ck_assert_str_eq(again(a), "id: 2\ndata: two\n\n");
    bare_close(a);
    ck_assert_uint_eq(hearth_events_listeners(ch), 1);
    bare_close(b);
    hearth_events_free(ch);
}
END_TEST

START_TEST(who_comes_back_gets_exactly_what_was_missed)
{
    hearth_events *ch = channel(&(hearth_events_opts){.replay = 4, .retry_ms = -1});

    send_many(ch, 1, 5); /* e1 is gone */
    bare *t = listen_to(ch, "e3");

    ck_assert_str_eq(read_all(t), ":\n\nid: e4\ndata: x\n\nid: e5\ndata: x\n\n");
    bare_close(t);
    t = listen_to(ch, "e5");
    ck_assert_str_eq(read_all(t), ":\n\n");
    bare_close(t);
    t = listen_to(ch, "e2");
    ck_assert_str_eq(read_all(t), ":\n\nid: e3\ndata: x\n\nid: e4\ndata: x\n\n"
                                  "id: e5\ndata: x\n\n");
    bare_close(t);
    hearth_events_free(ch);
}
END_TEST

/* What its own numbers say is kept longer by one: the event itself is not needed. */
START_TEST(ids_of_the_channel_are_known_to_the_last)
{
    hearth_events *ch = channel(&(hearth_events_opts){.replay = 2, .retry_ms = -1});
    bare *t = listen_to(ch, NULL);
    char id[64];

    ck_assert_int_eq(sscanf(read_all(t), "id: %63s", id), 1);
    bare_close(t);
    send_many(ch, 1, 2);
    t = listen_to(ch, id);
    ck_assert_str_eq(read_all(t), ":\n\nid: e1\ndata: x\n\nid: e2\ndata: x\n\n");
    bare_close(t);
    send_many(ch, 3, 3);
    t = listen_to(ch, id);
    ck_assert_ptr_nonnull(strstr(read_all(t), "event: reset\ndata: missed\n\n"));
    bare_close(t);
    hearth_events_free(ch);
}
END_TEST

static const char *const unknown[] = {
    "e1", "zzz", "000000000000-1", "-", "000000000000-", "e4x",
};

START_TEST(who_cannot_get_what_was_missed_is_told)
{
    hearth_events *ch = channel(&(hearth_events_opts){.replay = 2});
    char wrong[64];

    send_many(ch, 1, 4);
    bare *t = listen_to(ch, unknown[_i]);
    const char *text = read_all(t);

    ck_assert_ptr_nonnull(strstr(text, "\nevent: reset\ndata: missed\n\n"));
    ck_assert_int_eq(sscanf(text, "retry: 2000\nid: %50s", wrong), 1);
    send_many(ch, 5, 5);
    ck_assert_str_eq(again(t), "id: e5\ndata: x\n\n");
    bare_close(t);
    /* the id that it was given is where it is */
    t = listen_to(ch, wrong);
    ck_assert_str_eq(read_all(t), "retry: 2000\n:\n\nid: e5\ndata: x\n\n");
    bare_close(t);
    *strchr(wrong, '-') = '\0';
    strcat(wrong, "-9"); /* of the future */
    t = listen_to(ch, wrong);
    ck_assert_ptr_nonnull(strstr(read_all(t), "event: reset"));
    bare_close(t);
    hearth_events_free(ch);
}
END_TEST

START_TEST(who_is_too_far_behind_is_let_go)
{
    hearth_events *ch = channel(&(hearth_events_opts){.replay = 8, .queue = 3});
    bare *in_time = listen_to(ch, NULL), *late = listen_to(ch, NULL);

    (void)read_all(in_time);
    (void)read_all(late);
    send_many(ch, 1, 3);
    ck_assert_ptr_nonnull(strstr(again(in_time), "id: e3"));
    send_many(ch, 4, 4);
    ck_assert_str_eq(again(in_time), "id: e4\ndata: x\n\n");
    ck_assert_str_eq(again(late), "");
    ck_assert(late->c->res.stream->ended);
    ck_assert_uint_eq(hearth_events_listeners(ch), 1);
    bare_close(late);
    /* catching up is no reason */
    late = listen_to(ch, "e1");
    ck_assert_ptr_nonnull(strstr(read_all(late), "id: e4"));
    ck_assert(!late->c->res.stream->ended);
    bare_close(late);
    /* falling out of what is kept is */
    late = listen_to(ch, "e1");
    send_many(ch, 5, 12);
    (void)read_all(late);
    ck_assert(late->c->res.stream->ended);
    bare_close(late);
    bare_close(in_time);
    hearth_events_free(ch);
}
END_TEST

/* The event that is being sent survives what is kept. */
START_TEST(what_is_lent_stays)
{
    hearth_events *ch = channel(&(hearth_events_opts){.replay = 1});
    bare *t = listen_to(ch, NULL);

    (void)read_all(t);
    send_many(ch, 1, 1);
    hearth__stream_pull(t->c);
    send_many(ch, 2, 3);
    hearth_events_free(ch);
    char text[64] = {0};

    (void)hearth__stream_take(t->c->res.stream, text, sizeof text - 1);
    ck_assert_str_eq(text, "id: e1\ndata: x\n\n");
    bare_close(t);
}
END_TEST

START_TEST(a_closed_channel_ends_its_streams_behind_the_last_event)
{
    hearth_events *ch = channel(NULL);
    bare *t = listen_to(ch, NULL), *next;

    (void)read_all(t);
    send_many(ch, 1, 1);
    hearth_events_close(ch);
    ck_assert_int_eq(hearth_events_send(ch, &(hearth_event){.data = "x"}), HEARTH_ESTATE);
    ck_assert_str_eq(again(t), "id: e1\ndata: x\n\n");
    ck_assert(t->c->res.stream->ended);
    next = bare_get();
    ck_assert_int_eq(hearth_events_stream(next->c, ch), 204);
    bare_close(next);
    bare_close(t);
    hearth_events_free(ch);
    hearth_events_free(NULL);
}
END_TEST

START_TEST(bytes_that_are_kept_are_bounded)
{
    /* "id: e1\ndata: x\n\n" is 16 bytes */
    hearth_events *ch =
        channel(&(hearth_events_opts){.replay_bytes = 40, .max_event = 30});
    char data[32];

    send_many(ch, 1, 3);
    bare *t = listen_to(ch, "e1");

    ck_assert_ptr_nonnull(strstr(read_all(t), "event: reset"));
    bare_close(t);
    t = listen_to(ch, "e2");
    ck_assert_str_eq(read_all(t), "retry: 2000\n:\n\nid: e3\ndata: x\n\n");
    bare_close(t);
    memset(data, 'y', sizeof data);
    ck_assert_int_eq(hearth_events_send(ch,
                                        &(hearth_event){.data = data, .data_len = 31}),
                     HEARTH_ETOOBIG);
    ck_assert_int_eq(hearth_events_send(ch, &(hearth_event){.data = data,
                                                            .data_len = 30,
                                                            .id = "123456"}),
                     HEARTH_ETOOBIG);
    ck_assert_int_eq(
        hearth_events_send(ch, &(hearth_event){.data = data, .data_len = 22, .id = "1"}),
        0);
    hearth_events_free(ch);
}
END_TEST

START_TEST(events_that_cannot_be_sent_are_refused)
{
    hearth_events *ch = channel(NULL);
    bare *t = bare_get();

    ck_assert_int_eq(hearth_events_send(ch, NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_events_send(NULL, &(hearth_event){.data = "x"}),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth_events_send(ch, &(hearth_event){.data = "x", .id = "\n"}),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth_events_stream(t->c, NULL), HEARTH_EINVAL);
    bare_close(t);
    hearth_events_free(ch);
}
END_TEST

static const hearth_events_opts wrong[] = {
    {.replay = -1},
    {.replay = 1000001},
    {.queue = -1},
    {.replay = 10, .queue = 11},
    {.max_event = (size_t)64 * 1024 * 1024 + 1},
    {.heartbeat_ms = 600001},
};

START_TEST(options_out_of_range_are_refused)
{
    hearth_error err = {0};

    ck_assert_ptr_null(hearth_events_new(&wrong[_i], &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    ck_assert_ptr_null(hearth_events_new(&wrong[_i], NULL));
}
END_TEST

static const hearth_events_opts right[] = {
    {.replay = 1},
    {.replay = 10, .queue = 10},
    {.max_event = (size_t)64 * 1024 * 1024},
    {.heartbeat_ms = 600000},
    {.heartbeat_ms = -1},
};

START_TEST(options_at_their_limits_are_taken)
{
    hearth_events_free(channel(&right[_i]));
}
END_TEST

SUITE("app/events",
      TEST(who_comes_gets_what_is_sent_from_then_on)
          TEST(who_comes_back_gets_exactly_what_was_missed)
              TEST(ids_of_the_channel_are_known_to_the_last)
                  LOOP(who_cannot_get_what_was_missed_is_told, 0,
                       (int)(sizeof unknown / sizeof *unknown))
                      TEST(who_is_too_far_behind_is_let_go) TEST(what_is_lent_stays)
                          TEST(a_closed_channel_ends_its_streams_behind_the_last_event)
                              TEST(bytes_that_are_kept_are_bounded)
                                  TEST(events_that_cannot_be_sent_are_refused)
                                      LOOP(options_out_of_range_are_refused, 0,
                                           (int)(sizeof wrong / sizeof *wrong))
                                          LOOP(options_at_their_limits_are_taken, 0,
                                               (int)(sizeof right / sizeof *right)))
