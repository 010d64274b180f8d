/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_GUARD_H
#define HEARTH_APP_GUARD_H

/*
 * The header fields that tell browsers to be careful, on every answer.
 *
 * They are an application's, always the same, so a response does not hold them: it says
 * which ones go with it, and transports send them from here.  Two answers then have the
 * same ones when two numbers are equal.
 */

#include "app/res.h"

#include <hearth/base.h>

enum {
    HEARTH__GUARD_NOSNIFF,
    HEARTH__GUARD_REFERRER,
    HEARTH__GUARD_OPENER,
    HEARTH__GUARD_POLICY,
    HEARTH__GUARD_PERMISSIONS,
    HEARTH__GUARD_HSTS,
    HEARTH__NGUARDS
};

struct hearth__guard {
    hearth__field field[HEARTH__NGUARDS];
    char *own[HEARTH__NGUARDS];   /* values that are not constant */
    unsigned always, page, https; /* bits of those that go with an answer */
};
typedef struct hearth__guard hearth__guard;

struct hearth_app_opts;
/* From the options.  HEARTH_EINVAL with a sentence, HEARTH_ENOMEM or 0. */
int hearth__guard_init(hearth__guard *g, const struct hearth_app_opts *o,
                       hearth_error *err);
void hearth__guard_clear(hearth__guard *g);

/* When nothing else changes the answer any more: which ones go with it. */
void hearth__guard_answer(hearth_ctx *c);

/* One after the other, until NULL; *left starts as r->guards. */
static inline const hearth__field *hearth__guard_next(const hearth__res *r,
                                                      unsigned *left)
{
    unsigned i = 0;

    if (*left == 0)
        return NULL;
    while ((*left >> i & 1) == 0)
        i++;
    *left &= *left - 1;
    return i == HEARTH__GUARD_POLICY && r->policy.value.ptr != NULL ? &r->policy
                                                                    : &r->guard->field[i];
}

#endif
