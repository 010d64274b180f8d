/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Dates, times and UUIDs as text.
 */

#include "model/text.h"

#include "core/clock.h"
#include "core/rand.h"
#include "core/str.h"

#include <hearth/format.h>

/* n digits at *at, which moves past them. */
static bool digits(hearth_str s, size_t *at, int n, int *out)
{
    *out = 0;
    for (int i = 0; i < n; i++, (*at)++) {
        if (*at >= s.len || !hearth__is_digit(s.ptr[*at]))
            return false;
        *out = *out * 10 + (s.ptr[*at] - '0');
    }
    return true;
}

static bool sign(hearth_str s, size_t *at, char c)
{
    if (*at >= s.len || s.ptr[*at] != c)
        return false;
    (*at)++;
    return true;
}

bool hearth__date_exists(hearth_date d)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);

    return d.year >= 0 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= days[d.month - 1] + (d.month == 2 && leap);
}

static bool date_at(hearth_str s, size_t *at, hearth_date *d)
{
    return digits(s, at, 4, &d->year) && sign(s, at, '-') &&
           digits(s, at, 2, &d->month) && sign(s, at, '-') && digits(s, at, 2, &d->day) &&
           hearth__date_exists(*d);
}

bool hearth__read_date(hearth_str s, hearth_date *out)
{
    hearth_date d;
    size_t at = 0;

    if (!date_at(s, &at, &d) || at != s.len)
        return false;
    *out = d;
    return true;
}

/* Days since 1970-01-01, by the 400 years after which the calendar repeats. */
static int64_t day_number(hearth_date d)
{
    int64_t y = d.year - (d.month <= 2);
    int64_t era = (y + 400) / 400 - 1, of_era = y - era * 400;
    int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "Z" or "+02:00", as seconds. */
static bool offset_at(hearth_str s, size_t *at, int *out)
{
    int hours, minutes, direction;

    if (sign(s, at, 'Z') || sign(s, at, 'z')) {
        *out = 0;
        return true;
    }
    direction = sign(s, at, '-') ? -1 : 1;
    if ((direction == 1 && !sign(s, at, '+')) || !digits(s, at, 2, &hours) ||
        !sign(s, at, ':') || !digits(s, at, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *out = direction * (hours * 3600 + minutes * 60);
    return true;
}

static bool fraction_at(hearth_str s, size_t *at)
{
    int digit;
    size_t from;

    if (!sign(s, at, '.'))
        return true;
    from = *at;
    while (digits(s, at, 1, &digit))
        ;
    return *at > from;
}

bool hearth__read_time(hearth_str s, int64_t *out)
{
    int hour, minute, second, offset;
    hearth_date d;
    size_t at = 0;
    int64_t t;

    if (!date_at(s, &at, &d) ||
        (!sign(s, &at, 'T') && !sign(s, &at, 't') && !sign(s, &at, ' ')) ||
        !digits(s, &at, 2, &hour) || !sign(s, &at, ':') || !digits(s, &at, 2, &minute) ||
        !sign(s, &at, ':') || !digits(s, &at, 2, &second) || !fraction_at(s, &at) ||
        !offset_at(s, &at, &offset) || at != s.len || hour > 23 || minute > 59 ||
        second > 60)
        return false;
    t = day_number(d) * 86400 + hour * 3600 + minute * 60 + second - offset;
    if (second == 60 && t % 86400 != 0)
        return false; /* not at the end of a day, UTC */
    *out = t;
    return true;
}

bool hearth__read_uuid(hearth_str s, hearth_uuid *out)
{
    hearth_uuid u;
    size_t n = 0;

    if (s.len != HEARTH_UUID_TEXT - 1)
        return false;
    for (size_t i = 0; i < s.len;) {
        int high, low;

        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (s.ptr[i++] != '-')
                return false;
            continue;
        }
        high = hearth__hex_digit(s.ptr[i++]);
        low = hearth__hex_digit(s.ptr[i++]);
        if (high < 0 || low < 0)
            return false;
        u.byte[n++] = (uint8_t)(high << 4 | low);
    }
    *out = u;
    return true;
}

/* ---- hearth/format.h ----------------------------------------------------------------- */

int hearth_date_parse(const char *text, hearth_date *out)
{
    return hearth__read_date(hearth__str_of(text), out) ? 0 : HEARTH_EINVAL;
}

int hearth_time_parse(const char *text, int64_t *out)
{
    return hearth__read_time(hearth__str_of(text), out) ? 0 : HEARTH_EINVAL;
}

int hearth_uuid_parse(const char *text, hearth_uuid *out)
{
    return hearth__read_uuid(hearth__str_of(text), out) ? 0 : HEARTH_EINVAL;
}

static char *put(char *to, int v, int n)
{
    for (int i = n - 1; i >= 0; i--, v /= 10)
        to[i] = (char)('0' + v % 10);
    return to + n;
}

static char *put_date(char *to, hearth_date d)
{
    to = put(to, d.year, 4);
    *to++ = '-';
    to = put(to, d.month, 2);
    *to++ = '-';
    return put(to, d.day, 2);
}

char *hearth_date_text(hearth_date date, char out[HEARTH_DATE_TEXT])
{
    *(hearth__date_exists(date) ? put_date(out, date) : out) = '\0';
    return out;
}

char *hearth_time_text(int64_t seconds, char out[HEARTH_TIME_TEXT])
{
    hearth__civil c;
    char *to = out;

    *out = '\0';
    if (seconds < INT64_C(-62167219200) || seconds > INT64_C(253402300799))
        return out;
    c = hearth__civil_of(seconds);
    to = put_date(to, (hearth_date){(int)c.year, c.month, c.day});
    *to++ = 'T';
    to = put(to, c.hour, 2);
    *to++ = ':';
    to = put(to, c.minute, 2);
    *to++ = ':';
    to = put(to, c.second, 2);
    memcpy(to, "Z", 2);
    return out;
}

char *hearth_uuid_text(const hearth_uuid *uuid, char out[HEARTH_UUID_TEXT])
{
    static const char hex[] = "0123456789abcdef";
    char *to = out;

    for (size_t i = 0; i < sizeof uuid->byte; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *to++ = '-';
        *to++ = hex[uuid->byte[i] >> 4];
        *to++ = hex[uuid->byte[i] & 15];
    }
    *to = '\0';
    return out;
}

int hearth_uuid_new(int version, hearth_uuid *out)
{
    uint64_t ms = (uint64_t)(hearth__clock_wall_us() / 1000);

    if (version != 4 && version != 7)
        return HEARTH_EINVAL;
    HEARTH_TRY(hearth__rand_init());
    hearth__rand_bytes(out->byte, sizeof out->byte);
    for (int i = 0; version == 7 && i < 6; i++)
        out->byte[i] = (uint8_t)(ms >> (40 - 8 * i));
    out->byte[6] = (uint8_t)((out->byte[6] & 0x0F) | version << 4);
    out->byte[8] = (uint8_t)((out->byte[8] & 0x3F) | 0x80);
    return 0;
}
