/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Tables that are not what the models say, on real database files: brought there, and back, with
 * their rows.
 */
#include "schema_kit.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const char *const words[] = {"open", "done", NULL};
static const char *const together[] = {"title, rank", NULL};
static const char *const looked_up[] = {"rank", NULL};

#define ID(F, T)    F(T, id, i64, "Identifier", .key = true, .readonly = true)
#define TITLE(F, T) F(T, title, text, "Title", .required = true, .max = 9)

#define PLAIN(F, T) ID(F, T) TITLE(F, T)
HEARTH_MODEL(plain, "todos", PLAIN);

#define DUE(F, T) PLAIN(F, T) F(T, due, time, "Deadline", .nullable = true)
HEARTH_MODEL(with_due, "todos", DUE);

#define RANK(F, T) PLAIN(F, T) F(T, rank, i64, "Rank", .max = 5, .fallback = "3")
HEARTH_MODEL(with_rank, "todos", RANK);
HEARTH_MODEL_WITH(with_index, "todos", RANK, .index = looked_up);
HEARTH_MODEL_WITH(with_together, "todos", RANK, .unique = together);

#define MADE(F, T) \
    PLAIN(F, T) F(T, made, time, "Made", .fallback = "now", .readonly = true)
HEARTH_MODEL(with_made, "todos", MADE);

#define CODE(F, T) PLAIN(F, T) F(T, code, text, "Code", .required = true)
HEARTH_MODEL(with_code, "todos", CODE);

#define STATE(F, T) \
    PLAIN(F, T) F(T, state, enum, "State", .choices = words, .fallback = "open")
HEARTH_MODEL(with_state, "todos", STATE);

#define UNIQUE_TITLE(F, T) \
    ID(F, T) F(T, title, text, "Title", .required = true, .max = 9, .unique = true)
HEARTH_MODEL(with_unique, "todos", UNIQUE_TITLE);

#define NUMBER(F, T) ID(F, T) F(T, title, i64, "Title", .required = true)
HEARTH_MODEL(with_number, "todos", NUMBER);

#define FALLBACK(F, T) ID(F, T) F(T, title, text, "Title", .fallback = "none")
HEARTH_MODEL(with_fallback, "todos", FALLBACK);

#define OWNER(F, T) ID(F, T) F(T, name, text, "Name", .nullable = true)
HEARTH_MODEL(owner, "owners", OWNER);
#define OWNED(F, T)                                                         \
    PLAIN(F, T)                                                             \
    F(T, owner, i64, "Owner", .nullable = true, .references = &owner_model, \
      .on_delete = HEARTH_CASCADE)
HEARTH_MODEL(owned, "todos", OWNED);
#define UNIQUE_OWNER(F, T) \
    ID(F, T) F(T, name, text, "Name", .required = true, .unique = true)
HEARTH_MODEL(unique_owner, "owners", UNIQUE_OWNER);

#define ID_SQL "id INTEGER PRIMARY KEY"
#define TITLE_SQL                                                                   \
    "title TEXT NOT NULL CONSTRAINT \"title length\" CHECK (length(\"title\") >= 1" \
    " AND length(\"title\") <= 9)"
#define TODOS(more) "CREATE TABLE todos(" ID_SQL ", " TITLE_SQL more ") STRICT;"
#define ROWS        "INSERT INTO todos(id, title) VALUES (1, 'milk'), (2, 'bread');"

