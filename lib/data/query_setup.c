/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Missing tables, made before the first request.
 */

#include "app/app.h"
#include "data/drift.h"
#include "db/db.h"
#include "model/sql_create.h"

#include <hearth/query.h>

static int put_all(hearth_app *app, hearth__buf *b, const hearth_model *const *models,
                   hearth_error *err)
{
    const hearth_db_dialect *d = hearth__db_dialect(app->db);

    for (size_t i = 0; models[i] != NULL; i++) {
        if (hearth__plans_get(&app->plans, models[i], err) == NULL)
            return err->code;
        HEARTH_TRY(hearth__sql_create(b, models[i], d, true, err));
    }
    return b->failed ? HEARTH_ENOMEM : 0;
}

int hearth_use_models(hearth_app *app, const hearth_model *const *models)
{
    hearth_error err = {HEARTH_ENOMEM, 503, "out of memory"};
    hearth__buf b;
    int rc;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_models"));
    if (models == NULL)
        return hearth__app_setup_failed(
            app, HEARTH_EINVAL,
            "hearth_use_models: the list is NULL; pass an array that ends in NULL");
    if (app->db == NULL)
        return hearth__app_setup_failed(app, HEARTH_EINVAL,
                                        "hearth_use_models: the application has no "
                                        "database; call hearth_use_db() before");
    hearth__buf_init(&b, NULL, 0);
    rc = put_all(app, &b, models, &err);
    if (rc == 0 && b.len > 0)
        rc = hearth_db_script(app->db, b.ptr, &err);
    if (rc == 0)
        rc = hearth__drift_add(app, models, &err);
    hearth__buf_clear(&b);
    return rc == 0 ? 0 : hearth__app_setup_failed(app, rc, "%s", err.text);
}
