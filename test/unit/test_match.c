/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "routes.h"
#include "suite.h"

#define UUID "123e4567-e89b-12d3-a456-426614174000"
#define TYPED                                                                \
    "GET /{i:int}|GET /{f:float}|GET /{d:date}|GET /{u:uuid}|GET /{s:slug}|" \
    "GET /{n}|GET /{p:path}|GET /1"
#define TODOS "GET /todos|POST /todos|GET /todos/{id:int}|PUT /todos/{id:int}"

/* want: as routes_show() writes it. */
static const struct {
    const char *routes, *method, *target, *want;
} table[] = {
    /* Plain paths. */
    {"GET /", "GET", "/", "GET /"},
    {"GET /", "GET", "/?a=b", "GET /"},
    {"GET /", "GET", "/a", "-"},
    {"GET /a", "GET", "/", "-"},
    {"GET /a", "GET", "/a", "GET /a"},
    {"GET /a", "GET", "/a?x", "GET /a"},
    {"GET /a", "GET", "/A", "-"},
    {"GET /a", "GET", "/ab", "-"},
    {"GET /a", "GET", "/a/b", "-"},
    {"GET /a/b", "GET", "/a", "-"},
    {"GET /a|GET /a/b", "GET", "/a/b", "GET /a/b"},
    {"GET /a", "GET", "http://h/a", "GET /a"},
    {"GET /", "GET", "http://h", "GET /"},
    {"OPTIONS /", "OPTIONS", "*", "-"},
    {"GET /{p:path}|OPTIONS /{p:path}", "OPTIONS", "*", "-"},

    /* The last slash. */
    {"GET /a", "GET", "/a/", "-"},
    {"GET /a/", "GET", "/a", "-"},
    {"GET /a/", "GET", "/a/", "GET /a/"},
    {"GET /a|GET /a/", "GET", "/a", "GET /a"},
    {"GET /a|GET /a/", "GET", "/a/", "GET /a/"},
    {"GET /{n}/", "GET", "/x/", "GET /{n}/ n=x"},
    {"GET /{n}/", "GET", "/x", "-"},
    {"GET /a/{n}", "GET", "/a/", "-"},
    {"GET /a/{p:path}", "GET", "/a/", "-"},

    /* Decoding. */
    {"GET /a", "GET", "/%61", "GET /a"},
    {"GET /caf\xc3\xa9", "GET", "/caf%C3%A9", "GET /caf\xc3\xa9"},
    {"GET /a+b", "GET", "/a+b", "GET /a+b"},
    {"GET /@me", "GET", "/%40me", "GET /@me"},
    {"GET /a/b", "GET", "/a%2Fb", "-"},
    {"GET /{n}", "GET", "/a%2Fb", "GET /{n} n=a/b"},
    {"GET /{n}/c", "GET", "/a%2fb/c", "GET /{n}/c n=a/b"},
    {"GET /{n}", "GET", "/%20x%20", "GET /{n} n= x "},
    {"GET /{n}", "GET", "/a+b", "GET /{n} n=a+b"},
    {"GET /{n}", "GET", "/%7Bn%7D", "GET /{n} n={n}"},
    {"GET /{n:int}", "GET", "/%37", "GET /{n:int} n=7"},
    {"GET /{n:slug}", "GET", "/a%2Fb", "-"},

    /* Converters. */
    {"GET /{id:int}", "GET", "/7", "GET /{id:int} id=7"},
    {"GET /{id:int}", "GET", "/-7", "GET /{id:int} id=-7"},
    {"GET /{id:int}", "GET", "/007", "-"},
    {"GET /{id:int}", "GET", "/x", "-"},
    {"GET /{id:int}", "GET", "/99999999999999999999", "-"},
    {"GET /{f:float}", "GET", "/1.5", "GET /{f:float} f=1.5"},
    {"GET /{d:date}", "GET", "/2026-11-23", "GET /{d:date} d=2026-11-23"},
    {"GET /{d:date}", "GET", "/2026-02-30", "-"},
    {"GET /{u:uuid}", "GET", "/" UUID, "GET /{u:uuid} u=" UUID},
    {"GET /{s:slug}", "GET", "/a-b", "GET /{s:slug} s=a-b"},
    {"GET /{s:slug}", "GET", "/A", "-"},
    {"GET /{a}/{b:int}/{c:slug}", "GET", "/x/2/y-z",
     "GET /{a}/{b:int}/{c:slug} a=x b=2 c=y-z"},

    /* Precedence: literal, int, float, date, uuid, slug, string, path. */
    {TYPED, "GET", "/1", "GET /1"},
    {TYPED, "GET", "/2", "GET /{i:int} i=2"},
    {TYPED, "GET", "/02", "GET /{f:float} f=02"},
    {TYPED, "GET", "/2.5", "GET /{f:float} f=2.5"},
    {TYPED, "GET", "/2026-11-23", "GET /{d:date} d=2026-11-23"},
    {TYPED, "GET", "/" UUID, "GET /{u:uuid} u=" UUID},
    {TYPED, "GET", "/a-b", "GET /{s:slug} s=a-b"},
    {TYPED, "GET", "/a_b", "GET /{n} n=a_b"},
    {TYPED, "GET", "/a%2Fb", "GET /{n} n=a/b"},
    {TYPED, "GET", "/a/b", "GET /{p:path} p=a/b"},
    {TYPED, "GET", "/1/b", "GET /{p:path} p=1/b"},

    /* Backtracking: the best first segment may lead nowhere. */
    {"GET /a/x|GET /{n}/y", "GET", "/a/y", "GET /{n}/y n=a"},
    {"GET /a/x|GET /{n}/x", "GET", "/a/x", "GET /a/x"},
    {"GET /{i:int}/x|GET /{n}/y", "GET", "/7/y", "GET /{n}/y n=7"},
    {"GET /{i:int}/{a}/x|GET /{s:slug}/{b:int}/{c}|GET /{p:path}", "GET", "/7/8/9",
     "GET /{s:slug}/{b:int}/{c} s=7 b=8 c=9"},
    {"GET /a/b/c/d|GET /{w}/b/c/e|GET /a/{x}/c/f|GET /a/b/{y}/g|GET /{p:path}", "GET",
     "/a/b/c/h", "GET /{p:path} p=a/b/c/h"},
    {"GET /a/b/c/d|GET /{w}/b/c/e|GET /a/{x}/c/f|GET /a/b/{y}/g", "GET", "/a/b/c/e",
     "GET /{w}/b/c/e w=a"},
    {"GET /{a}/{b:int}|GET /{c:slug}/{d}/x", "GET", "/k/5", "GET /{a}/{b:int} a=k b=5"},

    /* The rest of a path. */
    {"GET /f/{p:path}", "GET", "/f/a", "GET /f/{p:path} p=a"},
    {"GET /f/{p:path}", "GET", "/f/a/b/c", "GET /f/{p:path} p=a/b/c"},
    {"GET /f/{p:path}", "GET", "/f/a/b/", "GET /f/{p:path} p=a/b/"},
    {"GET /f/{p:path}", "GET", "/f/a/", "GET /f/{p:path} p=a/"},
    {"GET /f/{p:path}", "GET", "/f", "-"},
    {"GET /f/{p:path}", "GET", "/f/a%20b/%C3%A9", "GET /f/{p:path} p=a b/\xc3\xa9"},
    {"GET /f/{p:path}", "GET", "/f/a%2Fb", "-"},
    {"GET /f/{p:path}", "GET", "/f/a/b%2Fc/d", "-"},
    {"GET /{n}/{p:path}", "GET", "/a%2Fb/c/d", "GET /{n}/{p:path} n=a/b p=c/d"},
    {"GET /{n}/{p:path}", "GET", "/a%2F/c", "GET /{n}/{p:path} n=a/ p=c"},
    {"GET /{p:path}", "GET", "/", "-"},
    {"GET /{p:path}", "GET", "/a", "GET /{p:path} p=a"},
    {"GET /f/{p:path}|GET /{p:path}", "GET", "/f/a", "GET /f/{p:path} p=a"},
    {"GET /f/{p:path}|GET /{p:path}", "GET", "/f", "GET /{p:path} p=f"},

    /* Methods. */
    {TODOS, "GET", "/todos", "GET /todos"},
    {TODOS, "POST", "/todos", "POST /todos"},
    {TODOS, "PUT", "/todos/7", "PUT /todos/{id:int} id=7"},
    {TODOS, "DELETE", "/todos/7", "-"},
    {TODOS, "HEAD", "/todos", "GET /todos"},
    {TODOS, "OPTIONS", "/todos", "-"},
    {TODOS, "PROPFIND", "/todos", "-"},
    {TODOS, "get", "/todos", "-"},
    {"GET /a|HEAD /a", "HEAD", "/a", "HEAD /a"},
    {"GET /a|HEAD /{n}", "HEAD", "/a", "GET /a"},
    {"POST /a|HEAD /{n}", "HEAD", "/a", "HEAD /{n} n=a"},
    {"POST /a", "HEAD", "/a", "-"},
    {"POST /a|GET /{n}", "GET", "/a", "GET /{n} n=a"},
    {"POST /{i:int}|GET /{n}|PUT /{p:path}", "PUT", "/7", "PUT /{p:path} p=7"},
    {"OPTIONS /a", "OPTIONS", "/a", "OPTIONS /a"},
    {"TRACE /a", "TRACE", "/a", "TRACE /a"},
    {"PROPFIND /a|MKCOL /a|GET /a", "MKCOL", "/a", "MKCOL /a"},
    {"PROPFIND /a|MKCOL /a|GET /a", "PROPFIND", "/a", "PROPFIND /a"},
    {"PROPFIND /a|MKCOL /{n}", "MKCOL", "/a", "MKCOL /{n} n=a"},
    {"PROPFIND /a", "PROPFINDX", "/a", "-"},
    {"PROPFIND /a", "TRACE", "/a", "-"},

    /* Parameters have the names that their own route gives them. */
    {"GET /{id:int}|PUT /{number:int}", "PUT", "/7", "PUT /{number:int} number=7"},
    {"GET /{a}/x|GET /{b}/y", "GET", "/k/y", "GET /{b}/y b=k"},
};

