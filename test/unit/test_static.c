/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/static.h"

#include "app/app.h"
#include "suite.h"
#include "tree.h"

static hearth_app *quiet_app(void)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    ck_assert_ptr_nonnull(app);
    return app;
}

static const struct {
    const char *prefix, *dir; /* "" is the tree */
    hearth_static_opts opts;
    int rc;
    const char *says;
} setups[] = {
    {"/s", "", {0}, 0, ""},
    {"", "", {0}, 0, ""},
    {"/", "", {0}, 0, ""},
    {"/a/b/", "", {.spa = "index.html", .index = "x/home.html"}, 0, ""},
    {"/s",
     "no/such/folder",
     {0},
     HEARTH_EINVAL,
     "\"no/such/folder\" cannot be opened (it does not exist)"},
    {"/s", NULL, {0}, HEARTH_EINVAL, "cannot be opened"},
    {"/s", "/dev/null", {0}, HEARTH_EINVAL, "it is no directory"},
    {"s", "", {0}, HEARTH_EINVAL, "s/"},
    {"/s?", "", {0}, HEARTH_EINVAL, "/s?"},
    {"/s", "", {.index = "../x"}, HEARTH_EINVAL, "index and spa"},
    {"/s", "", {.spa = "/x"}, HEARTH_EINVAL, "index and spa"},
    {"/taken", "", {0}, HEARTH_ECONFLICT, "/taken"},
};

static int other(hearth_ctx *c)
{
    (void)c;
    return 204;
}

START_TEST(a_directory_is_checked_at_set_up)
{
    int before = tree_descriptors();
    hearth_app *app = quiet_app();
    tree t = tree_new();
    const char *dir = setups[_i].dir;

    ck_assert_int_eq(hearth_get(app, "/taken", other), 0);
    if (dir != NULL && dir[0] == '\0')
        dir = t.dir;
    ck_assert_int_eq(hearth_static(app, setups[_i].prefix, dir, &setups[_i].opts),
                     setups[_i].rc);
    ck_assert_int_eq(app->setup.code, setups[_i].rc);
    ck_assert_msg(strstr(app->setup.text, setups[_i].says) != NULL, "%s",
                  app->setup.text);
    hearth__app_destroy(app);
    ck_assert_int_eq(tree_descriptors(), before);
    tree_free(&t);
}
END_TEST

START_TEST(two_directories_have_a_place_each)
{
    hearth_app *app = quiet_app();
    tree t = tree_new();
    hearth_error err;

    ck_assert_int_eq(hearth_static(app, "/a", t.dir, NULL), 0);
    ck_assert_int_eq(hearth_static(app, "/b", t.dir, NULL), 0);
    ck_assert_int_eq(hearth_static(app, "/a", t.dir, NULL), HEARTH_ECONFLICT);
    ck_assert_int_eq(hearth__app_freeze(app, &err), HEARTH_ECONFLICT);
    hearth__app_destroy(app);
    tree_free(&t);
}
END_TEST

START_TEST(a_running_application_takes_no_directory)
{
    hearth_app *app = quiet_app();
    tree t = tree_new();
    hearth_error err;

    ck_assert_int_eq(hearth__app_freeze(app, &err), 0);
    ck_assert_int_eq(hearth_static(app, "/a", t.dir, NULL), HEARTH_ESTATE);
    hearth__app_destroy(app);
    tree_free(&t);
}
END_TEST

SUITE("app/static",
      LOOP(a_directory_is_checked_at_set_up, 0, (int)(sizeof setups / sizeof *setups))
          TEST(two_directories_have_a_place_each)
              TEST(a_running_application_takes_no_directory))
