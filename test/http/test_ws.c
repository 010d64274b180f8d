/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * WebSockets as an application uses them: who is let in, rooms and who is in them, limits,
 * codes, and time.  The rules of frames are in test/wire/test_ws.c.
 */

#include "gate.h"
#include "http.h"
#include "suite.h"

#include <stdatomic.h>
#include <stdio.h>

#define MOST 1000 /* bytes of a message */

typedef struct world {
    hearth_app *app;
    hearth_client *t;
    hearth_topic *topic;
    gate closed;  /* open: counts close callbacks */
    gate freed;   /* open: states released */
    gate flooded; /* open: floods that are over */
    atomic_int code;
    pthread_mutex_t lock; /* of reason */
    char reason[128];
} world;

typedef struct person {
    world *w;
    char name[32];
} person;

static person *person_of(hearth_ws *ws)
{
    return hearth_ws_state(ws);
}

static void part(void *state)
{
    person *p = state;
    world *w = p->w;

    free(p);
    gate_pass(&w->freed);
}

static int come_as(hearth_ctx *c, const char *name)
{
    person *p = calloc(1, sizeof *p);

    ck_assert_ptr_nonnull(p);
    p->w = hearth_state(c);
    snprintf(p->name, sizeof p->name, "%s", name);
    return hearth_ws_set_state(c, p, part);
}

/* ---- the application ------------------------------------------------------------------ */

static int log_in(hearth_ctx *c)
{
    HEARTH_TRY(hearth_session_login(c, hearth_param(c, "name")));
    return 204;
}

static int members_only(hearth_ctx *c)
{
    const char *user = hearth_session_user(c);

    if (user == NULL)
        return hearth_fail(c, 401, "log in first");
    if (strcmp(user, "eve") == 0)
        return hearth_text(c, 403, "not you");
    HEARTH_TRY(hearth_add_header(c, "X-Welcome", user));
    return come_as(c, user);
}

static int anybody(hearth_ctx *c)
{
    const char *name = hearth_query(c, "name", NULL);

    return come_as(c, name == NULL ? "" : name);
}

/* It fails for who has left by then. */
static void enter(hearth_ws *ws)
{
    (void)hearth_ws_join(ws, "room");
}

static void joined(hearth_ws *ws, const char *room)
{
    char text[64];

    snprintf(text, sizeof text, "+%s", person_of(ws)->name);
    (void)hearth_broadcast(hearth_ws_app(ws), room, (hearth_str){text, strlen(text)});
}

static void left(hearth_ws *ws, const char *room)
{
    char text[64];

    snprintf(text, sizeof text, "-%s", person_of(ws)->name);
    (void)hearth_broadcast(hearth_ws_app(ws), room, (hearth_str){text, strlen(text)});
}

static void closed(hearth_ws *ws, int code, hearth_str reason)
{
    world *w = person_of(ws)->w;

    pthread_mutex_lock(&w->lock); /* sockets end on several reactors */
    snprintf(w->reason, sizeof w->reason, "%s", reason.ptr);
    pthread_mutex_unlock(&w->lock);
    atomic_store(&w->code, code);
    gate_pass(&w->closed);
}

static void echo(hearth_ws *ws, hearth_str msg, bool text)
{
    if (text)
        (void)hearth_ws_send(ws, msg);
    else
        (void)hearth_ws_binary(ws, msg.ptr, msg.len);
}

static void obey(hearth_ws *ws, hearth_str msg, bool text)
{
    static char much[60000];
    const char *colon = strchr(msg.ptr, ':');

    if (!text)
        (void)hearth_broadcast_binary(hearth_ws_app(ws), "room", msg.ptr, msg.len);
    else if (strncmp(msg.ptr, "close ", 6) == 0)
        (void)hearth_ws_close(ws, atoi(msg.ptr + 6), colon + 1);
    else if (strcmp(msg.ptr, "leave") == 0)
        (void)hearth_ws_leave(ws, "room");
    else if (strcmp(msg.ptr, "publish") == 0)
        (void)hearth_topic_publish(person_of(ws)->w->topic);
    else if (strcmp(msg.ptr, "protocol") == 0)
        (void)hearth_ws_text(ws, hearth_ws_protocol(ws));
    else if (strcmp(msg.ptr, "flood") == 0) {
        while (hearth_ws_binary(ws, much, sizeof much) == 0)
            ;
        gate_pass(&person_of(ws)->w->flooded);
    } else
        (void)hearth_ws_tell(ws, "room", msg);
}

