/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_AUTH_PASSWORD_H
#define HEARTH_AUTH_PASSWORD_H

/* Passwords of an application, from the inside. */

#include "app/ctx.h"
#include "core/pwhash.h"
#include "core/slots.h"

#include <hearth/password.h>

struct hearth__passwords {
    hearth_password_opts opts; /* with defaults */
    hearth__slots slots;
    char nobody[HEARTH__PWHASH_SIZE]; /* checked for who does not exist */
    atomic_ullong work; /* what was hashed, in KiB times passes: for tests */
};

/* common.c: has everybody this one?  Is it his own name and little more? */
bool hearth__password_common(hearth_str password);
bool hearth__password_personal(hearth_str password, hearth_str own);

#endif
