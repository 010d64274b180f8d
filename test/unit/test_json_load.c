/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "suite.h"
#include "json/load.h"

#include <locale.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const char *const sound[] = {
    "{}",
    "[]",
    "null",
    " true\n",
    "\"text\"",
    "0",
    "-12.5e-3",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "{\"a\": [1, {\"b\": null}], \"c\": \"\\u00e9\\ud83d\\ude00\"}",
    "{\"\": 1, \"A\": 2, \"a\": 3}",
    "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x94\xA5\"",
    "\"[[[[[{{{{{\\\"[[[[\\\\\"",
    "\"\x7F\\/\"",
};

START_TEST(sound_json_is_loaded)
{
    hearth_error err = {.code = 7};
    json_t *tree = hearth__json_load(hearth__str_of(sound[_i]), NULL, &err);

    ck_assert_ptr_nonnull(tree);
    ck_assert_int_eq(err.code, 7);
    json_decref(tree);
}
END_TEST

/* A proper prefix of JSON is JSON only where a number or white space was cut. */
START_TEST(every_cut_is_loaded_without_reading_past_it)
{
    for (size_t n = 0; n < strlen(sound[_i]); n++) {
        char *cut = malloc(n == 0 ? 1 : n);
        hearth_error err = {0};
        json_t *tree;

        memcpy(cut, sound[_i], n);
        tree = hearth__json_load(hearth__str(cut, n), NULL, &err);
        ck_assert_int_eq(err.code, tree == NULL ? HEARTH_EINVAL : 0);
        json_decref(tree);
        free(cut);
    }
}
END_TEST

static const struct {
    const char *text, *error;
} refused[] = {
    {"", "line 1, column 1: the text ends too early"},
    {" \n ", "line 2, column 2: the text ends too early"},
    {"[", "line 1, column 2: the text ends too early"},
    {"[1,\n2", "line 2, column 2: the text ends too early"},
    {"[\"abc", "line 1, column 6: the text ends too early"},
    {"{\"a\":1,}", "line 1, column 8: string or '}' expected"},
    {"[nul]", "line 1, column 2: invalid token"},
    {"[1, nullnullnullnullnullnullnull]", "line 1, column 5: invalid token"},
    {"NaN", "line 1, column 1: invalid token"},
    {"[-Infinity]", NULL},
    {"[01]", NULL},
    {"[1.]", "line 1, column 2: invalid token"},
    {"['a']", NULL},
    {"[1 2]", "line 1, column 4: ']' expected"},
    {"[\"a\" \"b\"]", "line 1, column 6: ']' expected"},
    {"[\"a\" \"\\\"long string with a \\\" in it\"]", "line 1, column 6: ']' expected"},
    {"{1:2}", "line 1, column 2: string or '}' expected"},
    {"{\"a\" 1}", "line 1, column 6: ':' expected"},
    {"// no\n1", NULL},
    {"[1] x", "line 1, column 5: there is more text after the value"},
    {"1 2", "line 1, column 3: there is more text after the value"},
    {"{\"a\":1,\n \"a\":2}", "line 2, column 2: this name appears twice in one object"},
    {"{\"a\":1,\"\\u0061\":2}",
     "line 1, column 8: this name appears twice in one object"},
    {"{\"a name of more than twenty\":1,\"a name of more than twenty\":2}",
     "line 1, column 33: this name appears twice in one object"},
    {"[9223372036854775808]", "line 1, column 2: this number is too large"},
    {"[1, -99999999999999999999]", "line 1, column 5: this number is too large"},
    {"[1e999]", "line 1, column 2: this number is too large"},
    {"\"a\nb\"", "line 1, column 3: a control character in a string has to be escaped"},
    {"\"a\x01\"", "line 1, column 3: a control character in a string has to be escaped"},
    {"\"\\x\"", "line 1, column 3: invalid escape"},
    {"\"\\ud800\"", "line 1, column 8: invalid Unicode"},
    {"\"\\udc00\"", NULL},
    {"\"\\u12\"", NULL},
    {"\"\\u0000\"", "line 1, column 1: \\u0000 is not allowed in a string"},
    {"{\"a\\u0000\":1}", "line 1, column 2: \\u0000 is not allowed in a string"},
    {"\"a\xFF\"", "line 1, column 3: the text is not valid UTF-8"},
    {"\xFF", "line 1, column 1: the text is not valid UTF-8"},
    {"\"\xC0\x80\"", "line 1, column 2: the text is not valid UTF-8"},
    {"\"\xED\xA0\x80\"", "line 1, column 2: the text is not valid UTF-8"},
    {"\"\xF4\x90\x80\x80\"", "line 1, column 2: the text is not valid UTF-8"},
    {"\xEF\xBB\xBF{}", "line 1, column 1: the text begins with a byte order mark"},
    {"[1,\n2,\n\"\xE2\x82\xAC\xE2\x82\xAC\", x]", "line 3, column 7: invalid token"},
    {"]", NULL},
    {"}}}}", NULL},
};

