/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model_kit.h"
#include "suite.h"

START_TEST(faults_are_told_in_the_order_of_the_model)
{
    kit k;

    kit_open(&k);
    hearth__faults_extra(&k.b.faults, hearth__str("z", 1), "unknown", "no such field");
    hearth__faults_add(&k.b.faults, kit_row__mail, "format", "has to be mail");
    hearth__faults_add(&k.b.faults, kit_row__id, "type", "has to be %d", 7);
    hearth__faults_add(&k.b.faults, kit_row__id, "min", "is not told: one a field");
    ck_assert(hearth__faults_any(&k.b.faults));
    ck_assert_str_eq(k.b.faults.text[kit_row__id], "id has to be 7");
    ck_assert_str_eq(kit_told(&k), "/id type;/mail format;/z unknown;");
    k.b.source = HEARTH__FROM_QUERY;
    ck_assert_str_eq(kit_told(&k), "?id type;?mail format;?z unknown;");
    kit_close(&k);
}
END_TEST

static const struct {
    const char *name, *json, *query;
} pointers[] = {
    {"", " unknown;", "? unknown;"},
    {"a/b", "/a~1b unknown;", "?a/b unknown;"},
    {"~", "/~0 unknown;", "?~ unknown;"},
    {"~1", "/~01 unknown;", "?~1 unknown;"},
    {"\xC3\xA9 \"", "/\xC3\xA9 \" unknown;", "?\xC3\xA9 \" unknown;"},
};

START_TEST(pointers_are_escaped)
{
    kit k;

    kit_open(&k);
    hearth__faults_extra(&k.b.faults, hearth__str_of(pointers[_i].name), "unknown", "x");
    ck_assert_str_eq(kit_told(&k), pointers[_i].json);
    k.b.source = HEARTH__FROM_QUERY;
    ck_assert_str_eq(kit_told(&k), pointers[_i].query);
    kit_close(&k);
}
END_TEST

START_TEST(names_are_kept_up_to_a_hundred)
{
    kit k;
    char name[16];
    int told = 0;

    kit_open(&k);
    ck_assert(!hearth__faults_any(&k.b.faults));
    for (int i = 0; i < _i; i++) {
        snprintf(name, sizeof name, "n%d", i);
        hearth__faults_extra(&k.b.faults, hearth__str_of(name), "unknown", "x");
    }
    for (const char *s = kit_told(&k); (s = strchr(s, ';')) != NULL; s++)
        told++;
    ck_assert_int_eq(told, _i < HEARTH__MAX_EXTRA ? _i : HEARTH__MAX_EXTRA);
    ck_assert_uint_eq(k.b.faults.nextra, (size_t)_i);
    kit_close(&k);
}
END_TEST

SUITE("model/faults",
      TEST(faults_are_told_in_the_order_of_the_model) LOOP(pointers_are_escaped, 0, 5)
          LOOP(names_are_kept_up_to_a_hundred, 98, 103))
