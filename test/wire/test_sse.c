/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Server-sent events over real connections: a reader that understands the format as browsers
 * do, that comes back with the last id it has, and misses nothing and gets nothing twice.
 */

#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>

#define MANY 50

typedef struct world {
    hearth_app *app;
    hearth_events *ch;
    int port;
    atomic_bool stop;
} world;

static int events(hearth_ctx *c)
{
    return hearth_events_stream(c, ((world *)hearth_state(c))->ch);
}

static int hello(hearth_ctx *c)
{
    return hearth_text(c, 200, "hello");
}

static const hearth_route routes[] = {
    HEARTH_GET("/i", events, .run = HEARTH_INLINE),
    HEARTH_GET("/w", events, .run = HEARTH_WORKER),
    HEARTH_GET("/hello", hello, .run = HEARTH_WORKER),
    HEARTH_END,
};
static const char *const places[] = {"/i", "/w"};

static void start(world *w, const hearth_events_opts *o, const hearth_run_opts *run)
{
    hearth_run_opts opts = run == NULL ? wire_opts() : *run;

    *w = (world){.ch = hearth_events_new(o, NULL)};
    ck_assert_ptr_nonnull(w->ch);
    opts.workers = 2;
    w->app =
        hearth_app_new(&(hearth_app_opts){.state = w, .log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    w->port = wire_start(w->app, &opts);
}

static void stop(world *w)
{
    wire_stop(w->app);
    ck_assert_uint_eq(hearth_events_listeners(w->ch), 0);
    hearth_events_free(w->ch);
}

static void send_number(world *w, int i)
{
    char text[32];

    snprintf(text, sizeof text, "%d", i);
    ck_assert_int_eq(hearth_events_send(w->ch, &(hearth_event){.data = text}), 0);
}

static void await_listeners(world *w, size_t n)
{
    while (hearth_events_listeners(w->ch) != n)
        sched_yield();
}

/* ---- a reader ---------------------------------------------------------------------- */

typedef struct reader {
    wire c;
    size_t at;    /* in what c has received */
    char id[200]; /* of the last event, for when it comes back */
    char event[200], data[70000];
    int comments;
    size_t body; /* bytes of the body that were taken out of chunks */
    char line[70000];
    size_t line_len;
    size_t chunk; /* left of it */
    bool ended;
} reader;

static void open_reader(reader *r, int port, const char *place)
{
    char text[600];

    r->c = wire_open(port);
    r->chunk = r->line_len = r->at = 0;
    r->ended = false;
    *r->data = *r->event = '\0';
    snprintf(text, sizeof text,
             "GET %s HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n%s%s%s\r\n",
             place, *r->id == '\0' ? "" : "Last-Event-ID: ", r->id,
             *r->id == '\0' ? "" : "\r\n");
    wire_send(&r->c, text);
}

static reader *new_reader(int port, const char *place)
{
    reader *r = calloc(1, sizeof *r);

    ck_assert_ptr_nonnull(r);
    open_reader(r, port, place);
    return r;
}

static void free_reader(reader *r)
{
    wire_close(&r->c);
    free(r);
}

/* -1 at the end. */
static int next_byte(reader *r)
{
    while (r->at == r->c.len) {
        r->at = r->c.len = 0;
        if (!wire_more(&r->c))
            return -1;
    }
    return (unsigned char)r->c.in[r->at++];
}

/* Up to LF, without CR LF. */
static bool raw_line(reader *r, char *text, size_t max)
{
    size_t n = 0;
    int b;

    while ((b = next_byte(r)) != '\n') {
        if (b < 0)
            return false;
        if (n == max - 1)
            ck_abort_msg("a line of the head is too long");
        text[n++] = (char)b;
    }
    text[n > 0 && text[n - 1] == '\r' ? n - 1 : n] = '\0';
    return true;
}

static void read_head(reader *r)
{
    char text[1024];
    bool typed = false;

    ck_assert(raw_line(r, text, sizeof text));
    ck_assert_str_eq(text, "HTTP/1.1 200 OK");
    while (raw_line(r, text, sizeof text) && *text != '\0')
        typed = typed || strcmp(text, "Content-Type: text/event-stream") == 0;
    ck_assert(typed);
}

/* A byte of the body, out of its chunks; -1 at the end. */
static int body_byte(reader *r)
{
    char text[64];

    if (r->chunk == 0) {
        if (r->body > 0 && !raw_line(r, text, sizeof text))
            return -1;
        if (!raw_line(r, text, sizeof text))
            return -1;
        r->chunk = strtoul(text, NULL, 16);
        if (r->chunk == 0) {
            r->ended = true; /* in good order */
            return -1;
        }
    }
    r->chunk--;
    r->body++;
    return next_byte(r);
}

static bool body_line(reader *r)
{
    int b;

    r->line_len = 0;
    while ((b = body_byte(r)) != '\n') {
        if (b < 0)
            return false;
        if (r->line_len == sizeof r->line - 1) /* ck_assert writes to a file each time */
            ck_abort_msg("a line is too long");
        r->line[r->line_len++] = (char)b;
    }
    r->line[r->line_len] = '\0';
    return true;
}

static void field(reader *r)
{
    const char *value = strchr(r->line, ':');

    ck_assert_ptr_nonnull(value);
    size_t name = (size_t)(value - r->line);

    value += value[1] == ' ' ? 2 : 1;
    if (name == 0)
        r->comments++;
    else if (strncmp(r->line, "id", name) == 0)
        strcpy(r->id, value);
    else if (strncmp(r->line, "event", name) == 0)
        strcpy(r->event, value);
    else if (strncmp(r->line, "data", name) == 0) {
        if (*r->data != '\0')
            strcat(r->data, "\n");
        strcat(r->data, value);
    }
}

/* The next event that has data; false at the end. */
static bool next_event(reader *r)
{
    *r->data = *r->event = '\0';
    while (body_line(r)) {
        if (r->line_len > 0)
            field(r);
        else if (*r->data != '\0')
            return true;
        else
            *r->event = '\0';
    }
    return false;
}

/* Up to the greeting: from then on everything is for it. */
static void greet(reader *r)
{
    r->body = 0;
    read_head(r);
    for (;;) {
        ck_assert(body_line(r));
        if (r->line_len == 0)
            break;
        field(r);
    }
    ck_assert_str_eq(r->event, ""); /* no reset */
}

static void check_numbers(reader *r, int from, int to)
{
    for (int i = from; i <= to; i++) {
        ck_assert(next_event(r));
        ck_assert_int_eq(atoi(r->data), i);
    }
}

/* ---- tests -------------------------------------------------------------------------- */

START_TEST(everybody_gets_every_event_in_order)
{
    world w;
    reader *r[MANY];
    wire other;
    wire_reply reply = {0};

    start(&w, NULL, NULL);
    for (int i = 0; i < MANY; i++) {
        r[i] = new_reader(w.port, places[_i]);
        greet(r[i]);
    }
    ck_assert_uint_eq(hearth_events_listeners(w.ch), MANY);
    for (int n = 1; n <= 20; n++)
        send_number(&w, n);
    for (int i = 0; i < MANY; i++)
        check_numbers(r[i], 1, 20);
    other = wire_open(w.port); /* no worker is taken */
    ck_assert(wire_ask(&other, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", &reply));
    ck_assert_str_eq(reply.body, "hello");
    wire_reply_clear(&reply);
    wire_close(&other);
    for (int i = 0; i < MANY; i++)
        free_reader(r[i]);
    await_listeners(&w, 0);
    stop(&w);
}
END_TEST

START_TEST(who_comes_back_misses_nothing_and_gets_nothing_twice)
{
    world w;
    unsigned seed = 3;
    int sent = 0, got = 0;

    start(&w, NULL, NULL);
    reader *r = new_reader(w.port, places[_i]);

    greet(r);
    for (int round = 0; round < 30; round++) {
        for (unsigned n = wire_random(&seed, 6); n > 0; n--)
            send_number(&w, ++sent);
        for (unsigned n = wire_random(&seed, 6); n > 0 && got < sent; n--)
            check_numbers(r, got + 1, got + 1), got++;
        if (wire_random(&seed, 2) == 0)
            wire_reset(&r->c);
        else
            wire_close(&r->c);
        open_reader(r, w.port, places[_i]);
        greet(r);
    }
    check_numbers(r, got + 1, sent);
    free_reader(r);
    await_listeners(&w, 0);
    stop(&w);
}
END_TEST

START_TEST(large_events_of_many_lines_come_whole)
{
    world w;
    static char data[60000];

    for (size_t i = 0; i < sizeof data - 1; i++)
        data[i] = i % 61 == 60 ? '\n' : (char)('a' + i % 26);
    start(&w, NULL, NULL);
    reader *r = new_reader(w.port, "/i");

    greet(r);
    ck_assert_int_eq(hearth_events_send(w.ch,
                                        &(hearth_event){.data = data, .event = "big"}),
                     0);
    ck_assert(next_event(r));
    ck_assert_str_eq(r->event, "big");
    ck_assert_str_eq(r->data, data);
    free_reader(r);
    stop(&w);
}
END_TEST

START_TEST(silence_is_filled_with_comments)
{
    world w;

    start(&w, &(hearth_events_opts){.heartbeat_ms = 20}, NULL);
    reader *r = new_reader(w.port, places[_i]);

    greet(r);
    while (r->comments < 3) {
        ck_assert(body_line(r));
        if (r->line_len > 0)
            field(r);
    }
    send_number(&w, 1);
    check_numbers(r, 1, 1);
    free_reader(r);
    await_listeners(&w, 0);
    stop(&w);
}
END_TEST

START_TEST(a_stop_ends_every_stream_in_good_order)
{
    world w;
    reader *r[4];

    start(&w, NULL, NULL);
    for (int i = 0; i < 4; i++) {
        r[i] = new_reader(w.port, places[i % 2]);
        greet(r[i]);
    }
    send_number(&w, 1);
    ck_assert_int_eq(hearth_app_stop(w.app), 0);
    for (int i = 0; i < 4; i++) {
        while (next_event(r[i]))
            ;
        ck_assert(r[i]->ended);
        free_reader(r[i]);
    }
    ck_assert_uint_eq(hearth_events_listeners(w.ch), 0);
    hearth_app_free(w.app);
    hearth_events_free(w.ch);
}
END_TEST

START_TEST(a_closed_channel_ends_its_streams_behind_the_last_event)
{
    world w;
    wire_reply reply = {0};

    start(&w, NULL, NULL);
    reader *r = new_reader(w.port, places[_i]);

    greet(r);
    send_number(&w, 1);
    hearth_events_close(w.ch);
    check_numbers(r, 1, 1);
    ck_assert(!next_event(r));
    ck_assert(r->ended);
    free_reader(r);
    wire c = wire_open(w.port);

    ck_assert(wire_ask(&c, "GET /i HTTP/1.1\r\nHost: x\r\n\r\n", &reply));
    ck_assert_int_eq(reply.status, 204);
    wire_reply_clear(&reply);
    wire_close(&c);
    stop(&w);
}
END_TEST

/* It reads nothing while others get everything; what it then gets ends early, and it comes
 * back for the rest. */
START_TEST(a_slow_reader_is_let_go_and_comes_back)
{
    world w;
    static char data[30000];
    reader *r = calloc(1, sizeof *r);
    int got = 0, rounds = 0, small = 4096;

    memset(data, 'x', sizeof data - 1);
    start(&w,
          &(hearth_events_opts){.replay = 2000, .queue = 4, .replay_bytes = 100000000},
          NULL);
    open_reader(r, w.port, "/i");
    (void)setsockopt(r->c.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    greet(r);
    for (int i = 0; i < 200; i++)
        ck_assert_int_eq(hearth_events_send(w.ch, &(hearth_event){.data = data}), 0);
    while (got < 200) {
        while (got < 200 && next_event(r)) {
            ck_assert_str_eq(r->event, "");
            got++;
        }
        if (got == 200)
            break;
        ck_assert(r->ended);
        ck_assert_int_lt(rounds++, 3);
        wire_close(&r->c);
        open_reader(r, w.port, "/i");
        greet(r);
    }
    ck_assert_int_ge(rounds, 1);
    free_reader(r);
    stop(&w);
}
END_TEST

/* ---- all at once --------------------------------------------------------------------- */

static void *publish(void *arg)
{
    world *w = arg;

    while (!atomic_load(&w->stop)) {
        (void)hearth_events_send(w->ch, &(hearth_event){.data = "tick"});
        sched_yield();
    }
    return NULL;
}

START_TEST(threads_publish_while_clients_come_and_go)
{
    world w;
    pthread_t threads[3];
    unsigned seed = 11;
    hearth_run_opts o = wire_opts();

    o.threads = 2;
    start(&w, &(hearth_events_opts){.replay = 64, .queue = 16}, &o);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, publish, &w), 0);
    for (int round = 0; round < 15; round++) {
        reader *r[8];

        for (int i = 0; i < 8; i++)
            r[i] = new_reader(w.port, places[i % 2]);
        for (int i = 0; i < 8; i++) {
            greet(r[i]);
            for (unsigned n = wire_random(&seed, 5); n > 0 && next_event(r[i]); n--)
                ; /* it may be let go */
            if (wire_random(&seed, 2) == 0)
                wire_reset(&r[i]->c);
            free_reader(r[i]);
        }
    }
    if (_i == 0)
        await_listeners(&w, 0);
    else
        ck_assert_int_eq(hearth_app_stop(w.app), 0);
    atomic_store(&w.stop, true);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    if (_i == 0) {
        stop(&w);
        return;
    }
    hearth_app_free(w.app);
    hearth_events_free(w.ch);
}
END_TEST

SUITE("wire/sse",
      LOOP(everybody_gets_every_event_in_order, 0,
           2) LOOP(who_comes_back_misses_nothing_and_gets_nothing_twice, 0, 2)
          TEST(large_events_of_many_lines_come_whole)
              LOOP(silence_is_filled_with_comments, 0, 2)
                  TEST(a_stop_ends_every_stream_in_good_order)
                      LOOP(a_closed_channel_ends_its_streams_behind_the_last_event, 0, 2)
                          TEST(a_slow_reader_is_let_go_and_comes_back)
                              LOOP(threads_publish_while_clients_come_and_go, 0, 2))
