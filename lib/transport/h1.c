/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The HTTP/1.1 service of a reactor: a libmicrohttpd daemon without a listener or
 * threads, fed with accepted connections, run by the reactor's tick.
 *
 * libmicrohttpd only knows an idle timeout, which a client that drips bytes never meets;
 * so every connection has one deadline of ours for the phase it is in.  The timer is
 * lazy: it stays where it is when the deadline moves away and looks again when it fires,
 * so that requests hardly touch it.
 *
 * Its epoll is edge-triggered and takes a read that did not fill the buffer for the last
 * there is, so the end of a client that shut its side at once with its last bytes is
 * missed.  Soon after a connection has moved the timer therefore looks for that.
 */
#include "transport/h1.h"
#include "transport/h1_feed.h"

#include "app/app.h"
#include "app/file.h"
#include "core/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSION_OLDEST           0x00097500
#define VERSION_1_0              0x01000000
#define VERSION_NO_THREAD_SAFETY 0x00097707
/* By number: the headers of 0.9.75 do not know them, the library that is loaded may. */
#define OPTION_CLIENT_DISCIPLINE 38
#define FLAG_NO_THREAD_SAFETY    (1u << 19)

#define LOOK_MS      250
#define FILE_LOOK_MS 1000

/* ---- connections and deadlines ----------------------------------------------------- */

static void set_timer(hearth__h1_conn *k, int64_t at_ms)
{
    hearth__timer_set(hearth__reactor_wheel(k->h1->reactor), &k->timer, at_ms);
}

void hearth__h1_due(hearth__h1_conn *k, int64_t due_ms)
{
    int64_t look_ms = hearth__reactor_now_ms(k->h1->reactor) + LOOK_MS;
    int64_t at_ms = look_ms < due_ms ? look_ms : due_ms;

    k->due_ms = due_ms;
    if (!hearth__timer_armed(&k->timer) || k->timer.due_ms > at_ms)
        set_timer(k, at_ms);
}

/* Has the client said all it wants to say?  The shutdown is an edge: libmicrohttpd reads
 * on and finds the end. */
