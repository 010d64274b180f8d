/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CLIENT_H
#define HEARTH_CLIENT_H

/**
 * @file hearth/client.h
 * A client for tests: calls an application without a socket, through the very path that a
 * request from the network takes after its bytes were parsed.
 *
 *     hearth_app *app = make_app(hearth_db_open("sqlite::memory:", NULL));
 *     hearth_client *t = hearth_client_new(app);
 *     const hearth_answer *r =
 *         hearth_call_post(t, "/todos", HEARTH_JSON({"done": true}));
 *
 *     ck_assert_int_eq(r->status, 422);
 *     ck_assert_str_eq(hearth_answer_at(r, "/errors/0/detail"), "title is required");
 *     hearth_client_free(t);
 *
 * It keeps cookies between calls: the last value of each name, whatever its Domain, Path
 * and Secure say; one with Max-Age of 0 or less, or with Expires in the past, is deleted.
 * It keeps what the application logs, so that a test can look; a sink in the
 * application's options still gets its lines.
 *
 * Every handler runs in the caller's thread, one call after the other.  A call that is
 * suspended (hearth/async.h) is waited for; hearth_call_begin() lets the test do something
 * meanwhile, such as publish what the call waits for, and hearth_client_advance() moves the
 * clock that timeouts look at.
 *
 * Connections that stay are there as well, any number of each: hearth_client_ws() is the
 * other end of a WebSocket, hearth_client_events() what EventSource is in a browser.
 *
 *     hearth_ws_peer *ann = hearth_client_ws(t, &(hearth_call){.target = "/chat"});
 *
 *     hearth_ws_peer_text(ann, "hello");
 *     ck_assert_str_eq(hearth_ws_peer_next(ann)->data.ptr, "hello");
 *
 * With HEARTH_TEST_WIRE=1 in the environment the same calls go over real connections to a
 * real server on a free port: a suite that passes both ways proves the short way honest.
 */

#include <hearth/app.h>
#include <hearth/json.h>
#include <hearth/sse.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hearth_client hearth_client;

/** A request in full; zero of every field is the default. */
typedef struct hearth_call {
    const char *method; /* default "GET" */
    const char *target; /* "/todos?q=1", default "/"; sent as it is */
    const char *body;   /* default none */
    size_t body_len;    /* 0 with a body: strlen */
    const char *type;   /* Content-Type, default "application/json" if there is a body */
    /* "Name: value" strings, ended by NULL; default none.  Host, Content-Length, Cookie
     * and Content-Type among them take the place of what the client would send. */
    const char *const *headers;
} hearth_call;

/** An answer; lives until the next call or hearth_client_free(). */
typedef struct hearth_answer {
    int status;
    hearth_str body;
    const json_t
        *json; /* the body as a tree when its type is JSON and it parses, else NULL */
} hearth_answer;

/**
 * Make a client for an application, which is frozen as if started.
 *
 * @param app  taken, also on failure: hearth_client_free() frees it
 * Returns: the client, or NULL when app is NULL, could not start (the reason is in its
 *          log) or out of memory.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_client *hearth_client_new(hearth_app *app);

/**
 * Free a client and its application.  NULL is allowed.
 *
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API void hearth_client_free(hearth_client *t);

/**
 * Make any request.
 *
 * Returns: the answer, never NULL; status 0 when the request could not be made (out of
 *          memory, or the connection broke): the body then says why.
 * Thread:  the client's; one call at a time
 * Since:   0.1
 */
HEARTH_API const hearth_answer *hearth_call_do(hearth_client *t, const hearth_call *call);

/** A call that was begun and has not been finished. */
typedef struct hearth_pending hearth_pending;

