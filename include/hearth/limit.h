/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_LIMIT_H
#define HEARTH_LIMIT_H

/**
 * @file hearth/limit.h
 * How often somebody may ask: rate limits.
 *
 *     hearth_use_limit_at(app, "/api", &(hearth_limit_opts){.quota = 100, .window_s = 60});
 *
 * A limit is a token bucket for each client: it holds `burst` requests and fills by `quota`
 * in `window_s`.  Who finds it empty is answered 429 with Retry-After, as problem+json or a
 * page like every error.  Answers say how it stands in RateLimit and RateLimit-Policy, as
 * draft-ietf-httpapi-ratelimit-headers-10 writes them:
 *
 *     RateLimit-Policy: "api";q=100;w=60
 *     RateLimit: "api";r=99;t=1
 *
 * A client is its address, hearth_peer(): of IPv6 the first 64 bits, since whoever has one
 * such network has all of its addresses.  Behind a proxy that is not in `trusted_proxies`
 * everybody has the proxy's.  Clients whose address a proxy leaves unclear share one bucket;
 * those of a Unix domain socket, without a proxy's word, are not counted.  Or it is what
 * your `who` says, a user for example.
 *
 * Memory is fixed: about 17 bytes for each of `most_known` clients, whoever comes.  When
 * there are more at a time, the one whose bucket is full soonest is forgotten, and who comes
 * new in its place begins with what that one had left: nobody gains by a crowd, and
 * newcomers may have less until it is gone.  Nothing is kept over a restart, and each
 * process counts for itself.
 *
 * Thread: set-up functions before the start, the others on the request's thread.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hearth_limit hearth_limit;

/** Whom to count a request for: any text, of the request's memory or constant; NULL: by
 * its address. */
typedef const char *hearth_limit_who_fn(hearth_ctx *c);

typedef struct hearth_limit_opts {
    const char *name; /* in the header fields and in the log: letters, digits, '-', '_',
                         '.', default "default"; copied */
    int64_t quota;    /* requests in window_s, 1 to 1 000 000 000; required */
    int64_t window_s; /* default 60, at most 31 days */
    int64_t burst;    /* requests at once, default quota */
    hearth_limit_who_fn *who; /* default: by address */
    bool each_route;          /* a bucket for each route, not one for all of them */
    bool quiet;        /* answers say nothing of it but Retry-After when it is hit */
    size_t most_known; /* clients, default 65 536, at most 16 777 216 */
} hearth_limit_opts;

/**
 * Limit all requests whose decoded path is @p prefix or lies below it.  Several may hold for
 * a request; the first that is hit answers.  They are asked before any middleware, so what
 * `who` needs, it has to look for itself, as hearth_session_user() does.
 *
 * @param prefix  "/api": covers "/api" and "/api/x", not "/apis"; "" is everything
 * Returns: 0, or (with a sentence in the log, and the application does not start)
 *            HEARTH_EINVAL  a number is out of range, the name is none, or the prefix is no
 *                           plain path
 *            HEARTH_ESTATE  the application runs
 *            HEARTH_ENOMEM  out of memory
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_limit_at_sized(hearth_app *app, const char *prefix,
                                         const hearth_limit_opts *o, size_t size);
static inline int hearth_use_limit_at(hearth_app *app, const char *prefix,
                                      const hearth_limit_opts *o)
{
    return hearth_use_limit_at_sized(app, prefix, o, sizeof *o);
}

/**
 * A limit to be asked by hearth_limit_take(): in a handler, or in a middleware of your own
 * for certain routes.
 *
 *     static int seldom(hearth_ctx *c)
 *     {
 *         HEARTH_TRY(hearth_limit_take(c, mails, NULL));
 *         return hearth_next(c);
 *     }
 *
 * Owns:    the application
 * Returns: the limit, or NULL as hearth_use_limit_at() fails.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API hearth_limit *hearth_limit_new_sized(hearth_app *app,
                                                const hearth_limit_opts *o, size_t size);
static inline hearth_limit *hearth_limit_new(hearth_app *app, const hearth_limit_opts *o)
{
    return hearth_limit_new_sized(app, o, sizeof *o);
}

/**
 * Count this request.  A limit that is hit is logged as a warning with its name and the
 * client's address: once a second for a limit, with the number of those in between.
 *
 * @param who  whom to count it for; NULL: as the options say
 * Returns: 0, or 429 with the fields set; HEARTH_ESTATE (limit is NULL), HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_limit_take(hearth_ctx *c, hearth_limit *limit,
                                 const char *who) HEARTH_NODISCARD;

/** Attempts to log in; zero of every field is the default. */
typedef struct hearth_login_limit_opts {
    int64_t per_account; /* failed attempts in window_s for one account, default 10 */
    int64_t per_address; /* from one address, default 50 */
    int64_t window_s;    /* default 900 */
    size_t most_known;   /* accounts, and addresses, default 65 536 each */
} hearth_login_limit_opts;

/**
 * Limit attempts to log in, by account and by address: guessing one password costs an
 * account's attempts, trying one password on every account the address's.  Set it up once,
 * then ask before a password is looked at.
 *
 * Returns: as hearth_use_limit_at(); HEARTH_ECONFLICT when it is set up already.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_login_limit_sized(hearth_app *app,
                                            const hearth_login_limit_opts *o,
                                            size_t size);
static inline int hearth_use_login_limit(hearth_app *app,
                                         const hearth_login_limit_opts *o)
{
    return hearth_use_login_limit_sized(app, o, sizeof *o);
}

/**
 * Count an attempt, whether the account exists or not.
 *
 * @param account  as it was typed; upper and lower case of ASCII are the same
 * Returns: 0, or 429 as hearth_limit_take(), without telling which of the two it was;
 *          HEARTH_EINVAL (account is NULL), HEARTH_ESTATE (not set up), HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_login_attempt(hearth_ctx *c, const char *account) HEARTH_NODISCARD;

/**
 * The attempt was good: the account has all of its attempts again, and the address the one
 * that this was: those of others stay counted, or one good account would pay for guessing
 * them.
 *
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API void hearth_login_succeeded(hearth_ctx *c, const char *account);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_LIMIT_H */
