/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_RES_H
#define HEARTH_APP_RES_H

/*
 * The description of a response: what handlers fill in and transports read.
 */

#include "core/arena.h"
#include "http/head.h"

/* Fields that a response holds without memory of its own: enough for every error answer,
 * so that "out of memory" can be said without any. */
#define HEARTH__RES_FIRST 8

typedef struct hearth__res {
    int status;  /* 0: nothing has answered yet */
    bool close;  /* the connection must end after this */
    bool sent;   /* committed: answering again is refused */
    bool shut;   /* the fields are committed as well */
    bool secret; /* never compressed */
    /* The body is one of three; setting one forgets the others (hearth__res_no_body). */
    hearth_str
        body; /* memory of the request, or constant; ptr may be NULL when len is 0 */
    struct hearth__file *file;     /* pieces of an open file: app/file.h; or NULL */
    struct hearth__stream *stream; /* pulled from a source: app/stream.h; or NULL */
    hearth__field *field; /* names and values end in '\0'; Content-Type is one of them */
    size_t nfields, cap;  /* zeroed means empty: the first field goes to `first` */
    /* What the application says besides, app/guard.h: the bits of `guards`. */
    const struct hearth__guard *guard;
    unsigned guards;
    hearth__field policy; /* with this request's nonce; value.ptr NULL: the usual one */
    hearth__field first[HEARTH__RES_FIRST]; /* last, as nobody zeroes it */
} hearth__res;

/* Add, or replace all of that name.  value.ptr NULL removes.  No validation: callers in
 * lib/app pass what they have checked.  name and value are not copied.  HEARTH_ENOMEM or
 * 0. */
int hearth__res_put(hearth__res *r, hearth__arena *a, hearth_str name, hearth_str value);
int hearth__res_add(hearth__res *r, hearth__arena *a, hearth_str name, hearth_str value);
void hearth__res_remove(hearth__res *r, hearth_str name);
/* No body, of whatever kind. */
void hearth__res_no_body(hearth__res *r);
/* Forget all fields; the next HEARTH__RES_FIRST then need no memory. */
void hearth__res_forget(hearth__res *r);
const hearth__field *hearth__res_find(const hearth__res *r, hearth_str name);
/* Does a field of that name list the token ("no-store", whatever follows it)? */
bool hearth__res_lists(const hearth__res *r, hearth_str name, hearth_str token);
/* 0, or HEARTH_EINVAL for a name or value that a handler may not set. */
int hearth__res_check(hearth_str name, hearth_str value);

#endif
