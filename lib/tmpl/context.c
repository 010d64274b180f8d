/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * How each expression of a body is escaped: the body is walked once with the state of the HTML,
 * along all ways that rendering can take.
 *
 * Where ways meet they have to agree; a loop is walked again when its end makes its beginning
 * stricter.  What blocks and included templates do to the state is known, as they are walked
 * for the state at which they stand, and they may not change its kind: so another block or
 * template can take their place.
 */

#include "core/str.h"
#include "tmpl/lex.h"
#include "tmpl/link.h"

#include <stdio.h>

typedef struct walk {
    hearth__linker *l;
    hearth__variant *v;
    hearth__html h;
    bool dead;   /* behind a break: nobody gets here */
    bool quiet;  /* only names are set: nothing is printed */
    int choices; /* ifs, loops and macros around */
    struct ways *loop;
} walk;

/* Ways to the end of a loop that do not go through its body's. */
typedef struct ways {
    hearth__html again, out;
    bool has_again, has_out;
} ways;

static int body(walk *w, const hearth__stmt *s);

static int fail(walk *w, size_t at, const char *why)
{
    return hearth__link_fail(w->l, w->v->t, at, HEARTH_EINVAL, "%s", why);
}

/* *to is where another way leads to as well, if it was taken at all. */
static int meet(walk *w, size_t at, const char *what, hearth__html *to, bool *dead,
                const hearth__html *other, bool other_dead)
{
    hearth__html both;

    if (other_dead)
        return 0;
    if (*dead) {
        *to = *other;
        *dead = false;
        return 0;
    }
    if (!hearth__html_join(to, other, &both))
        return hearth__link_fail(
            w->l, w->v->t, at, HEARTH_EINVAL,
            "%s leave the HTML in different states: %s, and %s. They have to end in the "
            "same place, and attributes with the same quotes",
            what, hearth__html_name(to), hearth__html_name(other));
    *to = both;
    return 0;
}

/* ---- text and expressions -------------------------------------------------------------- */

static int text(walk *w, const hearth__stmt *s)
{
    size_t at;
    const char *why;

    if (w->quiet || w->dead)
        return 0;
    why = hearth__html_text(&w->h, s->u.text, &at);
    return why == NULL ? 0
                       : fail(w, (size_t)(s->u.text.ptr - w->v->t->source.ptr) + at, why);
}

static bool ends_with_tojson(const hearth__expr *e)
{
    if (e->kind == HEARTH__EXPR_IF)
        return e->u.choice.no != NULL && ends_with_tojson(e->u.choice.yes) &&
               ends_with_tojson(e->u.choice.no);
    return e->kind == HEARTH__EXPR_FILTER && strcmp(e->u.apply.what->name, "tojson") == 0;
}

static int put_at(walk *w, size_t at, const hearth__expr *e, uint32_t site)
{
    hearth__escape how = HEARTH__ESCAPE_TEXT;
    const char *why;

    if (w->quiet || w->dead)
        return 0;
    why = hearth__html_put(&w->h,
                           ends_with_tojson(e) ? HEARTH__LAST_TOJSON : HEARTH__LAST_OTHER,
                           &how);
    if (why != NULL)
        return fail(w, at, why);
    w->v->escape[site] = (uint8_t)how;
    return 0;
}

/* ---- blocks within expressions --------------------------------------------------------- */

