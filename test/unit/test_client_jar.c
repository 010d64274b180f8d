/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

#include "boot/client_jar.h"
#include "core/str.h"
#include "suite.h"

/* What is set one after the other, and what is then sent. */
static const struct {
    const char *set[6]; /* NULL ends */
    const char *sent;
} jars[] = {
    {{NULL}, ""},
    {{"a=1"}, "a=1"},
    {{"a=1", "b=2"}, "a=1; b=2"},
    {{"a=1", "b=2", "a=3"}, "a=3; b=2"},
    {{"a=1", "A=2"}, "a=1; A=2"},
    {{"a="}, "a="},
    {{" a = 1 ; Path=/"}, "a=1"},
    {{"a=b=c"}, "a=b=c"},
    {{"a=\"b\""}, "a=\"b\""},
    {{"a=1; Domain=x; Path=/y; Secure; HttpOnly; SameSite=None; Odd"}, "a=1"},
    /* malformed: ignored */
    {{"a", "=1", "", ";a=1", " = "}, ""},
    /* deleted */
    {{"a=1", "b=2", "a=; Max-Age=0"}, "b=2"},
    {{"a=1", "a=; max-age=-1"}, ""},
    {{"a=1", "b=2", "c=3", "b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}, "a=1; c=3"},
    {{"a=; Max-Age=0"}, ""},
    /* not deleted */
    {{"a=1; Max-Age=60"}, "a=1"},
    {{"a=1; Max-Age=never"}, "a=1"},
    {{"a=1; Expires=nonsense"}, "a=1"},
    {{"a=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT"}, "a=1"},
    /* Max-Age beats Expires, whatever their order */
    {{"a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}, "a=1"},
    {{"a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60"}, "a=1"},
    {{"a=1", "a=2; Max-Age=0; Expires=Fri, 31 Dec 9999 23:59:59 GMT"}, ""},
    {{"a=1; Max-Age=0; Max-Age=60"}, "a=1"},
};

START_TEST(a_jar_keeps_what_is_set_and_not_deleted)
{
    hearth__jar j = {0};
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    for (int i = 0; i < 6 && jars[_i].set[i] != NULL; i++)
        ck_assert_int_eq(hearth__jar_take(&j, hearth__str_of(jars[_i].set[i])), 0);
    hearth__jar_write(&j, &b);
    ck_assert_str_eq(b.ptr, jars[_i].sent);
    hearth__jar_clear(&j);
    ck_assert_uint_eq(j.n, 0);
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(a_jar_grows)
{
    hearth__jar j = {0};
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 100; i++) {
            hearth__buf_empty(&b);
            hearth__buf_f(&b, "n%d=%d", i, round);
            ck_assert_int_eq(hearth__jar_take(&j, hearth__buf_view(&b)), 0);
        }
    }
    ck_assert_uint_eq(j.n, 100);
    ck_assert_str_eq(j.cookie[99].name, "n99");
    ck_assert_str_eq(j.cookie[99].value, "1");
    hearth__jar_clear(&j);
    hearth__jar_clear(&j);
    hearth__buf_clear(&b);
}
END_TEST

SUITE("boot/client_jar", LOOP(a_jar_keeps_what_is_set_and_not_deleted, 0,
                              (int)(sizeof jars / sizeof jars[0])) TEST(a_jar_grows))
