/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_STREAM_H
#define HEARTH_APP_STREAM_H

/*
 * A body that is made while it is sent.
 *
 * A stream is a source, perhaps an encoder, and the one piece of the body that is ready.
 * Whoever drives it (a transport) sends what is ready, and when that is gone has the next
 * piece made: by hearth__request_pull() of app/dispatch.h, on the reactor or on a worker.
 * That is the only place that knows where bytes come from; a source that is pushed to
 * would differ in when it is called, not in what a transport does with `ready`.
 */

#include "app/ctx.h"

#include <hearth/stream.h>

/* What a source is asked for: fits one chunk of a connection with the default memory. */
#define HEARTH__STREAM_BLOCK 12288
#define HEARTH__MAX_TRAILERS 16

/* Turns the source's bytes into others: a content coding. */
typedef struct hearth__encoder {
    /* Mandatory.  Append to out what becomes of p, all of it: nothing may wait for the next
     * call.  end: these were the last, n may be 0.  Negative when it cannot. */
    int (*put)(void *self, hearth__buf *out, const char *p, size_t n, bool end);
    void *self;
} hearth__encoder;

/* A source of the library's own, whose pieces need no copy: *p stays as it is until the next
 * call or close.  Returns what a hearth_source_fn does.  It never waits and touches no
 * database, so it always runs on the reactor. */
typedef ptrdiff_t hearth__lend_fn(void *arg, const char **p);

typedef struct hearth__stream {
    hearth_source_fn *next;
    hearth__lend_fn *lend; /* instead of next; or NULL */
    void *arg;
    void (*close)(void *arg); /* NULL: called already, or nothing to call */
    bool counted;             /* the source has said how much it will give */
    uint64_t length;          /* that; also the length of the body when sized */
    bool sized;               /* the body's length is known: no chunks */
    uint64_t pulled;          /* bytes of the source so far */
    char *block;              /* of next */
    const char *piece;        /* what the source gave last */
    hearth__encoder encoder;  /* put NULL: none */
    hearth__buf coded;

    hearth_str ready; /* not yet taken by the transport */
    uint64_t sent;    /* taken by it */
    bool begun;       /* the first piece was made: too late for an error page */
    bool ended;       /* nothing comes after `ready` */
    bool pending;     /* the source had nothing when it was last asked */
    bool endless;     /* no end can be missed */
    int remind_ms;    /* ask again after this when pending; 0: only when it is woken */
    int failed;       /* negative: `ready` must not be followed by an end */

    bool announced;         /* Trailer was sent: the client wants them */
    hearth__field *trailer; /* declared; value.ptr is NULL while not set */
    size_t ntrailers;
    void *transport; /* the transport's */
} hearth__stream;

/* As hearth_stream_with(). */
int hearth__stream_lend(hearth_ctx *c, int status, const char *type,
                        hearth__lend_fn *lend, void *arg, const hearth_stream_opts *o);
/* The first piece, before anything is sent.  0; or a negative code, and then the stream is
 * no answer any more.  A stream that ends with its first piece becomes plain bytes. */
int hearth__stream_begin(hearth_ctx *c);
/* Make the next piece; only when nothing is ready and it has neither ended nor failed.
 * Afterwards one of the three is the case, or it is pending: then pull again when c->waker
 * (if there is one) says so, or remind_ms later.  Failures are logged. */
void hearth__stream_pull(hearth_ctx *c);
/* From now on, the piece that is ready included, everything goes through e.  Before
 * anything was taken.  Negative when it fails at once: nothing has changed then. */
int hearth__stream_encode(hearth_ctx *c, hearth__encoder e);
/* Up to max bytes of what is ready, moved to buf. */
size_t hearth__stream_take(hearth__stream *s, char *buf, size_t max);
/* Call the source's close, if that has not been done. */
void hearth__stream_close(hearth__stream *s);

#endif
