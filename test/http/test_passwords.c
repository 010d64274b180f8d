/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Passwords over HTTP: what a client sees of them. */

#include "http.h"
#include "suite.h"

#include <hearth/password.h>
#include <stdio.h>

static const hearth_password_opts cheap = {.memory_kib = 7168, .passes = 5};

/* "correct horse" */
#define HASH "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2"

static int choose(hearth_ctx *c)
{
    const char *password = hearth_form(c, "password", NULL), *hash;
    const char *const own[] = {hearth_form(c, "name", ""), NULL};

    HEARTH_TRY(hearth_password_rules(c, "/password", password, own));
    HEARTH_TRY(hearth_password_hash(c, password, &hash));
    return hearth_textf(c, 201, "%.9s", hash);
}

static int login(hearth_ctx *c)
{
    const char *better;

    HEARTH_TRY(hearth_password_verify(
        c, hearth_form(c, "password", NULL),
        strcmp(hearth_form(c, "name", ""), "ada") == 0 ? HASH : NULL, &better));
    return hearth_text(c, 200, better == NULL ? "same" : "better");
}

static const hearth_route routes[] = {
    HEARTH_POST("/choose", choose, .run = HEARTH_WORKER),
    HEARTH_POST("/login", login, .run = HEARTH_WORKER),
    HEARTH_END,
};

#define FORM "application/x-www-form-urlencoded"

static const http_case logins[] = {
    {"POST", "/choose", NULL, FORM, "name=ada&password=lovelace+engine", 201, "$argon2id",
     NULL},
    {"POST", "/choose", NULL, FORM, "name=ada&password=password1", 422, NULL,
     "Content-Type: application/problem+json"},
    {"POST", "/choose", NULL, FORM, "name=ada", 422, NULL, NULL},
    {"POST", "/choose", NULL, FORM, "name=lovelace&password=lovelace1", 422, NULL, NULL},
    {"POST", "/login", NULL, FORM, "name=ada&password=correct+horse", 200, "better",
     NULL},
    {"POST", "/login", NULL, FORM, "name=ada&password=correct+horsf", 401, NULL,
     "Cache-Control: no-store"},
    {"POST", "/login", NULL, FORM, "name=ada", 401, NULL, NULL},
    {"POST", "/login", NULL, FORM, "name=bob&password=correct+horse", 401, NULL, NULL},
    {"POST", "/login", NULL, FORM, "name=bob&password=correct%00horse", 401, NULL, NULL},
};
#define LOGINS ((int)(sizeof logins / sizeof logins[0]))

static hearth_client *open_client(void)
{
    hearth_app *app = hearth_app_new(NULL);

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_use_passwords(app, &cheap), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

START_TEST(a_client_is_told_what_it_may_know)
{
    hearth_client *t = open_client();

    (void)http_check(t, &logins[_i]);
    ck_assert(!http_logged(t, "horse"));
    ck_assert(!http_logged(t, "lovelace"));
    hearth_client_free(t);
}
END_TEST

/* Nor can the answers be told apart. */
START_TEST(a3_an_unknown_user_and_a_wrong_password_get_one_answer)
{
    hearth_client *t = open_client();
    const http_case *wrong = &logins[5], *unknown = &logins[7];
    char says[512];
    const hearth_answer *r = http_check(t, wrong);

    ck_assert_str_eq(hearth_answer_at(r, "/detail"),
                     "The name or the password is wrong.");
    snprintf(says, sizeof says, "%.60s", r->body.ptr);
    r = http_check(t, unknown);
    ck_assert_str_eq(hearth_answer_at(r, "/detail"),
                     "The name or the password is wrong.");
    ck_assert_int_eq(strncmp(says, r->body.ptr, strlen(says)), 0);
    hearth_client_free(t);
}
END_TEST

SUITE("http/passwords", LOOP(a_client_is_told_what_it_may_know, 0, LOGINS)
                            TEST(a3_an_unknown_user_and_a_wrong_password_get_one_answer))
