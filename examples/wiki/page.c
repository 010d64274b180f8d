/*
 * Pages and their revisions.  A page is its last revision, kept with the names that it leads
 * to, so that pages that somebody wants are known.  Who saves says which revision he has
 * changed: where it is not the last one any more he sees both texts and decides.
 */
#include "wiki.h"

#include <string.h>
#include <time.h>

#define PAGE(F, T)                                                            \
    F(T, name, text, "Name", .key = true, .required = true, .max = NAME_MOST) \
    F(T, text, text, "Text", .required = true, .max = TEXT_MOST)              \
    F(T, revision, i64, "The number of its last revision", .min = 1)          \
    F(T, links, text, "The pages that it leads to, in JSON")                  \
    F(T, author, text, "Who changed it last", .max = HEARTH_USER_NAME_MOST)   \
    F(T, changed, time, "When")
HEARTH_MODEL(page, "pages", PAGE);

#define REVISION(F, T)                                                        \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)                \
    F(T, page, text, "The page", .max = NAME_MOST, .references = &page_model) \
    F(T, number, i64, "From 1 on", .min = 1)                                  \
    F(T, text, text, "Text", .required = true, .max = TEXT_MOST)              \
    F(T, note, text, "What was changed", .max = 200)                          \
    F(T, author, text, "Who changed it", .max = HEARTH_USER_NAME_MOST)        \
    F(T, made, time, "When")
static const char *const revision_unique[] = {"page, number", NULL};
static const char *const revision_index[] = {"author", NULL};
HEARTH_MODEL_WITH(revision, "revisions", REVISION, .unique = revision_unique,
                  .index = revision_index);

#define EDIT(F, T)                                               \
    F(T, text, text, "Text", .required = true, .max = TEXT_MOST) \
    F(T, note, text, "What did you change?", .max = 200)         \
    F(T, base, i64, "The revision that was changed", .fallback = "0")
HEARTH_MODEL_WITH(edit, NULL, EDIT, .ignore_unknown = true);

const hearth_model *const page_models[] = {&page_model, &revision_model};

/* ---- reading ------------------------------------------------------------------- */

/* The page of the address.  Where there is none of that name it is 404, or, if that will do, one of
 * revision 0. */
static int asked(hearth_ctx *c, bool there, struct page *p)
{
    const char *name = name_of(c, hearth_param(c, "name"));
    int rc;

    if (name == NULL)
        return hearth_fail(c, 404, "That cannot be the name of a page.");
    rc = hearth_find(c, &page_model, name, p);
    if (rc != HEARTH_ENOTFOUND || there)
        return rc;
    *p = (struct page){.name = name, .text = "", .links = "[]", .author = ""};
    return 0;
}

static int numbered(hearth_ctx *c, const struct page *p, int64_t number,
                    struct revision *r)
{
    return hearth_find_by(c, &revision_model, "page, number",
                          hearth_args(p->name, number), r);
}

int pages_there(hearth_ctx *c, const char *names, json_t **out)
{
    hearth_rows *r = hearth_select(c,
                                   "SELECT json_group_object(name, 1) FROM pages"
                                   " WHERE name IN (SELECT value FROM json_each(?))",
                                   hearth_args(names));

    if (!hearth_rows_next(r))
        return hearth_rows_error(r);
    *out = json_loads(hearth_rows_text(r, 0), 0, NULL);
    return *out == NULL ? HEARTH_ENOMEM : 0;
}

/* ---- a page ---------------------------------------------------------------------- */

static int page_show(hearth_ctx *c)
{
    struct page p;

    HEARTH_TRY(asked(c, false, &p));
    if (strcmp(hearth_param(c, "name"), name_slug(c, p.name)) != 0)
        return hearth_redirect(c, name_url(c, p.name));
    return show(c, p.revision > 0 ? 200 : 404, p.revision > 0 ? "page.html" : "404.html",
                row_of(c, &page_model, &p));
}

static int revision_show(hearth_ctx *c)
{
    struct page p;
    struct revision r;
    json_t *data;

    HEARTH_TRY(asked(c, true, &p));
    HEARTH_TRY(numbered(c, &p, hearth_param_int(c, "number"), &r));
    data = row_of(c, &page_model, &p);
    json_object_set_new(data, "old", row_of(c, &revision_model, &r));
    return show(c, 200, "page.html", data);
}

/* ---- what it was ---------------------------------------------------------------------- */

static int history(hearth_ctx *c)
{
    struct page p;

    HEARTH_TRY(asked(c, true, &p));
    return show_rows(c, "history.html", changes,
                     (hearth_list_opts){.where = "page = ?",
                                        .args = hearth_args(p.name),
                                        .sort = "-number"},
                     row_of(c, &page_model, &p));
}

/* From one revision to another; without numbers from the last but one to the last. */
static int diff(hearth_ctx *c)
{
    struct page p;
    struct revision a = {.text = ""}, b;
    int64_t from, to;
    json_t *data;

    HEARTH_TRY(asked(c, true, &p));
    HEARTH_TRY(hearth_query_int(c, "to", p.revision, &to));
    HEARTH_TRY(hearth_query_int(c, "from", to - 1, &from));
    HEARTH_TRY(numbered(c, &p, to, &b));
    if (from != 0) /* before the first there was nothing */
        HEARTH_TRY(numbered(c, &p, from, &a));
    data = row_of(c, &page_model, &p);
    json_object_set_new(data, "from", json_integer(from));
    json_object_set_new(data, "to", row_of(c, &revision_model, &b));
    json_object_set_new(data, "changes", diff_lines(a.text, b.text));
    return show(c, 200, "diff.html", data);
}

