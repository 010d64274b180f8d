/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* New passwords below HTTP: who gets one, and what it ends. */

#include "auth/token.h"
#include "auth/users.h"

#include "auth_bare.h"
#include "suite.h"

#define OLD "analytical engine"
#define NEW "difference engine"

static void log_in(bare *t)
{
    auth_ada(t);
    ck_assert_int_eq(hearth_user_login(t->c, "ada", OLD, false, NULL), 0);
}

START_TEST(only_who_knows_the_old_one_changes_it)
{
    bare *t = auth_bare("");

    auth_ada(t);
    ck_assert_int_eq(hearth_user_change_password(t->c, OLD, NEW), 401);
    ck_assert_int_eq(hearth_user_login(t->c, "ada", OLD, false, NULL), 0);
    ck_assert_int_eq(hearth_user_change_password(t->c, "wrong", NEW), 401);
    ck_assert_int_eq(hearth_user_change_password(t->c, NULL, NEW), 401);
    ck_assert_int_eq(hearth_user_login(t->c, "ada", OLD, false, NULL), 0);
    ck_assert_int_eq(hearth_user_change_password(t->c, OLD, NEW), 0);
    ck_assert_int_eq(hearth_user_login(t->c, "ada", OLD, false, NULL), 401);
    ck_assert_int_eq(hearth_user_login(t->c, "ada", NEW, false, NULL), 0);
    bare_close(t);
}
END_TEST

START_TEST(one_that_breaks_the_rules_changes_nothing)
{
    bare *t = auth_bare("");

    log_in(t);
    ck_assert_int_eq(hearth_user_change_password(t->c, OLD, "short"), HEARTH_EMODEL);
    ck_assert_int_eq(hearth_user_change_password(t->c, OLD, "ada@example.org"),
                     HEARTH_EMODEL);
    ck_assert_int_eq(hearth_user_login(t->c, "ada", OLD, false, NULL), 0);
    bare_close(t);
}
END_TEST

START_TEST(a_change_forgets_browsers_and_links_but_no_programs)
{
    bare *t = auth_bare("");
    const hearth_user *u;
    const char *token, *program, *user;

    log_in(t);
    ck_assert_int_eq(hearth_remember(t->c, "1", 0), 0);
    ck_assert_int_eq(hearth_user_reset_begin(t->c, "ada", &u, &token), 0);
    ck_assert_int_eq(hearth_bearer_make(t->c, "1", NULL, &program), 0);
    ck_assert_int_eq(hearth_user_change_password(t->c, OLD, NEW), 0);
    ck_assert_int_eq(hearth_token_peek(t->c, HEARTH__RESET, token, &user), HEARTH_EINVAL);
    ck_assert_int_eq(auth_count(t, "SELECT count(*) FROM hearth_tokens"), 1);
    ck_assert(auth_logged(t, "the password of user \"1\" is changed from"));
    ck_assert(!auth_logged(t, "engine"));
    bare_close(t);
}
END_TEST

START_TEST(nobody_gets_a_token_and_it_costs_a_row_all_the_same)
{
    bare *t = auth_bare("");
    const hearth_user *u;
    const char *token;

    auth_ada(t);
    ck_assert_int_eq(hearth_user_reset_begin(t->c, "nobody", &u, &token), 0);
    ck_assert_ptr_null(u);
    ck_assert_ptr_null(token);
    ck_assert_int_eq(auth_count(t, "SELECT count(*) FROM hearth_tokens"), 1);
    ck_assert_int_eq(hearth_user_set_active(t->c, 1, false), 0);
    ck_assert_int_eq(hearth_user_reset_begin(t->c, "ada", &u, &token), 0);
    ck_assert_ptr_null(token);
    bare_close(t);
}
END_TEST

START_TEST(a_token_is_good_for_one_new_password)
{
    bare *t = auth_bare("");
    const hearth_user *u;
    const char *token, *other;

    auth_ada(t);
    ck_assert_int_eq(hearth_user_reset_begin(t->c, "ada@example.org", &u, &token), 0);
    ck_assert_int_eq(hearth_token_make(t->c, "another purpose", "1", 60, &other), 0);
    ck_assert_int_eq(hearth_user_reset(t->c, other, NEW), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_user_reset(t->c, NULL, NEW), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_user_reset(t->c, token, "short"), HEARTH_EMODEL);
    ck_assert_int_eq(hearth_user_reset(t->c, token, NEW), 0);
    ck_assert_int_eq(hearth_user_reset(t->c, token, OLD), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_user_login(t->c, "ada", NEW, false, NULL), 0);
    bare_close(t);
}
END_TEST

START_TEST(a_token_of_who_was_made_inactive_is_none)
{
    bare *t = auth_bare("");
    const hearth_user *u;
    const char *token;

    auth_ada(t);
    ck_assert_int_eq(hearth_user_reset_begin(t->c, "ada", &u, &token), 0);
    ck_assert_int_eq(hearth_exec(t->c, "UPDATE hearth_users SET active = 0",
                                 HEARTH_NO_ARGS),
                     0);
    ck_assert_int_eq(hearth_user_reset(t->c, token, NEW), HEARTH_EINVAL);
    bare_close(t);
}
END_TEST

SUITE("auth/renewal",
      TEST(only_who_knows_the_old_one_changes_it)
          TEST(one_that_breaks_the_rules_changes_nothing)
              TEST(a_change_forgets_browsers_and_links_but_no_programs)
                  TEST(nobody_gets_a_token_and_it_costs_a_row_all_the_same)
                      TEST(a_token_is_good_for_one_new_password)
                          TEST(a_token_of_who_was_made_inactive_is_none))
