/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The slow paths of the arena.  Chunks double from first_size up to 64 KiB, so that a
 * large request makes few of them; a block that would waste much of a chunk gets a
 * malloc of its own and leaves the newest chunk as it is.
 */
#include "core/arena.h"

#include "core/size.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_DEFAULT 4096
#define CHUNK_MAX     65536

struct hearth__chunk {
    hearth__chunk *next;
    size_t size; /* of the bytes after this header */
};

/* malloc aligns to max_align_t only, which is 8 on some 32-bit machines. */
#define SLACK (_Alignof(max_align_t) < HEARTH__ARENA_ALIGN ? HEARTH__ARENA_ALIGN : 0)

static char *chunk_data(hearth__chunk *c)
{
    char *p = (char *)(c + 1);

    return p + (-(uintptr_t)p & (HEARTH__ARENA_ALIGN - 1));
}

static hearth__chunk *chunk_new(size_t size, hearth__chunk *next)
{
    size_t total;
    hearth__chunk *c;

    if (!hearth__size_add(size, sizeof(hearth__chunk) + SLACK + HEARTH__ARENA_ALIGN,
                          &total))
        return NULL;
    c = malloc(total);
    if (c == NULL)
        return NULL;
    c->next = next;
    c->size = size;
    return c;
}

/* Free the list up to and without `last`. */
static void chunks_free(hearth__chunk *c, const hearth__chunk *last)
{
    while (c != last) {
        hearth__chunk *next = c->next;

        free(c);
        c = next;
    }
}

static void use(hearth__arena *a, hearth__chunk *c)
{
    a->chunk = c;
    a->at = chunk_data(c);
    a->end = a->at + c->size;
}

static size_t next_size(const hearth__arena *a)
{
    if (a->chunk == NULL || a->first_size >= CHUNK_MAX)
        return a->first_size;
    return a->chunk->size >= CHUNK_MAX / 2 ? CHUNK_MAX : a->chunk->size * 2;
}

static bool add_chunk(hearth__arena *a)
{
    hearth__chunk *c = chunk_new(next_size(a), a->chunk);

    if (c == NULL)
        return false;
    use(a, c);
    return true;
}

static void *add_big(hearth__arena *a, size_t n)
{
    hearth__chunk *c = chunk_new(n, a->big);

    if (c == NULL)
        return NULL;
    a->big = c;
    a->used += n;
    return chunk_data(c);
}

static void *fail(hearth__arena *a)
{
    a->failed = true;
    return NULL;
}

void hearth__arena_init(hearth__arena *a, size_t first_size)
{
    *a = (hearth__arena){0};
    if (first_size == 0)
        first_size = FIRST_DEFAULT;
    if (first_size > SIZE_MAX / 2) /* no malloc gives that much anyhow */
        first_size = SIZE_MAX / 2;
    a->first_size = hearth__arena_step(first_size);
}

void hearth__arena_clear(hearth__arena *a)
{
    chunks_free(a->big, NULL);
    chunks_free(a->chunk, NULL);
    hearth__arena_init(a, a->first_size);
}

static void chunks_wipe(hearth__chunk *c)
{
    for (; c != NULL; c = c->next)
        sodium_memzero(chunk_data(c), c->size);
}

void hearth__arena_wipe(hearth__arena *a)
{
    chunks_wipe(a->big);
    chunks_wipe(a->chunk);
}

void hearth__arena_reset(hearth__arena *a)
{
    hearth__chunk *first = a->chunk;

    chunks_free(a->big, NULL);
    a->big = NULL;
    while (first != NULL && first->next != NULL)
        first = first->next;
    chunks_free(a->chunk, first);
    if (first != NULL)
        use(a, first);
    a->used = 0;
    a->failed = false;
}

void *hearth__arena_more(hearth__arena *a, size_t n)
{
    void *p;

    if (n == 0)
        return hearth__arena_raw(a, 1);
    if (n > SIZE_MAX - HEARTH__ARENA_ALIGN)
        return fail(a);
    /* The first chunk is an ordinary one even if n does not fit it: it is the one that
     * is kept, and must not be as large as one odd request. */
    if (a->chunk == NULL) {
        if (!add_chunk(a))
            return fail(a);
        if (n <= a->first_size)
            return hearth__arena_raw(a, n);
    }
    if (n > next_size(a) / 2) {
        p = add_big(a, hearth__arena_step(n));
        return p == NULL ? fail(a) : p;
    }
    if (!add_chunk(a))
        return fail(a);
    return hearth__arena_raw(a, n);
}

void *hearth__arena_alloc(hearth__arena *a, size_t n)
{
    void *p = hearth__arena_raw(a, n);

    return p == NULL ? NULL : memset(p, 0, n);
}

void *hearth__arena_array(hearth__arena *a, size_t count, size_t size)
{
    size_t n;

    return hearth__size_mul(count, size, &n) ? hearth__arena_alloc(a, n) : fail(a);
}

/* The newest block is the only one that can change its size where it lies. */
static bool resize_newest(hearth__arena *a, char *p, size_t old_n, size_t new_n)
{
    size_t old_step = hearth__arena_step(old_n == 0 ? 1 : old_n), step;

    if (a->at == NULL || p + old_step != a->at || new_n > (size_t)(a->end - p))
        return false;
    step = hearth__arena_step(new_n == 0 ? 1 : new_n);
    a->at = p + step;
    a->used = a->used - old_step + step;
    return true;
}

void *hearth__arena_grow(hearth__arena *a, void *p, size_t old_n, size_t new_n)
{
    void *q;

    if (p == NULL)
        return hearth__arena_raw(a, new_n);
    if (resize_newest(a, p, old_n, new_n) || new_n <= old_n)
        return p;
    q = hearth__arena_raw(a, new_n);
    return q == NULL ? NULL : memcpy(q, p, old_n);
}

char *hearth__arena_copy(hearth__arena *a, const char *p, size_t n)
{
    char *copy = n == SIZE_MAX ? fail(a) : hearth__arena_raw(a, n + 1);

    if (copy == NULL)
        return NULL;
    if (n != 0)
        memcpy(copy, p, n);
    copy[n] = '\0';
    return copy;
}
