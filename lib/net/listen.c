/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/*
 * Opening listeners.  Every reactor has one of its own on the same port (SO_REUSEPORT),
 * so that the kernel spreads connections and no reactor wakes another.  The price is that
 * a second process may join in unnoticed; so the port is first tried without sharing it.
 *
 * An IPv6 socket takes IPv6 only, whatever the system's default is: "[::]:80" beside
 * "0.0.0.0:80" works everywhere, and an IPv4 client never looks like an IPv6 one.
 */

#include "net/listen.h"

#include "core/error.h"
#include "core/str.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#define FREE_PORT_TRIES 16

/* ---- sockets ---------------------------------------------------------------------- */

static bool set_flag(int fd, int level, int name)
{
    int on = 1;

    return setsockopt(fd, level, name, &on, sizeof(on)) == 0;
}

static int close_keeping_errno(int fd)
{
    int reason = errno;

    close(fd);
    errno = reason;
    return -1;
}

/* A bound socket, -1 with errno.  TCP_NODELAY is handed down to what is accepted here. */
static int bound_socket(const hearth__address *a, bool shared)
{
    int fd = socket(a->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (set_flag(fd, SOL_SOCKET, SO_REUSEADDR) &&
        (!shared || set_flag(fd, SOL_SOCKET, SO_REUSEPORT)) &&
        (a->at.ss_family != AF_INET6 || set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY)) &&
        set_flag(fd, IPPROTO_TCP, TCP_NODELAY) &&
        bind(fd, (const struct sockaddr *)(const void *)&a->at, a->len) == 0)
        return fd;
    return close_keeping_errno(fd);
}

/* A shared listener, -1 with errno. */
static int open_shared(const hearth__address *a, int backlog)
{
    int fd = bound_socket(a, true);

    if (fd < 0)
        return -1;
    return listen(fd, backlog) == 0 ? fd : close_keeping_errno(fd);
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
    return close_keeping_errno(fd);
}

/* ---- errors -------------------------------------------------------------------------- */

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

/* ---- the list --------------------------------------------------------------------------
 */

/* One more, zeroed, which counts once l->n is raised. */
static hearth__listener *room(hearth__listeners *l, hearth_error *err)
{
    hearth__listener *grown = realloc(l->list, (l->n + 1) * sizeof(*grown));

    if (grown == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory for a listener");
        return NULL;
    }
    l->list = grown;
    grown[l->n] = (hearth__listener){.fd = -1, .file = -1};
    return &grown[l->n];
}

static bool has(const hearth__listeners *l, size_t from, const struct sockaddr *at,
                int port)
{
    struct sockaddr_storage with_port = {0};
    socklen_t len = at->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                              : sizeof(struct sockaddr_in);

    memcpy(&with_port, at, len);
    if (at->sa_family == AF_INET6)
        ((struct sockaddr_in6 *)(void *)&with_port)->sin6_port = htons((uint16_t)port);
    else
        ((struct sockaddr_in *)(void *)&with_port)->sin_port = htons((uint16_t)port);
    for (size_t i = from; i < l->n; i++)
        if (l->list[i].at.len == len && memcmp(&l->list[i].at.at, &with_port, len) == 0)
            return true;
    return false;
}

/* ---- TCP ----------------------------------------------------------------------------- */

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

static void set_port(hearth__address *a, int port)
{
    if (a->at.ss_family == AF_INET6)
        ((struct sockaddr_in6 *)(void *)&a->at)->sin6_port = htons((uint16_t)port);
    else
        ((struct sockaddr_in *)(void *)&a->at)->sin_port = htons((uint16_t)port);
}

/* A name may have addresses that this machine lacks: IPv6 is often switched off. */
static bool is_missing(int reason)
{
    return reason == EADDRNOTAVAIL || reason == EAFNOSUPPORT;
}

/* Each address of the list once; those after the first take the port that it was given,
 * so that it is one port even when any free one was asked for.  0, or errno;
 * HEARTH_ENOMEM is negative. */
static int open_all(hearth__listeners *l, const struct addrinfo *list, int port,
                    int backlog, hearth_error *err)
{
    size_t before = l->n;
    int reason = EADDRNOTAVAIL;

    for (const struct addrinfo *i = list; i != NULL; i = i->ai_next) {
        hearth__address a = {.len = i->ai_addrlen};

        if ((i->ai_family != AF_INET && i->ai_family != AF_INET6) ||
            has(l, before, i->ai_addr, port))
            continue;
        hearth__listener *one = room(l, err);

        if (one == NULL)
            return HEARTH_ENOMEM;
        memcpy(&a.at, i->ai_addr, i->ai_addrlen);
        set_port(&a, port);
        one->fd = open_first(&a, backlog, &one->at);
        if (one->fd < 0) {
            reason = errno;
            if (!is_missing(reason))
                return reason;
            continue;
        }
        port = hearth__address_port(&one->at);
        l->n++;
    }
    return l->n > before ? 0 : reason;
}

