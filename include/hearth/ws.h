/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_WS_H
#define HEARTH_WS_H

/**
 * @file hearth/ws.h
 * WebSockets (RFC 6455): messages both ways on one connection, and rooms to send one message
 * to many.
 *
 *     static void on_open(hearth_ws *ws)
 *     {
 *         hearth_ws_join(ws, "lobby");
 *     }
 *     static void on_message(hearth_ws *ws, hearth_str msg, bool text)
 *     {
 *         if (text)
 *             hearth_broadcast(hearth_ws_app(ws), "lobby", msg);
 *     }
 *     static const hearth_ws_ops chat = {.open = on_open, .message = on_message};
 *
 *     hearth_websocket(app, "/chat", &chat);
 *
 * **Before the handshake** the request is one like any other: middleware runs, sessions
 * are there, and `accept` may answer 401 or 403 with whatever body.  The handshake itself is
 * the library's: what is no WebSocket request gets 426, a malformed one 400.
 *
 * **Pages of other sites.**  A browser opens WebSockets for any page and sends the cookies
 * along.  So a request with an Origin (RFC 6454) that is not this host is answered 403, unless
 * `origins` lists it.  A client that sends none is no browser and is let in.
 *
 * **Where callbacks run.**  Those of one socket never run at the same time, and in order:
 * open, then messages as they came, then close.  They run where the route's handlers run
 * (hearth_run): `HEARTH_WEBSOCKET("/chat", &chat, .run = HEARTH_WORKER)` says so once and
 * for all.  On a worker they may block; meanwhile nothing more is read from that client.
 *
 * **Sending** is possible from any thread.  What a client does not take is queued, up to
 * `max_queue` bytes; past it the socket is closed with 1013.
 *
 * **The end.**  `close` is called exactly once for every socket whose `open` was called,
 * however it ended, with the code of RFC 6455 7.4:
 *
 *     1000 and others   the client's close frame; 1005 when it had no code
 *     1001              the server stops
 *     1002              the client broke the protocol
 *     1007              a text, or the reason of a close frame, was not UTF-8, which is told at
 *                       the first byte that shows it; or a message was no compressed one
 *     1009              a message was longer than max_message
 *     1011              out of memory
 *     1013              the client did not take what was sent
 *     1006              the connection is gone: the client was killed, or did not answer a ping
 *
 * and when this side closed and the client did not answer in close_ms, the code that this
 * side gave.  Then the state of the connection is released.
 */

#include <hearth/base.h>
#include <hearth/cors.h>
#include <hearth/route.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t;

/** A WebSocket.  Good from `open` until `close` returns; longer with hearth_ws_ref(). */
typedef struct hearth_ws hearth_ws;

/* ---- setup ------------------------------------------------------------ */

/**
 * What happens on the sockets of a route, and within which limits; zero of every field is
 * the default.  Borrowed for as long as the application lives.
 */
typedef struct hearth_ws_ops {
    /* Optional: NULL means everybody is let in.  A handler, run before the handshake: 0
     * without an answer lets the client in, anything else answers.  Fields and cookies that
     * it sets go out with either.  hearth_arg() is `arg`.  It may suspend or offload
     * (hearth/async.h): what goes on then lets in or answers in the same way. */
    hearth_handler *accept;
    /* Optional: NULL means nothing to do.  The handshake is done; may send already. */
    void (*open)(hearth_ws *ws);
    /* Optional: NULL means messages are thrown away.  A whole message; msg is borrowed until
     * return, and UTF-8 when it is a text. */
    void (*message)(hearth_ws *ws, hearth_str msg, bool text);
    /* Optional: NULL means nothing to do.  The socket is at its end, as the file comment says;
     * reason is the client's, UTF-8, at most 123 bytes, often empty; borrowed until return. */
    void (*close)(hearth_ws *ws, int code, hearth_str reason);
    /* Optional: NULL means nobody wants to know.  ws has entered a room: called by
     * hearth_ws_join() before it returns. */
    void (*joined)(hearth_ws *ws, const char *room);
    /* Optional, likewise.  ws has left a room: called by hearth_ws_leave() before it returns,
     * and right before `close` for each room that it is in then. */
    void (*left)(hearth_ws *ws, const char *room);
    void *arg; /* for hearth_arg() in accept */
    /* Subprotocols that are spoken here, ended by NULL: the first of the client's that is
     * among them is agreed on.  Default NULL: none. */
    const char *const *protocols;
    /* Origins beside this host whose pages may open sockets, ended by NULL:
     * "https://www.example.org", or HEARTH_UNSAFE_ANY_ORIGIN for those of every site, with the
     * cookies that the visitor has for this one.  Default NULL: none. */
    const char *const *origins;
    size_t max_message; /* bytes of a message, default 1 MiB; past it 1009 */
    size_t
        max_queue; /* bytes that may wait to be taken by the client, default 1 MiB; past it
                         1013 */
    int ping_ms;  /* a client that is silent for so long is asked whether it is there, and
                    is gone when it stays silent for as long again; default 30 000,
                    HEARTH_UNLIMITED: never */
    int close_ms; /* how long the client has to answer a close, default 5000 */
    /* Compress messages of 512 bytes and more both ways where the client can
     * (permessage-deflate, RFC 7692), each by itself, without context takeover: a socket at
     * rest needs no memory for it.  Default false, because the length of a compressed message
     * tells something of a secret that stands beside text which somebody else chose.
     * max_message is that of the message decompressed. */
    bool deflate;
    /* With `deflate`: let a message refer to those before it in its direction (context
     * takeover), unless the client asks not to.  Messages of 64 bytes and more are then
     * compressed, and those that resemble each other become much shorter.  A socket keeps
     * what was said last, up to 2^deflate_bits bytes each way, and a message costs
     * more time.  A broadcast is still compressed once, by itself, for all.  What the length
     * tells about a secret it then tells about one in another message, too.  Default false. */
    bool deflate_takeover;
    /* With `deflate`: the window is 2^deflate_bits bytes at most, 8 to 15; default 0: 12 (4 KiB)
     * with deflate_takeover, else 15 (32 KiB), which is then needed while a message is
     * compressed only.  A client that asks for less gets less; one that keeps its
     * window and cannot be told its size is asked not to keep it. */
    int deflate_bits;
} hearth_ws_ops;

