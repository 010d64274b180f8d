/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_SCHEMA_TEXT_H
#define HEARTH_MODEL_SCHEMA_TEXT_H

/* The parts of a description of a table as SQL, into the buffer of a change. */

#include "model/schema_change.h"

void hearth__put(hearth__change *k, const char *text);
void hearth__put_upper(hearth__change *k, const char *text);
void hearth__put_name(hearth__change *k, const char *name); /* "name" */
/* What the table is called until it takes the place of the old one. */
void hearth__put_new_name(hearth__change *k, const char *name);
void hearth__put_list(hearth__change *k, const char *columns); /* of "a, b" */
/* Name, type, NOT NULL, DEFAULT, and the key when it is that alone. */
void hearth__put_column(hearth__change *k, const hearth__table *t,
                        const hearth__column *c);
void hearth__put_rule(hearth__change *k, const hearth__rule *r);
/* REFERENCES, behind a column; all of the FOREIGN KEY. */
void hearth__put_target(hearth__change *k, const hearth__reference *f);
void hearth__put_reference(hearth__change *k, const hearth__reference *f);
/* What follows CREATE TABLE and the name. */
void hearth__put_body(hearth__change *k, const hearth__table *t);

#endif