static const char *const protocols[] = {"chat.v2", "chat.v1", NULL};
static const char *const origins[] = {"https://friend.example", NULL};

static const hearth_ws_ops plain = {.accept = anybody,
                                    .message = echo,
                                    .close = closed,
                                    .max_message = MOST};
static const hearth_ws_ops members = {.accept = members_only,
                                      .message = echo,
                                      .close = closed};
static const hearth_ws_ops room = {.accept = anybody,
                                   .open = enter,
                                   .message = obey,
                                   .close = closed,
                                   .joined = joined,
                                   .left = left,
                                   .protocols = protocols,
                                   .origins = origins};

static int told(hearth_ctx *c)
{
    return hearth_text(c, 200, "published");
}

static int wait_for_it(hearth_ctx *c)
{
    return hearth_topic_wait(c, ((world *)hearth_state(c))->topic, 0, 60000, told, NULL);
}

static int announce(hearth_ctx *c)
{
    HEARTH_TRY(hearth_broadcast(((world *)hearth_state(c))->app, "room", hearth_body(c)));
    return 204;
}

static const hearth_route routes[] = {
    HEARTH_POST("/login/{name}", log_in),
    HEARTH_POST("/announce", announce),
    HEARTH_GET("/wait", wait_for_it),
    HEARTH_WEBSOCKET("/plain", &plain),
    HEARTH_WEBSOCKET("/worker", &plain, .run = HEARTH_WORKER),
    HEARTH_WEBSOCKET("/members", &members),
    HEARTH_WEBSOCKET("/room", &room),
    HEARTH_WEBSOCKET("/inline", &room, .run = HEARTH_INLINE),
    HEARTH_END,
};

static world *begin(void)
{
    static const char *const hosts[] = {"localhost", NULL};
    world *w = calloc(1, sizeof *w);
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.state = w, .hosts = hosts});

    ck_assert_ptr_nonnull(w);
    w->closed = w->freed = w->flooded = (gate)GATE_INIT;
    w->flooded.open = true;
    pthread_mutex_init(&w->lock, NULL);
    w->closed.open = w->freed.open = true;
    w->app = app;
    w->topic = hearth_topic_new();
    ck_assert_int_eq(hearth_use_sessions(app, hearth_store_memory(100), NULL), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    w->t = hearth_client_new(app);
    ck_assert_ptr_nonnull(w->t);
    return w;
}

static void end(world *w)
{
    hearth_client_free(w->t);
    hearth_topic_free(w->topic);
    free(w);
}

/* ---- helpers ------------------------------------------------------------------------------ */

static hearth_ws_peer *dial_with(world *w, const char *target, const char *header)
{
    const char *const headers[] = {header, NULL};
    hearth_ws_peer *p =
        hearth_client_ws(w->t, &(hearth_call){.target = target, .headers = headers});

    ck_assert_ptr_nonnull(p);
    return p;
}

static hearth_ws_peer *dial(world *w, const char *target)
{
    hearth_ws_peer *p = dial_with(w, target, NULL);
    const hearth_answer *r = hearth_ws_peer_answer(p);

    ck_assert_msg(r->status == 101, "%s: %d: %s", target, r->status, r->body.ptr);
    return p;
}

static void hears(hearth_ws_peer *p, const char *text)
{
    const hearth_ws_said *s = hearth_ws_peer_next(p);

    ck_assert_msg(s->kind == HEARTH_WS_TEXT, "kind %d, code %d: %s; not \"%s\"",
                  (int)s->kind, s->code, s->data.ptr, text);
    ck_assert_str_eq(s->data.ptr, text);
}

static void hears_nothing(hearth_ws_peer *p)
{
    const hearth_ws_said *s;

    ck_assert_int_eq(hearth_ws_peer_ping(p, "?"), 0);
    s = hearth_ws_peer_next(p);
    ck_assert_msg(s->kind == HEARTH_WS_PONG, "kind %d: %s", (int)s->kind, s->data.ptr);
    ck_assert_str_eq(s->data.ptr, "?");
}

static void ended_because(world *w, const char *reason)
{
    pthread_mutex_lock(&w->lock);
    ck_assert_str_eq(w->reason, reason);
    pthread_mutex_unlock(&w->lock);
}

