/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TOKEN_H
#define HEARTH_TOKEN_H

/**
 * @file hearth/token.h
 * Secrets that are handed out and come back: once, for a link in a mail; again and again,
 * for a browser that is to stay logged in, or for a program.
 *
 *     hearth_use_db(app, db);
 *     hearth_use_tokens(app);                       makes the table hearth_tokens
 *     ...
 *     HEARTH_TRY(hearth_token_make(c, "reset password", user, 3600, &text));
 *     ...
 *     HEARTH_TRY(hearth_token_take(c, "reset password", text, &user));   400 the second time
 *
 * The table holds hashes: who reads it cannot use what it lists.  Each token is of 256 bits
 * from the kernel, for one purpose and one user, and expires; what has expired is removed
 * within ten minutes.  Within hearth_begin() all of this is part of the transaction.
 *
 * What needs no row, because it may be shown as often as one likes, is signed instead:
 * hearth/secret.h.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- setup ------------------------------------------------------------ */

/**
 * The application has tokens, in its database.  Calling it again does nothing.
 *
 * Returns: 0, or
 *            HEARTH_ESTATE  the application runs, or has no database: hearth_use_db() first
 *            HEARTH_ENOMEM, HEARTH_EDB, HEARTH_EBUSY, HEARTH_EUNAVAILABLE  as
 *                           hearth_db_script()
 *          and the application refuses to start.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_tokens(hearth_app *app);

/* ---- once ------------------------------------------------------------- */

/**
 * Make a token that is good once.
 *
 * @param purpose  "reset password": 1 to 100 bytes; a token of one purpose is nothing to
 *                 another
 * @param user     whose it is: 1 to 255 bytes that stay the same
 * @param ttl_s    seconds, 1 to ten years
 * @param text     receives 43 characters of A-Z a-z 0-9 - _; memory of the request
 * Returns: 0, or HEARTH_EINVAL (an argument is out of range), HEARTH_ESTATE (no
 *          hearth_use_tokens()), and as hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_token_make(hearth_ctx *c, const char *purpose, const char *user,
                                 int64_t ttl_s, const char **text) HEARTH_NODISCARD;

/**
 * Use a token: it is good no more.  Of several requests that bring it at the same time one
 * succeeds.
 *
 * @param text  what came back; NULL is malformed
 * @param user  receives whose it is; memory of the request
 * Returns: 0, or
 *            HEARTH_EINVAL  made up, used, revoked, expired, or for another purpose: 400,
 *                           told to the client without saying which
 *            HEARTH_ESTATE  no hearth_use_tokens()
 *            and as hearth_exec()
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_token_take(hearth_ctx *c, const char *purpose, const char *text,
                                 const char **user) HEARTH_NODISCARD;

/**
 * Look at a token without using it: to show the form behind a link, which mail scanners
 * open, too.
 *
 * Returns: as hearth_token_take().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_token_peek(hearth_ctx *c, const char *purpose, const char *text,
                                 const char **user) HEARTH_NODISCARD;

/**
 * Tokens of a user are good no more: when his password has changed, say.
 *
 * @param purpose  NULL: all of them, remembered browsers and bearer tokens as well; codes of a
 *                 second factor (hearth/totp.h) stay
 * Returns: 0, or HEARTH_EINVAL (user is NULL), HEARTH_ESTATE, and as hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_tokens_revoke(hearth_ctx *c, const char *purpose,
                                    const char *user) HEARTH_NODISCARD;

/* ---- a browser that stays logged in ----------------------------------- */

