/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Models as JSON Schema. */
#include "suite.h"

#include "core/str.h"
#include "model/schema.h"

static const char *const words[] = {"a", "b", NULL};

static const struct {
    hearth_field field;
    const char *schema;
} fields[] = {
    {{.kind = HEARTH_KIND_i64, .doc = "d"},
     "{\"type\":\"integer\",\"format\":\"int64\",\"description\":\"d\"}"},
    {{.kind = HEARTH_KIND_i64, .min = HEARTH_ZERO, .max = -1, .fallback = "7"},
     "{\"type\":\"integer\",\"format\":\"int64\",\"minimum\":0,\"maximum\":-1,"
     "\"default\":7}"},
    {{.kind = HEARTH_KIND_f64, .min = 1},
     "{\"type\":\"number\",\"format\":\"double\",\"minimum\":1}"},
    {{.kind = HEARTH_KIND_flag, .fallback = "true"},
     "{\"type\":\"boolean\",\"default\":true}"},
    {{.kind = HEARTH_KIND_flag, .fallback = "false"},
     "{\"type\":\"boolean\",\"default\":false}"},
    {{.kind = HEARTH_KIND_text, .required = true},
     "{\"type\":\"string\",\"minLength\":1}"},
    {{.kind = HEARTH_KIND_text, .min = 2, .max = 9, .required = true},
     "{\"type\":\"string\",\"minLength\":2,\"maxLength\":9}"},
    {{.kind = HEARTH_KIND_text, .pattern = "a|b"},
     "{\"type\":\"string\",\"pattern\":\"^(?:a|b)$\"}"},
    {{.kind = HEARTH_KIND_text, .format = HEARTH_FORMAT_URL},
     "{\"type\":\"string\",\"format\":\"uri\"}"},
    {{.kind = HEARTH_KIND_text, .format = HEARTH_FORMAT_SLUG},
     "{\"type\":\"string\",\"pattern\":\"^(?:[a-z0-9]+(-[a-z0-9]+)*)$\"}"},
    {{.kind = HEARTH_KIND_text, .format = HEARTH_FORMAT_IP}, "{\"type\":\"string\"}"},
    {{.kind = HEARTH_KIND_text, .fallback = "\"x\"", .secret = true},
     "{\"type\":\"string\",\"default\":\"\\\"x\\\"\",\"writeOnly\":true}"},
    {{.kind = HEARTH_KIND_time, .fallback = "now", .readonly = true},
     "{\"type\":\"string\",\"format\":\"date-time\",\"readOnly\":true}"},
    {{.kind = HEARTH_KIND_date, .fallback = "2026-01-01"},
     "{\"type\":\"string\",\"format\":\"date\",\"default\":\"2026-01-01\"}"},
    {{.kind = HEARTH_KIND_uuid, .nullable = true},
     "{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"}"},
    {{.kind = HEARTH_KIND_json, .nullable = true}, "{}"},
    {{.kind = HEARTH_KIND_blob, .max = 9},
     "{\"type\":\"string\",\"contentEncoding\":\"base64\"}"},
    {{.kind = HEARTH_KIND_enum, .choices = words, .fallback = "b"},
     "{\"type\":\"string\",\"enum\":[\"a\",\"b\"],\"default\":\"b\"}"},
    {{.kind = HEARTH_KIND_enum, .choices = words, .nullable = true},
     "{\"type\":[\"string\",\"null\"],\"enum\":[\"a\",\"b\",null]}"},
};

START_TEST(a_field_is_described_by_its_attributes)
{
    char mem[1000];
    hearth__buf b;

    hearth__buf_over(&b, mem, sizeof mem);
    hearth__json_w w = hearth__json_w_of(&b);
    hearth__schema_field(&w, &fields[_i].field);
    ck_assert(!b.failed);
    ck_assert_str_eq(b.ptr, fields[_i].schema);
}
END_TEST

static const hearth_field two[] = {{.name = "a",
                                    .kind = HEARTH_KIND_flag,
                                    .required = true},
                                   {.name = "b", .kind = HEARTH_KIND_flag}};

static const struct {
    hearth_model model;
    bool partial;
    const char *schema;
} models[] = {
    {{.field = two, .n = 2},
     false,
     "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"},\"b\":{\"type\":"
     "\"boolean\"}},\"required\":[\"a\"],\"additionalProperties\":false}"},
    {{.field = two, .n = 2},
     true,
     "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"},\"b\":{\"type\":"
     "\"boolean\"}},\"additionalProperties\":false}"},
    {{.field = two + 1, .n = 1, .ignore_unknown = true, .doc = "one"},
     false,
     "{\"type\":\"object\",\"description\":\"one\",\"properties\":{\"b\":{\"type\":"
     "\"boolean\"}}}"},
};

START_TEST(a_model_is_an_object_of_its_fields)
{
    char mem[1000];
    hearth__buf b;

    hearth__buf_over(&b, mem, sizeof mem);
    hearth__json_w w = hearth__json_w_of(&b);
    hearth__schema(&w, &models[_i].model, models[_i].partial);
    ck_assert_str_eq(b.ptr, models[_i].schema);
}
END_TEST

/* What to compare a field with is of its kind, but need not keep its rules. */
START_TEST(a_value_is_described_by_its_kind_alone)
{
    const hearth_field field = {.kind = HEARTH_KIND_enum,
                                .choices = words,
                                .doc = "d",
                                .nullable = true,
                                .readonly = true,
                                .fallback = "b"};
    char mem[1000];
    hearth__buf b;

    hearth__buf_over(&b, mem, sizeof mem);
    hearth__json_w w = hearth__json_w_of(&b);
    hearth__schema_value(&w, &field);
    ck_assert_str_eq(b.ptr, "{\"type\":\"string\",\"enum\":[\"a\",\"b\"]}");
}
END_TEST

SUITE("model/schema", TEST(a_value_is_described_by_its_kind_alone)
                          LOOP(a_field_is_described_by_its_attributes, 0,
                               (int)(sizeof fields / sizeof *fields))
                              LOOP(a_model_is_an_object_of_its_fields, 0, 3))
