/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Bodies and queries into structs, and every kind of bad input at once.
 */

#include "http.h"
#include "suite.h"

#include <hearth/model.h>

static const char *const states[] = {"draft", "open", "closed", NULL};

#define THING(F, T)                                                    \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)         \
    F(T, title, text, "What it is", .required = true, .max = 5)        \
    F(T, rank, i64, "Rank", .min = 1, .max = 10, .fallback = "5")      \
    F(T, price, f64, "Price", .nullable = true)                        \
    F(T, done, flag, "Finished?", .fallback = "true")                  \
    F(T, due, time, "Deadline", .nullable = true)                      \
    F(T, day, date, "Day")                                             \
    F(T, ref, uuid, "Reference")                                       \
    F(T, more, json, "Anything")                                       \
    F(T, data, blob, "Bytes", .max = 4)                                \
    F(T, state, enum, "State", .choices = states, .fallback = "draft") \
    F(T, code, text, "Code", .pattern = "[A-Z]{2}[0-9]+")              \
    F(T, mail, text, "Mail", .format = HEARTH_FORMAT_EMAIL)

static int check_thing(hearth_ctx *c, const void *obj);
HEARTH_MODEL_WITH(thing, "things", THING, .check = check_thing);

static int check_thing(hearth_ctx *c, const void *obj)
{
    const struct thing *t = obj;

    if (HEARTH_HAS(t, thing, done) && HEARTH_HAS(t, thing, due) && t->done)
        hearth_fault(c, "/due", "done", "what is done has no deadline");
    return 0;
}

static int show(hearth_ctx *c)
{
    const struct thing *t = HEARTH_IN(c, thing);

    return hearth_textf(c, 200, "%llx %llx %s %d %.2f %d %lld %d-%d-%d %d %zu %d %s",
                        (unsigned long long)t->has, (unsigned long long)t->null,
                        t->title == NULL ? "-" : t->title, (int)t->rank, t->price,
                        t->done, (long long)t->due, t->day.year, t->day.month, t->day.day,
                        t->ref.byte[15], t->data.len, t->state,
                        t->code == NULL ? "-" : t->code);
}

static int loose(hearth_ctx *c)
{
    struct thing t;

    HEARTH_TRY(hearth_bind_with(c, &thing_model, &t,
                                &(hearth_bind_opts){.ignore_unknown = true}));
    return hearth_text(c, 200, t.title);
}

static int strict(hearth_ctx *c)
{
    struct thing t;

    HEARTH_TRY(hearth_bind(c, &thing_model, &t));
    return hearth_textf(c, 200, "%.*s", (int)hearth_body(c).len, hearth_body(c).ptr);
}

static int by_hand(hearth_ctx *c)
{
    const struct thing t = {.title = "longer than five", .rank = 11};

    return hearth_check(c, &thing_model, &t);
}

static int without_in(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_in(c, &thing_model) == NULL ? "none" : "some");
}

static int search(hearth_ctx *c)
{
    struct thing t;

    HEARTH_TRY(hearth_bind_query(c, &thing_model, &t));
    return hearth_textf(c, 200, "%s %d", t.title, (int)t.rank);
}

static const hearth_route routes[] = {HEARTH_POST("/", show, .in = &thing_model,
                                                  .summary = "Make one"),
                                      HEARTH_PATCH("/", show, .in = &thing_model),
                                      HEARTH_GET("/", show, .in = &thing_model),
                                      HEARTH_POST("/loose", loose),
                                      HEARTH_POST("/strict", strict),
                                      HEARTH_GET("/by-hand", by_hand),
                                      HEARTH_GET("/without", without_in),
                                      HEARTH_GET("/search", search),
                                      HEARTH_END};

typedef struct sample {
    const char *method, *target, *type, *body;
    int status;
    const char *want[6]; /* all in the answer, in this order */
} sample;

#define JSON NULL
#define FORM "application/x-www-form-urlencoded"
#define DEEP "[[[[[[[[[[[[[[[["

