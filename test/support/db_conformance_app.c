/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What an application sees of the driver: models of all kinds, lists, transactions in
 * handlers, migrations.  One application for each test, called through its test client.
 */

#include "db_conformance.h"

#include <hearth.h>
#include <hearth/client.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const states[] = {"open", "closed", NULL};

HEARTH_MODEL_LATER(thing);
static const hearth_many owner_many[] = {
    {.name = "things", .of = &thing_model, .sort = "-n", .limit = 2},
    {0},
};
#define OWNER(F, T)                                 \
    F(T, code, text, "Code", .key = true, .max = 8) \
    F(T, mail, text, "Mail", .required = true, .unique = true)
HEARTH_MODEL_WITH(owner, "conf_owners", OWNER, .many = owner_many);

#define THING(F, T)                                                          \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)               \
    F(T, name, text, "Name", .required = true, .unique = true, .max = 40)    \
    F(T, n, i64, "A number", .nullable = true, .min = -100)                  \
    F(T, x, f64, "Another", .nullable = true)                                \
    F(T, done, flag, "Done?", .fallback = "false")                           \
    F(T, at, time, "When", .nullable = true)                                 \
    F(T, day, date, "Day", .nullable = true)                                 \
    F(T, code, uuid, "Code", .nullable = true)                               \
    F(T, extra, json, "Anything", .nullable = true)                          \
    F(T, raw, blob, "Bytes", .nullable = true)                               \
    F(T, state, enum, "State", .choices = states, .fallback = "open")        \
    F(T, owner, text, "Owner", .nullable = true, .references = &owner_model, \
      .as = "owned")                                                         \
    F(T, made, time, "Made", .readonly = true, .fallback = "now")
HEARTH_MODEL(thing, "conf_things", THING);

static const hearth_model *const models[] = {&owner_model, &thing_model, NULL};

/* ---- handlers --------------------------------------------------------- */

static int create(hearth_ctx *c)
{
    struct thing *t = HEARTH_IN(c, thing);

    HEARTH_TRY(hearth_insert(c, &thing_model, t));
    return hearth_reply(c, 201, &thing_model, t);
}

static int show(hearth_ctx *c)
{
    struct thing t;

    HEARTH_TRY(hearth_find(c, &thing_model, hearth_param(c, "id"), &t));
    return hearth_reply(c, 200, &thing_model, &t);
}

static int change(hearth_ctx *c)
{
    struct thing *t = HEARTH_IN(c, thing);

    HEARTH_SET(t, thing, id, hearth_param_int(c, "id"));
    HEARTH_TRY(hearth_update(c, &thing_model, t));
    return hearth_reply(c, 200, &thing_model, t);
}

static int put(hearth_ctx *c)
{
    struct thing *t = HEARTH_IN(c, thing);

    HEARTH_TRY(hearth_upsert(c, &thing_model, "name", t));
    return hearth_reply(c, 200, &thing_model, t);
}

static int drop(hearth_ctx *c)
{
    HEARTH_TRY(hearth_delete(c, &thing_model, hearth_param_int(c, "id")));
    return 204;
}

static int list(hearth_ctx *c)
{
    return hearth_reply_list(c, &thing_model, NULL);
}

/* The key and the relation, no more. */
static int related(hearth_ctx *c)
{
    const hearth_list_opts o = {.sort = "code"};
    char *text = hearth_strdup(c, "");
    struct owner *owners;
    hearth_group *g;
    size_t n;

    HEARTH_TRY(hearth_list(c, &owner_model, &o, (void **)&owners, &n));
    HEARTH_TRY(hearth_related(c, &owner_model, owners, n, "things", &g));
    for (size_t i = 0; i < n; i++) {
        const struct thing *t = g[i].rows;

        text = hearth_strf(c, "%s%s:", text, owners[i].code);
        for (size_t k = 0; k < g[i].n; k++)
            text = hearth_strf(c, "%s%s,", text, t[k].name);
    }
    return hearth_text(c, 200, text);
}

static int with_owner(hearth_ctx *c)
{
    return hearth_reply_list(c, &thing_model, &(hearth_list_opts){.with = "owned"});
}

static int found(hearth_ctx *c)
{
    return hearth_reply_list(c, &thing_model, &(hearth_list_opts){.snippet = "found"});
}

