/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_REACTOR_H
#define HEARTH_NET_REACTOR_H

/*
 * Reactors: N threads, each with a libuv loop, listeners of its own (SO_REUSEPORT), a
 * timer wheel and one service, which is the transport that speaks on the accepted
 * connections.  Nothing is shared between reactors but the worker pool and the connection
 * count.
 *
 * The service never sees libuv.  It names one descriptor to watch (libmicrohttpd's epoll)
 * and one function, tick, that the reactor calls before it would block, whenever anything
 * happened: the descriptor became readable, a connection was accepted, a timer fired, a
 * posted task or a finished job ran.  So no entry into libmicrohttpd can be forgotten.
 */

#include "core/log.h"
#include "http/cidr.h"
#include "net/activation.h"
#include "net/limits.h"
#include "net/pool.h"
#include "net/timer.h"

#include <sys/socket.h>

/* A connection that was accepted; for the time of the call only. */
typedef struct hearth__incoming {
    int fd;
    const struct sockaddr *peer; /* the client's address */
    socklen_t peer_len;
    hearth__source source; /* whom it was counted for */
} hearth__incoming;

/* What runs on every reactor.  All calls on the reactor's thread, but open(): all
 * reactors are opened by the starting thread before any of them runs; and close() when a
 * start fails later. */
typedef struct hearth__service_ops {
    const char *name;
    /* Before the reactor runs.  Returns the state of this reactor's service, NULL with
     * *err filled on failure. */
    void *(*open)(void *self, hearth__reactor *r, hearth_error *err);
    /* The descriptor to watch for reading; constant.  -1 for none. */
    int (*fd)(void *state);
    /* Do what is to be done; returns milliseconds until it wants to be called again (0:
     * at once, after other events had their turn; -1: only when something happens). */
    int64_t (*tick)(void *state);
    /* Optional: NULL means tick.  Instead of it when nothing has happened but to descriptors of
     * hearth__watch_io(); true: tick is wanted all the same. */
    bool (*skim)(void *state);
    /* A new connection: non-blocking, close-on-exec, TCP_NODELAY set, counted.  Takes
     * in->fd.  When the connection ends the service calls hearth__reactor_released()
     * once, with in->source, also if it refuses here. */
    void (*accepted)(void *state, const hearth__incoming *in);
    /* Every connection is in use and another one asks: cut the one that can best be
     * spared, if any can.  True if one was; it may be released later. */
    bool (*spare)(void *state);
    /* Stop is wanted: finish what is in flight, close what is idle, do not keep alive. */
    void (*drain)(void *state);
    /* Nothing left: no connection, no job out. */
    bool (*idle)(void *state);
    /* Cut everything, now.  Jobs may still be out; their done() is called later, by the
     * stopping thread, and must cope: the last one frees the state.  No other call
     * follows. */
    void (*close)(void *state);
} hearth__service_ops;

typedef struct hearth__net_opts {
    const hearth__place *places; /* where to listen; NULL: on one host and port */
    size_t nplaces;
    const char *host;                 /* numeric address or a name; NULL "127.0.0.1" */
    int port;                         /* 0: any free one */
    const hearth__activation *passed; /* NULL: no sockets were passed to us */
    /* Asked for every address that was bound; not 0 refuses the start.  NULL: all may. */
    int (*allow)(void *self, const hearth__address *a, hearth_error *err);
    void *allow_self;
    /* Trusted proxies, borrowed: they share no limit per address, and where a PROXY header
     * comes first nobody else may connect.  NULL: none. */
    const hearth__cidrs *proxies;
    int64_t proxy_ms; /* for that header to come, 0: 10000 */
    int reactors;     /* 0: one per core this process may use */
    bool hosted;      /* one reactor without a thread, run by hearth__net_step() */
    bool by_hand;     /* hosted, listens nowhere, and jobs run where they are submitted */
    int workers;      /* 0: 32 */
    size_t worker_queue; /* 0: 1024 */
    int max_connections; /* 0: 10000, over all reactors */
    int max_per_address; /* 0: 256, over all reactors; negative: no limit */
    int backlog;         /* 0: 1024 */
    const hearth__service_ops *service;
    void *service_self;
    hearth__log *log;
} hearth__net_opts;

