/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_MAIN_MIGRATE_H
#define HEARTH_BOOT_MAIN_MIGRATE_H

#include <hearth/base.h>

/* `program migrate ...`: argv begins behind the word and ends with NULL.  The exit code: 0, 1 when
 * it failed, 2 for a wrong command line; it has said why. */
int hearth__main_migrate(hearth_app *app, const char *name, char **argv);

#endif
