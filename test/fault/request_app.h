/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_REQUEST_APP_H
#define HEARTH_TEST_REQUEST_APP_H

/*
 * An application with something of everything: middleware at three levels, a hook, bodies,
 * cookies, a database in memory, errors of every kind.  Its answers are the same every
 * time, so that one under failing memory can be compared with one before.
 */

#include <hearth.h>
#include <string.h>

static void before_sending(hearth_ctx *c, void *arg)
{
    (void)hearth_set_headerf(c, "X-Sent", "%s-%d", (const char *)arg, hearth_status(c));
}

static int around(hearth_ctx *c)
{
    HEARTH_TRY(hearth_on_send(c, before_sending, hearth_strdup(c, "hook")));
    HEARTH_TRY(hearth_set_header(c, "X-Around", "1"));
    return hearth_next(c);
}

static int below(hearth_ctx *c)
{
    int rc = hearth_next(c);

    HEARTH_TRY(hearth_add_header(c, "Vary", "X-Below"));
    return rc;
}

static int inner(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_cookie(c, "inner", "yes", NULL));
    return hearth_next(c);
}

static void count(void *arg)
{
    int *n = arg;

    *n += 1;
}

static int text(hearth_ctx *c)
{
    int *n = HEARTH_NEW(c, int);

    if (n == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_defer(c, count, n));
    return hearth_textf(c, 200, "%s %s %s", hearth_method(c), hearth_path(c),
                        hearth_host(c));
}

static int large(hearth_ctx *c)
{
    char *p = hearth_alloc(c, 100000);

    if (p == NULL)
        return HEARTH_ENOMEM;
    memset(p, 'x', 100000);
    for (int i = 0; i < 40; i++)
        HEARTH_TRY(hearth_add_header(c, "Link", "</a>; rel=next"));
    return hearth_blob_ref(c, 200, "text/plain", p, 100000);
}

static int echo(hearth_ctx *c)
{
    json_t *in;

    HEARTH_TRY(hearth_body_json(c, &in));
    in = json_pack("{s:O, s:i}", "echo", in, "n", 1);
    return in == NULL ? HEARTH_ENOMEM : hearth_json(c, 201, in);
}

static int form(hearth_ctx *c)
{
    HEARTH_TRY(hearth_body_form(c));
    return hearth_textf(c, 200, "%s|%s", hearth_form(c, "a", "none"),
                        hearth_form(c, "b", "none"));
}

static int query(hearth_ctx *c)
{
    int64_t n;

    HEARTH_TRY(hearth_query_int(c, "n", -1, &n));
    return hearth_textf(c, 200, "%s|%d", hearth_query(c, "q", "none"), (int)n);
}

static int inline_script(hearth_ctx *c)
{
    const char *nonce = hearth_csp_nonce(c);

    return nonce == NULL ? HEARTH_ENOMEM : hearth_html(c, 200, "<script></script>");
}

static int cookies(hearth_ctx *c)
{
    const char *old = hearth_cookie(c, "taste");

    HEARTH_TRY(hearth_set_cookie(c, "taste", "sweet", NULL));
    return hearth_text(c, 200, old == NULL ? "none" : old);
}

static int headers(hearth_ctx *c)
{
    const char *name, *value;
    int n = 0;

    for (size_t i = 0; hearth_header_at(c, i, &name, &value); i++)
        n += (int)(strlen(name) + strlen(value));
    value = hearth_header(c, "X-One");
    return hearth_textf(c, 200, "%d %s", n, value == NULL ? "none" : value);
}

static int urls(hearth_ctx *c)
{
    const char *url = hearth_url(c, "one", hearth_args(7, "a b"));

    return url == NULL ? HEARTH_ENOMEM : hearth_text(c, 200, url);
}

static int one(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%lld %s", (long long)hearth_param_int(c, "id"),
                        hearth_param(c, "word"));
}

static int rows(hearth_ctx *c)
{
    return hearth_reply_rows(c, 200,
                             "SELECT id, title, id > 1 AS \"late:bool\" FROM notes "
                             "WHERE title LIKE ? ORDER BY id",
                             hearth_args("%t%"));
}

static int by_hand(hearth_ctx *c)
{
    hearth_rows *r =
        hearth_select(c, "SELECT title, id FROM notes ORDER BY id", HEARTH_NO_ARGS);
    char *all = hearth_strdup(c, "");

    while (hearth_rows_next(r))
        all = hearth_strf(c, "%s%s,", all == NULL ? "" : all, hearth_rows_text(r, 0));
    HEARTH_TRY(hearth_rows_error(r));
    return all == NULL ? HEARTH_ENOMEM : hearth_text(c, 200, all);
}

