/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The lines that led to an error, of templates and of the program.
 */
#include "app/debug.h"
#include "core/enc.h"
#include "core/excerpt.h"
#include "core/str.h"
#include "tmpl/set.h"

#define SOURCES 6 /* frames that are shown with their source */
#define AROUND  6 /* lines before and after */

static void text(hearth__buf *out, const char *s)
{
    hearth__enc_html(out, hearth__str_of(s));
}

/* ---- source --------------------------------------------------------------------- */

static void put_excerpt(const hearth__excerpt *x, int line, hearth__buf *out)
{
    hearth_str rest = x->text;
    int at = x->first;

    if (rest.len > 0 && rest.ptr[rest.len - 1] == '\n')
        rest.len--;
    hearth__buf_text(out, "<pre class=\"source\" tabindex=\"0\"><code>");
    for (; rest.ptr != NULL; at++) {
        hearth_str code = hearth__str_cut(&rest, '\n');

        hearth__buf_text(out, at == line ? "<mark>" : "");
        hearth__buf_f(out, "%s%5d  ", at == line ? ">" : " ", at);
        hearth__enc_html(out, code);
        hearth__buf_text(out, at == line ? "\n</mark>" : "\n");
    }
    hearth__buf_text(out, "</code></pre>\n");
}

static void put_place(const hearth__frame *f, hearth__buf *out)
{
    hearth__buf_text(out, "<code class=\"function\">");
    text(out, f->function != NULL ? f->function : "(no name)");
    hearth__buf_text(out, "</code> <span class=\"place\">");
    if (f->file != NULL) {
        text(out, f->file);
        hearth__buf_f(out, ":%d", f->line);
    } else if (f->module != NULL) {
        text(out, f->module);
    }
    hearth__buf_text(out, f->ours ? " <i>hearth</i></span>" : "</span>");
}

static void put_frame(hearth_ctx *c, const hearth__frame *f, int *sources,
                      hearth__buf *out)
{
    hearth__excerpt x;

    hearth__buf_text(out, f->ours ? "<li class=\"ours\">" : "<li>");
    put_place(f, out);
    if (!f->ours && *sources > 0 &&
        hearth__excerpt_file(&c->arena, f->file, f->line, AROUND, &x)) {
        put_excerpt(&x, f->line, out);
        (*sources)--;
    }
    hearth__buf_text(out, "</li>\n");
}

void hearth__debug_stack(hearth_ctx *c, hearth__buf *out)
{
    const char *missing;
    hearth__frame *f;
    bool guessed;
    int sources = SOURCES;
    size_t n = hearth__debug_frames(c, &f, &missing, &guessed);

    hearth__buf_text(out, "<section>\n<h2>Where</h2>\n");
    if (guessed)
        hearth__buf_text(
            out, "<p>The error comes from the handler of the route. Where in it is not "
                 "known: it returned the code by itself, or its last call became a jump; "
                 "build with <code>-Og</code> to see that line.</p>\n");
    if (n > 0)
        hearth__buf_text(out, "<ol class=\"frames\">\n");
    for (size_t i = 0; i < n; i++)
        put_frame(c, &f[i], &sources, out);
    if (n > 0)
        hearth__buf_text(out, "</ol>\n");
    if (n == 0 && missing == NULL)
        hearth__buf_text(out, "<p>Nobody knows: no function of yours was running.</p>\n");
    if (missing != NULL) {
        hearth__buf_text(out, "<p>");
        text(out, missing);
        hearth__buf_text(out, "</p>\n");
    }
    hearth__buf_text(out, "</section>\n");
}

/* ---- template ------------------------------------------------------------------- */

/* The lines around the place, from where the set has the template. */
static bool template_lines(hearth_ctx *c, const hearth_template_error *e,
                           hearth__excerpt *x)
{
    hearth_str source;

    return hearth__set_text(c->app->templates, &c->arena, hearth__str_of(e->file),
                            &source) == 0 &&
           hearth__excerpt_text(source, e->line, AROUND, x);
}

void hearth__debug_template(hearth_ctx *c, hearth__buf *out)
{
    const hearth_template_error *e = c->template_error;
    hearth__excerpt x;

    if (e == NULL || c->app->templates == NULL)
        return;
    hearth__buf_text(out, "<section>\n<h2>Template</h2>\n<p>");
    text(out, e->text);
    hearth__buf_text(out, "</p>\n");
    if (e->line > 0) {
        hearth__buf_text(out, "<p><code class=\"function\">");
        text(out, e->file);
        hearth__buf_f(out,
                      "</code> <span class=\"place\">line %d, column %d</span></p>\n",
                      e->line, e->column);
        if (template_lines(c, e, &x))
            put_excerpt(&x, e->line, out);
    }
    hearth__buf_text(out, "</section>\n");
}
