/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CLI_EMBED_H
#define HEARTH_CLI_EMBED_H

#include <stdio.h>

/* Print the migrations of a folder as a C table.  0, or 1 when it has said why not. */
int hearth__embed(const char *name, const char *dir, FILE *out);

#endif
