/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_MAIN_DIFF_H
#define HEARTH_BOOT_MAIN_DIFF_H

#include <hearth/base.h>

/* `program migrate diff ...` and `program migrate check`: argv begins behind the word and ends
 * with NULL.  As hearth__main_migrate(), which has looked at the set-up. */
int hearth__main_diff(hearth_app *app, const char *name, char **argv);
int hearth__main_check(hearth_app *app, const char *name, char **argv);

#endif
