/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/excerpt.h"

#include "core/str.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct {
    const char *text;
    int line, around;
    const char *want; /* NULL: none */
    int first;
} excerpts[] = {
    {"a\nb\nc\nd\ne\n", 3, 1, "b\nc\nd\n", 2},
    {"a\nb\nc\nd\ne\n", 1, 1, "a\nb\n", 1},
    {"a\nb\nc\nd\ne\n", 5, 1, "d\ne\n", 4},
    {"a\nb\nc\nd\ne", 5, 1, "d\ne", 4},
    {"a\nb\nc\nd\ne\n", 3, 100, "a\nb\nc\nd\ne\n", 1},
    {"a\nb\nc\nd\ne\n", 3, 0, "c\n", 3},
    {"a\nb\nc\nd\ne\n", 6, 0, NULL, 0},
    {"a\nb\nc\nd\ne\n", 6, 3, NULL, 0},
    {"a\nb\nc\nd\ne\n", 600, 3, NULL, 0},
    {"a\nb\nc\nd\ne\n", 0, 3, NULL, 0},
    {"a\nb\nc\nd\ne\n", -1, 3, NULL, 0},
    {"\n\n\n", 2, 0, "\n", 2},
    {"\n\n\n", 3, 1, "\n\n", 2},
    {"a", 1, 1, "a", 1},
    {"", 1, 1, NULL, 0},
};
#define EXCERPTS ((int)(sizeof excerpts / sizeof *excerpts))

START_TEST(the_lines_around_one_come_whole)
{
    hearth__excerpt x;
    bool found = hearth__excerpt_text(hearth__str_of(excerpts[_i].text),
                                      excerpts[_i].line, excerpts[_i].around, &x);

    ck_assert_int_eq(found, excerpts[_i].want != NULL);
    if (!found)
        return;
    ck_assert_msg(hearth__str_eq(x.text, hearth__str_of(excerpts[_i].want)), "%.*s",
                  (int)x.text.len, x.text.ptr);
    ck_assert_int_eq(x.first, excerpts[_i].first);
}
END_TEST

START_TEST(a_file_is_read_only_if_it_is_one_and_not_huge)
{
    char path[] = "/tmp/hearth-excerpt-XXXXXX";
    int fd = mkstemp(path);
    hearth__excerpt x;
    hearth__arena a;

    ck_assert_int_ge(fd, 0);
    hearth__arena_init(&a, 0);
    ck_assert(!hearth__excerpt_file(&a, path, 1, 3, &x));
    ck_assert_int_eq(write(fd, "one\ntwo\n", 8), 8);
    ck_assert(hearth__excerpt_file(&a, path, 2, 0, &x));
    ck_assert_str_eq(x.text.ptr, "two\n");
    ck_assert_int_eq(ftruncate(fd, HEARTH__EXCERPT_FILE), 0);
    ck_assert(hearth__excerpt_file(&a, path, 2, 0, &x));
    ck_assert_int_eq(ftruncate(fd, HEARTH__EXCERPT_FILE + 1), 0);
    ck_assert(!hearth__excerpt_file(&a, path, 2, 0, &x));
    ck_assert(!hearth__excerpt_file(&a, "/", 1, 0, &x));
    ck_assert(!hearth__excerpt_file(&a, "/dev/zero", 1, 0, &x));
    ck_assert(!hearth__excerpt_file(&a, "/nowhere/at/all", 1, 0, &x));
    ck_assert(!hearth__excerpt_file(&a, NULL, 1, 0, &x));
    close(fd);
    unlink(path);
    hearth__arena_clear(&a);
}
END_TEST

SUITE("core/excerpt", LOOP(the_lines_around_one_come_whole, 0, EXCERPTS)
                          TEST(a_file_is_read_only_if_it_is_one_and_not_huge))
