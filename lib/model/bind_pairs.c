/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Pairs of a form or a query string into a struct.
 *
 * Forms cannot say null, and browsers send every text box: an empty value is null where the field
 * may be, nothing where it is no text, and the empty text otherwise.  Names that begin with '_', and
 * csrf_token, are the framework's and never unknown.
 */

#include "model/model.h"

static void empty(hearth__bind *b, size_t i)
{
    const hearth_field *f = &b->m->field[i];

    if (f->required)
        hearth__faults_add(&b->faults, i, "required", "is required");
    else if (f->nullable)
        b->given.null |= HEARTH__BIT(i);
    else if (f->kind == HEARTH_KIND_text)
        hearth__parse_text(b, i, HEARTH__S(""), true);
}

static bool is_ours(hearth_str name)
{
    return (name.len > 0 && name.ptr[0] == '_') ||
           hearth__str_eq(name, HEARTH__S("csrf_token"));
}

void hearth__bind_pairs(hearth__bind *b, const hearth__field *pair, size_t n)
{
    size_t guess = 0;

    for (size_t k = 0; k < n; k++) {
        hearth_str name = pair[k].name, value = pair[k].value;
        size_t i = hearth__plan_find(b->plan, name, guess);

        if (i == b->m->n) {
            if (!is_ours(name))
                hearth__bind_unknown(b, name);
            continue;
        }
        guess = i + 1;
        if (!hearth__bind_named(b, i))
            continue;
        if (value.len == 0)
            empty(b, i);
        else
            hearth__parse_text(b, i, value, true);
    }
}
