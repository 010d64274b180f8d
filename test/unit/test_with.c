/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model/with.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

HEARTH_MODEL_LATER(book);
static const hearth_many author_many[] = {
    {.name = "books", .of = &book_model, .by = "author_id", .sort = "title", .limit = 2},
    {.name = "edited", .of = &book_model, .by = "editor_id"},
    {0},
};

#define AUTHOR(F, T)                         \
    F(T, id, i64, "Identifier", .key = true) \
    F(T, name, text, "Name")
HEARTH_MODEL_WITH(author, "authors", AUTHOR, .many = author_many);

#define BOOK(F, T)                                                                \
    F(T, id, uuid, "Identifier", .key = true)                                     \
    F(T, title, text, "Title")                                                    \
    F(T, author_id, i64, "Author", .references = &author_model, .as = "author",   \
      .column = "by")                                                             \
    F(T, editor_id, i64, "Editor", .references = &author_model, .nullable = true) \
    F(T, before_id, uuid, "The one before", .references = &book_model, .as = "before")
HEARTH_MODEL(book, "books", BOOK);

static hearth__arena arena;
static hearth__with_tree tree;
static hearth_error err;

static int add(const hearth_model *m, const char *list)
{
    hearth__arena_init(&arena, 0);
    tree = (hearth__with_tree){.m = m, .arena = &arena};
    return hearth__with_add(&tree, list, &err);
}

/* "author(books before(author))" */
static void show(const hearth__with *w, char *out)
{
    for (; w != NULL; w = w->next) {
        strcat(out, w->name);
        if (w->first != NULL) {
            strcat(out, "(");
            show(w->first, out);
            strcat(out, ")");
        }
        strcat(out, w->next != NULL ? " " : "");
    }
}

static const struct {
    const char *list, *tree;
} lists[] = {
    {NULL, ""},
    {"", ""},
    {"author", "author"},
    {"author, before", "author before"},
    {"author,author,author", "author"},
    {"before.author, author, before.author.books, before.before",
     "before(author(books) before) author"},
    {"before.before.before", "before(before(before))"},
};

START_TEST(lists_of_paths_become_a_tree)
{
    char text[200] = "";

    ck_assert_msg(add(&book_model, lists[_i].list) == 0, "%s", err.text);
    show(tree.first, text);
    ck_assert_str_eq(text, lists[_i].tree);
    hearth__arena_clear(&arena);
}
END_TEST

static const struct {
    const char *list, *says;
} refused[] = {
    {"nobody", "nobody is no relation of model book"},
    {"author_id", "author_id is no relation"},
    {"author.name", "name is no relation of model author"},
    {"author,,before", " is no relation"},
    {"author.", " is no relation"},
    {"before.before.before.before", "deeper than 3"},
    {"author authors", "is no relation"},
};

