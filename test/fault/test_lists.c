/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Relations and searches while memory runs out, in Hearth, in jansson and in SQLite: the very
 * answer that there is otherwise, or one 503.
 */

#include "allocators.h"
#include "fault.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <stdio.h>

HEARTH_MODEL_LATER(leaf);
static const hearth_many tree_many[] = {{.name = "leaves", .of = &leaf_model}, {0}};
#define TREE(F, T)                           \
    F(T, id, i64, "Identifier", .key = true) \
    F(T, name, text, "Name")
HEARTH_MODEL_WITH(tree, "trees", TREE, .many = tree_many);

#define LEAF(F, T)                                                      \
    F(T, id, uuid, "Identifier", .key = true)                           \
    F(T, text, text, "Text")                                            \
    F(T, tree_id, i64, "Tree", .references = &tree_model, .as = "tree") \
    F(T, more, json, "More", .nullable = true)
HEARTH_MODEL(leaf, "leaves", LEAF);

static const hearth_model *const models[] = {&tree_model, &leaf_model, NULL};

#define UUID(n) "'00000000-0000-7000-8000-00000000000" #n "'"

static const char rows[] =
    "INSERT INTO trees VALUES (1, 'ash'), (2, 'elm'), (3, 'oak');"
    "INSERT INTO leaves VALUES (" UUID(1) ", 'green ash', 1, '[1]'), (" UUID(
        2) ", 'brown "
           "ash', 1, NULL), (" UUID(3) ", 'a green elm', 2, '{}');";

static int leaves(hearth_ctx *c)
{
    return hearth_reply_list(c, &leaf_model,
                             &(hearth_list_opts){.may_with = "tree.leaves.tree",
                                                 .snippet = "found"});
}

static int trees(hearth_ctx *c)
{
    struct tree *t;
    struct leaf *l;
    hearth_group *g;
    size_t n;

    HEARTH_TRY(hearth_list(c, &tree_model, NULL, (void **)&t, &n));
    HEARTH_TRY(hearth_related(c, &tree_model, t, n, "leaves", &g));
    l = g[0].rows;
    return hearth_textf(c, 200, "%d %s", (int)g[0].n, l[0].text);
}

static int show(hearth_ctx *c)
{
    struct tree t;

    HEARTH_TRY(hearth_find(c, &tree_model, 1, &t));
    return hearth_reply_with(c, 200, &tree_model, &t,
                             &(hearth_with_opts){.may_with = "leaves.tree"});
}

/* The same each time; through triggers. */
static int change(hearth_ctx *c)
{
    HEARTH_TRY(hearth_exec(c, "UPDATE leaves SET text = ? WHERE text LIKE '%elm'",
                           hearth_args("a green elm")));
    return 204;
}

static int loop(hearth_ctx *c)
{
    for (int i = 0; i < 3; i++) {
        hearth_rows *r = hearth_select(c, "SELECT ?", hearth_args(i));

        while (hearth_rows_next(r))
            ;
        HEARTH_TRY(hearth_rows_error(r));
    }
    return 204;
}

static const hearth_route routes[] = {
    HEARTH_GET("/leaves", leaves), HEARTH_GET("/trees", trees),
    HEARTH_GET("/tree", show),     HEARTH_POST("/change", change),
    HEARTH_GET("/loop", loop),     HEARTH_END,
};

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self, (void)level, (void)lines;
}

static const hearth_log_ops quiet = {.name = "quiet", .write = drop_lines};

/* NULL when out of memory. */
static hearth_client *make_client(void)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.ops = &quiet}, .max_repeats = 2});
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);

    if (app == NULL) {
        hearth_db_close(db);
        return NULL;
    }
    if (hearth_use_db(app, db) != 0 || hearth_use_models(app, models) != 0 ||
        hearth_db_script(db, rows, NULL) != 0) {
        hearth_app_free(app);
        return NULL;
    }
    (void)hearth_use_search(app, &leaf_model, &(hearth_search_opts){.fields = "text"});
    (void)hearth_mount(app, "", routes);
    return hearth_client_new(app);
}