/**
 * Add a route for WebSockets.
 *
 * The same as a table with one HEARTH_WEBSOCKET().
 *
 * @param ops  borrowed
 * Returns: as hearth_mount(); HEARTH_EINVAL also when ops is NULL.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_websocket(hearth_app *app, const char *pattern,
                                const hearth_ws_ops *ops);

/** A table entry for WebSockets.  What follows the ops are designated initialisers of
 * hearth_route: `.use`, `.name`, `.run`. */
#define HEARTH_WEBSOCKET(pattern_, ...) \
    HEARTH_ROUTE("GET", pattern_, hearth_ws_upgrade, .arg = (void *)__VA_ARGS__)

/**
 * The handler of HEARTH_WEBSOCKET(): the handshake.  Its route's `.arg` is a hearth_ws_ops.
 *
 * Returns: as a handler.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_ws_upgrade(hearth_ctx *c);

/* ---- in accept -------------------------------------------------------- */

/**
 * Give the socket that is about to be opened a state of its own: who it belongs to, say.
 * hearth_ws_state() hands it back.
 *
 * @param fn  called with state exactly once: after `close` has returned and nobody holds the
 *            socket any more, or when there is no socket after all; on any thread.  NULL:
 *            nothing to release.  When this function fails it is called before it returns
 * Returns: 0, HEARTH_ESTATE (not in accept, or called before; the log says which) or
 *          HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_ws_set_state(hearth_ctx *c, void *state, void (*fn)(void *state));

/* ---- a socket --------------------------------------------------------- */

/**
 * What hearth_ws_set_state() was given.
 *
 * Returns: the state, NULL by default.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API void *hearth_ws_state(const hearth_ws *ws);

/**
 * The application that the socket belongs to.
 *
 * Returns: never NULL.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_app *hearth_ws_app(const hearth_ws *ws);

/**
 * A context for the callback that runs now: to query the database, to log, to take memory,
 * all of which ends when the callback returns.
 *
 *     static void on_message(hearth_ws *ws, hearth_str msg, bool text)
 *     {
 *         hearth_ctx *c = hearth_ws_ctx(ws);
 *
 *         if (c != NULL && hearth_exec(c, "INSERT INTO said(text) VALUES (?)",
 *                                      hearth_args(msg)) == 0)
 *             hearth_broadcast(hearth_ws_app(ws), "lobby", msg);
 *     }
 *
 * There is nobody to answer, and it is not that of the handshake: what is wanted of the
 * session or the address is read in `accept`, which keeps it in the state.  A transaction
 * that the callback leaves open is rolled back.
 *
 * Returns: the context, the same one throughout the callback; NULL when out of memory, or
 *          outside of a callback of this socket.
 * Thread:  the callback's: open, message or close, and joined and left within them
 * Since:   0.1
 */
HEARTH_API hearth_ctx *hearth_ws_ctx(hearth_ws *ws);

/**
 * The subprotocol that was agreed on.
 *
 * Returns: one of `protocols`, or NULL.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API const char *hearth_ws_protocol(const hearth_ws *ws);

/**
 * Keep the socket in memory past its end, for another thread that will send.
 *
 * Owns:    hearth_ws_unref(), once for each call
 * Returns: ws.
 * Thread:  any, while it is good
 * Since:   0.1
 */
HEARTH_API hearth_ws *hearth_ws_ref(hearth_ws *ws);

