/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/*
 * The set is an epoll descriptor inside the loop's, made when it is first wanted: entering
 * and leaving costs one system call each and no memory of ours, where a handle of libuv's
 * for every connection would cost both.  What is called for one event may stop the watch
 * of another that was fetched with it: that one is then struck out.
 */
#include "net/watch.h"
#include "net/inner.h"

#include <sys/epoll.h>
#include <unistd.h>

#define AT_ONCE 64 /* before the loop turns on */

static void tell(hearth__reactor *r, hearth__watch *w, unsigned events)
{
    if (!w->stays) {
        r->dirty = true;
        hearth__watch_stop(r, w);
    } else {
        w->ready = (events & ~(unsigned)EPOLLOUT) != 0 ? HEARTH__WATCH_READ : 0;
        w->ready |= (events & EPOLLOUT) != 0 ? HEARTH__WATCH_WRITE : 0;
    }
    w->fn(w);
}

static void on_gone(uv_poll_t *h, int status, int events)
{
    hearth__reactor *r = h->data;
    struct epoll_event e[AT_ONCE];

    (void)events;
    r->skimmed = true;
    if (status < 0) /* libuv has stopped watching */
        (void)uv_poll_start(h, UV_READABLE, on_gone);
    r->told = e;
    r->ntold = epoll_wait(r->gone_fd, e, AT_ONCE, 0);
    for (int i = 0; i < r->ntold; i++) {
        if (e[i].data.ptr != NULL)
            tell(r, e[i].data.ptr, e[i].events);
    }
    r->ntold = 0;
    r->told = NULL;
}

static bool open_set(hearth__reactor *r)
{
    int fd;

    if (r->gone_fd >= 0)
        return true;
    fd = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0)
        return false;
    if (uv_poll_init(&r->loop, &r->gone, fd) != 0) {
        close(fd);
        return false;
    }
    r->gone.data = r;
    r->gone_fd = fd;
    return uv_poll_start(&r->gone, UV_READABLE, on_gone) == 0;
}

static int put(hearth__reactor *r, hearth__watch *w, int fd, unsigned events)
{
    struct epoll_event e = {.events = events, .data = {.ptr = w}};
    int how = w->on ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

    if (!open_set(r) || epoll_ctl(r->gone_fd, how, fd, &e) != 0)
        return HEARTH_EIO;
    w->fd = fd;
    w->on = true;
    return 0;
}

int hearth__watch_set(hearth__reactor *r, hearth__watch *w, int fd)
{
    w->stays = false;
    return put(r, w, fd, EPOLLRDHUP);
}

int hearth__watch_io(hearth__reactor *r, hearth__watch *w, int fd, unsigned wants)
{
    unsigned events = (wants & HEARTH__WATCH_READ) != 0 ? (unsigned)EPOLLIN : 0;

    if (w->on && w->wants == wants)
        return 0;
    if (wants == 0) {
        hearth__watch_stop(r, w);
        return 0;
    }
    if ((wants & HEARTH__WATCH_WRITE) != 0)
        events |= EPOLLOUT;
    w->stays = true;
    w->wants = wants;
    return put(r, w, fd, events);
}

static void strike_out(const hearth__reactor *r, const hearth__watch *w)
{
    for (int i = 0; i < r->ntold; i++) {
        if (r->told[i].data.ptr == w)
            r->told[i].data.ptr = NULL;
    }
}

void hearth__watch_stop(hearth__reactor *r, hearth__watch *w)
{
    struct epoll_event none = {0};

    if (!w->on)
        return;
    w->on = false;
    strike_out(r, w);
    (void)epoll_ctl(r->gone_fd, EPOLL_CTL_DEL, w->fd, &none);
}

void hearth__watch_end(hearth__reactor *r)
{
    if (r->gone_fd >= 0 && !uv_is_closing((uv_handle_t *)&r->gone))
        uv_close((uv_handle_t *)&r->gone, NULL);
}

void hearth__watch_clear(hearth__reactor *r)
{
    if (r->gone_fd >= 0)
        close(r->gone_fd);
    r->gone_fd = -1;
}