static const struct {
    hearth_call call;
    int status;
} calls[] = {
    {{.target = "/leaves?with=tree.leaves.tree"}, 200},
    {{.target = "/leaves?q=green+a*&with=tree&limit=1&count=true"}, 200},
    {{.target = "/leaves?q=%22green+ash%22"}, 200},
    {{.target = "/leaves?q=green&sort=-text&limit=1"}, 200},
    {{.target = "/leaves?with=nobody&q="}, 422},
    {{.target = "/tree?with=leaves.tree"}, 200},
    {{.target = "/tree?with=nobody"}, 422},
    {{.target = "/trees"}, 200},
    {{.method = "POST", .target = "/change"}, 204},
    {{.target = "/loop"}, 204},
};

/* The body, without what differs each time; and without marks, since FTS5 sometimes shows a text
 * without them where it had no memory. */
static void take(char out[4000], const hearth_answer *r)
{
    char *tag;

    snprintf(out, 4000, "%d %s", r->status,
             r->status == 200 ? r->body.ptr : hearth_answer_at(r, "/detail"));
    while ((tag = strstr(out, "mark>")) != NULL) {
        char *start = tag[-1] == '/' ? tag - 2 : tag - 1;

        memmove(start, tag + 5, strlen(tag + 5) + 1);
    }
}

/* FTS5 remembers that it failed for a statement or two. */
static void check_sound(hearth_client *t, int i, long n, const char *wanted)
{
    char now[4000] = "";

    for (int tries = 0; tries < 4 && strcmp(now, wanted) != 0; tries++)
        take(now, hearth_call_do(t, &calls[i].call));
    ck_assert_msg(strcmp(now, wanted) == 0, "after %ld: %s, not %s", n, now, wanted);
}

/* One call with a failing allocation; did one fail? */
static bool try_call(hearth_client *t, int i, long n, bool onwards, const char *wanted)
{
    char now[4000];
    const hearth_answer *r;
    bool hit;

    (onwards ? fault_from : fault_at)(n);
    r = hearth_call_do(t, &calls[i].call);
    hit = fault_hit();
    if (r->status == 0 || r->status == 503) {
        ck_assert(hit);
        return hit;
    }
    if (r->json == NULL && r->status == 422) /* the client's loss */
        return hit;
    take(now, r);
    ck_assert_msg(strcmp(now, wanted) == 0, "allocation %ld: %s, not %s", n, now, wanted);
    return hit;
}

START_TEST(a_list_without_memory_is_the_same_answer_or_one_503)
{
    char wanted[4000];
    hearth_client *t;
    long n = 0;

    take_over();
    t = make_client();
    ck_assert_ptr_nonnull(t);
    take(wanted, hearth_call_do(t, &calls[_i].call));
    ck_assert_msg(atoi(wanted) == calls[_i].status, "%s", wanted);
    for (int onwards = 0; onwards < 2; onwards++) {
        for (n = 0; try_call(t, _i, n, onwards == 1, wanted); n++)
            check_sound(t, _i, n, wanted);
    }
    ck_assert_int_ge(n, 2);
    hearth_client_free(t);
}
END_TEST

START_TEST(an_index_without_memory_refuses_the_start)
{
    long n = 0;

    take_over();
    for (;; n++) {
        hearth_client *t;
        bool hit;

        fault_at(n);
        t = make_client();
        hit = fault_hit();
        if (!hit)
            ck_assert_ptr_nonnull(t);
        if (t != NULL)
            ck_assert_int_eq(hearth_call_get(t, "/leaves?q=elm")->status, 200);
        hearth_client_free(t);
        if (!hit)
            break;
    }
    ck_assert_int_ge(n, 100);
}
END_TEST

START_TEST(the_sql_of_an_index_without_memory_is_null)
{
    const hearth_search_opts o = {.fields = "text"};
    hearth_db *db;
    long n = 0;

    take_over();
    db = hearth_db_open("sqlite::memory:", NULL);
    for (;; n++) {
        hearth_error err = {0};
        char *text;

        fault_at(n);
        text = hearth_search_sql(db, &leaf_model, &o, false, &err);
        if (!fault_hit()) {
            ck_assert_ptr_nonnull(text);
            free(text);
            break;
        }
        ck_assert_ptr_null(text);
        ck_assert_int_eq(err.code, HEARTH_ENOMEM);
    }
    ck_assert_int_ge(n, 2);
    hearth_db_close(db);
}
END_TEST

SUITE("fault/lists", LOOP(a_list_without_memory_is_the_same_answer_or_one_503, 0,
                          (int)(sizeof calls / sizeof *calls))
                         TEST(an_index_without_memory_refuses_the_start)
                             TEST(the_sql_of_an_index_without_memory_is_null))
