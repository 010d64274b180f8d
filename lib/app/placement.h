/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_PLACEMENT_H
#define HEARTH_APP_PLACEMENT_H

/*
 * Where a route's handler runs: the decision behind HEARTH_AUTO.
 *
 * A route starts on workers.  Once HEARTH__PLACE_RUNS runs in a row each took less than
 * HEARTH__PLACE_SHORT_US it moves to the reactor; one run there that takes longer than
 * HEARTH__PLACE_LONG_US sends it back and doubles the number of short runs wanted next
 * time (to at most HEARTH__PLACE_HOLD times).  Shared by all reactors and workers:
 * atomics, no lock.
 */

#include <hearth/route.h>

/* Atomics in a struct that C++ never sees. */
#include <stdatomic.h>

#define HEARTH__PLACE_RUNS           64
#define HEARTH__PLACE_SHORT_US       200
#define HEARTH__PLACE_LONG_US        2000
#define HEARTH__PLACE_HOLD           1024
#define HEARTH__PLACE_SLOW_INLINE_US 10000 /* logged, whatever the route says */

typedef struct hearth__placement {
    hearth_run wanted;     /* what the route says */
    atomic_bool is_inline; /* for HEARTH_AUTO */
    atomic_int short_runs; /* in a row */
    atomic_int hold; /* multiplies HEARTH__PLACE_RUNS, 1 at first (0 = not used yet counts
                        as 1) */
    atomic_int moves;
    /* Only when they are wanted: every request pays for them. */
    atomic_uint_fast64_t inline_runs, worker_runs;
    atomic_llong total_us, longest_us;
} hearth__placement;

typedef enum hearth__moved {
    HEARTH__STAYED,
    HEARTH__MOVED_INLINE,
    HEARTH__MOVED_WORKER
} hearth__moved;

void hearth__placement_init(hearth__placement *p, hearth_run wanted);
bool hearth__placement_inline(const hearth__placement *p);
/* For the figures of it. */
void hearth__placement_count(hearth__placement *p, bool was_inline, int64_t took_us);
/* Tell it how long a run took, and where it ran. */
hearth__moved hearth__placement_ran(hearth__placement *p, bool was_inline,
                                    int64_t took_us);

#endif
