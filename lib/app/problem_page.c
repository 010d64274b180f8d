/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The built-in error answer for people: templates/error.html, whose {{names}} are filled in
 * here.
 */
#include "app/fill.h"
#include "app/pages.h"
#include "app/problem.h"
#include "core/enc.h"
#include "core/str.h"

#include <hearth/res.h>

/* The hash is that of the style element in templates/error.html; a test recomputes it. */
const char hearth__problem_policy[] =
    "default-src 'none'; style-src "
    "'sha256-CEfpKMWU73MaPqpWWP+HDtN1U2zR5bamG4J5GIUN9zY='; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

typedef struct page {
    hearth_ctx *c;
    const hearth_error *e;
    const hearth__fault *faults;
} page;

static void put_faults(const page *p, hearth__buf *out)
{
    if (p->faults == NULL)
        return;
    hearth__buf_text(out, "<ul>\n");
    for (const hearth__fault *f = p->faults; f != NULL; f = f->next) {
        hearth__buf_text(out, "<li>");
        hearth__enc_html(out, hearth__str_of(f->text));
        hearth__buf_text(out, "</li>\n");
    }
    hearth__buf_text(out, "</ul>\n");
}

/* With a list of faults the sentence would say the same twice. */
static void put_sentence(const page *p, hearth__buf *out)
{
    hearth_error general = {.code = p->e->code, .status = p->e->status};

    hearth__enc_html(out, hearth__problem_sentence(p->faults == NULL ? p->e : &general));
}

/* What the header says to programs: how long to wait. */
static void put_more(const page *p, hearth__buf *out)
{
    const hearth__field *wait = hearth__res_find(&p->c->res, HEARTH__S("Retry-After"));
    int64_t seconds;

    if (wait == NULL || !hearth__str_int(wait->value, &seconds) || seconds < 2)
        return;
    hearth__buf_f(out, "<p>Please wait %lld %s.</p>\n",
                  (long long)(seconds < 120 ? seconds : (seconds + 59) / 60),
                  seconds < 120 ? "seconds" : "minutes");
}

static bool may_pass(int status)
{
    return status == 408 || status == 425 || status == 429 || status >= 500;
}

/* A request that is made again by a link is a GET. */
static bool is_read(const hearth_ctx *c)
{
    return c->framing.method == HEARTH__GET || c->framing.method == HEARTH__HEAD;
}

static bool has_start(const hearth_ctx *c)
{
    const hearth__target start = {.path = HEARTH__S("/"), .raw_path = HEARTH__S("/")};
    hearth__match m;

    return c->target.nsegments > 0 &&
           hearth__router_match(c->app->router, &start, HEARTH__GET, HEARTH__S("GET"), 0,
                                &m);
}

static void put_links(const page *p, hearth__buf *out)
{
    bool again = may_pass(p->e->status) && is_read(p->c), start = has_start(p->c);

    if (!again && !start)
        return;
    hearth__buf_text(out, "<nav aria-label=\"Where to go\">\n");
    if (again)
        hearth__buf_text(out, "<a href=\"\">Try again</a>\n");
    if (start)
        hearth__buf_text(out, "<a href=\"/\">Go to the start page</a>\n");
    hearth__buf_text(out, "</nav>\n");
}

static void fill(void *arg, hearth_str name, hearth__buf *out)
{
    const page *p = arg;

    if (hearth__str_eq(name, HEARTH__S("status")))
        hearth__buf_int(out, p->e->status);
    else if (hearth__str_eq(name, HEARTH__S("title")))
        hearth__enc_html(out, hearth__problem_title(p->e->status));
    else if (hearth__str_eq(name, HEARTH__S("whose")))
        hearth__buf_text(out, p->e->status < 500 ? "yours" : "theirs");
    else if (hearth__str_eq(name, HEARTH__S("sentence")))
        put_sentence(p, out);
    else if (hearth__str_eq(name, HEARTH__S("faults")))
        put_faults(p, out);
    else if (hearth__str_eq(name, HEARTH__S("more")))
        put_more(p, out);
    else if (hearth__str_eq(name, HEARTH__S("links")))
        put_links(p, out);
    else if (hearth__str_eq(name, HEARTH__S("id")))
        hearth__enc_html(out, hearth__str_of(hearth_request_id(p->c)));
}

void hearth__problem_html(hearth_ctx *c, const hearth_error *e, hearth__buf *out)
{
    page p = {c, e, hearth__problem_faults(c, e)};

    hearth__buf_room(out, hearth__page_error_len + sizeof e->text);
    hearth__fill(out, hearth__page_error, fill, &p);
}
