/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The end of every phase of a connection.
 *
 * libmicrohttpd only knows an idle timeout, which a client that drips bytes never meets;
 * so every connection has one deadline of ours for the phase it is in.  The timer is
 * lazy: it stays where it is when the deadline moves away and looks again when it fires,
 * so that requests hardly touch it.
 *
 * What libmicrohttpd does not tell, the kernel does when the timer looks: whether the next
 * head has begun (bytes received), and whether a reader takes what is written for it (bytes
 * acknowledged, or what is left in a Unix socket).
 *
 * Its epoll is edge-triggered and takes a read that did not fill the buffer for the last
 * there is, so the end of a client that shut its side at once with its last bytes is
 * missed.  Soon after a connection has moved the timer therefore looks for that, too.
 */
#include "transport/h1.h"
#include "transport/h1_feed.h"

#include "app/file.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>

#define LOOK_MS      250
#define FILE_LOOK_MS 1000
#define NO_MARK      UINT64_MAX
#define STEPS        6 /* looks at a reader within write_ms */
#define MS_OF_S      1000
#define LEAST_MS     HEARTH__TICK_MS

/* ---- the timer --------------------------------------------------------------- */

static void set_timer(hearth__h1_conn *k, int64_t at_ms)
{
    hearth__timer_set(hearth__reactor_wheel(k->h1->reactor), &k->timer, at_ms);
}

