/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Topics.  Version and list of waiting requests are under one lock, so that looking and
 * entering the list is one step: what is published before is seen, what is published after
 * finds the request in the list, also when its handler has not returned yet.
 *
 * Whoever takes a request out of the list resumes its handle, with the lock held: then its
 * memory is still there, because until it is out of the list the request cannot end
 * (let_go).
 */
#include <hearth/topic.h>

#include "app/async.h"
#include "app/problem.h"

#include <pthread.h>
#include <stdlib.h>

/* In the memory of the request. */
typedef struct waiter {
    hearth_topic *topic;
    struct waiter *next, **at; /* at NULL: not in the list */
    hearth_later *later;
    hearth_handler *then;
    void *arg;
} waiter;

struct hearth_topic {
    pthread_mutex_t lock;
    uint64_t version;
    waiter *first;
    size_t refs; /* the owner's, and one for each waiter */
};

static void unlist(waiter *w)
{
    *w->at = w->next;
    if (w->next != NULL)
        w->next->at = w->at;
    w->at = NULL;
}

/* With the lock held, which it lets go of. */
static void unref(hearth_topic *t, size_t n)
{
    bool last;

    t->refs -= n;
    last = t->refs == 0;
    pthread_mutex_unlock(&t->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&t->lock);
    free(t);
}

/* The request does not wait any more. */
static void let_go(void *self)
{
    waiter *w = self;
    hearth_topic *t = w->topic;

    if (t == NULL)
        return;
    w->topic = NULL;
    pthread_mutex_lock(&t->lock);
    if (w->at != NULL) {
        unlist(w);
        (void)hearth_resume(w->later, w->then, w->arg);
    }
    unref(t, 1);
}

static void wake_all(hearth_topic *t)
{
    while (t->first != NULL) {
        waiter *w = t->first;

        unlist(w);
        (void)hearth_resume(w->later, w->then, w->arg);
    }
}

hearth_topic *hearth_topic_new(void)
{
    hearth_topic *t = calloc(1, sizeof *t);

    if (t == NULL || pthread_mutex_init(&t->lock, NULL) != 0) {
        free(t);
        return NULL;
    }
    t->refs = 1;
    return t;
}

void hearth_topic_free(hearth_topic *t)
{
    if (t == NULL)
        return;
    pthread_mutex_lock(&t->lock);
    t->version++;
    wake_all(t);
    unref(t, 1);
}

uint64_t hearth_topic_version(hearth_topic *t)
{
    uint64_t version;

    pthread_mutex_lock(&t->lock);
    version = t->version;
    pthread_mutex_unlock(&t->lock);
    return version;
}

uint64_t hearth_topic_publish(hearth_topic *t)
{
    uint64_t version;

    pthread_mutex_lock(&t->lock);
    version = ++t->version;
    wake_all(t);
    pthread_mutex_unlock(&t->lock);
    return version;
}

/* With the lock held: suspend, and enter the list. */
static int enter(hearth_ctx *c, hearth_topic *t, int timeout_ms, hearth_handler *then,
                 void *arg)
{
    waiter *w = hearth__arena_raw(&c->arena, sizeof *w);
    hearth_later *l = w == NULL ? NULL : hearth__suspend(c, timeout_ms, 204);

    if (l == NULL)
        return c->arena.failed ? HEARTH_ENOMEM : c->error.code;
    *w = (waiter){t, t->first, &t->first, l, then, arg};
    if (w->next != NULL)
        w->next->at = &w->next;
    t->first = w;
    t->refs++;
    c->wait->let_go = let_go;
    c->wait->self = w;
    return HEARTH_PENDING;
}

/* As it would be, had it waited. */
static int at_once(hearth_ctx *c, hearth_handler *then, void *arg)
{
    bool went_on = c->goes_on;
    void *before = c->then_arg;
    int rc;

    c->goes_on = true;
    c->then_arg = arg;
    rc = then(c);
    c->goes_on = went_on;
    c->then_arg = before;
    return rc;
}

int hearth_topic_wait(hearth_ctx *c, hearth_topic *t, uint64_t seen, int timeout_ms,
                      hearth_handler *then, void *arg)
{
    int rc;

    if (t == NULL || then == NULL)
        return hearth__note(c, HEARTH_EINVAL, "hearth_topic_wait: topic or then is NULL");
    pthread_mutex_lock(&t->lock);
    if (t->version != seen) {
        pthread_mutex_unlock(&t->lock);
        return at_once(c, then, arg);
    }
    rc = enter(c, t, timeout_ms, then, arg);
    pthread_mutex_unlock(&t->lock);
    return rc;
}