START_TEST(the_best_pattern_answers)
{
    hearth__router *r = routes_new(table[_i].routes);
    char got[256];

    routes_find(r, table[_i].method, table[_i].target, 0, got, sizeof got);
    ck_assert_msg(strcmp(got, table[_i].want) == 0, "%s %s among %s: %s, not %s",
                  table[_i].method, table[_i].target, table[_i].routes, got,
                  table[_i].want);
    hearth__router_free(r);
}
END_TEST

/* The same routes the other way round. */
START_TEST(the_order_of_registration_never_matters)
{
    hearth__router *r = hearth__router_new();
    char got[256], *list = strdup(table[_i].routes), *bar;

    ck_assert_ptr_nonnull(list);
    while ((bar = strrchr(list, '|')) != NULL) {
        ck_assert_int_eq(routes_mount(r, "", bar + 1, NULL), 0);
        *bar = '\0';
    }
    ck_assert_int_eq(routes_mount(r, "", list, NULL), 0);
    routes_find(r, table[_i].method, table[_i].target, 0, got, sizeof got);
    ck_assert_str_eq(got, table[_i].want);
    free(list);
    hearth__router_free(r);
}
END_TEST

START_TEST(every_match_can_decline_until_none_is_left)
{
    static const char *const want[] = {
        "GET /7/x",
        "GET /7/{n} n=x",
        "GET /{i:int}/{s:slug} i=7 s=x",
        "GET /{i:int}/{n} i=7 n=x",
        "GET /{n}/x n=7",
        "GET /{n}/{p:path} n=7 p=x",
        "GET /{p:path} p=7/x",
    };
    hearth__router *r =
        routes_new("GET /{p:path}|GET /{n}/{p:path}|GET /{n}/x|GET /{i:int}/{n}|"
                   "GET /{i:int}/{s:slug}|GET /7/{n}|GET /7/x|POST /7/x|GET /8/x");
    char got[256];

    for (int i = 0; i < 7; i++) {
        ck_assert(routes_find(r, "GET", "/7/x", i, got, sizeof got));
        ck_assert_str_eq(got, want[i]);
    }
    ck_assert(!routes_find(r, "GET", "/7/x", 7, got, sizeof got));
    ck_assert(!routes_find(r, "GET", "/7/x", 1000000, got, sizeof got));
    hearth__router_free(r);
}
END_TEST

