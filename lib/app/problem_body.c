/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The bodies of the built-in error answers: problem+json (RFC 9457) and the page of
 * templates/error.html, whose {{names}} are filled in here.  A browser is whoever names
 * text/html in Accept; a program that says nothing, or "anything", gets JSON.
 */
#include "app/pages.h"
#include "app/problem.h"

#include "app/req.h"
#include "core/enc.h"
#include "core/str.h"
#include "http/accept.h"
#include "http/status.h"
#include "json/write.h"

/* The hash is that of the style element in templates/error.html; a test recomputes it. */
const char hearth__problem_policy[] =
    "default-src 'none'; style-src "
    "'sha256-oibLGe1MuG4Awe0K/lIuDrzqdKY/JwIX6cGj156XQ00='; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/* ---- which ------------------------------------------------------------------- */

bool hearth__problem_wants_html(hearth_ctx *c)
{
    const hearth_str html = HEARTH__S("text/html");
    hearth_str accept = hearth__req_list(c, HEARTH__S("Accept"));
    int wanted;

    if (!hearth__accept_names(accept, html))
        return false;
    wanted = hearth__accept_quality(accept, html);
    return wanted > 0 &&
           wanted >= hearth__accept_quality(accept, HEARTH__S("application/json")) &&
           wanted >=
               hearth__accept_quality(accept, HEARTH__S("application/problem+json"));
}

/* ---- words ------------------------------------------------------------------- */

static hearth_str title(int status)
{
    const char *reason = hearth__status_reason(status);

    return hearth__str_of(*reason != '\0' ? reason : "Error");
}

static hearth_str sentence(const hearth_error *e)
{
    const char *general = hearth__status_sentence(e->status);

    if (e->text[0] != '\0')
        return hearth__str_of(e->text);
    return general != NULL ? hearth__str_of(general) : title(e->status);
}

/* Faults are listed with the answer that they cause. */
static const hearth__fault *faults(const hearth_ctx *c, const hearth_error *e)
{
    return e->code == HEARTH_EMODEL ? c->faults : NULL;
}

/* ---- problem+json ------------------------------------------------------------ */

static void json_member(hearth__json_w *w, hearth_str name, hearth_str value)
{
    hearth__json_key(w, name);
    hearth__json_text(w, value);
}

static void json_fault(hearth__json_w *w, const hearth__fault *f)
{
    hearth__json_open(w, '{');
    if (f->pointer[0] == '?')
        json_member(w, HEARTH__S("parameter"), hearth__str_of(f->pointer + 1));
    else
        json_member(w, HEARTH__S("pointer"), hearth__str_of(f->pointer));
    json_member(w, HEARTH__S("code"), hearth__str_of(f->code));
    json_member(w, HEARTH__S("detail"), hearth__str_of(f->text));
    hearth__json_close(w, '}');
}

static void json_available(const hearth_ctx *c, hearth__json_w *w)
{
    if (c->navailable == 0)
        return;
    hearth__json_key(w, HEARTH__S("available"));
    hearth__json_open(w, '[');
    for (size_t i = 0; i < c->navailable; i++)
        hearth__json_text(w, c->available[i]);
    hearth__json_close(w, ']');
}

void hearth__problem_json(hearth_ctx *c, const hearth_error *e, hearth__buf *out)
{
    hearth__json_w w = hearth__json_w_of(out);
    const hearth__fault *f = faults(c, e);

    hearth__json_open(&w, '{');
    json_member(&w, HEARTH__S("type"), HEARTH__S("about:blank"));
    json_member(&w, HEARTH__S("title"), title(e->status));
    hearth__json_key(&w, HEARTH__S("status"));
    hearth__json_int(&w, e->status);
    json_member(&w, HEARTH__S("detail"), sentence(e));
    json_member(&w, HEARTH__S("request_id"), hearth__str_of(hearth_request_id(c)));
    if (f != NULL) {
        hearth__json_key(&w, HEARTH__S("errors"));
        hearth__json_open(&w, '[');
        for (; f != NULL; f = f->next)
            json_fault(&w, f);
        hearth__json_close(&w, ']');
    }
    if (e->status == 406)
        json_available(c, &w);
    hearth__json_close(&w, '}');
}

/* ---- page -------------------------------------------------------------------- */

static void html_faults(const hearth__fault *f, hearth__buf *out)
{
    if (f == NULL)
        return;
    hearth__buf_text(out, "<ul>\n");
    for (; f != NULL; f = f->next) {
        hearth__buf_text(out, "<li>");
        hearth__enc_html(out, hearth__str_of(f->text));
        hearth__buf_text(out, "</li>\n");
    }
    hearth__buf_text(out, "</ul>\n");
}

/* With a list of faults the sentence would say the same twice. */
static void html_sentence(const hearth__fault *f, const hearth_error *e, hearth__buf *out)
{
    hearth_error general = {.code = e->code, .status = e->status};

    hearth__enc_html(out, sentence(f == NULL ? e : &general));
}

static void fill(hearth_ctx *c, const hearth_error *e, hearth_str name, hearth__buf *out)
{
    if (hearth__str_eq(name, HEARTH__S("status")))
        hearth__buf_int(out, e->status);
    else if (hearth__str_eq(name, HEARTH__S("title")))
        hearth__enc_html(out, title(e->status));
    else if (hearth__str_eq(name, HEARTH__S("sentence")))
        html_sentence(faults(c, e), e, out);
    else if (hearth__str_eq(name, HEARTH__S("faults")))
        html_faults(faults(c, e), out);
    else if (hearth__str_eq(name, HEARTH__S("id")))
        hearth__enc_html(out, hearth__str_of(hearth_request_id(c)));
}

void hearth__problem_html(hearth_ctx *c, const hearth_error *e, hearth__buf *out)
{
    const char *at = hearth__page_error, *open, *close;

    hearth__buf_room(out, hearth__page_error_len + sizeof e->text);
    while ((open = strstr(at, "{{")) != NULL && (close = strstr(open, "}}")) != NULL) {
        hearth__buf_add(out, at, (size_t)(open - at));
        fill(c, e, hearth__str(open + 2, (size_t)(close - open) - 2), out);
        at = close + 2;
    }
    hearth__buf_text(out, at);
}