/* ---- writing ----------------------------------------------------------------------------- */

/* Without control characters.  With end "\n" it is several lines, all of which end so. */
static const char *clean(hearth_ctx *c, const char *text, const char *end)
{
    char *s = hearth_strf(c, "%s%s", text == NULL ? "" : text, end), *out = s;

    if (s == NULL)
        return NULL;
    for (const char *in = s; *in != '\0'; in++)
        if ((unsigned char)*in >= ' ' || (*end == '\n' && (*in == '\n' || *in == '\t')))
            *out++ = *in;
    while (*end == '\n' && out > s + 1 && out[-2] == '\n')
        out--;
    *out = '\0';
    return s;
}

/* All of it or nothing.  409 and *p as it is now: somebody else was faster. */
static int save(hearth_ctx *c, struct page *p, const struct edit *in,
                const hearth_user *u)
{
    struct revision r = {.text = in->text,
                         .note = in->note,
                         .author = u->name,
                         .made = (int64_t)time(NULL)};

    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(asked(c, false, p));
    if (p->revision != in->base)
        return 409;
    if (strcmp(p->text, r.text) == 0)
        return hearth_commit(c);
    r.page = p->name;
    r.number = p->revision + 1;
    *p = (struct page){.name = r.page,
                       .text = r.text,
                       .revision = r.number,
                       .author = r.author,
                       .changed = r.made};
    HEARTH_TRY(markdown_links(c, p->text, &p->links));
    HEARTH_TRY(hearth_upsert(c, &page_model, NULL, p));
    HEARTH_TRY(hearth_insert(c, &revision_model, &r));
    return hearth_commit(c);
}

/* The form; more: what else the template shows, taken. */
static int edit_page(hearth_ctx *c, int status, const struct page *p,
                     const struct edit *in, json_t *more)
{
    int rc = hearth_page_form(c, "it", &edit_model, in, NULL);
    json_t *data = row_of(c, &page_model, p);

    json_object_update(data, more);
    json_decref(more);
    json_object_set_new(data, "base", json_integer(in->base));
    json_object_set_new(data, "typed", json_string(in->text));
    if (rc == 0)
        return show(c, status, "edit.html", data);
    json_decref(data);
    return rc;
}

/* "?of=3": the text of that revision, to restore it. */
static int edit_form(hearth_ctx *c)
{
    struct page p;
    struct revision r;
    int64_t of;

    HEARTH_TRY(asked(c, false, &p));
    HEARTH_TRY(hearth_query_int(c, "of", 0, &of));
    r.text = p.text;
    if (of > 0)
        HEARTH_TRY(numbered(c, &p, of, &r));
    return edit_page(c, 200, &p,
                     &(struct edit){.text = r.text, .note = "", .base = p.revision},
                     json_pack("{s:I}", "of", (json_int_t)of));
}

static int edit(hearth_ctx *c)
{
    const hearth_user *u;
    struct page p;
    struct edit in;
    int rc = hearth_bind(c, &edit_model, &in);

    HEARTH_TRY(hearth_user_current(c, &u));
    HEARTH_TRY(asked(c, false, &p));
    if (hearth_form_again(c, rc))
        return edit_page(c, 422, &p, &in, json_object());
    HEARTH_TRY(rc);
    in.text = clean(c, in.text, "\n");
    in.note = clean(c, in.note, "");
    if (in.text == NULL || in.note == NULL)
        return HEARTH_ENOMEM;
    if (hearth_form(c, "_preview", NULL) != NULL)
        return edit_page(c, 200, &p, &in,
                         json_pack("{s:b, s:o}", "preview", 1, "changes",
                                   diff_lines(p.text, in.text)));
    rc = save(c, &p, &in, u);
    if (rc ==
        409) { /* saving once more replaces the other text: by then he has seen it */
        HEARTH_TRY(hearth_rollback(c));
        in.base = p.revision;
        return edit_page(c, 409, &p, &in,
                         json_pack("{s:s, s:o}", "theirs", p.text, "changes",
                                   diff_lines(p.text, in.text)));
    }
    HEARTH_TRY(rc);
    HEARTH_TRY(hearth_flash(c, "success", "Saved."));
    return hearth_redirect(c, name_url(c, p.name));
}

const hearth_route page_routes[] = {
    HEARTH_GET("/{name}", page_show, .name = "page"),
    HEARTH_GET("/{name}/history", history, .name = "history"),
    HEARTH_GET("/{name}/history/{number:int}", revision_show, .name = "revision"),
    HEARTH_GET("/{name}/diff", diff, .name = "diff"),
    HEARTH_GET("/{name}/edit", edit_form, .name = "edit", .use = members),
    HEARTH_POST("/{name}/edit", edit, .use = members),
    HEARTH_END,
};
