/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "routes.h"
#include "suite.h"

#include <hearth/model.h>

#define WORD(F, T) F(T, word, text, "A word")
HEARTH_MODEL(word, NULL, WORD);

static int handler(hearth_ctx *c)
{
    (void)c;
    return 0;
}

#define MIDDLEWARE(name)              \
    static int name(hearth_ctx *c)    \
    {                                 \
        (void)c;                      \
        return 1 + (int)sizeof #name; \
    }
MIDDLEWARE(one)
MIDDLEWARE(two)
MIDDLEWARE(three)
MIDDLEWARE(four)

static hearth__router *mounted(const char *prefix, const hearth_route *table)
{
    hearth__router *r = hearth__router_new();
    hearth_error err = {0};

    ck_assert_ptr_nonnull(r);
    ck_assert_msg(hearth__router_mount(r, prefix, table, sizeof *table, &err) == 0, "%s",
                  err.text);
    return r;
}

/* The table must be refused with code, in a sentence that holds `says`. */
static void refused(const hearth_route *table, int code, const char *says)
{
    hearth__router *r = hearth__router_new();
    hearth_error err = {0};

    ck_assert_int_eq(hearth__router_mount(r, "/top", table, sizeof *table, &err), code);
    ck_assert_int_eq(err.code, code);
    ck_assert_msg(strstr(err.text, says) != NULL, "%s", err.text);
    ck_assert_ptr_null(hearth__router_first(r));
    ck_assert_int_eq(hearth__router_mount(r, "/top", table, sizeof *table, NULL), code);
    hearth__router_free(r);
}

/* ---- prefixes ------------------------------------------------------------------ */

static const struct {
    const char *prefix, *pattern, *full;
} joins[] = {
    {NULL, "/", "/"},
    {"", "/", "/"},
    {"/", "/", "/"},
    {"", "/a", "/a"},
    {"/", "/a", "/a"},
    {"", "/a/", "/a/"},
    {"/todos", "/", "/todos"},
    {"/todos/", "/", "/todos"},
    {"/todos", "/{id:int}", "/todos/{id:int}"},
    {"/todos/", "/{id:int}", "/todos/{id:int}"},
    {"/todos", "/x/", "/todos/x/"},
    {"/{tenant}/api", "/", "/{tenant}/api"},
    {"/{tenant}", "/{id}", "/{tenant}/{id}"},
    {"/caf\xc3\xa9", "/a b", "/caf\xc3\xa9/a b"},
    {"/f/{p:path}", "/", "/f/{p:path}"},
};

START_TEST(a_prefix_stands_before_the_pattern)
{
    const hearth_route table[] = {HEARTH_GET(joins[_i].pattern, handler), HEARTH_END};
    hearth__router *r = mounted(joins[_i].prefix, table);

    ck_assert_str_eq(hearth__router_first(r)->pattern, joins[_i].full);
    hearth__router_free(r);
}
END_TEST

static const struct {
    const char *prefix, *says;
} prefixes[] = {
    {"todos", "write \"/todos\""}, {"//", "single slashes"}, {"/a//", "single slashes"},
    {"/a//b", "single slashes"},   {"/a/../b", "\"..\""},    {"/{a", "whole segment"},
    {"/a?b", "hearth_query()"},
};

START_TEST(a_malformed_prefix_is_refused_even_for_an_empty_table)
{
    const hearth_route table[] = {HEARTH_END};
    hearth__router *r = hearth__router_new();
    hearth_error err = {0};

    ck_assert_int_eq(hearth__router_mount(r, prefixes[_i].prefix, table, sizeof *table,
                                          &err),
                     HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, prefixes[_i].says) != NULL, "%s", err.text);
    ck_assert_msg(strstr(err.text, prefixes[_i].prefix) != NULL, "%s", err.text);
    hearth__router_free(r);
}
END_TEST

START_TEST(an_empty_table_is_no_mistake)
{
    const hearth_route table[] = {HEARTH_END};

    hearth__router_free(mounted("/x", table));
}
END_TEST

/* ---- one route ----------------------------------------------------------------- */

