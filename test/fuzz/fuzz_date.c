/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Any bytes as a date, and eight of them as a time: what is read can be written and read
 * again. */

#include "core/str.h"
#include "http/date.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(int64_t seconds, bool in_range)
{
    char text[HEARTH__DATE_LEN + 1];
    int64_t back;

    hearth__date_write(text, seconds);
    assert(strlen(text) == HEARTH__DATE_LEN);
    assert(hearth__date_parse(hearth__str(text, HEARTH__DATE_LEN), 0, &back));
    assert(!in_range || back == seconds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t nows[] = {0, INT64_C(1764000000), INT64_C(4102444800),
                                   INT64_C(253402300799), INT64_C(-62135596800)};
    int64_t s;

    for (size_t i = 0; i < sizeof nows / sizeof *nows; i++) {
        /* The last leap second of the year 9999 lies beyond what can be written. */
        if (hearth__date_parse(hearth__str((const char *)data, size), nows[i], &s))
            round_trip(s, s >= INT64_C(-62135596800) && s <= INT64_C(253402300799));
    }
    if (size >= sizeof s) {
        memcpy(&s, data, sizeof s);
        round_trip(s, s >= INT64_C(-62135596800) && s <= INT64_C(253402300799));
    }
    return 0;
}
