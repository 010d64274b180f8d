/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The calendar, against the C library's and at the places where calendars go wrong. */
#include "suite.h"

#include "core/clock.h"
#include "core/str.h"

#include <time.h>

#define DAY INT64_C(86400)

START_TEST(clocks_go_forward)
{
    int64_t last = hearth__clock_us();

    for (int i = 0; i < 1000; i++) {
        int64_t now = i % 2 == 0 ? hearth__clock_us() : hearth_now_us();

        ck_assert_int_ge(now, last); /* one clock under both names */
        last = now;
    }
    ck_assert_int_gt(last, 0);
}
END_TEST

START_TEST(the_wall_clock_is_the_systems)
{
    time_t before = time(NULL);
    int64_t wall = hearth__clock_wall_us();

    ck_assert_int_ge(wall, ((int64_t)before - 1) * 1000000);
    ck_assert_int_le(wall, ((int64_t)time(NULL) + 2) * 1000000);
}
END_TEST

static void same_as_libc(int64_t s)
{
    time_t t = (time_t)s;
    struct tm tm;
    hearth__civil c = hearth__civil_of(s);
    int64_t back;

    ck_assert_ptr_nonnull(gmtime_r(&t, &tm));
    if (c.year != tm.tm_year + INT64_C(1900) || c.month != tm.tm_mon + 1 ||
        c.day != tm.tm_mday || c.hour != tm.tm_hour || c.minute != tm.tm_min ||
        c.second != tm.tm_sec || c.weekday != tm.tm_wday)
        ck_abort_msg("%lld", (long long)s);
    if (!hearth__civil_seconds(&c, &back) || back != s)
        ck_abort_msg("%lld back", (long long)s);
}

/* Every day from the year -400 to 4000, in twelve parts, at another time of the day each.
 */
START_TEST(every_day_is_what_the_c_library_says)
{
    int64_t first = INT64_C(-865625), parts = 12, days = 1607000;

    for (int64_t d = first + days * _i / parts; d < first + days * (_i + 1) / parts; d++)
        same_as_libc(d * DAY + (d % DAY + DAY) * 7919 % DAY);
}
END_TEST

START_TEST(every_second_of_two_days_around_the_epoch)
{
    for (int64_t s = -DAY; s < DAY; s++)
        same_as_libc(s);
}
END_TEST

static const struct {
    int64_t s;
    const char *text;
} known[] = {
    {INT64_C(-62135596800), "0001-01-01T00:00:00.000Z"},
    {-1, "1969-12-31T23:59:59.000Z"},
    {0, "1970-01-01T00:00:00.000Z"},
    {951782400, "2000-02-29T00:00:00.000Z"},
    {INT64_C(-2203891200), "1900-03-01T00:00:00.000Z"},
    {INT64_C(-2203891201), "1900-02-28T23:59:59.000Z"},
    {INT64_C(4107542400), "2100-03-01T00:00:00.000Z"},
    {INT64_C(4107542399), "2100-02-28T23:59:59.000Z"},
    {INT64_C(2147483648), "2038-01-19T03:14:08.000Z"},
    {INT64_C(253402300799), "9999-12-31T23:59:59.000Z"},
};

START_TEST(known_moments_have_their_text)
{
    hearth__buf b;

    same_as_libc(known[_i].s);
    hearth__buf_init(&b, NULL, 0);
    hearth__clock_text(&b, known[_i].s * 1000000);
    ck_assert_str_eq(b.ptr, known[_i].text);
    hearth__buf_clear(&b);
}
END_TEST

static const struct {
    int64_t us;
    const char *text;
} fractions[] = {
    {1, "1970-01-01T00:00:00.000Z"},
    {999, "1970-01-01T00:00:00.000Z"},
    {1000, "1970-01-01T00:00:00.001Z"},
    {999999, "1970-01-01T00:00:00.999Z"},
    {-1, "1969-12-31T23:59:59.999Z"},
    {-999999, "1969-12-31T23:59:59.000Z"},
    {-1000000, "1969-12-31T23:59:59.000Z"},
    {INT64_C(253402300799999999), "9999-12-31T23:59:59.999Z"},
    {INT64_C(253402300800000000), "9999-12-31T23:59:59.999Z"}, /* the year 10000 */
    {INT64_MAX, "9999-12-31T23:59:59.999Z"},
    {INT64_C(-62135596800000001), "0001-01-01T00:00:00.000Z"}, /* the year 0 */
    {INT64_MIN, "0001-01-01T00:00:00.000Z"},
};

