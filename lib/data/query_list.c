/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Many rows by model.  A page asks for one row more than it shows, which is how it knows whether
 * another one follows.
 */

#include "app/answer.h"
#include "app/model.h"
#include "app/problem.h"
#include "app/req.h"
#include "core/enc.h"
#include "data/query.h"
#include "data/related.h"
#include "data/search.h"
#include "model/dump.h"
#include "model/filter.h"
#include "model/sql_create.h"

#include <hearth/memory.h>
#include <hearth/res.h>

typedef struct listing {
    hearth_ctx *c;
    const hearth_model *m;
    hearth_list_opts o;
    hearth__filter f;
    hearth__sql q;
    hearth__related related;
    const hearth__search *index; /* NULL: there is none */
    bool query;                  /* the query string is heeded */
} listing;

/* ---- what is wanted ---------------------------------------------------------------------- */

/* What the program looks for, and whether a client may: only where it may filter by what the
 * index holds. */
static int setup_search(listing *l)
{
    const hearth_list_opts *o = &l->o;

    l->index = hearth__search_of(l->c->app, l->m);
    l->f.searchable = l->index != NULL && (l->index->fields & ~l->f.open) == 0;
    if ((o->search != NULL || o->snippet != NULL) && l->index == NULL)
        return hearth__note(l->c, HEARTH_ESTATE,
                            "model %s has no search index: call hearth_use_search()",
                            l->m->name);
    if (o->snippet != NULL &&
        hearth__plan_find(l->f.plan, hearth__str_of(o->snippet), 0) != l->m->n)
        return hearth__note(l->c, HEARTH_ESTATE,
                            "a snippet of model %s cannot be called %s like a field",
                            l->m->name, o->snippet);
    if (hearth__words_add(&l->f.words, hearth__str_of(o->search)) != 0)
        return hearth__note(l->c, HEARTH_ESTATE,
                            "a list of model %s looks for more than %d bytes or %d words",
                            l->m->name, HEARTH__WORDS_BYTES, HEARTH__WORDS_MOST);
    return 0;
}

static int setup(listing *l)
{
    const hearth_list_opts *o = &l->o;
    uint64_t open = l->f.open;

    if (o->fields != NULL && *o->fields == '\0')
        open = 0;
    else if (o->fields != NULL && hearth__sql_list(l->m, o->fields, &open) != 0)
        return hearth__note(
            l->c, HEARTH_ESTATE,
            "a list of model %s opens \"%s\", where something is no field", l->m->name,
            o->fields);
    l->f.open &= open;
    if (hearth__filter_sort(&l->f, o->sort) != 0)
        return hearth__note(l->c, HEARTH_ESTATE,
                            "a list of model %s cannot be sorted by \"%s\"", l->m->name,
                            o->sort);
    if (o->limit < 0 || o->max_limit < 0)
        return hearth__note(l->c, HEARTH_ESTATE, "a list cannot have a negative limit");
    l->f.limit = o->limit != 0 || !l->query ? o->limit : HEARTH__LIST_LIMIT;
    l->f.max_limit = o->max_limit != 0 ? o->max_limit : HEARTH__LIST_MAX_LIMIT;
    if (l->f.max_limit < l->f.limit)
        l->f.max_limit = l->f.limit;
    l->f.count = o->count;
    l->f.ignore_unknown = o->ignore_unknown;
    l->f.may_with = o->may_with;
    l->f.fault = hearth__model_note;
    l->f.fault_arg = l->c;
    return setup_search(l);
}

static int read_query(listing *l)
{
    const hearth__pairs *p = hearth__req_query(l->c);
    int rc;

    if (p->rc != 0)
        return p->rc;
    HEARTH_TRY(hearth__filter_read(&l->f, p->pair, p->n));
    l->f.count = l->f.count || l->o.count;
    hearth__filter_finish(&l->f);
    HEARTH_TRY(hearth__related_add(&l->related, l->f.with));
    if (l->f.after.ptr == NULL)
        return 0;
    rc = l->f.ranked ? HEARTH_EINVAL : hearth__cursor_read(&l->f, l->c->app->cursor_key);
    if (rc == HEARTH_EINVAL)
        return hearth__tell(l->c, rc, 400,
                            "after is no page of this list, or not any more; start again "
                            "without it");
    return rc;
}