/**
 * Begin a request: it runs until it is answered or suspended.
 *
 * Several may be under way.  Over the wire each has a connection of its own, and "begin"
 * says no more than that the request was sent.  Cookies are those of now.
 *
 * Owns:    the caller gives it to hearth_call_finish() or hearth_call_abort();
 *          hearth_client_free() aborts what is left
 * Returns: the call, NULL when out of memory.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API hearth_pending *hearth_call_begin(hearth_client *t, const hearth_call *call);

/**
 * Wait for the answer of a call that was begun.
 *
 * Returns: as hearth_call_do().
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const hearth_answer *hearth_call_finish(hearth_pending *p);

/**
 * Hang up on a call that was begun, as a client does that goes away.  NULL is allowed.
 *
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API void hearth_call_abort(hearth_pending *p);

/**
 * Move the clock that this application's timeouts look at: of suspended requests, of
 * hearth_once() and hearth_every(), of WebSockets and of event streams.  What comes due is run
 * before this returns; the answers of calls that time out are there for hearth_call_finish().
 * Timeouts of requests, sockets and streams may come 64 milliseconds late.
 *
 * Over the wire it waits for real for half a second at most; the rest is moved, and what
 * repeats does so once.  Whatever else has a timeout there, such as a handler on a worker, a
 * body that arrives, or a connection at rest, sees that time pass as well.
 *
 * @param ms  0 and up
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API void hearth_client_advance(hearth_client *t, int64_t ms);

/**
 * Wait until no task runs or is due (hearth/task.h): what the calls so far have left to be
 * done after their answers has been done.
 *
 * Over loopback tasks run in this call, and whenever another call is made or the clock is
 * moved.
 *
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API void hearth_client_settle(hearth_client *t);

/**
 * GET a target.
 *
 * Returns: as hearth_call_do().
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const hearth_answer *hearth_call_get(hearth_client *t, const char *target);

/**
 * POST a JSON text.
 *
 * Returns: as hearth_call_do().
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const hearth_answer *hearth_call_post(hearth_client *t, const char *target,
                                                 const char *json);

/**
 * PUT a JSON text.
 *
 * Returns: as hearth_call_do().
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const hearth_answer *hearth_call_put(hearth_client *t, const char *target,
                                                const char *json);

/**
 * PATCH with a JSON text.
 *
 * Returns: as hearth_call_do().
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const hearth_answer *hearth_call_patch(hearth_client *t, const char *target,
                                                  const char *json);

/**
 * DELETE a target.
 *
 * Returns: as hearth_call_do().
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const hearth_answer *hearth_call_delete(hearth_client *t, const char *target);

/**
 * A header field of an answer; the first of that name.
 *
 * Returns: the value, or NULL.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const char *hearth_answer_header(const hearth_answer *r, const char *name);

/**
 * A value of a JSON answer as text, by JSON pointer (RFC 6901): numbers and booleans in
 * their JSON form.
 *
 * Returns: the text, until the next call; "" when there is no such value or no JSON, so
 *          that a failed comparison prints instead of crashing.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const char *hearth_answer_at(const hearth_answer *r, const char *pointer);

/* ---- WebSockets ------------------------------------------------------- */

/** The client's end of a WebSocket, and the handshake that it began with. */
typedef struct hearth_ws_peer hearth_ws_peer;

typedef enum hearth_ws_kind {
    HEARTH_WS_NOTHING, /* nothing came in time */
    HEARTH_WS_TEXT,
    HEARTH_WS_BINARY,
    HEARTH_WS_PONG, /* the answer to hearth_ws_peer_ping() */
    HEARTH_WS_CLOSE /* there is nothing more to come */
} hearth_ws_kind;

/** What the server said, or that it is at its end. */
typedef struct hearth_ws_said {
    hearth_ws_kind kind;
    hearth_str data; /* of a message or a pong; the reason of a close; ends in '\0' */
    int code; /* of a close: 1005 without one; 1006 when the connection ended without
                        a close frame; 1002 when the server broke RFC 6455; else 0 */
} hearth_ws_said;

/**
 * Open a WebSocket.
 *
 * The call needs a target, and headers if there is more to say: "Origin: https://a.example",
 * "Sec-WebSocket-Protocol: a, b".  Cookies go along, and those of the answer are kept.  The
 * fields of the handshake can be replaced like any other, but no extension is spoken here.
 *
 * Reading goes on in every call of this client's: pings are answered and messages kept
 * until hearth_ws_peer_next().
 *
 * Owns:    hearth_ws_peer_free(); hearth_client_free() frees what is left
 * Returns: the peer, also when the server said no: hearth_ws_peer_answer() tells; NULL when out
 *          of memory.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API hearth_ws_peer *hearth_client_ws(hearth_client *t, const hearth_call *call);

/**
 * The answer to the handshake: 101, or a refusal with its body; status 0 when there was none,
 * and the body says why.
 *
 * Returns: the answer, never NULL, until the peer is freed.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const hearth_answer *hearth_ws_peer_answer(const hearth_ws_peer *p);

/**
 * Send a text.
 *
 * Returns: 0; HEARTH_ECANCELED (there is no connection (any more), or a close was sent),
 *          HEARTH_ENOMEM, or HEARTH_ETIMEOUT: the server did not read it for 20 seconds.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API int hearth_ws_peer_text(hearth_ws_peer *p, const char *text);

/**
 * Send bytes as one binary message.
 *
 * Returns: as hearth_ws_peer_text().
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API int hearth_ws_peer_binary(hearth_ws_peer *p, const void *bytes, size_t n);

/**
 * Send a ping, whose pong hearth_ws_peer_next() gives.  When that is what comes next, the
 * server has taken in what was sent before, and had nothing else to say to it.
 *
 * @param payload  at most 125 bytes
 * Returns: as hearth_ws_peer_text(); HEARTH_EINVAL when payload is too long.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API int hearth_ws_peer_ping(hearth_ws_peer *p, const char *payload);

/**
 * Send a close frame.  The answer, and what the server has said before it, is there for
 * hearth_ws_peer_next().
 *
 * @param code    any; 1005: none
 * @param reason  at most 123 bytes; NULL is none
 * Returns: as hearth_ws_peer_text(); HEARTH_EINVAL when reason is too long.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API int hearth_ws_peer_close(hearth_ws_peer *p, int code, const char *reason);

/**
 * Send bytes as they are, not as a frame: to break rules.
 *
 * Returns: as hearth_ws_peer_text().
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API int hearth_ws_peer_bytes(hearth_ws_peer *p, const void *bytes, size_t n);

/**
 * The next thing that the server says; waits for it, at most 20 seconds.
 *
 * At the end that is HEARTH_WS_CLOSE, now and from then on.
 *
 * Returns: never NULL; until the next call for this peer.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const hearth_ws_said *hearth_ws_peer_next(hearth_ws_peer *p);

/**
 * How often the server has asked whether the client is there.
 *
 * Returns: pings received.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API size_t hearth_ws_peer_pings(const hearth_ws_peer *p);

/**
 * Take nothing that the server sends from now on, and answer no ping: like a machine that has
 * gone to sleep, or a reader that is too slow.  With false it reads on, and finds what was sent
 * meanwhile.
 *
 * Thread: the client's
 * Since:  0.1
 */
