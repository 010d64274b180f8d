/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What comes out of turn: each rule of what may be done when, broken once.  The
 * call that breaks it says so, and the client gets an answer that does not
 * depend on luck.
 */

#include "gate.h"
#include "http.h"
#include "suite.h"

#include <stdatomic.h>

#define TEXT_124                                                     \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

typedef struct world {
    hearth_app *app;
    atomic_int seen; /* what the call returned that broke the rule */
    int rule;
    hearth_topic *topic;
    hearth_events *closed;
    hearth_later *later;
} world;

enum { NOTHING_SEEN = 12345, NONE = 4711, SOME };

static world *of(hearth_ctx *c)
{
    return hearth_state(c);
}

static int note(hearth_ctx *c, int rc)
{
    atomic_store(&of(c)->seen, rc);
    return rc;
}

static int fine(hearth_ctx *c)
{
    return hearth_text(c, 200, "fine");
}

static void nothing(void *arg)
{
    (void)arg;
}

static int no_task(hearth_ctx *c, void *arg)
{
    (void)c;
    (void)arg;
    return 0;
}

/* ---- answers
 * -------------------------------------------------------------------------- */

static int length(hearth_ctx *c)
{
    return hearth_set_header(c, "Content-Length", "7");
}

static int coding(hearth_ctx *c)
{
    return hearth_set_header(c, "Transfer-Encoding", "gzip");
}

static int connection(hearth_ctx *c)
{
    return hearth_add_header(c, "Connection", "upgrade");
}

static int date(hearth_ctx *c)
{
    return hearth_set_header(c, "Date", "today");
}

static int split(hearth_ctx *c)
{
    return hearth_set_header(c, "X-A", "b\r\nSet-Cookie: c=d");
}

static int bad_name(hearth_ctx *c)
{
    return hearth_set_header(c, "X A", "b");
}

static int too_low(hearth_ctx *c)
{
    return hearth_text(c, 199, "x");
}

static int too_high(hearth_ctx *c)
{
    return hearth_text(c, 600, "x");
}

static int switching(hearth_ctx *c)
{
    return hearth_text(c, 101, "x");
}

static int no_body(hearth_ctx *c)
{
    return hearth_text(c, 200, NULL);
}

static int cookie(hearth_ctx *c)
{
    return hearth_set_cookie(c, "a;b", "c", NULL);
}

/* ---- waiting
 * -------------------------------------------------------------------------- */

static int begin_wait(hearth_ctx *c)
{
    of(c)->later = hearth_suspend(c, 1000);
    return of(c)->later == NULL ? HEARTH_EUNAVAILABLE : 0;
}

static int suspend_twice(hearth_ctx *c)
{
    HEARTH_TRY(begin_wait(c));
    return hearth_suspend(c, 1000) == NULL ? NONE : SOME;
}

static int offload_suspended(hearth_ctx *c)
{
    HEARTH_TRY(begin_wait(c));
    return hearth_offload(c, nothing, NULL, fine);
}

static int offload_twice(hearth_ctx *c)
{
    ck_assert_int_eq(hearth_offload(c, nothing, NULL, fine), HEARTH_PENDING);
    return hearth_offload(c, nothing, NULL, fine);
}

static int suspend_offloaded(hearth_ctx *c)
{
    ck_assert_int_eq(hearth_offload(c, nothing, NULL, fine), HEARTH_PENDING);
    return hearth_suspend(c, 1000) == NULL ? NONE : SOME;
}

static int wait_suspended(hearth_ctx *c)
{
    HEARTH_TRY(begin_wait(c));
    return hearth_topic_wait(c, of(c)->topic, hearth_topic_version(of(c)->topic), 1000,
                             fine, NULL);
}

static int resume_to_nothing(hearth_ctx *c)
{
    HEARTH_TRY(begin_wait(c));
    return hearth_resume(of(c)->later, NULL, NULL);
}

static int resume_nothing(hearth_ctx *c)
{
    (void)c;
    return hearth_resume(NULL, fine, NULL);
}