static int open_list(hearth_ctx *c, const hearth_model *m, const hearth_list_opts *o,
                     size_t size, bool query, listing **out)
{
    listing *l = hearth__arena_alloc(&c->arena, sizeof *l);
    const hearth__plan *plan;

    if (l == NULL)
        return HEARTH_ENOMEM;
    *out = l;
    l->c = c;
    l->m = m;
    if (o != NULL)
        memcpy(&l->o, o, size < sizeof l->o ? size : sizeof l->o);
    l->query = query || l->o.query;
    HEARTH_TRY(hearth__query_open(c, m, true, &l->q));
    HEARTH_TRY(hearth__model_plan(c, m, &plan));
    hearth__filter_init(&l->f, plan, &c->arena);
    HEARTH_TRY(hearth__related_open(&l->related, c, m, l->o.with));
    HEARTH_TRY(setup(l));
    if (l->query)
        return read_query(l);
    hearth__filter_finish(&l->f);
    return 0;
}

static bool has_snippets(const listing *l)
{
    return l->o.snippet != NULL && l->f.words.n > 0;
}

/* Behind FROM table. */
static void put_search(const listing *l, hearth__sql *q, bool snippet)
{
    hearth__buf match;

    if (l->f.words.n == 0)
        return;
    hearth__buf_init(&match, q->arena, 0);
    hearth__search_match(q->d, &l->f.words, &match);
    hearth__search_join(l->index, q->d, snippet, &q->text);
    hearth__sql_arg(q, hearth_val_str(hearth__buf_view(&match)));
}

static void put_select(listing *l, uint64_t which, bool snippet)
{
    hearth__buf_text(&l->q.text, "SELECT ");
    hearth__sql_columns(&l->q, which);
    hearth__buf_text(&l->q.text, snippet ? ", hearth_snippet FROM " : " FROM ");
    hearth__sql_name(&l->q.text, l->m->table);
    put_search(l, &l->q, snippet);
}

/* more: one row beyond the page, and a snippet where it is wanted. */
static hearth_rows *select_rows(listing *l, uint64_t which, bool more)
{
    int64_t limit = l->f.limit;

    put_select(l, which, more && has_snippets(l));
    hearth__filter_where(&l->f, &l->q, l->o.where, l->o.args, true);
    hearth__filter_order(&l->f, &l->q);
    if (limit > 0 || l->f.offset > 0) {
        hearth__buf_text(&l->q.text, " LIMIT ? OFFSET ?");
        if (limit == 0 || limit == INT64_MAX)
            limit = INT64_MAX;
        else
            limit += more;
        hearth__sql_arg(&l->q, hearth_val_int(limit));
        hearth__sql_arg(&l->q, hearth_val_int(l->f.offset));
    }
    if (hearth__query_ready(&l->q) != 0)
        return NULL;
    return hearth_select(l->c, l->q.text.ptr, hearth__sql_args(&l->q));
}

/* The cursor stays out of it: all pages are counted. */
static int count(listing *l, int64_t *out)
{
    hearth_rows *r;
    hearth__sql q;

    HEARTH_TRY(hearth__query_open(l->c, l->m, true, &q));
    hearth__buf_text(&q.text, "SELECT count(*) FROM ");
    hearth__sql_name(&q.text, l->m->table);
    put_search(l, &q, false);
    hearth__filter_where(&l->f, &q, l->o.where, l->o.args, false);
    HEARTH_TRY(hearth__query_ready(&q));
    r = hearth_select(l->c, q.text.ptr, hearth__sql_args(&q));
    while (hearth_rows_next(r))
        *out = hearth_rows_int(r, 0);
    return hearth_rows_error(r);
}

int hearth_count_sized(hearth_ctx *c, const hearth_model *m, const hearth_list_opts *o,
                       size_t size, int64_t *out)
{
    listing *l;

    HEARTH_TRY(open_list(c, m, o, size, false, &l));
    *out = 0;
    return count(l, out);
}

/* ---- into structs ------------------------------------------------------------------------ */

int hearth_list_sized(hearth_ctx *c, const hearth_model *m, const hearth_list_opts *o,
                      size_t size, void **out, size_t *n)
{
    hearth__array v = {.size = m == NULL ? 1 : m->size};
    hearth_rows *r;
    listing *l;

    HEARTH_TRY(open_list(c, m, o, size, false, &l));
    r = select_rows(l, hearth__fields_all(m), false);
    if (r == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth__query_read_all(c, m, hearth__fields_all(m), r, &v));
    *out = v.n > 0 ? v.at : hearth__arena_alloc(&c->arena, m->size);
    *n = v.n;
    return *out == NULL ? HEARTH_ENOMEM : 0;
}