/* The block that a place leads to, walked from state h; *end is where it ends. */
static int block_at(walk *w, uint32_t place, const hearth__html *h, hearth__html *end)
{
    const hearth__place *p = &w->v->t->place[place];
    const hearth__block *b;
    hearth__variant *v;
    size_t level = 0;

    if (p->kind == HEARTH__PLACE_SUPER)
        b = hearth__page_block(w->v->page, w->v->level + 1, w->v->block->name, &level);
    else
        b = hearth__page_block(w->v->page, 0, p->name, &level);
    if (b == NULL && w->v->page->open)
        return 0; /* nothing of it is printed */
    if (b == NULL && p->kind == HEARTH__PLACE_SUPER)
        return hearth__link_fail(w->l, w->v->t, p->at, HEARTH_EINVAL,
                                 "no template above has a block '%.*s'",
                                 (int)w->v->block->name.len, w->v->block->name.ptr);
    if (b == NULL)
        return hearth__link_fail(w->l, w->v->t, p->at, HEARTH_EINVAL,
                                 "there is no block '%.*s'", (int)p->name.len,
                                 p->name.ptr);
    if (b->required)
        return hearth__link_fail(w->l, w->v->t, p->at, HEARTH_EINVAL,
                                 "the block '%.*s' is required, and no template fills it",
                                 (int)b->name.len, b->name.ptr);
    v = hearth__variant_for(w->l, w->v->page, level, b, h);
    if (v == NULL)
        return hearth__link_fail(w->l, w->v->t, p->at, HEARTH_ETOOBIG,
                                 "blocks are nested too deep");
    w->v->place[place].variant = v;
    *end = v->end;
    return 0;
}

static int expression(walk *w, const hearth__expr *e);

static int expressions(walk *w, hearth__expr *const *e, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (e[i] != NULL)
            HEARTH_TRY(expression(w, e[i]));
    return 0;
}

static int arguments(walk *w, const hearth__args *args)
{
    HEARTH_TRY(expressions(w, args->at, args->n));
    for (size_t i = 0; i < args->nnamed; i++)
        HEARTH_TRY(expression(w, args->named[i].value));
    HEARTH_TRY(expressions(w, &args->star, 1));
    return expressions(w, &args->stars, 1);
}

static int comparison(walk *w, const hearth__expr *e)
{
    HEARTH_TRY(expression(w, e->u.compare.first));
    for (size_t i = 0; i < e->u.compare.n; i++)
        HEARTH_TRY(expression(w, e->u.compare.rest[i].with));
    return 0;
}

/* super() and self.name() as values are texts of their own. */
static int block_value(walk *w, const hearth__expr *e)
{
    hearth__html inside = hearth__html_inside(&w->v->page->start), end = inside;

    HEARTH_TRY(block_at(w, e->u.place, &inside, &end));
    if (!hearth__html_same(&end, &inside))
        return fail(w, e->at,
                    "as a value this block does not end in the state in which it "
                    "begins");
    return 0;
}

/* Look for super() and self in it. */
static int expression(walk *w, const hearth__expr *e)
{
    switch ((hearth__expr_kind)e->kind) {
    case HEARTH__EXPR_CONST:
    case HEARTH__EXPR_SLOT:
    case HEARTH__EXPR_NAME:
        return 0;
    case HEARTH__EXPR_SUPER:
    case HEARTH__EXPR_SELF:
        return block_value(w, e);
    case HEARTH__EXPR_ATTR:
        return expression(w, e->u.attr.of);
    case HEARTH__EXPR_ITEM:
        return expressions(w, (hearth__expr *[]){e->u.item.of, e->u.item.key}, 2);
    case HEARTH__EXPR_SLICE:
        return expressions(w,
                           (hearth__expr *[]){e->u.slice.of, e->u.slice.from,
                                              e->u.slice.to, e->u.slice.step},
                           4);
    case HEARTH__EXPR_LIST:
    case HEARTH__EXPR_TUPLE:
    case HEARTH__EXPR_MAP:
    case HEARTH__EXPR_CONCAT:
        return expressions(w, e->u.list.at, e->u.list.n);
    case HEARTH__EXPR_COMPUTE:
    case HEARTH__EXPR_NEGATE:
    case HEARTH__EXPR_PLUS:
    case HEARTH__EXPR_NOT:
    case HEARTH__EXPR_AND:
    case HEARTH__EXPR_OR:
        return expressions(w, (hearth__expr *[]){e->u.operands.a, e->u.operands.b}, 2);
    case HEARTH__EXPR_COMPARE:
        return comparison(w, e);
    case HEARTH__EXPR_IF:
        return expressions(
            w, (hearth__expr *[]){e->u.choice.cond, e->u.choice.yes, e->u.choice.no}, 3);
    case HEARTH__EXPR_FILTER:
    case HEARTH__EXPR_TEST:
        HEARTH_TRY(expression(w, e->u.apply.value));
        return arguments(w, &e->u.apply.args);
    case HEARTH__EXPR_CALL:
    case HEARTH__EXPR_METHOD:
        HEARTH_TRY(expression(w, e->u.call.of));
        return arguments(w, &e->u.call.args);
    }
    return 0;
}

