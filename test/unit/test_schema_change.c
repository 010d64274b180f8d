/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The statements between two descriptions, for an engine whose ALTER TABLE can do all of it; the
 * other kind is seen at work in test_schema_diff.c. */
#include "model/schema_change.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const hearth_db_dialect able = {.type = {"bigint", "double precision"},
                                       .serial_key = "bigserial PRIMARY KEY",
                                       .table_end = ""};

#define COLUMNS(...)                           \
    .column = (hearth__column[]){__VA_ARGS__}, \
    .ncolumns = sizeof((hearth__column[]){__VA_ARGS__}) / sizeof(hearth__column)
#define ID                            \
    {                                 \
        "id", "bigint", true, NULL, 1 \
    }

static const hearth__table plain = {.name = "t",
                                    COLUMNS(ID, {"a", "text", false, NULL, 0})};
static const hearth__table two_keys = {.name = "t",
                                       COLUMNS({"b", "text", true, NULL, 2},
                                               {"a", "text", true, NULL, 1})};
static const hearth__table more = {.name = "t",
                                   COLUMNS(ID, {"a", "text", false, NULL, 0},
                                           {"b\"", "varchar(9)", true, "'x'", 0})};
static const hearth__table typed = {.name = "t",
                                    COLUMNS(ID, {"a", "integer", true, "7", 0})};
static hearth__rule rule[] = {{"a length", "length(a) > 1"}};
static hearth__table_index unique[] = {{"t_a_key", true, "a, id", NULL}};
static hearth__table_index made[] = {{"t_a", false, "a", "CREATE INDEX t_a ON t(a)"}};
static hearth__reference reference[] = {{"a", "o", "id", "set null", "t_a_fkey"}};
static const hearth__table ruled = {.name = "t",
                                    COLUMNS(ID, {"a", "text", false, NULL, 0}),
                                    .check = rule,
                                    .nchecks = 1};
static const hearth__table uniquely = {.name = "t",
                                       COLUMNS(ID, {"a", "text", false, NULL, 0}),
                                       .index = unique,
                                       .nindexes = 1};
static const hearth__table indexed = {.name = "t",
                                      COLUMNS(ID, {"a", "text", false, NULL, 0}),
                                      .index = made,
                                      .nindexes = 1};
static const hearth__table referring = {.name = "t",
                                        COLUMNS(ID, {"a", "text", false, NULL, 0}),
                                        .reference = reference,
                                        .nreferences = 1};
static const hearth__table whole = {.name = "t",
                                    COLUMNS(ID, {"a", "text", false, NULL, 0}),
                                    .check = rule,
                                    .nchecks = 1,
                                    .index = unique,
                                    .nindexes = 1,
                                    .reference = reference,
                                    .nreferences = 1};

