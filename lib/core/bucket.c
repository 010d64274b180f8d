/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The generic cell rate algorithm: a token moves the time at which the bucket is full
 * again by one step, and may be had while that time is at most one depth ahead.
 *
 * A key without a slot begins where the one was whose slot it takes.  `floor_us` of a set is
 * the latest of those times that was ever thrown out of it, and holds even when a slot has
 * become free since; once that time is over, it says nothing any more.
 */
#include "core/bucket.h"

#include "core/rand.h"
#include "core/size.h"

#include <pthread.h>
#include <stdlib.h>

#define WAYS   8
#define SHARDS 32

typedef struct set {
    uint64_t tag[WAYS];
    int64_t full_at_us[WAYS];
    int64_t floor_us;
} set;

struct hearth__buckets {
    uint64_t key[2];
    size_t mask; /* sets - 1, a power of two */
    pthread_mutex_t lock[SHARDS];
    set sets[];
};

hearth__buckets *hearth__buckets_new(size_t keys)
{
    size_t n = 1, size;
    hearth__buckets *b;

    while (n < keys / WAYS + (keys % WAYS != 0))
        n *= 2;
    if (hearth__rand_init() != 0 || !hearth__size_mul(n, sizeof(set), &size) ||
        !hearth__size_add(size, sizeof *b, &size))
        return NULL;
    b = calloc(1, size);
    if (b == NULL)
        return NULL;
    b->mask = n - 1;
    hearth__rand_bytes(b->key, sizeof b->key);
    for (size_t i = 0; i < SHARDS; i++)
        pthread_mutex_init(&b->lock[i], NULL);
    return b;
}

void hearth__buckets_free(hearth__buckets *b)
{
    if (b == NULL)
        return;
    for (size_t i = 0; i < SHARDS; i++)
        pthread_mutex_destroy(&b->lock[i]);
    free(b);
}

/* The set of a key with its lock held, and the tag, which is never 0. */
static set *lock_set(hearth__buckets *b, const void *key, size_t len, uint64_t *tag)
{
    uint64_t h = hearth__rand_hash(key, len, b->key);
    size_t i = (size_t)(h >> 32) & b->mask;

    *tag = h | 1;
    pthread_mutex_lock(&b->lock[i % SHARDS]);
    return &b->sets[i];
}

static void unlock_set(hearth__buckets *b, const set *s)
{
    pthread_mutex_unlock(&b->lock[(size_t)(s - b->sets) % SHARDS]);
}

static int find(const set *s, uint64_t tag)
{
    for (int i = 0; i < WAYS; i++)
        if (s->tag[i] == tag)
            return i;
    return -1;
}

/* The slot that is worth least: an empty one, or the one that is full soonest. */
static int worst(const set *s)
{
    int w = 0;

    for (int i = 1; i < WAYS; i++)
        if (s->full_at_us[i] < s->full_at_us[w])
            w = i;
    return w;
}

/* Where a key begins that has no slot. */
static int64_t begin_us(const set *s)
{
    int64_t least_us = s->full_at_us[worst(s)];

    return least_us > s->floor_us ? least_us : s->floor_us;
}

static void put(set *s, int at, uint64_t tag, int64_t full_at_us)
{
    if (at < 0) {
        s->floor_us = begin_us(s);
        at = worst(s);
    }
    s->tag[at] = tag;
    s->full_at_us[at] = full_at_us;
}

hearth__drawn hearth__buckets_take(hearth__buckets *b, const hearth__rate *rate,
                                   const void *key, size_t len, int64_t n, int64_t now_us)
{
    uint64_t tag;
    set *s = lock_set(b, key, len, &tag);
    int at = find(s, tag);
    int64_t full_at = at < 0 ? begin_us(s) : s->full_at_us[at];
    hearth__drawn t = {.ok = false};

    if (full_at < now_us)
        full_at = now_us;
    if (n <= rate->depth_us / rate->step_us) {
        int64_t over = full_at - now_us + n * rate->step_us - rate->depth_us;

        t.ok = over <= 0;
        t.retry_us = t.ok ? 0 : over;
    } else {
        t.retry_us = INT64_MAX; /* more than it ever holds */
    }
    if (t.ok) {
        full_at += n * rate->step_us;
        put(s, at, tag, full_at);
    }
    unlock_set(b, s);
    t.full_us = full_at - now_us;
    t.left = (rate->depth_us - t.full_us) / rate->step_us;
    if (t.left < 0)
        t.left = 0;
    return t;
}

void hearth__buckets_give(hearth__buckets *b, const hearth__rate *rate, const void *key,
                          size_t len, int64_t n)
{
    uint64_t tag;
    set *s = lock_set(b, key, len, &tag);
    int at = find(s, tag);

    if (at >= 0 && s->full_at_us[at] > n * rate->step_us)
        s->full_at_us[at] -= n * rate->step_us;
    unlock_set(b, s);
}

void hearth__buckets_refill(hearth__buckets *b, const void *key, size_t len)
{
    uint64_t tag;
    set *s = lock_set(b, key, len, &tag);
    int at = find(s, tag);

    if (at >= 0)
        s->full_at_us[at] = 0; /* keeps its slot, and is the first to go */
    unlock_set(b, s);
}
