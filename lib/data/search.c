/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Search indexes: described at set-up, looked at when the application starts, because that is
 * when its migrations have been taken.
 */

#include "data/search.h"

#include "core/enc.h"
#include "core/error.h"
#include "core/str.h"
#include "db/db.h"
#include "model/sql.h"
#include "model/sql_create.h"

#include <stdlib.h>

static void add(void *arg, const char *text, size_t n)
{
    hearth__buf_add(arg, text, n);
}

/* ---- what is wanted ---------------------------------------------------------------------- */

static int refuse(hearth_error *err, const hearth_model *m, const char *what)
{
    return hearth__error_set(err, HEARTH_EINVAL, "the search index of model %s %s",
                             m->name, what);
}

static int take_fields(hearth__search *s, const char *fields, hearth_error *err)
{
    hearth_str rest = hearth__str_of(fields);

    while (rest.ptr != NULL) {
        hearth_str name = hearth__str_trim(hearth__str_cut(&rest, ','));
        size_t i = hearth__field_find(s->m, name, 0);

        if (i == s->m->n || (s->fields & HEARTH__BIT(i)) != 0)
            return refuse(err, s->m, "has in .fields what is no field, or one twice");
        if (s->m->field[i].kind != HEARTH_KIND_text || s->m->field[i].secret)
            return refuse(err, s->m,
                          "can hold fields of kind text that are not secret only");
        s->fields |= HEARTH__BIT(i);
        s->column[s->index.n++] = hearth__sql_column(&s->m->field[i]);
    }
    return 0;
}

static int take_weights(hearth__search *s, const double *weights, hearth_error *err)
{
    for (size_t i = 0; weights != NULL && i < s->index.n; i++) {
        if (!(weights[i] >= 0 && weights[i] <= 1e6))
            return refuse(err, s->m, "has a weight that is not between 0 and 1 000 000");
        s->weight[i] = weights[i];
    }
    s->index.weight = weights == NULL ? NULL : s->weight;
    return 0;
}

static int take_name(hearth__search *s, const char *name, hearth_error *err)
{
    bool plain = true;
    hearth__buf b;

    hearth__buf_over(&b, s->name, sizeof s->name);
    hearth__buf_text(&b, name != NULL ? name : s->m->table);
    hearth__buf_text(&b, name != NULL ? "" : "_search");
    for (size_t i = 0; i < b.len && !b.failed; i++)
        plain = plain && (hearth__is_alpha(b.ptr[i]) || hearth__is_digit(b.ptr[i]) ||
                          b.ptr[i] == '_');
    if (b.failed || b.len == 0 || !plain)
        return refuse(err, s->m, "needs a .name of 1 to 119 letters, digits and '_'");
    s->index.name = s->name;
    return 0;
}

int hearth__search_init(hearth__search *s, const hearth_model *m,
                        const hearth_search_opts *o, hearth_error *err)
{
    size_t key = m == NULL ? 0 : hearth__field_key(m);

    *s = (hearth__search){.m = m};
    if (m == NULL)
        return hearth__error_set(err, HEARTH_EINVAL, "a search index needs a model");
    if (m->table == NULL || key == m->n)
        return refuse(err, m, "needs a table with a key");
    if (o->fields == NULL || *o->fields == '\0')
        return refuse(err, m, "needs .fields, like \"title, body\"");
    HEARTH_TRY(take_fields(s, o->fields, err));
    HEARTH_TRY(take_weights(s, o->weights, err));
    HEARTH_TRY(take_name(s, o->name, err));
    s->index.table = m->table;
    s->index.key = hearth__sql_column(&m->field[key]);
    s->index.serial = m->field[key].kind == HEARTH_KIND_i64;
    s->index.column = s->column;
    s->index.stem = o->stem;
    s->by_migration = o->by_migration;
    return 0;
}

/* HEARTH_MODEL makes a table of its own in every file that includes it. */
const hearth__search *hearth__search_of(const hearth_app *app, const hearth_model *m)
{
    const hearth__search *s = app->searches;

    while (s != NULL && s->m != m && strcmp(s->m->table, m->table) != 0)
        s = s->next;
    return s;
}

static hearth__search *take(hearth_app *app, const hearth_model *m,
                            const hearth_search_opts *o, hearth_error *err)
{
    hearth__search *s = calloc(1, sizeof *s);

    if (s == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
        return NULL;
    }
    if ((m != NULL && hearth__plans_get(&app->plans, m, err) == NULL) ||
        hearth__search_init(s, m, o, err) != 0) {
        free(s);
        return NULL;
    }
    return s;
}

int hearth_use_search_sized(hearth_app *app, const hearth_model *m,
                            const hearth_search_opts *o, size_t size)
{
    hearth_search_opts opts = {0};
    hearth_error err = {0};
    hearth__search *s;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_search"));
    if (o != NULL)
        memcpy(&opts, o, size < sizeof opts ? size : sizeof opts);
    if (app->db == NULL)
        return hearth__app_setup_failed(app, HEARTH_EINVAL,
                                        "hearth_use_search: the application has no "
                                        "database; call hearth_use_db() before");
    if (hearth__db_dialect(app->db)->search == NULL)
        return hearth__app_setup_failed(app, HEARTH_ESTATE,
                                        "hearth_use_search: this kind of database has no "
                                        "full-text search");
    s = take(app, m, &opts, &err);
    if (s == NULL)
        return hearth__app_setup_failed(app, err.code, "hearth_use_search: %s", err.text);
    if (hearth__search_of(app, m) != NULL) {
        free(s);
        return hearth__app_setup_failed(
            app, HEARTH_ESTATE, "hearth_use_search: model %s has an index already",
            m->name);
    }
    s->next = app->searches;
    app->searches = s;
    app->start_searches = hearth__search_start;
    app->free_searches = hearth__search_free;
    return 0;
}