static const hearth_ws_said *hears_end(hearth_ws_peer *p, int code)
{
    const hearth_ws_said *s = hearth_ws_peer_next(p);

    while (s->kind != HEARTH_WS_CLOSE && s->kind != HEARTH_WS_NOTHING)
        s = hearth_ws_peer_next(p);
    ck_assert_int_eq(s->kind, HEARTH_WS_CLOSE);
    ck_assert_int_eq(s->code, code);
    return s;
}

static hearth_ws_peer *join_room(world *w, const char *target, const char *name)
{
    char full[64], plus[64];

    snprintf(full, sizeof full, "%s?name=%s", target, name);
    snprintf(plus, sizeof plus, "+%s", name);
    hearth_ws_peer *p = dial(w, full);

    hears(p, plus);
    return p;
}

/* ---- messages ------------------------------------------------------------------------------- */

static const size_t sizes[] = {0, 1, 125, 126, MOST};
static const char *const echoes[] = {"/plain", "/worker"};

START_TEST(messages_come_back_as_they_went)
{
    world *w = begin();
    hearth_ws_peer *p = dial(w, echoes[_i % 2]);
    size_t n = sizes[_i / 2];
    char text[MOST + 1] = "";
    const hearth_ws_said *s;

    memset(text, 'x', n);
    ck_assert_int_eq(hearth_ws_peer_text(p, text), 0);
    hears(p, text);
    memset(text, '\xFF', n);
    ck_assert_int_eq(hearth_ws_peer_binary(p, text, n), 0);
    s = hearth_ws_peer_next(p);
    ck_assert_int_eq(s->kind, HEARTH_WS_BINARY);
    ck_assert_uint_eq(s->data.len, n);
    ck_assert_int_eq(memcmp(s->data.ptr, text, n), 0);
    end(w);
}
END_TEST

START_TEST(a_message_over_the_limit_is_1009)
{
    world *w = begin();
    hearth_ws_peer *p = dial(w, echoes[_i]), *other = dial(w, echoes[_i]);
    char text[MOST + 2] = "";

    memset(text, 'x', MOST + 1);
    ck_assert_int_eq(hearth_ws_peer_text(p, text), 0);
    (void)hears_end(p, 1009);
    gate_await(&w->closed, 1);
    ck_assert_int_eq(atomic_load(&w->code), 1009);
    ck_assert_int_eq(hearth_ws_peer_text(p, "more"), HEARTH_ECANCELED);
    (void)hears_end(p, 1009);
    hears_nothing(other);
    end(w);
}
END_TEST

START_TEST(a_queue_over_the_limit_is_1013_for_that_one)
{
    world *w = begin();
    hearth_ws_peer *slow = join_room(w, "/room", "slow"), *other = NULL;

    other = join_room(w, "/room", "other");
    hears(slow, "+other");
    hearth_ws_peer_deaf(slow, true);
    ck_assert_int_eq(hearth_ws_peer_text(slow, "flood"), 0);
    gate_await(&w->flooded, 1);
    hears_nothing(other);
    hearth_ws_peer_deaf(slow, false);
    (void)hears_end(slow, 1013);
    hears(other, "-slow");
    hears_nothing(other);
    gate_await(&w->closed, 1);
    ck_assert_int_eq(atomic_load(&w->code), 1013);
    end(w);
}
END_TEST

/* An unmasked frame, a reserved bit, a text that is not UTF-8. */
static const struct {
    const char *bytes;
    size_t n;
    int code;
} broken[] = {
    {"\x81\x01x", 3, 1002},
    {"\xC1\x81\0\0\0\0x", 7, 1002},
    {"\x81\x81\0\0\0\0\xFF", 7, 1007},
};

START_TEST(broken_frames_are_answered_with_their_code)
{
    world *w = begin();
    hearth_ws_peer *p = dial(w, "/plain");

    ck_assert_int_eq(hearth_ws_peer_bytes(p, broken[_i].bytes, broken[_i].n), 0);
    (void)hears_end(p, broken[_i].code);
    gate_await(&w->closed, 1);
    ck_assert_int_eq(atomic_load(&w->code), broken[_i].code);
    end(w);
}
END_TEST

/* ---- rooms ------------------------------------------------------------------------------------ */

static const char *const rooms[] = {"/room", "/inline"};

