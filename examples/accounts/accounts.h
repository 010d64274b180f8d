#ifndef ACCOUNTS_H
#define ACCOUNTS_H

#include <hearth.h>

/* The application; takes the database, also when it fails.  NULL: out of memory. */
hearth_app *accounts_app(hearth_db *db);

/* Answer with a template and the form "it" of a model, filled in from obj, or with what was
 * typed and what is wrong with it.  data is taken. */
int show(hearth_ctx *c, int status, const char *name, const hearth_model *m,
         const void *obj, const hearth_form_opts *o, json_t *data);
/* "2026-11-25T18:36:00Z" */
const char *moment(hearth_ctx *c, int64_t seconds);

/* ---- factor.c: the second factor ---------------------------------------- */

/* For hearth_use_models(). */
extern const hearth_model *const factor_models;
/* Below "/account". */
extern const hearth_route factor_routes[];
/* Has he one? */
int factor_is_on(hearth_ctx *c, const hearth_user *u, bool *on);
/* Is it his code, of the app or of the paper?  0, 401, or 429 after too many. */
int factor_check(hearth_ctx *c, const hearth_user *u, const char *code);

#endif
