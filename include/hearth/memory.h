/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MEMORY_H
#define HEARTH_MEMORY_H

/**
 * @file hearth/memory.h
 * Memory of a request.  Nothing is freed: it goes when the request ends.
 *
 * Out of memory gives NULL *and* spoils the request: whatever the handler goes on to
 * answer, the client gets one clean 503.  So a small string need not be checked before it
 * is handed to a Hearth function; a struct that you dereference must be.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Memory, zeroed, aligned for any type.
 *
 * Owns:    request
 * Returns: n bytes, or NULL when out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API void *hearth_alloc(hearth_ctx *c, size_t n);

/** One object of a type: `struct job *j = HEARTH_NEW(c, struct job);` */
#define HEARTH_NEW(c, type) ((type *)hearth_alloc((c), sizeof(type)))

/**
 * A copy of a string.
 *
 * Owns:    request
 * Returns: the copy; NULL for NULL or when out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API char *hearth_strdup(hearth_ctx *c, const char *s);

/**
 * A formatted string of any length.
 *
 * Owns:    request
 * Returns: the string, or NULL when out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API char *hearth_strf(hearth_ctx *c, const char *fmt, ...) HEARTH_PRINTF(2, 3);

/**
 * Have a foreign resource released when the request ends; last registered goes first.
 *
 * Returns: 0; or HEARTH_ENOMEM, and then fn(arg) has been called already.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_defer(hearth_ctx *c, void (*fn)(void *arg), void *arg);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_MEMORY_H */