START_TEST(a_room_hears_what_is_said_in_it)
{
    world *w = begin();
    hearth_ws_peer *ann = join_room(w, rooms[_i], "ann");
    hearth_ws_peer *bob = join_room(w, rooms[_i], "bob");
    hearth_ws_peer *out = dial(w, "/plain");
    const hearth_ws_said *s;

    hears(ann, "+bob");
    ck_assert_int_eq(hearth_ws_peer_text(ann, "hello"), 0);
    hears(bob, "hello");
    hears_nothing(ann); /* it is told to the others */
    ck_assert_int_eq(hearth_ws_peer_binary(bob, "\0\1", 2), 0);
    for (int i = 0; i < 2; i++) {
        s = hearth_ws_peer_next(i == 0 ? ann : bob);
        ck_assert_int_eq(s->kind, HEARTH_WS_BINARY);
        ck_assert_int_eq(memcmp(s->data.ptr, "\0\1", 3), 0);
    }
    ck_assert_int_eq(hearth_call_do(w->t, &(hearth_call){.method = "POST",
                                                         .target = "/announce",
                                                         .type = "text/plain",
                                                         .body = "lunch"})
                         ->status,
                     204);
    hears(ann, "lunch");
    hears(bob, "lunch");
    ck_assert_int_eq(hearth_ws_peer_text(ann, "leave"), 0);
    hears(bob, "-ann");
    ck_assert_int_eq(hearth_ws_peer_text(bob, "anybody?"), 0);
    hears_nothing(bob);
    hears_nothing(ann);
    hears_nothing(out);
    end(w);
}
END_TEST

START_TEST(who_comes_and_goes_is_known_however_he_goes)
{
    world *w = begin();
    hearth_ws_peer *ann = join_room(w, "/room", "ann");
    hearth_ws_peer *bob = join_room(w, "/room", "bob");
    hearth_ws_peer *cid = join_room(w, "/room", "cid");

    hears(ann, "+bob");
    hears(ann, "+cid");
    hearth_ws_peer_free(bob); /* without a word */
    hears(ann, "-bob");
    gate_await(&w->closed, 1);
    ck_assert_int_eq(atomic_load(&w->code), 1006);
    ck_assert_int_eq(hearth_ws_peer_close(cid, 1000, "good night"), 0);
    hears(ann, "-cid");
    gate_await(&w->closed, 2);
    ck_assert_int_eq(atomic_load(&w->code), 1000);
    ended_because(w, "good night");
    gate_await(&w->freed, 2);
    hears_nothing(ann);
    end(w);
}
END_TEST

/* ---- codes ------------------------------------------------------------------------------------ */

static const struct {
    int code;
    const char *reason;
    int seen; /* by the other side */
} codes[] = {
    {1000, "", 1000}, {1000, "done", 1000},        {1001, "I leave", 1001},
    {3000, "", 3000}, {4999, "b\xC3\xA4ng", 4999}, {1011, "out of it", 1011},
};

START_TEST(codes_and_reasons_pass_both_ways)
{
    world *w = begin();
    hearth_ws_peer *p = dial(w, "/plain"), *q = dial(w, "/inline");
    char text[64];

    ck_assert_int_eq(hearth_ws_peer_close(p, codes[_i].code, codes[_i].reason), 0);
    (void)hears_end(p, codes[_i].seen);
    gate_await(&w->closed, 1);
    ck_assert_int_eq(atomic_load(&w->code), codes[_i].seen);
    ended_because(w, codes[_i].reason);
    snprintf(text, sizeof text, "close %d:%s", codes[_i].code, codes[_i].reason);
    ck_assert_int_eq(hearth_ws_peer_text(q, text), 0);
    ck_assert_str_eq(hears_end(q, codes[_i].code)->data.ptr, codes[_i].reason);
    gate_await(&w->closed, 2);
    ck_assert_int_eq(atomic_load(&w->code), codes[_i].seen);
    end(w);
}
END_TEST

/* What the client sends, and what the server makes of it. */
static const struct {
    int code, answer;
} bad_codes[] = {{1005, 1005}, {999, 1002}, {1004, 1002}, {1006, 1002}, {5000, 1002}};

