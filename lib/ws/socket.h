/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_WS_SOCKET_H
#define HEARTH_WS_SOCKET_H

/*
 * WebSockets, from the inside.
 *
 *   handshake.c  what a request must say          upgrade.c  the handler, sockets as they begin
 *   reader.c     bytes into messages              frame.c    messages into bytes
 *   deal.c       what is agreed on about compression
 *   deflate.c    messages compressed   window.c   what they may refer back to
 *   socket.c     one on its reactor: reading, callbacks, time, the end
 *   side.c       all of a reactor
 *   queue.c      what is to be sent, from any thread
 *   room.c       rooms
 *   context.c    what callbacks query the database with       say.c   JSON
 *
 * Each reactor has a side.  What other threads touch of a socket (its queue, its rooms)
 * is under the lock of its side; the rest belongs to the reactor, or while `busy` to the worker
 * that runs a callback.  A broadcast takes the lock of each side once, within the hub's
 * lock, which is what gives all of them one order.
 */

#include "app/ctx.h"
#include "core/map.h"
#include "net/reactor.h"
#include "net/watch.h"
#include "ws/deal.h"
#include "ws/frame.h"
#include "ws/reader.h"

#include <hearth/ws.h>
#include <pthread.h>

#define HEARTH__WS_READ 65536 /* bytes at once */

typedef struct hearth__ws_side hearth__ws_side;
typedef struct hearth__ws_seat hearth__ws_seat;

/* All of an application. */
typedef struct hearth__ws_hub {
    pthread_mutex_t
        lock; /* the list, and the order of broadcasts; before that of a side */
    hearth__ws_side *sides; /* those that are open */
    atomic_size_t squeezed; /* sockets with compression */
} hearth__ws_hub;

typedef struct hearth__ws_limits {
    size_t message, queue;
    int64_t ping_ms, close_ms; /* ping_ms negative: never */
} hearth__ws_limits;

struct hearth_ws {
    hearth__timer timer; /* first: it is cast back */
    hearth__job job;
    hearth__watch watch;
    atomic_size_t refs;
    hearth_app *app;
    const hearth_ws_ops *ops;
    hearth__placement *place; /* of its route, which lives as long as the application */
    const char *pattern;      /* of that route */
    hearth__ws_limits limits;
    const char *protocol;
    hearth__ws_deal deal; /* about compression */
    void *state;
    void (*free_state)(void *state);

    /* Of the reactor. */
    hearth__ws_side *side; /* NULL until it starts */
    hearth__source source;
    int fd;           /* -1 before and after */
    bool opened;      /* open was called, or is being called */
    bool busy;        /* a worker runs a callback */
    bool over;        /* no message is delivered any more; `code` says why */
    bool told;        /* close was called, or is being called */
    bool dead;        /* the connection is of no use any more */
    bool shut_down;   /* nothing more is sent */
    bool left;        /* more is to be sent than the kernel took */
    int64_t heard_ms; /* when the client said something last */
    bool pinged;      /* and was asked since */
    bool limited;     /* the timer is that of the end */
    int code;
    char reason[HEARTH__WS_CONTROL]; /* '\0'-terminated */
    size_t reason_len;
    hearth__ws_event event;     /* that is delivered */
    void (*call)(hearth_ws *w); /* what the worker is to run */
    hearth_ctx *ctx;            /* of the callback that runs, if it asked for one */
    bool calling, here;         /* a callback runs, on the reactor */
    hearth__ws_reader in;
    hearth__buf rest; /* came while busy */
    bool unread;      /* the reader holds some as well */

    /* Under the lock of the side. */
    struct hearth_ws *next, *prev; /* all of it */
    hearth__ws_frame **queue;      /* a ring: `queued` of them from `first` on */
    unsigned first, queued, room;
    size_t bytes; /* in it that are not sent */
    size_t sent;  /* of the first frame */
    int closing;  /* the code that a close frame was queued with, or 0 */
    bool shut;    /* nothing may be queued, no room entered any more */
    bool overrun; /* the queue was full */
    bool dirty;   /* in the side's list of those that have something to send */
    struct hearth_ws *dirty_next;
    hearth__ws_seat *seats;      /* in rooms */
    hearth__ws_window told_last; /* with context takeover, that of what is queued */
};

