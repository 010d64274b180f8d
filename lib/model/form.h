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

/* Pieces of it, for a page that puts fields where it likes. */
typedef enum hearth__form_part {
    HEARTH__FORM_OPEN,   /* <form ...>, and what is hidden */
    HEARTH__FORM_ERRORS, /* the summary, nothing without faults */
    HEARTH__FORM_FIELD,  /* label, control, hint, fault of one field */
    HEARTH__FORM_CLOSE   /* the button and </form> */
} hearth__form_part;

/* What is said of one field, for a page that writes its control itself. */
typedef struct hearth__form_facts {
    const hearth_field *field;
    const char *prefix; /* its id is PREFIX-NAME */
    hearth_str value;
    const char *fault; /* NULL: none */
} hearth__form_facts;

/* field: of HEARTH__FORM_FIELD.  As hearth__form_put(). */
int hearth__form_put_part(hearth__buf *b, const hearth__form *f, hearth__form_part part,
                          hearth_str field, hearth_error *err);
/* HEARTH_EINVAL also when there is no such field. */
int hearth__form_facts_of(const hearth__form *f, hearth_str field,
                          hearth__form_facts *out, hearth_error *err);

/* A value of a struct as a form would send it.  False: it has no such form. */
bool hearth__form_value(hearth__buf *b, const hearth_field *f, const void *slot);
/* Does HTML (ECMAScript with its v flag) read the pattern as we do? */
bool hearth__form_pattern(const char *pattern);

#endif
