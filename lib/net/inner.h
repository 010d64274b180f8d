/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_INNER_H
#define HEARTH_NET_INNER_H

/* What the files of lib/net share.  Nobody else includes this. */

#include "http/cidr.h"
#include "net/listen.h"
#include "net/reactor.h"

#include <pthread.h>
#include <stdatomic.h>
#include <uv.h>

#define HEARTH__MAX_THREADS 4096

/* The end of the object that `ptr`, a member of it, lies in. */
#define HEARTH__OUTER(ptr, type, member) \
    ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

enum hearth__gate { HEARTH__GATE_SHUT, HEARTH__GATE_OPEN, HEARTH__GATE_GIVE_UP };

/* Complaints that a flood would repeat: each is logged once a second at most. */
enum hearth__saying {
    HEARTH__SAY_FULL,
    HEARTH__SAY_ADDRESS,
    HEARTH__SAY_NO_FD,
    HEARTH__SAY_ACCEPT,
    HEARTH__SAY_STRANGER,
    HEARTH__SAYINGS
};

/* A connection whose PROXY header has not come whole. */
typedef struct hearth__pending hearth__pending;

/* A listening socket that a reactor watches. */
typedef struct hearth__door {
    uv_poll_t incoming;
    hearth__reactor *reactor;
    int fd;
    bool watched;
    bool shared; /* the only one: its connections are dealt out */
    bool proxy;  /* a PROXY header comes first */
} hearth__door;

struct hearth__reactor {
    uv_loop_t loop;
    uv_prepare_t turn; /* the end of every turn, before the loop may block */
    uv_idle_t spin;    /* active: the loop does not block */
    uv_timer_t timer;  /* the wheel and the service's delay, whichever is earlier */
    uv_async_t wake;   /* something was posted */
    uv_poll_t watch;   /* the service's descriptor */
    uv_poll_t gone;    /* that of net/watch.c, once it is there */
    int gone_fd;       /* or -1 */
    struct epoll_event *told; /* those of it that are being told */
    int ntold;
    hearth__net *net;
    const hearth__service_ops *ops;
    void *state; /* the service's; NULL when it is not open */
    hearth__wheel *wheel;
    int index;
    bool has_loop;
    bool dirty;           /* something happened: tick() is to be called */
    bool skimmed;         /* or, when nothing else happened, skim() */
    bool stopping;        /* nothing is dealt to others any more */
    bool draining;        /* stop is wanted */
    bool closed;          /* the service is closed: no ops are called any more */
    int64_t tick_due_ms;  /* when tick() wants to be called, -1 for never */
    int64_t timer_due_ms; /* what `timer` is set to, -1 for stopped */
    int64_t wall_s;       /* as read when the loop's time was wall_read_ms */
    int64_t wall_read_ms;
    hearth__door *doors;
    size_t ndoors;
    unsigned deal;            /* whose turn it is to get a connection of a shared door */
    hearth__pending *pending; /* all of them */
    int spare;                /* given up to accept and refuse when descriptors run out */
    hearth__timer pause;      /* while armed, nothing is accepted */
    hearth__timer flush;      /* while armed, there are lines to hand over */
    hearth__buf lines;
    hearth__task stop, cut; /* posted by hearth__net_stop() */
    hearth__task pulse;
    atomic_bool pulsing; /* posted and not run yet */
    hearth__task ahead;  /* the clock was moved */
    atomic_bool moving;  /* posted and not run yet */
    atomic_llong
        seen_ms;   /* how far ahead it was when its timers were last run for that */
    bool stepping; /* hosted: within hearth__net_step() */
    pthread_t thread;
    /* Posted from any thread, newest first. */
    _Atomic(hearth__task *) tasks;
    _Atomic(hearth__job *) jobs;
    atomic_bool woken; /* `wake` was sent and not yet answered */
};

struct hearth__net {
    hearth__log *log;
    hearth__pool *pool;
    const hearth__service_ops *ops;
    hearth__listeners listeners;
    hearth__cidrs
        proxies;      /* borrowed; who may send a PROXY header, and shares no limit */
    int64_t proxy_ms; /* for a PROXY header to come */
    int backlog;
    int max_connections, max_per_address;
    hearth__limits *limits;
    bool terminal;         /* somebody may be watching the log */
    bool hosted;           /* the one reactor has no thread */
    bool by_hand;          /* nor has the set workers: pool is NULL */
    atomic_llong ahead_ms; /* of the machine's clock: for tests */
    atomic_int connections;
    atomic_llong said_ms[HEARTH__SAYINGS];
    pthread_mutex_t lock;
    pthread_cond_t changed; /* gate or running */
    enum hearth__gate gate; /* threads wait here until all of them exist */
    int running;            /* reactors whose loop has not ended */
    int threads;            /* reactors with a thread */
    int opened;             /* reactors that were begun */
    int reactors;
    bool stop_posted, cut_posted;
    hearth__reactor reactor[];
};

/* ---- reactor.c ------------------------------------------------------------- */

/* Everything but the thread.  After a failure hearth__reactor_clear() is due. */
int hearth__reactor_init(hearth__reactor *r, hearth__net *n, int index,
                         void *service_self, hearth_error *err);
/* Run the loop until the service is closed. */
void hearth__reactor_run(hearth__reactor *r);
/* Run what was posted; true if there was anything. */
bool hearth__reactor_work(hearth__reactor *r);
/* Close the service and end the loop.  On the reactor's thread, or when there is none. */
void hearth__reactor_end(hearth__reactor *r);
/* When the loop has ended and nobody posts any more. */
void hearth__reactor_clear(hearth__reactor *r);
/* A worker has run j; j->done is due.  Any thread. */
void hearth__reactor_finished(hearth__reactor *r, hearth__job *j);

/* ---- watch.c --------------------------------------------------------------- */

/* Nobody is told any more. */
void hearth__watch_end(hearth__reactor *r);
void hearth__watch_clear(hearth__reactor *r);

/* ---- accept.c -------------------------------------------------------------- */

int hearth__accept_init(hearth__reactor *r, hearth_error *err);
/* Take in what the kernel has accepted already, then close the listeners. */
void hearth__accept_end(hearth__reactor *r);
void hearth__accept_clear(hearth__reactor *r);
/* Count a connection for its client, whose real address is known now: fills *in for the
 * service's accepted(), which must follow, or hearth__limits_drop().  False: the client has
 * its share, fd was closed, the log knows. */
bool hearth__accept_count(hearth__reactor *r, int fd, const struct sockaddr *peer,
                          socklen_t len, hearth__incoming *in);
/* A connection whose client is known: count it, hand it to the service, or refuse it. */
void hearth__accept_take(hearth__reactor *r, int fd, const struct sockaddr *peer,
                         socklen_t len);

/* ---- proxy.c --------------------------------------------------------------- */

/* Wait for the PROXY header, then hearth__accept_take().  The connection is counted
 * (hearth__reactor_released() is due), and its other end is trusted. */
void hearth__proxy_begin(hearth__reactor *r, int fd, const struct sockaddr *peer,
                         socklen_t len);
/* Close all that still wait. */
void hearth__proxy_end(hearth__reactor *r);

#endif
