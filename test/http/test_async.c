/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Handlers that answer later: offloaded work, suspended requests, who ends the waiting and
 * what becomes of handles that are used twice or too late.
 */

#include "gate.h"
#include "http.h"
#include "suite.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

/* Where handlers leave what the test needs; one for each test. */
typedef struct world {
    gate here; /* open: it counts who has come */
    hearth_later *later;
    char *note; /* memory of the request */
    atomic_int cancels, defers, hooks, works;
    int seen; /* what a middleware saw, what a late call returned */
    int legs;
    bool resume_on_cancel;
} world;

#define WORLD                                                                       \
    {                                                                               \
        .here = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, true } \
    }

static world *world_of(hearth_ctx *c)
{
    return hearth_state(c);
}

static int unreachable(hearth_ctx *c)
{
    (void)c;
    ck_abort_msg("nobody waits, and yet it goes on");
    return 500;
}

static void on_cancel(void *arg)
{
    world *w = arg;

    atomic_fetch_add(&w->cancels, 1);
    if (w->resume_on_cancel)
        w->seen = hearth_resume(w->later, unreachable, NULL);
}

static void on_defer(void *arg)
{
    world *w = arg;

    atomic_fetch_add(&w->defers, 1);
}

static void on_send(hearth_ctx *c, void *arg)
{
    world *w = arg;

    atomic_fetch_add(&w->hooks, 1);
    (void)hearth_set_headerf(c, "X-Sent", "%d", hearth_status(c));
}

static char now[] = "now", at_once_text[] = "at once", first[] = "first",
            second[] = "second", good[] = "still good", all[] = "all";

static int say(hearth_ctx *c)
{
    return hearth_textf(c, 200, "then %s", (const char *)hearth_arg(c));
}

/* Suspends for ?ms and leaves the handle to the test. */
static int wait(hearth_ctx *c)
{
    world *w = world_of(c);
    int64_t ms;

    HEARTH_TRY(hearth_query_int(c, "ms", 60000, &ms));
    HEARTH_TRY(hearth_defer(c, on_defer, w));
    HEARTH_TRY(hearth_on_send(c, on_send, w));
    w->note = hearth_strdup(c, "memory of the request");
    w->later = hearth_suspend(c, (int)ms);
    if (w->later == NULL)
        return 500;
    HEARTH_TRY(hearth_on_cancel(c, on_cancel, w));
    gate_pass(&w->here);
    return HEARTH_PENDING;
}

/* The answer is there before the handler has returned. */
static int at_once(hearth_ctx *c)
{
    world *w = world_of(c);

    w->later = hearth_suspend(c, 1000);
    w->seen = hearth_resume(w->later, say, at_once_text);
    return HEARTH_PENDING;
}

static int twice(hearth_ctx *c)
{
    hearth_later *l = hearth_suspend(c, 1000);

    world_of(c)->seen = hearth_suspend(c, 1000) == NULL;
    (void)hearth_resume(l, say, first);
    return HEARTH_PENDING;
}

static int resumed_twice(hearth_ctx *c)
{
    hearth_later *l = hearth_suspend(c, 1000);

    (void)hearth_resume(l, say, first);
    world_of(c)->seen = hearth_resume(l, say, second);
    return HEARTH_PENDING;
}

static int pending_for_nothing(hearth_ctx *c)
{
    (void)c;
    return HEARTH_PENDING;
}

static int changed_its_mind(hearth_ctx *c)
{
    world *w = world_of(c);

    w->later = hearth_suspend(c, 1000);
    return hearth_text(c, 200, "no need to wait");
}

static int too_long(hearth_ctx *c)
{
    return hearth_suspend(c, HEARTH_SUSPEND_MAX_MS + 1) == NULL ? 204 : HEARTH_PENDING;
}

static int too_short(hearth_ctx *c)
{
    return hearth_suspend(c, 0) == NULL ? 204 : HEARTH_PENDING;
}

static int bad_resume(hearth_ctx *c)
{
    hearth_later *l = hearth_suspend(c, 1000);

    world_of(c)->seen = hearth_resume(l, NULL, NULL);
    if (hearth_resume(NULL, say, NULL) != HEARTH_EINVAL)
        return 500;
    (void)hearth_resume(l, say, good);
    return HEARTH_PENDING;
}

/* ---- chains ------------------------------------------------------------------------ */

typedef struct job {
    world *w;
    int in, out;
} job;

static void work(void *arg)
{
    job *j = arg;

    atomic_fetch_add(&j->w->works, 1);
    j->out = j->in * 2;
}

