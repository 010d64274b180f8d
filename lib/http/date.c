/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * HTTP dates.  Each of the three forms is a pattern over fixed columns: a digit field, a
 * name, or a literal.  Names are case-sensitive, as the RFC has them.
 */

#include "http/date.h"

#include "core/str.h"

#define FIRST_SECOND INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define LAST_SECOND  INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static const char days[] = "SunMonTueWedThuFriSat";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char *const long_days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday"};

static char *put2(char *p, int v)
{
    p[0] = (char)('0' + v / 10);
    p[1] = (char)('0' + v % 10);
    return p + 2;
}

static char *put3(char *p, const char *names, int i)
{
    memcpy(p, names + (size_t)i * 3, 3);
    return p + 3;
}

void hearth__date_write(char out[HEARTH__DATE_LEN + 1], int64_t seconds)
{
    int64_t s = seconds < FIRST_SECOND  ? FIRST_SECOND
                : seconds > LAST_SECOND ? LAST_SECOND
                                        : seconds;
    hearth__civil t = hearth__civil_of(s);
    char *p = put3(out, days, t.weekday);

    *p++ = ',';
    *p++ = ' ';
    p = put2(p, t.day);
    *p++ = ' ';
    p = put3(p, months, t.month - 1);
    *p++ = ' ';
    p = put2(p, (int)(t.year / 100));
    p = put2(p, (int)(t.year % 100));
    *p++ = ' ';
    p = put2(p, t.hour);
    *p++ = ':';
    p = put2(p, t.minute);
    *p++ = ':';
    p = put2(p, t.second);
    memcpy(p, " GMT", 5);
}

/* n digits at p, or -1. */
static int digits(const char *p, size_t n)
{
    int v = 0;

    for (size_t i = 0; i < n; i++) {
        if (!hearth__is_digit(p[i]))
            return -1;
        v = v * 10 + (p[i] - '0');
    }
    return v;
}

/* The index of the three letters at p in names, or -1. */
static int name_at(const char *p, const char *names)
{
    for (int i = 0; names[i * 3] != '\0'; i++) {
        if (memcmp(p, names + (size_t)i * 3, 3) == 0)
            return i;
    }
    return -1;
}

/* "08:49:37" */
static bool read_time(const char *p, hearth__civil *t)
{
    t->hour = digits(p, 2);
    t->minute = digits(p + 3, 2);
    t->second = digits(p + 6, 2);
    return p[2] == ':' && p[5] == ':' && t->hour >= 0 && t->minute >= 0 && t->second >= 0;
}

/* Seconds of *t; the leap second 23:59:60 is the second after 23:59:59. */
static bool seconds_of(hearth__civil t, int64_t *out)
{
    bool leap = t.second == 60 && t.minute == 59 && t.hour == 23;

    if (leap)
        t.second = 59;
    if (!hearth__civil_seconds(&t, out))
        return false;
    *out += leap;
    return true;
}

/* The same with a day name that has to be right: a date that contradicts itself is
 * malformed. */
static bool dated(const hearth__civil *t, int64_t *out)
{
    int64_t noon;
    hearth__civil day = {.year = t->year, .month = t->month, .day = t->day, .hour = 12};

    return hearth__civil_seconds(&day, &noon) &&
           hearth__civil_of(noon).weekday == t->weekday && seconds_of(*t, out);
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
static bool read_imf(const char *p, int64_t *out)
{
    hearth__civil t = {.weekday = name_at(p, days),
                       .day = digits(p + 5, 2),
                       .month = name_at(p + 8, months) + 1,
                       .year = digits(p + 12, 4)};

    return memcmp(p + 3, ", ", 2) == 0 && p[7] == ' ' && p[11] == ' ' && p[16] == ' ' &&
           memcmp(p + 25, " GMT", 4) == 0 && read_time(p + 17, &t) && dated(&t, out);
}

/* "Sun Nov  6 08:49:37 1994" */
static bool read_asctime(const char *p, int64_t *out)
{
    hearth__civil t = {.weekday = name_at(p, days),
                       .month = name_at(p + 4, months) + 1,
                       .day = p[8] == ' ' ? digits(p + 9, 1) : digits(p + 8, 2),
                       .year = digits(p + 20, 4)};

    return p[3] == ' ' && p[7] == ' ' && p[10] == ' ' && p[19] == ' ' &&
           read_time(p + 11, &t) && dated(&t, out);
}

/* RFC 9110 5.6.7: of the years with these two digits the latest that makes the date not
 * more than 50 years in the future. */
static bool with_century(hearth__civil t, int64_t now_s, int64_t *out)
{
    hearth__civil limit = hearth__civil_of(now_s);
    int64_t latest, s;

    limit.year += 50;
    if (limit.day > 28)
        limit.day =
            28; /* February 29 has no namesake then; a day more or less is no matter */
    t.year += limit.year - limit.year % 100;
    if (t.year > limit.year)
        t.year -= 100;
    if (!hearth__civil_seconds(&limit, &latest))
        return false;
    if (t.year == limit.year && seconds_of(t, &s) && s > latest)
        t.year -= 100;
    return seconds_of(t, out);
}

/* "Sunday, 06-Nov-94 08:49:37 GMT"; p stands after the day name, whose truth depends on
 * the century and is therefore not checked. */
static bool read_rfc850(const char *p, int64_t now_s, int64_t *out)
{
    hearth__civil t = {.day = digits(p + 2, 2),
                       .month = name_at(p + 5, months) + 1,
                       .year = digits(p + 9, 2)};

    return memcmp(p, ", ", 2) == 0 && p[4] == '-' && p[8] == '-' && p[11] == ' ' &&
           memcmp(p + 20, " GMT", 4) == 0 && t.year >= 0 && read_time(p + 12, &t) &&
           with_century(t, now_s, out);
}

bool hearth__date_parse(hearth_str s, int64_t now_s, int64_t *seconds)
{
    int64_t found;
    bool ok = false;

    if (s.len == HEARTH__DATE_LEN && s.ptr[3] == ',')
        ok = read_imf(s.ptr, &found);
    else if (s.len == 24 && s.ptr[3] == ' ')
        ok = read_asctime(s.ptr, &found);
    else
        for (size_t i = 0; i < 7 && !ok; i++) {
            hearth_str day = hearth__str_of(long_days[i]);

            if (s.len == day.len + 24 && hearth__str_starts(s, day))
                ok = read_rfc850(s.ptr + day.len, now_s, &found);
        }
    if (ok)
        *seconds = found;
    return ok;
}
