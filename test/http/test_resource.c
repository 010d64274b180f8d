/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Tables as REST resources: what each action does, what each option changes, and what is refused.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

/* ---- models ------------------------------------------------------------------------ */

#define ITEM(F, T)                                                          \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)              \
    F(T, title, text, "Title", .required = true, .max = 20, .unique = true) \
    F(T, rank, i64, "Rank", .min = 1, .fallback = "5")                      \
    F(T, note, text, "Note", .nullable = true)                              \
    F(T, tags, json, "Tags", .nullable = true)                              \
    F(T, pin, text, "Pin", .secret = true, .nullable = true)                \
    F(T, made, time, "Made", .readonly = true, .fallback = "now")           \
    F(T, owner, i64, "Owner", .nullable = true)                             \
    F(T, team, text, "Team", .nullable = true)

static int check_item(hearth_ctx *c, const void *obj);
HEARTH_MODEL_WITH(item, "items", ITEM, .check = check_item);

/* A rule over two fields: both have to be known for it. */
static int check_item(hearth_ctx *c, const void *obj)
{
    const struct item *t = obj;

    if (HEARTH_HAS(t, item, rank) && HEARTH_HAS(t, item, note) && t->rank == 13 &&
        strcmp(t->note, "lucky") == 0)
        hearth_fault(c, "/note", "luck", "13 is not lucky");
    return 0;
}

#define PAGE(F, T)                                                        \
    F(T, slug, text, "Address", .key = true, .required = true, .max = 30) \
    F(T, body, text, "Text", .required = true)                            \
    F(T, pin, text, "Pin", .secret = true, .required = true)              \
    F(T, day, date, "Day")                                                \
    F(T, seen, i64, "Seen", .readonly = true, .fallback = "0")
HEARTH_MODEL(page, "pages", PAGE);

#define DOC(F, T)                                               \
    F(T, id, uuid, "Identifier", .key = true, .readonly = true) \
    F(T, body, json, "Anything", .nullable = true)              \
    F(T, price, f64, "Price", .nullable = true)
HEARTH_MODEL(doc, "docs", DOC);

#define LINK(F, T)                                             \
    F(T, id, i64, "Identifier", .key = true, .readonly = true) \
    F(T, item, i64, "Item", .references = &item_model, .as = "thing")
HEARTH_MODEL(link, "links", LINK);

#define EVENT(F, T)                                            \
    F(T, id, i64, "Identifier", .key = true, .readonly = true) \
    F(T, text, text, "What happened", .required = true)
HEARTH_MODEL(event, "events", EVENT);

static const hearth_model *const models[] = {&item_model, &page_model,  &doc_model,
                                             &link_model, &event_model, NULL};

/* ---- what the options call --------------------------------------------------------- */

static int user(hearth_ctx *c, hearth_val *arg)
{
    const char *name = hearth_header(c, "X-User");

    if (name == NULL)
        return 401;
    arg[0] = strcmp(name, "nobody") == 0 ? hearth_val_null() : hearth_val_text(name);
    return 0;
}

static int user_and_team(hearth_ctx *c, hearth_val *arg)
{
    HEARTH_TRY(user(c, arg));
    arg[1] = hearth_val_text(hearth_header(c, "X-Team"));
    return 0;
}

static int no_values(hearth_ctx *c, hearth_val *arg)
{
    (void)c;
    (void)arg;
    return 0;
}

/* As many as there can be. */
static int all_values(hearth_ctx *c, hearth_val *arg)
{
    (void)c;
    for (int i = 0; i < HEARTH_RESOURCE_ARGS; i++)
        arg[i] = hearth_val_int(i);
    return 0;
}

static int note_event(hearth_ctx *c, const char *what, const struct item *t,
                      const struct item *old)
{
    return hearth_exec(c, "INSERT INTO events(text) VALUES (?)",
                       hearth_args(hearth_strf(c, "%s %s %s", what, t->title,
                                               old == NULL ? "-" : old->title)));
}

static int before(hearth_ctx *c, void *obj, const void *old)
{
    struct item *t = obj;

    HEARTH_TRY(note_event(c, "before", t, old));
    if (strcmp(t->title, "refuse") == 0)
        return hearth_fail(c, 418, "no teapots");
    if (strcmp(t->title, "stamp") == 0)
        HEARTH_SET(t, item, made, 86400);
    return 0;
}

static int after(hearth_ctx *c, void *obj, const void *old)
{
    struct item *t = obj;

    HEARTH_TRY(note_event(c, "after", t, old));
    if (strcmp(t->title, "regret") == 0)
        return 409;
    HEARTH_SET(t, item, note, "not to be seen");
    if (strcmp(t->title, "sql") == 0)
        return hearth_exec(c, "UPDATE items SET rank = 99 WHERE id = ?",
                           hearth_args(t->id));
    return 0;
}

static int going(hearth_ctx *c, void *obj, const void *old)
{
    return note_event(c, "going", obj, old);
}

static int gone(hearth_ctx *c, void *obj, const void *old)
{
    HEARTH_TRY(note_event(c, "gone", obj, old));
    return strcmp(((struct item *)obj)->title, "stay") == 0 ? 409 : 0;
}

static int mark(hearth_ctx *c)
{
    HEARTH_TRY(hearth_add_header(c, "X-Mark", hearth_arg(c)));
    return hearth_next(c);
}

static int mark_write(hearth_ctx *c)
{
    HEARTH_TRY(hearth_add_header(c, "X-Write", "1"));
    return hearth_next(c);
}

static int mark_one(hearth_ctx *c)
{
    HEARTH_TRY(hearth_add_header(c, "X-One", hearth_method(c)));
    return hearth_next(c);
}

static hearth_handler *const marks[] = {mark, NULL}, *const writes[] = {mark_write, NULL},
                             *const ones[] = {mark_one, NULL};

static int link_to(hearth_ctx *c)
{
    const char *path = hearth_url(c, hearth_query(c, "name", ""), hearth_args(7));

    return hearth_text(c, 200, path == NULL ? "none" : path);
}

static const hearth_route routes[] = {HEARTH_GET("/link", link_to), HEARTH_END};

