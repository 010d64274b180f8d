/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Being told that the other end has gone, once, and only by those who are watched. */

#include "net/watch.h"
#include "net_kit.h"
#include "suite.h"

#include <sys/socket.h>

#define PAIRS 300 /* more than are told in one turn */

typedef struct pair {
    hearth__task task; /* first: it is cast back */
    hearth__watch watch;
    int here, there;
    hearth__reactor *r;
    struct pair *stops; /* whose watch is stopped when this one is told */
    int rc;
} pair;

static pair pairs[PAIRS];
static int told, posted;

static void on_gone(hearth__watch *w)
{
    pair *p = (pair *)(void *)((char *)w - offsetof(pair, watch));

    if (p->stops != NULL)
        hearth__watch_stop(p->r, &p->stops->watch);
    bump(&told);
}

static void set(hearth__task *t)
{
    pair *p = (pair *)t;

    p->watch.fn = on_gone;
    p->rc = hearth__watch_set(p->r, &p->watch, p->here);
    bump(&posted);
}

static void stop_it(hearth__task *t)
{
    pair *p = (pair *)t;

    hearth__watch_stop(p->r, &p->watch);
    hearth__watch_stop(p->r, &p->watch);
    bump(&posted);
}

static void mark(hearth__task *t)
{
    (void)t;
    bump(&posted);
}

/* On the reactor, and wait for it. */
static void on_reactor(pair *p, void (*fn)(hearth__task *t))
{
    int before = peek(&posted);

    p->task.fn = fn;
    hearth__reactor_post(p->r, &p->task);
    await(&posted, before + 1);
}

