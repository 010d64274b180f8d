/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A counting semaphore whose queue has an end: a lock is taken twice for something that
 * costs thousands of times as much.
 */
#include "core/slots.h"

void hearth__slots_init(hearth__slots *s, int most, int queue)
{
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->freed, NULL);
    s->most = most;
    s->queue = queue;
    s->taken = s->waiting = 0;
}

void hearth__slots_clear(hearth__slots *s)
{
    pthread_cond_destroy(&s->freed);
    pthread_mutex_destroy(&s->lock);
}

bool hearth__slots_take(hearth__slots *s, bool may_wait)
{
    bool got;

    pthread_mutex_lock(&s->lock);
    if (s->taken >= s->most && may_wait && s->waiting < s->queue) {
        s->waiting++;
        while (s->taken >= s->most)
            pthread_cond_wait(&s->freed, &s->lock);
        s->waiting--;
    }
    got = s->taken < s->most;
    s->taken += got;
    pthread_mutex_unlock(&s->lock);
    return got;
}

void hearth__slots_give(hearth__slots *s)
{
    pthread_mutex_lock(&s->lock);
    s->taken--;
    pthread_cond_signal(&s->freed);
    pthread_mutex_unlock(&s->lock);
}
