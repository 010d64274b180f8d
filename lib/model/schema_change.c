/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * From one description of a table to another, in SQL.
 *
 * There are three ways: the table is made, or dropped; it is altered; or, where the engine's
 * ALTER TABLE cannot do that, it is replaced: a new one is made, the rows are copied, the old one
 * is dropped and the new one gets its name.  Views and triggers that name it are taken away for
 * that time, and references to it are broken, which the transaction has to allow.
 */

#include "model/schema_change.h"

#include "core/str.h"
#include "model/schema_same.h"
#include "model/schema_text.h"

typedef hearth__change change;

static void put_statement(change *k, const char *sql)
{
    hearth__put(k, sql);
    hearth__put(k, ";\n");
}

/* Those of `to`; with `all` also the ones that `from` has. */
static void make_indexes(change *k, bool all)
{
    for (size_t i = 0; i < k->to->nindexes; i++) {
        const hearth__table_index *x = &k->to->index[i];

        if (x->made_by != NULL && (all || !hearth__has_index(k->from, x)))
            put_statement(k, x->made_by);
    }
}

static void drop_indexes(change *k)
{
    for (size_t i = 0; i < k->from->nindexes; i++)
        if (k->from->index[i].made_by != NULL &&
            !hearth__has_index(k->to, &k->from->index[i])) {
            hearth__put(k, "DROP INDEX ");
            hearth__put_name(k, k->from->index[i].name);
            hearth__put(k, ";\n");
        }
}

static void drop_others(change *k, const hearth__table *t)
{
    for (size_t i = t->nothers; i-- > 0;) {
        hearth__put(k, "DROP ");
        hearth__put_upper(k, t->other[i].kind);
        hearth__put(k, " ");
        hearth__put_name(k, t->other[i].name);
        hearth__put(k, ";\n");
    }
}

static void make_others(change *k, const hearth__table *t)
{
    for (size_t i = 0; i < t->nothers; i++)
        put_statement(k, t->other[i].made_by);
}

/* ---- made, dropped --------------------------------------------------------------------- */

static void make(change *k)
{
    hearth__put(k, "CREATE TABLE ");
    hearth__put_name(k, k->to->name);
    hearth__put(k, " ");
    hearth__put_body(k, k->to);
    hearth__put(k, ";\n");
    for (size_t i = 0; i < k->to->nindexes; i++)
        if (k->to->index[i].made_by != NULL)
            put_statement(k, k->to->index[i].made_by);
    make_others(k, k->to);
}

static void drop(change *k)
{
    drop_others(k, k->from);
    hearth__put(k, "DROP TABLE ");
    hearth__put_name(k, k->from->name);
    hearth__put(k, ";\n");
    k->loose = k->loose || k->d->alter_limited;
}

/* ---- replaced -------------------------------------------------------------------------- */

/* What a row that is there gets in a column of the new table; false: the column's fallback. */
static bool put_value(change *k, const hearth__column *c, bool put_it)
{
    const hearth__column *is = hearth__table_column(k->from, c->name);
    bool serial = c->key > 0 && !c->not_null;

    if (is == NULL && (!c->not_null || c->fallback != NULL || serial))
        return false;
    if (!put_it)
        return true;
    if (is == NULL) {
        hearth__put(k, "NULL");
    } else if (c->not_null && !is->not_null && c->fallback != NULL) {
        hearth__put(k, "coalesce(");
        hearth__put_name(k, c->name);
        hearth__buf_f(k->sql, ", %s)", c->fallback);
    } else {
        hearth__put_name(k, c->name);
    }
    return true;
}

static void copy_rows(change *k)
{
    const hearth__table *to = k->to;
    const char *comma = "";
    bool any = false;

    for (size_t i = 0; i < to->ncolumns; i++)
        any = any || hearth__table_column(k->from, to->column[i].name) != NULL;
    if (!any)
        return;
    hearth__put(k, "INSERT INTO ");
    hearth__put_new_name(k, to->name);
    hearth__put(k, " (");
    for (size_t i = 0; i < to->ncolumns; i++)
        if (put_value(k, &to->column[i], false)) {
            hearth__put(k, comma);
            hearth__put_name(k, to->column[i].name);
            comma = ", ";
        }
    hearth__put(k, ")\n    SELECT ");
    comma = "";
    for (size_t i = 0; i < to->ncolumns; i++)
        if (put_value(k, &to->column[i], false)) {
            hearth__put(k, comma);
            put_value(k, &to->column[i], true);
            comma = ", ";
        }
    hearth__put(k, " FROM ");
    hearth__put_name(k, k->from->name);
    hearth__put(k, ";\n");
}

static void replace(change *k)
{
    k->loose = true;
    drop_others(k, k->from);
    hearth__put(k, "CREATE TABLE ");
    hearth__put_new_name(k, k->to->name);
    hearth__put(k, " ");
    hearth__put_body(k, k->to);
    hearth__put(k, ";\n");
    copy_rows(k);
    hearth__put(k, "DROP TABLE ");
    hearth__put_name(k, k->from->name);
    hearth__put(k, ";\nALTER TABLE ");
    hearth__put_new_name(k, k->to->name);
    hearth__put(k, " RENAME TO ");
    hearth__put_name(k, k->to->name);
    hearth__put(k, ";\n");
    make_indexes(k, true);
    make_others(k, k->to);
}

