/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_PROXY_HEADER_H
#define HEARTH_HTTP_PROXY_HEADER_H

/*
 * The PROXY protocol, versions 1 (a line of text) and 2 (binary): what a load balancer
 * sends in front of a connection's own bytes to say whose connection it is.
 *
 * Accepted: TCP over IPv4 and IPv6, Unix stream sockets; UNKNOWN, UNSPEC and LOCAL, which
 * say nothing, so that the connection's own address stays; TLVs, which are skipped once
 * they are well-formed.  Refused: everything else, datagrams among it, a line of more
 * than 107 bytes and a binary header of more than 536, which is what the protocol asks
 * every receiver to hold.
 */

#include <hearth/base.h>
#include <sys/socket.h>

#define HEARTH__PROXY_MOST 536

typedef enum hearth__proxy_state {
    HEARTH__PROXY_MORE, /* it may be one; all bytes so far belong to it */
    HEARTH__PROXY_DONE,
    HEARTH__PROXY_BAD
} hearth__proxy_state;

typedef struct hearth__proxy_header {
    size_t len;    /* bytes of the header; what follows is the client's */
    bool has_peer; /* at is the client; else the connection's own address counts */
    struct sockaddr_storage at;
    socklen_t at_len;
} hearth__proxy_header;

/* *h is filled when DONE. */
hearth__proxy_state hearth__proxy_parse(hearth__proxy_header *h, const char *p, size_t n);

#endif
