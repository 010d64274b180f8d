/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_CLIENT_H
#define HEARTH_BOOT_CLIENT_H

/*
 * The client for tests, from the inside.
 *
 *   client.c          its life, its log, one call after the other
 *   client_pending.c  calls that are begun and finished
 *   client_time.c     its clock, and what it waits for
 *   client_wire.c     its connection       client_jar.c     its cookies
 *   client_ws.c       WebSockets           client_frame.c   their frames
 *   client_events.c   event streams        client_event.c   what they say
 *   client_chunks.c   bodies that are taken as they come
 */

#include "app/app.h"
#include "boot/client_jar.h"
#include "boot/client_wire.h"
#include "transport/loopback_ws.h"

#include <hearth/client.h>
#include <pthread.h>

/* Behind the hearth_answer that callers see. */
typedef struct hearth__client_answer {
    hearth_answer seen;
    hearth__loop_answer got;
    hearth__arena *memory;
} hearth__client_answer;

/* What was logged; written from any thread of the application's. */
typedef struct hearth__client_log {
    pthread_mutex_t lock;
    hearth__buf text;
    const hearth_log_ops *ops; /* of the application's own sink, or NULL */
    void *self;
} hearth__client_log;

struct hearth_client {
    hearth_app *app;
    hearth__log *replaced; /* the log that the application came with */
    hearth__client_log log;
    hearth__buf shown; /* what hearth_client_log() returned last */
    hearth__jar jar;
    hearth__arena memory; /* of one call and its answer */
    hearth__client_answer answer;
    hearth__ctx_cache cache;
    hearth__client_wire wire;
    hearth__loop_bell bell;
    hearth_pending *pending;  /* all that were begun and not finished */
    hearth__loop_ws *sockets; /* over loopback, once there was a peer; or NULL */
    hearth_ws_peer *ws_peers;
    hearth_events_peer *events_peers;
    bool over_wire;
    bool began; /* the application, by hand */
};

/* client.c */

/* NULL, or why the call cannot be made.  What it needs is memory of a. */
const char *hearth__client_make(hearth_client *t, hearth__arena *a,
                                const hearth_call *call, hearth__loop_call *to);
/* The server runs, over the wire; NULL, or why not. */
const char *hearth__client_serve(hearth_client *t, hearth__arena *a);
/* Forget the answer of before. */
void hearth__client_forget(hearth_client *t);
/* to->got is there, or why says why not: make it what a test sees.  Cookies are taken. */
const hearth_answer *hearth__client_show(hearth_client *t, hearth__client_answer *to,
                                         const char *why);
/* What a transport returned, as a sentence; NULL for 0. */
const char *hearth__client_why(const hearth__client_wire *wire, int rc);

/* client_pending.c */

/* Let every call go on that can. */
void hearth__client_calls(hearth_client *t);

/* client_time.c */

/* How long it waits for a peer, in us. */
#define HEARTH__PEER_US (20 * 1000000LL)

int64_t hearth__client_now(const hearth_client *t);
/* Let everything go on that can; when the next thing is due, -1 for none. */
int64_t hearth__client_turn(hearth_client *t);
/* Until the call has an answer. */
void hearth__client_await(hearth_client *t, hearth__loop *l);
/* There is going to be a peer: NULL, or why not. */
const char *hearth__client_peers(hearth_client *t, hearth__arena *a);
/* Wait until something happens, also these events of fd if it is one; at most until next_us,
 * as turn() has returned it, or until the machine's clock says until_us. */
void hearth__client_wait(hearth_client *t, int fd, short events, int64_t next_us,
                         int64_t until_us);

/* client_ws.c, client_events.c: read what is there; when to do so again, -1 for never */

void hearth__client_ws_read(hearth_client *t);
int64_t hearth__client_events_read(hearth_client *t);

#endif
