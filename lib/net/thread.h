/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_THREAD_H
#define HEARTH_NET_THREAD_H

/* Threads of ours: named, and with signals left to the threads of the program. */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Start fn(arg) as "<prefix><index>"; false when the system has no thread to give. */
bool hearth__thread_start(pthread_t *t, const char *prefix, int index,
                          void *(*fn)(void *), void *arg);
/* A condition whose timed waits are on the monotonic clock. */
bool hearth__cond_init(pthread_cond_t *c);
/* Wait, at most until the given hearth__clock_us(); false when that time has come. */
bool hearth__cond_until(pthread_cond_t *c, pthread_mutex_t *m, int64_t until_us);

#endif
