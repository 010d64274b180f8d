/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What is wrong with an object.  Faults are found in the order of the input and told in the order
 * of the model, so that the same mistake always reads the same.
 */

#include "model/model.h"

#include "core/buf.h"
#include "json/pointer.h"

void hearth__faults_init(hearth__faults *f, hearth__arena *a, const hearth__plan *p)
{
    /* code and text hold something only where `set` says so. */
    f->arena = a;
    f->plan = p;
    f->m = p->m;
    f->set = 0;
    f->extra = NULL;
    f->extra_end = &f->extra;
    f->nextra = 0;
}

void hearth__faults_add(hearth__faults *f, size_t i, const char *code, const char *fmt,
                        ...)
{
    hearth__buf text;
    va_list ap;

    if ((f->set & HEARTH__BIT(i)) != 0)
        return;
    hearth__buf_init(&text, f->arena, 0);
    hearth__buf_text(&text, f->m->field[i].name);
    hearth__buf_char(&text, ' ');
    va_start(ap, fmt);
    hearth__buf_v(&text, fmt, ap);
    va_end(ap);
    f->set |= HEARTH__BIT(i);
    f->code[i] = code;
    f->text[i] = text.ptr; /* empty when memory ran out; the arena remembers */
}

void hearth__faults_extra(hearth__faults *f, hearth_str name, const char *code,
                          const char *text)
{
    hearth__extra *e;
    char *copy;

    if (f->nextra++ >= HEARTH__MAX_EXTRA)
        return;
    e = hearth__arena_alloc(f->arena, sizeof *e);
    copy = hearth__arena_copy(f->arena, name.ptr, name.len);
    if (e == NULL || copy == NULL)
        return;
    e->name = hearth__str(copy, name.len);
    e->code = code;
    e->text = text;
    *f->extra_end = e;
    f->extra_end = &e->next;
}

static void tell(const hearth__faults *f, bool query, hearth_str name, const char *code,
                 const char *text, hearth__fault_fn *fn, void *arg)
{
    hearth__buf pointer;

    hearth__buf_init(&pointer, f->arena, 0);
    if (query) {
        hearth__buf_char(&pointer, '?');
        hearth__buf_str(&pointer, name);
    } else if (name.len > 0) {
        hearth__json_pointer_add(&pointer, name);
    }
    fn(arg, pointer.ptr, code, text);
}

void hearth__faults_tell(const hearth__faults *f, bool query, hearth__fault_fn *fn,
                         void *arg)
{
    for (size_t i = 0; i < f->m->n; i++)
        if ((f->set & HEARTH__BIT(i)) != 0)
            tell(f, query, hearth__str_of(f->m->field[i].name), f->code[i], f->text[i],
                 fn, arg);
    for (const hearth__extra *e = f->extra; e != NULL; e = e->next)
        tell(f, query, e->name, e->code, e->text, fn, arg);
}
