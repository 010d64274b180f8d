/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Migrations as an application has them: looked at when it starts, since a handler that meets
 * a schema of yesterday fails one request at a time.
 */
#include "db/migrate.h"
#include "app/app.h"
#include "core/error.h"
#include "data/drift.h"

#include <stdlib.h>
#include <string.h>

static void log_step(void *arg, const char *line)
{
    const hearth_app *app = arg;

    hearth__log_line(app->log, HEARTH_LOG_INFO, NULL, "migration %s", line);
}

static int migrated(hearth_app *app, hearth_error *err)
{
    const char *first;
    size_t missing;

    if (app->migrations == NULL)
        return 0;
    if (app->db == NULL)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the application has migrations but no database: call "
                                 "hearth_use_db()");
    if (app->migrate_at_start) {
        HEARTH_TRY(hearth_migrate(app->db, app->migrations,
                                  &(hearth_migrate_opts){.tell = log_step, .arg = app},
                                  err));
        return hearth__drift_start(app, err);
    }
    HEARTH_TRY(hearth__migrate_missing(app->db, app->migrations, &missing, &first, err));
    if (missing == 0)
        return hearth__drift_start(app, err);
    return hearth__error_set(
        err, HEARTH_EUNAVAILABLE,
        "the database lacks %zu migration%s, from %s on: run the program "
        "with `migrate`, or use .at_start",
        missing, missing == 1 ? "" : "s", first);
}

static int use(hearth_app *app, const hearth_migration *list,
               const hearth_use_migrations_opts *o)
{
    hearth_error err = {0};

    if ((unsigned)o->drift > HEARTH_DRIFT_IGNORE)
        return hearth__app_setup_failed(
            app, HEARTH_EINVAL, "hearth_use_migrations: .drift is none of hearth_drift");
    if (o->models != NULL && hearth__drift_add(app, o->models, &err) != 0)
        return hearth__app_setup_failed(app, err.code, "hearth_use_migrations: %s",
                                        err.text);
    if (o->folder != NULL && (app->migrate_folder = strdup(o->folder)) == NULL)
        return hearth__app_setup_failed(app, HEARTH_ENOMEM, "out of memory");
    app->migrations = list;
    app->migrate = migrated;
    app->migrate_at_start = o->at_start;
    app->compare_at_start = o->models != NULL;
    app->drift = o->drift;
    return 0;
}

int hearth_use_migrations_sized(hearth_app *app, const hearth_migration *list,
                                const hearth_use_migrations_opts *o, size_t size)
{
    hearth_use_migrations_opts opts = {0};

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_migrations"));
    if (o != NULL)
        memcpy(&opts, o, size < sizeof opts ? size : sizeof opts);
    if (list == NULL)
        return hearth__app_setup_failed(
            app, HEARTH_EINVAL,
            "hearth_use_migrations: the list is NULL; pass an array "
            "that ends in {0}");
    if (app->migrations != NULL)
        return hearth__app_setup_failed(
            app, HEARTH_ESTATE,
            "hearth_use_migrations: the application has migrations "
            "already; put all of them into one list");
    return use(app, list, &opts);
}
