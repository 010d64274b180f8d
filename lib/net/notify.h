/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_NOTIFY_H
#define HEARTH_NET_NOTIFY_H

/* Telling the service manager how we are: systemd's readiness protocol (sd_notify(3)),
 * which is one datagram to a socket whose name is in NOTIFY_SOCKET. */

#include <hearth/base.h>

/* `to` is "/path" or "@abstract"; NULL or "" does nothing.  0, HEARTH_EINVAL for another
 * form or a name that is too long, HEARTH_EIO when it could not be sent. */
int hearth__notify(const char *to, const char *message);

#endif
