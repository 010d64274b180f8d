/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "routes.h"
#include "suite.h"

#include <math.h>

#define UUID "123e4567-e89b-12d3-a456-426614174000"
#define INT(x)          \
    {                   \
        HEARTH_VAL_INT, \
        {               \
            .i = (x)    \
        }               \
    }
#define REAL(x)          \
    {                    \
        HEARTH_VAL_REAL, \
        {                \
            .f = (x)     \
        }                \
    }
#define TEXT(x)                          \
    {                                    \
        HEARTH_VAL_TEXT,                 \
        {                                \
            .s = { "" x, sizeof(x) - 1 } \
        }                                \
    }

/* want NULL: refused. */
static const struct {
    const char *pattern;
    hearth_val v[3];
    size_t n;
    const char *want;
} table[] = {
    {"/", {{0}}, 0, "/"},
    {"/a/b", {{0}}, 0, "/a/b"},
    {"/a/", {{0}}, 0, "/a/"},
    {"/@me/a:b,c", {{0}}, 0, "/@me/a:b,c"},
    {"/a b/caf\xc3\xa9", {{0}}, 0, "/a%20b/caf%C3%A9"},
    {"/\"<>\\^`|", {{0}}, 0, "/%22%3C%3E%5C%5E%60%7C"},
    {"/todos/{id:int}", {INT(7)}, 1, "/todos/7"},
    {"/todos/{id:int}", {INT(-7)}, 1, "/todos/-7"},
    {"/todos/{id:int}", {INT(INT64_MIN)}, 1, "/todos/-9223372036854775808"},
    {"/todos/{id:int}", {TEXT("7")}, 1, "/todos/7"},
    {"/todos/{id:int}", {TEXT("007")}, 1, NULL},
    {"/todos/{id:int}", {TEXT("x")}, 1, NULL},
    {"/todos/{id:int}", {REAL(7.0)}, 1, NULL},
    {"/{x:float}", {REAL(1.5)}, 1, "/1.5"},
    {"/{x:float}", {REAL(-0.1)}, 1, "/-0.1"},
    {"/{x:float}", {INT(2)}, 1, "/2"},
    {"/{x:float}", {TEXT("2e3")}, 1, "/2e3"},
    {"/{x:float}", {REAL(INFINITY)}, 1, NULL},
    {"/{x:float}", {REAL(NAN)}, 1, NULL},
    {"/{d:date}", {TEXT("2026-11-23")}, 1, "/2026-11-23"},
    {"/{d:date}", {TEXT("2026-02-30")}, 1, NULL},
    {"/{u:uuid}", {TEXT(UUID)}, 1, "/" UUID},
    {"/{u:uuid}", {TEXT("x")}, 1, NULL},
    {"/{s:slug}", {TEXT("a-b")}, 1, "/a-b"},
    {"/{s:slug}", {TEXT("a b")}, 1, NULL},
    {"/{s:slug}", {INT(7)}, 1, "/7"},
    {"/{n}", {TEXT("a b")}, 1, "/a%20b"},
    {"/{n}", {TEXT("a/b")}, 1, "/a%2Fb"},
    {"/{n}", {TEXT("/")}, 1, "/%2F"},
    {"/{n}", {TEXT("100%")}, 1, "/100%25"},
    {"/{n}", {TEXT("a?b#c")}, 1, "/a%3Fb%23c"},
    {"/{n}", {TEXT("caf\xc3\xa9")}, 1, "/caf%C3%A9"},
    {"/{n}", {TEXT("\r\n")}, 1, "/%0D%0A"},
    {"/{n}", {INT(7)}, 1, "/7"},
    {"/{n}", {REAL(0.1)}, 1, "/0.1"},
    {"/{n}", {TEXT("...")}, 1, "/..."},
    {"/{n}", {TEXT("..a")}, 1, "/..a"},
    {"/{n}", {TEXT("")}, 1, NULL},
    {"/{n}", {TEXT(".")}, 1, NULL},
    {"/{n}", {TEXT("..")}, 1, NULL},
    {"/{n}", {TEXT("a/../b")}, 1, NULL},
    {"/{n}", {TEXT("a\0b")}, 1, NULL},
    {"/{n}", {TEXT("\xff")}, 1, NULL},
    {"/{n}", {{HEARTH_VAL_NULL, {0}}}, 1, NULL},
    {"/{n}", {{HEARTH_VAL_BAD, {0}}}, 1, NULL},
    {"/{n}", {{HEARTH_VAL_BLOB, {.s = {"a", 1}}}}, 1, NULL},
    {"/f/{p:path}", {TEXT("a/b c/d")}, 1, "/f/a/b%20c/d"},
    {"/f/{p:path}", {TEXT("a/")}, 1, "/f/a/"},
    {"/f/{p:path}", {TEXT("")}, 1, NULL},
    {"/f/{p:path}", {TEXT("/a")}, 1, NULL},
    {"/f/{p:path}", {TEXT("a//b")}, 1, NULL},
    {"/f/{p:path}", {TEXT("a/../b")}, 1, NULL},
    {"/f/{p:path}", {TEXT("./a")}, 1, NULL},
    {"/{a}/x/{b:int}/{c:slug}/", {TEXT("A B"), INT(2), TEXT("c")}, 3, "/A%20B/x/2/c/"},
    {"/{a}", {{0}}, 0, NULL},
    {"/{a}", {INT(1), INT(2)}, 2, NULL},
    {"/", {INT(1)}, 1, NULL},
};

