/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The tables of the application's models against those of its database.
 *
 * What the models mean is what the engine makes of it: their tables are made in an empty database
 * of the same kind, and both are described by the engine in its own words, so that a type or an
 * expression that it writes in another way is no difference.
 */
#include "data/drift.h"

#include "core/error.h"
#include "data/search.h"
#include "model/schema_same.h"
#include "model/sql_create.h"

#include <stdlib.h>

static bool is_known(const hearth_app *app, const hearth_model *m)
{
    for (size_t i = 0; i < app->nmodels; i++)
        if (strcmp(app->models[i]->table, m->table) == 0)
            return true;
    return false;
}

static int add(hearth_app *app, const hearth_model *m, hearth_error *err)
{
    const hearth_model **grown;

    if (hearth__plans_get(&app->plans, m, err) == NULL)
        return err->code;
    if (m->table == NULL)
        return hearth__error_set(err, HEARTH_EINVAL, "model %s has no table", m->name);
    if (is_known(app, m))
        return 0;
    grown = realloc(app->models, (app->nmodels + 1) * sizeof(*grown));
    if (grown == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    app->models = grown;
    app->models[app->nmodels++] = m;
    return 0;
}

int hearth__drift_add(hearth_app *app, const hearth_model *const *models,
                      hearth_error *err)
{
    for (; *models != NULL; models++)
        HEARTH_TRY(add(app, *models, err));
    return 0;
}

/* ---- comparing ----------------------------------------------------------------------- */

static int no_memory(hearth_error *err)
{
    return hearth__error_set(err, HEARTH_ENOMEM, "out of memory to compare the models");
}

/* The tables of the models, made where nothing else is. */
static int make_all(hearth__drift *d, hearth_error *err)
{
    hearth__buf sql;

    hearth__buf_init(&sql, &d->arena, 0);
    for (size_t i = 0; i < d->app->nmodels; i++)
        HEARTH_TRY(hearth__sql_create(&sql, d->app->models[i],
                                      hearth__db_dialect(d->scratch), true, err));
    return sql.failed ? no_memory(err) : hearth_db_script(d->scratch, sql.ptr, err);
}

static int describe(hearth__drift *d, hearth__dbs *s, const char *const *names,
                    hearth__tables *out, hearth_error *err)
{
    int rc = hearth__tables_read(s, names, out);

    if (d->arena.failed)
        return no_memory(err);
    return rc == 0 ? 0 : hearth__error_set(err, rc, "%s", s->error.text);
}

/* An index for searching that the application makes when it starts: its triggers go with a table
 * that is replaced, and the next start makes it anew.  A database that never had a start has none
 * to drop. */
static void leave_out(hearth__table *t, const char *index)
{
    size_t n = 0;

    for (size_t i = 0; i < t->nothers; i++)
        if (strcmp(t->other[i].kind, "trigger") != 0 ||
            !hearth__mentions(t->other[i].made_by, index))
            t->other[n++] = t->other[i];
    t->nothers = n;
    t->tied = true;
}

static void leave_out_searches(hearth__drift *d)
{
    for (const hearth__search *s = d->app->searches; s != NULL; s = s->next) {
        hearth__table *t = hearth__tables_find(&d->have, s->m->table);

        if (t != NULL && !s->by_migration)
            leave_out(t, s->name);
    }
}

static int compare(hearth__drift *d, hearth_error *err)
{
    const char **names =
        hearth__arena_array(&d->arena, d->app->nmodels + 1, sizeof(*names));

    if (names == NULL)
        return no_memory(err);
    for (size_t i = 0; i < d->app->nmodels; i++)
        names[i] = d->app->models[i]->table;
    d->scratch = hearth__db_scratch(d->app->db, err);
    if (d->scratch == NULL)
        return err->code;
    hearth__dbs_init(&d->should, d->scratch, &d->arena);
    HEARTH_TRY(make_all(d, err));
    HEARTH_TRY(describe(d, &d->should, names, &d->want, err));
    HEARTH_TRY(describe(d, &d->is, NULL, &d->have, err));
    leave_out_searches(d);
    d->diff.d = hearth__db_dialect(d->app->db);
    d->diff.have = &d->have;
    d->diff.want = &d->want;
    d->diff.arena = &d->arena;
    return hearth__schema_compare(&d->diff) == 0 ? 0 : no_memory(err);
}

int hearth__drift_open(hearth__drift *d, hearth_app *app, bool drop, hearth_error *err)
{
    *d = (hearth__drift){.app = app, .diff = {.drop = drop}};
    hearth__arena_init(&d->arena, 0);
    hearth__dbs_init(&d->is, app->db, &d->arena);
    hearth__dbs_init(&d->should, NULL, &d->arena);
    return compare(d, err);
}

void hearth__drift_close(hearth__drift *d)
{
    hearth__dbs_end(&d->is);
    hearth__dbs_end(&d->should);
    hearth_db_close(d->scratch);
    hearth__arena_clear(&d->arena);
}

/* ---- at start ------------------------------------------------------------------------ */

static int tell(hearth__drift *d, hearth_error *err)
{
    bool refuse = d->app->drift == HEARTH_DRIFT_REFUSE && d->diff.nharmful > 0;

    for (const hearth__difference *f = d->diff.first; f != NULL; f = f->next) {
        if (refuse && !f->harmless)
            return hearth__error_set(
                err, HEARTH_ECONFLICT,
                "the database is not what the models say: %s%s; run the program with "
                "`migrate check`",
                f->text, d->diff.nharmful > 1 ? ", and more" : "");
        if (!refuse)
            hearth__log_line(d->app->log, HEARTH_LOG_WARN, NULL,
                             "the database is not what the models say: %s", f->text);
    }
    return 0;
}

int hearth__drift_start(hearth_app *app, hearth_error *err)
{
    hearth_error own;
    hearth__drift d;
    int rc;

    if (!app->compare_at_start || app->drift == HEARTH_DRIFT_IGNORE)
        return 0;
    if (err == NULL)
        err = &own;
    rc = hearth__drift_open(&d, app, false, err);
    if (rc == 0)
        rc = tell(&d, err);
    hearth__drift_close(&d);
    return rc;
}
