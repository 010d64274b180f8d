/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_MANAGER_H
#define HEARTH_BOOT_MANAGER_H

/* The service manager that may have started the process; for hearth_app_run(), whose
 * process it is. */

#include "app/app.h"

/* Tell it, if there is one; a failure is logged. */
void hearth__manager_tell(hearth_app *app, const char *fmt, ...) HEARTH_PRINTF(2, 3);
/* How often it wants to hear that we are well: half the time after which it gives up.  0:
 * never. */
uint64_t hearth__manager_watchdog_ms(void);

#endif
