/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_MAIN_CHECK_H
#define HEARTH_BOOT_MAIN_CHECK_H

/* `program check --deploy`: what is unsafe about the settings of an application that others
 * can reach. */

#include "core/buf.h"

#include <sys/types.h>

/* Numbered sentences, a line each, into out; how many.  Reads the environment and looks at
 * files; uid is whom the program runs as. */
size_t hearth__check_deploy(hearth_app *app, uid_t uid, hearth__buf *out);
/* argv begins behind the word and ends with NULL.  The exit code: 0 when nothing was found, 1
 * when something was, 2 for a wrong command line; it has said what. */
int hearth__main_deploy(hearth_app *app, const char *name, char **argv);

#endif
