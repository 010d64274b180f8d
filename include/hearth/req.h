/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_REQ_H
#define HEARTH_REQ_H

/**
 * @file hearth/req.h
 * Reading the request.
 *
 * Everything here has been decoded once, is UTF-8 where it is text from the path, the
 * query or a form, holds no NUL, and lives until the request ends.  What a client sent
 * malformed was answered with 400 before a handler ran.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The method, "GET".  A HEAD request that a GET route answers says "HEAD".
 *
 * Returns: the method, never NULL.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_method(hearth_ctx *c);

/**
 * The decoded path, without the query: for people and logs.  Route parameters are the way
 * to take it apart.
 *
 * Returns: the path, never NULL.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_path(hearth_ctx *c);

/**
 * The request target as the client sent it: "/a%20b?x=1".
 *
 * Returns: the target, never NULL.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_target(hearth_ctx *c);

/**
 * A parameter of the route's pattern, decoded.
 *
 * Returns: the value; NULL when the pattern has no such name, which is a bug and logged
 *          as one.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_param(hearth_ctx *c, const char *name);

/**
 * A parameter {name:int}; cannot fail, since what is no integer did not match the route.
 *
 * Returns: the value; 0 when the pattern has no such integer parameter, which is a bug
 *          and logged as one.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int64_t hearth_param_int(hearth_ctx *c, const char *name);

/**
 * A parameter {name:float}.
 *
 * Returns: the value; 0 when the pattern has no such parameter, which is a bug and logged
 *          as one.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API double hearth_param_float(hearth_ctx *c, const char *name);

/**
 * A parameter of the query string; the first, if it was sent more than once.
 *
 * Returns: the value, or @p fallback when it was not sent.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_query(hearth_ctx *c, const char *name,
                                    const char *fallback);

/**
 * An integer of the query string.
 *
 * @param out  receives the value, or @p fallback when it was not sent or is empty
 * Returns: 0, or HEARTH_EINVAL when it is not an integer of 64 bits: 400, told to the
 *          client.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_query_int(hearth_ctx *c, const char *name, int64_t fallback,
                                int64_t *out) HEARTH_NODISCARD;

/**
 * A text field of a form body (application/x-www-form-urlencoded or multipart/form-data);
 * the first, if it was sent more than once.  The files of a form: hearth/upload.h.
 *
 * Returns: the value, or @p fallback when it was not sent or the body is no such form;
 *          hearth_body_form() says which.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_form(hearth_ctx *c, const char *name, const char *fallback);

/**
 * Is the body a well-formed form?  Optional before hearth_form().
 *
 * Returns: 0, or
 *            HEARTH_EMEDIA   another Content-Type: 415
 *            HEARTH_EINVAL   malformed: 400
 *            HEARTH_ETOOBIG  more fields than .max_form_fields: 413
 *            HEARTH_ENOMEM   out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_body_form(hearth_ctx *c) HEARTH_NODISCARD;

/**
 * The body, whole.  Empty when there was none, and when it was taken while it arrived: a
 * form with files (hearth_form(), hearth/upload.h), a route with `.body`.  On a route with
 * `.spool` this reads all of it into memory.
 *
 * Owns:    request
 * Returns: the bytes, followed by '\0'.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API hearth_str hearth_body(hearth_ctx *c);

/**
 * A header field; the name's case does not matter; the first, if it was sent more than
 * once.
 *
 * Returns: the value without surrounding white space, or NULL.  It holds no control byte
 *          but HTAB.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_header(hearth_ctx *c, const char *name);

/**
 * All header fields in order: i = 0, 1, 2 ... until false.
 *
 * Returns: false when there is no i-th field.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API bool hearth_header_at(hearth_ctx *c, size_t i, const char **name,
                                 const char **value);

/**
 * A trailer field, sent after a chunked body (RFC 9110 section 6.5); never mixed up with
 * header fields.
 *
 * Returns: the value, or NULL.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_trailer(hearth_ctx *c, const char *name);

/**
 * A cookie; the first, if it was sent more than once.
 *
 * Returns: the value, or NULL.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_cookie(hearth_ctx *c, const char *name);

/**
 * The client's address, "192.0.2.7" or "2001:db8::7", without the port.
 *
 * It is the other end of the connection, or what a PROXY header named; behind the proxies
 * of hearth_app_opts' `trusted_proxies` it is what Forwarded or X-Forwarded-For say: read
 * from the right, the first address that is not a trusted proxy's.
 *
 * Returns: the address; "unix:" for a connection over a Unix domain socket about which no
 *          proxy says more; "" when a trusted proxy hides the client or contradicts
 *          itself.  Never NULL.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_peer(hearth_ctx *c);

/**
 * How the client asked: "https" or "http".
 *
 * TLS ends in front of Hearth, so it is "https" only when a trusted proxy says so, with
 * Forwarded's `proto` or X-Forwarded-Proto.
 *
 * Returns: one of the two.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_scheme(hearth_ctx *c);

/**
 * The host the client asked for, as it wrote it: what a trusted proxy says, else the
 * authority of an absolute target, else the Host field.  It is one of those that
 * hearth_app_opts' `hosts` allows.
 *
 * Returns: "example.org:8080"; "" when HTTP/1.0 sent none.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_host(hearth_ctx *c);

/**
 * This site's origin as the client sees it (RFC 6454): scheme and host, in lower case,
 * the port only when it is not the scheme's own.  What an Origin field of a page of ours
 * holds.
 *
 * Returns: "https://example.org"; "" when HTTP/1.0 sent no host, or out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_origin(hearth_ctx *c);

/**
 * The absolute address of a path of this site, for links that leave it: mail, feeds,
 * `Location` of another's.
 *
 *     hearth_absolute(c, hearth_url(c, "todo", hearth_args(7)))
 *     hearth_absolute(c, NULL)     what the client typed, behind a proxy, too
 *
 * @param path  starts with '/', percent-encoded, as hearth_url() makes it; may have a
 *              query.  NULL: this request's path and query
 * Owns:    request
 * Returns: "https://example.org/todos/7"; the path alone when HTTP/1.0 sent no host;
 *          NULL, with a line in the log, when the path does not start with '/' or holds a
 *          space, a control character or a byte that is not ASCII; NULL when out of
 *          memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_absolute(hearth_ctx *c, const char *path);

/**
 * An id of this request, unique in this process's life and hardly ever met again: in
 * every log line and error answer.
 *
 * Returns: 24 characters, never NULL.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_request_id(hearth_ctx *c);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_REQ_H */