START_TEST(a_route_keeps_what_the_table_says)
{
    static int arg;
    const hearth_route table[] = {
        HEARTH_PUT("/{id:int}/{rest:path}", handler, .name = "n", .arg = &arg,
                   .max_body = 7, .run = HEARTH_INLINE),
        HEARTH_END,
    };
    hearth__router *r = mounted("/x", table);
    const hearth__route *route = hearth__router_first(r);

    ck_assert_str_eq(route->method, "PUT");
    ck_assert_int_eq(route->m, HEARTH__PUT);
    ck_assert_str_eq(route->pattern, "/x/{id:int}/{rest:path}");
    ck_assert_str_eq(route->name, "n");
    ck_assert_ptr_eq(route->arg, &arg);
    ck_assert_uint_eq(route->max_body, 7);
    ck_assert(hearth__placement_inline(&route->place));
    ck_assert_uint_eq(route->nparams, 2);
    ck_assert_str_eq(route->param[0].name, "id");
    ck_assert_int_eq(route->param[0].conv, HEARTH__CONV_INT);
    ck_assert_str_eq(route->param[1].name, "rest");
    ck_assert_int_eq(route->param[1].conv, HEARTH__CONV_PATH);
    ck_assert_uint_eq(route->nparts, 3);
    ck_assert(route->chain[0] == handler);
    ck_assert(route->chain[1] == NULL);
    hearth__router_free(r);
}
END_TEST

START_TEST(every_macro_has_its_method)
{
    const hearth_route table[] = {
        HEARTH_GET("/", handler),
        HEARTH_POST("/", handler),
        HEARTH_PUT("/", handler),
        HEARTH_PATCH("/", handler),
        HEARTH_DEL("/", handler),
        HEARTH_ROUTE("HEAD", "/", handler),
        HEARTH_ROUTE("OPTIONS", "/", handler),
        HEARTH_ROUTE("MKCOL", "/", handler),
        HEARTH_END,
    };
    static const char *const want[] = {"GET",    "POST", "PUT",     "PATCH",
                                       "DELETE", "HEAD", "OPTIONS", "MKCOL"};
    hearth__router *r = mounted("", table);
    const hearth__route *route = hearth__router_first(r);

    for (size_t i = 0; i < 8; i++, route = route->next)
        ck_assert_str_eq(route->method, want[i]);
    ck_assert_ptr_null(route);
    hearth__router_free(r);
}
END_TEST

static const hearth_route_doc sound[] = {
    HEARTH_DOC("query", "q", "A word"),
    HEARTH_DOC("header", "If-Match", "A tag"),
    HEARTH_DOC("201", NULL, "Made"),
    HEARTH_DOC("201", "Location", "Where"),
    HEARTH_DOC("4XX", NULL, "Wrong"),
    HEARTH_DOC("default", NULL, "Else"),
    HEARTH_DOC_END,
};
static const hearth_route_doc unsound[][2] = {
    {HEARTH_DOC("query", NULL, "A word"), HEARTH_DOC_END},
    {HEARTH_DOC("cookie", "c", "A cookie"), HEARTH_DOC_END},
    {HEARTH_DOC("201", NULL, NULL), HEARTH_DOC_END},
    {HEARTH_DOC("20", NULL, "Made"), HEARTH_DOC_END},
    {HEARTH_DOC("2000", NULL, "Made"), HEARTH_DOC_END},
    {HEARTH_DOC("600", NULL, "Made"), HEARTH_DOC_END},
    {HEARTH_DOC("2X0", NULL, "Made"), HEARTH_DOC_END},
};

START_TEST(a_route_may_tell_more_and_bind_by_itself)
{
    const hearth_route table[] = {
        HEARTH_PUT("/a", handler, .doc = sound),
        HEARTH_PUT("/b", handler, .in = &word_model),
        HEARTH_PUT("/c", handler, .in = &word_model, .binds = true),
        HEARTH_END,
    };
    hearth__router *r = mounted("", table);
    const hearth__route *route = hearth__router_first(r);

    ck_assert_ptr_eq(route->doc, sound);
    ck_assert(route->next->chain[0] != handler);
    ck_assert(route->next->next->chain[0] == handler);
    ck_assert_ptr_eq(route->next->next->in, &word_model);
    hearth__router_free(r);
}
END_TEST

