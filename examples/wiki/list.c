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

#define TITLE(F, T) F(T, name, text, "Name", .key = true)
HEARTH_MODEL(title, "pages", TITLE);

/* The route says by which template: as a page, or as a feed. */
static int recent(hearth_ctx *c)
{
    return show_rows(c, hearth_arg(c), changes, (hearth_list_opts){.sort = "-id"}, NULL);
}

static int all(hearth_ctx *c)
{
    return show_rows(c, "pages.html", &title_model, (hearth_list_opts){.sort = "name"},
                     NULL);
}

static int wanted(hearth_ctx *c)
{
    hearth_rows *r = hearth_select(
        c,
        "SELECT json_group_array(json_object('name', name, 'links', n, 'from', page))"
        " FROM (SELECT l.value AS name, count(*) AS n, min(p.name) AS page"
        " FROM pages p, json_each(p.links) l"
        " WHERE l.value NOT IN (SELECT name FROM pages)"
        " GROUP BY l.value ORDER BY count(*) DESC, l.value LIMIT 200)",
        HEARTH_NO_ARGS);

    if (!hearth_rows_next(r))
        return hearth_rows_error(r);
    return show(c, 200, "wanted.html",
                json_pack("{s:o}", "rows", json_loads(hearth_rows_text(r, 0), 0, NULL)));
}

static int search(hearth_ctx *c)
{
    const char *q = hearth_query(c, "q", "");

    return show_rows(c, "search.html", page_models[0], (hearth_list_opts){.search = q},
                     json_pack("{s:s, s:s?}", "q", q, "name", name_of(c, q)));
}

static int home(hearth_ctx *c)
{
    return hearth_redirect(c, name_url(c, START_PAGE));
}

const hearth_route list_routes[] = {
    HEARTH_GET("/", home, .name = "home"),
    HEARTH_GET("/changes", recent, .name = "changes", .arg = "changes.html"),
    HEARTH_GET("/changes.atom", recent, .name = "feed", .arg = "changes.atom"),
    HEARTH_GET("/pages", all, .name = "pages"),
    HEARTH_GET("/search", search, .name = "search"),
    HEARTH_GET("/wanted", wanted, .name = "wanted"),
    HEARTH_END,
};
