/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_SLOTS_H
#define HEARTH_CORE_SLOTS_H

/* How many threads may do something costly at once, and how many may wait for their turn.
 * Past both the answer is no, at once. */

#include <pthread.h>
#include <stdbool.h>

typedef struct hearth__slots {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    int most, queue;    /* set before use */
    int taken, waiting; /* under the lock */
} hearth__slots;

void hearth__slots_init(hearth__slots *s, int most, int queue);
void hearth__slots_clear(hearth__slots *s);
/* False: all are taken, and as many wait as may (none, when may_wait is false). */
bool hearth__slots_take(hearth__slots *s, bool may_wait);
void hearth__slots_give(hearth__slots *s);

#endif
