/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Answers of lines: values of a source, and rows of a table page by page. */

#include "http.h"
#include "suite.h"

#include <stdatomic.h>
#include <stdio.h>

/* ---- values --------------------------------------------------------------------------- */

typedef struct counter {
    int64_t at, end, fails;
    hearth_waker *waker;
} counter;

static atomic_int closed;

static int count_up(void *arg, json_t **line)
{
    counter *k = arg;

    if (k->fails == k->at)
        return HEARTH_ECONFLICT;
    if (k->at == k->end)
        return 0;
    if (k->at++ % 3 == 2) { /* nothing yet, and right away something after all */
        hearth_waker_wake(k->waker);
        k->at--;
        k->end--;
        return HEARTH_STREAM_PENDING;
    }
    *line = json_pack("{s:I, s:s}", "n", (json_int_t)k->at, "text", "two\nlines");
    return *line == NULL ? HEARTH_ENOMEM : 1;
}

static void let_go(void *arg)
{
    hearth_waker_free(((counter *)arg)->waker);
    atomic_fetch_add(&closed, 1);
}

static int values(hearth_ctx *c)
{
    counter *k = HEARTH_NEW(c, counter);

    ck_assert_ptr_nonnull(k);
    HEARTH_TRY(hearth_query_int(c, "n", 0, &k->end));
    HEARTH_TRY(hearth_query_int(c, "fails", -1, &k->fails));
    k->waker = hearth_waker_new(c);
    return hearth_ndjson(c, 200, count_up, k, &(hearth_stream_opts){.close = let_go});
}

static int gives_none(void *arg, json_t **line)
{
    (void)arg;
    (void)line;
    return 1;
}

static int none(hearth_ctx *c)
{
    return hearth_ndjson(c, 200, gives_none, NULL, NULL);
}

static int refused(hearth_ctx *c)
{
    counter k = {0};
    int rc = hearth_ndjson(c, 200, NULL, &k, &(hearth_stream_opts){.close = let_go});

    ck_assert_int_eq(rc, HEARTH_EINVAL);
    ck_assert_int_eq(hearth_ndjson(c, 200, count_up, &k,
                                   &(hearth_stream_opts){.close = let_go, .length = 9}),
                     HEARTH_EINVAL);
    return hearth_ndjson(c, 99, count_up, &k, &(hearth_stream_opts){.close = let_go});
}

/* ---- rows ----------------------------------------------------------------------------- */

static int rows(hearth_ctx *c)
{
    int64_t page, below;

    HEARTH_TRY(hearth_query_int(c, "page", 0, &page));
    HEARTH_TRY(hearth_query_int(c, "below", 1000000, &below));
    return hearth_ndjson_rows(c, 200,
                              hearth_query(c, "sql", "SELECT * FROM t WHERE id < ?"),
                              hearth_args(below),
                              &(hearth_ndjson_opts){.page = (int)page,
                                                    .key = hearth_query(c, "key", NULL)});
}

static int fill(hearth_ctx *c)
{
    int64_t n, width;

    HEARTH_TRY(hearth_query_int(c, "n", 0, &n));
    HEARTH_TRY(hearth_query_int(c, "width", 1, &width));
    HEARTH_TRY(hearth_exec(c, "DELETE FROM t", HEARTH_NO_ARGS));
    HEARTH_TRY(
        hearth_exec(c,
                    "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k "
                    "LIMIT ?) INSERT INTO t SELECT i, printf('%0*d', ?, i), i % 2, "
                    "'[' || i || ']' FROM k WHERE i <= ?",
                    hearth_args(n, width, n)));
    return 204;
}

static const hearth_route routes[] = {
    HEARTH_GET("/values", values, .run = HEARTH_WORKER),
    HEARTH_GET("/inline", values, .run = HEARTH_INLINE),
    HEARTH_GET("/none", none),
    HEARTH_GET("/refused", refused),
    HEARTH_GET("/rows", rows),
    HEARTH_POST("/fill", fill),
    HEARTH_END,
};

static hearth_client *with_table(void)
{
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);
    hearth_app *app = hearth_app_new(NULL);

    ck_assert_int_eq(
        hearth_db_script(
            db,
            "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, "
            "\"odd:bool\" INTEGER, \"list:json\" TEXT) STRICT",
            NULL),
        0);
    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_compress(app, NULL), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

