/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model_kit.h"
#include "suite.h"

#define N(a)  ((int)(sizeof(a) / sizeof *(a)))
#define TITLE "\"title\":\"a\""

static const struct {
    const char *text, *told; /* "": bound */
} samples[] = {
    {"{" TITLE "}", ""},
    {" { " TITLE " , \"rank\" : 10 } ", ""},
    {"{}", "/title required;"},
    {"{\"title\":\"\"}", "/title required;"},
    {"{\"title\":null}", "/title required;"},
    {"{\"title\":1}", "/title type;"},
    {"{\"title\":[[1,{}],\"x\"]}", "/title type;"},
    {"{\"title\":\"123456\"}", "/title max;"},
    {"{\"title\":\"\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\"}", ""},
    {"{\"\\u0074itle\":\"a\"}", ""}, /* a name may be escaped */
    {"{" TITLE ",\"title\":\"b\"}", "/title duplicate;"},
    {"{" TITLE ",\"id\":1}", "/id readonly;"},
    {"{" TITLE ",\"x\":{\"y\":[1]}}", "/x unknown;"},
    {"{" TITLE ",\"a/b~c\":1}", "/a~1b~0c unknown;"},
    {"{" TITLE ",\"rank\":1.0}", ""},
    {"{" TITLE ",\"rank\":1e1}", ""},
    {"{" TITLE ",\"rank\":1.5}", "/rank type;"},
    {"{" TITLE ",\"rank\":1e99}", "/rank range;"},
    {"{" TITLE ",\"rank\":9007199254740993.0}", "/rank max;"}, /* reads as 2^53 */
    {"{" TITLE ",\"rank\":9007199254740994.0}", "/rank range;"},
    {"{" TITLE ",\"rank\":9223372036854775807}", "/rank max;"},
    {"{" TITLE ",\"rank\":9223372036854775808}", "/rank range;"},
    {"{" TITLE ",\"rank\":-9223372036854775808}", "/rank min;"},
    {"{" TITLE ",\"rank\":0}", "/rank min;"},
    {"{" TITLE ",\"rank\":11}", "/rank max;"},
    {"{" TITLE ",\"rank\":\"5\"}", "/rank type;"},
    {"{" TITLE ",\"rank\":null}", "/rank null;"},
    {"{" TITLE ",\"price\":null}", ""},
    {"{" TITLE ",\"price\":-0.5}", "/price min;"},
    {"{" TITLE ",\"price\":1e400}", "/price range;"},
    {"{" TITLE ",\"price\":true}", "/price type;"},
    {"{" TITLE ",\"done\":0}", "/done type;"},
    {"{" TITLE ",\"done\":\"true\"}", "/done type;"},
    {"{" TITLE ",\"due\":\"2026-11-23T10:00:00+01:00\"}", ""},
    {"{" TITLE ",\"due\":\"2026-11-23T10:00\"}", "/due type;"}, /* only forms */
    {"{" TITLE ",\"due\":1}", "/due type;"},
    {"{" TITLE ",\"day\":\"2026-02-29\"}", "/day type;"},
    {"{" TITLE ",\"ref\":\"x\"}", "/ref type;"},
    {"{" TITLE ",\"more\":{\"a\":[1,null,\"x\"]}}", ""},
    {"{" TITLE ",\"more\":null}", "/more null;"},
    {"{" TITLE ",\"data\":\"AAECAw==\"}", ""},
    {"{" TITLE ",\"data\":\"AAECAwQ=\"}", "/data max;"},
    {"{" TITLE ",\"data\":\"AAE\"}", "/data type;"},
    {"{" TITLE ",\"state\":\"closed\"}", "/state choice;"},
    {"{" TITLE ",\"state\":1}", "/state type;"},
    {"{" TITLE ",\"code\":\"AB1\"}", ""},
    {"{" TITLE ",\"code\":\"AB\"}", "/code pattern;"},
    {"{" TITLE ",\"mail\":\"a\"}", "/mail format;"},
    {"{" TITLE ",\"mail\":null}", ""},
    {"[1]", "/title required; type;"},
    {"\"x\"", "/title required; type;"},
    {"null", "/title required; type;"},
    /* In the order of the model, whatever the order of the text. */
    {"{\"z\":1,\"code\":\"x\",\"rank\":0,\"y\":2}",
     "/title required;/rank min;/code pattern;/z unknown;/y unknown;"},
};

