/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_BUCKET_H
#define HEARTH_CORE_BUCKET_H

/*
 * Token buckets, one for each key, in a table that never grows.
 *
 * A bucket is one number, the time at which it is full again, so a key that has been quiet
 * for long enough needs none.  A key's place is one of eight slots, chosen by SipHash under
 * a random key.  When all eight are taken, the one that is full soonest goes, and whoever
 * comes new to these eight then begins where that one was: so nobody, neither who goes
 * nor who comes, is allowed more for there being too many; some are allowed less.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct hearth__buckets hearth__buckets;

/* How fast a bucket fills and how much it holds. */
typedef struct hearth__rate {
    int64_t step_us;  /* for one token, at least 1 */
    int64_t depth_us; /* step_us times the tokens of a full one */
} hearth__rate;

typedef struct hearth__drawn {
    bool ok;
    int64_t left;     /* tokens, now */
    int64_t retry_us; /* not ok: until there are as many as were wanted */
    int64_t full_us;  /* until it is full */
} hearth__drawn;

/* For that many keys, rounded up; 16 bytes each.  NULL when out of memory, or without a
 * source of randomness. */
hearth__buckets *hearth__buckets_new(size_t keys);
void hearth__buckets_free(hearth__buckets *b);
/* Take n tokens out of a key's bucket, all or none.  now_us does not go back.  Any thread. */
hearth__drawn hearth__buckets_take(hearth__buckets *b, const hearth__rate *rate,
                                   const void *key, size_t len, int64_t n,
                                   int64_t now_us);
/* Put n tokens back that were taken a moment ago.  Any thread. */
void hearth__buckets_give(hearth__buckets *b, const hearth__rate *rate, const void *key,
                          size_t len, int64_t n);
/* The key's bucket is full again.  Any thread. */
void hearth__buckets_refill(hearth__buckets *b, const void *key, size_t len);

#endif