static int64_t now_of(const hearth__h1_conn *k)
{
    return hearth__reactor_now_ms(k->h1->reactor);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t part_of(int64_t ms, int parts)
{
    return ms / parts > LEAST_MS ? ms / parts : LEAST_MS;
}

void hearth__h1_due(hearth__h1_conn *k, int64_t due_ms)
{
    int64_t at_ms = earlier(now_of(k) + LOOK_MS, due_ms);

    k->due_ms = due_ms;
    if (!hearth__timer_armed(&k->timer) || k->timer.due_ms > at_ms)
        set_timer(k, at_ms);
}

/* libmicrohttpd sees the end and cleans up in its next run; it must be the one that
 * closes. */
void hearth__h1_cut(hearth__h1_conn *k)
{
    shutdown(k->fd, SHUT_RDWR);
}

/* Has the client said all it wants to say?  The shutdown is an edge: libmicrohttpd reads
 * on and finds the end. */
void hearth__h1_look_for_end(const hearth__h1_conn *k)
{
    bool reads = k->state == HEARTH__H1_IDLE || k->state == HEARTH__H1_HEAD ||
                 k->state == HEARTH__H1_BODY || k->state == HEARTH__H1_REFUSED;
    char byte;

    if (reads && recv(k->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
        shutdown(k->fd, SHUT_RD);
}

/* Nothing of a response is on its way in these phases, so plain bytes cannot tear one. */
void hearth__h1_give_up(hearth__h1_conn *k)
{
    static const char text[] = "HTTP/1.1 408 Request Timeout\r\n"
                               "Content-Length: 0\r\n"
                               "Connection: close\r\n\r\n";

    (void)!send(k->fd, text, sizeof text - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    /* For the access log; but a worker may have the request, as it takes the body. */
    if (k->c != NULL && !hearth__h1_feed_busy(k) && k->c->res.status == 0)
        k->c->res.status = 408;
    hearth__h1_cut(k);
}

/* ---- what the kernel counts --------------------------------------------------- */

/* False for what is not TCP. */
static bool tcp_counts(int fd, struct tcp_info *i)
{
    socklen_t len = sizeof *i;

    memset(i, 0, sizeof *i);
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, i, &len) == 0;
}

/* Written and not yet with the peer. */
static int in_queue(int fd)
{
    int n = 0;

    return ioctl(fd, SIOCOUTQ, &n) == 0 ? n : 0;
}

/* Another number whenever the reader has taken something. */
static uint64_t reader_mark(int fd)
{
    struct tcp_info i;

    return tcp_counts(fd, &i) ? (uint64_t)i.tcpi_bytes_acked : (uint64_t)in_queue(fd);
}

/* ---- head --------------------------------------------------------------------- */

void hearth__h1_await_head(hearth__h1_conn *k)
{
    bool first = !k->served;

    k->state = HEARTH__H1_IDLE;
    k->begun = first;
    k->mark = NO_MARK;
    hearth__h1_wait(k, first ? HEARTH__H1_FRESH : HEARTH__H1_KEPT);
    hearth__h1_due(k, now_of(k) + (first ? k->h1->opts.head_ms : k->h1->opts.idle_ms));
}

/* The request line is there; the time for the whole head began with its first byte, as far
 * as that was seen. */
void hearth__h1_head_began(hearth__h1_conn *k)
{
    k->state = HEARTH__H1_HEAD;
    if (!k->begun)
        hearth__h1_due(k, now_of(k) + k->h1->opts.head_ms);
    k->begun = true;
}

/* On a kept connection: what has come by the first look is put down to the last request,
 * what comes later is the next head. */
static void look_for_head(hearth__h1_conn *k, int64_t now)
{
    struct tcp_info i;

    if (k->state != HEARTH__H1_IDLE || k->begun || !tcp_counts(k->fd, &i))
        return;
    if (k->mark == NO_MARK) {
        k->mark = i.tcpi_bytes_received;
    } else if (k->mark != i.tcpi_bytes_received) {
        k->begun = true;
        k->due_ms = earlier(k->due_ms, now + k->h1->opts.head_ms);
    }
}

/* ---- file --------------------------------------------------------------------- */

static bool sends_file(const hearth__h1_conn *k)
{
    return k->state == HEARTH__H1_SENDING && k->c != NULL && k->c->res.file != NULL;
}

/* sendfile(2) has no error for a file that has become too short: it sends nothing, and
 * libmicrohttpd would wait. */
static bool file_ended(const hearth__h1_conn *k)
{
    return sends_file(k) && hearth__file_look(k->c);
}

/* When to look again while the deadline is still ahead. */
static int64_t next_look(const hearth__h1_conn *k, int64_t now)
{
    if (sends_file(k))
        return earlier(k->due_ms, now + FILE_LOOK_MS);
    if (k->state == HEARTH__H1_IDLE && !k->begun)
        return earlier(k->due_ms, now + part_of(k->h1->opts.head_ms, 2));
    return k->due_ms;
}

/* ---- body --------------------------------------------------------------------- */

void hearth__h1_body_began(hearth__h1_conn *k)
{
    k->body_ms = now_of(k);
    k->body_bytes = 0;
    hearth__h1_wait(k, HEARTH__H1_SLOW);
    hearth__h1_due(k, k->body_ms + k->h1->opts.body_grace_ms);
}

/* Every byte buys the time that the slowest allowed client takes for it.  Nobody saves up:
 * who is ahead of the rate starts anew, so a fast beginning does not pay for a trickle. */
void hearth__h1_body_came(hearth__h1_conn *k, size_t n)
{
    const hearth__h1_opts *o = &k->h1->opts;
    int64_t now = now_of(k);

    k->body_bytes += (int64_t)n;
    if (k->body_bytes * MS_OF_S >= (now - k->body_ms) * o->body_rate) {
        k->body_ms = now;
        k->body_bytes = 0;
        hearth__h1_wait(k, HEARTH__H1_SLOW);
    }
    hearth__h1_due(k, k->body_ms + o->body_grace_ms +
                          k->body_bytes * MS_OF_S / o->body_rate);
}

/* ---- answer ------------------------------------------------------------------- */

void hearth__h1_write_began(hearth__h1_conn *k)
{
    k->state = HEARTH__H1_SENDING;
    hearth__h1_unwait(k);
    k->mark = NO_MARK;
    k->moved_ms = now_of(k);
    hearth__h1_due(k, k->moved_ms + part_of(k->h1->opts.write_ms, STEPS));
}

/* Only the client's slowness counts: where nothing waits for it, the source of the answer is
 * the slow one. */
static void look_at_reader(hearth__h1_conn *k, int64_t now)
{
    uint64_t mark = reader_mark(k->fd);
    int64_t end_ms;

    if (mark != k->mark || in_queue(k->fd) == 0) {
        k->mark = mark;
        k->moved_ms = now;
        hearth__h1_unwait(k);
    } else if (k->queue == NULL) {
        hearth__h1_wait(k, HEARTH__H1_SLOW);
    }
    end_ms = k->moved_ms + k->h1->opts.write_ms;
    if (now >= end_ms) {
        hearth__h1_cut(k);
        return;
    }
    k->due_ms = earlier(end_ms, now + part_of(k->h1->opts.write_ms, STEPS));
    set_timer(k, next_look(k, now));
}

/* ---- when the time has come ---------------------------------------------------- */

void hearth__h1_on_timer(hearth__timer *t)
{
    hearth__h1_conn *k = (hearth__h1_conn *)t;
    int64_t now = now_of(k);

    if (file_ended(k)) {
        hearth__h1_cut(k);
        return;
    }
    if (now < k->due_ms) { /* it moved away meanwhile */
        hearth__h1_look_for_end(k);
        look_for_head(k, now);
        if (k->state == HEARTH__H1_WORKER && !k->gone.on)
            hearth__h1_watch(k); /* it takes long: who waits for it? */
        set_timer(k, next_look(k, now));
        return;
    }
    switch (k->state) {
    case HEARTH__H1_IDLE:
        if (k->begun)
            hearth__h1_give_up(k);
        else
            hearth__h1_cut(k);
        break;
    case HEARTH__H1_HEAD:
    case HEARTH__H1_BODY:
        hearth__h1_give_up(k);
        break;
    case HEARTH__H1_FEEDING:
    case HEARTH__H1_WORKER:
        hearth__h1_timed_out(k);
        break;
    case HEARTH__H1_SUSPENDED:
        hearth__h1_wait_over(k, HEARTH_ETIMEOUT);
        break;
    case HEARTH__H1_PULLING:
        hearth__h1_stream_due(k);
        break;
    case HEARTH__H1_SENDING:
        look_at_reader(k, now);
        break;
    case HEARTH__H1_ADMITTED:
    case HEARTH__H1_REFUSED:
    case HEARTH__H1_READY:
    case HEARTH__H1_ABORTED:
        hearth__h1_cut(k);
        break;
    }
}