static int resume_twice(hearth_ctx *c)
{
    HEARTH_TRY(begin_wait(c));
    ck_assert_int_eq(hearth_resume(of(c)->later, fine, NULL), 0);
    return hearth_resume(of(c)->later, fine, NULL);
}

static int no_time(hearth_ctx *c)
{
    return hearth_suspend(c, 0) == NULL ? NONE : SOME;
}

static int no_end(hearth_ctx *c)
{
    return hearth_suspend(c, HEARTH_SUSPEND_MAX_MS + 1) == NULL ? NONE : SOME;
}

static int no_work(hearth_ctx *c)
{
    return hearth_offload(c, NULL, NULL, fine);
}

static int no_then(hearth_ctx *c)
{
    return hearth_offload(c, nothing, NULL, NULL);
}

static int no_cancel(hearth_ctx *c)
{
    return hearth_on_cancel(c, NULL, NULL);
}

static int no_topic(hearth_ctx *c)
{
    return hearth_topic_wait(c, NULL, 0, 1000, fine, NULL);
}

static int topic_for_ever(hearth_ctx *c)
{
    return hearth_topic_wait(c, of(c)->topic, 0, 600001, fine, NULL);
}

/* ---- streams
 * -------------------------------------------------------------------------- */

static ptrdiff_t no_bytes(void *arg, char *buf, size_t max)
{
    (void)arg;
    (void)buf;
    (void)max;
    return 0;
}

static int no_source(hearth_ctx *c)
{
    return hearth_stream(c, 200, "text/plain", NULL, NULL);
}

static int bad_trailer(hearth_ctx *c)
{
    static const char *const names[] = {"X A", NULL};

    return hearth_stream_with(c, 200, "text/plain", no_bytes, NULL,
                              &(hearth_stream_opts){.trailers = names});
}

static int early_trailer(hearth_ctx *c)
{
    static const char *const names[] = {"Content-Type", NULL};

    return hearth_stream_with(c, 200, "text/plain", no_bytes, NULL,
                              &(hearth_stream_opts){.trailers = names});
}

static int bad_remind(hearth_ctx *c)
{
    return hearth_stream_with(c, 200, "text/plain", no_bytes, NULL,
                              &(hearth_stream_opts){.remind_ms = -1});
}

static int trailer_of_no_stream(hearth_ctx *c)
{
    return hearth_set_trailer(c, "X-Sum", "1");
}

static int channel_of_none(hearth_ctx *c)
{
    return hearth_events_stream(c, NULL);
}

static int event_to_the_closed(hearth_ctx *c)
{
    return hearth_events_send(of(c)->closed, &(hearth_event){.data = "x"});
}

static int event_of_nothing(hearth_ctx *c)
{
    return hearth_events_send(of(c)->closed, NULL);
}

/* ---- the application runs
 * --------------------------------------------------------------- */

static int no_start(hearth_app *app, void *arg, hearth_error *err)
{
    (void)app;
    (void)arg;
    (void)err;
    return 0;
}

static void no_stop(hearth_app *app, void *arg)
{
    (void)app;
    (void)arg;
}

static int late_start(hearth_ctx *c)
{
    return hearth_on_start(of(c)->app, no_start, NULL);
}

static int late_stop(hearth_ctx *c)
{
    return hearth_on_stop(of(c)->app, no_stop, NULL);
}

static int late_interval(hearth_ctx *c)
{
    return hearth_every(of(c)->app, 1000, no_task, NULL);
}

static int late_route(hearth_ctx *c)
{
    return hearth_get(of(c)->app, "/late", fine);
}

static int late_middleware(hearth_ctx *c)
{
    return hearth_use(of(c)->app, fine);
}

static const hearth_ws_ops no_ops;

static int late_socket(hearth_ctx *c)
{
    return hearth_websocket(of(c)->app, "/late", &no_ops);
}

static int task_before_now(hearth_ctx *c)
{
    return hearth_once(of(c)->app, -1, no_task, NULL);
}

