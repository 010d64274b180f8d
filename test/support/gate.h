/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_GATE_H
#define HEARTH_TEST_GATE_H

/*
 * A gate that handlers wait at until the test opens it, so that a test knows what is in flight
 * without ever sleeping.  Waiting has a limit, after which the process ends: a hang is a failure.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

typedef struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int entered; /* how many have come so far */
    int passed;  /* how many have gone on */
    bool open;
} gate;

#define GATE_INIT                                                        \
    {                                                                    \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, false \
    }

static inline void gate_wait(gate *g)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 60;
    if (pthread_cond_timedwait(&g->changed, &g->lock, &until) != 0)
        abort();
}

/* From a handler. */
static inline void gate_pass(gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->entered++;
    pthread_cond_broadcast(&g->changed);
    while (!g->open)
        gate_wait(g);
    g->passed++;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

/* From the test. */
static inline void gate_await(gate *g, int entered)
{
    pthread_mutex_lock(&g->lock);
    while (g->entered < entered)
        gate_wait(g);
    pthread_mutex_unlock(&g->lock);
}

static inline void gate_await_passed(gate *g, int passed)
{
    pthread_mutex_lock(&g->lock);
    while (g->passed < passed)
        gate_wait(g);
    pthread_mutex_unlock(&g->lock);
}

static inline void gate_open(gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->open = true;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

#endif
