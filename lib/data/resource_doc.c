/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What the documentation says of a resource beyond its models: the filters of the list,
 * conditions, the answers of each action.
 */

#include "data/resource.h"

#include "data/query.h"
#include "data/search.h"
#include "model/filter.h"

#include <stdio.h>

#define FIXED_LINES 24 /* more than any action has besides filters */

typedef struct lines {
    hearth__arena *a;
    hearth_route_doc *line;
    size_t n;
} lines;

static void add(lines *l, hearth_route_doc line)
{
    l->line[l->n++] = line;
}

static void add_answer(lines *l, const char *status, const char *text)
{
    add(l, (hearth_route_doc){.of = status, .text = text});
}

static void add_field(lines *l, const char *of, const char *name, const char *text)
{
    add(l, (hearth_route_doc){.of = of, .name = name, .text = text});
}

/* Text made for one line; shows in the arena when there is no memory. */
static const char *made(lines *l, const char *a, const char *b, const char *c)
{
    hearth__buf out;

    hearth__buf_init(&out, l->a, 0);
    hearth__buf_text(&out, a);
    hearth__buf_text(&out, b);
    hearth__buf_text(&out, c);
    return out.failed ? "" : out.ptr;
}

/* ---- the list ------------------------------------------------------------------------ */

static const struct {
    const char *op, *type, *text;
} filters[] = {
    {"ne", NULL, ": another one, or null"},
    {"lt", NULL, ": less"},
    {"le", NULL, ": at most"},
    {"gt", NULL, ": more"},
    {"ge", NULL, ": at least"},
    {"in", "string", ": one of up to 100, with commas between"},
    {"null", "boolean", ": null, or with false not"},
    {"contains", "string", ": contains this, in upper or lower case"},
    {"starts", "string", ": begins with this, in upper or lower case"},
};

static void add_filter(lines *l, const hearth_field *f, const char *op)
{
    hearth_route_doc line = {.of = "query", .field = f};
    bool equal = strcmp(op, "eq") == 0;

    line.name = equal && !hearth__filter_is_word(hearth__str_of(f->name))
                    ? f->name
                    : made(l, f->name, ".", op);
    line.text = f->doc == NULL ? f->name : f->doc;
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        if (strcmp(op, filters[i].op) != 0)
            continue;
        line.text = made(l, line.text, filters[i].text, "");
        line.type = filters[i].type;
        line.field = line.type == NULL ? f : NULL;
    }
    add(l, line);
}

static uint64_t open_fields(const hearth__resource *r)
{
    uint64_t open = hearth__filter_fields(r->m), named = open;

    if (r->list.fields != NULL)
        (void)hearth__sql_list(r->m, r->list.fields, &named); /* checked at set-up */
    return open & named;
}

static void add_filters(lines *l, const hearth__resource *r)
{
    uint64_t open = open_fields(r);

    for (size_t i = 0; i < r->m->n; i++) {
        const hearth_field *f = &r->m->field[i];
        const char *op[HEARTH__OPS];
        size_t n = hearth__filter_ops(f->kind, op);

        if ((open & HEARTH__BIT(i)) == 0 || f->name[0] == '_')
            continue;
        for (size_t k = 0; k < n; k++)
            add_filter(l, f, op[k]);
    }
}

static void add_page(lines *l, const char *name, const char *type, const char *text)
{
    add(l, (hearth_route_doc){.of = "query", .name = name, .type = type, .text = text});
}

static bool is_searchable(const hearth_app *app, const hearth__resource *r)
{
    const hearth__search *index = hearth__search_of(app, r->m);

    return index != NULL && (index->fields & ~open_fields(r)) == 0;
}

