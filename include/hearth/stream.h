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
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

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
 * Returns: how many bytes were put into buf; 0 at the end; a negative HEARTH_E code when
 *          the rest cannot be had.
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
 *            HEARTH_EINVAL  status, type, or next is NULL; a trailer's name is not a token,
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

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_STREAM_H */
