/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BASE_H
#define HEARTH_BASE_H

/**
 * @file hearth/base.h
 * What every other header needs: the version, strings with a length, error codes.
 *
 * Every fallible function of Hearth returns `int`: 0, or one of the negative HEARTH_E
 * codes below. A handler returns the same codes, or an HTTP status, so that `return
 * 404;`, `return hearth_json(...)` and `HEARTH_TRY(hearth_exec(...))` are one grammar
 * (see
 * ::hearth_handler).
 *
 * Three words describe who may call what.  *Thread: setup* means before the application
 * is started, from one thread at a time.  *Thread: request* means from the handler or
 * middleware that was given the ::hearth_ctx, and only while it runs.  *Thread: any*
 * means from anywhere.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEARTH_VERSION "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define HEARTH_API          __attribute__((visibility("default")))
#define HEARTH_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define HEARTH_NODISCARD    __attribute__((warn_unused_result))
#else
#define HEARTH_API
#define HEARTH_PRINTF(f, a)
#define HEARTH_NODISCARD
#endif

/* ---- types ------------------------------------------------------------ */

/**
 * A string with a length.
 *
 * You may rely on this: ptr is never NULL, ptr[len] is '\0', and the bytes before it may
 * hold other NULs.  Internally Hearth also makes slices whose ptr[len] is not '\0'; no
 * public function ever returns one.
 */
typedef struct hearth_str {
    const char *ptr;
    size_t len; /* bytes */
} hearth_str;

/** An application: routes, middleware, settings.  See hearth/app.h. */
typedef struct hearth_app hearth_app;
/** One request and its response.  See hearth/req.h and hearth/res.h. */
typedef struct hearth_ctx hearth_ctx;
/** A database.  See hearth/db.h. */
typedef struct hearth_db hearth_db;
/** The description of a struct.  See hearth/model.h. */
typedef struct hearth_model hearth_model;

/**
 * A handler or a middleware.
 *
 * Being a function type, it declares a whole controller in one line:
 * `static hearth_handler list, show, create, drop;`
 *
 * Returns: what happens next:
 *            0                 the response is complete (hearth_text, hearth_json ...
 * return 0) 200 to 599        answer with this status; from 400 on with the error page or
 *                              problem+json document for it
 *            HEARTH_DECLINED   not mine: try the next matching route, else 404
 *            HEARTH_PENDING    suspended or offloaded: the answer comes later
 *                              (hearth/async.h)
 *            HEARTH_E...       an error: mapped to its status; its text goes to the log,
 * to the client only where the function that failed says so 0 without a response is a bug
 * of the handler: 500, and a line in the log.
 */
typedef int hearth_handler(hearth_ctx *c);

/* ---- errors ----------------------------------------------------------- */

/** X(name, value, http_status, text): the one list of error codes. */
#define HEARTH_ERRORS(X)                                             \
    X(EINVAL, -1, 400, "invalid argument")                           \
    X(ENOMEM, -2, 503, "out of memory")                              \
    X(ENOTFOUND, -3, 404, "not found")                               \
    X(ECONFLICT, -4, 409, "conflict with what is stored")            \
    X(EMODEL, -5, 422, "request does not fit the rules of the data") \
    X(EMEDIA, -6, 415, "unsupported media type")                     \
    X(ETOOBIG, -7, 413, "too big")                                   \
    X(ESTATE, -8, 500, "called at the wrong time")                   \
    X(EDB, -9, 500, "database error")                                \
    X(ETIMEOUT, -10, 504, "timed out")                               \
    X(EBUSY, -11, 503, "busy")                                       \
    X(EIO, -12, 500, "i/o error")                                    \
    X(EUNAVAILABLE, -13, 503, "temporarily unavailable")             \
    X(ECANCELED, -14, 503, "nobody waits for it any more")

enum {
    HEARTH_OK = 0,
    HEARTH_PENDING = 1,  /* a handler's answer: later, see hearth/async.h */
    HEARTH_DECLINED = 2, /* a handler's answer: not mine, try the next matching route */
#define HEARTH__ERROR_ENUM(name, value, status, text) HEARTH_##name = value,
    HEARTH_ERRORS(HEARTH__ERROR_ENUM)
#undef HEARTH__ERROR_ENUM
};

/** A reason.  Functions that take a `hearth_error *` accept NULL and leave it alone on
 * success. */
typedef struct hearth_error {
    int code;       /* HEARTH_E..., or 0 when a handler answered with a plain status */
    int status;     /* the HTTP status a client would see */
    char text[480]; /* a sentence: what is wrong and what to do */
} hearth_error;

/**
 * The text of an error code.
 *
 * Returns: a constant string, never NULL; "unknown error" for a number that is not in the
 *          list.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API const char *hearth_strerror(int code);

/**
 * Say why something failed, for who writes a driver, a sink or another extension:
 * `return hearth_errorf(err, HEARTH_EDB, "no table is called %s", name)`.
 *
 * Fills *err with the code, its HTTP status and the text, which is cut to fit where a
 * character ends; an argument may be err->text itself.
 *
 * @param err  NULL is allowed
 * Returns: code.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_errorf(hearth_error *err, int code, const char *fmt, ...)
    HEARTH_PRINTF(3, 4);

/**
 * The version of the library that is linked, as "major.minor.patch"; HEARTH_VERSION is
 * that of the headers.
 *
 * Returns: a constant string.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API const char *hearth_version(void);

/**
 * Microseconds of a clock that never goes back.  Only differences mean something.
 *
 * Returns: the time.  Makes no system call on Linux.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int64_t hearth_now_us(void);

/**
 * Return from the calling function if @p expr is not 0.  The only macro that returns, and
 * optional: `HEARTH_TRY(x)` is `int rc = x; if (rc != 0) return rc;`
 */
#define HEARTH_TRY(expr)         \
    do {                         \
        int hearth_rc_ = (expr); \
        if (hearth_rc_ != 0)     \
            return hearth_rc_;   \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_BASE_H */