/* {{ super() }} and {{ self.name() }} print where they stand, and are walked for it. */
static int put(walk *w, const hearth__stmt *s)
{
    const hearth__expr *e = s->u.put.value;
    hearth__html end = w->h;

    if (w->quiet || w->dead)
        return 0;
    if (e->kind != HEARTH__EXPR_SUPER && e->kind != HEARTH__EXPR_SELF) {
        HEARTH_TRY(expression(w, e));
        return put_at(w, s->at, e, s->u.put.site);
    }
    HEARTH_TRY(block_at(w, e->u.place, &w->h, &end));
    w->h = end;
    return 0;
}

/* ---- bodies of their own --------------------------------------------------------------- */

/* Text that is made for itself: it begins and ends as such. */
static int captured(walk *w, size_t at, const hearth__stmt *s)
{
    walk inner = {.l = w->l, .v = w->v, .choices = w->choices};
    hearth__html inside = hearth__html_inside(&w->v->page->start);

    inner.h = inside;
    HEARTH_TRY(body(&inner, s));
    if (!inner.dead && !hearth__html_same(&inner.h, &inside))
        return hearth__link_fail(
            w->l, w->v->t, at, HEARTH_EINVAL,
            "what this tag encloses ends %s: an element, an attribute "
            "or a comment is not closed",
            hearth__html_name(&inner.h));
    return 0;
}

static int macro(walk *w, const hearth__macro *m)
{
    int rc;

    for (size_t i = 0; i < m->nparams; i++)
        HEARTH_TRY(expressions(w, &m->param[i].fallback, 1));
    w->choices++;
    rc = captured(w, m->at, m->body);
    w->choices--;
    return rc;
}

/* ---- ways ------------------------------------------------------------------------------ */

static int choice(walk *w, const hearth__stmt *s)
{
    hearth__html start = w->h, end = start;
    bool was_dead = w->dead, dead = true, has_else = false;

    w->choices++;
    for (size_t i = 0; i < s->u.choice.n; i++) {
        const hearth__branch *b = &s->u.choice.branch[i];

        has_else = has_else || b->cond == NULL;
        HEARTH_TRY(expressions(w, (hearth__expr *const *)&b->cond, 1));
        w->h = start;
        w->dead = was_dead;
        HEARTH_TRY(body(w, b->body));
        HEARTH_TRY(
            meet(w, s->at, "the branches of this if", &end, &dead, &w->h, w->dead));
    }
    if (!has_else)
        HEARTH_TRY(
            meet(w, s->at, "the branches of this if", &end, &dead, &start, was_dead));
    w->choices--;
    w->h = end;
    w->dead = dead;
    return 0;
}

/* The body of a loop, from the state at its start; *again: what the next round begins with. */
static int round_of(walk *w, const hearth__stmt *s, ways *by, hearth__html *again)
{
    struct ways *outer = w->loop;
    bool dead = false;

    *again = w->h;
    *by = (ways){0};
    w->loop = by;
    w->dead = false;
    HEARTH_TRY(body(w, s->u.loop->body));
    w->loop = outer;
    HEARTH_TRY(meet(w, s->at, "the rounds of this loop", again, &dead, &w->h, w->dead));
    return meet(w, s->at, "the rounds of this loop", again, &dead, &by->again,
                !by->has_again);
}