static int no_after(hearth_ctx *c)
{
    return hearth_after(c, NULL, NULL);
}

/* ---- other layers
 * ----------------------------------------------------------------------- */

static int commit_nothing(hearth_ctx *c)
{
    return hearth_commit(c);
}

static int roll_back_nothing(hearth_ctx *c)
{
    return hearth_rollback(c);
}

static int no_sessions(hearth_ctx *c)
{
    return hearth_session_set(c, "a", "b");
}

static int state_of_no_socket(hearth_ctx *c)
{
    return hearth_ws_set_state(c, NULL, NULL);
}

/* What the handler did not see, the framework says. */
static const struct {
    const char *rule;
    int (*break_it)(hearth_ctx *c);
    int code;
} rules[] = {
    {"the length is the library's", length, HEARTH_EINVAL},
    {"the transfer coding is the library's", coding, HEARTH_EINVAL},
    {"the connection is the library's", connection, HEARTH_EINVAL},
    {"the date is the library's", date, HEARTH_EINVAL},
    {"a value is one line", split, HEARTH_EINVAL},
    {"a name is a token", bad_name, HEARTH_EINVAL},
    {"no status below 200", too_low, HEARTH_EINVAL},
    {"no status above 599", too_high, HEARTH_EINVAL},
    {"no handler switches protocols", switching, HEARTH_EINVAL},
    {"a text is a text", no_body, HEARTH_EINVAL},
    {"a cookie's name is a token", cookie, HEARTH_EINVAL},
    {"one suspension at a time", suspend_twice, NONE},
    {"no offload while suspended", offload_suspended, HEARTH_ESTATE},
    {"one offload at a time", offload_twice, HEARTH_ESTATE},
    {"no suspension while offloaded", suspend_offloaded, NONE},
    {"no topic while suspended", wait_suspended, HEARTH_ESTATE},
    {"a resume goes somewhere", resume_to_nothing, HEARTH_EINVAL},
    {"a resume has a handle", resume_nothing, HEARTH_EINVAL},
    {"one resume", resume_twice, HEARTH_ESTATE},
    {"a suspension takes time", no_time, NONE},
    {"a suspension ends", no_end, NONE},
    {"an offload has work", no_work, HEARTH_EINVAL},
    {"an offload goes somewhere", no_then, HEARTH_EINVAL},
    {"a cancel calls somebody", no_cancel, HEARTH_EINVAL},
    {"a wait has a topic", no_topic, HEARTH_EINVAL},
    {"a wait ends", topic_for_ever, HEARTH_EINVAL},
    {"a stream has a source", no_source, HEARTH_EINVAL},
    {"a trailer's name is a token", bad_trailer, HEARTH_EINVAL},
    {"a trailer may come late", early_trailer, HEARTH_EINVAL},
    {"a reminder comes later", bad_remind, HEARTH_EINVAL},
    {"trailers are those of a stream", trailer_of_no_stream, HEARTH_ESTATE},
    {"events have a channel", channel_of_none, HEARTH_EINVAL},
    {"a closed channel is closed", event_to_the_closed, HEARTH_ESTATE},
    {"an event is one", event_of_nothing, HEARTH_EINVAL},
    {"start hooks come before the start", late_start, HEARTH_ESTATE},
    {"stop hooks come before the start", late_stop, HEARTH_ESTATE},
    {"intervals come before the start", late_interval, HEARTH_ESTATE},
    {"routes come before the start", late_route, HEARTH_ESTATE},
    {"middleware comes before the start", late_middleware, HEARTH_ESTATE},
    {"sockets come before the start", late_socket, HEARTH_ESTATE},
    {"a task is not due before now", task_before_now, HEARTH_EINVAL},
    {"a task is a function", no_after, HEARTH_EINVAL},
    {"a commit has a beginning", commit_nothing, HEARTH_ESTATE},
    {"a rollback has a beginning", roll_back_nothing, HEARTH_ESTATE},
    {"sessions are set up first", no_sessions, HEARTH_ESTATE},
    {"only accept gives a socket its state", state_of_no_socket, HEARTH_ESTATE},
};
#define NRULES ((int)(sizeof rules / sizeof *rules))

