/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_JSON_POINTER_H
#define HEARTH_JSON_POINTER_H

/* JSON Pointer (RFC 6901). */

#include "core/buf.h"

#include <hearth/json.h>

/* The value at "/a/0/b~1c", borrowed from root; NULL when there is none or the pointer is
 * malformed.  "" is root. */
json_t *hearth__json_at(const json_t *root, hearth_str pointer);
/* Append "/" and the name with ~ and / escaped. */
void hearth__json_pointer_add(hearth__buf *b, hearth_str name);

#endif
