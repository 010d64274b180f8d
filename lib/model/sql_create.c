/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A model as CREATE TABLE.  What the binder would refuse the table refuses, too, so that no way
 * around the binder leads to rows that break the model.  Rules have names made of words, which
 * is what clients are told when one is broken.
 */

#include "model/sql_create.h"

#include "core/enc.h"
#include "core/error.h"
#include "json/write.h"

#include <hearth/format.h>

typedef struct create {
    hearth__buf *b;
    const hearth_model *m;
    const hearth_db_dialect *d;
    bool if_missing;
    hearth_error *err;
} create;

static void put_quoted(hearth__buf *b, hearth_str s, char quote)
{
    hearth__buf_char(b, quote);
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == quote)
            hearth__buf_char(b, quote);
        hearth__buf_char(b, s.ptr[i]);
    }
    hearth__buf_char(b, quote);
}

void hearth__sql_name(hearth__buf *b, const char *name)
{
    put_quoted(b, hearth__str_of(name), '"');
}

void hearth__sql_text(hearth__buf *b, hearth_str text)
{
    put_quoted(b, text, '\'');
}

static int refuse(create *k, const char *field, const char *what)
{
    return hearth__error_set(k->err, HEARTH_EINVAL, "%s of model %s %s", field,
                             k->m->name, what);
}

/* ---- fallbacks ------------------------------------------------------------------------- */

static bool put_number(hearth__buf *b, const hearth_field *f, hearth_str s)
{
    char text[32];
    int64_t i;
    double x;

    if (f->kind == HEARTH_KIND_i64 && hearth__str_int(s, &i)) {
        hearth__buf_str(b, s);
        return true;
    }
    if (f->kind != HEARTH_KIND_f64 || !hearth__str_f64(s, &x))
        return false;
    hearth__json_f64_text(x, text);
    hearth__buf_text(b, text);
    return true;
}

static bool put_flag(hearth__buf *b, hearth_str s)
{
    bool yes = hearth__str_eq(s, HEARTH__S("true")) ||
               hearth__str_eq(s, HEARTH__S("on")) || hearth__str_eq(s, HEARTH__S("1"));

    hearth__buf_text(b, yes ? "TRUE" : "FALSE");
    return yes || hearth__str_eq(s, HEARTH__S("false")) ||
           hearth__str_eq(s, HEARTH__S("off")) || hearth__str_eq(s, HEARTH__S("0"));
}

static bool put_time(create *k, const char *text)
{
    int64_t at;

    if (strcmp(text, "now") == 0)
        hearth__buf_text(k->b, k->d->now);
    else if (hearth_time_parse(text, &at) == 0)
        hearth__buf_int(k->b, at);
    else
        return false;
    return true;
}

static bool put_date(create *k, const char *text)
{
    hearth_date day;

    if (strcmp(text, "now") == 0)
        hearth__buf_text(k->b, k->d->today);
    else if (hearth_date_parse(text, &day) == 0)
        hearth__sql_text(k->b, hearth__str_of(text));
    else
        return false;
    return true;
}

static bool put_blob(hearth__buf *b, hearth_str s)
{
    hearth__buf bytes;
    bool sound;

    hearth__buf_init(&bytes, NULL, 0);
    sound = hearth__dec_base64(&bytes, s, false);
    hearth__buf_text(b, "X'");
    hearth__enc_hex(b, hearth__buf_view(&bytes));
    hearth__buf_char(b, '\'');
    sound = sound || bytes.failed;
    b->failed = b->failed || bytes.failed;
    hearth__buf_clear(&bytes);
    return sound;
}

static bool put_fallback(create *k, const hearth_field *f)
{
    hearth_str s = hearth__str_of(f->fallback);

    switch (f->kind) {
    case HEARTH_KIND_i64:
    case HEARTH_KIND_f64:
        return put_number(k->b, f, s);
    case HEARTH_KIND_flag:
        return put_flag(k->b, s);
    case HEARTH_KIND_time:
        return put_time(k, f->fallback);
    case HEARTH_KIND_date:
        return put_date(k, f->fallback);
    case HEARTH_KIND_blob:
        return put_blob(k->b, s);
    default:
        hearth__sql_text(k->b, s);
        return true;
    }
}

