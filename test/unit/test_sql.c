/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model/sql.h"
#include "suite.h"

#define ITEM(F, T)                            \
    F(T, id, i64, "Identifier", .key = true)  \
    F(T, a, text, "A", .column = "the \"a\"") \
    F(T, ref, uuid, "Reference")
HEARTH_MODEL(item, "it\"ems", ITEM);

static hearth__arena arena;
static hearth__sql q;

static void start(void)
{
    hearth__arena_init(&arena, 0);
    hearth__sql_init(&q, &item_model, hearth_db_sqlite()->dialect, &arena);
}

static void finish(const char *text, size_t nargs)
{
    ck_assert_str_eq(q.text.ptr, text);
    ck_assert_uint_eq(hearth__sql_args(&q).n, nargs);
    hearth__arena_clear(&arena);
}

START_TEST(statements_quote_every_name_and_bind_every_value)
{
    hearth_val v[3] = {hearth_val_int(1), hearth_val_text("x"), hearth_val_text("y")};

    start();
    hearth__sql_select(&q, 7);
    hearth__sql_where(&q, 3, v);
    finish(
        "SELECT \"id\", \"the \"\"a\"\"\", \"ref\" FROM \"it\"\"ems\" WHERE \"id\" = ? "
        "AND \"the \"\"a\"\"\" = ?",
        2);
    start();
    hearth__sql_insert(&q, 6, v);
    hearth__sql_on_conflict(&q, 4, 6);
    hearth__sql_returning(&q, 1);
    finish("INSERT INTO \"it\"\"ems\" (\"the \"\"a\"\"\", \"ref\") VALUES (?, ?) ON "
           "CONFLICT (\"ref\") DO UPDATE SET \"the \"\"a\"\"\" = excluded.\"the "
           "\"\"a\"\"\" RETURNING \"id\"",
           2);
    start();
    hearth__sql_insert(&q, 0, v);
    hearth__sql_returning(&q, 0);
    finish("INSERT INTO \"it\"\"ems\" DEFAULT VALUES", 0);
    start();
    hearth__sql_on_conflict(&q, 1, 1);
    finish(" ON CONFLICT (\"id\") DO UPDATE SET \"id\" = excluded.\"id\"", 0);
    start();
    hearth__sql_update(&q, 4, 1, v);
    ck_assert_str_eq(q.arg[0].u.s.ptr, "y");
    finish("UPDATE \"it\"\"ems\" SET \"ref\" = ? WHERE \"id\" = ?", 2);
    start();
    hearth__sql_delete(&q, 1, v);
    finish("DELETE FROM \"it\"\"ems\" WHERE \"id\" = ?", 1);
}
END_TEST

START_TEST(more_arguments_than_there_was_room_for_are_kept)
{
    start();
    for (int i = 0; i < 100; i++)
        hearth__sql_arg(&q, hearth_val_int(i));
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(q.arg[i].u.i, i);
    finish("", 100);
}
END_TEST

START_TEST(what_is_sought_has_the_form_of_the_column)
{
    const hearth_field *id = &item__field[item__id], *ref = &item__field[item__ref];
    hearth_val v;

    start();
    ck_assert_int_eq(hearth__sql_sought(id, hearth_val_text("-7"), &arena, &v), 0);
    ck_assert_int_eq(v.u.i, -7);
    ck_assert_int_eq((int)v.kind, (int)HEARTH_VAL_INT);
    ck_assert_int_eq(hearth__sql_sought(id, hearth_val_text("7x"), &arena, &v),
                     HEARTH_ENOTFOUND);
    ck_assert_int_eq(hearth__sql_sought(id, hearth_val_null(), &arena, &v),
                     HEARTH_ENOTFOUND);
    ck_assert_int_eq(
        hearth__sql_sought(ref, hearth_val_text("018F3C5E-7B1A-7C2D-9E4F-0A1B2C3D4E5F"),
                           &arena, &v),
        0);
    ck_assert_str_eq(v.u.s.ptr, "018f3c5e-7b1a-7c2d-9e4f-0a1b2c3d4e5f");
    ck_assert_int_eq(hearth__sql_sought(ref, hearth_val_text("x"), &arena, &v),
                     HEARTH_ENOTFOUND);
    finish("", 0);
}
END_TEST

START_TEST(a_list_of_names_is_a_mask_or_refused)
{
    uint64_t which;

    ck_assert_int_eq(hearth__sql_list(&item_model, "ref , id", &which), 0);
    ck_assert_uint_eq(which, 5);
    ck_assert_int_eq(hearth__sql_list(&item_model, "ref, x", &which), HEARTH_EINVAL);
    ck_assert_int_eq(hearth__sql_list(&item_model, "", &which), HEARTH_EINVAL);
}
END_TEST

SUITE("model/sql", TEST(statements_quote_every_name_and_bind_every_value)
                       TEST(more_arguments_than_there_was_room_for_are_kept)
                           TEST(what_is_sought_has_the_form_of_the_column)
                               TEST(a_list_of_names_is_a_mask_or_refused))
