/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/*
 * Taking connections in.  A batch a turn, so that a flood of new connections does not
 * starve those that exist.  Where a connection cannot be served it is answered 503 and
 * closed rather than left waiting: over the limit, when the service has none to spare, and
 * when descriptors run out, for which one is held in reserve.  An address that has its
 * share is not worth an answer.
 */

#include "net/inner.h"

#include "core/error.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define BATCH        64
#define PAUSE_MS     50
#define SAY_EVERY_MS 1000
#define LAST_BATCHES 64 /* of a listener that is being closed */

static const char busy[] = "HTTP/1.1 503 Service Unavailable\r\n"
                           "Content-Type: text/plain; charset=utf-8\r\n"
                           "Content-Length: 41\r\n"
                           "Cache-Control: no-store\r\n"
                           "Retry-After: 1\r\n"
                           "Connection: close\r\n"
                           "\r\n"
                           "The server is busy; try again in a while\n";

static bool may_say(hearth__reactor *r, enum hearth__saying what)
{
    long long now = hearth__reactor_now_ms(r);
    long long last = atomic_load(&r->net->said_ms[what]);

    return (last == 0 || now - last >= SAY_EVERY_MS) &&
           atomic_compare_exchange_strong(&r->net->said_ms[what], &last, now);
}

/* Best effort.  What the client has sent is read first, because closing a socket with
 * unread data resets the connection and may take the answer with it. */
static void refuse(int fd)
{
    char unread[4096];

    (void)recv(fd, unread, sizeof(unread), MSG_DONTWAIT);
    (void)send(fd, busy, sizeof(busy) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    close(fd);
}

static bool admit(hearth__net *n)
{
    if (atomic_fetch_add(&n->connections, 1) < n->max_connections)
        return true;
    atomic_fetch_sub(&n->connections, 1);
    return false;
}

/* Who has asked for nothing yet makes room for who may. */
static bool make_room(hearth__reactor *r)
{
    r->dirty = true;
    if (r->ops->spare == NULL || !r->ops->spare(r->state))
        return false;
    atomic_fetch_add(&r->net->connections, 1);
    return true;
}

static void say_address(hearth__reactor *r, hearth__source source, int rc)
{
    char text[HEARTH__SOURCE_TEXT];

    if (!may_say(r, HEARTH__SAY_ADDRESS))
        return;
    hearth__source_text(source, text);
    if (rc == HEARTH_EBUSY)
        hearth__log_line(r->net->log, HEARTH_LOG_WARN, NULL,
                         "closing new connections of %s: it has %d open; if that is a "
                         "proxy, raise max_per_address",
                         text, r->net->max_per_address);
    else
        hearth__log_line(r->net->log, HEARTH_LOG_ERROR, NULL,
                         "closing a new connection of %s: out of memory", text);
}

bool hearth__accept_count(hearth__reactor *r, int fd, const struct sockaddr *peer,
                          socklen_t len, hearth__incoming *in)
{
    *in = (hearth__incoming){fd, peer, len, hearth__source_of(peer, len)};
    int rc = hearth__limits_take(r->net->limits, in->source);

    if (rc == 0)
        return true;
    close(fd);
    say_address(r, in->source, rc);
    return false;
}

/* The address first: who has his share must not cost others their place. */
static void take_in(hearth__reactor *r, int fd, const struct sockaddr *peer,
                    socklen_t len)
{
    hearth__incoming in;

    if (!hearth__accept_count(r, fd, peer, len, &in))
        return;
    if (admit(r->net) || make_room(r)) {
        r->dirty = true;
        r->ops->accepted(r->state, &in);
        return;
    }
    hearth__limits_drop(r->net->limits, in.source);
    refuse(fd);
    if (may_say(r, HEARTH__SAY_FULL))
        hearth__log_line(r->net->log, HEARTH_LOG_WARN, NULL,
                         "refusing connections: all %d are in use",
                         r->net->max_connections);
}

static void pause_over(hearth__timer *t);
static void on_incoming(uv_poll_t *h, int status, int events);

static void pause_accepting(hearth__reactor *r)
{
    (void)uv_poll_stop(&r->incoming);
    r->dirty = true; /* the timer is looked at */
    r->pause.fn = pause_over;
    hearth__timer_set(r->wheel, &r->pause, hearth__reactor_now_ms(r) + PAUSE_MS);
}

static void pause_over(hearth__timer *t)
{
    hearth__reactor *r = HEARTH__OUTER(t, hearth__reactor, pause);

    if (uv_poll_start(&r->incoming, UV_READABLE, on_incoming) != 0)
        pause_accepting(r);
}

/* No descriptor left.  Another thread may snatch the one given up here; then the pause
 * alone keeps the loop from spinning.  False when nobody was waiting: accept4() wants a
 * descriptor before it looks. */
static bool shed(hearth__reactor *r)
{
    int fd = -1;
    bool any = false;

    if (r->spare >= 0)
        close(r->spare);
    for (int i = 0; i < BATCH; i++) {
        fd = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0)
            break;
        refuse(fd);
        any = true;
    }
    if (fd < 0 && errno != EAGAIN)
        any = true;
    r->spare = eventfd(0, EFD_CLOEXEC);
    if (any && may_say(r, HEARTH__SAY_NO_FD))
        hearth__log_line(
            r->net->log, HEARTH_LOG_ERROR, NULL,
            "refusing connections: no file descriptors left; raise the limit on "
            "open files");
    return any;
}

