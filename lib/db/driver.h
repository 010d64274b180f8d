/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_DRIVER_H
#define HEARTH_DB_DRIVER_H

/* <hearth/driver.h> from the inside. */

#include <hearth/driver.h>

/* A driver's table as this library has it: what a shorter one lacks is 0. */
typedef struct hearth__driver {
    hearth_db_ops ops; /* its dialect is the one below */
    hearth_db_dialect dialect;
} hearth__driver;

/* 0, or HEARTH_EINVAL and a sentence about what is missing.  `to` must not move. */
int hearth__driver_copy(hearth__driver *to, const hearth_db_ops *ops, hearth_error *err);

#endif