struct hearth__ws_side {
    hearth__task task; /* first: it is cast back.  Wakes the reactor */
    atomic_size_t refs;
    hearth_app *app;
    hearth__ws_hub *hub;
    hearth__reactor *reactor;

    /* Of the reactor. */
    hearth__ws_pool pool;
    char *bytes; /* what is read, one socket at a time; NULL until there is one */
    size_t jobs;
    bool draining, closed;
    bool live; /* there was a socket in the last turn */

    /* Under the hub's lock. */
    struct hearth__ws_side *next;

    pthread_mutex_t lock;
    hearth_ws *all;
    size_t n;
    hearth_ws *dirty;
    pthread_t thread; /* the reactor's */
    bool has_thread;
    bool posted; /* the task is on its way */
    hearth__map *rooms;
};

/* ---- upgrade.c: sockets as such -------------------------------------------------- */

hearth__ws_hub *hearth__ws_hub_of(hearth_app *app); /* NULL: no socket was ever there */
/* At start, from one thread.  NULL when out of memory. */
hearth__ws_hub *hearth__ws_hub_make(hearth_app *app);

/* ---- side.c: for the transport, on the reactor's thread ----------------------------- */

/* At start.  NULL when out of memory. */
hearth__ws_side *hearth__ws_side_open(hearth_app *app, hearth__reactor *r);
/* The handshake is answered: fd is the connection, non-blocking and taken, and n bytes
 * came behind the request.  The connection of that source counts until it is released. */
void hearth__ws_start(hearth__ws_side *side, hearth_ws *ws, int fd, hearth__source source,
                      const char *bytes, size_t n);
/* The end of a turn: send what is to be sent. */
void hearth__ws_turn(hearth__ws_side *side);
/* Stop is wanted: close all, with 1001. */
void hearth__ws_drain(hearth__ws_side *side);
bool hearth__ws_idle(hearth__ws_side *side);
/* Cut all.  Callbacks may still run on workers; the side goes with the last of them. */
void hearth__ws_side_close(hearth__ws_side *side);

/* ---- between the files ---------------------------------------------------------------- */

void hearth__ws_side_unref(hearth__ws_side *side);
/* Under its lock, when it is not posted: have the reactor make a turn. */
void hearth__ws_wake(hearth__ws_side *side);

/* On the reactor: whatever comes next for it.  It may be gone afterwards. */
void hearth__ws_advance(hearth_ws *ws);
/* The same, when there is something to be sent. */
void hearth__ws_send_on(hearth_ws *ws);
/* The connection is gone; advance is due. */
void hearth__ws_lose(hearth_ws *ws);
void hearth__ws_on_ready(hearth__watch *w);
void hearth__ws_on_timer(hearth__timer *t);

/* Under the lock of the side.  Takes its own share of f. */
int hearth__ws_push(hearth_ws *ws, hearth__ws_frame *f);
/* The same for a compressed message, to which those after it may refer.  1: there is no memory to
 * note what it said, so that it has to be sent as it is. */
int hearth__ws_push_squeezed(hearth_ws *ws, hearth__ws_frame *f, hearth_str said);
/* The socket misses a message for which there was no memory: it is closed. */
void hearth__ws_end_for_memory(hearth_ws *ws);
/* The same for frames that come past the limit, and a close: nothing may follow it. */
int hearth__ws_push_past(hearth_ws *ws, hearth__ws_frame *f);
int hearth__ws_push_close(hearth_ws *ws, int code, hearth_str reason);
/* On the reactor: send what the socket takes.  HEARTH_EIO when it is gone; *left: there is
 * more. */
int hearth__ws_flush(hearth_ws *ws, bool *left);
void hearth__ws_queue_clear(hearth_ws *ws);

/* Where callbacks run: a callback has returned. */
void hearth__ws_ctx_end(hearth_ws *ws);
/* Where callbacks run: leave all rooms. */
void hearth__ws_leave_all(hearth_ws *ws);

#endif
