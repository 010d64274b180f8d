/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_ASYNC_H
#define HEARTH_ASYNC_H

/**
 * @file hearth/async.h
 * Answers that come later: work on another thread, and requests that wait for somebody
 * without holding a thread.
 *
 *     return hearth_offload(c, shrink, job, shrunk);
 *
 * A handler that cannot answer yet says how the request goes on and returns
 * HEARTH_PENDING.  What goes on is another handler, `then`: it answers like any other, or
 * suspends or offloads once more.  In between the request costs a few kilobytes and no
 * thread.
 *
 *     static int quote(hearth_ctx *c)
 *     {
 *         struct quote *q = HEARTH_NEW(c, struct quote);
 *
 *         if (q == NULL)
 *             return HEARTH_ENOMEM;
 *         q->later = hearth_suspend(c, 2000);
 *         return q->later != NULL && ask_quote(q) == 0 ? HEARTH_PENDING : 503;
 *     }
 *
 *     static void quote_arrived(struct quote *q)    (any thread)
 *     {
 *         hearth_resume(q->later, got_quote, q);
 *     }
 *
 * Code of a middleware behind hearth_next() runs when the handler has returned
 * HEARTH_PENDING, which is long before there is an answer: it returns that value on.  A
 * middleware that returns anything else answers in its place.  `then` is not wrapped by
 * middleware again; whoever must touch the answer in every case uses hearth_on_send(),
 * whose functions run once, at the real end.
 *
 * The database lets go of a request that is suspended or offloaded: rows are closed, and a
 * transaction that was begun and not committed is rolled back, with a line in the log.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is left of a request while it is suspended: all that another thread may touch. */
typedef struct hearth_later hearth_later;

/** The shortest and the longest time that a request may be suspended, in milliseconds. */
#define HEARTH_SUSPEND_MIN_MS 1
#define HEARTH_SUSPEND_MAX_MS 600000

/* ---- work on a worker ------------------------------------------------- */

/**
 * Have @p work run on a worker thread, then go on with @p then: `return
 * hearth_offload(c, work, arg, then);`
 *
 * For what would hold up the reactor: arithmetic, files, a library that blocks.  work runs
 * after the handler and its middleware have returned, without a context: what it needs and
 * what it finds is in @p arg, and neither the handler nor anybody else may touch that
 * until `then` runs, where hearth_arg() is @p arg.  `then` runs where the route's handlers
 * run: see hearth_run.
 *
 * The two together may take `handler_ms` on a worker; past it the client gets 504, and
 * what they still do is lost.  A client that goes away does not stop work that has begun.
 *
 * @param arg   memory of the request, or of something that lives longer
 * Returns: HEARTH_PENDING, or
 *            HEARTH_EINVAL  work or then is NULL
 *            HEARTH_ESTATE  suspended or offloaded already, or the answer is on its way
 *            HEARTH_ENOMEM  out of memory
 *          When no worker is free the client gets 503.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_offload(hearth_ctx *c, void (*work)(void *arg), void *arg,
                              hearth_handler *then);

/* ---- waiting for somebody --------------------------------------------- */

/**
 * Suspend the request until hearth_resume() or @p timeout_ms, whichever is first.
 *
 * Use it when another thread or event loop will have the answer.  Return HEARTH_PENDING
 * from the handler right after.  From the moment the handle is known to another thread,
 * that thread may touch the handle and what was made for it, not the context.
 *
 * When the time is up the client gets 504, as an error page like any other; when the server
 * stops, 503; when the client has gone, nothing.  In all three cases the request's memory
 * stays, and what was deferred waits, until hearth_resume() is called, so a late thread
 * never writes into freed memory; it is then told that nobody waits any more.  Whoever can
 * call off what he started is told at once by hearth_on_cancel().
 *
 * A client that shuts its side of the connection down counts as gone while it is
 * suspended: one that was killed looks the same.
 *
 * @param timeout_ms  1 to 600 000 milliseconds; it may take 64 longer
 * Owns:    the handle must be given to hearth_resume() exactly once, unless the handler,
 *          or a middleware around it, returns something other than HEARTH_PENDING, which
 *          cancels the suspension: the handle is dead then.
 * Returns: the handle, or NULL (the reason is in the log) when timeout_ms is out of range,
 *          the request is suspended or offloaded already or answered, or out of memory.
 * Thread:  request.  The handle may travel to any thread.
 * Since:   0.1
 */
HEARTH_API hearth_later *hearth_suspend(hearth_ctx *c, int timeout_ms);

/**
 * Go on with a suspended request: @p then runs where the route's handlers run, with the
 * context, and hearth_arg() there is @p arg.
 *
 * It may be called before the handler has returned; then runs after that.  When nobody
 * waits for the answer any more nothing runs, and the request's memory is released: do not
 * touch what lies in it after this call.  What was deferred runs on this thread then, or on
 * the transport's.
 *
 * @param arg  memory of the request, or of something that lives longer
 * Returns: 0: then will run; or
 *            HEARTH_ETIMEOUT      the time was up: the client has got 504
 *            HEARTH_ECANCELED     the client has gone, or got another answer
 *            HEARTH_EUNAVAILABLE  the server stops: the client has got 503
 *            HEARTH_ESTATE        not a handle that is waiting: it was resumed before, or
 *                                 its suspension was cancelled
 *            HEARTH_EINVAL        l or then is NULL; the handle is as it was
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_resume(hearth_later *l, hearth_handler *then, void *arg);

/**
 * Does nobody wait for this request any more?  For loops that work towards an answer; it
 * has to be resumed all the same.
 *
 * Returns: true when the client has gone, the time is up, the server stops, or the handle
 *          was resumed already.
 * Thread:  any, before hearth_resume()
 * Since:   0.1
 */
HEARTH_API bool hearth_later_gone(hearth_later *l);

/* ---- nobody waits any more -------------------------------------------- */

/**
 * Does nobody wait for this request any more?  For handlers on a worker that take long: a
 * loop that asks can stop early.  Any result then is as good as another: it is not sent.
 *
 * A client that leaves is noticed within a quarter of a second after the handler began, and
 * at once from then on.  On a reactor nothing is noticed while a handler runs.
 *
 * Returns: true when the client has gone, or `handler_ms` is over, or the server has
 *          stopped waiting.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API bool hearth_cancelled(const hearth_ctx *c);

/**
 * Have @p fn called when nobody waits any more while the request is suspended: the client
 * has gone, the time is up, the server stops.  It can call off what will not be needed and
 * may call hearth_resume(), which then releases the request in the same turn.
 *
 * It holds for the suspension that the handler enters by returning; a `then` that suspends
 * again asks again.
 *
 * @param fn  called at most once, on a thread of the transport: it must not block.  The
 *            context must not be touched
 * Returns: 0, HEARTH_EINVAL (fn is NULL) or HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_on_cancel(hearth_ctx *c, void (*fn)(void *arg), void *arg);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_ASYNC_H */
