/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Publishing against subscribing, from many threads: nothing is lost. */

#include "app/async.h"
#include "ctx.h"
#include "suite.h"

#include <hearth/topic.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define PUBLISHED 3000
#define WAITERS   3

static int then(hearth_ctx *c)
{
    (void)c;
    return 204;
}

static void wake(void *self)
{
    atomic_int *n = self;

    atomic_fetch_add(n, 1);
}

typedef struct subscriber {
    hearth_topic *topic;
    hearth_app *app;
    bool leaves; /* now and then gives up while it waits */
} subscriber;

/* One request: waits for a version other than `seen` until it comes. */
static void ask(subscriber *s, uint64_t seen, bool leave)
{
    hearth_ctx *c = hearth__ctx_take(NULL, s->app);
    atomic_int woken = 0;

    ck_assert_ptr_nonnull(c);
    c->goes_on = true;
    int rc = hearth_topic_wait(c, s->topic, seen, 1000, then, NULL);

    if (rc == HEARTH_PENDING) {
        hearth__wait_park(c, wake, &woken);
        if (!leave || !hearth__wait_over(c, HEARTH_ECANCELED)) {
            while (atomic_load(&woken) == 0)
                sched_yield();
            hearth__wait_fired(c);
            ck_assert_int_eq(hearth__wait_then(c), 204);
        }
    } else {
        ck_assert_int_eq(rc, 204);
    }
    hearth__ctx_put(NULL, c);
}

static void *subscribe(void *arg)
{
    subscriber *s = arg;
    uint64_t seen = 0;

    for (int i = 0; seen < PUBLISHED; i++) {
        ask(s, seen, s->leaves && i % 2 == 0);
        uint64_t now = hearth_topic_version(s->topic);

        ck_assert(s->leaves || now > seen);
        seen = now;
    }
    return NULL;
}

START_TEST(nothing_is_lost_when_publishing_races_subscribing)
{
    bare *t = bare_get();
    hearth_topic *topic = hearth_topic_new();
    subscriber s[WAITERS];
    pthread_t thread[WAITERS];

    for (int i = 0; i < WAITERS; i++) {
        s[i] = (subscriber){topic, t->app, i == 0};
        ck_assert_int_eq(pthread_create(&thread[i], NULL, subscribe, &s[i]), 0);
    }
    for (int i = 0; i < PUBLISHED; i++) {
        hearth_topic_publish(topic);
        if (i % 4 == 0)
            sched_yield();
    }
    for (int i = 0; i < WAITERS; i++)
        pthread_join(thread[i], NULL);
    ck_assert_uint_eq(hearth_topic_version(topic), PUBLISHED);
    hearth_topic_free(topic);
    bare_close(t);
}
END_TEST

START_TEST(a_request_that_ends_without_parking_leaves_the_list)
{
    bare *t = bare_get();
    hearth_topic *topic = hearth_topic_new();

    t->c->goes_on = true;
    ck_assert_int_eq(hearth_topic_wait(t->c, topic, 0, 1000, then, NULL), HEARTH_PENDING);
    bare_close(t);
    ck_assert_uint_eq(hearth_topic_publish(topic), 1);
    hearth_topic_free(topic);
    hearth_topic_free(NULL);
}
END_TEST

START_TEST(what_cannot_wait_says_why)
{
    bare *t = bare_get();
    hearth_topic *topic = hearth_topic_new();

    ck_assert_int_eq(hearth_topic_wait(t->c, topic, 0, 1000, then, NULL), HEARTH_ESTATE);
    t->c->goes_on = true;
    ck_assert_int_eq(hearth_topic_wait(t->c, topic, 0, 0, then, NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_topic_wait(t->c, topic, 0, 1, NULL, NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_topic_wait(t->c, topic, 1, 0, then, NULL), 204);
    hearth_topic_free(topic);
    bare_close(t);
}
END_TEST

SUITE("app/topic", TEST(nothing_is_lost_when_publishing_races_subscribing)
                       TEST(a_request_that_ends_without_parking_leaves_the_list)
                           TEST(what_cannot_wait_says_why))
