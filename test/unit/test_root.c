/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/root.h"
#include "core/str.h"
#include "suite.h"
#include "tree.h"

#include <errno.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

/* Each case by openat2(2) and by hand, with links and without. */
enum { KERNEL, HAND, KERNEL_LINKS, HAND_LINKS, WAYS };

static const struct {
    const char *path;
    int plain, links; /* what opening gives */
} opens[] = {
    {"a.txt", 0, 0},
    {"dir/b.txt", 0, 0},
    {"dir/deep/c.txt", 0, 0},
    {"nothing", HEARTH_ENOTFOUND, HEARTH_ENOTFOUND},
    {"nothing/a.txt", HEARTH_ENOTFOUND, HEARTH_ENOTFOUND},
    {"a.txt/b", HEARTH_ENOTFOUND, HEARTH_ENOTFOUND},
    {"dir", HEARTH_ENOTFOUND, HEARTH_ENOTFOUND},
    {"fifo", HEARTH_ENOTFOUND, HEARTH_ENOTFOUND},
    {"inside", HEARTH_ENOTFOUND, 0},
    {"dir/up", HEARTH_ENOTFOUND, 0},
    {"folder/b.txt", HEARTH_ENOTFOUND, 0},
    {"outside", HEARTH_ENOTFOUND, HEARTH_ENOTFOUND},
    {"etc/passwd", HEARTH_ENOTFOUND, HEARTH_ENOTFOUND},
    {"beside/secret", HEARTH_ENOTFOUND, HEARTH_ENOTFOUND},
    {"loop", HEARTH_ENOTFOUND, HEARTH_ENOTFOUND},
    {"dangling", HEARTH_ENOTFOUND, HEARTH_ENOTFOUND},
};

static void fill(const tree *t)
{
    tree_file(t, "root/a.txt", "a", 1000);
    tree_file(t, "root/dir/b.txt", "b", 1000);
    tree_file(t, "root/dir/deep/c.txt", "c", 1000);
    tree_file(t, "root-beside/secret", "secret", 1000);
    tree_fifo(t, "root/fifo");
    tree_link(t, "a.txt", "root/inside");
    tree_link(t, "../a.txt", "root/dir/up");
    tree_link(t, "dir", "root/folder");
    tree_link(t, "/etc/passwd", "root/outside");
    tree_link(t, "/etc", "root/etc");
    tree_link(t, "../root-beside", "root/beside");
    tree_link(t, "loop", "root/loop");
    tree_link(t, "nothing", "root/dangling");
}

static hearth__root open_root(const tree *t, int way)
{
    char path[TREE_PATH];
    hearth__root r;

    ck_assert_int_eq(hearth__root_open(&r, tree_path(t, "root", path),
                                       way >= KERNEL_LINKS),
                     0);
    if (way == HAND || way == HAND_LINKS)
        r.by_hand = true;
    return r;
}

START_TEST(what_lies_beneath_is_opened_and_nothing_else)
{
    int way = _i % WAYS, k = _i / WAYS, before = tree_descriptors();
    bool links = way >= KERNEL_LINKS;
    tree t = tree_new();
    hearth__root r;
    hearth__opened o;

    fill(&t);
    r = open_root(&t, way);
    int rc = hearth__root_file(&r, hearth__str_of(opens[k].path), &o, NULL);
    ck_assert_msg(rc == (links ? opens[k].links : opens[k].plain), "%s: %d (way %d)",
                  opens[k].path, rc, way);
    if (rc == 0) {
        ck_assert(S_ISREG(o.st.st_mode));
        hearth__opened_close(&o);
    }
    hearth__root_close(&r);
    hearth__root_close(&r);
    ck_assert_int_eq(tree_descriptors(), before);
    tree_free(&t);
}
END_TEST

