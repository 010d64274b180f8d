/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/range.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

/* A range is "first+length" in `spans`. */
static const struct {
    const char *value;
    uint64_t size;
    int status;
    const char *spans;
} table[] = {
    {"bytes=0-4", 10, 206, "0+5"},
    {"BYTES=0-4", 10, 206, "0+5"},
    {"bytes=0-0", 10, 206, "0+1"},
    {"bytes=9-9", 10, 206, "9+1"},
    {"bytes=5-", 10, 206, "5+5"},
    {"bytes=0-", 10, 206, "0+10"},
    {"bytes=0-10", 10, 206, "0+10"},
    {"bytes=3-99999999999999999999999", 10, 206, "3+7"},
    {"bytes=-3", 10, 206, "7+3"},
    {"bytes=-10", 10, 206, "0+10"},
    {"bytes=-99999999999999999999999", 10, 206, "0+10"},
    {"bytes=0-1,4-5", 10, 206, "0+2 4+2"},
    {"bytes=4-5, 0-1", 10, 206, "4+2 0+2"},
    {"bytes= 0-1 ,\t4-5", 10, 206, "0+2 4+2"},
    {"bytes=,0-1,,4-5,", 10, 206, "0+2 4+2"},
    {"bytes=0-1,20-30", 10, 206, "0+2"},
    {"bytes=20-30,-1", 10, 206, "9+1"},
    {"bytes=0-0,-1", 10, 206, "0+1 9+1"},
    /* overlapping and touching ones are one */
    {"bytes=0-4,2-6", 10, 206, "0+7"},
    {"bytes=0-4,5-6", 10, 206, "0+7"},
    {"bytes=5-6,0-4", 10, 206, "0+7"},
    {"bytes=0-1,8-9,1-8", 10, 206, "0+10"},
    {"bytes=8-9,4-5,0-1,2-3", 10, 206, "8+2 0+6"},
    {"bytes=0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-", 10, 206, "0+10"},
    /* ten parts and no more */
    {"bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18", 99, 206,
     "0+1 2+1 4+1 6+1 8+1 10+1 12+1 14+1 16+1 18+1"},
    {"bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20", 99, 200, ""},
    /* none within */
    {"bytes=10-", 10, 416, ""},
    {"bytes=10-20", 10, 416, ""},
    {"bytes=99999999999999999999-", 10, 416, ""},
    {"bytes=-0", 10, 416, ""},
    {"bytes=0-", 0, 416, ""},
    {"bytes=0-4", 0, 416, ""},
    {"bytes=-0", 0, 416, ""},
    {"bytes=-5", 0, 200, ""},
    /* nothing to heed */
    {"", 10, 200, ""},
    {"bytes", 10, 200, ""},
    {"bytes=", 10, 200, ""},
    {"bytes=,", 10, 200, ""},
    {"bytes=-", 10, 200, ""},
    {"bytes=4-3", 10, 200, ""},
    {"bytes=a-3", 10, 200, ""},
    {"bytes=0-b", 10, 200, ""},
    {"bytes=+0-3", 10, 200, ""},
    {"bytes=0--3", 10, 200, ""},
    {"bytes=0 - 3", 10, 200, ""},
    {"bytes=5", 10, 200, ""},
    {"bytes=0-1,x", 10, 200, ""},
    {"bytes 0-1", 10, 200, ""},
    {"items=0-1", 10, 200, ""},
};

START_TEST(a_range_value_gives_spans)
{
    hearth__ranges r;
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    ck_assert_int_eq(hearth__range_parse(hearth__str_of(table[_i].value), table[_i].size,
                                         &r),
                     table[_i].status);
    for (size_t i = 0; i < r.n && table[_i].status == 206; i++)
        hearth__buf_f(&b, "%s%d+%d", i > 0 ? " " : "", (int)r.span[i].offset,
                      (int)r.span[i].len);
    ck_assert_str_eq(b.ptr, table[_i].spans);
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(a_hundred_ranges_are_heard_and_one_more_is_not)
{
    hearth__ranges r;
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_text(&b, "bytes=");
    for (int i = 0; i < 100 + _i; i++)
        hearth__buf_text(&b, "0-,");
    ck_assert_int_eq(hearth__range_parse(hearth__buf_view(&b), 10, &r),
                     _i == 0 ? 206 : 200);
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(content_range_names_the_first_and_the_last_byte)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__range_content(&b, &(hearth__span){2, 3}, 10);
    ck_assert_str_eq(b.ptr, "bytes 2-4/10");
    hearth__buf_empty(&b);
    hearth__range_content_none(&b, 10);
    ck_assert_str_eq(b.ptr, "bytes */10");
    hearth__buf_clear(&b);
}
END_TEST

SUITE("http/range", LOOP(a_range_value_gives_spans, 0, N(table))
                        LOOP(a_hundred_ranges_are_heard_and_one_more_is_not, 0, 2)
                            TEST(content_range_names_the_first_and_the_last_byte))
