/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Handles: every order of resuming, waiting no more, and releasing. */

#include "app/async.h"
#include "ctx.h"
#include "suite.h"

#include <hearth/memory.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define THREADS 3
#define ROUNDS  300

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

static void deferred(void *arg)
{
    ++*(int *)arg;
}

/* A context of its own whose handle is `l`. */
typedef struct held {
    hearth_ctx *c;
    hearth_later *l;
    int deferred;
    atomic_int woken;
} held;

static void hold(held *h, hearth_app *app)
{
    h->c = hearth__ctx_take(NULL, app);
    ck_assert_ptr_nonnull(h->c);
    h->c->goes_on = true; /* as within a handler */
    h->l = hearth_suspend(h->c, 1000);
    ck_assert_ptr_nonnull(h->l);
    ck_assert_int_eq(hearth_defer(h->c, deferred, &h->deferred), 0);
}

START_TEST(a_parked_request_is_woken_once)
{
    bare *t = bare_get();
    held h = {.deferred = 0};
    hearth_handler *next;
    void *arg;

    hold(&h, t->app);
    hearth__later_park(h.l, wake, &h.woken);
    ck_assert_int_eq(h.woken, 0);
    ck_assert_int_eq(hearth_resume(h.l, then, &h), 0);
    ck_assert_int_eq(h.woken, 1);
    ck_assert_int_eq(hearth_resume(h.l, then, &h), HEARTH_ESTATE);
    ck_assert(!hearth__later_over(h.l, HEARTH_ETIMEOUT));
    hearth__later_take(h.l, &next, &arg);
    ck_assert(next == then);
    ck_assert_ptr_eq(arg, &h);
    ck_assert_int_eq(hearth_resume(h.l, then, &h), HEARTH_ESTATE);
    hearth__ctx_put(NULL, h.c);
    ck_assert_int_eq(h.deferred, 1);
    bare_close(t);
}
END_TEST

START_TEST(who_was_resumed_early_is_woken_when_it_parks)
{
    bare *t = bare_get();
    held h = {.deferred = 0};

    hold(&h, t->app);
    ck_assert_int_eq(hearth_resume(h.l, then, NULL), 0);
    hearth__later_park(h.l, wake, &h.woken);
    ck_assert_int_eq(h.woken, 1);
    hearth__ctx_put(NULL, h.c); /* and its connection is gone */
    ck_assert_int_eq(h.deferred, 1);
    bare_close(t);
}
END_TEST

START_TEST(whoever_is_last_releases_the_request)
{
    bare *t = bare_get();
    held h = {.deferred = 0};

    hold(&h, t->app);
    hearth__later_park(h.l, wake, &h.woken);
    ck_assert(hearth__later_over(h.l, HEARTH_ETIMEOUT));
    ck_assert(hearth_later_gone(h.l));
    if (_i == 0) {
        hearth__ctx_put(NULL, h.c);
        ck_assert_int_eq(h.deferred, 0);
        ck_assert_int_eq(hearth_resume(h.l, then, NULL), HEARTH_ETIMEOUT);
    } else {
        ck_assert_int_eq(hearth_resume(h.l, then, NULL), HEARTH_ETIMEOUT);
        ck_assert_int_eq(h.deferred, 0);
        hearth__ctx_put(NULL, h.c);
    }
    ck_assert_int_eq(h.deferred, 1);
    ck_assert_int_eq(h.woken, 0);
    bare_close(t);
}
END_TEST

START_TEST(a_request_that_was_never_parked_keeps_its_memory)
{
    bare *t = bare_get();
    held h = {.deferred = 0};

    hold(&h, t->app);
    hearth__ctx_put(NULL, h.c);
    ck_assert_int_eq(h.deferred, 0);
    ck_assert_int_eq(hearth_resume(h.l, then, NULL), HEARTH_ECANCELED);
    ck_assert_int_eq(h.deferred, 1);
    bare_close(t);
}
END_TEST