static int put_owner(hearth_ctx *c)
{
    struct owner *o = HEARTH_IN(c, owner);

    HEARTH_TRY(hearth_upsert(c, &owner_model, NULL, o));
    return hearth_reply(c, 200, &owner_model, o);
}

static int drop_owner(hearth_ctx *c)
{
    HEARTH_TRY(hearth_delete(c, &owner_model, hearth_param(c, "code")));
    return 204;
}

#define ADD "INSERT INTO conf_owners(code, mail) VALUES (?, ?)"

/* A is kept, B is undone, C is undone with the rest when it fails. */
static int nest(hearth_ctx *c)
{
    bool breaks = strcmp(hearth_param(c, "how"), "breaks") == 0;

    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_exec(c, ADD, hearth_args("A", "a")));
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_exec(c, ADD, hearth_args("B", "b")));
    HEARTH_TRY(hearth_rollback(c));
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_exec(c, ADD, hearth_args("C", breaks ? "a" : "c")));
    HEARTH_TRY(hearth_commit(c));
    HEARTH_TRY(hearth_commit(c));
    return 204;
}

/* Forgets to commit. */
static int forget(hearth_ctx *c)
{
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_exec(c, ADD, hearth_args("F", "f")));
    return 204;
}

static int owners(hearth_ctx *c)
{
    return hearth_reply_rows(c, 200, "SELECT code, mail FROM conf_owners ORDER BY code",
                             HEARTH_NO_ARGS);
}

/* Writes while it reads, and answers what it has read. */
static int both(hearth_ctx *c)
{
    hearth_rows *r;
    int64_t sum = 0;

    for (int i = 0; i < 5; i++)
        HEARTH_TRY(hearth_exec(c, "INSERT INTO conf_things(name, n) VALUES (?, ?)",
                               hearth_args(hearth_strf(c, "t%d", i), i)));
    r = hearth_select(c, "SELECT id, n FROM conf_things ORDER BY n", HEARTH_NO_ARGS);
    while (hearth_rows_next(r)) {
        sum = sum * 10 + hearth_rows_int(r, 1);
        HEARTH_TRY(hearth_exec(c, "UPDATE conf_things SET n = n + 50 WHERE id = ?",
                               hearth_args(hearth_rows_int(r, 0))));
    }
    HEARTH_TRY(hearth_rows_error(r));
    return hearth_textf(c, 200, "%lld %lld", (long long)sum,
                        (long long)hearth_changes(c));
}

static int nul(hearth_ctx *c)
{
    const hearth_str inside = {"a\0b", 3};

    return hearth_exec(c, ADD, hearth_args(inside, "m"));
}

static const hearth_route routes[] = {
    HEARTH_POST("/things", create, .in = &thing_model),
    HEARTH_PUT("/things", put, .in = &thing_model),
    HEARTH_GET("/related", related),
    HEARTH_GET("/with-owner", with_owner),
    HEARTH_GET("/found", found),
    HEARTH_GET("/things", list),
    HEARTH_GET("/things/{id}", show),
    HEARTH_PATCH("/things/{id}", change, .in = &thing_model),
    HEARTH_DEL("/things/{id}", drop),
    HEARTH_PUT("/owners", put_owner, .in = &owner_model),
    HEARTH_GET("/owners", owners),
    HEARTH_DEL("/owners/{code}", drop_owner),
    HEARTH_POST("/nest/{how}", nest),
    HEARTH_POST("/forget", forget),
    HEARTH_POST("/both", both),
    HEARTH_POST("/nul", nul),
    HEARTH_END,
};

/* ---- calls ------------------------------------------------------------ */

typedef struct talk {
    hearth_client *client;
    const hearth_answer *a;
    char why[1000];
} talk;

/* Everything after the first thing that was wrong is left out. */
static bool wrong(const talk *t)
{
    return t->why[0] != '\0';
}

static void say(talk *t, const char *fmt, ...) HEARTH_PRINTF(2, 3);
static void say(talk *t, const char *fmt, ...)
{
    va_list ap;

    if (wrong(t))
        return;
    va_start(ap, fmt);
    vsnprintf(t->why, sizeof(t->why), fmt, ap);
    va_end(ap);
}