/* ---- into JSON --------------------------------------------------------------------------- */

/* What of a list is already written. */
typedef struct page {
    listing *l;
    hearth_rows *r;
    hearth__json_w w;
    void *obj;                        /* one row, borrowed from the statement */
    json_t *tree[HEARTH__MAX_FIELDS]; /* of that row */
    size_t ntrees;
    hearth__buf cursor;  /* behind the last row */
    hearth__buf snippet; /* of the current one */
    bool has_cursor, more;
} page;

static int keep(void *arg, struct json_t *tree)
{
    page *p = arg;

    p->tree[p->ntrees++] = tree;
    return 0;
}

/* A row as an object, with its snippet and what was loaded for it. */
static int put_object(page *p, const void *obj, hearth_str snippet, hearth_error *err)
{
    hearth__json_open(&p->w, '{');
    HEARTH_TRY(hearth__dump_members(&p->w, p->l->m, obj, HEARTH__ALL_FIELDS, err));
    if (snippet.ptr != NULL) {
        hearth__json_key(&p->w, hearth__str_of(p->l->o.snippet));
        hearth__json_text(&p->w, snippet);
    }
    HEARTH_TRY(hearth__related_members(&p->l->related, &p->w, obj, err));
    hearth__json_close(&p->w, '}');
    return 0;
}

/* Of the current row, as HTML; ptr NULL: none is wanted. */
static hearth_str snippet_of(page *p, uint64_t which)
{
    hearth_val v;
    int col = 0;

    if (!has_snippets(p->l))
        return (hearth_str){NULL, 0};
    for (uint64_t left = which; left != 0; left &= left - 1)
        col++;
    v = hearth__rows_val(p->r, col);
    hearth__buf_empty(&p->snippet);
    if (v.kind == HEARTH_VAL_TEXT)
        hearth__search_html(&p->snippet, v.u.s);
    return hearth__buf_view(&p->snippet);
}

static void put_cursor(page *p, const void *last, hearth__given g)
{
    p->has_cursor =
        !p->l->f.ranked &&
        hearth__cursor_write(&p->l->f, last, g, p->l->c->app->cursor_key, &p->cursor);
}

static int put_row(page *p, hearth__row_in *in, bool last)
{
    hearth__given g = {0, 0};
    int rc = hearth__row_read(in, p->r, p->obj, &g);

    if (rc == 0) {
        hearth__given_set(p->l->m, p->obj, g);
        rc = put_object(p, p->obj, snippet_of(p, in->which), in->err);
    }
    if (rc == 0 && last)
        put_cursor(p, p->obj, g);
    while (p->ntrees > 0)
        json_decref(p->tree[--p->ntrees]);
    return rc;
}

static int put_rows(page *p)
{
    hearth_error why = {0};
    hearth__row_in in = {.m = p->l->m,
                         .which = hearth__query_shown(p->l->m),
                         .arena = &p->l->c->arena,
                         .borrow = true,
                         .keep = keep,
                         .keep_arg = p,
                         .err = &why};
    int64_t n = 0;
    int rc = 0;

    hearth__json_open(&p->w, '[');
    while (rc == 0 && n < p->l->f.limit && hearth_rows_next(p->r))
        rc = put_row(p, &in, ++n == p->l->f.limit);
    hearth__json_close(&p->w, ']');
    if (rc != 0)
        return hearth__query_failed(p->l->c, rc, &why);
    p->more = hearth_rows_next(p->r);
    return hearth_rows_error(p->r);
}

/* The current row and its snippet, to be shown when those that belong to it are there. */
static int keep_row(page *p, hearth__row_in *in, hearth__array *rows,
                    hearth__array *snippets)
{
    hearth_str *snippet = hearth__array_push(in->arena, snippets);
    void *obj = hearth__array_push(in->arena, rows);
    hearth__given g = {0, 0};
    int rc = obj == NULL || snippet == NULL ? HEARTH_ENOMEM
                                            : hearth__row_read(in, p->r, obj, &g);

    if (rc != 0)
        return hearth__query_failed(p->l->c, rc, in->err);
    hearth__given_set(in->m, obj, g);
    *snippet = snippet_of(p, in->which);
    if (snippet->ptr != NULL)
        snippet->ptr = hearth__arena_copy(in->arena, snippet->ptr, snippet->len);
    return 0;
}

