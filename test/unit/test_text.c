/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "model/text.h"
#include "suite.h"

#include <stdio.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

/* Every day of 800 years, by counting. */
START_TEST(every_day_exists_once)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t seconds = INT64_C(-11676096000); /* 1600-01-01 */

    for (int y = 1600; y < 2400; y++) {
        for (int m = 1; m <= 12; m++) {
            bool leap = m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);

            for (int d = 1; d <= 32; d++) {
                bool exists = d <= days[m - 1] + leap;
                char text[64];
                int64_t t;

                ck_assert(hearth__date_exists((hearth_date){y, m, d}) == exists);
                snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", y, m, d);
                ck_assert(hearth__read_time(hearth__str_of(text), &t) == exists);
                if (!exists)
                    continue;
                ck_assert_int_eq(t, seconds);
                seconds += 86400;
            }
        }
    }
}
END_TEST

static const struct {
    const char *text;
    bool date, time, uuid;
} samples[] = {
    {"2026-11-23", true, false, false},
    {"0000-01-01", true, false, false},
    {"9999-12-31", true, false, false},
    {"2026-11-23T10:00:00Z", false, true, false},
    {"2026-11-23 10:00:00.123456789-23:59", false, true, false},
    {"018f3c5e-7b1a-7c2d-9e4f-0a1b2c3d4e5f", false, false, true},
};

/* Times may be cut in their fraction only, and not there, since an offset follows. */
START_TEST(every_cut_is_refused_and_leaves_the_value_alone)
{
    hearth_str whole = hearth__str_of(samples[_i].text);

    for (size_t n = 0; n <= whole.len; n++) {
        char *cut = malloc(n == 0 ? 1 : n);
        hearth_str s = {cut, n};
        hearth_date date = {1, 2, 3};
        hearth_uuid uuid = {{42}};
        int64_t t = 42;
        bool all = n == whole.len, day = n == 10;

        memcpy(cut, whole.ptr, n);
        ck_assert(hearth__read_time(s, &t) == (all && samples[_i].time));
        ck_assert(hearth__read_uuid(s, &uuid) == (all && samples[_i].uuid));
        ck_assert(hearth__read_date(s, &date) == (day && !samples[_i].uuid));
        ck_assert((t == 42) == !(all && samples[_i].time));
        ck_assert((uuid.byte[0] == 42) == !(all && samples[_i].uuid));
        ck_assert((date.year == 1) == !(day && !samples[_i].uuid));
        free(cut);
    }
}
END_TEST

static const char *const refused[] = {
    "2026-13-01T00:00:00Z",      "2026-00-01T00:00:00Z",     "2026-01-00T00:00:00Z",
    "2026-11-23T24:00:00Z",      "2026-11-23T00:60:00Z",     "2026-11-23T00:00:61Z",
    "2026-11-23T00:00:60Z1",     "2026-11-23T00:00:00.Z",    "2026-11-23T00:00:00+24:00",
    "2026-11-23T00:00:00+00:60", "2026-11-23T00:00:00+0000", "2026-11-23T00:00:00",
    "2026-11-23X00:00:00Z",      " 2026-11-23T00:00:00Z",    "2026-11-23T00:00:00Z ",
    "2026-11-23T12:00:60Z",      "+026-11-23T00:00:00Z",     "2026-1-23T00:00:00Z",
};

START_TEST(what_is_no_time_is_refused)
{
    int64_t t = 42;

    ck_assert(!hearth__read_time(hearth__str_of(refused[_i]), &t));
    ck_assert_int_eq(t, 42);
}
END_TEST

SUITE("model/text", TEST(every_day_exists_once)
                        LOOP(every_cut_is_refused_and_leaves_the_value_alone, 0,
                             N(samples)) LOOP(what_is_no_time_is_refused, 0, N(refused)))
