/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What is worked out of a model once: where a name is found, and its patterns as programs.
 *
 * Members mostly come in the order of the model, and then nothing is looked up.  Those that do
 * not are found by a hash; its table is at most half full, so a name that is no field mostly
 * ends at an empty slot.
 */

#include "model/plan.h"

#include "core/error.h"
#include "model/pattern.h"

#include <stdlib.h>

#define EMPTY 0 /* else the index + 1 */

/* FNV-1a */
static size_t slot_of(hearth_str name)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < name.len; i++)
        h = (h ^ (unsigned char)name.ptr[i]) * 16777619u;
    return (h ^ h >> 16) % HEARTH__PLAN_SLOTS;
}

void hearth__plan_init(hearth__plan *p, const hearth_model *m)
{
    *p = (hearth__plan){.m = m};
    hearth__arena_init(&p->arena, 256);
    for (size_t i = 0; i < m->n && i < HEARTH__MAX_FIELDS; i++) {
        hearth_str name = hearth__str_of(m->field[i].name);
        size_t at = slot_of(name);

        p->len[i] = name.len;
        while (p->slot[at] != EMPTY)
            at = (at + 1) % HEARTH__PLAN_SLOTS;
        p->slot[at] = (uint8_t)(i + 1);
    }
}

void hearth__plan_clear(hearth__plan *p)
{
    hearth__arena_clear(&p->arena);
}

hearth__plan *hearth__plan_new(const hearth_model *m, hearth_error *err)
{
    hearth__plan *p = malloc(sizeof *p);

    if (p == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory for a model");
        return NULL;
    }
    if (hearth__model_check(m, p, err) == 0)
        return p;
    free(p);
    return NULL;
}

void hearth__plan_free(hearth__plan *p)
{
    if (p == NULL)
        return;
    hearth__plan_clear(p);
    free(p);
}

size_t hearth__plan_look_up(const hearth__plan *p, hearth_str name)
{
    for (size_t at = slot_of(name); p->slot[at] != EMPTY;
         at = (at + 1) % HEARTH__PLAN_SLOTS) {
        size_t i = p->slot[at] - 1u;

        if (p->len[i] == name.len && memcmp(p->m->field[i].name, name.ptr, name.len) == 0)
            return i;
    }
    return p->m->n;
}
