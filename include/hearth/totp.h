/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TOTP_H
#define HEARTH_TOTP_H

/**
 * @file hearth/totp.h
 * A second factor: six digits from an app on the user's phone (RFC 6238), and codes on
 * paper for the day on which it is lost.
 *
 *     char secret[HEARTH_TOTP_SECRET];
 *     HEARTH_TRY(hearth_totp_make(secret));               into the user's row, sealed
 *     hearth_totp_uri(c, "Example", user->name, secret)   as a QR code, once
 *     ...
 *     HEARTH_TRY(hearth_totp_verify(c, user->key, secret, code));     401
 *
 * HMAC-SHA-1, 30 seconds, six digits: what every such app understands.  A code is good for
 * its own 30 seconds and those before and after, for clocks that are a little wrong, and
 * once: who reads it over a shoulder comes too late.  Codes can be guessed: count the tries
 * of a user, hearth_user_login() does it for the password before.
 *
 * The secret has to be kept readable; keep it sealed (hearth/secret.h).
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of a secret's text, with its '\0': 160 bits in base 32 (RFC 4648 section 6). */
#define HEARTH_TOTP_SECRET 33

/**
 * Make up a secret.
 *
 * Returns: 0, or HEARTH_EUNAVAILABLE when the kernel has no randomness to give.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_totp_make(char secret[HEARTH_TOTP_SECRET]) HEARTH_NODISCARD;

/**
 * The address that an app reads from a QR code.
 *
 * @param issuer   "Example", without ':'
 * @param account  the user's name
 * Owns:    request
 * Returns: "otpauth://totp/Example:ada?secret=...&issuer=Example"; NULL when an argument is
 *          NULL or out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_totp_uri(hearth_ctx *c, const char *issuer,
                                       const char *account, const char *secret);

/**
 * Is this the code of now?  It is used by that, for this user: the same one, and older
 * ones, are good no more.
 *
 * @param user  whose it is, 1 to 255 bytes
 * @param code  six digits; NULL is wrong
 * Returns: 0, or
 *            401            it is wrong, or was used
 *            HEARTH_EINVAL  the secret is not one of ours
 *            HEARTH_ESTATE  no hearth_use_tokens()
 *            and as hearth_exec()
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_totp_verify(hearth_ctx *c, const char *user, const char *secret,
                                  const char *code) HEARTH_NODISCARD;

/** Codes on paper that are made at a time. */
#define HEARTH_RECOVERY_CODES 10

/**
 * New codes for a user to print: "k7pd-x2mr-4qwn-9htf", each good once.  Those that he had
 * are good no more.
 *
 * @param codes  receives HEARTH_RECOVERY_CODES of them; memory of the request
 * Returns: 0, or as hearth_token_make().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_recovery_make(hearth_ctx *c, const char *user,
                                    const char *const **codes) HEARTH_NODISCARD;

/**
 * Use such a code.  Case, spaces and '-' do not matter.
 *
 * Returns: 0; 401 when it is none of his, or was used; or HEARTH_ESTATE, and as
 *          hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_recovery_take(hearth_ctx *c, const char *user,
                                    const char *code) HEARTH_NODISCARD;

/**
 * His codes are good no more: when he turns the second factor off.
 *
 * Returns: 0, also when he has none, or HEARTH_EINVAL (user), HEARTH_ESTATE, and as
 *          hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_recovery_revoke(hearth_ctx *c, const char *user) HEARTH_NODISCARD;

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_TOTP_H */
