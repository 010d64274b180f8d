/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_ADDRESS_H
#define HEARTH_NET_ADDRESS_H

/* Where a socket is bound, and where it is to be. */

#include <hearth/base.h>
#include <sys/socket.h>

#define HEARTH__ADDRESS_TEXT 160
#define HEARTH__SOCKET_MODE  0660

typedef struct hearth__address {
    struct sockaddr_storage at;
    socklen_t len;
} hearth__address;

int hearth__address_port(const hearth__address *a); /* 0 for a Unix domain socket */
/* "http://127.0.0.1:8080", "http://[::1]:8080", "unix:/run/app.sock", "unix:@name". */
const char *hearth__address_text(const hearth__address *a,
                                 char out[HEARTH__ADDRESS_TEXT]);
/* This machine only: loopback and Unix domain sockets. */
bool hearth__address_is_local(const hearth__address *a);

/* What is asked for, as a text:
 *
 *     127.0.0.1:8080  [::1]:8080  localhost:8080      port 0 is any free one
 *     unix:/run/app.sock  unix:@name                  "mode=0660" may follow
 *     systemd  systemd:NAME                           sockets that were passed to us
 *
 * and after each of them, with a space between, "proxy_protocol". */
typedef enum hearth__place_kind {
    HEARTH__PLACE_TCP,
    HEARTH__PLACE_UNIX,
    HEARTH__PLACE_PASSED
} hearth__place_kind;

typedef struct hearth__place {
    hearth__place_kind kind;
    hearth_str name; /* the host without brackets, the path, or the socket's name; a slice
                        of the text */
    int port;
    unsigned mode; /* of a Unix domain socket's file */
    bool proxy;    /* a PROXY header comes first */
} hearth__place;

/* HEARTH_EINVAL with a sentence, or 0. */
int hearth__place_parse(hearth__place *p, const char *text, hearth_error *err);

#endif
