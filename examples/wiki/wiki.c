/*
 * A wiki: pages of Markdown that link to each other, with all their revisions, talk, images and a
 * search.  Everybody reads, who is logged in writes.  This is the application and what its parts
 * share.
 */
#include "wiki.h"

static const char *const languages[] = {"en", "de", NULL};
hearth_handler *const members[] = {hearth_require_login, NULL};

int show(hearth_ctx *c, int status, const char *name, json_t *data)
{
    int rc = hearth_vary(c, "Cookie"); /* it depends on who asks, */

    if (rc == 0) /* and is asked for again each time */
        rc = hearth_set_header(c, "Cache-Control", "no-cache");
    if (rc == 0)
        return hearth_render(c, status, name, data);
    json_decref(data);
    return rc;
}

json_t *row_of(hearth_ctx *c, const hearth_model *m, const void *obj)
{
    hearth_str text = hearth_model_json(c, m, obj);

    return json_loadb(text.ptr, text.len, 0, NULL);
}

int show_rows(hearth_ctx *c, const char *name, const hearth_model *m, hearth_list_opts o,
              json_t *data)
{
    json_t *rows = json_array();
    int64_t total = 0;
    size_t n = 0;
    char *row;
    int rc;

    o.limit = o.max_limit = 50;
    o.fields = "";
    o.query = o.ignore_unknown = true;
    rc = hearth_list(c, m, &o, (void **)&row, &n);
    if (rc == 0)
        rc = hearth_count(c, m, &o, &total);
    for (size_t i = 0; i < n; i++)
        json_array_append_new(rows, row_of(c, m, row + i * m->size));
    data = data == NULL ? json_object() : data;
    json_object_set_new(data, "rows", rows);
    json_object_set_new(data, "total", json_integer(total));
    if (rc == 0)
        return show(c, hearth_faults(c) == 0 ? 200 : 422, name, data);
    json_decref(data);
    return rc;
}

hearth_app *wiki_app(hearth_db *db)
{
    const hearth_model *const models[] = {page_models[0], page_models[1], image_models,
                                          NULL};
    static const double weights[] = {5, 1};
    hearth_app *app = hearth_app_new(NULL);

    if (app == NULL) {
        hearth_db_close(db);
        return NULL;
    }
    hearth_use_db(app, db);
    hearth_use_models(app, models);
    hearth_use_search(app, page_models[0],
                      &(hearth_search_opts){.fields = "name, text", .weights = weights});
    hearth_use_sessions(app, hearth_store_db(db), NULL);
    hearth_use_users(app, NULL);
    hearth_use_languages(app, languages, &(hearth_languages_opts){.folder = "po"});
    hearth_use(app, hearth_csrf);
    hearth_static(app, "/static", "static", NULL);
    hearth_use_templates(app, &(hearth_templates_opts){.dir = "pages", .strict = true});
    markdown_filter(hearth_app_templates(app));
    visitor_function(hearth_app_templates(app));
    hearth_mount(app, "", list_routes);
    hearth_mount(app, "", image_routes);
    hearth_mount(app, "", visitor_routes);
    hearth_mount(app, "/wiki", page_routes);
    return app;
}