static int worked(hearth_ctx *c)
{
    job *j = hearth_arg(c);

    return hearth_textf(c, 200, "%d", j->out);
}

static int offload(hearth_ctx *c)
{
    job *j = HEARTH_NEW(c, job);
    int64_t n;

    HEARTH_TRY(hearth_query_int(c, "n", 1, &n));
    if (j == NULL)
        return HEARTH_ENOMEM;
    *j = (job){.w = world_of(c), .in = (int)n};
    return hearth_offload(c, work, j, worked);
}

static int both(hearth_ctx *c)
{
    job *j = HEARTH_NEW(c, job);

    if (j == NULL || hearth_suspend(c, 1000) == NULL)
        return HEARTH_ENOMEM;
    *j = (job){.w = world_of(c)};
    world_of(c)->seen = hearth_offload(c, work, j, worked);
    return 204;
}

static int fails_then(hearth_ctx *c)
{
    return hearth_fail(c, 409, "not any more");
}

static int offload_fails(hearth_ctx *c)
{
    job *j = HEARTH_NEW(c, job);

    if (j == NULL)
        return HEARTH_ENOMEM;
    *j = (job){.w = world_of(c)};
    return hearth_offload(c, work, j, fails_then);
}

static int declines_then(hearth_ctx *c)
{
    (void)c;
    return HEARTH_DECLINED;
}

static int offload_declines(hearth_ctx *c)
{
    job *j = HEARTH_NEW(c, job);

    if (j == NULL)
        return HEARTH_ENOMEM;
    *j = (job){.w = world_of(c)};
    return hearth_offload(c, work, j, declines_then);
}

/* Doubles ?n until it is 64 or more, in turn offloaded and suspended. */
static int step(hearth_ctx *c)
{
    job *j = hearth_arg(c);

    j->w->legs++;
    if (j->out >= 64)
        return worked(c);
    j->in = j->out;
    if (j->w->legs % 2 == 0)
        return hearth_offload(c, work, j, step);
    hearth_later *l = hearth_suspend(c, 1000);

    work(j);
    return l != NULL && hearth_resume(l, step, j) == 0 ? HEARTH_PENDING : 500;
}

static int chain(hearth_ctx *c)
{
    job *j = HEARTH_NEW(c, job);

    if (j == NULL)
        return HEARTH_ENOMEM;
    *j = (job){.w = world_of(c), .in = 1};
    return hearth_offload(c, work, j, step);
}

/* ---- the database ------------------------------------------------------------------ */

static int stored(hearth_ctx *c)
{
    return hearth_reply_row(c, 200, "SELECT count(*) AS n FROM t", HEARTH_NO_ARGS);
}

/* Begins what it does not commit, and leaves rows open, before it waits. */
static int half_done(hearth_ctx *c)
{
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_exec(c, "INSERT INTO t VALUES (?)", hearth_args(1)));
    hearth_rows *rows = hearth_select(c, "SELECT n FROM t", HEARTH_NO_ARGS);

    (void)hearth_rows_next(rows);
    world_of(c)->later = hearth_suspend(c, 60000);
    gate_pass(&world_of(c)->here);
    return HEARTH_PENDING;
}

static int stores(hearth_ctx *c)
{
    HEARTH_TRY(hearth_exec(c, "INSERT INTO t VALUES (?)", hearth_args(2)));
    return stored(c);
}

/* ---- where it is not allowed ------------------------------------------------------- */

static int admit(hearth_ctx *c)
{
    world_of(c)->seen = hearth_suspend(c, 1000) == NULL;
    return HEARTH_PENDING;
}

static void suspend_when_sending(hearth_ctx *c, void *arg)
{
    world *w = arg;

    w->seen = hearth_suspend(c, 1000) == NULL;
}

static int in_hook(hearth_ctx *c)
{
    HEARTH_TRY(hearth_on_send(c, suspend_when_sending, world_of(c)));
    return hearth_text(c, 200, "sent");
}

/* ---- middleware -------------------------------------------------------------------- */

static int watches(hearth_ctx *c)
{
    int rc = hearth_next(c);

    world_of(c)->seen = rc;
    return rc;
}

static int overrules(hearth_ctx *c)
{
    (void)hearth_next(c);
    return hearth_text(c, 200, "overruled");
}

static hearth_handler *const watched[] = {watches, NULL};
static hearth_handler *const overruled[] = {overrules, NULL};

