/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/* One datagram, without a library: the protocol is a promise of systemd's. */

#include "net/notify.h"

#include "core/str.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int hearth__notify(const char *to, const char *message)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    hearth_str name = hearth__str_of(to);

    if (name.len == 0)
        return 0;
    if ((name.ptr[0] != '/' && name.ptr[0] != '@') || name.len >= sizeof at.sun_path)
        return HEARTH_EINVAL;
    memcpy(at.sun_path, name.ptr, name.len);
    if (at.sun_path[0] == '@')
        at.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return HEARTH_EIO;
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name.len);
    ssize_t n = sendto(fd, message, strlen(message), MSG_NOSIGNAL | MSG_DONTWAIT,
                       (const struct sockaddr *)(const void *)&at, len);

    close(fd);
    return n == (ssize_t)strlen(message) ? 0 : HEARTH_EIO;
}
