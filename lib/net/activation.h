/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_ACTIVATION_H
#define HEARTH_NET_ACTIVATION_H

/* Sockets that the service manager has opened for us (sd_listen_fds(3)): descriptors from
 * 3 on, as the environment says. */

#include "net/address.h"

#include <hearth/base.h>

#define HEARTH__ACTIVATION_FIRST 3

/* The values of LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES; NULL where not set. */
typedef struct hearth__activation {
    const char *pid, *fds, *names;
} hearth__activation;

/* How many there are, at least 1; or HEARTH_EINVAL with a sentence when there are none, or
 * not for this process. */
int hearth__activation_count(const hearth__activation *a, hearth_error *err);
/* Has the i-th this name?  ("web" of "web:admin") */
bool hearth__activation_named(const hearth__activation *a, int i, hearth_str name);
/* A copy of the i-th, checked to be a listening stream socket of a family that we serve,
 * made non-blocking and close-on-exec; fills *at.  The original stays open for the next
 * start, but not for programs that we start.  HEARTH_EINVAL or HEARTH_EUNAVAILABLE with a
 * sentence. */
int hearth__activation_take(const hearth__activation *a, int i, hearth__address *at,
                            hearth_error *err);

#endif
