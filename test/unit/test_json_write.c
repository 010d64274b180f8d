/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "core/utf8.h"
#include "suite.h"
#include "json/load.h"
#include "json/write.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static hearth__buf buf;
static hearth__json_w w;

static void start(void)
{
    hearth__buf_clear(&buf);
    hearth__buf_init(&buf, NULL, 0);
    w = hearth__json_w_of(&buf);
}

START_TEST(commas_are_put_where_they_belong)
{
    start();
    hearth__json_open(&w, '{');
    hearth__json_key(&w, HEARTH__S("a"));
    hearth__json_open(&w, '[');
    hearth__json_int(&w, -1);
    hearth__json_f64(&w, 0.5);
    hearth__json_bool(&w, true);
    hearth__json_bool(&w, false);
    hearth__json_null(&w);
    hearth__json_text(&w, HEARTH__S("x"));
    hearth__json_raw(&w, HEARTH__S("{}"));
    hearth__json_open(&w, '[');
    hearth__json_close(&w, ']');
    hearth__json_open(&w, '{');
    hearth__json_close(&w, '}');
    hearth__json_close(&w, ']');
    hearth__json_key(&w, HEARTH__S("b"));
    hearth__json_text(&w, HEARTH__S(""));
    hearth__json_key(&w, HEARTH__S("\""));
    hearth__json_text(&w, HEARTH__S("\n"));
    hearth__json_key(&w, HEARTH__S(""));
    hearth__json_int(&w, 0);
    hearth__json_close(&w, '}');
    ck_assert_str_eq(buf.ptr, "{\"a\":[-1,0.5,true,false,null,\"x\",{},[],{}],\"b\":\"\","
                              "\"\\\"\":\"\\n\",\"\":0}");
    hearth__buf_clear(&buf);
}
END_TEST

static const struct {
    int64_t v;
    const char *text;
} ints[] = {
    {0, "0"},
    {-1, "-1"},
    {9, "9"},
    {10, "10"},
    {INT64_MAX, "9223372036854775807"},
    {INT64_MIN, "-9223372036854775808"},
};

START_TEST(integers_are_written_whole)
{
    start();
    hearth__json_int(&w, ints[_i].v);
    hearth__json_int(&w, ints[_i].v);
    ck_assert_str_eq(strchr(buf.ptr, ',') + 1, ints[_i].text);
    ck_assert_int_eq(strncmp(buf.ptr, ints[_i].text, strlen(ints[_i].text)), 0);
    hearth__buf_clear(&buf);
}
END_TEST

static const struct {
    double v;
    const char *text;
} doubles[] = {
    {0.0, "0.0"},
    {-0.0, "-0.0"},
    {1.0, "1.0"},
    {2.0, "2.0"},
    {-42.0, "-42.0"},
    {0.1, "0.1"},
    {-0.1, "-0.1"},
    {0.3, "0.3"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1.5, "1.5"},
    {3.141592653589793, "3.141592653589793"},
    {1.0 / 3, "0.3333333333333333"},
    {123456.789, "123456.789"},
    {-0.25, "-0.25"},
    {12.05, "12.05"},
    {0.1 + 0.2, "0.30000000000000004"},
    {0.00010001, "0.00010001"},
    {0.000123456789, "0.000123456789"},
    {0.1234567891, "0.1234567891"},
    {99999999999999.5, "99999999999999.5"},
    {999999999999999.5, "999999999999999.5"},
    {5.0000000000000009, "5.000000000000001"},
    {1e-5, "1e-5"},
    {0.0001, "0.0001"},
    {1.25e-7, "1.25e-7"},
    {999999999999999.0, "999999999999999.0"},
    {1e15, "1e15"},
    {1e16, "1e16"},
    {1e22, "1e22"},
    {1e300, "1e300"},
    {-1e300, "-1e300"},
    {9007199254740993.0, "9007199254740992.0"},
    {DBL_MAX, "1.7976931348623157e308"},
    {DBL_MIN, "2.2250738585072014e-308"},
    {5e-324, "5e-324"},
    {-2.5e-320, "-2.5e-320"},
    {INFINITY, "null"},
    {-INFINITY, "null"},
    {NAN, "null"},
};