static const sample samples[] = {
    /* What is right. */
    {"POST", "/", JSON, "{\"title\":\"a\"}", 200, {"416 0 a 5 0.00 1 0 0-0-0 0 0 0 -"}},
    {"POST",
     "/",
     JSON,
     "{\"title\":\"\\u00e9\\n\",\"rank\":1e1,\"price\":0.5,\"done\":false,"
     "\"due\":\"1970-01-01T02:00:00+01:00\",\"day\":\"2024-02-29\","
     "\"ref\":\"00000000-0000-0000-0000-00000000000a\",\"more\":[1],\"data\":\"AAEC\","
     "\"state\":\"closed\",\"code\":\"AB1\",\"mail\":\"a@b.c\"}",
     200,
     {"1ffe 0 \xC3\xA9\n 10 0.50 0 3600 2024-2-29 10 3 2 AB1"}},
    {"POST", "/", JSON, " {\"price\":null , \"title\":\"a\"} ", 200, {"416 8 a"}},
    {"PATCH", "/", JSON, "{}", 200, {"0 0 - 0"}},
    {"PATCH", "/", JSON, "{\"rank\":3}", 200, {"4 0 - 3"}},
    {"GET", "/?title=a&rank=3", JSON, NULL, 200, {"416 0 a 3"}},
    {"GET", "/search?title=b", JSON, NULL, 200, {"b 5"}},
    {"GET", "/without", JSON, NULL, 200, {"none"}},
    {"POST", "/loose", JSON, "{\"x\":{\"y\":[1,{}]},\"title\":\"a\"}", 200, {"a"}},
    {"POST",
     "/strict",
     JSON,
     "{\"title\":\"\\u0041\"}",
     200,
     {"{\"title\":\"\\u0041\"}"}},
    /* Forms: boxes left open, empty values, the framework's names. */
    {"POST", "/", FORM, "title=a&price=&day=&_csrf=x", 200, {"416 8 a 5 0.00 0"}},
    {"POST",
     "/",
     FORM,
     "title=a&done=on&state=open",
     200,
     {"416 0 a 5 0.00 1 0 0-0-0 0 0 1"}},
    {"POST", "/", FORM, "title=a&due=1970-01-02T00:00&done=0", 200, {"0 86400"}},
    {"PATCH", "/", FORM, "rank=2", 200, {"4 0 - 2"}},
    {"POST", "/", FORM, "rank=x", 422, {"/title", "required", "/rank", "type"}},
    {"POST", "/", FORM, "title=", 422, {"/title", "required"}},
    {"POST",
     "/",
     FORM,
     "title=a&title=b&x=1",
     422,
     {"/title", "duplicate", "/x", "unknown"}},
    {"GET",
     "/?rank=99",
     JSON,
     NULL,
     422,
     {"\"parameter\":\"title\"", "\"parameter\":\"rank\""}},
    /* Types, all of them at once and in the order of the model. */
    {"POST",
     "/",
     JSON,
     "{\"rank\":\"1\",\"title\":1,\"price\":\"x\",\"done\":1,\"due\":5}",
     422,
     {"/title", "/rank", "/price", "/done", "/due", "type"}},
    {"POST",
     "/",
     JSON,
     "{\"title\":{\"a\":[]},\"day\":\"2023-02-29\",\"ref\":\"x\"}",
     422,
     {"/title", "/day", "/ref"}},
    {"POST",
     "/",
     JSON,
     "{\"title\":\"a\",\"data\":\"*\",\"state\":\"no\",\"due\":\"x\"}",
     422,
     {"/due", "/data", "/state", "choice", "draft"}},
    {"POST", "/", JSON, "{\"title\":\"a\",\"rank\":1.5}", 422, {"/rank", "type"}},
    {"POST",
     "/",
     JSON,
     "{\"title\":\"a\",\"rank\":9223372036854775808}",
     422,
     {"/rank", "range"}},
    {"POST", "/", JSON, "{\"title\":\"a\",\"price\":1e999}", 422, {"/price", "range"}},
    {"POST",
     "/",
     JSON,
     "{\"title\":\"a\",\"rank\":0}",
     422,
     {"/rank", "min", "at least 1"}},
    {"POST",
     "/",
     JSON,
     "{\"title\":\"a\",\"rank\":11}",
     422,
     {"/rank", "max", "at most 10"}},
    {"POST",
     "/",
     JSON,
     "{\"title\":\"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\"}",
     200,
     {"416"}},
    {"POST", "/", JSON, "{\"title\":\"123456\"}", 422, {"/title", "max", "5 characters"}},
    {"POST",
     "/",
     JSON,
     "{\"title\":\"a\",\"data\":\"AAAAAAA=\"}",
     422,
     {"/data", "4 bytes"}},
    {"POST", "/", JSON, "{\"title\":\"a\",\"code\":\"ab1\"}", 422, {"/code", "pattern"}},
    {"POST", "/", JSON, "{\"title\":\"a\",\"mail\":\"x\"}", 422, {"/mail", "format"}},
    {"POST", "/", JSON, "{\"title\":\"\"}", 422, {"/title", "required"}},
    {"POST",
     "/",
     JSON,
     "{\"title\":null,\"rank\":null}",
     422,
     {"/title", "required", "/rank", "null"}},
    {"POST", "/", JSON, "{}", 422, {"/title", "required"}},
    {"POST", "/", JSON, "[]", 422, {"\"pointer\":\"\"", "object"}},
    {"POST", "/", JSON, "{\"id\":1,\"title\":\"a\"}", 422, {"/id", "readonly"}},
    {"POST",
     "/",
     JSON,
     "{\"title\":\"a\",\"x/y\":1,\"z\":{}}",
     422,
     {"/x~1y", "unknown", "/z"}},
    {"POST",
     "/",
     JSON,
     "{\"title\":\"a\",\"title\":\"b\"}",
     422,
     {"/title", "duplicate"}},
    {"POST",
     "/",
     JSON,
     "{\"title\":\"a\",\"due\":\"1970-01-01T00:00:00Z\"}",
     422,
     {"/due", "what is done"}},
    {"GET", "/by-hand", JSON, NULL, 422, {"/title", "/rank"}},
    /* What is no JSON at all. */
    {"POST", "/", JSON, "{\"title\":\"a\",}", 400, {"line 1, column 14"}},
    {"POST", "/", JSON, "{\"title\":\"\xFF\"}", 400, {"UTF-8"}},
    {"POST", "/", JSON, "{\"title\":\"\\u0000\"}", 400, {"u0000"}},
    {"POST", "/", JSON, "{\"title\":\"a\"", 400, {"too early"}},
    {"POST", "/", JSON, "{\"title\":\"a\"} x", 400, {"more text"}},
    {"POST", "/", JSON, "{\"more\":{\"a\":1,\"a\":2}}", 400, {"twice"}},
    {"POST", "/", JSON, "{\"title\":" DEEP DEEP DEEP DEEP, 400, {"more than 64 deep"}},
    {"POST", "/", JSON, NULL, 400, {"empty"}},
    {"POST", "/", "text/plain", "x", 415, {"application/json"}},
};

START_TEST(input_is_bound_or_every_fault_is_told)
{
    const sample *s = &samples[_i];
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_do(t, &(hearth_call){.method = s->method,
                                                              .target = s->target,
                                                              .type = s->type,
                                                              .body = s->body});
    const char *at = r->body.ptr;

    ck_assert_msg(r->status == s->status, "%s: %d %s", s->body, r->status, r->body.ptr);
    for (size_t i = 0; i < 6 && s->want[i] != NULL; i++) {
        at = strstr(at, s->want[i]);
        ck_assert_msg(at != NULL, "%s: no %s in %s", s->body, s->want[i], r->body.ptr);
    }
    hearth_client_free(t);
}
END_TEST

SUITE("http/models", LOOP(input_is_bound_or_every_fault_is_told, 0,
                          (int)(sizeof samples / sizeof samples[0])))
