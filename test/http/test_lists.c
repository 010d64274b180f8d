/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Lists by model: what a client may ask for, page after page, and what it may not.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const char *const states[] = {"open", "shut", NULL};

#define ITEM(F, T)                                                    \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)        \
    F(T, title, text, "Title", .required = true)                      \
    F(T, done, flag, "Done?", .fallback = "false")                    \
    F(T, due, time, "Deadline", .nullable = true)                     \
    F(T, price, f64, "Price", .nullable = true)                       \
    F(T, state, enum, "State", .choices = states, .fallback = "open") \
    F(T, tags, json, "Tags", .nullable = true)                        \
    F(T, limit, i64, "A word of ours", .nullable = true)              \
    F(T, pin, text, "Pin", .secret = true, .nullable = true)
HEARTH_MODEL(item, "items", ITEM);

static const hearth_model *const models[] = {&item_model, NULL};

static const char rows[] =
    "INSERT INTO items(id, title, done, due, price, state, tags, \"limit\", pin) VALUES "
    "(1, 'Milk', 1, 86400, 1.5, 'open', '[1]', 7, 's1'),"
    "(2, 'buttermilk', 0, NULL, NULL, 'shut', NULL, NULL, 's2'),"
    "(3, '100% wool', 0, 172800, 20, 'open', '{\"a\":null}', NULL, 's3'),"
    "(4, '1000 nails', 0, NULL, 2, 'open', NULL, NULL, 's4'),"
    "(5, 'Milk', 0, 86400, 3, 'open', NULL, NULL, 's5');";

static int all(hearth_ctx *c)
{
    return hearth_reply_list(c, &item_model, NULL);
}

static int some(hearth_ctx *c)
{
    return hearth_reply_list(c, &item_model,
                             &(hearth_list_opts){.where = "id > ? -- the first is hidden",
                                                 .args = hearth_args(1),
                                                 .fields = "title, done",
                                                 .sort = "-title",
                                                 .limit = 2,
                                                 .max_limit = 3,
                                                 .count = true,
                                                 .ignore_unknown = true});
}

static int structs(hearth_ctx *c)
{
    const hearth_list_opts o = {.where = "done = ?",
                                .args = hearth_args(false),
                                .sort = "-id"};
    struct item *t;
    int64_t count;
    char *text = hearth_strdup(c, "");
    size_t n;

    HEARTH_TRY(hearth_list(c, &item_model, &o, (void **)&t, &n));
    HEARTH_TRY(hearth_count(c, &item_model, &o, &count));
    for (size_t i = 0; i < n; i++)
        text = hearth_strf(c, "%s%s/%d/%s ", text, t[i].title,
                           (int)HEARTH_NULL(&t[i], item, due), t[i].pin);
    return hearth_textf(c, 200, "%s%d", text, (int)count);
}

static int queried(hearth_ctx *c)
{
    const hearth_list_opts o = {.query = true};
    int64_t count;
    void *t;
    size_t n;

    HEARTH_TRY(hearth_list(c, &item_model, &o, &t, &n));
    HEARTH_TRY(hearth_count(c, &item_model, &o, &count));
    return hearth_textf(c, 200, "%d of %d", (int)n, (int)count);
}

static int misuse(hearth_ctx *c)
{
    static const hearth_list_opts bad[] = {{.sort = "pin"},
                                           {.sort = "x"},
                                           {.fields = "x"},
                                           {.limit = -1},
                                           {.where = "nonsense ="}};

    return hearth_reply_list(c, &item_model, &bad[hearth_param_int(c, "n")]);
}

static const hearth_route routes[] = {
    HEARTH_GET("/all", all),
    HEARTH_GET("/some", some),
    HEARTH_GET("/structs", structs),
    HEARTH_GET("/queried", queried),
    HEARTH_GET("/misuse/{n:int}", misuse),
    HEARTH_END,
};

static hearth_client *open_client(void)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);

    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(hearth_db_script(db, rows, NULL), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

/* The ids of an answer, one digit each. */
static const char *ids(const hearth_answer *r)
{
    static char text[100];
    size_t n = json_array_size(r->json);

    ck_assert_msg(r->status == 200 && json_is_array(r->json), "%s", r->body.ptr);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)('0' + json_integer_value(
                                   json_object_get(json_array_get(r->json, i), "id")));
    text[n] = '\0';
    return text;
}