START_TEST(codes_that_may_not_be_sent_are_1002)
{
    world *w = begin();
    hearth_ws_peer *p = dial(w, "/plain");

    ck_assert_int_eq(hearth_ws_peer_close(p, bad_codes[_i].code, NULL), 0);
    (void)hears_end(p, bad_codes[_i].answer);
    gate_await(&w->closed, 1);
    ck_assert_int_eq(atomic_load(&w->code), bad_codes[_i].answer);
    end(w);
}
END_TEST

/* ---- who is let in ----------------------------------------------------------------------------- */

START_TEST(accept_knows_the_session_and_may_refuse)
{
    world *w = begin();
    hearth_ws_peer *p = dial_with(w, "/members", NULL);

    ck_assert_int_eq(hearth_ws_peer_answer(p)->status, 401);
    ck_assert_str_eq(hearth_answer_at(hearth_ws_peer_answer(p), "/detail"),
                     "log in first");
    ck_assert_int_eq(hearth_ws_peer_text(p, "x"), HEARTH_ECANCELED);
    (void)hears_end(p, 1006);
    ck_assert_int_eq(hearth_call_post(w->t, "/login/eve", "")->status, 204);
    p = dial_with(w, "/members", NULL);
    ck_assert_int_eq(hearth_ws_peer_answer(p)->status, 403);
    ck_assert_str_eq(hearth_ws_peer_answer(p)->body.ptr, "not you");
    ck_assert_int_eq(hearth_call_post(w->t, "/login/ann", "")->status, 204);
    p = dial(w, "/members");
    http_check_field(hearth_ws_peer_answer(p), "X-Welcome: ann");
    ck_assert_int_eq(hearth_ws_peer_text(p, "in"), 0);
    hears(p, "in");
    end(w);
}
END_TEST

static const struct {
    const char *target, *header;
    int status;
} asked[] = {
    {"/room", "Origin: http://localhost", 101},
    {"/room", "Origin: https://friend.example", 101},
    {"/room", "Origin: https://evil.example", 403},
    {"/plain", "Origin: https://friend.example", 403},
    {"/room", "Origin: null", 403},
    {"/room", "Upgrade: h2c", 426},
    {"/room", "Connection: close", 400},
    {"/room", "Sec-WebSocket-Version: 8", 426},
    {"/room", "Sec-WebSocket-Key: abc", 400},
    {"/room", "Sec-WebSocket-Protocol: a b", 400},
    {"/nowhere", NULL, 404},
    {"/wait/", NULL, 404},
};

START_TEST(a_handshake_is_answered_or_refused)
{
    world *w = begin();
    hearth_ws_peer *p = dial_with(w, asked[_i].target, asked[_i].header);
    const hearth_answer *r = hearth_ws_peer_answer(p);

    ck_assert_msg(r->status == asked[_i].status, "%s: %d: %s", asked[_i].header,
                  r->status, r->body.ptr);
    if (r->status != 101)
        ck_assert_uint_gt(r->body.len, 0);
    end(w);
}
END_TEST

static const struct {
    const char *offer, *chosen;
} offers[] = {
    {"chat.v1", "chat.v1"},
    {"x, chat.v1, chat.v2", "chat.v1"},
    {"x, y", NULL},
};

START_TEST(only_an_offered_protocol_is_spoken)
{
    world *w = begin();
    char offer[64], chosen[64];

    snprintf(offer, sizeof offer, "Sec-WebSocket-Protocol: %s", offers[_i].offer);
    hearth_ws_peer *p = dial_with(w, "/room", offer);

    ck_assert_int_eq(hearth_ws_peer_answer(p)->status, 101);
    hears(p, "+");
    if (offers[_i].chosen == NULL) {
        http_check_field(hearth_ws_peer_answer(p), "Sec-WebSocket-Protocol");
    } else {
        snprintf(chosen, sizeof chosen, "Sec-WebSocket-Protocol: %s", offers[_i].chosen);
        http_check_field(hearth_ws_peer_answer(p), chosen);
        ck_assert_int_eq(hearth_ws_peer_text(p, "protocol"), 0);
        hears(p, offers[_i].chosen);
    }
    end(w);
}
END_TEST

/* ---- time --------------------------------------------------------------------------------------- */

START_TEST(a_silent_client_is_asked_and_stays_when_it_answers)
{
    world *w = begin();
    hearth_ws_peer *p = dial(w, echoes[_i]);

    hears_nothing(p);
    for (size_t n = 1; n <= 3; n++) {
        hearth_client_advance(w->t, 30100);
        hears_nothing(p);
        ck_assert_uint_eq(hearth_ws_peer_pings(p), n);
    }
    end(w);
}
END_TEST

