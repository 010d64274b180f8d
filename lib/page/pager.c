/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Links between the pages of a list.  They are made of the query parameters that
 * hearth_list() understands, limit and offset, and keep all others: filters and order stay.
 */
#include "core/enc.h"
#include "core/str.h"
#include "page/page.h"

#define LIMIT  50                        /* hearth_list()'s */
#define MOST   INT64_C(1000000000000000) /* no list is longer */
#define AROUND 2 /* pages before and after this one that have a link */

typedef struct pager {
    hearth_ctx *c;
    int64_t total, limit, page, pages; /* pages: at least 1 */
} pager;

/* ---- numbers -------------------------------------------------------------------- */

static int64_t of_query(hearth_ctx *c, const char *name, int64_t fallback)
{
    int64_t n;

    /* A wrong number is a matter of the list, which has answered it by now. */
    return hearth__str_int(hearth__str_of(hearth_query(c, name, "")), &n) ? n : fallback;
}

static int number(hearth_template_call *call, hearth_value v, int64_t fallback,
                  int64_t *out)
{
    *out = fallback;
    if (v.kind == HEARTH_VALUE_UNDEFINED || v.kind == HEARTH_VALUE_NONE)
        return 0;
    return hearth_template_int(call, v, out);
}

static int read_pager(hearth_template_call *call, pager *p)
{
    int64_t offset;

    p->c = hearth__page_ctx(call);
    HEARTH_TRY(hearth_template_int(call, call->args[0], &p->total));
    HEARTH_TRY(number(call, call->args[1], of_query(p->c, "limit", LIMIT), &p->limit));
    offset = of_query(p->c, "offset", 0);
    if (p->limit < 1 || p->limit > MOST)
        return hearth_template_fail(call, "pagination(): the limit is %lld: 1 or more",
                                    (long long)p->limit);
    p->total = p->total < 0 ? 0 : p->total < MOST ? p->total : MOST;
    offset = offset < 0 ? 0 : offset < MOST ? offset : MOST;
    p->pages = p->total == 0 ? 1 : (p->total - 1) / p->limit + 1;
    p->page = offset / p->limit + 1;
    return 0;
}

static hearth_str link_of(const pager *p, int64_t page)
{
    char text[24];
    hearth__buf number_text, b;

    hearth__buf_over(&number_text, text, sizeof text);
    if (page > 1)
        hearth__buf_int(&number_text, (page - 1) * p->limit);
    const hearth__page_param offset = {HEARTH__S("offset"),
                                       hearth__buf_view(&number_text)};

    hearth__buf_init(&b, &p->c->arena, 0);
    hearth__page_same(p->c, &b, &offset, 1);
    return hearth__buf_view(&b);
}

/* The next page that has a link: the first, the last, and those around this one.  0 at the
 * end. */
static int64_t next_shown(const pager *p, int64_t page)
{
    page++;
    if (page > 1 && page < p->page - AROUND && page < p->pages)
        page = p->page - AROUND < p->pages ? p->page - AROUND : p->pages;
    else if (page > p->page + AROUND && page < p->pages)
        page = p->pages;
    return page <= p->pages ? page : 0;
}

/* ---- as data -------------------------------------------------------------------- */

static json_t *text_or_none(bool there, const pager *p, int64_t page)
{
    hearth_str link;

    if (!there)
        return json_null();
    link = link_of(p, page);
    return json_stringn(link.ptr, link.len);
}

static json_t *links(const pager *p)
{
    json_t *list = json_array();
    int64_t before = 0;

    for (int64_t i = next_shown(p, 0); i > 0; i = next_shown(p, i)) {
        json_t *o = json_pack("{s:I, s:o, s:b, s:b}", "page", (json_int_t)i, "url",
                              text_or_none(true, p, i), "current", i == p->page, "gap",
                              i > before + 1);

        if (json_array_append_new(list, o) != 0) {
            json_decref(list);
            return NULL;
        }
        before = i;
    }
    return list;
}

static int pagination(hearth_template_call *call, hearth_value *out)
{
    int64_t first, last;
    pager p;

    HEARTH_TRY(read_pager(call, &p));
    first = p.page > p.pages || p.total == 0 ? 0 : (p.page - 1) * p.limit + 1;
    last = first == 0 ? 0 : first + p.limit - 1 < p.total ? first + p.limit - 1 : p.total;
    return hearth_template_set_json(
        call, out,
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "page",
                  (json_int_t)p.page, "pages", (json_int_t)p.pages, "total",
                  (json_int_t)p.total, "limit", (json_int_t)p.limit, "first",
                  (json_int_t)first, "last", (json_int_t)last, "previous",
                  text_or_none(p.page > 1, &p, p.page <= p.pages ? p.page - 1 : p.pages),
                  "next", text_or_none(p.page < p.pages, &p, p.page + 1), "links",
                  links(&p)));
}

/* ---- as HTML -------------------------------------------------------------------- */

static void put_link(hearth__buf *b, const char *attributes, hearth_str to,
                     hearth_str text)
{
    hearth__buf_f(b, "<li><a%s href=\"", attributes);
    hearth__enc_html(b, to);
    hearth__buf_text(b, "\">");
    hearth__enc_html(b, text);
    hearth__buf_text(b, "</a></li>\n");
}

static void put_numbers(hearth__buf *b, const pager *p)
{
    int64_t before = 0;

    for (int64_t i = next_shown(p, 0); i > 0; i = next_shown(p, i)) {
        char text[24];
        hearth__buf t;

        hearth__buf_over(&t, text, sizeof text);
        hearth__buf_int(&t, i);
        if (i > before + 1)
            hearth__buf_text(b, "<li class=\"pagination-gap\">\xE2\x80\xA6</li>\n");
        put_link(b, i == p->page ? " aria-current=\"page\"" : "", link_of(p, i),
                 hearth__buf_view(&t));
        before = i;
    }
}

static int word(hearth_template_call *call, size_t i, const char *fallback,
                hearth_str *out)
{
    *out = hearth__str_of(fallback);
    return call->args[i].kind == HEARTH_VALUE_UNDEFINED
               ? 0
               : hearth_template_text(call, call->args[i], out);
}

static int pagination_nav(hearth_template_call *call, hearth_value *out)
{
    hearth_str previous, next, label;
    hearth__buf b;
    pager p;

    HEARTH_TRY(read_pager(call, &p));
    HEARTH_TRY(word(call, 2, "Previous", &previous));
    HEARTH_TRY(word(call, 3, "Next", &next));
    HEARTH_TRY(word(call, 4, "Pages", &label));
    hearth__buf_init(&b, &p.c->arena, 0);
    if (p.pages > 1 || p.page > 1) {
        hearth__buf_text(&b, "<nav class=\"pagination\" aria-label=\"");
        hearth__enc_html(&b, label);
        hearth__buf_text(&b, "\">\n<ul>\n");
        if (p.page > 1)
            put_link(&b, " rel=\"prev\"",
                     link_of(&p, p.page <= p.pages ? p.page - 1 : p.pages), previous);
        put_numbers(&b, &p);
        if (p.page < p.pages)
            put_link(&b, " rel=\"next\"", link_of(&p, p.page + 1), next);
        hearth__buf_text(&b, "</ul>\n</nav>\n");
    }
    return hearth__page_buf(call, &b, true, out);
}

const hearth__builtin hearth__page_pager[] = {
    {"pagination", pagination, "total limit?", NULL},
    {"pagination_nav", pagination_nav, "total limit? previous? next? label?", NULL},
    {NULL, NULL, NULL, NULL},
};
