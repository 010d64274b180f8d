/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "db/tables.h"
#include "db_fixture.h"
#include "suite.h"

START_TEST(tables_are_described)
{
    static const char *const names[] = {"b", "nowhere", "a", NULL};
    hearth__tables t;
    fixture f;

    fixture_open(&f, "",
                 "CREATE TABLE a(id INTEGER PRIMARY KEY) STRICT; CREATE TABLE b(a "
                 "INTEGER REFERENCES a ON DELETE CASCADE) STRICT; CREATE INDEX b_a ON "
                 "b(a); CREATE INDEX odd ON b(a + 1);"
                 "CREATE VIEW v AS SELECT * FROM b;");
    OK(hearth__tables_read(&f.s, names, &t));
    ck_assert_uint_eq(t.n, 2);
    ck_assert_str_eq(t.table[0].name, "b");
    ck_assert_str_eq(t.table[0].reference[0].other_column, "id");
    ck_assert_uint_eq(t.table[0].nindexes, 2);
    ck_assert_str_eq(t.table[0].index[0].columns, "a");
    ck_assert_ptr_null(t.table[0].index[1].columns);
    ck_assert_str_eq(t.table[0].other[0].made_by, "CREATE VIEW v AS SELECT * FROM b");
    ck_assert_str_eq(t.table[1].made_by, "(id INTEGER PRIMARY KEY) STRICT");
    ck_assert_int_eq(hearth__table_column(&t.table[1], "id")->key, 1);
    ck_assert_ptr_null(hearth__table_column(&t.table[1], "x"));
    fixture_close(&f);
}
END_TEST

START_TEST(lists_grow_and_keep_what_they_hold)
{
    hearth__arena a;
    int *list = NULL;
    size_t n = 0;

    hearth__arena_init(&a, 0);
    for (int i = 0; i < 100; i++) {
        int *at = HEARTH__LIST_ADD(&a, list, n);

        ck_assert_int_eq(*at, 0);
        *at = i;
    }
    ck_assert_uint_eq(n, 100);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(list[i], i);
    hearth__arena_clear(&a);
}
END_TEST

SUITE("db/tables", TEST(tables_are_described) TEST(lists_grow_and_keep_what_they_hold))
