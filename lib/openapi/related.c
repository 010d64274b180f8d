/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What a struct looks like with others in it.  It is written in place: a schema that allows no
 * other members cannot be extended by a reference to it.
 */
#include "openapi/doc.h"

#include "core/str.h"
#include "model/schema.h"

/* One row, or null where there may be none. */
static void one(hearth__doc *d, const hearth__with *w)
{
    hearth__json_open(&d->w, '{');
    hearth__doc_key(d, "anyOf");
    hearth__json_open(&d->w, '[');
    hearth__doc_related(d, w->m, w->first);
    hearth__json_open(&d->w, '{');
    hearth__doc_text(d, "type", "null");
    hearth__doc_close(d);
    hearth__json_close(&d->w, ']');
    hearth__doc_close(d);
}

static void many(hearth__doc *d, const hearth__with *w)
{
    hearth__json_open(&d->w, '{');
    hearth__doc_text(d, "type", "array");
    hearth__doc_text(d, "description", w->many->doc);
    hearth__doc_key(d, "items");
    hearth__doc_related(d, w->m, w->first);
    hearth__doc_close(d);
}

static void properties(hearth__doc *d, const hearth_model *m, const hearth__with *first)
{
    hearth__doc_open(d, "properties");
    for (size_t i = 0; i < m->n; i++) {
        if (m->field[i].secret)
            continue;
        hearth__doc_key(d, m->field[i].name);
        hearth__schema_field(&d->w, &m->field[i]);
    }
    for (; first != NULL; first = first->next) {
        hearth__doc_key(d, first->name);
        (first->many != NULL ? many : one)(d, first);
    }
    hearth__doc_close(d);
}

void hearth__doc_related(hearth__doc *d, const hearth_model *m, const hearth__with *first)
{
    if (first == NULL) {
        hearth__doc_reference(d, m, false);
        return;
    }
    hearth__json_open(&d->w, '{');
    hearth__doc_text(d, "type", "object");
    hearth__doc_text(d, "description", m->doc);
    properties(d, m, first);
    hearth__doc_key(d, "additionalProperties");
    hearth__json_bool(&d->w, false);
    hearth__doc_close(d);
}
