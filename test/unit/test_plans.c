/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/plans.h"
#include "suite.h"

#include <pthread.h>

#define THREADS 8

static const hearth_field one[] = {{.name = "id", .doc = "x"}};

static hearth_model model_of(void)
{
    return (hearth_model){
        .name = "m", .field = one, .n = 1, .size = 8, .given = HEARTH_NO_GIVEN};
}

START_TEST(a_model_is_planned_once)
{
    static hearth__plans plans;
    const hearth_model a = model_of(), b = model_of();
    const hearth__plan *p = hearth__plans_get(&plans, &a, NULL);

    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_eq(p->m, &a);
    ck_assert_ptr_eq(hearth__plans_get(&plans, &a, NULL), p);
    ck_assert_ptr_eq(hearth__plans_get(&plans, &b, NULL)->m, &b);
    ck_assert_ptr_ne(hearth__plans_get(&plans, &b, NULL), p);
    hearth__plans_clear(&plans);
}
END_TEST

START_TEST(a_model_that_is_not_sound_is_told_each_time)
{
    static hearth__plans plans;
    hearth_model m = model_of();

    m.n = 0;
    for (int i = 0; i < 2; i++) {
        hearth_error err = {0};

        ck_assert_ptr_null(hearth__plans_get(&plans, &m, &err));
        ck_assert_int_eq(err.code, HEARTH_EINVAL);
    }
    ck_assert_uint_eq(atomic_load(&plans.n), 0);
    hearth__plans_clear(&plans);
}
END_TEST

START_TEST(models_without_end_are_refused)
{
    static hearth__plans plans;
    static hearth_model many[HEARTH__PLANS_MOST + 1];
    hearth_error err = {0};

    for (size_t i = 0; i <= HEARTH__PLANS_MOST; i++)
        many[i] = model_of();
    for (size_t i = 0; i < HEARTH__PLANS_MOST; i++)
        ck_assert_ptr_eq(hearth__plans_get(&plans, &many[i], NULL)->m, &many[i]);
    ck_assert_ptr_null(hearth__plans_get(&plans, &many[HEARTH__PLANS_MOST], &err));
    ck_assert_int_eq(err.code, HEARTH_ESTATE);
    ck_assert_ptr_eq(hearth__plans_get(&plans, &many[0], NULL)->m, &many[0]);
    hearth__plans_clear(&plans);
    ck_assert_ptr_nonnull(hearth__plans_get(&plans, &many[HEARTH__PLANS_MOST], &err));
    hearth__plans_clear(&plans);
}
END_TEST

static hearth__plans shared;
static hearth_model models[40];
static const hearth__plan *seen[THREADS][40];

static void *ask(void *arg)
{
    const hearth__plan **mine = arg;

    for (size_t i = 0; i < 40; i++)
        mine[i] = hearth__plans_get(&shared, &models[i], NULL);
    return NULL;
}

START_TEST(threads_that_ask_at_once_get_the_same)
{
    pthread_t thread[THREADS];

    for (size_t i = 0; i < 40; i++)
        models[i] = model_of();
    for (int t = 0; t < THREADS; t++)
        ck_assert_int_eq(pthread_create(&thread[t], NULL, ask, seen[t]), 0);
    for (int t = 0; t < THREADS; t++)
        pthread_join(thread[t], NULL);
    for (int t = 0; t < THREADS; t++)
        for (size_t i = 0; i < 40; i++)
            ck_assert_ptr_eq(seen[t][i], hearth__plans_get(&shared, &models[i], NULL));
    hearth__plans_clear(&shared);
}
END_TEST

SUITE("app/plans",
      TEST(a_model_is_planned_once) TEST(a_model_that_is_not_sound_is_told_each_time)
          TEST(models_without_end_are_refused)
              TEST(threads_that_ask_at_once_get_the_same))
