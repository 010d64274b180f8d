/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Workers: every job once, in bounds, and done where it came from. */

#include "net_kit.h"
#include "suite.h"

#include "net/pool.h"

#define JOBS 2000

struct job {
    hearth__job job;
    int runs, dones;
    bool at_home; /* done ran on the reactor's thread */
    int order;
    int tick;
    pthread_t worker;
};

static hearth__net *net;
static hearth__pool *pool;
static struct job jobs[JOBS];
static int ran, done, released, blocked, identified;
static pthread_t home[2];

static struct job *outer(hearth__job *j)
{
    return (struct job *)(void *)j;
}

static void count_run(hearth__job *j)
{
    pthread_mutex_lock(&kit_lock);
    outer(j)->runs++;
    outer(j)->order = ran;
    outer(j)->worker = pthread_self();
    pthread_mutex_unlock(&kit_lock);
    bump(&ran);
}

static void wait_to_be_released(hearth__job *j)
{
    bump(&blocked);
    await(&released, 1);
    count_run(j);
}

static void count_done(hearth__job *j)
{
    struct job *job = outer(j);

    job->dones++;
    job->tick = peek(&quiet_ticks);
    job->at_home =
        pthread_equal(pthread_self(), home[hearth__reactor_index(j->reactor)]) != 0;
    bump(&done);
}

static void identify(hearth__task *t)
{
    static int next;

    (void)t;
    pthread_mutex_lock(&kit_lock);
    home[next++ % 2] = pthread_self();
    pthread_mutex_unlock(&kit_lock);
    bump(&identified);
}

static void begin(int threads, size_t queue)
{
    static hearth__task task[2];

    for (int i = 0; i < JOBS; i++)
        jobs[i] = (struct job){.job = {.run = count_run, .done = count_done}};
    ran = done = released = blocked = identified = quiet_ticks = 0;
    net = start(&(hearth__net_opts){.reactors = 2, .service = &quiet});
    for (int i = 0; i < 2; i++) {
        task[i].fn = identify;
        hearth__reactor_post(seen[i], &task[i]);
        await(&identified, i + 1);
    }
    pool = hearth__pool_new(threads, queue, NULL);
    ck_assert_ptr_nonnull(pool);
}

static void end(void)
{
    ck_assert_int_eq(hearth__pool_drain(pool, 100000), 0);
    hearth__pool_free(pool);
    ck_assert_int_eq(hearth__net_stop(net, 1000, NULL, NULL), 0);
}

static int submit(int i)
{
    return hearth__pool_submit(pool, seen[i % 2], &jobs[i].job);
}

START_TEST(every_job_runs_once_and_is_done_on_its_reactor)
{
    begin(4, JOBS);
    for (int i = 0; i < JOBS; i++)
        ck_assert_int_eq(submit(i), 0);
    await(&done, JOBS);
    end();
    for (int i = 0; i < JOBS; i++) {
        ck_assert_int_eq(jobs[i].runs, 1);
        ck_assert_int_eq(jobs[i].dones, 1);
        ck_assert(jobs[i].at_home);
    }
}
END_TEST

START_TEST(a_full_queue_says_busy)
{
    begin(1, 2);
    jobs[0].job.run = wait_to_be_released;
    ck_assert_int_eq(submit(0), 0);
    await(&blocked, 1); /* it is out of the queue */
    ck_assert_int_eq(submit(1), 0);
    ck_assert_int_eq(submit(2), 0);
    ck_assert_int_eq(submit(3), HEARTH_EBUSY);
    bump(&released);
    await(&done, 3);
    ck_assert_int_eq(submit(3), 0);
    await(&done, 4);
    end();
    ck_assert_int_eq(jobs[3].runs, 1);
}
END_TEST

START_TEST(one_worker_runs_jobs_in_order)
{
    begin(1, JOBS);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(submit(i), 0);
    await(&done, 100);
    end();
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(jobs[i].order, i);
}
END_TEST

START_TEST(a_thread_is_made_only_when_none_is_free)
{
    begin(8, JOBS);
    for (int i = 0; i < 50; i++) {
        ck_assert_int_eq(submit(i), 0);
        ck_assert_int_eq(hearth__pool_drain(pool, 100000), 0);
    }
    end();
    for (int i = 1; i < 50; i++)
        ck_assert(pthread_equal(jobs[0].worker, jobs[i].worker) != 0);
}
END_TEST

/* All of them wait until all of them are in: eight threads or none. */
static void meet(hearth__job *j)
{
    bump(&blocked);
    await(&blocked, (outer(j)->order + 1) * 8);
    bump(&ran);
}

START_TEST(jobs_that_block_each_get_a_worker)
{
    begin(8, JOBS);
    for (int round = 0; round < 20; round++) {
        for (int i = round * 8; i < (round + 1) * 8; i++) {
            jobs[i].job.run = meet;
            jobs[i].order = round;
            ck_assert_int_eq(submit(i), 0);
        }
        await(&done, (round + 1) * 8);
    }
    end();
}
END_TEST

START_TEST(drain_gives_up_on_a_job_that_does_not_end)
{
    begin(2, 10);
    jobs[0].job.run = wait_to_be_released;
    ck_assert_int_eq(submit(0), 0);
    await(&blocked, 1);
    ck_assert_int_eq(hearth__pool_drain(pool, 1), HEARTH_ETIMEOUT);
    bump(&released);
    end();
    ck_assert_int_eq(jobs[0].runs, 1);
}
END_TEST

/* The reactor is held up until all jobs have run: it must find all of them at its next
 * look. */
static void hold_up(hearth__task *t)
{
    (void)t;
    bump(&blocked);
    await(&released, 1);
}

START_TEST(completions_that_pile_up_are_done_in_one_turn)
{
    hearth__task task = {.fn = hold_up};

    begin(4, JOBS);
    hearth__reactor_post(seen[0], &task);
    await(&blocked, 1);
    for (int i = 0; i < 200; i += 2)
        ck_assert_int_eq(submit(i), 0);
    ck_assert_int_eq(hearth__pool_drain(pool, 100000), 0);
    bump(&released);
    await(&done, 100);
    end();
    for (int i = 2; i < 200; i += 2)
        ck_assert_int_eq(jobs[i].tick, jobs[0].tick);
}
END_TEST

START_TEST(senseless_sizes_are_refused)
{
    hearth_error err = {0};

    ck_assert_ptr_null(hearth__pool_new(0, 10, &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    ck_assert_ptr_null(hearth__pool_new(-1, 10, NULL));
    ck_assert_ptr_null(hearth__pool_new(1000000, 10, NULL));
    ck_assert_ptr_null(hearth__pool_new(1, 0, NULL));
    hearth__pool_free(NULL);
}
END_TEST

SUITE("net/pool", TEST(every_job_runs_once_and_is_done_on_its_reactor)
                      TEST(a_full_queue_says_busy) TEST(one_worker_runs_jobs_in_order)
                          TEST(a_thread_is_made_only_when_none_is_free)
                              TEST(jobs_that_block_each_get_a_worker)
                                  TEST(drain_gives_up_on_a_job_that_does_not_end)
                                      TEST(completions_that_pile_up_are_done_in_one_turn)
                                          TEST(senseless_sizes_are_refused))
