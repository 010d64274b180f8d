/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_WATCH_H
#define HEARTH_NET_WATCH_H

/*
 * Has the other end of a connection gone?  For connections that nobody reads from: one set
 * of descriptors for each reactor, told by the kernel, whatever else watches them.
 */

#include "net/reactor.h"

typedef struct hearth__watch hearth__watch;

/* Embed it; zeroed is stopped. */
struct hearth__watch {
    void (*fn)(hearth__watch *w); /* the watch is stopped when called */
    int fd;
    bool on;
};

/* Call w->fn once, when the peer of fd has closed or shut its side, or has done so already;
 * never from within this call.  HEARTH_EIO when the system has no room. */
int hearth__watch_set(hearth__reactor *r, hearth__watch *w, int fd);
/* Before fd is closed.  A stopped one is fine. */
void hearth__watch_stop(hearth__reactor *r, hearth__watch *w);

#endif