START_TEST(a_directory_is_opened_for_who_asks)
{
    tree t = tree_new();
    hearth__opened o;
    bool is_dir = false;

    fill(&t);
    hearth__root r = open_root(&t, _i);
    ck_assert_int_eq(hearth__root_file(&r, HEARTH__S("dir"), &o, &is_dir), 0);
    ck_assert(is_dir);
    hearth__opened_close(&o);
    ck_assert_int_eq(hearth__root_file(&r, HEARTH__S("a.txt"), &o, &is_dir), 0);
    ck_assert(!is_dir);
    hearth__opened_close(&o);
    hearth__root_close(&r);
    tree_free(&t);
}
END_TEST

START_TEST(names_too_long_are_not_found)
{
    char longest[5000];
    tree t = tree_new();
    hearth__opened o;

    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    fill(&t);
    hearth__root r = open_root(&t, _i);
    ck_assert_int_eq(hearth__root_file(&r, hearth__str_of(longest), &o, NULL),
                     HEARTH_ENOTFOUND);
    longest[300] = '\0';
    ck_assert_int_eq(hearth__root_file(&r, hearth__str_of(longest), &o, NULL),
                     HEARTH_ENOTFOUND);
    hearth__root_close(&r);
    tree_free(&t);
}
END_TEST

START_TEST(a_directory_that_is_replaced_is_held)
{
    tree t = tree_new();
    char from[TREE_PATH], to[TREE_PATH];
    hearth__opened o;

    fill(&t);
    hearth__root r = open_root(&t, _i);
    ck_assert_int_eq(rename(tree_path(&t, "root", from), tree_path(&t, "old", to)), 0);
    ck_assert_int_eq(hearth__root_file(&r, HEARTH__S("a.txt"), &o, NULL), 0);
    hearth__opened_close(&o);
    hearth__root_close(&r);
    tree_free(&t);
}
END_TEST

START_TEST(a_root_that_is_none_says_why)
{
    tree t = tree_new();
    char path[TREE_PATH];
    hearth__root r;

    tree_file(&t, "file", "", 1000);
    ck_assert_int_eq(hearth__root_open(&r, tree_path(&t, "nothing", path), false),
                     ENOENT);
    ck_assert_int_eq(hearth__root_open(&r, tree_path(&t, "file", path), false), ENOTDIR);
    hearth__root_close(&r);
    tree_free(&t);
}
END_TEST

static const struct {
    const char *path;
    bool ok, with_dots;
} paths[] = {
    {"a", true, true},
    {"a/b.txt", true, true},
    {"a b/\xc3\xa4", true, true},
    {"..a", false, true},
    {"a..", true, true},
    {".a", false, true},
    {"a/.git/config", false, true},
    {".", false, false},
    {"..", false, false},
    {"a/../b", false, false},
    {"a/..", false, false},
    {"", false, false},
    {"/", false, false},
    {"/etc/passwd", false, false},
    {"a//b", false, false},
    {"a/", false, false},
    {"a\\b", false, false},
    {"..\\b", false, false},
    {"a\nb", false, false},
    {"a\x7f", false, false},
    {"...", false, true},
};

START_TEST(a_path_is_looked_at_before_it_is_used)
{
    ck_assert_int_eq(hearth__root_path_ok(hearth__str_of(paths[_i].path), false),
                     paths[_i].ok);
    ck_assert_int_eq(hearth__root_path_ok(hearth__str_of(paths[_i].path), true),
                     paths[_i].with_dots);
}
END_TEST

START_TEST(a_nul_within_a_path_is_no_path)
{
    ck_assert(!hearth__root_path_ok(HEARTH__S("a\0b"), true));
}
END_TEST

SUITE("core/root",
      LOOP(what_lies_beneath_is_opened_and_nothing_else, 0, N(opens) * WAYS)
          LOOP(a_directory_is_opened_for_who_asks, 0, WAYS)
              LOOP(names_too_long_are_not_found, 0, WAYS)
                  LOOP(a_directory_that_is_replaced_is_held, 0, WAYS)
                      TEST(a_root_that_is_none_says_why)
                          LOOP(a_path_is_looked_at_before_it_is_used, 0, N(paths))
                              TEST(a_nul_within_a_path_is_no_path))
