/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Event streams as the test client reads them: the examples of WHATWG HTML, section 9.2.6,
 * and the corners of its grammar. */

#include "boot/client_event.h"
#include "core/str.h"
#include "suite.h"

#include <stdio.h>

/* Each event as "[event|data|id]". */
static const struct {
    const char *in, *events, *last_id;
    int retry_ms;
    size_t comments;
} inputs[] = {
    {"data: YHOO\ndata: +2\ndata: 10\n\n", "[message|YHOO\n+2\n10|]", "", 0, 0},
    {": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third "
     "event\n\n",
     "[message|first event|1][message|second event|][message| third event|]", "", 0, 1},
    {"data\n\ndata\ndata\n\ndata:", "[message||][message|\n|]", "", 0, 0},
    {"data:test\n\ndata: test\n\n", "[message|test|][message|test|]", "", 0, 0},
    {"event: add\ndata: 73857293\n\n", "[add|73857293|]", "", 0, 0},
    {"event: a\n\ndata: x\n\n", "[message|x|]", "", 0, 0}, /* the name is forgotten */
    {"id: 7\n\n", "", "7", 0, 0},
    {"id: 7\ndata: x\n", "", "", 0, 0}, /* not dispatched */
    {"id: 7\ndata: a\n\ndata: b\n\n", "[message|a|7][message|b|7]", "7", 0, 0},
    {"retry: 2500\n:\n:x\n", "", "", 2500, 2},
    {"retry: 2500\nretry: 1x\nretry:\nretry: -1\n", "", "", 2500, 0},
    {"\xEF\xBB\xBF"
     "data: x\n\n",
     "[message|x|]", "", 0, 0},
    {"data: a\r\n\r\ndata: b\r\rdata: c\n\n", "[message|a|][message|b|][message|c|]", "",
     0, 0},
    {"unknown: x\ndata : y\nData: z\n\n", "", "", 0, 0},
};

static void note(void *self, const hearth_event *e)
{
    hearth__buf_f(self, "[%s|%s|%s]", e->event, e->data, e->id);
}

/* However the bytes are cut. */
START_TEST(a_stream_is_read_as_a_browser_reads_it)
{
    for (size_t cut = 1; cut <= 8; cut++) {
        hearth_str in = hearth__str_of(inputs[_i].in);
        hearth__event_reader r;
        hearth__buf seen;

        hearth__buf_init(&seen, NULL, 0);
        hearth__event_reader_init(&r, note, &seen);
        for (size_t at = 0; at < in.len; at += cut)
            ck_assert_int_eq(hearth__event_read(&r,
                                                hearth__str(in.ptr + at, in.len - at < cut
                                                                             ? in.len - at
                                                                             : cut)),
                             0);
        ck_assert_str_eq(seen.ptr, inputs[_i].events);
        ck_assert_str_eq(r.last_id.ptr, inputs[_i].last_id);
        ck_assert_int_eq(r.retry_ms, inputs[_i].retry_ms);
        ck_assert_uint_eq(r.comments, inputs[_i].comments);
        hearth__event_reader_clear(&r);
        hearth__buf_clear(&seen);
    }
}
END_TEST

START_TEST(an_id_with_a_nul_is_ignored)
{
    static const char in[] = "id: a\n\nid: b\0c\ndata: x\n\n";
    hearth__event_reader r;
    hearth__buf seen;

    hearth__buf_init(&seen, NULL, 0);
    hearth__event_reader_init(&r, note, &seen);
    ck_assert_int_eq(hearth__event_read(&r, hearth__str(in, sizeof in - 1)), 0);
    ck_assert_str_eq(seen.ptr, "[message|x|a]");
    hearth__event_reader_clear(&r);
    hearth__buf_clear(&seen);
}
END_TEST

START_TEST(what_was_not_dispatched_is_forgotten_when_it_begins_anew)
{
    hearth__event_reader r;
    hearth__buf seen;

    hearth__buf_init(&seen, NULL, 0);
    hearth__event_reader_init(&r, note, &seen);
    ck_assert_int_eq(hearth__event_read(&r, HEARTH__S("id: 1\n\nid: 2\ndata: lost\nda")),
                     0);
    hearth__event_reader_again(&r);
    ck_assert_str_eq(r.last_id.ptr, "1");
    ck_assert_int_eq(hearth__event_read(&r, HEARTH__S("data: x\n\n")), 0);
    ck_assert_str_eq(seen.ptr, "[message|x|1]");
    hearth__event_reader_clear(&r);
    hearth__buf_clear(&seen);
}
END_TEST

SUITE("boot/client_event",
      LOOP(a_stream_is_read_as_a_browser_reads_it, 0,
           (int)(sizeof inputs / sizeof *inputs)) TEST(an_id_with_a_nul_is_ignored)
          TEST(what_was_not_dispatched_is_forgotten_when_it_begins_anew))
