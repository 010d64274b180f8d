/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The tags that decide, repeat and set.
 */

#include "core/str.h"
#include "tmpl/parse.h"

/* The body up to {% word %}, within a scope of its own. */
static bool body_until(hearth__parser *p, const char *word, size_t at, hearth__stmt **out)
{
    const char *const until[] = {word, NULL};
    size_t which;

    *out = hearth__parse_body(p, until, &which, at);
    return !p->failed && hearth__parse_expect_end(p);
}

/* The same, for text that is made for itself: a loop around cannot be left from there. */
static bool captured_until(hearth__parser *p, const char *word, size_t at,
                           hearth__stmt **out, hearth__init **inits)
{
    int loops = p->loops;
    hearth__scope inner;
    bool ok;

    p->loops = 0;
    hearth__scope_open(p, &inner);
    ok = body_until(p, word, at, out);
    hearth__scope_close(p);
    *inits = inner.inits;
    p->loops = loops;
    return ok;
}

/* ---- if -------------------------------------------------------------------------------- */

static bool branch(hearth__parser *p, hearth__grow *g, bool has_cond, size_t at,
                   size_t *which)
{
    static const char *const until[] = {"endif", "else", "elif", NULL};
    hearth__branch b = {0}, *place;

    if (has_cond) {
        b.cond = hearth__parse_tuple(p);
        if (b.cond == NULL)
            return false;
    }
    if (!hearth__parse_expect_end(p))
        return false;
    b.body = hearth__parse_body(p, until, which, at);
    if (p->failed)
        return false;
    place = hearth__parse_grow(p, g, sizeof *place);
    if (place == NULL)
        return false;
    *place = b;
    return true;
}

hearth__stmt *hearth__tag_if(hearth__parser *p, size_t at)
{
    hearth__stmt *s = hearth__parse_stmt(p, HEARTH__STMT_IF, at);
    hearth__grow g = {0};
    size_t which = 2;
    bool last = false;

    if (s == NULL)
        return NULL;
    while (which != 0) {
        if (last)
            return hearth__parse_fail(p, p->lex.at,
                                      "{%% else %%} is the last branch of an "
                                      "if: {%% endif %%} is expected");
        last = which == 1;
        if (!branch(p, &g, which == 2, at, &which))
            return NULL;
    }
    s->u.choice.branch = g.at;
    s->u.choice.n = g.n;
    return hearth__parse_expect_end(p) ? s : NULL;
}

/* ---- for ------------------------------------------------------------------------------- */

/* Behind the target and the "in"; the scope with the target is open. */
static bool for_head(hearth__parser *p, hearth__for *f, hearth__scope *inner)
{
    /* The list is looked for outside: {% for x in x %}. */
    p->scope = inner->up;
    f->in = hearth__parse_tuple_no_if(p);
    p->scope = inner;
    if (f->in == NULL)
        return false;
    if (hearth__parse_accept_word(p, "if")) {
        f->filter = hearth__parse_expr(p);
        if (f->filter == NULL)
            return false;
    }
    f->recursive = hearth__parse_accept_word(p, "recursive");
    return hearth__parse_expect_end(p);
}

static bool for_bodies(hearth__parser *p, hearth__for *f, hearth__scope *inner, size_t at)
{
    static const char *const until[] = {"endfor", "else", NULL};
    size_t which;

    inner->loop = f;
    p->loops++;
    f->body = hearth__parse_body(p, until, &which, at);
    p->loops--;
    inner->loop = NULL;
    if (p->failed)
        return false;
    hearth__scope_close(p);
    f->inits = inner->inits;
    f->slots_end = p->scope->func->nslots;
    if (which == 1) {
        hearth__scope otherwise;

        if (!hearth__parse_expect_end(p))
            return false;
        hearth__scope_open(p, &otherwise);
        if (!body_until(p, "endfor", at, &f->otherwise))
            return false;
        hearth__scope_close(p);
        f->else_inits = otherwise.inits;
        return true;
    }
    return hearth__parse_expect_end(p);
}