static void fill_table(hearth_client *t, int n, int width)
{
    char target[64];

    snprintf(target, sizeof target, "/fill?n=%d&width=%d", n, width);
    ck_assert_int_eq(hearth_call_post(t, target, "")->status, 204);
}

/* ---- tests ---------------------------------------------------------------------------- */

static const char *const places[] = {"/values?", "/inline?"};

START_TEST(each_value_is_a_line)
{
    hearth_client *t = http_client(NULL, routes);
    char target[64];

    snprintf(target, sizeof target, "%sn=5", places[_i]);
    const hearth_answer *r = hearth_call_get(t, target);

    ck_assert_int_eq(r->status, 200);
    http_check_field(r, "Content-Type: application/x-ndjson");
    http_check_field(r, "Content-Length");
    ck_assert_str_eq(r->body.ptr, "{\"n\":1,\"text\":\"two\\nlines\"}\n"
                                  "{\"n\":2,\"text\":\"two\\nlines\"}\n");
    snprintf(target, sizeof target, "%sn=0", places[_i]);
    r = hearth_call_get(t, target);
    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(r->body.ptr, "");
    r = hearth_call_do(t, &(hearth_call){.method = "HEAD", .target = target});
    ck_assert_int_eq(r->status, 200);
    http_check_field(r, "Content-Type: application/x-ndjson");
    ck_assert_int_eq(atomic_load(&closed), 3);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_source_that_fails_at_once_is_an_error_and_later_no_whole_answer)
{
    hearth_client *t = http_client(NULL, routes);
    char target[64];

    snprintf(target, sizeof target, "%sn=9&fails=0", places[_i]);
    ck_assert_int_eq(hearth_call_get(t, target)->status, 409);
    snprintf(target, sizeof target, "%sn=9&fails=2", places[_i]);
    ck_assert_int_eq(hearth_call_get(t, target)->status, 0);
    ck_assert(http_logged(t, "the stream is cut after"));
    ck_assert_int_eq(atomic_load(&closed), 2);
    ck_assert_int_eq(hearth_call_get(t, "/none")->status, 500);
    ck_assert(http_logged(t, "a source of lines gave none"));
    hearth_client_free(t);
}
END_TEST

START_TEST(what_is_refused_is_closed)
{
    hearth_client *t = http_client(NULL, routes);

    ck_assert_int_eq(hearth_call_get(t, "/refused")->status, 400);
    ck_assert_int_eq(atomic_load(&closed), 3);
    hearth_client_free(t);
}
END_TEST

/* How many rows there are, how many a page has; around each border. */
static const struct {
    int n, width, page;
} sizes[] = {
    {0, 1, 0},   {1, 1, 1},    {3, 1, 1},     {255, 1, 0},    {256, 1, 0},
    {257, 1, 0}, {1000, 1, 7}, {70, 5000, 0}, {3, 100000, 0}, {1000, 10, 10000},
};

START_TEST(all_rows_come_once_and_in_order)
{
    hearth_client *t = with_table();
    char target[64], line[128];
    const char *at;

    fill_table(t, sizes[_i].n, sizes[_i].width);
    snprintf(target, sizeof target, "/rows?page=%d", sizes[_i].page);
    const hearth_answer *r = hearth_call_get(t, target);

    ck_assert_msg(r->status == 200, "%d: %s", r->status, r->body.ptr);
    http_check_field(r, "Content-Type: application/x-ndjson");
    at = r->body.ptr;
    for (int i = 1; i <= sizes[_i].n; i++) {
        const char *end = strchr(at, '\n');
        json_t *row = json_loadb(at, (size_t)(end - at), 0, NULL);

        ck_assert_ptr_nonnull(row);
        ck_assert_int_eq(json_integer_value(json_object_get(row, "id")), i);
        ck_assert_uint_ge(json_string_length(json_object_get(row, "name")),
                          (size_t)sizes[_i].width);
        ck_assert_int_eq(json_is_true(json_object_get(row, "odd")), i % 2);
        snprintf(line, sizeof line, "\"list\":[%d]}", i);
        ck_assert_int_eq(strncmp(end - strlen(line), line, strlen(line)), 0);
        json_decref(row);
        at = end + 1;
    }
    ck_assert_str_eq(at, "");
    hearth_client_free(t);
}
END_TEST

