/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_LATER_H
#define HEARTH_APP_LATER_H

/*
 * Handles of suspended requests, which any thread may hold, use twice, or use too late.
 *
 * A handle is the address of a slot and a tag that changes when the slot is used again, so
 * a handle that is no longer good is recognised instead of hitting another request (unless some
 * 64 000 others were suspended since).  Slots
 * are never freed while one of them is in use, not even by the end of the application.
 * Everything is under one lock of the application's: a resume either happens before the
 * end of the waiting or after it, for all who look.
 */

#include "app/ctx.h"

#include <hearth/async.h>

typedef struct hearth__laters hearth__laters;

/* Called with the lock held, from any thread: have somebody take the request up again. */
typedef void hearth__wake_fn(void *self);

hearth__laters *hearth__laters_new(void); /* NULL when out of memory */
/* The application is done with them; they go with the last one that is resumed. */
void hearth__laters_free(hearth__laters *all);

/* For a handler that runs.  NULL when out of memory. */
hearth_later *hearth__later_new(hearth__laters *all, hearth_ctx *c);
/* The handler did not suspend after all: the handle is dead. */
void hearth__later_drop(hearth_later *l);
/* The handler has returned.  wake(self) is called once when it is resumed, now if it has
 * been already. */
void hearth__later_park(hearth_later *l, hearth__wake_fn *wake, void *self);
/* After the wake: how to go on.  The handle is dead. */
void hearth__later_take(hearth_later *l, hearth_handler **then, void **arg);
/* Nobody waits any more, for the reason that hearth_resume() then returns.  False when it
 * was resumed before. */
bool hearth__later_over(hearth_later *l, int why);
/* The context is about to be released: true when its handle is out, and its holder will
 * do it. */
bool hearth__later_leave(hearth_later *l);

#endif