/* ---- application ------------------------------------------------------------------- */

static char yes[] = "yes";

static void mount_all(hearth_app *app)
{
    hearth_list_opts list = {.where = "rank > ? -- not the least",
                             .args = hearth_args(1),
                             .sort = "-title",
                             .fields = "title, rank",
                             .limit = 2,
                             .max_limit = 3,
                             .count = true};

    ck_assert_int_eq(hearth_resource(app, "/items", &item_model, NULL), 0);
    ck_assert_int_eq(hearth_resource(app, "/pages", &page_model, NULL), 0);
    ck_assert_int_eq(hearth_resource(app, "/docs", &doc_model, NULL), 0);
    ck_assert_int_eq(hearth_resource(app, "/links", &link_model,
                                     &(hearth_resource_opts){
                                         .list =
                                             &(hearth_list_opts){.may_with = "thing"}}),
                     0);
    ck_assert_int_eq(hearth_resource(app, "/events", &event_model,
                                     &(hearth_resource_opts){.without =
                                                                 HEARTH_RESOURCE_WRITE}),
                     0);
    ck_assert_int_eq(hearth_resource(app, "/strict", &item_model,
                                     &(hearth_resource_opts){.require_match = true}),
                     0);
    ck_assert_int_eq(hearth_resource(app, "/wiki", &page_model,
                                     &(hearth_resource_opts){.upsert = true}),
                     0);
    ck_assert_int_eq(hearth_resource(app, "/listed", &item_model,
                                     &(hearth_resource_opts){.list = &list}),
                     0);
    ck_assert_int_eq(hearth_resource(app, "/mine", &item_model,
                                     &(hearth_resource_opts){.scope = "owner",
                                                             .args = user,
                                                             .upsert = true,
                                                             .list = &list}),
                     0);
    ck_assert_int_eq(hearth_resource(app, "/ours/{kind}/items", &item_model,
                                     &(hearth_resource_opts){.name = "ours",
                                                             .scope = "owner",
                                                             .where =
                                                                 "team IN (?) -- theirs",
                                                             .args = user_and_team}),
                     0);
    ck_assert_int_eq(
        hearth_resource(app, "/reds", &item_model,
                        &(hearth_resource_opts){.where = "team = 'red' -- and no other",
                                                .upsert = true}),
        0);
    ck_assert_int_eq(hearth_resource(app, "/many", &item_model,
                                     &(hearth_resource_opts){
                                         .where =
                                             "rank IN (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                                         .args = all_values}),
                     0);
    ck_assert_int_eq(
        hearth_resource(app, "/too-many", &item_model,
                        &(hearth_resource_opts){
                            .name = "more",
                            .where = "rank IN (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                            .args = all_values}),
        0);
    ck_assert_int_eq(hearth_resource(app, "/broken", &item_model,
                                     &(hearth_resource_opts){.scope = "owner",
                                                             .args = no_values}),
                     0);
    ck_assert_int_eq(hearth_resource(app, "/hooked", &item_model,
                                     &(hearth_resource_opts){.before_create = before,
                                                             .after_create = after,
                                                             .before_update = before,
                                                             .after_update = after,
                                                             .before_delete = going,
                                                             .after_delete = gone}),
                     0);
    ck_assert_int_eq(hearth_resource(app, "/marked", &item_model,
                                     &(hearth_resource_opts){.use = marks,
                                                             .use_write = writes,
                                                             .use_list = ones,
                                                             .use_show = ones,
                                                             .use_create = ones,
                                                             .use_replace = ones,
                                                             .use_patch = ones,
                                                             .use_delete = ones,
                                                             .max_body = 100,
                                                             .arg = yes}),
                     0);
}

static hearth_client *open_client(void)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);

    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(hearth_use_search(app, &item_model,
                                       &(hearth_search_opts){.fields = "title, note"}),
                     0);
    mount_all(app);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

/* ---- lives, step by step ----------------------------------------------------------- */

/* A '$' in a header stands for the ETag that was seen last. */
typedef struct step {
    const char *method, *target, *body, *header;
    int status;
    const char *has, *field; /* in the body; a field as http_check_field() has it */
} step;

static void fill_in(char out[300], const char *header, const char *tag)
{
    size_t n = header == NULL ? 0 : strcspn(header, "$");

    snprintf(out, 300, "%.*s%s%s", (int)n, header == NULL ? "" : header,
             header != NULL && header[n] == '$' ? tag : "",
             header != NULL && header[n] == '$' ? header + n + 1 : "");
}

static void take(hearth_client *t, const step *s, char tag[100])
{
    char header[300];
    const char *two[3] = {NULL, NULL, NULL};
    char *cut;

    fill_in(header, s->header, tag);
    if (*header != '\0')
        two[0] = header;
    cut = strchr(header, '|'); /* two of them */
    if (cut != NULL) {
        *cut = '\0';
        two[1] = cut + 1;
    }
    const hearth_answer *r = hearth_call_do(t, &(hearth_call){.method = s->method,
                                                              .target = s->target,
                                                              .body = s->body,
                                                              .headers = two});

    ck_assert_msg(r->status == s->status, "%s %s %s: %d, not %d: %s", s->method,
                  s->target, s->body == NULL ? "" : s->body, r->status, s->status,
                  r->body.ptr);
    ck_assert_msg(s->has == NULL || strstr(r->body.ptr, s->has) != NULL,
                  "%s %s: no %s in %s", s->method, s->target, s->has, r->body.ptr);
    if (s->field != NULL)
        http_check_field(r, s->field);
    if (hearth_answer_header(r, "ETag") != NULL)
        snprintf(tag, 100, "%s", hearth_answer_header(r, "ETag"));
}

static const step plain[] = {
    {"GET", "/items", NULL, NULL, 200, "[]", NULL},
    {"POST", "/items", "{\"title\":\"a\",\"pin\":\"x\",\"tags\":{\"k\":1}}", NULL, 201,
     "{\"id\":1,\"title\":\"a\",\"rank\":5,\"note\":null,\"tags\":{\"k\":1},\"made\":"
     "\"20",
     "Location: /items/1"},
    {"GET", "/items/1", NULL, "If-None-Match: $", 304, NULL, NULL},
    {"GET", "/items/1", NULL, "If-None-Match: \"x\", W/$", 304, NULL, NULL},
    {"GET", "/items/1", NULL, "If-None-Match: \"x\"", 200, "\"id\":1", NULL},
    {"GET", "/items/1", NULL, "If-Match: \"x\"", 412, NULL, NULL},
    {"HEAD", "/items/1", NULL, NULL, 200, NULL, NULL},
    {"GET", "/items/2", NULL, NULL, 404, NULL, "ETag"},
    {"GET", "/items/a", NULL, NULL, 404, NULL, NULL},
    /* What is wrong is told at once. */
    {"POST", "/items", "{\"rank\":0,\"x\":1,\"made\":null}", NULL, 422,
     "title is required", "Location"},
    {"POST", "/items", "{\"rank\":0,\"x\":1,\"made\":null}", NULL, 422, "\"/rank\"",
     NULL},
    {"POST", "/items", "{\"rank\":0,\"x\":1,\"made\":null}", NULL, 422, "\"/x\"", NULL},
    {"POST", "/items", "{\"rank\":0,\"x\":1,\"made\":null}", NULL, 422, "\"/made\"",
     NULL},
    {"POST", "/items", "{\"title\":", NULL, 400, NULL, NULL},
    {"POST", "/items", "title=q&rank=2",
     "Content-Type: application/x-www-form-urlencoded", 201, "\"rank\":2", NULL},
    {"POST", "/items", "title", "Content-Type: text/plain", 415, NULL, "Accept-Patch"},
    {"POST", "/items", "{\"title\":\"a\"}", NULL, 409, "title already exists",
     "Location"},
    {"POST", "/items", "{\"title\":\"b\",\"rank\":13,\"note\":\"lucky\"}", NULL, 422,
     "not lucky", NULL},
    /* PATCH: given, null, absent. */
    {"PATCH", "/items/1", "{\"note\":\"n\"}", NULL, 200,
     "\"rank\":5,\"note\":\"n\",\"tags\":{\"k\":1}", "Content-Location: /items/1"},
    {"GET", "/items/1", NULL, "If-None-Match: $", 304, NULL, NULL},
    {"PATCH", "/items/1", "{\"note\":null,\"rank\":6}", NULL, 200,
     "\"rank\":6,\"note\":null", NULL},
    {"PATCH", "/items/1", "{\"title\":null}", NULL, 422, "title", NULL},
    {"PATCH", "/items/1", "{}", NULL, 200, "\"rank\":6", NULL},
    {"PATCH", "/items/1", "[1]", NULL, 422, NULL, NULL},
    {"PATCH", "/items/1", "{\"tags\":{\"l\":{\"m\":null,\"n\":2}}}", NULL, 200,
     "\"tags\":{\"k\":1,\"l\":{\"n\":2}}", NULL},
    {"PATCH", "/items/1", "{\"tags\":{\"k\":null}}",
     "Content-Type: application/merge-patch+json", 200, "\"tags\":{\"l\":{\"n\":2}}",
     NULL},
    {"PATCH", "/items/1", "{\"tags\":[1,null]}", NULL, 200, "\"tags\":[1,null]", NULL},
    {"PATCH", "/items/1", "{\"tags\":null}", NULL, 200, "\"tags\":null", NULL},
    {"PATCH", "/items/1", "{\"tags\":{\"a\":null,\"b\":1}}", NULL, 200,
     "\"tags\":{\"b\":1}", NULL},
    {"PATCH", "/items/1", "[]", "Content-Type: application/json-patch+json", 415, NULL,
     "Accept-Patch: application/merge-patch+json, application/json"},
    {"PATCH", "/items/1", "x", "Content-Type: text/plain", 415, NULL,
     "Accept-Patch: application/merge-patch+json, application/json"},
    {"PATCH", "/items/1", "rank=7", "Content-Type: application/x-www-form-urlencoded",
     200, "\"rank\":7", NULL},
    {"PATCH", "/items/1", "{\"title\":\"q\"}", NULL, 409, "title already exists", NULL},
    {"PATCH", "/items/9", "{\"rank\":7}", NULL, 404, NULL, NULL},
    /* The check sees the row as it would be. */
    {"PATCH", "/items/1", "{\"rank\":13}", NULL, 200, NULL, NULL},
    {"PATCH", "/items/1", "{\"note\":\"lucky\"}", NULL, 422, "not lucky", NULL},
    {"GET", "/items/1", NULL, NULL, 200, "\"rank\":13,\"note\":null", NULL},
    /* What is not the client's may come back as it is. */
    {"PATCH", "/items/1", "{\"id\":1,\"rank\":3}", NULL, 200, "\"rank\":3", NULL},
    {"PATCH", "/items/1", "{\"id\":2,\"made\":\"2001-01-01T00:00:00Z\"}", NULL, 422,
     "\"/id\"", NULL},
    {"PATCH", "/items/1", "{\"id\":2,\"made\":\"2001-01-01T00:00:00Z\"}", NULL, 422,
     "made is made by the server", NULL},
    {"PATCH", "/items/1", "{\"id\":null}", NULL, 422, "\"/id\"", NULL},
    /* PUT: absent is the fallback or null, but for secrets. */
    {"PUT", "/items/1", "{\"title\":\"c\",\"note\":\"n\"}", NULL, 200,
     "{\"id\":1,\"title\":\"c\",\"rank\":5,\"note\":\"n\",\"tags\":null,\"made\":\"20",
     "Content-Location: /items/1"},
    {"PUT", "/items/1", "{\"title\":\"c\"}", NULL, 200, "\"note\":null", "Location"},
    {"PUT", "/items/1", "{\"rank\":5}", NULL, 422, "title is required", NULL},
    {"PUT", "/items/9", "{\"title\":\"d\"}", NULL, 404, NULL, NULL},
    {"PUT", "/items/1", "{\"title\":\"q\"}", NULL, 409, NULL, NULL},
    {"PUT", "/items/1", "{\"id\":3,\"title\":\"c\"}", NULL, 422, "that of the address",
     NULL},
    {"PUT", "/items/1", "{\"id\":1,\"title\":\"c\"}", NULL, 200, NULL, NULL},
    /* DELETE */
    {"POST", "/links", "{\"item\":1}", NULL, 201, NULL, NULL},
    {"POST", "/links", "{\"item\":77}", NULL, 409, NULL, NULL},
    {"DELETE", "/items/1", NULL, NULL, 409, "refer", NULL},
    {"GET", "/links?with=thing", NULL, NULL, 200, "\"thing\":{\"id\":1,", NULL},
    {"GET", "/links", NULL, NULL, 200, "[{\"id\":1,\"item\":1}]", NULL},
    {"DELETE", "/links/1", NULL, NULL, 204, "", "ETag"},
    {"DELETE", "/items/1", NULL, NULL, 204, "", NULL},
    {"DELETE", "/items/1", NULL, NULL, 404, NULL, NULL},
    {"OPTIONS", "/items", NULL, NULL, 204, NULL, "Allow: GET, HEAD, POST, OPTIONS"},
    {"POST", "/items/2", NULL, NULL, 405, NULL,
     "Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS"},
};

static const step conditions[] = {
    {"POST", "/items", "{\"title\":\"a\"}", NULL, 201, NULL, NULL},
    {"PATCH", "/items/1", "{\"rank\":6}", "If-Match: $", 200, NULL, NULL},
    {"PATCH", "/items/1", "{\"rank\":7}", "If-Match: \"x\", $", 200, NULL, NULL},
    {"PATCH", "/items/1", "{\"rank\":8}", "If-Match: \"x\"", 412, "read it again",
     "Content-Type: application/problem+json"},
    {"PATCH", "/items/1", "{\"rank\":8}", "If-Match: W/$", 412, NULL, NULL},
    {"PATCH", "/items/1", "{\"rank\":8}", "If-Match: *", 200, "\"rank\":8", NULL},
    {"PATCH", "/items/1", "{\"rank\":9}", "If-None-Match: *", 412, NULL, NULL},
    {"PATCH", "/items/1", "{\"rank\":9}", "If-None-Match: $", 412, NULL, NULL},
    {"PATCH", "/items/1", "{\"rank\":9}", "If-None-Match: \"x\"", 200, NULL, NULL},
    {"PUT", "/items/1", "{\"title\":\"b\"}", "If-Match: \"x\"", 412, NULL, NULL},
    {"PUT", "/items/1", "{\"title\":\"b\"}", "If-Match: $", 200, NULL, NULL},
    {"PUT", "/items/1", "{\"title\":\"b\"}", "If-Match: $", 200, NULL, NULL},
    {"PUT", "/items/1", "{}", "If-Match: \"x\"", 422, NULL, NULL},
    {"PUT", "/items/9", "{\"title\":\"b\"}", "If-Match: *", 404, NULL, NULL},
    {"DELETE", "/items/9", NULL, "If-Match: *", 404, NULL, NULL},
    {"DELETE", "/items/1", NULL, "If-Match: \"x\"", 412, NULL, NULL},
    {"GET", "/items/1", NULL, NULL, 200, "\"title\":\"b\"", NULL},
    {"DELETE", "/items/1", NULL, "If-Match: $", 204, NULL, NULL},
    {"DELETE", "/items/1", NULL, "If-Match: $", 404, NULL, NULL},
    /* A secret field is not part of what a tag is of. */
    {"POST", "/items", "{\"title\":\"s\",\"pin\":\"1\"}", NULL, 201, NULL, NULL},
    {"PATCH", "/items/1", "{\"pin\":\"2\"}", "If-Match: $", 200, NULL, NULL},
    {"PATCH", "/items/1", "{\"pin\":\"3\"}", "If-Match: $", 200, NULL, NULL},
};

static const step strict[] = {
    {"POST", "/strict", "{\"title\":\"a\"}", NULL, 201, NULL, NULL},
    {"PATCH", "/strict/1", "{\"rank\":6}", NULL, 428, "If-Match", NULL},
    {"PUT", "/strict/1", "{\"title\":\"b\"}", NULL, 428, NULL, NULL},
    {"DELETE", "/strict/1", NULL, NULL, 428, NULL, NULL},
    {"PATCH", "/strict/9", "{\"rank\":6}", NULL, 404, NULL, NULL},
    {"DELETE", "/strict/9", NULL, NULL, 404, NULL, NULL},
    {"PATCH", "/strict/1", "{\"rank\":6}", "If-Match: \"x\"", 412, NULL, NULL},
    {"PATCH", "/strict/1", "{\"rank\":6}", "If-Match: $", 200, NULL, NULL},
    {"PUT", "/strict/1", "{\"title\":\"b\"}", "If-Match: *", 200, NULL, NULL},
    {"DELETE", "/strict/1", NULL, "If-Match: $", 204, NULL, NULL},
};

static const step upsert[] = {
    {"PUT", "/pages/a", "{\"body\":\"b\",\"pin\":\"p\"}", NULL, 404, NULL, NULL},
    {"PUT", "/wiki/a", "{}", NULL, 422, "body is required", NULL},
    {"PUT", "/wiki/a", "{\"body\":\"b\"}", NULL, 422, "pin is required", NULL},
    {"PUT", "/wiki/a", "{\"body\":\"b\",\"pin\":\"p\"}", "If-Match: *", 412,
     "none to match", NULL},
    {"PUT", "/wiki/a", "{\"body\":\"b\",\"pin\":\"p\",\"day\":\"2026-01-01\"}",
     "If-None-Match: *", 201,
     "{\"slug\":\"a\",\"body\":\"b\",\"day\":\"2026-01-01\",\"seen\":0}",
     "Location: /wiki/a"},
    {"PUT", "/wiki/a", "{\"body\":\"c\"}", "If-None-Match: *", 412, NULL, NULL},
    {"PUT", "/wiki/a", "{\"body\":\"c\"}", NULL, 200,
     "{\"slug\":\"a\",\"body\":\"c\",\"day\":null,\"seen\":0}", "Location"},
    {"PUT", "/wiki/a", "{\"slug\":\"a\",\"body\":\"c\",\"seen\":0}", "If-Match: $", 200,
     NULL, NULL},
    {"PUT", "/wiki/a", "{\"slug\":\"z\",\"body\":\"c\",\"seen\":1}", NULL, 422, "/slug",
     NULL},
    {"PUT", "/wiki/a", "{\"slug\":\"z\",\"body\":\"c\",\"seen\":1}", NULL, 422, "/seen",
     NULL},
    {"PUT", "/wiki/n", "{\"slug\":\"z\",\"body\":\"c\",\"pin\":\"p\"}", NULL, 422,
     "/slug", NULL},
    {"PUT", "/wiki/n", "{\"seen\":1,\"body\":\"c\",\"pin\":\"p\"}", NULL, 422, "/seen",
     NULL},
    {"PUT", "/wiki/a%20%2Fb", "{\"body\":\"c\",\"pin\":\"p\"}", NULL, 201, "\"a /b\"",
     "Location: /wiki/a%20%2Fb"},
    {"GET", "/wiki/a%20%2Fb", NULL, NULL, 200, "\"a /b\"", NULL},
    {"PUT", "/wiki/0123456789012345678901234567890", "{\"body\":\"c\",\"pin\":\"p\"}",
     NULL, 422, "slug", NULL},
    /* A key that no address can hold. */
    {"POST", "/wiki", "{\"slug\":\"..\",\"body\":\"c\",\"pin\":\"p\"}", NULL, 422,
     "/slug", NULL},
    {"POST", "/wiki", "{\"slug\":\"w\",\"body\":\"c\",\"pin\":\"p\"}", NULL, 201, NULL,
     "Location: /wiki/w"},
    {"POST", "/wiki", "{\"slug\":\"w\",\"body\":\"c\",\"pin\":\"p\"}", NULL, 409, NULL,
     NULL},
    {"PATCH", "/wiki/none", "{\"body\":\"c\"}", NULL, 404, NULL, NULL},
    {"PATCH", "/wiki/w", "{\"pin\":null}", NULL, 422, "/pin", NULL},
    {"DELETE", "/wiki/a%20%2Fb", NULL, NULL, 204, NULL, NULL},
};

#define ANN "X-User: 1"
#define BOB "X-User: 2"

static const step scope[] = {
    {"GET", "/mine", NULL, NULL, 401, NULL, NULL},
    {"POST", "/mine", "{\"title\":\"a\"}", NULL, 401, NULL, NULL},
    {"GET", "/mine", NULL, "X-User: nobody", 403, NULL, NULL},
    {"POST", "/mine", "{\"title\":\"a\"}", "X-User: nobody", 403, NULL, NULL},
    {"GET", "/mine", NULL, "X-User: word", 404, NULL, NULL},
    {"POST", "/mine", "{\"title\":\"a\"}", ANN, 201, "\"owner\":1", "Location: /mine/1"},
    {"POST", "/mine", "{\"title\":\"b\",\"owner\":2}", BOB, 201, "\"owner\":2", NULL},
    {"POST", "/mine", "{\"title\":\"c\",\"owner\":1}", BOB, 422, "/owner", NULL},
    {"POST", "/mine", "{\"title\":\"c\",\"owner\":null}", BOB, 422, "/owner", NULL},
    {"GET", "/mine?count=true", NULL, ANN, 200, "[{\"id\":1", "X-Total-Count: 1"},
    {"GET", "/mine?count=true", NULL, BOB, 200, "[{\"id\":2", "X-Total-Count: 1"},
    {"GET", "/mine?title=a", NULL, BOB, 200, "[]", NULL},
    {"GET", "/mine/1", NULL, ANN, 200, NULL, NULL},
    {"GET", "/ours/x/items?q=a&count=true", NULL, ANN "|X-Team: red", 200, "[]",
     "X-Total-Count: 0"},
    {"GET", "/mine/1", NULL, BOB, 404, NULL, "ETag"},
    {"GET", "/mine/1", NULL, BOB "|If-None-Match: $", 404, NULL, NULL},
    {"PATCH", "/mine/1", "{\"rank\":2}", BOB, 404, NULL, NULL},
    {"PATCH", "/mine/1", "{\"rank\":2}", ANN, 200, NULL, NULL},
    {"PATCH", "/mine/1", "{\"owner\":2}", ANN, 422, "/owner", NULL},
    {"PATCH", "/mine/1", "{\"owner\":1}", ANN, 200, NULL, NULL},
    {"PUT", "/mine/1", "{\"title\":\"x\"}", BOB, 404, NULL, NULL},
    {"PUT", "/mine/1", "{\"title\":\"x\"}", ANN, 200, "\"owner\":1", NULL},
    {"PUT", "/mine/7", "{\"title\":\"n\"}", BOB, 201, "\"owner\":2", "Location: /mine/7"},
    {"PUT", "/mine/8", "{\"title\":\"n8\",\"owner\":1}", BOB, 422, "/owner", NULL},
    {"DELETE", "/mine/1", NULL, BOB, 404, NULL, NULL},
    {"DELETE", "/mine/1", NULL, BOB "|If-Match: *", 404, NULL, NULL},
    {"DELETE", "/mine/1", NULL, ANN, 204, NULL, NULL},
    /* Where SQL says it. */
    {"POST", "/ours/x/items", "{\"title\":\"t\",\"team\":\"red\"}", ANN "|X-Team: red",
     201, NULL, "Location: /ours/x/items/8"},
    {"GET", "/ours/y/items/8", NULL, ANN "|X-Team: red", 200, NULL, NULL},
    {"GET", "/ours/y/items", NULL, ANN "|X-Team: red", 200, "\"id\":8", NULL},
    {"GET", "/ours/y/items?q=t*&title.ne=u", NULL, ANN "|X-Team: red", 200, "\"id\":8",
     NULL},
    {"GET", "/ours/y/items?q=t", NULL, ANN "|X-Team: blue", 200, "[]", NULL},
    {"GET", "/ours/y/items", NULL, ANN "|X-Team: blue", 200, "[]", NULL},
    {"GET", "/ours/y/items/8", NULL, ANN "|X-Team: blue", 404, NULL, NULL},
    {"GET", "/ours/y/items/8", NULL, BOB "|X-Team: red", 404, NULL, NULL},
    {"POST", "/ours/x/items", "{\"title\":\"u\",\"team\":\"blue\"}", ANN "|X-Team: red",
     403, NULL, NULL},
    {"GET", "/items?title=u", NULL, NULL, 200, "[]", NULL},
    {"PATCH", "/ours/x/items/8", "{\"team\":\"blue\"}", ANN "|X-Team: red", 403, NULL,
     NULL},
    {"GET", "/items/8", NULL, NULL, 200, "\"team\":\"red\"", NULL},
    {"DELETE", "/ours/x/items/8", NULL, ANN "|X-Team: blue", 404, NULL, NULL},
    {"DELETE", "/ours/x/items/8", NULL, ANN "|X-Team: red", 204, NULL, NULL},
    {"GET", "/broken", NULL, NULL, 500, NULL, NULL},
    {"POST", "/reds", "{\"title\":\"r\",\"team\":\"red\"}", NULL, 201, NULL, NULL},
    {"POST", "/reds", "{\"title\":\"s\"}", NULL, 403, NULL, "Location"},
    {"PUT", "/reds/90", "{\"title\":\"s\"}", NULL, 403, NULL, NULL},
    {"PUT", "/reds/90", "{\"title\":\"s\",\"team\":\"red\"}", NULL, 201, NULL, NULL},
    {"PUT", "/reds/90", "{\"title\":\"s\"}", NULL, 403, NULL, NULL},
    {"GET", "/reds/90", NULL, NULL, 200, "red", NULL},
    {"GET", "/reds?title=s", NULL, NULL, 200, "\"id\":90", NULL},
    {"PATCH", "/reds/90", "{\"rank\":2}", NULL, 200, NULL, NULL},
    {"DELETE", "/reds/90", NULL, NULL, 204, NULL, NULL},
};

static const step hooks[] = {
    {"POST", "/hooked", "{\"title\":\"a\"}", NULL, 201, "\"note\":null", NULL},
    {"GET", "/events?sort=-id", NULL, NULL, 200, "after a -", NULL},
    {"POST", "/hooked", "{\"title\":\"refuse\"}", NULL, 418, "no teapots", NULL},
    {"POST", "/hooked", "{\"title\":\"regret\"}", NULL, 409, NULL, NULL},
    {"GET", "/items?title.starts=re", NULL, NULL, 200, "[]", NULL},
    {"GET", "/events?text.contains=refuse", NULL, NULL, 200, "[]", NULL},
    {"POST", "/hooked", "{\"title\":\"stamp\"}", NULL, 201, "1970-01-02", NULL},
    {"PATCH", "/hooked/1", "{\"title\":\"sql\"}", NULL, 200, "\"rank\":99,\"note\":null",
     NULL},
    {"GET", "/hooked/1", NULL, "If-None-Match: $", 304, NULL, NULL},
    {"GET", "/events?text=before+sql+a", NULL, NULL, 200, "before", NULL},
    {"GET", "/events?text=after+sql+a", NULL, NULL, 200, "after", NULL},
    {"PATCH", "/hooked/1", "{\"title\":\"refuse\"}", NULL, 418, NULL, NULL},
    {"PATCH", "/hooked/1", "{\"title\":\"regret\"}", NULL, 409, NULL, NULL},
    {"PUT", "/hooked/1", "{\"title\":\"regret\"}", NULL, 409, NULL, NULL},
    {"GET", "/hooked/1", NULL, NULL, 200, "\"title\":\"sql\"", NULL},
    {"PUT", "/hooked/1", "{\"title\":\"stay\"}", "If-Match: \"x\"", 412, NULL, NULL},
    {"GET", "/events?text.contains=stay", NULL, NULL, 200, "[]", NULL},
    {"PUT", "/hooked/1", "{\"title\":\"stay\"}", NULL, 200, "\"rank\":5", NULL},
    {"DELETE", "/hooked/1", NULL, NULL, 409, NULL, NULL},
    {"GET", "/hooked/1", NULL, NULL, 200, NULL, NULL},
    {"PATCH", "/hooked/1", "{\"title\":\"go\"}", NULL, 200, NULL, NULL},
    {"DELETE", "/hooked/1", NULL, NULL, 204, NULL, NULL},
    {"GET", "/events?text=gone+go+go", NULL, NULL, 200, "gone", NULL},
    {"DELETE", "/hooked/1", NULL, NULL, 404, NULL, NULL},
};

static const step others[] = {
    /* .without */
    {"GET", "/events", NULL, NULL, 200, "[]", NULL},
    {"POST", "/events", "{\"text\":\"x\"}", NULL, 405, NULL, "Allow: GET, HEAD, OPTIONS"},
    {"DELETE", "/events/1", NULL, NULL, 405, NULL, "Allow: GET, HEAD, OPTIONS"},
    /* .list */
    {"POST", "/listed", "{\"title\":\"a\",\"rank\":1}", NULL, 201, NULL, NULL},
    {"POST", "/listed", "{\"title\":\"b\",\"rank\":2}", NULL, 201, NULL, NULL},
    {"POST", "/listed", "{\"title\":\"c\",\"rank\":3}", NULL, 201, NULL, NULL},
    {"POST", "/listed", "{\"title\":\"d\",\"rank\":3}", NULL, 201, NULL, NULL},
    {"GET", "/listed", NULL, NULL, 200, "[{\"id\":4", "X-Total-Count: 3"},
    {"GET", "/listed?limit=3&title=a", NULL, NULL, 200, "[]", NULL},
    {"GET", "/listed?limit=4", NULL, NULL, 422, NULL, NULL},
    {"GET", "/listed?note=x", NULL, NULL, 422, "note", NULL},
    {"GET", "/listed/1", NULL, NULL, 200, NULL, NULL}, /* lists only */
    /* .args */
    {"GET", "/many?count=true", NULL, NULL, 200, NULL, "X-Total-Count: 4"},
    {"PATCH", "/many/1", "{\"rank\":15}", NULL, 200, NULL, NULL},
    {"PATCH", "/many/1", "{\"rank\":16}", NULL, 403, NULL, NULL},
    {"GET", "/too-many", NULL, NULL, 500, NULL, NULL},
    {"GET", "/too-many/1", NULL, NULL, 500, NULL, NULL},
    /* .max_body: a hundred bytes and no more */
    {"POST", "/marked",
     "{\"title\":\"m\",\"note\":"
     "\"0123456789012345678901234567890123456789012345678901234567"
     "8901234567890123456\"}",
     NULL, 201, NULL, NULL},
    {"POST", "/marked",
     "{\"title\":\"n\",\"note\":"
     "\"0123456789012345678901234567890123456789012345678901234567"
     "89012345678901234567\"}",
     NULL, 413, NULL, NULL},
    /* Middleware */
    {"GET", "/marked", NULL, NULL, 200, NULL, "X-Mark: yes"},
    {"GET", "/marked", NULL, NULL, 200, NULL, "X-Write"},
    {"GET", "/marked", NULL, NULL, 200, NULL, "X-One: GET"},
    {"GET", "/marked/1", NULL, NULL, 200, NULL, "X-One: GET"},
    {"GET", "/marked/1", NULL, NULL, 200, NULL, "X-Write"},
    {"POST", "/marked", "{}", NULL, 422, NULL, "X-Write: 1"},
    {"POST", "/marked", "{}", NULL, 422, NULL, "X-One: POST"},
    {"PUT", "/marked/1", "{}", NULL, 422, NULL, "X-One: PUT"},
    {"PATCH", "/marked/1", "{}", NULL, 200, NULL, "X-One: PATCH"},
    {"PATCH", "/marked/1", "{}", NULL, 200, NULL, "X-Mark: yes"},
    {"DELETE", "/marked/1", NULL, NULL, 204, NULL, "X-One: DELETE"},
    {"POST", "/listed",
     "{\"title\":\"012345678901234567890123456789012345678901234567890123456789"
     "0123456789012345678901234567890123456789\"}",
     NULL, 422, NULL, NULL},
    /* Names */
    {"GET", "/link?name=items.show", NULL, NULL, 200, "/items/7", NULL},
    {"GET", "/link?name=items.delete", NULL, NULL, 200, "/items/7", NULL},
    {"GET", "/link?name=ours.list", NULL, NULL, 200, "/ours/7/items", NULL},
    {"GET", "/link?name=events.delete", NULL, NULL, 200, "none", NULL},
    /* Keys of other kinds */
    {"POST", "/docs", "{\"price\":0.1}", NULL, 201, "\"price\":0.1", NULL},
    {"GET", "/docs/018f3c5e-7b1a-7c2d-9e4f-0a1b2c3d4e5f", NULL, NULL, 404, NULL, NULL},
    {"GET", "/docs/1", NULL, NULL, 404, NULL, NULL},
};

static const struct {
    const step *step;
    int n;
} lives[] = {{plain, N(plain)},   {conditions, N(conditions)}, {strict, N(strict)},
             {upsert, N(upsert)}, {scope, N(scope)},           {hooks, N(hooks)},
             {others, N(others)}};

START_TEST(a_life_goes_as_it_should)
{
    hearth_client *t = open_client();
    char tag[100] = "";

    for (int i = 0; i < lives[_i].n; i++)
        take(t, &lives[_i].step[i], tag);
    hearth_client_free(t);
}
END_TEST

/* ---- tags -------------------------------------------------------------------------- */

START_TEST(what_a_write_answers_is_what_is_shown_afterwards)
{
    hearth_client *t = open_client();
    char wrote[4096], tag[100], at[100];
    const hearth_answer *r = hearth_call_post(
        t, "/docs",
        "{\"price\":1e300,\"body\":{\"z\":[1.0,-0.0,\"\\u00e9\"],\"a\":1e2}}");

    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(r->status, i == 0 ? 201 : 200);
        snprintf(wrote, sizeof wrote, "%s", r->body.ptr);
        snprintf(tag, sizeof tag, "%s", hearth_answer_header(r, "ETag"));
        snprintf(at, sizeof at, "%s", hearth_answer_header(r, "Content-Location"));
        ck_assert_uint_eq(strlen(tag), 34);
        ck_assert_msg(tag[0] == '"', "%s", tag);
        r = hearth_call_get(t, at);
        ck_assert_str_eq(r->body.ptr, wrote);
        ck_assert_str_eq(hearth_answer_header(r, "ETag"), tag);
        r = i == 0 ? hearth_call_patch(t, at, "{\"price\":0.3,\"body\":{\"y\":1}}")
                   : hearth_call_put(t, at, wrote); /* as it was shown */
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(an_unchanged_put_writes_nothing)
{
    hearth_client *t = open_client();
    char tag[100];
    const hearth_answer *r = hearth_call_post(t, "/items", "{\"title\":\"a\"}");

    snprintf(tag, sizeof tag, "%s", hearth_answer_header(r, "ETag"));
    r = hearth_call_put(t, "/items/1", "{\"title\":\"a\"}");
    ck_assert_str_eq(hearth_answer_header(r, "ETag"), tag);
    r = hearth_call_patch(t, "/items/1", "{\"rank\":6}");
    ck_assert_str_ne(hearth_answer_header(r, "ETag"), tag);
    r = hearth_call_patch(t, "/items/1", "{\"rank\":5}");
    ck_assert_str_eq(hearth_answer_header(r, "ETag"), tag);
    hearth_client_free(t);
}
END_TEST

/* A field that is never shown is kept by a PUT that cannot know it. */
START_TEST(put_keeps_what_is_secret)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);

    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(
        hearth_db_script(db,
                         "CREATE TRIGGER watch BEFORE UPDATE ON items WHEN new.pin "
                         "IS NOT old.pin BEGIN SELECT raise(ABORT, 'the pin changes'); "
                         "END;",
                         NULL),
        0);
    ck_assert_int_eq(hearth_resource(app, "/items", &item_model, NULL), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_int_eq(
        hearth_call_post(t, "/items", "{\"title\":\"a\",\"pin\":\"x\"}")->status, 201);
    ck_assert_int_eq(hearth_call_put(t, "/items/1", "{\"title\":\"b\"}")->status, 200);
    ck_assert_int_eq(
        hearth_call_put(t, "/items/1", "{\"title\":\"b\",\"pin\":\"x\"}")->status, 200);
    ck_assert_int_eq(
        hearth_call_put(t, "/items/1", "{\"title\":\"b\",\"pin\":null}")->status, 422);
    hearth_client_free(t);
}
END_TEST

START_TEST(what_a_trigger_makes_of_a_row_is_answered)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);

    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(
        hearth_db_script(
            db,
            "CREATE TRIGGER made AFTER INSERT ON items BEGIN UPDATE items SET "
            "note = 'triggered' WHERE id = new.id; END;",
            NULL),
        0);
    ck_assert_int_eq(hearth_resource(app, "/items", &item_model, NULL), 0);
    hearth_client *t = hearth_client_new(app);
    const hearth_answer *r = hearth_call_post(t, "/items", "{\"title\":\"a\"}");

    ck_assert_str_eq(hearth_answer_at(r, "/note"), "triggered");
    hearth_client_free(t);
}
END_TEST

START_TEST(tags_stay_strong_beside_compression)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);
    static const char *const gzip[] = {"Accept-Encoding: gzip", NULL};
    char body[6000] = "{\"title\":\"a\",\"note\":\"";

    memset(body + strlen(body), 'x', 5000);
    strcat(body, "\"}");
    ck_assert_int_eq(hearth_use_compress(app, NULL), 0);
    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(hearth_resource(app, "/items", &item_model, NULL), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_int_eq(hearth_call_post(t, "/items", body)->status, 201);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = "/items/1", .headers = gzip});
    ck_assert_msg(hearth_answer_header(r, "ETag")[0] == '"', "%s",
                  hearth_answer_header(r, "ETag"));
    r = hearth_call_do(t, &(hearth_call){.target = "/items", .headers = gzip});
    ck_assert_str_eq(hearth_answer_header(r, "Content-Encoding"), "gzip");
    hearth_client_free(t);
}
END_TEST

