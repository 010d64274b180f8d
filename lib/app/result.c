/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * What a handler returned becomes what a client gets.  First the result is settled into
 * one hearth_error that holds only what may be told; then the application's own error
 * answer is tried, then the built-in one.  When memory ran out, a constant 503 needs
 * none.
 */
#include "app/problem.h"

#include "app/debug.h"
#include "app/negotiate.h"
#include "core/error.h"
#include "core/str.h"
#include "http/status.h"

#include <hearth/log.h>
#include <hearth/res.h>
#include <stdio.h>
#include <string.h>

/* ---- settling a result ------------------------------------------------------- */

static void set_plain(hearth_ctx *c, int code, int status)
{
    c->error.code = code;
    c->error.status = status;
    c->error.text[0] = '\0';
    hearth__debug_forget(c);
}

/* All of them in one sentence, for an error answer that shows only a text. */
static void tell_faults(hearth_ctx *c)
{
    char text[sizeof c->error.text];
    size_t used = 0;

    text[0] = '\0';
    for (const hearth__fault *f = c->faults; f != NULL && used < sizeof text;
         f = f->next) {
        int n = snprintf(text + used, sizeof text - used, "%s%s", used == 0 ? "" : "; ",
                         f->text);

        if (n < 0)
            break;
        used += (size_t)n;
    }
    hearth__tell(c, HEARTH_EMODEL, 422, "%s", text);
}

/* What went wrong inside: the client learns the status; a developer who asked for it, the
 * text. */
static void settle_inside(hearth_ctx *c, int code)
{
    if (c->error.code != code || c->error.status != 0) {
        set_plain(c, code, 0);
        if (hearth__error_status(code) >= 500)
            hearth__note(c, code, "%s (%d)", hearth_strerror(code), code);
    }
    c->error.status = hearth__error_status(code);
    if (!hearth__debug_near(c))
        c->error.text[0] = '\0';
}

static void settle_code(hearth_ctx *c, int code)
{
    if (c->error.code == code && c->error.status != 0)
        return; /* told */
    if (code == HEARTH_EMODEL && c->faults != NULL) {
        tell_faults(c);
    } else if (c->error.code != code && c->dbs.error.code == code) {
        /* Of rows: lib/db stepped through them without us. */
        hearth__debug_forget(c);
        hearth__db_failed(c, code);
    }
    if (c->error.code != code || c->error.status == 0)
        settle_inside(c, code);
}

/* Make c->error what a client may be told about rc. */
static void settle(hearth_ctx *c, int rc)
{
    if (rc >= 400 && rc <= 599) {
        if (c->error.code != 0 || c->error.status != rc)
            set_plain(c, 0, rc);
    } else if (rc == HEARTH_DECLINED) {
        set_plain(c, 0, 404);
    } else if (rc < 0) {
        settle_code(c, rc);
    } else {
        if (rc == 0)
            hearth__note(c, HEARTH_ESTATE, "the handler answered nothing and returned 0");
        else
            hearth__note(c, HEARTH_ESTATE,
                         "the handler returned %d, which is neither a status from 200 to "
                         "599 nor a code of Hearth",
                         rc);
        settle_inside(c, HEARTH_ESTATE);
    }
}

/* ---- answering --------------------------------------------------------------- */

/* What spoke of the body that an error replaces; cookies and the like stay. */
static void drop_answer(hearth__res *r, int status)
{
    static const hearth_str of_body[] = {
        {"Content-Type", 12},
        {"Content-Disposition", 19},
        {"Content-Encoding", 16},
        {"Content-Language", 16},
        {"Content-Location", 16},
        {"Accept-Ranges", 13},
        {"ETag", 4},
        {"Last-Modified", 13},
        {"Expires", 7},
        {"Location", 8},
    };

    for (size_t i = 0; r->nfields > 0 && i < sizeof of_body / sizeof *of_body; i++)
        hearth__res_remove(r, of_body[i]);
    if (status != 416) /* there it tells the size (RFC 9110 15.5.17) */
        hearth__res_remove(r, HEARTH__S("Content-Range"));
    r->status = 0;
    hearth__res_no_body(r);
}

/* Never fails: if there is no room for one more, the others have to go. */
static void put(hearth_ctx *c, hearth_str name, hearth_str value)
{
    if (hearth__res_put(&c->res, &c->arena, name, value) == 0)
        return;
    hearth__res_forget(&c->res);
    hearth__res_put(&c->res, &c->arena, name, value);
}

/* What every error answer says, the application's own too unless it says otherwise. */
static void put_common(hearth_ctx *c, int status)
{
    put(c, HEARTH__S("Cache-Control"), HEARTH__S("no-store"));
    put(c, HEARTH__S("X-Content-Type-Options"), HEARTH__S("nosniff"));
    if (status == 503 && hearth__res_find(&c->res, HEARTH__S("Retry-After")) == NULL)
        put(c, HEARTH__S("Retry-After"), HEARTH__S("1"));
}

