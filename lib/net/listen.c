/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/*
 * Opening listeners.  Every reactor has one of its own on the same port (SO_REUSEPORT),
 * so that the kernel spreads connections and no reactor wakes another.  The price is that
 * a second process may join in unnoticed; so the port is first tried without sharing it.
 */

#include "net/listen.h"

#include "core/buf.h"
#include "core/error.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

int hearth__address_port(const hearth__address *a)
{
    const void *at = &a->at;

    if (a->at.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)at)->sin6_port);
    return ntohs(((const struct sockaddr_in *)at)->sin_port);
}

static bool set_flag(int fd, int level, int name)
{
    int on = 1;

    return setsockopt(fd, level, name, &on, sizeof(on)) == 0;
}

/* A bound socket, -1 with errno.  TCP_NODELAY is handed down to what is accepted here. */
static int bound_socket(const hearth__address *a, bool shared)
{
    int fd = socket(a->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (set_flag(fd, SOL_SOCKET, SO_REUSEADDR) &&
        (!shared || set_flag(fd, SOL_SOCKET, SO_REUSEPORT)) &&
        set_flag(fd, IPPROTO_TCP, TCP_NODELAY) &&
        bind(fd, (const struct sockaddr *)(const void *)&a->at, a->len) == 0)
        return fd;
    int reason = errno;

    close(fd);
    errno = reason;
    return -1;
}

/* A shared listener, -1 with errno. */
static int open_shared(const hearth__address *a, int backlog)
{
    int fd = bound_socket(a, true);

    if (fd < 0)
        return -1;
    if (listen(fd, backlog) == 0)
        return fd;
    int reason = errno;

    close(fd);
    errno = reason;
    return -1;
}

static int open_first(const hearth__address *a, int backlog, hearth__address *bound)
{
    if (hearth__address_port(a) != 0) {
        int alone = bound_socket(a, false);

        if (alone < 0)
            return -1;
        close(alone);
    }
    int fd = open_shared(a, backlog);

    if (fd < 0)
        return -1;
    bound->len = sizeof(bound->at);
    if (getsockname(fd, (struct sockaddr *)(void *)&bound->at, &bound->len) == 0)
        return fd;
    int reason = errno;

    close(fd);
    errno = reason;
    return -1;
}

static const char *advice(int reason)
{
    switch (reason) {
    case EADDRINUSE:
        return "; another program listens there: stop it or choose another port";
    case EACCES:
        return "; ports below 1024 need privileges: choose a higher one";
    case EADDRNOTAVAIL:
        return "; this machine does not have that address";
    case EMFILE:
    case ENFILE:
        return "; raise the limit on open files";
    default:
        return "";
    }
}

/* The code for *err; host and port as the user wrote them. */
static int fail(hearth_error *err, const char *host, int port, int reason)
{
    bool v6 = strchr(host, ':') != NULL;
    char text[128];

    uv_strerror_r(uv_translate_sys_error(reason), text, sizeof(text));
    return hearth__error_set(err, reason == ENOMEM ? HEARTH_ENOMEM : HEARTH_EUNAVAILABLE,
                             "cannot listen on %s%s%s:%d: %s%s", v6 ? "[" : "", host,
                             v6 ? "]" : "", port, text, advice(reason));
}

static int resolve(const char *host, int port, struct addrinfo **list, hearth_error *err)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    char service[16];

    snprintf(service, sizeof(service), "%d", port);
    int rc = getaddrinfo(host, service, &hints, list);

    if (rc == 0)
        return 0;
    if (rc == EAI_SYSTEM)
        return fail(err, host, port, errno);
    if (rc == EAI_MEMORY)
        return fail(err, host, port, ENOMEM);
    return hearth__error_set(err, HEARTH_EINVAL,
                             "cannot listen on %s:%d: unknown host (%s)", host, port,
                             gai_strerror(rc));
}

/* Without the brackets that a URL needs. */
static bool bare_host(const char *host, char *out, size_t room)
{
    size_t len = strlen(host);

    if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
        host++;
        len -= 2;
    }
    if (len >= room)
        return false;
    memcpy(out, host, len);
    out[len] = '\0';
    return true;
}

int hearth__listen(const char *host, int port, int backlog, hearth__address *bound,
                   hearth_error *err)
{
    struct addrinfo *list;
    char name[NI_MAXHOST];
    int fd = -1;

    if (port < 0 || port > 65535)
        return hearth__error_set(err, HEARTH_EINVAL, "port %d is not from 0 to 65535",
                                 port);
    if (!bare_host(host == NULL || *host == '\0' ? "127.0.0.1" : host, name,
                   sizeof(name)))
        return hearth__error_set(err, HEARTH_EINVAL, "the host to listen on is too long");
    int rc = resolve(name, port, &list, err);

    if (rc != 0)
        return rc;
    errno = EADDRNOTAVAIL;
    for (const struct addrinfo *i = list; i != NULL && fd < 0; i = i->ai_next) {
        hearth__address a = {.len = i->ai_addrlen};

        if (i->ai_family != AF_INET && i->ai_family != AF_INET6)
            continue;
        memcpy(&a.at, i->ai_addr, i->ai_addrlen);
        fd = open_first(&a, backlog, bound);
    }
    if (fd < 0)
        fd = fail(err, name, port, errno);
    freeaddrinfo(list);
    return fd;
}

int hearth__listen_again(const hearth__address *bound, int backlog, hearth_error *err)
{
    int fd = open_shared(bound, backlog);
    char host[NI_MAXHOST] = "?";

    if (fd >= 0)
        return fd;
    int reason = errno;

    (void)getnameinfo((const struct sockaddr *)(const void *)&bound->at, bound->len, host,
                      sizeof(host), NULL, 0, NI_NUMERICHOST);
    return fail(err, host, hearth__address_port(bound), reason);
}
