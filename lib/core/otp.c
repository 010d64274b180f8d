/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * One-time passwords.  Nothing but the truncation of RFC 4226 section 5.3 and base 32
 * (RFC 4648 section 6), of lengths that need no padding.
 */
#include "core/otp.h"

#include <gnutls/crypto.h>
#include <sodium.h>
#include <stdio.h>

#define SHA1 20

static const char digits32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

int hearth__otp_code(const unsigned char key[HEARTH__OTP_KEY], uint64_t counter,
                     char out[HEARTH__OTP_DIGITS + 1])
{
    unsigned char message[8], mac[SHA1];
    uint32_t at, n;

    for (int i = 0; i < 8; i++)
        message[i] = (unsigned char)(counter >> (56 - 8 * i));
    if (gnutls_hmac_fast(GNUTLS_MAC_SHA1, key, HEARTH__OTP_KEY, message, sizeof message,
                         mac) != 0)
        return HEARTH_ENOMEM;
    at = mac[SHA1 - 1] & 15;
    n = ((uint32_t)(mac[at] & 0x7f) << 24) | ((uint32_t)mac[at + 1] << 16) |
        ((uint32_t)mac[at + 2] << 8) | mac[at + 3];
    sodium_memzero(mac, sizeof mac);
    snprintf(out, HEARTH__OTP_DIGITS + 1, "%06u", (unsigned)(n % 1000000));
    return 0;
}

/* Five bytes are eight digits. */
void hearth__otp_text(const unsigned char key[HEARTH__OTP_KEY],
                      char out[HEARTH__OTP_TEXT + 1])
{
    for (int block = 0; block < HEARTH__OTP_KEY / 5; block++) {
        uint64_t bits = 0;

        for (int i = 0; i < 5; i++)
            bits = (bits << 8) | key[5 * block + i];
        for (int i = 0; i < 8; i++)
            out[8 * block + i] = digits32[(bits >> (35 - 5 * i)) & 31];
    }
    out[HEARTH__OTP_TEXT] = '\0';
}

static int value32(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

bool hearth__otp_key(hearth_str text, unsigned char key[HEARTH__OTP_KEY])
{
    if (text.len != HEARTH__OTP_TEXT)
        return false;
    for (int block = 0; block < HEARTH__OTP_KEY / 5; block++) {
        uint64_t bits = 0;

        for (int i = 0; i < 8; i++) {
            int v = value32(text.ptr[8 * block + i]);

            if (v < 0)
                return false;
            bits = (bits << 5) | (uint64_t)v;
        }
        for (int i = 0; i < 5; i++)
            key[5 * block + i] = (unsigned char)(bits >> (32 - 8 * i));
    }
    return true;
}
