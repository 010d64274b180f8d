/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_SECRET_H
#define HEARTH_SECRET_H

/**
 * @file hearth/secret.h
 * Values that go out into the world and come back as they were: signed or sealed.
 *
 * A link in a mail that resets a password, the state of a form, a cookie of your own: sign
 * what the client may read, seal what it may not.  Each is bound to a purpose and to a
 * time, and comes back as text that fits in a link, a cookie and a header.  What they do
 * not do is end early: a value is good until it expires, as often as it is shown.  For
 * what must be used once or be taken back, keep a row in the database.
 *
 *     hearth_use_secrets(app);
 *     ...
 *     const char *token = hearth_sign(c, "reset password", user, 3600);
 *     ...
 *     hearth_str user;
 *     HEARTH_TRY(hearth_unsign(c, "reset password", hearth_query(c, "t", ""), &user));
 *
 * The secrets behind it are hearth_app_opts' `secrets`, else the environment's
 * HEARTH_SECRET, separated by commas.  The first one makes new values, all of them are
 * accepted: put a new one in front to rotate, and leave the old one out when what it made
 * has expired.  `hearth secret` prints a new one.
 *
 * In development, which is while every address that is listened on is this machine's,
 * a program without one makes it and keeps it in the file `hearth.secret` of the working
 * directory, for its owner alone (0600): keep it out of version control.  A program that
 * listens elsewhere does not start without one.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- setup ------------------------------------------------------------ */

/**
 * The application signs or seals: see to its secrets at the start.  Needed unless the
 * options' `secrets` are set, so that a program that would lack them in production
 * does not find out there.
 *
 * Returns: 0 or HEARTH_ESTATE (the application runs).  Without secrets where they are
 *          required the start fails with HEARTH_EINVAL.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_secrets(hearth_app *app);

/** Bytes of what hearth_secret_make() writes, with its '\0'. */
#define HEARTH_SECRET_SIZE 44

/**
 * Make up a secret: 256 bits from the kernel as 43 characters that fit in a link.  Also
 * right for tokens that you hand out.
 *
 * Returns: 0, or HEARTH_EUNAVAILABLE when the kernel has no randomness to give.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_secret_make(char out[HEARTH_SECRET_SIZE]);

/* ---- per request ------------------------------------------------------ */

/** Instead of seconds: good for ever. */
#define HEARTH_NO_EXPIRY (-1)

/**
 * Sign a text: who has it can read but not change it.
 *
 * @param purpose  "reset password": what is signed for one purpose is refused for all
 *                 others, so choose one for each use
 * @param ttl_s    seconds that it is good for, at least 1; or HEARTH_NO_EXPIRY
 * Owns:    request
 * Returns: text of A-Z a-z 0-9 - _, 4/3 of (value + 41) bytes long; or NULL, with a line
 *          in the log: value is NULL, purpose is NULL or empty, ttl_s is 0 or not to be
 *          had, the application did not ask for secrets, out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_sign(hearth_ctx *c, const char *purpose, const char *value,
                                   int64_t ttl_s);

/**
 * The same for bytes.
 *
 * Returns: as hearth_sign().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_signn(hearth_ctx *c, const char *purpose, const void *value,
                                    size_t n, int64_t ttl_s);

/**
 * The value that hearth_sign() signed.
 *
 * @param text   what came back; NULL is malformed
 * @param value  receives it; memory of the request, ends in '\0'
 * Returns: 0, or
 *            HEARTH_EINVAL  truncated, changed, expired, made for another purpose or with
 *                           another secret: 400.  Which of them it was is for the log
 *                           alone, at level debug.
 *            HEARTH_ESTATE  the application did not ask for secrets, or purpose is empty
 *            HEARTH_ENOMEM  out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_unsign(hearth_ctx *c, const char *purpose, const char *text,
                             hearth_str *value) HEARTH_NODISCARD;

/**
 * Seal a text (XChaCha20-Poly1305): who has it can neither read nor change it.  How long
 * it is can be seen.
 *
 * Returns: as hearth_sign(); 4/3 of (value + 49) bytes long.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_seal(hearth_ctx *c, const char *purpose, const char *value,
                                   int64_t ttl_s);

/**
 * The same for bytes.
 *
 * Returns: as hearth_seal().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_sealn(hearth_ctx *c, const char *purpose, const void *value,
                                    size_t n, int64_t ttl_s);

/**
 * The value that hearth_seal() sealed.
 *
 * Returns: as hearth_unsign().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_unseal(hearth_ctx *c, const char *purpose, const char *text,
                             hearth_str *value) HEARTH_NODISCARD;

/**
 * Are two secrets the same?  The time that it takes tells a guesser nothing of where they
 * differ; it does tell when the lengths do.
 *
 * Returns: false also when one is NULL.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API bool hearth_secret_equal(const char *a, const char *b);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_SECRET_H */
