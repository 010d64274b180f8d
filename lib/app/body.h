/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_BODY_H
#define HEARTH_APP_BODY_H

/*
 * What becomes of a request's body:
 *
 *   memory   c->body, the plain case; c->intake is NULL
 *   form     multipart/form-data, taken apart: text to c->form, files to a spool
 *   spool    as it came, past 64 KiB in a temporary file (.spool)
 *   stream   to the route's calls (.body), as parts of a form or raw
 *
 *   body.c        which, and the way in; body_read.c  hearth_body_read and its kin
 *   body_form.c   the form              body_spool.c  memory, then a file
 */

#include "app/body_spool.h"
#include "app/ctx.h"
#include "http/multipart.h"

#include <hearth/upload.h>

typedef struct hearth__upload {
    hearth_upload shown; /* first: it is cast back */
    struct hearth__upload *next;
    uint64_t at; /* in the spool */
} hearth__upload;

typedef struct hearth__body {
    hearth__multipart *parser;  /* or NULL */
    const hearth_body_ops *ops; /* or NULL */
    void *self;                 /* for ops */
    bool began;                 /* ops->begin was called */
    bool spools;                /* the spool is open */
    hearth__spool spool;

    /* A form. */
    uint64_t max_file;
    size_t max_files, max_texts, nfiles, ntexts, cap; /* cap: of c->form.pair */
    size_t text_left;                                 /* bytes for text fields */
    hearth__upload *first, **last, *file;             /* file: the part is one, kept */
    hearth__buf text;                                 /* of the field that arrives */
} hearth__body;

/* The head is there: decide.  0, or what a handler would return. */
int hearth__body_prepare(hearth_ctx *c);
/* May the calls below wait for a disk or for the application? */
bool hearth__body_blocks(const hearth_ctx *c);
/* Before the first byte is read; also for a request without a body. */
int hearth__body_begin(hearth_ctx *c);
int hearth__body_take(hearth_ctx *c, const char *p, size_t n);
/* All has come. */
int hearth__body_end(hearth_ctx *c);

/* The request is refused: what came of it takes no room any more. */
void hearth__body_drop(hearth_ctx *c);

/* The bytes of a spooled body; "" and a spoilt request when there is no memory. */
hearth_str hearth__body_whole(hearth_ctx *c);

/* body_form.c */
extern const hearth__multipart_ops hearth__body_form_ops; /* self: the context */
/* A code of the spool as an answer, its reason in the log. */
int hearth__body_spool_failed(hearth_ctx *c, int code);

#endif