static int listen_tcp(hearth__listeners *l, const hearth__place *p, int backlog,
                      hearth_error *err)
{
    struct addrinfo *list;
    char name[NI_MAXHOST];

    if (p->port < 0 || p->port > 65535)
        return hearth__error_set(err, HEARTH_EINVAL, "port %d is not from 0 to 65535",
                                 p->port);
    if (p->name.len == 0 || p->name.len >= sizeof(name))
        return hearth__error_set(err, HEARTH_EINVAL, "the host to listen on is %s",
                                 p->name.len == 0 ? "empty" : "too long");
    memcpy(name, p->name.ptr, p->name.len);
    name[p->name.len] = '\0';
    HEARTH_TRY(resolve(name, p->port, &list, err));
    size_t before = l->n;
    int rc = open_all(l, list, p->port, backlog, err);

    /* A port that is free for IPv4 need not be for IPv6. */
    for (int i = 0; rc == EADDRINUSE && p->port == 0 && i < FREE_PORT_TRIES; i++) {
        while (l->n > before)
            close(l->list[--l->n].fd);
        rc = open_all(l, list, p->port, backlog, err);
    }
    freeaddrinfo(list);
    return rc > 0 ? fail(err, name, p->port, rc) : rc;
}

/* ---- passed to us ---------------------------------------------------------------------- */

static int listen_passed(hearth__listeners *l, const hearth__place *p,
                         const hearth__activation *passed, hearth_error *err)
{
    size_t before = l->n;
    int n = hearth__activation_count(passed, err);

    for (int i = 0; i < n; i++) {
        if (p->name.len > 0 && !hearth__activation_named(passed, i, p->name))
            continue;
        hearth__listener *one = room(l, err);

        if (one == NULL)
            return HEARTH_ENOMEM;
        one->shared = true;
        one->fd = hearth__activation_take(passed, i, &one->at, err);
        if (one->fd < 0)
            return one->fd;
        l->n++;
    }
    if (n < 0 || l->n > before)
        return n < 0 ? n : 0;
    return hearth__error_set(err, HEARTH_EINVAL,
                             "systemd passed no socket with the name \"%.*s\" "
                             "(FileDescriptorName=)",
                             (int)p->name.len, p->name.ptr);
}

/* ---- all ---------------------------------------------------------------------------- */

int hearth__listen(hearth__listeners *l, const hearth__place *p, int backlog,
                   const hearth__activation *passed, hearth_error *err)
{
    size_t before = l->n;
    hearth__listener *one;
    int rc;

    switch (p->kind) {
    case HEARTH__PLACE_UNIX:
        one = room(l, err);
        rc = one == NULL ? HEARTH_ENOMEM
                         : hearth__listen_unix(one, p->name, p->mode, backlog, err);
        l->n += rc == 0;
        break;
    case HEARTH__PLACE_PASSED:
        rc = listen_passed(l, p, passed, err);
        break;
    case HEARTH__PLACE_TCP:
    default:
        rc = listen_tcp(l, p, backlog, err);
    }
    for (size_t i = before; i < l->n; i++)
        l->list[i].proxy = p->proxy;
    return rc;
}

int hearth__listener_take(hearth__listener *l, int backlog, hearth_error *err)
{
    char host[NI_MAXHOST] = "?";
    int fd = l->fd;

    l->fd = -1;
    if (fd >= 0)
        return fd;
    fd = l->shared ? -1 : open_shared(&l->at, backlog);
    if (fd >= 0)
        return fd;
    int reason = l->shared ? EBUSY : errno;

    (void)getnameinfo((const struct sockaddr *)(const void *)&l->at.at, l->at.len, host,
                      sizeof(host), NULL, 0, NI_NUMERICHOST);
    return fail(err, host, hearth__address_port(&l->at), reason);
}

void hearth__listeners_remove(hearth__listeners *l)
{
    for (size_t i = 0; i < l->n; i++)
        hearth__listener_remove_file(&l->list[i]);
}

void hearth__listeners_close(hearth__listeners *l)
{
    hearth__listeners_remove(l);
    for (size_t i = 0; i < l->n; i++)
        if (l->list[i].fd >= 0)
            close(l->list[i].fd);
    free(l->list);
    *l = (hearth__listeners){0};
}
