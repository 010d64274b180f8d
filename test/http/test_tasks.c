/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Work after the answer, at a time, and again and again. */

#include "http.h"
#include "suite.h"

#include <hearth/task.h>
#include <stdatomic.h>
#include <stdio.h>

typedef struct world {
    char trail[256];
    atomic_int ran, beats;
    int most, statuses;
    hearth_app *app;
    hearth_later *later;
} world;

static void mark(world *w, const char *what)
{
    strncat(w->trail, what, sizeof w->trail - strlen(w->trail) - 1);
}

static int task(hearth_ctx *c, void *arg)
{
    world *w = hearth_state(c);

    mark(w, arg);
    w->statuses = hearth_status(c);
    /* The request is still there, and cannot be answered. */
    if (strcmp(hearth_path(c), "/two") == 0 && hearth_text(c, 200, "x") != HEARTH_ESTATE)
        mark(w, "?");
    if (hearth_after(c, task, arg) != HEARTH_ESTATE)
        mark(w, "!");
    atomic_fetch_add(&w->ran, 1);
    return 0;
}

static int failing(hearth_ctx *c, void *arg)
{
    (void)task(c, arg);
    return HEARTH_EIO;
}

static int two(hearth_ctx *c)
{
    HEARTH_TRY(hearth_after(c, failing, hearth_strdup(c, "a")));
    HEARTH_TRY(hearth_after(c, task, hearth_strdup(c, "b")));
    mark(hearth_state(c), "h");
    return hearth_text(c, 201, "made");
}

static int refused(hearth_ctx *c)
{
    HEARTH_TRY(hearth_after(c, task, hearth_strdup(c, "c")));
    return 403;
}

static int said(hearth_ctx *c)
{
    return hearth_text(c, 200, "said");
}

static int suspended(hearth_ctx *c)
{
    world *w = hearth_state(c);

    HEARTH_TRY(hearth_after(c, task, hearth_strdup(c, "s")));
    w->later = hearth_suspend(c, 20);
    return HEARTH_PENDING;
}

static int null(hearth_ctx *c)
{
    return hearth_after(c, NULL, NULL) == HEARTH_EINVAL ? 204 : 500;
}

static char once_text[] = "o", soon_text[] = "n";

static int on_time(hearth_ctx *c, void *arg)
{
    world *w = hearth_state(c);

    if (strcmp(hearth_method(c), "TASK") != 0 || hearth_header(c, "Host") != NULL ||
        *hearth_path(c) != '\0' || hearth_query(c, "x", NULL) != NULL ||
        hearth_cookie(c, "x") != NULL || hearth_body(c).len != 0 ||
        *hearth_host(c) != '\0' || hearth_arg(c) != NULL)
        mark(w, "?");
    mark(w, arg);
    (void)hearth_strdup(c, "memory");
    atomic_fetch_add(&w->ran, 1);
    return 0;
}

/* ?ms, and what hearth_once() says to it. */
static int once(hearth_ctx *c)
{
    world *w = hearth_state(c);
    int64_t ms;

    HEARTH_TRY(hearth_query_int(c, "ms", 0, &ms));
    return hearth_textf(c, 200, "%d",
                        hearth_once(w->app, ms, on_time,
                                    ms == 0 ? soon_text : once_text));
}

static int resumes(hearth_ctx *c, void *arg)
{
    (void)c;
    return hearth_resume(arg, said, NULL);
}

static int wakes(hearth_ctx *c)
{
    world *w = hearth_state(c);

    w->later = hearth_suspend(c, 60000);
    return hearth_once(w->app, 30, resumes, w->later) == 0 ? HEARTH_PENDING : 500;
}

static const hearth_route routes[] = {
    HEARTH_GET("/two", two),
    HEARTH_GET("/refused", refused),
    HEARTH_GET("/suspended", suspended),
    HEARTH_GET("/null", null),
    HEARTH_GET("/once", once),
    HEARTH_GET("/wakes", wakes),
    HEARTH_END,
};

static int beat(hearth_ctx *c, void *arg)
{
    world *w = arg;

    (void)c;
    return atomic_fetch_add(&w->beats, 1) + 1 == w->most ? HEARTH_DECLINED : 0;
}

static hearth_app *make(world *w)
{
    *w = (world){.most = -1};
    w->app = hearth_app_new(&(hearth_app_opts){.state = w});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    return w->app;
}

static bool over_wire(void)
{
    return getenv("HEARTH_TEST_WIRE") != NULL;
}

START_TEST(tasks_follow_the_answer_in_order)
{
    world w;
    hearth_client *t = hearth_client_new(make(&w));

    ck_assert_int_eq(hearth_call_get(t, "/two")->status, 201);
    hearth_client_settle(t);
    while (w.ran < 2) /* over the wire the answer may be here before it is over there */
        hearth_client_settle(t);
    ck_assert_str_eq(w.trail, "hab");
    ck_assert_int_eq(w.statuses, 201);
    ck_assert(http_logged(t, "a task after the answer failed: i/o error"));
    hearth_client_free(t);
}
END_TEST

START_TEST(tasks_follow_whatever_the_answer_was)
{
    world w;
    hearth_client *t = hearth_client_new(make(&w));

    ck_assert_int_eq(hearth_call_get(t, "/refused")->status, 403);
    while (w.ran < 1)
        hearth_client_settle(t);
    ck_assert_int_eq(w.statuses, 403);
    ck_assert_int_eq(hearth_call_get(t, "/null")->status, 204);
    hearth_client_free(t);
}
END_TEST

