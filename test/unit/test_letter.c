/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/letter.h"

#include "core/str.h"
#include "core/utf8.h"
#include "suite.h"

static const struct {
    const char *text, *upper, *lower;
} words[] = {
    {"", "", ""},
    {"Hello, World 1!", "HELLO, WORLD 1!", "hello, world 1!"},
    {"äöüÄÖÜ", "ÄÖÜÄÖÜ", "äöüäöü"},
    {"Straße", "STRASSE", "straße"},
    {"ÿ Ÿ œ Œ", "Ÿ Ÿ Œ Œ", "ÿ ÿ œ œ"},
    {"ΑΣ ΣΑΣ Σ", "ΑΣ ΣΑΣ Σ", "ας σας σ"},
    {"Жук жУК", "ЖУК ЖУК", "жук жук"},
    {"ŉ ﬁ ΐ", "\u02bcN FI \u0399\u0308\u0301", "ŉ ﬁ ΐ"},
    {"İ I ı i", "İ I I I", "i̇ i ı i"},
    {"日本語 😀", "日本語 😀", "日本語 😀"},
    {"Ա ա 𐐀 𐐨", "Ա Ա 𐐀 𐐀", "ա ա 𐐨 𐐨"},
    {"\xff"
     "a\xc3",
     "\xff"
     "A\xc3",
     "\xff"
     "a\xc3"},
};

START_TEST(texts_change_their_case)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__letter_put_upper(&b, hearth__str_of(words[_i].text));
    ck_assert_str_eq(b.ptr, words[_i].upper);
    hearth__buf_empty(&b);
    hearth__letter_put_lower(&b, hearth__str_of(words[_i].text));
    ck_assert_str_eq(b.ptr, words[_i].lower);
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(of_ascii_only_letters_change)
{
    char text[200];
    hearth__buf upper, lower;

    for (int i = 0; i < 200; i++)
        text[i] = (char)(i % 127 + 1);
    hearth__buf_init(&upper, NULL, 0);
    hearth__buf_init(&lower, NULL, 0);
    hearth__letter_put_upper(&upper, hearth__str(text + _i, sizeof text - (size_t)_i));
    hearth__letter_put_lower(&lower, hearth__str(text + _i, sizeof text - (size_t)_i));
    ck_assert_uint_eq(upper.len, sizeof text - (size_t)_i);
    ck_assert_uint_eq(lower.len, upper.len);
    for (size_t i = 0; i < upper.len; i++) {
        char c = text[i + (size_t)_i];
        char up = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;

        ck_assert_int_eq(upper.ptr[i], up);
        ck_assert_int_eq(lower.ptr[i], hearth__lower(c));
    }
    hearth__buf_clear(&upper);
    hearth__buf_clear(&lower);
}
END_TEST

static const struct {
    const char *from, *to;
} titles[] = {{"a", "A"}, {"ß", "Ss"}, {"ǆ", "ǅ"}, {"ა", "ა"},  {"ﬂ", "Fl"},
              {"1", "1"}, {"Ä", "Ä"},  {"ä", "Ä"}, {"日", "日"}};

START_TEST(the_start_of_a_word_is_no_capital)
{
    uint32_t cp, out[3];
    char text[16] = "", bytes[4];

    ck_assert_uint_ne(hearth__utf8_next(hearth__str_of(titles[_i].from), &cp), 0);
    for (size_t i = 0, n = hearth__letter_title(cp, out); i < n; i++)
        strncat(text, bytes, hearth__utf8_put(out[i], bytes));
    ck_assert_str_eq(text, titles[_i].to);
}
END_TEST

START_TEST(each_code_point_changes_into_valid_ones)
{
    uint32_t out[3];
    char bytes[4];

    for (uint32_t cp = 0; cp < 0x110000; cp++) {
        if (cp >= 0xd800 && cp <= 0xdfff)
            continue;
        for (size_t i = 0, n = hearth__letter_upper(cp, out); i < n; i++)
            ck_assert_uint_ne(hearth__utf8_put(out[i], bytes), 0);
        for (size_t i = 0, n = hearth__letter_title(cp, out); i < n; i++)
            ck_assert_uint_ne(hearth__utf8_put(out[i], bytes), 0);
        for (size_t i = 0, n = hearth__letter_lower(cp, out); i < n; i++)
            ck_assert_uint_ne(hearth__utf8_put(out[i], bytes), 0);
    }
}
END_TEST

static const struct {
    uint32_t cp;
    bool alpha, word, space;
} kinds[] = {
    {'a', true, true, false},       {'Z', true, true, false},
    {'0', false, true, false},      {'_', false, true, false},
    {'-', false, false, false},     {' ', false, false, true},
    {'\n', false, false, true},     {0xe4, true, true, false},
    {0xd7, false, false, false},    {0xa0, false, false, true},
    {0x3000, false, false, true},   {0x65e5, true, true, false},
    {0x661, false, true, false},    {0x2026, false, false, false},
    {0x20ac, false, false, false},  {0x416, true, true, false},
    {0x1f600, false, false, false}, {0xbd, false, true, false},
};

START_TEST(letters_digits_and_spaces_are_told_apart)
{
    ck_assert_int_eq(hearth__letter_is_alpha(kinds[_i].cp), kinds[_i].alpha);
    ck_assert_int_eq(hearth__letter_is_word(kinds[_i].cp), kinds[_i].word);
    ck_assert_int_eq(hearth__letter_is_space(kinds[_i].cp), kinds[_i].space);
}
END_TEST

#define COUNT(t) (int)(sizeof(t) / sizeof(t)[0])

SUITE("core/letter",
      LOOP(texts_change_their_case, 0, COUNT(words))
          LOOP(of_ascii_only_letters_change, 0, 17)
              LOOP(the_start_of_a_word_is_no_capital, 0, COUNT(titles))
                  TEST(each_code_point_changes_into_valid_ones)
                      LOOP(letters_digits_and_spaces_are_told_apart, 0, COUNT(kinds)))
