/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The set of reactors: starting, limits, and every way to stop. */

#include "net_echo.h"
#include "suite.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

/* ---- starting -------------------------------------------------------------- */

START_TEST(a_port_in_use_is_a_sentence_and_leaves_nothing)
{
    hearth__net *n = start_echo(&(hearth__net_opts){.reactors = 2});
    int port = hearth__net_port(n);
    hearth_error err = {0};
    char want[64];

    ck_assert_ptr_null(hearth__net_start(
        &(hearth__net_opts){.port = port, .reactors = 2, .service = &echo}, &err));
    snprintf(want, sizeof(want),
             "cannot listen on 127.0.0.1:%d: address already in use; ", port);
    ck_assert_msg(strncmp(err.text, want, strlen(want)) == 0, "%s", err.text);
    ck_assert_int_eq(err.code, HEARTH_EUNAVAILABLE);
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);

    n = start_echo(&(hearth__net_opts){.port = port, .reactors = 2});
    ck_assert_int_eq(hearth__net_port(n), port);
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
}
END_TEST

static void *second_open_fails(void *self, hearth__reactor *r, hearth_error *err)
{
    if (hearth__reactor_index(r) == 0)
        return echo_open(self, r, err);
    *err = (hearth_error){.code = HEARTH_EDB, .text = "the second one never works"};
    return NULL;
}

START_TEST(a_service_that_does_not_open_undoes_the_start)
{
    hearth__service_ops ops = echo;
    hearth_error err = {0};

    ops.open = second_open_fails;
    echo_freed_n = 0;
    ck_assert_ptr_null(
        hearth__net_start(&(hearth__net_opts){.reactors = 3, .service = &ops}, &err));
    ck_assert_str_eq(err.text, "the second one never works");
    ck_assert_int_eq(err.code, HEARTH_EDB);
    ck_assert_int_eq(echo_freed_n, 1);
}
END_TEST

static const hearth__net_opts senseless[] = {
    {.reactors = -1},        {.reactors = 100000}, {.workers = -1}, {.backlog = -1},
    {.max_connections = -1}, {.workers = 1000000}, {.port = 70000},
};
#define SENSELESS (int)(sizeof(senseless) / sizeof(senseless[0]))

