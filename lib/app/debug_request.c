/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The request as tables.  Values are masked by their names, and those of fields that a model
 * calls secret; all of them when the request had a secret that the library took from it, like
 * a token, since it came in one of them.  The address is shown taken apart.  A body that is
 * no form is told by its type and size.
 */
#include "app/debug.h"
#include "app/mask.h"
#include "app/model.h"
#include "app/req.h"
#include "app/shown.h"
#include "core/enc.h"
#include "core/str.h"

#define VALUE_MOST 2000 /* bytes of a value that are shown */
#define HIDDEN     "<span class=\"hidden\">hidden</span>"

static void cell(hearth__buf *out, hearth_str s)
{
    bool cut = s.len > VALUE_MOST;

    hearth__enc_html(out, cut ? hearth__str(s.ptr, VALUE_MOST) : s);
    if (cut)
        hearth__buf_f(out, " ... (%zu bytes)", s.len);
}

static void row(hearth__buf *out, hearth_str name, hearth_str value, bool hide)
{
    hearth__buf_text(out, "<tr><th scope=\"row\">");
    cell(out, name);
    hearth__buf_text(out, "</th><td>");
    if (hide)
        hearth__buf_text(out, HIDDEN);
    else
        cell(out, value);
    hearth__buf_text(out, "</td></tr>\n");
}

static void open_table(hearth__buf *out, const char *caption)
{
    hearth__buf_f(out,
                  "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
                  "aria-label=\"%s\">\n<table>\n<caption>%s</caption>\n<tbody>\n",
                  caption, caption);
}

static void close_table(hearth__buf *out)
{
    hearth__buf_text(out, "</tbody>\n</table>\n</div>\n");
}

static bool is_secret_field(const hearth_ctx *c, hearth_str name)
{
    const hearth_model *m = c->match.route == NULL ? NULL : c->match.route->in;

    for (size_t i = 0; m != NULL && i < m->n; i++)
        if (m->field[i].secret && hearth__str_eq(hearth__str_of(m->field[i].name), name))
            return true;
    return hearth__mask_hides(name);
}

static void pairs(hearth_ctx *c, const char *caption, const hearth__pairs *p,
                  hearth__buf *out)
{
    if (p->rc != 0 || p->n == 0)
        return;
    open_table(out, caption);
    for (size_t i = 0; i < p->n; i++)
        row(out, p->pair[i].name, p->pair[i].value,
            c->secret || is_secret_field(c, p->pair[i].name));
    close_table(out);
}

static void params(const hearth_ctx *c, hearth__buf *out)
{
    const hearth__route *r = c->match.route;

    if (r == NULL || r->nparams == 0)
        return;
    open_table(out, "Parameters of the route");
    for (size_t i = 0; i < r->nparams; i++) {
        hearth_str name = hearth__str_of(r->param[i].name);

        row(out, name, c->match.param[i], c->secret || hearth__mask_hides(name));
    }
    close_table(out);
}

static bool hides_param(const hearth_ctx *c)
{
    const hearth__route *r = c->match.route;

    for (size_t i = 0; r != NULL && i < r->nparams; i++)
        if (hearth__mask_hides(hearth__str_of(r->param[i].name)))
            return true;
    return false;
}

static hearth_str without_query(hearth_str s)
{
    return hearth__str_cut(&s, '?');
}

static void line(hearth_ctx *c, hearth__buf *out)
{
    const hearth__route *r = c->match.route;

    open_table(out, "Request");
    row(out, HEARTH__S("method"), c->head.method, false);
    row(out, HEARTH__S("path"), without_query(hearth__shown_target(c)), hides_param(c));
    row(out, HEARTH__S("route"), hearth__str_of(r == NULL ? "none" : r->pattern), false);
    if (r != NULL && r->name != NULL)
        row(out, HEARTH__S("its name"), hearth__str_of(r->name), false);
    row(out, HEARTH__S("client"), hearth__str_of(hearth_peer(c)), false);
    row(out, HEARTH__S("where"),
        hearth__str_of(c->is_inline ? "on a reactor" : "on a worker"), false);
    close_table(out);
}

static void fields(const hearth_ctx *c, hearth__buf *out)
{
    open_table(out, "Header fields");
    for (size_t i = 0; i < c->head.nfields; i++) {
        const hearth__field *f = &c->head.field[i];
        bool referrer = hearth__str_ieq(f->name, HEARTH__S("Referer"));

        row(out, f->name, referrer ? without_query(f->value) : f->value,
            hearth__mask_hides(f->name));
    }
    close_table(out);
}

static void body(hearth_ctx *c, hearth__buf *out)
{
    hearth_str type = hearth__req_type(c);

    if (c->received == 0 && c->body.len == 0)
        return;
    if (c->form.parsed && c->form.rc == 0 && c->form.n > 0) {
        pairs(c, "Form", &c->form, out);
        return;
    }
    open_table(out, "Body");
    row(out, HEARTH__S("type"), type, false);
    hearth__buf_f(out, "<tr><th scope=\"row\">size</th><td>%llu bytes</td></tr>\n",
                  (unsigned long long)(c->received > 0 ? c->received : c->body.len));
    close_table(out);
}

void hearth__debug_request(hearth_ctx *c, hearth__buf *out)
{
    line(c, out);
    params(c, out);
    pairs(c, "Query", hearth__req_query(c), out);
    body(c, out);
    fields(c, out);
}
