/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_UPLOAD_H
#define HEARTH_UPLOAD_H

/**
 * @file hearth/upload.h
 * Files that people upload, and bodies too large for memory.
 *
 *     static int photo(hearth_ctx *c)
 *     {
 *         const hearth_upload *u = hearth_upload_named(c, "photo");
 *         const char *name;
 *
 *         if (u == NULL)
 *             return hearth_fail(c, 422, "choose a photo");
 *         HEARTH_TRY(hearth_upload_save(c, u, "photos", NULL, &name));
 *         return hearth_redirect(c, "/");
 *     }
 *     ...
 *     HEARTH_POST("/photo", photo, .max_body = 12u << 20)
 *
 * **Forms with files** (multipart/form-data, RFC 7578) are taken apart while they arrive.
 * The text fields are those of hearth_form(), together at most as large as the
 * application's max_body; the files are here.  Up to 64 KiB of files stay in memory, more
 * goes to an unnamed temporary file in the application's `upload_dir`, one a request,
 * which is gone when the request ends, however it ends.  A malformed form is answered
 * with 400, one with too many fields or files, or with a file over `.max_file`, with 413,
 * before a handler runs; a disk that is full with 503 and a line in the log.
 *
 * `.max_body` of the route stays the limit of the whole, 1 MiB unless the route says
 * otherwise: a route that takes files says how much.
 *
 * **Large bodies of any kind**: a route with `.spool` keeps its body in a temporary file
 * past 64 KiB, as it came, and reads it with hearth_body_read(); one with `.body` is
 * given the body in pieces while it arrives, and its memory stays flat whatever the size.
 *
 * Writing to a disk may block, and so may the calls of `.body`: unless the route is
 * HEARTH_INLINE they happen on a worker, and a client that is faster than they are has to
 * wait.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- uploaded files --------------------------------------------------- */

/** One uploaded file.  Owns: request. */
typedef struct hearth_upload {
    const char *field; /* the form field's name */
    /* What the client calls it, for people to read: without a path and control characters,
     * at most 255 bytes of UTF-8, "" when it has no name.  Never a name for your disk. */
    const char *client_name;
    const char *claimed_type; /* what the client says it is, as sent; it may be lying */
    uint64_t size;            /* bytes */
} hearth_upload;

/**
 * The first file that was sent in a field.
 *
 * A file field in which nobody chose a file (browsers send an empty one without a name)
 * counts as not sent.
 *
 * Owns:    request
 * Returns: the file; NULL when there is none, and when the body is no form with files.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const hearth_upload *hearth_upload_named(hearth_ctx *c, const char *field);

/**
 * All files in the order in which they came: i = 0, 1, 2 ... until NULL.  Several may have
 * one field name.
 *
 * Owns:    request
 * Returns: the file, or NULL when there is no i-th.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const hearth_upload *hearth_upload_at(hearth_ctx *c, size_t i);

/**
 * Read some of a file.
 *
 * @param offset  where to begin, in bytes
 * @param max     bytes that fit in out
 * @param got     receives how many were read: less than max only at the end, 0 there
 * Returns: 0, or HEARTH_EIO when the temporary file cannot be read: 500, logged.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_upload_read(hearth_ctx *c, const hearth_upload *u, uint64_t offset,
                                  void *out, size_t max, size_t *got) HEARTH_NODISCARD;

/**
 * The whole content, for files that are known to be small.
 *
 * Owns:    request
 * Returns: 0, or
 *            HEARTH_ENOMEM  it does not fit in memory
 *            HEARTH_EIO     the temporary file cannot be read: 500, logged
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_upload_bytes(hearth_ctx *c, const hearth_upload *u,
                                   hearth_str *out) HEARTH_NODISCARD;

/**
 * Keep a file: put it into a directory under a name that was not there before, readable
 * by this user alone (mode 0600).  Nothing is ever overwritten.
 *
 * A file that is the only large one of its request, in an `upload_dir` on the same file
 * system, is not copied: it gets its name.  The data has then reached the kernel; who
 * needs it on the disk calls fsync() or syncfs().
 *
 * @param dir    exists; may be relative to the working directory
 * @param name   a plain file name of your choice, or NULL for 32 random characters
 *               (a-z2-7); never what the client calls it
 * @param saved  receives the name; NULL allowed
 * Owns:    request (*saved)
 * Returns: 0, or
 *            HEARTH_EINVAL        the name is empty, "." or "..", longer than 255 bytes, or
 *                                 holds a '/': 500, logged, since it is the program's
 *            HEARTH_ECONFLICT     something has that name already: 409
 *            HEARTH_EUNAVAILABLE  the disk is full or a limit is reached: 503, logged
 *            HEARTH_EIO           the directory is missing or cannot be written to, or
 *                                 reading or writing failed: 500, logged
 *            HEARTH_ENOMEM        out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_upload_save(hearth_ctx *c, const hearth_upload *u, const char *dir,
                                  const char *name, const char **saved) HEARTH_NODISCARD;

/* ---- the body as a file ----------------------------------------------- */

