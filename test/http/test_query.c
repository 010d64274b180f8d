/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Rows by model, from requests to what stands in the table afterwards.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

static const char *const together[] = {"shop, slug", NULL};

#define SHOP(F, T)                                  \
    F(T, code, text, "Code", .key = true, .max = 8) \
    F(T, name, text, "Name", .required = true)
HEARTH_MODEL(shop, "shops", SHOP);

#define ITEM(F, T)                                                        \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)            \
    F(T, slug, text, "Short name", .required = true, .max = 20)           \
    F(T, price, i64, "Price", .min = 1, .fallback = "5")                  \
    F(T, note, text, "Note", .nullable = true)                            \
    F(T, shop, text, "Shop", .nullable = true, .references = &shop_model) \
    F(T, made, time, "Made", .readonly = true, .fallback = "now")         \
    F(T, pin, text, "Pin", .unique = true, .secret = true, .nullable = true)
HEARTH_MODEL_WITH(item, "items", ITEM, .unique = together);

#define DOC(F, T)                                               \
    F(T, id, uuid, "Identifier", .key = true, .readonly = true) \
    F(T, body, json, "Anything", .nullable = true)              \
    F(T, code, text, "Code", .unique = true, .nullable = true)
HEARTH_MODEL(doc, "docs", DOC);

/* By hand, without masks. */
struct plain {
    int64_t id;
    const char *slug;
};
static const hearth_field plain_fields[] = {
    {.name = "id", .kind = HEARTH_KIND_i64, .key = true, .doc = "Identifier"},
    {.name = "slug",
     .kind = HEARTH_KIND_text,
     .offset = offsetof(struct plain, slug),
     .doc = "Short name"},
};
static const hearth_model plain_model = {.name = "plain",
                                         .table = "plains",
                                         .size = sizeof(struct plain),
                                         .given = HEARTH_NO_GIVEN,
                                         .field = plain_fields,
                                         .n = 2};
static const hearth_model nowhere_model = {.name = "nowhere",
                                           .size = sizeof(struct plain),
                                           .given = HEARTH_NO_GIVEN,
                                           .field = plain_fields,
                                           .n = 2};

static const hearth_model *const models[] = {&shop_model, &item_model, &doc_model,
                                             &plain_model, NULL};

/* ---- handlers ---------------------------------------------------------------------- */

static int create(hearth_ctx *c)
{
    struct item *t = HEARTH_IN(c, item);

    HEARTH_TRY(hearth_insert(c, &item_model, t));
    return hearth_reply(c, 201, &item_model, t);
}

static int show(hearth_ctx *c)
{
    struct item t;

    HEARTH_TRY(hearth_find(c, &item_model, hearth_param(c, "id"), &t));
    return hearth_reply(c, 200, &item_model, &t);
}

static int by_slug(hearth_ctx *c)
{
    struct item t;

    HEARTH_TRY(
        hearth_find_by(c, &item_model, "shop, slug",
                       hearth_args(hearth_param(c, "shop"), hearth_param(c, "slug")),
                       &t));
    return hearth_reply(c, 200, &item_model, &t);
}

static int change(hearth_ctx *c)
{
    struct item *t = HEARTH_IN(c, item);

    HEARTH_SET(t, item, id, hearth_param_int(c, "id"));
    HEARTH_TRY(hearth_update(c, &item_model, t));
    return hearth_reply(c, 200, &item_model, t);
}

static int drop(hearth_ctx *c)
{
    HEARTH_TRY(hearth_delete(c, &item_model, hearth_param_int(c, "id")));
    return 204;
}

static int put_slug(hearth_ctx *c)
{
    struct item *t = HEARTH_IN(c, item);

    HEARTH_TRY(hearth_upsert(c, &item_model, "shop, slug", t));
    return hearth_reply(c, 200, &item_model, t);
}