static int loop(walk *w, const hearth__stmt *s)
{
    hearth__html start = w->h, again, end;
    bool was_dead = w->dead, dead = false;
    ways by;

    if (s->u.loop->recursive && w->h.state != HEARTH__HTML_TEXT &&
        w->h.state != HEARTH__HTML_PLAIN && !w->quiet)
        return fail(w, s->at,
                    "a recursive loop stands in text, not within a tag or the like");
    HEARTH_TRY(expressions(w, (hearth__expr *[]){s->u.loop->in, s->u.loop->filter}, 2));
    w->choices++;
    HEARTH_TRY(round_of(w, s, &by, &again));
    if (!hearth__html_same(&again, &start)) { /* stricter: once more, from there */
        w->h = start = again;
        HEARTH_TRY(round_of(w, s, &by, &again));
        if (!hearth__html_same(&again, &start))
            return fail(w, s->at,
                        "the rounds of this loop do not end in the state in which "
                        "they begin");
    }
    end = again;
    HEARTH_TRY(
        meet(w, s->at, "the ends of this loop", &end, &dead, &by.out, !by.has_out));
    w->h = start;
    w->dead = false;
    HEARTH_TRY(body(w, s->u.loop->otherwise));
    HEARTH_TRY(meet(w, s->at, "the loop and its else", &end, &dead, &w->h, w->dead));
    w->choices--;
    w->h = end;
    w->dead = was_dead;
    return 0;
}

static int leave(walk *w, const hearth__stmt *s)
{
    bool out = s->kind == HEARTH__STMT_BREAK;
    hearth__html *to = out ? &w->loop->out : &w->loop->again;
    bool *has = out ? &w->loop->has_out : &w->loop->has_again;
    bool dead = !*has;

    HEARTH_TRY(meet(w, s->at, "the ways out of this round", to, &dead, &w->h, w->dead));
    *has = !dead;
    w->dead = true;
    return 0;
}

/* ---- other templates ------------------------------------------------------------------- */

static bool fixed(const hearth__expr *e)
{
    return e->kind == HEARTH__EXPR_CONST && e->u.value.kind == HEARTH_VALUE_TEXT;
}

/* The page that a fixed name leads to; NULL with 0: it is not there, and need not be. */
static int other(walk *w, const hearth__stmt *s, const hearth__expr *name,
                 const hearth__html *at, bool missing_ok, hearth__page **out)
{
    hearth__page_id id = {hearth__v_bytes(name->u.value), *at, NULL, 0};
    hearth_template_error *err = w->l->err;
    hearth__page *page = w->v->page;
    bool before = page->in_choice;

    page->in_choice = w->choices > 0;
    *out = hearth__link(w->l->set, w->l->shelf, &id, page, err);
    page->in_choice = before;
    if (*out != NULL)
        return 0;
    if (err->line == 0 && err->code == HEARTH_ENOTFOUND) {
        hearth_str n = id.name;

        err->code = 0;
        if (missing_ok)
            return 0;
        return hearth__link_fail(w->l, w->v->t, s->at, HEARTH_ENOTFOUND,
                                 "there is no template \"%.*s\"",
                                 (int)(n.len > 100 ? 100 : n.len), n.ptr);
    }
    if (err->line == 0 && err->code == HEARTH_EINVAL)
        hearth__place_in(err, w->v->t->name, w->v->t->source, s->at);
    return err->code;
}

static int include(walk *w, const hearth__stmt *s)
{
    uint32_t place = s->u.include.place;
    hearth__page *page;

    HEARTH_TRY(expression(w, s->u.include.name));
    if (w->quiet || w->dead)
        return 0;
    w->v->place[place].at = w->h;
    if (!fixed(s->u.include.name)) {
        if (w->h.state != HEARTH__HTML_TEXT && w->h.state != HEARTH__HTML_PLAIN)
            return fail(w, s->at,
                        "an include whose name is not fixed stands in text, not "
                        "within a tag, a script or the like");
        return 0;
    }
    HEARTH_TRY(other(w, s, s->u.include.name, &w->h, s->u.include.missing_ok, &page));
    w->v->place[place].page = page;
    if (page != NULL && !page->building) {
        hearth__html both = w->h;
        bool dead = false;

        HEARTH_TRY(meet(w, s->at, "the place of this include and the included template",
                        &both, &dead, &page->end, false));
        w->h = page->end;
    }
    return 0;
}

