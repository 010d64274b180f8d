#ifndef WIKI_H
#define WIKI_H

#include <hearth.h>

#define NAME_MOST  200    /* bytes of a page's name */
#define TEXT_MOST  100000 /* of its text */
#define TALK       "Talk:"
#define START_PAGE "Start"

/* The application; takes the database, also when it fails.  NULL: out of memory. */
hearth_app *wiki_app(hearth_db *db);

/* Answer with a template; data is taken. */
int show(hearth_ctx *c, int status, const char *name, json_t *data);
/* The same with a page of the rows of a model: "rows" and their "total" join what is in data.  o: where
 * and sort; the rest is set here.  After faults it is 422. */
int show_rows(hearth_ctx *c, const char *name, const hearth_model *m, hearth_list_opts o,
              json_t *data);
/* A row as it is in JSON. */
json_t *row_of(hearth_ctx *c, const hearth_model *m, const void *obj);
/* For routes of who is logged in. */
extern hearth_handler *const members[];

/* ---- name.c: names of pages ------------------------------------------------- */

/* "main  page" and "main_page" are "Main page".  NULL: that is no name. */
const char *name_of(hearth_ctx *c, const char *text);
/* As it stands in an address: "Main_page". */
const char *name_slug(hearth_ctx *c, const char *name);
/* "/wiki/Main_page" */
const char *name_url(hearth_ctx *c, const char *name);

/* ---- markdown.c --------------------------------------------------------------- */

/* The filter `markdown`: safe HTML of a text.  Links to pages that do not exist have the class
 * "wanted". */
int markdown_filter(hearth_templates *t);
/* The names of the pages that it leads to, as a JSON array of texts. */
int markdown_links(hearth_ctx *c, const char *text, const char **names);

/* ---- diff.c --------------------------------------------------------------------- */

/* How one text became another, line by line: a list of {"op": "same" | "gone" | "new" | "gap",
 * "parts": [{"text": ..., "marked": ...}]}.  NULL: out of memory. */
json_t *diff_lines(const char *before, const char *after);

/* ---- page.c: pages and their revisions --------------------------------------------- */

extern const hearth_model *const page_models[];
extern const hearth_route page_routes[]; /* below "/wiki" */
/* Which of these names, a JSON array, are pages?  out: an object with them as members. */
int pages_there(hearth_ctx *c, const char *names, json_t **out);

/* ---- list.c: what there is of pages ------------------------------------------------- */

extern const hearth_model *const changes; /* without the texts */
extern const hearth_route list_routes[];

/* ---- image.c ---------------------------------------------------------------------------- */

extern const hearth_model *const image_models;
extern const hearth_route image_routes[];

/* ---- visitor.c: accounts and languages ------------------------------------------------- */

extern const hearth_route visitor_routes[];
int visitor_function(hearth_templates *t); /* known() */

#endif