START_TEST(an_object_is_bound_or_all_its_faults_are_told)
{
    kit k;
    const char *told;

    kit_open(&k);
    kit_json(&k, hearth__str_of(samples[_i].text));
    told = kit_told(&k);
    ck_assert_msg(strcmp(told, samples[_i].told) == 0, "%s: %s", samples[_i].text, told);
    ck_assert_int_eq(k.rc, *samples[_i].told == '\0' ? 0 : HEARTH_EMODEL);
    kit_close(&k);
}
END_TEST

static const char sample[] =
    "{\"title\":\"a\\n\",\"rank\":5,\"price\":1.5,\"done\":false,\"due\":null,\"x\":[1],"
    "\"more\":[{\"a\":1}],\"data\":\"AA==\",\"state\":\"draft\",\"code\":\"AB1\"}";

START_TEST(every_cut_is_malformed)
{
    for (size_t n = 0; n < sizeof sample - 1; n++) {
        char *cut = malloc(n == 0 ? 1 : n);
        kit k;

        memcpy(cut, sample, n);
        kit_open(&k);
        kit_json(&k, hearth__str(cut, n));
        ck_assert_int_eq(k.rc, HEARTH_EINVAL);
        ck_assert_int_eq(strncmp(k.err.text, "line 1, column ", 15), 0);
        kit_close(&k);
        free(cut);
    }
}
END_TEST

START_TEST(values_of_each_kind_arrive)
{
    kit k;

    kit_open(&k);
    kit_json(&k,
             hearth__str_of(
                 "{\"mail\":\"a@b\",\"state\":\"draft\",\"data\":\"AQID\",\"more\":[7],"
                 "\"ref\":\"018F3C5E-7B1A-7C2D-9E4F-0A1B2C3D4E5F\","
                 "\"day\":\"2024-02-29\",\"due\":\"1970-01-01T00:00:01Z\","
                 "\"done\":true,\"price\":0.1,\"rank\":7,\"title\":\"x\\ty\"}"));
    ck_assert_int_eq(k.rc, 0);
    ck_assert_str_eq(k.row.title, "x\ty");
    ck_assert_int_eq(k.row.rank, 7);
    ck_assert(k.row.price == 0.1);
    ck_assert(k.row.done);
    ck_assert_int_eq(k.row.due, 1);
    ck_assert(k.row.day.year == 2024 && k.row.day.month == 2 && k.row.day.day == 29);
    ck_assert_int_eq(k.row.ref.byte[0], 1);
    ck_assert_int_eq(k.row.ref.byte[15], 0x5F);
    ck_assert_int_eq(json_integer_value(json_array_get(k.row.more, 0)), 7);
    ck_assert_uint_eq(k.row.data.len, 3);
    ck_assert_int_eq(memcmp(k.row.data.ptr, "\1\2\3", 3), 0);
    ck_assert_int_eq(k.row.state, 0);
    ck_assert_str_eq(k.row.mail, "a@b");
    ck_assert(!HEARTH_HAS(&k.row, kit_row, id));
    kit_close(&k);
}
END_TEST

static const struct {
    int depth;
    bool ok;
} depths[] = {{62, true}, {63, true}, {64, false}, {200, false}};

/* Within the object, so one less than 64; in a value that is kept and in one that is not. */
START_TEST(values_are_at_most_64_levels_deep)
{
    static const char *const name[] = {"more", "unknown", "title"};

    for (int i = 0; i < 3; i++) {
        char text[512];
        int n = snprintf(text, sizeof text, "{\"%s\":", name[i]),
            depth = depths[_i].depth;
        kit k;

        memset(text + n, '[', (size_t)depth);
        memset(text + n + depth, ']', (size_t)depth);
        n += 2 * depth;
        text[n++] = '}';
        kit_open(&k);
        kit_json(&k, hearth__str(text, (size_t)n));
        ck_assert_int_eq(k.rc, depths[_i].ok ? HEARTH_EMODEL : HEARTH_EINVAL);
        kit_close(&k);
    }
}
END_TEST

