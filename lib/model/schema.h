/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_SCHEMA_H
#define HEARTH_MODEL_SCHEMA_H

/* A model as JSON Schema (draft 2020-12), as OpenAPI 3.1 has it. */

#include "json/write.h"

#include <hearth/model.h>

/* One object schema.  partial: nothing is required, as for PATCH. */
void hearth__schema(hearth__json_w *w, const hearth_model *m, bool partial);
/* The schema of one field. */
void hearth__schema_field(hearth__json_w *w, const hearth_field *f);
/* Of a value like those of a field, without the field's rules: what to compare it with. */
void hearth__schema_value(hearth__json_w *w, const hearth_field *f);

#endif
