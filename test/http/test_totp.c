/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* A second factor: the code of now, once; and codes on paper. */

#include "auth_kit.h"
#include "suite.h"

#include "core/clock.h"
#include "core/otp.h"
#include "core/str.h"

#include <hearth/totp.h>

#define SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static int verify(hearth_ctx *c)
{
    HEARTH_TRY(hearth_totp_verify(c, hearth_query(c, "u", "7"),
                                  hearth_query(c, "s", SECRET),
                                  hearth_query(c, "code", NULL)));
    return hearth_text(c, 200, "ok");
}

static int uri(hearth_ctx *c)
{
    char secret[HEARTH_TOTP_SECRET];

    HEARTH_TRY(hearth_totp_make(secret));
    if (strlen(secret) != HEARTH_TOTP_SECRET - 1 ||
        hearth_totp_uri(c, NULL, "a", "b") != NULL)
        return 500;
    return hearth_text(c, 200,
                       hearth_totp_uri(c, "An Example", "ada@example.org", SECRET));
}

static int codes(hearth_ctx *c)
{
    const char *const *all;
    const char *text = "";

    HEARTH_TRY(hearth_recovery_make(c, hearth_query(c, "u", "7"), &all));
    for (int i = 0; i < HEARTH_RECOVERY_CODES; i++)
        text = hearth_strf(c, "%s%s\n", text, all[i]);
    return hearth_text(c, 200, text);
}

static int recover(hearth_ctx *c)
{
    HEARTH_TRY(hearth_recovery_take(c, hearth_query(c, "u", "7"),
                                    hearth_query(c, "code", NULL)));
    return hearth_text(c, 200, "ok");
}

static int revoke(hearth_ctx *c)
{
    if (hearth_query(c, "codes", NULL) != NULL)
        HEARTH_TRY(hearth_recovery_revoke(c, "7"));
    else
        HEARTH_TRY(hearth_tokens_revoke(c, NULL, "7"));
    return hearth_text(c, 200, "ok");
}

static int stored(hearth_ctx *c)
{
    return hearth_reply_rows(c, 200, "SELECT * FROM hearth_tokens", HEARTH_NO_ARGS);
}

static const hearth_route routes[] = {
    HEARTH_GET("/verify", verify),
    HEARTH_GET("/uri", uri),
    HEARTH_GET("/codes", codes),
    HEARTH_GET("/recover", recover),
    HEARTH_GET("/stored", stored),
    HEARTH_GET("/revoke", revoke),
    HEARTH_END,
};

static void open_kit(auth_kit *k)
{
    hearth_app *app = auth_app();

    ck_assert_int_eq(hearth_use_tokens(app), 0);
    auth_open(k, app, routes);
    /* The middle of a step, so that none ends while a test runs. */
    auth_later(k, 30 - hearth__clock_wall_us() / 1000000 % 30 + 10);
}

/* The code of so many steps after now, in a target. */
static const char *target_of(auth_kit *k, int64_t steps)
{
    static char target[64];
    unsigned char key[HEARTH__OTP_KEY];
    char code[HEARTH__OTP_DIGITS + 1];
    int64_t now_s = (hearth__clock_wall_us() + atomic_load(&k->app->ahead_us)) / 1000000;

    ck_assert(hearth__otp_key(hearth__str_of(SECRET), key));
    ck_assert_int_eq(hearth__otp_code(key, (uint64_t)(now_s / 30 + steps), code), 0);
    snprintf(target, sizeof target, "/verify?code=%s", code);
    return target;
}

START_TEST(a_code_is_good_once)
{
    auth_kit k;

    open_kit(&k);
    auth_do(&k, target_of(&k, 0), 200, NULL);
    auth_do(&k, target_of(&k, 0), 401, NULL);
    auth_later(&k, 30);
    auth_do(&k, target_of(&k, 0), 200, NULL);
    auth_do(&k, target_of(&k, -1), 401, NULL);
    ck_assert(http_logged(k.t, "a second factor of user \"7\""));
    auth_close(&k);
}
END_TEST

