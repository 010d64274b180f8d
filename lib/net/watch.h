/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_WATCH_H
#define HEARTH_NET_WATCH_H

/*
 * Descriptors of connections, one set for each reactor, told by the kernel, whatever else
 * watches them: has the other end gone, for connections that nobody reads from; or can it be
 * read from and written to, for those that are ours.
 */

#include "net/reactor.h"

typedef struct hearth__watch hearth__watch;

#define HEARTH__WATCH_READ  1u /* also: it has ended, or failed */
#define HEARTH__WATCH_WRITE 2u

/* Embed it; zeroed is stopped. */
struct hearth__watch {
    void (*fn)(hearth__watch *w); /* that of watch_set() is stopped when called */
    int fd;
    bool on;
    bool stays;            /* watch_io()'s */
    unsigned wants, ready; /* HEARTH__WATCH_... */
};

/* Call w->fn once, when the peer of fd has closed or shut its side, or has done so already;
 * never from within this call.  HEARTH_EIO when the system has no room. */
int hearth__watch_set(hearth__reactor *r, hearth__watch *w, int fd);
/* Call w->fn whenever fd is ready for what is wanted, with that in w->ready, until it is
 * stopped.  May be called again to want something else; 0 is as stopping.  As above. */
int hearth__watch_io(hearth__reactor *r, hearth__watch *w, int fd, unsigned wants);
/* Before fd is closed.  A stopped one is fine. */
void hearth__watch_stop(hearth__reactor *r, hearth__watch *w);

#endif
