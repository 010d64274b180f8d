/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Memory for handlers: the request's arena behind the public names.  What fails here
 * spoils the arena, and hearth__result() turns that into one 503.
 */
#include <hearth/memory.h>

#include "app/ctx.h"

void *hearth_alloc(hearth_ctx *c, size_t n)
{
    return hearth__arena_alloc(&c->arena, n);
}

char *hearth_strdup(hearth_ctx *c, const char *s)
{
    return s == NULL ? NULL : hearth__arena_copy(&c->arena, s, strlen(s));
}

char *hearth_strf(hearth_ctx *c, const char *fmt, ...)
{
    hearth__buf b;
    va_list ap;

    hearth__buf_init(&b, &c->arena, 0);
    va_start(ap, fmt);
    hearth__buf_v(&b, fmt, ap);
    va_end(ap);
    if (b.failed)
        return NULL;
    /* An empty result never got memory; what is handed out must be writable. */
    return b.len == 0 ? hearth__arena_copy(&c->arena, "", 0) : b.ptr;
}

int hearth_defer(hearth_ctx *c, void (*fn)(void *arg), void *arg)
{
    hearth__defer *d = hearth__arena_raw(&c->arena, sizeof *d);

    if (d == NULL) {
        fn(arg);
        return HEARTH_ENOMEM;
    }
    *d = (hearth__defer){c->defers, fn, arg};
    c->defers = d;
    return 0;
}
