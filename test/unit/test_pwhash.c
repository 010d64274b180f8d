/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Our own password hashes: argon2id as a PHC string. */

#include "core/pwhash.h"

#include "core/rand.h"
#include "core/str.h"
#include "suite.h"

#define SALT "$c29tZXNhbHRzb21lc2FsdA"
#define KEY  "$aWzDcXS1zK1ZDcXSbLPzcXSbLPzcXSbLPzcXSbLPzcU"

START_TEST(a_hash_is_that_passwords_and_no_others)
{
    char text[HEARTH__PWHASH_SIZE], again[HEARTH__PWHASH_SIZE];
    hearth__pwhash h;

    ck_assert_int_eq(hearth__rand_init(), 0);
    ck_assert_int_eq(hearth__pwhash_make(text, HEARTH__S("correct horse"), 64, 1), 0);
    ck_assert_int_eq(hearth__pwhash_make(again, HEARTH__S("correct horse"), 64, 1), 0);
    ck_assert_str_ne(text, again); /* the salt */
    ck_assert(hearth__pwhash_read(&h, hearth__str_of(text)));
    ck_assert_uint_eq(h.memory_kib, 64);
    ck_assert_uint_eq(h.passes, 1);
    ck_assert_int_eq(hearth__pwhash_check(&h, HEARTH__S("correct horse")), 0);
    ck_assert_int_eq(hearth__pwhash_check(&h, HEARTH__S("correct horsf")), HEARTH_EINVAL);
    ck_assert_int_eq(hearth__pwhash_check(&h, HEARTH__S("correct hors")), HEARTH_EINVAL);
    ck_assert_int_eq(hearth__pwhash_check(&h, HEARTH__S("")), HEARTH_EINVAL);
}
END_TEST

/* Every byte counts, the last one of a long one and what follows a NUL too. */
START_TEST(a1_passwords_are_not_truncated)
{
    static const size_t sizes[] = {0, 1, 64, 72, 73, 128, 129, 255, 4096};
    char text[HEARTH__PWHASH_SIZE], *password = malloc(4096);
    hearth__pwhash h;

    ck_assert_int_eq(hearth__rand_init(), 0);
    memset(password, 'x', 4096);
    password[1] = '\0';
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t n = sizes[i];

        ck_assert_int_eq(hearth__pwhash_make(text, hearth__str(password, n), 64, 1), 0);
        ck_assert(hearth__pwhash_read(&h, hearth__str_of(text)));
        ck_assert_int_eq(hearth__pwhash_check(&h, hearth__str(password, n)), 0);
        if (n == 0)
            continue;
        ck_assert_int_eq(hearth__pwhash_check(&h, hearth__str(password, n - 1)),
                         HEARTH_EINVAL);
        password[n - 1] ^= 1;
        ck_assert_int_eq(hearth__pwhash_check(&h, hearth__str(password, n)),
                         HEARTH_EINVAL);
        password[n - 1] ^= 1;
    }
    free(password);
}
END_TEST

START_TEST(nobodys_hash_fits_no_password_and_costs_as_much)
{
    char text[HEARTH__PWHASH_SIZE];
    hearth__pwhash h;

    ck_assert_int_eq(hearth__rand_init(), 0);
    hearth__pwhash_nobody(text, 128, 3);
    ck_assert(hearth__pwhash_read(&h, hearth__str_of(text)));
    ck_assert_uint_eq(h.memory_kib, 128);
    ck_assert_uint_eq(h.passes, 3);
    ck_assert_int_eq(hearth__pwhash_check(&h, HEARTH__S("correct horse")), HEARTH_EINVAL);
    hearth__pwhash_nobody(text, 1024 * 1024, 64);
    ck_assert_uint_lt(strlen(text), sizeof text);
}
END_TEST

typedef struct line {
    const char *text;
    bool read;
    bool weaker; /* than 64 KiB and two passes */
} line;

