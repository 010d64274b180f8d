/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Slots: so many at once, so many wait, and the rest are told no. */

#include "core/slots.h"

#include "suite.h"

#include <stdatomic.h>

#define THREADS 16
#define ROUNDS  500

START_TEST(past_the_last_one_the_answer_is_no)
{
    hearth__slots s;

    hearth__slots_init(&s, 2, 0);
    ck_assert(hearth__slots_take(&s, true));
    ck_assert(hearth__slots_take(&s, true));
    ck_assert(!hearth__slots_take(&s, true));
    hearth__slots_give(&s);
    ck_assert(hearth__slots_take(&s, false));
    ck_assert(!hearth__slots_take(&s, false));
    hearth__slots_clear(&s);
}
END_TEST

typedef struct crowd {
    hearth__slots slots;
    atomic_int inside, most, got;
} crowd;

static void *one_of_many(void *arg)
{
    crowd *c = arg;

    for (int i = 0; i < ROUNDS; i++) {
        if (!hearth__slots_take(&c->slots, true))
            continue;
        int now = atomic_fetch_add(&c->inside, 1) + 1, most = atomic_load(&c->most);

        while (now > most && !atomic_compare_exchange_weak(&c->most, &most, now))
            ;
        atomic_fetch_add(&c->got, 1);
        atomic_fetch_sub(&c->inside, 1);
        hearth__slots_give(&c->slots);
    }
    return NULL;
}

/* With room for all to wait nobody is refused, and never are more inside than may be. */
START_TEST(who_waits_gets_his_turn)
{
    static crowd c;
    pthread_t t[THREADS];

    hearth__slots_init(&c.slots, 3, THREADS);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, one_of_many, &c), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    ck_assert_int_eq(c.got, THREADS * ROUNDS);
    ck_assert_int_le(c.most, 3);
    ck_assert_int_eq(c.slots.taken + c.slots.waiting, 0);
    hearth__slots_clear(&c.slots);
}
END_TEST

SUITE("core/slots",
      TEST(past_the_last_one_the_answer_is_no) TEST(who_waits_gets_his_turn))
