/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TRANSPORT_H1_FEED_H
#define HEARTH_TRANSPORT_H1_FEED_H

/*
 * A body on its way to a worker, in pieces, because what takes it may block.
 *
 * One buffer is out with the worker while the other one fills; what arrives meanwhile
 * goes together.  When both are full the connection is suspended: its socket fills, and
 * the client waits.  So a slow sender's bytes are handed on at once, and a fast one's in
 * large pieces, in constant memory.
 */

#include "transport/h1.h"

#define HEARTH__H1_FEED_BYTES (64u * 1024u)

typedef struct hearth__h1_feed {
    hearth__job job; /* first: it is cast back */
    hearth__h1 *h1;
    hearth_ctx *c;
    hearth__h1_conn *conn; /* NULL: nobody waits any more; then c goes with the feed */
    char *fill, *out;      /* halves of bytes */
    size_t nfill, nout;
    int refused; /* the status of an answer before the end */
    bool began, busy, ended;
    char bytes[2 * HEARTH__H1_FEED_BYTES];
} hearth__h1_feed;

/* After the head: the first call's result.  k->state says where it is. */
enum MHD_Result hearth__h1_feed_head(hearth__h1_conn *k);
/* A piece of the body; *size becomes what was left. */
enum MHD_Result hearth__h1_feed_body(hearth__h1_conn *k, const char *data, size_t *size);
/* The last call: has the worker had everything?  Else the connection is suspended and
 * will be asked again. */
bool hearth__h1_feed_done(hearth__h1_conn *k);
/* Has a worker the request now, though the connection is not suspended? */
bool hearth__h1_feed_busy(const hearth__h1_conn *k);
/* The connection has ended, or nobody waits for the worker.  Takes k->c along when the
 * worker has it now. */
void hearth__h1_feed_forget(hearth__h1_conn *k);

#endif