static bool for_all(hearth__parser *p, hearth__for *f, hearth__scope *inner, size_t at)
{
    if (!hearth__parse_target(p, true, false, &f->target))
        return false;
    if (!hearth__parse_accept_word(p, "in"))
        return hearth__parse_fail(p, p->lex.at,
                                  "\"in\" is expected here: {%% for item in "
                                  "items %%}") != NULL;
    return for_head(p, f, inner) && for_bodies(p, f, inner, at);
}

hearth__stmt *hearth__tag_for(hearth__parser *p, size_t at)
{
    hearth__stmt *s = hearth__parse_stmt(p, HEARTH__STMT_FOR, at);
    hearth__for *f = hearth__parse_alloc(p, sizeof *f);
    hearth__scope inner;
    bool ok;

    if (s == NULL || f == NULL)
        return NULL;
    s->u.loop = f;
    f->loop = HEARTH__NO_SLOT;
    f->slots = p->scope->func->nslots;
    hearth__scope_open(p, &inner);
    ok = for_all(p, f, &inner, at);
    p->scope = inner.up;
    return ok ? s : NULL;
}

static hearth__stmt *leave(hearth__parser *p, size_t at, hearth__stmt_kind kind,
                           const char *name)
{
    if (p->loops == 0)
        return hearth__parse_fail(p, at, "{%% %s %%} has a meaning only within a for",
                                  name);
    return hearth__parse_expect_end(p) ? hearth__parse_stmt(p, kind, at) : NULL;
}

hearth__stmt *hearth__tag_break(hearth__parser *p, size_t at)
{
    return leave(p, at, HEARTH__STMT_BREAK, "break");
}

hearth__stmt *hearth__tag_continue(hearth__parser *p, size_t at)
{
    return leave(p, at, HEARTH__STMT_CONTINUE, "continue");
}

/* ---- set, do --------------------------------------------------------------------------- */

/* A slot of its own holds the text that filters are applied to. */
static hearth__expr *slot_read(hearth__parser *p, size_t at, uint32_t *slot)
{
    hearth__expr *e = hearth__parse_node(p, HEARTH__EXPR_SLOT, at);

    *slot = hearth__slot_new(p);
    if (e != NULL)
        e->u.slot = *slot;
    return e;
}

/* {% set x %}text{% endset %}, {% set x | upper %}text{% endset %}.  The name is set when the
 * text is there. */
static hearth__stmt *capture(hearth__parser *p, size_t at, hearth_str name)
{
    hearth__stmt *s = hearth__parse_stmt(p, HEARTH__STMT_CAPTURE, at);

    if (s == NULL)
        return NULL;
    if (hearth__parse_accept(p, HEARTH__SIGN('|', 0))) {
        hearth__expr *text = slot_read(p, at, &s->u.capture.text);

        s->u.capture.filtered = text == NULL ? NULL : hearth__parse_filters(p, text);
        if (s->u.capture.filtered == NULL)
            return NULL;
    }
    if (!hearth__parse_expect_end(p))
        return NULL;
    if (!captured_until(p, "endset", at, &s->u.capture.body, &s->u.capture.inits))
        return NULL;
    return hearth__name_set(p, name, false, &s->u.capture.target) ? s : NULL;
}

/* Is this a name, then the end of the tag or a filter? */
static bool is_capture(hearth__parser *p, hearth_str *name)
{
    hearth__lex before = p->lex;

    if (p->lex.token != HEARTH__TOKEN_NAME)
        return false;
    *name = p->lex.text;
    hearth__lex_next(&p->lex);
    if ((p->lex.token == HEARTH__TOKEN_END || hearth__parse_is(p, HEARTH__SIGN('|', 0))))
        return true;
    p->lex = before;
    return false;
}

