/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TRANSPORT_H1_H
#define HEARTH_TRANSPORT_H1_H

/*
 * HTTP/1.1 through libmicrohttpd: the service that a reactor runs.
 *
 *   h1.c           the service: daemon, connections, stop
 *   h1_deadline.c  when each phase of a connection must have ended
 *   h1_spare.c     who goes when all connections are in use
 *   h1_exchange.c  one request: from libmicrohttpd's callbacks to lib/app and back
 *   h1_stream.c    an answer that is made while it is sent
 *   h1_wait.c      a request that waits to go on
 *   h1_ws.c        a connection that becomes a WebSocket
 *   h1_feed.c      a body that a worker takes in pieces
 *   h1_early.c     an answer before the end of the body
 *   h1_audit.c     what only the raw bytes show (libmicrohttpd 0.9.x)
 *   h1_reply.c     a response description as libmicrohttpd's
 *
 * All of it runs on the reactor's thread, and so does every call into libmicrohttpd.
 */

#include "app/dispatch.h"
#include "net/watch.h"
#include "transport/h1_reply.h"
#include "ws/socket.h"

#include <microhttpd.h>

typedef struct hearth__h1_opts {
    hearth_app *app;
    size_t pool_bytes;   /* of a connection */
    int max_connections; /* the acceptor's limit; libmicrohttpd's own is set above it */
    int64_t head_ms, idle_ms, handler_ms, write_ms, body_grace_ms;
    int64_t body_rate; /* bytes a second */
    bool signals;      /* SIGPIPE is not blocked in its thread */
} hearth__h1_opts;

extern const hearth__service_ops
    hearth__h1_service; /* its self is a hearth__h1_opts, copied */

/* ---- private to h1*.c ------------------------------------------------------- */

/* What is read and thrown away behind a refused body, so that the client can see the
 * answer. */
#define HEARTH__H1_DRAIN_BYTES (8 * 1024 * 1024)
#define HEARTH__H1_LINGER_MS   5000

/* What a connection makes the server wait for: h1_spare.c. */
typedef enum hearth__h1_wait_for {
    HEARTH__H1_FRESH, /* a first request */
    HEARTH__H1_KEPT,  /* another one */
    HEARTH__H1_SLOW,  /* the rest of a body, or room for the rest of an answer */
    HEARTH__H1_WAITS
} hearth__h1_wait_for;

/* By the time that they have waited. */
typedef struct hearth__h1_queue {
    struct hearth__h1_conn *first, *last;
} hearth__h1_queue;

typedef struct hearth__h1 {
    hearth__h1_opts opts;
    hearth__reactor *reactor;
    struct MHD_Daemon *daemon;
    hearth__ctx_cache cache;
    hearth__replies replies;
    hearth__ws_side *sockets;
    struct hearth__h1_conn *conns;    /* all open ones */
    struct hearth__h1_conn *starting; /* not begun by libmicrohttpd yet */
    hearth__h1_queue waiting[HEARTH__H1_WAITS];
    size_t nconns;
    size_t jobs;        /* out on workers, forgotten ones included */
    bool raw_audit;     /* 0.9.x: look at the bytes between the fields too */
    bool close_chunked; /* 0.9.x: its chunk framing takes a bare LF, so nothing may follow
                         */
    bool modern;        /* 1.0 or newer */
    bool draining;
    bool closing; /* nothing may be suspended any more */
    bool closed;
} hearth__h1;

typedef enum hearth__h1_state {
    HEARTH__H1_IDLE,      /* between requests, or before the first */
    HEARTH__H1_HEAD,      /* the request line is there */
    HEARTH__H1_BODY,      /* the body is arriving */
    HEARTH__H1_FEEDING,   /* suspended: a worker is behind with the body */
    HEARTH__H1_ADMITTED,  /* the worker has let the body in: it may arrive */
    HEARTH__H1_REFUSED,   /* the answer is ready; the rest of the body is thrown away */
    HEARTH__H1_WORKER,    /* suspended, the handler runs on a worker */
    HEARTH__H1_SUSPENDED, /* until it is resumed: h1_wait.c */
    HEARTH__H1_READY,     /* the answer is ready */
    HEARTH__H1_SENDING,   /* handed to libmicrohttpd */
    HEARTH__H1_PULLING,   /* suspended within a stream, whose next piece is made */
    HEARTH__H1_ABORTED    /* stop: libmicrohttpd is told to drop it */
} hearth__h1_state;

/* A request that is out on a worker; lives in its context's arena. */
typedef struct hearth__h1_job {
    hearth__job job; /* first: it is cast back */
    hearth__h1 *h1;
    hearth_ctx *c;
    struct hearth__h1_conn *conn; /* NULL: nobody waits for the answer any more */
} hearth__h1_job;

