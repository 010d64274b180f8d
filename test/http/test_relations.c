/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Relations: what is shown, what a client may ask for, and how many statements that takes.
 */

#include "counted_db.h"
#include "http.h"
#include "suite.h"

#include <stdio.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

HEARTH_MODEL_LATER(book);
static const hearth_many author_many[] = {
    {.name = "books",
     .of = &book_model,
     .by = "author_id",
     .sort = "-year, title",
     .limit = 3},
    {.name = "edited", .of = &book_model, .by = "editor_id"},
    {.name = "recent",
     .of = &book_model,
     .by = "author_id",
     .where = "year > 1990 -- new"},
    {0},
};
#define AUTHOR(F, T)                         \
    F(T, id, i64, "Identifier", .key = true) \
    F(T, name, text, "Name")                 \
    F(T, pin, text, "Pin", .secret = true, .nullable = true)
HEARTH_MODEL_WITH(author, "authors", AUTHOR, .many = author_many);

HEARTH_MODEL_LATER(note);
static const hearth_many book_many[] = {
    {.name = "notes", .of = &note_model},
    {0},
};
#define BOOK(F, T)                                                              \
    F(T, id, i64, "Identifier", .key = true)                                    \
    F(T, title, text, "Title")                                                  \
    F(T, year, i64, "Year", .nullable = true)                                   \
    F(T, author_id, i64, "Author", .references = &author_model, .as = "author", \
      .nullable = true, .secret = true)                                         \
    F(T, editor_id, i64, "Editor", .references = &author_model, .as = "editor", \
      .nullable = true)
HEARTH_MODEL_WITH(book, "books", BOOK, .many = book_many);

/* A key that is a uuid, and one that is a text. */
#define TAG(F, T)                         \
    F(T, code, text, "Code", .key = true) \
    F(T, more, json, "Anything", .nullable = true)
HEARTH_MODEL(tag, "tags", TAG);

#define NOTE(F, T)                                                                     \
    F(T, id, uuid, "Identifier", .key = true)                                          \
    F(T, book_id, i64, "Book", .references = &book_model, .as = "book")                \
    F(T, tag, text, "Tag", .references = &tag_model, .as = "tagged", .nullable = true) \
    F(T, about, uuid, "The note it is about", .references = &note_model,               \
      .as = "answers", .nullable = true)
HEARTH_MODEL(note, "notes", NOTE);

static const hearth_model *const models[] = {&author_model, &book_model, &tag_model,
                                             &note_model, NULL};

#define UUID(n) "00000000-0000-7000-8000-00000000000" #n

/* Made by hand, so that a row may be missing. */
static const char tables[] = "CREATE TABLE books(id INTEGER PRIMARY KEY, title TEXT, "
                             "year INTEGER, author_id INTEGER,"
                             " editor_id INTEGER) STRICT;"
                             "CREATE TABLE notes(id TEXT PRIMARY KEY, book_id INTEGER, "
                             "tag TEXT, about TEXT) STRICT;";

static const char rows[] =
    "INSERT INTO authors VALUES (1, 'Ann', 's1'), (2, 'Bob', 's2'), (3, 'Cid', NULL);"
    "INSERT INTO books VALUES (1, 'One', 1990, 1, NULL), (2, 'Two', 1999, 1, 2),"
    " (3, 'Three', NULL, 2, 9), (4, 'Four', 1999, 1, 2), (5, 'Five', 1980, 1, 2),"
    " (6, 'Six', 2000, NULL, NULL);"
    "INSERT INTO tags VALUES ('a', '{\"x\": [1]}'), ('b', NULL);"
    "INSERT INTO notes VALUES ('" UUID(1) "', 1, 'a', NULL), ('" UUID(
        2) "', 1, 'b', '" UUID(1) "'), ('" UUID(3) "', 3, NULL, '" UUID(9) "');";

/* ---- handlers ---------------------------------------------------------------------- */

static const hearth_with_opts open_book = {
    .may_with = "author, editor.books, notes.tagged, notes.answers.tagged"};

static int list(hearth_ctx *c)
{
    return hearth_reply_list(c, &book_model,
                             &(hearth_list_opts){.may_with = open_book.may_with});
}

static int list_author(hearth_ctx *c)
{
    return hearth_reply_list(c, &book_model,
                             &(hearth_list_opts){.with = "author", .may_with = "notes"});
}

static int closed(hearth_ctx *c)
{
    return hearth_reply_list(c, &book_model, &(hearth_list_opts){.with = "editor"});
}

