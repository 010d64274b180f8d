/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_RES_H
#define HEARTH_RES_H

/**
 * @file hearth/res.h
 * Answering the request.
 *
 * Every answering function sets status, type and body and returns 0, so that it ends a
 * handler: `return hearth_text(...)`.  The last call wins; headers set before stay.
 * Content-Length, Date, Connection and Transfer-Encoding are the library's; setting them
 * is refused.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- bodies ----------------------------------------------------------- */

/**
 * Answer with text/plain in UTF-8.
 *
 * @param body  copied
 * Returns: 0, or HEARTH_EINVAL (status is not in 200 to 599, or body is NULL),
 *          HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_text(hearth_ctx *c, int status, const char *body);

/**
 * The same, formatted.
 *
 * Returns: as hearth_text().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_textf(hearth_ctx *c, int status, const char *fmt, ...)
    HEARTH_PRINTF(3, 4);

/**
 * Answer with text/html in UTF-8.  The text is sent as it is: escape what came from
 * outside.
 *
 * Returns: as hearth_text().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_html(hearth_ctx *c, int status, const char *body);

/**
 * Answer with bytes of any type.
 *
 * @param type  "image/png"
 * @param p     copied
 * Returns: 0, or HEARTH_EINVAL (status, or type is no field value), HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_blob(hearth_ctx *c, int status, const char *type, const void *p,
                           size_t n);

/**
 * The same without a copy.
 *
 * @param p  borrowed until the response has been sent: constant data, or memory of this
 *           request
 * Returns: as hearth_blob().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_blob_ref(hearth_ctx *c, int status, const char *type, const void *p,
                               size_t n);

/**
 * Send the client elsewhere in this site: 303 See Other after an unsafe method, 302 Found
 * after GET and HEAD.
 *
 * @param to  a path of this site, "/todos/7?x=1".  "//host", "/\host", another scheme,
 * and control characters are refused, so a value from the request cannot lead away.
 * Returns: 0, or HEARTH_EINVAL (400), HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_redirect(hearth_ctx *c, const char *to);

/* ---- errors ----------------------------------------------------------- */

/**
 * Answer with an error whose text the client sees: `return hearth_fail(c, 409, "the title
 * '%s' is taken", t)`.
 *
 * Returns: the status, so that it ends a handler; 500 when it is not in 400 to 599.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_fail(hearth_ctx *c, int status, const char *fmt, ...)
    HEARTH_PRINTF(3, 4);

/**
 * Note one thing that is wrong with the input; collect them all, then hearth_faults().
 *
 *     if (title == NULL)
 *         hearth_fault(c, "/title", "required", "title is required");
 *     HEARTH_TRY(hearth_faults(c));
 *
 * @param pointer  where: a JSON pointer into the body (RFC 6901), or "?name" for a query
 *                 parameter
 * @param code     a word for machines: "required", "too_long"
 * Returns: HEARTH_EMODEL, so that `return hearth_fault(...)` answers 422 with this one
 *          and those before.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_fault(hearth_ctx *c, const char *pointer, const char *code,
                            const char *fmt, ...) HEARTH_PRINTF(4, 5);

/**
 * Was anything wrong?
 *
 * Returns: 0, or HEARTH_EMODEL when hearth_fault() was called: 422 with all of them, as
 *          the "errors" member of a problem+json document.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_faults(hearth_ctx *c) HEARTH_NODISCARD;

/* ---- headers ---------------------------------------------------------- */

/**
 * Set a response header field, replacing one of that name; NULL removes it.
 *
 * Returns: 0, or HEARTH_EINVAL: name is not a token, value is empty or holds a control
 *          character (response splitting is impossible), or the field is the library's
 *          own; HEARTH_ESTATE: the head has been sent; HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_set_header(hearth_ctx *c, const char *name, const char *value);

/**
 * The same, formatted.
 *
 * Returns: as hearth_set_header().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_set_headerf(hearth_ctx *c, const char *name, const char *fmt, ...)
    HEARTH_PRINTF(3, 4);

/**
 * Add a response header field beside others of that name (Link, Vary, Set-Cookie).
 *
 * Returns: as hearth_set_header(); NULL value is HEARTH_EINVAL.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_add_header(hearth_ctx *c, const char *name, const char *value);

/** Zero of every field is the safe side; what weakens a cookie says so. */
typedef struct hearth_cookie_opts {
    const char *path;     /* default "/" */
    const char *domain;   /* default: this host only */
    int64_t max_age_s;    /* 0: until the browser closes; negative: delete it now */
    bool insecure;        /* also over plain HTTP: leaves out Secure */
    bool script_readable; /* leaves out HttpOnly */
    bool cross_site;      /* SameSite=None instead of Lax; needs Secure */
    bool strict;          /* SameSite=Strict instead of Lax */
} hearth_cookie_opts;

/**
 * Set a cookie: Secure, HttpOnly, SameSite=Lax, Path=/ unless the options say otherwise.
 *
 * Browsers treat http://localhost and http://127.0.0.1 as secure enough for Secure
 * cookies, or not: use .insecure in development if yours does not.
 *
 * @param o  NULL = defaults
 * Returns: 0, or
 *            HEARTH_EINVAL  name is not a token, value holds what RFC 6265 4.1.1 does not
 * allow, or the options contradict each other or the name's prefix (__Host-, __Secure-)
 *            HEARTH_ESTATE  the head has been sent
 *            HEARTH_ENOMEM  out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_set_cookie(hearth_ctx *c, const char *name, const char *value,
                                 const hearth_cookie_opts *o);

/**
 * Have a function called just before the headers are committed, on whatever the answer
 * has become: error pages too.  Last registered runs first.  It may read the status and
 * set headers; answering again is refused.
 *
 * Returns: 0 or HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_on_send(hearth_ctx *c, void (*fn)(hearth_ctx *c, void *arg),
                              void *arg);

/**
 * The status of the answer so far.
 *
 * Returns: 0 while nothing has answered.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_status(const hearth_ctx *c);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_RES_H */
