/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The parts of a description of a table as SQL.
 */

#include "model/schema_text.h"

#include "core/str.h"
#include "model/schema_same.h"
#include "model/sql_create.h"

#define NEW_NAME "hearth_new_"

void hearth__put(hearth__change *k, const char *text)
{
    hearth__buf_text(k->sql, text);
}

void hearth__put_upper(hearth__change *k, const char *text)
{
    for (; *text != '\0'; text++)
        hearth__buf_char(k->sql,
                         *text >= 'a' && *text <= 'z' ? (char)(*text - 32) : *text);
}

void hearth__put_name(hearth__change *k, const char *name)
{
    hearth__sql_name(k->sql, name);
}

void hearth__put_new_name(hearth__change *k, const char *name)
{
    hearth__put(k, "\"" NEW_NAME);
    for (; *name != '\0'; name++) {
        if (*name == '"')
            hearth__put(k, "\"");
        hearth__buf_char(k->sql, *name);
    }
    hearth__put(k, "\"");
}

/* "a, b" */
void hearth__put_list(hearth__change *k, const char *columns)
{
    hearth_str rest = hearth__str_of(columns);
    const char *comma = "";

    while (rest.ptr != NULL) {
        hearth_str name = hearth__str_trim(hearth__str_cut(&rest, ','));

        hearth__put(k, comma);
        hearth__buf_char(k->sql, '"');
        for (size_t i = 0; i < name.len; i++) {
            if (name.ptr[i] == '"')
                hearth__put(k, "\"");
            hearth__buf_char(k->sql, name.ptr[i]);
        }
        hearth__buf_char(k->sql, '"');
        comma = ", ";
    }
}

static size_t count_keys(const hearth__table *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->ncolumns; i++)
        n += t->column[i].key > 0;
    return n;
}

void hearth__put_column(hearth__change *k, const hearth__table *t,
                        const hearth__column *c)
{
    bool key = c->key > 0 && count_keys(t) == 1;

    hearth__put_name(k, c->name);
    hearth__put(k, " ");
    if (key && hearth__str_ieq(hearth__str_of(c->type),
                               hearth__str_of(k->d->type[HEARTH_DB_I64]))) {
        hearth__put(k, k->d->serial_key);
        return;
    }
    hearth__put_upper(k, c->type);
    if (c->not_null)
        hearth__put(k, " NOT NULL");
    if (key)
        hearth__put(k, " PRIMARY KEY");
    if (c->fallback != NULL)
        hearth__buf_f(k->sql, " DEFAULT (%s)", c->fallback);
}

void hearth__put_rule(hearth__change *k, const hearth__rule *r)
{
    if (r->name != NULL) {
        hearth__put(k, "CONSTRAINT ");
        hearth__put_name(k, r->name);
        hearth__put(k, " ");
    }
    hearth__buf_f(k->sql, "CHECK (%s)", r->text);
}

/* Behind the column, or the list with it. */
void hearth__put_target(hearth__change *k, const hearth__reference *f)
{
    hearth__put(k, " REFERENCES ");
    hearth__put_name(k, f->other);
    if (f->other_column[0] != '\0') {
        hearth__put(k, "(");
        hearth__put_name(k, f->other_column);
        hearth__put(k, ")");
    }
    hearth__put(k, " ON DELETE ");
    hearth__put_upper(k, f->on_delete);
}

void hearth__put_reference(hearth__change *k, const hearth__reference *f)
{
    if (f->name != NULL) {
        hearth__put(k, "CONSTRAINT ");
        hearth__put_name(k, f->name);
        hearth__put(k, " ");
    }
    hearth__put(k, "FOREIGN KEY (");
    hearth__put_name(k, f->column);
    hearth__put(k, ")");
    hearth__put_target(k, f);
}

static void put_keys(hearth__change *k, const hearth__table *t)
{
    size_t n = count_keys(t);

    if (n < 2)
        return;
    hearth__put(k, ",\n    PRIMARY KEY (");
    for (size_t at = 1; at <= n; at++)
        for (size_t i = 0; i < t->ncolumns; i++)
            if (t->column[i].key == (int64_t)at) {
                hearth__put(k, at > 1 ? ", " : "");
                hearth__put_name(k, t->column[i].name);
            }
    hearth__put(k, ")");
}

/* Behind CREATE TABLE and the name. */
void hearth__put_body(hearth__change *k, const hearth__table *t)
{
    if (t->made_by != NULL) {
        hearth__put(k, t->made_by);
        return;
    }
    for (size_t i = 0; i < t->ncolumns; i++) {
        hearth__put(k, i == 0 ? "(\n    " : ",\n    ");
        hearth__put_column(k, t, &t->column[i]);
    }
    put_keys(k, t);
    for (size_t i = 0; i < t->nchecks; i++) {
        hearth__put(k, ",\n    ");
        hearth__put_rule(k, &t->check[i]);
    }
    for (size_t i = 0; i < t->nindexes; i++)
        if (hearth__is_part(&t->index[i])) {
            hearth__put(k, ",\n    UNIQUE (");
            hearth__put_list(k, t->index[i].columns);
            hearth__put(k, ")");
        }
    for (size_t i = 0; i < t->nreferences; i++) {
        hearth__put(k, ",\n    ");
        hearth__put_reference(k, &t->reference[i]);
    }
    hearth__put(k, "\n)");
    hearth__put(k, k->d->table_end);
}
