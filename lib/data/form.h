/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DATA_FORM_H
#define HEARTH_DATA_FORM_H

/* Forms of models in requests, from the inside. */

#include "model/form.h"

/* All that a form of this request shows: values, what was typed, faults, the token.
 * HEARTH_ESTATE when the model is not sound. */
int hearth__form_of(hearth_ctx *c, const hearth_model *m, const void *obj,
                    const hearth_form_opts *o, size_t size, hearth__form *f);

#endif
