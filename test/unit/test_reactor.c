/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Reactors: turns of the loop, posting, timers, access lines. */

#include "net_echo.h"
#include "suite.h"

#include "core/clock.h"

#define POSTERS 8
#define POSTS   500

START_TEST(every_connection_gets_its_bytes_back)
{
    hearth__net *n = start_echo(&(hearth__net_opts){.reactors = 3});
    int fds[20];

    for (int i = 0; i < 20; i++)
        fds[i] = client(hearth__net_port(n));
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 20; i++)
            say(fds[i], "over the hills");
        for (int i = 0; i < 20; i++)
            expect(fds[i], "over the hills");
    }
    ck_assert_int_eq(hearth__net_connections(n), 20);
    ck_assert(echo_nodelay);
    ck_assert_int_eq(hearth__net_stop(n, 10000, NULL, NULL), 0);
    for (int i = 0; i < 20; i++)
        expect_end(fds[i]);
    ck_assert_int_eq(echo_freed_n, 3);
    ck_assert_int_eq(echo_cut_n, 0);
}
END_TEST

START_TEST(the_default_is_one_reactor_for_every_usable_core)
{
    hearth__net *n = start(&(hearth__net_opts){.service = &quiet});
    int before = peek(&quiet_closed);

    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
    ck_assert_int_ge(peek(&quiet_closed), before + 1);
    ck_assert_int_le(peek(&quiet_closed), before + (int)sysconf(_SC_NPROCESSORS_CONF));
}
END_TEST

/* ---- posting --------------------------------------------------------------- */

struct post {
    hearth__task task;
    int poster, number;
};

static struct post posts[POSTERS][POSTS];
static int next_number[POSTERS], in_order, posted;
static pthread_t reactor_threads[2];

static void note_post(hearth__task *t)
{
    const struct post *p = (const struct post *)(const void *)t;

    in_order += p->number == next_number[p->poster]++;
    bump(&posted);
}

static void *poster(void *arg)
{
    struct post *mine = arg;

    for (int i = 0; i < POSTS; i++)
        hearth__reactor_post(seen[0], &mine[i].task);
    return NULL;
}

START_TEST(tasks_of_eight_threads_run_once_each_in_their_order)
{
    hearth__net *n = start(&(hearth__net_opts){.reactors = 1, .service = &quiet});
    pthread_t threads[POSTERS];

    posted = in_order = 0;
    for (int i = 0; i < POSTERS; i++) {
        next_number[i] = 0;
        for (int k = 0; k < POSTS; k++)
            posts[i][k] = (struct post){{note_post, NULL}, i, k};
    }
    for (int i = 0; i < POSTERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, poster, posts[i]), 0);
    await(&posted, POSTERS * POSTS);
    for (int i = 0; i < POSTERS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
    ck_assert_int_eq(posted, POSTERS * POSTS);
    ck_assert_int_eq(in_order, POSTERS * POSTS);
}
END_TEST

static void note_thread(hearth__task *t)
{
    const struct post *p = (const struct post *)(const void *)t;

    pthread_mutex_lock(&kit_lock);
    reactor_threads[p->number] = pthread_self();
    pthread_mutex_unlock(&kit_lock);
    bump(&posted);
}

START_TEST(each_reactor_runs_on_a_thread_of_its_own)
{
    hearth__net *n = start(&(hearth__net_opts){.reactors = 2, .service = &quiet});
    struct post p[2] = {{{note_thread, NULL}, 0, 0}, {{note_thread, NULL}, 0, 1}};

    posted = 0;
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(hearth__reactor_index(seen[i]), i);
        hearth__reactor_post(seen[i], &p[i].task);
    }
    await(&posted, 2);
    ck_assert(pthread_equal(reactor_threads[0], reactor_threads[1]) == 0);
    ck_assert(pthread_equal(reactor_threads[0], pthread_self()) == 0);
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
}
END_TEST

static void post_late(void *state)
{
    for (int i = 0; i < 2; i++)
        hearth__reactor_post(state, &posts[0][i].task);
}

START_TEST(what_is_posted_at_the_very_end_still_runs)
{
    hearth__service_ops ops = quiet;

    ops.close = post_late;
    for (int i = 0; i < 2; i++)
        posts[0][i] = (struct post){{note_post, NULL}, 0, i};
    posted = 0;
    hearth__net *n = start(&(hearth__net_opts){.reactors = 1, .service = &ops});

    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
    ck_assert_int_eq(posted, 2);
}
END_TEST

/* ---- timers and ticks ------------------------------------------------------ */

static struct {
    hearth__task arm;
    hearth__timer timer;
    int64_t due_ms;
    int fired, early;
} alarm_clock;

static void ring(hearth__timer *t)
{
    (void)t;
    alarm_clock.early += hearth__reactor_now_ms(seen[0]) < alarm_clock.due_ms;
    bump(&alarm_clock.fired);
}

static void wind_up(hearth__task *t)
{
    (void)t;
    alarm_clock.due_ms = hearth__reactor_now_ms(seen[0]) + 1;
    alarm_clock.timer.fn = ring;
    hearth__timer_set(hearth__reactor_wheel(seen[0]), &alarm_clock.timer,
                      alarm_clock.due_ms);
}

