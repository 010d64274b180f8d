/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/*
 * Unix domain sockets.  Their file outlives the process that made it, so one that is
 * found is tried: when nobody answers it is a dead process's and is replaced.  The folder
 * is locked meanwhile, or two that start at once could each take the other's new file for
 * an old one.  The mode is set before the file exists, so that it is never wider.
 */

#include "net/listen.h"

#include "core/error.h"
#include "core/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#define LOCK_TRIES 100 /* of 10 ms */

static const char *advice(int reason)
{
    switch (reason) {
    case EADDRINUSE:
        return "; another program listens there: stop it or choose another path";
    case EACCES:
    case EPERM:
        return "; this user may not write to the folder";
    case ENOENT:
        return "; the folder does not exist";
    case ENOTSOCK:
        return "; the file there is no socket, and is not replaced";
    case EMFILE:
    case ENFILE:
        return "; raise the limit on open files";
    default:
        return "";
    }
}

static int fail(hearth_error *err, hearth_str path, int reason)
{
    char text[128];

    uv_strerror_r(uv_translate_sys_error(reason), text, sizeof(text));
    return hearth__error_set(err, reason == ENOMEM ? HEARTH_ENOMEM : HEARTH_EUNAVAILABLE,
                             "cannot listen on unix:%.*s: %s%s", (int)path.len, path.ptr,
                             text, advice(reason));
}

static const struct sockaddr *generic(const hearth__address *a)
{
    return (const struct sockaddr *)(const void *)&a->at;
}

/* "@name" is abstract: without a file, and without a '\0' at its end. */
static bool make_address(hearth__address *a, hearth_str path)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    bool abstract = path.ptr[0] == '@';

    if (path.len >= sizeof(un.sun_path))
        return false;
    memcpy(un.sun_path, path.ptr, path.len);
    if (abstract)
        un.sun_path[0] = '\0';
    *a = (hearth__address){.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
                                              path.len + !abstract)};
    memcpy(&a->at, &un, sizeof(un));
    return true;
}

static const char *path_of(const hearth__address *a)
{
    return ((const struct sockaddr_un *)(const void *)&a->at)->sun_path;
}

/* The folder, locked if that is to be had; -1 does no harm. */
static int lock_folder(const char *path)
{
    char folder[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 2];
    const char *slash = strrchr(path, '/');
    int n = slash == NULL ? 0 : (int)(slash - path);

    snprintf(folder, sizeof(folder), "%.*s%s", n, path,
             slash == NULL   ? "."
             : slash == path ? "/"
                             : "");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    for (int i = 0; fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && i < LOCK_TRIES; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    return fd;
}

/* Does somebody answer there?  0, or errno: ECONNREFUSED when nobody does. */
static int try_connect(const hearth__address *a)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return errno;
    int rc = connect(fd, generic(a), a->len) == 0 ? 0 : errno;

    close(fd);
    return rc == EAGAIN ? 0 : rc; /* so busy that its queue is full */
}

/* Clear the way: 0, or errno. */
static int remove_dead(const hearth__address *a)
{
    struct stat st;

    if (lstat(path_of(a), &st) != 0)
        return errno == ENOENT ? 0 : errno;
    if (!S_ISSOCK(st.st_mode))
        return ENOTSOCK;
    int rc = try_connect(a);

    if (rc == 0)
        return EADDRINUSE;
    if (rc != ECONNREFUSED)
        return rc == ENOENT ? 0 : rc;
    return unlink(path_of(a)) == 0 || errno == ENOENT ? 0 : errno;
}

/* The listening socket, or -1 with errno.  bind() takes the mode of the socket and takes
 * the process's umask off; afterwards that is put back. */
static int bind_and_listen(const hearth__address *a, bool file, unsigned mode,
                           int backlog)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if ((!file || fchmod(fd, (mode_t)mode) == 0) && bind(fd, generic(a), a->len) == 0) {
        if ((!file || chmod(path_of(a), (mode_t)mode) == 0) && listen(fd, backlog) == 0)
            return fd;
        int reason = errno;

        if (file)
            (void)unlink(path_of(a));
        errno = reason;
    }
    int reason = errno;

    close(fd);
    errno = reason;
    return -1;
}

int hearth__listen_unix(hearth__listener *l, hearth_str path, unsigned mode, int backlog,
                        hearth_error *err)
{
    bool file = path.len > 0 && path.ptr[0] != '@';

    l->file = -1;
    l->shared = true;
    if (path.len == 0 || !make_address(&l->at, path))
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "cannot listen on unix:%.*s: the path has %zu bytes; "
                                 "it must have 1 to %zu",
                                 path.len > 100 ? 100 : (int)path.len, path.ptr, path.len,
                                 sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1);
    int folder = file ? lock_folder(path_of(&l->at)) : -1;
    int reason = file ? remove_dead(&l->at) : 0;

    if (reason == 0) {
        l->fd = bind_and_listen(&l->at, file, mode, backlog);
        reason = l->fd < 0 ? errno : 0;
    }
    if (reason == 0 && file)
        l->file = open(path_of(&l->at), O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (folder >= 0)
        close(folder);
    return reason == 0 ? 0 : fail(err, path, reason);
}

void hearth__listener_remove_file(hearth__listener *l)
{
    struct stat ours, there;

    if (l->file < 0)
        return;
    /* Another process may have replaced it meanwhile: then it stays. */
    if (fstat(l->file, &ours) == 0 && lstat(path_of(&l->at), &there) == 0 &&
        ours.st_dev == there.st_dev && ours.st_ino == there.st_ino)
        (void)unlink(path_of(&l->at));
    close(l->file);
    l->file = -1;
}
