/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_INDEX_H
#define HEARTH_APP_INDEX_H

/*
 * A hash index from strings to pointers, filled at set-up and only read afterwards: the
 * literal children of a node of the route tree, the names of routes.
 *
 * The keys are the application's own, so the hash has no key and is fast: what a client
 * sends is looked up but never stored, and a client that finds colliding texts costs us
 * the application's few colliding keys, not its own.
 */

#include "core/arena.h"
#include "core/str.h"

typedef struct hearth__index_slot {
    hearth_str key; /* ptr NULL: empty */
    uint64_t hash;
    void *value;
} hearth__index_slot;

/* All zero is empty. */
typedef struct hearth__index {
    hearth__index_slot *slot;
    size_t n;    /* keys, at most half of the slots */
    size_t mask; /* slots - 1; a power of two */
    int shift;   /* 64 less the bits of mask */
} hearth__index;

#define HEARTH__INDEX_K UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t hearth__index_read4(const char *p)
{
    uint32_t w;

    memcpy(&w, p, sizeof w);
    return w;
}

static inline uint64_t hearth__index_read8(const char *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof w);
    return w;
}

/* Eight bytes a step; the last ones are read so that they overlap the ones before.  In a
 * product every bit has changed the bits above it and none below, so it is the highest
 * bits that choose a slot, and they are folded down before the next step. */
static inline uint64_t hearth__index_hash(hearth_str s)
{
    const char *p = s.ptr;
    size_t n = s.len;
    uint64_t h = n, tail = 0;

    if (n >= 8) {
        for (; n > 8; n -= 8, p += 8) {
            h = (h ^ hearth__index_read8(p)) * HEARTH__INDEX_K;
            h ^= h >> 32;
        }
        tail = hearth__index_read8(p + n - 8);
    } else if (n >= 4) {
        tail = hearth__index_read4(p) | hearth__index_read4(p + n - 4) << 32;
    } else if (n > 0) {
        tail = (uint64_t)(unsigned char)p[0] | (uint64_t)(unsigned char)p[n / 2] << 8 |
               (uint64_t)(unsigned char)p[n - 1] << 16;
    }
    return (h ^ tail) * HEARTH__INDEX_K;
}

/* Read the same way: for keys this short memcmp() costs more to call than to do. */
static inline bool hearth__index_same(hearth_str a, hearth_str b)
{
    const char *p = a.ptr, *q = b.ptr;
    size_t n = a.len;

    if (n != b.len)
        return false;
    if (n >= 8) {
        for (; n > 8; n -= 8, p += 8, q += 8) {
            if (hearth__index_read8(p) != hearth__index_read8(q))
                return false;
        }
        return hearth__index_read8(p + n - 8) == hearth__index_read8(q + n - 8);
    }
    if (n >= 4)
        return hearth__index_read4(p) == hearth__index_read4(q) &&
               hearth__index_read4(p + n - 4) == hearth__index_read4(q + n - 4);
    return n == 0 || (p[0] == q[0] && p[n / 2] == q[n / 2] && p[n - 1] == q[n - 1]);
}

/* hash is hearth__index_hash(key).  NULL when absent. */
static inline void *hearth__index_get(const hearth__index *x, hearth_str key,
                                      uint64_t hash)
{
    if (x->n == 0)
        return NULL;
    for (size_t i = hash >> x->shift;; i = (i + 1) & x->mask) {
        const hearth__index_slot *s = &x->slot[i];

        if (s->key.ptr == NULL)
            return NULL;
        if (s->hash == hash && hearth__index_same(s->key, key))
            return s->value;
    }
}

/* Insert or replace.  The key is not copied.  value NULL makes the key absent again, and
 * for a key that was there nothing is allocated.  HEARTH_ENOMEM leaves the index as it
 * was. */
int hearth__index_put(hearth__index *x, hearth__arena *a, hearth_str key, void *value);

#endif
