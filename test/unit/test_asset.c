/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/asset.h"

#include "core/str.h"
#include "suite.h"

#include <string.h>

#define HASH "0123456789abcdef"

static const struct {
    const char *path, *named; /* NULL: no such name */
} names[] = {
    {"app.css", "app." HASH ".css"},
    {"a/b/app.min.js", "a/b/app.min." HASH ".js"},
    {"LICENSE", "LICENSE." HASH},
    {"a.b/c", "a.b/c." HASH},
    {"my app.css", "my%20app." HASH ".css"},
};
#define NAMES ((int)(sizeof names / sizeof *names))

START_TEST(a_name_and_a_hash_are_joined_and_split)
{
    hearth__arena a;
    hearth__buf b;
    hearth_str plain, hash;

    hearth__arena_init(&a, 0);
    hearth__buf_init(&b, &a, 0);
    hearth__asset_join(&b, hearth__str_of(names[_i].path), hearth__str_of(HASH));
    ck_assert_str_eq(b.ptr, names[_i].named);
    if (strchr(names[_i].path, ' ') == NULL) { /* requests are decoded before */
        ck_assert(hearth__asset_split(&a, hearth__buf_view(&b), &plain, &hash));
        ck_assert_str_eq(plain.ptr, names[_i].path);
        ck_assert(hearth__str_eq(hash, hearth__str_of(HASH)));
    }
    hearth__arena_clear(&a);
}
END_TEST

static const char *const others[] = {
    "",
    "app.css",
    "app.0123456789abcde.css",
    "app.0123456789abcdef0.css",
    "." HASH,
    "a/." HASH,
    "." HASH ".css",
    "app-" HASH ".css",
    HASH ".css",
    "app." HASH ".",
    "app.0123456789ABCDEF.css",
    "app.0123456789abcdeg.css",
    HASH,
    "app." HASH "/",
    "app." HASH "/b.css",
};
#define OTHERS ((int)(sizeof others / sizeof *others))

START_TEST(other_names_have_no_hash)
{
    hearth__arena a;
    hearth_str plain, hash;

    hearth__arena_init(&a, 0);
    if (strcmp(others[_i], "app." HASH ".") != 0) /* "app." is a name like others */
        ck_assert_msg(!hearth__asset_split(&a, hearth__str_of(others[_i]), &plain, &hash),
                      "%s", others[_i]);
    hearth__arena_clear(&a);
}
END_TEST

SUITE("app/asset", LOOP(a_name_and_a_hash_are_joined_and_split, 0, NAMES)
                       LOOP(other_names_have_no_hash, 0, OTHERS))
