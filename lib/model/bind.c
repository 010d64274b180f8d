/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What binding from any source has in common: which names may be given, and at the end what is
 * missing.
 */

#include "core/clock.h"
#include "model/model.h"

void hearth__bind_init(hearth__bind *b, const hearth__plan *p, void *obj,
                       hearth__arena *a)
{
    memset(obj, 0, p->m->size);
    b->plan = p;
    b->m = p->m;
    b->obj = obj;
    b->given = (hearth__given){0, 0};
    b->seen = 0;
    b->arena = a;
    b->source = HEARTH__FROM_JSON;
    b->o = (hearth_bind_opts){0};
    b->optional = b->echoed = 0;
    b->keep = NULL;
    b->keep_arg = NULL;
    hearth__faults_init(&b->faults, a, p);
}

bool hearth__bind_named(hearth__bind *b, size_t i)
{
    if ((b->seen & HEARTH__BIT(i)) != 0) {
        hearth__faults_add(&b->faults, i, "duplicate", "is given twice");
        return false;
    }
    b->seen |= HEARTH__BIT(i);
    if (!b->m->field[i].readonly || (b->echoed & HEARTH__BIT(i)) != 0)
        return true;
    hearth__faults_add(&b->faults, i, "readonly", "is made by the server; leave it out");
    return false;
}

void hearth__bind_unknown(hearth__bind *b, hearth_str name)
{
    if (!b->o.ignore_unknown && !b->m->ignore_unknown)
        hearth__faults_extra(&b->faults, name, "unknown",
                             "there is no field of this name; leave it out");
}

void hearth__bind_null(hearth__bind *b, size_t i)
{
    const hearth_field *f = &b->m->field[i];

    if ((f->nullable && !f->required) || (b->echoed & HEARTH__BIT(i)) != 0)
        b->given.null |= HEARTH__BIT(i);
    else if (f->required)
        hearth__faults_add(&b->faults, i, "required", "is required; null is no value");
    else
        hearth__faults_add(&b->faults, i, "null",
                           "must not be null; leave it out instead");
}

/* ---- the end ------------------------------------------------------------------------- */

static void fall_back(hearth__bind *b, size_t i)
{
    const hearth_field *f = &b->m->field[i];
    bool now = strcmp(f->fallback, "now") == 0;
    int64_t seconds = now ? hearth__clock_wall_us() / 1000000 : 0;

    if (now && f->kind == HEARTH_KIND_time) {
        *(int64_t *)hearth__slot(f, b->obj) = seconds;
        b->given.has |= HEARTH__BIT(i);
    } else if (now && f->kind == HEARTH_KIND_date) {
        hearth__civil day = hearth__civil_of(seconds);

        *(hearth_date *)hearth__slot(f, b->obj) =
            (hearth_date){(int)day.year, day.month, day.day};
        b->given.has |= HEARTH__BIT(i);
    } else {
        hearth__parse_text(b, i, hearth__str_of(f->fallback), true);
    }
}

static void absent(hearth__bind *b, size_t i)
{
    const hearth_field *f = &b->m->field[i];

    if (b->o.partial || (b->optional & HEARTH__BIT(i)) != 0)
        return;
    if (f->required && !f->readonly) {
        hearth__faults_add(&b->faults, i, "required", "is required");
    } else if (b->source == HEARTH__FROM_FORM && f->kind == HEARTH_KIND_flag &&
               !f->readonly) {
        b->given.has |= HEARTH__BIT(i); /* false: browsers do not send an open box */
    } else if (f->fallback != NULL && !f->readonly) {
        fall_back(b, i);
    }
}

int hearth__bind_finish(hearth__bind *b)
{
    const hearth_model *m = b->m;
    uint64_t sent = b->given.has, told = sent | b->given.null | b->faults.set;

    for (size_t i = 0; i < m->n; i++)
        if ((told & HEARTH__BIT(i)) == 0)
            absent(b, i);
    hearth__rules(&b->faults, b->obj, sent);
    hearth__given_set(m, b->obj, b->given);
    if (b->arena->failed)
        return HEARTH_ENOMEM;
    return hearth__faults_any(&b->faults) ? HEARTH_EMODEL : 0;
}