static const hearth_route routes[] = {
    HEARTH_GET("/inline/wait", wait, .run = HEARTH_INLINE),
    HEARTH_GET("/worker/wait", wait, .run = HEARTH_WORKER),
    HEARTH_GET("/inline/at-once", at_once, .run = HEARTH_INLINE),
    HEARTH_GET("/worker/at-once", at_once, .run = HEARTH_WORKER),
    HEARTH_GET("/inline/offload", offload, .run = HEARTH_INLINE),
    HEARTH_GET("/worker/offload", offload, .run = HEARTH_WORKER),
    HEARTH_GET("/inline/chain", chain, .run = HEARTH_INLINE),
    HEARTH_GET("/worker/chain", chain, .run = HEARTH_WORKER),
    HEARTH_GET("/inline/fails", offload_fails, .run = HEARTH_INLINE),
    HEARTH_GET("/worker/fails", offload_fails, .run = HEARTH_WORKER),
    HEARTH_GET("/declines", offload_declines),
    HEARTH_GET("/twice", twice),
    HEARTH_GET("/both", both),
    HEARTH_GET("/resumed-twice", resumed_twice),
    HEARTH_GET("/for-nothing", pending_for_nothing),
    HEARTH_GET("/mind", changed_its_mind),
    HEARTH_GET("/too-long", too_long),
    HEARTH_GET("/too-short", too_short),
    HEARTH_GET("/bad-resume", bad_resume),
    HEARTH_GET("/watched", at_once, .use = watched),
    HEARTH_GET("/overruled", wait, .use = overruled),
    HEARTH_GET("/inline/half", half_done, .run = HEARTH_INLINE),
    HEARTH_GET("/worker/half", half_done, .run = HEARTH_WORKER),
    HEARTH_GET("/stored", stored),
    HEARTH_POST("/admit", say, .admit = admit),
    HEARTH_GET("/hook", in_hook),
    HEARTH_END,
};

static const char *const places[] = {"inline", "worker"};

static hearth_client *client(world *w)
{
    return http_client(&(hearth_app_opts){.state = w}, routes);
}

static hearth_pending *begin(hearth_client *t, world *w, const char *place,
                             const char *rest)
{
    char target[64];
    int before = w->here.entered;

    snprintf(target, sizeof target, "/%s/%s", place, rest);
    hearth_pending *p = hearth_call_begin(t, &(hearth_call){.target = target});

    ck_assert_ptr_nonnull(p);
    gate_await(&w->here, before + 1);
    return p;
}

static const hearth_answer *get(hearth_client *t, const char *place, const char *rest)
{
    char target[64];

    snprintf(target, sizeof target, "/%s/%s", place, rest);
    return hearth_call_get(t, target);
}

/* ---- tests ------------------------------------------------------------------------- */

START_TEST(a_suspended_request_is_answered_when_it_is_resumed)
{
    world w = WORLD;
    hearth_client *t = client(&w);
    hearth_pending *p = begin(t, &w, places[_i], "wait");

    ck_assert(!hearth_later_gone(w.later));
    ck_assert_int_eq(hearth_resume(w.later, say, now), 0);
    const hearth_answer *r = hearth_call_finish(p);

    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(r->body.ptr, "then now");
    ck_assert_str_eq(hearth_answer_header(r, "X-Sent"), "200");
    ck_assert_int_eq(w.hooks, 1);
    ck_assert_int_eq(w.cancels, 0);
    ck_assert_int_eq(hearth_resume(w.later, say, now), HEARTH_ESTATE);
    ck_assert(hearth_later_gone(w.later));
    ck_assert_int_eq(hearth_call_get(t, "/inline/at-once")->status, 200);
    hearth_client_free(t);
    ck_assert_int_eq(w.defers, 1);
}
END_TEST

START_TEST(a_resume_may_come_before_the_handler_returns)
{
    world w = WORLD;
    hearth_client *t = client(&w);

    ck_assert_str_eq(get(t, places[_i], "at-once")->body.ptr, "then at once");
    ck_assert_int_eq(w.seen, 0);
    hearth_client_free(t);
}
END_TEST

START_TEST(time_that_is_up_is_504_and_memory_stays_until_the_resume)
{
    world w = WORLD;
    hearth_client *t = client(&w);
    hearth_pending *p = begin(t, &w, places[_i], "wait?ms=1");

    hearth_client_advance(t, 200);
    const hearth_answer *r = hearth_call_finish(p);

    ck_assert_int_eq(r->status, 504);
    ck_assert_str_eq(hearth_answer_header(r, "X-Sent"), "504");
    ck_assert_int_eq(w.hooks, 1);
    ck_assert_int_eq(w.cancels, 1);
    ck_assert_int_eq(w.defers, 0);
    ck_assert(hearth_later_gone(w.later));
    ck_assert_str_eq(w.note, "memory of the request");
    hearth_later *l = w.later;

    ck_assert_int_eq(hearth_call_get(t, "/mind")->status, 200);
    hearth_client_free(t);
    ck_assert_int_eq(hearth_resume(l, unreachable, NULL), HEARTH_ETIMEOUT);
    ck_assert_int_eq(w.defers, 1);
}
END_TEST