/**
 * Let go of what hearth_ws_ref() gave.  NULL is allowed.
 *
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API void hearth_ws_unref(hearth_ws *ws);

/**
 * Send a text.
 *
 * @param msg  copied
 * Returns: 0: it is on its way, which does not mean that it arrives; or
 *            HEARTH_EINVAL    not UTF-8
 *            HEARTH_ECANCELED the socket is closing or closed
 *            HEARTH_EBUSY     it would not fit in max_queue: the socket closes with 1013
 *            HEARTH_ENOMEM    out of memory; the socket is as it was
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_ws_send(hearth_ws *ws, hearth_str msg);

/**
 * Send a text that ends in '\0'.
 *
 * Returns: as hearth_ws_send(); HEARTH_EINVAL also when text is NULL.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_ws_text(hearth_ws *ws, const char *text);

/**
 * Send a text made by printf's rules.
 *
 * Returns: as hearth_ws_send().
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_ws_sendf(hearth_ws *ws, const char *fmt, ...) HEARTH_PRINTF(2, 3);

/**
 * Send a JSON value as a text.
 *
 *     hearth_ws_json(ws, json_pack("{s:s, s:i}", "type", "hello", "people", n));
 *
 * @param take  taken, also on failure
 * Returns: as hearth_ws_send(); HEARTH_EINVAL when take is NULL (a failed json_pack) or
 *          cannot be written as JSON.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_ws_json(hearth_ws *ws, struct json_t *take);

/**
 * Send bytes.
 *
 * @param p  n bytes, copied; NULL is allowed when n is 0
 * Returns: as hearth_ws_send(), without HEARTH_EINVAL.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_ws_binary(hearth_ws *ws, const void *p, size_t n);

/**
 * Close the socket: what was sent before still goes out, then the code and the reason.
 *
 * Messages that arrive after this call are thrown away.  `close` is called when the client
 * has answered, or when close_ms is over.
 *
 * @param code    1000 (done), 1001, 1003, 1008 (not allowed), 1011 to 1014, or 3000 to 4999
 *                for codes of your own
 * @param reason  for the client, UTF-8, at most 123 bytes; NULL is none
 * Returns: 0, or
 *            HEARTH_EINVAL    the code may not be sent, or the reason is too long or not
 *                             UTF-8
 *            HEARTH_ECANCELED the socket is closing or closed
 *            HEARTH_ENOMEM    out of memory
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_ws_close(hearth_ws *ws, int code, const char *reason);

/* ---- rooms ------------------------------------------------------------ */

/**
 * Enter a room: a name, which exists for as long as somebody is in it.
 *
 * @param room  1 to 255 bytes
 * Returns: 0, also when it is there already; or
 *            HEARTH_EINVAL    the name is empty or too long
 *            HEARTH_ECANCELED the socket is closing or closed
 *            HEARTH_ENOMEM    out of memory
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_ws_join(hearth_ws *ws, const char *room);

/**
 * Leave a room.  A socket that ends leaves all rooms by itself.
 *
 * Returns: 0, or HEARTH_ENOTFOUND when it is not in that room.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_ws_leave(hearth_ws *ws, const char *room);

/**
 * Send a text to all who are in a room.
 *
 * The frame is made once and shared.  All receivers get the broadcasts of an application in
 * the same order.  One that does not take them is closed with 1013; the others do not notice.
 *
 * @param room  NULL: every open socket of the application
 * @param msg   copied once
 * Returns: 0, also when nobody is there; HEARTH_EINVAL (not UTF-8) or HEARTH_ENOMEM.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_broadcast(hearth_app *app, const char *room, hearth_str msg);

/**
 * Send a JSON value to all who are in a room, as a text.
 *
 * @param room  NULL: every open socket of the application
 * @param take  taken, also on failure
 * Returns: 0, also when nobody is there; HEARTH_EINVAL (take is NULL or cannot be written as
 *          JSON) or HEARTH_ENOMEM.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_broadcast_json(hearth_app *app, const char *room,
                                     struct json_t *take);

/**
 * Send bytes to all who are in a room.
 *
 * @param room  NULL: every open socket of the application
 * @param p     n bytes, copied once; NULL is allowed when n is 0
 * Returns: 0, also when nobody is there; or HEARTH_ENOMEM.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_broadcast_binary(hearth_app *app, const char *room, const void *p,
                                       size_t n);

/**
 * Send a text to all who are in a room but @p ws: what one says, for the others.
 *
 * Returns: as hearth_broadcast().
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_ws_tell(hearth_ws *ws, const char *room, hearth_str msg);

/**
 * The same with a JSON value.
 *
 * @param take  taken, also on failure
 * Returns: as hearth_broadcast_json().
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_ws_tell_json(hearth_ws *ws, const char *room, struct json_t *take);

/**
 * How many sockets are in a room.
 *
 * @param room  NULL: how many there are
 * Returns: the number, which may have changed by the time it is read.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API size_t hearth_room_count(hearth_app *app, const char *room);

/**
 * Call @p fn for every socket that is in a room at this moment.
 *
 * No lock is held: fn may send, join, and leave, and a socket may close meanwhile.  The
 * sockets are good while fn runs.
 *
 * @param room  NULL: all
 * Returns: 0 or HEARTH_ENOMEM: then fn was not called.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_room_each(hearth_app *app, const char *room,
                                void (*fn)(hearth_ws *ws, void *arg), void *arg);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_WS_H */
