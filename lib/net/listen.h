/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_LISTEN_H
#define HEARTH_NET_LISTEN_H

/* Listening sockets: non-blocking, close-on-exec, shared between the reactors by the
 * kernel. */

#include <hearth/base.h>
#include <sys/socket.h>

typedef struct hearth__address {
    struct sockaddr_storage at;
    socklen_t len;
} hearth__address;

/* Listen on a name or a numeric address, "[::1]" and "::1" alike; NULL is 127.0.0.1.  The
 * first address of a name that works is taken.  Returns the descriptor and fills *bound,
 * with the port that was found for port 0; or a HEARTH_E code with a sentence in *err. */
int hearth__listen(const char *host, int port, int backlog, hearth__address *bound,
                   hearth_error *err);
/* One more listener on the same address and port. */
int hearth__listen_again(const hearth__address *bound, int backlog, hearth_error *err);
int hearth__address_port(const hearth__address *a);

#endif
