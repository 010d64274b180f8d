/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * templates/debug.html, filled in.
 */
#include "app/debug.h"
#include "app/fill.h"
#include "app/pages.h"
#include "app/problem.h"
#include "core/enc.h"
#include "core/str.h"
#include "db/trail.h"

#define MANY   5 /* runs of one statement from which on its number is told */
#define ROUTES 300

const char hearth__debug_policy[] =
    "default-src 'none'; style-src "
    "'sha256-H7LMlZcRItlPfMyvWyC79I2qRGA51xaMBoymC/pYwgs='; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

static void text(hearth__buf *out, const char *s)
{
    hearth__enc_html(out, hearth__str_of(s));
}

/* ---- routes --------------------------------------------------------------------- */

static void put_routes(const hearth_ctx *c, hearth__buf *out)
{
    size_t n = 0;

    hearth__buf_text(out, "<section>\n<h2>Routes</h2>\n<p>None of them matches ");
    hearth__enc_html(out, c->head.method);
    hearth__buf_text(out, " of this path.</p>\n<div class=\"wide\" tabindex=\"0\" "
                          "role=\"region\" aria-label=\"Routes\">\n<table>\n<tbody>\n");
    for (const hearth__route *r = hearth__router_first(c->app->router);
         r != NULL && n < ROUTES; r = r->next, n++) {
        hearth__buf_text(out, "<tr><th scope=\"row\">");
        text(out, r->method);
        hearth__buf_text(out, "</th><td><code>");
        text(out, r->pattern);
        hearth__buf_text(out, "</code></td><td>");
        text(out, r->name == NULL ? "" : r->name);
        hearth__buf_text(out, "</td></tr>\n");
    }
    hearth__buf_text(out, "</tbody>\n</table>\n</div>\n");
    hearth__buf_text(out, n == 0 ? "<p>The application has no routes.</p>\n" : "");
    hearth__buf_text(out, n == ROUTES ? "<p>There are more.</p>\n" : "");
    hearth__buf_text(out, "</section>\n");
}

/* ---- statements ----------------------------------------------------------------- */

static void put_ms(int64_t us, hearth__buf *out)
{
    hearth__buf_f(out, "%lld.%02lld ms", (long long)(us / 1000),
                  (long long)(us % 1000 / 10));
}

typedef struct runs {
    int n;
    int64_t took_us;
    bool first; /* none of them stands before this one */
} runs;

/* All of one text. */
static runs runs_of(const hearth__trail *t, const hearth__trail_entry *e)
{
    runs r = {.first = true};

    for (const hearth__trail_entry *x = t->first; x != NULL; x = x->next) {
        if (x->hash != e->hash)
            continue;
        r.first = r.first && (r.n > 0 || x == e);
        r.n++;
        r.took_us += x->took_us;
    }
    return r;
}

/* Many of one text are one line, where the first one stands; those that failed are lines of
 * their own. */
static void put_statement(const hearth__trail *t, const hearth__trail_entry *e,
                          hearth__buf *out)
{
    runs r = runs_of(t, e);
    bool together = r.n >= MANY && e->code == 0;

    if (together && !r.first)
        return;
    hearth__buf_text(out, e->code != 0 ? "<tr class=\"failed\"><td>" : "<tr><td>");
    put_ms(together ? r.took_us : e->took_us, out);
    hearth__buf_text(out, "</td><td><code>");
    hearth__enc_html(out, e->sql);
    hearth__buf_text(out, "</code>");
    if (e->code != 0) {
        hearth__buf_text(out, " <strong>failed: ");
        text(out, hearth_strerror(e->code));
        hearth__buf_text(out, "</strong>");
    }
    if (together)
        hearth__buf_f(out,
                      " <strong>ran %d times: a query in a loop? See "
                      "hearth_related().</strong>",
                      r.n);
    hearth__buf_text(out, "</td></tr>\n");
}