/* ---- set-up ------------------------------------------------------------------------ */

struct bare {
    int64_t id;
};
static const hearth_field bare_fields[] = {
    {.name = "id", .kind = HEARTH_KIND_i64, .key = true, .doc = "Identifier"}};
static const hearth_model bare_model = {.name = "bare",
                                        .table = "bares",
                                        .size = sizeof(struct bare),
                                        .given = HEARTH_NO_GIVEN,
                                        .field = bare_fields,
                                        .n = 1};
#define LOOSE(F, T) F(T, word, text, "Word", .required = true)
HEARTH_MODEL(loose, "looses", LOOSE);
#define AFLOAT(F, T) F(T, id, i64, "Identifier", .key = true)
HEARTH_MODEL(afloat, NULL, AFLOAT);

static const hearth_list_opts bad_sort = {.sort = "pin"}, bad_fields = {.fields = "x"},
                              bad_limit = {.limit = -1}, bad_with = {.with = "owner"},
                              bad_may_with = {.may_with = "thing.x"};

static const struct {
    const char *path;
    const hearth_model *m;
    hearth_resource_opts o;
    const char *says;
} senseless[] = {
    {"/x", NULL, {0}, "no table"},
    {"/x", &afloat_model, {0}, "no table"},
    {"/x", &bare_model, {0}, "no masks"},
    {"/x", &loose_model, {0}, "no key"},
    {"x", &item_model, {0}, "\"x\""},
    {"/x", &item_model, {.without = 64}, ".without"},
    {"/x", &item_model, {.without = 63}, ".without"},
    {"/x", &item_model, {.scope = "owner"}, ".args"},
    {"/x", &item_model, {.scope = "nobody", .args = user}, "nobody"},
    {"/x", &item_model, {.scope = "owner, owner", .args = user}, "different"},
    {"/x", &item_model, {.scope = "id", .args = user}, "not its key"},
    {"/x", &item_model, {.scope = "tags", .args = user}, "json"},
    {"/x", &item_model, {.list = &bad_sort}, "sorted"},
    {"/x", &item_model, {.list = &bad_fields}, "\"x\""},
    {"/x", &item_model, {.list = &bad_limit}, "negative"},
    {"/x", &item_model, {.list = &bad_with}, "owner"},
    {"/x", &link_model, {.list = &bad_may_with}, "x"},
    {"/v2/items", &item_model, {0}, "items.list"},
    {"/items", &item_model, {.name = "other"}, "same requests"},
};

