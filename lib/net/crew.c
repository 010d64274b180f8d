/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * One lock, a queue of what is due, a heap of what will be.  The heap's first is what the
 * sleepers wait for: each that wakes moves what has come due to the queue and takes one.
 */
#include "net/crew.h"

#include "net/inner.h"
#include "net/thread.h"

#include "core/clock.h"
#include "core/size.h"

#include <stdlib.h>

#define NEVER INT64_MAX

struct hearth__crew {
    pthread_mutex_t lock;
    pthread_cond_t work;  /* something is due, or earlier than before, or stop */
    pthread_cond_t quiet; /* nothing due, nothing running; or a thread has ended */
    hearth__chore *first, **last;
    int ndue;             /* in that list */
    hearth__chore **heap; /* of those with a time */
    size_t nheap, cap;
    int made, max_made, sleeping, running;
    bool started, stopping;
    int64_t ahead_us; /* of the clock */
    pthread_t *thread;
};

/* ---- the heap -------------------------------------------------------------------- */

static void sift_up(hearth__crew *w, size_t i)
{
    hearth__chore *j = w->heap[i];

    while (i > 0 && w->heap[(i - 1) / 2]->due_us > j->due_us) {
        w->heap[i] = w->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    w->heap[i] = j;
}

static void sift_down(hearth__crew *w, size_t i)
{
    hearth__chore *j = w->heap[i];

    for (size_t child; (child = 2 * i + 1) < w->nheap; i = child) {
        if (child + 1 < w->nheap && w->heap[child + 1]->due_us < w->heap[child]->due_us)
            child++;
        if (w->heap[child]->due_us >= j->due_us)
            break;
        w->heap[i] = w->heap[child];
    }
    w->heap[i] = j;
}

static hearth__chore *pop(hearth__crew *w)
{
    hearth__chore *j = w->heap[0];

    w->heap[0] = w->heap[--w->nheap];
    if (w->nheap > 0)
        sift_down(w, 0);
    return j;
}

static bool heap_room(hearth__crew *w)
{
    size_t cap = w->cap == 0 ? 16 : w->cap * 2, bytes;
    hearth__chore **grown;

    if (w->nheap < w->cap)
        return true;
    if (!hearth__size_mul(cap, sizeof *grown, &bytes))
        return false;
    grown = realloc(w->heap, bytes);
    if (grown == NULL)
        return false;
    w->heap = grown;
    w->cap = cap;
    return true;
}

/* ---- the queue, with the lock held ------------------------------------------------- */

static void append(hearth__crew *w, hearth__chore *j)
{
    j->next = NULL;
    *w->last = j;
    w->last = &j->next;
    w->ndue++;
}

static void move_due(hearth__crew *w, int64_t now_us)
{
    while (w->nheap > 0 && w->heap[0]->due_us <= now_us)
        append(w, pop(w));
}

static hearth__chore *take(hearth__crew *w)
{
    hearth__chore *j = w->first;

    w->first = j->next;
    if (w->first == NULL)
        w->last = &w->first;
    w->ndue--;
    return j;
}

static int64_t next_due(const hearth__crew *w)
{
    return w->nheap == 0 ? NEVER : w->heap[0]->due_us;
}

/* Drop all of a list and of the heap, without the lock.  How many. */
static size_t drop_all(hearth__crew *w, bool due)
{
    size_t n = 0;

    pthread_mutex_lock(&w->lock);
    for (;;) {
        hearth__chore *j = w->nheap > 0              ? pop(w)
                           : due && w->first != NULL ? take(w)
                                                     : NULL;

        if (j == NULL)
            break;
        n++;
        pthread_mutex_unlock(&w->lock);
        j->drop(j);
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return n;
}

/* ---- threads ------------------------------------------------------------------------ */

static void do_one(hearth__crew *w)
{
    hearth__chore *j = take(w);

    w->running++;
    pthread_mutex_unlock(&w->lock);
    j->run(j);
    pthread_mutex_lock(&w->lock);
    w->running--;
    if (w->running == 0 && w->first == NULL)
        pthread_cond_broadcast(&w->quiet);
}

static void sleep_on(hearth__crew *w)
{
    int64_t until_us = next_due(w);

    w->sleeping++;
    if (until_us == NEVER)
        pthread_cond_wait(&w->work, &w->lock);
    else
        (void)hearth__cond_until(&w->work, &w->lock, until_us - w->ahead_us);
    w->sleeping--;
}

static void *work(void *arg)
{
    hearth__crew *w = arg;

    pthread_mutex_lock(&w->lock);
    for (;;) {
        if (!w->stopping)
            move_due(w, hearth__clock_us() + w->ahead_us);
        if (w->first != NULL)
            do_one(w);
        else if (w->stopping)
            break;
        else
            sleep_on(w);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* With the lock held: see to it that somebody looks. */
static void call(hearth__crew *w)
{
    if (!w->started || w->max_made == 0)
        return;
    /* Those that are awake and not at work will look, too. */
    int idle = w->made - w->running;

    if ((idle == 0 || w->ndue > idle) && w->made < w->max_made &&
        hearth__thread_start(&w->thread[w->made], "hearth-t", w->made, work, w))
        w->made++;
    else if (w->sleeping > 0)
        pthread_cond_signal(&w->work);
}

/* ---- life --------------------------------------------------------------------------- */

hearth__crew *hearth__crew_new(void)
{
    hearth__crew *w = calloc(1, sizeof *w);

    if (w == NULL || pthread_mutex_init(&w->lock, NULL) != 0)
        goto fail;
    w->last = &w->first;
    if (hearth__cond_init(&w->work)) {
        if (hearth__cond_init(&w->quiet))
            return w;
        pthread_cond_destroy(&w->work);
    }
    pthread_mutex_destroy(&w->lock);
fail:
    free(w);
    return NULL;
}

void hearth__crew_free(hearth__crew *w)
{
    if (w == NULL)
        return;
    (void)drop_all(w, true);
    pthread_cond_destroy(&w->quiet);
    pthread_cond_destroy(&w->work);
    pthread_mutex_destroy(&w->lock);
    free(w->heap);
    free(w->thread);
    free(w);
}

void hearth__crew_open(hearth__crew *w)
{
    pthread_mutex_lock(&w->lock);
    w->stopping = false;
    pthread_mutex_unlock(&w->lock);
}

int hearth__crew_start(hearth__crew *w, int threads)
{
    pthread_t *room = threads == 0 ? NULL : calloc((size_t)threads, sizeof *room);

    if (threads > 0 && room == NULL)
        return HEARTH_ENOMEM;
    pthread_mutex_lock(&w->lock);
    free(w->thread);
    w->thread = room;
    w->max_made = threads;
    w->made = 0;
    w->started = true;
    if (w->first != NULL || w->nheap > 0)
        call(w);
    pthread_mutex_unlock(&w->lock);
    return 0;
}

void hearth__crew_do(hearth__crew *w, hearth__chore *j)
{
    pthread_mutex_lock(&w->lock);
    append(w, j);
    call(w);
    pthread_mutex_unlock(&w->lock);
}

int hearth__crew_at(hearth__crew *w, hearth__chore *j, int64_t due_us)
{
    int rc = HEARTH_ENOMEM;

    pthread_mutex_lock(&w->lock);
    if (w->stopping) {
        rc = HEARTH_EUNAVAILABLE;
    } else if (heap_room(w)) {
        rc = 0;
        j->due_us = due_us;
        w->heap[w->nheap++] = j;
        sift_up(w, w->nheap - 1);
        if (w->heap[0] == j)
            call(w);
    }
    pthread_mutex_unlock(&w->lock);
    return rc;
}

void hearth__crew_ahead(hearth__crew *w, int64_t us)
{
    pthread_mutex_lock(&w->lock);
    w->ahead_us += us;
    /* So that settle() finds what is due now. */
    move_due(w, hearth__clock_us() + w->ahead_us);
    for (int i = 0; i < w->ndue; i++)
        call(w);
    pthread_cond_broadcast(&w->work);
    pthread_mutex_unlock(&w->lock);
}

static bool busy(const hearth__crew *w)
{
    return w->running > 0 || w->first != NULL;
}

int hearth__crew_stop(hearth__crew *w, int64_t wait_ms, size_t *dropped)
{
    int64_t until_us = hearth__clock_us() + wait_ms * 1000;
    bool in_time = true;

    *dropped = 0;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_broadcast(&w->work);
    while (in_time && w->max_made > 0 && busy(w))
        in_time = hearth__cond_until(&w->quiet, &w->lock, until_us);
    pthread_mutex_unlock(&w->lock);
    *dropped = drop_all(w, true);
    pthread_mutex_lock(&w->lock);
    bool stuck = w->running > 0;

    w->started = false;
    pthread_mutex_unlock(&w->lock);
    if (stuck)
        return HEARTH_ETIMEOUT;
    for (int i = 0; i < w->made; i++)
        pthread_join(w->thread[i], NULL);
    w->made = 0;
    return 0;
}

int64_t hearth__crew_run(hearth__crew *w, int64_t now_us)
{
    int64_t next;

    pthread_mutex_lock(&w->lock);
    for (;;) {
        move_due(w, now_us);
        if (w->first == NULL)
            break;
        do_one(w);
    }
    next = next_due(w);
    pthread_mutex_unlock(&w->lock);
    return next == NEVER ? -1 : next;
}

void hearth__crew_settle(hearth__crew *w)
{
    pthread_mutex_lock(&w->lock);
    while (busy(w))
        pthread_cond_wait(&w->quiet, &w->lock);
    pthread_mutex_unlock(&w->lock);
}
