/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Which passwords are tried first. */

#include "auth/common_words.h"
#include "auth/password.h"
#include "core/str.h"
#include "suite.h"

static const char *const common[] = {
    "password",      "Password1",      "P@ssw0rd",         "p4ssw0rd!",    "PASSWORD123",
    "password2031!", "!!password!!",   "passwordpassword", "letmein1",     "iloveyou2",
    "qwerty123",     "qwertz123456",   "1q2w3e4r",         "1qaz2wsx",     "asdfghjkl",
    "zxcvbnm1",      "12345678",       "123456789",        "87654321",     "11111111",
    "00000000",      "abcabcabc",      "abcd1234",         "abcdefgh",     "aaaaaaaaaaaa",
    "19840212",      "01012000",       "Summer2031!",      "sunshine",     "Football99",
    "dragon12345",   "welcome!",       "trustno1",         "superman1",    "admin123",
    "changeme",      "monkey123",      "princess1",        "m0nkey!!",     "1234qwer",
    "qwer1234",      "letmeinletmein", "12341234",         "999999999999", "password\x21",
};
#define COMMON ((int)(sizeof common / sizeof common[0]))

static const char *const good[] = {
    "correct horse battery staple",
    "dragon breath mountain",
    "mypasswordisverylong",
    "Xk7#pQ2m",
    "tr0ub4dor&3",
    "qwertyzebra",
    "sunshine-on-leith",
    "384719284712",
    "\xc3\xbc"
    "berfl\xc3\xbcssig",
    "abcdefgh-xk",
    "correcthorse",
    "password-1938472",
};
#define GOOD ((int)(sizeof good / sizeof good[0]))

START_TEST(everybody_has_these)
{
    ck_assert_msg(hearth__password_common(hearth__str_of(common[_i])), "%s", common[_i]);
}
END_TEST

START_TEST(these_are_somebodys)
{
    ck_assert_msg(!hearth__password_common(hearth__str_of(good[_i])), "%s", good[_i]);
}
END_TEST

START_TEST(the_words_are_sorted)
{
    for (size_t i = 1; i < sizeof words / sizeof words[0]; i++)
        ck_assert_msg(strcmp(words[i - 1], words[i]) < 0, "%s", words[i]);
}
END_TEST

static const struct {
    const char *password, *own;
    bool personal;
} owns[] = {
    {"margaret1", "Margaret", true},
    {"MARGARET1", "margaret@example.org", true},
    {"xmargaretx", "Margaret Hamilton", true},
    {"hamilton69", "Margaret Hamilton", true},
    {"example.org", "margaret@example.org", true},
    {"margaret@example.org", "margaret@example.org", true},
    {"margaret went to the moon", "Margaret", false},
    {"annabel77", "Ann", false}, /* too short to mean it */
    {"something", "", false},
    {"something", "@@@@", false},
    {"", "Margaret", false},
};
#define OWNS ((int)(sizeof owns / sizeof owns[0]))

START_TEST(a_name_and_little_more_is_personal)
{
    ck_assert_msg(hearth__password_personal(hearth__str_of(owns[_i].password),
                                            hearth__str_of(owns[_i].own)) ==
                      owns[_i].personal,
                  "%s of %s", owns[_i].password, owns[_i].own);
}
END_TEST

SUITE("auth/common",
      LOOP(everybody_has_these, 0, COMMON) LOOP(these_are_somebodys, 0, GOOD)
          TEST(the_words_are_sorted) LOOP(a_name_and_little_more_is_personal, 0, OWNS))
