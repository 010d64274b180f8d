/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The slow paths of the string builder.  cap never passes max + 1, so that the inline
 * adders need one comparison for both "no memory yet" and "too long".
 */
#include "core/buf.h"

#include "core/size.h"

#include <stdio.h>
#include <stdlib.h>

#define CAP_FIRST 64

static char *const nothing = (char *)"";

static void fail(hearth__buf *b)
{
    hearth__buf_clear(b);
    b->failed = true;
}

void hearth__buf_init(hearth__buf *b, hearth__arena *arena, size_t max)
{
    *b = (hearth__buf){.ptr = nothing, .arena = arena};
    b->max = max == 0 || max == SIZE_MAX ? SIZE_MAX - 1 : max;
}

void hearth__buf_over(hearth__buf *b, char *mem, size_t size)
{
    *b = (hearth__buf){.ptr = mem, .cap = size, .max = size - 1, .fixed = true};
    mem[0] = '\0';
}

void hearth__buf_clear(hearth__buf *b)
{
    if (b->cap != 0 && b->arena == NULL && !b->fixed)
        free(b->ptr);
    b->ptr = nothing;
    b->len = 0;
    b->cap = 0;
    b->failed = false;
}

void hearth__buf_empty(hearth__buf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->cap != 0)
        b->ptr[0] = '\0';
}

bool hearth__buf_more(hearth__buf *b, size_t n)
{
    size_t need, cap = b->cap < CAP_FIRST ? CAP_FIRST : b->cap;
    char *p = b->cap == 0 ? NULL : b->ptr;

    if (b->failed)
        return false;
    if (b->fixed || !hearth__size_add(b->len, n, &need) || need > b->max) {
        fail(b);
        return false;
    }
    while (cap <= need && hearth__size_mul(cap, 2, &cap))
        ;
    if (cap <= need || cap > b->max + 1)
        cap = b->max + 1;
    p = b->arena == NULL ? realloc(p, cap) : hearth__arena_grow(b->arena, p, b->cap, cap);
    if (p == NULL) {
        fail(b);
        return false;
    }
    b->ptr = p;
    b->cap = cap;
    b->ptr[b->len] = '\0';
    return true;
}

char *hearth__buf_room(hearth__buf *b, size_t n)
{
    return n < b->cap - b->len || hearth__buf_more(b, n) ? b->ptr + b->len : NULL;
}

void hearth__buf_commit(hearth__buf *b, size_t n)
{
    if (b->cap == 0) /* failed meanwhile */
        return;
    b->len += n;
    b->ptr[b->len] = '\0';
}

/* Digits of v in front of `end`, at least `width`; returns where they start. */
static char *digits(char *end, unsigned long long v, unsigned base, size_t width)
{
    char *p = end;

    while (v != 0 || (size_t)(end - p) < width) {
        *--p = "0123456789abcdef"[v % base];
        v /= base;
    }
    return p;
}

/* Enough for a sign and 64 bits in decimal, and for every width that makes sense. */
#define DIGITS_MAX 32

static size_t clamp(int width)
{
    return width < 1 ? 1 : width >= DIGITS_MAX ? DIGITS_MAX - 1 : (size_t)width;
}

void hearth__buf_int(hearth__buf *b, long long v)
{
    char tmp[DIGITS_MAX], *end = tmp + sizeof(tmp);
    /* Negating as unsigned is right for LLONG_MIN, too. */
    char *p =
        digits(end, v < 0 ? 0 - (unsigned long long)v : (unsigned long long)v, 10, 1);

    if (v < 0)
        *--p = '-';
    hearth__buf_add(b, p, (size_t)(end - p));
}

void hearth__buf_uint(hearth__buf *b, unsigned long long v)
{
    char tmp[DIGITS_MAX], *end = tmp + sizeof(tmp), *p = digits(end, v, 10, 1);

    hearth__buf_add(b, p, (size_t)(end - p));
}

void hearth__buf_hex(hearth__buf *b, unsigned long long v, int width)
{
    char tmp[DIGITS_MAX], *end = tmp + sizeof(tmp), *p = digits(end, v, 16, clamp(width));

    hearth__buf_add(b, p, (size_t)(end - p));
}

void hearth__buf_pad(hearth__buf *b, unsigned v, int width)
{
    char tmp[DIGITS_MAX], *end = tmp + sizeof(tmp), *p = digits(end, v, 10, clamp(width));

    hearth__buf_add(b, p, (size_t)(end - p));
}

void hearth__buf_f(hearth__buf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    hearth__buf_v(b, fmt, ap);
    va_end(ap);
}

void hearth__buf_v(hearth__buf *b, const char *fmt, va_list ap)
{
    size_t room = b->cap - b->len;
    va_list again;
    int n;

    if (b->failed)
        return;
    va_copy(again, ap);
    /* Most texts fit what is there and are formatted once. */
    n = vsnprintf(room == 0 ? NULL : b->ptr + b->len, room, fmt, ap);
    if (n < 0) {
        fail(b);
    } else if ((size_t)n < room) {
        b->len += (size_t)n;
    } else {
        char *p = hearth__buf_room(b, (size_t)n);

        if (p != NULL) {
            vsnprintf(p, (size_t)n + 1, fmt, again);
            b->len += (size_t)n;
        }
    }
    va_end(again);
}

hearth_str hearth__buf_view(const hearth__buf *b)
{
    return (hearth_str){b->ptr, b->len};
}
