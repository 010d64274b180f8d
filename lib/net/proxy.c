/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/*
 * Connections that begin with a PROXY header.  What follows the header is the service's,
 * so the bytes are looked at first (MSG_PEEK) and those that belong to the header, no
 * more, are then taken: the socket is empty again when a header has to be waited for, and
 * the loop does not spin on it.
 *
 * The connection is counted in all, but for no address until the header names one.  What
 * is no header is closed without an answer: who listens behind a proxy only does not tell
 * others that he is there.
 */

#include "net/inner.h"

#include "http/proxy_header.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct hearth__pending {
    uv_poll_t watch; /* first: it is cast back */
    hearth__timer timer;
    hearth__reactor *reactor;
    hearth__pending *next, *prev;
    int fd;
    bool watching;
    struct sockaddr_storage peer; /* the proxy */
    socklen_t peer_len;
    size_t have;
    char bytes[HEARTH__PROXY_MOST];
};

static void free_pending(uv_handle_t *h)
{
    free((hearth__pending *)(void *)h);
}

/* Forget it; the descriptor goes on or is closed by the caller. */
static void leave(hearth__pending *p)
{
    hearth__reactor *r = p->reactor;

    hearth__timer_stop(r->wheel, &p->timer);
    if (p->next != NULL)
        p->next->prev = p->prev;
    if (p->prev != NULL)
        p->prev->next = p->next;
    else
        r->pending = p->next;
    hearth__reactor_released(r, HEARTH__NOBODY);
    if (p->watching)
        uv_close((uv_handle_t *)&p->watch, free_pending);
    else
        free(p);
}

static void drop(hearth__pending *p)
{
    int fd = p->fd;

    leave(p);
    close(fd);
}

static void go_on(hearth__pending *p, const hearth__proxy_header *h)
{
    hearth__reactor *r = p->reactor;
    struct sockaddr_storage at = h->has_peer ? h->at : p->peer;
    socklen_t len = h->has_peer ? h->at_len : p->peer_len;
    int fd = p->fd;

    leave(p);
    hearth__accept_take(r, fd, (const struct sockaddr *)(const void *)&at, len);
}

/* Take n bytes that have been seen. */
static bool consume(hearth__pending *p, size_t n)
{
    ssize_t got = n == 0 ? 0 : recv(p->fd, p->bytes + p->have, n, MSG_DONTWAIT);

    if (got != (ssize_t)n)
        return false;
    p->have += n;
    return true;
}

/* One look.  False when the header is still to come and the socket has to be watched;
 * else p is gone. */
static bool look(hearth__pending *p)
{
    hearth__proxy_header h;

    for (;;) {
        ssize_t n = recv(p->fd, p->bytes + p->have, sizeof(p->bytes) - p->have,
                         MSG_PEEK | MSG_DONTWAIT);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return false;
        if (n <= 0)
            break;
        hearth__proxy_state s = hearth__proxy_parse(&h, p->bytes, p->have + (size_t)n);

        if (s == HEARTH__PROXY_BAD ||
            !consume(p, s == HEARTH__PROXY_DONE ? h.len - p->have : (size_t)n))
            break;
        if (s == HEARTH__PROXY_DONE) {
            go_on(p, &h);
            return true;
        }
    }
    drop(p);
    return true;
}

static void on_bytes(uv_poll_t *handle, int status, int events)
{
    hearth__pending *p = (hearth__pending *)(void *)handle;

    (void)events;
    p->reactor->dirty = true; /* a timer may have gone */
    if (status < 0)
        drop(p);
    else
        (void)look(p);
}

static void too_late(hearth__timer *t)
{
    drop(HEARTH__OUTER(t, hearth__pending, timer));
}

static bool watch(hearth__pending *p)
{
    hearth__reactor *r = p->reactor;

    if (uv_poll_init(&r->loop, &p->watch, p->fd) != 0)
        return false;
    p->watching = true;
    r->dirty = true; /* the timer is looked at */
    p->timer.fn = too_late;
    hearth__timer_set(r->wheel, &p->timer, hearth__reactor_now_ms(r) + r->net->proxy_ms);
    return uv_poll_start(&p->watch, UV_READABLE, on_bytes) == 0;
}

void hearth__proxy_begin(hearth__reactor *r, int fd, const struct sockaddr *peer,
                         socklen_t len)
{
    hearth__pending *p = calloc(1, sizeof(*p));

    if (p == NULL) {
        close(fd);
        hearth__reactor_released(r, HEARTH__NOBODY);
        return;
    }
    p->reactor = r;
    p->fd = fd;
    memcpy(&p->peer, peer, len);
    p->peer_len = len;
    p->next = r->pending;
    if (p->next != NULL)
        p->next->prev = p;
    r->pending = p;
    if (!look(p) && !watch(p))
        drop(p);
}

void hearth__proxy_end(hearth__reactor *r)
{
    while (r->pending != NULL)
        drop(r->pending);
}
