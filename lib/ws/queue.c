/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * What is to be sent.  Any thread appends, only the reactor takes away; so what is first
 * stays first while the reactor, without the lock, hands it to the kernel.  A queue that is full
 * is only marked: it is the reactor that throws it away and says why.
 */
#include "ws/deflate.h"
#include "ws/socket.h"

#include "core/str.h"
#include "core/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define ROOM_FIRST 4
#define ROOM_KEPT  16 /* of an empty queue */
#define AT_ONCE    64 /* frames in one call of the kernel's */
#define FULL       1013
#define SEND_FLAGS (MSG_NOSIGNAL | MSG_DONTWAIT)

/* ---- appending --------------------------------------------------------------------- */

static bool grow(hearth_ws *ws)
{
    unsigned room = ws->room == 0 ? ROOM_FIRST : ws->room * 2;
    hearth__ws_frame **q;

    if (room < ws->room || (q = calloc(room, sizeof(*q))) == NULL)
        return false;
    for (unsigned i = 0; i < ws->queued; i++)
        q[i] = ws->queue[(ws->first + i) % ws->room];
    free(ws->queue);
    ws->queue = q;
    ws->room = room;
    ws->first = 0;
    return true;
}

void hearth__ws_wake(hearth__ws_side *side)
{
    side->posted = true;
    atomic_fetch_add(&side->refs, 1);
    hearth__reactor_post(side->reactor, &side->task);
}

/* Have the reactor look at it. */
static void touch(hearth_ws *ws)
{
    hearth__ws_side *side = ws->side;

    if (ws->dirty)
        return;
    ws->dirty = true;
    hearth_ws_ref(ws);
    ws->dirty_next = side->dirty;
    side->dirty = ws;
    /* The reactor comes by at the end of its turn. */
    if (side->posted ||
        (side->has_thread && pthread_equal(side->thread, pthread_self()) &&
         hearth__reactor_turning(side->reactor)))
        return;
    hearth__ws_wake(side);
}

static int append(hearth_ws *ws, hearth__ws_frame *f)
{
    if (ws->queued == ws->room && !grow(ws))
        return HEARTH_ENOMEM;
    ws->queue[(ws->first + ws->queued) % ws->room] = hearth__ws_frame_ref(f);
    ws->queued++;
    ws->bytes += f->len;
    touch(ws);
    return 0;
}

int hearth__ws_push_past(hearth_ws *ws, hearth__ws_frame *f)
{
    return ws->shut ? HEARTH_ECANCELED : append(ws, f);
}

int hearth__ws_push(hearth_ws *ws, hearth__ws_frame *f)
{
    if (ws->shut)
        return HEARTH_ECANCELED;
    if (ws->bytes > ws->limits.queue || f->len > ws->limits.queue - ws->bytes) {
        ws->shut = ws->overrun = true;
        touch(ws);
        return HEARTH_EBUSY;
    }
    return append(ws, f);
}

int hearth__ws_push_squeezed(hearth_ws *ws, hearth__ws_frame *f, hearth_str said)
{
    bool kept = ws->deal.out.kept;
    int rc;

    if (kept && !hearth__ws_window_reserve(&ws->told_last, said.len))
        return 1;
    rc = hearth__ws_push(ws, f);
    if (rc == 0 && kept)
        hearth__ws_window_add(&ws->told_last, said);
    return rc;
}

void hearth__ws_end_for_memory(hearth_ws *ws)
{
    ws->shut = ws->overrun = true;
    touch(ws);
}

int hearth__ws_push_close(hearth_ws *ws, int code, hearth_str reason)
{
    hearth__ws_frame *f;
    int rc;

    if (ws->shut)
        return HEARTH_ECANCELED;
    f = hearth__ws_frame_close(code, reason);
    if (f == NULL)
        return HEARTH_ENOMEM;
    rc = append(ws, f);
    hearth__ws_frame_unref(f);
    if (rc == 0) {
        ws->shut = true;
        ws->closing = code;
    }
    return rc;
}