static void put_sql(const hearth_ctx *c, hearth__buf *out)
{
    const hearth__trail *t = c->dbs.trail;

    if (c->dbs.db == NULL)
        return;
    hearth__buf_f(out, "<section>\n<h2>Database</h2>\n<p>%zu statement%s, ",
                  t == NULL ? 0 : t->n, t != NULL && t->n == 1 ? "" : "s");
    put_ms(t == NULL ? 0 : t->all_us, out);
    hearth__buf_text(out, "</p>\n");
    if (t != NULL && t->first != NULL) {
        hearth__buf_text(out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
                              "aria-label=\"Statements\">\n<table>\n<tbody>\n");
        for (const hearth__trail_entry *e = t->first; e != NULL; e = e->next)
            put_statement(t, e, out);
        hearth__buf_text(out, "</tbody>\n</table>\n</div>\n");
    }
    hearth__buf_text(out, "</section>\n");
}

/* ---- log ------------------------------------------------------------------------ */

static void put_log(const hearth_ctx *c, hearth__buf *out)
{
    static const char *const names[] = {"INFO", "DEBUG", "INFO", "WARN", "ERROR"};
    const hearth__debug *d = c->debug;

    if (d == NULL || d->first == NULL)
        return;
    hearth__buf_text(out, "<section>\n<h2>Log of this request</h2>\n");
    if (d->nlines > HEARTH__DEBUG_LINES)
        hearth__buf_f(out, "<p>The last %d of %zu lines.</p>\n", HEARTH__DEBUG_LINES,
                      d->nlines);
    hearth__buf_text(out, "<pre class=\"log\" tabindex=\"0\">");
    for (const hearth__debug_line *l = d->first; l != NULL; l = l->next) {
        hearth__buf_f(out, "%-5s ", l->level < HEARTH_LOG_OFF ? names[l->level] : "");
        text(out, l->text);
        hearth__buf_char(out, '\n');
    }
    hearth__buf_text(out, "</pre>\n</section>\n");
}

/* ---- the whole ------------------------------------------------------------------ */

typedef struct page {
    hearth_ctx *c;
    const hearth_error *e;
} page;

static void put_what(const page *p, hearth__buf *out)
{
    const hearth__route *r = p->c->match.route;

    hearth__enc_html(out, p->c->head.method);
    hearth__buf_char(out, ' ');
    if (r != NULL)
        text(out, r->pattern);
    else
        hearth__enc_html(out, p->c->target.raw_path);
}

static void put_where(const page *p, hearth__buf *out)
{
    if (p->e->status < 500) {
        put_routes(p->c, out);
        return;
    }
    hearth__debug_template(p->c, out);
    hearth__debug_stack(p->c, out);
}

static void fill(void *arg, hearth_str name, hearth__buf *out)
{
    const page *p = arg;
    hearth_ctx *c = p->c;

    if (hearth__str_eq(name, HEARTH__S("status")))
        hearth__buf_int(out, p->e->status);
    else if (hearth__str_eq(name, HEARTH__S("title")))
        hearth__enc_html(out, hearth__problem_title(p->e->status));
    else if (hearth__str_eq(name, HEARTH__S("what")))
        put_what(p, out);
    else if (hearth__str_eq(name, HEARTH__S("message")))
        hearth__enc_html(out, hearth__problem_sentence(p->e));
    else if (hearth__str_eq(name, HEARTH__S("where")))
        put_where(p, out);
    else if (hearth__str_eq(name, HEARTH__S("sql")))
        put_sql(c, out);
    else if (hearth__str_eq(name, HEARTH__S("log")))
        put_log(c, out);
    else if (hearth__str_eq(name, HEARTH__S("request")))
        hearth__debug_request(c, out);
    else if (hearth__str_eq(name, HEARTH__S("id")))
        text(out, hearth_request_id(c));
}

void hearth__debug_html(hearth_ctx *c, const hearth_error *e, hearth__buf *out)
{
    page p = {c, e};

    hearth__buf_room(out, 32768);
    hearth__fill(out, hearth__page_debug, fill, &p);
}