static const struct {
    const char *target, *ids;
} asked[] = {
    {"/all", "12345"},
    {"/all?done=true", "1"},
    {"/all?done=0", "2345"},
    {"/all?title=Milk", "15"},
    {"/all?title.eq=Milk&done=off", "5"},
    {"/all?title.ne=Milk", "234"},
    {"/all?due.ne=1970-01-02T00:00:00Z", "234"},
    {"/all?title.contains=milk", "125"},
    {"/all?title.starts=milk", "15"},
    {"/all?title.starts=100%25", "3"},
    {"/all?title.contains=_", ""},
    {"/all?title.contains=%5C", ""},
    {"/all?title.gt=M", "125"},
    {"/all?due.lt=1970-01-03T00:00:00Z", "15"},
    {"/all?due.le=1970-01-03T00:00:00Z", "135"},
    {"/all?due.ge=1970-01-03T00:00", "3"},
    {"/all?due.null=true", "24"},
    {"/all?due.null=0", "135"},
    {"/all?id.in=1,3,9", "13"},
    {"/all?price.gt=1.5&price.lt=1e1", "45"},
    {"/all?state=shut", "2"},
    {"/all?state.in=shut,open", "12345"},
    {"/all?limit.eq=7", "1"},
    {"/all?done=&title=&sort=&limit=&_csrf=x", "12345"},
    {"/all?sort=-id", "54321"},
    {"/all?sort=due", "24153"},
    {"/all?sort=-due", "35142"},
    {"/all?sort=title,-id", "34512"},
    {"/all?sort=-done,price", "12453"},
    {"/all?limit=2&offset=1", "23"},
    {"/some", "25"},
    {"/some?done=0&x=1&sort=title&limit=3", "345"},
    {"/some?id=1", "25"},
};

START_TEST(a_client_sees_what_it_asks_for)
{
    hearth_client *t = open_client();

    ck_assert_msg(strcmp(ids(hearth_call_get(t, asked[_i].target)), asked[_i].ids) == 0,
                  "%s: %s", asked[_i].target, ids(hearth_call_get(t, asked[_i].target)));
    hearth_client_free(t);
}
END_TEST

START_TEST(rows_are_shown_as_their_structs_would_be)
{
    hearth_client *t = open_client();

    ck_assert_str_eq(
        hearth_call_get(t, "/all?limit=2")->body.ptr,
        "[{\"id\":1,\"title\":\"Milk\",\"done\":true,\"due\":\"1970-01-02T00:00:00Z\","
        "\"price\":1.5,\"state\":\"open\",\"tags\":[1],\"limit\":7},"
        "{\"id\":2,\"title\":\"buttermilk\",\"done\":false,\"due\":null,\"price\":null,"
        "\"state\":\"shut\",\"tags\":null,\"limit\":null}]");
    hearth_client_free(t);
}
END_TEST

/* Filters that are wrong; what the answer names. */
static const struct {
    const char *query, *says[3];
    int status;
} refused[] = {
    {"x=1&done=maybe&limit=0", {"?x", "?done", "?limit"}, 422},
    {"pin=s1", {"?pin"}, 422},
    {"pin.starts=s", {"?pin.starts"}, 422},
    {"sort=pin", {"?sort"}, 422},
    {"tags=1", {"?tags"}, 422},
    {"title.like=x", {"?title.like", "contains"}, 422},
    {"done.lt=1", {"?done.lt"}, 422},
    {"id.contains=1", {"?id.contains"}, 422},
    {"id.in=1,x", {"?id.in", "whole number"}, 422},
    {"state=lost", {"?state", "open"}, 422},
    {"due=soon", {"?due", "a time"}, 422},
    {"sort=title,-title", {"?sort"}, 422},
    {"sort=title,,id", {"?sort"}, 422},
    {"limit=201", {"?limit", "at most 200"}, 422},
    {"limit=x", {"?limit", "whole"}, 422},
    {"offset=-1", {"?offset"}, 422},
    {"limit=1&limit=2", {"?limit", "twice"}, 422},
    {"due.null=x", {"?due.null"}, 422},
    {"after=AAAA&offset=1", {"?offset"}, 422},
    {"after=AAAA", {"after"}, 400},
    {"after=*", {"after"}, 400},
    {"title;DROP=1", {"title;DROP"}, 422},
};

