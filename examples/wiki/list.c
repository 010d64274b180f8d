/*
 * What there is of pages: recent changes and their feed, all pages, wanted ones, a search.
 */
#include "wiki.h"

/* Of the tables of page.c what lists show; the texts stay where they are. */
#define CHANGE(F, T)                         \
    F(T, id, i64, "Identifier", .key = true) \
    F(T, page, text, "The page")             \
    F(T, number, i64, "The revision of it")  \
    F(T, note, text, "What was changed")     \
    F(T, author, text, "Who changed it")     \
    F(T, made, time, "When")
HEARTH_MODEL(change, "revisions", CHANGE);
const hearth_model *const changes = &change_model;

#define TITLE(F, T)                       \
    F(T, name, text, "Name", .key = true) \
    F(T, changed, time, "When it was changed")
HEARTH_MODEL(title, "pages", TITLE);

static int recent(hearth_ctx *c)
{
    return show_rows(c, "changes.html", changes, (hearth_list_opts){.sort = "-id"}, NULL);
}

static int feed(hearth_ctx *c)
{
    json_t *data = NULL;

    HEARTH_TRY(rows_of(c, changes, (hearth_list_opts){.sort = "-id"}, &data));
    return show(c, 200, "changes.atom", NULL, NULL, NULL, data);
}

static int all(hearth_ctx *c)
{
    return show_rows(c, "pages.html", &title_model, (hearth_list_opts){.sort = "name"},
                     NULL);
}

static int wanted(hearth_ctx *c)
{
    hearth_rows *r =
        hearth_select(c,
                      "SELECT target, count(*), min(l.page) FROM links l"
                      " LEFT JOIN pages p ON p.name = l.target WHERE p.name IS NULL"
                      " GROUP BY target ORDER BY count(*) DESC, target LIMIT 200",
                      HEARTH_NO_ARGS);
    json_t *list = json_array();

    while (hearth_rows_next(r))
        json_array_append_new(list,
                              json_pack("{s:s, s:I, s:s}", "name", hearth_rows_text(r, 0),
                                        "links", (json_int_t)hearth_rows_int(r, 1),
                                        "from", hearth_rows_text(r, 2)));
    if (hearth_rows_error(r) == 0)
        return show(c, 200, "wanted.html", NULL, NULL, NULL,
                    json_pack("{s:o}", "rows", list));
    json_decref(list);
    return hearth_rows_error(r);
}

static int home(hearth_ctx *c)
{
    return hearth_redirect(c, name_url(c, START_PAGE));
}

const hearth_route list_routes[] = {
    HEARTH_GET("/", home, .name = "home"),
    HEARTH_GET("/changes", recent, .name = "changes"),
    HEARTH_GET("/changes.atom", feed, .name = "feed"),
    HEARTH_GET("/pages", all, .name = "pages"),
    HEARTH_GET("/wanted", wanted, .name = "wanted"),
    HEARTH_END,
};