START_TEST(a_line_of_documentation_that_makes_no_sense_is_refused)
{
    const hearth_route table[] = {HEARTH_PUT("/a", handler, .doc = unsound[_i]),
                                  HEARTH_END};

    refused(table, HEARTH_EINVAL, ".doc");
}
END_TEST

static const struct {
    hearth_route route;
    const char *says;
} wrong[] = {
    {HEARTH_GET("/a", handler, .with = "owner"), ".with needs .out"},
    {HEARTH_GET("/a", handler, .out = &word_model, .with = "owner"),
     ".with: owner is no relation of model word"},
    {{.pattern = "/a", .handler = handler}, "has no method"},
    {{.handler = handler}, "has no method"},
    {{.pattern = "/a"}, "has no method"},
    {{.method = "GET", .handler = handler}, "has no pattern"},
    {{.method = "GET", .pattern = "", .handler = handler}, "write \"/\""},
    {{.method = "GET", .pattern = "a", .handler = handler}, "write \"/a\""},
    {{.method = "GET", .pattern = "{a}", .handler = handler}, "write \"/{a}\""},
    {{.method = "GET", .pattern = "/a"}, "GET \"/top/a\" has no handler"},
    {{.method = "", .pattern = "/a", .handler = handler}, "\"/top/a\": the method"},
    {{.method = "G T", .pattern = "/a", .handler = handler}, "token"},
    {{.method = "G\xc3\xa9", .pattern = "/a", .handler = handler}, "token"},
    {{.method = "get", .pattern = "/a", .handler = handler}, "write \"GET\""},
    {{.method = "Options", .pattern = "/a", .handler = handler}, "write \"OPTIONS\""},
    {{.method = "CONNECT", .pattern = "/a", .handler = handler}, "CONNECT"},
    {{.method = "GET", .pattern = "/{a:b}", .handler = handler}, "\"/top/{a:b}\""},
    {{.method = "GET", .pattern = "/a", .handler = handler, .name = ""},
     ".name is empty"},
    {{.method = "GET", .pattern = "/a", .handler = handler, .run = (hearth_run)3},
     ".run"},
};

START_TEST(a_malformed_entry_is_refused)
{
    hearth_route table[] = {wrong[_i].route, HEARTH_END};

    refused(table, HEARTH_EINVAL, wrong[_i].says);
}
END_TEST

/* Parameters of the prefix count as well. */
START_TEST(prefix_and_pattern_may_not_share_a_name)
{
    static const hearth_route inner[] = {HEARTH_GET("/{id}", handler), HEARTH_END};
    const hearth_route table[] = {HEARTH_GROUP("/{id:int}", inner), HEARTH_END};

    refused(table, HEARTH_EINVAL, "two parameters are called \"id\"");
}
END_TEST

/* ---- sizes --------------------------------------------------------------------- */

START_TEST(a_table_of_a_newer_program_is_read_by_its_size)
{
    struct newer {
        hearth_route known;
        const char *new_field;
    } table[] = {
        {HEARTH_GET("/a", handler, .max_body = 3), "x"},
        {HEARTH_GET("/b", handler), "y"},
        {HEARTH_END, NULL},
    };
    hearth__router *r = hearth__router_new();

    ck_assert_int_eq(hearth__router_mount(r, "", &table[0].known, sizeof *table, NULL),
                     0);
    ck_assert_str_eq(hearth__router_first(r)->pattern, "/a");
    ck_assert_uint_eq(hearth__router_first(r)->max_body, 3);
    ck_assert_str_eq(hearth__router_last(r)->pattern, "/b");
    hearth__router_free(r);
}
END_TEST

START_TEST(what_an_older_program_did_not_know_is_zero)
{
    struct older {
        const char *method, *pattern;
        hearth_handler *handler;
    } table[] = {{"GET", "/a", handler}, {"GET", "/b", handler}, {NULL, NULL, NULL}};
    hearth__router *r = hearth__router_new();
    const hearth__route *route;

    ck_assert_int_eq(hearth__router_mount(r, "",
                                          (const hearth_route *)(const void *)table,
                                          sizeof *table, NULL),
                     0);
    route = hearth__router_last(r);
    ck_assert_str_eq(route->pattern, "/b");
    ck_assert_ptr_null(route->name);
    ck_assert_ptr_null(route->arg);
    ck_assert_uint_eq(route->max_body, 0);
    hearth__router_free(r);
}
END_TEST