START_TEST(doubles_are_written_short_and_stay_reals)
{
    static const char *const locales[] = {"C", "de_DE.UTF-8", "fr_FR.UTF-8"};
    char text[32];

    for (size_t i = 0; i < 3; i++) {
        setlocale(LC_ALL, locales[i]);
        memset(text, 'x', sizeof text);
        ck_assert_uint_eq(hearth__json_f64_text(doubles[_i].v, text), strlen(text));
        ck_assert_str_eq(text, doubles[_i].text);
    }
    setlocale(LC_ALL, "C");
}
END_TEST

/* Bit patterns all over the range: written, read back the same, in at most 24 characters.
 */
START_TEST(a_double_reads_back_the_same)
{
    uint64_t seed = (uint64_t)_i * 1000003;

    for (int i = 0; i < 500; i++) {
        char text[32];
        double v, back;
        json_t *tree;

        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        memcpy(&v, &seed, sizeof v);
        if (!isfinite(v))
            continue;
        ck_assert_uint_le(hearth__json_f64_text(v, text), 24);
        tree = hearth__json_load(hearth__str_of(text), NULL, NULL);
        ck_assert_msg(json_is_real(tree), "%s", text);
        back = json_real_value(tree);
        ck_assert_msg(memcmp(&v, &back, sizeof v) == 0, "%s", text);
        json_decref(tree);
    }
}
END_TEST

static const struct {
    hearth_str s;
    const char *text;
} texts[] = {
    {{"", 0}, "\"\""},
    {{"plain text of some length", 25}, "\"plain text of some length\""},
    {{"a\"b", 3}, "\"a\\\"b\""},
    {{"a\\b", 3}, "\"a\\\\b\""},
    {{"a/b", 3}, "\"a/b\""},
    {{"\b\f\n\r\t", 5}, "\"\\b\\f\\n\\r\\t\""},
    {{"0123456\x01", 8}, "\"0123456\\u0001\""},
    {{"01234567\x1F", 9}, "\"01234567\\u001f\""},
    {{"a\0b", 3}, "\"a\\u0000b\""},
    {{"caf\xC3\xA9", 5}, "\"caf\xC3\xA9\""},
    {{"\xF0\x9F\x94\xA5", 4}, "\"\xF0\x9F\x94\xA5\""},
    {{"\x7F", 1}, "\"\\u007f\""},
    {{"0123456\x7F", 8}, "\"0123456\\u007f\""},
    {{"\xFF", 1}, "\"\xEF\xBF\xBD\""},
    {{"\xC3", 1}, "\"\xEF\xBF\xBD\""},
};

START_TEST(text_is_escaped)
{
    start();
    hearth__json_text(&w, texts[_i].s);
    ck_assert_str_eq(buf.ptr, texts[_i].text);
    hearth__buf_clear(&buf);
}
END_TEST

START_TEST(line_separators_do_not_end_a_script)
{
    start();
    hearth__json_text(&w, HEARTH__S("\xE2\x80\xA8\xE2\x80\xA9"));
    ck_assert_str_eq(buf.ptr, "\"\\u2028\\u2029\"");
    hearth__buf_clear(&buf);
}
END_TEST

/* One byte at every place of a string long enough for the quick path: valid JSON that
 * says the same. */