static int put_shop(hearth_ctx *c)
{
    struct shop *t = HEARTH_IN(c, shop);

    HEARTH_TRY(hearth_upsert(c, &shop_model, NULL, t));
    return hearth_reply(c, 200, &shop_model, t);
}

static int drop_shop(hearth_ctx *c)
{
    HEARTH_TRY(
        hearth_delete_val(c, &shop_model, hearth_val_text(hearth_param(c, "code"))));
    return 204;
}

static int create_doc(hearth_ctx *c)
{
    struct doc *t = HEARTH_IN(c, doc), again;
    char id[HEARTH_UUID_TEXT];

    HEARTH_TRY(hearth_insert(c, &doc_model, t));
    HEARTH_TRY(hearth_find(c, &doc_model, hearth_uuid_text(&t->id, id), &again));
    return hearth_textf(c, 200, "%c %d %s", id[14], (int)HEARTH_NULL(&again, doc, body),
                        HEARTH_HAS(&again, doc, body)
                            ? json_string_value(json_object_get(again.body, "a"))
                            : "-");
}

static int put_doc(hearth_ctx *c)
{
    struct doc *t = HEARTH_IN(c, doc);
    char id[HEARTH_UUID_TEXT];

    HEARTH_TRY(hearth_upsert(c, &doc_model, "code", t));
    return hearth_text(c, 200, hearth_uuid_text(&t->id, id));
}

/* Structs that no client filled. */
static int by_hand(hearth_ctx *c)
{
    struct item t = {.slug = "hand", .price = 3, .made = 86400};
    struct plain p = {.slug = "p"}, q = {.id = 1, .slug = "q"};
    struct item empty = {0};
    int rc;

    HEARTH_TRY(hearth_insert(c, &item_model, &t));
    HEARTH_TRY(hearth_insert(c, &plain_model, &p));
    HEARTH_TRY(hearth_update(c, &plain_model, &q));
    HEARTH_TRY(hearth_find(c, &plain_model, p.id, &q));
    rc = hearth_update(c, &item_model, &empty);
    return hearth_textf(c, 200, "%d %d %s %d", t.id == 1, (int)HEARTH_HAS(&t, item, id),
                        q.slug, rc == HEARTH_ESTATE);
}

static int loaded(hearth_ctx *c)
{
    struct item t;

    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_find_val(c, &item_model, hearth_val_int(1), &t));
    HEARTH_SET(&t, item, price, t.price + 1);
    HEARTH_TRY(hearth_update(c, &item_model, &t));
    HEARTH_TRY(hearth_commit(c));
    return hearth_textf(c, 200, "%d %s", (int)t.price, t.pin);
}

static int misuse(hearth_ctx *c)
{
    struct item t = {.slug = "x"};
    struct plain p = {.slug = "x"};

    switch (hearth_param_int(c, "n")) {
    case 0:
        return hearth_insert(c, &nowhere_model, &p);
    case 1:
        return hearth_find_by(c, &item_model, "color", hearth_args(1), &t);
    case 2:
        return hearth_find_by(c, &item_model, "shop, slug", hearth_args(1), &t);
    case 3:
        return hearth_find_by(c, &item_model, "slug", hearth_args(1, 2), &t);
    case 4:
        return hearth_upsert(c, &item_model, "color", &t);
    case 5:
        return hearth_upsert(c, &item_model, "pin", &t);
    default:
        return hearth_find(c, NULL, 1, &t);
    }
}

static const hearth_route routes[] = {
    HEARTH_POST("/items", create, .in = &item_model),
    HEARTH_GET("/items/{id}", show),
    HEARTH_GET("/items/{shop}/{slug}", by_slug),
    HEARTH_PATCH("/items/{id:int}", change, .in = &item_model),
    HEARTH_DEL("/items/{id:int}", drop),
    HEARTH_PUT("/items", put_slug, .in = &item_model),
    HEARTH_PUT("/shops", put_shop, .in = &shop_model),
    HEARTH_DEL("/shops/{code}", drop_shop),
    HEARTH_POST("/docs", create_doc, .in = &doc_model),
    HEARTH_PUT("/docs", put_doc, .in = &doc_model),
    HEARTH_GET("/by-hand", by_hand),
    HEARTH_GET("/loaded", loaded),
    HEARTH_GET("/misuse/{n:int}", misuse),
    HEARTH_END,
};