/* The same answer every time. */
static int insert(hearth_ctx *c)
{
    json_t *in;

    HEARTH_TRY(hearth_body_json(c, &in));
    return hearth_reply_row(c, 201,
                            "INSERT INTO notes(id, title) VALUES (7, ?) "
                            "ON CONFLICT DO UPDATE SET title = excluded.title "
                            "RETURNING id, title",
                            hearth_args(json_object_get(in, "title")));
}

/* Both or none. */
static int move(hearth_ctx *c)
{
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_exec(c, "UPDATE purse SET n = n - 1 WHERE id = 1", HEARTH_NO_ARGS));
    HEARTH_TRY(hearth_exec(c, "UPDATE purse SET n = n + 1 WHERE id = 2", HEARTH_NO_ARGS));
    HEARTH_TRY(hearth_commit(c));
    return 204;
}

static int sum(hearth_ctx *c)
{
    return hearth_reply_row(c, 200, "SELECT sum(n) AS sum FROM purse", HEARTH_NO_ARGS);
}

static int duplicate(hearth_ctx *c)
{
    return hearth_exec(c, "INSERT INTO notes(id, title) VALUES (1, ?)", hearth_args("x"));
}

static int go(hearth_ctx *c)
{
    return hearth_redirect(c, "/query?q=1");
}

static int fails(hearth_ctx *c)
{
    return hearth_fail(c, 409, "%s is taken", hearth_query(c, "what", "it"));
}

static int faulty(hearth_ctx *c)
{
    hearth_fault(c, "/title", "required", "title is required");
    hearth_fault(c, "?n", "range", "n is %d too large", 3);
    return hearth_faults(c);
}

static int as_text(hearth_ctx *c)
{
    return hearth_text(c, 200, "as text");
}

static int forms(hearth_ctx *c)
{
    static const hearth_as table_of[] = {{"text/plain", as_text},
                                         {"text/html", as_text},
                                         {NULL, NULL}};

    HEARTH_TRY(hearth_vary(c, "Origin"));
    return hearth_reply_as(c, table_of);
}

typedef struct blocks {
    hearth_ctx *c;
    int n;
} blocks;

static ptrdiff_t next_block(void *arg, char *buf, size_t max)
{
    blocks *b = arg;
    const char *text = b->n == 0 ? hearth_header(b->c, "Host") : "again";

    if (text == NULL)
        return HEARTH_ENOMEM;
    if (b->n++ == 3)
        return 0;
    memset(buf, 'x', max / 2);
    memcpy(buf, text, strlen(text));
    return (ptrdiff_t)(max / 2);
}

static int blockwise(hearth_ctx *c)
{
    static const char *const names[] = {"X-Sum", "X-Time", NULL};
    blocks *b = HEARTH_NEW(c, blocks);

    if (b == NULL)
        return HEARTH_ENOMEM;
    b->c = c;
    return hearth_stream_with(c, 200, "text/plain", next_block, b,
                              &(hearth_stream_opts){.trailers = names});
}

static int silent(hearth_ctx *c)
{
    (void)c;
    return 0;
}

static int declines(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "X-Declined", hearth_param(c, "n")));
    return HEARTH_DECLINED;
}

static int accepts(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_param(c, "any"));
}

static int fallback(hearth_ctx *c)
{
    if (strcmp(hearth_path(c), "/nowhere") == 0)
        return 404;
    return hearth_textf(c, 200, "fallback %s", hearth_path(c));
}

static int own_page(hearth_ctx *c, const hearth_error *e)
{
    HEARTH_TRY(hearth_set_header(c, "X-Own", "1"));
    return hearth_json(c, e->status,
                       json_pack("{s:i, s:s}", "status", e->status, "own", e->text));
}

static const char *const states[] = {"open", "closed", NULL};

#define PART(F, T)                                                                 \
    F(T, title, text, "Title", .required = true, .max = 20, .pattern = "[a-z\n]*") \
    F(T, data, blob, "Bytes")                                                      \
    F(T, more, json, "Anything")                                                   \
    F(T, state, enum, "State", .choices = states, .fallback = "closed")            \
    F(T, mail, text, "Mail", .nullable = true, .format = HEARTH_FORMAT_EMAIL)