START_TEST(a_timer_fires_on_a_reactor_that_is_asleep)
{
    hearth__net *n = start(&(hearth__net_opts){.reactors = 1, .service = &quiet});

    alarm_clock.fired = alarm_clock.early = 0;
    alarm_clock.arm.fn = wind_up;
    for (int i = 0; i < 3; i++) {
        hearth__reactor_post(seen[0], &alarm_clock.arm);
        await(&alarm_clock.fired, i + 1);
    }
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
    ck_assert_int_eq(alarm_clock.early, 0);
}
END_TEST

static int64_t tick_delay;

static int64_t delayed_tick(void *state)
{
    (void)quiet_tick(state);
    pthread_mutex_lock(&kit_lock);
    int64_t delay = tick_delay;

    pthread_mutex_unlock(&kit_lock);
    return delay;
}

static void no_more_delay(hearth__task *t)
{
    (void)t;
    pthread_mutex_lock(&kit_lock);
    tick_delay = -1;
    pthread_mutex_unlock(&kit_lock);
    bump(&posted);
}

/* 0: at once, but a posted task must get its turn; 1: by timer. */
START_TEST(tick_is_called_again_as_it_asks_and_others_get_their_turn)
{
    hearth__service_ops ops = quiet;
    hearth__task task = {no_more_delay, NULL};

    ops.tick = delayed_tick;
    tick_delay = _i;
    quiet_ticks = posted = 0;
    hearth__net *n = start(&(hearth__net_opts){.reactors = 1, .service = &ops});

    await(&quiet_ticks, 20);
    hearth__reactor_post(seen[0], &task);
    await(&posted, 1);
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
}
END_TEST

static int64_t seen_now, seen_wall;

static void read_clocks(hearth__task *t)
{
    (void)t;
    pthread_mutex_lock(&kit_lock);
    seen_now = hearth__reactor_now_ms(seen[0]);
    seen_wall = hearth__reactor_wall_s(seen[0]);
    pthread_mutex_unlock(&kit_lock);
    bump(&posted);
}

START_TEST(the_clocks_of_a_turn_tell_the_time)
{
    int64_t wall = hearth__clock_wall_us() / 1000000;
    hearth__net *n = start(&(hearth__net_opts){.reactors = 1, .service = &quiet});
    hearth__task task = {read_clocks, NULL};
    int64_t last = 0;

    posted = 0;
    for (int i = 0; i < 5; i++) {
        hearth__reactor_post(seen[0], &task);
        await(&posted, i + 1);
        ck_assert_int_ge(seen_wall, wall);
        ck_assert_int_le(seen_wall, hearth__clock_wall_us() / 1000000);
        ck_assert_int_ge(seen_now, last);
        last = seen_now;
    }
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
}
END_TEST

/* ---- access lines ---------------------------------------------------------- */

static size_t sunk;
static int sink_calls;

static void sink(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    pthread_mutex_lock(&kit_lock);
    sunk += lines.len;
    pthread_mutex_unlock(&kit_lock);
    bump(&sink_calls);
}

static int lines_to_write;

static void write_lines(hearth__task *t)
{
    (void)t;
    for (int i = 0; i < lines_to_write; i++)
        hearth__buf_text(hearth__reactor_lines(seen[0]), "fifteen bytes.\n");
    bump(&posted);
}

/* One line goes out after a second at most, many without waiting, and the rest at the
 * end. */
static const struct {
    int lines;
    int calls_before_stop;
} line_cases[] = {{1, 1}, {5000, 2}, {1, 0}};

START_TEST(access_lines_reach_the_log_in_batches)
{
    static const hearth_log_ops ops = {.name = "sink", .write = sink};
    hearth__log *log = hearth__log_new(&(hearth_log_opts){.ops = &ops});
    hearth__task task = {write_lines, NULL};

    ck_assert_ptr_nonnull(log);
    sunk = 0;
    sink_calls = posted = 0;
    lines_to_write = line_cases[_i].lines;
    hearth__net *n =
        start(&(hearth__net_opts){.reactors = 1, .service = &quiet, .log = log});

    ck_assert_ptr_eq(hearth__reactor_log(seen[0]), log);
    hearth__reactor_post(seen[0], &task);
    await(&posted, 1);
    await(&sink_calls, line_cases[_i].calls_before_stop);
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
    ck_assert_uint_eq(sunk, (size_t)lines_to_write * 15);
    ck_assert_int_le(sink_calls, 4);
    hearth__log_free(log);
}
END_TEST

SUITE("net/reactor",
      TEST(every_connection_gets_its_bytes_back)
          TEST(the_default_is_one_reactor_for_every_usable_core)
              TEST(tasks_of_eight_threads_run_once_each_in_their_order)
                  TEST(each_reactor_runs_on_a_thread_of_its_own)
                      TEST(what_is_posted_at_the_very_end_still_runs)
                          TEST(a_timer_fires_on_a_reactor_that_is_asleep) LOOP(
                              tick_is_called_again_as_it_asks_and_others_get_their_turn,
                              0, 2) TEST(the_clocks_of_a_turn_tell_the_time)
                              LOOP(access_lines_reach_the_log_in_batches, 0, 3))