static const struct {
    const char *schema;
    const hearth_model *models[3];
    bool drop;
    const char *says;         /* the whole of it */
    const char *up, *never;   /* in the way up; not in it */
    const char *query, *rows; /* afterwards; NULL: what it was before */
} ways[] = {
    /* 0: a table that is missing */
    {"CREATE TABLE other(x)",
     {&owner_model},
     false,
     "the table owners is missing in the database\n",
     "CREATE TABLE \"owners\"",
     "other(",
     "SELECT count(*) AS n FROM owners",
     "[{\"n\":0}]"},
    /* 1: columns that come, in place where that is possible */
    {TODOS("") ROWS,
     {&with_due_model},
     false,
     "todos.due is missing in the database\n",
     "ALTER TABLE \"todos\" ADD COLUMN \"due\" INTEGER;",
     "hearth_new_",
     "SELECT * FROM todos WHERE id = 2",
     "[{\"id\":2,\"title\":\"bread\",\"due\":null}]"},
    {TODOS("") ROWS,
     {&with_rank_model},
     false,
     "todos.rank is missing in the database\n",
     "DEFAULT (3) CONSTRAINT \"rank range\" CHECK (\"rank\" <= 5);",
     "hearth_new_",
     "SELECT * FROM todos WHERE id = 2",
     "[{\"id\":2,\"title\":\"bread\",\"rank\":3}]"},
    {TODOS("") ROWS,
     {&with_made_model},
     false,
     "todos.made is missing in the database\n",
     "DROP TABLE \"todos\"",
     "-- It has to be given",
     "SELECT title FROM todos WHERE made > 1700000000",
     "[{\"title\":\"milk\"},{\"title\":\"bread\"}]"},
    {TODOS("") ROWS,
     {&with_state_model},
     false,
     "todos.state is missing in the database\n",
     "CHECK (\"state\" IN ('open', 'done'));",
     "hearth_new_",
     "SELECT state FROM todos",
     "[{\"state\":\"open\"},{\"state\":\"open\"}]"},
    {TODOS(""),
     {&with_code_model},
     false,
     "todos.code is missing in the database\n",
     "-- It has to be given and has no fallback",
     NULL,
     "SELECT * FROM todos",
     "[]"},
    /* 6: what no model has */
    {TODOS(", old REAL DEFAULT 1.5") ROWS,
     {&plain_model},
     true,
     "todos.old is in the database, but in no model\n",
     "",
     NULL,
     "SELECT * FROM todos",
     "[{\"id\":1,\"title\":\"milk\"},{\"id\":2,\"title\":\"bread\"}]"},
    {TODOS(
         ", old REAL NOT NULL CHECK (old > 0), UNIQUE (old)") "INSERT INTO todos VALUES "
                                                              "(1, 'milk', 2.5);",
     {&with_unique_model},
     false,
     "todos.old is in the database, but in no model, and has to be given\n"
     "todos(title) is not unique in the database, but in the model\n",
     "CHECK (old > 0),\n    UNIQUE (\"title\"),\n    UNIQUE (\"old\")",
     "COLUMN \"old\";\nCREATE",
     "SELECT * FROM todos",
     "[{\"id\":1,\"title\":\"milk\",\"old\":2.5}]"},
    {"CREATE TABLE other(x INTEGER); CREATE VIEW others AS SELECT * FROM other;" TODOS("")
         ROWS,
     {&plain_model},
     true,
     "the table other is in the database, but in no model\n",
     "DROP TABLE \"other\"",
     NULL,
     "SELECT count(*) AS n FROM sqlite_schema",
     "[{\"n\":1}]"},
    /* 9: what changed */
    {TODOS("") ROWS,
     {&with_unique_model},
     false,
     "todos(title) is not unique in the database, but in the model\n",
     "UNIQUE",
     NULL,
     "SELECT id FROM todos",
     "[{\"id\":1},{\"id\":2}]"},
    {TODOS(", UNIQUE (title)") ROWS,
     {&plain_model},
     false,
     "todos(title) is unique in the database, but not in the model\n",
     "",
     "UNIQUE",
     "SELECT id FROM todos",
     "[{\"id\":1},{\"id\":2}]"},
    {"CREATE TABLE todos(" ID_SQL ", title TEXT NOT NULL) STRICT;"
     "INSERT INTO todos VALUES (7, '42');",
     {&with_number_model},
     false,
     "todos.title is text in the database, but integer in the model\n",
     "",
     NULL,
     "SELECT title + 1 AS n FROM todos",
     "[{\"n\":43}]"},
    {"CREATE TABLE todos(" ID_SQL ", title TEXT) STRICT;"
     "INSERT INTO todos VALUES (1, NULL), (2, 'x');",
     {&with_fallback_model},
     false,
     "todos.title can be NULL in the database, but cannot in the model\n"
     "the default of todos.title is none in the database, but 'none' in the model\n",
     "coalesce(\"title\", 'none')",
     NULL,
     "SELECT title FROM todos",
     "[{\"title\":\"none\"},{\"title\":\"x\"}]"},
    {"CREATE TABLE todos(" ID_SQL ", title TEXT NOT NULL CONSTRAINT \"title length\" "
     "CHECK (length(\"title\") >= 1 AND length(\"title\") <= 5)) STRICT;" ROWS,
     {&plain_model},
     false,
     "the rule \"title length\" of todos is not in the database: length(\"title\") >= 1 "
     "AND "
     "length(\"title\") <= 9\n"
     "the rule \"title length\" of todos is in the database, but in no model: "
     "length(\"title\") >= 1 AND length(\"title\") <= 5\n",
     "",
     NULL,
     "SELECT id FROM todos",
     "[{\"id\":1},{\"id\":2}]"},
    /* 14: indexes */
    {TODOS(
         ", rank INTEGER NOT NULL DEFAULT 3 CONSTRAINT \"rank range\" CHECK (\"rank\" <= "
         "5)") ROWS,
     {&with_index_model},
     false,
     "todos(rank) has no index in the database\n",
     "CREATE INDEX \"todos_rank\"",
     "hearth_new_",
     "SELECT count(*) AS n FROM pragma_index_list('todos')",
     "[{\"n\":1}]"},
    {TODOS("") "CREATE INDEX todos_title ON todos(title); CREATE INDEX mine ON "
               "todos(title, "
               "id);" ROWS,
     {&plain_model},
     false,
     "the index todos_title is in no model\n",
     "DROP INDEX \"todos_title\"",
     "mine",
     "SELECT name FROM pragma_index_list('todos')",
     "[{\"name\":\"mine\"}]"},
    {TODOS(
         ", rank INTEGER NOT NULL DEFAULT 3 CONSTRAINT \"rank range\" CHECK (\"rank\" <= "
         "5)") "CREATE INDEX mine ON todos(title) WHERE rank > 1;" ROWS,
     {&with_together_model},
     false,
     "todos(title, rank) is not unique in the database, but in the model\n",
     "CREATE INDEX mine ON todos(title) WHERE rank > 1;",
     NULL,
     "SELECT id FROM todos",
     "[{\"id\":1},{\"id\":2}]"},
    /* 17: references; what refers to a table that is replaced stays, although it cascades */
    {"CREATE TABLE owners(" ID_SQL
     ", name TEXT) STRICT; INSERT INTO owners VALUES (5, 'me');" TODOS(", owner INTEGER")
         ROWS "UPDATE todos SET owner = 5;",
     {&owner_model, &owned_model},
     false,
     "todos.owner refers to nothing in the database, but to owners(id) on delete cascade "
     "in "
     "the model\n"
     "todos(owner) has no index in the database\n",
     "",
     NULL,
     "SELECT owner FROM todos",
     "[{\"owner\":5},{\"owner\":5}]"},
    {"CREATE TABLE owners(" ID_SQL ", name TEXT) STRICT; INSERT INTO owners VALUES (5, "
     "'me');" TODOS(", owner INTEGER REFERENCES owners ON DELETE "
                    "CASCADE") "CREATE INDEX todos_owner ON "
                               "todos(owner);" ROWS "UPDATE todos SET owner = 5;",
     {&unique_owner_model, &owned_model},
     false,
     "owners.name can be NULL in the database, but cannot in the model\n"
     "the rule \"name length\" of owners is not in the database: length(\"name\") >= 1\n"
     "owners(name) is not unique in the database, but in the model\n",
     "",
     NULL,
     "SELECT owner, name FROM todos JOIN owners ON owner = owners.id",
     "[{\"owner\":5,\"name\":\"me\"},{\"owner\":5,\"name\":\"me\"}]"},
    /* 19: views and triggers */
    {TODOS("") "CREATE VIEW milk AS SELECT * FROM todos WHERE title = 'milk';"
               "CREATE VIEW more AS SELECT * FROM milk;"
               "CREATE TRIGGER note AFTER INSERT ON todos BEGIN SELECT 1; END;" ROWS,
     {&with_unique_model},
     false,
     "todos(title) is not unique in the database, but in the model\n",
     "CREATE TRIGGER note",
     NULL,
     "SELECT id FROM more",
     "[{\"id\":1}]"},
};

