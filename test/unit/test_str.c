/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Slices: comparing, cutting, strict numbers in any locale. */
#include "suite.h"

#include "core/str.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>

static hearth_str of(const char *s)
{
    return hearth__str_of(s);
}

static void is(hearth_str s, const char *text)
{
    ck_assert_uint_eq(s.len, strlen(text));
    ck_assert_mem_eq(s.ptr, text, s.len);
}

START_TEST(null_is_the_empty_string)
{
    ck_assert_ptr_nonnull(of(NULL).ptr);
    is(of(NULL), "");
    is(of("abc"), "abc");
    is(hearth__str("abc", 2), "ab");
    ck_assert_uint_eq(HEARTH__S("a\0b").len, 3);
}
END_TEST

START_TEST(comparing_looks_at_every_byte)
{
    ck_assert(hearth__str_eq(of(""), of("")));
    ck_assert(hearth__str_eq(of("abc"), of("abc")));
    ck_assert(!hearth__str_eq(of("abc"), of("abd")));
    ck_assert(!hearth__str_eq(of("abc"), of("ab")));
    ck_assert(!hearth__str_eq(HEARTH__S("a\0b"), HEARTH__S("a\0c")));
    ck_assert(hearth__str_ieq(of("Content-TYPE"), of("content-type")));
    ck_assert(hearth__str_ieq(of(""), of("")));
    ck_assert(!hearth__str_ieq(of("abc"), of("abcd")));
    ck_assert(!hearth__str_ieq(of("["), of("{"))); /* 32 apart, but no letters */
    ck_assert(!hearth__str_ieq(of("@"), of("`")));
    ck_assert(!hearth__str_ieq(of("\xc4"), of("\xe4")));
}
END_TEST

START_TEST(folding_touches_ascii_letters_only)
{
    for (int c = 0; c < 256; c++) {
        char want = (char)c;

        if (c >= 'A' && c <= 'Z')
            want = "abcdefghijklmnopqrstuvwxyz"[c - 'A'];
        ck_assert_int_eq(hearth__lower((char)c), want);
        ck_assert_int_eq(hearth__is_digit((char)c),
                         c != 0 && strchr("0123456789", c) != NULL);
        ck_assert_int_eq(hearth__is_alpha((char)c),
                         (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    }
}
END_TEST

START_TEST(hex_digits_have_values)
{
    static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";

    for (int c = 0; c < 256; c++) {
        const char *l = c == 0 ? NULL : strchr(lower, c),
                   *u = c == 0 ? NULL : strchr(upper, c);
        long want = l != NULL ? l - lower : u != NULL ? u - upper : -1;

        ck_assert_int_eq(hearth__hex_digit((char)c), want);
    }
}
END_TEST

START_TEST(prefixes_and_suffixes)
{
    ck_assert(hearth__str_starts(of("abc"), of("")));
    ck_assert(hearth__str_starts(of("abc"), of("abc")));
    ck_assert(!hearth__str_starts(of("abc"), of("abcd")));
    ck_assert(!hearth__str_starts(of("abc"), of("b")));
    ck_assert(!hearth__str_starts(of("abc"), of("AB")));
    ck_assert(hearth__str_istarts(of("abc"), of("AB")));
    ck_assert(!hearth__str_istarts(of("ab"), of("ABC")));
    ck_assert(hearth__str_ends(of("abc"), of("")));
    ck_assert(hearth__str_ends(of("abc"), of("bc")));
    ck_assert(!hearth__str_ends(of("abc"), of("ab")));
    ck_assert(!hearth__str_ends(of("bc"), of("abc")));
}
END_TEST

START_TEST(a_byte_is_found_where_it_is_first)
{
    ck_assert_int_eq(hearth__str_find(of("abcb"), 'b'), 1);
    ck_assert_int_eq(hearth__str_find(of("abc"), 'x'), -1);
    ck_assert_int_eq(hearth__str_find(of("abc"), '\0'), -1); /* not the one behind it */
    ck_assert_int_eq(hearth__str_find(of("a\xff"), '\xff'), 1);
    ck_assert_int_eq(hearth__str_find(of(""), 'a'), -1);
}
END_TEST

START_TEST(trimming_takes_spaces_and_tabs_only)
{
    is(hearth__str_trim(of(" \t a b\t ")), "a b");
    is(hearth__str_trim(of("\n a\r")), "\n a\r");
    is(hearth__str_trim(of(" \t ")), "");
    is(hearth__str_trim(of("")), "");
}
END_TEST

START_TEST(cutting_gives_every_part_once)
{
    static const struct {
        const char *text, *parts[5];
    } cuts[] = {
        {"", {""}},
        {"a", {"a"}},
        {"a,b", {"a", "b"}},
        {",", {"", ""}},
        {"a,", {"a", ""}},
        {",a", {"", "a"}},
        {"a,,b", {"a", "", "b"}},
        {"a;b,c", {"a;b", "c"}},
    };

    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        hearth_str rest = of(cuts[i].text);
        size_t n = 0;

        for (; rest.ptr != NULL; n++) {
            ck_assert_ptr_nonnull(cuts[i].parts[n]);
            is(hearth__str_cut(&rest, ','), cuts[i].parts[n]);
        }
        ck_assert_ptr_null(cuts[i].parts[n]);
    }
}
END_TEST

static const struct {
    const char *text;
    bool ok;
    int64_t v;
} ints[] = {
    {"0", true, 0},
    {"-0", true, 0},
    {"007", true, 7},
    {"-1", true, -1},
    {"9223372036854775807", true, INT64_MAX},
    {"-9223372036854775808", true, INT64_MIN},
    {"000000000000000000000000000000012", true, 12},
    {"9223372036854775808", false, 0},
    {"-9223372036854775809", false, 0},
    {"18446744073709551616", false, 0},
    {"99999999999999999999999", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {"--1", false, 0},
    {"+1", false, 0},
    {" 1", false, 0},
    {"1 ", false, 0},
    {"1.0", false, 0},
    {"0x10", false, 0},
    {"1e3", false, 0},
    {"1\n", false, 0},
    {"\xd9\xa1", false, 0}, /* an Arabic-Indic digit */
};

START_TEST(signed_numbers_are_strict)
{
    int64_t v = 4711;

    ck_assert_int_eq(hearth__str_int(of(ints[_i].text), &v), ints[_i].ok);
    ck_assert_int_eq(v, ints[_i].ok ? ints[_i].v : 4711);
}
END_TEST

START_TEST(unsigned_numbers_are_strict)
{
    static const char *const bad[] = {"",
                                      "-1",
                                      "-0",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "18446744073709551616",
                                      "1_0",
                                      "a",
                                      "18446744073709551620"};
    uint64_t v = 4711;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert(!hearth__str_uint(of(bad[i]), &v));
        ck_assert_uint_eq(v, 4711);
    }
    ck_assert(!hearth__str_uint(HEARTH__S("1\0"), &v));
    ck_assert(hearth__str_uint(of("18446744073709551615"), &v));
    ck_assert_uint_eq(v, UINT64_MAX);
    ck_assert(hearth__str_uint(of("00"), &v));
    ck_assert_uint_eq(v, 0);
    ck_assert(hearth__str_uint(hearth__str("123", 2), &v)); /* not the byte behind it */
    ck_assert_uint_eq(v, 12);
}
END_TEST

static const struct {
    const char *text;
    double v;
} doubles[] = {
    {"0", 0},
    {"-0", -0.0},
    {"1.5", 1.5},
    {"-1.5", -1.5},
    {"00.50", 0.5},
    {"2e3", 2e3},
    {"2E+3", 2e3},
    {"25e-1", 2.5},
    {"-12.25e-2", -0.1225},
    {"0.1", 0.1},
    {"1e308", 1e308},
    {"1.7976931348623157e308", DBL_MAX},
    {"-1.7976931348623157e308", -DBL_MAX},
    {"4.9406564584124654e-324", 4.9406564584124654e-324},
    {"1e-400", 0},
    {"9007199254740993", 9007199254740992.0},
    {"123456789012345678901234567890", 123456789012345678901234567890.0},
};

static const char *const no_doubles[] = {
    "",       "-",     ".",     "-.",       "1.",  ".5",  "+1",  "1e",
    "1e+",    "e5",    "1e5.",  "1.e5",     "--1", " 1",  "1 ",  "inf",
    "nan",    "-inf",  "0x10",  "0x1p3",    "1,5", "1'0", "1_0", "1e999",
    "-1e999", "1.2.3", "1e1e1", "infinity", "1f",  "1\n",
};

static void check_doubles(void)
{
    double v;

    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++) {
        v = 47;
        if (!hearth__str_f64(of(doubles[i].text), &v))
            ck_abort_msg("%s is refused", doubles[i].text);
        ck_assert_double_eq(v, doubles[i].v);
        ck_assert_int_eq(signbit(v) != 0, signbit(doubles[i].v) != 0);
    }
    for (size_t i = 0; i < sizeof no_doubles / sizeof *no_doubles; i++) {
        v = 47;
        if (hearth__str_f64(of(no_doubles[i]), &v))
            ck_abort_msg("%s is accepted", no_doubles[i]);
        ck_assert_double_eq(v, 47);
    }
}