/* Whoever was about to wait answers after all, which cancels that. */
static int break_rule(hearth_ctx *c)
{
    (void)note(c, rules[of(c)->rule].break_it(c));
    return fine(c);
}

/* ---- later than a handler
 * ----------------------------------------------------------------- */

static int answers_in_task(hearth_ctx *c, void *arg)
{
    (void)arg;
    (void)note(c, hearth_text(c, 200, "once more"));
    return 0;
}

static int sets_in_task(hearth_ctx *c, void *arg)
{
    (void)arg;
    (void)note(c, hearth_set_header(c, "X-Late", "1"));
    return 0;
}

static int asks_in_task(hearth_ctx *c, void *arg)
{
    (void)arg;
    (void)note(c, hearth_after(c, no_task, NULL));
    return 0;
}

static int suspends_in_task(hearth_ctx *c, void *arg)
{
    (void)arg;
    (void)note(c, hearth_suspend(c, 1000) == NULL ? NONE : SOME);
    return 0;
}

static int offloads_in_task(hearth_ctx *c, void *arg)
{
    (void)arg;
    (void)note(c, hearth_offload(c, nothing, NULL, fine));
    return 0;
}

static int streams_in_task(hearth_ctx *c, void *arg)
{
    (void)arg;
    (void)note(c, hearth_stream(c, 200, "text/plain", no_bytes, NULL));
    return 0;
}

static int trailer_in_task(hearth_ctx *c, void *arg)
{
    (void)arg;
    (void)note(c, hearth_set_trailer(c, "X-Sum", "1"));
    return 0;
}

static const struct {
    const char *rule;
    hearth_task_fn *break_it;
    int code;
} late_rules[] = {
    {"no answer after the answer", answers_in_task, HEARTH_ESTATE},
    {"no field after the answer", sets_in_task, HEARTH_ESTATE},
    {"no task of a task", asks_in_task, HEARTH_ESTATE},
    {"no suspension after the answer", suspends_in_task, NONE},
    {"no offload after the answer", offloads_in_task, HEARTH_ESTATE},
    {"no stream after the answer", streams_in_task, HEARTH_ESTATE},
    {"no trailer after the answer", trailer_in_task, HEARTH_ESTATE},
};
#define NLATE ((int)(sizeof late_rules / sizeof *late_rules))

static int break_late(hearth_ctx *c)
{
    HEARTH_TRY(hearth_after(c, late_rules[of(c)->rule].break_it, NULL));
    return fine(c);
}

/* ---- as the head goes out, and while the body does
 * ------------------------------------------ */

static void answers_in_hook(hearth_ctx *c, void *arg)
{
    (void)arg;
    (void)note(c, hearth_text(c, 201, "otherwise"));
}

static void suspends_in_hook(hearth_ctx *c, void *arg)
{
    (void)arg;
    (void)note(c, hearth_suspend(c, 1000) == NULL ? NONE : SOME);
}

static int answer_with_hook(hearth_ctx *c, void (*fn)(hearth_ctx *c, void *arg))
{
    HEARTH_TRY(hearth_on_send(c, fn, NULL));
    return fine(c);
}

static int hook_answers(hearth_ctx *c)
{
    return answer_with_hook(c, answers_in_hook);
}

static int hook_suspends(hearth_ctx *c)
{
    return answer_with_hook(c, suspends_in_hook);
}

typedef struct source {
    hearth_ctx *c;
    int (*break_it)(hearth_ctx *c);
    int blocks;
} source;

static ptrdiff_t breaking(void *arg, char *buf, size_t max)
{
    source *s = arg;

    (void)max;
    if (s->blocks++ == 2)
        return 0;
    if (s->blocks == 2) /* the head is out */
        (void)note(s->c, s->break_it(s->c));
    memcpy(buf, s->blocks == 1 ? "fi" : "ne", 2);
    return 2;
}

