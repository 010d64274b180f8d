/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The HTTP/1.1 service of a reactor: a libmicrohttpd daemon without a listener or
 * threads, fed with accepted connections, run by the reactor's tick.
 */
#include "transport/h1.h"
#include "transport/h1_feed.h"

#include "app/app.h"
#include "core/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VERSION_OLDEST           0x00097500
#define VERSION_1_0              0x01000000
#define VERSION_NO_THREAD_SAFETY 0x00097707
/* By number: the headers of 0.9.75 do not know them, the library that is loaded may. */
#define OPTION_CLIENT_DISCIPLINE 38
#define FLAG_NO_THREAD_SAFETY    (1u << 19)

/* ---- connections ------------------------------------------------------------------- */

static void link_conn(hearth__h1_conn **list, hearth__h1_conn *k)
{
    k->prev = NULL;
    k->next = *list;
    if (*list != NULL)
        (*list)->prev = k;
    *list = k;
}

static void unlink_conn(hearth__h1_conn **list, hearth__h1_conn *k)
{
    if (k->next != NULL)
        k->next->prev = k->prev;
    if (k->prev != NULL)
        k->prev->next = k->next;
    else
        *list = k->next;
}

/* Which of those that were given to libmicrohttpd is it? */
static hearth__h1_conn *starting_with(const hearth__h1 *h, int fd)
{
    hearth__h1_conn *k = h->starting;

    while (k != NULL && k->fd != fd)
        k = k->next;
    return k;
}

static void release(hearth__h1 *h, hearth__h1_conn **list, hearth__h1_conn *k)
{
    unlink_conn(list, k);
    h->nconns--;
    if (!k->upgraded)
        hearth__reactor_released(h->reactor, k->source);
    free(k);
}

static void started(hearth__h1 *h, struct MHD_Connection *mhd, void **context)
{
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    hearth__h1_conn *k = fd == NULL ? NULL : starting_with(h, fd->connect_fd);

    *context = k;
    if (k == NULL)
        return; /* its requests will be answered 503 */
    unlink_conn(&h->starting, k);
    link_conn(&h->conns, k);
    k->mhd = mhd;
    hearth__h1_await_head(k);
    if (h->draining) /* accepted at the last moment: what it has sent is all there is */
        shutdown(k->fd, SHUT_RD);
}

