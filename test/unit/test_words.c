/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "model/words.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static hearth__words w;

/* "a|b c|d*" */
static const char *shown(void)
{
    static char text[2000];
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < w.n; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%.*s%s", i > 0 ? "|" : "",
                              (int)w.word[i].text.len, w.word[i].text.ptr,
                              w.word[i].prefix ? "*" : "");
    return text;
}

static const struct {
    const char *text, *words;
} texts[] = {
    {"", ""},
    {" \t\r\n ", ""},
    {"milk", "milk"},
    {"  milk   bread ", "milk|bread"},
    {"mil*", "mil*"},
    {"mil** br*ead", "mil*|br*ead"},
    {"* ** milk", "milk"},
    {"\"no milk\"", "no milk"},
    {"\"no mi\"* x", "no mi*|x"},
    {"\"no mi\"*x", "no mi*|x"},
    {"\"no milk", "no milk"},
    {"a\"b c\"d", "a|b c|d"},
    {"\"\" \" \" \"\"* \"", ""},
    {"AND OR NOT NEAR(a, 2)", "AND|OR|NOT|NEAR(a,|2)"},
    {"title:milk -x +y (z) ^a {b}", "title:milk|-x|+y|(z)|^a|{b}"},
    {"caf\xc3\xa9*", "caf\xc3\xa9*"},
};

START_TEST(a_text_becomes_words_phrases_and_beginnings)
{
    w.n = 0;
    ck_assert_int_eq(hearth__words_add(&w, hearth__str_of(texts[_i].text)), 0);
    ck_assert_str_eq(shown(), texts[_i].words);
}
END_TEST

START_TEST(a_nul_ends_a_word_or_a_phrase)
{
    w.n = 0;
    ck_assert_int_eq(hearth__words_add(&w, HEARTH__S("a\0b \"c d\0e\" \0")), 0);
    ck_assert_str_eq(shown(), "a|b|c d");
}
END_TEST

START_TEST(limits_hold_and_words_of_two_texts_count_together)
{
    char text[HEARTH__WORDS_BYTES + 1];

    memset(text, 'a', sizeof text);
    w.n = 0;
    ck_assert_int_eq(hearth__words_add(&w, hearth__str(text, sizeof text - 1)), 0);
    ck_assert_int_eq(hearth__words_add(&w, hearth__str(text, sizeof text)),
                     HEARTH_ETOOBIG);
    for (size_t i = 0; i < 2 * HEARTH__WORDS_MOST; i += 2)
        text[i] = ' ';
    w.n = 0;
    ck_assert_int_eq(hearth__words_add(&w, hearth__str(text, 2 * HEARTH__WORDS_MOST)), 0);
    ck_assert_uint_eq(w.n, HEARTH__WORDS_MOST);
    ck_assert_int_eq(hearth__words_add(&w, HEARTH__S(" ")), 0);
    ck_assert_int_eq(hearth__words_add(&w, HEARTH__S("x")), HEARTH_ETOOBIG);
}
END_TEST

SUITE("model/words", LOOP(a_text_becomes_words_phrases_and_beginnings, 0, N(texts))
                         TEST(a_nul_ends_a_word_or_a_phrase)
                             TEST(limits_hold_and_words_of_two_texts_count_together))
