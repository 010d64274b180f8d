/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_CLOCK_H
#define HEARTH_CORE_CLOCK_H

/*
 * Time.  Calendar arithmetic is our own and pure (proleptic Gregorian, UTC, no locale, no
 * time zone files): gmtime_r and strftime cost a lock and a thousand instructions.
 */

#include "core/buf.h"

#include <stdint.h>

typedef struct hearth__civil {
    int64_t year; /* 1 to 9999 where a text form is made */
    int month;    /* 1 to 12 */
    int day;      /* 1 to 31 */
    int hour, minute, second;
    int weekday; /* 0 = Sunday */
} hearth__civil;

int64_t hearth__clock_us(void);      /* monotonic (the public hearth_now_us() is this) */
int64_t hearth__clock_wall_us(void); /* since 1970-01-01T00:00:00Z */

hearth__civil hearth__civil_of(int64_t seconds_since_epoch);
/* False when the date does not exist (February 30) or a field is out of range. */
bool hearth__civil_seconds(const hearth__civil *t, int64_t *out);
/* RFC 3339 with milliseconds: 2026-11-23T01:02:03.456Z */
void hearth__clock_text(hearth__buf *b, int64_t wall_us);

#endif
