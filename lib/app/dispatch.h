/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_DISPATCH_H
#define HEARTH_APP_DISPATCH_H

/*
 * The way of a request, as a transport drives it:
 *
 *     c = hearth__ctx_take(...)    fill in c->head (and c->peer): slices valid until the end
 *     hearth__request_head(c)      audit, target, route, limits
 *     hearth__request_begin(c)     if there is a body: may it be read?
 *     hearth__request_body(c, p, n) ...
 *     hearth__request_run(c)       on the reactor or on a worker, see hearth__request_inline
 *                                  send c->res
 *     hearth__request_end(c, sent) access log
 *     hearth__ctx_put(...)         what was deferred, recycling
 *
 * The transport only translates; every decision is made here, once, for all transports.
 */

#include "app/ctx.h"

/* 0: go on.  Else the status of a refusal: c->res is complete, send it and close the
 * connection. c->head.target must lie in the context's arena; the rest of the head may be
 * the transport's. */
int hearth__request_head(hearth_ctx *c);
/* Is there a body to come? */
bool hearth__request_has_body(const hearth_ctx *c);
/* Its client waits to be told to send a body that nobody would read: run at once, and
 * close. */
bool hearth__request_spares_body(const hearth_ctx *c);
/* May begin and body wait for a disk or for the application?  Then they belong on a
 * worker, and so does run. */
bool hearth__request_feeds(const hearth_ctx *c);
/* Does begin ask the application, so that it has to run before a byte is read? */
bool hearth__request_asks(const hearth_ctx *c);
/* Before a body is read, if there is one.  As hearth__request_head(). */
int hearth__request_begin(hearth_ctx *c);
/* The same; 413 when the body passes its limit: c->res is complete then. */
int hearth__request_body(hearth_ctx *c, const void *p, size_t n);
/* May the handler run on the reactor? */
bool hearth__request_inline(const hearth_ctx *c);
/* Before a hand-over to a worker: copy what is borrowed from the transport, so that the
 * context can outlive its connection.  Once is enough.  HEARTH_ENOMEM or 0. */
int hearth__request_detach(hearth_ctx *c);
/* A second context for the same request, with copies of its own, to answer when the first
 * one is lost on a worker.  HEARTH_ENOMEM or 0. */
int hearth__request_copy(hearth_ctx *to, const hearth_ctx *from);
/* Middleware, handler, error page, hooks; when c->wait is set, `then` instead of the first
 * two.  Afterwards c->res is complete, whatever happened; or c->wait is set (again), and the
 * request goes on as app/async.h says.  c->is_inline says where this is. */
void hearth__request_run(hearth_ctx *c);
/* While c->res.stream is sent: make its next piece, where c->is_inline says.  A source
 * that held up the reactor clears c->is_inline if its route may run on workers. */
void hearth__request_pull(hearth_ctx *c);
/* At the end of each turn of a reactor on which requests run, and after the last one; on its
 * thread: lets go of what they keep for each other.  Returns in how many milliseconds to
 * call again, -1 when that is not needed. */
int64_t hearth__app_turn(hearth_app *app, bool last);
/* Instead of run: answer with this status, as when no worker is free.  c->res is
 * complete. */
void hearth__request_refuse(hearth_ctx *c, int status, const char *text);
/* One line into `lines` for the access log (NULL: none wanted).  sent: bytes of the body.
 */
void hearth__request_end(hearth_ctx *c, hearth__buf *lines, uint64_t sent);

/* The innermost application middleware: runs the matching route, else finds the answer
 * for none. */
int hearth__route_stage(hearth_ctx *c);

/* ---- between the files of it ------------------------------------------------ */

/*   intake.c    head and body            stage.c     middleware, route, 404 and its like
 *   dispatch.c  the run, the answer      handover.c  to a worker
 */

/* Find the route; 0, or the status of a refusal. */
int hearth__request_match(hearth_ctx *c);
/* What the route says about a request of which only the head is there. */
int hearth__request_admit(hearth_ctx *c);
/* The end, with what a handler would have returned, before the body was read: the answer
 * is complete, its status is returned. */
int hearth__request_stop(hearth_ctx *c, int rc);
/* Whatever lets a request go on has returned rc: 0 when that, and no answer, is all. */
static inline int hearth__request_settled(hearth_ctx *c, int rc)
{
    return rc == 0 && c->res.status == 0 && !c->arena.failed
               ? 0
               : hearth__request_stop(c, rc);
}
/* The application's middleware, with those whose prefix covers this path between it and
 * the router stage.  NULL when out of memory.  Where there are prefixes. */
hearth_handler *const *hearth__request_chain(hearth_ctx *c);
/* What a handler returned becomes the answer: error page, hooks, and all. */
void hearth__request_complete(hearth_ctx *c, int rc);

#endif
