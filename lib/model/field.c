/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Kinds as C sees them, and which fields of a struct are given.
 */

#include "model/model.h"

typedef struct kind {
    const char *name;
    size_t size, align;
} kind;

#define KIND(k) \
    [HEARTH_KIND_##k] = {#k, sizeof(hearth_kind_##k), _Alignof(hearth_kind_##k)}

static const kind kinds[] = {KIND(i64),  KIND(f64),  KIND(flag), KIND(text), KIND(time),
                             KIND(date), KIND(uuid), KIND(json), KIND(blob), KIND(enum)};

static const kind *find(hearth_kind k)
{
    size_t i = (size_t)k;

    return i < sizeof kinds / sizeof kinds[0] ? &kinds[i] : NULL;
}

size_t hearth__kind_size(hearth_kind k)
{
    const kind *known = find(k);

    return known == NULL ? 0 : known->size;
}

size_t hearth__kind_align(hearth_kind k)
{
    const kind *known = find(k);

    return known == NULL ? 1 : known->align;
}

const char *hearth__kind_name(hearth_kind k)
{
    const kind *known = find(k);

    return known == NULL ? "unknown" : known->name;
}

static bool is_missing(const hearth_field *f, const void *obj)
{
    const void *slot = hearth__slot_of(f, obj);

    switch (f->kind) {
    case HEARTH_KIND_text:
        return *(const char *const *)slot == NULL;
    case HEARTH_KIND_json:
        return *(struct json_t *const *)slot == NULL;
    case HEARTH_KIND_blob:
        return ((const hearth_str *)slot)->ptr == NULL;
    default:
        return false;
    }
}

hearth__given hearth__given_of(const hearth_model *m, const void *obj)
{
    hearth__given g = {0, 0};

    if (m->given != HEARTH_NO_GIVEN)
        memcpy(&g, (const char *)obj + m->given, sizeof g);
    if (g.has != 0 || g.null != 0)
        return g;
    for (size_t i = 0; i < m->n; i++)
        *(is_missing(&m->field[i], obj) ? &g.null : &g.has) |= HEARTH__BIT(i);
    return g;
}

void hearth__given_set(const hearth_model *m, void *obj, hearth__given g)
{
    if (m->given != HEARTH_NO_GIVEN)
        memcpy((char *)obj + m->given, &g, sizeof g);
}

size_t hearth__field_find(const hearth_model *m, hearth_str name, size_t guess)
{
    size_t i = guess < m->n ? guess : 0;

    for (size_t tried = 0; tried < m->n; tried++) {
        const char *s = m->field[i].name;

        if (strlen(s) == name.len && memcmp(s, name.ptr, name.len) == 0)
            return i;
        if (++i == m->n)
            i = 0;
    }
    return m->n;
}
