/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_LOG_H
#define HEARTH_CORE_LOG_H

/*
 * The log behind <hearth/log.h>.  A line is formatted into a buffer of the caller's and
 * handed to the sink under one mutex.  Access lines are many, so a reactor collects them
 * in a hearth__buf of its own with hearth__log_access() and hands over the batch with
 * hearth__log_flush().
 *
 * Text:  2026-11-23T01:02:03.456Z INFO  message  key=value key="two words"
 * JSON:  {"time":"2026-11-23T01:02:03.456Z","level":"info","msg":"...","key":"value"}
 */

#include "core/buf.h"

#include <hearth/log.h>

typedef struct hearth__log hearth__log;

/* One extra of a line: text, or a number when text.ptr is NULL.  Names are ours, never a
 * client's. */
typedef struct hearth__log_field {
    const char *name; /* NULL ends the list */
    hearth_str text;
    int64_t number;
} hearth__log_field;

/* NULL when out of memory or when ops lacks its name or write.  o NULL means defaults. */
hearth__log *hearth__log_new(const hearth_log_opts *o);
void hearth__log_free(hearth__log *l); /* calls ops->close */
bool hearth__log_wants(const hearth__log *l, hearth_log_level level);
/* A line with fields (NULL allowed).  l NULL is allowed and logs nothing.  Allocates
 * nothing; keeps errno. */
void hearth__log_line(hearth__log *l, hearth_log_level level,
                      const hearth__log_field *fields, const char *fmt, ...)
    HEARTH_PRINTF(4, 5);
void hearth__log_vline(hearth__log *l, hearth_log_level level,
                       const hearth__log_field *fields, const char *fmt, va_list ap)
    HEARTH_PRINTF(4, 0);

/* One request, for the access log. */
typedef struct hearth__log_request {
    int64_t wall_us;
    hearth_str method, target, peer, id; /* as received; escaped here */
    int status;
    uint64_t bytes; /* of the response body */
    int64_t took_us;
} hearth__log_request;

/* Append one line at level INFO to b, formatted as the log wants it; nothing when it does
 * not want INFO.  Text: `TIME INFO  127.0.0.1 "GET /x" 200 13 241us id=...` */
void hearth__log_access(hearth__log *l, hearth__buf *b, const hearth__log_request *r);
/* Hand over finished lines in b and empty it; a line at level WARN instead when b
 * failed. */
void hearth__log_flush(hearth__log *l, hearth__buf *b);

#endif
