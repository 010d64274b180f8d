/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_TEST_H
#define HEARTH_TMPL_TEST_H

/* The tables of the tests: `x is defined`, `x is divisibleby 3`. */

#include "tmpl/builtin.h"

extern const hearth__builtin hearth__tests_compare[];
extern const hearth__builtin hearth__tests_kind[];

#endif
