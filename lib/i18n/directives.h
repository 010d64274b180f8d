/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_I18N_DIRECTIVES_H
#define HEARTH_I18N_DIRECTIVES_H

/*
 * What a printf format takes from its arguments.  A translation is handed to printf with the
 * arguments of the original, so one that takes others would read what is not there.
 */

#include <hearth/base.h>

#define HEARTH__DIRECTIVES 16

typedef struct hearth__directives {
    size_t n;
    char type[HEARTH__DIRECTIVES][4]; /* of each argument: length and conversion, "ld" */
} hearth__directives;

/* False: it is no format: an unknown conversion, %n, more than 16 arguments, numbered ones that
 * leave some out or stand beside others. */
bool hearth__directives_read(hearth__directives *d, const char *format);
/* Does `b` take the same arguments as `a`, or fewer at the end? */
bool hearth__directives_fit(const hearth__directives *a, const hearth__directives *b);

#endif
