/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/head.h"
#include "suite.h"

static hearth__field fields[] = {
    {{"Host", 4}, {"a", 1}},
    {{"X-Tag", 5}, {"one", 3}},
    {{"x-tag", 5}, {"two", 3}},
};
static const hearth__head head = {.field = fields, .nfields = 3};

START_TEST(the_first_field_of_a_name_is_found_whatever_its_case)
{
    ck_assert_ptr_eq(hearth__head_find(&head, HEARTH__S("host")), &fields[0]);
    ck_assert_ptr_eq(hearth__head_find(&head, HEARTH__S("X-TAG")), &fields[1]);
}
END_TEST

START_TEST(a_name_that_is_absent_is_not_found)
{
    hearth__head empty = {0};

    ck_assert_ptr_null(hearth__head_find(&head, HEARTH__S("hos")));
    ck_assert_ptr_null(hearth__head_find(&head, HEARTH__S("hosts")));
    ck_assert_ptr_null(hearth__head_find(&head, HEARTH__S("x_tag")));
    ck_assert_ptr_null(hearth__head_find(&head, HEARTH__S("")));
    ck_assert_ptr_null(hearth__head_find(&empty, HEARTH__S("host")));
}
END_TEST

/* clang-format off */
SUITE("http/head",
      TEST(the_first_field_of_a_name_is_found_whatever_its_case)
      TEST(a_name_that_is_absent_is_not_found))
