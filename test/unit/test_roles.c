/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Roles and permissions, below HTTP: words, rows, and who may. */

#include "auth/users.h"

#include "auth_bare.h"
#include "suite.h"

static const struct {
    size_t n;
    int rc;
} words[] = {{0, HEARTH_EINVAL}, {1, 0}, {100, 0}, {101, HEARTH_EINVAL}};

START_TEST(a_word_has_1_to_100_bytes)
{
    bare *t = auth_bare("");
    char word[128];

    auth_ada(t);
    memset(word, 'x', sizeof word);
    word[words[_i].n] = '\0';
    ck_assert_int_eq(hearth_role_grant(t->c, 1, word), words[_i].rc);
    ck_assert_int_eq(hearth_role_withdraw(t->c, 1, word), words[_i].rc);
    ck_assert_int_eq(hearth_role_allow(t->c, word, "p"), words[_i].rc);
    ck_assert_int_eq(hearth_role_allow(t->c, "r", word), words[_i].rc);
    ck_assert_int_eq(hearth_role_forbid(t->c, "r", word), words[_i].rc);
    ck_assert_int_eq(hearth_role_grant(t->c, 1, NULL), HEARTH_EINVAL);
    bare_close(t);
}
END_TEST

START_TEST(what_is_said_twice_is_one_row)
{
    bare *t = auth_bare("");

    auth_ada(t);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(hearth_role_grant(t->c, 1, "admin"), 0);
        ck_assert_int_eq(hearth_role_allow(t->c, "admin", "deploy"), 0);
    }
    ck_assert_int_eq(hearth_role_grant(t->c, 2, "admin"), HEARTH_ENOTFOUND);
    ck_assert_int_eq(auth_count(t, "SELECT count(*) FROM hearth_user_roles"), 1);
    ck_assert_int_eq(auth_count(t, "SELECT count(*) FROM hearth_role_permissions"), 1);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(hearth_role_withdraw(t->c, 1, "admin"), 0);
        ck_assert_int_eq(hearth_role_forbid(t->c, "admin", "deploy"), 0);
    }
    ck_assert_int_eq(auth_count(t, "SELECT count(*) FROM hearth_user_roles"), 0);
    ck_assert_int_eq(auth_count(t, "SELECT count(*) FROM hearth_role_permissions"), 0);
    bare_close(t);
}
END_TEST

START_TEST(who_has_the_role_may_until_it_is_withdrawn)
{
    bare *t = auth_bare("");
    const hearth_user *ada = auth_ada(t);

    ck_assert_int_eq(hearth_require_role(t->c, "admin"), 401);
    ck_assert_int_eq(hearth_require_permission(t->c, "deploy"), 401);
    ck_assert_int_eq(hearth_session_login(t->c, ada->key), 0);
    ck_assert_int_eq(hearth_require_role(t->c, "admin"), 403);
    ck_assert(auth_logged(t, "user \"1\" from"));
    ck_assert(auth_logged(t, "he lacks \"admin\""));
    ck_assert_int_eq(hearth_role_grant(t->c, 1, "admin"), 0);
    ck_assert_int_eq(hearth_require_role(t->c, "admin"), 0);
    ck_assert_int_eq(hearth_require_role(t->c, "Admin"), 403);
    ck_assert_int_eq(hearth_require_permission(t->c, "deploy"), 403);
    ck_assert_int_eq(hearth_role_allow(t->c, "admin", "deploy"), 0);
    ck_assert_int_eq(hearth_role_grant(t->c, 1, "also"), 0);
    ck_assert_int_eq(hearth_role_allow(t->c, "also", "deploy"), 0);
    ck_assert_int_eq(hearth_require_permission(t->c, "deploy"), 0); /* by two roles */
    ck_assert_int_eq(hearth_role_withdraw(t->c, 1, "admin"), 0);
    ck_assert_int_eq(hearth_require_permission(t->c, "deploy"), 0);
    ck_assert_int_eq(hearth_role_withdraw(t->c, 1, "also"), 0);
    ck_assert_int_eq(hearth_require_permission(t->c, "deploy"), 403);
    ck_assert_int_eq(hearth_require_role(t->c, ""), HEARTH_EINVAL);
    bare_close(t);
}
END_TEST

START_TEST(without_users_nobody_may)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_require_role(t->c, "admin"), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_require_permission(t->c, "deploy"), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_role_grant(t->c, 1, "admin"), HEARTH_ESTATE);
    bare_close(t);
}
END_TEST

SUITE("auth/roles",
      LOOP(a_word_has_1_to_100_bytes, 0, 4) TEST(what_is_said_twice_is_one_row)
          TEST(who_has_the_role_may_until_it_is_withdrawn) TEST(without_users_nobody_may))