START_TEST(every_byte_survives_at_every_place)
{
    for (size_t at = 0; at < 20; at++) {
        char s[20], c = (char)(unsigned char)_i;
        json_t *tree;

        memset(s, 'x', sizeof s);
        s[at] = c;
        start();
        hearth__json_text(&w, hearth__str(s, sizeof s));
        ck_assert(hearth__utf8_valid(hearth__buf_view(&buf)));
        tree = json_loadb(buf.ptr, buf.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        ck_assert_ptr_nonnull(tree);
        if (_i < 0x80)
            ck_assert(json_string_length(tree) == 20 && json_string_value(tree)[at] == c);
        else
            ck_assert_uint_eq(json_string_length(tree), 22);
        json_decref(tree);
    }
    hearth__buf_clear(&buf);
}
END_TEST

static const char *const trees[] = {
    "null",
    "true",
    "{}",
    "[]",
    "\"\"",
    "[1,-1,2.0,0.1,1e300,true,false,null,\"a\"]",
    "{\"z\":1,\"a\":{\"y\":[],\"b\":{}},\"\":\"x\"}",
    "[[[[]],{}],[{\"a\":[{\"b\":null}]}]]",
    "{\"\\\"\":\"\\\\\",\"\xC3\xA9\":\"\xE2\x82\xAC\"}",
};

START_TEST(a_tree_is_written_in_the_order_it_was_made)
{
    json_t *tree = hearth__json_load(hearth__str_of(trees[_i]), NULL, NULL);

    ck_assert_ptr_nonnull(tree);
    start();
    ck_assert_int_eq(hearth__json_tree(&w, tree), 0);
    ck_assert_str_eq(buf.ptr, trees[_i]);
    hearth__json_null(&w);
    ck_assert_str_eq(buf.ptr + strlen(trees[_i]), ",null");
    json_decref(tree);
    hearth__buf_clear(&buf);
}
END_TEST

START_TEST(no_tree_is_null)
{
    start();
    ck_assert_int_eq(hearth__json_tree(&w, NULL), 0);
    ck_assert_str_eq(buf.ptr, "null");
    hearth__buf_clear(&buf);
}
END_TEST

START_TEST(a_tree_may_be_512_deep)
{
    json_t *tree = _i == 0 ? json_array() : json_object();

    for (int i = 1; i < 512; i++)
        tree = i % 2 == 0 ? json_pack("[o]", tree) : json_pack("{s:o}", "a", tree);
    start();
    ck_assert_int_eq(hearth__json_tree(&w, tree), 0);
    tree = json_pack("[o]", tree);
    start();
    ck_assert_int_eq(hearth__json_tree(&w, tree), HEARTH_ETOOBIG);
    json_decref(tree);
    hearth__buf_clear(&buf);
}
END_TEST

START_TEST(a_cycle_is_too_big)
{
    json_t *outer = json_array(), *inner = json_array();

    json_array_append(outer, inner);
    json_array_append(inner, outer);
    start();
    ck_assert_int_eq(hearth__json_tree(&w, outer), HEARTH_ETOOBIG);
    json_array_clear(inner);
    json_decref(outer);
    json_decref(inner);
    hearth__buf_clear(&buf);
}
END_TEST

START_TEST(a_full_buffer_fails_once_and_for_all)
{
    hearth__buf_clear(&buf);
    hearth__buf_init(&buf, NULL, 10);
    w = hearth__json_w_of(&buf);
    hearth__json_open(&w, '[');
    for (int i = 0; i < 20; i++) {
        hearth__json_int(&w, i);
        hearth__json_text(&w, HEARTH__S("text"));
        hearth__json_text(&w, HEARTH__S("\n"));
        hearth__json_f64(&w, 0.5);
    }
    ck_assert(buf.failed);
    ck_assert_uint_eq(buf.len, 0);
    hearth__buf_clear(&buf);
}
END_TEST

/* clang-format off */
SUITE("json/write",
      TEST(commas_are_put_where_they_belong)
      LOOP(integers_are_written_whole, 0, N(ints))
      LOOP(doubles_are_written_short_and_stay_reals, 0, N(doubles))
      LOOP(a_double_reads_back_the_same, 0, 20)
      LOOP(text_is_escaped, 0, N(texts))
      TEST(line_separators_do_not_end_a_script)
      LOOP(every_byte_survives_at_every_place, 0, 256)
      LOOP(a_tree_is_written_in_the_order_it_was_made, 0, N(trees))
      TEST(no_tree_is_null)
      LOOP(a_tree_may_be_512_deep, 0, 2)
      TEST(a_cycle_is_too_big)
      TEST(a_full_buffer_fails_once_and_for_all))
