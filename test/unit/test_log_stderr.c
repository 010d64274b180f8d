/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The default sink: standard error may be closed, full or slow, and the program goes
 * on. */
#include "suite.h"

#include "core/log.h"
#include "core/str.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* Make standard error a pipe; returns its reading end.  Each test runs in a process of
 * its own. */
static int stderr_pipe(void)
{
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(dup2(fds[1], STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(close(fds[1]), 0);
    return fds[0];
}

static hearth__log *standard_log(void)
{
    hearth__log *l = hearth__log_new(NULL);

    ck_assert_ptr_nonnull(l);
    return l;
}

static bool sigpipe_in(int (*which)(sigset_t *))
{
    sigset_t set;

    sigemptyset(&set);
    ck_assert_int_eq(which(&set), 0);
    return sigismember(&set, SIGPIPE) == 1;
}

static int mask_of(sigset_t *set)
{
    return pthread_sigmask(SIG_BLOCK, NULL, set);
}

START_TEST(lines_go_to_standard_error)
{
    int fd = stderr_pipe();
    hearth__log *l = standard_log();
    char got[200] = "";

    hearth__log_line(l, HEARTH_LOG_DEBUG, NULL, "not this one");
    hearth__log_line(l, HEARTH_LOG_WARN, NULL, "this one");
    ck_assert_int_gt(read(fd, got, sizeof got - 1), 0);
    ck_assert_str_eq(got + 24, " WARN  this one\n");
    hearth__log_free(l);
}
END_TEST

START_TEST(a_closed_pipe_does_not_kill)
{
    hearth__log *l = standard_log();

    ck_assert_int_eq(close(stderr_pipe()), 0);
    signal(SIGPIPE, SIG_DFL);
    errno = EDOM;
    for (int i = 0; i < 3; i++)
        hearth__log_line(l, HEARTH_LOG_ERROR, NULL, "nobody reads this");
    ck_assert_int_eq(errno, EDOM);
    ck_assert(!sigpipe_in(sigpending)); /* nothing is left for later */
    ck_assert(!sigpipe_in(mask_of));    /* and the mask is what it was */
    hearth__log_free(l);
}
END_TEST

START_TEST(a_closed_descriptor_does_no_harm)
{
    hearth__log *l = standard_log();

    ck_assert_int_eq(close(STDERR_FILENO), 0);
    hearth__log_line(l, HEARTH_LOG_ERROR, NULL, "nowhere to go");
    hearth__log_free(l);
}
END_TEST

START_TEST(a_sigpipe_of_the_host_stays_pending)
{
    hearth__log *l = standard_log();
    sigset_t set;

    ck_assert_int_eq(close(stderr_pipe()), 0);
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
    hearth__log_line(l, HEARTH_LOG_ERROR, NULL, "x");
    ck_assert(!sigpipe_in(sigpending));
    ck_assert_int_eq(raise(SIGPIPE), 0);
    hearth__log_line(l, HEARTH_LOG_ERROR, NULL, "x");
    ck_assert(sigpipe_in(sigpending));
    ck_assert(sigpipe_in(mask_of));
    hearth__log_free(l);
}
END_TEST

static size_t drain(int fd, char *to, size_t size)
{
    size_t len = 0;
    ssize_t n;

    while (len < size && (n = read(fd, to + len, size - len)) > 0)
        len += (size_t)n;
    return len;
}

/* A reader that stopped: the log waits for nobody, and starts a new line when it can
 * again. */
START_TEST(a_full_pipe_drops_lines_and_tears_none_in_two)
{
    static char got[1 << 21];
    int fd = stderr_pipe();
    hearth__log *l = standard_log();
    hearth__buf b;
    size_t n;

    ck_assert_int_eq(fcntl(STDERR_FILENO, F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    hearth__buf_init(&b, NULL, 0);
    for (int i = 0; i < 40000; i++) /* far more than a pipe holds: a part is written */
        hearth__buf_text(&b, "a batch of lines\n");
    hearth__log_flush(l, &b);
    hearth__log_line(l, HEARTH_LOG_ERROR, NULL, "dropped");
    n = drain(fd, got, sizeof got);
    ck_assert_uint_gt(n, 0);
    ck_assert_uint_lt(n, 40000 * 17);
    ck_assert_uint_ne(n % 17, 0); /* it did end within a line */
    hearth__log_line(l, HEARTH_LOG_ERROR, NULL, "one");
    hearth__log_line(l, HEARTH_LOG_ERROR, NULL, "two");
    n = drain(fd, got, sizeof got - 1);
    got[n] = '\0';
    ck_assert_int_eq(got[0], '\n');
    ck_assert_str_eq(strchr(got, 'Z'), strstr(got, "Z ERROR one\n"));
    ck_assert_ptr_nonnull(strstr(got, "Z ERROR two\n"));
    ck_assert_ptr_null(strstr(got, "dropped"));
    ck_assert_ptr_null(strstr(got + 1, "\n\n"));
    hearth__buf_clear(&b);
    hearth__log_free(l);
}
END_TEST

#define BATCH ((size_t)1 << 20)

static void *read_all(void *arg)
{
    static char got[BATCH + 1];
    int fd = *(int *)arg;
    size_t len = 0;
    ssize_t n = 1;

    while (n > 0) {
        size_t left = sizeof got - len;

        n = read(fd, got + len, left < 4096 ? left : 4096);
        len += n > 0 ? (size_t)n : 0;
    }
    if (len != BATCH)
        return (void *)"lost bytes";
    for (size_t i = 0; i < len; i++)
        if (got[i] != (i % 64 == 63 ? '\n' : (char)('A' + i / 64 % 26)))
            return (void *)"bytes out of order";
    return NULL;
}

static void interrupt(int signal)
{
    (void)signal;
}

/* A pipe much smaller than the batch, a slow reader, and a signal every 200
 * microseconds. */
START_TEST(signals_and_small_pipes_lose_nothing)
{
    struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = interrupt}; /* no SA_RESTART */
    int fd = stderr_pipe();
    hearth__log *l = standard_log();
    sigset_t alarm_set;
    pthread_t reader;
    void *result;
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    for (size_t i = 0; i < BATCH; i++)
        hearth__buf_char(&b, i % 64 == 63 ? '\n' : (char)('A' + i / 64 % 26));
    sigemptyset(&alarm_set);
    sigaddset(&alarm_set, SIGALRM);
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, &alarm_set, NULL), 0);
    ck_assert_int_eq(pthread_create(&reader, NULL, read_all, &fd), 0);
    ck_assert_int_eq(pthread_sigmask(SIG_UNBLOCK, &alarm_set, NULL), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
    hearth__log_flush(l, &b);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
    ck_assert_int_eq(close(STDERR_FILENO), 0); /* the reader sees the end */
    while (pthread_join(reader, &result) != 0)
        ;
    ck_assert_msg(result == NULL, "%s", (const char *)result);
    hearth__buf_clear(&b);
    hearth__log_free(l);
}
END_TEST

SUITE("core/log_stderr",
      TEST(lines_go_to_standard_error) TEST(a_closed_pipe_does_not_kill)
          TEST(a_closed_descriptor_does_no_harm) TEST(a_sigpipe_of_the_host_stays_pending)
              TEST(a_full_pipe_drops_lines_and_tears_none_in_two)
                  TEST(signals_and_small_pipes_lose_nothing))