static int show(hearth_ctx *c)
{
    struct book b;

    HEARTH_TRY(hearth_find(c, &book_model, hearth_param(c, "id"), &b));
    return hearth_reply_with(c, 200, &book_model, &b, &open_book);
}

static int authors(hearth_ctx *c)
{
    return hearth_reply_list(
        c, &author_model,
        &(hearth_list_opts){.may_with = "books.notes, books.author.books, edited, recent",
                            .sort = "id"});
}

static int by_hand(hearth_ctx *c)
{
    const struct author a[] = {{.id = 2, .name = "By hand"}, {.id = 7, .name = "Nobody"}};

    return hearth_reply_all_with(c, 200, &author_model, a, 2,
                                 &(hearth_with_opts){.with = "books"});
}

static int plain(hearth_ctx *c)
{
    const struct author a = {.id = 2, .name = "By hand"};

    return hearth_reply_with(c, 200, &author_model, &a, NULL);
}

static int structs(hearth_ctx *c)
{
    char *text = hearth_strdup(c, "");
    struct book *b;
    struct author *a;
    hearth_group *g;
    size_t n;

    HEARTH_TRY(hearth_list(c, &author_model, NULL, (void **)&a, &n));
    HEARTH_TRY(hearth_related(c, &author_model, a, n, "books", &g));
    for (size_t i = 0; i < n; i++) {
        text = hearth_strf(c, "%s%s(", text, a[i].name);
        b = g[i].rows;
        for (size_t k = 0; k < g[i].n; k++)
            text = hearth_strf(c, "%s%s%s", text, k > 0 ? " " : "", b[k].title);
        text = hearth_strf(c, "%s) ", text);
    }
    HEARTH_TRY(hearth_list(c, &book_model, NULL, (void **)&b, &n));
    HEARTH_TRY(hearth_related(c, &book_model, b, n, "author", &g));
    for (size_t i = 0; i < n; i++) {
        const struct author *of = g[i].rows;

        text = hearth_strf(c, "%s%s/%s ", text, b[i].title,
                           of == NULL        ? "-"
                           : of->pin == NULL ? "?"
                                             : of->pin);
    }
    HEARTH_TRY(hearth_related(c, &book_model, NULL, 0, "author", &g));
    return hearth_text(c, 200, text);
}

static int misuse(hearth_ctx *c)
{
    struct author a = {.id = 1};
    struct book b = {.id = 1};
    hearth_group *g;

    switch (hearth_param_int(c, "n")) {
    case 0:
        return hearth_reply_list(c, &book_model, &(hearth_list_opts){.with = "nobody"});
    case 1:
        return hearth_related(c, &author_model, &a, 1, "authors", &g);
    case 2:
        return hearth_related(c, &author_model, &a, 1, "books.author", &g);
    case 3:
        return hearth_related(c, NULL, &a, 1, "books", &g);
    case 4:
        return hearth_reply_with(c, 200, &author_model, &a,
                                 &(hearth_with_opts){.with =
                                                         "books.author.books.author"});
    default:
        return hearth_reply_with(c, 200, &book_model, &b,
                                 &(hearth_with_opts){.may_with = "x"});
    }
}

static const hearth_route routes[] = {
    HEARTH_GET("/books", list),
    HEARTH_GET("/books/by", list_author),
    HEARTH_GET("/books/closed", closed),
    HEARTH_GET("/books/{id:int}", show),
    HEARTH_GET("/authors", authors),
    HEARTH_GET("/by-hand", by_hand),
    HEARTH_GET("/plain", plain),
    HEARTH_GET("/structs", structs),
    HEARTH_GET("/misuse/{n:int}", misuse),
    HEARTH_END,
};

static hearth_client *open_client(size_t max_args, const char *more)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_db *db = counted_db(max_args);
    hearth_error err = {0};

    ck_assert_ptr_nonnull(db);
    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_db_script(db, tables, NULL), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_msg(hearth_db_script(db, rows, &err) == 0, "%s", err.text);
    ck_assert_msg(hearth_db_script(db, more == NULL ? "" : more, &err) == 0, "%s",
                  err.text);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

static const hearth_answer *get(hearth_client *t, const char *target, int statements)
{
    const hearth_answer *r;

    atomic_store(&counted, 0);
    r = hearth_call_get(t, target);
    ck_assert_msg(r->status == 200, "%s: %d %s %s", target, r->status, r->body.ptr,
                  hearth_client_log(t));
    ck_assert_msg(atomic_load(&counted) == statements, "%s: %d statements", target,
                  atomic_load(&counted));
    return r;
}

