/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_STREAM_H
#define HEARTH_STREAM_H

/**
 * @file hearth/stream.h
 * Answers that are made while they are sent: exports, logs, whatever does not fit in
 * memory or is not there yet.
 *
 *     return hearth_stream(c, 200, "text/csv; charset=utf-8", next_row, cursor);
 *
 * The library pulls.  It asks the source for a block, sends it at once, and asks for the
 * next one when that has been taken by the network; so a slow client slows its source
 * down, and a stream of any length needs the memory of one block.
 *
 * The first block is asked for before the status and the headers are sent.  A source that
 * fails there is answered with an error page like any other failure; one that fails later
 * has its connection cut, so that no client takes a part for the whole, and a line in the
 * log.
 *
 * A source of a route that runs on workers may block: waiting for its next block takes a
 * worker, but neither a reactor nor, while it is the client that is slow, a worker.  It
 * has `handler_ms` for each block.  Where the route is HEARTH_INLINE it is called on the
 * reactor and must not wait; with HEARTH_AUTO a source that was slow there once goes on
 * on workers.
 *
 * A source that has nothing yet need not wait at all: it returns HEARTH_STREAM_PENDING and
 * is asked again when somebody wakes it, which takes no thread meanwhile.
 *
 *     f->waker = hearth_waker_new(c);          (the handler, before hearth_stream_with)
 *     if (feed_is_empty(f))                    (the source)
 *         return HEARTH_STREAM_PENDING;
 *     hearth_waker_wake(f->waker);             (any thread, after it has filled the feed)
 *
 * Server-sent events (hearth/sse.h) and lines of JSON (hearth/ndjson.h) are made of this.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a source returns that has nothing yet: see hearth_waker_new(). */
#define HEARTH_STREAM_PENDING ((ptrdiff_t)-1000)

/**
 * A source of bytes: puts up to @p max of them into @p buf, as soon as it has some.
 *
 * It is called by one thread at a time, not always the same one.  It may use the context
 * that it was made with, to log or to read the request, but cannot answer or set headers
 * any more; memory of the request that it takes lasts until the stream has ended, so an
 * endless stream must not take any.  A database that it queries is given back after each
 * block: rows and transactions do not last from one block to the next.
 *
 * @param max  at least 4096
 * Returns: how many bytes were put into buf; 0 at the end; HEARTH_STREAM_PENDING when there
 *          is nothing yet; a negative HEARTH_E code when the rest cannot be had.
 */
typedef ptrdiff_t hearth_source_fn(void *arg, char *buf, size_t max);

/** Options of a stream; zero of every field is the default. */
typedef struct hearth_stream_opts {
    uint64_t length; /* bytes that will come, to be sent as Content-Length; default 0: not
                        known.  What comes beyond it is not sent and logged; when less
                        comes, the connection is cut */
    void (*close)(
        void *arg); /* called with the source's arg exactly once, whatever happens:
                                 at the end, after a failure, when the client has gone, when
                                 the server stops, when another answer took its place, and
                                 when hearth_stream_with() itself fails.  Must not block.
                                 Default NULL: nothing */
    const char *const
        *trailers; /* names of fields that hearth_set_trailer() will set, ended
                                    by NULL; copied.  Default NULL: none */
    int remind_ms; /* a source that had nothing yet is asked again after so many milliseconds,
                      woken or not, at most 64 later; 1 to 600 000.  Default 0: never */
    bool
        endless; /* it has no end that could be missed: when the server stops while it has
                      nothing yet, it is ended in good order.  Default false: it is cut */
} hearth_stream_opts;

/**
 * Answer with what a source gives.
 *
 * The length is not known: an HTTP/1.1 client gets it in chunks, an older one until the
 * connection closes.
 *
 * @param type  "text/csv"
 * @param next  called until it returns 0 or a negative code, first before this request's
 *              handler is left for good: after it and its middleware have returned
 * @param arg   handed to next; memory of the request, or of something that lives longer
 * Returns: 0, or HEARTH_EINVAL (status, type, or next is NULL), HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_stream(hearth_ctx *c, int status, const char *type,
                             hearth_source_fn *next, void *arg);

/**
 * The same, with options: `hearth_stream_with(c, 200, "text/csv", next, f,
 * &(hearth_stream_opts){.close = close_it})`.
 *
 * @param o  NULL = defaults
 * Returns: 0, or
 *            HEARTH_EINVAL  status, type, or next is NULL; remind_ms is out of range;
 *                           a trailer's name is not a token,
 *                           or of a field that must not come late (RFC 9110 section 6.5.1)
 *            HEARTH_ENOMEM  out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_stream_with_sized(hearth_ctx *c, int status, const char *type,
                                        hearth_source_fn *next, void *arg,
                                        const hearth_stream_opts *o, size_t size);
static inline int hearth_stream_with(hearth_ctx *c, int status, const char *type,
                                     hearth_source_fn *next, void *arg,
                                     const hearth_stream_opts *o)
{
    return hearth_stream_with_sized(c, status, type, next, arg, o, sizeof *o);
}

/**
 * Set a trailer field of the stream that is the answer, from its source: a checksum, how
 * long it took.  It is sent behind the last block to clients that said `TE: trailers` and
 * get chunks; others never see it, so it must not be needed.
 *
 * Returns: 0, also when the client will not see it, or
 *            HEARTH_EINVAL  the name is not among the stream's `trailers`, or the value is
 *                           empty or holds a control character
 *            HEARTH_ESTATE  the answer is no stream, or it has ended
 *            HEARTH_ENOMEM  out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_set_trailer(hearth_ctx *c, const char *name, const char *value);

/* ---- sources that have nothing yet -------------------------------------- */

/** What other threads may touch of a stream: they wake its source with it. */
typedef struct hearth_waker hearth_waker;

/**
 * Get the waker of this request's stream, to be handed to whoever will know when there is
 * something: before hearth_stream_with(), or in the source.
 *
 * A source that returns HEARTH_STREAM_PENDING without one, and without `remind_ms`, fails:
 * it would never be asked again.  Meanwhile the connection takes no thread, and nothing cuts
 * it but its client: a client that goes away, or shuts its side, is noticed at once, and
 * the source's close is called.
 *
 * Owns:    caller (hearth_waker_free), each time that it is called
 * Returns: the waker, or NULL when out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API hearth_waker *hearth_waker_new(hearth_ctx *c);

/**
 * Have the source asked again that has, or is about to have, nothing yet.
 *
 * A wake is never lost: one that comes while the source is being asked has it asked once
 * more.  Several before that count as one.  The source is called where its route runs, never
 * in this call.  When the stream has ended it does nothing.
 *
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API void hearth_waker_wake(hearth_waker *w);

/**
 * Give a waker back, before or after its stream has ended.  NULL is allowed.
 *
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API void hearth_waker_free(hearth_waker *w);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_STREAM_H */
