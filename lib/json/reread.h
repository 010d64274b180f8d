/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_JSON_REREAD_H
#define HEARTH_JSON_REREAD_H

/*
 * JSON text into the tree of an earlier text that is not needed any more.
 */

#include "json/load.h"

/* Like hearth__json_load(), in the memory of `old` as far as the two are alike: a large part of
 * the work when names and their order are the same.  old: a tree or NULL, taken, also on
 * failure; what of it others refer to stays as it is. */
json_t *hearth__json_load_over(json_t *old, hearth_str text,
                               const hearth__json_limits *limits, hearth_error *err);

#endif
