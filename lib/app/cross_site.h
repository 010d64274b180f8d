/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_CROSS_SITE_H
#define HEARTH_APP_CROSS_SITE_H

/* Requests that a page of another site makes in a visitor's name. */

#include "http/audit.h"

#include <hearth/base.h>

/* Sites that may: "https://app.example.org", in lower case. */
typedef struct hearth__sites {
    hearth_str *list; /* in one block with their text */
    size_t n;
} hearth__sites;

/* A list that ends with NULL, itself NULL for an empty one.  HEARTH_EINVAL with a sentence,
 * HEARTH_ENOMEM or 0. */
int hearth__sites_parse(hearth__sites *s, const char *const *texts, hearth_error *err);
void hearth__sites_clear(hearth__sites *s);

/* After the route is found, before anything of it runs: status 0, or 403, and then it is
 * in the log. */
hearth__verdict hearth__cross_site_check(hearth_ctx *c);
/* Does the browser say that a page of this very origin asks?  False when it says nothing. */
bool hearth__cross_site_own(hearth_ctx *c);

#endif
