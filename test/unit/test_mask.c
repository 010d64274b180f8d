/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/mask.h"

#include "core/str.h"
#include "suite.h"

#include <string.h>

static const struct {
    const char *name;
    bool hides;
} names[] = {
    {"Authorization", true},
    {"Proxy-Authorization", true},
    {"Cookie", true},
    {"Set-Cookie", true},
    {"X-CSRF-Token", true},
    {"X-Api-Key", true},
    {"api_key", true},
    {"apiKey", true},
    {"password", true},
    {"newPassword", true},
    {"password_again", true},
    {"PASSWD", true},
    {"client_secret", true},
    {"reset-token", true},
    {"_csrf", true},
    {"sid", true},
    {"session_id", true},
    {"pin", true},
    {"user[pin]", true},
    {"otp", true},
    {"code", true},
    {"card_number", true},
    {"cvv", true},
    {"pass-word", true},
    {"X-Signature", true},
    {"key", true},
    {"Sec-WebSocket-Key", true},
    {"title", false},
    {"shipping", false},
    {"keyboard", false},
    {"monkey", false},
    {"postcode", false},
    {"author", false},
    {"Accept", false},
    {"Host", false},
    {"User-Agent", false},
    {"Sec-Fetch-Mode", false},
    {"", false},
    {"opinion", false},
};
#define NAMES ((int)(sizeof names / sizeof *names))

START_TEST(names_tell_secrets)
{
    ck_assert_msg(hearth__mask_hides(hearth__str_of(names[_i].name)) == names[_i].hides,
                  "%s", names[_i].name);
}
END_TEST

START_TEST(a_name_without_end_hides_its_value)
{
    char name[400];

    memset(name, 'x', sizeof name);
    ck_assert(hearth__mask_hides(hearth__str(name, sizeof name)));
    ck_assert(!hearth__mask_hides(hearth__str(name, 254)));
}
END_TEST

SUITE("app/mask",
      LOOP(names_tell_secrets, 0, NAMES) TEST(a_name_without_end_hides_its_value))
