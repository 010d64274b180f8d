/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "model/puny.h"
#include "suite.h"

#include <string.h>

#define L60 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define U   "\xC3\xBC"

/* Of RFC 3492 section 7.1 where they are short enough, and of names that exist. */
static const struct {
    const char *label, *ascii; /* NULL: does not fit */
} samples[] = {
    {"b" U "cher", "xn--bcher-kva"},
    {U, "xn--tda"},
    {"m" U "nchen", "xn--mnchen-3ya"},
    {"fa\xC3\x9F", "xn--fa-hia"},
    {"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", "xn--wgv71a119e"},
    {"\xE4\xBB\x96\xE4\xBB\xAC\xE4\xB8\xBA\xE4\xBB\x80\xE4\xB9\x88\xE4\xB8\x8D\xE8\xAF"
     "\xB4\xE4\xB8\xAD\xE6\x96\x87",
     "xn--ihqwcrb4cv8a8dqg056pqjye"},
    {"\xF0\x9F\x94\xA5", "xn--4v8h"},
    {"maji\xE3\x81\xA7koi\xE3\x81\x99\xE3\x82\x8B"
     "5\xE7\xA7\x92\xE5\x89\x8D",
     "xn--majikoi5-783gue6qz075azm5e"},
    {"a-" U, "xn--a--yka"},
    {L60 U, NULL},
    {U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U
         U U U U U U U U U U U U U U,
     "xn--tdaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    {U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U U
         U U U U U U U U U U U U U U U,
     NULL},
};

START_TEST(a_label_has_an_ascii_form_of_at_most_63_bytes)
{
    hearth_str label = hearth__str_of(samples[_i].label);
    const char *ascii = samples[_i].ascii;
    char out[64] = "";
    size_t n = hearth__puny_put(label, out, 63);

    ck_assert_msg(n == (ascii == NULL ? 0 : strlen(ascii)), "%zu %s", n, out);
    ck_assert_uint_eq(hearth__puny_len(label), n);
    if (ascii == NULL)
        return;
    ck_assert_str_eq(out, ascii);
    ck_assert_uint_eq(hearth__puny_put(label, out, n), n);
    ck_assert_uint_eq(hearth__puny_put(label, out, n - 1), 0);
}
END_TEST

START_TEST(ascii_stays_as_it_is)
{
    char out[64] = "";

    ck_assert_uint_eq(hearth__puny_put(HEARTH__S("Example-1"), out, 63), 9);
    ck_assert_str_eq(out, "Example-1");
    ck_assert_uint_eq(hearth__puny_put(HEARTH__S(""), out, 63), 0);
    ck_assert_uint_eq(hearth__puny_put(HEARTH__S(L60 "aaa"), out, 63), 63);
    ck_assert_uint_eq(hearth__puny_put(HEARTH__S(L60 "aaaa"), out, 64), 0);
}
END_TEST

START_TEST(every_cut_of_a_label_is_taken_or_refused)
{
    static const char text[] = "a\xC3\xBC\xE6\x97\xA5\xF0\x9F\x94\xA5z";

    for (size_t n = 0; n < sizeof text - 1; n++) {
        char *cut = malloc(n == 0 ? 1 : n);
        bool whole = n == 1 || n == 3 || n == 6 || n == 10;
        char out[63];

        memcpy(cut, text, n);
        ck_assert_int_eq(hearth__puny_put(hearth__str(cut, n), out, 63) > 0, whole);
        free(cut);
    }
}
END_TEST

SUITE("model/puny", LOOP(a_label_has_an_ascii_form_of_at_most_63_bytes, 0,
                         sizeof samples / sizeof samples[0]) TEST(ascii_stays_as_it_is)
                        TEST(every_cut_of_a_label_is_taken_or_refused))