#define ANN    "{\"id\":1,\"name\":\"Ann\"}"
#define BOB    "{\"id\":2,\"name\":\"Bob\"}"
#define TAG_A  "{\"code\":\"a\",\"more\":{\"x\":[1]}}"
#define TAG_B  "{\"code\":\"b\",\"more\":null}"
#define NOTE_1 "\"id\":\"" UUID(1) "\",\"book_id\":1,\"tag\":\"a\",\"about\":null"
#define NOTE_2 \
    "\"id\":\"" UUID(2) "\",\"book_id\":1,\"tag\":\"b\",\"about\":\"" UUID(1) "\""
#define NOTE_3 \
    "\"id\":\"" UUID(3) "\",\"book_id\":3,\"tag\":null,\"about\":\"" UUID(9) "\""
#define BOOK_1 "\"id\":1,\"title\":\"One\",\"year\":1990,\"editor_id\":null"
#define BOOK_2 "\"id\":2,\"title\":\"Two\",\"year\":1999,\"editor_id\":2"
#define BOOK_3 "\"id\":3,\"title\":\"Three\",\"year\":null,\"editor_id\":9"
#define BOOK_4 "\"id\":4,\"title\":\"Four\",\"year\":1999,\"editor_id\":2"
#define BOOK_5 "\"id\":5,\"title\":\"Five\",\"year\":1980,\"editor_id\":2"
#define BOOK_6 "\"id\":6,\"title\":\"Six\",\"year\":2000,\"editor_id\":null"

static const struct {
    const char *target;
    int statements;
    const char *says;
} shown[] = {
    {"/books/1", 1, "{" BOOK_1 "}"},
    {"/books/1?with=", 1, "{" BOOK_1 "}"},
    {"/books/1?with=author", 2, "{" BOOK_1 ",\"author\":" ANN "}"},
    /* A field that is null, a row that is missing. */
    {"/books/1?with=editor", 1, "{" BOOK_1 ",\"editor\":null}"},
    {"/books/3?with=editor,author", 3, "{" BOOK_3 ",\"editor\":null,\"author\":" BOB "}"},
    {"/books/3?with=notes.answers", 3,
     "{" BOOK_3 ",\"notes\":[{" NOTE_3 ",\"answers\":null}]}"},
    {"/books/2?with=notes", 2, "{" BOOK_2 ",\"notes\":[]}"},
    {"/books/2?with=notes.tagged", 2, "{" BOOK_2 ",\"notes\":[]}"},
    {"/books/1?with=author,notes.tagged,notes.answers.tagged", 6,
     "{" BOOK_1 ",\"author\":" ANN ",\"notes\":[{" NOTE_1 ",\"tagged\":" TAG_A
     ",\"answers\":null},{" NOTE_2 ",\"tagged\":" TAG_B ",\"answers\":{" NOTE_1
     ",\"tagged\":" TAG_A "}}]}"},
    /* All rows of a page together. */
    {"/books?with=author&limit=4", 2,
     "[{" BOOK_1 ",\"author\":" ANN "},{" BOOK_2 ",\"author\":" ANN "},{" BOOK_3
     ",\"author\":" BOB "},{" BOOK_4 ",\"author\":" ANN "}]"},
    {"/books?with=author&id.ge=5", 2,
     "[{" BOOK_5 ",\"author\":" ANN "},{" BOOK_6 ",\"author\":null}]"},
    {"/books?with=author&id=77", 1, "[]"},
    {"/books/by?id=3", 2, "[{" BOOK_3 ",\"author\":" BOB "}]"},
    {"/books/by?id=3&with=notes", 3,
     "[{" BOOK_3 ",\"author\":" BOB ",\"notes\":[{" NOTE_3 "}]}]"},
    /* The first three, newest first, equal ones by title; no year comes last. */
    {"/authors?with=books", 2,
     "[{\"id\":1,\"name\":\"Ann\",\"books\":[{" BOOK_4 "},{" BOOK_2 "},{" BOOK_1
     "}]},{\"id\":2,\"name\":\"Bob\",\"books\":[{" BOOK_3
     "}]},{\"id\":3,\"name\":\"Cid\",\"books\":[]}]"},
    {"/authors?with=edited&id=2", 2,
     "[{\"id\":2,\"name\":\"Bob\",\"edited\":[{" BOOK_2 "},{" BOOK_4 "},{" BOOK_5 "}]}]"},
    {"/authors?with=recent&id=1", 2,
     "[{\"id\":1,\"name\":\"Ann\",\"recent\":[{" BOOK_2 "},{" BOOK_4 "}]}]"},
    {"/authors?with=books.notes&id=2", 3,
     "[{\"id\":2,\"name\":\"Bob\",\"books\":[{" BOOK_3 ",\"notes\":[{" NOTE_3 "}]}]}]"},
    {"/authors?with=books.author.books&id=2", 4,
     "[{\"id\":2,\"name\":\"Bob\",\"books\":[{" BOOK_3
     ",\"author\":{\"id\":2,\"name\":\"Bob\",\"books\":[{" BOOK_3 "}]}}]}]"},
    {"/by-hand", 1,
     "[{\"id\":2,\"name\":\"By hand\",\"books\":[{" BOOK_3
     "}]},{\"id\":7,\"name\":\"Nobody\",\"books\":[]}]"},
    {"/plain", 0, "{\"id\":2,\"name\":\"By hand\"}"},
    {"/structs", 4,
     "Ann(Four Two One) Bob(Three) Cid() One/s1 Two/s1 Three/s2 Four/s1 Five/s1 Six/- "},
};

