/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_MASK_H
#define HEARTH_APP_MASK_H

/* Which values nobody should read over a developer's shoulder. */

#include <hearth/base.h>

/* Does a value of this name look like a secret?  Names of header fields, of cookies, of
 * fields of forms and queries, whatever their case: "Authorization", "new_password",
 * "csrf-token", "apiKey". */
bool hearth__mask_hides(hearth_str name);

#endif