static const line lines[] = {
    {"$argon2id$v=19$m=64,t=2,p=1" SALT KEY, true, false},
    {"$argon2id$v=19$m=65,t=3,p=1" SALT KEY, true, false},
    {"$argon2id$v=19$m=63,t=2,p=1" SALT KEY, true, true},
    {"$argon2id$v=19$m=64,t=1,p=1" SALT KEY, true, true},
    {"$argon2i$v=19$m=64,t=3,p=1" SALT KEY, true, true},
    {"argon2$argon2id$v=19$m=64,t=2,p=4" SALT KEY, true, false},
    {"argon2$argon2$argon2id$v=19$m=64,t=2,p=4" SALT KEY, false, false},
    {"$argon2d$v=19$m=64,t=2,p=1" SALT KEY, false, false},
    {"$argon2id$v=16$m=64,t=2,p=1" SALT KEY, false, false},
    {"$argon2id$m=64,t=2,p=1" SALT KEY, false, false},
    {"$argon2id$v=19$m=64,p=1,t=2" SALT KEY, false, false},
    {"$argon2id$v=19$m=64,t=2" SALT KEY, false, false},
    {"$argon2id$v=19$m=64" SALT KEY, false, false},
    {"$argon2id$v=19$m=64,t=2,p=1,x=1" SALT KEY, false, false},
    {"$argon2id$v=19$m=-64,t=2,p=1" SALT KEY, false, false},
    {"$argon2id$v=19$m=064,t=0,p=1" SALT KEY, false, false},
    {"$argon2id$v=19$m=7,t=2,p=1" SALT KEY, false, false},
    {"$argon2id$v=19$m=64,t=2,p=9" SALT KEY, false, false},
    {"$argon2id$v=19$m=1048577,t=1,p=1" SALT KEY, false, false},
    {"$argon2id$v=19$m=1048576,t=8,p=1" SALT KEY, true, false},
    {"$argon2id$v=19$m=1048576,t=9,p=1" SALT KEY, false, false},
    {"$argon2id$v=19$m=64,t=65,p=1" SALT KEY, false, false},
    {"$argon2id$v=19$m=64,t=18446744073709551617,p=1" SALT KEY, false, false},
    {"$argon2id$v=19$m=64,t=2,p=1" SALT, false, false},
    {"$argon2id$v=19$m=64,t=2,p=1" SALT "$", false, false},
    {"$argon2id$v=19$m=64,t=2,p=1" SALT KEY "=", false, false},
    {"$argon2id$v=19$m=64,t=2,p=1$c29t" KEY, false, false},
    {"$argon2id$v=19$m=64,t=2,p=1" SALT KEY KEY, false, false},
    {"$argon2id$", false, false},
    {"", false, false},
    {"$", false, false},
    {"5f4dcc3b5aa765d61d8327deb882cf99", false, false},
};
#define LINES ((int)(sizeof lines / sizeof lines[0]))

START_TEST(what_a_text_says_is_read_with_care)
{
    const line *l = &lines[_i];
    hearth__pwhash h;

    ck_assert_msg(hearth__pwhash_read(&h, hearth__str_of(l->text)) == l->read, "%s",
                  l->text);
    if (l->read)
        ck_assert_msg(hearth__pwhash_weaker(&h, 64, 2) == l->weaker, "%s", l->text);
}
END_TEST

START_TEST(a_text_with_a_nul_or_too_long_is_none)
{
    char text[HEARTH__PWHASH_MOST + 2];
    hearth__pwhash h;

    memset(text, 'A', sizeof text);
    memcpy(text, "$argon2id$v=19$m=64,t=2,p=1" SALT "$",
           strlen("$argon2id$v=19$m=64,t=2,p=1" SALT "$"));
    ck_assert(hearth__pwhash_read(&h, hearth__str(text, HEARTH__PWHASH_MOST)));
    ck_assert(!hearth__pwhash_read(&h, hearth__str(text, HEARTH__PWHASH_MOST + 1)));
    text[200] = '\0';
    ck_assert(!hearth__pwhash_read(&h, hearth__str(text, HEARTH__PWHASH_MOST)));
}
END_TEST

SUITE("core/pwhash",
      TEST(a_hash_is_that_passwords_and_no_others) TEST(a1_passwords_are_not_truncated)
          TEST(nobodys_hash_fits_no_password_and_costs_as_much)
              LOOP(what_a_text_says_is_read_with_care, 0, LINES)
                  TEST(a_text_with_a_nul_or_too_long_is_none))
