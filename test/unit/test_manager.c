/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* What systemd says through the environment. */

#include "boot/manager.h"

#include "suite.h"

#include <stdio.h>
#include <unistd.h>

static const struct {
    const char *usec, *pid; /* pid "own": this process */
    uint64_t ms;
} dogs[] = {
    {NULL, NULL, 0},      {"0", NULL, 0},           {"x", NULL, 0},
    {"", NULL, 0},        {"10000000", NULL, 5000}, {"10000000", "own", 5000},
    {"10000000", "1", 0}, {"10000000", "x", 0},     {"1", NULL, 1},
    {"-5", NULL, 0},
};
#define DOGS (int)(sizeof(dogs) / sizeof(dogs[0]))

START_TEST(the_watchdog_is_fed_in_half_its_time)
{
    char own[20];

    snprintf(own, sizeof own, "%ld", (long)getpid());
    if (dogs[_i].usec != NULL)
        setenv("WATCHDOG_USEC", dogs[_i].usec, 1);
    if (dogs[_i].pid != NULL)
        setenv("WATCHDOG_PID", dogs[_i].pid[0] == 'o' ? own : dogs[_i].pid, 1);
    ck_assert_uint_eq(hearth__manager_watchdog_ms(), dogs[_i].ms);
}
END_TEST

static int lines;

static void count(void *self, hearth_log_level level, hearth_str text)
{
    (void)self;
    (void)text;
    lines += level == HEARTH_LOG_WARN;
}

START_TEST(a_manager_that_is_gone_is_logged)
{
    static const hearth_log_ops ops = {.name = "count", .write = count};
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.log = {.ops = &ops}});

    hearth__manager_tell(app, "READY=%d", 1);
    ck_assert_int_eq(lines, 0);
    setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
    hearth__manager_tell(app, "READY=%d", 1);
    ck_assert_int_eq(lines, 1);
    hearth_app_free(app);
}
END_TEST

SUITE("boot/manager", LOOP(the_watchdog_is_fed_in_half_its_time, 0, DOGS)
                          TEST(a_manager_that_is_gone_is_logged))
