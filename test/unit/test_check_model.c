/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model/model.h"
#include "suite.h"

#include "app/router.h"
#include <stdio.h>

typedef struct row {
    uint64_t has, null;
    int64_t id, other;
    const char *text;
    bool flag;
    int word;
} row;

static const char *const words[] = {"a", "b", NULL}, *const twice[] = {"a", "a", NULL},
                         *const none[] = {NULL}, *const lists[] = {"id, nothing", NULL};

#define AT(member) .offset = offsetof(row, member), .doc = "x"
#define ID                   \
    {                        \
        .name = "id", AT(id) \
    }

static const struct {
    hearth_model m;
    hearth_field f[3];
    const char *says; /* NULL: sound */
} samples[] = {
    {.f = {ID}},
    {.f = {{.name = "id",
            AT(id),
            .key = true,
            .min = HEARTH_ZERO,
            .max = 5,
            .fallback = "3"}}},
    {.f = {ID,
           {.name = "t", AT(text), .kind = HEARTH_KIND_text, .pattern = "a+", .max = 3}}},
    {.f = {ID, {.name = "w", AT(word), .kind = HEARTH_KIND_enum, .choices = words}}},
    {.f = {ID, {.name = "w", AT(other), .kind = HEARTH_KIND_time, .fallback = "now"}}},
    {.m = {.given = HEARTH_NO_GIVEN}, .f = {ID}},
    {.m = {.name = "a b"}, .f = {ID}, .says = "name is not made of"},
    {.m = {.table = "a\""}, .f = {ID}, .says = ".table is not made of"},
    {.m = {.given = 8192}, .f = {ID}, .says = ".given lies outside"},
    {.m = {.unique = lists}, .f = {ID}, .says = ".unique names \"nothing\""},
    {.m = {.index = lists}, .f = {ID}, .says = ".index names \"nothing\""},
    {.f = {{.name = "a\"", AT(id)}}, .says = "the name of field 1"},
    {.f = {{.name = "id", .offset = 16}}, .says = "field id: it has no .doc"},
    {.f = {{.name = "id", AT(id), .column = "x y"}}, .says = ".column is not"},
    {.f = {{.name = "id", AT(id), .kind = (hearth_kind)77}}, .says = "its kind is none"},
    {.f = {{.name = "id", .doc = "x", .offset = 4096}}, .says = "outside of the struct"},
    {.f = {{.name = "id", .doc = "x", .offset = 19}}, .says = "not aligned"},
    {.f = {{.name = "id", .doc = "x", .offset = 8}}, .says = "overlaps the masks"},
    {.f = {ID, {.name = "b", AT(id)}}, .says = "field b: it overlaps the field id"},
    {.f = {ID, {.name = "id", AT(other)}}, .says = "the same name"},
    {.f = {{.name = "f", AT(flag), .kind = HEARTH_KIND_flag, .max = 1}},
     .says = "no .min and"},
    {.f = {{.name = "id", AT(id), .min = 3, .max = 2}}, .says = "larger than .max"},
    {.f = {{.name = "t", AT(text), .kind = HEARTH_KIND_text, .min = -1}},
     .says = "negative"},
    {.f = {{.name = "id", AT(id), .pattern = "a"}}, .says = "only a text"},
    {.f = {{.name = "t", AT(text), .kind = HEARTH_KIND_text, .pattern = "a("}},
     .says = "no \")\""},
    {.f = {{.name = "t", AT(text), .kind = HEARTH_KIND_text, .format = (hearth_format)9}},
     .says = "none of hearth_format"},
    {.f = {{.name = "id", AT(id), .choices = words}}, .says = "only an enum"},
    {.f = {{.name = "w", AT(word), .kind = HEARTH_KIND_enum}}, .says = "needs .choices"},
    {.f = {{.name = "w", AT(word), .kind = HEARTH_KIND_enum, .choices = none}},
     .says = "needs .choices"},
    {.f = {{.name = "w", AT(word), .kind = HEARTH_KIND_enum, .choices = twice}},
     .says = "there twice"},
    {.f = {{.name = "id", AT(id), .required = true, .nullable = true}},
     .says = "choose one"},
    {.f = {{.name = "id", AT(id), .required = true, .readonly = true}},
     .says = "choose one"},
    {.f = {{.name = "id", AT(id), .required = true, .fallback = "1"}},
     .says = "choose one"},
    {.f = {{.name = "id", AT(id), .secret = true, .readonly = true}},
     .says = "choose one"},
    {.f = {{.name = "f", AT(flag), .kind = HEARTH_KIND_flag, .key = true}},
     .says = "a .key is"},
    {.f = {{.name = "id", AT(id), .key = true, .nullable = true}},
     .says = "cannot be .nullable"},
    {.f = {{.name = "id",
            AT(id),
            .references = &samples[0].m,
            .on_delete = HEARTH_SET_NULL}},
     .says = "needs .nullable"},
    {.f = {{.name = "id", AT(id), .on_delete = HEARTH_CASCADE}},
     .says = "needs .references"},
    {.f = {{.name = "id", AT(id), .fallback = "x"}},
     .says = "\"x\" is not allowed: id has to"},
    {.f = {{.name = "id", AT(id), .max = 3, .fallback = "4"}}, .says = "at most 3"},
    {.f = {{.name = "id", AT(id), .key = true}, {.name = "b", AT(other), .key = true}},
     .says = "2 fields with .key"},
};

START_TEST(a_slip_in_a_table_is_a_sentence)
{
    hearth_model m = samples[_i].m;
    hearth_error err = {0};
    hearth__plan plan;
    int rc;

    if (m.name == NULL)
        m.name = "row";
    m.size = sizeof(row);
    m.field = samples[_i].f;
    while (m.n < 3 && m.field[m.n].name != NULL)
        m.n++;
    rc = hearth__model_check(&m, &plan, &err);
    if (samples[_i].says == NULL) {
        ck_assert_msg(rc == 0, "%s", err.text);
        hearth__plan_clear(&plan);
        return;
    }
    ck_assert_int_eq(rc, HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, samples[_i].says) != NULL, "%s", err.text);
    ck_assert_msg(strncmp(err.text, "model ", 6) == 0, "%s", err.text);
}
END_TEST

static int nothing(hearth_ctx *c)
{
    (void)c;
    return 0;
}

START_TEST(a_route_with_such_a_model_is_not_mounted)
{
    const hearth_model empty = {.name = "empty", .size = 16};
    const hearth_route routes[] = {HEARTH_POST("/", nothing, .in = &empty), HEARTH_END};
    hearth__router *r = hearth__router_new();
    hearth_error err = {0};

    ck_assert_int_eq(hearth__router_mount(r, "", routes, sizeof routes[0], &err),
                     HEARTH_EINVAL);
    ck_assert_str_eq(err.text,
                     "POST \"/\": model empty: it has 0 fields; 1 to 64 are possible");
    hearth__router_free(r);
}
END_TEST

SUITE("model/check_model",
      LOOP(a_slip_in_a_table_is_a_sentence, 0, (int)(sizeof samples / sizeof samples[0]))
          TEST(a_route_with_such_a_model_is_not_mounted))