static void same_tables(fixture *f, const hearth__tables *a, const hearth__tables *b)
{
    hearth__schema_diff k = kit_compare(f, a, b, true);

    ck_assert_msg(k.n == 0, "%s", kit_said(f, &k));
    for (size_t i = 0; i < a->n; i++) {
        const hearth__table *t = hearth__tables_find(b, a->table[i].name);

        ck_assert_uint_eq(a->table[i].nindexes, t->nindexes);
        ck_assert_uint_eq(a->table[i].nothers, t->nothers);
    }
}

START_TEST(the_way_up_leads_to_the_models_and_the_way_down_back)
{
    const hearth_model *models[4] = {ways[_i].models[0], ways[_i].models[1], NULL};
    hearth__tables before, want, after;
    hearth__schema_diff k;
    const char *rows;
    fixture f;

    fixture_open(&f, "", ways[_i].schema);
    before = kit_tables(&f.s);
    want = kit_wanted(&f, models);
    rows = json_of(&f.s, false, "SELECT count(*) AS n FROM sqlite_schema", NONE);
    k = kit_compare(&f, &before, &want, ways[_i].drop);
    ck_assert_str_eq(kit_said(&f, &k), ways[_i].says);
    ck_assert(k.changes);
    ck_assert_msg(strstr(k.up, ways[_i].up) != NULL, "%s", k.up);
    ck_assert_msg(ways[_i].never == NULL || strstr(k.up, ways[_i].never) == NULL, "%s",
                  k.up);

    ck_assert_msg(kit_run(&f, k.up) == 0, "%s\n%s", f.s.error.text, k.up);
    ck_assert_str_eq(json_of(&f.s, false, ways[_i].query, NONE), ways[_i].rows);
    after = kit_tables(&f.s);
    hearth__schema_diff none = kit_compare(&f, &after, &want, ways[_i].drop);
    ck_assert_msg(!none.changes, "%s", none.up);
    ck_assert(none.n == 0 || strstr(ways[_i].says, "old is in the database") != NULL);

    ck_assert_msg(kit_run(&f, k.down) == 0, "%s\n%s", f.s.error.text, k.down);
    after = kit_tables(&f.s);
    same_tables(&f, &before, &after);
    same_tables(&f, &after, &before);
    ck_assert_str_eq(json_of(&f.s, false, "SELECT count(*) AS n FROM sqlite_schema",
                             NONE),
                     rows);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    ck_assert_int_eq(count_of(&f.s, "SELECT foreign_keys FROM pragma_foreign_keys"), 1);
    fixture_close(&f);
}
END_TEST

