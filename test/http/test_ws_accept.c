/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Who is let in is often in a database or with another service: accept may hand work to a
 * worker, or wait for somebody, and what goes on then lets in or refuses like accept itself.
 */

#include "gate.h"
#include "http.h"
#include "suite.h"

#include <pthread.h>

typedef struct world {
    hearth_app *app;
    hearth_client *t;
    gate freed; /* open: states released */
    hearth_later *later;
    pthread_t resumer;
    bool resumes;
} world;

typedef struct visit {
    int rc; /* what goes on returns */
    int more;
} visit;

static void part(void *state)
{
    gate_pass(&((world *)state)->freed);
}

static void look_up(void *arg)
{
    visit *v = arg;

    if (v->rc == 1)
        v->rc = 0;
}

/* Lets in with a cookie, or refuses. */
static int looked_up(hearth_ctx *c)
{
    visit *v = hearth_arg(c);

    if (v->more-- > 0)
        return hearth_offload(c, look_up, v, looked_up);
    HEARTH_TRY(hearth_ws_set_state(c, hearth_state(c), part));
    HEARTH_TRY(hearth_add_header(c, "Set-Cookie", "known=1"));
    return v->rc == 401 ? hearth_text(c, 401, "who are you?") : v->rc;
}

static visit *visit_of(hearth_ctx *c)
{
    visit *v = HEARTH_NEW(c, visit);

    int64_t rc, more;

    if (v == NULL || hearth_query_int(c, "rc", 1, &rc) != 0 ||
        hearth_query_int(c, "more", 0, &more) != 0)
        return NULL;
    *v = (visit){.rc = (int)rc, .more = (int)more};
    return v;
}

static int ask_a_worker(hearth_ctx *c)
{
    visit *v = visit_of(c);

    return v == NULL ? HEARTH_ENOMEM : hearth_offload(c, look_up, v, looked_up);
}

typedef struct call {
    hearth_later *later;
    visit *v;
} call;

static void *resume_it(void *arg)
{
    call *k = arg;

    look_up(k->v);
    hearth_resume(k->later, looked_up, k->v);
    return NULL;
}

static int wait_for_somebody(hearth_ctx *c)
{
    world *w = hearth_state(c);
    call *k = HEARTH_NEW(c, call);

    if (k == NULL || (k->v = visit_of(c)) == NULL ||
        (k->later = hearth_suspend(c, 60000)) == NULL)
        return HEARTH_ENOMEM;
    w->resumes = true;
    ck_assert_int_eq(pthread_create(&w->resumer, NULL, resume_it, k), 0);
    return HEARTH_PENDING;
}

static int wait_in_vain(hearth_ctx *c)
{
    world *w = hearth_state(c);

    w->later = hearth_suspend(c, 1);
    return w->later == NULL ? HEARTH_ENOMEM : HEARTH_PENDING;
}

static int pretend(hearth_ctx *c)
{
    (void)c;
    return HEARTH_PENDING;
}

static int answer_instead(hearth_ctx *c)
{
    (void)hearth_next(c);
    return 403;
}

static int forget_the_refusal(hearth_ctx *c)
{
    (void)hearth_next(c);
    return 0;
}

static int refuse(hearth_ctx *c)
{
    (void)c;
    return 401;
}

static void echo(hearth_ws *ws, hearth_str msg, bool text)
{
    (void)text;
    (void)hearth_ws_send(ws, msg);
}

static const hearth_ws_ops worker = {.accept = ask_a_worker, .message = echo};
static const hearth_ws_ops waits = {.accept = wait_for_somebody, .message = echo};
static const hearth_ws_ops vain = {.accept = wait_in_vain, .message = echo};
static const hearth_ws_ops pretends = {.accept = pretend, .message = echo};
static const hearth_ws_ops refuses = {.accept = refuse, .message = echo};
static hearth_handler *const instead[] = {answer_instead, NULL};
static hearth_handler *const forgets[] = {forget_the_refusal, NULL};

