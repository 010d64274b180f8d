/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_SECRET_H
#define HEARTH_BOOT_SECRET_H

/* Where an application that wants secrets has them from. */

#include "app/app.h"

#define HEARTH__SECRET_FILE "hearth.secret"

/* HEARTH_SECRET, where the options say nothing. */
int hearth__secret_env(hearth_app *app, hearth_error *err);
/* It listens on this machine alone (local), or for others: the file, or a refusal. */
int hearth__secret_place(hearth_app *app, bool local, hearth_error *err);
/* One that nobody keeps, for tests. */
int hearth__secret_passing(hearth_app *app, hearth_error *err);

/* Is one of them that of the file, which is for development? */
bool hearth__secret_is_of_file(const hearth__keyring *ring);

#endif