START_TEST(fractions_are_cut_and_years_stay_four_digits)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__clock_text(&b, fractions[_i].us);
    ck_assert_str_eq(b.ptr, fractions[_i].text);
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(months_have_their_days)
{
    static const int years[] = {1,    4,    100,  400,  1900, 1999,
                                2000, 2004, 2023, 2024, 2100, 9999};
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y = years[_i];
    bool leap = y == 4 || y == 400 || y == 2000 || y == 2004 || y == 2024;
    int64_t s, next;

    for (int m = 1; m <= 12; m++) {
        int n = days[m - 1] + (leap && m == 2);
        hearth__civil t = {
            .year = y, .month = m, .day = n, .hour = 23, .minute = 59, .second = 59};
        hearth__civil after = {.year = m == 12 ? y + 1 : y,
                               .month = m % 12 + 1,
                               .day = 1};

        ck_assert(hearth__civil_seconds(&t, &s));
        ck_assert(hearth__civil_seconds(&after, &next));
        ck_assert_int_eq(next, s + 1);
        t.day++;
        ck_assert(!hearth__civil_seconds(&t, &s));
        t.day = 0;
        ck_assert(!hearth__civil_seconds(&t, &s));
    }
}
END_TEST

static const hearth__civil refused[] = {
    {2000, 0, 1, 0, 0, 0, 0},
    {2000, 13, 1, 0, 0, 0, 0},
    {2000, -1, 1, 0, 0, 0, 0},
    {2000, 1, -1, 0, 0, 0, 0},
    {2000, 1, 32, 0, 0, 0, 0},
    {2000, 2, 30, 0, 0, 0, 0},
    {2001, 2, 29, 0, 0, 0, 0},
    {2000, 1, 1, 24, 0, 0, 0},
    {2000, 1, 1, -1, 0, 0, 0},
    {2000, 1, 1, 0, 60, 0, 0},
    {2000, 1, 1, 0, -1, 0, 0},
    {2000, 1, 1, 0, 0, 60, 0},
    {2000, 1, 1, 0, 0, -1, 0},
    {INT64_MAX, 1, 1, 0, 0, 0, 0},
    {INT64_MIN, 1, 1, 0, 0, 0, 0},
    {INT64_C(292277026597), 1, 1, 0, 0, 0, 0},
    {INT64_C(-292277022658), 1, 1, 0, 0, 0, 0},
};

START_TEST(dates_that_do_not_exist_are_refused)
{
    int64_t s = 4711;

    ck_assert(!hearth__civil_seconds(&refused[_i], &s));
    ck_assert_int_eq(s, 4711);
}
END_TEST

START_TEST(the_ends_of_the_number_line_work)
{
    static const int64_t ends[] = {INT64_MIN,       INT64_MIN + 1, INT64_MIN + DAY,
                                   INT64_MAX - DAY, INT64_MAX - 1, INT64_MAX};
    hearth__civil t = hearth__civil_of(ends[_i]);
    int64_t s;

    ck_assert(hearth__civil_seconds(&t, &s));
    ck_assert_int_eq(s, ends[_i]);
    if (_i == 0 || _i == 5) { /* one second further there is nothing */
        t.second += _i == 0 ? -1 : 1;
        if (t.second >= 0 && t.second < 60)
            ck_assert(!hearth__civil_seconds(&t, &s));
    }
}
END_TEST

SUITE("core/clock", TEST(clocks_go_forward) TEST(the_wall_clock_is_the_systems)
                        LOOP(every_day_is_what_the_c_library_says, 0,
                             12) TEST(every_second_of_two_days_around_the_epoch)
                            LOOP(known_moments_have_their_text, 0, 10)
                                LOOP(fractions_are_cut_and_years_stay_four_digits, 0, 12)
                                    LOOP(months_have_their_days, 0, 12)
                                        LOOP(dates_that_do_not_exist_are_refused, 0, 17)
                                            LOOP(the_ends_of_the_number_line_work, 0, 6))
