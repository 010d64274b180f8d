/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A table of sets, as caches have them: who hashes to a full set takes the place of one
 * whose window is over, else of the one that tried least.  So a million addresses cost
 * nothing more, and push out each other rather than the one that tries again and again.
 */
#include "auth/throttle.h"

#include "core/rand.h"

#include <stdlib.h>

bool hearth__throttle_init(hearth__throttle *t, size_t nsets, int64_t most,
                           int64_t window_s)
{
    t->set = calloc(nsets, sizeof *t->set);
    if (t->set == NULL)
        return false;
    t->nsets = nsets;
    t->most = most;
    t->window_s = window_s;
    t->key[0] = hearth__rand_u64();
    t->key[1] = hearth__rand_u64();
    for (size_t i = 0; i < HEARTH__THROTTLE_STRIPES; i++)
        pthread_mutex_init(&t->stripe[i], NULL);
    return true;
}

void hearth__throttle_clear(hearth__throttle *t)
{
    if (t->set == NULL)
        return;
    for (size_t i = 0; i < HEARTH__THROTTLE_STRIPES; i++)
        pthread_mutex_destroy(&t->stripe[i]);
    free(t->set);
    t->set = NULL;
}

static uint64_t id_of(const hearth__throttle *t, const void *who, size_t n)
{
    uint64_t id = hearth__rand_hash(who, n, t->key);

    return id == 0 ? 1 : id;
}

static pthread_mutex_t *lock_of(hearth__throttle *t, uint64_t id)
{
    return &t->stripe[id & (HEARTH__THROTTLE_STRIPES - 1)];
}

static hearth__tries *set_of(hearth__throttle *t, uint64_t id)
{
    return t->set[id & (t->nsets - 1)];
}

/* Whose place is needed least: lower is less. */
static int64_t worth(const hearth__tries *e, int64_t now_s)
{
    return e->id == 0 ? -1 : e->ends_s <= now_s ? 0 : e->count;
}

/* His, or one that he may have. */
static hearth__tries *place(hearth__tries *set, uint64_t id, int64_t now_s)
{
    hearth__tries *least = set;

    for (size_t i = 0; i < HEARTH__THROTTLE_WAYS; i++) {
        if (set[i].id == id)
            return &set[i];
        if (worth(&set[i], now_s) < worth(least, now_s))
            least = &set[i];
    }
    return least;
}

int64_t hearth__throttle_take(hearth__throttle *t, const void *who, size_t n,
                              int64_t now_s)
{
    uint64_t id = id_of(t, who, n);
    pthread_mutex_t *lock = lock_of(t, id);
    hearth__tries *e;
    int64_t wait_s = 0;

    pthread_mutex_lock(lock);
    e = place(set_of(t, id), id, now_s);
    if (e->id != id || e->ends_s <= now_s)
        *e = (hearth__tries){id, now_s + t->window_s, 0};
    if (e->count >= t->most)
        wait_s = e->ends_s - now_s;
    else
        e->count++;
    pthread_mutex_unlock(lock);
    return wait_s;
}

void hearth__throttle_give(hearth__throttle *t, const void *who, size_t n, bool all)
{
    uint64_t id = id_of(t, who, n);
    pthread_mutex_t *lock = lock_of(t, id);
    hearth__tries *set = set_of(t, id);

    pthread_mutex_lock(lock);
    for (size_t i = 0; i < HEARTH__THROTTLE_WAYS; i++)
        if (set[i].id == id) {
            if (set[i].count > 0)
                set[i].count--;
            if (all)
                set[i] = (hearth__tries){0, 0, 0};
        }
    pthread_mutex_unlock(lock);
}
