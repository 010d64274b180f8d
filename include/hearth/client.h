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
 * clock that timeouts look at.  With HEARTH_TEST_WIRE=1 in the environment the same calls go over a real connection to a
 * real server on a free port: a suite that passes both ways proves the short way honest.
 */

#include <hearth/app.h>
#include <hearth/json.h>

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
 * hearth_once() and hearth_every().  What comes due is run before this returns; the answers
 * of calls that time out are there for hearth_call_finish().
 *
 * Over the wire it waits for real for half a second at most; the rest is moved, which
 * suspended requests do not see there, and what repeats does so once.
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

/**
 * What the application has logged since the client was made.
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
