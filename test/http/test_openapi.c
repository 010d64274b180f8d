/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The API described by itself: from routes and models alone. */
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <string.h>

static const char *const states[] = {"open", "done", NULL};

#define FIELDS(F, T)                                                          \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)                \
    F(T, title, text, "What is to do", .required = true, .max = 200,          \
      .pattern = "[a-z]+")                                                    \
    F(T, state, enum, "How far it is", .choices = states, .fallback = "open") \
    F(T, effort, i64, "Hours", .min = HEARTH_ZERO, .max = 99)                 \
    F(T, due, time, "Deadline", .nullable = true)                             \
    F(T, mail, text, "Whom to tell", .format = HEARTH_FORMAT_EMAIL)           \
    F(T, pin, text, "Secret", .secret = true)
HEARTH_MODEL(todo, "todos", FIELDS);

HEARTH_MODEL_LATER(pet);
static const hearth_many owner_many[] = {
    {.name = "pets", .of = &pet_model, .doc = "Those that live there"},
    {0},
};
#define OWNER(F, T)                          \
    F(T, id, i64, "Identifier", .key = true) \
    F(T, pin, text, "Secret", .secret = true)
HEARTH_MODEL_WITH(owner, "owners", OWNER, .many = owner_many);
#define PET(F, T)                            \
    F(T, id, i64, "Identifier", .key = true) \
    F(T, owner_id, i64, "Owner", .references = &owner_model, .as = "owner")
HEARTH_MODEL(pet, "pets", PET);

#define FIND(F, T) F(T, q, text, "Words to look for", .required = true)
HEARTH_MODEL(find, NULL, FIND);

static int nothing(hearth_ctx *c)
{
    (void)c;
    return 204;
}

static const hearth_route_doc docs[] = {
    HEARTH_DOC("query", "deep", "How far down", .type = "integer", .required = true),
    HEARTH_DOC("query", "state", "Those", .field = &todo__field[todo__state]),
    HEARTH_DOC("header", "If-Match", "What it was"),
    HEARTH_DOC("202", NULL, "Later"),
    HEARTH_DOC("202", "Retry-After", "When", .type = "integer"),
    HEARTH_DOC("303", NULL, "Elsewhere"),
    HEARTH_DOC("409", NULL, "Not now"),
    HEARTH_DOC("404", NULL, "Not here"),
    HEARTH_DOC_END,
};

static const hearth_route routes[] = {
    HEARTH_POST("/jobs/{id}", nothing, .out = &todo_model, .doc = docs),
    HEARTH_GET("/todos", nothing, .in = &find_model, .out = &todo_model, .many = true,
               .summary = "Find \"some\""),
    HEARTH_POST("/todos", nothing, .in = &todo_model, .out = &todo_model),
    HEARTH_GET("/todos/{id:int}", nothing, .out = &todo_model),
    HEARTH_PATCH("/todos/{id:int}", nothing, .in = &todo_model),
    HEARTH_DEL("/todos/{id:int}", nothing),
    HEARTH_GET("/pets/{id:int}", nothing, .out = &pet_model, .with = "owner.pets"),
    HEARTH_GET("/owners", nothing, .out = &owner_model, .many = true, .with = "pets"),
    HEARTH_GET("/files/{rest:path}", nothing, .hidden = true),
    HEARTH_ROUTE("PROPFIND", "/dav", nothing),
    HEARTH_END,
};

#define NEXT(F, T)                                             \
    F(T, id, i64, "Identifier", .key = true, .readonly = true) \
    F(T, text, text, "Text")                                   \
    F(T, todo_id, i64, "Of", .references = &todo_model, .as = "todo")
HEARTH_MODEL(next, "nexts", NEXT);

static const hearth_model *const models[] = {&todo_model, &next_model, NULL};

