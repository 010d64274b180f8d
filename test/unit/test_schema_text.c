/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model/schema_text.h"
#include "suite.h"

static const hearth_db_dialect dialect = {.type = {"INTEGER"},
                                          .serial_key = "INTEGER PRIMARY KEY",
                                          .table_end = " STRICT"};

START_TEST(parts_of_a_table_become_sql)
{
    hearth__column c[] = {{"id", "integer", true, NULL, 1},
                          {"a\"b", "varchar(9)", true, "'x'", 0}};
    hearth__rule r[] = {{"a rule", "1 > 0"}, {NULL, "2 > 0"}};
    hearth__reference f[] = {{"a\"b", "o", "", "set null", NULL}};
    hearth__table t = {.name = "t",
                       .column = c,
                       .ncolumns = 2,
                       .check = r,
                       .nchecks = 2,
                       .reference = f,
                       .nreferences = 1};
    hearth__buf b;
    hearth__change k = {&dialect, &b, NULL, NULL, false};

    hearth__buf_init(&b, NULL, 0);
    hearth__put_body(&k, &t);
    ck_assert_str_eq(b.ptr,
                     "(\n    \"id\" INTEGER PRIMARY KEY,\n    \"a\"\"b\" VARCHAR(9) NOT "
                     "NULL DEFAULT ('x'),\n    CONSTRAINT \"a rule\" CHECK (1 > 0),\n"
                     "    CHECK (2 > 0),\n    FOREIGN KEY (\"a\"\"b\") REFERENCES \"o\" "
                     "ON DELETE SET NULL\n) STRICT");
    hearth__buf_empty(&b);
    t.made_by = "(as it was)";
    hearth__put_body(&k, &t);
    hearth__put_new_name(&k, "a\"b");
    hearth__put_list(&k, "x, y\"z");
    ck_assert_str_eq(b.ptr, "(as it was)\"hearth_new_a\"\"b\"\"x\", \"y\"\"z\"");
    hearth__buf_clear(&b);
}
END_TEST

SUITE("model/schema_text", TEST(parts_of_a_table_become_sql))