START_TEST(a_size_that_cannot_be_and_a_table_that_is_not_are_refused)
{
    const hearth_route table[] = {HEARTH_END};
    hearth__router *r = hearth__router_new();
    hearth_error err = {0};

    ck_assert_int_eq(hearth__router_mount(r, "", table, 0, &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "size"));
    ck_assert_int_eq(hearth__router_mount(r, "", NULL, sizeof *table, &err),
                     HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "NULL"));
    hearth__router_free(r);
}
END_TEST

/* ---- groups -------------------------------------------------------------------- */

static hearth_handler *const use_one[] = {one, NULL};
static hearth_handler *const use_two_three[] = {two, three, NULL};
static hearth_handler *const use_four[] = {four, NULL};
static hearth_handler *const use_none[] = {NULL};

static const hearth_route leaf[] = {
    HEARTH_GET("/", handler, .use = use_four),
    HEARTH_GET("/plain", handler),
    HEARTH_GET("/own", handler, .max_body = 5, .run = HEARTH_INLINE),
    HEARTH_END,
};
static const hearth_route middle[] = {
    HEARTH_GROUP("/{id:int}", leaf, .use = use_two_three, .run = HEARTH_WORKER),
    HEARTH_GET("/", handler, .use = use_none),
    HEARTH_END,
};
static const hearth_route outer[] = {
    HEARTH_GROUP("/admin/", middle, .use = use_one, .max_body = 100),
    HEARTH_GET("/", handler),
    HEARTH_END,
};

static const struct {
    const char *pattern;
    hearth_handler *chain[8];
    size_t max_body;
} unfolded[] = {
    {"/top/admin/{id:int}", {one, two, three, four, handler}, 100},
    {"/top/admin/{id:int}/plain", {one, two, three, handler}, 100},
    {"/top/admin/{id:int}/own", {one, two, three, handler}, 5},
    {"/top/admin", {one, handler}, 100},
    {"/top", {handler}, 0},
};

START_TEST(groups_hand_down_prefix_middleware_and_limits)
{
    hearth__router *r = mounted("/top", outer);
    const hearth__route *route = hearth__router_first(r);

    for (size_t i = 0; i < sizeof unfolded / sizeof *unfolded; i++, route = route->next) {
        ck_assert_str_eq(route->pattern, unfolded[i].pattern);
        ck_assert_uint_eq(route->max_body, unfolded[i].max_body);
        for (size_t k = 0; k == 0 || unfolded[i].chain[k - 1] != NULL; k++)
            ck_assert_msg(route->chain[k] == unfolded[i].chain[k], "%s, %zu",
                          route->pattern, k);
    }
    ck_assert_ptr_null(route);
    hearth__router_free(r);
}
END_TEST

START_TEST(run_is_handed_down_unless_the_route_says_otherwise)
{
    hearth__router *r = mounted("", outer);
    const hearth__route *route = hearth__router_first(r);

    ck_assert_int_eq(route->place.wanted, HEARTH_WORKER);
    ck_assert_int_eq(route->next->next->place.wanted, HEARTH_INLINE);
    ck_assert_int_eq(hearth__router_last(r)->place.wanted, HEARTH_AUTO);
    hearth__router_free(r);
}
END_TEST

static const char *const same[] = {NULL, "", "/"};

START_TEST(a_group_may_be_there_for_its_middleware_alone)
{
    const hearth_route table[] = {{.pattern = same[_i], .routes = leaf, .use = use_one},
                                  HEARTH_END};
    hearth__router *r = mounted("/x", table);

    ck_assert_str_eq(hearth__router_first(r)->pattern, "/x");
    ck_assert_str_eq(hearth__router_last(r)->pattern, "/x/own");
    ck_assert(hearth__router_first(r)->chain[0] == one);
    hearth__router_free(r);
}
END_TEST

