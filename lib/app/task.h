/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_TASK_H
#define HEARTH_APP_TASK_H

/*
 * Tasks and hooks, for those who start and stop an application: lib/boot and the client for
 * tests.
 */

#include "app/ctx.h"
#include "net/crew.h"

#include <hearth/task.h>

typedef struct hearth__after_task {
    hearth__chore chore; /* first: it is cast back; the first task's is used */
    hearth_ctx *c;
    struct hearth__after_task *next_task;
    hearth_task_fn *fn;
    void *arg;
} hearth__after_task;

/* Now, as timeouts and timers see it. */
int64_t hearth__app_now(const hearth_app *app);
/* Before it listens: start hooks, then tasks, on so many threads (0: by hand).  On failure
 * everything is as before, and the sentence in *err. */
int hearth__app_begin(hearth_app *app, int threads, hearth_error *err);
/* When no request runs any more: tasks, then stop hooks.  HEARTH_ETIMEOUT when a task still
 * runs. */
int hearth__app_end(hearth_app *app, int64_t wait_ms);
void hearth__app_hooks_free(hearth_app *app);
/* Of these: tasks. */
int hearth__tasks_begin(hearth_app *app, int threads);
void hearth__app_tasks_free(hearth_app *app);

/* Before the transport lets go of what the request borrows from it. */
void hearth__after_prepare(hearth_ctx *c);
/* The request is over: true when its tasks have taken the context. */
bool hearth__after_keeps(hearth_ctx *c);

#endif