static void open_pair(pair *p)
{
    int fds[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    *p = (pair){.here = fds[0], .there = fds[1], .r = seen[0]};
}

static hearth__net *begin(void)
{
    told = posted = 0;
    return start(&(hearth__net_opts){.service = &quiet, .reactors = 1});
}

static void end(hearth__net *n, int count)
{
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
    for (int i = 0; i < count; i++) {
        close(pairs[i].here);
        if (pairs[i].there >= 0)
            close(pairs[i].there);
    }
}

static void hang_up(pair *p, int how)
{
    if (how == 0) {
        close(p->there);
        p->there = -1;
    } else {
        shutdown(p->there, SHUT_WR);
    }
}

START_TEST(who_goes_is_noticed)
{
    hearth__net *n = begin();

    open_pair(&pairs[0]);
    on_reactor(&pairs[0], set);
    ck_assert_int_eq(pairs[0].rc, 0);
    ck_assert_int_eq(write(pairs[0].there, "x", 1), 1); /* nobody reads */
    hang_up(&pairs[0], _i);
    await(&told, 1);
    on_reactor(&pairs[0], mark);
    ck_assert_int_eq(peek(&told), 1);
    end(n, 1);
}
END_TEST

START_TEST(who_has_gone_before_is_noticed_too)
{
    hearth__net *n = begin();

    open_pair(&pairs[0]);
    hang_up(&pairs[0], _i);
    on_reactor(&pairs[0], set);
    await(&told, 1);
    end(n, 1);
}
END_TEST

START_TEST(a_stopped_watch_says_nothing)
{
    hearth__net *n = begin();

    open_pair(&pairs[0]);
    open_pair(&pairs[1]);
    on_reactor(&pairs[0], set);
    on_reactor(&pairs[1], set);
    on_reactor(&pairs[0], stop_it);
    hang_up(&pairs[0], 0);
    hang_up(&pairs[1], 0);
    await(&told, 1);
    on_reactor(&pairs[0], mark);
    ck_assert_int_eq(peek(&told), 1);
    end(n, 2);
}
END_TEST

START_TEST(a_crowd_that_goes_at_once_is_noticed_whole)
{
    hearth__net *n = begin();

    for (int i = 0; i < PAIRS; i++) {
        open_pair(&pairs[i]);
        on_reactor(&pairs[i], set);
    }
    for (int i = 0; i < PAIRS; i++)
        hang_up(&pairs[i], i % 2);
    await(&told, PAIRS);
    end(n, PAIRS);
}
END_TEST

static void hold_up(hearth__task *t)
{
    pair *p = (pair *)t;

    for (int i = 0; i < 2; i++)
        hang_up(&p[i], 0);
    bump(&posted);
}

START_TEST(one_that_is_told_may_stop_the_other)
{
    hearth__net *n = begin();

    open_pair(&pairs[0]);
    open_pair(&pairs[1]);
    on_reactor(&pairs[0], set);
    on_reactor(&pairs[1], set);
    pairs[0].stops = &pairs[1];
    pairs[1].stops = &pairs[0];
    on_reactor(&pairs[0], hold_up);
    await(&told, 1);
    on_reactor(&pairs[0], mark);
    ck_assert_int_eq(peek(&told), 1);
    end(n, 2);
}
END_TEST

START_TEST(a_bad_descriptor_is_refused)
{
    hearth__net *n = begin();

    open_pair(&pairs[0]);
    close(pairs[0].here);
    pairs[0].here = -1;
    on_reactor(&pairs[0], set);
    ck_assert_int_eq(pairs[0].rc, HEARTH_EIO);
    end(n, 1);
}
END_TEST

static unsigned wanted, last_ready;

/* Wants the other thing next, and in the end nothing. */
static void on_io(hearth__watch *w)
{
    pair *p = (pair *)(void *)((char *)w - offsetof(pair, watch));
    char c;

    last_ready = w->ready;
    if (w->ready == HEARTH__WATCH_READ)
        ck_assert_int_eq(read(p->here, &c, 1), 1);
    wanted = w->ready == HEARTH__WATCH_READ ? HEARTH__WATCH_WRITE : 0;
    p->rc = hearth__watch_io(p->r, w, p->here, wanted);
    bump(&told);
}

static void set_io(hearth__task *t)
{
    pair *p = (pair *)t;

    p->watch.fn = on_io;
    p->rc = hearth__watch_io(p->r, &p->watch, p->here, wanted);
    bump(&posted);
}

START_TEST(what_is_wanted_of_a_descriptor_is_told)
{
    hearth__net *n = begin();

    open_pair(&pairs[0]);
    wanted = HEARTH__WATCH_READ;
    on_reactor(&pairs[0], set_io);
    ck_assert_int_eq(pairs[0].rc, 0);
    on_reactor(&pairs[0], mark);
    ck_assert_int_eq(peek(&told), 0);
    ck_assert_int_eq(write(pairs[0].there, "x", 1), 1);
    await(&told, 2); /* it can be read from, and then be written to */
    ck_assert_uint_eq(last_ready, HEARTH__WATCH_WRITE);
    hang_up(&pairs[0], 0);
    on_reactor(&pairs[0], mark);
    ck_assert_int_eq(peek(&told), 2);
    ck_assert_int_eq(pairs[0].rc, 0);
    end(n, 1);
}
END_TEST

START_TEST(an_end_can_be_read)
{
    hearth__net *n = begin();

    open_pair(&pairs[0]);
    wanted = HEARTH__WATCH_READ;
    on_reactor(&pairs[0], set_io);
    ck_assert_int_eq(write(pairs[0].there, "x", 1), 1);
    hang_up(&pairs[0], _i);
    await(&told, 1);
    on_reactor(&pairs[0], stop_it);
    end(n, 1);
}
END_TEST

static int skims, skims_that_tick;

static bool skim(void *state)
{
    (void)state;
    skims_that_tick = peek(&quiet_ticks);
    bump(&skims); /* last: whoever awaits it may look at the other */
    return skims > 1;
}

START_TEST(a_turn_in_which_only_such_descriptors_were_ready_is_skimmed)
{
    hearth__service_ops ops = quiet;

    told = posted = skims = 0;
    ops.skim = skim;
    hearth__net *n = start(&(hearth__net_opts){.service = &ops, .reactors = 1});
    open_pair(&pairs[0]);
    wanted = HEARTH__WATCH_READ;
    on_reactor(&pairs[0], set_io);
    ck_assert_int_eq(write(pairs[0].there, "x", 1), 1);
    await(&told, 2);
    await(&skims, 2); /* the second time it wants a whole turn */
    await(&quiet_ticks, skims_that_tick + 1);
    end(n, 1);
    ck_assert_int_eq(skims, 2);
}
END_TEST

SUITE("net/watch",
      LOOP(who_goes_is_noticed, 0, 2) LOOP(who_has_gone_before_is_noticed_too, 0, 2) TEST(
          a_stopped_watch_says_nothing) TEST(a_crowd_that_goes_at_once_is_noticed_whole)
          TEST(one_that_is_told_may_stop_the_other) TEST(a_bad_descriptor_is_refused)
              TEST(what_is_wanted_of_a_descriptor_is_told) LOOP(an_end_can_be_read, 0, 2)
                  TEST(a_turn_in_which_only_such_descriptors_were_ready_is_skimmed))
