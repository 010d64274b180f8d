/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Where an application's secrets come from: environment, development's file, or nowhere. */

#include "boot/secret.h"

#include "suite.h"

#include <hearth.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "0123456789abcdef0123456789abcdef"

static hearth_app *make(bool wants)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    ck_assert_ptr_nonnull(app);
    if (wants)
        ck_assert_int_eq(hearth_use_secrets(app), 0);
    return app;
}

/* A working directory of its own for each test. */
static char home[64];

static void enter(void)
{
    snprintf(home, sizeof home, "/tmp/hearth-secret-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(home));
    ck_assert_int_eq(chdir(home), 0);
}

static void leave(void)
{
    (void)unlink(HEARTH__SECRET_FILE);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(home), 0); /* nothing else was left there */
}

static void put_file(const char *text, mode_t mode)
{
    FILE *f = fopen(HEARTH__SECRET_FILE, "w");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(chmod(HEARTH__SECRET_FILE, mode), 0);
}

START_TEST(the_environment_lists_them)
{
    hearth_app *app = make(true), *other = make(false);
    hearth_error err;

    ck_assert_int_eq(setenv("HEARTH_SECRET", " " SECRET "1 ,, " SECRET "2", 1), 0);
    ck_assert_int_eq(hearth__secret_env(app, &err), 0);
    ck_assert_uint_eq(app->secrets.n, 2);
    ck_assert_int_eq(hearth__secret_env(app, &err), 0); /* a second start */
    ck_assert_uint_eq(app->secrets.n, 2);
    ck_assert_int_eq(hearth__secret_place(app, false, &err), 0);
    ck_assert_int_eq(hearth__secret_env(other, &err), 0);
    ck_assert_uint_eq(other->secrets.n, 0); /* it asked for none */
    ck_assert_int_eq(hearth__secret_place(other, false, &err), 0);
    hearth_app_free(app);
    hearth_app_free(other);
}
END_TEST

START_TEST(a_short_one_of_the_environment_is_a_mistake)
{
    hearth_app *app = make(true);
    hearth_error err;

    ck_assert_int_eq(setenv("HEARTH_SECRET", "hunter2", 1), 0);
    ck_assert_int_eq(hearth__secret_env(app, &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "HEARTH_SECRET is too short"));
    ck_assert_ptr_null(strstr(err.text, "hunter2"));
    hearth_app_free(app);
}
END_TEST