static void call(talk *t, int status, const char *method, const char *target,
                 const char *body)
{
    hearth_call how = {.method = method, .target = target, .body = body};

    if (wrong(t))
        return;
    t->a = hearth_call_do(t->client, &how);
    if (t->a == NULL)
        say(t, "%s %s: no answer", method, target);
    else if (t->a->status != status)
        say(t, "%s %s: %d, not %d: %.300s", method, target, t->a->status, status,
            t->a->body.ptr);
}

static void body_is(talk *t, const char *body)
{
    if (!wrong(t) && strcmp(t->a->body.ptr, body) != 0)
        say(t, "the answer is %.400s, not %.400s", t->a->body.ptr, body);
}

static void body_has(talk *t, const char *part)
{
    if (!wrong(t) && strstr(t->a->body.ptr, part) == NULL)
        say(t, "the answer %.500s has no %.300s", t->a->body.ptr, part);
}

/* ---- tests ------------------------------------------------------------ */

#define ALL                                                                     \
    "\"n\":-7,\"x\":0.1,\"done\":true,\"at\":\"2026-11-23T10:00:00Z\","         \
    "\"day\":\"2026-11-23\",\"code\":\"0189d3b0-5d4c-7000-8000-0123456789ab\"," \
    "\"extra\":{\"a\":[1,null]},\"raw\":\"AAH/\",\"state\":\"closed\",\"owner\":null"

static void all_kinds_are_stored(talk *t)
{
    call(t, 201, "POST", "/things", "{\"name\":\"\xc3\xa9\"," ALL "}");
    body_has(t, "{\"id\":1,\"name\":\"\xc3\xa9\"," ALL ",\"made\":\"");
    call(t, 200, "GET", "/things/1", NULL);
    body_has(t, "{\"id\":1,\"name\":\"\xc3\xa9\"," ALL ",\"made\":\"");
    call(t, 201, "POST", "/things", "{\"name\":\"bare\"}");
    body_has(t, "{\"id\":2,\"name\":\"bare\",\"n\":null,\"x\":null,\"done\":false,\"at\":"
                "null,\"day\":null,\"code\":null,\"extra\":null,\"raw\":null,\"state\":"
                "\"open\",\"owner\":null,\"made\":\"");
}

static void rows_are_changed(talk *t)
{
    call(t, 201, "POST", "/things", "{\"name\":\"a\",\"n\":1}");
    call(t, 200, "PATCH", "/things/1", "{\"n\":2}");
    body_has(t, "\"name\":\"a\",\"n\":2");
    call(t, 200, "PUT", "/things", "{\"name\":\"a\",\"n\":3}");
    body_has(t, "{\"id\":1,\"name\":\"a\",\"n\":3");
    call(t, 200, "PUT", "/things", "{\"name\":\"b\",\"n\":4}");
    body_has(t, "\"name\":\"b\",\"n\":4");
    call(t, 404, "PATCH", "/things/77", "{\"n\":2}");
    call(t, 204, "DELETE", "/things/1", NULL);
    call(t, 404, "DELETE", "/things/1", NULL);
    call(t, 404, "GET", "/things/1", NULL);
}

static void broken_rules_become_answers(talk *t)
{
    call(t, 200, "PUT", "/owners", "{\"code\":\"o\",\"mail\":\"m\"}");
    call(t, 201, "POST", "/things", "{\"name\":\"a\",\"owner\":\"o\"}");
    call(t, 409, "POST", "/things", "{\"name\":\"a\"}");
    body_has(t, "name already exists");
    call(t, 409, "POST", "/things", "{\"name\":\"b\",\"owner\":\"nobody\"}");
    call(t, 409, "DELETE", "/owners/o", NULL);
    call(t, 204, "DELETE", "/things/1", NULL);
    call(t, 204, "DELETE", "/owners/o", NULL);
    call(t, 400, "POST", "/nul", "{}");
}

