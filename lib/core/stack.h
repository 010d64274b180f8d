/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_STACK_H
#define HEARTH_CORE_STACK_H

/* Where this thread is: addresses now, names later (core/symbols.h). */

#include <stddef.h>
#include <stdint.h>

#define HEARTH__STACK_MAX 48 /* calls that are kept */

typedef struct hearth__stack {
    uintptr_t pc[HEARTH__STACK_MAX]; /* of each call instruction, innermost first */
    size_t n;
} hearth__stack;

/* The calls that led here, without this one.  Costs some microseconds, allocates nothing. */
void hearth__stack_take(hearth__stack *s);

#endif