static int stream_that(hearth_ctx *c, int (*break_it)(hearth_ctx *c))
{
    static const char *const names[] = {"X-Sum", NULL};
    source *s = HEARTH_NEW(c, source);

    ck_assert_ptr_nonnull(s);
    *s = (source){.c = c, .break_it = break_it};
    return hearth_stream_with(c, 200, "text/plain", breaking, s,
                              &(hearth_stream_opts){.trailers = names});
}

static int answer_again(hearth_ctx *c)
{
    return hearth_text(c, 500, "otherwise");
}

static int set_field(hearth_ctx *c)
{
    return hearth_set_header(c, "X-Late", "1");
}

static int suspend_now(hearth_ctx *c)
{
    return hearth_suspend(c, 1000) == NULL ? NONE : SOME;
}

static int undeclared(hearth_ctx *c)
{
    return hearth_set_trailer(c, "X-Other", "1");
}

static int empty_trailer(hearth_ctx *c)
{
    return hearth_set_trailer(c, "X-Sum", "");
}

static int source_answers(hearth_ctx *c)
{
    return stream_that(c, answer_again);
}

static int source_sets(hearth_ctx *c)
{
    return stream_that(c, set_field);
}

static int source_suspends(hearth_ctx *c)
{
    return stream_that(c, suspend_now);
}

static int source_undeclared(hearth_ctx *c)
{
    return stream_that(c, undeclared);
}

static int source_empty(hearth_ctx *c)
{
    return stream_that(c, empty_trailer);
}

static ptrdiff_t too_much(void *arg, char *buf, size_t max)
{
    (void)arg;
    (void)buf;
    return (ptrdiff_t)max + 1;
}

static int source_overdoes(hearth_ctx *c)
{
    return hearth_stream(c, 200, "text/plain", too_much, NULL);
}

static ptrdiff_t never(void *arg, char *buf, size_t max)
{
    (void)arg;
    (void)buf;
    (void)max;
    return HEARTH_STREAM_PENDING;
}

static int source_sleeps(hearth_ctx *c)
{
    return hearth_stream(c, 200, "text/plain", never, NULL);
}

static int waits_for_nobody(hearth_ctx *c)
{
    (void)c;
    return HEARTH_PENDING;
}

static int returns_nonsense(hearth_ctx *c)
{
    (void)c;
    return 42;
}

static int says_nothing(hearth_ctx *c)
{
    (void)c;
    return 0;
}

static const struct {
    const char *rule;
    hearth_handler *break_it;
    int code, status;
} odd_rules[] = {
    {"no answer as the head goes out", hook_answers, HEARTH_ESTATE, 200},
    {"no suspension as the head goes out", hook_suspends, NONE, 200},
    {"no answer within a body", source_answers, HEARTH_ESTATE, 200},
    {"no field within a body", source_sets, HEARTH_ESTATE, 200},
    {"no suspension within a body", source_suspends, NONE, 200},
    {"a trailer is declared", source_undeclared, HEARTH_EINVAL, 200},
    {"a trailer has a value", source_empty, HEARTH_EINVAL, 200},
    {"a block is no larger than asked for", source_overdoes, NOTHING_SEEN, 500},
    {"who waits can be woken", source_sleeps, NOTHING_SEEN, 500},
    {"who is pending is suspended", waits_for_nobody, NOTHING_SEEN, 500},
    {"a handler returns a status", returns_nonsense, NOTHING_SEEN, 500},
    {"a handler answers", says_nothing, NOTHING_SEEN, 500},
};
#define NODD ((int)(sizeof odd_rules / sizeof *odd_rules))

static int break_oddly(hearth_ctx *c)
{
    return odd_rules[of(c)->rule].break_it(c);
}

/* ---- sockets
 * ----------------------------------------------------------------------------------
 */

static int ws_no_utf8(hearth_ws *ws)
{
    return hearth_ws_text(ws, "\xFF");
}