/* ---- taking away -------------------------------------------------------------------- */

static void drop_last(hearth_ws *ws)
{
    hearth__ws_frame *f = ws->queue[(ws->first + --ws->queued) % ws->room];

    ws->bytes -= f->len;
    hearth__ws_frame_unref(f);
}

static void drop_first(hearth_ws *ws)
{
    hearth__ws_frame *f = ws->queue[ws->first];

    ws->first = (ws->first + 1) % ws->room;
    ws->queued--;
    hearth__ws_frame_unref(f);
}

void hearth__ws_queue_clear(hearth_ws *ws)
{
    while (ws->queued > 0)
        drop_first(ws);
    free(ws->queue);
    ws->queue = NULL;
    ws->room = ws->first = 0;
    ws->bytes = ws->sent = 0;
}

/* Only what has gone out in part is finished, so that a close frame can follow. */
static void overrun(hearth_ws *ws)
{
    ws->overrun = false;
    while (ws->queued > (ws->sent > 0 ? 1u : 0u))
        drop_last(ws);
    ws->shut = false;
    if (hearth__ws_push_close(ws, FULL, HEARTH__S("not read fast enough")) != 0) {
        ws->shut = true;
        ws->closing = FULL;
    }
}

static size_t gather(const hearth_ws *ws, struct iovec *v)
{
    size_t n = 0, skip = ws->sent;

    for (; n < AT_ONCE && n < ws->queued; n++) {
        hearth__ws_frame *f = ws->queue[(ws->first + n) % ws->room];

        v[n] = (struct iovec){f->data + skip, f->len - skip};
        skip = 0;
    }
    return n;
}

static void took(hearth_ws *ws, size_t n)
{
    ws->bytes -= n;
    while (n > 0) {
        size_t left = ws->queue[ws->first]->len - ws->sent;

        if (n < left) {
            ws->sent += n;
            return;
        }
        n -= left;
        ws->sent = 0;
        drop_first(ws);
    }
    if (ws->queued == 0 && ws->room > ROOM_KEPT)
        hearth__ws_queue_clear(ws);
}

int hearth__ws_flush(hearth_ws *ws, bool *left)
{
    pthread_mutex_t *lock = &ws->side->lock;
    struct iovec v[AT_ONCE];
    int failed = 0;

    pthread_mutex_lock(lock);
    while (failed == 0) {
        if (ws->overrun)
            overrun(ws);
        struct msghdr m = {.msg_iov = v, .msg_iovlen = gather(ws, v)};

        if (m.msg_iovlen == 0)
            break;
        pthread_mutex_unlock(lock);
        ssize_t n = m.msg_iovlen == 1
                        ? send(ws->fd, v[0].iov_base, v[0].iov_len, SEND_FLAGS)
                        : sendmsg(ws->fd, &m, SEND_FLAGS);

        failed = n < 0 ? errno : 0;
        pthread_mutex_lock(lock);
        if (n > 0)
            took(ws, (size_t)n);
    }
    *left = ws->queued > 0;
    pthread_mutex_unlock(lock);
    return failed == 0 || failed == EAGAIN || failed == EWOULDBLOCK || failed == EINTR
               ? 0
               : HEARTH_EIO;
}

/* ---- the interface -------------------------------------------------------------------- */

static int push_now(hearth_ws *ws, hearth__ws_frame *f)
{
    int rc;

    if (f == NULL)
        return HEARTH_ENOMEM;
    pthread_mutex_lock(&ws->side->lock);
    rc = hearth__ws_push(ws, f);
    pthread_mutex_unlock(&ws->side->lock);
    hearth__ws_frame_unref(f);
    return rc;
}

/* With context takeover, after what was said last at this moment; NULL when that is of no use,
 * and when something else was said before f could be queued, which is hardly ever: then the
 * message is sent as it is. */