static int check_part(hearth_ctx *c, const void *obj);
HEARTH_MODEL_WITH(part, NULL, PART, .check = check_part);

static int check_part(hearth_ctx *c, const void *obj)
{
    const struct part *p = obj;

    if (p->data.len == 1)
        hearth_fault(c, "/data", "odd", "data has %d byte", 1);
    return 0;
}

static int bound(hearth_ctx *c)
{
    return hearth_reply(c, 200, &part_model, HEARTH_IN(c, part));
}

/* The form, again when it was faulty. */
static int form_page(hearth_ctx *c)
{
    struct part p;
    int rc = hearth_bind(c, &part_model, &p);
    hearth_str html;

    if (!hearth_form_again(c, rc)) {
        HEARTH_TRY(rc);
        HEARTH_TRY(hearth_check(c, &part_model, &p));
    }
    html = hearth_form_html(c, &part_model, rc == 0 ? &p : NULL, NULL);
    return hearth_html(c, rc == 0 ? 200 : 422, html.ptr);
}

static int bound_here(hearth_ctx *c)
{
    struct part p;

    HEARTH_TRY(hearth_bind_with(c, &part_model, &p,
                                &(hearth_bind_opts){.ignore_unknown = true}));
    HEARTH_TRY(hearth_check(c, &part_model, &p));
    return hearth_reply_all(c, 200, &part_model, &p, 1);
}

static int checked(hearth_ctx *c)
{
    const struct part p = {.title = "LARGE", .mail = "nobody"};

    return hearth_check(c, &part_model, &p);
}

static hearth_handler *const with_inner[] = {inner, NULL};

#define MEMO(F, T)                                 \
    F(T, id, i64, "Identifier", .key = true)       \
    F(T, title, text, "Title", .required = true)   \
    F(T, more, json, "More", .fallback = "[1]")    \
    F(T, ref, uuid, "Reference", .nullable = true) \
    F(T, day, date, "Day", .nullable = true)
HEARTH_MODEL(memo, "memos", MEMO);

static const hearth_model *const models[] = {&memo_model, NULL};

/* The same answer every time. */
static int memo_put(hearth_ctx *c)
{
    struct memo *t = HEARTH_IN(c, memo);

    HEARTH_TRY(hearth_upsert(c, &memo_model, NULL, t));
    return hearth_reply(c, 200, &memo_model, t);
}

static int memo_change(hearth_ctx *c)
{
    struct memo t;

    HEARTH_TRY(hearth_find(c, &memo_model, hearth_param(c, "id"), &t));
    HEARTH_TRY(hearth_update(c, &memo_model, &t));
    return hearth_reply(c, 200, &memo_model, &t);
}

static int memo_drop(hearth_ctx *c)
{
    struct memo t = {0};

    HEARTH_SET(&t, memo, title, "for a moment");
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_insert(c, &memo_model, &t));
    HEARTH_TRY(hearth_delete(c, &memo_model, t.id));
    HEARTH_TRY(hearth_commit(c));
    return hearth_delete(c, &memo_model, 99);
}

static int memo_list(hearth_ctx *c)
{
    return hearth_reply_list(c, &memo_model, NULL);
}

static int memo_structs(hearth_ctx *c)
{
    struct memo *t;
    size_t n;

    HEARTH_TRY(hearth_list(c, &memo_model, &(hearth_list_opts){.where = "id = 1"},
                           (void **)&t, &n));
    return hearth_reply_all(c, 200, &memo_model, t, n);
}

/* Before each request of the resource the table is the same. */
static int sweep(hearth_ctx *c)
{
    HEARTH_TRY(hearth_exec(c, "DELETE FROM memos WHERE id > 1", HEARTH_NO_ARGS));
    HEARTH_TRY(hearth_exec(c,
                           "INSERT INTO memos(id, title, more, day) VALUES "
                           "(2, 'b', '{\"b\":2}', '2026-01-01')",
                           HEARTH_NO_ARGS));
    return hearth_next(c);
}

static int day_and_word(hearth_ctx *c, hearth_val *arg)
{
    arg[0] = hearth_val_text(hearth_param(c, "on"));
    arg[1] = hearth_val_text("x");
    return 0;
}

static int watch(hearth_ctx *c, void *obj, const void *old)
{
    (void)old;
    return obj == NULL ? 500
                       : hearth_exec(c, "UPDATE notes SET title = title", HEARTH_NO_ARGS);
}

