/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/method.h"
#include "suite.h"

static const struct {
    const char *name;
    hearth__method method;
} known[] = {
    {"GET", HEARTH__GET},         {"HEAD", HEARTH__HEAD},   {"POST", HEARTH__POST},
    {"PUT", HEARTH__PUT},         {"PATCH", HEARTH__PATCH}, {"DELETE", HEARTH__DELETE},
    {"OPTIONS", HEARTH__OPTIONS}, {"TRACE", HEARTH__TRACE}, {"CONNECT", HEARTH__CONNECT},
};

START_TEST(a_known_method_has_its_number_and_its_name)
{
    ck_assert_int_eq(hearth__method_of(hearth__str_of(known[_i].name)), known[_i].method);
    ck_assert_str_eq(hearth__method_name(known[_i].method), known[_i].name);
}
END_TEST

START_TEST(every_cut_of_a_known_method_is_another_one)
{
    for (size_t n = 0; n < strlen(known[_i].name); n++)
        ck_assert_int_eq(hearth__method_of(hearth__str(known[_i].name, n)),
                         HEARTH__OTHER);
}
END_TEST

START_TEST(methods_are_case_sensitive_and_whole)
{
    static const char *const others[] = {"get",   "Get",   "GETS",  "",
                                         "PURGE", "GEX",   "POSS",  "OPTIONT",
                                         "XXX",   "TRACK", "DELETF"};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_int_eq(hearth__method_of(hearth__str_of(others[i])), HEARTH__OTHER);
    ck_assert_str_eq(hearth__method_name(HEARTH__OTHER), "");
}
END_TEST

/* clang-format off */
SUITE("http/method",
      LOOP(a_known_method_has_its_number_and_its_name, 0, 9)
      LOOP(every_cut_of_a_known_method_is_another_one, 0, 9)
      TEST(methods_are_case_sensitive_and_whole))