hearth__stmt *hearth__tag_set(hearth__parser *p, size_t at)
{
    hearth__stmt *s;
    hearth__lex before = p->lex, after;
    hearth_str name;
    bool failed;

    if (is_capture(p, &name)) {
        hearth__lex here = p->lex;

        p->lex = before; /* the name may be one that cannot be set */
        if (!hearth__parse_new_name(p, &name))
            return NULL;
        p->lex = here;
        return capture(p, at, name);
    }
    s = hearth__parse_stmt(p, HEARTH__STMT_SET, at);
    if (s == NULL)
        return NULL;
    /* The value is read first, so that {% set x = x + 1 %} finds the x from before. */
    while (p->lex.token != HEARTH__TOKEN_END && p->lex.token != HEARTH__TOKEN_FAILED &&
           !hearth__parse_is(p, HEARTH__SIGN('=', 0)))
        hearth__lex_next(&p->lex);
    if (!hearth__parse_expect(p, HEARTH__SIGN('=', 0), "\"=\""))
        return NULL;
    s->u.set.value = hearth__parse_tuple(p);
    if (s->u.set.value == NULL || !hearth__parse_expect_end(p))
        return NULL;
    after = p->lex;
    p->lex = before;
    failed = !hearth__parse_target(p, false, true, &s->u.set.target) ||
             !hearth__parse_expect(p, HEARTH__SIGN('=', 0), "\"=\"");
    p->lex = after;
    return failed ? NULL : s;
}

hearth__stmt *hearth__tag_do(hearth__parser *p, size_t at)
{
    hearth__stmt *s = hearth__parse_stmt(p, HEARTH__STMT_DO, at);

    if (s == NULL)
        return NULL;
    s->u.expr = hearth__parse_tuple(p);
    return s->u.expr != NULL && hearth__parse_expect_end(p) ? s : NULL;
}

/* ---- with, filter, autoescape ---------------------------------------------------------- */

/* name = value, ...: values see what is outside. */
static bool with_head(hearth__parser *p, hearth__stmt *s, hearth__scope *inner)
{
    hearth__grow targets = {0}, values = {0};

    while (p->lex.token != HEARTH__TOKEN_END) {
        hearth__target *t = hearth__parse_grow(p, &targets, sizeof *t);
        hearth__expr **v = hearth__parse_grow(p, &values, sizeof *v);

        if (t == NULL || v == NULL || !hearth__parse_target(p, true, false, t) ||
            !hearth__parse_expect(p, HEARTH__SIGN('=', 0), "\"=\""))
            return false;
        p->scope = inner->up;
        *v = hearth__parse_expr(p);
        p->scope = inner;
        if (*v == NULL)
            return false;
        if (!hearth__parse_accept(p, HEARTH__SIGN(',', 0)))
            break;
    }
    s->u.with.target = targets.at;
    s->u.with.value = values.at;
    s->u.with.n = targets.n;
    return hearth__parse_expect_end(p);
}

hearth__stmt *hearth__tag_with(hearth__parser *p, size_t at)
{
    hearth__stmt *s = hearth__parse_stmt(p, HEARTH__STMT_WITH, at);
    hearth__scope inner;
    bool ok;

    if (s == NULL)
        return NULL;
    hearth__scope_open(p, &inner);
    ok = with_head(p, s, &inner) && body_until(p, "endwith", at, &s->u.with.body);
    p->scope = inner.up;
    s->u.with.inits = inner.inits;
    return ok ? s : NULL;
}

hearth__stmt *hearth__tag_filter(hearth__parser *p, size_t at)
{
    hearth__stmt *s = hearth__parse_stmt(p, HEARTH__STMT_FILTER, at);
    hearth__expr *text;

    if (s == NULL)
        return NULL;
    text = slot_read(p, at, &s->u.filter.text);
    s->u.filter.site = p->t->nsites++;
    s->u.filter.filtered = text == NULL ? NULL : hearth__parse_filters(p, text);
    if (s->u.filter.filtered == NULL || !hearth__parse_expect_end(p))
        return NULL;
    return captured_until(p, "endfilter", at, &s->u.filter.body, &s->u.filter.inits)
               ? s
               : NULL;
}

/* Escaping cannot be turned off; that it is on may be said. */
hearth__stmt *hearth__tag_autoescape(hearth__parser *p, size_t at)
{
    hearth__stmt *body;

    if (!hearth__parse_accept_word(p, "true") && !hearth__parse_accept_word(p, "True"))
        return hearth__parse_fail(p, at,
                                  "escaping cannot be turned off: the filter "
                                  "unsafe_html prints HTML that you trust as it is");
    if (!hearth__parse_expect_end(p))
        return NULL;
    return body_until(p, "endautoescape", at, &body) ? body : NULL;
}
