/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_OTP_H
#define HEARTH_CORE_OTP_H

/* One-time passwords of six digits (RFC 4226, RFC 6238): HMAC-SHA-1, which is GnuTLS's. */

#include <hearth/base.h>

#define HEARTH__OTP_DIGITS 6
#define HEARTH__OTP_STEP_S 30
#define HEARTH__OTP_KEY    20 /* bytes of a key */
#define HEARTH__OTP_TEXT   32 /* of its text in base 32 */

/* The code of a counter into out, with its '\0'.  HEARTH_ENOMEM or 0. */
int hearth__otp_code(const unsigned char key[HEARTH__OTP_KEY], uint64_t counter,
                     char out[HEARTH__OTP_DIGITS + 1]);
void hearth__otp_text(const unsigned char key[HEARTH__OTP_KEY],
                      char out[HEARTH__OTP_TEXT + 1]);
/* False: it is no such text. */
bool hearth__otp_key(hearth_str text, unsigned char key[HEARTH__OTP_KEY]);

#endif
