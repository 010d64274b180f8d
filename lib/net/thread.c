/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/*
 * Starting threads inside somebody else's program.  All signals that a handler of the
 * host could want are blocked in our threads, so that they arrive where the host expects
 * them.
 */

#include "net/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

/* Faults must hit the thread that made them, and a profiler samples every thread. */
static const int kept[] = {SIGSEGV, SIGBUS, SIGFPE,  SIGILL,
                           SIGTRAP, SIGSYS, SIGABRT, SIGPROF};

static void set_name(pthread_t t, const char *prefix, int index)
{
    char name[16]; /* as many as the kernel keeps */

    snprintf(name, sizeof(name), "%s%d", prefix, index);
    (void)pthread_setname_np(t, name);
}

bool hearth__thread_start(pthread_t *t, const char *prefix, int index,
                          void *(*fn)(void *), void *arg)
{
    sigset_t blocked, before;

    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
        sigdelset(&blocked, kept[i]);
    if (pthread_sigmask(SIG_SETMASK, &blocked, &before) != 0)
        return false;
    int rc = pthread_create(t, NULL, fn, arg);

    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != 0)
        return false;
    set_name(*t, prefix, index);
    return true;
}

bool hearth__cond_init(pthread_cond_t *c)
{
    pthread_condattr_t attr;

    if (pthread_condattr_init(&attr) != 0)
        return false;
    bool ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(c, &attr) == 0;

    (void)pthread_condattr_destroy(&attr);
    return ok;
}

bool hearth__cond_until(pthread_cond_t *c, pthread_mutex_t *m, int64_t until_us)
{
    struct timespec at = {.tv_sec = (time_t)(until_us / 1000000),
                          .tv_nsec = (long)(until_us % 1000000) * 1000};

    return pthread_cond_timedwait(c, m, &at) != ETIMEDOUT;
}
