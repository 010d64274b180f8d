/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The counters per client address: exact, shared between threads, gone with the last connection.
 */

#include "suite.h"

#include "net/limits.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/un.h>

static hearth__source of(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return hearth__source_of((struct sockaddr *)(void *)&v4, sizeof v4);
    ck_assert_msg(inet_pton(AF_INET6, text, &v6.sin6_addr) == 1, "%s", text);
    return hearth__source_of((struct sockaddr *)(void *)&v6, sizeof v6);
}

static hearth__limits *make(int per_address)
{
    hearth__limits *l = hearth__limits_new(per_address);

    ck_assert_ptr_nonnull(l);
    return l;
}

static const struct {
    const char *a, *b;
    bool same;
} pairs[] = {
    {"10.0.0.1", "10.0.0.1", true},
    {"10.0.0.1", "10.0.0.2", false},
    {"10.0.0.1", "11.0.0.1", false},
    {"10.0.0.1", "::ffff:10.0.0.1", true},
    {"10.0.0.1", "::10.0.0.1", false},
    {"2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true},
    {"2001:db8:0:1::1", "2001:db8:0:2::1", false},
    {"::1", "::2", false},
    {"::1", "0.0.0.1", false},
    {"64:ff9b::1", "64:ff9b::2", true},
    {"0.0.0.0", "::", false},
};

START_TEST(who_counts_as_one)
{
    hearth__limits *l = make(1);

    ck_assert_int_eq(hearth__limits_take(l, of(pairs[_i].a)), 0);
    ck_assert_int_eq(hearth__limits_take(l, of(pairs[_i].b)),
                     pairs[_i].same ? HEARTH_EBUSY : 0);
    hearth__limits_free(l);
}
END_TEST

static const struct {
    const char *address, *text;
} texts[] = {
    {"10.0.0.1", "10.0.0.1"},
    {"::ffff:10.0.0.1", "10.0.0.1"},
    {"::1", "::1"},
    {"2001:db8:0:1::5", "2001:db8:0:1::/64"},
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"fe80::1:2:3:4", "fe80::/64"},
};

START_TEST(a_source_has_a_name_for_the_log)
{
    char text[HEARTH__SOURCE_TEXT];

    hearth__source_text(of(texts[_i].address), text);
    ck_assert_str_eq(text, texts[_i].text);
}
END_TEST

START_TEST(the_limit_is_met_exactly_and_what_is_dropped_may_come_again)
{
    hearth__limits *l = make(3);
    hearth__source s = of("10.0.0.1");

    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 3; i++)
            ck_assert_int_eq(hearth__limits_take(l, s), 0);
        ck_assert_int_eq(hearth__limits_take(l, s), HEARTH_EBUSY);
        hearth__limits_drop(l, s);
        ck_assert_int_eq(hearth__limits_take(l, s), 0);
        ck_assert_int_eq(hearth__limits_take(l, s), HEARTH_EBUSY);
        ck_assert_uint_eq(hearth__limits_known(l), 1);
        for (int i = 0; i < 3; i++)
            hearth__limits_drop(l, s);
        ck_assert_uint_eq(hearth__limits_known(l), 0);
    }
    hearth__limits_drop(l, s); /* of what is not there: nothing */
    ck_assert_int_eq(hearth__limits_take(l, s), 0);
    hearth__limits_free(l);
}
END_TEST

START_TEST(nobody_is_never_refused)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    hearth__limits *l = make(1);
    char text[HEARTH__SOURCE_TEXT];

    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(hearth__limits_take(l, HEARTH__NOBODY), 0);
        ck_assert_int_eq(hearth__limits_take(l, hearth__source_of(NULL, 0)), 0);
        ck_assert_int_eq(
            hearth__limits_take(l, hearth__source_of((struct sockaddr *)(void *)&un,
                                                     sizeof un)),
            0);
    }
    ck_assert_uint_eq(hearth__limits_known(l), 0);
    hearth__limits_drop(l, HEARTH__NOBODY);
    hearth__source_text(HEARTH__NOBODY, text);
    ck_assert_str_eq(text, "");
    hearth__limits_free(l);
}
END_TEST

