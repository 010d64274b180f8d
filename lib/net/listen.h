/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_LISTEN_H
#define HEARTH_NET_LISTEN_H

/*
 * Listening sockets: non-blocking, close-on-exec.
 *
 * On a TCP address every reactor has a socket of its own (SO_REUSEPORT) and the kernel
 * spreads the connections.  A Unix domain socket, and one that was passed to us, exists
 * once: one reactor owns it and deals the connections out (accept.c).
 */

#include "net/activation.h"
#include "net/address.h"

typedef struct hearth__listener {
    hearth__address at;
    int fd;      /* the first socket, until somebody has taken it; then -1 */
    bool shared; /* there is only the one */
    bool proxy;  /* a PROXY header comes first */
    /* The file of a Unix domain socket, held so that no other gets its number; it is removed
     * at the end.  -1: none. */
    int file;
} hearth__listener;

typedef struct hearth__listeners {
    hearth__listener *list;
    size_t n;
} hearth__listeners;

/* Open what the place says, all addresses that a host has, all sockets that were passed,
 * and append them; `passed` may be NULL.  HEARTH_E code with a sentence that names the
 * address; then hearth__listeners_close() is due. */
int hearth__listen(hearth__listeners *l, const hearth__place *p, int backlog,
                   const hearth__activation *passed, hearth_error *err);
/* The first socket, or one more on the same address; the caller closes it.  HEARTH_E code
 * with a sentence in *err.  Of a shared one only the first can be had. */
int hearth__listener_take(hearth__listener *l, int backlog, hearth_error *err);
/* Remove the files of Unix domain sockets that are still ours: nobody new comes. */
void hearth__listeners_remove(hearth__listeners *l);
/* Remove files, close what nobody has taken, forget all. */
void hearth__listeners_close(hearth__listeners *l);

/* ---- listen_unix.c ------------------------------------------------------------------ */

/* A listening socket with that path ("@name" without a file); 0 and *l filled, or a
 * HEARTH_E code with a sentence.  A file that a dead process has left is replaced. */
int hearth__listen_unix(hearth__listener *l, hearth_str path, unsigned mode, int backlog,
                        hearth_error *err);
void hearth__listener_remove_file(hearth__listener *l);

#endif