static const struct {
    const hearth__table *from, *to;
    const char *sql;
} steps[] = {
    {NULL, &plain,
     "CREATE TABLE \"t\" (\n    \"id\" bigserial PRIMARY KEY,\n    \"a\" TEXT\n);\n"},
    {NULL, &two_keys,
     "CREATE TABLE \"t\" (\n    \"b\" TEXT NOT NULL,\n    \"a\" TEXT NOT NULL,\n    "
     "PRIMARY "
     "KEY (\"a\", \"b\")\n);\n"},
    {NULL, &whole,
     "CREATE TABLE \"t\" (\n    \"id\" bigserial PRIMARY KEY,\n    \"a\" TEXT,\n    "
     "CONSTRAINT "
     "\"a length\" CHECK (length(a) > 1),\n    UNIQUE (\"a\", \"id\"),\n    CONSTRAINT "
     "\"t_a_fkey\" FOREIGN KEY (\"a\") REFERENCES \"o\"(\"id\") ON DELETE SET "
     "NULL\n);\n"},
    {NULL, &indexed,
     "CREATE TABLE \"t\" (\n    \"id\" bigserial PRIMARY KEY,\n    \"a\" TEXT\n);\n"
     "CREATE INDEX t_a ON t(a);\n"},
    {&plain, NULL, "DROP TABLE \"t\";\n"},
    {&plain, &plain, ""},
    {&plain, &more,
     "ALTER TABLE \"t\" ADD COLUMN \"b\"\"\" VARCHAR(9) NOT NULL DEFAULT ('x');\n"},
    {&more, &plain, "ALTER TABLE \"t\" DROP COLUMN \"b\"\"\";\n"},
    {&plain, &typed,
     "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE INTEGER;\n"
     "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DEFAULT 7;\n"
     "UPDATE \"t\" SET \"a\" = 7 WHERE \"a\" IS NULL;\n"
     "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET NOT NULL;\n"},
    {&typed, &plain,
     "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE TEXT;\n"
     "ALTER TABLE \"t\" ALTER COLUMN \"a\" DROP DEFAULT;\n"
     "ALTER TABLE \"t\" ALTER COLUMN \"a\" DROP NOT NULL;\n"},
    {&plain, &ruled,
     "ALTER TABLE \"t\" ADD CONSTRAINT \"a length\" CHECK (length(a) > 1);\n"},
    {&ruled, &plain, "ALTER TABLE \"t\" DROP CONSTRAINT \"a length\";\n"},
    {&plain, &uniquely, "ALTER TABLE \"t\" ADD UNIQUE (\"a\", \"id\");\n"},
    {&uniquely, &plain, "ALTER TABLE \"t\" DROP CONSTRAINT \"t_a_key\";\n"},
    {&plain, &indexed, "CREATE INDEX t_a ON t(a);\n"},
    {&indexed, &plain, "DROP INDEX \"t_a\";\n"},
    {&indexed, &indexed, ""},
    {&plain, &referring,
     "ALTER TABLE \"t\" ADD CONSTRAINT \"t_a_fkey\" FOREIGN KEY (\"a\") REFERENCES "
     "\"o\"(\"id\") ON DELETE SET NULL;\n"},
    {&referring, &plain, "ALTER TABLE \"t\" DROP CONSTRAINT \"t_a_fkey\";\n"},
    {&two_keys, &plain,
     "ALTER TABLE \"t\" DROP COLUMN \"b\";\n"
     "ALTER TABLE \"t\" ADD COLUMN \"id\" bigserial PRIMARY KEY;\n"
     "ALTER TABLE \"t\" ALTER COLUMN \"a\" DROP NOT NULL;\n"
     "-- The key has changed: write here how.\n"},
};

START_TEST(an_able_engine_alters_its_tables)
{
    hearth__buf b;
    hearth__change k = {&able, &b, steps[_i].from, steps[_i].to, false};

    hearth__buf_init(&b, NULL, 0);
    hearth__schema_change(&k);
    ck_assert_str_eq(b.ptr, steps[_i].sql);
    ck_assert(!k.loose);
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(a_limited_engine_replaces_them_where_it_cannot)
{
    hearth_db_dialect limited = able;
    hearth__buf b;
    hearth__change k = {&limited, &b, &plain, &typed, false};

    limited.alter_limited = true;
    hearth__buf_init(&b, NULL, 0);
    hearth__schema_change(&k);
    ck_assert(k.loose);
    ck_assert_str_eq(
        b.ptr, "CREATE TABLE \"hearth_new_t\" (\n    \"id\" bigserial PRIMARY KEY,\n"
               "    \"a\" INTEGER NOT NULL DEFAULT (7)\n);\n"
               "INSERT INTO \"hearth_new_t\" (\"id\", \"a\")\n"
               "    SELECT \"id\", coalesce(\"a\", 7) FROM \"t\";\n"
               "DROP TABLE \"t\";\n"
               "ALTER TABLE \"hearth_new_t\" RENAME TO \"t\";\n");
    hearth__buf_clear(&b);
}
END_TEST

SUITE("model/schema_change", LOOP(an_able_engine_alters_its_tables, 0, N(steps))
                                 TEST(a_limited_engine_replaces_them_where_it_cannot))
