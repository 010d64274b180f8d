/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* One-time passwords: what the RFCs say comes out. */

#include "core/otp.h"

#include "core/str.h"
#include "suite.h"

static const unsigned char key[] = "12345678901234567890";

static const struct {
    uint64_t counter;
    const char *code;
} codes[] = {
    /* RFC 4226 appendix D */
    {0, "755224"},
    {1, "287082"},
    {2, "359152"},
    {3, "969429"},
    {4, "338314"},
    {5, "254676"},
    {6, "287922"},
    {7, "162583"},
    {8, "399871"},
    {9, "520489"},
    /* RFC 6238 appendix B, its last six digits */
    {59 / 30, "287082"},
    {1111111109 / 30, "081804"},
    {1111111111 / 30, "050471"},
    {1234567890 / 30, "005924"},
    {2000000000 / 30, "279037"},
    {20000000000 / 30, "353130"},
};
#define CODES ((int)(sizeof codes / sizeof codes[0]))

START_TEST(a_counter_has_its_code)
{
    char out[HEARTH__OTP_DIGITS + 1];

    ck_assert_int_eq(hearth__otp_code(key, codes[_i].counter, out), 0);
    ck_assert_str_eq(out, codes[_i].code);
}
END_TEST

START_TEST(a_key_is_text_and_back)
{
    char text[HEARTH__OTP_TEXT + 1];
    unsigned char back[HEARTH__OTP_KEY];

    hearth__otp_text(key, text);
    ck_assert_str_eq(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    ck_assert(hearth__otp_key(hearth__str_of(text), back));
    ck_assert_mem_eq(back, key, sizeof back);
}
END_TEST

START_TEST(what_is_no_text_of_a_key_is_refused)
{
    static const char *const bad[] = {
        "",
        "GEZDGNBV",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQA",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1",
        "gEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ=",
    };
    unsigned char out[HEARTH__OTP_KEY];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!hearth__otp_key(hearth__str_of(bad[i]), out), "%s", bad[i]);
}
END_TEST

SUITE("core/otp", LOOP(a_counter_has_its_code, 0, CODES) TEST(a_key_is_text_and_back)
                      TEST(what_is_no_text_of_a_key_is_refused))