START_TEST(for_head_a_pattern_counts_once)
{
    hearth__router *r = routes_new("GET /a|HEAD /a|GET /{n}|POST /{s:slug}");
    char got[256];

    ck_assert(routes_find(r, "HEAD", "/a", 0, got, sizeof got));
    ck_assert_str_eq(got, "HEAD /a");
    ck_assert(routes_find(r, "HEAD", "/a", 1, got, sizeof got));
    ck_assert_str_eq(got, "GET /{n} n=a");
    ck_assert(!routes_find(r, "HEAD", "/a", 2, got, sizeof got));
    hearth__router_free(r);
}
END_TEST

static const struct {
    const char *routes, *target, *want;
} allows[] = {
    {"GET /a", "/a", "GET, HEAD, OPTIONS"},
    {"POST /a", "/a", "POST, OPTIONS"},
    {"HEAD /a", "/a", "HEAD, OPTIONS"},
    {"OPTIONS /a", "/a", "OPTIONS"},
    {"GET /a", "/b", ""},
    {"GET /a", "/a/", ""},
    {"GET /a|OPTIONS /{p:path}", "*", ""},
    {"", "/", ""},
    {"OPTIONS /a|DELETE /a|PATCH /a|PUT /a|POST /a|HEAD /a|GET /a", "/a",
     "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
    {"GET /a|PUT /{s:slug}|DELETE /{n}|PATCH /{p:path}|POST /b", "/a",
     "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"},
    {"GET /{i:int}|POST /{n}", "/x", "POST, OPTIONS"},
    {"GET /f/{p:path}|POST /f/a%", "/f/a%2Fb", ""},
    {"PROPFIND /a|MKCOL /{n}|GET /a|LOCK /b", "/a",
     "GET, HEAD, OPTIONS, PROPFIND, MKCOL"},
    {"PROPFIND /{n}|PROPFIND /a", "/a", "OPTIONS, PROPFIND"},
};

START_TEST(allow_is_the_union_over_all_patterns_that_match)
{
    hearth__router *r = hearth__router_new();
    char got[256];

    /* One of them holds a pattern that is refused: the others of its table go with it. */
    routes_mount(r, "", allows[_i].routes, NULL);
    routes_allow(r, allows[_i].target, got, sizeof got);
    ck_assert_str_eq(got, allows[_i].want);
    hearth__router_free(r);
}
END_TEST

START_TEST(allow_is_appended_to_what_is_there)
{
    hearth__router *r = routes_new("GET /a|LOCK /a");
    hearth__arena a;
    hearth__target t;
    hearth__buf b;

    hearth__arena_init(&a, 0);
    routes_target(&t, &a, "/a");
    hearth__buf_init(&b, NULL, 0);
    hearth__buf_text(&b, "X: ");
    hearth__router_allow(r, &t, &b);
    ck_assert_str_eq(b.ptr, "X: GET, HEAD, OPTIONS, LOCK");
    hearth__buf_clear(&b);
    hearth__arena_clear(&a);
    hearth__router_free(r);
}
END_TEST

START_TEST(standard_methods_and_those_of_routes_are_known)
{
    static const struct {
        const char *method;
        bool known;
    } m[] = {{"GET", true},      {"OPTIONS", true}, {"TRACE", true}, {"CONNECT", true},
             {"PROPFIND", true}, {"MKCOL", false},  {"get", false},  {"PROPFIN", false}};
    hearth__router *r = routes_new("PROPFIND /a");

    /* MKCOL is in a table that is refused. */
    ck_assert_int_eq(routes_mount(r, "", "MKCOL /a|GET {", NULL), HEARTH_EINVAL);
    for (size_t i = 0; i < sizeof m / sizeof *m; i++) {
        hearth_str token = hearth__str_of(m[i].method);

        ck_assert_msg(hearth__router_knows(r, hearth__method_of(token), token) ==
                          m[i].known,
                      "%s", m[i].method);
    }
    hearth__router_free(r);
}
END_TEST

/* As many ways to go wrong at each segment as there can be: a walk that did not keep to
 * the tree would take 7 to the power of 12 steps. */
START_TEST(a_hostile_tree_and_path_end_soon)
{
    static const char *const kinds[] = {"7",   "{a:int}",  "{a:float}",
                                        "{a}", "{a:path}", "{a:slug}"};
    hearth__router *r = hearth__router_new();
    char got[256], pattern[600];

    for (int depth = 1; depth <= 12; depth++) {
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            hearth__buf b;

            hearth__buf_over(&b, pattern, sizeof pattern);
            hearth__buf_text(&b, "GET ");
            for (int i = 1; i < depth; i++)
                hearth__buf_f(&b, (i + depth) % 3 ? "/{p%d}" : "/{p%d:int}", i);
            hearth__buf_f(&b, "/%s", kinds[k]);
            ck_assert_int_eq(routes_mount(r, "", pattern, NULL), 0);
        }
    }
    ck_assert(!routes_find(r, "POST", "/7/7/7/7/7/7/7/7/7/7/7/7", 0, got, sizeof got));
    ck_assert(
        !routes_find(r, "GET", "/7/7/7/7/7/7/7/7/7/7/7/7/7%2F7", 0, got, sizeof got));
    hearth__router_free(r);
}
END_TEST

#define COUNT(list) (int)(sizeof list / sizeof *list)

SUITE("app/match",
      LOOP(the_best_pattern_answers, 0,
           COUNT(table)) LOOP(the_order_of_registration_never_matters, 0, COUNT(table))
          TEST(every_match_can_decline_until_none_is_left)
              TEST(for_head_a_pattern_counts_once)
                  LOOP(allow_is_the_union_over_all_patterns_that_match, 0, COUNT(allows))
                      TEST(allow_is_appended_to_what_is_there)
                          TEST(standard_methods_and_those_of_routes_are_known)
                              TEST(a_hostile_tree_and_path_end_soon))