START_TEST(related_rows_are_shown_with_one_statement_a_relation)
{
    hearth_client *t = open_client(0, NULL);

    ck_assert_str_eq(get(t, shown[_i].target, shown[_i].statements)->body.ptr,
                     shown[_i].says);
    hearth_client_free(t);
}
END_TEST

static const struct {
    const char *target, *says;
} refused[] = {
    {"/books?with=nobody&limit=0", "author, editor.books"},
    {"/books?with=nobody&limit=0", "\"limit has"},
    {"/books?with=author_id", "with has to list some of"},
    {"/books?with=notes.book", "with has to list"},
    {"/books?with=author,", "with has to list"},
    {"/books?with=notes.tagged.", "with has to list"},
    {"/books?with=author.books", "with has to list"},
    {"/books?with=author&with=author", "twice"},
    {"/books/1?with=pin", "with has to list"},
    {"/books/by?with=author", "with has to list"},
    {"/books/closed?with=editor", "no field of this name"},
};

START_TEST(a_client_gets_no_relation_that_the_program_does_not_allow)
{
    hearth_client *t = open_client(0, NULL);
    const hearth_answer *r = hearth_call_get(t, refused[_i].target);

    ck_assert_int_eq(r->status, 422);
    ck_assert_msg(strstr(r->body.ptr, refused[_i].says + (refused[_i].says[0] == '"')) !=
                      NULL,
                  "%s", r->body.ptr);
    ck_assert_msg(strstr(r->body.ptr, "\"parameter\":\"") != NULL, "%s", r->body.ptr);
    hearth_client_free(t);
}
END_TEST

START_TEST(secret_fields_are_never_shown)
{
    hearth_client *t = open_client(0, NULL);
    const hearth_answer *r = get(t, "/books?with=author,editor.books", 4);

    ck_assert_ptr_nonnull(strstr(r->body.ptr, "Bob"));
    ck_assert_ptr_null(strstr(r->body.ptr, "s1"));
    ck_assert_ptr_null(strstr(r->body.ptr, "pin"));
    ck_assert_ptr_null(strstr(r->body.ptr, "author_id"));
    hearth_client_free(t);
}
END_TEST

START_TEST(pages_follow_each_other_with_relations_too)
{
    hearth_client *t = open_client(0, NULL);
    char seen[20] = "", target[500] = "/books?with=author&limit=2&sort=-title";

    for (int pages = 0; pages < 3; pages++) {
        const hearth_answer *r = get(t, target, 2);
        const char *link = hearth_answer_header(r, "Link");

        for (size_t i = 0; i < json_array_size(r->json); i++) {
            const json_t *book = json_array_get(r->json, i);
            char id[2] = {(char)('0' + json_integer_value(json_object_get(book, "id")))};

            strcat(seen, id);
        }
        ck_assert_int_eq(link != NULL, pages < 2);
        if (link != NULL) {
            ck_assert_ptr_nonnull(strstr(link, "with=author"));
            snprintf(target, sizeof target, "/books%.*s", (int)strcspn(link + 1, ">"),
                     link + 1);
        }
    }
    ck_assert_str_eq(seen, "236145"); /* Two Three Six One Four Five */
    hearth_client_free(t);
}
END_TEST

