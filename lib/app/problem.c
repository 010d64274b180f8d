/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * What may be told to a client, and what only the log may know: the texts that failing
 * functions leave behind for the end of the request, and the list of what is wrong with
 * the input.
 */
#include "app/problem.h"

#include "app/debug.h"
#include "core/str.h"
#include "core/utf8.h"

#include <hearth/log.h>
#include <hearth/res.h>
#include <stdio.h>
#include <string.h>

/* ---- telling and noting ------------------------------------------------------ */

static void set_textv(hearth_error *e, int code, int status, const char *fmt, va_list ap)
    HEARTH_PRINTF(4, 0);

/* By way of a copy: an argument may be e->text itself. */
static void set_textv(hearth_error *e, int code, int status, const char *fmt, va_list ap)
{
    char text[sizeof e->text];
    hearth_str cut = {"", 0};

    if (vsnprintf(text, sizeof text, fmt, ap) >= 0)
        cut = hearth__utf8_trim(hearth__str_of(text));
    memcpy(e->text, cut.ptr, cut.len);
    e->text[cut.len] = '\0';
    e->code = code;
    e->status = status;
}

int hearth__tell(hearth_ctx *c, int code, int status, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    set_textv(&c->error, code, status, fmt, ap);
    va_end(ap);
    hearth__debug_mark(c);
    return code != 0 ? code : status;
}

void hearth__log_failure(hearth_ctx *c, const char *text)
{
    const hearth__route *route = c->match.route;

    hearth_logf(c, HEARTH_LOG_ERROR, "%s %s: %s", hearth_method(c),
                route == NULL ? "(no route)" : route->pattern, text);
}

int hearth__note(hearth_ctx *c, int code, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    set_textv(&c->error, code, 0, fmt, ap);
    va_end(ap);
    hearth__debug_mark(c);
    hearth__log_failure(c, c->error.text);
    return code;
}

int hearth_fail(hearth_ctx *c, int status, const char *fmt, ...)
{
    bool sound = status >= 400 && status <= 599;
    va_list ap;

    if (!sound) {
        hearth_logf(c, HEARTH_LOG_ERROR, "hearth_fail: %d is not in 400 to 599", status);
        status = 500;
    }
    va_start(ap, fmt);
    set_textv(&c->error, 0, status, fmt, ap);
    va_end(ap);
    hearth__debug_mark(c);
    return status;
}

/* ---- faults ------------------------------------------------------------------ */

static char *own(hearth_ctx *c, const char *s, const char *fallback)
{
    return hearth__ctx_text(c, hearth__str_of(s == NULL ? fallback : s));
}

int hearth_fault(hearth_ctx *c, const char *pointer, const char *code, const char *fmt,
                 ...)
{
    hearth__fault *f;
    hearth__buf text;
    va_list ap;

    c->nfaults++;
    if (c->nfaults > HEARTH__MAX_FAULTS)
        return HEARTH_EMODEL;
    hearth__buf_init(&text, &c->arena, 0);
    va_start(ap, fmt);
    hearth__buf_v(&text, fmt, ap);
    va_end(ap);
    f = hearth__arena_alloc(&c->arena, sizeof *f);
    if (f == NULL || text.failed)
        return HEARTH_EMODEL; /* the arena remembers: 503 */
    f->pointer = own(c, pointer, "");
    f->code = own(c, code, "invalid");
    f->text = text.ptr;
    if (f->pointer != NULL && f->code != NULL) {
        *c->faults_end = f;
        c->faults_end = &f->next;
    }
    return HEARTH_EMODEL;
}

int hearth_faults(hearth_ctx *c)
{
    return c->nfaults == 0 ? 0 : HEARTH_EMODEL;
}