START_TEST(tasks_of_a_request_that_timed_out_wait_for_its_resume)
{
    world w;
    hearth_client *t = hearth_client_new(make(&w));
    hearth_pending *p = hearth_call_begin(t, &(hearth_call){.target = "/suspended"});

    hearth_client_advance(t, 200);
    ck_assert_int_eq(hearth_call_finish(p)->status, 504);
    if (over_wire())
        (void)hearth_call_get(t, "/null");
    ck_assert_int_eq(w.ran, 0);
    ck_assert_int_eq(hearth_resume(w.later, said, NULL), HEARTH_ETIMEOUT);
    while (w.ran < 1)
        hearth_client_settle(t);
    ck_assert_str_eq(w.trail, "s");
    hearth_client_free(t);
}
END_TEST

START_TEST(what_is_asked_for_once_comes_once)
{
    world w;
    hearth_client *t = hearth_client_new(make(&w));

    ck_assert_str_eq(hearth_call_get(t, "/once?ms=30")->body.ptr, "0");
    ck_assert_str_eq(hearth_call_get(t, "/once?ms=0")->body.ptr, "0");
    while (w.ran < 1)
        hearth_client_settle(t);
    hearth_client_advance(t, 100);
    hearth_client_settle(t);
    ck_assert_str_eq(w.trail, "no");
    ck_assert_str_eq(hearth_call_get(t, "/once?ms=-1")->body.ptr, "-1");
    ck_assert_str_eq(hearth_call_get(t, "/once?ms=31536000001")->body.ptr, "-1");
    ck_assert_str_eq(hearth_call_get(t, "/once?ms=31536000000")->body.ptr, "0");
    hearth_client_free(t);
}
END_TEST

START_TEST(a_task_may_resume_a_request)
{
    world w;
    hearth_client *t = hearth_client_new(make(&w));

    ck_assert_str_eq(hearth_call_get(t, "/wakes")->body.ptr, "said");
    hearth_client_free(t);
}
END_TEST

START_TEST(what_is_asked_for_before_the_start_begins_then)
{
    world w;
    hearth_app *app = make(&w);

    ck_assert_int_eq(hearth_once(app, 0, on_time, soon_text), 0);
    ck_assert_int_eq(hearth_once(app, 10, on_time, once_text), 0);
    hearth_client *t = hearth_client_new(app);

    hearth_client_advance(t, 100);
    while (w.ran < 2)
        hearth_client_settle(t);
    ck_assert_str_eq(w.trail, "no");
    hearth_client_free(t);
}
END_TEST

START_TEST(hours_pass_when_the_clock_is_moved)
{
    world w;
    hearth_app *app = make(&w);

    ck_assert_int_eq(hearth_once(app, 7200000, on_time, once_text), 0);
    hearth_client *t = hearth_client_new(app);

    hearth_client_advance(t, 7199000);
    hearth_client_settle(t);
    ck_assert_int_eq(w.ran, 0);
    hearth_client_advance(t, 1001);
    hearth_client_settle(t);
    ck_assert_int_eq(w.ran, 1);
    hearth_client_free(t);
}
END_TEST

START_TEST(an_interval_comes_again_and_again)
{
    world w;
    hearth_app *app = make(&w);

    ck_assert_int_eq(hearth_every(app, 20, beat, &w), 0);
    hearth_client *t = hearth_client_new(app);

    hearth_client_advance(t, 210);
    hearth_client_settle(t);
    ck_assert_int_ge(w.beats, 2);
    if (!over_wire())
        ck_assert_int_eq(w.beats, 10);
    hearth_client_free(t);
}
END_TEST

START_TEST(an_interval_may_end_itself)
{
    world w;
    hearth_app *app = make(&w);

    w.most = 3;
    ck_assert_int_eq(hearth_every(app, 5, beat, &w), 0);
    hearth_client *t = hearth_client_new(app);

    hearth_client_advance(t, 300);
    while (w.beats < 3)
        hearth_client_settle(t);
    ck_assert_int_eq(w.beats, 3);
    ck_assert_int_eq(hearth_every(app, 5, beat, &w), HEARTH_ESTATE);
    hearth_client_free(t);
}
END_TEST

static const struct {
    int64_t ms;
    hearth_task_fn *fn;
    int rc;
} intervals[] = {
    {0, beat, HEARTH_EINVAL},
    {-1, beat, HEARTH_EINVAL},
    {1, beat, 0},
    {HEARTH_TASK_MAX_MS, beat, 0},
    {HEARTH_TASK_MAX_MS + 1, beat, HEARTH_EINVAL},
    {1, NULL, HEARTH_EINVAL},
};

START_TEST(intervals_have_limits)
{
    world w;
    hearth_app *app = make(&w);

    ck_assert_int_eq(hearth_every(app, intervals[_i].ms, intervals[_i].fn, &w),
                     intervals[_i].rc);
    ck_assert((hearth_app_start(app, &(hearth_run_opts){.port = HEARTH_PORT_ANY}, NULL) !=
               0) == (intervals[_i].rc != 0));
    hearth_app_free(app);
}
END_TEST

SUITE("http/tasks",
      TEST(tasks_follow_the_answer_in_order) TEST(tasks_follow_whatever_the_answer_was)
          TEST(tasks_of_a_request_that_timed_out_wait_for_its_resume)
              TEST(what_is_asked_for_once_comes_once) TEST(a_task_may_resume_a_request)
                  TEST(what_is_asked_for_before_the_start_begins_then)
                      TEST(hours_pass_when_the_clock_is_moved)
                          TEST(an_interval_comes_again_and_again)
                              TEST(an_interval_may_end_itself)
                                  LOOP(intervals_have_limits, 0,
                                       (int)(sizeof intervals / sizeof *intervals)))
