/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_SSE_H
#define HEARTH_SSE_H

/**
 * @file hearth/sse.h
 * Server-sent events: messages pushed to pages, which read them with EventSource (WHATWG
 * HTML, section 9.2).
 *
 *     return hearth_events_stream(c, news);
 *
 * is a whole handler, and
 *
 *     hearth_events_send(news, &(hearth_event){.event = "price", .data = "42"});
 *
 * sends to everybody who listens, from any thread.
 *
 * A channel keeps its last events, so a client whose connection broke asks with the id of
 * the last one that it has (EventSource does so by itself) and gets exactly what it missed.
 * When that is not kept any more, or the id is of an earlier run of the program, it is sent an
 * event named "reset" instead, with the data "missed", and goes on from now:
 *
 *     source.addEventListener("reset", () => location.reload());
 *
 * A message is put into its form once and shared by all who receive it; whoever waits costs a
 * connection and some four kilobytes, but no thread.  Answers have `Cache-Control: no-store` and
 * `X-Accel-Buffering: no`, and hearth_compress leaves them alone.
 *
 * A client that reads too slowly is not waited for.  Its stream ends when it is more than
 * `queue` events behind, it comes back for what is kept; and one that takes nothing at
 * all is cut after the server's `write_ms`.  In no case does it hold more memory than the
 * channel has anyway.
 *
 * Routes with `run = HEARTH_INLINE` suit it, as the handler does not wait for anything.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- types ------------------------------------------------------------ */

/** What is sent to everybody who listens to it. */
typedef struct hearth_events hearth_events;

/** Options of a channel; zero of every field is the default. */
typedef struct hearth_events_opts {
    int replay; /* events that are kept for clients that come back; 1 to 1 000 000, default
                   1024 */
    size_t replay_bytes; /* and no more than this of them; default 4 MiB */
    int queue; /* events that a client may be behind; 1 to replay, default 256, or
                            replay where that is less */
    size_t
        max_event; /* bytes of one event's data; up to 64 MiB, default 64 KiB.  An event
                            that is larger than replay_bytes is refused, too */
    int heartbeat_ms; /* a comment is sent after so many milliseconds without an event, so that
                            proxies keep the connection; 1 to 600 000, default 15 000;
                            negative: none */
    int retry_ms; /* how long a client waits before it comes back, in milliseconds; default
                            2000; negative: the browser's own, some 3000 to 5000 */
} hearth_events_opts;

/** An event; what is zero is left out. */
typedef struct hearth_event {
    const char
        *data; /* mandatory; UTF-8 of any number of lines, which CR LF, LF or CR end.
                          Browsers drop an event whose data is empty */
    size_t data_len;   /* 0: strlen */
    const char *event; /* its name; default none, which is "message" to EventSource */
    const char *id; /* what a client that comes back says it has; different for each event
                          of the channel.  Default: a number behind a random prefix */
    int retry_ms; /* changes how long clients wait before they come back; 0: no change */
} hearth_event;

/* ---- channels --------------------------------------------------------- */

/**
 * Make a channel.
 *
 * @param o    NULL = defaults
 * @param err  filled on failure; NULL is allowed
 * Owns:    caller (hearth_events_free)
 * Returns: the channel, or NULL: an option is out of range, or out of memory.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_events *hearth_events_new_sized(const hearth_events_opts *o,
                                                  hearth_error *err, size_t size);
static inline hearth_events *hearth_events_new(const hearth_events_opts *o,
                                               hearth_error *err)
{
    return hearth_events_new_sized(o, err, sizeof *o);
}

/**
 * End a channel: streams end in good order when what was sent has been read, and who asks from
 * then on gets 204, which tells EventSource not to come back.
 *
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API void hearth_events_close(hearth_events *ch);

/**
 * Close a channel that no thread uses any more, and free it when its last stream has ended.
 * NULL is allowed.
 *
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API void hearth_events_free(hearth_events *ch);

/**
 * Send an event to everybody who listens, in the order of these calls.
 *
 * It does not wait for anybody.  Everything is copied.
 *
 * Returns: 0, or
 *            HEARTH_EINVAL  ch, e, or its data is NULL; retry_ms is negative; event or id
 *                           holds a control character, such as CR, LF or DEL, or is longer
 *                           than 128 bytes; id begins or ends with a space
 *            HEARTH_ETOOBIG the data is longer than max_event, or the event than replay_bytes
 *            HEARTH_ESTATE  the channel is closed
 *            HEARTH_ENOMEM  out of memory
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_events_send_sized(hearth_events *ch, const hearth_event *e,
                                        size_t size);
static inline int hearth_events_send(hearth_events *ch, const hearth_event *e)
{
    return hearth_events_send_sized(ch, e, sizeof *e);
}

/**
 * How many streams are open.
 *
 * Returns: the number.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API size_t hearth_events_listeners(hearth_events *ch);

/* ---- answering -------------------------------------------------------- */

/**
 * Answer with the events of a channel: `return hearth_events_stream(c, channel);`
 *
 * With the field Last-Event-ID (WHATWG HTML, section 9.2.4) it begins with what was missed,
 * or with "reset"; without, with the next event.  The first thing sent is always
 * the time to wait before coming back, and the id of where the client is, so that nothing is
 * lost even to one whose connection breaks before its first event.
 *
 * The stream ends when the client leaves, which is noticed at once, when the channel is closed,
 * the client is too slow, or the server stops.
 *
 * Returns: 0; 204 when the channel is closed; or
 *            HEARTH_EINVAL  ch is NULL
 *            HEARTH_ENOMEM  out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_events_stream(hearth_ctx *c, hearth_events *ch);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_SSE_H */
