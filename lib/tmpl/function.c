/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The functions of the language, by table.
 */

#include "tmpl/builtin.h"

const hearth__builtin *const hearth__functions[] = {NULL};
