/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_FORM_BOX_H
#define HEARTH_MODEL_FORM_BOX_H

/* One field of a form: its label, its control and what is said about it. */

#include "model/form.h"

typedef struct hearth__form_run {
    hearth__buf *b;
    const hearth__form *f;
    const hearth_model *m;
    hearth_error *err;
    const char *prefix;
} hearth__form_run;

/* The field that is shown. */
typedef struct hearth__form_box {
    const hearth_field *field;
    hearth_str value; /* its text */
    bool typed;       /* by the client: as it was */
    bool hint;
    const char *fault; /* NULL: none */
    const hearth_form_choice *choice;
} hearth__form_box;

/* All that is not a constant of these files goes through text() and attribute(), which escape. */
void hearth__form_raw(hearth__form_run *k, const char *html);
void hearth__form_text(hearth__form_run *k, hearth_str s);
void hearth__form_attribute(hearth__form_run *k, const char *name, hearth_str value);
/* ` class="form-field"` and the like. */
void hearth__form_class(hearth__form_run *k, const char *what);
/* The whole of it, below each other. */
void hearth__form_box_put(hearth__form_run *k, const hearth__form_box *x);

#endif
