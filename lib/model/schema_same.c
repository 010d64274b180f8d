/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * When two descriptions of a part of a table mean the same.
 */

#include "model/schema_same.h"

#include "core/str.h"

bool hearth__same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

hearth_str hearth__plain(const char *expression)
{
    hearth_str s = hearth__str_of(expression);

    while (s.len > 1 && s.ptr[0] == '(' && s.ptr[s.len - 1] == ')' &&
           memchr(s.ptr + 1, '(', s.len - 1) == NULL)
        s = hearth__str_trim(hearth__str(s.ptr + 1, s.len - 2));
    if (hearth__str_ieq(s, HEARTH__S("true")))
        return HEARTH__S("1");
    return hearth__str_ieq(s, HEARTH__S("false")) ? HEARTH__S("0") : s;
}

bool hearth__same_fallback(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return hearth__str_eq(hearth__plain(a), hearth__plain(b));
}

bool hearth__same_column(const hearth__column *a, const hearth__column *b)
{
    return strcmp(a->type, b->type) == 0 && a->not_null == b->not_null &&
           a->key == b->key && hearth__same_fallback(a->fallback, b->fallback);
}

bool hearth__has_rule(const hearth__table *t, const hearth__rule *k)
{
    for (size_t i = 0; i < t->nchecks; i++)
        if (hearth__same_text(t->check[i].name, k->name) &&
            strcmp(t->check[i].text, k->text) == 0)
            return true;
    return false;
}

/* "no action" and "restrict" differ in when they refuse. */
static bool same_action(const char *a, const char *b)
{
    return strcmp(strcmp(a, "no action") == 0 ? "restrict" : a,
                  strcmp(b, "no action") == 0 ? "restrict" : b) == 0;
}

bool hearth__has_reference(const hearth__table *t, const hearth__reference *f)
{
    for (size_t i = 0; i < t->nreferences; i++) {
        const hearth__reference *is = &t->reference[i];

        if (strcmp(is->column, f->column) == 0 && strcmp(is->other, f->other) == 0 &&
            strcmp(is->other_column, f->other_column) == 0 &&
            same_action(is->on_delete, f->on_delete))
            return true;
    }
    return false;
}

hearth__table_index *hearth__find_index(const hearth__table *t, const char *columns,
                                        bool unique)
{
    for (size_t i = 0; columns != NULL && i < t->nindexes; i++)
        if (t->index[i].unique == unique &&
            hearth__same_text(t->index[i].columns, columns))
            return &t->index[i];
    return NULL;
}

bool hearth__has_index(const hearth__table *t, const hearth__table_index *x)
{
    for (size_t i = 0; i < t->nindexes; i++)
        if (strcmp(t->index[i].name, x->name) == 0 &&
            hearth__same_text(t->index[i].made_by, x->made_by))
            return true;
    return false;
}

bool hearth__is_part(const hearth__table_index *x)
{
    return x->made_by == NULL && x->unique && x->columns != NULL;
}

bool hearth__has_part(const hearth__table *t, const hearth__table_index *x)
{
    for (size_t i = 0; i < t->nindexes; i++)
        if (hearth__is_part(&t->index[i]) && strcmp(t->index[i].columns, x->columns) == 0)
            return true;
    return false;
}

static bool is_name_char(char c)
{
    return hearth__is_alpha(c) || hearth__is_digit(c) || c == '_' ||
           (unsigned char)c >= 0x80;
}

bool hearth__mentions(const char *text, const char *name)
{
    size_t n = strlen(name);

    for (const char *p = text; p != NULL && (p = strstr(p, name)) != NULL; p++)
        if ((p == text || !is_name_char(p[-1])) && !is_name_char(p[n]))
            return true;
    return false;
}
