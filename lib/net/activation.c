/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/*
 * Inherited sockets.  Everything about them is checked here, at start, where a sentence
 * can say what is wrong with the unit; an error of accept() later could not.
 */

#include "net/activation.h"

#include "core/error.h"
#include "core/str.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#define MOST 1024

int hearth__activation_count(const hearth__activation *a, hearth_error *err)
{
    uint64_t pid, n;

    if (a == NULL || a->fds == NULL || a->pid == NULL)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "\"systemd\" is to be listened on, but no sockets were "
                                 "passed (LISTEN_FDS is not set): start the program "
                                 "through its .socket unit");
    if (!hearth__str_uint(hearth__str_of(a->pid), &pid) || pid != (uint64_t)getpid())
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the sockets that systemd passed are for process "
                                 "%.20s, not for this one (LISTEN_PID): start the "
                                 "program without a shell around it, or with exec",
                                 a->pid);
    if (!hearth__str_uint(hearth__str_of(a->fds), &n) || n == 0 || n > MOST)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "LISTEN_FDS is \"%.20s\"; it must be a number from 1 "
                                 "to %d",
                                 a->fds, MOST);
    return (int)n;
}

bool hearth__activation_named(const hearth__activation *a, int i, hearth_str name)
{
    hearth_str rest = hearth__str_of(a->names), one = {NULL, 0};

    for (int k = 0; k <= i; k++) {
        if (rest.ptr == NULL)
            return false;
        one = hearth__str_cut(&rest, ':');
    }
    return hearth__str_eq(one, name);
}

/* What is wrong with it, or NULL. */
static const char *objection(int fd, hearth__address *at)
{
    int type = 0, listens = 0;
    socklen_t len = sizeof type;

    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0)
        return errno == EBADF ? "is not open" : "is not a socket";
    if (type != SOCK_STREAM)
        return "is not a stream socket: use ListenStream=";
    len = sizeof listens;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) != 0 || !listens)
        return "does not listen: use Accept=no";
    at->len = sizeof at->at;
    if (getsockname(fd, (struct sockaddr *)(void *)&at->at, &at->len) != 0)
        return "has no address";
    if (at->at.ss_family != AF_INET && at->at.ss_family != AF_INET6 &&
        at->at.ss_family != AF_UNIX)
        return "is neither of IPv4 nor of IPv6 nor a Unix domain socket";
    return NULL;
}

int hearth__activation_take(const hearth__activation *a, int i, hearth__address *at,
                            hearth_error *err)
{
    int from = HEARTH__ACTIVATION_FIRST + i, on = 1;
    const char *why = objection(from, at);

    (void)a;
    if (why != NULL)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "socket %d of those that systemd passed %s", i + 1, why);
    int fd = fcntl(from, F_DUPFD_CLOEXEC, from);

    if (fd < 0 || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0) {
        if (fd >= 0)
            close(fd);
        return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                                 "no descriptor for socket %d of those that systemd "
                                 "passed; raise the limit on open files",
                                 i + 1);
    }
    (void)fcntl(from, F_SETFD, FD_CLOEXEC);
    if (at->at.ss_family != AF_UNIX) /* handed down to what is accepted */
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}
