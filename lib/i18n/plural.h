/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_I18N_PLURAL_H
#define HEARTH_I18N_PLURAL_H

/*
 * Which form of a word goes with a number: the Plural-Forms field of a catalogue,
 *
 *     nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2;
 *
 * an expression of C over n, read once into a stack program.
 */

#include <hearth/base.h>

#define HEARTH__PLURAL_FORMS 8
#define HEARTH__PLURAL_STEPS 192

typedef struct hearth__plural_step {
    unsigned char op;
    uint64_t value; /* of a constant */
} hearth__plural_step;

typedef struct hearth__plural {
    unsigned forms;
    size_t n;
    hearth__plural_step step[HEARTH__PLURAL_STEPS];
} hearth__plural;

/* "nplurals=2; plural=(n != 1);".  HEARTH_EINVAL with what is wrong: no such expression, too
 * long or too deep, or some n up to 1000 has a form that is not there. */
int hearth__plural_read(hearth__plural *p, hearth_str text, hearth_error *err);
/* That of English, which a catalogue has that says nothing. */
void hearth__plural_default(hearth__plural *p);
/* Below p->forms. */
unsigned hearth__plural_form(const hearth__plural *p, uint64_t n);

#endif
