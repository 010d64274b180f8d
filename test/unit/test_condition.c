/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/condition.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

#define TAG "\"x\""
/* The representation was changed at SAME; an hour later it is NOW. */
#define BEFORE   "Sun, 06 Nov 1994 08:49:36 GMT"
#define SAME     "Sun, 06 Nov 1994 08:49:37 GMT"
#define AFTER    "Sun, 06 Nov 1994 08:49:38 GMT"
#define SECONDS  784111777
#define NOW      (SECONDS + 3600)
#define FIELDS_N 4

enum { GET = HEARTH__GET, HEAD = HEARTH__HEAD, PUT = HEARTH__PUT };

/* `fields` holds "Name: value" lines. */
static hearth__head head_of(const char *fields, hearth__field *field)
{
    hearth__head h = {.field = field};
    hearth_str rest = hearth__str_of(fields);

    while (rest.ptr != NULL && rest.len > 0) {
        hearth_str line = hearth__str_cut(&rest, '\n');
        hearth_str name = hearth__str_cut(&line, ':');

        ck_assert_uint_lt(h.nfields, FIELDS_N);
        field[h.nfields++] = (hearth__field){name, hearth__str_trim(line)};
    }
    return h;
}

static const hearth__validators both = {.etag = {TAG, 3},
                                        .dated = true,
                                        .modified_s = SECONDS};
static const hearth__validators weak = {.etag = {"W/" TAG, 5}};
static const hearth__validators none = {.etag = {"", 0}};
static const hearth__validators absent = {.absent = true,
                                          .etag = {TAG, 3},
                                          .dated = true};

static const struct {
    const char *fields;
    const hearth__validators *v;
    int method, status;
} table[] = {
    {"", &both, GET, 0},
    {"If: x\nIf-Nothing: y", &both, GET, 0},
    /* If-Match: strong */
    {"If-Match: " TAG, &both, PUT, 0},
    {"if-match: \"a\", " TAG, &both, PUT, 0},
    {"If-Match: \"a\"", &both, PUT, 412},
    {"If-Match: \"a\"", &both, GET, 412},
    {"If-Match: W/" TAG, &both, PUT, 412},
    {"If-Match: W/" TAG, &weak, PUT, 412},
    {"If-Match: " TAG, &none, PUT, 412},
    {"If-Match: *", &both, PUT, 0},
    {"If-Match: *", &none, PUT, 0},
    {"If-Match: *", &absent, PUT, 412},
    {"If-Match: " TAG, &absent, PUT, 412},
    {"If-Match: \"a\"\nIf-Match: " TAG, &both, PUT, 0},
    {"If-Match: x", &both, PUT, 412},
    {"If-Match:", &both, PUT, 412},
    /* If-Unmodified-Since, only without If-Match */
    {"If-Unmodified-Since: " SAME, &both, PUT, 0},
    {"If-Unmodified-Since: " AFTER, &both, PUT, 0},
    {"If-Unmodified-Since: " BEFORE, &both, PUT, 412},
    {"If-Unmodified-Since: " BEFORE, &none, PUT, 0},
    {"If-Unmodified-Since: " BEFORE, &absent, PUT, 0},
    {"If-Unmodified-Since: soon", &both, PUT, 0},
    {"If-Unmodified-Since: " BEFORE "\nIf-Match: " TAG, &both, PUT, 0},
    {"If-Unmodified-Since: " AFTER "\nIf-Match: \"a\"", &both, PUT, 412},
    /* If-None-Match: weak */
    {"If-None-Match: " TAG, &both, GET, 304},
    {"If-None-Match: " TAG, &both, HEAD, 304},
    {"If-None-Match: " TAG, &both, PUT, 412},
    {"If-None-Match: W/" TAG, &both, GET, 304},
    {"If-None-Match: " TAG, &weak, GET, 304},
    {"If-None-Match: \"a\"", &both, GET, 0},
    {"If-None-Match: \"a\"\nIf-None-Match: " TAG, &both, GET, 304},
    {"If-None-Match: *", &both, GET, 304},
    {"If-None-Match: *", &none, PUT, 412},
    {"If-None-Match: *", &absent, PUT, 0},
    {"If-None-Match: x", &both, GET, 0},
    {"If-None-Match: " TAG, &both, HEARTH__OPTIONS, 0},
    /* If-Modified-Since, only without If-None-Match, only to read */
    {"If-Modified-Since: " SAME, &both, GET, 304},
    {"If-Modified-Since: " SAME, &both, HEAD, 304},
    {"If-Modified-Since: " AFTER, &both, GET, 304},
    {"If-Modified-Since: Sun Nov  6 08:49:37 1994", &both, GET, 304},
    {"If-Modified-Since: " BEFORE, &both, GET, 0},
    {"If-Modified-Since: " SAME, &both, PUT, 0},
    {"If-Modified-Since: " SAME, &none, GET, 0},
    {"If-Modified-Since: 0", &both, GET, 0},
    {"If-Modified-Since: " SAME "\nIf-Modified-Since: " SAME, &both, GET, 0},
    {"If-Modified-Since: " SAME "\nIf-None-Match: \"a\"", &both, GET, 0},
    {"If-Modified-Since: " BEFORE "\nIf-None-Match: " TAG, &both, GET, 304},
    /* one after the other */
    {"If-None-Match: " TAG "\nIf-Match: \"a\"", &both, GET, 412},
    {"If-None-Match: " TAG "\nIf-Match: " TAG, &both, GET, 304},
    {"If-Modified-Since: " SAME "\nIf-Unmodified-Since: " BEFORE, &both, GET, 412},
    {"If-Modified-Since: " SAME "\nIf-Unmodified-Since: " SAME, &both, GET, 304},
    {"If-Range: \"a\"", &both, GET, 0},
};

