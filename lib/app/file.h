/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_FILE_H
#define HEARTH_APP_FILE_H

/*
 * An open file as the body of a response, and answering with one: validators, conditions,
 * ranges.
 */

#include "app/ctx.h"
#include "core/root.h"

/* Read into memory instead of being sent from the descriptor. */
#define HEARTH__FILE_SMALL (16 * 1024)

typedef struct hearth__piece {
    hearth_str before; /* text in front of it */
    uint64_t offset, len;
} hearth__piece;

typedef struct hearth__file {
    int fd;
    bool shrank;      /* hearth__file_look() found it too short */
    bool ours;        /* to close when the request ends; a transport may take it over */
    uint64_t size;    /* of the whole body */
    hearth_str after; /* text behind the last piece */
    size_t npieces;
    hearth__piece piece[]; /* a single one has no texts */
} hearth__file;

/* Bytes of the body from pos on: how many, at least 1 while pos < size; -1 when the file
 * has become too short or cannot be read. */
ptrdiff_t hearth__file_read(const hearth__file *f, uint64_t pos, char *buf, size_t max);
/* While c's file is being sent: has it become too short for what was promised?  The first
 * time it has, the log is told. */
bool hearth__file_look(hearth_ctx *c);
/* The length of a body of bytes or a file. */
uint64_t hearth__res_len(const hearth__res *r);

/* How a file is presented. */
typedef struct hearth__present {
    int status;          /* 200 may become 206, 304, 412, 416 */
    hearth_str type;     /* constant or memory of the request, like all texts here */
    hearth_str encoding; /* Content-Encoding, or empty */
    hearth_str cache;    /* Cache-Control */
    const char *vary;    /* or NULL */
    const char
        *download;  /* the name of an attachment, "" for that of the request; or NULL */
    bool untrusted; /* comes from users: Content-Security-Policy: sandbox */
} hearth__present;

/* Answer with an open file; takes its descriptor, also on failure.  0, a status, or
 * HEARTH_E as a handler returns it. */
int hearth__file_answer(hearth_ctx *c, const hearth__opened *o, const hearth__present *p);
/* The log line and the code for a file that could not be opened (errno is still set). */
int hearth__file_failed(hearth_ctx *c, int code, hearth_str path);

#endif
