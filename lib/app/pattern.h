/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_PATTERN_H
#define HEARTH_APP_PATTERN_H

/*
 * A route pattern, "/todos/{id:int}", taken apart.  The language is described in
 * <hearth/route.h>.
 */

#include "app/conv.h"
#include "http/target.h"

#define HEARTH__MAX_PARAMS 16

/* One segment. */
typedef struct hearth__part {
    hearth_str text;   /* the literal, or the parameter's name: a slice of the pattern */
    hearth__conv conv; /* of a parameter */
    bool is_param;
} hearth__part;

typedef struct hearth__pattern {
    const char *text;
    hearth__part part[HEARTH__MAX_SEGMENTS]; /* "/" has none; "/a/" two, the last empty */
    size_t nparts, nparams;
} hearth__pattern;

/* 0, or HEARTH_EINVAL with a sentence that names the pattern and says what to write
 * instead; then *p is useless.  text is borrowed. */
int hearth__pattern_parse(hearth__pattern *p, const char *text, hearth_error *err);

#endif
