/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/body.h"
#include "ctx.h"
#include "suite.h"

#include <hearth/upload.h>

#define TEXT "one\ntwo\n\nlast"

/* The same bytes in memory, or in a spool. */
static bare *with_body(bool spooled)
{
    bare *t = bare_open(NULL, "POST / HTTP/1.1\r\nHost: a\r\n\r\n" TEXT);
    hearth__body *in;

    if (!spooled)
        return t;
    in = hearth__arena_alloc(&t->c->arena, sizeof *in);
    hearth__spool_init(&in->spool, "/tmp");
    ck_assert_int_eq(hearth__spool_add(&in->spool, TEXT, sizeof TEXT - 1), 0);
    t->c->intake = in;
    t->c->received = sizeof TEXT - 1;
    return t;
}

static void close_body(bare *t)
{
    if (t->c->intake != NULL)
        hearth__spool_close(&t->c->intake->spool);
    bare_close(t);
}

START_TEST(a_body_is_read_from_where_reading_stopped)
{
    bare *t = with_body(_i == 1);
    char out[64];
    size_t got;

    ck_assert_uint_eq(hearth_body_size(t->c), sizeof TEXT - 1);
    ck_assert_int_eq(hearth_body_read(t->c, out, 5, &got), 0);
    ck_assert_uint_eq(got, 5);
    ck_assert_int_eq(memcmp(out, "one\nt", 5), 0);
    ck_assert_int_eq(hearth_body_read(t->c, out, 0, &got), 0);
    ck_assert_uint_eq(got, 0);
    ck_assert_int_eq(hearth_body_read(t->c, out, sizeof out, &got), 0);
    ck_assert_uint_eq(got, sizeof TEXT - 1 - 5);
    ck_assert_int_eq(hearth_body_read(t->c, out, sizeof out, &got), 0);
    ck_assert_uint_eq(got, 0);
    close_body(t);
}
END_TEST

START_TEST(lines_and_pieces_share_one_place)
{
    static const char *const want[] = {"one\n", "two\n", "\n", "last", "", ""};
    bare *t = with_body(_i == 1);
    hearth_str line;
    char out[2];
    size_t got;

    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(hearth_body_line(t->c, &line), 0);
        ck_assert_str_eq(line.ptr, want[i]);
        ck_assert_uint_eq(line.len, strlen(want[i]));
    }
    t->c->body_at = 0;
    ck_assert_int_eq(hearth_body_read(t->c, out, 2, &got), 0);
    ck_assert_int_eq(hearth_body_line(t->c, &line), 0);
    ck_assert_str_eq(line.ptr, "e\n");
    close_body(t);
}
END_TEST

START_TEST(the_whole_is_there_however_much_was_read)
{
    bare *t = with_body(_i == 1);
    char out[8];
    size_t got;

    ck_assert_int_eq(hearth_body_read(t->c, out, sizeof out, &got), 0);
    ck_assert_str_eq(hearth_body(t->c).ptr, TEXT);
    ck_assert_uint_eq(hearth_body(t->c).len, sizeof TEXT - 1);
    close_body(t);
}
END_TEST

SUITE("app/body_read", LOOP(a_body_is_read_from_where_reading_stopped, 0, 2)
                           LOOP(lines_and_pieces_share_one_place, 0, 2)
                               LOOP(the_whole_is_there_however_much_was_read, 0, 2))