static void lists_filter_sort_and_page(talk *t)
{
    static const char *const names[] = {"Apple", "banana", "Cherry", "100%", "a_b"};
    char body[100];

    for (int i = 0; i < 5; i++) {
        snprintf(body, sizeof(body), "{\"name\":\"%s\",\"n\":%d,\"done\":%s}", names[i],
                 i * 10, i % 2 ? "true" : "false");
        call(t, 201, "POST", "/things", body);
    }
    call(t, 200, "GET", "/things?done=true&sort=-n", NULL);
    body_has(t, "[{\"id\":4,");
    body_has(t, ",{\"id\":2,");
    call(t, 200, "GET", "/things?name.contains=AN", NULL);
    body_has(t, "[{\"id\":2,");
    call(t, 200, "GET", "/things?name.contains=0%25", NULL);
    body_has(t, "[{\"id\":4,");
    call(t, 200, "GET", "/things?name.starts=a_", NULL);
    body_has(t, "[{\"id\":5,");
    call(t, 200, "GET", "/things?n.gt=10&n.le=30&sort=n&limit=1", NULL);
    body_has(t, "[{\"id\":3,");
    call(t, 200, "GET", "/things?n.in=0,40&sort=-n&offset=1", NULL);
    body_has(t, "[{\"id\":1,");
    call(t, 200, "GET", "/things?x.null=false", NULL);
    body_is(t, "[]");
}

static void transactions_of_handlers_nest(talk *t)
{
    call(t, 204, "POST", "/nest/holds", "{}");
    call(t, 200, "GET", "/owners", NULL);
    body_is(t, "[{\"code\":\"A\",\"mail\":\"a\"},{\"code\":\"C\",\"mail\":\"c\"}]");
}

static void what_fails_is_undone(talk *t)
{
    call(t, 409, "POST", "/nest/breaks", "{}");
    call(t, 200, "GET", "/owners", NULL);
    body_is(t, "[]");
    call(t, 204, "POST", "/forget", "{}");
    call(t, 200, "GET", "/owners", NULL);
    body_is(t, "[]");
    call(t, 204, "POST", "/nest/holds", "{}");
}

static void rows_are_read_while_they_change(talk *t)
{
    call(t, 200, "POST", "/both", "{}");
    body_is(t, "1234 1");
}

static void related_rows_come_with_their_parents(talk *t)
{
    char body[100];

    call(t, 200, "PUT", "/owners", "{\"code\":\"a\",\"mail\":\"m\"}");
    call(t, 200, "PUT", "/owners", "{\"code\":\"b\",\"mail\":\"n\"}");
    for (int i = 0; i < 4; i++) {
        snprintf(body, sizeof(body), "{\"name\":\"%c\",\"n\":%d,\"owner\":%s}", 'p' + i,
                 i, i == 3 ? "null" : "\"a\"");
        call(t, 201, "POST", "/things", body);
    }
    call(t, 200, "GET", "/related", NULL);
    body_is(t, "a:r,q,b:");
    call(t, 200, "GET", "/with-owner?n=1", NULL);
    body_has(t, "\"owned\":{\"code\":\"a\",\"mail\":\"m\"}}]");
    call(t, 200, "GET", "/with-owner?n=3", NULL);
    body_has(t, "\"owned\":null}]");
}

/* Of a driver that has a search. */
static void words_are_found(talk *t)
{
    call(t, 201, "POST", "/things", "{\"name\":\"Red <wine>\"}");
    call(t, 201, "POST", "/things", "{\"name\":\"white wine\"}");
    call(t, 201, "POST", "/things", "{\"name\":\"water\"}");
    call(t, 200, "GET", "/found?q=RED+wine", NULL);
    body_has(t, "[{\"id\":1,");
    body_has(t, "\"found\":\"<mark>Red</mark> &lt;<mark>wine</mark>&gt;\"");
    call(t, 200, "GET", "/things?q=wat*", NULL);
    body_has(t, "[{\"id\":3,");
    call(t, 200, "GET", "/things?q=%22wine+white%22", NULL);
    body_is(t, "[]");
    call(t, 200, "GET", "/things?q=OR(%22+%27", NULL);
    body_is(t, "[]");
    call(t, 200, "PATCH", "/things/3", "{\"name\":\"juice\"}");
    call(t, 200, "GET", "/things?q=water", NULL);
    body_is(t, "[]");
    call(t, 204, "DELETE", "/things/1", NULL);
    call(t, 200, "GET", "/things?q=wine&limit=1", NULL);
    body_has(t, "[{\"id\":2,");
}

/* ---- migrations ------------------------------------------------------- */

/* Words of any dialect. */
static const hearth_migration steps[] = {
    {"0001_things", "CREATE TABLE conf_m(a CHAR(3))", "DROP TABLE conf_m"},
    {"0002_more", "ALTER TABLE conf_m ADD COLUMN b CHAR(3)",
     "ALTER TABLE conf_m DROP COLUMN b"},
    {0},
};

