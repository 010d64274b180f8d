/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_VALS_H
#define HEARTH_DB_VALS_H

/* SQL values read as C ones, the way SQL's CAST reads them. */

#include <hearth/db.h>

/* A text gives the number it starts with, else 0; a real is cut towards 0 and kept in
 * range; NULL is 0. */
int64_t hearth__val_to_int(const hearth_val *v);
double hearth__val_to_real(const hearth_val *v);
/* The text of a number into out, '\0' at the end; returns its length. */
size_t hearth__val_number_text(const hearth_val *v, char out[32]);

#endif