static const hearth_route routes[] = {
    HEARTH_WEBSOCKET("/worker", &worker, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/worker-worker", &worker, .run = HEARTH_WORKER),
    HEARTH_WEBSOCKET("/waits", &waits, .run = HEARTH_INLINE),
    HEARTH_WEBSOCKET("/waits-worker", &waits, .run = HEARTH_WORKER),
    HEARTH_WEBSOCKET("/vain", &vain),
    HEARTH_WEBSOCKET("/pretends", &pretends),
    HEARTH_WEBSOCKET("/instead", &worker, .use = instead),
    HEARTH_WEBSOCKET("/forgets", &refuses, .use = forgets),
    HEARTH_END,
};

static void begin(world *w)
{
    *w = (world){.freed = GATE_INIT};
    w->freed.open = true;
    w->app = hearth_app_new(&(hearth_app_opts){.state = w});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    w->t = hearth_client_new(w->app);
}

static void finish(world *w)
{
    if (w->resumes)
        pthread_join(w->resumer, NULL);
    hearth_client_free(w->t);
}

static const char *const paths[] = {"/worker", "/worker-worker", "/waits",
                                    "/waits-worker"};

START_TEST(what_goes_on_lets_in)
{
    char target[64];
    world w;

    begin(&w);
    snprintf(target, sizeof target, "%s?more=%d", paths[_i / 3], _i % 3);
    hearth_ws_peer *p = hearth_client_ws(w.t, &(hearth_call){.target = target});
    const hearth_answer *r = hearth_ws_peer_answer(p);

    ck_assert_int_eq(r->status, 101);
    ck_assert_str_eq(hearth_answer_header(r, "Set-Cookie"), "known=1");
    ck_assert_ptr_nonnull(hearth_answer_header(r, "Sec-WebSocket-Accept"));
    ck_assert_int_eq(hearth_ws_peer_text(p, "hello"), 0);
    ck_assert_str_eq(hearth_ws_peer_next(p)->data.ptr, "hello");
    hearth_ws_peer_free(p);
    gate_await(&w.freed, 1);
    finish(&w);
    ck_assert_int_eq(w.freed.entered, 1);
}
END_TEST

START_TEST(what_goes_on_refuses)
{
    static const int results[] = {401, 403, HEARTH_ENOTFOUND};
    static const int statuses[] = {401, 403, 404};
    char target[64];
    world w;

    begin(&w);
    snprintf(target, sizeof target, "%s?rc=%d", paths[_i / 3], results[_i % 3]);
    hearth_ws_peer *p = hearth_client_ws(w.t, &(hearth_call){.target = target});
    const hearth_answer *r = hearth_ws_peer_answer(p);

    ck_assert_int_eq(r->status, statuses[_i % 3]);
    ck_assert_ptr_null(hearth_answer_header(r, "Sec-WebSocket-Accept"));
    if (r->status == 401)
        ck_assert_str_eq(r->body.ptr, "who are you?");
    ck_assert_int_eq(hearth_ws_peer_text(p, "hello"), HEARTH_ECANCELED);
    hearth_ws_peer_free(p);
    gate_await(&w.freed, 1);
    finish(&w);
    ck_assert_int_eq(w.freed.entered, 1);
}
END_TEST

static const struct {
    const char *target;
    int status;
} others[] = {
    {"/pretends", 500}, /* nobody will go on */
    {"/instead", 403},  /* a middleware answers in its place */
    {"/forgets", 500},  /* a refusal that is lost lets nobody in */
    {"/vain", 504},     /* nobody went on in time */
};

START_TEST(nobody_is_let_in_otherwise)
{
    world w;

    begin(&w);
    hearth_ws_peer *p =
        hearth_client_ws(w.t, &(hearth_call){.target = others[_i].target});

    ck_assert_int_eq(hearth_ws_peer_answer(p)->status, others[_i].status);
    hearth_ws_peer_free(p);
    if (w.later != NULL)
        hearth_resume(w.later, looked_up, NULL);
    finish(&w);
}
END_TEST

SUITE("http/ws_accept",
      LOOP(what_goes_on_lets_in, 0, 12) LOOP(what_goes_on_refuses, 0, 12)
          LOOP(nobody_is_let_in_otherwise, 0, 4))
