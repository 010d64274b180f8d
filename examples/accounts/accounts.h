#ifndef ACCOUNTS_H
#define ACCOUNTS_H

#include <hearth.h>

/* The application; takes the database, also when it fails.  NULL: out of memory. */
hearth_app *accounts_app(hearth_db *db);

/* ---- page.c: what all pages have in common ----------------------------- */

/* Text that people typed, for HTML. */
const char *html(hearth_ctx *c, const char *text);
/* A moment as <time>, in UTC. */
const char *moment(hearth_ctx *c, int64_t seconds);
/* A form of one button, with the token that hearth_csrf() asks for.  name NULL: nothing is
 * sent along.  look: "", "quiet" or "danger". */
const char *button(hearth_ctx *c, const char *action, const char *label, const char *look,
                   const char *name, const char *value);
/* The form of a model. */
const char *form(hearth_ctx *c, const hearth_model *m, const void *obj,
                 const char *submit);
/* "Firefox on Linux", out of a User-Agent. */
const char *browser(hearth_ctx *c, const char *agent);
/* Answer with a page: menu, messages, body. */
int page(hearth_ctx *c, int status, const char *title, const char *body);

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