/* All rows first, since what belongs to them is asked for together. */
static int put_related(page *p, uint64_t which)
{
    const hearth_model *m = p->l->m;
    hearth__array rows = {.size = m->size}, snippets = {.size = sizeof(hearth_str)};
    hearth_error why = {0};
    hearth__row_in in = hearth__query_reader(p->l->c, m, which, &why);
    int rc = 0;

    while (rows.n < (uint64_t)p->l->f.limit && hearth_rows_next(p->r))
        HEARTH_TRY(keep_row(p, &in, &rows, &snippets));
    p->more = hearth_rows_next(p->r);
    while (hearth_rows_next(p->r)) /* gives the statement back */
        ;
    HEARTH_TRY(hearth_rows_error(p->r));
    HEARTH_TRY(hearth__related_load(&p->l->related, rows.at, rows.n));
    hearth__json_open(&p->w, '[');
    for (size_t i = 0; rc == 0 && i < rows.n && !p->w.buf->failed; i++)
        rc = put_object(p, rows.at + i * m->size, ((hearth_str *)(void *)snippets.at)[i],
                        &why);
    hearth__json_close(&p->w, ']');
    if (p->more && rc == 0) {
        const void *last = rows.at + (rows.n - 1) * m->size;

        put_cursor(p, last, hearth__given_of(m, last));
    }
    return hearth__query_failed(p->l->c, rc, &why);
}

static bool is_page(hearth_str name)
{
    return hearth__str_eq(name, HEARTH__S("after")) ||
           hearth__str_eq(name, HEARTH__S("offset"));
}

/* The query string again, with another page in it. */
static int put_link(page *p)
{
    const hearth__pairs *query = hearth__req_query(p->l->c);
    hearth__buf b;

    hearth__buf_init(&b, &p->l->c->arena, 0);
    hearth__buf_text(&b, "<?");
    for (size_t i = 0; i < query->n; i++) {
        if (is_page(query->pair[i].name))
            continue;
        hearth__enc_url(&b, query->pair[i].name);
        hearth__buf_char(&b, '=');
        hearth__enc_url(&b, query->pair[i].value);
        hearth__buf_char(&b, '&');
    }
    if (p->has_cursor)
        hearth__buf_f(&b, "after=%s", p->cursor.ptr);
    else
        hearth__buf_f(&b, "offset=%lld", (long long)hearth__filter_passed(&p->l->f));
    hearth__buf_text(&b, ">; rel=\"next\"");
    return b.failed ? HEARTH_ENOMEM : hearth_add_header(p->l->c, "Link", b.ptr);
}

static int put_headers(page *p)
{
    int64_t total = 0;

    if (p->l->f.count) {
        HEARTH_TRY(count(p->l, &total));
        HEARTH_TRY(
            hearth_set_headerf(p->l->c, "X-Total-Count", "%lld", (long long)total));
    }
    return p->more ? put_link(p) : 0;
}

int hearth_reply_list_sized(hearth_ctx *c, const hearth_model *m,
                            const hearth_list_opts *o, size_t size)
{
    page *p = hearth__arena_alloc(&c->arena, sizeof *p);
    const hearth__with *with;
    hearth__buf body;
    uint64_t which;

    if (p == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth__answer_check(c, 200));
    HEARTH_TRY(open_list(c, m, o, size, true, &p->l));
    hearth__buf_init(&body, &c->arena, 0);
    hearth__buf_init(&p->cursor, &c->arena, 0);
    p->w = hearth__json_w_of(&body);
    p->obj = hearth__arena_alloc(&c->arena, m->size);
    hearth__buf_init(&p->snippet, &c->arena, 0);
    with = p->l->related.tree.first;
    which = hearth__query_shown(m) | hearth__with_needs(with);
    p->r = select_rows(p->l, which, true);
    if (p->obj == NULL || p->r == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(with != NULL ? put_related(p, which) : put_rows(p));
    HEARTH_TRY(put_headers(p));
    if (body.failed)
        return HEARTH_ENOMEM;
    return hearth__answer(c, 200, HEARTH__S("application/json"), hearth__buf_view(&body));
}