static void ended(hearth__h1 *h, void **context)
{
    hearth__h1_conn *k = *context;

    *context = NULL;
    if (k == NULL)
        return;
    hearth__timer_stop(hearth__reactor_wheel(h->reactor), &k->timer);
    hearth__h1_unwait(k);
    hearth__h1_unwatch(k);
    hearth__h1_feed_forget(k);
    hearth__ctx_put(&h->cache, k->c);
    release(h, &h->conns, k);
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
    /* 0.9.x tries TCP's options on a Unix domain socket, three times for an answer. */
    if (strstr(text, "TCP_NODELAY") != NULL || strstr(text, "TCP_CORK") != NULL)
        return;
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
                     MHD_ALLOW_UPGRADE | MHD_USE_ERROR_LOG;
    /* 0.9.x: the test for white space before the colon works only at -1; what strictness
     * 1 adds, the audit does. */
    struct MHD_OptionItem strict[] = {
        {modern ? (enum MHD_OPTION)OPTION_CLIENT_DISCIPLINE
                : MHD_OPTION_STRICT_FOR_CLIENT,
         modern ? 1 : -1, NULL},
        /* Blocked in every thread of ours (net/thread.c), but not in a host's; else it would
         * not use sendfile. */
        {MHD_OPTION_SIGPIPE_HANDLED_BY_APP, h->opts.signals ? 0 : 1, NULL},
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
    h->sockets = hearth__ws_side_open(h->opts.app, r);
    if (h->sockets == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory at start");
        free(h);
        return NULL;
    }
    if (runtime_version() >= VERSION_OLDEST)
        h->daemon = start_daemon(h);
    if (h->daemon == NULL) {
        hearth__error_set(err, HEARTH_EUNAVAILABLE,
                          "libmicrohttpd %s did not start; 0.9.75 or newer is needed",
                          MHD_get_version());
        hearth__ws_side_close(h->sockets);
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
    while (h->starting != NULL)
        release(h, &h->starting, h->starting);
    hearth__ws_turn(h->sockets);
    int64_t again = hearth__app_turn(h->opts.app, false);

    if (MHD_get_timeout(h->daemon, &wait) != MHD_YES)
        return again;
    if (wait > INT32_MAX)
        wait = INT32_MAX;
    return again >= 0 && again < (int64_t)wait ? again : (int64_t)wait;
}

/* Only WebSockets were ready: libmicrohttpd need not look at its own connections. */
static bool h1_skim(void *state)
{
    hearth__h1 *h = state;

    hearth__ws_turn(h->sockets);
    return hearth__app_turn(h->opts.app, false) >= 0;
}

static void h1_accepted(void *state, const hearth__incoming *in)
{
    hearth__h1 *h = state;
    hearth__h1_conn *k = calloc(1, sizeof *k);

    if (k == NULL) {
        close(in->fd);
        hearth__reactor_released(h->reactor, in->source);
        return;
    }
    k->h1 = h;
    k->fd = in->fd;
    k->source = in->source;
    k->timer.fn = hearth__h1_on_timer;
    link_conn(&h->starting, k);
    h->nconns++;
    /* Takes the descriptor, also when it refuses: its number may be another's soon.  Some
     * versions begin it only in the next tick, and then it shows there. */
    if (MHD_add_connection(h->daemon, in->fd, in->peer, in->peer_len) == MHD_NO &&
        h->starting == k)
        release(h, &h->starting, k);
}

static bool h1_spare(void *state)
{
    return hearth__h1_spare(state);
}

static void h1_drain(void *state)
{
    hearth__h1 *h = state;

    h->draining = true;
    hearth__ws_drain(h->sockets);
    for (hearth__h1_conn *k = h->conns; k != NULL; k = k->next) {
        /* Ends an idle connection at once and lets a response finish; a body still
         * arrives. */
        if (k->state == HEARTH__H1_IDLE || k->state == HEARTH__H1_SENDING)
            shutdown(k->fd, SHUT_RD);
        else if (k->state == HEARTH__H1_SUSPENDED)
            hearth__h1_wait_over(k, HEARTH_EUNAVAILABLE);
        else if (k->state == HEARTH__H1_PULLING)
            hearth__h1_stream_stop(k);
        else
            hearth__h1_look_for_end(k);
    }
}

static bool h1_idle(void *state)
{
    hearth__h1 *h = state;

    return h->nconns == 0 && h->jobs == 0 && hearth__ws_idle(h->sockets);
}

static void h1_close(void *state)
{
    hearth__h1 *h = state;

    /* libmicrohttpd aborts the process if it is stopped with a suspended connection. */
    h->closing = true;
    for (hearth__h1_conn *k = h->conns; k != NULL; k = k->next) {
        if (k->state == HEARTH__H1_WORKER || k->state == HEARTH__H1_PULLING ||
            k->state == HEARTH__H1_FEEDING) {
            hearth__h1_unwatch(k);
            hearth__h1_forget_job(k);
            k->state = HEARTH__H1_ABORTED;
            MHD_resume_connection(k->mhd);
        } else if (k->state == HEARTH__H1_SUSPENDED) {
            hearth__h1_wait_close(k);
            k->state = HEARTH__H1_ABORTED;
            MHD_resume_connection(k->mhd);
        }
        hearth__h1_cut(k);
    }
    h1_tick(h);
    MHD_stop_daemon(h->daemon);
    hearth__ws_side_close(h->sockets);
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
    .skim = h1_skim,
    .accepted = h1_accepted,
    .spare = h1_spare,
    .drain = h1_drain,
    .idle = h1_idle,
    .close = h1_close,
};
