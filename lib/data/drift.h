/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DATA_DRIFT_H
#define HEARTH_DATA_DRIFT_H

/* The tables of the application's models against those of its database. */

#include "app/app.h"
#include "model/schema_diff.h"

typedef struct hearth__drift {
    hearth_app *app;
    hearth__arena arena;
    hearth__dbs is, should; /* the database; one in which the models' tables were made */
    hearth_db *scratch;
    hearth__tables have, want;
    hearth__schema_diff diff;
} hearth__drift;

/* Remember models whose tables the database should have; those it has already are left out.  0,
 * or HEARTH_EINVAL, HEARTH_ENOMEM. */
int hearth__drift_add(hearth_app *app, const hearth_model *const *models,
                      hearth_error *err);

/* Compare; drop: what no model has goes.  0 with d->diff, or why not in *err.  Closed in both
 * cases. */
int hearth__drift_open(hearth__drift *d, hearth_app *app, bool drop, hearth_error *err);
void hearth__drift_close(hearth__drift *d);

/* What the application wants of it at start. */
int hearth__drift_start(hearth_app *app, hearth_error *err);

#endif