START_TEST(old_handles_never_meet_another_request)
{
    bare *t = bare_get();
    held first = {.deferred = 0}, h = {.deferred = 0};

    hold(&first, t->app);
    hearth__later_drop(first.l);
    for (int i = 0; i < 60000; i++) { /* through all slots and most tags */
        hold(&h, t->app);
        ck_assert_ptr_ne(h.l, first.l);
        ck_assert_int_eq(hearth_resume(first.l, then, NULL), HEARTH_ESTATE);
        hearth__later_drop(h.l);
        h.c->wait = NULL;
        hearth__ctx_put(NULL, h.c);
    }
    first.c->wait = NULL;
    hearth__ctx_put(NULL, first.c);
    bare_close(t);
}
END_TEST

START_TEST(a_handle_outlives_the_application)
{
    bare *t = bare_get();
    held h = {.deferred = 0}, other = {.deferred = 0};

    hold(&h, t->app);
    hold(&other, t->app);
    hearth__ctx_put(NULL, h.c);
    hearth__ctx_put(NULL, other.c);
    bare_close(t);
    ck_assert_int_eq(hearth_resume(h.l, then, NULL), HEARTH_ECANCELED);
    ck_assert_int_eq(hearth_resume(h.l, then, NULL), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_resume(other.l, then, NULL), HEARTH_ECANCELED);
    ck_assert_int_eq(h.deferred + other.deferred, 2);
}
END_TEST

/* ---- many threads ------------------------------------------------------------- */

typedef struct race {
    _Atomic(hearth_later *) l;
    atomic_int resumed, late, dead;
    atomic_bool stop;
} race;

static void *resume_all(void *arg)
{
    race *r = arg;

    while (!atomic_load(&r->stop)) {
        hearth_later *l = atomic_load(&r->l);

        if (l == NULL) {
            sched_yield();
            continue;
        }
        int rc = hearth_resume(l, then, NULL);

        atomic_fetch_add(rc == 0               ? &r->resumed
                         : rc == HEARTH_ESTATE ? &r->dead
                                               : &r->late,
                         1);
    }
    return NULL;
}

START_TEST(exactly_one_of_many_resumes_counts)
{
    bare *t = bare_get();
    race r = {.stop = false};
    pthread_t thread[THREADS];
    int deferred_n = 0, taken = 0, over = 0;

    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, resume_all, &r), 0);
    for (int i = 0; i < ROUNDS; i++) {
        held h = {.deferred = 0};
        int before = atomic_load(&r.resumed) + atomic_load(&r.late);

        hold(&h, t->app);
        h.c->defers = NULL;
        ck_assert_int_eq(hearth_defer(h.c, deferred, &deferred_n), 0);
        atomic_store(&r.l, h.l);
        if (i % 3 == 0)
            sched_yield();
        hearth__later_park(h.l, wake, &h.woken);
        if (i % 2 == 0 && hearth__later_over(h.l, HEARTH_ETIMEOUT)) {
            over++;
            hearth__ctx_put(NULL, h.c);
        } else {
            hearth_handler *next;
            void *arg;

            while (atomic_load(&h.woken) == 0)
                sched_yield();
            hearth__later_take(h.l, &next, &arg);
            taken++;
            h.c->wait = NULL;
            hearth__ctx_put(NULL, h.c);
        }
        while (atomic_load(&r.resumed) + atomic_load(&r.late) == before)
            sched_yield();
        atomic_store(&r.l, NULL);
    }
    atomic_store(&r.stop, true);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    ck_assert_int_eq(r.resumed, taken);
    ck_assert_int_eq(r.late, over);
    ck_assert_int_eq(deferred_n, ROUNDS);
    bare_close(t);
}
END_TEST

SUITE("app/later", TEST(a_parked_request_is_woken_once)
                       TEST(who_was_resumed_early_is_woken_when_it_parks)
                           LOOP(whoever_is_last_releases_the_request, 0, 2)
                               TEST(a_request_that_was_never_parked_keeps_its_memory)
                                   TEST(old_handles_never_meet_another_request)
                                       TEST(a_handle_outlives_the_application)
                                           TEST(exactly_one_of_many_resumes_counts))