static void doc_list(lines *l, const hearth_app *app, const hearth__resource *r)
{
    int64_t limit = r->list.limit != 0 ? r->list.limit : HEARTH__LIST_LIMIT;
    int64_t most = r->list.max_limit != 0 ? r->list.max_limit : HEARTH__LIST_MAX_LIMIT;
    char text[100];

    snprintf(text, sizeof text, "Rows of a page, 1 to %lld; %lld when left out",
             (long long)(most > limit ? most : limit), (long long)limit);
    add_filters(l, r);
    add_page(l, "sort", NULL,
             "Up to 8 fields with commas between; '-' before one turns its order round");
    add_page(l, "limit", "integer", made(l, text, "", ""));
    add_page(l, "offset", "integer", "Rows to leave out");
    add_page(l, "after", NULL, "The rows behind a page, as its Link says");
    add_page(l, "count", "boolean", "Whether to count the rows of all pages");
    if (r->list.may_with != NULL)
        add_page(l, "with", NULL,
                 made(l, "What belongs to each row, with commas between: ",
                      r->list.may_with, ""));
    if (is_searchable(app, r))
        add_page(
            l, "q", NULL,
            "Words to look for, all of them; \"in quotes\", or a beginn* with a star");
    add_answer(l, "200", "A page of them");
    add_field(l, "200", "Link", "Where the next page is, if there is one (RFC 8288)");
    add(l, (hearth_route_doc){.of = "200",
                              .name = "X-Total-Count",
                              .type = "integer",
                              .text = "The rows of all pages, if they were counted"});
    add_answer(l, "304", "As the client has it");
    add_answer(l, "400", "The page that after names is none of this list");
    add_answer(l, "422", "Parameters that make no sense; each is told");
}

/* ---- one row ------------------------------------------------------------------------- */

static const char tag_text[] = "The tag of what is shown, for If-Match and If-None-Match";

static void add_body(lines *l)
{
    add_answer(l, "409",
               "What has to be unique is there already, or what it refers to is not");
    add_answer(l, "415", "A body of this type cannot be read");
}

static void add_match(lines *l, const hearth__resource *r)
{
    add(l, (hearth_route_doc){.of = "header",
                              .name = "If-Match",
                              .text = "The ETag of what is to be changed",
                              .required = r->o.require_match && !r->o.upsert});
    add_answer(l, "412", "It is not, or not any more, what the condition says");
    if (r->o.require_match)
        add_answer(l, "428", "A condition is needed: If-Match");
}

static void doc_create(lines *l)
{
    add_answer(l, "201", "It is there now");
    add_field(l, "201", "Location", "Its address");
    add_field(l, "201", "ETag", tag_text);
    add_body(l);
}

static void doc_show(lines *l)
{
    add_field(l, "header", "If-None-Match", "The ETag of what the client has");
    add_answer(l, "200", "It");
    add_field(l, "200", "ETag", tag_text);
    add_answer(l, "304", "As the client has it");
}

static void doc_change(lines *l, const hearth__resource *r, bool creates)
{
    if (creates) {
        add_field(l, "header", "If-None-Match", "\"*\": only if there is none yet");
        doc_create(l);
    } else {
        add_body(l);
    }
    add_answer(l, "200", "As it is now");
    add_field(l, "200", "ETag", tag_text);
    add_match(l, r);
}

static void doc_delete(lines *l, const hearth__resource *r)
{
    add_answer(l, "204", "It is gone");
    add_answer(l, "409", "Others refer to it");
    add_match(l, r);
}

const hearth_route_doc *hearth__resource_doc(const hearth_app *app,
                                             const hearth__resource *r,
                                             hearth_resource_action action)
{
    hearth__arena *a = hearth__router_arena(app->router);
    lines l = {.a = a};

    l.line =
        hearth__arena_array(a,
                            (action == HEARTH_RESOURCE_LIST ? r->m->n * HEARTH__OPS : 0) +
                                FIXED_LINES,
                            sizeof *l.line);
    if (l.line == NULL)
        return NULL;
    switch (action) {
    case HEARTH_RESOURCE_LIST:
        doc_list(&l, app, r);
        break;
    case HEARTH_RESOURCE_CREATE:
        doc_create(&l);
        break;
    case HEARTH_RESOURCE_SHOW:
        doc_show(&l);
        break;
    case HEARTH_RESOURCE_REPLACE:
        doc_change(&l, r, r->o.upsert);
        break;
    case HEARTH_RESOURCE_PATCH:
        doc_change(&l, r, false);
        break;
    default:
        doc_delete(&l, r);
    }
    add(&l, (hearth_route_doc){.of = NULL});
    return a->failed ? NULL : l.line;
}
