/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Long polling: those who ask too early, in time, and too late all learn the same. */

#include "gate.h"
#include "http.h"
#include "suite.h"

#include <hearth/topic.h>
#include <stdio.h>

typedef struct world {
    hearth_topic *topic;
    int cancels;
} world;

static int tell(hearth_ctx *c)
{
    world *w = hearth_state(c);

    return hearth_textf(c, 200, "%llu%s",
                        (unsigned long long)hearth_topic_version(w->topic),
                        (const char *)hearth_arg(c));
}

static char mark[] = "!";

static int poll_it(hearth_ctx *c)
{
    world *w = hearth_state(c);
    int64_t seen, ms;

    HEARTH_TRY(hearth_query_int(c, "seen", 0, &seen));
    HEARTH_TRY(hearth_query_int(c, "ms", 60000, &ms));
    return hearth_topic_wait(c, w->topic, (uint64_t)seen, (int)ms, tell, mark);
}

static int publish(hearth_ctx *c)
{
    world *w = hearth_state(c);

    return hearth_textf(c, 200, "%llu",
                        (unsigned long long)hearth_topic_publish(w->topic));
}

static int overrules(hearth_ctx *c)
{
    return hearth_next(c) == HEARTH_PENDING ? 202 : 500;
}

static int bad(hearth_ctx *c)
{
    return hearth_topic_wait(c, NULL, 0, 1, tell, mark);
}

static hearth_handler *const overruled[] = {overrules, NULL};

static const hearth_route routes[] = {
    HEARTH_GET("/inline", poll_it, .run = HEARTH_INLINE),
    HEARTH_GET("/worker", poll_it, .run = HEARTH_WORKER),
    HEARTH_GET("/overruled", poll_it, .use = overruled),
    HEARTH_GET("/bad", bad),
    HEARTH_POST("/publish", publish),
    HEARTH_END,
};

static const char *const places[] = {"/inline", "/worker"};

static hearth_client *client(world *w)
{
    *w = (world){.topic = hearth_topic_new()};
    ck_assert_ptr_nonnull(w->topic);
    return http_client(&(hearth_app_opts){.state = w}, routes);
}

static void end(world *w, hearth_client *t)
{
    hearth_client_free(t);
    hearth_topic_free(w->topic);
}

static hearth_pending *begin(hearth_client *t, const char *place, int seen, int ms)
{
    char target[64];

    snprintf(target, sizeof target, "%s?seen=%d&ms=%d", place, seen, ms);
    return hearth_call_begin(t, &(hearth_call){.target = target});
}

#define CLIENTS 20

START_TEST(everybody_learns_of_what_is_published)
{
    hearth_pending *p[CLIENTS];
    world w;
    hearth_client *t = client(&w);

    for (int i = 0; i < CLIENTS; i++)
        p[i] = begin(t, places[_i], 0, 60000);
    ck_assert_str_eq(hearth_call_post(t, "/publish", NULL)->body.ptr, "1");
    for (int i = 0; i < CLIENTS; i++)
        ck_assert_str_eq(hearth_call_finish(p[i])->body.ptr, "1!");
    end(&w, t);
}
END_TEST

START_TEST(who_has_missed_something_is_answered_at_once)
{
    world w;
    hearth_client *t = client(&w);

    hearth_topic_publish(w.topic);
    hearth_topic_publish(w.topic);
    ck_assert_str_eq(hearth_call_finish(begin(t, places[_i], 1, 60000))->body.ptr, "2!");
    /* Also who comes from a server that has since begun anew. */
    ck_assert_str_eq(hearth_call_finish(begin(t, places[_i], 57, 60000))->body.ptr, "2!");
    end(&w, t);
}
END_TEST

START_TEST(when_nothing_happens_the_answer_is_204)
{
    world w;
    hearth_client *t = client(&w);
    hearth_pending *p = begin(t, places[_i], 0, 20);

    hearth_client_advance(t, 200);
    const hearth_answer *r = hearth_call_finish(p);

    ck_assert_int_eq(r->status, 204);
    ck_assert_uint_eq(hearth_topic_publish(w.topic), 1); /* nobody is left in the list */
    ck_assert(!http_logged(t, "WARN"));
    end(&w, t);
}
END_TEST

START_TEST(who_hangs_up_leaves_the_list)
{
    world w;
    hearth_client *t = client(&w);
    hearth_pending *p[4];

    for (int i = 0; i < 4; i++)
        p[i] = begin(t, places[_i], 0, 60000);
    hearth_call_abort(p[1]);
    hearth_call_abort(p[3]);
    hearth_topic_publish(w.topic);
    ck_assert_str_eq(hearth_call_finish(p[0])->body.ptr, "1!");
    ck_assert_str_eq(hearth_call_finish(p[2])->body.ptr, "1!");
    end(&w, t);
}
END_TEST

START_TEST(a_middleware_that_answers_takes_it_out_of_the_list)
{
    world w;
    hearth_client *t = client(&w);

    ck_assert_int_eq(hearth_call_get(t, "/overruled")->status, 202);
    hearth_topic_publish(w.topic);
    ck_assert_int_eq(hearth_call_get(t, "/bad")->status, 400);
    end(&w, t);
}
END_TEST

START_TEST(the_end_of_a_topic_wakes_who_waits)
{
    world w;
    hearth_client *t = client(&w);
    hearth_pending *p = begin(t, places[_i], 0, 60000);
    hearth_topic *old = w.topic;

    ck_assert_str_eq(hearth_call_finish(begin(t, places[_i], 9, 60000))->body.ptr, "0!");
    /* Over the wire there is no telling whether it waits, and for which. */
    if (getenv("HEARTH_TEST_WIRE") == NULL) {
        w.topic = hearth_topic_new();
        hearth_topic_free(old);
    }
    hearth_topic_publish(w.topic);
    ck_assert_str_eq(hearth_call_finish(p)->body.ptr, "1!");
    end(&w, t);
}
END_TEST

START_TEST(a_stop_ends_the_waiting)
{
    world w;
    hearth_client *t = client(&w);

    (void)begin(t, places[_i], 0, 60000);
    (void)begin(t, places[_i], 0, 60000);
    end(&w, t);
}
END_TEST

SUITE("http/topic", LOOP(everybody_learns_of_what_is_published, 0,
                         2) LOOP(who_has_missed_something_is_answered_at_once, 0, 2)
                        LOOP(when_nothing_happens_the_answer_is_204, 0, 2)
                            LOOP(who_hangs_up_leaves_the_list, 0, 2)
                                TEST(a_middleware_that_answers_takes_it_out_of_the_list)
                                    LOOP(the_end_of_a_topic_wakes_who_waits, 0, 2)
                                        LOOP(a_stop_ends_the_waiting, 0, 2))
