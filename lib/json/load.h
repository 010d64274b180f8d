/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_JSON_LOAD_H
#define HEARTH_JSON_LOAD_H

/*
 * JSON text to a tree, with limits.  jansson's own depth limit is fixed at 2048 and its
 * error positions are bytes; a pass of ours over the text bounds the depth first.
 */

#include <hearth/json.h>

typedef struct hearth__json_limits {
    int depth; /* 0 = 64: nested arrays and objects */
} hearth__json_limits;

/* A new reference, or NULL with *err filled: HEARTH_EINVAL ("line 3, column 7: ...";
 * columns count characters from 1) or HEARTH_ENOMEM.  Duplicate names, trailing text, a
 * BOM, invalid UTF-8, NaN and integers beyond 64 bits are errors; any value may stand at
 * the top; a "\u0000" escape in a string is refused (C strings would end there). */
json_t *hearth__json_load(hearth_str text, const hearth__json_limits *limits,
                          hearth_error *err);

#endif