/**
 * Remember this browser: a cookie that logs its user in when the session has ended.
 *
 * The cookie is `__Host-remember; Secure; HttpOnly; SameSite=Lax` (plain `remember` between
 * this machine and itself, as for sessions).  It changes at each use, and the one before is
 * good for another minute, for requests that run at the same time.  An older one that comes
 * again was copied: whoever has which, all remembered browsers of the user are forgotten,
 * his sessions end, and the log says so.  An answer whose request had to do with it is
 * `Cache-Control: no-store`.
 *
 * @param ttl_s  seconds, 1 to ten years; 0: 30 days
 * Returns: as hearth_token_make().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_remember(hearth_ctx *c, const char *user,
                               int64_t ttl_s) HEARTH_NODISCARD;

/**
 * Who does this browser remember?  Call it when hearth_session_user() is NULL, then
 * hearth_session_login().
 *
 * @param user  receives him, memory of the request; NULL: nobody
 * Returns: 0, also for nobody, or HEARTH_ESTATE, and as hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_remembered(hearth_ctx *c, const char **user) HEARTH_NODISCARD;

/**
 * Forget this browser, at logout: its row and its cookie.
 *
 * Returns: 0, also when it was not remembered, or HEARTH_ESTATE, and as hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_forget(hearth_ctx *c) HEARTH_NODISCARD;

/* ---- programs --------------------------------------------------------- */

/* Who asks a request for a bearer token or for Basic has also said how a 401 of it asks for
 * them: its answer gets that WWW-Authenticate (RFC 9110 section 15.5.2), unless it has
 * one. */

typedef struct hearth_bearer_opts {
    const char *label; /* "backup script", for lists; default ""; at most 255 bytes */
    const char
        *scopes;   /* what it may do, words with spaces between (RFC 6749 section 3.3);
                           default none; at most 1000 bytes */
    int64_t ttl_s; /* seconds, 1 to ten years; 0: ten years */
} hearth_bearer_opts;

/**
 * Make a token for a program that acts for a user: `Authorization: Bearer TOKEN`
 * (RFC 6750).  It is shown once; the table has a hash.
 *
 * @param text  receives 43 characters; memory of the request
 * Returns: as hearth_token_make().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_bearer_make(hearth_ctx *c, const char *user,
                                  const hearth_bearer_opts *o,
                                  const char **text) HEARTH_NODISCARD;

/**
 * For whom does this request's bearer token act?  When it was last used is noted, to the
 * minute.
 *
 * @param scope  it must have this one; NULL: any will do
 * @param user   receives him; memory of the request
 * Returns: 0, or
 *            401  there is none, or it is not good, with `WWW-Authenticate: Bearer`
 *            403  it lacks the scope
 *            HEARTH_ESTATE, and as hearth_exec()
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_bearer(hearth_ctx *c, const char *scope,
                             const char **user) HEARTH_NODISCARD;

/** One of a user's bearer tokens. */
typedef struct hearth_bearer_info {
    const char *handle; /* names it; not the token, and safe to show */
    const char *label, *scopes;
    int64_t created_s, used_s, expires_s; /* seconds since 1970; used_s 0: never */
} hearth_bearer_info;

/** Tokens of one user that are listed at most. */
#define HEARTH_BEARERS_LISTED 1000

/**
 * The bearer tokens of a user that are good, the youngest first.
 *
 * @param list  receives them; memory of the request
 * Returns: 0, or HEARTH_EINVAL (user is NULL), HEARTH_ESTATE, and as hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_bearers_list(hearth_ctx *c, const char *user,
                                   const hearth_bearer_info **list,
                                   size_t *n) HEARTH_NODISCARD;

/**
 * One of a user's bearer tokens is good no more.
 *
 * Returns: 0, or HEARTH_ENOTFOUND (it is none of his), HEARTH_ESTATE, and as
 *          hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_bearer_revoke(hearth_ctx *c, const char *user,
                                    const char *handle) HEARTH_NODISCARD;

/**
 * The name and the password of `Authorization: Basic` (RFC 7617), to be checked with
 * hearth_password_verify().  Over TLS only: it is no secret on the way.
 *
 * @param realm     what a browser shows, without '"' and '\'; printable ASCII
 * @param name      receives the name; memory of the request
 * @param password  receives the password
 * Returns: 0, or 401 when there is none or it is malformed, with `WWW-Authenticate: Basic`;
 *          HEARTH_EINVAL (realm).
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_basic(hearth_ctx *c, const char *realm, const char **name,
                            const char **password) HEARTH_NODISCARD;

/**
 * Ask for a name and a password: the answer when those of hearth_basic() were wrong.
 *
 * Returns: 401, with `WWW-Authenticate: Basic`, or HEARTH_EINVAL (realm).
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_basic_ask(hearth_ctx *c, const char *realm);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_TOKEN_H */
