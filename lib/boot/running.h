/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_RUNNING_H
#define HEARTH_BOOT_RUNNING_H

/* What an application is while it runs.  For lib/boot. */

#include "transport/h1.h"

#include <hearth/host.h>

typedef struct running {
    hearth__h1_opts h1;
    hearth__net *net;
    char (*address)[HEARTH__ADDRESS_TEXT]; /* where it listens, as texts */
    size_t naddresses;
    int64_t drain_ms;
    bool hosted;                 /* runs in hearth_app_step() */
    bool stuck;                  /* a handler never returned: nothing may be freed */
    struct hearth__guest *guest; /* in a loop of libuv's: host.c; or NULL */
} running;

/* hosted: no thread of a reactor, see hearth__net_step(). */
int hearth__start(hearth_app *app, const hearth_run_opts *o, size_t size, bool hosted,
                  hearth_error *err);
/* Not in the host's loop any more. */
void hearth__host_leave(running *run);

#endif
