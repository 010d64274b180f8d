/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* What systemd says through the environment, and what it is told (sd_notify(3)). */

#include "boot/manager.h"

#include "core/str.h"
#include "net/notify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void hearth__manager_tell(hearth_app *app, const char *fmt, ...)
{
    const char *to = getenv("NOTIFY_SOCKET");
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (hearth__notify(to, text) != 0)
        hearth__log_line(app->log, HEARTH_LOG_WARN, NULL,
                         "cannot tell the service manager at NOTIFY_SOCKET=%s: %.*s", to,
                         (int)strcspn(text, "\n"), text);
}

uint64_t hearth__manager_watchdog_ms(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    uint64_t n, of;

    if (usec == NULL || !hearth__str_uint(hearth__str_of(usec), &n) || n == 0)
        return 0;
    if (pid != NULL &&
        (!hearth__str_uint(hearth__str_of(pid), &of) || of != (uint64_t)getpid()))
        return 0;
    return n / 2000 == 0 ? 1 : n / 2000;
}