static const char *migrate(hearth_db *db, hearth_migrate_action action, int number)
{
    static hearth_error err;
    hearth_migrate_opts o = {.action = action, .steps = number};

    return hearth_migrate(db, steps, &o, &err) == 0 ? NULL : err.text;
}

static const char *run_migrations(hearth_db *db)
{
    static hearth_error err;
    const char *why = migrate(db, HEARTH_MIGRATE_UP, 0);

    if (why == NULL &&
        hearth_db_script(db, "INSERT INTO conf_m(a, b) VALUES ('x', 'y')", &err) != 0)
        why = err.text;
    if (why == NULL)
        why = migrate(db, HEARTH_MIGRATE_UP, 0);
    if (why == NULL)
        why = migrate(db, HEARTH_MIGRATE_STATUS, 0);
    if (why == NULL)
        why = migrate(db, HEARTH_MIGRATE_REDO, 1);
    if (why == NULL)
        why = migrate(db, HEARTH_MIGRATE_DOWN, 2);
    if (why == NULL && hearth_db_script(db, "DROP TABLE conf_m", &err) == 0)
        why = "a step that was taken back is still there";
    return why;
}

/* ---- the list --------------------------------------------------------- */

static const struct {
    const char *name;
    void (*run)(talk *t);
} tests[] = {
#define TEST(x) \
    {           \
#x, x   \
    }
    TEST(all_kinds_are_stored),
    TEST(rows_are_changed),
    TEST(broken_rules_become_answers),
    TEST(lists_filter_sort_and_page),
    TEST(transactions_of_handlers_nest),
    TEST(what_fails_is_undone),
    TEST(rows_are_read_while_they_change),
    TEST(related_rows_come_with_their_parents),
    TEST(words_are_found),
    {"migrations_go_up_and_down", NULL},
};

size_t db_conformance__app_count(void)
{
    return sizeof(tests) / sizeof(*tests);
}

const char *db_conformance__app_name(size_t test)
{
    return tests[test].name;
}

static hearth_db *open_empty(const db_conformance *d, talk *t)
{
    static const char *const drop_all[] = {"DROP TABLE IF EXISTS conf_things",
                                           "DROP TABLE IF EXISTS conf_owners",
                                           "DROP TABLE IF EXISTS conf_m",
                                           "DROP TABLE IF EXISTS hearth_migrations"};
    hearth_error err = {0};
    hearth_db *db = hearth_db_open_with(d->ops, d->url, &err);

    for (size_t i = 0; i < 4 && err.code == 0; i++)
        (void)hearth_db_script(db, drop_all[i], &err);
    if (err.code != 0)
        say(t, "%s", err.text);
    return db;
}

static void run_app(hearth_db *db, talk *t, void (*run)(talk *t))
{
    hearth_app *app = hearth_app_new(NULL);

    if (hearth_use_db(app, db) != 0 || hearth_use_models(app, models) != 0 ||
        hearth_mount(app, "", routes) != 0 ||
        (run == words_are_found &&
         hearth_use_search(app, &thing_model, &(hearth_search_opts){.fields = "name"}) !=
             0))
        say(t, "the application cannot be set up: its log says why");
    t->client = hearth_client_new(app);
    if (t->client == NULL)
        say(t, "the application cannot start: its log says why");
    if (!wrong(t))
        run(t);
    hearth_client_free(t->client);
}

static bool searches(const hearth_db_dialect *w)
{
    return w->size > offsetof(hearth_db_dialect, search) && w->search != NULL;
}

const char *db_conformance__app_run(size_t test, const db_conformance *d)
{
    static talk t;
    hearth_db *db;

    t = (talk){.client = NULL};
    if (tests[test].run == words_are_found && !searches(d->ops->dialect))
        return NULL;
    db = open_empty(d, &t);
    if (db == NULL)
        return t.why;
    if (tests[test].run != NULL) {
        run_app(db, &t, tests[test].run);
    } else {
        const char *why = wrong(&t) ? NULL : run_migrations(db);

        if (why != NULL)
            say(&t, "%s", why);
        hearth_db_close(db);
    }
    return wrong(&t) ? t.why : NULL;
}