START_TEST(options_that_make_no_sense_keep_the_application_from_starting)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);
    hearth_error err = {0};
    int rc;

    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_resource(app, "/items", &item_model, NULL), 0);
    rc = hearth_resource(app, senseless[_i].path, senseless[_i].m, &senseless[_i].o);
    ck_assert_msg(rc == HEARTH_EINVAL || rc == HEARTH_ECONFLICT, "%d", rc);
    ck_assert_int_eq(hearth_app_start(app, &(hearth_run_opts){.port = HEARTH_PORT_ANY},
                                      &err),
                     rc);
    ck_assert_msg(strstr(err.text, senseless[_i].says) != NULL, "%s", err.text);
    ck_assert_msg(strstr(err.text, "hearth_resource") != NULL, "%s", err.text);
    hearth_app_free(app);
}
END_TEST

START_TEST(a_resource_comes_before_the_start)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_error err = {0};

    ck_assert_int_eq(hearth_app_start(app, &(hearth_run_opts){.port = HEARTH_PORT_ANY},
                                      &err),
                     0);
    ck_assert_int_eq(hearth_resource(app, "/items", &item_model, NULL), HEARTH_ESTATE);
    hearth_app_free(app);
}
END_TEST

SUITE("http/resource",
      LOOP(a_life_goes_as_it_should, 0,
           N(lives)) TEST(what_a_write_answers_is_what_is_shown_afterwards)
          TEST(an_unchanged_put_writes_nothing) TEST(put_keeps_what_is_secret)
              TEST(what_a_trigger_makes_of_a_row_is_answered)
                  TEST(tags_stay_strong_beside_compression)
                      LOOP(options_that_make_no_sense_keep_the_application_from_starting,
                           0, N(senseless)) TEST(a_resource_comes_before_the_start))
