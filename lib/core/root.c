/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Opening files beneath a directory.  Linux's openat2(2) does it in one call and cannot be
 * raced.  Where it is missing or forbidden (old kernels, some containers) the same is done
 * by hand: segment by segment without following links, or, where links are allowed, by
 * asking the kernel where the file lies that a name has led to before it is read.
 */

#define _GNU_SOURCE

#include "core/root.h"

#include "core/str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of the kernel's interface, which older headers do not have. */
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#define NO_MAGICLINKS 0x02u
#define NO_SYMLINKS   0x04u
#define BENEATH       0x08u

struct how {
    uint64_t flags, mode, resolve;
};

/* O_NONBLOCK: to open a FIFO would wait for its writer, and some devices wait as well. */
#define READ (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
#define STEP (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static int open_kernel(const hearth__root *r, const char *path)
{
    struct how how = {.flags = READ,
                      .resolve = BENEATH | NO_MAGICLINKS | (r->links ? 0u : NO_SYMLINKS)};
    int fd, tries = 0;

    do /* EAGAIN: something was renamed while ".." was looked at */
        fd = (int)syscall(SYS_openat2, r->fd, path, &how, sizeof how);
    while (fd < 0 && (errno == EINTR || (errno == EAGAIN && ++tries < 16)));
    return fd;
}

static void close_keeping_errno(int fd)
{
    int why = errno;

    close(fd);
    errno = why;
}

static int open_steps(const hearth__root *r, hearth_str path)
{
    char name[NAME_MAX + 1];
    int at = r->fd, fd = -1;

    while (path.ptr != NULL) {
        hearth_str seg = hearth__str_cut(&path, '/');

        if (seg.len > NAME_MAX) {
            errno = ENAMETOOLONG;
            fd = -1;
        } else {
            memcpy(name, seg.ptr, seg.len);
            name[seg.len] = '\0';
            fd = openat(at, name, path.ptr == NULL ? READ | O_NOFOLLOW : STEP);
        }
        if (at != r->fd)
            close_keeping_errno(at);
        if (fd < 0)
            return -1;
        at = fd;
    }
    return fd;
}

/* Where an open file lies, by the kernel's own account; its length or -1. */
static ssize_t place_of(int fd, char *out)
{
    char link[32];
    ssize_t n;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, out, PATH_MAX);
    if (n >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return n;
}

static bool lies_beneath(int fd, int root)
{
    char a[PATH_MAX], b[PATH_MAX];
    ssize_t file = place_of(fd, a), dir = place_of(root, b);

    if (file < 0 || dir < 0)
        return false;
    if (dir == 1) /* "/" */
        dir = 0;
    errno = EXDEV;
    return file > dir && memcmp(a, b, (size_t)dir) == 0 && a[dir] == '/';
}

static int open_following(const hearth__root *r, const char *path)
{
    int found = openat(r->fd, path, O_PATH | O_CLOEXEC), fd = -1;
    char link[32];

    if (found < 0)
        return -1;
    if (lies_beneath(found, r->fd)) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", found);
        fd = open(link, READ);
    }
    close_keeping_errno(found);
    return fd;
}

static int failed(int why)
{
    errno = why;
    switch (why) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
    case EXDEV:
    case EACCES:
    case EPERM:
    case ENAMETOOLONG:
    case ENXIO:
    case ENODEV:
        return HEARTH_ENOTFOUND;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return HEARTH_EUNAVAILABLE;
    default:
        return HEARTH_EIO;
    }
}

int hearth__root_file(const hearth__root *r, hearth_str path, hearth__opened *out,
                      bool *is_dir)
{
    int fd = !r->by_hand ? open_kernel(r, path.ptr)
             : r->links  ? open_following(r, path.ptr)
                         : open_steps(r, path);
    bool dir;

    if (fd < 0)
        return failed(errno);
    if (fstat(fd, &out->st) != 0) {
        close_keeping_errno(fd);
        return failed(errno);
    }
    dir = S_ISDIR(out->st.st_mode);
    if (!S_ISREG(out->st.st_mode) && !(dir && is_dir != NULL)) {
        close(fd);
        return failed(ENOENT);
    }
    if (is_dir != NULL)
        *is_dir = dir;
    out->fd = fd;
    return 0;
}

void hearth__opened_close(hearth__opened *o)
{
    close(o->fd);
    o->fd = -1;
}

int hearth__root_open(hearth__root *r, const char *dir, bool links)
{
    int probe;

    *r =
        (hearth__root){.fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), .links = links};
    if (r->fd < 0)
        return errno;
    probe = open_kernel(r, ".");
    if (probe >= 0)
        close(probe);
    else
        r->by_hand = errno == ENOSYS || errno == EPERM || errno == EINVAL;
    return 0;
}

void hearth__root_close(hearth__root *r)
{
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
}

static bool is_climb(hearth_str seg)
{
    return seg.ptr[0] == '.' && (seg.len == 1 || (seg.len == 2 && seg.ptr[1] == '.'));
}

bool hearth__root_path_ok(hearth_str path, bool dot_files)
{
    for (size_t i = 0; i < path.len; i++) {
        unsigned char b = (unsigned char)path.ptr[i];

        if (b < 0x20 || b == 0x7f || b == '\\')
            return false;
    }
    while (path.ptr != NULL) {
        hearth_str seg = hearth__str_cut(&path, '/');

        if (seg.len == 0 || is_climb(seg) || (seg.ptr[0] == '.' && !dot_files))
            return false;
    }
    return true;
}