static int ws_no_text(hearth_ws *ws)
{
    return hearth_ws_text(ws, NULL);
}

static int ws_code_that_says_nothing(hearth_ws *ws)
{
    return hearth_ws_close(ws, 1006, NULL);
}

static int ws_code_of_the_protocol(hearth_ws *ws)
{
    return hearth_ws_close(ws, 1002, NULL);
}

static int ws_long_reason(hearth_ws *ws)
{
    return hearth_ws_close(ws, 1000, TEXT_124);
}

static int ws_bad_reason(hearth_ws *ws)
{
    return hearth_ws_close(ws, 1000, "\xC3");
}

static int ws_no_room(hearth_ws *ws)
{
    return hearth_ws_join(ws, "");
}

static int ws_other_room(hearth_ws *ws)
{
    return hearth_ws_leave(ws, "elsewhere");
}

static int ws_close_twice(hearth_ws *ws)
{
    ck_assert_int_eq(hearth_ws_close(ws, 1000, NULL), 0);
    return hearth_ws_close(ws, 1000, NULL);
}

static int ws_send_closed(hearth_ws *ws)
{
    ck_assert_int_eq(hearth_ws_close(ws, 1000, NULL), 0);
    return hearth_ws_text(ws, "x");
}

static int ws_join_closed(hearth_ws *ws)
{
    ck_assert_int_eq(hearth_ws_close(ws, 1000, NULL), 0);
    return hearth_ws_join(ws, "room");
}

static const struct {
    const char *rule;
    int (*break_it)(hearth_ws *ws);
    int code;
} ws_rules[] = {
    {"a text is UTF-8", ws_no_utf8, HEARTH_EINVAL},
    {"a text is a text", ws_no_text, HEARTH_EINVAL},
    {"1006 is not sent", ws_code_that_says_nothing, HEARTH_EINVAL},
    {"1002 is the library's", ws_code_of_the_protocol, HEARTH_EINVAL},
    {"a reason is short", ws_long_reason, HEARTH_EINVAL},
    {"a reason is UTF-8", ws_bad_reason, HEARTH_EINVAL},
    {"a room has a name", ws_no_room, HEARTH_EINVAL},
    {"who leaves was there", ws_other_room, HEARTH_ENOTFOUND},
    {"one close", ws_close_twice, HEARTH_ECANCELED},
    {"nothing after the close", ws_send_closed, HEARTH_ECANCELED},
    {"no room after the close", ws_join_closed, HEARTH_ECANCELED},
};
#define NWS ((int)(sizeof ws_rules / sizeof *ws_rules))

static int with_world(hearth_ctx *c)
{
    return hearth_ws_set_state(c, of(c), NULL);
}

static int with_two_states(hearth_ctx *c)
{
    HEARTH_TRY(hearth_ws_set_state(c, of(c), NULL));
    (void)note(c, hearth_ws_set_state(c, of(c), NULL));
    return 0;
}

static void break_ws(hearth_ws *ws, hearth_str msg, bool text)
{
    world *w = hearth_ws_state(ws);

    (void)msg;
    (void)text;
    atomic_store(&w->seen, ws_rules[w->rule].break_it(ws));
}

static const hearth_ws_ops breaking_ops = {.accept = with_world, .message = break_ws};
static const hearth_ws_ops two_states = {.accept = with_two_states};
static const hearth_ws_ops suspending = {.accept = suspend_now};

/* ---- tests
 * --------------------------------------------------------------------------------------
 */

static const hearth_route routes[] = {
    HEARTH_GET("/rule", break_rule),
    HEARTH_GET("/late", break_late),
    HEARTH_GET("/odd", break_oddly),
    HEARTH_WEBSOCKET("/ws", &breaking_ops),
    HEARTH_WEBSOCKET("/two", &two_states),
    HEARTH_WEBSOCKET("/suspends", &suspending),
    HEARTH_END,
};