START_TEST(development_makes_one_and_keeps_it)
{
    hearth_app *app = make(true), *again = make(true);
    struct stat st;

    enter();
    ck_assert_int_eq(hearth__secret_place(app, true, NULL), 0);
    ck_assert_int_eq(stat(HEARTH__SECRET_FILE, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(hearth__secret_place(again, true, NULL), 0);
    ck_assert_uint_eq(app->secrets.n, 1);
    ck_assert_int_eq(memcmp(&app->secrets, &again->secrets, sizeof app->secrets), 0);
    ck_assert_int_eq(hearth__secret_place(app, true, NULL), 0); /* another address */
    ck_assert_uint_eq(app->secrets.n, 1);
    leave();
    hearth_app_free(app);
    hearth_app_free(again);
}
END_TEST

START_TEST(elsewhere_a_missing_secret_refuses_the_start)
{
    hearth_app *app = make(true);
    hearth_error err;

    enter();
    ck_assert_int_eq(hearth__secret_place(app, false, &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "set HEARTH_SECRET"));
    ck_assert_ptr_nonnull(strstr(err.text, "`hearth secret`"));
    /* Nor is development's enough once an address is the world's. */
    ck_assert_int_eq(hearth__secret_place(app, true, &err), 0);
    ck_assert_int_eq(hearth__secret_place(app, false, &err), HEARTH_EINVAL);
    leave();
    hearth_app_free(app);
}
END_TEST

static const struct {
    const char *text;
    mode_t mode;
    const char *says;
} files[] = {
    {SECRET "\n", 0640, "is not its owner's alone"},
    {SECRET "\n", 0604, "is not its owner's alone"},
    {"", 0600, "too short"},
    {"abc\n", 0600, "too short"},
};

START_TEST(a_file_that_is_no_secret_is_refused)
{
    hearth_app *app = make(true);
    hearth_error err;

    enter();
    put_file(files[_i].text, files[_i].mode);
    ck_assert_int_eq(hearth__secret_place(app, true, &err), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, files[_i].says) != NULL, "%s", err.text);
    leave();
    hearth_app_free(app);
}
END_TEST

START_TEST(a_link_is_not_followed)
{
    hearth_app *app = make(true);
    hearth_error err;

    enter();
    ck_assert_int_eq(symlink("/etc/hostname", HEARTH__SECRET_FILE), 0);
    ck_assert_int_eq(hearth__secret_place(app, true, &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "cannot read hearth.secret"));
    leave();
    hearth_app_free(app);
}
END_TEST

START_TEST(where_no_file_can_be_made_the_sentence_says_what_to_do)
{
    hearth_app *app = make(true);
    hearth_error err;

    ck_assert_int_eq(chdir("/proc/self"), 0);
    ck_assert_int_eq(hearth__secret_place(app, true, &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "cannot make hearth.secret"));
    ck_assert_ptr_nonnull(strstr(err.text, "set HEARTH_SECRET"));
    hearth_app_free(app);
}
END_TEST

START_TEST(a_server_starts_with_what_it_needs)
{
    static const char *const hosts[] = {"example.org", NULL};
    hearth_app *app = hearth_app_new(
        &(hearth_app_opts){.hosts = hosts, .log = {.level = HEARTH_LOG_OFF}});
    hearth_run_opts o = {.host = "0.0.0.0", .port = HEARTH_PORT_ANY, .threads = 1};
    hearth_error err;

    enter();
    ck_assert_int_eq(hearth_use_secrets(app), 0);
    ck_assert_int_eq(hearth_app_start(app, &o, &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "it needs a secret: set HEARTH_SECRET"));
    ck_assert_int_ne(access(HEARTH__SECRET_FILE, F_OK), 0);
    ck_assert_int_eq(setenv("HEARTH_SECRET", SECRET, 1), 0);
    ck_assert_int_eq(hearth_app_start(app, &o, &err), 0);
    ck_assert_int_eq(hearth_app_stop(app), 0);
    ck_assert_int_ne(access(HEARTH__SECRET_FILE, F_OK), 0);
    hearth_app_free(app);
    ck_assert_int_eq(unsetenv("HEARTH_SECRET"), 0);
    app = make(true);
    o.host = "127.0.0.1";
    ck_assert_int_eq(hearth_app_start(app, &o, &err), 0);
    ck_assert_int_eq(access(HEARTH__SECRET_FILE, F_OK), 0);
    hearth_app_free(app);
    leave();
}
END_TEST

START_TEST(a_test_has_one_that_nobody_keeps)
{
    hearth_app *app = make(true), *none = make(false);

    ck_assert_int_eq(hearth__secret_passing(app, NULL), 0);
    ck_assert_uint_eq(app->secrets.n, 1);
    ck_assert_int_eq(hearth__secret_passing(none, NULL), 0);
    ck_assert_uint_eq(none->secrets.n, 0);
    hearth_app_free(app);
    hearth_app_free(none);
}
END_TEST

SUITE("boot/secret",
      TEST(the_environment_lists_them) TEST(a_short_one_of_the_environment_is_a_mistake)
          TEST(development_makes_one_and_keeps_it)
              TEST(elsewhere_a_missing_secret_refuses_the_start)
                  LOOP(a_file_that_is_no_secret_is_refused, 0, 4)
                      TEST(a_link_is_not_followed)
                          TEST(where_no_file_can_be_made_the_sentence_says_what_to_do)
                              TEST(a_server_starts_with_what_it_needs)
                                  TEST(a_test_has_one_that_nobody_keeps))