/* After accept4() failed: go on with the batch? */
static bool go_on(hearth__reactor *r, int reason)
{
    char text[128];

    switch (reason) {
    case EAGAIN:
        return false;
    /* This one connection failed before it was taken (accept(2)). */
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case EPERM:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case ETIMEDOUT:
        return true;
    case EMFILE:
    case ENFILE:
        if (!shed(r))
            return false;
        break;
    default:
        uv_strerror_r(uv_translate_sys_error(reason), text, sizeof(text));
        if (may_say(r, HEARTH__SAY_ACCEPT))
            hearth__log_line(r->net->log, HEARTH_LOG_ERROR, NULL, "cannot accept: %s",
                             text);
    }
    pause_accepting(r);
    return false;
}

/* False when there is no more for now. */
static bool accept_batch(hearth__reactor *r)
{
    for (int i = 0; i < BATCH; i++) {
        struct sockaddr_storage at;
        struct sockaddr *peer = (struct sockaddr *)(void *)&at;
        socklen_t len = sizeof(at);
        int fd = accept4(r->listener, peer, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd >= 0)
            take_in(r, fd, peer, len);
        else if (!go_on(r, errno))
            return false;
    }
    return true;
}

static void on_incoming(uv_poll_t *h, int status, int events)
{
    hearth__reactor *r = h->data;

    (void)events;
    if (status < 0)
        pause_accepting(r);
    else
        (void)accept_batch(r);
}

int hearth__accept_init(hearth__reactor *r, hearth_error *err)
{
    r->spare = eventfd(0, EFD_CLOEXEC);
    int rc = r->spare < 0 ? uv_translate_sys_error(errno) : 0;

    if (rc == 0)
        rc = uv_poll_init(&r->loop, &r->incoming, r->listener);
    if (rc == 0) {
        r->incoming.data = r;
        rc = uv_poll_start(&r->incoming, UV_READABLE, on_incoming);
    }
    if (rc == 0)
        return 0;
    return hearth__error_set(err, rc == UV_ENOMEM ? HEARTH_ENOMEM : HEARTH_EIO,
                             "cannot watch a listener: %s", uv_strerror(rc));
}

void hearth__accept_end(hearth__reactor *r)
{
    if (r->listener < 0)
        return;
    for (int i = 0; i < LAST_BATCHES && accept_batch(r); i++)
        ;
    hearth__timer_stop(r->wheel, &r->pause);
    uv_close((uv_handle_t *)&r->incoming, NULL); /* before its descriptor */
    hearth__accept_clear(r);
}

void hearth__accept_clear(hearth__reactor *r)
{
    if (r->spare >= 0)
        close(r->spare);
    if (r->listener >= 0)
        close(r->listener);
    r->spare = -1;
    r->listener = -1;
}