static int import(walk *w, const hearth__stmt *s)
{
    hearth__html inside = hearth__html_inside(&w->v->page->start);
    hearth__page *page;

    HEARTH_TRY(expression(w, s->u.import.name));
    w->v->place[s->u.import.place].at = inside;
    if (!fixed(s->u.import.name))
        return 0;
    w->choices++; /* what an imported template imports again is seen while rendering */
    HEARTH_TRY(other(w, s, s->u.import.name, &inside, false, &page));
    w->choices--;
    w->v->place[s->u.import.place].page = page;
    return 0;
}

static int block(walk *w, const hearth__stmt *s)
{
    const hearth__block *b = &w->v->t->block[s->u.block.block];
    hearth__html end = w->h;
    bool dead = false;
    size_t level;

    if (w->dead)
        return 0;
    if (w->quiet) {
        /* It fills one of a template above, or it is a mistake. */
        if (!w->v->page->open &&
            hearth__page_block(w->v->page, w->v->level + 1, b->name, &level) == NULL)
            return hearth__link_fail(w->l, w->v->t, s->at, HEARTH_EINVAL,
                                     "no template above has a block '%.*s', so this one "
                                     "would never be printed",
                                     (int)b->name.len, b->name.ptr);
        return 0;
    }
    HEARTH_TRY(block_at(w, s->u.block.place, &w->h, &end));
    HEARTH_TRY(meet(w, s->at, "the place of this block and what it holds", &w->h, &dead,
                    &end, false));
    w->h = end;
    return 0;
}

/* ---- statements ------------------------------------------------------------------------ */

static int call(walk *w, const hearth__stmt *s)
{
    HEARTH_TRY(macro(w, s->u.call.body));
    HEARTH_TRY(expression(w, s->u.call.call));
    return put_at(w, s->at, s->u.call.call, s->u.call.site);
}

static int filter(walk *w, const hearth__stmt *s)
{
    HEARTH_TRY(expression(w, s->u.filter.filtered));
    HEARTH_TRY(captured(w, s->at, s->u.filter.body));
    return put_at(w, s->at, s->u.filter.filtered, s->u.filter.site);
}

static int statement(walk *w, const hearth__stmt *s)
{
    switch ((hearth__stmt_kind)s->kind) {
    case HEARTH__STMT_TEXT:
        return text(w, s);
    case HEARTH__STMT_PUT:
        return put(w, s);
    case HEARTH__STMT_IF:
        return choice(w, s);
    case HEARTH__STMT_FOR:
        return loop(w, s);
    case HEARTH__STMT_SET:
        return expression(w, s->u.set.value);
    case HEARTH__STMT_CAPTURE:
        HEARTH_TRY(expressions(w, (hearth__expr *const *)&s->u.capture.filtered, 1));
        return captured(w, s->at, s->u.capture.body);
    case HEARTH__STMT_WITH:
        HEARTH_TRY(expressions(w, s->u.with.value, s->u.with.n));
        return body(w, s->u.with.body);
    case HEARTH__STMT_FILTER:
        return filter(w, s);
    case HEARTH__STMT_BLOCK:
        return block(w, s);
    case HEARTH__STMT_INCLUDE:
        return include(w, s);
    case HEARTH__STMT_IMPORT:
    case HEARTH__STMT_FROM:
        return import(w, s);
    case HEARTH__STMT_MACRO:
        return macro(w, s->u.macro.macro);
    case HEARTH__STMT_CALL:
        return call(w, s);
    case HEARTH__STMT_DO:
        return expression(w, s->u.expr);
    case HEARTH__STMT_BREAK:
    case HEARTH__STMT_CONTINUE:
        return leave(w, s);
    }
    return 0;
}

static int body(walk *w, const hearth__stmt *s)
{
    for (; s != NULL; s = s->next)
        HEARTH_TRY(statement(w, s));
    return 0;
}

int hearth__context(hearth__linker *l, hearth__variant *v, bool quiet)
{
    walk w = {.l = l, .v = v, .h = v->start, .quiet = quiet};

    HEARTH_TRY(body(&w, v->block != NULL ? v->block->body : v->t->body));
    v->end = w.h;
    return 0;
}