static hearth_client *open_client(const char *schema)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);

    if (schema != NULL)
        ck_assert_int_eq(hearth_db_script(db, schema, NULL), 0);
    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

/* ---- one life ---------------------------------------------------------------------- */

typedef struct step {
    const char *method, *target, *body;
    int status;
    const char *has; /* in the answer */
} step;

static const step life[] = {
    {"PUT", "/shops", "{\"code\":\"a\",\"name\":\"A\"}", 200, "\"name\":\"A\""},
    {"PUT", "/shops", "{\"code\":\"a\",\"name\":\"B\"}", 200, "\"name\":\"B\""},
    {"POST", "/items", "{\"slug\":\"x\",\"pin\":\"s\"}", 201,
     "{\"id\":1,\"slug\":\"x\",\"price\":5,\"note\":null,\"shop\":null,\"made\":\"20"},
    {"POST", "/items", "{\"slug\":\"y\",\"shop\":\"a\",\"note\":\"n\"}", 201, "\"id\":2"},
    {"POST", "/items", "{\"slug\":\"y\",\"shop\":\"a\"}", 409,
     "shop and slug already exist together"},
    {"POST", "/items", "{\"slug\":\"z\",\"pin\":\"s\"}", 409, "pin already exists"},
    {"POST", "/items", "{\"slug\":\"z\",\"shop\":\"none\"}", 409, NULL},
    {"GET", "/items/1", NULL, 200, "\"slug\":\"x\""},
    {"GET", "/items/9", NULL, 404, NULL},
    {"GET", "/items/one", NULL, 404, NULL},
    {"GET", "/items/1.0", NULL, 404, NULL},
    {"GET", "/items/a/y", NULL, 200, "\"id\":2"},
    {"GET", "/items/a/x", NULL, 404, NULL},
    {"PATCH", "/items/2", "{\"price\":7}", 200,
     "{\"id\":2,\"slug\":\"y\",\"price\":7,\"note\":\"n\",\"shop\":\"a\""},
    {"PATCH", "/items/2", "{\"note\":null}", 200, "\"price\":7,\"note\":null"},
    {"PATCH", "/items/2", "{}", 200, "\"price\":7,\"note\":null"},
    {"PATCH", "/items/9", "{}", 404, NULL},
    {"PATCH", "/items/9", "{\"price\":7}", 404, NULL},
    {"PATCH", "/items/1", "{\"slug\":\"y\",\"shop\":\"a\"}", 409, NULL},
    {"PUT", "/items", "{\"slug\":\"y\",\"shop\":\"a\",\"price\":8}", 200,
     "{\"id\":2,\"slug\":\"y\",\"price\":8"},
    {"PUT", "/items", "{\"slug\":\"w\",\"shop\":\"a\"}", 200, "\"id\":3"},
    {"PUT", "/items", "{\"slug\":\"w\"}", 500, NULL},
    {"DELETE", "/shops/a", NULL, 409, "still referred to"},
    {"DELETE", "/shops/b", NULL, 404, NULL},
    {"DELETE", "/items/2", NULL, 204, NULL},
    {"DELETE", "/items/2", NULL, 404, NULL},
    {"GET", "/loaded", NULL, 200, "6 s"},
    {"GET", "/items/1", NULL, 200, "\"price\":6"},
    {"POST", "/docs", "{\"body\":{\"a\":\"b\"}}", 200, "7 0 b"},
    {"POST", "/docs", "{}", 200, "7 1 -"},
};

