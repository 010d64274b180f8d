/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_CREW_H
#define HEARTH_NET_CREW_H

/*
 * Threads for work that no request waits for: what comes after answers, at a certain time,
 * or again and again.  They are made on demand and apart from the worker pool, so that such
 * work never keeps a request waiting.
 *
 * A crew that was given no threads is run by hand, with a time that is handed in.
 */

#include <hearth/base.h>

typedef struct hearth__crew hearth__crew;
typedef struct hearth__chore hearth__chore;

/* Embed it. */
struct hearth__chore {
    void (*run)(hearth__chore *j);  /* may free it or hand it in again */
    void (*drop)(hearth__chore *j); /* instead, when it is not run any more */
    int64_t due_us;                 /* the crew's */
    hearth__chore *next;
};

hearth__crew *hearth__crew_new(void); /* NULL when out of memory */
/* Nothing runs any more: drop what is there. */
void hearth__crew_free(hearth__crew *w);
/* Take in what is handed in; it is what a new one does, and one that was stopped does not. */
void hearth__crew_open(hearth__crew *w);
/* Begin to work, with at most so many threads (0: by hand).  What was handed in before is
 * done now.  May be called again after stop.  HEARTH_ENOMEM or 0. */
int hearth__crew_start(hearth__crew *w, int threads);
/* As soon as possible, in order.  Any thread. */
void hearth__crew_do(hearth__crew *w, hearth__chore *j);
/* Not before then.  0, HEARTH_ENOMEM, or HEARTH_EUNAVAILABLE while it stops. */
int hearth__crew_at(hearth__crew *w, hearth__chore *j, int64_t due_us);
/* Move the clock of its threads on: for tests. */
void hearth__crew_ahead(hearth__crew *w, int64_t us);
/* Do nothing more that is due later; finish the rest, for at most wait_ms.  Then drop what
 * has not begun, *dropped of them.  HEARTH_ETIMEOUT when one still runs: everything must
 * stay in place then; call it again, or leave it alone. */
int hearth__crew_stop(hearth__crew *w, int64_t wait_ms, size_t *dropped);
/* By hand: do all that is due; returns when to call again, -1 for never. */
int64_t hearth__crew_run(hearth__crew *w, int64_t now_us);
/* Wait until nothing is due and nothing runs. */
void hearth__crew_settle(hearth__crew *w);

#endif
