/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/*
 * The set is an epoll descriptor inside the loop's, made when it is first wanted: entering
 * and leaving costs one system call each and no memory of ours, where a handle of libuv's
 * for every connection would cost both.  Events are taken one by one, because what is
 * called for one may stop the watch of the next.
 */
#include "net/watch.h"
#include "net/inner.h"

#include <sys/epoll.h>
#include <unistd.h>

#define AT_ONCE 256 /* before the loop turns on */

static void on_gone(uv_poll_t *h, int status, int events)
{
    hearth__reactor *r = h->data;
    struct epoll_event e;

    (void)events;
    r->dirty = true;
    if (status < 0) /* libuv has stopped watching */
        (void)uv_poll_start(h, UV_READABLE, on_gone);
    for (int i = 0; i < AT_ONCE && epoll_wait(r->gone_fd, &e, 1, 0) == 1; i++) {
        hearth__watch *w = e.data.ptr;

        hearth__watch_stop(r, w);
        w->fn(w);
    }
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

int hearth__watch_set(hearth__reactor *r, hearth__watch *w, int fd)
{
    struct epoll_event e = {.events = EPOLLRDHUP, .data = {.ptr = w}};

    if (!open_set(r) || epoll_ctl(r->gone_fd, EPOLL_CTL_ADD, fd, &e) != 0)
        return HEARTH_EIO;
    w->fd = fd;
    w->on = true;
    return 0;
}

void hearth__watch_stop(hearth__reactor *r, hearth__watch *w)
{
    struct epoll_event none = {0};

    if (!w->on)
        return;
    w->on = false;
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
