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
 *
 * A socket of which there is only one (a Unix domain socket, or one that was passed to us)
 * is watched by one reactor, which deals the connections out in turn.  That is two
 * wake-ups for a connection at most; watched by all, each would wake all of them, since
 * libuv's epoll set knows no EPOLLEXCLUSIVE and one inside another is not exclusive.
 */

#include "net/inner.h"

#include "core/error.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define BATCH        64
#define PAUSE_MS     50
#define SAY_EVERY_MS 1000
#define LAST_BATCHES 64 /* of a listener that is being closed */

static const char busy[] = "HTTP/1.1 503 Service Unavailable\r\n"
                           "Content-Type: text/plain; charset=utf-8\r\n"
                           "X-Content-Type-Options: nosniff\r\n"
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
                         "proxy, list it in trusted_proxies, or raise max_per_address",
                         text, r->net->max_per_address);
    else
        hearth__log_line(r->net->log, HEARTH_LOG_ERROR, NULL,
                         "closing a new connection of %s: out of memory", text);
}

bool hearth__accept_count(hearth__reactor *r, int fd, const struct sockaddr *peer,
                          socklen_t len, hearth__incoming *in)
{
    bool proxy = hearth__cidrs_has_peer(&r->net->proxies, peer, len);

    /* A proxy stands for many. */
    *in = (hearth__incoming){fd, peer, len,
                             proxy ? HEARTH__NOBODY : hearth__source_of(peer, len)};
    int rc = hearth__limits_take(r->net->limits, in->source);

    if (rc == 0)
        return true;
    close(fd);
    say_address(r, in->source, rc);
    return false;
}

static void refuse_full(hearth__reactor *r, int fd)
{
    refuse(fd);
    if (may_say(r, HEARTH__SAY_FULL))
        hearth__log_line(r->net->log, HEARTH_LOG_WARN, NULL,
                         "refusing connections: all %d are in use",
                         r->net->max_connections);
}

/* The address first: who has his share must not cost others their place. */
void hearth__accept_take(hearth__reactor *r, int fd, const struct sockaddr *peer,
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
    refuse_full(r, fd);
}

/* Where only proxies may connect. */
static void take_proxied(hearth__reactor *r, int fd, const struct sockaddr *peer,
                         socklen_t len)
{
    char text[HEARTH__IP_TEXT] = "a Unix domain socket";
    hearth__ip ip;

    if (hearth__cidrs_has_peer(&r->net->proxies, peer, len)) {
        if (admit(r->net) || make_room(r))
            hearth__proxy_begin(r, fd, peer, len);
        else
            refuse_full(r, fd);
        return;
    }
    close(fd);
    if (!may_say(r, HEARTH__SAY_STRANGER))
        return;
    if (hearth__ip_of(&ip, peer, len))
        (void)hearth__ip_text(&ip, text);
    hearth__log_line(r->net->log, HEARTH_LOG_WARN, NULL,
                     "closing a connection of %s: only trusted_proxies may connect where "
                     "a PROXY header comes first",
                     text);
}

static void take_in(hearth__reactor *r, bool proxy, int fd, const struct sockaddr *peer,
                    socklen_t len)
{
    (proxy ? take_proxied : hearth__accept_take)(r, fd, peer, len);
}

/* ---- dealing out ----------------------------------------------------------- */

/* A connection on its way to another reactor. */
typedef struct parcel {
    hearth__task task; /* first: it is cast back */
    hearth__reactor *to;
    int fd;
    bool proxy;
    struct sockaddr_storage peer;
    socklen_t len;
} parcel;

static void arrive(hearth__task *t)
{
    parcel *p = (parcel *)t;

    if (p->to->closed)
        close(p->fd);
    else
        take_in(p->to, p->proxy, p->fd, (const struct sockaddr *)(const void *)&p->peer,
                p->len);
    free(p);
}

/* A stop may overtake a parcel: then what is here stays here. */
static void deal(hearth__door *d, int fd, const struct sockaddr *peer, socklen_t len)
{
    hearth__reactor *r = d->reactor;
    hearth__net *n = r->net;
    hearth__reactor *to = &n->reactor[r->deal++ % (unsigned)n->reactors];
    parcel *p = to == r || r->stopping ? NULL : malloc(sizeof *p);

    if (p == NULL) {
        take_in(r, d->proxy, fd, peer, len);
        return;
    }
    *p = (parcel){
        .task = {.fn = arrive}, .to = to, .fd = fd, .proxy = d->proxy, .len = len};
    memcpy(&p->peer, peer, len);
    hearth__reactor_post(to, &p->task);
}

/* ---- accepting ------------------------------------------------------------- */

static void pause_over(hearth__timer *t);
static void on_incoming(uv_poll_t *h, int status, int events);

static void pause_accepting(hearth__reactor *r)
{
    for (size_t i = 0; i < r->ndoors; i++)
        (void)uv_poll_stop(&r->doors[i].incoming);
    r->dirty = true; /* the timer is looked at */
    r->pause.fn = pause_over;
    hearth__timer_set(r->wheel, &r->pause, hearth__reactor_now_ms(r) + PAUSE_MS);
}

static void pause_over(hearth__timer *t)
{
    hearth__reactor *r = HEARTH__OUTER(t, hearth__reactor, pause);
    bool all = true;

    for (size_t i = 0; i < r->ndoors; i++)
        all = uv_poll_start(&r->doors[i].incoming, UV_READABLE, on_incoming) == 0 && all;
    if (!all)
        pause_accepting(r);
}

