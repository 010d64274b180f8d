/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_POOL_H
#define HEARTH_NET_POOL_H

/*
 * Worker threads for handlers that may block.  A bounded queue, threads made on demand up
 * to the limit and kept; completions go back to the reactor that submitted the job,
 * batched: one wake-up however many finish meanwhile.
 */

#include <hearth/base.h>

typedef struct hearth__reactor hearth__reactor;
typedef struct hearth__pool hearth__pool;
typedef struct hearth__job hearth__job;

/* Embed it.  run is called on a worker, then done on the reactor's thread. */
struct hearth__job {
    void (*run)(hearth__job *j);
    void (*done)(hearth__job *j);
    hearth__job *next;        /* the pool's */
    hearth__reactor *reactor; /* the pool's: where done is called */
};

hearth__pool *hearth__pool_new(int threads, size_t queue, hearth_error *err);
/* From a reactor's thread.  HEARTH_EBUSY when the queue is full, HEARTH_ENOMEM when no
 * thread at all could be made. */
int hearth__pool_submit(hearth__pool *p, hearth__reactor *r, hearth__job *j);
/* The same past the limit of the queue, for what was let in long before.  HEARTH_ENOMEM. */
int hearth__pool_submit_past(hearth__pool *p, hearth__reactor *r, hearth__job *j);
/* Wait until every submitted job has run, at most wait_ms.  HEARTH_ETIMEOUT when one
 * still runs. */
int hearth__pool_drain(hearth__pool *p, int64_t wait_ms);
/* Join all threads; only after a successful drain. */
void hearth__pool_free(hearth__pool *p);

#endif
