/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_TIMER_H
#define HEARTH_NET_TIMER_H

/*
 * A timer wheel: thousands of deadlines, most of which never come due.  Arming, moving
 * and stopping are O(1); a deadline fires at most one tick (HEARTH__TICK_MS) late and
 * never early.  Pure: time is handed in. Not thread-safe: a wheel belongs to one reactor.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEARTH__TICK_MS 64

typedef struct hearth__timer hearth__timer;
typedef void hearth__timer_fn(hearth__timer *t); /* the timer is stopped when called and
                                                    may be armed again or freed */

/* Embed it; zeroed is stopped. */
struct hearth__timer {
    hearth__timer *next, *prev;
    int64_t due_ms;
    hearth__timer_fn *fn;
};

typedef struct hearth__wheel hearth__wheel;

hearth__wheel *hearth__wheel_new(int64_t now_ms); /* NULL when out of memory */
void hearth__wheel_free(hearth__wheel *w); /* armed timers are forgotten, not fired */
void hearth__timer_set(hearth__wheel *w, hearth__timer *t,
                       int64_t due_ms);                      /* arm or move */
void hearth__timer_stop(hearth__wheel *w, hearth__timer *t); /* a stopped one is fine */
bool hearth__timer_armed(const hearth__timer *t);
/* Fire all that are due, in order of ticks. */
void hearth__wheel_run(hearth__wheel *w, int64_t now_ms);
/* Milliseconds until run() may have something to do, -1 when nothing is armed. */
int64_t hearth__wheel_next(const hearth__wheel *w, int64_t now_ms);

#endif