static void receive(hearth__door *d, int fd, const struct sockaddr *peer, socklen_t len)
{
    if (d->shared)
        deal(d, fd, peer, len);
    else
        take_in(d->reactor, d->proxy, fd, peer, len);
}

/* No descriptor left.  Who waits is refused, by means of the one in reserve, until there are
 * descriptors again.  Another thread may snatch the one given up here; then the pause
 * alone keeps the loop from spinning.  False when there is nothing to pause for: nobody was
 * waiting (accept4() wants a descriptor before it looks), or one was given back. */
static bool shed(hearth__door *d)
{
    hearth__reactor *r = d->reactor;
    struct sockaddr_storage at;
    struct sockaddr *peer = (struct sockaddr *)(void *)&at;
    int fd = -1;
    bool any = false;

    if (r->spare >= 0)
        close(r->spare);
    r->spare = -1;
    for (int i = 0; i < BATCH && r->spare < 0; i++) {
        socklen_t len = sizeof(at);

        fd = accept4(d->fd, peer, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0)
            break;
        r->spare = eventfd(0, EFD_CLOEXEC);
        if (r->spare >= 0) {
            receive(d, fd, peer, len);
            break;
        }
        refuse(fd);
        any = true;
    }
    if (fd < 0 && errno != EAGAIN)
        any = true;
    if (any && may_say(r, HEARTH__SAY_NO_FD))
        hearth__log_line(
            r->net->log, HEARTH_LOG_ERROR, NULL,
            "refusing connections: no file descriptors left; raise the limit on "
            "open files");
    if (r->spare >= 0)
        return false;
    r->spare = eventfd(0, EFD_CLOEXEC);
    return any;
}

/* After accept4() failed: go on with the batch? */
static bool go_on(hearth__door *d, int reason)
{
    hearth__reactor *r = d->reactor;
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
        if (!shed(d))
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
static bool accept_batch(hearth__door *d)
{
    for (int i = 0; i < BATCH; i++) {
        struct sockaddr_storage at;
        struct sockaddr *peer = (struct sockaddr *)(void *)&at;
        socklen_t len = sizeof(at);
        int fd = accept4(d->fd, peer, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd >= 0)
            receive(d, fd, peer, len);
        else if (!go_on(d, errno))
            return false;
    }
    return true;
}

static void on_incoming(uv_poll_t *h, int status, int events)
{
    hearth__door *d = h->data;

    (void)events;
    if (status < 0)
        pause_accepting(d->reactor);
    else
        (void)accept_batch(d);
}

/* ---- life ------------------------------------------------------------------ */

static int open_door(hearth__reactor *r, hearth__listener *l, hearth_error *err)
{
    hearth__door *d = &r->doors[r->ndoors];
    int fd = hearth__listener_take(l, r->net->backlog, err);

    if (fd < 0)
        return fd;
    *d = (hearth__door){.reactor = r, .fd = fd, .shared = l->shared, .proxy = l->proxy};
    r->ndoors++;
    int rc = uv_poll_init(&r->loop, &d->incoming, fd);

    if (rc == 0) {
        d->incoming.data = d;
        d->watched = true;
        rc = uv_poll_start(&d->incoming, UV_READABLE, on_incoming);
    }
    return rc == 0 ? 0
                   : hearth__error_set(err, rc == UV_ENOMEM ? HEARTH_ENOMEM : HEARTH_EIO,
                                       "cannot watch a listener: %s", uv_strerror(rc));
}

int hearth__accept_init(hearth__reactor *r, hearth_error *err)
{
    hearth__listeners *l = &r->net->listeners;

    r->doors = calloc(l->n + 1, sizeof *r->doors);
    if (r->doors == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory for listeners");
    r->spare = eventfd(0, EFD_CLOEXEC);
    if (r->spare < 0)
        return hearth__error_set(err, HEARTH_EIO,
                                 "cannot watch a listener: no file descriptors left");
    for (size_t i = 0; i < l->n; i++) {
        /* Shared ones in turn, so that no reactor has all of them. */
        if (l->list[i].shared && i % (size_t)r->net->reactors != (size_t)r->index)
            continue;
        HEARTH_TRY(open_door(r, &l->list[i], err));
    }
    return 0;
}

void hearth__accept_end(hearth__reactor *r)
{
    r->stopping = true;
    for (size_t k = 0; k < r->ndoors; k++)
        for (int i = 0; i < LAST_BATCHES && accept_batch(&r->doors[k]); i++)
            ;
    hearth__timer_stop(r->wheel, &r->pause);
    hearth__proxy_end(r);
    for (size_t k = 0; k < r->ndoors; k++) { /* before its descriptor */
        if (!uv_is_closing((uv_handle_t *)&r->doors[k].incoming))
            uv_close((uv_handle_t *)&r->doors[k].incoming, NULL);
        close(r->doors[k].fd);
        r->doors[k].fd = -1;
    }
}

/* The loop is closed: nothing holds the handles any more. */
void hearth__accept_clear(hearth__reactor *r)
{
    if (r->spare >= 0)
        close(r->spare);
    r->spare = -1;
    for (size_t k = 0; k < r->ndoors; k++)
        if (r->doors[k].fd >= 0)
            close(r->doors[k].fd);
    free(r->doors);
    r->doors = NULL;
    r->ndoors = 0;
}