START_TEST(clocks_may_be_one_step_apart)
{
    auth_kit k;

    open_kit(&k);
    auth_do(&k, target_of(&k, -2), 401, NULL);
    auth_do(&k, target_of(&k, 2), 401, NULL);
    auth_do(&k, target_of(&k, -1), 200, NULL);
    auth_do(&k, target_of(&k, 1), 200, NULL);
    auth_do(&k, target_of(&k, 0), 401, NULL); /* older than one that was used */
    auth_close(&k);
}
END_TEST

START_TEST(users_do_not_use_each_others_codes_up)
{
    char other[80];
    auth_kit k;

    open_kit(&k);
    auth_do(&k, target_of(&k, 0), 200, NULL);
    snprintf(other, sizeof other, "%s&u=8", target_of(&k, 0));
    auth_do(&k, other, 200, NULL);
    auth_close(&k);
}
END_TEST

START_TEST(what_is_no_code_is_401)
{
    static const char *const bad[] = {"/verify", "/verify?code=", "/verify?code=12345",
                                      "/verify?code=1234567", "/verify?code=abcdef"};
    auth_kit k;

    open_kit(&k);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        auth_do(&k, bad[i], 401, NULL);
    auth_do(&k, "/verify?code=123456&s=short", 400, NULL);
    auth_close(&k);
}
END_TEST

/* Nor does a code of the app become good a second time. */
START_TEST(a5_the_second_factor_stays_when_tokens_are_revoked)
{
    char all[512], target[64];
    auth_kit k;

    open_kit(&k);
    auth_do(&k, target_of(&k, 0), 200, NULL);
    snprintf(all, sizeof all, "%s", auth_do(&k, "/codes", 200, NULL)->body.ptr);
    auth_do(&k, "/revoke", 200, NULL);
    auth_do(&k, target_of(&k, 0), 401, NULL);
    snprintf(target, sizeof target, "/recover?code=%.19s", all);
    auth_do(&k, target, 200, NULL);
    snprintf(target, sizeof target, "/recover?code=%.19s", all + 20);
    auth_do(&k, "/revoke?codes=1", 200, NULL);
    auth_do(&k, target, 401, NULL);
    auth_close(&k);
}
END_TEST

START_TEST(an_app_reads_the_address)
{
    auth_kit k;

    open_kit(&k);
    auth_do(&k, "/uri", 200,
            "otpauth://totp/An%20Example:ada%40example.org?secret=" SECRET
            "&issuer=An%20Example");
    auth_close(&k);
}
END_TEST

START_TEST(a5_a_recovery_code_is_good_once_and_hashed)
{
    char all[512], rows[4000], target[64], untidy[64];
    auth_kit k;

    open_kit(&k);
    snprintf(all, sizeof all, "%s", auth_do(&k, "/codes", 200, NULL)->body.ptr);
    ck_assert_uint_eq(strlen(all), 10 * 20);
    snprintf(rows, sizeof rows, "%s", auth_do(&k, "/stored", 200, NULL)->body.ptr);
    all[19] = '\0';
    ck_assert_ptr_null(strstr(rows, all));
    snprintf(target, sizeof target, "/recover?u=8&code=%.19s", all);
    auth_do(&k, target, 401, NULL);
    snprintf(untidy, sizeof untidy, "/recover?code=%.4s%.15s", all, all + 4);
    untidy[14] = (char)(untidy[14] >= 'a' ? untidy[14] - 32 : untidy[14]);
    auth_do(&k, untidy, 200, NULL);
    auth_do(&k, untidy, 401, NULL);
    snprintf(target, sizeof target, "/recover?code=%.19s", all + 20);
    auth_do(&k, "/codes", 200, NULL); /* and the old ones are gone */
    auth_do(&k, target, 401, NULL);
    auth_do(&k, "/recover", 401, NULL);
    auth_do(&k, "/recover?code=aaaa", 401, NULL);
    auth_do(&k, "/recover?code=aaaa-aaaa-aaaa-aaaa-a", 401, NULL);
    auth_close(&k);
}
END_TEST

SUITE("http/totp",
      TEST(a5_the_second_factor_stays_when_tokens_are_revoked) TEST(a_code_is_good_once)
          TEST(clocks_may_be_one_step_apart) TEST(users_do_not_use_each_others_codes_up)
              TEST(what_is_no_code_is_401) TEST(an_app_reads_the_address)
                  TEST(a5_a_recovery_code_is_good_once_and_hashed))