START_TEST(tables_that_models_made_have_no_differences)
{
    static const hearth_model *const all[][3] = {
        {&plain_model},       {&with_due_model},      {&with_rank_model},
        {&with_index_model},  {&with_together_model}, {&with_made_model},
        {&with_code_model},   {&with_state_model},    {&owner_model, &owned_model},
        {&unique_owner_model}};
    hearth__schema_diff k;
    hearth__tables have, want;
    hearth__buf sql;
    fixture f;

    fixture_open(&f, "",
                 "CREATE TABLE hearth_own(x); CREATE VIRTUAL TABLE found USING "
                 "fts5(text)");
    hearth__buf_init(&sql, &f.arena, 0);
    for (size_t i = 0; all[_i][i] != NULL; i++)
        ck_assert_int_eq(hearth__sql_create(&sql, all[_i][i], hearth__db_dialect(f.db),
                                            false, &f.err),
                         0);
    ck_assert_int_eq(hearth_db_script(f.db, sql.ptr, &f.err), 0);
    have = kit_tables(&f.s);
    want = kit_wanted(&f, all[_i]);
    k = kit_compare(&f, &have, &want, true);
    ck_assert_msg(k.n == 0 && !k.changes, "%s", k.up);
    ck_assert_str_eq(k.up, "");
    ck_assert_str_eq(k.down, "");
    fixture_close(&f);
}
END_TEST