typedef struct hearth__h1_conn {
    hearth__timer timer; /* first: it is cast back */
    struct hearth__h1_conn *next, *prev;
    hearth__h1 *h1;
    struct MHD_Connection *mhd;
    int fd;
    hearth__h1_state state;
    hearth__source source;
    /* When the present phase must have ended; the timer may fire earlier. */
    int64_t due_ms;
    int64_t body_ms;    /* the body is at its rate or ahead of it since */
    int64_t body_bytes; /* that came since then */
    int64_t moved_ms;   /* when the reader was last seen to take something */
    uint64_t mark;      /* what the kernel had counted then */
    uint64_t drained;
    bool served;                  /* at least one request came in whole or in part */
    bool begun;                   /* a head is arriving, or the first is awaited */
    hearth__h1_queue *queue;      /* that it waits in, or NULL */
    bool upgraded;                /* a WebSocket has it now */
    bool answered;                /* before the end of the body: h1_early.c */
    struct hearth__h1_feed *feed; /* the body goes to a worker: h1_feed.h; or NULL */
    struct hearth__h1_conn *wait_next, *wait_prev;
    hearth__watch gone; /* is the client still there, while nothing is read */
    hearth_ctx *c;      /* the request, or NULL */
    hearth__h1_job *job;
} hearth__h1_conn;

/* ---- h1_deadline.c */

/* Move the end of the present phase. */
void hearth__h1_due(hearth__h1_conn *k, int64_t due_ms);
void hearth__h1_on_timer(hearth__timer *t);
/* The phases as they begin; a body also when it goes on after the worker had held it up. */
void hearth__h1_await_head(hearth__h1_conn *k);
void hearth__h1_head_began(hearth__h1_conn *k);
void hearth__h1_body_began(hearth__h1_conn *k);
void hearth__h1_body_came(hearth__h1_conn *k, size_t n);
void hearth__h1_write_began(hearth__h1_conn *k);
/* End it at once; libmicrohttpd notices. */
void hearth__h1_cut(hearth__h1_conn *k);
/* Let libmicrohttpd see what it may have missed: that the client has shut its side. */
void hearth__h1_look_for_end(const hearth__h1_conn *k);
/* 408 and the end; only while nothing of an answer is on its way. */
void hearth__h1_give_up(hearth__h1_conn *k);

/* ---- h1_spare.c */

/* To the end of a queue, and out of any. */
void hearth__h1_wait(hearth__h1_conn *k, hearth__h1_wait_for what);
void hearth__h1_unwait(hearth__h1_conn *k);
/* End the one that has waited longest, in the order of the queues. */
bool hearth__h1_spare(hearth__h1 *h);

/* ---- h1_exchange.c */

/* Send k->c->res while the body still arrives, and give the client a while to see it. */
void hearth__h1_answer_early(hearth__h1_conn *k);

/* libmicrohttpd's callbacks. */
void *hearth__h1_on_target(void *self, const char *target, struct MHD_Connection *mhd);
enum MHD_Result hearth__h1_on_request(void *self, struct MHD_Connection *mhd,
                                      const char *url, const char *method,
                                      const char *version, const char *data, size_t *size,
                                      void **state);
void hearth__h1_on_completed(void *self, struct MHD_Connection *mhd, void **state,
                             enum MHD_RequestTerminationCode why);

/* The answer of a suspended connection is there. */
void hearth__h1_ready(hearth__h1_conn *k);
/* Have a worker run something of the request: 0, and the connection is to be suspended if
 * it is not; else the answer is complete, a 503.  past: the limit of the queue. */
int hearth__h1_submit(hearth__h1_conn *k, void (*run)(hearth__job *j), bool past);
/* The handler took too long: let it finish for nobody, answer 504. */
void hearth__h1_timed_out(hearth__h1_conn *k);
/* Nobody waits for the worker any more. */
void hearth__h1_forget_job(hearth__h1_conn *k);
/* The worker is done with a request that nobody waits for. */
void hearth__h1_bury(hearth__h1 *h, hearth_ctx *c);
/* The access line, if one is wanted.  sent: bytes of the body. */
void hearth__h1_log(hearth__h1 *h, hearth_ctx *c, uint64_t sent);

/* ---- h1_wait.c */

/* A handler has returned, and k->c->wait is set: true when the answer is complete now,
 * false when it waits, and then the connection is to be suspended. */
bool hearth__h1_go_on(hearth__h1_conn *k);
/* While suspended: time, client, or server are at their end; as hearth__wait_over(). */
void hearth__h1_wait_over(hearth__h1_conn *k, int why);
/* The same when nothing can be sent any more. */
void hearth__h1_wait_close(hearth__h1_conn *k);
/* Notice it when the client has gone. */
void hearth__h1_watch(hearth__h1_conn *k);
void hearth__h1_unwatch(hearth__h1_conn *k);

/* ---- h1_stream.c */

/* Queue k->c's stream.  MHD_NO drops the connection. */
enum MHD_Result hearth__h1_stream(hearth__h1_conn *k, bool close);
/* The time of a piece is up, or it is time to ask for a worker or the source again. */
void hearth__h1_stream_due(hearth__h1_conn *k);
/* While its source has nothing yet: the server stops; the client has gone. */
void hearth__h1_stream_stop(hearth__h1_conn *k);
void hearth__h1_stream_gone(hearth__h1_conn *k);

/* ---- h1_ws.c */

/* Answer 101, and then c->upgrade has the connection. */
enum MHD_Result hearth__h1_upgrade(hearth__h1_conn *k);

/* Do the pieces of the head lie as close together as RFC 9112 has them?  A NUL, a folded
 * line, a bare LF, an empty name or a second space in the request line leaves a gap. Only
 * where libmicrohttpd keeps the head in its read buffer as received: 0.9.75 to 0.9.77. */
bool hearth__h1_adjacent(const char *method, const char *version, size_t target_len,
                         const hearth__field *field, size_t nfields, size_t head_size);

#endif
