/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_FORM_H
#define HEARTH_MODEL_FORM_H

/* A model as an HTML form: <hearth/form.h>.  Knows no request. */

#include "core/buf.h"
#include "model/model.h"

#include <hearth/form.h>

typedef struct hearth__form_fault {
    const struct hearth__form_fault *next;
    const char *pointer; /* "/title"; one that is no field is about the whole */
    const char *text;
} hearth__form_fault;

typedef struct hearth__form {
    const hearth__plan *plan;
    const void *obj; /* NULL: a new one */
    bool again;      /* show what was typed, not obj */
    const hearth__field *typed;
    size_t ntyped;
    const hearth__form_fault *faults;
    const hearth_form_hidden *token; /* one more, or NULL */
    hearth_form_opts o;
    hearth__arena *arena;
} hearth__form;

/* 0, HEARTH_EINVAL with a sentence, HEARTH_ENOMEM. */
int hearth__form_put(hearth__buf *b, const hearth__form *f, hearth_error *err);

/* A value of a struct as a form would send it.  False: it has no such form. */
bool hearth__form_value(hearth__buf *b, const hearth_field *f, const void *slot);
/* Does HTML (ECMAScript with its v flag) read the pattern as we do? */
bool hearth__form_pattern(const char *pattern);

#endif
