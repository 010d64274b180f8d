/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Rooms: who is in them, what is said in them, and who is told that somebody came or went. */

#include "suite.h"
#include "ws_kit.h"

#include <stdio.h>

static char story[512];

static void on_joined(hearth_ws *ws, const char *room)
{
    (void)ws;
    snprintf(story + strlen(story), sizeof story - strlen(story), "+%s ", room);
}

static void on_left(hearth_ws *ws, const char *room)
{
    (void)ws;
    snprintf(story + strlen(story), sizeof story - strlen(story), "-%s ", room);
}

static const hearth_ws_ops ops = {.joined = on_joined, .left = on_left};

static void begin(kit *k, kit_socket *s, int n)
{
    story[0] = '\0';
    kit_open(k);
    for (int i = 0; i < n; i++)
        kit_add(k, &s[i], &ops, 10000);
}

static void end(kit *k, kit_socket *s, int n)
{
    for (int i = 0; i < n; i++) {
        hearth__ws_leave_all(&s[i].ws);
        kit_drop(&s[i]);
    }
    kit_close(k);
}

START_TEST(a_room_is_there_while_somebody_is_in_it)
{
    char name[257];
    kit_socket s[2];
    kit k;

    memset(name, 'n', 256);
    name[256] = '\0';
    begin(&k, s, 2);
    ck_assert_int_eq(hearth_ws_join(&s[0].ws, ""), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_ws_join(&s[0].ws, NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_ws_join(&s[0].ws, name), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_ws_join(&s[0].ws, name + 1), 0);
    ck_assert_int_eq(hearth_ws_leave(&s[0].ws, name + 1), 0);
    story[0] = '\0';
    ck_assert_int_eq(hearth_ws_join(&s[0].ws, "a"), 0);
    ck_assert_int_eq(hearth_ws_join(&s[0].ws, "a"), 0);
    ck_assert_int_eq(hearth_ws_join(&s[1].ws, "a"), 0);
    ck_assert_int_eq(hearth_ws_join(&s[1].ws, "b"), 0);
    ck_assert_uint_eq(hearth_room_count(k.app, "a"), 2);
    ck_assert_uint_eq(hearth_room_count(k.app, "b"), 1);
    ck_assert_uint_eq(hearth_room_count(k.app, "c"), 0);
    ck_assert_uint_eq(hearth_room_count(k.app, NULL), 2);
    ck_assert_int_eq(hearth_ws_leave(&s[0].ws, "b"), HEARTH_ENOTFOUND);
    ck_assert_int_eq(hearth_ws_leave(&s[0].ws, NULL), HEARTH_ENOTFOUND);
    ck_assert_int_eq(hearth_ws_leave(&s[1].ws, "b"), 0);
    ck_assert_uint_eq(hearth_room_count(k.app, "b"), 0);
    ck_assert_int_eq(hearth_ws_join(&s[1].ws, "c"), 0);
    hearth__ws_leave_all(&s[1].ws);
    ck_assert_uint_eq(hearth_room_count(k.app, "a"), 1);
    ck_assert_str_eq(story, "+a +a +b -b +c -c -a ");
    end(&k, s, 2);
}
END_TEST

START_TEST(nobody_enters_who_is_leaving)
{
    kit_socket s[1];
    kit k;

    begin(&k, s, 1);
    ck_assert_int_eq(hearth_ws_close(&s[0].ws, 1000, NULL), 0);
    ck_assert_int_eq(hearth_ws_join(&s[0].ws, "a"), HEARTH_ECANCELED);
    ck_assert_str_eq(story, "");
    end(&k, s, 1);
}
END_TEST

START_TEST(what_is_said_is_one_frame_for_all)
{
    kit_socket s[3];
    kit k;
    bool left;

    begin(&k, s, 3);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(hearth_ws_join(&s[i].ws, "a"), 0);
    ck_assert_int_eq(hearth_broadcast(k.app, "a", HEARTH__S("hi")), 0);
    ck_assert_int_eq(hearth_broadcast(k.app, "a", HEARTH__S("\xFF")), HEARTH_EINVAL);
    ck_assert_ptr_eq(s[0].ws.queue[0], s[1].ws.queue[0]);
    ck_assert_uint_eq(s[0].ws.queue[0]->refs, 2);
    ck_assert_uint_eq(s[2].ws.queued, 0);
    ck_assert_int_eq(hearth_ws_tell(&s[0].ws, "a", HEARTH__S("you")), 0);
    ck_assert_uint_eq(s[0].ws.queued, 1);
    ck_assert_uint_eq(s[1].ws.queued, 2);
    ck_assert_int_eq(hearth_broadcast_binary(k.app, NULL, "b", 1), 0);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(hearth__ws_flush(&s[i].ws, &left), 0);
    KIT_CAME(&s[0], "\x81\x02hi\x82\x01"
                    "b");
    KIT_CAME(&s[1], "\x81\x02hi\x81\x03you\x82\x01"
                    "b");
    KIT_CAME(&s[2], "\x82\x01"
                    "b");
    end(&k, s, 3);
}
END_TEST

START_TEST(one_who_does_not_take_it_is_closed_alone)
{
    static char much[600];
    kit_socket s[2];
    kit k;

    begin(&k, s, 2);
    s[0].ws.limits.queue = 500;
    ck_assert_int_eq(hearth_broadcast_binary(k.app, NULL, much, sizeof much), 0);
    ck_assert(s[0].ws.overrun);
    ck_assert(!s[1].ws.overrun);
    ck_assert_uint_eq(s[1].ws.queued, 1);
    end(&k, s, 2);
}
END_TEST

/* Compressed once; who keeps a window may refer to it, who has none or too small a one gets it
 * as it is. */
START_TEST(a_long_message_is_compressed_once)
{
    static char much[5001];
    kit_socket s[5];
    kit k;

    memset(much, 'm', sizeof much - 1);
    begin(&k, s, 5);
    for (int i = 0; i < 3; i++)
        s[i].ws.deal.out.bits = 15;
    s[3].ws.deal.out.bits = 9;
    for (int i = 1; i < 3; i++) {
        s[i].ws.deal.out.kept = true;
        hearth__ws_window_init(&s[i].ws.told_last, 15);
    }
    atomic_store(&k.side.hub->squeezed, 4);
    ck_assert_int_eq(hearth_broadcast(k.app, NULL, hearth__str(much, 5000)), 0);
    ck_assert_uint_lt(s[0].ws.queue[0]->len, 100);
    ck_assert_ptr_eq(s[0].ws.queue[0], s[1].ws.queue[0]);
    ck_assert_ptr_eq(s[0].ws.queue[0], s[2].ws.queue[0]);
    ck_assert_uint_eq(s[1].ws.told_last.said, 5000);
    ck_assert_uint_eq(s[0].ws.told_last.said, 0);
    ck_assert_uint_eq(s[3].ws.queue[0]->len, 5004);
    ck_assert_ptr_eq(s[3].ws.queue[0], s[4].ws.queue[0]);
    end(&k, s, 5);
}
END_TEST

static void leave_it(hearth_ws *ws, void *arg)
{
    (void)hearth_ws_leave(ws, "a"); /* no lock is held */
    ++*(int *)arg;
}

START_TEST(each_who_is_there_is_called)
{
    kit_socket s[40];
    kit k;
    int n = 0;

    begin(&k, s, 40);
    for (int i = 0; i < 40; i += 2)
        ck_assert_int_eq(hearth_ws_join(&s[i].ws, "a"), 0);
    ck_assert_int_eq(hearth_room_each(k.app, "a", leave_it, &n), 0);
    ck_assert_int_eq(n, 20);
    ck_assert_uint_eq(hearth_room_count(k.app, "a"), 0);
    ck_assert_int_eq(hearth_room_each(k.app, NULL, leave_it, &n), 0);
    ck_assert_int_eq(n, 60);
    end(&k, s, 40);
}
END_TEST

SUITE("ws/room",
      TEST(a_room_is_there_while_somebody_is_in_it) TEST(nobody_enters_who_is_leaving)
          TEST(what_is_said_is_one_frame_for_all)
              TEST(one_who_does_not_take_it_is_closed_alone)
                  TEST(a_long_message_is_compressed_once)
                      TEST(each_who_is_there_is_called))