START_TEST(a_client_that_is_gone_without_a_word_is_1006_a_ping_later)
{
    world *w = begin();
    hearth_ws_peer *p = join_room(w, "/room", "ann"), *q = join_room(w, "/room", "bob");

    hearth_ws_peer_deaf(p, true);
    hearth_client_advance(w->t, 30100);
    hears_nothing(q);
    hearth_client_advance(w->t, 29000);
    hears_nothing(q);
    hearth_client_advance(w->t, 1100);
    hears(q, "-ann");
    gate_await(&w->closed, 1);
    ck_assert_int_eq(atomic_load(&w->code), 1006);
    end(w);
}
END_TEST

START_TEST(who_does_not_answer_a_close_is_given_up)
{
    world *w = begin();
    hearth_ws_peer *p = join_room(w, "/room", "ann");

    hearth_ws_peer_deaf(p, true);
    ck_assert_int_eq(hearth_ws_peer_text(p, "close 4000:enough"), 0);
    hearth_client_advance(w->t, 400);
    ck_assert_int_eq(w->closed.entered, 0);
    hearth_client_advance(w->t, 5100);
    gate_await(&w->closed, 1);
    ck_assert_int_eq(atomic_load(&w->code), 4000);
    hearth_ws_peer_deaf(p, false);
    ck_assert_str_eq(hears_end(p, 4000)->data.ptr, "enough");
    end(w);
}
END_TEST

/* ---- together with the rest ---------------------------------------------------------------------- */

START_TEST(a_message_may_let_a_request_go_on)
{
    world *w = begin();
    hearth_ws_peer *p = join_room(w, "/room", "ann");
    hearth_pending *waits = hearth_call_begin(w->t, &(hearth_call){.target = "/wait"});

    ck_assert_int_eq(hearth_ws_peer_text(p, "publish"), 0);
    ck_assert_str_eq(hearth_call_finish(waits)->body.ptr, "published");
    end(w);
}
END_TEST

static void *speak(void *arg)
{
    hearth_app *app = arg;

    for (int i = 0; i < 3; i++)
        (void)hearth_broadcast(app, "room", (hearth_str){"tick", 4});
    return NULL;
}

START_TEST(any_thread_may_speak_while_the_test_waits)
{
    world *w = begin();
    pthread_t thread;
    hearth_ws_peer *p = join_room(w, "/room", "ann");

    ck_assert_int_eq(pthread_create(&thread, NULL, speak, w->app), 0);
    for (int i = 0; i < 3; i++)
        hears(p, "tick");
    pthread_join(thread, NULL);
    end(w);
}
END_TEST

START_TEST(what_is_left_open_goes_with_the_client)
{
    world *w = begin();

    (void)dial(w, "/plain");
    (void)join_room(w, "/room", "ann");
    hearth_client_free(w->t);
    ck_assert_int_eq(w->closed.entered, 2);
    ck_assert_int_eq(w->freed.entered, 2);
    hearth_topic_free(w->topic);
    free(w);
}
END_TEST

SUITE("http/ws",
      LOOP(messages_come_back_as_they_went, 0,
           10) LOOP(a_message_over_the_limit_is_1009, 0,
                    2) TEST(a_queue_over_the_limit_is_1013_for_that_one)
          LOOP(broken_frames_are_answered_with_their_code, 0,
               3) LOOP(a_room_hears_what_is_said_in_it, 0,
                       2) TEST(who_comes_and_goes_is_known_however_he_goes)
              LOOP(codes_and_reasons_pass_both_ways, 0,
                   6) LOOP(codes_that_may_not_be_sent_are_1002, 0,
                           5) TEST(accept_knows_the_session_and_may_refuse)
                  LOOP(a_handshake_is_answered_or_refused, 0,
                       12) LOOP(only_an_offered_protocol_is_spoken, 0, 3)
                      LOOP(a_silent_client_is_asked_and_stays_when_it_answers, 0, 2)
                          TEST(a_client_that_is_gone_without_a_word_is_1006_a_ping_later)
                              TEST(who_does_not_answer_a_close_is_given_up)
                                  TEST(a_message_may_let_a_request_go_on)
                                      TEST(any_thread_may_speak_while_the_test_waits)
                                          TEST(what_is_left_open_goes_with_the_client))