START_TEST(what_names_no_relation_is_refused_by_name)
{
    ck_assert_int_eq(add(&book_model, refused[_i].list), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s", err.text);
    hearth__arena_clear(&arena);
}
END_TEST

START_TEST(sixteen_relations_are_possible_and_no_more)
{
    static const char most[] =
        "author.books.author,author.books.before,author.edited.author,"
        "author.edited.before,before.author.books,before.author.edited,"
        "before.before.author,before.before.before";

    ck_assert_msg(add(&book_model, most) == 0, "%s", err.text);
    ck_assert_uint_eq(tree.n, 14);
    ck_assert_int_eq(hearth__with_add(&tree, "author.books", &err), 0);
    tree.n = HEARTH__WITH_MOST - 1;
    ck_assert_int_eq(hearth__with_add(&tree, most, &err), 0);
    tree.n = HEARTH__WITH_MOST;
    tree.first = NULL;
    ck_assert_int_eq(hearth__with_add(&tree, "author", &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "more than 16"));
    hearth__arena_clear(&arena);
}
END_TEST

static const struct {
    const char *list, *may;
    bool allowed;
} allowed[] = {
    {"author", "author", true},
    {"author, before", "before,author", true},
    {"before", "before.author", true},
    {"before.author", "before.author", true},
    {"before.author", "before", false},
    {"bef", "before", false},
    {"", "author", false},
    {"author,", "author", false},
    {"author", "", false},
    {"author.books", "author, books", false},
};

START_TEST(a_client_gets_what_was_allowed_and_what_leads_there)
{
    ck_assert_int_eq(hearth__with_allowed(hearth__str_of(allowed[_i].list),
                                          allowed[_i].may),
                     allowed[_i].allowed);
}
END_TEST

static void select_of(const hearth_model *m, const char *name, size_t n, const char *text,
                      size_t nargs)
{
    const hearth_val key[5] = {hearth_val_int(1), hearth_val_int(2), hearth_val_int(3),
                               hearth_val_int(4), hearth_val_int(5)};
    hearth__sql q;

    ck_assert_int_eq(add(m, name), 0);
    hearth__sql_init(&q, tree.first->m, hearth_db_sqlite()->dialect, &arena);
    hearth__with_select(&q, tree.first, 3, " ORDER BY x", key, n);
    ck_assert_str_eq(q.text.ptr, text);
    ck_assert_uint_eq(q.nargs, nargs);
    hearth__arena_clear(&arena);
}

START_TEST(one_statement_asks_for_the_rows_of_all_parents)
{
    select_of(&book_model, "author", 1,
              "SELECT \"id\", \"name\" FROM \"authors\" WHERE \"id\" IN (?)", 1);
    select_of(&book_model, "author", 3,
              "SELECT \"id\", \"name\" FROM \"authors\" WHERE \"id\" IN (?, ?, ?, ?)", 4);
    select_of(&author_model, "books", 2,
              "SELECT \"id\", \"title\" FROM (SELECT \"id\", \"title\", \"by\", "
              "row_number() OVER (PARTITION BY \"by\" ORDER BY x) AS hearth_n FROM "
              "\"books\" WHERE \"by\" IN (?, ?)) AS hearth_rows WHERE hearth_n <= ? "
              "ORDER BY \"by\", hearth_n",
              3);
}
END_TEST

START_TEST(a_statement_keeps_below_the_arguments_that_the_engine_takes)
{
    hearth_db_dialect d = *hearth_db_sqlite()->dialect;

    ck_assert_uint_eq(hearth__with_batch(&d), HEARTH__WITH_KEYS);
    d.max_args = 1025;
    ck_assert_uint_eq(hearth__with_batch(&d), 1024);
    d.max_args = 1024;
    ck_assert_uint_eq(hearth__with_batch(&d), 512);
    d.max_args = 2;
    ck_assert_uint_eq(hearth__with_batch(&d), 1);
}
END_TEST

START_TEST(groups_are_found_by_the_key_of_the_parent)
{
    hearth__with_group groups[] = {
        {hearth_val_int(-1), 0, 1},    {hearth_val_int(7), 1, 2},
        {hearth_val_text(""), 3, 1},   {hearth_val_text("a"), 4, 1},
        {hearth_val_text("ab"), 5, 1}, {hearth_val_text("b"), 6, 1},
    };
    const hearth__with w = {.group = groups, .ngroups = 6};
    const hearth_val absent[] = {hearth_val_int(0), hearth_val_int(8),
                                 hearth_val_text("aa"), hearth_val_text("c"),
                                 hearth_val_null()};

    for (size_t i = 0; i < 6; i++)
        ck_assert_ptr_eq(hearth__with_group_of(&w, &groups[i].key), &groups[i]);
    for (size_t i = 0; i < 5; i++)
        ck_assert_ptr_null(hearth__with_group_of(&w, &absent[i]));
}
END_TEST

/* ---- models ------------------------------------------------------------------------ */

static const hearth_model loose_model = {.name = "loose", .field = author__field, .n = 1};
static const hearth_many bad_many[][3] = {
    {{.name = "name", .of = &book_model}, {0}},
    {{.name = "books", .of = NULL}, {0}},
    {{.name = "books", .of = &loose_model}, {0}},
    {{.name = "books", .of = &book_model, .by = "title"}, {0}},
    {{.name = "books", .of = &book_model}, {0}},
    {{.name = "books", .of = &book_model, .by = "author_id", .limit = -1}, {0}},
    {{.name = "books", .of = &book_model, .by = "author_id"},
     {.name = "books", .of = &book_model, .by = "editor_id"},
     {0}},
    {{.name = "two words", .of = &book_model}, {0}},
};
static const char *const many_says[] = {
    "name of a field", "needs a model", "without a table", ".by",
    "several",         "negative",      "two relations",   "letters",
};

START_TEST(a_model_whose_relations_make_no_sense_is_refused)
{
    hearth_model m = author_model;

    m.many = bad_many[_i];
    ck_assert_ptr_null(hearth__plan_new(&m, &err));
    ck_assert_msg(strstr(err.text, many_says[_i]) != NULL, "%s", err.text);
}
END_TEST

START_TEST(a_name_for_what_a_field_leads_to_needs_a_reference_and_is_unique)
{
    static const struct {
        size_t field;
        const char *as, *says;
        bool loose;
    } bad[] = {{1, "title", "name of a field", false},
               {3, "author", "same .as", false},
               {3, "other", "needs .references", true},
               {3, "an other", "letters", false}};
    hearth_field field[book__nfields];
    hearth_model m = book_model;

    m.field = field;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        memcpy(field, book__field, sizeof field);
        field[bad[i].field].as = bad[i].as;
        if (bad[i].loose)
            field[bad[i].field].references = NULL;
        ck_assert_ptr_null(hearth__plan_new(&m, &err));
        ck_assert_msg(strstr(err.text, bad[i].says) != NULL, "%s", err.text);
    }
    m.field = book__field;
    hearth__plan *p = hearth__plan_new(&m, &err);

    ck_assert_msg(p != NULL, "%s", err.text);
    hearth__plan_free(p);
}
END_TEST

SUITE(
    "model/with",
    LOOP(lists_of_paths_become_a_tree, 0,
         N(lists)) LOOP(what_names_no_relation_is_refused_by_name, 0,
                        N(refused)) TEST(sixteen_relations_are_possible_and_no_more)
        LOOP(a_client_gets_what_was_allowed_and_what_leads_there, 0,
             N(allowed)) TEST(one_statement_asks_for_the_rows_of_all_parents)
            TEST(a_statement_keeps_below_the_arguments_that_the_engine_takes)
                TEST(groups_are_found_by_the_key_of_the_parent) LOOP(
                    a_model_whose_relations_make_no_sense_is_refused, 0, N(bad_many))
                    TEST(
                        a_name_for_what_a_field_leads_to_needs_a_reference_and_is_unique))