/* ---- altered --------------------------------------------------------------------------- */

static void alter(change *k)
{
    hearth__put(k, "ALTER TABLE ");
    hearth__put_name(k, k->from->name);
    hearth__put(k, " ");
}

static void alter_column(change *k, const hearth__column *c)
{
    alter(k);
    hearth__put(k, "ALTER COLUMN ");
    hearth__put_name(k, c->name);
    hearth__put(k, " ");
}

/* Where ALTER TABLE does no more, the rules of the column go with it. */
static void add_column(change *k, const hearth__column *c)
{
    const hearth__table *t = k->to;

    alter(k);
    hearth__put(k, "ADD COLUMN ");
    hearth__put_column(k, t, c);
    for (size_t i = 0; k->d->alter_limited && i < t->nchecks; i++)
        if (hearth__mentions(t->check[i].text, c->name) &&
            !hearth__has_rule(k->from, &t->check[i])) {
            hearth__put(k, " ");
            hearth__put_rule(k, &t->check[i]);
        }
    for (size_t i = 0; k->d->alter_limited && i < t->nreferences; i++)
        if (strcmp(t->reference[i].column, c->name) == 0)
            hearth__put_target(k, &t->reference[i]);
    hearth__put(k, ";\n");
}

static void change_null(change *k, const hearth__column *c)
{
    if (c->not_null && c->fallback != NULL) {
        hearth__put(k, "UPDATE ");
        hearth__put_name(k, k->to->name);
        hearth__put(k, " SET ");
        hearth__put_name(k, c->name);
        hearth__buf_f(k->sql, " = %s WHERE ", c->fallback);
        hearth__put_name(k, c->name);
        hearth__put(k, " IS NULL;\n");
    }
    alter_column(k, c);
    hearth__put(k, c->not_null ? "SET NOT NULL;\n" : "DROP NOT NULL;\n");
}

static void change_column(change *k, const hearth__column *is, const hearth__column *c)
{
    if (strcmp(is->type, c->type) != 0) {
        alter_column(k, c);
        hearth__put(k, "SET DATA TYPE ");
        hearth__put_upper(k, c->type);
        hearth__put(k, ";\n");
    }
    if (!hearth__same_fallback(is->fallback, c->fallback)) {
        alter_column(k, c);
        if (c->fallback == NULL)
            hearth__put(k, "DROP DEFAULT;\n");
        else
            hearth__buf_f(k->sql, "SET DEFAULT %s;\n", c->fallback);
    }
    if (is->not_null != c->not_null)
        change_null(k, c);
    if (is->key != c->key)
        hearth__put(k, "-- The key has changed: write here how.\n");
}

static void change_columns(change *k)
{
    for (size_t i = 0; i < k->from->ncolumns; i++)
        if (hearth__table_column(k->to, k->from->column[i].name) == NULL) {
            alter(k);
            hearth__put(k, "DROP COLUMN ");
            hearth__put_name(k, k->from->column[i].name);
            hearth__put(k, ";\n");
        }
    for (size_t i = 0; i < k->to->ncolumns; i++) {
        const hearth__column *c = &k->to->column[i],
                             *is = hearth__table_column(k->from, c->name);

        if (is == NULL)
            add_column(k, c);
        else if (!k->d->alter_limited)
            change_column(k, is, c);
    }
}

static void drop_rule(change *k, const char *name)
{
    if (name == NULL)
        return; /* no engine that can drop rules leaves them without a name */
    alter(k);
    hearth__put(k, "DROP CONSTRAINT ");
    hearth__put_name(k, name);
    hearth__put(k, ";\n");
}

static void drop_rules(change *k)
{
    const hearth__table *t = k->from;

    for (size_t i = 0; i < t->nreferences; i++)
        if (!hearth__has_reference(k->to, &t->reference[i]))
            drop_rule(k, t->reference[i].name);
    for (size_t i = 0; i < t->nchecks; i++)
        if (!hearth__has_rule(k->to, &t->check[i]))
            drop_rule(k, t->check[i].name);
    for (size_t i = 0; i < t->nindexes; i++)
        if (hearth__is_part(&t->index[i]) && !hearth__has_part(k->to, &t->index[i]))
            drop_rule(k, t->index[i].name);
}