/* 0, some, as many as are kept, and more: all are counted. */
START_TEST(a_hundred_unknown_members_are_told)
{
    static const int counts[] = {0, 1, 99, 100, 101, 1000};
    char text[16384] = "{" TITLE;
    int n = counts[_i], told = 0;
    kit k;

    for (int i = 0; i < n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), ",\"x%d\":0", i);
    strcat(text, "}");
    kit_open(&k);
    kit_json(&k, hearth__str_of(text));
    ck_assert_int_eq(k.rc, n == 0 ? 0 : HEARTH_EMODEL);
    ck_assert_uint_eq(k.b.faults.nextra, (size_t)n);
    for (const char *s = kit_told(&k); (s = strchr(s, ';')) != NULL; s++)
        told++;
    ck_assert_int_eq(told, n < 100 ? n : 100);
    kit_close(&k);
}
END_TEST

START_TEST(unknown_members_may_be_ignored)
{
    kit k;

    kit_open(&k);
    k.b.o.ignore_unknown = true;
    kit_json(&k, hearth__str_of("{\"x\":[{\"y\":1}]," TITLE ",\"\":0}"));
    ck_assert_int_eq(k.rc, 0);
    kit_close(&k);
}
END_TEST

/* ---- 64 fields ----------------------------------------------------------------------- */

#define EIGHT(F, T, n)      \
    F(T, m##n##0, i64, "x") \
    F(T, m##n##1, i64, "x") \
    F(T, m##n##2, i64, "x") \
    F(T, m##n##3, i64, "x") \
    F(T, m##n##4, i64, "x") \
    F(T, m##n##5, i64, "x") F(T, m##n##6, i64, "x") F(T, m##n##7, i64, "x")
#define SIXTY_FOUR(F, T) \
    EIGHT(F, T, 0)       \
    EIGHT(F, T, 1)       \
    EIGHT(F, T, 2)       \
    EIGHT(F, T, 3) EIGHT(F, T, 4) EIGHT(F, T, 5) EIGHT(F, T, 6) EIGHT(F, T, 7)
HEARTH_MODEL(most, NULL, SIXTY_FOUR);

START_TEST(sixty_four_fields_are_bound_in_any_order)
{
    hearth__plan *plan = hearth__plan_new(&most_model, NULL);
    hearth_error err = {0};
    struct most m;
    char text[2048] = "{";
    hearth__arena a;
    hearth__bind b;

    ck_assert_ptr_nonnull(plan);
    for (int i = 0; i < 64; i++) {
        int at = i * (2 * _i + 1) % 64; /* odd: each once */

        snprintf(text + strlen(text), sizeof text - strlen(text), "%s\"m%d%d\":%d",
                 i > 0 ? "," : "", at / 8, at % 8, at);
    }
    strcat(text, "}");
    hearth__arena_init(&a, 0);
    hearth__bind_init(&b, plan, &m, &a);
    ck_assert_msg(hearth__bind_json(&b, hearth__str_of(text), &err) == 0, "%s", err.text);
    ck_assert_int_eq(hearth__bind_finish(&b), 0);
    ck_assert_uint_eq(m.has, UINT64_MAX);
    for (int i = 0; i < 64; i++)
        ck_assert_int_eq((&m.m00)[i], i);
    hearth__arena_clear(&a);
    hearth__plan_free(plan);
}
END_TEST

SUITE("model/bind_json",
      LOOP(an_object_is_bound_or_all_its_faults_are_told, 0, N(samples))
          TEST(every_cut_is_malformed) TEST(values_of_each_kind_arrive)
              LOOP(values_are_at_most_64_levels_deep, 0, N(depths))
                  LOOP(a_hundred_unknown_members_are_told, 0, 6)
                      TEST(unknown_members_may_be_ignored)
                          LOOP(sixty_four_fields_are_bound_in_any_order, 0, 16))
