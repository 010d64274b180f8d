/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_TEXT_H
#define HEARTH_MODEL_TEXT_H

/* The functions of hearth/format.h over slices.  False leaves *out untouched. */

#include <hearth/model.h>

bool hearth__read_date(hearth_str s, hearth_date *out);
bool hearth__read_time(hearth_str s, int64_t *out);
bool hearth__read_uuid(hearth_str s, hearth_uuid *out);
bool hearth__date_exists(hearth_date d);

#endif