static void add_rules(change *k)
{
    const hearth__table *t = k->to;

    for (size_t i = 0; i < t->nindexes; i++)
        if (hearth__is_part(&t->index[i]) && !hearth__has_part(k->from, &t->index[i])) {
            alter(k);
            hearth__put(k, "ADD UNIQUE (");
            hearth__put_list(k, t->index[i].columns);
            hearth__put(k, ");\n");
        }
    for (size_t i = 0; i < t->nchecks; i++)
        if (!hearth__has_rule(k->from, &t->check[i])) {
            alter(k);
            hearth__put(k, "ADD ");
            hearth__put_rule(k, &t->check[i]);
            hearth__put(k, ";\n");
        }
    for (size_t i = 0; i < t->nreferences; i++)
        if (!hearth__has_reference(k->from, &t->reference[i])) {
            alter(k);
            hearth__put(k, "ADD ");
            hearth__put_reference(k, &t->reference[i]);
            hearth__put(k, ";\n");
        }
}

static void change_in_place(change *k)
{
    drop_indexes(k);
    if (!k->d->alter_limited)
        drop_rules(k);
    change_columns(k);
    if (!k->d->alter_limited)
        add_rules(k);
    make_indexes(k, false);
}

/* ---- which of them --------------------------------------------------------------------- */

/* A value and no expression: a number, a text, a word for a value. */
static bool is_literal(const char *expression)
{
    hearth_str s = hearth__plain(expression);
    double number;

    if (s.len == 0)
        return false;
    if (s.ptr[0] == '\'' || ((s.ptr[0] | 32) == 'x' && s.len > 1 && s.ptr[1] == '\''))
        return s.ptr[s.len - 1] == '\'' && strstr(expression, "||") == NULL;
    return hearth__str_f64(s, &number);
}

static bool refers(const hearth__table *t, const char *column)
{
    for (size_t i = 0; i < t->nreferences; i++)
        if (strcmp(t->reference[i].column, column) == 0)
            return true;
    return false;
}

static bool in_part(const hearth__table *t, const char *column)
{
    for (size_t i = 0; i < t->nindexes; i++)
        if (hearth__is_part(&t->index[i]) &&
            hearth__mentions(t->index[i].columns, column))
            return true;
    return false;
}

static bool in_rule(const hearth__table *t, const char *column)
{
    for (size_t i = 0; i < t->nchecks; i++)
        if (hearth__mentions(t->check[i].text, column))
            return true;
    return false;
}

/* What an ALTER TABLE that only adds and drops columns takes. */
static bool can_add(const change *k, const hearth__column *c)
{
    return c->key == 0 && !in_part(k->to, c->name) &&
           (c->fallback != NULL ? is_literal(c->fallback) && !refers(k->to, c->name)
                                : !c->not_null);
}

static bool can_drop(const change *k, const hearth__column *c)
{
    return c->key == 0 && k->from->nothers == 0 && !k->from->tied &&
           !refers(k->from, c->name) && !in_part(k->from, c->name) &&
           !in_rule(k->from, c->name);
}

static bool columns_fit(const change *k)
{
    for (size_t i = 0; i < k->from->ncolumns; i++)
        if (hearth__table_column(k->to, k->from->column[i].name) == NULL &&
            !can_drop(k, &k->from->column[i]))
            return false;
    for (size_t i = 0; i < k->to->ncolumns; i++) {
        const hearth__column *c = &k->to->column[i],
                             *is = hearth__table_column(k->from, c->name);

        if (is == NULL ? !can_add(k, c) : !hearth__same_column(is, c))
            return false;
    }
    return true;
}

/* A rule about one new column and nothing else? */
static bool is_new(const change *k, const hearth__rule *r)
{
    size_t added = 0;

    for (size_t i = 0; i < k->to->ncolumns; i++) {
        const char *name = k->to->column[i].name;

        if (!hearth__mentions(r->text, name))
            continue;
        if (hearth__table_column(k->from, name) != NULL)
            return false;
        added++;
    }
    return added == 1;
}

static bool rules_fit(const change *k)
{
    const hearth__table *from = k->from, *to = k->to;

    for (size_t i = 0; i < from->nchecks; i++)
        if (!hearth__has_rule(to, &from->check[i]))
            return false;
    for (size_t i = 0; i < to->nchecks; i++)
        if (!hearth__has_rule(from, &to->check[i]) && !is_new(k, &to->check[i]))
            return false;
    for (size_t i = 0; i < from->nindexes; i++)
        if (hearth__is_part(&from->index[i]) && !hearth__has_part(to, &from->index[i]))
            return false;
    for (size_t i = 0; i < to->nindexes; i++)
        if (hearth__is_part(&to->index[i]) && !hearth__has_part(from, &to->index[i]))
            return false;
    for (size_t i = 0; i < from->nreferences; i++)
        if (!hearth__has_reference(to, &from->reference[i]))
            return false;
    for (size_t i = 0; i < to->nreferences; i++)
        if (!hearth__has_reference(from, &to->reference[i]) &&
            hearth__table_column(from, to->reference[i].column) != NULL)
            return false;
    return true;
}

void hearth__schema_change(hearth__change *k)
{
    if (k->from == NULL)
        make(k);
    else if (k->to == NULL)
        drop(k);
    else if (k->d->alter_limited && !(columns_fit(k) && rules_fit(k)))
        replace(k);
    else
        change_in_place(k);
}
