/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/date.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))
#define DAY  INT64_C(86400)
#define NOW  INT64_C(1764000000) /* in November 2025 */

static bool parses(const char *text, int64_t *out)
{
    return hearth__date_parse(hearth__str_of(text), NOW, out);
}

static const struct {
    const char *text;
    int64_t seconds;
} sound[] = {
    /* the three examples of RFC 9110 5.6.7 */
    {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
    {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
    {"Sun Nov  6 08:49:37 1994", 784111777},
    {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
    {"Wed, 31 Dec 1969 23:59:59 GMT", -1},
    {"Wed Nov 16 08:49:37 1994", 784975777},
    {"Thu, 29 Feb 2024 12:00:00 GMT", 1709208000},
    {"Mon, 01 Jan 0001 00:00:00 GMT", -62135596800},
    {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
    {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800}, /* a leap second */
};

START_TEST(each_form_is_read)
{
    int64_t s = 0;

    ck_assert_msg(parses(sound[_i].text, &s), "%s", sound[_i].text);
    ck_assert_int_eq(s, sound[_i].seconds);
}
END_TEST

START_TEST(every_cut_of_a_date_is_malformed)
{
    for (size_t n = 0; n < strlen(sound[_i].text); n++) {
        char *cut = malloc(n == 0 ? 1 : n);
        int64_t s = 7;

        memcpy(cut, sound[_i].text, n);
        ck_assert(!hearth__date_parse(hearth__str(cut, n), NOW, &s));
        ck_assert_int_eq(s, 7);
        free(cut);
    }
}
END_TEST

/* Any other byte at any place makes another date at best: never the same one, but for the
 * asctime form, whose day may be " 6" or "06". */
START_TEST(every_byte_of_a_date_counts)
{
    char text[40];
    size_t len = strlen(sound[_i].text);

    memcpy(text, sound[_i].text, len + 1);
    for (size_t at = 0; at < len; at++) {
        for (int c = 0; c < 256; c++) {
            int64_t s = 0;

            text[at] = (char)(unsigned char)c;
            if (text[at] == sound[_i].text[at] || (at == 8 && sound[_i].text[at] == ' '))
                continue;
            ck_assert(!hearth__date_parse(hearth__str(text, len), NOW, &s) ||
                      s != sound[_i].seconds);
        }
        text[at] = sound[_i].text[at];
    }
}
END_TEST

static const char *const refused[] = {
    "",
    "now",
    "0",
    "784111777",
    "sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 gmt",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 08:49:37 +00",
    "Sun, 06 Nov 1994 08:49:37 GMT ",
    " Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun,  6 Nov 1994 08:49:37 GMT",
    "Mon, 06 Nov 1994 08:49:37 GMT",
    "Mon Nov  6 08:49:37 1994",
    "Sun Nov 06 08:49:37 1994 ",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Thu, 31 Nov 1994 08:49:37 GMT",
    "Wed, 29 Feb 2023 12:00:00 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:00 GMT",
    "Sun, 06 Nov 1994 08:49:60 GMT",
    "Sun, 06 Nov 1994 23:59:61 GMT",
    "Sun, 06 Foo 1994 08:49:37 GMT",
    "Sun, 06 anF 1994 08:49:37 GMT",
    "Sun, 06 Nov 0000 08:49:37 GMT",
    "Sun, 06 Nov -994 08:49:37 GMT",
    "Sun, -6 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-1994 08:49:37 GMT",
    "Sunday, 06 Nov 94 08:49:37 GMT",
    "Sun, 06-Nov-94 08:49:37 GMT",
    "Someday, 06-Nov-94 08:49:37 GMT",
    "Sunday, 31-Feb-94 08:49:37 GMT",
};

START_TEST(a_malformed_date_is_refused)
{
    int64_t s;

    ck_assert_msg(!parses(refused[_i], &s), "%s", refused[_i]);
}
END_TEST

/* Every day of a year between 1970 and 2100, at a time that moves: written, read back. */
START_TEST(what_is_written_reads_back)
{
    int64_t year = hearth__civil_of((int64_t)_i * 365 * DAY + _i / 4 * DAY).year;

    ck_assert(year >= 1970);
    for (int64_t day = 0; day < 366; day++) {
        int64_t s =
            ((int64_t)_i * 365 + _i / 4 + day) * DAY + (day * 7919 + _i * 104729) % DAY;
        int64_t back = 0;
        char text[HEARTH__DATE_LEN + 1];

        hearth__date_write(text, s);
        ck_assert_uint_eq(strlen(text), HEARTH__DATE_LEN);
        ck_assert_msg(parses(text, &back) && back == s, "%s", text);
    }
}
END_TEST

START_TEST(dates_are_written_as_the_rfc_has_them)
{
    char text[HEARTH__DATE_LEN + 1];

    hearth__date_write(text, 784111777);
    ck_assert_str_eq(text, "Sun, 06 Nov 1994 08:49:37 GMT");
    hearth__date_write(text, -62135596801);
    ck_assert_str_eq(text, "Mon, 01 Jan 0001 00:00:00 GMT");
    hearth__date_write(text, INT64_MIN);
    ck_assert_str_eq(text, "Mon, 01 Jan 0001 00:00:00 GMT");
    hearth__date_write(text, 253402300800);
    ck_assert_str_eq(text, "Fri, 31 Dec 9999 23:59:59 GMT");
    hearth__date_write(text, INT64_MAX);
    ck_assert_str_eq(text, "Fri, 31 Dec 9999 23:59:59 GMT");
}
END_TEST

/* now is the first of March 2025, then 2095 and 1999. */
static const struct {
    const char *text;
    int64_t now_year, year;
} centuries[] = {
    {"Monday, 01-Jan-25 00:00:00 GMT", 2025, 2025},
    {"Monday, 01-Jan-75 00:00:00 GMT", 2025, 2075},
    {"Monday, 01-Mar-75 00:00:00 GMT", 2025, 2075},
    {"Monday, 01-Mar-75 00:00:01 GMT", 2025, 1975},
    {"Monday, 01-Jan-76 00:00:00 GMT", 2025, 1976},
    {"Monday, 01-Jan-00 00:00:00 GMT", 2025, 2000},
    {"Monday, 01-Jan-99 00:00:00 GMT", 2025, 1999},
    {"Monday, 01-Jan-95 00:00:00 GMT", 2095, 2095},
    {"Monday, 01-Jan-10 00:00:00 GMT", 2095, 2110},
    {"Monday, 01-Jan-45 00:00:00 GMT", 2095, 2145},
    {"Monday, 01-Jan-46 00:00:00 GMT", 2095, 2046},
    {"Monday, 01-Jan-01 00:00:00 GMT", 1999, 2001},
    {"Monday, 01-Jan-98 00:00:00 GMT", 1999, 1998},
};

START_TEST(two_digits_mean_a_year_at_most_fifty_years_ahead)
{
    hearth__civil march = {.year = centuries[_i].now_year, .month = 3, .day = 1};
    int64_t now, s;

    ck_assert(hearth__civil_seconds(&march, &now));
    ck_assert(hearth__date_parse(hearth__str_of(centuries[_i].text), now, &s));
    ck_assert_int_eq(hearth__civil_of(s).year, centuries[_i].year);
}
END_TEST

START_TEST(a_clock_out_of_its_mind_does_no_harm)
{
    hearth_str text = HEARTH__S("Sunday, 06-Nov-94 08:49:37 GMT");
    int64_t s;

    hearth__date_parse(text, INT64_C(253402300799), &s);
    hearth__date_parse(text, INT64_C(-62135596800), &s);
    hearth__date_parse(text, INT64_MAX / 2, &s);
    hearth__date_parse(text, INT64_MIN / 2, &s);
}
END_TEST

/* clang-format off */
SUITE("http/date",
      LOOP(each_form_is_read, 0, N(sound))
      LOOP(every_cut_of_a_date_is_malformed, 0, N(sound))
      LOOP(every_byte_of_a_date_counts, 0, N(sound))
      LOOP(a_malformed_date_is_refused, 0, N(refused))
      LOOP(what_is_written_reads_back, 0, 131)
      TEST(dates_are_written_as_the_rfc_has_them)
      LOOP(two_digits_mean_a_year_at_most_fifty_years_ahead, 0, N(centuries))
      TEST(a_clock_out_of_its_mind_does_no_harm))
