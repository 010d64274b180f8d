/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_LIMIT_H
#define HEARTH_APP_LIMIT_H

/* Rate limits of an application. */

#include "core/bucket.h"
#include "core/str.h"

#include <hearth/limit.h>
#include <stdatomic.h>

struct hearth_limit {
    struct hearth_limit *next;
    char *name;
    char *prefix; /* NULL: asked by hand */
    hearth__rate rate;
    int64_t quota, window_s;
    hearth_limit_who_fn *who;
    bool each_route, quiet;
    hearth__buckets *buckets;
    atomic_llong told_us; /* the last line of the log */
    atomic_int untold;    /* hits since */
};

/* All that an application has. */
typedef struct hearth__app_limits {
    hearth_limit *first;
    bool on_paths;                   /* some have a prefix */
    hearth_limit *account, *address; /* of logins; NULL: not set up */
} hearth__app_limits;

void hearth__limit_free(hearth__app_limits *l);
/* Ask those of the request's path.  0, 429 or a code. */
int hearth__limit_request(hearth_ctx *c);

#endif
