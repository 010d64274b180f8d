/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_NET_ECHO_H
#define HEARTH_TEST_NET_ECHO_H

/*
 * A service as small as one can be that has all a real one has: an epoll set of its own,
 * connections, jobs that outlive them.  It sends back what it gets; "slow" is sent back
 * by a worker once `echo_release` is bumped, "hold" never.
 */

#include "net_kit.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>

struct echo;

struct echo_conn {
    hearth__job job;
    struct echo *echo;
    struct echo_conn *next, **link;
    int fd;
    hearth__source source;
    bool busy;   /* not idle: drain lets it be */
    bool orphan; /* closed while the job is out */
};

struct echo {
    hearth__reactor *reactor;
    struct echo_conn *conns;
    int ep;
    int jobs;
    bool draining, closed;
};

static int echo_accepted_n, echo_slow_n, echo_held_n, echo_release, echo_cut_n,
    echo_freed_n;
static bool echo_nodelay; /* all connections had TCP_NODELAY */

/* Without Check's assertions: they allocate, and starts are made to fail. */
static inline void *echo_open(void *self, hearth__reactor *r, hearth_error *err)
{
    struct echo *e = calloc(1, sizeof(*e));

    (void)self;
    if (e == NULL || (e->ep = epoll_create1(EPOLL_CLOEXEC)) < 0) {
        free(e);
        *err = (hearth_error){.code = HEARTH_ENOMEM, .text = "nothing to echo with"};
        return NULL;
    }
    e->reactor = r;
    if (hearth__reactor_index(r) < MAX_REACTORS_SEEN)
        seen[hearth__reactor_index(r)] = r;
    return e;
}

static inline int echo_fd(void *state)
{
    return ((struct echo *)state)->ep;
}

static inline void echo_free_if_done(struct echo *e)
{
    if (!e->closed || e->jobs > 0)
        return;
    free(e);
    bump(&echo_freed_n);
}

static inline void echo_drop(struct echo_conn *c)
{
    struct echo *e = c->echo;

    *c->link = c->next;
    if (c->next != NULL)
        c->next->link = c->link;
    close(c->fd);
    hearth__reactor_released(e->reactor, c->source);
    c->orphan = true;
    if (c->job.run == NULL)
        free(c);
}

static inline void echo_slow(hearth__job *j)
{
    (void)j;
    bump(&echo_slow_n);
    await(&echo_release, 1);
}

static inline void echo_slow_done(hearth__job *j)
{
    struct echo_conn *c = (struct echo_conn *)(void *)j;
    struct echo *e = c->echo;

    e->jobs--;
    j->run = NULL;
    c->busy = false;
    if (c->orphan) {
        free(c);
        echo_free_if_done(e);
        return;
    }
    (void)send(c->fd, "slow", 4, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (e->draining)
        echo_drop(c);
}

static inline void echo_answer(struct echo_conn *c)
{
    char text[64];
    ssize_t n = recv(c->fd, text, sizeof(text), MSG_DONTWAIT);

    if (n <= 0) {
        echo_drop(c);
    } else if (n == 4 && memcmp(text, "hold", 4) == 0) {
        c->busy = true;
        bump(&echo_held_n);
    } else if (n == 4 && memcmp(text, "slow", 4) == 0) {
        c->busy = true;
        c->job = (hearth__job){.run = echo_slow, .done = echo_slow_done};
        c->echo->jobs++;
        ck_assert_int_eq(hearth__reactor_submit(c->echo->reactor, &c->job), 0);
    } else {
        (void)send(c->fd, text, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

static inline int64_t echo_tick(void *state)
{
    struct echo *e = state;
    struct epoll_event events[16];
    int n = epoll_wait(e->ep, events, 16, 0);

    for (int i = 0; i < n; i++)
        echo_answer(events[i].data.ptr);
    return n == 16 ? 0 : -1;
}

static inline void echo_accepted(void *state, const hearth__incoming *in)
{
    struct echo *e = state;
    struct echo_conn *c = calloc(1, sizeof(*c));
    int on = 0;
    socklen_t on_len = sizeof(on);

    ck_assert_ptr_nonnull(c);
    ck_assert_uint_ge(in->peer_len, sizeof(struct sockaddr_in));
    ck_assert_int_eq(in->peer->sa_family, AF_INET);
    getsockopt(in->fd, IPPROTO_TCP, TCP_NODELAY, &on, &on_len);
    *c = (struct echo_conn){.echo = e,
                            .next = e->conns,
                            .link = &e->conns,
                            .fd = in->fd,
                            .source = in->source};
    if (c->next != NULL)
        c->next->link = &c->next;
    e->conns = c;
    struct epoll_event want = {.events = EPOLLIN, .data = {.ptr = c}};

    ck_assert_int_eq(epoll_ctl(e->ep, EPOLL_CTL_ADD, c->fd, &want), 0);
    pthread_mutex_lock(&kit_lock);
    echo_nodelay = on != 0 && (echo_nodelay || echo_accepted_n == 0);
    pthread_mutex_unlock(&kit_lock);
    bump(&echo_accepted_n);
}

static inline void echo_drain(void *state)
{
    struct echo *e = state;

    e->draining = true;
    for (struct echo_conn *c = e->conns, *next; c != NULL; c = next) {
        next = c->next;
        if (!c->busy)
            echo_drop(c);
    }
}

static inline bool echo_idle(void *state)
{
    const struct echo *e = state;

    return e->conns == NULL && e->jobs == 0;
}

static inline void echo_close(void *state)
{
    struct echo *e = state;

    while (e->conns != NULL) {
        echo_drop(e->conns);
        bump(&echo_cut_n);
    }
    close(e->ep);
    e->closed = true;
    echo_free_if_done(e);
}

static const hearth__service_ops echo = {
    .name = "echo",
    .open = echo_open,
    .fd = echo_fd,
    .tick = echo_tick,
    .accepted = echo_accepted,
    .drain = echo_drain,
    .idle = echo_idle,
    .close = echo_close,
};

static inline hearth__net *start_echo(const hearth__net_opts *given)
{
    hearth__net_opts o = *given;

    echo_accepted_n = echo_slow_n = echo_held_n = echo_release = echo_cut_n =
        echo_freed_n = 0;
    o.service = &echo;
    return start(&o);
}

#endif