typedef struct hearth__net hearth__net;

/* Open listeners and services, start the threads, return when all accept.  NULL with a
 * sentence in *err ("cannot listen on 127.0.0.1:8080: address already in use; ..."); then
 * nothing is left behind. */
hearth__net *hearth__net_start(const hearth__net_opts *o, hearth_error *err);
int hearth__net_port(const hearth__net *n); /* the first TCP port that is bound, or 0 */
/* Where the i-th listener is bound; NULL behind the last.  In order of the places. */
const hearth__address *hearth__net_address(const hearth__net *n, size_t i);
int hearth__net_connections(const hearth__net *n);
/* Stop accepting, drain at most drain_ms, close, join, free.  `hurry` (may be NULL) is
 * polled on the calling thread: true ends the drain early.  0, or HEARTH_ETIMEOUT when a
 * handler still runs on a worker, or blocks a reactor, 0.1 to 2 seconds after the end of
 * the drain: then everything that it may touch stays in place.  Call it again to wait on,
 * or leave *n alone for ever. */
int hearth__net_stop(hearth__net *n, int64_t drain_ms, bool (*hurry)(void *arg),
                     void *arg);
/* Of a hosted set, on the thread of its host: a descriptor that becomes readable when
 * there is something to do; in how many milliseconds there is anyway, -1 for never; and do
 * it, without waiting. */
int hearth__net_fd(const hearth__net *n);
int64_t hearth__net_timeout(hearth__net *n);
void hearth__net_step(hearth__net *n);
/* The clock of all reactors goes ahead of the machine's by so much, which never becomes
 * less; what that makes due happens in their next turn.  Any thread. */
void hearth__net_ahead(hearth__net *n, int64_t ahead_ms);
/* Have all reactors seen that? */
bool hearth__net_moved(const hearth__net *n);
/* Has every reactor turned since the last call?  Asks them anew if so.  One thread. */
bool hearth__net_pulse(hearth__net *n);

/* ---- for services, on the reactor's thread unless it says any -------------- */

typedef struct hearth__task hearth__task;
struct hearth__task {
    void (*fn)(hearth__task *t);
    hearth__task *next; /* the reactor's */
};

int64_t hearth__reactor_now_ms(
    const hearth__reactor *r); /* monotonic, read once per loop turn: free */
int64_t
hearth__reactor_wall_s(const hearth__reactor *r); /* seconds since the epoch, as fresh */
hearth__wheel *hearth__reactor_wheel(hearth__reactor *r);
/* Any thread: run t->fn on the reactor.  Batched.  t must live until then.  After the
 * loop has ended, tasks are run by hearth__net_stop() on its thread. */
void hearth__reactor_post(hearth__reactor *r, hearth__task *t);
/* To the pool of the set.  As hearth__pool_submit(); HEARTH_EUNAVAILABLE after close().
 */
int hearth__reactor_submit(hearth__reactor *r, hearth__job *j);
/* The same past the limit of the queue, for what was let in long before. */
int hearth__reactor_submit_past(hearth__reactor *r, hearth__job *j);
/* One that did not come through accepted(), and is counted for nobody. */
void hearth__reactor_counted(hearth__reactor *r);
/* A connection of accepted() is gone. */
void hearth__reactor_released(hearth__reactor *r, hearth__source source);
int hearth__reactor_index(const hearth__reactor *r); /* 0 to count - 1 */
/* Its thread only: is this within a turn, at whose end tick() is called?  A host's code is
 * that only below hearth__net_step(). */
bool hearth__reactor_turning(const hearth__reactor *r);
hearth__log *hearth__reactor_log(hearth__reactor *r);
/* Access lines of this reactor: collected here, handed to the log when 32 KiB are there,
 * at least once a second, and when the loop is about to sleep and standard error is a
 * terminal.  Call it for every line; the pointer is for now only. */
hearth__buf *hearth__reactor_lines(hearth__reactor *r);

#endif