static hearth__ws_frame *squeeze_after(hearth_ws *ws, int opcode, hearth_str msg,
                                       uint64_t *said)
{
    hearth__ws_window before;
    hearth__ws_frame *f = NULL;
    int bits = ws->deal.out.bits;
    bool copied;

    if (msg.len < HEARTH__WS_SQUEEZE_KEPT)
        return NULL;
    pthread_mutex_lock(&ws->side->lock);
    copied = !ws->shut && hearth__ws_window_copy(&before, &ws->told_last);
    pthread_mutex_unlock(&ws->side->lock);
    if (!copied)
        return NULL;
    *said = before.said;
    f = hearth__ws_squeeze(opcode, msg, &bits, &before);
    hearth__ws_window_clear(&before);
    return f;
}

/* 1 when it cannot be sent. */
static int push_after(hearth_ws *ws, hearth__ws_frame *f, hearth_str msg, uint64_t said)
{
    int rc = 1;

    pthread_mutex_lock(&ws->side->lock);
    if (ws->shut)
        rc = HEARTH_ECANCELED;
    else if (ws->told_last.said == said)
        rc = hearth__ws_push_squeezed(ws, f, msg);
    pthread_mutex_unlock(&ws->side->lock);
    hearth__ws_frame_unref(f);
    return rc;
}

/* Compressed where that is agreed on and of use. */
static int send_message(hearth_ws *ws, int opcode, hearth_str msg)
{
    int bits = ws->deal.out.bits, rc = 1;
    hearth__ws_frame *f = NULL;
    uint64_t said;

    if (ws->deal.out.kept) {
        f = squeeze_after(ws, opcode, msg, &said);
        if (f != NULL)
            rc = push_after(ws, f, msg, said);
        f = NULL;
    } else if (bits != 0) {
        f = hearth__ws_squeeze(opcode, msg, &bits, NULL);
    }
    return rc <= 0 ? rc : push_now(ws, f != NULL ? f : hearth__ws_frame_new(opcode, msg));
}

int hearth_ws_send(hearth_ws *ws, hearth_str msg)
{
    if (!hearth__utf8_valid(msg))
        return HEARTH_EINVAL;
    return send_message(ws, HEARTH__WS_OP_TEXT, msg);
}

int hearth_ws_text(hearth_ws *ws, const char *text)
{
    return text == NULL ? HEARTH_EINVAL : hearth_ws_send(ws, hearth__str_of(text));
}

int hearth_ws_sendf(hearth_ws *ws, const char *fmt, ...)
{
    hearth__buf b;
    va_list ap;
    int rc;

    hearth__buf_init(&b, NULL, 0);
    va_start(ap, fmt);
    hearth__buf_v(&b, fmt, ap);
    va_end(ap);
    rc = b.failed ? HEARTH_ENOMEM : hearth_ws_send(ws, hearth__buf_view(&b));
    hearth__buf_clear(&b);
    return rc;
}

int hearth_ws_binary(hearth_ws *ws, const void *p, size_t n)
{
    return send_message(ws, HEARTH__WS_OP_BINARY, hearth__str(p, n));
}

/* What RFC 6455 7.4 lets an application send; 1002, 1007 and their like are ours. */
static bool may_close_with(int code)
{
    return code == 1000 || code == 1001 || code == 1003 || code == 1008 ||
           (code >= 1011 && code <= 1014) || (code >= 3000 && code <= 4999);
}

int hearth_ws_close(hearth_ws *ws, int code, const char *reason)
{
    hearth_str why = hearth__str_of(reason);
    int rc;

    if (!may_close_with(code) || why.len > HEARTH__WS_CONTROL - 2 ||
        !hearth__utf8_valid(why))
        return HEARTH_EINVAL;
    pthread_mutex_lock(&ws->side->lock);
    rc = hearth__ws_push_close(ws, code, why);
    pthread_mutex_unlock(&ws->side->lock);
    return rc;
}