START_TEST(a_table_may_be_mounted_twice)
{
    static const hearth_route table[] = {HEARTH_GROUP("/a", leaf),
                                         HEARTH_GROUP("/b", leaf), HEARTH_END};
    hearth__router *r = mounted("", table);

    ck_assert_str_eq(hearth__router_last(r)->pattern, "/b/own");
    hearth__router_free(r);
}
END_TEST

static const struct {
    hearth_route group;
    const char *says;
} wrong_groups[] = {
    {{.pattern = "a", .routes = leaf}, "write \"/a\""},
    {{.pattern = "/a//b", .routes = leaf}, "single slashes"},
    {{.pattern = "/{a", .routes = leaf}, "\"/top/{a\""},
    {{.pattern = "/a", .routes = leaf, .method = "GET"}, "group \"/top/a\""},
    {{.pattern = "/a", .routes = leaf, .handler = handler}, "group \"/top/a\""},
    {{.pattern = "/a", .routes = leaf, .name = "n"}, "group \"/top/a\""},
    {{.pattern = "/a", .routes = leaf, .arg = (void *)(uintptr_t)leaf},
     "group \"/top/a\""},
    {{.pattern = "/{p:path}", .routes = leaf}, "{p:path}"},
};

START_TEST(a_malformed_group_is_refused)
{
    const hearth_route table[] = {wrong_groups[_i].group, HEARTH_END};

    refused(table, HEARTH_EINVAL, wrong_groups[_i].says);
}
END_TEST

extern const hearth_route ring_a[], ring_b[];
const hearth_route ring_a[] = {HEARTH_GET("/x", handler), HEARTH_GROUP("/a", ring_b),
                               HEARTH_END};
const hearth_route ring_b[] = {HEARTH_GROUP("/b", ring_a), HEARTH_END};

START_TEST(a_table_that_holds_itself_is_refused)
{
    refused(ring_a, HEARTH_EINVAL, "holds the table that it stands in");
    refused(ring_b, HEARTH_EINVAL, "\"/top/b/a\"");
}
END_TEST

START_TEST(groups_nest_eight_deep)
{
    hearth_route level[HEARTH__MAX_GROUPS + 2][2];
    hearth__router *r;

    memset(level, 0, sizeof level);
    for (int i = 0; i <= HEARTH__MAX_GROUPS; i++)
        level[i][0] = (hearth_route)HEARTH_GROUP("/g", level[i + 1]);
    level[HEARTH__MAX_GROUPS + 1][0] = (hearth_route)HEARTH_GET("/", handler);
    r = mounted("", level[1]);
    ck_assert_str_eq(hearth__router_first(r)->pattern, "/g/g/g/g/g/g/g/g");
    hearth__router_free(r);
    refused(level[0], HEARTH_EINVAL, "8 deep");
}
END_TEST

#define COUNT(list) (int)(sizeof list / sizeof *list)

SUITE("app/mount",
      LOOP(a_prefix_stands_before_the_pattern, 0,
           COUNT(joins)) LOOP(a_malformed_prefix_is_refused_even_for_an_empty_table, 0,
                              COUNT(prefixes)) TEST(an_empty_table_is_no_mistake)
          TEST(a_route_keeps_what_the_table_says) TEST(every_macro_has_its_method)
              TEST(a_route_may_tell_more_and_bind_by_itself)
                  LOOP(a_line_of_documentation_that_makes_no_sense_is_refused, 0,
                       COUNT(unsound)) LOOP(a_malformed_entry_is_refused, 0, COUNT(wrong))
                      TEST(prefix_and_pattern_may_not_share_a_name) TEST(
                          a_table_of_a_newer_program_is_read_by_its_size)
                          TEST(what_an_older_program_did_not_know_is_zero) TEST(
                              a_size_that_cannot_be_and_a_table_that_is_not_are_refused)
                              TEST(groups_hand_down_prefix_middleware_and_limits)
                                  TEST(run_is_handed_down_unless_the_route_says_otherwise)
                                      LOOP(a_group_may_be_there_for_its_middleware_alone,
                                           0,
                                           COUNT(same)) TEST(a_table_may_be_mounted_twice)
                                          LOOP(a_malformed_group_is_refused, 0,
                                               COUNT(wrong_groups))
                                              TEST(a_table_that_holds_itself_is_refused)
                                                  TEST(groups_nest_eight_deep))