START_TEST(preconditions_are_judged_in_the_order_of_the_rfc)
{
    hearth__field field[FIELDS_N];
    hearth__head h = head_of(table[_i].fields, field);

    ck_assert_int_eq(hearth__condition(&h, (hearth__method)table[_i].method, table[_i].v,
                                       NOW),
                     table[_i].status);
}
END_TEST

static const struct {
    const char *fields;
    const hearth__validators *v;
    int64_t now_s;
    bool applies;
} ranges[] = {
    {"", &both, NOW, true},
    {"If-Range: " TAG, &both, NOW, true},
    {"If-Range: \"a\"", &both, NOW, false},
    {"If-Range: W/" TAG, &both, NOW, false},
    {"If-Range: W/" TAG, &weak, NOW, false},
    {"If-Range: " TAG, &weak, NOW, false},
    {"If-Range: " TAG, &none, NOW, false},
    {"If-Range: " TAG, &absent, NOW, false},
    {"If-Range: *", &both, NOW, false},
    {"If-Range: " TAG ", " TAG, &both, NOW, false},
    {"If-Range: " TAG "\nIf-Range: " TAG, &both, NOW, false},
    {"If-Range: " SAME, &both, NOW, true},
    {"If-Range: " AFTER, &both, NOW, false},
    {"If-Range: " BEFORE, &both, NOW, false},
    {"If-Range: " SAME, &none, NOW, false},
    {"If-Range: " SAME, &both, SECONDS, false},
    {"If-Range: " SAME, &both, SECONDS + 1, false},
    {"If-Range: " SAME, &both, SECONDS + 2, true},
    {"If-Range: soon", &both, NOW, false},
};

START_TEST(if_range_wants_a_strong_match)
{
    hearth__field field[FIELDS_N];
    hearth__head h = head_of(ranges[_i].fields, field);

    ck_assert_int_eq(hearth__condition_range(&h, ranges[_i].v, ranges[_i].now_s),
                     ranges[_i].applies);
}
END_TEST

SUITE("http/condition", LOOP(preconditions_are_judged_in_the_order_of_the_rfc, 0,
                             N(table)) LOOP(if_range_wants_a_strong_match, 0, N(ranges)))
