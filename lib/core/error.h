/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_ERROR_H
#define HEARTH_CORE_ERROR_H

/* Filling in a hearth_error. */

#include <hearth/base.h>

int hearth__error_status(
    int code); /* the HTTP status of a HEARTH_E code, 500 for others */
/* Set *err (NULL allowed) and return code, so that `return hearth__error_set(...)` reads
 * well.  The text is cut at a UTF-8 boundary. */
int hearth__error_set(hearth_error *err, int code, const char *fmt, ...)
    HEARTH_PRINTF(3, 4);

#endif
