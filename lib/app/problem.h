/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_PROBLEM_H
#define HEARTH_APP_PROBLEM_H

/*
 * From a handler's result to a response: statuses, error codes, and the built-in error
 * answers, an HTML page for browsers or application/problem+json (RFC 9457) for everybody
 * else.
 *
 * Two kinds of failure leave a text in c->error.  What was told (hearth__tell) has a
 * status and is shown to the client; what was noted (hearth__note) has status 0 and went
 * to the log.  Either counts only when the handler then returns that very code: a failure
 * that it dealt with is forgotten.
 */

#include "app/ctx.h"

/* More are counted but not listed: a body of a megabyte must not become fifty of
 * complaints. */
#define HEARTH__MAX_FAULTS 100

/* rc is what the outermost middleware returned.  Afterwards c->res has a status.  Also
 * turns an arena that ran out of memory into 503, and faults into 422. */
void hearth__result(hearth_ctx *c, int rc);
/* The built-in answer for c->error (status, text, faults).  Never fails: at worst a
 * constant 503. */
void hearth__problem(hearth_ctx *c);
/* Set c->error for a failure that the client may be told about; returns code, or status
 * when code is 0. */
int hearth__tell(hearth_ctx *c, int code, int status, const char *fmt, ...)
    HEARTH_PRINTF(4, 5);
/* Set c->error for a failure that only the log and a debugging client may know; logs it
 * with the route; returns code. */
int hearth__note(hearth_ctx *c, int code, const char *fmt, ...) HEARTH_PRINTF(3, 4);
/* A line at ERROR: method, route, text. */
void hearth__log_failure(hearth_ctx *c, const char *text);
/* Tell or note what the database said last (c->dbs.error), as code deserves; returns
 * code. */
int hearth__db_failed(hearth_ctx *c, int code);

/* The body of the built-in answer into out, as a page or as problem+json. */
void hearth__problem_html(hearth_ctx *c, const hearth_error *e, hearth__buf *out);
void hearth__problem_json(hearth_ctx *c, const hearth_error *e, hearth__buf *out);
/* Their words: "Not Found", and what was told or else the general sentence. */
hearth_str hearth__problem_title(int status);
hearth_str hearth__problem_sentence(const hearth_error *e);
/* Faults are listed with the answer that they cause; else NULL. */
const hearth__fault *hearth__problem_faults(const hearth_ctx *c, const hearth_error *e);
/* Does the client want the page? */
bool hearth__problem_wants_html(hearth_ctx *c);
/* The Content-Security-Policy of the page, which allows its one style sheet by its hash.
 */
extern const char hearth__problem_policy[];

#endif
