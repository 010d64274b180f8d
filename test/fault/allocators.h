/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_ALLOCATORS_H
#define HEARTH_TEST_ALLOCATORS_H

/* The allocations of jansson and SQLite fail like ours after take_over(). */

#include <hearth/json.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_BYTES 16 /* before each block of SQLite's, so that its size is known */

static inline void *sql_malloc(int n)
{
    char *p = malloc((size_t)n + SIZE_BYTES);

    if (p == NULL)
        return NULL;
    memcpy(p, &n, sizeof n);
    return p + SIZE_BYTES;
}

static inline void sql_free(void *p)
{
    free((char *)p - SIZE_BYTES);
}

static inline void *sql_realloc(void *p, int n)
{
    char *q = realloc((char *)p - SIZE_BYTES, (size_t)n + SIZE_BYTES);

    if (q == NULL)
        return NULL;
    memcpy(q, &n, sizeof n);
    return q + SIZE_BYTES;
}

static inline int sql_size(void *p)
{
    int n;

    memcpy(&n, (char *)p - SIZE_BYTES, sizeof n);
    return n;
}

static inline int sql_round(int n)
{
    return (n + 7) & ~7;
}

static inline int sql_init(void *self)
{
    (void)self;
    return SQLITE_OK;
}

static inline void sql_end(void *self)
{
    (void)self;
}

/* Before anything else uses either library. */
static inline void take_over(void)
{
    static const sqlite3_mem_methods ours = {
        .xMalloc = sql_malloc,
        .xFree = sql_free,
        .xRealloc = sql_realloc,
        .xSize = sql_size,
        .xRoundup = sql_round,
        .xInit = sql_init,
        .xShutdown = sql_end,
    };

    json_set_alloc_funcs(malloc, free);
    if (sqlite3_threadsafe() == 0)
        return;
    /* With CK_FORK=no the second test finds them configured. */
    (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
    (void)sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
}

#endif
