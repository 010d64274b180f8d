/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Lists from the environment. */

#include "boot/where.h"

#include "suite.h"

#include <string.h>

static const struct {
    const char *text, *parts; /* joined by '|' */
} lists[] = {
    {"", ""},           {",", ""},         {" , ,", ""},   {"a", "a"},     {"a,b", "a|b"},
    {" a , b ", "a|b"}, {",a,,b,", "a|b"}, {"a b", "a b"}, {"\ta\t", "a"},
};
#define LISTS (int)(sizeof lists / sizeof *lists)

START_TEST(a_list_is_split)
{
    const char **list = hearth__where_split(lists[_i].text, ',');
    char joined[64] = "";

    ck_assert_ptr_nonnull(list);
    for (size_t i = 0; list[i] != NULL; i++) {
        if (i > 0)
            strcat(joined, "|");
        strcat(joined, list[i]);
    }
    ck_assert_str_eq(joined, lists[_i].parts);
    free(list);
}
END_TEST

static hearth_app *make(const hearth_app_opts *given)
{
    hearth_app_opts o = *given;

    o.log.level = HEARTH_LOG_OFF;
    hearth_app *app = hearth_app_new(&o);

    ck_assert_ptr_nonnull(app);
    return app;
}

START_TEST(the_environment_speaks_where_the_options_do_not)
{
    static const char *const list[] = {"1.2.3.4", NULL};
    hearth_app *plain = make(&(hearth_app_opts){0});
    hearth_app *told = make(&(hearth_app_opts){.hosts = list, .trusted_proxies = list});

    ck_assert_int_eq(setenv("HEARTH_HOSTS", "a, .b", 1), 0);
    ck_assert_int_eq(setenv("HEARTH_TRUSTED_PROXIES", "10.0.0.0/8,unix:", 1), 0);
    ck_assert_int_eq(hearth__where_env(plain, NULL), 0);
    ck_assert_int_eq(hearth__where_env(told, NULL), 0);
    ck_assert_uint_eq(plain->hosts.n, 2);
    ck_assert_uint_eq(plain->proxies.n, 1);
    ck_assert(plain->proxies.local);
    ck_assert_uint_eq(told->hosts.n, 1);
    ck_assert(told->hosts.list[0].is_ip);
    ck_assert_uint_eq(told->proxies.n, 1);
    ck_assert(!told->proxies.local);
    hearth_app_free(plain);
    hearth_app_free(told);
}
END_TEST

START_TEST(a_mistake_in_the_environment_is_named)
{
    static const char *const names[] = {"HEARTH_HOSTS", "HEARTH_TRUSTED_PROXIES"};

    for (size_t i = 0; i < 2; i++) {
        hearth_app *app = make(&(hearth_app_opts){0});
        hearth_error err = {0};

        ck_assert_int_eq(setenv(names[i], "a/b", 1), 0);
        ck_assert_int_eq(hearth__where_env(app, &err), HEARTH_EINVAL);
        ck_assert_msg(strstr(err.text, names[i]) == err.text, "%s", err.text);
        ck_assert_int_eq(unsetenv(names[i]), 0);
        hearth_app_free(app);
    }
}
END_TEST

SUITE("boot/where", LOOP(a_list_is_split, 0, LISTS)
                        TEST(the_environment_speaks_where_the_options_do_not)
                            TEST(a_mistake_in_the_environment_is_named))
