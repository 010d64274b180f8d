/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CLI_TEMPLATES_H
#define HEARTH_CLI_TEMPLATES_H

#include <stdio.h>

/* Print the templates of a folder as a C table.  0, or 1 when it has said why not. */
int hearth__templates(const char *name, const char *dir, FILE *out);

#endif
