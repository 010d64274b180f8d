/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_LOG_H
#define HEARTH_LOG_H

/**
 * @file hearth/log.h
 * The log: one line an event, as text for people or JSON for machines.
 *
 * An application logs to standard error unless ::hearth_log_opts says otherwise.  Lines
 * are whole (one write each, or several lines in one write), never contain a raw control
 * byte whatever a client sent, and carry the request id where there is a request.
 *
 *     hearth_logf(c, HEARTH_LOG_INFO, "order %lld paid", (long long)id);
 *
 * Every request has a line with its target, in which "***" stands for the values of
 * parameters whose names say that they are secrets (token, secret, passw, passphrase,
 * apikey, api_key, api-key, anywhere in the name) and for what hearth_token_take(),
 * hearth_token_peek(), hearth_unsign(), hearth_unseal(), hearth_jwt_verify() and
 * hearth_recovery_take() were given.  Bodies, cookies and other header fields are never logged.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum hearth_log_level {
    HEARTH_LOG_DEFAULT = 0, /* in options only: HEARTH_LOG_INFO */
    HEARTH_LOG_DEBUG,
    HEARTH_LOG_INFO,
    HEARTH_LOG_WARN,
    HEARTH_LOG_ERROR,
    HEARTH_LOG_OFF /* in options only: nothing is logged */
} hearth_log_level;

/** Where finished lines go. */
typedef struct hearth_log_ops {
    const char *name; /* mandatory */
    /* Mandatory.  One or more whole lines, each ending in '\n'; `level` is the highest
     * among them. Called from any thread, never from two at a time for one application.
     * Must not log. */
    void (*write)(void *self, hearth_log_level level, hearth_str lines);
    /* Optional: NULL means nothing to close.  Called by hearth_app_free(). */
    void (*close)(void *self);
} hearth_log_ops;

typedef struct hearth_log_opts {
    hearth_log_level level;    /* the least that is logged, default HEARTH_LOG_INFO */
    bool json;                 /* JSON lines instead of text */
    const hearth_log_ops *ops; /* NULL: standard error */
    void *self;                /* handed to ops */
} hearth_log_opts;

/**
 * Log a line for a request; the request id is added.
 *
 * Control characters in the result are escaped.  Lines are cut at 8 KiB.
 *
 * Thread: request
 * Since:  0.1
 */
HEARTH_API void hearth_logf(hearth_ctx *c, hearth_log_level level, const char *fmt, ...)
    HEARTH_PRINTF(3, 4);

/**
 * Log a line that belongs to no request.
 *
 * Thread: any
 * Since:  0.1
 */
HEARTH_API void hearth_app_logf(hearth_app *app, hearth_log_level level, const char *fmt,
                                ...) HEARTH_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_LOG_H */
