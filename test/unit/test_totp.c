/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The second factor below HTTP: secrets, codes of now and before, codes on paper. */

#include "auth_bare.h"
#include "core/clock.h"
#include "core/otp.h"
#include "suite.h"

#define SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

/* Of so many steps after now. */
static const char *code_of(bare *t, int64_t steps)
{
    static char code[HEARTH__OTP_DIGITS + 1];
    unsigned char key[HEARTH__OTP_KEY];
    int64_t now_s = (hearth__clock_wall_us() + atomic_load(&t->app->ahead_us)) / 1000000;

    ck_assert(hearth__otp_key(hearth__str_of(SECRET), key));
    ck_assert_int_eq(hearth__otp_code(key, (uint64_t)(now_s / 30 + steps), code), 0);
    return code;
}

/* In the middle of a step, so that none ends while a test runs. */
static bare *open_totp(void)
{
    bare *t = auth_bare("");

    atomic_fetch_add(&t->app->ahead_us,
                     (40 - hearth__clock_wall_us() / 1000000 % 30) * INT64_C(1000000));
    return t;
}

START_TEST(a_secret_is_160_bits_that_an_app_can_read)
{
    char a[HEARTH_TOTP_SECRET], b[HEARTH_TOTP_SECRET];

    ck_assert_int_eq(hearth_totp_make(a), 0);
    ck_assert_int_eq(hearth_totp_make(b), 0);
    ck_assert_uint_eq(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 32);
    ck_assert_uint_eq(strlen(a), 32);
    ck_assert_str_ne(a, b);
}
END_TEST

START_TEST(an_address_is_encoded_and_needs_all_its_parts)
{
    bare *t = auth_bare("");

    ck_assert_str_eq(hearth_totp_uri(t->c, "A&B", "a?b@c", SECRET),
                     "otpauth://totp/A%26B:a%3Fb%40c?secret=" SECRET "&issuer=A%26B");
    ck_assert(t->c->secret);
    ck_assert_ptr_null(hearth_totp_uri(t->c, NULL, "a", SECRET));
    ck_assert_ptr_null(hearth_totp_uri(t->c, "a", NULL, SECRET));
    ck_assert_ptr_null(hearth_totp_uri(t->c, "a", "b", NULL));
    bare_close(t);
}
END_TEST

static const struct {
    int64_t steps;
    int rc;
} steps[] = {{-2, 401}, {-1, 0}, {0, 0}, {1, 0}, {2, 401}};

START_TEST(a_code_is_good_for_a_step_around_now)
{
    bare *t = open_totp();

    ck_assert_int_eq(hearth_totp_verify(t->c, "7", SECRET, code_of(t, steps[_i].steps)),
                     steps[_i].rc);
    bare_close(t);
}
END_TEST

START_TEST(a_code_is_used_up_for_its_user_with_all_before)
{
    bare *t = open_totp();

    ck_assert_int_eq(hearth_totp_verify(t->c, "7", SECRET, code_of(t, 0)), 0);
    ck_assert_int_eq(hearth_totp_verify(t->c, "7", SECRET, code_of(t, 0)), 401);
    ck_assert_int_eq(hearth_totp_verify(t->c, "7", SECRET, code_of(t, -1)), 401);
    ck_assert_int_eq(hearth_totp_verify(t->c, "8", SECRET, code_of(t, 0)), 0);
    ck_assert_int_eq(hearth_totp_verify(t->c, "7", SECRET, code_of(t, 1)), 0);
    ck_assert(auth_logged(t, "a second factor of user \"7\" from"));
    ck_assert(!auth_logged(t, SECRET));
    bare_close(t);
}
END_TEST

START_TEST(what_is_no_code_or_no_secret_is_told_apart)
{
    static const char *const codes[] = {NULL, "", "12345", "1234567", "abcdef", "12 456"};
    bare *t = open_totp();

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        ck_assert_int_eq(hearth_totp_verify(t->c, "7", SECRET, codes[i]), 401);
    ck_assert_int_eq(hearth_totp_verify(t->c, "7", "short", "123456"), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_totp_verify(t->c, "7", NULL, "123456"), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_totp_verify(t->c, "", SECRET, "123456"), HEARTH_EINVAL);
    bare_close(t);
}
END_TEST

/* In upper case, without the strokes, with spaces. */
static const char *untidy(const char *code)
{
    static char out[64];
    size_t n = 0;

    for (; *code != '\0'; code++) {
        out[n++] = ' ';
        if (*code != '-')
            out[n++] = (char)(*code >= 'a' ? *code - 32 : *code);
    }
    out[n] = '\0';
    return out;
}

START_TEST(codes_on_paper_are_good_once_and_until_there_are_new_ones)
{
    bare *t = auth_bare("");
    const char *const *codes, *const *young;

    ck_assert_int_eq(hearth_recovery_make(t->c, "7", &codes), 0);
    for (size_t i = 0; i < HEARTH_RECOVERY_CODES; i++) {
        ck_assert_uint_eq(strlen(codes[i]), 19);
        ck_assert_uint_eq(strcspn(codes[i], "-"), 4);
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(codes[i], codes[k]);
    }
    ck_assert_int_eq(hearth_recovery_take(t->c, "8", codes[0]), 401);
    ck_assert_int_eq(hearth_recovery_take(t->c, "7", untidy(codes[0])), 0);
    ck_assert_int_eq(hearth_recovery_take(t->c, "7", codes[0]), 401);
    ck_assert_int_eq(hearth_recovery_make(t->c, "7", &young), 0);
    ck_assert_int_eq(hearth_recovery_take(t->c, "7", codes[1]), 401);
    ck_assert_int_eq(hearth_recovery_take(t->c, "7", young[1]), 0);
    ck_assert_int_eq(hearth_recovery_revoke(t->c, "7"), 0);
    ck_assert_int_eq(hearth_recovery_take(t->c, "7", young[2]), 401);
    ck_assert_int_eq(hearth_recovery_take(t->c, "7", NULL), 401);
    bare_close(t);
}
END_TEST

SUITE("auth/totp",
      TEST(a_secret_is_160_bits_that_an_app_can_read)
          TEST(an_address_is_encoded_and_needs_all_its_parts)
              LOOP(a_code_is_good_for_a_step_around_now, 0, 5)
                  TEST(a_code_is_used_up_for_its_user_with_all_before)
                      TEST(what_is_no_code_or_no_secret_is_told_apart)
                          TEST(codes_on_paper_are_good_once_and_until_there_are_new_ones))
