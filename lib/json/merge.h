/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_JSON_MERGE_H
#define HEARTH_JSON_MERGE_H

/* JSON Merge Patch (RFC 7396) on trees. */

#include <hearth/json.h>

/* What the patch makes of the target (NULL: there was none): a new tree, or a further
 * reference to the patch; neither of the two is changed.  NULL when out of memory, or nested
 * more than 512 deep. */
json_t *hearth__json_merge(const json_t *target, json_t *patch);

#endif