static void look_for_end(const hearth__h1_conn *k)
{
    bool reads = k->state == HEARTH__H1_IDLE || k->state == HEARTH__H1_HEAD ||
                 k->state == HEARTH__H1_BODY || k->state == HEARTH__H1_REFUSED;
    char byte;

    if (reads && recv(k->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
        shutdown(k->fd, SHUT_RD);
}

/* libmicrohttpd sees the end and cleans up in its next run; it must be the one that
 * closes. */
static void cut(hearth__h1_conn *k)
{
    shutdown(k->fd, SHUT_RDWR);
}

/* Nothing of a response is on its way in these phases, so plain bytes cannot tear one. */
static void send_408(const hearth__h1_conn *k)
{
    static const char text[] = "HTTP/1.1 408 Request Timeout\r\n"
                               "Content-Length: 0\r\n"
                               "Connection: close\r\n\r\n";

    (void)!send(k->fd, text, sizeof text - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void hearth__h1_body_began(hearth__h1_conn *k)
{
    k->body_ms = hearth__reactor_now_ms(k->h1->reactor);
    k->received = 0;
    hearth__h1_due(k, k->body_ms + HEARTH__H1_BODY_GRACE_MS);
}

static void body_slow(hearth__h1_conn *k, int64_t now)
{
    int64_t took = now - k->body_ms - HEARTH__H1_BODY_GRACE_MS;
    int64_t wanted = took * HEARTH__H1_BODY_RATE / 1000;

    if ((int64_t)k->received >= wanted && took < INT64_MAX / 2) {
        hearth__h1_due(k, now + 1000);
        return;
    }
    send_408(k);
    cut(k);
}

/* sendfile(2) has no error for a file that has become too short: it sends nothing, and
 * libmicrohttpd would wait. */
static void look_at_file(hearth__h1_conn *k, int64_t now)
{
    bool sends = k->state == HEARTH__H1_SENDING && k->c != NULL && k->c->res.file != NULL;

    if (sends && hearth__file_look(k->c))
        cut(k);
    set_timer(k,
              sends && now + FILE_LOOK_MS < k->due_ms ? now + FILE_LOOK_MS : k->due_ms);
}

static void on_timer(hearth__timer *t)
{
    hearth__h1_conn *k = (hearth__h1_conn *)t;
    int64_t now = hearth__reactor_now_ms(k->h1->reactor);

    if (now < k->due_ms) { /* it moved away meanwhile */
        look_for_end(k);
        look_at_file(k, now);
        return;
    }
    switch (k->state) {
    case HEARTH__H1_IDLE:
        if (!k->served)
            send_408(k);
        cut(k);
        break;
    case HEARTH__H1_HEAD:
        send_408(k);
        cut(k);
        break;
    case HEARTH__H1_BODY:
        body_slow(k, now);
        break;
    case HEARTH__H1_FEEDING:
    case HEARTH__H1_WORKER:
        hearth__h1_timed_out(k);
        break;
    case HEARTH__H1_PULLING:
        hearth__h1_stream_due(k);
        break;
    case HEARTH__H1_ADMITTED:
    case HEARTH__H1_REFUSED:
    case HEARTH__H1_READY:
    case HEARTH__H1_SENDING:
    case HEARTH__H1_ABORTED:
        cut(k);
        break;
    }
}

static void started(hearth__h1 *h, struct MHD_Connection *mhd, void **context)
{
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    hearth__h1_conn *k = calloc(1, sizeof *k);

    h->starting--;
    *context = k;
    if (k == NULL || fd == NULL)
        return; /* its requests will be answered 503 */
    k->h1 = h;
    k->mhd = mhd;
    k->fd = fd->connect_fd;
    k->timer.fn = on_timer;
    k->next = h->conns;
    if (h->conns != NULL)
        h->conns->prev = k;
    h->conns = k;
    hearth__h1_due(k, hearth__reactor_now_ms(h->reactor) + h->opts.head_ms);
    if (h->draining) /* accepted at the last moment: what it has sent is all there is */
        shutdown(k->fd, SHUT_RD);
}

static void ended(hearth__h1 *h, void **context)
{
    hearth__h1_conn *k = *context;

    *context = NULL;
    if (k != NULL) {
        hearth__timer_stop(hearth__reactor_wheel(h->reactor), &k->timer);
        if (k->next != NULL)
            k->next->prev = k->prev;
        if (k->prev != NULL)
            k->prev->next = k->next;
        else
            h->conns = k->next;
        hearth__h1_feed_forget(k);
        hearth__ctx_put(&h->cache, k->c);
        free(k);
    }
    h->nconns--;
    hearth__reactor_released(h->reactor);
}

static void on_connection(void *self, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        started(self, mhd, context);
    else
        ended(self, context);
}

/* ---- the daemon ---------------------------------------------------------------------
 */

static void on_log(void *self, const char *fmt, va_list ap) HEARTH_PRINTF(2, 0);

static void on_log(void *self, const char *fmt, va_list ap)
{
    hearth__h1 *h = self;
    hearth__log *log = hearth__reactor_log(h->reactor);
    char text[400];

    /* It reports every client that hangs up or sends nonsense: nothing for a log in
     * production. */
    if (!hearth__log_wants(log, HEARTH_LOG_DEBUG))
        return;
    vsnprintf(text, sizeof text, fmt, ap);
    text[strcspn(text, "\r\n")] = '\0';
    hearth__log_line(log, HEARTH_LOG_DEBUG, NULL, "libmicrohttpd: %s", text);
}

/* Paths and queries are decoded by lib/http, once. */
static size_t keep_escaped(void *self, struct MHD_Connection *mhd, char *text)
{
    (void)self;
    (void)mhd;
    return strlen(text);
}

/* "1.0.10" of the library that is loaded, as 0x01001000: MHD_VERSION may be another's. */
static unsigned runtime_version(void)
{
    unsigned a = 0, b = 0, c = 0;

    if (sscanf(MHD_get_version(), "%u.%u.%u", &a, &b, &c) != 3)
        return 0;
    /* The encoding has the last part in binary-coded decimal and two spare digits. */
    return a << 24 | (b / 10 << 4 | b % 10) << 16 | (c / 10 << 4 | c % 10) << 8;
}

static struct MHD_Daemon *start_daemon(hearth__h1 *h)
{
    unsigned version = runtime_version();
    bool modern = version >= VERSION_1_0;
    unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_ERROR_LOG;
    /* 0.9.x: the test for white space before the colon works only at -1; what strictness
     * 1 adds, the audit does. */
    struct MHD_OptionItem strict[] = {
        {modern ? (enum MHD_OPTION)OPTION_CLIENT_DISCIPLINE
                : MHD_OPTION_STRICT_FOR_CLIENT,
         modern ? 1 : -1, NULL},
        /* Blocked in every thread of ours (net/thread.c); else it would not use sendfile. */
        {MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, NULL},
        {MHD_OPTION_END, 0, NULL},
    };

    if (!modern)
        flags |= MHD_USE_SUPPRESS_DATE_NO_CLOCK; /* it would add a second Date to ours */
    if (version >= VERSION_NO_THREAD_SAFETY)
        flags |= FLAG_NO_THREAD_SAFETY; /* every call is made on the reactor's thread */
    h->raw_audit = !modern;
    h->close_chunked = !modern;
    h->modern = modern;
    return MHD_start_daemon(flags, 0, NULL, NULL, hearth__h1_on_request,
                            h, /* the logger first: it serves the rest */
                            MHD_OPTION_EXTERNAL_LOGGER, on_log, h, MHD_OPTION_ARRAY,
                            strict, MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)h->opts.max_connections + 64u,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, h->opts.pool_bytes,
                            MHD_OPTION_CONNECTION_TIMEOUT, 0u,
                            MHD_OPTION_URI_LOG_CALLBACK, hearth__h1_on_target, h,
                            MHD_OPTION_UNESCAPE_CALLBACK, keep_escaped, NULL,
                            MHD_OPTION_NOTIFY_COMPLETED, hearth__h1_on_completed, h,
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
                            MHD_OPTION_END);
}

/* ---- the service ----------------------------------------------------------------------
 */

static void *h1_open(void *self, hearth__reactor *r, hearth_error *err)
{
    hearth__h1 *h = calloc(1, sizeof *h);

    if (h == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory at start");
        return NULL;
    }
    h->opts = *(const hearth__h1_opts *)self;
    h->reactor = r;
    h->cache.max = 256;
    if (runtime_version() >= VERSION_OLDEST)
        h->daemon = start_daemon(h);
    if (h->daemon == NULL) {
        hearth__error_set(err, HEARTH_EUNAVAILABLE,
                          "libmicrohttpd %s did not start; 0.9.75 or newer is needed",
                          MHD_get_version());
        free(h);
        return NULL;
    }
    return h;
}

static int h1_fd(void *state)
{
    hearth__h1 *h = state;
    const union MHD_DaemonInfo *i =
        MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);

    return i == NULL ? -1 : i->epoll_fd;
}

static int64_t h1_tick(void *state)
{
    hearth__h1 *h = state;
    MHD_UNSIGNED_LONG_LONG wait = 0;

    MHD_run(h->daemon);
    /* Whatever it has not begun by now it has refused and closed. */
    for (; h->starting > 0; h->starting--) {
        h->nconns--;
        hearth__reactor_released(h->reactor);
    }
    int64_t again = hearth__app_turn(h->opts.app, false);

    if (MHD_get_timeout(h->daemon, &wait) != MHD_YES)
        return again;
    if (wait > INT32_MAX)
        wait = INT32_MAX;
    return again >= 0 && again < (int64_t)wait ? again : (int64_t)wait;
}

static void h1_accepted(void *state, int fd, const struct sockaddr *peer, socklen_t len)
{
    hearth__h1 *h = state;

    h->nconns++;
    h->starting++;
    /* Takes the descriptor, also when it refuses; begun or not shows in the next tick. */
    MHD_add_connection(h->daemon, fd, peer, len);
}

static void h1_drain(void *state)
{
    hearth__h1 *h = state;

    h->draining = true;
    for (hearth__h1_conn *k = h->conns; k != NULL; k = k->next) {
        /* Ends an idle connection at once and lets a response finish; a body still
         * arrives. */
        if (k->state == HEARTH__H1_IDLE || k->state == HEARTH__H1_SENDING)
            shutdown(k->fd, SHUT_RD);
        else
            look_for_end(k);
    }
}

static bool h1_idle(void *state)
{
    hearth__h1 *h = state;

    return h->nconns == 0 && h->jobs == 0;
}

static void h1_close(void *state)
{
    hearth__h1 *h = state;

    /* libmicrohttpd aborts the process if it is stopped with a suspended connection. */
    h->closing = true;
    for (hearth__h1_conn *k = h->conns; k != NULL; k = k->next) {
        if (k->state == HEARTH__H1_WORKER || k->state == HEARTH__H1_PULLING ||
            k->state == HEARTH__H1_FEEDING) {
            hearth__h1_forget_job(k);
            k->state = HEARTH__H1_ABORTED;
            MHD_resume_connection(k->mhd);
        }
        cut(k);
    }
    h1_tick(h);
    MHD_stop_daemon(h->daemon);
    (void)hearth__app_turn(h->opts.app, true);
    hearth__replies_clear(&h->replies);
    hearth__ctx_cache_clear(&h->cache);
    h->closed = true;
    if (h->jobs == 0)
        free(h); /* else the last job does */
}

const hearth__service_ops hearth__h1_service = {
    .name = "h1",
    .open = h1_open,
    .fd = h1_fd,
    .tick = h1_tick,
    .accepted = h1_accepted,
    .drain = h1_drain,
    .idle = h1_idle,
    .close = h1_close,
};