START_TEST(so_many_keys_are_asked_for_in_batches)
{
    static const char many[] =
        "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 109) "
        "INSERT INTO authors SELECT i, 'A' || i, NULL FROM n; "
        "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 109) "
        "INSERT INTO books SELECT i, 'B' || i, i, i, NULL FROM n;";
    hearth_client *t = open_client(33, many);
    const hearth_answer *r = get(t, "/books?with=author&id.ge=10&limit=200", 1 + 4);

    ck_assert_uint_eq(json_array_size(r->json), 100);
    ck_assert_str_eq(hearth_answer_at(r, "/0/author/name"), "A10");
    ck_assert_str_eq(hearth_answer_at(r, "/99/author/name"), "A109");
    r = get(t, "/authors?with=books&id.ge=10&limit=200", 1 + 4);
    ck_assert_str_eq(hearth_answer_at(r, "/0/books/0/title"), "B10");
    ck_assert_str_eq(hearth_answer_at(r, "/99/books/0/title"), "B109");
    hearth_client_free(t);
}
END_TEST

START_TEST(ten_thousand_related_rows_are_shown_and_no_more)
{
    static const char many[] =
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99) "
        "INSERT INTO authors SELECT 1000 + i, 'A', NULL FROM n; "
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
        "INSERT INTO books SELECT 100000 + i, 'B', 1, NULL, 1000 + i % 100 FROM n; "
        "INSERT INTO authors VALUES (2000, 'A', NULL); "
        "INSERT INTO books VALUES (200000, 'B', 1, NULL, 2000);";
    hearth_client *t = open_client(0, many);
    const hearth_answer *r =
        get(t, "/authors?with=edited&id.ge=1000&id.lt=2000&limit=200", 2);
    size_t n = 0;

    for (size_t i = 0; i < json_array_size(r->json); i++)
        n += json_array_size(json_object_get(json_array_get(r->json, i), "edited"));
    ck_assert_uint_eq(n, 10000);
    r = hearth_call_get(t, "/authors?with=edited&id.ge=1000&limit=200");
    ck_assert_int_eq(r->status, 422);
    ck_assert_msg(strstr(r->body.ptr, "smaller page") != NULL, "%s", r->body.ptr);
    hearth_client_free(t);
}
END_TEST

START_TEST(of_each_parent_a_hundred_rows_are_shown_when_nothing_is_said)
{
    static const char many[] =
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 149) "
        "INSERT INTO books SELECT 1000 + i, 'B', 1, NULL, 3 FROM n;";
    hearth_client *t = open_client(0, many);
    const hearth_answer *r = get(t, "/authors?with=edited&id=3", 2);

    ck_assert_uint_eq(json_array_size(
                          json_object_get(json_array_get(r->json, 0), "edited")),
                      100);
    ck_assert_str_eq(hearth_answer_at(r, "/0/edited/0/id"), "1000");
    ck_assert_str_eq(hearth_answer_at(r, "/0/edited/99/id"), "1099");
    hearth_client_free(t);
}
END_TEST

START_TEST(what_makes_no_sense_is_500_and_explained)
{
    static const struct {
        const char *target, *says;
    } bad[] = {
        {"/misuse/0", "nobody is no relation of model book"},
        {"/misuse/1", "authors is no relation of model author"},
        {"/misuse/2", "books.author"},
        {"/misuse/3", "NULL"},
        {"/misuse/4", "deeper than 3"},
        {"/misuse/5?with=x", "x is no relation"},
    };
    hearth_client *t = open_client(0, NULL);

    ck_assert_int_eq(hearth_call_get(t, bad[_i].target)->status, 500);
    ck_assert_msg(http_logged(t, bad[_i].says), "%s", hearth_client_log(t));
    hearth_client_free(t);
}
END_TEST

SUITE("http/relations",
      LOOP(related_rows_are_shown_with_one_statement_a_relation, 0,
           N(shown)) LOOP(a_client_gets_no_relation_that_the_program_does_not_allow, 0,
                          N(refused)) TEST(secret_fields_are_never_shown)
          TEST(pages_follow_each_other_with_relations_too)
              TEST(so_many_keys_are_asked_for_in_batches)
                  TEST(ten_thousand_related_rows_are_shown_and_no_more)
                      TEST(of_each_parent_a_hundred_rows_are_shown_when_nothing_is_said)
                          LOOP(what_makes_no_sense_is_500_and_explained, 0, 6))
