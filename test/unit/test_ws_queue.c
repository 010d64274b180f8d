/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What is to be sent: in order, within its limit, and what becomes of it when the other end does
 * not take it.
 */

#include "suite.h"
#include "ws_kit.h"

static const hearth_ws_ops none = {.arg = NULL};

static bool flush(kit_socket *s)
{
    bool left;

    ck_assert_int_eq(hearth__ws_flush(&s->ws, &left), 0);
    return left;
}

START_TEST(what_is_queued_goes_out_in_order)
{
    kit_socket s;
    kit k;

    kit_open(&k);
    kit_add(&k, &s, &none, 10000);
    ck_assert_int_eq(hearth_ws_text(&s.ws, "a"), 0);
    ck_assert_int_eq(hearth_ws_sendf(&s.ws, "%d", 42), 0);
    ck_assert_int_eq(hearth_ws_binary(&s.ws, NULL, 0), 0);
    ck_assert_int_eq(hearth_ws_text(&s.ws, NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_ws_text(&s.ws, "\xFF"), HEARTH_EINVAL);
    ck_assert_ptr_eq(k.side.dirty, &s.ws);
    ck_assert(!flush(&s));
    KIT_CAME(&s, "\x81\x01"
                 "a\x81\x02"
                 "42\x82\x00");
    ck_assert_uint_eq(s.ws.bytes, 0);
    ck_assert(!flush(&s));
    kit_drop(&s);
    kit_close(&k);
}
END_TEST

START_TEST(many_frames_come_round_the_ring)
{
    char mem[4096];
    kit_socket s;
    kit k;
    int next = 0;

    kit_open(&k);
    kit_add(&k, &s, &none, 100000);
    for (int i = 0; i < 500; i++) {
        ck_assert_int_eq(hearth_ws_sendf(&s.ws, "%04d", i), 0);
        if (i % 7 != 3 && i != 499)
            continue;
        ck_assert(!flush(&s));
        hearth_str came = kit_came(&s, mem, sizeof mem);

        for (size_t at = 0; at < came.len; at += 6)
            ck_assert_int_eq(atoi(hearth__str(mem + at + 2, 4).ptr), next++);
    }
    ck_assert_int_eq(next, 500);
    ck_assert_uint_le(s.ws.room, 16);
    kit_drop(&s);
    kit_close(&k);
}
END_TEST

START_TEST(the_limit_of_a_queue_is_kept)
{
    char much[100] = {0};
    kit_socket s;
    kit k;

    kit_open(&k);
    kit_add(&k, &s, &none, 102);
    ck_assert_int_eq(hearth_ws_binary(&s.ws, much, 90), 0);
    ck_assert_int_eq(hearth_ws_binary(&s.ws, much, 8), 0);
    ck_assert_int_eq(hearth_ws_binary(&s.ws, much, 0), HEARTH_EBUSY);
    ck_assert_int_eq(hearth_ws_binary(&s.ws, much, 0), HEARTH_ECANCELED);
    ck_assert_int_eq(hearth_ws_close(&s.ws, 1000, NULL), HEARTH_ECANCELED);
    /* What has not begun to go out is thrown away, and the close frame says why. */
    ck_assert(!flush(&s));
    KIT_CAME(&s, "\x88\x16\x03\xF5not read fast enough");
    ck_assert_int_eq(s.ws.closing, 1013);
    kit_drop(&s);
    kit_close(&k);
}
END_TEST

START_TEST(what_has_gone_out_in_part_is_finished)
{
    static char much[600000];
    kit_socket s;
    kit k;
    size_t came = 0;
    ssize_t n;

    kit_open(&k);
    kit_add(&k, &s, &none, sizeof much + 10);
    ck_assert_int_eq(hearth_ws_binary(&s.ws, much, sizeof much), 0);
    ck_assert(flush(&s)); /* the pair holds less */
    ck_assert_uint_gt(s.ws.sent, 0);
    ck_assert_int_eq(hearth_ws_binary(&s.ws, much, 1000), 0);
    ck_assert_int_eq(hearth_ws_binary(&s.ws, much, sizeof much), HEARTH_EBUSY);
    do {
        (void)flush(&s);
        while ((n = recv(s.peer, much, sizeof much, 0)) > 0)
            came += (size_t)n;
    } while (s.ws.queued > 0);
    ck_assert_uint_eq(came, sizeof much + 10 + 24);
    kit_drop(&s);
    kit_close(&k);
}
END_TEST

START_TEST(nothing_follows_a_close)
{
    static const int bad[] = {0, 999, 1002, 1004, 1005, 1006, 1007, 1015, 2999, 5000};
    char reason[125];
    kit_socket s;
    kit k;

    memset(reason, 'r', sizeof reason - 1);
    reason[124] = '\0';
    kit_open(&k);
    kit_add(&k, &s, &none, 1000);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_int_eq(hearth_ws_close(&s.ws, bad[i], NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_ws_close(&s.ws, 1000, reason), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_ws_close(&s.ws, 1000, "\xC3"), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_ws_text(&s.ws, "a"), 0);
    ck_assert_int_eq(hearth_ws_close(&s.ws, 4000, "bye"), 0);
    ck_assert_int_eq(hearth_ws_close(&s.ws, 4000, "bye"), HEARTH_ECANCELED);
    ck_assert_int_eq(hearth_ws_text(&s.ws, "b"), HEARTH_ECANCELED);
    ck_assert(!flush(&s));
    KIT_CAME(&s, "\x81\x01"
                 "a\x88\x05\x0F\xA0"
                 "bye");
    kit_drop(&s);
    kit_close(&k);
}
END_TEST

START_TEST(a_connection_that_is_gone_shows)
{
    bool left;
    kit_socket s;
    kit k;

    kit_open(&k);
    kit_add(&k, &s, &none, 1000);
    shutdown(s.peer, SHUT_RDWR);
    ck_assert_int_eq(hearth_ws_text(&s.ws, "a"), 0);
    ck_assert_int_eq(hearth__ws_flush(&s.ws, &left), HEARTH_EIO);
    kit_drop(&s);
    kit_close(&k);
}
END_TEST

START_TEST(the_window_is_that_of_what_is_queued)
{
    char text[301];
    kit_socket s;
    kit k;

    memset(text, 't', 300);
    text[300] = '\0';
    kit_open(&k);
    kit_add(&k, &s, &none, 1000);
    s.ws.deal = (hearth__ws_deal){.out = {.bits = 12, .kept = true}};
    hearth__ws_window_init(&s.ws.told_last, 12);
    ck_assert_int_eq(hearth_ws_text(&s.ws, "short"),
                     0); /* as it is: nothing to refer to */
    ck_assert_uint_eq(s.ws.told_last.said, 0);
    hearth__ws_frame *f = hearth__ws_frame_new(HEARTH__WS_OP_TEXT, HEARTH__S("x"));

    ck_assert_int_eq(hearth__ws_push_squeezed(&s.ws, f, hearth__str(text, 300)), 0);
    ck_assert_uint_eq(s.ws.told_last.said, 300);
    ck_assert_int_eq(hearth_ws_text(&s.ws, text), 0); /* a repeat: compressed */
    ck_assert_uint_eq(s.ws.told_last.said, 600);
    ck_assert_uint_lt(s.ws.bytes, 50);
    ck_assert_int_eq(hearth_ws_close(&s.ws, 1000, NULL), 0);
    ck_assert_int_eq(hearth__ws_push_squeezed(&s.ws, f, hearth__str(text, 300)),
                     HEARTH_ECANCELED);
    ck_assert_int_eq(hearth_ws_text(&s.ws, text), HEARTH_ECANCELED);
    ck_assert_uint_eq(s.ws.told_last.said, 600);
    hearth__ws_frame_unref(f);
    kit_drop(&s);
    kit_close(&k);
}
END_TEST

SUITE("ws/queue",
      TEST(what_is_queued_goes_out_in_order) TEST(many_frames_come_round_the_ring)
          TEST(the_limit_of_a_queue_is_kept) TEST(what_has_gone_out_in_part_is_finished)
              TEST(nothing_follows_a_close) TEST(a_connection_that_is_gone_shows)
                  TEST(the_window_is_that_of_what_is_queued))
