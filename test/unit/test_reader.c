/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "suite.h"
#include "json/reader.h"

#include <stdio.h>

#define LENGTHS 26 /* over three words of eight bytes */

/* A copy without a byte behind it, so that a sanitizer sees who reads on. */
static hearth_str tight(const char *p, size_t n)
{
    char *copy = malloc(n == 0 ? 1 : n);

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, p, n);
    return hearth__str(copy, n);
}

static void release(hearth_str s)
{
    free((char *)(uintptr_t)s.ptr);
}

/* ---- strings ------------------------------------------------------------------------- */

static const struct {
    const char *in;  /* put into a string at every place */
    const char *out; /* what it means; NULL: refused */
} pieces[] = {
    {"", ""},
    {"\xC3\xA9", "\xC3\xA9"},
    {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
    {"\x7F", "\x7F"},
    {"!#[]", "!#[]"}, /* the neighbours of '"' and '\\' */
    {"\\\"", "\""},
    {"\\\\\\/\\b\\f\\n\\r\\t", "\\/\b\f\n\r\t"},
    {"\\u00e9\\u20AC", "\xC3\xA9\xE2\x82\xAC"},
    {"\\ud83d\\ude00", "\xF0\x9F\x98\x80"},
    {"\x1F", NULL},
    {"\n", NULL},
    {"\x80", NULL},
    {"\xC3", NULL},
    {"\xED\xA0\x80", NULL},
    {"\\u0000", NULL},
    {"\\ud83d", NULL},
    {"\\ude00", NULL},
    {"\\ud83dx", NULL},
    {"\\ud83d\\u0041", NULL},
    {"\\u12g4", NULL},
    {"\\x", NULL},
    {"\\", NULL}, /* takes the quote with it */
};

/* `at` letters before the piece and `behind` behind it. */
static void try_piece(size_t i, size_t at, size_t behind)
{
    char text[128], want[128];
    hearth_str in, out;
    hearth__json_reader r;
    bool ok;

    snprintf(text, sizeof text, "\"%.*s%s%.*s\" ", (int)at, "abcdefghijklmnopqrstuvwxyz",
             pieces[i].in, (int)behind, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    in = tight(text, strlen(text));
    ck_assert(hearth__json_reader_init(&r, in, 0));
    ok = hearth__json_read_text(&r, &out);
    ck_assert_msg(ok == (pieces[i].out != NULL), "%s", text);
    if (ok) {
        snprintf(want, sizeof want, "%.*s%s%.*s", (int)at, "abcdefghijklmnopqrstuvwxyz",
                 pieces[i].out, (int)behind, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        ck_assert_msg(hearth__str_eq(out, hearth__str_of(want)), "%s", text);
        ck_assert_ptr_eq(r.at, in.ptr + in.len - 1);
    } else {
        ck_assert_int_eq(hearth__json_explain(&r, NULL), HEARTH_EINVAL);
    }
    hearth__json_reader_clear(&r);
    release(in);
}

START_TEST(a_string_is_read_whatever_stands_where)
{
    for (size_t at = 0; at < LENGTHS; at++)
        for (size_t behind = 0; behind < LENGTHS; behind++)
            try_piece((size_t)_i, at, behind);
}
END_TEST

START_TEST(every_byte_stands_for_itself_or_does_not)
{
    for (int c = 1; c < 256; c++) {
        bool plain = c >= 0x20 && c < 0x80 && c != '"' && c != '\\';

        for (size_t n = 0; n < LENGTHS; n++) {
            char text[LENGTHS + 1];
            hearth_str in;
            const char *to;

            memset(text, 'a', sizeof text);
            text[n] = (char)c;
            in = tight(text, sizeof text);
            to = hearth__json_skip_ascii(in.ptr, in.ptr + in.len);
            ck_assert_int_eq(to - in.ptr, plain ? LENGTHS + 1 : (int)n);
            release(in);
        }
    }
}
END_TEST

/* ---- everything ---------------------------------------------------------------------- */

static const char sample[] =
    " {\"name\" : [1, -2.5e+3, true,false , null, \"a\\n\\u00e9\"], \"\xC3\xA9\":{}, "
    "\"deep\":[[[{\"x\":[]}]]] }\n";

static bool read_all(hearth__json_reader *r, hearth_str in, int depth)
{
    return hearth__json_reader_init(r, in, depth) && hearth__json_skip(r) &&
           hearth__json_reader_end(r);
}

START_TEST(every_cut_is_refused_without_reading_past_it)
{
    size_t whole = strlen(sample) - 1; /* the last is white space */

    for (size_t n = 0; n <= whole; n++) {
        hearth_str in = tight(sample, n);
        hearth_error err = {0};
        hearth__json_reader r;

        ck_assert_msg(read_all(&r, in, 0) == (n == whole), "%.*s", (int)n, sample);
        if (n < whole) {
            ck_assert_int_eq(hearth__json_explain(&r, &err), HEARTH_EINVAL);
            ck_assert_int_eq(strncmp(err.text, "line 1, column ", 15), 0);
        }
        hearth__json_reader_clear(&r);
        release(in);
    }
}
END_TEST

START_TEST(every_byte_may_be_any_other)
{
    for (size_t at = 0; at < sizeof sample - 1; at++) {
        for (int c = 0; c < 256; c++) {
            hearth_str in = tight(sample, sizeof sample - 1);
            hearth__json_reader r;

            ((char *)(uintptr_t)in.ptr)[at] = (char)c;
            if (!read_all(&r, in, 0))
                ck_assert_int_eq(hearth__json_explain(&r, NULL), HEARTH_EINVAL);
            hearth__json_reader_clear(&r);
            release(in);
        }
    }
}
END_TEST

static const struct {
    int limit, depth;
    bool ok;
} depths[] = {
    {0, HEARTH__JSON_DEPTH, true},
    {0, HEARTH__JSON_DEPTH + 1, false},
    {1, 1, true},
    {1, 2, false},
    {HEARTH__JSON_DEPTH_MOST, HEARTH__JSON_DEPTH_MOST, true},
    {HEARTH__JSON_DEPTH_MOST, HEARTH__JSON_DEPTH_MOST + 1, false},
    {1000000, HEARTH__JSON_DEPTH_MOST + 1, false},
    {-1, HEARTH__JSON_DEPTH, true},
    {-1, HEARTH__JSON_DEPTH + 1, false},
};

START_TEST(depth_has_a_limit)
{
    static char text[2 * HEARTH__JSON_DEPTH_MOST + 8];
    size_t depth = (size_t)depths[_i].depth;
    hearth_error err = {0};
    hearth__json_reader r;

    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    ck_assert(read_all(&r, hearth__str(text, 2 * depth), depths[_i].limit) ==
              depths[_i].ok);
    if (!depths[_i].ok) {
        ck_assert_int_eq(hearth__json_explain(&r, &err), HEARTH_EINVAL);
        ck_assert_ptr_nonnull(strstr(err.text, "nested more than "));
    }
    hearth__json_reader_clear(&r);
}
END_TEST

static const struct {
    const char *text, *says;
} places[] = {
    {"\"\xC3\xA9\n\"", "line 1, column 3: a control character in a string has"},
    {"[1,\n 2,\n x]", "line 3, column 2: invalid token"},
    {"[1 2]", "line 1, column 4: ']' expected"},
    {"{\"a\":1 \"b\"}", "line 1, column 8: '}' expected"},
    {"{\"a\" 1}", "line 1, column 6: ':' expected"},
    {"{a:1}", "line 1, column 2: string or '}' expected"},
    {"1 1", "line 1, column 3: there is more text after the value"},
    {"[1] \xFF", "line 1, column 5: the text is not valid UTF-8"},
    {"\xEF\xBB\xBF{}", "line 1, column 1: the text begins with a byte order mark"},
    {"01", "line 1, column 1: invalid token"},
    {"-", "line 1, column 1: invalid token"},
    {"1.", "line 1, column 1: invalid token"},
    {"1e", "line 1, column 1: invalid token"},
    {"nulL", "line 1, column 1: invalid token"},
};

START_TEST(what_is_wrong_is_told_with_its_place)
{
    hearth_error err = {0};
    hearth__json_reader r;

    ck_assert(!read_all(&r, hearth__str_of(places[_i].text), 0));
    hearth__json_explain(&r, &err);
    ck_assert_msg(strncmp(err.text, places[_i].says, strlen(places[_i].says)) == 0, "%s",
                  err.text);
    hearth__json_reader_clear(&r);
}
END_TEST

START_TEST(the_first_thing_that_is_wrong_is_kept)
{
    hearth_error err = {0};
    hearth__json_reader r;

    ck_assert(hearth__json_reader_init(&r, HEARTH__S("abc"), 0));
    ck_assert(!hearth__json_fail(&r, r.begin + 1, "first"));
    ck_assert(!hearth__json_fail(&r, r.begin, "second"));
    ck_assert(!hearth__json_no_memory(&r));
    ck_assert_int_eq(hearth__json_explain(&r, &err), HEARTH_EINVAL);
    ck_assert_str_eq(err.text, "line 1, column 2: first");
    hearth__json_reader_clear(&r);
    ck_assert(!hearth__json_reader_init(&r, HEARTH__S("a\0b"), 0));
    ck_assert_int_eq(hearth__json_explain(&r, &err), HEARTH_EINVAL);
    ck_assert_str_eq(err.text, "line 1, column 2: the text holds a NUL byte");
    hearth__json_reader_clear(&r);
}
END_TEST

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

SUITE("json/reader",
      LOOP(a_string_is_read_whatever_stands_where, 0, N(pieces))
          TEST(every_byte_stands_for_itself_or_does_not)
              TEST(every_cut_is_refused_without_reading_past_it)
                  TEST(every_byte_may_be_any_other) LOOP(depth_has_a_limit, 0, N(depths))
                      LOOP(what_is_wrong_is_told_with_its_place, 0, N(places))
                          TEST(the_first_thing_that_is_wrong_is_kept))
