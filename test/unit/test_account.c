/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Accounts below HTTP: names, and what a login and its failures leave behind. */

#include "auth/users.h"

#include "auth_bare.h"
#include "counted_db.h"
#include "suite.h"

#define PASSWORD "analytical engine"
#define EIGHT    "xxxxxxxx"
#define SIXTY    EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT "xxxx"

static const struct {
    const char *name, *email;
    bool good;
} names[] = {
    {"ada", NULL, true},
    {"Ada Lovelace", NULL, true},
    {"\xc3\xa9v\xc3\xa9", NULL, true},
    {SIXTY "xxxx", NULL, true},
    {SIXTY "xxxxx", NULL, false},
    {"ada@example.org", "ADA@example.org", true},
    {"ada@example.org", "eve@example.org", false},
    {"ada@example.org", NULL, false},
    {NULL, NULL, false},
    {"", NULL, false},
    {" ada", NULL, false},
    {"ada ", NULL, false},
    {"a\nda", NULL, false},
    {"a\x7f"
     "da",
     NULL, false},
    {"a\xc2\x9b"
     "da",
     NULL, false}, /* a control of two bytes */
    {"a\xe2\x80\x8b"
     "da",
     NULL, false}, /* of no width */
    {"a\xe2\x80\xae"
     "da",
     NULL, false}, /* turned round */
    {"a\xe2\x81\xa6"
     "da",
     NULL, false},
    {"a\xef\xbb\xbf"
     "da",
     NULL, false},
    {"a\xff"
     "da",
     NULL, false},
    {"ada", "ada", false},
    {"ada", "", false},
};
#define NAMES (int)(sizeof names / sizeof *names)

START_TEST(a_name_is_one_that_can_be_read_and_told_apart)
{
    bare *t = auth_bare("");
    const hearth_user *u;
    int rc = hearth_user_register(t->c, names[_i].name, names[_i].email, PASSWORD, &u);

    ck_assert_int_eq(rc, names[_i].good ? 0 : HEARTH_EMODEL);
    ck_assert((u != NULL) == names[_i].good);
    ck_assert_int_eq(auth_count(t, "SELECT count(*) FROM hearth_users"), names[_i].good);
    bare_close(t);
}
END_TEST

START_TEST(all_faults_are_told_at_once)
{
    bare *t = auth_bare("");

    ck_assert_int_eq(hearth_user_register(t->c, "", "x", "short", NULL), HEARTH_EMODEL);
    ck_assert_uint_eq(t->c->nfaults, 3);
    bare_close(t);
}
END_TEST

START_TEST(a_login_makes_him_the_current_user)
{
    bare *t = auth_bare("");
    const hearth_user *u, *now;

    auth_ada(t);
    ck_assert_int_eq(hearth_user_login(t->c, "ADA", "wrong", false, &u), 401);
    ck_assert_ptr_null(u);
    ck_assert_ptr_null(hearth_session_user(t->c));
    ck_assert_int_eq(hearth_user_login(t->c, "ADA", PASSWORD, false, &u), 0);
    ck_assert_str_eq(u->name, "ada");
    ck_assert_str_eq(hearth_session_user(t->c), "1");
    ck_assert_int_eq(hearth_user_current(t->c, &now), 0);
    ck_assert_ptr_eq(now, u);
    ck_assert_int_eq(hearth_user_logout(t->c), 0);
    ck_assert_int_eq(hearth_user_current(t->c, &now), 0);
    ck_assert_ptr_null(now);
    bare_close(t);
}
END_TEST

START_TEST(who_is_inactive_is_wrong_like_anybody)
{
    bare *t = auth_bare("");
    char told[sizeof t->c->error.text];

    auth_ada(t);
    ck_assert_int_eq(hearth_user_login(t->c, "bob", PASSWORD, false, NULL), 401);
    snprintf(told, sizeof told, "%s", t->c->error.text);
    ck_assert_int_eq(hearth_user_set_active(t->c, 1, false), 0);
    ck_assert_int_eq(hearth_user_login(t->c, "ada", PASSWORD, false, NULL), 401);
    ck_assert_str_eq(t->c->error.text, told);
    ck_assert(auth_logged(t, "the account is not active"));
    ck_assert_int_eq(hearth_user_set_active(t->c, 1, true), 0);
    ck_assert_int_eq(hearth_user_login(t->c, "ada", PASSWORD, false, NULL), 0);
    ck_assert_int_eq(hearth_user_set_active(t->c, 2, true), HEARTH_ENOTFOUND);
    bare_close(t);
}
END_TEST

/* Beside the hashing, which another test counts. */
START_TEST(a3_a_failed_login_asks_the_database_as_often_whoever_it_is_for)
{
    static const char *const who[] = {"ada", "ADA@example.org", "off", "nobody",
                                      "nobody@example.org"};
    bare *t = auth_bare_with(counted_db(0), "");
    int usual = 0;

    auth_ada(t);
    ck_assert_int_eq(hearth_user_register(t->c, "off", NULL, PASSWORD, NULL), 0);
    ck_assert_int_eq(hearth_user_set_active(t->c, 2, false), 0);
    for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
        atomic_store(&counted, 0);
        ck_assert_int_eq(hearth_user_login(t->c, who[i], "wrong", false, NULL), 401);
        if (i == 0)
            usual = atomic_load(&counted);
        ck_assert_int_gt(usual, 0);
        ck_assert_int_eq(atomic_load(&counted), usual);
    }
    bare_close(t);
}
END_TEST

START_TEST(a_hash_that_has_become_weak_is_made_anew_at_the_login)
{
    static const char weak[] =
        "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2";
    bare *t = auth_bare("");

    auth_ada(t);
    ck_assert_int_eq(hearth_exec(t->c, "UPDATE hearth_users SET hash = ?",
                                 hearth_args(&weak[0])),
                     0);
    ck_assert_int_eq(hearth_user_login(t->c, "ada", "correct horse", false, NULL), 0);
    ck_assert_int_eq(auth_count(t, "SELECT count(*) FROM hearth_users WHERE hash LIKE "
                                   "'$argon2id$%'"),
                     1);
    bare_close(t);
}
END_TEST

SUITE("auth/account",
      LOOP(a_name_is_one_that_can_be_read_and_told_apart, 0, NAMES)
          TEST(all_faults_are_told_at_once) TEST(a_login_makes_him_the_current_user)
              TEST(who_is_inactive_is_wrong_like_anybody)
                  TEST(a3_a_failed_login_asks_the_database_as_often_whoever_it_is_for)
                      TEST(a_hash_that_has_become_weak_is_made_anew_at_the_login))
