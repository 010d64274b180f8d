/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Which built-in error answer a client gets, and the one for programs: problem+json
 * (RFC 9457).  A browser is whoever names text/html in Accept; a program that says nothing,
 * or "anything", gets JSON.
 */
#include "app/problem.h"

#include "app/debug.h"
#include "app/req.h"
#include "core/str.h"
#include "http/accept.h"
#include "http/status.h"
#include "json/write.h"

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

hearth_str hearth__problem_title(int status)
{
    const char *reason = hearth__status_reason(status);

    return hearth__str_of(*reason != '\0' ? reason : "Error");
}

hearth_str hearth__problem_sentence(const hearth_error *e)
{
    const char *general = hearth__status_sentence(e->status);

    if (e->text[0] != '\0')
        return hearth__str_of(e->text);
    return general != NULL ? hearth__str_of(general) : hearth__problem_title(e->status);
}

const hearth__fault *hearth__problem_faults(const hearth_ctx *c, const hearth_error *e)
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

/* For who develops with curl. */
static void json_trace(hearth_ctx *c, hearth__json_w *w)
{
    const char *missing;
    hearth__frame *f;
    bool guessed;
    size_t n;

    if (!hearth__debug_near(c))
        return;
    n = hearth__debug_frames(c, &f, &missing, &guessed);
    hearth__json_key(w, HEARTH__S("trace"));
    hearth__json_open(w, '[');
    for (size_t i = 0; i < n; i++) {
        hearth__buf text;

        hearth__buf_init(&text, &c->arena, 0);
        hearth__debug_frame_text(&f[i], &text);
        hearth__json_text(w, hearth__buf_view(&text));
    }
    hearth__json_close(w, ']');
}

void hearth__problem_json(hearth_ctx *c, const hearth_error *e, hearth__buf *out)
{
    hearth__json_w w = hearth__json_w_of(out);
    const hearth__fault *f = hearth__problem_faults(c, e);

    hearth__json_open(&w, '{');
    json_member(&w, HEARTH__S("type"), HEARTH__S("about:blank"));
    json_member(&w, HEARTH__S("title"), hearth__problem_title(e->status));
    hearth__json_key(&w, HEARTH__S("status"));
    hearth__json_int(&w, e->status);
    json_member(&w, HEARTH__S("detail"), hearth__problem_sentence(e));
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
    if (e->status >= 500)
        json_trace(c, &w);
    hearth__json_close(&w, '}');
}
