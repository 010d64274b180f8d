/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_WHERE_H
#define HEARTH_BOOT_WHERE_H

/* Where an application stands: what options and environment say about it, and whether it
 * may listen there. */

#include "app/app.h"
#include "net/activation.h"

typedef struct hearth__where {
    hearth__place *places; /* NULL: one host and port */
    size_t nplaces;
    const char **texts; /* that the places point into, when they are the environment's */
    hearth__activation passed;
} hearth__where;

/* Places from o->listen, else, when the options name neither host nor port, from
 * HEARTH_LISTEN.  HEARTH_E code with a sentence or 0; then hearth__where_clear() is due. */
int hearth__where_read(hearth__where *w, const hearth_run_opts *o, hearth_error *err);
void hearth__where_clear(hearth__where *w);
/* Let the application answer to the names that it listens on. */
int hearth__where_names(hearth_app *app, const hearth__where *w, const char *host,
                        hearth_error *err);
/* May it listen there?  Only development may have no list of hosts, and only in
 * development may errors be shown or a secret be made up: where nobody but this machine can
 * ask.  `self` is the application. */
int hearth__where_check(void *self, const hearth__address *a, hearth_error *err);

/* HEARTH_HOSTS and HEARTH_TRUSTED_PROXIES, where the options say nothing. */
int hearth__where_env(hearth_app *app, hearth_error *err);
/* A list out of text, parts between `sep` without white space around them, empty ones
 * left out; ended by NULL.  Free it, in one piece.  NULL when out of memory. */
const char **hearth__where_split(const char *text, char sep);

#endif
