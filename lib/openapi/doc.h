/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_OPENAPI_DOC_H
#define HEARTH_OPENAPI_DOC_H

/* The description while it is written. */

#include "model/with.h"
#include "openapi/openapi.h"
#include "json/write.h"

#define HEARTH__DOC_MODELS 256

typedef struct hearth__doc {
    hearth__json_w w;
    const hearth__openapi *self;
    const hearth__router *router;
    /* Those that are spoken of, and which of them as partial. */
    const hearth_model *model[HEARTH__DOC_MODELS];
    bool partial[HEARTH__DOC_MODELS];
    size_t nmodels;
} hearth__doc;

void hearth__doc_key(hearth__doc *d, const char *name);
/* A member; nothing for NULL. */
void hearth__doc_text(hearth__doc *d, const char *name, const char *value);
void hearth__doc_open(hearth__doc *d, const char *name); /* a member that is an object */
void hearth__doc_close(hearth__doc *d);
/* {"$ref": ...} to a model, which then has to be among the components. */
void hearth__doc_reference(hearth__doc *d, const hearth_model *m, bool partial);
/* The member "schema" of what a line speaks of. */
void hearth__doc_schema(hearth__doc *d, const hearth_route_doc *line);

/* related.c: the schema of a struct and of what is shown in it; a reference when there is
 * nothing. */
void hearth__doc_related(hearth__doc *d, const hearth_model *m,
                         const hearth__with *first);

/* answers.c: the member "responses" of an operation. */
void hearth__doc_answers(hearth__doc *d, const hearth__route *r);

#endif
