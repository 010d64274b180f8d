/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TASK_H
#define HEARTH_TASK_H

/**
 * @file hearth/task.h
 * Work around requests: after an answer, at a certain time, again and again, at the start
 * and at the stop of the application.
 *
 *     hearth_on_start(app, open_mailer, &mailer);
 *     hearth_on_stop(app, close_mailer, &mailer);
 *     hearth_every(app, 60000, sweep, NULL);
 *     ...
 *     hearth_after(c, send_mail, mail);    (in a handler: the client does not wait for it)
 *
 * Tasks run on threads of their own, made on demand (`task_threads` of the options), so
 * they may block, and neither a reactor nor a worker waits for them.  Each has a context: to
 * query the database, to log, to take memory that goes when it ends; there is nothing to
 * answer.  A transaction that a task leaves open is rolled back.
 *
 * When the application stops, requests are finished first, then tasks that are due, within
 * what is left of `drain_ms`; what has not begun by then is dropped, with a line in the
 * log.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A task.
 *
 * Returns: 0; or HEARTH_DECLINED from a task of hearth_every(), which then is not called
 *          again; or a HEARTH_E code, which is logged.
 */
typedef int hearth_task_fn(hearth_ctx *c, void *arg);

/** The longest time that hearth_once() and hearth_every() take, in milliseconds: 365 days. */
#define HEARTH_TASK_MAX_MS INT64_C(31536000000)

/**
 * Run a task when the answer has been sent.
 *
 * The connection is free for the next request meanwhile.  Tasks of one request run one
 * after the other, in the order in which they were asked for, whatever the answer was
 * (hearth_status() tells) and also when the client has gone.  Their context is that of the
 * request, which can still be read; its memory stays until they have ended.
 *
 * @param arg  memory of the request, or of something that lives longer
 * Returns: 0, HEARTH_EINVAL (fn is NULL), HEARTH_ESTATE (in a task), HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_after(hearth_ctx *c, hearth_task_fn *fn, void *arg);

/**
 * Run a task once, in @p ms milliseconds.  With 0 as soon as a thread is free, in the order
 * of calling.
 *
 * What is asked for before the application starts begins to count then.
 *
 * @param ms   0 to HEARTH_TASK_MAX_MS
 * @param arg  not copied
 * Returns: 0, or
 *            HEARTH_EINVAL        fn is NULL, or ms is out of range
 *            HEARTH_EUNAVAILABLE  the application is stopping
 *            HEARTH_ENOMEM        out of memory
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_once(hearth_app *app, int64_t ms, hearth_task_fn *fn, void *arg);

/**
 * Run a task every @p ms milliseconds, for the first time that long after the start.
 *
 * It never runs twice at once: when it takes longer than its interval, the times that have
 * passed are left out.
 *
 * @param ms   1 to HEARTH_TASK_MAX_MS
 * @param arg  not copied
 * Returns: 0, HEARTH_EINVAL (fn is NULL, or ms is out of range), HEARTH_ESTATE (the
 *          application runs), HEARTH_ENOMEM.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_every(hearth_app *app, int64_t ms, hearth_task_fn *fn, void *arg);

/* ---- start and stop --------------------------------------------------- */

/**
 * Something to do at the start.
 *
 * Returns: 0; or a HEARTH_E code, with a sentence in err->text (else that of the code is
 *          taken): the application then does not start.
 */
typedef int hearth_start_fn(hearth_app *app, void *arg, hearth_error *err);

/**
 * Have @p fn called when the application starts, before it listens: a port is opened only
 * when all of them have succeeded.  In the order of calling.
 *
 * When one fails, hearth_app_start() fails with its sentence (and hearth_app_main() with
 * exit code 1), after those functions of hearth_on_stop() have run that were asked for
 * before it.
 *
 * Returns: 0, HEARTH_EINVAL (fn is NULL), HEARTH_ESTATE (the application runs),
 *          HEARTH_ENOMEM.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_on_start(hearth_app *app, hearth_start_fn *fn, void *arg);

/**
 * Have @p fn called when the application has stopped: no connection is open and no task
 * runs.  The last one asked for is called first.
 *
 * Returns: 0, HEARTH_EINVAL (fn is NULL), HEARTH_ESTATE (the application runs),
 *          HEARTH_ENOMEM.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_on_stop(hearth_app *app, void (*fn)(hearth_app *app, void *arg),
                              void *arg);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_TASK_H */
