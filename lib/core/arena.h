/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_ARENA_H
#define HEARTH_CORE_ARENA_H

/*
 * Memory that dies all at once.
 *
 * A request allocates many small things that end together.  An arena hands them out of
 * chunks by moving a pointer and frees them in one go.  The first chunk survives
 * hearth__arena_reset(), so that a recycled request makes no malloc in its steady state.
 *
 * Failure is sticky: once an allocation failed, `failed` stays true until the next reset,
 * which is how a request notices at its end that something inside ran out of memory.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEARTH__ARENA_ALIGN 16

typedef struct hearth__chunk hearth__chunk;

typedef struct hearth__arena {
    char *at;             /* next free byte of the newest chunk */
    char *end;            /* its end */
    hearth__chunk *chunk; /* newest first; the last one is the one that reset keeps */
    hearth__chunk *big;   /* blocks too large for a shared chunk, one each */
    size_t first_size;    /* bytes of the chunk that is kept */
    size_t used;          /* bytes handed out, rounded up, for limits and figures */
    bool failed;
} hearth__arena;

/* No allocation happens here.  first_size 0 means 4096. */
void hearth__arena_init(hearth__arena *a, size_t first_size);
/* Free everything; the arena is as after init. */
void hearth__arena_clear(hearth__arena *a);
/* Overwrite everything allocated: what is left of it is of no use. */
void hearth__arena_wipe(hearth__arena *a);
/* Forget everything allocated, keep the first chunk, clear `failed`. */
void hearth__arena_reset(hearth__arena *a);

/* The slow half of hearth__arena_raw(): n is 0 or does not fit the newest chunk. */
void *hearth__arena_more(hearth__arena *a, size_t n);

/* What a block of n bytes takes up; n at most SIZE_MAX - 15. */
static inline size_t hearth__arena_step(size_t n)
{
    return (n + (HEARTH__ARENA_ALIGN - 1)) & ~(size_t)(HEARTH__ARENA_ALIGN - 1);
}

/* Aligned to 16, not zeroed.  n = 0 gives a valid pointer.  NULL and `failed` when out of
 * memory. */
static inline void *hearth__arena_raw(hearth__arena *a, size_t n)
{
    /* The room is a multiple of the alignment, so n fits exactly when n rounded up does,
     * and n = 0 wraps round to the slow half. */
    size_t room = (uintptr_t)a->end - (uintptr_t)a->at;
    char *p = a->at;

    if (n - 1 >= room)
        return hearth__arena_more(a, n);
    a->at += hearth__arena_step(n);
    a->used += hearth__arena_step(n);
    return p;
}

/* The same, zeroed. */
void *hearth__arena_alloc(hearth__arena *a, size_t n);
/* count * size bytes, zeroed; an overflow is a failed allocation. */
void *hearth__arena_array(hearth__arena *a, size_t count, size_t size);
/* A block of new_n bytes with the first old_n bytes of p; extends in place when p is the
 * newest block and there is room.  p may be NULL with old_n 0. */
void *hearth__arena_grow(hearth__arena *a, void *p, size_t old_n, size_t new_n);
/* A copy of n bytes plus a '\0'. */
char *hearth__arena_copy(hearth__arena *a, const char *p, size_t n);

#endif