void hearth__search_free(hearth__search *s)
{
    while (s != NULL) {
        hearth__search *next = s->next;

        free(s);
        s = next;
    }
}

/* ---- making it --------------------------------------------------------------------------- */

char *hearth_search_sql_sized(const hearth_db *db, const hearth_model *m,
                              const hearth_search_opts *o, size_t size, bool drop,
                              hearth_error *err)
{
    const hearth_db_search_ops *ops = db == NULL ? NULL : hearth__db_dialect(db)->search;
    hearth_search_opts opts = {0};
    char *text = NULL;
    hearth__search s;
    hearth__buf b;

    if (o != NULL)
        memcpy(&opts, o, size < sizeof opts ? size : sizeof opts);
    if (ops == NULL) {
        hearth__error_set(err, db == NULL ? HEARTH_EINVAL : HEARTH_ESTATE,
                          "there is no database that has full-text search");
        return NULL;
    }
    if (hearth__search_init(&s, m, &opts, err) != 0)
        return NULL;
    hearth__buf_init(&b, NULL, 0);
    (drop ? ops->drop : ops->create)(&s.index, add, &b);
    if (!b.failed)
        text = strndup(b.ptr, b.len);
    hearth__buf_clear(&b);
    if (text == NULL)
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    return text;
}

static int is_made(hearth_app *app, const hearth__search *s, bool *made,
                   hearth_error *err)
{
    hearth__arena arena;
    hearth__buf sql;
    hearth__dbs dbs;
    hearth_rows *r;
    int rc;

    hearth__arena_init(&arena, 0);
    hearth__buf_init(&sql, &arena, 0);
    hearth__db_dialect(app->db)->search->check(&s->index, add, &sql);
    hearth__dbs_init(&dbs, app->db, &arena);
    r = sql.failed ? NULL : hearth__dbs_select(&dbs, sql.ptr, HEARTH_NO_ARGS);
    *made = r != NULL && hearth_rows_next(r) && hearth_rows_int(r, 0) == 1;
    rc = r == NULL ? HEARTH_ENOMEM : hearth_rows_error(r);
    if (rc != 0)
        hearth__error_set(err, rc, "the search index %s cannot be looked at: %s", s->name,
                          rc == HEARTH_ENOMEM ? "out of memory" : dbs.error.text);
    hearth__dbs_end(&dbs);
    hearth__arena_clear(&arena);
    return rc;
}

static int make(hearth_app *app, const hearth__search *s, hearth_error *err)
{
    const hearth_db_search_ops *ops = hearth__db_dialect(app->db)->search;
    hearth_error why = {HEARTH_ENOMEM, 503, "out of memory"};
    hearth__buf sql;
    int rc;

    hearth__buf_init(&sql, NULL, 0);
    ops->drop(&s->index, add, &sql);
    ops->create(&s->index, add, &sql);
    rc = sql.failed ? HEARTH_ENOMEM : hearth_db_script(app->db, sql.ptr, &why);
    hearth__buf_clear(&sql);
    return rc == 0
               ? 0
               : hearth__error_set(err, rc,
                                   "the search index %s of model %s cannot be made: %s",
                                   s->name, s->m->name, why.text);
}

int hearth__search_start(hearth_app *app, hearth_error *err)
{
    for (const hearth__search *s = app->searches; s != NULL; s = s->next) {
        bool made;

        HEARTH_TRY(is_made(app, s, &made, err));
        if (made)
            continue;
        if (s->by_migration)
            return hearth__error_set(
                err, HEARTH_ECONFLICT,
                "the search index %s of model %s is missing, or is not "
                "as .fields and .stem say: make it in a migration, "
                "with what hearth_search_sql() gives",
                s->name, s->m->name);
        HEARTH_TRY(make(app, s, err));
    }
    return 0;
}

/* ---- lists ------------------------------------------------------------------------------- */

void hearth__search_join(const hearth__search *s, const hearth_db_dialect *d,
                         bool snippet, hearth__buf *out)
{
    d->search->join(&s->index, snippet, add, out);
}

void hearth__search_match(const hearth_db_dialect *d, const hearth__words *w,
                          hearth__buf *out)
{
    d->search->match(w->word, w->n, add, out);
}

void hearth__search_html(hearth__buf *out, hearth_str snippet)
{
    bool open = false;
    size_t from = 0;

    for (size_t i = 0; i <= snippet.len; i++) {
        char c = i < snippet.len ? snippet.ptr[i] : '\x03';

        if (c != '\x02' && c != '\x03')
            continue;
        hearth__enc_html(out, hearth__str(snippet.ptr + from, i - from));
        from = i + 1;
        if ((c == '\x02') == open)
            continue;
        hearth__buf_text(out, open ? "</mark>" : "<mark>");
        open = !open;
    }
}
