/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_FILL_H
#define HEARTH_APP_FILL_H

/* The built-in pages of templates/ with their {{names}} filled in.  Not a template engine:
 * an error page has to work when that is what failed. */

#include "core/buf.h"

/* Writes what stands for a name, escaped. */
typedef void hearth__fill_fn(void *arg, hearth_str name, hearth__buf *out);

/* The page, each {{name}} replaced by what fn writes; that is not looked at again. */
void hearth__fill(hearth__buf *out, const char *page, hearth__fill_fn *fn, void *arg);

#endif
