/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_REGEX_H
#define HEARTH_MODEL_REGEX_H

/* Patterns as programs (model/pattern.h makes them), and a text held against one. */

#include "core/arena.h"

#include <hearth/base.h>

typedef enum hearth__op_code {
    HEARTH__OP_CHAR,
    HEARTH__OP_ANY,
    HEARTH__OP_SET,
    HEARTH__OP_SPLIT,
    HEARTH__OP_JUMP,
    HEARTH__OP_BEGIN,
    HEARTH__OP_END,
    HEARTH__OP_MATCH
} hearth__op_code;

typedef struct hearth__range {
    uint32_t from, to;
} hearth__range;

typedef struct hearth__op {
    hearth__op_code code;
    uint32_t x, y; /* CHAR: x; SPLIT: both ways; JUMP: x; SET: ranges x to y */
    bool negate;   /* SET */
} hearth__op;

typedef struct hearth__regex {
    hearth__op *op;
    hearth__range *range;
    size_t n, cap, nranges, cap_ranges;
} hearth__regex;

/* The whole of text, which is UTF-8.  Takes memory of a; false without, and then a->failed. */
bool hearth__regex_match(const hearth__regex *re, hearth_str text, hearth__arena *a);

#endif
