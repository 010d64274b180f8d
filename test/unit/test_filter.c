/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "http/urlenc.h"
#include "model/filter.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

#define ITEM(F, T)                                              \
    F(T, id, i64, "Identifier", .key = true)                    \
    F(T, title, text, "Title", .required = true, .column = "t") \
    F(T, due, time, "Deadline", .nullable = true)               \
    F(T, pin, text, "Pin", .secret = true)
HEARTH_MODEL(item, "items", ITEM);

static hearth__arena arena;
static hearth__plan *plan;
static hearth__filter f;
static char told[1000];

static void note(void *arg, const char *pointer, const char *code, const char *text)
{
    (void)arg;
    ck_assert_uint_lt(strlen(told) + strlen(pointer) + strlen(code) + 3, sizeof told);
    strcat(strcat(strcat(strcat(told, pointer), ":"), code), " ");
    ck_assert_uint_gt(strlen(text), 0);
}

static int read_query(const char *query)
{
    hearth__field *pair;
    size_t n;

    hearth__arena_init(&arena, 0);
    plan = hearth__plan_new(&item_model, NULL);
    ck_assert_ptr_nonnull(plan);
    ck_assert_int_eq(hearth__urlenc_parse(&arena, hearth__str_of(query), 100, &pair, &n),
                     0);
    hearth__filter_init(&f, plan, &arena);
    f.max_limit = 10;
    f.fault = note;
    told[0] = '\0';
    return hearth__filter_read(&f, pair, n);
}

static void finish(void)
{
    hearth__plan_free(plan);
    hearth__arena_clear(&arena);
}

#define ORDER " ORDER BY \"id\""

static const struct {
    const char *query, *sql;
    size_t nargs;
} queries[] = {
    {"", ORDER, 0},
    {"title=a", " WHERE \"t\" = ?" ORDER, 1},
    {"title.ne=a&id.le=7", " WHERE (\"t\" <> ? OR \"t\" IS NULL) AND \"id\" <= ?" ORDER,
     2},
    {"title.in=a,b", " WHERE \"t\" IN (?, ?)" ORDER, 2},
    {"title.contains=a", " WHERE \"t\" LIKE ? ESCAPE '\\'" ORDER, 1},
    {"due.null=1&id.null=0", " WHERE \"due\" IS NULL AND \"id\" IS NOT NULL" ORDER, 0},
    {"sort=-due,title", " ORDER BY \"due\" DESC NULLS LAST, \"t\", \"id\"", 0},
    {"sort=due", " ORDER BY \"due\" NULLS FIRST, \"id\"", 0},
    {"sort=-id,title", " ORDER BY \"id\" DESC", 0},
};

START_TEST(a_query_string_becomes_sql_of_names_and_arguments)
{
    hearth__sql q;

    ck_assert_int_eq(read_query(queries[_i].query), 0);
    hearth__filter_finish(&f);
    hearth__sql_init(&q, &item_model, hearth_db_sqlite()->dialect, &arena);
    hearth__filter_where(&f, &q, NULL, (hearth_vals){NULL, 0}, true);
    hearth__filter_order(&f, &q);
    ck_assert_str_eq(q.text.ptr, queries[_i].sql);
    ck_assert_uint_eq(q.nargs, queries[_i].nargs);
    finish();
}
END_TEST

START_TEST(a_cursor_continues_behind_nulls_and_values)
{
    hearth_val from[3] = {hearth_val_null(), hearth_val_text("a"), hearth_val_int(1)};
    hearth__sql q;

    ck_assert_int_eq(read_query("sort=-due,title"), 0);
    hearth__filter_finish(&f);
    f.from = from;
    hearth__sql_init(&q, &item_model, hearth_db_sqlite()->dialect, &arena);
    hearth__filter_where(&f, &q, "a = ?", (hearth_vals){&from[2], 1}, true);
    ck_assert_str_eq(q.text.ptr,
                     " WHERE (a = ?\n) AND ((\"due\" <> NULL) OR (\"due\" IS NULL AND "
                     "(\"t\" > ?)) OR (\"due\" IS NULL AND \"t\" = ? AND (\"id\" > ?)))");
    ck_assert_uint_eq(q.nargs, 4);
    from[0] = hearth_val_int(5);
    hearth__sql_init(&q, &item_model, hearth_db_sqlite()->dialect, &arena);
    f.nsort = 1;
    hearth__filter_where(&f, &q, NULL, (hearth_vals){NULL, 0}, true);
    ck_assert_str_eq(q.text.ptr, " WHERE (((\"due\" < ? OR \"due\" IS NULL)))");
    finish();
}
END_TEST

START_TEST(every_fault_is_told_with_its_parameter)
{
    ck_assert_int_eq(read_query("pin=1&id=x&limit=11&sort=pin&title.foo=1&offset=-1"),
                     HEARTH_EMODEL);
    ck_assert_str_eq(told, "?pin:unknown ?id:type ?limit:max ?sort:choice "
                           "?title.foo:unknown ?offset:min ");
    finish();
}
END_TEST

START_TEST(signs_of_like_are_looked_for_as_they_are)
{
    ck_assert_int_eq(read_query("title.contains=50%25_%5C&title.starts=x"), 0);
    ck_assert_str_eq(f.term[0].v->u.s.ptr, "%50\\%\\_\\\\%");
    ck_assert_str_eq(f.term[1].v->u.s.ptr, "x%");
    finish();
}
END_TEST

static const struct {
    hearth_kind kind;
    const char *names;
} ways[] = {
    {HEARTH_KIND_i64, "eq ne lt le gt ge in null "},
    {HEARTH_KIND_flag, "eq ne in null "},
    {HEARTH_KIND_text, "eq ne lt le gt ge in null contains starts "},
    {HEARTH_KIND_uuid, "eq ne in null "},
};

START_TEST(each_kind_has_its_ways_to_be_compared)
{
    const char *name[HEARTH__OPS];
    size_t n = hearth__filter_ops(ways[_i].kind, name);
    char all[100] = "";

    ck_assert_uint_le(n, HEARTH__OPS);
    for (size_t i = 0; i < n; i++)
        strcat(strcat(all, name[i]), " ");
    ck_assert_str_eq(all, ways[_i].names);
    ck_assert(hearth__filter_is_word(HEARTH__S("sort")));
    ck_assert(hearth__filter_is_word(HEARTH__S("count")));
    ck_assert(!hearth__filter_is_word(HEARTH__S("title")));
}
END_TEST

SUITE("model/filter", LOOP(a_query_string_becomes_sql_of_names_and_arguments, 0,
                           N(queries)) TEST(a_cursor_continues_behind_nulls_and_values)
                          TEST(every_fault_is_told_with_its_parameter)
                              TEST(signs_of_like_are_looked_for_as_they_are)
                                  LOOP(each_kind_has_its_ways_to_be_compared, 0, N(ways)))
