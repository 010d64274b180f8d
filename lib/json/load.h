/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_JSON_LOAD_H
#define HEARTH_JSON_LOAD_H

/*
 * JSON text (RFC 8259) to a tree of jansson's, with limits, and with errors that say where.
 */

#include "json/reader.h"

#include <hearth/json.h>

typedef struct hearth__json_limits {
    int depth; /* 0 = 64: nested arrays and objects; at most 2048 */
} hearth__json_limits;

/* A new reference, or NULL with *err filled: HEARTH_EINVAL ("line 3, column 7: ...";
 * columns count characters from 1) or HEARTH_ENOMEM.  Duplicate names, trailing text, a
 * BOM, invalid UTF-8, NaN and integers beyond 64 bits are errors; any value may stand at
 * the top; a "\u0000" escape in a string is refused (C strings would end there). */
json_t *hearth__json_load(hearth_str text, const hearth__json_limits *limits,
                          hearth_error *err);

/* The value that comes next, as a new reference; NULL when the reader failed. */
json_t *hearth__json_read_tree(hearth__json_reader *r);
/* At a name: the members that are left, and the bracket that closes, into an object that has those
 * before. */
bool hearth__json_read_members(hearth__json_reader *r, json_t *object);

#endif