static hearth_client *client(const char *path, const hearth_openapi_opts *o)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});

    ck_assert_int_eq(hearth_openapi(app, path, o), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    ck_assert_int_eq(
        hearth_resource(app, "/all", &todo_model,
                        &(hearth_resource_opts){
                            .without = HEARTH_RESOURCE_DELETE,
                            .upsert = true,
                            .require_match = true,
                            .list = &(hearth_list_opts){.fields = "title, effort, pin",
                                                        .limit = 20,
                                                        .max_limit = 60}}),
        0);
    ck_assert_int_eq(hearth_use_db(app, hearth_db_open("sqlite::memory:", NULL)), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(hearth_use_search(app, &next_model,
                                       &(hearth_search_opts){.fields = "text"}),
                     0);
    ck_assert_int_eq(hearth_resource(app, "/next", &next_model,
                                     &(hearth_resource_opts){
                                         .list =
                                             &(hearth_list_opts){.fields = "text",
                                                                 .may_with = "todo"}}),
                     0);
    ck_assert_int_eq(hearth_resource(app, "/secret", &todo_model,
                                     &(hearth_resource_opts){.hidden = true}),
                     0);
    return hearth_client_new(app);
}

#define OK(path) "/paths/" path "/get/responses/2XX/content/application~1json/schema"
#define PETS     OK("~1pets~1{id}")
#define OWNERS   OK("~1owners")
#define TODOS    "/paths/~1todos"
#define ONE      "/paths/~1todos~1{id}"
#define JOB      "/paths/~1jobs~1{id}/post"
#define ALL      "/paths/~1all"
#define EACH     "/paths/~1all~1{id}"
#define PROPS    "/components/schemas/todo/properties"

/* says "": nothing is there */
static const struct {
    const char *pointer, *says;
} document[] = {
    {"/openapi", "3.1.0"},
    {PETS "/properties/owner_id/description", "Owner"},
    {PETS "/properties/owner/anyOf/1/type", "null"},
    {PETS "/properties/owner/anyOf/0/properties/id/type", "integer"},
    {PETS "/properties/owner/anyOf/0/properties/pin", ""},
    {PETS "/properties/owner/anyOf/0/properties/pets/type", "array"},
    {PETS "/properties/owner/anyOf/0/properties/pets/items/$ref",
     "#/components/schemas/pet"},
    {PETS "/additionalProperties", "false"},
    {OWNERS "/type", "array"},
    {OWNERS "/items/properties/pets/description", "Those that live there"},
    {OWNERS "/items/properties/pets/items/$ref", "#/components/schemas/pet"},
    {"/components/schemas/pet/properties/owner", ""},
    {"/info/title", "Todos <&>"},
    {"/info/version", "2.1"},
    {TODOS "/get/summary", "Find \"some\""},
    {TODOS "/get/operationId", "get_todos"},
    {TODOS "/get/tags/0", "todos"},
    {TODOS "/get/parameters/0/name", "q"},
    {TODOS "/get/parameters/0/in", "query"},
    {TODOS "/get/parameters/0/required", "true"},
    {TODOS "/get/requestBody", ""},
    {TODOS "/get/responses/2XX/content/application~1json/schema/type", "array"},
    {TODOS "/get/responses/2XX/content/application~1json/schema/items/$ref",
     "#/components/schemas/todo"},
    {TODOS "/post/requestBody/content/application~1json/schema/$ref",
     "#/components/schemas/todo"},
    {TODOS "/post/requestBody/content/multipart~1form-data/schema/$ref",
     "#/components/schemas/todo"},
    {TODOS "/post/responses/422/content/application~1problem+json/schema/$ref",
     "#/components/schemas/problem"},
    {ONE "/get/operationId", "get_todos_by_id"},
    {ONE "/get/parameters/0/in", "path"},
    {ONE "/get/parameters/0/schema/type", "integer"},
    {ONE "/get/responses/404/description", "There is none"},
    {ONE "/patch/requestBody/content/application~1json/schema/$ref",
     "#/components/schemas/todo_partial"},
    {ONE "/delete/operationId", "delete_todos_by_id"},
    {PROPS "/id/readOnly", "true"},
    {PROPS "/title/description", "What is to do"},
    {PROPS "/title/minLength", "1"},
    {PROPS "/title/maxLength", "200"},
    {PROPS "/title/pattern", "^(?:[a-z]+)$"},
    {PROPS "/state/enum/1", "done"},
    {PROPS "/state/default", "open"},
    {PROPS "/effort/minimum", "0"},
    {PROPS "/effort/maximum", "99"},
    {PROPS "/due/type/1", "null"},
    {PROPS "/due/format", "date-time"},
    {PROPS "/mail/format", "email"},
    {PROPS "/pin/writeOnly", "true"},
    {"/components/schemas/todo/required/0", "title"},
    {"/components/schemas/todo/required/1", ""},
    {"/components/schemas/todo/additionalProperties", "false"},
    {"/components/schemas/todo_partial/required", ""},
    {"/components/schemas/problem/properties/errors/type", "array"},
    {ONE "/patch/requestBody/content/application~1merge-patch+json/schema/$ref",
     "#/components/schemas/todo_partial"},
    {TODOS "/post/requestBody/content/application~1merge-patch+json", ""},
    {"/paths/~1files~1{rest}", ""},
    /* What a route tells line by line. */
    {JOB "/parameters/1/name", "deep"},
    {JOB "/parameters/1/in", "query"},
    {JOB "/parameters/1/required", "true"},
    {JOB "/parameters/1/schema/type", "integer"},
    {JOB "/parameters/2/schema/enum/1", "done"},
    {JOB "/parameters/2/schema/default", ""},
    {JOB "/parameters/3/in", "header"},
    {JOB "/parameters/3/name", "If-Match"},
    {JOB "/parameters/3/schema/type", "string"},
    {JOB "/parameters/3/required", ""},
    {JOB "/responses/2XX", ""},
    {JOB "/responses/202/description", "Later"},
    {JOB "/responses/202/headers/Retry-After/schema/type", "integer"},
    {JOB "/responses/202/content/application~1json/schema/$ref",
     "#/components/schemas/todo"},
    {JOB "/responses/303/description", "Elsewhere"},
    {JOB "/responses/303/content", ""},
    {JOB "/responses/409/content/application~1problem+json/schema/$ref",
     "#/components/schemas/problem"},
    {JOB "/responses/404/description", "Not here"},
    {JOB "/responses/422", ""},
    {JOB "/responses/default/description", "What went wrong"},
    /* A resource */
    {ALL "/get/responses/200/content/application~1json/schema/type", "array"},
    {ALL "/get/responses/200/headers/Link/schema/type", "string"},
    {ALL "/get/responses/200/headers/X-Total-Count/schema/type", "integer"},
    {ALL "/get/responses/304/description", "As the client has it"},
    {ALL "/get/parameters/0/name", "title"},
    {ALL "/get/parameters/0/schema/maxLength", ""},
    {ALL "/get/parameters/1/name", "title.ne"},
    {ALL "/get/parameters/9/name", "title.starts"},
    {ALL "/get/parameters/10/name", "effort"},
    {ALL "/get/parameters/16/name", "effort.in"},
    {ALL "/get/parameters/16/schema/type", "string"},
    {ALL "/get/parameters/17/schema/type", "boolean"},
    {ALL "/get/parameters/18/name", "sort"},
    {ALL "/get/parameters/19/description", "Rows of a page, 1 to 60; 20 when left out"},
    {ALL "/get/parameters/22/name", "count"},
    {ALL "/get/parameters/23", ""},
    {ALL "/post/responses/201/headers/Location/schema/type", "string"},
    {ALL "/post/responses/201/headers/ETag/schema/type", "string"},
    {ALL "/post/responses/2XX", ""},
    {ALL "/post/responses/409/description",
     "What has to be unique is there already, or what it refers to is not"},
    {ALL "/post/requestBody/content/application~1json/schema/$ref",
     "#/components/schemas/todo"},
    {EACH "/get/parameters/1/name", "If-None-Match"},
    {EACH "/get/responses/304/description", "As the client has it"},
    {EACH "/put/parameters/1/name", "If-None-Match"},
    {EACH "/put/parameters/2/name", "If-Match"},
    {EACH "/put/responses/201/headers/Location/schema/type", "string"},
    {EACH "/put/responses/428/description", "A condition is needed: If-Match"},
    {EACH "/patch/parameters/1/name", "If-Match"},
    {EACH "/patch/responses/412/description",
     "It is not, or not any more, what the condition says"},
    {EACH "/delete", ""},
    {"/paths/~1secret", ""},
    {"/paths/~1next/get/parameters/14/name", "count"},
    {"/paths/~1next/get/parameters/15/name", "with"},
    {"/paths/~1next/get/parameters/16/name", "q"},
    {"/paths/~1dav", ""},
    {"/paths/~1docs", ""},
    {"/paths/~1openapi.json", ""},
};

START_TEST(the_description_says_what_routes_and_models_say)
{
    hearth_client *t =
        client(NULL, &(hearth_openapi_opts){.title = "Todos <&>", .version = "2.1"});
    const hearth_answer *r = hearth_call_get(t, "/openapi.json");

    ck_assert_int_eq(r->status, 200);
    const char *at = hearth_answer_at(r, document[_i].pointer);
    ck_assert_msg(strcmp(at, document[_i].says) == 0, "%s: %s", document[_i].pointer, at);
    hearth_client_free(t);
}
END_TEST

START_TEST(the_page_is_whole_and_strict)
{
    hearth_client *t = client(NULL, &(hearth_openapi_opts){.title = "Todos <&>"});
    const hearth_answer *r = hearth_call_get(t, "/docs");

    ck_assert_int_eq(r->status, 200);
    ck_assert_ptr_nonnull(strstr(r->body.ptr, "<title>Todos &lt;&amp;&gt;</title>"));
    ck_assert_ptr_nonnull(strstr(r->body.ptr, "data-json=\"/openapi.json\""));
    ck_assert_ptr_null(strstr(r->body.ptr, "{{"));
    ck_assert_ptr_nonnull(
        strstr(hearth_answer_header(r, "Content-Security-Policy"), "script-src 'self'"));
    ck_assert_ptr_null(
        strstr(hearth_answer_header(r, "Content-Security-Policy"), "unsafe"));
    r = hearth_call_get(t, "/docs/docs.js");
    ck_assert_str_eq(hearth_answer_header(r, "Content-Type"),
                     "text/javascript; charset=utf-8");
    ck_assert_ptr_null(strstr(r->body.ptr, "innerHTML"));
    r = hearth_call_get(t, "/docs/docs.css");
    ck_assert_str_eq(hearth_answer_header(r, "Content-Type"), "text/css; charset=utf-8");
    hearth_client_free(t);
}
END_TEST

START_TEST(both_paths_are_yours_to_choose)
{
    hearth_client *t = client("/api/v1.json", &(hearth_openapi_opts){.docs = "/api"});

    ck_assert_int_eq(hearth_call_get(t, "/api/v1.json")->status, 200);
    ck_assert_int_eq(hearth_call_get(t, "/openapi.json")->status, 404);
    ck_assert_ptr_nonnull(
        strstr(hearth_call_get(t, "/api")->body.ptr, "\"/api/v1.json\""));
    ck_assert_int_eq(hearth_call_get(t, "/api/docs.js")->status, 200);
    hearth_client_free(t);
}
END_TEST

START_TEST(the_page_can_be_left_out)
{
    hearth_client *t = client(NULL, &(hearth_openapi_opts){.docs = ""});

    ck_assert_int_eq(hearth_call_get(t, "/openapi.json")->status, 200);
    ck_assert_int_eq(hearth_call_get(t, "/docs")->status, 404);
    hearth_client_free(t);
}
END_TEST

START_TEST(defaults_are_enough)
{
    hearth_client *t = client(NULL, NULL);
    const hearth_answer *r = hearth_call_get(t, "/openapi.json");

    ck_assert_str_eq(hearth_answer_at(r, "/info/title"), "API");
    ck_assert_str_eq(hearth_answer_at(r, "/info/version"), "1");
    hearth_client_free(t);
}
END_TEST

/* clang-format off */
SUITE("openapi",
      LOOP(the_description_says_what_routes_and_models_say, 0,
           (int)(sizeof document / sizeof *document))
      TEST(the_page_is_whole_and_strict)
      TEST(both_paths_are_yours_to_choose)
      TEST(the_page_can_be_left_out)
      TEST(defaults_are_enough))
/* clang-format on */