START_TEST(a_late_resume_is_told_so_and_releases_the_request)
{
    world w = WORLD;
    hearth_client *t = client(&w);
    hearth_pending *p = begin(t, &w, places[_i], "wait?ms=1");

    hearth_client_advance(t, 200);
    ck_assert_int_eq(hearth_call_finish(p)->status, 504);
    (void)hearth_client_log(t); /* over the wire: the request has ended for the server */
    ck_assert_int_eq(w.defers, 0);
    ck_assert_int_eq(hearth_resume(w.later, say, NULL), HEARTH_ETIMEOUT);
    ck_assert_int_eq(w.defers, 1);
    ck_assert_int_eq(hearth_resume(w.later, say, NULL), HEARTH_ESTATE);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_client_that_hangs_up_is_noticed)
{
    world w = WORLD;
    hearth_client *t = client(&w);
    w.resume_on_cancel = true;
    hearth_pending *p = begin(t, &w, places[_i], "wait");

    hearth_call_abort(p);
    while (atomic_load(&w.defers) == 0)
        sched_yield();
    ck_assert_int_eq(w.cancels, 1);
    ck_assert_int_eq(w.seen, HEARTH_ECANCELED);
    ck_assert_int_eq(w.hooks, 0);
    ck_assert(!http_logged(t, "ERROR"));
    ck_assert_msg(http_logged(t, "/wait\" 499 "), "%s", hearth_client_log(t));
    hearth_client_free(t);
}
END_TEST

START_TEST(a_handle_outlives_its_client_and_its_server)
{
    world w = WORLD;
    hearth_client *t = client(&w);
    hearth_pending *p = begin(t, &w, places[_i], "wait");

    (void)p;
    hearth_client_free(t);
    ck_assert_int_eq(w.cancels, 1);
    ck_assert_int_eq(w.defers, 0);
    ck_assert_str_eq(w.note, "memory of the request");
    ck_assert_int_ne(hearth_resume(w.later, say, NULL), 0);
    ck_assert_int_eq(w.defers, 1);
}
END_TEST

START_TEST(offloaded_work_runs_and_then_goes_on)
{
    world w = WORLD;
    hearth_client *t = client(&w);

    ck_assert_str_eq(get(t, places[_i], "offload?n=21")->body.ptr, "42");
    ck_assert_int_eq(w.works, 1);
    hearth_client_free(t);
}
END_TEST

START_TEST(what_goes_on_may_suspend_and_offload_again)
{
    world w = WORLD;
    hearth_client *t = client(&w);

    ck_assert_str_eq(get(t, places[_i], "chain")->body.ptr, "64");
    ck_assert_int_eq(w.works, 6);
    hearth_client_free(t);
}
END_TEST

START_TEST(what_goes_on_may_fail)
{
    world w = WORLD;
    hearth_client *t = client(&w);
    const hearth_answer *r = get(t, places[_i], "fails");

    ck_assert_int_eq(r->status, 409);
    ck_assert_str_eq(hearth_answer_at(r, "/detail"), "not any more");
    ck_assert_int_eq(hearth_call_get(t, "/declines")->status, 404);
    hearth_client_free(t);
}
END_TEST

static const struct {
    const char *target;
    int status;
    const char *body, *logged;
    int seen;
} misuses[] = {
    {"/twice", 200, "then first", "suspended or offloaded already", 1},
    {"/both", 204, "", "suspended or offloaded already", HEARTH_ESTATE},
    {"/resumed-twice", 200, "then first", NULL, HEARTH_ESTATE},
    {"/for-nothing", 500, NULL, "nobody will go on", 0},
    {"/mind", 200, "no need to wait", NULL, 0},
    {"/too-long", 204, NULL, "600001 ms", 0},
    {"/too-short", 204, NULL, "0 ms", 0},
    {"/bad-resume", 200, "then still good", NULL, HEARTH_EINVAL},
    {"/watched", 200, "then at once", NULL, HEARTH_PENDING},
    {"/overruled", 200, "overruled", NULL, 0},
};

