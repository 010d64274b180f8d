/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Temporary files without a name (O_TMPFILE), or, where the file system does not know
 * them, with one that is removed at once.  What is kept of them is given its name only
 * when it is whole: by a link to the very file if that is all it holds, else to a copy.
 */
#define _GNU_SOURCE /* O_TMPFILE, mkostemp */

#include "app/body_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <hearth/base.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COPY_BYTES 32768

static int code_of(int why)
{
    switch (why) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: /* a limit of the process; SIGXFSZ is the program's to ignore */
    case EMFILE:
    case ENFILE:
        return HEARTH_EUNAVAILABLE;
    case EEXIST:
        return HEARTH_ECONFLICT;
    case ENOMEM:
        return HEARTH_ENOMEM;
    default:
        return HEARTH_EIO;
    }
}

static int failed(hearth__spool *s)
{
    s->why = errno;
    return code_of(errno);
}

void hearth__spool_init(hearth__spool *s, const char *dir)
{
    *s = (hearth__spool){.dir = dir, .fd = -1};
    hearth__buf_init(&s->memory, NULL, HEARTH__SPOOL_MEMORY);
}

void hearth__spool_close(hearth__spool *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    s->len = 0;
    hearth__buf_clear(&s->memory);
}

/* ---- writing --------------------------------------------------------------------- */

static int write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t wrote = write(fd, p, n);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return -1;
        p += wrote;
        n -= (size_t)wrote;
    }
    return 0;
}

/* Does the error mean that there are no files without a name here? */
static bool has_no_tmpfile(int why)
{
    return why == EOPNOTSUPP || why == EISDIR || why == EINVAL || why == ENOENT;
}

static int open_named(const char *dir)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/hearth-XXXXXX", dir), fd;

    if (n < 0 || (size_t)n >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

static int to_file(hearth__spool *s)
{
    s->fd = open(s->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    s->nameless = s->fd >= 0;
    if (s->fd < 0 && has_no_tmpfile(errno))
        s->fd = open_named(s->dir);
    if (s->fd < 0 || write_all(s->fd, s->memory.ptr, s->memory.len) != 0)
        return failed(s);
    hearth__buf_clear(&s->memory);
    return 0;
}

int hearth__spool_add(hearth__spool *s, const void *p, size_t n)
{
    if (s->fd < 0 && n > HEARTH__SPOOL_MEMORY - s->memory.len)
        HEARTH_TRY(to_file(s));
    if (s->fd >= 0) {
        if (write_all(s->fd, p, n) != 0)
            return failed(s);
    } else {
        hearth__buf_add(&s->memory, p, n);
        if (s->memory.failed) {
            s->why = ENOMEM;
            return HEARTH_ENOMEM;
        }
    }
    s->len += n;
    return 0;
}

/* ---- reading --------------------------------------------------------------------- */

int hearth__spool_read(hearth__spool *s, uint64_t at, void *out, size_t max, size_t *got)
{
    *got = 0;
    if (at >= s->len)
        return 0;
    if (max > s->len - at)
        max = (size_t)(s->len - at);
    if (s->fd < 0) {
        memcpy(out, s->memory.ptr + at, max);
        *got = max;
        return 0;
    }
    while (*got < max) {
        ssize_t n = pread(s->fd, (char *)out + *got, max - *got, (off_t)(at + *got));

        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = EIO; /* somebody has cut it off */
        if (n <= 0)
            return failed(s);
        *got += (size_t)n;
    }
    return 0;
}

/* ---- keeping --------------------------------------------------------------------- */

static int give_name(int fd, int dir, const char *name)
{
    char path[40];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return linkat(AT_FDCWD, path, dir, name, AT_SYMLINK_FOLLOW);
}

static int copy(hearth__spool *s, uint64_t at, uint64_t len, int to)
{
    char piece[COPY_BYTES];

    while (len > 0) {
        size_t n;

        HEARTH_TRY(hearth__spool_read(s, at, piece,
                                      len < sizeof piece ? (size_t)len : sizeof piece,
                                      &n));
        if (write_all(to, piece, n) != 0)
            return failed(s);
        at += n;
        len -= n;
    }
    return 0;
}

/* Where files without a name are unknown: the name is there before the data. */
static int copy_named(hearth__spool *s, uint64_t at, uint64_t len, int dir,
                      const char *name)
{
    int fd =
        openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int rc;

    if (fd < 0)
        return failed(s);
    rc = copy(s, at, len, fd);
    if (close(fd) != 0 && rc == 0)
        rc = failed(s);
    if (rc != 0)
        (void)unlinkat(dir, name, 0);
    return rc;
}

static int copy_nameless(hearth__spool *s, uint64_t at, uint64_t len, int dir,
                         const char *name, bool *possible)
{
    int fd = openat(dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    int rc;

    *possible = fd >= 0 || !has_no_tmpfile(errno);
    if (fd < 0)
        return failed(s);
    rc = copy(s, at, len, fd);
    if (rc == 0 && give_name(fd, dir, name) != 0) {
        *possible = errno != ENOENT; /* without /proc */
        rc = failed(s);
    }
    if (close(fd) != 0 && rc == 0)
        rc = failed(s);
    return rc;
}

static int save_at(hearth__spool *s, uint64_t at, uint64_t len, int dir, const char *name)
{
    bool possible;
    int rc;

    if (s->fd >= 0 && s->nameless && at == 0 && len == s->len) {
        if (give_name(s->fd, dir, name) == 0) {
            s->nameless = false; /* a second name would be of the same file */
            return 0;
        }
        if (errno == EEXIST)
            return failed(s);
    }
    rc = copy_nameless(s, at, len, dir, name, &possible);
    return possible ? rc : copy_named(s, at, len, dir, name);
}

int hearth__spool_save(hearth__spool *s, uint64_t at, uint64_t len, const char *dir,
                       const char *name)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

    if (fd < 0)
        return failed(s);
    rc = save_at(s, at, len, fd, name);
    close(fd);
    return rc;
}