START_TEST(senseless_options_are_refused)
{
    hearth__net_opts o = senseless[_i];
    hearth_error err = {0};

    o.service = &echo;
    ck_assert_ptr_null(hearth__net_start(&o, &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    ck_assert_str_ne(err.text, "");
}
END_TEST

static int got_mask;
static sigset_t reactor_mask;

static void note_mask(hearth__task *t)
{
    (void)t;
    pthread_mutex_lock(&kit_lock);
    pthread_sigmask(SIG_SETMASK, NULL, &reactor_mask);
    pthread_mutex_unlock(&kit_lock);
    bump(&got_mask);
}

START_TEST(signals_are_left_to_the_threads_of_the_program)
{
    hearth__net *n = start_echo(&(hearth__net_opts){.reactors = 1});
    hearth__task task = {note_mask, NULL};
    sigset_t mine;

    got_mask = 0;
    hearth__reactor_post(seen[0], &task);
    await(&got_mask, 1);
    pthread_sigmask(SIG_SETMASK, NULL, &mine);
    ck_assert_int_eq(sigismember(&reactor_mask, SIGTERM), 1);
    ck_assert_int_eq(sigismember(&reactor_mask, SIGCHLD), 1);
    ck_assert_int_eq(sigismember(&reactor_mask, SIGSEGV), 0);
    ck_assert_int_eq(sigismember(&mine, SIGTERM), 0);
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
}
END_TEST

/* ---- limits ---------------------------------------------------------------- */

static void is_busy_answer(int fd)
{
    char text[1024];

    read_all(fd, text, sizeof(text));
    ck_assert_msg(strncmp(text, "HTTP/1.1 503 ", 13) == 0, "%s", text);
    ck_assert_ptr_nonnull(strstr(text, "\r\nConnection: close\r\n"));
    const char *length = strstr(text, "\r\nContent-Length: ");
    const char *body = strstr(text, "\r\n\r\n");

    ck_assert(length != NULL && body != NULL);
    ck_assert_uint_eq(strtoul(length + 18, NULL, 10), strlen(body + 4));
}

START_TEST(one_connection_too_many_is_told_503)
{
    hearth__net *n = start_echo(&(hearth__net_opts){.reactors = 2, .max_connections = 2});
    int port = hearth__net_port(n);
    int a = client(port), b = client(port);

    await(&echo_accepted_n, 2);
    for (int i = 0; i < 5; i++) {
        int fd = client(port);

        is_busy_answer(fd);
        close(fd);
    }
    ck_assert_int_eq(hearth__net_connections(n), 2);
    close(a);
    while (hearth__net_connections(n) == 2) /* until the server has seen it */
        sched_yield();
    a = client(port);
    say(a, "welcome");
    expect(a, "welcome");
    ck_assert_int_eq(echo_accepted_n, 3);
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
    expect_end(a);
    expect_end(b);
}
END_TEST

static int warned;

static void count_warnings(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    if (strstr(lines.ptr, "no file descriptors left") != NULL)
        bump(&warned);
}

/* No descriptor may be opened from here on: the limit is the lowest free number. */
static struct rlimit use_up_descriptors(void)
{
    struct rlimit before, none;
    int lowest = dup(0);

    ck_assert_int_ge(lowest, 0);
    close(lowest);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = (rlim_t)lowest;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    return before;
}

START_TEST(running_out_of_descriptors_is_survived)
{
    static const hearth_log_ops ops = {.name = "count", .write = count_warnings};
    hearth__log *log = hearth__log_new(&(hearth_log_opts){.ops = &ops});
    hearth__net *n = start_echo(&(hearth__net_opts){.reactors = 1, .log = log});
    int port = hearth__net_port(n), held = client(port), refused[3],
        later = client_socket();

    warned = 0;
    for (int i = 0; i < 3; i++)
        refused[i] = client_socket();
    say(held, "hello");
    expect(held, "hello"); /* and the listener has found nothing more to accept */
    struct rlimit before = use_up_descriptors();

    for (int i = 0; i < 3; i++) {
        client_connect(refused[i], port);
        is_busy_answer(refused[i]); /* which stays open: its number must not be free */
    }
    say(held, "still there");
    expect(held, "still there");
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    client_connect(later, port);
    say(later, "back again");
    expect(later, "back again");
    ck_assert_int_ge(peek(&warned), 1);
    ck_assert_int_le(peek(&warned), 3); /* three pauses of far less than a second each */
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
    for (int i = 0; i < 3; i++)
        close(refused[i]);
    expect_end(held);
    expect_end(later);
    hearth__log_free(log);
}
END_TEST

/* ---- stopping -------------------------------------------------------------- */

static int hurry_calls;

static bool release_and_wait(void *arg)
{
    hurry_calls++;
    if (hurry_calls == 1)
        bump(arg);
    return false;
}

START_TEST(drain_lets_what_is_in_flight_finish)
{
    hearth__net *n = start_echo(&(hearth__net_opts){.reactors = 2});
    int slow = client(hearth__net_port(n)), idle = client(hearth__net_port(n));

    say(slow, "slow");
    say(idle, "hello");
    expect(idle, "hello");
    await(&echo_slow_n, 1);
    hurry_calls = 0;
    ck_assert_int_eq(hearth__net_stop(n, 3600000, release_and_wait, &echo_release), 0);
    expect(slow, "slow");
    expect_end(slow);
    expect_end(idle);
    ck_assert_int_eq(echo_cut_n, 0);
    ck_assert_int_eq(echo_freed_n, 2);
}
END_TEST

static bool yes(void *arg)
{
    (void)arg;
    return true;
}

START_TEST(hurry_ends_the_drain)
{
    hearth__net *n = start_echo(&(hearth__net_opts){.reactors = 2});
    int fd = client(hearth__net_port(n));

    say(fd, "hold");
    await(&echo_held_n, 1);
    ck_assert_int_eq(hearth__net_stop(n, INT64_MAX, yes, NULL), 0);
    expect_end(fd);
    ck_assert_int_eq(echo_cut_n, 1);
    ck_assert_int_eq(echo_freed_n, 2);
}
END_TEST

START_TEST(the_end_of_the_drain_time_cuts_what_is_left)
{
    hearth__net *n = start_echo(&(hearth__net_opts){.reactors = 2});
    int fd = client(hearth__net_port(n));

    say(fd, "hold");
    await(&echo_held_n, 1);
    ck_assert_int_eq(hearth__net_stop(n, _i, NULL, NULL), 0);
    expect_end(fd);
    ck_assert_int_eq(echo_cut_n, 1);
}
END_TEST

static void close_and_release(void *state)
{
    echo_close(state);
    bump(&echo_release);
}

START_TEST(a_job_that_ends_after_the_cut_is_still_done)
{
    hearth__service_ops ops = echo;

    ops.close = close_and_release;
    echo_slow_n = echo_release = echo_cut_n = echo_freed_n = 0;
    hearth__net *n = start(&(hearth__net_opts){.reactors = 1, .service = &ops});
    int fd = client(hearth__net_port(n));

    say(fd, "slow");
    await(&echo_slow_n, 1);
    ck_assert_int_eq(hearth__net_stop(n, 0, NULL, NULL), 0);
    expect_end(fd);
    ck_assert_int_eq(echo_cut_n, 1);
    ck_assert_int_eq(echo_freed_n, 1);
}
END_TEST

START_TEST(a_job_that_does_not_end_keeps_everything_in_place)
{
    hearth__net *n = start_echo(&(hearth__net_opts){.reactors = 2});
    int fd = client(hearth__net_port(n));

    say(fd, "slow");
    await(&echo_slow_n, 1);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(hearth__net_stop(n, 0, NULL, NULL), HEARTH_ETIMEOUT);
    expect_end(fd);
    ck_assert_int_eq(echo_cut_n, 1);
    ck_assert_int_eq(echo_freed_n, 1);
    bump(&echo_release);
    ck_assert_int_eq(hearth__net_stop(n, 3600000, NULL, NULL), 0);
    ck_assert_int_eq(echo_freed_n, 2);
}
END_TEST

static hearth__task stuck_task;
static int stuck, let_go;

static void get_stuck(hearth__task *t)
{
    (void)t;
    bump(&stuck);
    await(&let_go, 1);
}

START_TEST(a_reactor_that_is_stuck_keeps_everything_in_place)
{
    hearth__net *n = start_echo(&(hearth__net_opts){.reactors = 2});

    stuck = let_go = 0;
    stuck_task.fn = get_stuck;
    hearth__reactor_post(seen[1], &stuck_task);
    await(&stuck, 1);
    ck_assert_int_eq(hearth__net_stop(n, 0, NULL, NULL), HEARTH_ETIMEOUT);
    bump(&let_go);
    ck_assert_int_eq(hearth__net_stop(n, 3600000, NULL, NULL), 0);
    ck_assert_int_eq(echo_freed_n, 2);
}
END_TEST

START_TEST(a_stop_right_after_the_start_works)
{
    for (int i = 0; i < 10; i++) {
        hearth__net *n = start_echo(&(hearth__net_opts){.reactors = 2});

        ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
        ck_assert_int_eq(echo_freed_n, 2);
    }
}
END_TEST

SUITE("net/net",
      TEST(a_port_in_use_is_a_sentence_and_leaves_nothing)
          TEST(a_service_that_does_not_open_undoes_the_start)
              LOOP(senseless_options_are_refused, 0,
                   SENSELESS) TEST(signals_are_left_to_the_threads_of_the_program)
                  TEST(one_connection_too_many_is_told_503)
                      TEST(running_out_of_descriptors_is_survived) TEST(
                          drain_lets_what_is_in_flight_finish) TEST(hurry_ends_the_drain)
                          LOOP(the_end_of_the_drain_time_cuts_what_is_left, 0,
                               2) TEST(a_job_that_ends_after_the_cut_is_still_done)
                              TEST(a_job_that_does_not_end_keeps_everything_in_place)
                                  TEST(a_reactor_that_is_stuck_keeps_everything_in_place)
                                      TEST(a_stop_right_after_the_start_works))