START_TEST(misuse_is_defined)
{
    world w = WORLD;
    hearth_client *t = client(&w);
    const hearth_answer *r = hearth_call_get(t, misuses[_i].target);

    ck_assert_int_eq(r->status, misuses[_i].status);
    if (misuses[_i].body != NULL)
        ck_assert_str_eq(r->body.ptr, misuses[_i].body);
    ck_assert_int_eq(w.seen, misuses[_i].seen);
    if (misuses[_i].logged != NULL)
        ck_assert(http_logged(t, misuses[_i].logged));
    hearth_client_free(t);
}
END_TEST

START_TEST(a_cancelled_suspension_has_a_dead_handle)
{
    world w = WORLD;
    hearth_client *t = client(&w);

    ck_assert_int_eq(hearth_call_get(t, _i == 0 ? "/mind" : "/overruled")->status, 200);
    ck_assert(hearth_later_gone(w.later));
    ck_assert_int_eq(hearth_resume(w.later, say, NULL), HEARTH_ESTATE);
    ck_assert_int_eq(w.cancels, 0);
    hearth_client_free(t);
}
END_TEST

START_TEST(the_database_lets_go_of_a_request_that_waits)
{
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);
    hearth_app *app;
    world w = WORLD;

    ck_assert_int_eq(hearth_db_script(db, "CREATE TABLE t (n INTEGER)", NULL), 0);
    app = hearth_app_new(&(hearth_app_opts){.state = &w});
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    ck_assert_int_eq(hearth_use_db(app, db), 0);
    hearth_client *t = hearth_client_new(app);
    hearth_pending *p = begin(t, &w, places[_i], "half");

    /* Were the transaction open still, nobody else could write. */
    ck_assert_str_eq(hearth_call_get(t, "/stored")->body.ptr, "{\"n\":0}");
    ck_assert_int_eq(hearth_resume(w.later, stores, NULL), 0);
    ck_assert_str_eq(hearth_call_finish(p)->body.ptr, "{\"n\":1}");
    ck_assert(http_logged(t, "a transaction was open when the request was suspended"));
    hearth_client_free(t);
}
END_TEST

START_TEST(only_handlers_may_suspend)
{
    world w = WORLD;
    hearth_client *t = client(&w);

    ck_assert_int_eq(hearth_call_post(t, "/admit", "1")->status, 500);
    ck_assert_int_eq(w.seen, 1);
    w.seen = 0;
    ck_assert_str_eq(hearth_call_get(t, "/hook")->body.ptr, "sent");
    ck_assert_int_eq(w.seen, 1);
    hearth_client_free(t);
}
END_TEST

#define MANY 40

START_TEST(many_wait_and_one_event_resumes_them)
{
    world w = WORLD;
    hearth_client *t = client(&w);
    hearth_pending *p[MANY];
    hearth_later *l[MANY];

    for (int i = 0; i < MANY; i++) {
        p[i] = begin(t, &w, places[_i], "wait");
        l[i] = w.later;
    }
    for (int i = MANY; i-- > 0;)
        ck_assert_int_eq(hearth_resume(l[i], say, all), 0);
    for (int i = 0; i < MANY; i++)
        ck_assert_str_eq(hearth_call_finish(p[i])->body.ptr, "then all");
    hearth_client_free(t);
    ck_assert_int_eq(w.defers, MANY);
}
END_TEST

SUITE("http/async",
      LOOP(a_suspended_request_is_answered_when_it_is_resumed, 0,
           2) LOOP(a_resume_may_come_before_the_handler_returns, 0,
                   2) LOOP(time_that_is_up_is_504_and_memory_stays_until_the_resume, 0,
                           2) LOOP(a_late_resume_is_told_so_and_releases_the_request, 0,
                                   2) LOOP(a_client_that_hangs_up_is_noticed, 0, 2)
          LOOP(a_handle_outlives_its_client_and_its_server, 0,
               2) LOOP(offloaded_work_runs_and_then_goes_on, 0, 2)
              LOOP(what_goes_on_may_suspend_and_offload_again, 0, 2)
                  LOOP(what_goes_on_may_fail, 0, 2)
                      LOOP(misuse_is_defined, 0, (int)(sizeof misuses / sizeof *misuses))
                          LOOP(a_cancelled_suspension_has_a_dead_handle, 0, 2)
                              LOOP(many_wait_and_one_event_resumes_them, 0, 2)
                                  LOOP(the_database_lets_go_of_a_request_that_waits, 0, 2)
                                      TEST(only_handlers_may_suspend))