static hearth_handler *const with_sweep[] = {sweep, NULL};

static const hearth_resource_opts memo_opts = {.name = "r",
                                               .use = with_sweep,
                                               .scope = "day",
                                               .where = "title <> ?",
                                               .args = day_and_word,
                                               .upsert = true,
                                               .before_create = watch,
                                               .after_create = watch,
                                               .before_update = watch,
                                               .after_update = watch,
                                               .before_delete = watch,
                                               .after_delete = watch};

static const hearth_route table[] = {
    HEARTH_GET("/memos", memo_list),
    HEARTH_GET("/memos/all", memo_structs),
    HEARTH_PUT("/memos", memo_put, .in = &memo_model),
    HEARTH_POST("/memos/{id}", memo_change),
    HEARTH_DEL("/memos", memo_drop),
    HEARTH_GET("/", text),
    HEARTH_GET("/large", large),
    HEARTH_POST("/json", echo),
    HEARTH_POST("/form", form),
    HEARTH_GET("/query", query),
    HEARTH_GET("/cookies", cookies),
    HEARTH_GET("/inline", inline_script),
    HEARTH_GET("/headers", headers),
    HEARTH_GET("/urls", urls),
    HEARTH_GET("/in/one/{id:int}/{word}", one, .use = with_inner, .name = "one"),
    HEARTH_GET("/rows", rows),
    HEARTH_GET("/by-hand", by_hand),
    HEARTH_POST("/insert", insert),
    HEARTH_POST("/move", move),
    HEARTH_GET("/sum", sum),
    HEARTH_POST("/duplicate", duplicate),
    HEARTH_GET("/go", go),
    HEARTH_GET("/fails", fails),
    HEARTH_GET("/faulty", faulty),
    HEARTH_GET("/silent", silent),
    HEARTH_GET("/blockwise", blockwise),
    HEARTH_POST("/bound", bound, .in = &part_model),
    HEARTH_GET("/bound", bound, .in = &part_model),
    HEARTH_POST("/bound-here", bound_here),
    HEARTH_POST("/form-page", form_page),
    HEARTH_GET("/checked", checked),
    HEARTH_GET("/forms", forms),
    HEARTH_GET("/d/{n:int}", declines),
    HEARTH_GET("/d/{any}", accepts),
    HEARTH_END,
};

static const char schema[] =
    "CREATE TABLE notes(id INTEGER PRIMARY KEY, title TEXT NOT "
    "NULL) STRICT;"
    "CREATE TABLE purse(id INTEGER PRIMARY KEY, n INT) STRICT;"
    "INSERT INTO notes VALUES (1, 'first'), (2, 'second'),"
    " (3, 'tenth');"
    "INSERT INTO purse VALUES (1, 1000), (2, 1000);"
    "CREATE TABLE memos(id INTEGER PRIMARY KEY, title TEXT NOT "
    "NULL, more TEXT NOT NULL DEFAULT '[1]', ref TEXT, day TEXT) "
    "STRICT; INSERT INTO memos(id, title) VALUES (1, 'a');";

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static const hearth_log_ops quiet = {.name = "quiet", .write = drop_lines};

/* NULL when out of memory; a failed set-up call shows at the start. */
static hearth_app *make_app(bool own_pages)
{
    hearth_error err;
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.log = {.ops = &quiet},
                                                        .slash_redirect = true,
                                                        .max_body = 4096});
    hearth_db *db = NULL;

    if (app == NULL)
        return NULL;
    db = hearth_db_open("sqlite::memory:", &err);
    if (db != NULL && hearth_db_script(db, schema, &err) != 0) {
        hearth_db_close(db);
        db = NULL;
    }
    hearth_use_db(app, db);
    hearth_use_models(app, models);
    hearth_use(app, around);
    hearth_use_at(app, "/in", below);
    hearth_mount(app, "", table);
    hearth_resource(app, "/r/{on:date}", &memo_model, &memo_opts);
    hearth_resource(
        app, "/plain", &memo_model,
        &(hearth_resource_opts){.use = with_sweep,
                                .list = &(hearth_list_opts){.where = "title <> ?",
                                                            .args = hearth_args("x"),
                                                            .sort = "title"}});
    hearth_openapi(app, NULL, NULL);
    hearth_fallback(app, fallback);
    hearth_on_error(app, own_pages ? own_page : NULL);
    return app;
}

#endif