/* Memory ran out: a constant, whatever was going on. */
static void answer_no_memory(hearth_ctx *c)
{
    drop_answer(&c->res, 503);
    put_common(c, 503);
    put(c, HEARTH__S("Content-Type"), HEARTH__S("application/problem+json"));
    c->res.status = 503;
    c->res.body = HEARTH__S("{\"type\":\"about:blank\",\"title\":\"Service Unavailable\","
                            "\"status\":503,\"detail\":\"The server is out of memory. "
                            "Please try again in a moment.\"}");
}

/* The body, and the policy of a page. */
static void put_body(hearth_ctx *c, bool html, hearth__buf *b)
{
    bool debug = html && hearth__debug_shows(c, c->error.status);

    if (html)
        put(c, HEARTH__S("Content-Security-Policy"),
            hearth__str_of(debug ? hearth__debug_policy : hearth__problem_policy));
    if (debug)
        hearth__debug_html(c, &c->error, b);
    else if (html)
        hearth__problem_html(c, &c->error, b);
    else
        hearth__problem_json(c, &c->error, b);
}

static int built_in(hearth_ctx *c)
{
    int status = c->error.status >= 400 && c->error.status <= 599 ? c->error.status : 500;
    bool html = hearth__problem_wants_html(c);
    hearth__buf b;

    drop_answer(&c->res, status);
    put_common(c, status);
    /* Without it a cache is no wiser but also no wrong: the answer is no-store. */
    (void)hearth__vary(c, HEARTH__S("Accept"));
    put(c, HEARTH__S("Content-Type"),
        html ? HEARTH__S("text/html; charset=utf-8")
             : HEARTH__S("application/problem+json"));
    hearth__buf_init(&b, &c->arena, 0);
    c->error.status = status;
    put_body(c, html, &b);
    c->res.status = status;
    c->res.body = hearth__buf_view(&b);
    return b.failed || c->arena.failed ? HEARTH_ENOMEM : 0;
}

void hearth__problem(hearth_ctx *c)
{
    if (built_in(c) != 0)
        answer_no_memory(c);
}

static bool answers(hearth_ctx *c, hearth_error_fn *fn, const hearth_error *e)
{
    return fn != NULL && fn(c, e) == 0 && c->res.status != 0;
}

/* The application's own answer, by a function or a template; false when there is none. */
static bool own_answer(hearth_ctx *c)
{
    const hearth_app *app = c->app;
    hearth_error e = c->error; /* what it calls may change c->error */
    bool done;

    if ((app->on_error == NULL && app->error_page == NULL) || c->failing ||
        hearth__debug_shows(c, e.status))
        return false;
    if (e.text[0] == '\0') {
        const char *sentence = hearth__status_sentence(e.status);

        snprintf(e.text, sizeof e.text, "%s",
                 sentence != NULL ? sentence : hearth__status_reason(e.status));
    }
    c->failing = true;
    done = answers(c, app->on_error, &e) || answers(c, app->error_page, &e);
    c->failing = false;
    c->error = e;
    return done;
}

static void answer_error(hearth_ctx *c)
{
    drop_answer(&c->res, c->error.status);
    put_common(c, c->error.status);
    if (!own_answer(c) && !c->arena.failed)
        hearth__problem(c);
}

/* A status by itself: headers stay, but none that describes a body. */
static void answer_status(hearth_ctx *c, int status)
{
    if (c->res.body.len > 0)
        hearth__res_remove(&c->res, HEARTH__S("Content-Type"));
    hearth__res_no_body(&c->res);
    c->res.status = status;
}

/* RFC 9110 section 15.5.2: who is told that he lacks credentials is told which. */
static void put_challenge(hearth_ctx *c)
{
    static const hearth_str name = {"WWW-Authenticate", 16};

    if (c->res.status == 401 && c->challenge != NULL &&
        hearth__res_find(&c->res, name) == NULL)
        put(c, name, hearth__str_of(c->challenge));
}

void hearth__result(hearth_ctx *c, int rc)
{
    hearth__debug_settle(c);
    if (!c->arena.failed && rc != HEARTH_ENOMEM) {
        if (rc >= 200 && rc <= 399) {
            answer_status(c, rc);
        } else if (rc != 0 || c->res.status == 0) {
            settle(c, rc);
            answer_error(c);
        }
    }
    put_challenge(c);
    if (c->arena.failed || rc == HEARTH_ENOMEM) {
        hearth__log_failure(c, "out of memory");
        answer_no_memory(c);
    }
    if (!hearth__status_has_body(c->res.status) || c->res.status == 205)
        hearth__res_no_body(&c->res);
}
