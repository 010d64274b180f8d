/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_PARAM_H
#define HEARTH_HTTP_PARAM_H

/* Lists and parameters of field values (RFC 9110 sections 5.6.1 and 5.6.6), quoted
 * strings respected. */

#include <hearth/base.h>

/* Cut the next element of a comma-separated list off *rest, trimmed; empty ones are
 * skipped. False at the end.  *rest starts as the field value. */
bool hearth__param_element(hearth_str *rest, hearth_str *element);
/* Cut the part before the first ';' off *rest, trimmed: "text/html" of "text/html; q=1".
 */
hearth_str hearth__param_head(hearth_str *rest);

typedef enum hearth__param_found {
    HEARTH__PARAM_END,
    HEARTH__PARAM_ONE,
    HEARTH__PARAM_BAD
} hearth__param_found;

/* The next "name=value" after hearth__param_head(); a quoted value keeps its quotes. */
hearth__param_found hearth__param_next(hearth_str *rest, hearth_str *name,
                                       hearth_str *value);
/* The text of a value, quotes and their backslashes taken away, into out with a '\0'; the
 * length, or -1 when it does not fit or holds a NUL. */
ptrdiff_t hearth__param_text(hearth_str value, char *out, size_t max);

#endif
