/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The routes of the description and of its page.  The page is put together once, at set-up; the
 * description when it is asked for, because routes may be added after it.
 */
#include "openapi/openapi.h"

#include "app/answer.h"
#include "app/app.h"
#include "app/ctx.h"
#include "app/pages.h"
#include "core/enc.h"
#include "core/str.h"

#include <hearth/res.h>

static const char policy[] =
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static int answer(hearth_ctx *c, hearth_str type, hearth_str body)
{
    HEARTH_TRY(hearth__answer(c, 200, type, body));
    return hearth_set_header(c, "X-Content-Type-Options", "nosniff");
}

static int description(hearth_ctx *c)
{
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    hearth__openapi_document(&b, hearth_arg(c), c->app->router);
    if (b.failed)
        return HEARTH_ENOMEM;
    return answer(c, HEARTH__S("application/json"), hearth__buf_view(&b));
}

static int page(hearth_ctx *c)
{
    const hearth__openapi *self = hearth_arg(c);

    HEARTH_TRY(answer(c, HEARTH__S("text/html; charset=utf-8"), self->page));
    HEARTH_TRY(hearth_set_header(c, "Referrer-Policy", "no-referrer"));
    return hearth_set_header(c, "Content-Security-Policy", policy);
}

static int script(hearth_ctx *c)
{
    return answer(c, HEARTH__S("text/javascript; charset=utf-8"),
                  hearth__str(hearth__page_docs_js, hearth__page_docs_js_len));
}

static int style(hearth_ctx *c)
{
    return answer(c, HEARTH__S("text/css; charset=utf-8"),
                  hearth__str(hearth__page_docs_css, hearth__page_docs_css_len));
}

/* ---- set-up ------------------------------------------------------------------------------- */

static const char *copy(hearth__arena *a, const char *s)
{
    return s == NULL ? NULL : hearth__arena_copy(a, s, strlen(s));
}

/* The page with its words filled in: {{title}}, {{json}}, {{script}}, {{style}}. */
static void fill(hearth__buf *out, const hearth__openapi *self)
{
    const struct {
        const char *word, *value;
    } words[] = {{"{{title}}", self->o.title},
                 {"{{json}}", self->path},
                 {"{{script}}", self->docs_js},
                 {"{{style}}", self->docs_css}};
    const char *p = hearth__page_docs;

    while (*p != '\0') {
        size_t plain = 1;

        for (size_t i = 0; *p == '{' && i < sizeof words / sizeof *words; i++) {
            if (strncmp(p, words[i].word, strlen(words[i].word)) != 0)
                continue;
            hearth__enc_html(out, hearth__str_of(words[i].value));
            p += strlen(words[i].word);
            plain = 0;
            break;
        }
        plain = plain == 0 ? 0 : plain + strcspn(p + 1, "{");
        hearth__buf_add(out, p, plain);
        p += plain;
    }
}

static const char *joined(hearth__arena *a, const char *path, const char *name)
{
    hearth__buf b;

    hearth__buf_init(&b, a, 0);
    hearth__buf_text(&b, path);
    hearth__buf_text(&b, name);
    return b.failed ? NULL : b.ptr;
}

static bool complete(hearth__openapi *self, hearth__arena *a, const char *path)
{
    hearth__buf b;

    self->path = copy(a, path);
    self->o.title = copy(a, self->o.title == NULL ? "API" : self->o.title);
    self->o.version = copy(a, self->o.version == NULL ? "1" : self->o.version);
    self->o.description = copy(a, self->o.description);
    self->o.docs = copy(a, self->o.docs == NULL ? "/docs" : self->o.docs);
    if (self->path == NULL || self->o.title == NULL || self->o.version == NULL ||
        self->o.docs == NULL)
        return false;
    self->docs_js = joined(a, self->o.docs, "/docs.js");
    self->docs_css = joined(a, self->o.docs, "/docs.css");
    if (self->docs_js == NULL || self->docs_css == NULL)
        return false;
    hearth__buf_init(&b, a, 0);
    fill(&b, self);
    self->page = hearth__buf_view(&b);
    return !b.failed && !a->failed;
}

int hearth_openapi_sized(hearth_app *app, const char *path, const hearth_openapi_opts *o,
                         size_t size)
{
    hearth__arena *a = hearth__router_arena(app->router);
    hearth__openapi *self;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_openapi"));
    self = hearth__arena_alloc(a, sizeof *self);
    if (self != NULL && o != NULL)
        memcpy(&self->o, o, size < sizeof self->o ? size : sizeof self->o);
    if (self == NULL || !complete(self, a, path == NULL ? "/openapi.json" : path))
        return hearth__app_setup_failed(app, HEARTH_ENOMEM,
                                        "hearth_openapi: out of memory");
    const hearth_route json[] = {
        HEARTH_GET(self->path, description, .arg = self),
        HEARTH_END,
    };
    const hearth_route docs[] = {
        HEARTH_GET(self->o.docs, page, .arg = self),
        HEARTH_GET(self->docs_js, script, .arg = self),
        HEARTH_GET(self->docs_css, style, .arg = self),
        HEARTH_END,
    };
    HEARTH_TRY(hearth_mount(app, "", json));
    return self->o.docs[0] == '\0' ? 0 : hearth_mount(app, "", docs);
}
