/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Clocks and the calendar.  Days are counted in years that begin in March, which puts
 * the leap day at the end of a year and makes both directions a few divisions.
 */
#include "core/clock.h"

#include <time.h>

#define DAY_S      86400
#define ERA_DAYS   146097 /* 400 years, after which the calendar repeats */
#define EPOCH_DAYS 719468 /* from 0000-03-01 to 1970-01-01 */

/* The least and the greatest second of the years 1 and 9999. */
#define TEXT_MIN INT64_C(-62135596800)
#define TEXT_MAX INT64_C(253402300799)

static int64_t now(clockid_t which)
{
    struct timespec t;

    if (clock_gettime(which, &t) != 0)
        return 0;
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t hearth__clock_us(void)
{
    return now(CLOCK_MONOTONIC);
}

int64_t hearth_now_us(void)
{
    return now(CLOCK_MONOTONIC);
}

int64_t hearth__clock_wall_us(void)
{
    return now(CLOCK_REALTIME);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* What floor_div leaves, 0 to b - 1; a - floor_div(a, b) * b would overflow near
 * INT64_MIN. */
static int floor_mod(int64_t a, int b)
{
    int r = (int)(a % b);

    return r < 0 ? r + b : r;
}

hearth__civil hearth__civil_of(int64_t s)
{
    int64_t days = floor_div(s, DAY_S), z = days + EPOCH_DAYS,
            era = floor_div(z, ERA_DAYS);
    int second = floor_mod(s, DAY_S);
    int day = floor_mod(z, ERA_DAYS); /* of the era */
    int year =
        (day - day / 1460 + day / 36524 - day / (ERA_DAYS - 1)) / 365; /* of the era */
    int yday = day - (365 * year + year / 4 - year / 100);             /* 0: March 1 */
    int month = (5 * yday + 2) / 153;                                  /* 0: March */

    return (hearth__civil){
        .year = era * 400 + year + (month >= 10 ? 1 : 0),
        .month = month < 10 ? month + 3 : month - 9,
        .day = yday - (153 * month + 2) / 5 + 1,
        .hour = second / 3600,
        .minute = second / 60 % 60,
        .second = second % 60,
        .weekday = floor_mod(days + 4, 7), /* day 0 was a Thursday */
    };
}

static int days_in(int64_t year, int month)
{
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool hearth__civil_seconds(const hearth__civil *t, int64_t *out)
{
    int64_t year = t->year, era, days, seconds;
    int of_era, yday, of_day;

    /* Years past this do not fit, and would overflow on the way. */
    if (year < INT64_C(-300000000000) || year > INT64_C(300000000000))
        return false;
    if (t->month < 1 || t->month > 12 || t->day < 1 || t->day > days_in(year, t->month))
        return false;
    if (t->hour < 0 || t->hour > 23 || t->minute < 0 || t->minute > 59 || t->second < 0 ||
        t->second > 59)
        return false;
    year -= t->month <= 2 ? 1 : 0;
    era = floor_div(year, 400);
    of_era = (int)(year - era * 400);
    yday = (153 * (t->month > 2 ? t->month - 3 : t->month + 9) + 2) / 5 + t->day - 1;
    days = era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + yday - EPOCH_DAYS;
    of_day = t->hour * 3600 + t->minute * 60 + t->second;
    if (days < 0) { /* so that the first day an int64_t can hold is reached from above */
        days++;
        of_day -= DAY_S;
    }
    if (__builtin_mul_overflow(days, (int64_t)DAY_S, &seconds) ||
        __builtin_add_overflow(seconds, (int64_t)of_day, &seconds))
        return false;
    *out = seconds;
    return true;
}

static char *put(char *p, int v, int width, char after)
{
    for (int i = width; i-- > 0; v /= 10)
        p[i] = (char)('0' + v % 10);
    p[width] = after;
    return p + width + 1;
}

void hearth__clock_text(hearth__buf *b, int64_t wall_us)
{
    int64_t s = floor_div(wall_us, 1000000);
    int ms = floor_mod(wall_us, 1000000) / 1000;
    char tmp[] = "YYYY-MM-DDThh:mm:ss.fffZ", *p = tmp;
    hearth__civil t;

    if (s < TEXT_MIN || s > TEXT_MAX) {
        ms = s < TEXT_MIN ? 0 : 999;
        s = s < TEXT_MIN ? TEXT_MIN : TEXT_MAX;
    }
    t = hearth__civil_of(s);
    p = put(p, (int)t.year, 4, '-');
    p = put(p, t.month, 2, '-');
    p = put(p, t.day, 2, 'T');
    p = put(p, t.hour, 2, ':');
    p = put(p, t.minute, 2, ':');
    p = put(p, t.second, 2, '.');
    put(p, ms, 3, 'Z');
    hearth__buf_add(b, tmp, sizeof(tmp) - 1);
}