START_TEST(without_a_limit_nothing_is_counted)
{
    hearth__limits *l = make(-1);

    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(hearth__limits_take(l, of("10.0.0.1")), 0);
    ck_assert_uint_eq(hearth__limits_known(l), 0);
    hearth__limits_drop(l, of("10.0.0.1"));
    hearth__limits_free(l);
}
END_TEST

START_TEST(an_address_cut_short_is_nobody)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr = {htonl(0x0a000001)}};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    hearth__source s =
        hearth__source_of((struct sockaddr *)(void *)&v4, sizeof(sa_family_t));

    ck_assert_uint_eq(s.high | s.low, 0);
    s = hearth__source_of((struct sockaddr *)(void *)&v6, sizeof v4);
    ck_assert_uint_eq(s.high | s.low, 0);
}
END_TEST

/* A table that is filled and emptied in another order, against a plain array. */
#define ADDRESSES 5000

static hearth__source number(unsigned i)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};

    v4.sin_addr.s_addr = htonl(0x0a000000u + i);
    return hearth__source_of((struct sockaddr *)(void *)&v4, sizeof v4);
}

START_TEST(many_addresses_come_and_go_in_any_order)
{
    static int count[ADDRESSES];
    hearth__limits *l = make(4);
    unsigned seed = 1;
    size_t known = 0;

    for (int step = 0; step < 200000; step++) {
        seed = seed * 1103515245u + 12345u;
        unsigned i = (seed >> 8) % ADDRESSES;
        hearth__source s = number(i);

        /* In waves, so that the table grows and empties. */
        if ((seed >> 4 & 7) < ((step / 20000) % 2 == 0 ? 5u : 2u)) {
            int rc = hearth__limits_take(l, s);

            ck_assert_int_eq(rc, count[i] < 4 ? 0 : HEARTH_EBUSY);
            if (rc == 0 && count[i]++ == 0)
                known++;
        } else if (count[i] > 0) {
            hearth__limits_drop(l, s);
            if (--count[i] == 0)
                known--;
        }
        if (step % 10000 == 0)
            ck_assert_uint_eq(hearth__limits_known(l), known);
    }
    for (unsigned i = 0; i < ADDRESSES; i++) {
        for (; count[i] > 0; count[i]--)
            hearth__limits_drop(l, number(i));
    }
    ck_assert_uint_eq(hearth__limits_known(l), 0);
    hearth__limits_free(l);
}
END_TEST

static void *take_and_drop(void *arg)
{
    hearth__limits *l = arg;
    intptr_t taken = 0;

    for (unsigned i = 0; i < 20000; i++) {
        hearth__source s = number(i % 50);

        if (hearth__limits_take(l, s) != 0)
            continue;
        taken++;
        hearth__limits_drop(l, s);
    }
    return (void *)taken;
}

START_TEST(threads_share_the_counters)
{
    hearth__limits *l = make(2);
    pthread_t t[4];
    void *taken;

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, take_and_drop, l), 0);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(t[i], &taken), 0);
        ck_assert_int_gt((intptr_t)taken, 0);
    }
    ck_assert_uint_eq(hearth__limits_known(l), 0);
    hearth__limits_free(l);
}
END_TEST

START_TEST(freeing_nothing_is_fine)
{
    hearth__limits_free(NULL);
}
END_TEST

SUITE("net/limits",
      LOOP(who_counts_as_one, 0, (int)(sizeof pairs / sizeof *pairs))
          LOOP(a_source_has_a_name_for_the_log, 0, (int)(sizeof texts / sizeof *texts))
              TEST(the_limit_is_met_exactly_and_what_is_dropped_may_come_again)
                  TEST(nobody_is_never_refused) TEST(without_a_limit_nothing_is_counted)
                      TEST(an_address_cut_short_is_nobody)
                          TEST(many_addresses_come_and_go_in_any_order)
                              TEST(threads_share_the_counters)
                                  TEST(freeing_nothing_is_fine))