START_TEST(what_a_client_may_not_ask_is_refused_by_name)
{
    hearth_client *t = open_client();
    char target[200];
    const hearth_answer *r;

    snprintf(target, sizeof target, "/all?%s", refused[_i].query);
    r = hearth_call_get(t, target);
    ck_assert_msg(r->status == refused[_i].status, "%s: %d %s", target, r->status,
                  r->body.ptr);
    for (size_t i = 0; i < 3 && refused[_i].says[i] != NULL; i++) {
        const char *says = refused[_i].says[i];

        ck_assert_msg(strstr(r->body.ptr, says + (*says == '?')) != NULL, "%s: %s", says,
                      r->body.ptr);
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(limits_hold_from_both_sides)
{
    hearth_client *t = open_client();
    char target[4000];
    size_t n = (size_t)snprintf(target, sizeof target, "/all?id.in=1");

    for (int i = 1; i < 100; i++)
        n += (size_t)snprintf(target + n, sizeof target - n, ",1");
    ck_assert_int_eq(hearth_call_get(t, target)->status, 200);
    snprintf(target + n, sizeof target - n, ",1");
    ck_assert_int_eq(hearth_call_get(t, target)->status, 422);

    n = (size_t)snprintf(target, sizeof target, "/all?id=1");
    for (int i = 1; i < 32; i++)
        n += (size_t)snprintf(target + n, sizeof target - n, "&id=1");
    ck_assert_int_eq(hearth_call_get(t, target)->status, 200);
    snprintf(target + n, sizeof target - n, "&id=1");
    ck_assert_int_eq(hearth_call_get(t, target)->status, 422);

    n = (size_t)snprintf(target, sizeof target, "/all?title.contains=");
    memset(target + n, 'x', 1000);
    target[n + 1000] = '\0';
    ck_assert_int_eq(hearth_call_get(t, target)->status, 200);
    strcat(target, "x");
    ck_assert_int_eq(hearth_call_get(t, target)->status, 422);
    ck_assert_int_eq(hearth_call_get(t, "/all?limit=200")->status, 200);
    ck_assert_int_eq(hearth_call_get(t, "/some?limit=3")->status, 200);
    ck_assert_int_eq(hearth_call_get(t, "/some?limit=4")->status, 422);
    hearth_client_free(t);
}
END_TEST

/* The address of the next page, or NULL. */
static const char *next_page(const hearth_answer *r, const char *path)
{
    static char target[1000];
    const char *link = hearth_answer_header(r, "Link");

    if (link == NULL)
        return NULL;
    ck_assert_msg(strncmp(link, "<?", 2) == 0 && strstr(link, ">; rel=\"next\"") != NULL,
                  "%s", link);
    snprintf(target, sizeof target, "%s%.*s", path, (int)strcspn(link + 1, ">"),
             link + 1);
    return target;
}

static const struct {
    const char *query, *ids;
} walks[] = {
    {"?limit=1", "12345"},
    {"?limit=2&sort=-id", "54321"},
    {"?limit=1&sort=due", "24153"},
    {"?limit=1&sort=-due", "35142"},
    {"?limit=1&sort=-due,title", "31542"},
    {"?limit=2&sort=title,-id", "34512"},
    {"?limit=1&sort=done,-price&title.ne=a+%26b", "35421"},
    {"?limit=1&sort=-price", "35412"},
    {"?limit=1&sort=state,-title", "51432"},
    {"?limit=1&done=false&sort=-title", "2543"},
    {"?limit=5", "12345"},
};

START_TEST(pages_follow_each_other_without_gap_or_overlap)
{
    hearth_client *t = open_client();
    char target[200], seen[20] = "";
    const char *at = target;

    snprintf(target, sizeof target, "/all%s", walks[_i].query);
    for (int pages = 0; at != NULL; pages++) {
        const hearth_answer *r = hearth_call_get(t, at);

        ck_assert_int_lt(pages, 6);
        strcat(seen, ids(r));
        at = next_page(r, "/all");
        ck_assert(at == NULL || strstr(at, "after=") != NULL);
    }
    ck_assert_msg(strcmp(seen, walks[_i].ids) == 0, "%s: %s", walks[_i].query, seen);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_cursor_cannot_be_changed_or_used_for_another_order)
{
    hearth_client *t = open_client();
    char good[300], bad[300];
    const char *at = next_page(hearth_call_get(t, "/all?limit=2&sort=title"), "/all");
    size_t n;

    ck_assert_ptr_nonnull(at);
    snprintf(good, sizeof good, "%s", at);
    ck_assert_int_eq(hearth_call_get(t, good)->status, 200);
    n = (size_t)(strstr(good, "after=") - good) + 6;
    for (size_t i = n; good[i] != '\0'; i++) {
        snprintf(bad, sizeof bad, "%s", good);
        bad[i] = bad[i] == 'A' ? 'Q' : 'A';
        ck_assert_msg(hearth_call_get(t, bad)->status == 400, "%zu", i - n);
    }
    snprintf(bad, sizeof bad, "/all?limit=2&sort=-title&after=%s", good + n);
    ck_assert_int_eq(hearth_call_get(t, bad)->status, 400);
    snprintf(bad, sizeof bad, "/all?limit=2&after=%s", good + n);
    ck_assert_int_eq(hearth_call_get(t, bad)->status, 400);
    hearth_client_free(t);
}
END_TEST

START_TEST(where_the_order_is_too_long_for_a_cursor_the_next_page_is_an_offset)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);

    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(hearth_db_script(db,
                                      "INSERT INTO items(title) VALUES "
                                      "('a'), (printf('%.600c', 'b')), "
                                      "('c')",
                                      NULL),
                     0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    hearth_client *t = hearth_client_new(app);
    const char *at = next_page(hearth_call_get(t, "/all?limit=1&sort=title"), "/all");

    ck_assert_ptr_nonnull(strstr(at, "after="));
    at = next_page(hearth_call_get(t, at), "/all");
    ck_assert_str_eq(at, "/all?limit=1&sort=title&offset=2");
    ck_assert_str_eq(ids(hearth_call_get(t, at)), "3");
    ck_assert_ptr_null(next_page(hearth_call_get(t, at), "/all"));
    hearth_client_free(t);
}
END_TEST

START_TEST(all_pages_are_counted_when_asked)
{
    hearth_client *t = open_client();
    const hearth_answer *r = hearth_call_get(t, "/all?limit=1&count=true&done=0");

    ck_assert_str_eq(hearth_answer_header(r, "X-Total-Count"), "4");
    r = hearth_call_get(t, next_page(r, "/all"));
    ck_assert_str_eq(hearth_answer_header(r, "X-Total-Count"), "4");
    ck_assert_ptr_null(hearth_answer_header(hearth_call_get(t, "/all"), "X-Total-Count"));
    r = hearth_call_get(t, "/some");
    ck_assert_str_eq(hearth_answer_header(r, "X-Total-Count"), "4");
    hearth_client_free(t);
}
END_TEST

START_TEST(structs_are_listed_whole_and_the_query_counts_when_wanted)
{
    hearth_client *t = open_client();

    ck_assert_str_eq(hearth_call_get(t, "/structs?done=1&limit=1")->body.ptr,
                     "Milk/0/s5 1000 nails/1/s4 100% wool/0/s3 buttermilk/1/s2 4");
    ck_assert_str_eq(hearth_call_get(t, "/queried?done=0&limit=3")->body.ptr, "3 of 4");
    ck_assert_str_eq(hearth_call_get(t, "/queried?title=none")->body.ptr, "0 of 0");
    ck_assert_int_eq(hearth_call_get(t, "/queried?pin=1")->status, 422);
    hearth_client_free(t);
}
END_TEST

START_TEST(options_that_make_no_sense_are_500_and_explained)
{
    static const char *const says[] = {"pin", "\"x\"", "\"x\"", "negative", "syntax"};
    hearth_client *t = open_client();
    char target[40];

    snprintf(target, sizeof target, "/misuse/%d", _i);
    ck_assert_int_eq(hearth_call_get(t, target)->status, 500);
    ck_assert_msg(http_logged(t, says[_i]), "%s", hearth_client_log(t));
    hearth_client_free(t);
}
END_TEST

SUITE(
    "http/lists",
    LOOP(a_client_sees_what_it_asks_for, 0,
         N(asked)) TEST(rows_are_shown_as_their_structs_would_be)
        LOOP(what_a_client_may_not_ask_is_refused_by_name, 0,
             N(refused)) TEST(limits_hold_from_both_sides)
            LOOP(pages_follow_each_other_without_gap_or_overlap, 0,
                 N(walks)) TEST(a_cursor_cannot_be_changed_or_used_for_another_order)
                TEST(where_the_order_is_too_long_for_a_cursor_the_next_page_is_an_offset)
                    TEST(all_pages_are_counted_when_asked)
                        TEST(structs_are_listed_whole_and_the_query_counts_when_wanted)
                            LOOP(options_that_make_no_sense_are_500_and_explained, 0, 5))