START_TEST(rows_live_and_die_by_their_model)
{
    hearth_client *t = open_client(NULL);

    for (size_t i = 0; i < sizeof life / sizeof *life; i++) {
        const step *s = &life[i];
        const hearth_answer *r = hearth_call_do(t, &(hearth_call){.method = s->method,
                                                                  .target = s->target,
                                                                  .body = s->body});

        ck_assert_msg(r->status == s->status, "%s %s: %d %s", s->method, s->target,
                      r->status, r->body.ptr);
        ck_assert_msg(s->has == NULL || strstr(r->body.ptr, s->has) != NULL, "%s %s: %s",
                      s->method, s->target, r->body.ptr);
        ck_assert_msg(strstr(r->body.ptr, "\"pin\"") == NULL, "%s", r->body.ptr);
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(a_row_that_is_there_keeps_its_key)
{
    hearth_client *t = open_client(NULL);
    char id[HEARTH_UUID_TEXT];

    snprintf(id, sizeof id, "%s",
             hearth_call_put(t, "/docs", "{\"code\":\"a\",\"body\":1}")->body.ptr);
    ck_assert_uint_eq(strlen(id), 36);
    ck_assert_str_eq(hearth_call_put(t, "/docs", "{\"code\":\"a\"}")->body.ptr, id);
    ck_assert_str_ne(hearth_call_put(t, "/docs", "{\"code\":\"b\"}")->body.ptr, id);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_struct_filled_by_hand_is_given_whole)
{
    hearth_client *t = open_client(NULL);

    ck_assert_str_eq(hearth_call_get(t, "/by-hand")->body.ptr, "1 1 q 1");
    ck_assert(http_logged(t, "the key of model item is not given"));
    hearth_client_free(t);
}
END_TEST

START_TEST(calls_that_make_no_sense_are_500_and_explained)
{
    static const char *const says[] = {"no table", "color", "one field", "one field",
                                       "color",    "pin",   "NULL"};
    hearth_client *t = open_client(NULL);
    char target[40];

    snprintf(target, sizeof target, "/misuse/%d", _i);
    ck_assert_int_eq(hearth_call_get(t, target)->status, 500);
    ck_assert_msg(http_logged(t, says[_i]), "%s", hearth_client_log(t));
    hearth_client_free(t);
}
END_TEST

START_TEST(a_table_that_is_not_the_one_of_the_model_is_500)
{
    hearth_client *t = open_client("CREATE TABLE items(id TEXT, slug, price, note, shop, "
                                   "made, pin); INSERT INTO items VALUES "
                                   "(1, 'x', 'much', '', '', 0, '')");

    ck_assert_int_eq(hearth_call_get(t, "/items/1")->status, 500);
    ck_assert_msg(http_logged(t, "the table is another one"), "%s", hearth_client_log(t));
    hearth_client_free(t);
}
END_TEST

START_TEST(models_that_cannot_be_made_keep_the_application_from_starting)
{
    static const hearth_model *const none[] = {&nowhere_model, NULL};
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);
    hearth_app *app = hearth_app_new(NULL);

    if (_i != 1)
        ck_assert_int_eq(hearth_use_db(app, db), 0);
    else
        hearth_db_close(db);
    ck_assert_int_eq(hearth_use_models(app, _i == 0   ? NULL
                                            : _i == 1 ? models
                                                      : none),
                     HEARTH_EINVAL);
    ck_assert_ptr_null(hearth_client_new(app));
}
END_TEST

SUITE("http/query",
      TEST(a_row_that_is_there_keeps_its_key) TEST(rows_live_and_die_by_their_model)
          TEST(a_struct_filled_by_hand_is_given_whole)
              LOOP(calls_that_make_no_sense_are_500_and_explained, 0, 7)
                  TEST(a_table_that_is_not_the_one_of_the_model_is_500)
                      LOOP(models_that_cannot_be_made_keep_the_application_from_starting,
                           0, 3))
