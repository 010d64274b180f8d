/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_LOG_FD_H
#define HEARTH_CORE_LOG_FD_H

/* The sink of a log that has no other: standard error. */

#include <hearth/log.h>

extern const hearth_log_ops hearth__log_fd;

#endif
