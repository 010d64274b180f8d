/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Requests that wait, and tasks, while memory runs out: the answer, or one clean 503, and
 * every handle and every resource accounted for.
 */

#include "fault.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <string.h>

typedef struct world {
    hearth_topic *topic;
    hearth_app *app;
    int defers, afters, onces, beats, starts, stops;
} world;

static void count(void *arg)
{
    ++*(int *)arg;
}

static int say(hearth_ctx *c)
{
    return hearth_text(c, 200, "said");
}

static void work(void *arg)
{
    (void)arg;
}

static int after(hearth_ctx *c, void *arg)
{
    (void)c;
    count(arg);
    return 0;
}

static int suspends(hearth_ctx *c)
{
    world *w = hearth_state(c);
    hearth_later *l;

    HEARTH_TRY(hearth_defer(c, count, &w->defers));
    HEARTH_TRY(hearth_after(c, after, &w->afters));
    l = hearth_suspend(c, 1000);
    if (l == NULL)
        return HEARTH_ENOMEM;
    if (hearth_on_cancel(c, count, &w->beats) != 0)
        return HEARTH_ENOMEM; /* which takes the suspension back */
    return hearth_resume(l, say, NULL) == 0 ? HEARTH_PENDING : 500;
}

static int offloads(hearth_ctx *c)
{
    world *w = hearth_state(c);

    HEARTH_TRY(hearth_defer(c, count, &w->defers));
    return hearth_offload(c, work, NULL, suspends);
}

static int polls(hearth_ctx *c)
{
    world *w = hearth_state(c);

    HEARTH_TRY(hearth_defer(c, count, &w->defers));
    int rc = hearth_topic_wait(c, w->topic, 0, 1000, say, NULL);

    hearth_topic_publish(w->topic);
    return rc;
}

static int onces(hearth_ctx *c)
{
    world *w = hearth_state(c);

    HEARTH_TRY(hearth_once(w->app, 0, after, &w->onces));
    HEARTH_TRY(hearth_once(w->app, 1, after, &w->onces));
    return hearth_text(c, 200, "said");
}

static const hearth_route routes[] = {
    HEARTH_GET("/suspends", suspends),
    HEARTH_GET("/offloads", offloads, .run = HEARTH_INLINE),
    HEARTH_GET("/worker", offloads, .run = HEARTH_WORKER),
    HEARTH_GET("/polls", polls),
    HEARTH_GET("/onces", onces),
    HEARTH_END,
};

static const char *const targets[] = {"/suspends", "/offloads", "/worker", "/polls",
                                      "/onces"};

static hearth_client *client(world *w)
{
    *w = (world){.topic = hearth_topic_new()};
    ck_assert_ptr_nonnull(w->topic);
    w->app =
        hearth_app_new(&(hearth_app_opts){.state = w, .log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    hearth_client *t = hearth_client_new(w->app);

    ck_assert_ptr_nonnull(t);
    return t;
}

START_TEST(a_request_that_waits_without_memory_is_answered_or_503)
{
    for (long n = 0;; n++) {
        world w;
        hearth_client *t = client(&w);

        fault_at(n);
        const hearth_answer *r = hearth_call_get(t, targets[_i]);
        bool hit = fault_hit();

        if (r->status == 0)
            ck_assert_str_eq(r->body.ptr, "out of memory");
        else
            ck_assert_msg(r->status == 200 || r->status == 503, "%d", r->status);
        if (!hit)
            ck_assert_str_eq(r->body.ptr, "said");
        hearth_client_advance(t, 10);
        ck_assert_int_eq(hearth_call_get(t, targets[_i])->status, 200);
        hearth_client_advance(t, 10);
        hearth_client_free(t);
        hearth_topic_free(w.topic);
        ck_assert_int_eq(w.beats, 0);
        if (!hit)
            break;
    }
}
END_TEST

START_TEST(a_begun_call_without_memory_is_said_to_be_one)
{
    for (long n = 0;; n++) {
        world w;
        hearth_client *t = client(&w);

        fault_at(n);
        hearth_pending *p = hearth_call_begin(t, &(hearth_call){.target = "/polls"});
        bool hit = fault_hit();

        if (p != NULL) {
            const hearth_answer *r = hearth_call_finish(p);

            ck_assert(r->status == 0 || r->status == 200 || r->status == 503);
            ck_assert(hit || r->status == 200);
        } else {
            ck_assert(hit);
        }
        hearth_client_free(t);
        hearth_topic_free(w.topic);
        if (!hit)
            break;
    }
}
END_TEST

static int starts(hearth_app *app, void *arg, hearth_error *err)
{
    world *w = arg;

    (void)app;
    (void)err;
    w->starts++;
    return 0;
}

static void stops(hearth_app *app, void *arg)
{
    world *w = arg;

    (void)app;
    w->stops++;
}

START_TEST(a_start_without_memory_undoes_what_it_did)
{
    for (long n = 0;; n++) {
        world w = {.topic = NULL};

        fault_at(n);
        hearth_app *app =
            hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

        if (app != NULL) {
            (void)hearth_on_start(app, starts, &w);
            (void)hearth_on_stop(app, stops, &w);
            (void)hearth_every(app, 1000, after, &w.beats);
            (void)hearth_once(app, 0, after, &w.onces);
        }
        hearth_client *t = hearth_client_new(app);
        bool hit = fault_hit();

        ck_assert(hit || t != NULL);
        hearth_client_free(t);
        ck_assert_int_eq(w.starts, w.stops);
        if (!hit)
            break;
    }
}
END_TEST

SUITE("fault/async", LOOP(a_request_that_waits_without_memory_is_answered_or_503, 0, 5)
                         TEST(a_begun_call_without_memory_is_said_to_be_one)
                             TEST(a_start_without_memory_undoes_what_it_did))
