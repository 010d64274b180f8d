/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model/sql_create.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const char *const states[] = {"it's", "open", NULL};
static const char *const together[] = {"code, day", NULL};
static const char *const looked_up[] = {"x", "n,title", NULL};

#define OWNER(F, T) F(T, name, text, "Name", .key = true, .max = 3)
HEARTH_MODEL(owner, "owners", OWNER);

#define ITEM(F, T)                                                         \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)             \
    F(T, n, i64, "Number", .min = HEARTH_ZERO, .max = 10, .fallback = "5") \
    F(T, x, f64, "Real", .max = 2, .nullable = true, .fallback = "0.5")    \
    F(T, on, flag, "Flag", .fallback = "on", .column = "is \"on\"")        \
    F(T, title, text, "Title", .required = true, .max = 4, .unique = true) \
    F(T, made, time, "Made", .fallback = "now", .readonly = true)          \
    F(T, day, date, "Day", .fallback = "now")                              \
    F(T, ref, uuid, "Reference")                                           \
    F(T, more, json, "More", .fallback = "{}")                             \
    F(T, data, blob, "Data", .max = 2, .fallback = "/w==")                 \
    F(T, state, enum, "State", .choices = states, .fallback = "it's")      \
    F(T, code, text, "Code", .fallback = "it's")                           \
    F(T, owner, text, "Owner", .references = &owner_model, .on_delete = HEARTH_CASCADE)
HEARTH_MODEL_WITH(item, "items", ITEM, .unique = together, .index = looked_up);

static hearth__buf buf;
static hearth_error err;

static int make(const hearth_model *m, bool if_missing)
{
    hearth__buf_clear(&buf);
    hearth__buf_init(&buf, NULL, 0);
    return hearth__sql_create(&buf, m, hearth_db_sqlite()->dialect, if_missing, &err);
}

static hearth_db *open_with_tables(void)
{
    hearth_db *db = hearth_db_open("sqlite::memory:", &err);

    ck_assert_msg(db != NULL, "%s", err.text);
    for (int again = 0; again < 2; again++) {
        ck_assert_int_eq(make(&owner_model, true), 0);
        ck_assert_msg(hearth_db_script(db, buf.ptr, &err) == 0, "%s", err.text);
        ck_assert_int_eq(make(&item_model, true), 0);
        ck_assert_msg(hearth_db_script(db, buf.ptr, &err) == 0, "%s", err.text);
    }
    hearth__buf_clear(&buf);
    return db;
}

/* What is done to an empty table, and what the last of it says. */
static const struct {
    const char *sql;
    int code;
    const char *says;
} steps[] = {
    {"INSERT INTO items(title) VALUES ('a')", 0, NULL},
    {"INSERT INTO items(title, code) VALUES ('a', '1'), ('a', '2')", HEARTH_ECONFLICT,
     "title already exists"},
    {"INSERT INTO items(n) VALUES (1)", HEARTH_EMODEL, "title is required"},
    {"INSERT INTO items(title) VALUES ('')", HEARTH_EMODEL,
     "breaks the rule title length"},
    {"INSERT INTO items(title) VALUES ('\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4')", 0, NULL},
    {"INSERT INTO items(title) VALUES ('abcde')", HEARTH_EMODEL,
     "breaks the rule title length"},
    {"INSERT INTO items(title, n) VALUES ('a', 0)", 0, NULL},
    {"INSERT INTO items(title, n) VALUES ('a', -1)", HEARTH_EMODEL,
     "breaks the rule n range"},
    {"INSERT INTO items(title, n) VALUES ('a', 11)", HEARTH_EMODEL,
     "breaks the rule n range"},
    {"INSERT INTO items(title, n) VALUES ('a', NULL)", HEARTH_EMODEL, "n is required"},
    {"INSERT INTO items(title, x) VALUES ('a', NULL)", 0, NULL},
    {"INSERT INTO items(title, x) VALUES ('a', 2.5)", HEARTH_EMODEL,
     "breaks the rule x range"},
    {"INSERT INTO items(title, \"is \"\"on\"\"\") VALUES ('a', 2)", HEARTH_EMODEL,
     "breaks the rule on choice"},
    {"INSERT INTO items(title, state) VALUES ('a', 'shut')", HEARTH_EMODEL,
     "breaks the rule state choice"},
    {"INSERT INTO items(title, data) VALUES ('a', X'010203')", HEARTH_EMODEL,
     "breaks the rule data length"},
    {"INSERT INTO items(title, day) VALUES ('a', '1'), ('b', '1')", HEARTH_ECONFLICT,
     "code and day already exist together"},
    {"INSERT INTO items(title, owner) VALUES ('a', 'me')", HEARTH_ECONFLICT, NULL},
    {"INSERT INTO owners VALUES ('me'); INSERT INTO items(title, owner) VALUES ('a', "
     "'me');"
     "DELETE FROM owners; INSERT INTO items(id, title) VALUES (1, 'a')",
     0, NULL},
    {"INSERT INTO items(title) VALUES ('a'); CREATE TABLE ok(a CHECK (a IS TRUE)); "
     "INSERT INTO "
     "ok "
     "SELECT n = 5 AND x = 0.5 AND \"is \"\"on\"\"\" = 1 AND made > 1700000000 AND "
     "day = date('now') AND ref IS NULL AND more = '{}' AND data = X'ff' AND "
     "state = 'it''s' AND code = 'it''s' FROM items",
     0, NULL},
};

