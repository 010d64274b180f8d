/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The worker pool: one lock, one queue, threads made when a job would otherwise wait.  At
 * most one wake-up of a sleeping worker is under way at a time; the one that wakes passes
 * it on when there is more to do.  So a reactor that hands over a burst pays for one
 * wake-up, and workers that are awake get the short jobs.
 */

#include "net/inner.h"
#include "net/thread.h"

#include "core/clock.h"
#include "core/error.h"

#include <stdlib.h>

struct hearth__pool {
    pthread_mutex_t lock;
    pthread_cond_t work;  /* a job for one that sleeps, or stop */
    pthread_cond_t quiet; /* nothing queued, nothing running */
    hearth__job *first, **last;
    size_t queued, max_queued;
    int made, max_made;
    int running;  /* workers inside a job */
    int sleeping; /* workers inside the wait for `work` */
    int draining; /* callers inside drain() */
    bool waking;  /* a sleeper has been signalled and has not looked yet */
    bool stop;
    pthread_t thread[];
};

/* With the lock held: should the caller signal `work` once it has let go of the lock? */
static bool wants_signal(hearth__pool *p)
{
    if (p->queued == 0 || p->sleeping == 0 || p->waking)
        return false;
    p->waking = true;
    return true;
}

static hearth__job *take(hearth__pool *p)
{
    hearth__job *j = p->first;

    p->first = j->next;
    if (p->first == NULL)
        p->last = &p->first;
    p->queued--;
    return j;
}

static void *work(void *arg)
{
    hearth__pool *p = arg;

    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (p->queued == 0 && !p->stop) {
            p->sleeping++;
            pthread_cond_wait(&p->work, &p->lock);
            p->sleeping--;
            p->waking = false;
        }
        if (p->stop)
            break;
        hearth__job *j = take(p);
        bool signal = wants_signal(p);

        p->running++;
        pthread_mutex_unlock(&p->lock);
        if (signal)
            pthread_cond_signal(&p->work);
        j->run(j);
        hearth__reactor_finished(j->reactor, j);
        pthread_mutex_lock(&p->lock);
        p->running--;
        if (p->draining > 0 && p->running == 0 && p->queued == 0)
            pthread_cond_broadcast(&p->quiet);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static bool init_locks(hearth__pool *p)
{
    if (pthread_mutex_init(&p->lock, NULL) != 0)
        return false;
    if (hearth__cond_init(&p->work)) {
        if (hearth__cond_init(&p->quiet))
            return true;
        pthread_cond_destroy(&p->work);
    }
    pthread_mutex_destroy(&p->lock);
    return false;
}

hearth__pool *hearth__pool_new(int threads, size_t queue, hearth_error *err)
{
    if (threads < 1 || threads > HEARTH__MAX_THREADS || queue < 1) {
        hearth__error_set(err, HEARTH_EINVAL,
                          "a worker pool needs 1 to %d threads and a queue",
                          HEARTH__MAX_THREADS);
        return NULL;
    }
    hearth__pool *p = calloc(1, sizeof(*p) + (size_t)threads * sizeof(p->thread[0]));

    if (p == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory for the worker pool");
        return NULL;
    }
    p->last = &p->first;
    p->max_queued = queue;
    p->max_made = threads;
    if (!init_locks(p)) {
        free(p);
        hearth__error_set(err, HEARTH_ENOMEM, "no lock to be had for the worker pool");
        return NULL;
    }
    return p;
}

/* With the lock held.  A worker that is not running takes one job of the queue. */
static bool add_worker(hearth__pool *p)
{
    if (p->made == p->max_made || p->queued <= (size_t)(p->made - p->running))
        return false;
    if (!hearth__thread_start(&p->thread[p->made], "hearth-w", p->made, work, p))
        return false;
    p->made++;
    return true;
}

static int submit(hearth__pool *p, hearth__reactor *r, hearth__job *j, size_t limit)
{
    int rc = 0;
    bool signal = false;

    j->next = NULL;
    j->reactor = r;
    pthread_mutex_lock(&p->lock);
    if (p->queued >= limit) {
        rc = HEARTH_EBUSY;
        goto out;
    }
    *p->last = j;
    p->last = &j->next;
    p->queued++;
    if (add_worker(p))
        goto out;
    if (p->made == 0) {
        take(p); /* without workers it is the only one */
        rc = HEARTH_ENOMEM;
        goto out;
    }
    signal = wants_signal(p);
out:
    pthread_mutex_unlock(&p->lock);
    if (signal)
        pthread_cond_signal(&p->work);
    return rc;
}

int hearth__pool_submit(hearth__pool *p, hearth__reactor *r, hearth__job *j)
{
    return submit(p, r, j, p->max_queued);
}

int hearth__pool_submit_past(hearth__pool *p, hearth__reactor *r, hearth__job *j)
{
    return submit(p, r, j, SIZE_MAX);
}

int hearth__pool_drain(hearth__pool *p, int64_t wait_ms)
{
    int64_t until_us = hearth__clock_us() + wait_ms * 1000;
    bool in_time = true;

    pthread_mutex_lock(&p->lock);
    p->draining++;
    while (in_time && (p->queued > 0 || p->running > 0))
        in_time = hearth__cond_until(&p->quiet, &p->lock, until_us);
    p->draining--;
    int rc = p->queued > 0 || p->running > 0 ? HEARTH_ETIMEOUT : 0;

    pthread_mutex_unlock(&p->lock);
    return rc;
}

void hearth__pool_free(hearth__pool *p)
{
    if (p == NULL)
        return;
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->made; i++)
        pthread_join(p->thread[i], NULL);
    pthread_cond_destroy(&p->quiet);
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
