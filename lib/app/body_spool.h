/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_BODY_SPOOL_H
#define HEARTH_APP_BODY_SPOOL_H

/*
 * Bytes that are written once, one behind the other, and read from anywhere: in memory as
 * long as they are few, then in a temporary file without a name, so that nothing has to
 * be removed afterwards.  One descriptor however many files of a form are in it.
 */

#include "core/buf.h"

#define HEARTH__SPOOL_MEMORY (64u * 1024u) /* bytes; one more and they are in a file */

typedef struct hearth__spool {
    hearth__buf memory; /* all of it, while fd is -1 */
    const char *dir;
    uint64_t len;
    int fd;
    bool nameless; /* made with O_TMPFILE and not yet linked: it can be given a name */
    int why;       /* errno of what failed */
} hearth__spool;

/* dir must outlive it. */
void hearth__spool_init(hearth__spool *s, const char *dir);
void hearth__spool_close(hearth__spool *s);

/* The next three return 0 or a code with the reason in s->why:
 *   HEARTH_ENOMEM, HEARTH_EUNAVAILABLE (disk full, out of descriptors), HEARTH_EIO,
 *   HEARTH_ECONFLICT (save: the name is taken). */
int hearth__spool_add(hearth__spool *s, const void *p, size_t n);
/* *got is less than max only at the end. */
int hearth__spool_read(hearth__spool *s, uint64_t at, void *out, size_t max, size_t *got);
/* len bytes from `at` on as a file of mode 0600 in dir; nothing is left there when it
 * fails. */
int hearth__spool_save(hearth__spool *s, uint64_t at, uint64_t len, const char *dir,
                       const char *name);

#endif