START_TEST(floating_point_numbers_are_strict)
{
    double v;

    check_doubles();
    ck_assert(!hearth__str_f64(HEARTH__S("1\0"), &v));
    ck_assert(hearth__str_f64(hearth__str("1.25", 3), &v)); /* not the byte behind it */
    ck_assert_double_eq(v, 1.2);
}
END_TEST

START_TEST(a_number_of_any_length_is_exact_or_refused)
{
    char text[1100] = "0.";
    double v;

    memset(text + 2, '3', sizeof text - 2);
    for (size_t n = 3; n < sizeof text; n++) {
        bool ok = hearth__str_f64(hearth__str(text, n), &v);

        ck_assert_int_eq(ok, n <= 1000);
        if (ok && n > 20)
            ck_assert_double_eq(v, 1.0 / 3);
    }
}
END_TEST

START_TEST(the_locale_of_the_host_does_not_matter)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE",
                                        "fr_FR.UTF-8", "fr_FR.utf8", "nl_NL.utf8",
                                        "ps_AF.UTF-8"};
    int tried = 0;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (setlocale(LC_ALL, names[i]) == NULL || localeconv()->decimal_point[0] == '.')
            continue;
        check_doubles();
        tried++;
    }
    setlocale(LC_ALL, "C");
    if (tried == 0)
        puts("core/str: no locale with another decimal point here, not tried");
}
END_TEST

SUITE("core/str",
      TEST(null_is_the_empty_string) TEST(comparing_looks_at_every_byte)
          TEST(folding_touches_ascii_letters_only) TEST(hex_digits_have_values)
              TEST(prefixes_and_suffixes) TEST(a_byte_is_found_where_it_is_first)
                  TEST(trimming_takes_spaces_and_tabs_only)
                      TEST(cutting_gives_every_part_once)
                          LOOP(signed_numbers_are_strict, 0, 22)
                              TEST(unsigned_numbers_are_strict)
                                  TEST(floating_point_numbers_are_strict)
                                      TEST(a_number_of_any_length_is_exact_or_refused)
                                          TEST(the_locale_of_the_host_does_not_matter))