/* ---- rules ----------------------------------------------------------------------------- */

static void open_rule(create *k, const hearth_field *f, const char *what)
{
    hearth__buf_f(k->b, " CONSTRAINT \"%s %s\" CHECK (", f->name, what);
}

static void put_bound(create *k, const hearth_field *f, bool of_length, const char *op,
                      int64_t bound)
{
    if (of_length)
        hearth__buf_f(k->b, "%s(", k->d->length);
    hearth__sql_name(k->b, hearth__sql_column(f));
    hearth__buf_f(k->b, "%s %s %lld", of_length ? ")" : "", op,
                  bound == HEARTH_ZERO ? 0LL : (long long)bound);
}

static void put_bounds(create *k, const hearth_field *f)
{
    bool of_length = f->kind == HEARTH_KIND_text || f->kind == HEARTH_KIND_blob;
    int64_t min = f->min;

    if (f->kind == HEARTH_KIND_text && f->required && (min == 0 || min == HEARTH_ZERO))
        min = 1;
    if (min == 0 && f->max == 0)
        return;
    open_rule(k, f, of_length ? "length" : "range");
    if (min != 0)
        put_bound(k, f, of_length, ">=", min);
    if (min != 0 && f->max != 0)
        hearth__buf_text(k->b, " AND ");
    if (f->max != 0)
        put_bound(k, f, of_length, "<=", f->max);
    hearth__buf_char(k->b, ')');
}

static void put_choices(create *k, const hearth_field *f)
{
    open_rule(k, f, "choice");
    hearth__sql_name(k->b, hearth__sql_column(f));
    hearth__buf_text(k->b, " IN (");
    for (size_t i = 0; f->choices != NULL && f->choices[i] != NULL; i++) {
        hearth__buf_text(k->b, i > 0 ? ", " : "");
        hearth__sql_text(k->b, hearth__str_of(f->choices[i]));
    }
    hearth__buf_text(k->b, "))");
}

static void put_rules(create *k, const hearth_field *f)
{
    switch (f->kind) {
    case HEARTH_KIND_i64:
    case HEARTH_KIND_f64:
    case HEARTH_KIND_text:
    case HEARTH_KIND_time:
    case HEARTH_KIND_blob:
        put_bounds(k, f);
        break;
    case HEARTH_KIND_flag:
        open_rule(k, f, "choice");
        hearth__sql_name(k->b, hearth__sql_column(f));
        hearth__buf_text(k->b, " IN (TRUE, FALSE))");
        break;
    case HEARTH_KIND_enum:
        put_choices(k, f);
        break;
    default:
        break;
    }
}

/* ---- columns --------------------------------------------------------------------------- */

static const hearth_field *key_of(const hearth_model *m)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->field[i].key)
            return &m->field[i];
    return NULL;
}

static int put_reference(create *k, const hearth_field *f)
{
    static const char *const action[] = {"RESTRICT", "CASCADE", "SET NULL"};
    const hearth_model *to = f->references;
    const hearth_field *key = key_of(to);

    if (to->table == NULL || key == NULL)
        return refuse(k, f->name, "refers to a model that has no table or no key");
    if ((unsigned)f->on_delete >= sizeof action / sizeof *action)
        return refuse(k, f->name, "has an .on_delete that does not exist");
    hearth__buf_text(k->b, " REFERENCES ");
    hearth__sql_name(k->b, to->table);
    hearth__buf_char(k->b, '(');
    hearth__sql_name(k->b, hearth__sql_column(key));
    hearth__buf_f(k->b, ") ON DELETE %s", action[f->on_delete]);
    return 0;
}

