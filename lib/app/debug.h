/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_DEBUG_H
#define HEARTH_APP_DEBUG_H

/*
 * What a developer wants to know of a request that failed: the calls that led to the error,
 * the statements of the database, the lines of the log.  It is gathered while the request
 * runs, with the option `debug` only; without it each of these costs one look at that.
 *
 * The page is for who sits at this machine.  `debug` refuses to listen elsewhere than on
 * loopback (boot/where.c); what somebody forwards to here from outside, a proxy or a tunnel,
 * is told apart once more for each request, see hearth__debug_near().
 */

#include "app/ctx.h"
#include "core/stack.h"
#include "core/symbols.h"

#define HEARTH__DEBUG_LINES 100 /* of the log, the last ones */

typedef struct hearth__debug_line {
    struct hearth__debug_line *next;
    hearth_log_level level;
    const char *text;
} hearth__debug_line;

typedef struct hearth__debug {
    hearth__stack stack; /* of the call that told or noted c->error; n 0: nobody knows */
    bool settled;        /* the handler is done: what is noted now is about its result */
    hearth__debug_line *first, **end;
    size_t nlines; /* of all, those that were dropped included */
} hearth__debug;

/* ---- gathering ---------------------------------------------------------- */

/* NULL without the option, or without memory. */
hearth__debug *hearth__debug_make(hearth_ctx *c);
static inline hearth__debug *hearth__debug_of(hearth_ctx *c)
{
    return c->app->opts.debug ? hearth__debug_make(c) : NULL;
}

/* Before the stages: statements are noted from now on. */
void hearth__debug_begin(hearth_ctx *c);
/* c->error was filled in: here. */
void hearth__debug_mark(hearth_ctx *c);
/* The handler is done. */
void hearth__debug_settle(hearth_ctx *c);
/* c->error is one of which nobody knows where it comes from. */
void hearth__debug_forget(hearth_ctx *c);
/* A line of the log. */
void hearth__debug_line_add(hearth_ctx *c, hearth_log_level level, const char *fmt,
                            va_list ap) HEARTH_PRINTF(3, 0);

/* ---- showing ------------------------------------------------------------ */

/* May who asks see internals?  With the option `debug`, at the same machine, asking for one
 * of loopback's names, and through nobody who says that he forwards. */
bool hearth__debug_near(hearth_ctx *c);
/* Is the answer for this status the page of development?  The client wants HTML. */
bool hearth__debug_shows(hearth_ctx *c, int status);

/* The calls that led to the error, the innermost first, as far as they say anything: without
 * what is above the request, and of what is below the error only the function that was
 * called.  *guessed: the last one is the handler, and where in it is not known. */
size_t hearth__debug_frames(hearth_ctx *c, hearth__frame **out, const char **missing,
                            bool *guessed);

void hearth__debug_html(hearth_ctx *c, const hearth_error *e, hearth__buf *out);
/* Sections of it: where in a template, nothing when it was in none; where in the program. */
void hearth__debug_template(hearth_ctx *c, hearth__buf *out);
void hearth__debug_stack(hearth_ctx *c, hearth__buf *out);
/* The section of the request; passwords and the like masked. */
void hearth__debug_request(hearth_ctx *c, hearth__buf *out);
/* "todo_show (todo.c:17)" */
void hearth__debug_frame_text(const hearth__frame *f, hearth__buf *out);
/* Its Content-Security-Policy: one style sheet, by its hash. */
extern const char hearth__debug_policy[];

#endif