static hearth_client *start(world *w, int rule)
{
    *w = (world){.rule = rule, .seen = NOTHING_SEEN};
    w->topic = hearth_topic_new();
    w->closed = hearth_events_new(NULL, NULL);
    hearth_events_close(w->closed);
    w->app = hearth_app_new(&(hearth_app_opts){.state = w});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    hearth_client *t = hearth_client_new(w->app);

    ck_assert_ptr_nonnull(t);
    return t;
}

static void end(world *w, hearth_client *t)
{
    hearth_client_free(t);
    hearth_topic_free(w->topic);
    hearth_events_free(w->closed);
}

static void check(hearth_client *t, world *w, const char *target, const char *rule,
                  int code, int status)
{
    const hearth_answer *r = hearth_call_get(t, target);

    ck_assert_msg(r->status == status, "%s: %d: %s", rule, r->status, r->body.ptr);
    if (status == 200)
        ck_assert_str_eq(r->body.ptr, "fine");
    do
        hearth_client_settle(
            t); /* over the wire a task may not have been handed in yet */
    while (code != NOTHING_SEEN && atomic_load(&w->seen) == NOTHING_SEEN);
    ck_assert_msg(atomic_load(&w->seen) == code, "%s: %d, not %d", rule,
                  atomic_load(&w->seen), code);
}

START_TEST(h26_what_a_handler_may_not_do_is_told)
{
    world w;
    hearth_client *t = start(&w, _i);

    check(t, &w, "/rule", rules[_i].rule, rules[_i].code, 200);
    end(&w, t);
}
END_TEST

START_TEST(h26_what_comes_after_the_answer_is_told)
{
    world w;
    hearth_client *t = start(&w, _i);

    check(t, &w, "/late", late_rules[_i].rule, late_rules[_i].code, 200);
    end(&w, t);
}
END_TEST

START_TEST(h26_what_comes_within_the_answer_is_told)
{
    world w;
    hearth_client *t = start(&w, _i);

    check(t, &w, "/odd", odd_rules[_i].rule, odd_rules[_i].code, odd_rules[_i].status);
    end(&w, t);
}
END_TEST

START_TEST(h26_what_a_socket_may_not_do_is_told)
{
    world w;
    hearth_client *t = start(&w, _i);
    hearth_ws_peer *p = hearth_client_ws(t, &(hearth_call){.target = "/ws"});
    hearth_ws_kind kind;

    ck_assert_int_eq(hearth_ws_peer_text(p, "break it"), 0);
    (void)hearth_ws_peer_ping(p, "");
    kind = hearth_ws_peer_next(p)->kind;
    ck_assert_int_eq(kind, ws_rules[_i].code == HEARTH_ECANCELED ? HEARTH_WS_CLOSE
                                                                 : HEARTH_WS_PONG);
    ck_assert_msg(atomic_load(&w.seen) == ws_rules[_i].code, "%s: %d", ws_rules[_i].rule,
                  atomic_load(&w.seen));
    end(&w, t);
}
END_TEST

START_TEST(h26_an_accept_gives_one_state_and_does_not_wait)
{
    world w;
    hearth_client *t = start(&w, 0);
    hearth_ws_peer *p = hearth_client_ws(t, &(hearth_call){.target = "/two"});

    ck_assert_int_eq(hearth_ws_peer_answer(p)->status, 101);
    ck_assert_int_eq(atomic_load(&w.seen), HEARTH_ESTATE);
    p = hearth_client_ws(t, &(hearth_call){.target = "/suspends"});
    ck_assert_int_eq(hearth_ws_peer_answer(p)->status, 500);
    end(&w, t);
}
END_TEST

SUITE("http/capabilities",
      LOOP(h26_what_a_handler_may_not_do_is_told, 0, NRULES)
          LOOP(h26_what_comes_after_the_answer_is_told, 0, NLATE)
              LOOP(h26_what_comes_within_the_answer_is_told, 0, NODD)
                  LOOP(h26_what_a_socket_may_not_do_is_told, 0, NWS)
                      TEST(h26_an_accept_gives_one_state_and_does_not_wait))