/* Written by hand in another way, but the same. */
START_TEST(spelling_is_no_difference)
{
    static const hearth_model *const models[] = {&with_rank_model, NULL};
    hearth__tables have, want;
    hearth__schema_diff k;
    fixture f;

    fixture_open(
        &f, "",
        "create table Todos_(x); drop table Todos_; CREATE TABLE `todos` -- (a)\n"
        "([rank] integer not null default +3 constraint [rank range] check( \"rank\"\n"
        " /* five */ <= 5), title text not null, id integer primary key, constraint "
        "'title length' check (length(\"title\") >= 1 AND length(\"title\") <= 9))");
    have = kit_tables(&f.s);
    want = kit_wanted(&f, models);
    k = kit_compare(&f, &have, &want, true);
    ck_assert_str_eq(
        kit_said(&f, &k),
        "the default of todos.rank is +3 in the database, but 3 in the model\n");
    fixture_close(&f);
}
END_TEST

START_TEST(a_rename_is_not_guessed_but_told)
{
    static const hearth_model *const models[] = {&plain_model, NULL};
    hearth__tables have, want;
    hearth__schema_diff k;
    fixture f;

    fixture_open(&f, "",
                 "CREATE TABLE todos(" ID_SQL
                 ", name TEXT) STRICT; INSERT INTO todos(name) "
                 "VALUES ('x')");
    have = kit_tables(&f.s);
    want = kit_wanted(&f, models);
    k = kit_compare(&f, &have, &want, false);
    ck_assert_str_eq(kit_said(&f, &k),
                     "todos.title is missing in the database\n"
                     "todos.name is in the database, but in no model\n");
    ck_assert_ptr_nonnull(
        strstr(k.up, "-- If todos.name was renamed to title, write instead:\n"
                     "-- ALTER TABLE \"todos\" RENAME COLUMN \"name\" TO \"title\";\n"));
    /* It has to be given: the rows that are there have nothing, and all stays as it was. */
    ck_assert_int_eq(kit_run(&f, k.up), HEARTH_EMODEL);
    ck_assert_str_eq(f.s.error.text, "title is required");
    ck_assert_int_eq(count_of(&f.s, "SELECT count(name) FROM todos"), 1);
    fixture_close(&f);
}
END_TEST

START_TEST(what_no_model_has_stays_in_a_comment)
{
    static const hearth_model *const models[] = {&plain_model, NULL};
    hearth__tables have, want;
    hearth__schema_diff k;
    fixture f;

    fixture_open(&f, "", TODOS(", old TEXT") "CREATE TABLE other(x);");
    have = kit_tables(&f.s);
    want = kit_wanted(&f, models);
    k = kit_compare(&f, &have, &want, false);
    ck_assert(!k.changes);
    ck_assert_uint_eq(k.n, 1);
    ck_assert_uint_eq(k.nharmful, 0);
    ck_assert_str_eq(
        k.up, "-- todos.old is in the database, but in no model\n"
              "-- It stays; --allow-drop drops it: ALTER TABLE \"todos\" DROP COLUMN "
              "\"old\";\n"
              "-- The table other is in no model. It stays; --allow-drop drops it: "
              "DROP TABLE \"other\";\n");
    fixture_close(&f);
}
END_TEST

START_TEST(some_differences_do_no_harm)
{
    static const hearth_model *const models[] = {&with_index_model, NULL};
    hearth__tables have, want;
    hearth__schema_diff k;
    fixture f;

    fixture_open(&f, "",
                 "CREATE TABLE todos(" ID_SQL ", title TEXT NOT NULL, rank INTEGER NOT "
                 "NULL DEFAULT 3)");
    have = kit_tables(&f.s);
    want = kit_wanted(&f, models);
    k = kit_compare(&f, &have, &want, false);
    ck_assert_uint_eq(k.n, 3); /* two rules and an index */
    ck_assert_uint_eq(k.nharmful, 0);
    fixture_close(&f);
}
END_TEST

/* clang-format off */
SUITE("model/schema_diff",
      LOOP(the_way_up_leads_to_the_models_and_the_way_down_back, 0, N(ways))
      LOOP(tables_that_models_made_have_no_differences, 0, 10)
      TEST(spelling_is_no_difference)
      TEST(a_rename_is_not_guessed_but_told)
      TEST(what_no_model_has_stays_in_a_comment)
      TEST(some_differences_do_no_harm))
/* clang-format on */