START_TEST(malformed_json_is_refused_with_its_place)
{
    hearth_error err = {0};

    ck_assert_ptr_null(hearth__json_load(hearth__str_of(refused[_i].text), NULL, &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    ck_assert_int_eq(err.status, 400);
    if (refused[_i].error != NULL)
        ck_assert_str_eq(err.text, refused[_i].error);
    ck_assert_int_eq(strncmp(err.text, "line ", 5), 0);
    ck_assert_ptr_null(hearth__json_load(hearth__str_of(refused[_i].text), NULL, NULL));
}
END_TEST

START_TEST(a_nul_byte_is_refused)
{
    hearth_error err = {0};

    ck_assert_ptr_null(hearth__json_load(HEARTH__S("[1,\n\0]"), NULL, &err));
    ck_assert_str_eq(err.text, "line 2, column 1: the text holds a NUL byte");
    ck_assert_ptr_null(hearth__json_load(HEARTH__S("[1]\0"), NULL, &err));
    ck_assert_ptr_null(hearth__json_load(HEARTH__S("\"\0\""), NULL, &err));
}
END_TEST

static json_t *nested(int depth, char open, const hearth__json_limits *limits,
                      hearth_error *err)
{
    char text[3000 * 6];
    size_t n = 0;

    for (int i = 0; i < depth; i++) {
        if (open == '[') {
            text[n++] = '[';
        } else {
            memcpy(text + n, "{\"a\":", 5);
            n += 5;
        }
    }
    text[n++] = '1';
    for (int i = 0; i < depth; i++)
        text[n++] = open == '[' ? ']' : '}';
    return hearth__json_load(hearth__str(text, n), limits, err);
}

START_TEST(depth_is_limited)
{
    const hearth__json_limits three = {.depth = 3}, many = {.depth = 1000000};
    hearth_error err = {0};
    json_t *tree;

    ck_assert_ptr_nonnull(tree = nested(64, "[{"[_i], NULL, &err));
    json_decref(tree);
    ck_assert_ptr_null(nested(65, "[{"[_i], NULL, &err));
    ck_assert_str_eq(err.text,
                     _i == 0 ? "line 1, column 65: arrays and objects are nested more "
                               "than 64 deep"
                             : "line 1, column 321: arrays and objects are nested "
                               "more than 64 deep");
    ck_assert_ptr_nonnull(tree = nested(3, "[{"[_i], &three, &err));
    json_decref(tree);
    ck_assert_ptr_null(nested(4, "[{"[_i], &three, &err));
    ck_assert_ptr_null(nested(2999, "[{"[_i], &many, &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
}
END_TEST

START_TEST(siblings_and_strings_are_not_depth)
{
    const hearth__json_limits two = {.depth = 2};
    json_t *tree = hearth__json_load(
        HEARTH__S("[[],[],{},{},[1],\"[[[[\",\"\\\"[[[\\\\\",{\"{{{\":[\"]\"]}]"), NULL,
        NULL);

    ck_assert_ptr_nonnull(tree);
    json_decref(tree);
    tree = hearth__json_load(HEARTH__S("[[],[],{},{},[1],\"[[[[\",\"\\\"[[[\\\\\",[]]"),
                             &two, NULL);
    ck_assert_ptr_nonnull(tree);
    json_decref(tree);
}
END_TEST

START_TEST(numbers_do_not_depend_on_the_locale)
{
    static const char *const names[] = {"C", "de_DE.UTF-8", "fr_FR.UTF-8"};
    json_t *tree;

    setlocale(LC_ALL,
              names[_i]); /* may be missing: then this is the C locale once more */
    tree = hearth__json_load(HEARTH__S("0.5"), NULL, NULL);
    ck_assert(json_real_value(tree) > 0.4 && json_real_value(tree) < 0.6);
    json_decref(tree);
}
END_TEST

/* clang-format off */
SUITE("json/load",
      LOOP(sound_json_is_loaded, 0, N(sound))
      LOOP(every_cut_is_loaded_without_reading_past_it, 0, N(sound))
      LOOP(malformed_json_is_refused_with_its_place, 0, N(refused))
      TEST(a_nul_byte_is_refused)
      LOOP(depth_is_limited, 0, 2)
      TEST(siblings_and_strings_are_not_depth)
      LOOP(numbers_do_not_depend_on_the_locale, 0, 3))