START_TEST(a_path_is_made_or_refused_with_a_sentence)
{
    hearth__router *r = hearth__router_new();
    const hearth_route one[] = {{.method = "GET",
                                 .pattern = table[_i].pattern,
                                 .handler = routes_handler},
                                HEARTH_END};
    hearth__arena a;
    hearth_error err = {0};
    const char *got;

    hearth__arena_init(&a, 0);
    ck_assert_int_eq(hearth__router_mount(r, "", one, sizeof *one, NULL), 0);
    got = hearth__route_url(hearth__router_first(r),
                            (hearth_vals){table[_i].v, table[_i].n}, &a, &err);
    if (table[_i].want != NULL) {
        ck_assert_msg(got != NULL, "%s", err.text);
        ck_assert_str_eq(got, table[_i].want);
        ck_assert_int_eq(err.code, 0);
    } else {
        ck_assert_ptr_null(got);
        ck_assert_int_eq(err.code, HEARTH_EINVAL);
        ck_assert_ptr_nonnull(strstr(err.text, table[_i].pattern));
    }
    hearth__arena_clear(&a);
    hearth__router_free(r);
}
END_TEST

/* Whatever is made is matched by the pattern it was made of, with the values given. */
START_TEST(what_is_made_finds_its_way_back)
{
    hearth__router *r = hearth__router_new();
    const hearth_route one[] = {{.method = "GET",
                                 .pattern = table[_i].pattern,
                                 .handler = routes_handler},
                                HEARTH_END};
    hearth__arena a;
    hearth__target t;
    hearth__match m;

    hearth__arena_init(&a, 0);
    ck_assert_int_eq(hearth__router_mount(r, "", one, sizeof *one, NULL), 0);
    if (table[_i].want != NULL) {
        routes_target(&t, &a, table[_i].want);
        ck_assert(hearth__router_match(r, &t, HEARTH__GET, HEARTH__S("GET"), 0, &m));
        for (size_t i = 0; i < table[_i].n; i++) {
            if (table[_i].v[i].kind == HEARTH_VAL_TEXT)
                ck_assert(hearth__str_eq(m.param[i], table[_i].v[i].u.s));
        }
    }
    hearth__arena_clear(&a);
    hearth__router_free(r);
}
END_TEST

START_TEST(a_path_with_more_segments_than_a_request_may_have_is_refused)
{
    hearth__router *r = routes_new("GET /{p:path} p");
    hearth__arena a;
    hearth__buf b;
    hearth_error err = {0};
    hearth_val v = {HEARTH_VAL_TEXT, {0}};

    hearth__arena_init(&a, 0);
    hearth__buf_init(&b, &a, 0);
    hearth__buf_text(&b, "x");
    for (int i = 1; i < HEARTH__MAX_SEGMENTS; i++)
        hearth__buf_text(&b, "/x");
    v.u.s = hearth__buf_view(&b);
    ck_assert_ptr_nonnull(
        hearth__route_url(hearth__router_named(r, "p"), (hearth_vals){&v, 1}, &a, NULL));
    hearth__buf_text(&b, "/x");
    v.u.s = hearth__buf_view(&b);
    ck_assert_ptr_null(
        hearth__route_url(hearth__router_named(r, "p"), (hearth_vals){&v, 1}, &a, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "64 segments"));
    hearth__arena_clear(&a);
    hearth__router_free(r);
}
END_TEST

START_TEST(the_sentence_tells_how_many_values_are_wanted)
{
    hearth__router *r = routes_new("GET /{a}/{b} x");
    hearth__arena a;
    hearth_error err = {0};

    hearth__arena_init(&a, 0);
    ck_assert_ptr_null(
        hearth__route_url(hearth__router_named(r, "x"), HEARTH_NO_ARGS, &a, &err));
    ck_assert_str_eq(err.text,
                     "GET \"/{a}/{b}\" has 2 parameters, but 0 values were given");
    hearth__arena_clear(&a);
    hearth__router_free(r);
}
END_TEST

#define COUNT (int)(sizeof table / sizeof *table)

SUITE("app/route_url",
      LOOP(a_path_is_made_or_refused_with_a_sentence, 0, COUNT)
          LOOP(what_is_made_finds_its_way_back, 0, COUNT)
              TEST(a_path_with_more_segments_than_a_request_may_have_is_refused)
                  TEST(the_sentence_tells_how_many_values_are_wanted))