HEARTH_API void hearth_ws_peer_deaf(hearth_ws_peer *p, bool deaf);

/**
 * Hang up without a word, if there is a connection, and forget the peer.  NULL is allowed.
 *
 * Thread: the client's
 * Since:  0.1
 */
HEARTH_API void hearth_ws_peer_free(hearth_ws_peer *p);

/* ---- event streams ---------------------------------------------------- */

/** Who listens to server-sent events: what EventSource is in a browser. */
typedef struct hearth_events_peer hearth_events_peer;

/**
 * Ask for an event stream.
 *
 * Reading goes on in every call of this client's, and events are kept until
 * hearth_events_peer_next().  It does not come back by itself when the stream ends: see
 * hearth_events_peer_again().
 *
 * Owns:    hearth_events_peer_free(); hearth_client_free() frees what is left
 * Returns: the peer, whatever the answer was; NULL when out of memory.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API hearth_events_peer *hearth_client_events(hearth_client *t,
                                                    const hearth_call *call);

/**
 * The answer: status and fields of the stream, whose body is empty here; or another one, with
 * its body.
 *
 * Returns: the answer, never NULL, until the peer is freed or comes back.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const hearth_answer *hearth_events_peer_answer(const hearth_events_peer *p);

/**
 * The next event, as a page would see it (WHATWG HTML, section 9.2.6): `event` is "message"
 * when it has no name, `id` is the last that the stream told, "" for none, `retry_ms` what it
 * told last, 0 for nothing.  Waits for it, at most 20 seconds.
 *
 * That an event was not sent shows when another, sent later, comes next.
 *
 * Returns: the event, until the next call for this peer; NULL when the stream has ended, or
 *          nothing came in time.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const hearth_event *hearth_events_peer_next(hearth_events_peer *p);

/**
 * Is the stream open, as far as was read?
 *
 * Returns: false when it has ended, or never began.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API bool hearth_events_peer_is_open(hearth_events_peer *p);

/**
 * How many comments the stream has had, such as those that keep a proxy from closing it.
 *
 * Returns: the number, of all connections of this peer.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API size_t hearth_events_peer_comments(hearth_events_peer *p);

/**
 * Hang up and ask again, with the last id as Last-Event-ID.  Events that were read and not
 * taken yet come first.
 *
 * Returns: 0, or HEARTH_ENOMEM: the peer has no stream then.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API int hearth_events_peer_again(hearth_events_peer *p);

/**
 * Read nothing from now on, as a client that is too slow; with false it reads on.
 *
 * Thread: the client's
 * Since:  0.1
 */
HEARTH_API void hearth_events_peer_deaf(hearth_events_peer *p, bool deaf);

/**
 * Hang up and forget the peer.  NULL is allowed.
 *
 * Thread: the client's
 * Since:  0.1
 */
HEARTH_API void hearth_events_peer_free(hearth_events_peer *p);

/* ---- the log ---------------------------------------------------------- */

/**
 * What the application has logged since the client was made.
 *
 * Over the wire, lines of answers may be missing for a second while a peer is connected;
 * else the server is restarted so that all of them are there.
 *
 * Returns: whole lines of text, never NULL.
 * Thread:  the client's
 * Since:   0.1
 */
HEARTH_API const char *hearth_client_log(hearth_client *t);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_CLIENT_H */
