/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_ROOT_H
#define HEARTH_CORE_ROOT_H

/*
 * A directory that files are served from, and the only way to open one of them: what is
 * opened lies beneath the directory, whatever its path says and whoever renames what
 * meanwhile.
 */

#include <hearth/base.h>
#include <sys/stat.h>

typedef struct hearth__root {
    int fd;       /* the directory, held open */
    bool links;   /* follow symbolic links that stay beneath it */
    bool by_hand; /* the kernel has no openat2(2), or is told to refuse it */
} hearth__root;

/* An open file and what fstat(2) says of it. */
typedef struct hearth__opened {
    int fd;
    struct stat st;
} hearth__opened;

/* 0, or the errno. */
int hearth__root_open(hearth__root *r, const char *dir, bool links);
void hearth__root_close(hearth__root *r);
/* Is this a path that may be asked for: relative, UTF-8 or not, without empty, "." and
 * ".." segments, backslashes and control characters, and unless dot_files without segments
 * that start with a dot? */
bool hearth__root_path_ok(hearth_str path, bool dot_files);
void hearth__opened_close(hearth__opened *o);
/* Open a regular file, or a directory when is_dir is not NULL (*is_dir then tells which),
 * never waiting for it.  path ends in '\0'.
 *   0                    out->fd is the caller's
 *   HEARTH_ENOTFOUND     not there, or not to be served: a link, a device, a FIFO, a
 *                        directory, no permission (errno is EACCES then)
 *   HEARTH_EUNAVAILABLE  out of descriptors or of the kernel's memory
 *   HEARTH_EIO           anything else; errno tells */
int hearth__root_file(const hearth__root *r, hearth_str path, hearth__opened *out,
                      bool *is_dir);

#endif
