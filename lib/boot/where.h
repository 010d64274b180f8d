/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_WHERE_H
#define HEARTH_BOOT_WHERE_H

/* Where an application stands: what the environment says about it, and whether it may
 * listen where it is told to. */

#include "app/app.h"

/* A list out of text, parts between `sep` without white space around them, empty ones
 * left out; ended by NULL.  Free it, in one piece.  NULL when out of memory. */
const char **hearth__where_split(const char *text, char sep);
/* HEARTH_HOSTS and HEARTH_TRUSTED_PROXIES, where the options say nothing. */
int hearth__where_env(hearth_app *app, hearth_error *err);
/* Only development may be seen by nobody but this machine and have no list of hosts. */
int hearth__where_check(hearth_app *app, const char *host, hearth_error *err);

#endif