/**
 * How many bytes of body came, whatever became of them.
 *
 * Returns: the size.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API uint64_t hearth_body_size(const hearth_ctx *c);

/**
 * Read on in the body: from memory or from the temporary file of a `.spool` route.
 *
 * A form with files and the body of a `.body` route have been consumed while they
 * arrived: there is nothing to read.
 *
 * @param max  bytes that fit in out
 * @param got  receives how many were read: less than max only at the end, 0 there
 * Returns: 0, or HEARTH_EIO when the temporary file cannot be read: 500, logged.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_body_read(hearth_ctx *c, void *out, size_t max,
                                size_t *got) HEARTH_NODISCARD;

/**
 * Read the next line of the body, its line end included, so that an empty one means the
 * end.  Of a line longer than 64 KiB comes a piece at a time.
 *
 *     while ((rc = hearth_body_line(c, &line)) == 0 && line.len > 0)
 *
 * Owns:    borrowed until the next call
 * Returns: 0, or
 *            HEARTH_ENOMEM  out of memory
 *            HEARTH_EIO     the temporary file cannot be read: 500, logged
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_body_line(hearth_ctx *c, hearth_str *line) HEARTH_NODISCARD;

/* ---- the body while it arrives ---------------------------------------- */

/** A part of a form that begins, for hearth_body_ops. */
typedef struct hearth_part {
    const char *name;
    const char *client_name;  /* as in hearth_upload; NULL: a text field */
    const char *claimed_type; /* as in hearth_upload; "" when not sent */
} hearth_part;

/**
 * What a route does with its body while it arrives: `.body = &table`.
 *
 * Each slot returns like a handler: 0 goes on, anything else ends the request with that
 * answer, and the handler does not run.  When all is there the handler runs as always,
 * with hearth_body_state().  A client that goes away runs nothing: release what you hold
 * with hearth_defer().
 *
 * The limits of files and of text fields do not apply, those of the whole body
 * (`.max_body`) and of the number of parts do.  Nothing says that text is UTF-8.
 */
typedef struct hearth_body_ops {
    const char *name; /* mandatory: for logs */
    /* Bytes of state a request gets, zeroed: self of the others.  0: self is NULL. */
    size_t size;
    /* Optional.  Before the first byte is read, and before a client that asked (Expect:
     * 100-continue) is told to send it. */
    int (*begin)(void *self, hearth_ctx *c);
    /* Optional: NULL means that a form, too, comes as raw bytes.  A part begins; *part is
     * for now only.  A body that is no form begins without. */
    int (*part)(void *self, hearth_ctx *c, const hearth_part *part);
    /* Mandatory.  The next n bytes, n > 0. */
    int (*data)(void *self, hearth_ctx *c, const void *p, size_t n);
    /* Optional.  A part, or a body that is no form, is complete. */
    int (*end)(void *self, hearth_ctx *c);
} hearth_body_ops;

/**
 * The state that the slots of `.body` filled in.
 *
 * Returns: the state; NULL when the route has no `.body`, or its size is 0.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API void *hearth_body_state(const hearth_ctx *c);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_UPLOAD_H */
