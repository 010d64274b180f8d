/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_MX_H
#define HEARTH_NET_MX_H

/* Does a domain take mail?  Asks the DNS, and blocks. */

#include <hearth/base.h>
#include <netinet/in.h>

/* domain: ASCII.  server: NULL for those of the system.  0, HEARTH_EINVAL when it takes none,
 * HEARTH_EUNAVAILABLE when nobody could say. */
int hearth__mx_look_up(const char *domain, const struct sockaddr_in *server,
                       int timeout_ms, hearth_error *err);
/* hearth_email_lookup() with a server. */
int hearth__mx_email(const char *text, const struct sockaddr_in *server, int timeout_ms,
                     hearth_error *err);

#endif