static int put_column(create *k, const hearth_field *f)
{
    if ((unsigned)f->kind >= HEARTH_DB_TYPES)
        return refuse(k, f->name, "is of an unknown kind");
    hearth__sql_name(k->b, hearth__sql_column(f));
    hearth__buf_char(k->b, ' ');
    if (f->key && f->kind == HEARTH_KIND_i64) {
        hearth__buf_text(k->b, k->d->serial_key);
        return 0;
    }
    hearth__buf_text(k->b, k->d->type[f->kind]);
    if (f->key)
        hearth__buf_text(k->b, " NOT NULL PRIMARY KEY");
    else if (!f->nullable && (f->required || f->fallback != NULL))
        hearth__buf_text(k->b, " NOT NULL");
    if (f->fallback != NULL) {
        hearth__buf_text(k->b, " DEFAULT (");
        if (!put_fallback(k, f))
            return refuse(k, f->name, "has a .fallback that is no value of its kind");
        hearth__buf_char(k->b, ')');
    }
    if (f->unique && !f->key)
        hearth__buf_text(k->b, " UNIQUE");
    put_rules(k, f);
    return f->references != NULL ? put_reference(k, f) : 0;
}

/* ---- lists of fields ------------------------------------------------------------------- */

/* "author, slug" as columns: into the index's name, or quoted with commas. */
static int put_list(create *k, const char *list, bool as_name)
{
    hearth_str rest = hearth__str_of(list);
    bool first = true;

    while (rest.ptr != NULL) {
        hearth_str name = hearth__str_trim(hearth__str_cut(&rest, ','));
        size_t i = hearth__field_find(k->m, name, 0);

        if (i == k->m->n)
            return refuse(k, list, "lists a name that is no field");
        if (as_name)
            hearth__buf_f(k->b, "_%s", hearth__sql_column(&k->m->field[i]));
        else
            hearth__buf_text(k->b, first ? "" : ", ");
        if (!as_name)
            hearth__sql_name(k->b, hearth__sql_column(&k->m->field[i]));
        first = false;
    }
    return 0;
}

static const char *clause(const create *k)
{
    return k->if_missing ? "IF NOT EXISTS " : "";
}

static int put_index(create *k, const char *list)
{
    hearth__buf_f(k->b, "CREATE INDEX %s\"%s", clause(k), k->m->table);
    HEARTH_TRY(put_list(k, list, true));
    hearth__buf_text(k->b, "\" ON ");
    hearth__sql_name(k->b, k->m->table);
    hearth__buf_char(k->b, '(');
    HEARTH_TRY(put_list(k, list, false));
    hearth__buf_text(k->b, ");\n");
    return 0;
}

static int put_indexes(create *k)
{
    for (size_t i = 0; i < k->m->n; i++) {
        const hearth_field *f = &k->m->field[i];

        if (f->references != NULL && !f->unique && !f->key)
            HEARTH_TRY(put_index(k, f->name));
    }
    for (size_t i = 0; k->m->index != NULL && k->m->index[i] != NULL; i++)
        HEARTH_TRY(put_index(k, k->m->index[i]));
    return 0;
}

int hearth__sql_create(hearth__buf *b, const hearth_model *m, const hearth_db_dialect *d,
                       bool if_missing, hearth_error *err)
{
    create k = {b, m, d, if_missing, err};

    if (m->table == NULL || m->n == 0)
        return hearth__error_set(err, HEARTH_EINVAL, "model %s has no table", m->name);
    hearth__buf_f(b, "CREATE TABLE %s", clause(&k));
    hearth__sql_name(b, m->table);
    for (size_t i = 0; i < m->n; i++) {
        hearth__buf_text(b, i > 0 ? ",\n    " : " (\n    ");
        HEARTH_TRY(put_column(&k, &m->field[i]));
    }
    for (size_t i = 0; m->unique != NULL && m->unique[i] != NULL; i++) {
        hearth__buf_text(b, ",\n    UNIQUE (");
        HEARTH_TRY(put_list(&k, m->unique[i], false));
        hearth__buf_char(b, ')');
    }
    hearth__buf_f(b, "\n)%s;\n", d->table_end);
    return put_indexes(&k);
}
