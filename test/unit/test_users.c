/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Users below HTTP: keys of names, and who is logged in when rows change under a session. */

#include "auth/users.h"

#include "auth_bare.h"
#include "suite.h"

START_TEST(a_key_is_the_name_in_lower_case_of_ascii)
{
    char key[HEARTH__NAME_KEY], long_name[HEARTH__NAME_KEY + 1];

    ck_assert(hearth__user_key("AdA@Example.ORG", key));
    ck_assert_str_eq(key, "ada@example.org");
    ck_assert(hearth__user_key("\xc3\x89VA", key));
    ck_assert_str_eq(key, "\xc3\x89va");
    ck_assert(!hearth__user_key("", key));
    ck_assert(!hearth__user_key(NULL, key));
    memset(long_name, 'x', sizeof long_name);
    long_name[HEARTH__NAME_KEY] = '\0';
    ck_assert(!hearth__user_key(long_name, key));
    long_name[HEARTH__NAME_KEY - 1] = '\0';
    ck_assert(hearth__user_key(long_name, key));
}
END_TEST

START_TEST(he_is_found_by_name_address_and_id)
{
    bare *t = auth_bare("");
    const hearth_user *u;
    const char *hash;

    auth_ada(t);
    ck_assert_int_eq(hearth_user_by_name(t->c, "ADA", &u), 0);
    ck_assert_str_eq(u->key, "1");
    ck_assert(u->active);
    ck_assert_int_eq(hearth_user_by_name(t->c, "Ada@Example.org", &u), 0);
    ck_assert_int_eq(hearth_user_by_id(t->c, 1, &u), 0);
    ck_assert_str_eq(u->name, "ada");
    ck_assert_int_eq(hearth_user_by_id(t->c, 2, &u), HEARTH_ENOTFOUND);
    ck_assert_ptr_null(u);
    ck_assert_int_eq(hearth_user_by_name(t->c, "ad", &u), HEARTH_ENOTFOUND);
    ck_assert_int_eq(hearth_user_by_name(t->c, "%", &u), HEARTH_ENOTFOUND);
    ck_assert_int_eq(hearth__user_find(t->c, "ada", &u, &hash), 0);
    ck_assert_int_eq(strncmp(hash, "$argon2id$", 10), 0);
    bare_close(t);
}
END_TEST

/* What a session may hold when the table has changed, or another module wrote it. */
static const char *const strange[] = {"2",  "-1", "abc",
                                      "1x", "1 ", "99999999999999999999",
                                      "0x1"};
#define STRANGE (int)(sizeof strange / sizeof *strange)

START_TEST(a_session_of_who_is_not_there_is_nobodys_and_ends)
{
    bare *t = auth_bare("");
    const hearth_user *u;

    auth_ada(t);
    ck_assert_int_eq(hearth_session_login(t->c, strange[_i]), 0);
    ck_assert_int_eq(hearth_user_current(t->c, &u), 0);
    ck_assert_ptr_null(u);
    ck_assert_ptr_null(hearth_session_user(t->c));
    bare_close(t);
}
END_TEST

START_TEST(who_is_deleted_or_inactive_is_nobody_from_then_on)
{
    bare *t = auth_bare("");
    const hearth_user *u;

    auth_ada(t);
    ck_assert_int_eq(hearth_session_login(t->c, "1"), 0);
    ck_assert_int_eq(hearth_user_current(t->c, &u), 0);
    ck_assert_ptr_nonnull(u);
    ck_assert_int_eq(hearth_user_set_active(t->c, 1, false), 0);
    ck_assert_int_eq(hearth_user_current(t->c, &u), 0);
    ck_assert_ptr_null(u);
    ck_assert_int_eq(hearth_session_login(t->c, "1"), 0);
    ck_assert_int_eq(hearth_user_current(t->c, &u), 0);
    ck_assert_ptr_null(u);
    bare_close(t);
}
END_TEST

START_TEST(a_row_takes_roles_along_when_it_goes)
{
    bare *t = auth_bare("");

    auth_ada(t);
    ck_assert_int_eq(hearth_role_grant(t->c, 1, "admin"), 0);
    ck_assert_int_eq(hearth_exec(t->c, "DELETE FROM hearth_users WHERE id = 1",
                                 HEARTH_NO_ARGS),
                     0);
    ck_assert_int_eq(auth_count(t, "SELECT count(*) FROM hearth_user_roles"), 0);
    bare_close(t);
}
END_TEST

SUITE("auth/users",
      TEST(a_key_is_the_name_in_lower_case_of_ascii)
          TEST(he_is_found_by_name_address_and_id)
              LOOP(a_session_of_who_is_not_there_is_nobodys_and_ends, 0, STRANGE)
                  TEST(who_is_deleted_or_inactive_is_nobody_from_then_on)
                      TEST(a_row_takes_roles_along_when_it_goes))
