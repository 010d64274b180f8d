/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NDJSON_H
#define HEARTH_NDJSON_H

/**
 * @file hearth/ndjson.h
 * Answers of any length in JSON: one value a line (application/x-ndjson), each of which can
 * be read before the next is there.
 *
 *     return hearth_ndjson_rows(c, 200, "SELECT id, title FROM todos WHERE owner = ?",
 *                               hearth_args(user), NULL);
 *
 * is a whole export, of a table of any size, to a client of any speed.  Everything that
 * hearth/stream.h says holds here: the client's speed is the source's, a source that fails
 * before its first line is answered with an error page, one that fails later has its
 * connection cut, so that a client that got the end of the stream got all of it.
 */

#include <hearth/db.h>
#include <hearth/json.h>
#include <hearth/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A source of lines: sets *line to the next value, which is taken.
 *
 * As a hearth_source_fn it is called by one thread at a time, and may block on a worker.
 *
 * Returns: 1 with *line set; 0 at the end; HEARTH_STREAM_PENDING when there is nothing
 *          yet; a negative HEARTH_E code when the rest cannot be had.
 */
typedef int hearth_ndjson_fn(void *arg, json_t **line);

/**
 * Answer with what a source gives, a line for each value, sent as soon as it is there.
 *
 * @param next  as for hearth_stream(); a *line that stays NULL is HEARTH_ESTATE, and one that
 *              is deeper than 512 HEARTH_ETOOBIG
 * @param arg   memory of the request, or of something that lives longer
 * @param o     NULL = defaults; `length` must be 0
 * Returns: 0, or HEARTH_EINVAL (status or next, or as hearth_stream_with()), HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_ndjson_sized(hearth_ctx *c, int status, hearth_ndjson_fn *next,
                                   void *arg, const hearth_stream_opts *o, size_t size);
static inline int hearth_ndjson(hearth_ctx *c, int status, hearth_ndjson_fn *next,
                                void *arg, const hearth_stream_opts *o)
{
    return hearth_ndjson_sized(c, status, next, arg, o, sizeof *o);
}

/** Options of hearth_ndjson_rows(); zero of every field is the default. */
typedef struct hearth_ndjson_opts {
    const char
        *key; /* the column of the result by which it goes on: different in each row,
                        never NULL, with an index; letters, digits and '_'.  Default "id" */
    int page; /* rows that are read at once; 1 to 10 000, default 256, or fewer when they
                 have 64 KiB */
} hearth_ndjson_opts;

/**
 * Answer with the rows of a query, each an object as hearth_reply_rows() writes it.
 *
 * It is read page by page, in the order of `key`: the statement is wrapped as `SELECT * FROM
 * (...) WHERE key > ? ORDER BY key LIMIT ?`, so it has no ORDER BY and LIMIT of its own, and
 * cannot write.  Between two pages no transaction and no connection is held, however slow
 * the client is, and memory is that of one page.
 *
 * For that, the answer is not the table at one moment.  Each page is: a row is as it was when
 * its page was read; one that was added or removed meanwhile is there or not by where its key
 * lies.  As keys only rise, no row comes twice and none that stays as it is is left out.
 * Who needs one moment takes a hearth_db_backup().
 *
 * @param sql   a SELECT, with or without ';'
 * @param args  its arguments, copied
 * @param o     NULL = defaults
 * Returns: 0; a failure of the first page is answered by itself, as that of
 *          hearth_reply_rows(), after the handler; or
 *            HEARTH_EINVAL  status, sql, key, or page
 *            HEARTH_ESTATE  the application has no database
 *            HEARTH_ENOMEM  out of memory
 *          HEARTH_EDB in the log: the SQL is wrong, has no column `key`, or that is NULL.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_ndjson_rows_sized(hearth_ctx *c, int status, const char *sql,
                                        hearth_vals args, const hearth_ndjson_opts *o,
                                        size_t size);
static inline int hearth_ndjson_rows(hearth_ctx *c, int status, const char *sql,
                                     hearth_vals args, const hearth_ndjson_opts *o)
{
    return hearth_ndjson_rows_sized(c, status, sql, args, o, sizeof *o);
}

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_NDJSON_H */