START_TEST(a_text_may_be_the_key)
{
    hearth_client *t = with_table();
    const hearth_answer *r;

    fill_table(t, 20, 4);
    r = hearth_call_get(t, "/rows?page=3&key=name&below=4");
    ck_assert_str_eq(r->body.ptr,
                     "{\"id\":1,\"name\":\"0001\",\"odd\":true,\"list\":[1]}\n"
                     "{\"id\":2,\"name\":\"0002\",\"odd\":false,\"list\":[2]}\n"
                     "{\"id\":3,\"name\":\"0003\",\"odd\":true,\"list\":[3]}\n");
    r = hearth_call_get(t, "/rows?page=3&key=name&below=1000");
    size_t n = 0;

    for (const char *p = r->body.ptr; (p = strchr(p, '\n')) != NULL; p++)
        n++;
    ck_assert_uint_eq(n, 20);
    hearth_client_free(t);
}
END_TEST

/* What is not there is 500 with a line that says why; nothing is written. */
static const struct {
    const char *target;
    int status;
    const char *logged;
} wrong[] = {
    {"/rows?key=nope", 500, "nope"},
    {"/rows?key=a%22b", 400, "key is not"},
    {"/rows?page=-1", 400, "page is not"},
    {"/rows?page=10001", 400, "page is not"},
    {"/rows?sql=SELEC", 500, "SELEC"},
    {"/rows?sql=SELECT%20NULL%20AS%20id,%20?", 500, "is NULL"},
    {"/rows?sql=SELECT%201%20AS%20one,%20?", 500, "id"},
    {"/rows?sql=DELETE%20FROM%20t%20WHERE%20id%20%3C%20?%20RETURNING%20id", 500,
     "syntax"},
};

START_TEST(what_cannot_be_read_by_pages_is_told)
{
    hearth_client *t = with_table();

    fill_table(t, 3, 1);
    const hearth_answer *r = hearth_call_get(t, wrong[_i].target);

    ck_assert_msg(r->status == wrong[_i].status, "%d: %s", r->status, r->body.ptr);
    ck_assert_msg(http_logged(t, wrong[_i].logged), "%s", hearth_client_log(t));
    hearth_client_free(t);
}
END_TEST

START_TEST(without_a_database_it_is_500)
{
    hearth_client *t = http_client(NULL, routes);

    ck_assert_int_eq(hearth_call_get(t, "/rows")->status, 500);
    ck_assert(http_logged(t, "no database"));
    hearth_client_free(t);
}
END_TEST

START_TEST(lines_may_be_compressed_and_head_has_the_fields)
{
    static const char *const accepts[] = {"Accept-Encoding: gzip", NULL};
    hearth_client *t = with_table();
    const hearth_answer *r;

    fill_table(t, 3000, 10);
    r = hearth_call_do(t, &(hearth_call){.target = "/rows", .headers = accepts});
    ck_assert_int_eq(r->status, 200);
    http_check_field(r, "Content-Encoding: gzip");
    ck_assert_uint_gt(r->body.len, 100);
    r = hearth_call_do(t, &(hearth_call){.method = "HEAD", .target = "/rows"});
    ck_assert_int_eq(r->status, 200);
    http_check_field(r, "Content-Type: application/x-ndjson");
    ck_assert_str_eq(r->body.ptr, "");
    ck_assert(!http_logged(t, "statement")); /* pages are no queries in a loop */
    hearth_client_free(t);
}
END_TEST

SUITE("http/ndjson",
      LOOP(each_value_is_a_line, 0, 2)
          LOOP(a_source_that_fails_at_once_is_an_error_and_later_no_whole_answer, 0, 2)
              TEST(what_is_refused_is_closed) LOOP(all_rows_come_once_and_in_order, 0, 10)
                  TEST(a_text_may_be_the_key)
                      LOOP(what_cannot_be_read_by_pages_is_told, 0, 8)
                          TEST(without_a_database_it_is_500)
                              TEST(lines_may_be_compressed_and_head_has_the_fields))
