/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_AUTH_THROTTLE_H
#define HEARTH_AUTH_THROTTLE_H

/*
 * How often somebody tried, in memory of fixed size.  A try is counted before it is made,
 * so that many at once are not more than one after the other; who succeeds takes it back.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEARTH__THROTTLE_WAYS    8
#define HEARTH__THROTTLE_STRIPES 64

typedef struct hearth__tries {
    uint64_t id;    /* a keyed hash of who; 0: free */
    int64_t ends_s; /* of the window */
    int64_t count;
} hearth__tries;

typedef struct hearth__throttle {
    hearth__tries (*set)[HEARTH__THROTTLE_WAYS];
    size_t nsets; /* a power of two */
    uint64_t key[2];
    int64_t most, window_s;
    pthread_mutex_t stripe[HEARTH__THROTTLE_STRIPES];
} hearth__throttle;

/* False: out of memory.  nsets is a power of two, at least HEARTH__THROTTLE_STRIPES. */
bool hearth__throttle_init(hearth__throttle *t, size_t nsets, int64_t most,
                           int64_t window_s);
void hearth__throttle_clear(hearth__throttle *t);
/* Count a try.  0: go on; else the seconds until he may try again. */
int64_t hearth__throttle_take(hearth__throttle *t, const void *who, size_t n,
                              int64_t now_s);
/* It was none: one less, or all forgotten. */
void hearth__throttle_give(hearth__throttle *t, const void *who, size_t n, bool all);

#endif