START_TEST(the_table_refuses_what_the_binder_refuses)
{
    hearth_db *db = open_with_tables();
    int code = hearth_db_script(db, steps[_i].sql, &err);

    ck_assert_msg(code == steps[_i].code, "%s: %d %s", steps[_i].sql, code, err.text);
    if (steps[_i].says != NULL)
        ck_assert_str_eq(err.text, steps[_i].says);
    hearth_db_close(db);
}
END_TEST

#define BAD(name_, ...)                                                        \
    static const hearth_field name_##_fields[] = {{.name = "f", __VA_ARGS__}}; \
    static const hearth_model name_ = {.name = #name_,                         \
                                       .table = "t",                           \
                                       .field = name_##_fields,                \
                                       .n = 1}
BAD(no_number, .kind = HEARTH_KIND_i64, .fallback = "1); DROP TABLE t");
BAD(no_real, .kind = HEARTH_KIND_f64, .fallback = "nan");
BAD(no_flag, .kind = HEARTH_KIND_flag, .fallback = "maybe");
BAD(no_time, .kind = HEARTH_KIND_time, .fallback = "soon");
BAD(no_date, .kind = HEARTH_KIND_date, .fallback = "2023-02-29");
BAD(no_blob, .kind = HEARTH_KIND_blob, .fallback = "!");
BAD(no_kind, .kind = (hearth_kind)99);
BAD(no_target, .kind = HEARTH_KIND_i64, .references = &no_blob);
static const hearth_model no_table = {.name = "no_table"};
static const char *const unknown[] = {"f, g", NULL};
static const hearth_model no_field = {
    .name = "no_field", .table = "t", .field = no_blob_fields, .n = 0, .index = unknown};
static const hearth_field plain_fields[] = {{.name = "f"}};
static const hearth_model no_column = {
    .name = "no_column", .table = "t", .field = plain_fields, .n = 1, .index = unknown};
static const hearth_model *const bad[] = {&no_number, &no_real,   &no_flag, &no_time,
                                          &no_date,   &no_blob,   &no_kind, &no_target,
                                          &no_table,  &no_column, &no_field};

START_TEST(a_table_that_makes_no_sense_is_refused_by_name)
{
    ck_assert_int_eq(make(bad[_i], false), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, bad[_i]->name) != NULL, "%s", err.text);
    hearth__buf_clear(&buf);
}
END_TEST

SUITE("model/sql_create",
      LOOP(the_table_refuses_what_the_binder_refuses, 0, N(steps))
          LOOP(a_table_that_makes_no_sense_is_refused_by_name, 0, N(bad)))
