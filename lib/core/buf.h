/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_BUF_H
#define HEARTH_CORE_BUF_H

/*
 * A growing byte buffer, the one string builder of the library.
 *
 * Sticky on output: when memory runs out or `max` is passed, the buffer frees itself,
 * `failed` is set, and every later call does nothing, so that a builder is checked once,
 * at its end. The contents are always followed by a '\0' that len does not count.
 */

#include "core/arena.h"

#include <hearth/base.h>
#include <stdarg.h>
#include <string.h>

typedef struct hearth__buf {
    char *ptr; /* never NULL after init */
    size_t len;
    size_t cap; /* with the '\0', at most max + 1; 0: ptr is a shared empty string */
    size_t max; /* len never passes it */
    hearth__arena *arena; /* NULL: the heap */
    bool fixed;           /* ptr is the caller's */
    bool failed;
} hearth__buf;

/* arena NULL means malloc, then clear() must be called.  max 0 means no limit. */
void hearth__buf_init(hearth__buf *b, hearth__arena *arena, size_t max);
/* Over size bytes of the caller's, size > 0: never grows, never frees, holds size - 1
 * bytes.  Of no use any more once it failed or was cleared. */
void hearth__buf_over(hearth__buf *b, char *mem, size_t size);
/* Empty, memory released (an arena's stays until its reset), `failed` cleared. */
void hearth__buf_clear(hearth__buf *b);
/* len = 0, memory kept, `failed` cleared. */
void hearth__buf_empty(hearth__buf *b);

/* Room for n more bytes (and the '\0'); returns where they go, NULL when failed.  Commit
 * what was written with hearth__buf_commit(). */
char *hearth__buf_room(hearth__buf *b, size_t n);
void hearth__buf_commit(hearth__buf *b, size_t n);

/* The slow half of the adders: make room for n more bytes, or fail. */
bool hearth__buf_more(hearth__buf *b, size_t n);

/* p must not point into b. */
static inline void hearth__buf_add(hearth__buf *b, const void *p, size_t n)
{
    if (n == 0 || (n >= b->cap - b->len && !hearth__buf_more(b, n)))
        return;
    memcpy(b->ptr + b->len, p, n);
    b->len += n;
    b->ptr[b->len] = '\0';
}

static inline void hearth__buf_char(hearth__buf *b, char c)
{
    if (1 >= b->cap - b->len && !hearth__buf_more(b, 1))
        return;
    b->ptr[b->len++] = c;
    b->ptr[b->len] = '\0';
}

static inline void hearth__buf_str(hearth__buf *b, hearth_str s)
{
    hearth__buf_add(b, s.ptr, s.len);
}

static inline void hearth__buf_text(hearth__buf *b, const char *s)
{
    hearth__buf_add(b, s, strlen(s));
}

void hearth__buf_int(hearth__buf *b, long long v);           /* decimal, no locale */
void hearth__buf_uint(hearth__buf *b, unsigned long long v); /* decimal */
void hearth__buf_hex(hearth__buf *b, unsigned long long v,
                     int digits); /* lower case, at least digits */
void hearth__buf_pad(hearth__buf *b, unsigned v,
                     int width); /* decimal, at least width digits */
void hearth__buf_f(hearth__buf *b, const char *fmt, ...) HEARTH_PRINTF(2, 3);
void hearth__buf_v(hearth__buf *b, const char *fmt, va_list ap) HEARTH_PRINTF(2, 0);

/* The contents; valid until the next call on b. */
hearth_str hearth__buf_view(const hearth__buf *b);

#endif
