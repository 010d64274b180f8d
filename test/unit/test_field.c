/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model_kit.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const struct {
    hearth_kind kind;
    const char *name;
    size_t size, align;
} kinds[] = {
    {HEARTH_KIND_i64, "i64", sizeof(int64_t), _Alignof(int64_t)},
    {HEARTH_KIND_f64, "f64", sizeof(double), _Alignof(double)},
    {HEARTH_KIND_flag, "flag", sizeof(bool), 1},
    {HEARTH_KIND_text, "text", sizeof(char *), _Alignof(char *)},
    {HEARTH_KIND_time, "time", sizeof(int64_t), _Alignof(int64_t)},
    {HEARTH_KIND_date, "date", sizeof(hearth_date), _Alignof(hearth_date)},
    {HEARTH_KIND_uuid, "uuid", 16, 1},
    {HEARTH_KIND_json, "json", sizeof(json_t *), _Alignof(json_t *)},
    {HEARTH_KIND_blob, "blob", sizeof(hearth_str), _Alignof(hearth_str)},
    {HEARTH_KIND_enum, "enum", sizeof(int), _Alignof(int)},
    {(hearth_kind)10, "unknown", 0, 1},
    {(hearth_kind)-1, "unknown", 0, 1},
};

START_TEST(a_kind_has_name_size_and_alignment)
{
    ck_assert_str_eq(hearth__kind_name(kinds[_i].kind), kinds[_i].name);
    ck_assert_uint_eq(hearth__kind_size(kinds[_i].kind), kinds[_i].size);
    ck_assert_uint_eq(hearth__kind_align(kinds[_i].kind), kinds[_i].align);
}
END_TEST

START_TEST(masks_say_what_is_given)
{
    struct kit_row r = {.has = 5, .null = 8};
    hearth__given g = hearth__given_of(&kit_row_model, &r);

    ck_assert_uint_eq(g.has, 5);
    ck_assert_uint_eq(g.null, 8);
    hearth__given_set(&kit_row_model, &r, (hearth__given){1, 2});
    ck_assert_uint_eq(r.has, 1);
    ck_assert_uint_eq(r.null, 2);
}
END_TEST

#define ALL (HEARTH__BIT(kit_row__nfields) - 1)
#define NULLS                                                   \
    (HEARTH__BIT(kit_row__title) | HEARTH__BIT(kit_row__more) | \
     HEARTH__BIT(kit_row__data) | HEARTH__BIT(kit_row__code) |  \
     HEARTH__BIT(kit_row__mail))

START_TEST(a_struct_without_masks_is_given_whole)
{
    hearth_model m = kit_row_model;
    struct kit_row r = {.title = "x"};
    hearth__given g;

    if (_i == 0) /* masks that nobody touched are no masks */
        m.given = HEARTH_NO_GIVEN;
    g = hearth__given_of(&m, &r);
    ck_assert_uint_eq(g.null, NULLS & ~HEARTH__BIT(kit_row__title));
    ck_assert_uint_eq(g.has, ALL & ~g.null);
    r.title = NULL;
    ck_assert_uint_eq(hearth__given_of(&m, &r).null, NULLS);
    if (_i == 0) {
        hearth__given_set(&m, &r, (hearth__given){1, 2}); /* nowhere to write it */
        ck_assert_uint_eq(r.has, 0);
    }
}
END_TEST

START_TEST(a_field_is_found_by_its_whole_name)
{
    static const hearth_str no[] = {{"", 0}, {"titl", 4}, {"title\0", 6}, {"c\0\0\0", 4}};
    size_t n = kit_row_model.n;

    for (size_t i = 0; i < n; i++)
        for (size_t guess = 0; guess <= n + 1; guess++)
            ck_assert_uint_eq(
                hearth__field_find(&kit_row_model,
                                   hearth__str_of(kit_row_model.field[i].name), guess),
                i);
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        ck_assert_uint_eq(hearth__field_find(&kit_row_model, no[i], 1), n);
}
END_TEST

SUITE("model/field",
      LOOP(a_kind_has_name_size_and_alignment, 0, N(kinds)) TEST(masks_say_what_is_given)
          LOOP(a_struct_without_masks_is_given_whole, 0, 2)
              TEST(a_field_is_found_by_its_whole_name))
