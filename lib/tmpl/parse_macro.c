/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The tags that make a page of several parts: extends, block, include, import, macro, call.
 */

#include "core/str.h"
#include "tmpl/parse.h"

/* ---- extends, block -------------------------------------------------------------------- */

hearth__stmt *hearth__tag_extends(hearth__parser *p, size_t at)
{
    if (!p->scope->top)
        return hearth__parse_fail(p, at,
                                  "{%% extends %%} stands at the top of a template, "
                                  "outside of other tags");
    if (p->t->extends != NULL)
        return hearth__parse_fail(p, at, "a template extends only one other");
    p->t->extends = hearth__parse_tuple(p);
    if (p->t->extends != NULL)
        hearth__parse_expect_end(p);
    return NULL;
}

static hearth__block *new_block(hearth__parser *p, hearth_str name, size_t at,
                                size_t *index)
{
    hearth__block *blocks = p->blocks.at, *b;

    for (size_t i = 0; i < p->blocks.n; i++)
        if (hearth__str_eq(blocks[i].name, name))
            return hearth__parse_fail(p, at, "there is a block '%.*s' already",
                                      (int)name.len, name.ptr);
    b = hearth__parse_grow(p, &p->blocks, sizeof *b);
    if (b == NULL)
        return NULL;
    b->name = name;
    b->at = (uint32_t)at;
    *index = p->blocks.n - 1;
    return b;
}

/* The body; other blocks may be made meanwhile, so the block is found by its index. */
static bool block_body(hearth__parser *p, size_t index, size_t at)
{
    static const char *const until[] = {"endblock", NULL};
    int loops = p->loops;
    hearth__block *b;
    hearth__stmt *body;
    hearth__func func;
    size_t which;

    hearth__func_open(p, &func, false);
    func.in_block = true;
    p->loops = 0;
    body = hearth__parse_body(p, until, &which, at);
    p->loops = loops;
    if (p->failed)
        return false;
    hearth__func_close(p);
    b = (hearth__block *)p->blocks.at + index;
    b->body = body;
    b->nslots = func.nslots;
    b->inits = func.scope.inits;
    if (p->lex.token == HEARTH__TOKEN_NAME) {
        if (!hearth__str_eq(p->lex.text, b->name))
            return hearth__parse_fail(p, p->lex.at, "this ends the block '%.*s'",
                                      (int)b->name.len, b->name.ptr) != NULL;
        hearth__lex_next(&p->lex);
    }
    return hearth__parse_expect_end(p);
}

/* `loop` is made for those who look for names while rendering. */
static bool visible(hearth__parser *p, hearth__visible **out, size_t *n)
{
    return (p->loops == 0 ||
            hearth__name_read(p, HEARTH__S("loop"), p->lex.at) != NULL) &&
           hearth__names_visible(p, out, n);
}

hearth__stmt *hearth__tag_block(hearth__parser *p, size_t at)
{
    hearth__stmt *s = hearth__parse_stmt(p, HEARTH__STMT_BLOCK, at);
    hearth_str name = p->lex.text;
    hearth__block *b;
    size_t index = 0;

    if (s == NULL)
        return NULL;
    if (p->lex.token != HEARTH__TOKEN_NAME)
        return hearth__parse_fail(p, p->lex.at, "the name of the block is expected here");
    if (p->scope->func->macro != NULL)
        return hearth__parse_fail(p, at, "a block cannot be within a macro or a call");
    hearth__lex_next(&p->lex);
    b = new_block(p, name, at, &index);
    if (b == NULL)
        return NULL;
    for (;;) {
        if (hearth__parse_accept_word(p, "scoped"))
            b->scoped = true;
        else if (hearth__parse_accept_word(p, "required"))
            b->required = true;
        else
            break;
    }
    if (!hearth__parse_expect_end(p))
        return NULL;
    if (b->scoped && !visible(p, &s->u.block.visible, &s->u.block.nvisible))
        return NULL;
    s->u.block.block = (uint32_t)index;
    s->u.block.place = hearth__parse_place(p, HEARTH__PLACE_BLOCK, name, at);
    return block_body(p, index, at) ? s : NULL;
}

/* ---- include, import ------------------------------------------------------------------- */

static bool context(hearth__parser *p, bool *with)
{
    hearth__lex before = p->lex;
    bool is_with = hearth__parse_accept_word(p, "with");

    if (!is_with && !hearth__parse_accept_word(p, "without"))
        return true;
    if (hearth__parse_accept_word(p, "context"))
        *with = is_with;
    else
        p->lex = before;
    return true;
}

static uint32_t place_of_other(hearth__parser *p, hearth__place_kind kind,
                               const hearth__expr *name, size_t at)
{
    uint32_t place = hearth__parse_place(p, kind, HEARTH__S(""), at);

    if (!p->failed)
        ((hearth__place *)p->places.at)[place].other = name;
    return place;
}

hearth__stmt *hearth__tag_include(hearth__parser *p, size_t at)
{
    hearth__stmt *s = hearth__parse_stmt(p, HEARTH__STMT_INCLUDE, at);

    if (s == NULL)
        return NULL;
    s->u.include.name = hearth__parse_expr(p);
    if (s->u.include.name == NULL)
        return NULL;
    s->u.include.with_context = true;
    if (hearth__parse_accept_word(p, "ignore")) {
        if (!hearth__parse_accept_word(p, "missing"))
            return hearth__parse_fail(p, p->lex.at,
                                      "\"missing\" is expected behind "
                                      "\"ignore\"");
        s->u.include.missing_ok = true;
    }
    context(p, &s->u.include.with_context);
    s->u.include.place = place_of_other(p, HEARTH__PLACE_INCLUDE, s->u.include.name, at);
    if (s->u.include.with_context &&
        !visible(p, &s->u.include.visible, &s->u.include.nvisible))
        return NULL;
    return hearth__parse_expect_end(p) ? s : NULL;
}

static hearth__stmt *import_head(hearth__parser *p, hearth__stmt_kind kind, size_t at)
{
    hearth__stmt *s = hearth__parse_stmt(p, kind, at);

    if (s == NULL)
        return NULL;
    s->u.import.name = hearth__parse_expr(p);
    if (s->u.import.name == NULL)
        return NULL;
    s->u.import.place = place_of_other(p, HEARTH__PLACE_IMPORT, s->u.import.name, at);
    return s;
}

static hearth__stmt *import_end(hearth__parser *p, hearth__stmt *s)
{
    context(p, &s->u.import.with_context);
    if (s->u.import.with_context &&
        !visible(p, &s->u.import.visible, &s->u.import.nvisible))
        return NULL;
    return hearth__parse_expect_end(p) ? s : NULL;
}

hearth__stmt *hearth__tag_import(hearth__parser *p, size_t at)
{
    hearth__stmt *s = import_head(p, HEARTH__STMT_IMPORT, at);
    hearth_str name;

    if (s == NULL)
        return NULL;
    if (!hearth__parse_accept_word(p, "as"))
        return hearth__parse_fail(p, p->lex.at, "\"as\" and a name are expected here");
    if (!hearth__parse_new_name(p, &name) ||
        !hearth__name_set(p, name, false, &s->u.import.target))
        return NULL;
    return import_end(p, s);
}

static bool from_one(hearth__parser *p, hearth__grow *g)
{
    hearth__imported *i = hearth__parse_grow(p, g, sizeof *i);
    hearth_str as;

    if (i == NULL || !hearth__parse_new_name(p, &i->name))
        return false;
    as = i->name;
    if (i->name.ptr[0] == '_')
        return hearth__parse_fail(p, p->lex.at,
                                  "names that begin with '_' cannot be imported") != NULL;
    if (hearth__parse_accept_word(p, "as") && !hearth__parse_new_name(p, &as))
        return false;
    return hearth__name_set(p, as, false, &i->target);
}

hearth__stmt *hearth__tag_from(hearth__parser *p, size_t at)
{
    hearth__stmt *s = import_head(p, HEARTH__STMT_FROM, at);
    hearth__grow g = {0};

    if (s == NULL)
        return NULL;
    if (!hearth__parse_accept_word(p, "import"))
        return hearth__parse_fail(p, p->lex.at, "\"import\" is expected here");
    do {
        if (hearth__parse_word(p, "with") || hearth__parse_word(p, "without"))
            break; /* {% from x import a, with context %} */
        if (!from_one(p, &g))
            return NULL;
    } while (hearth__parse_accept(p, HEARTH__SIGN(',', 0)) &&
             p->lex.token != HEARTH__TOKEN_END);
    if (g.n == 0)
        return hearth__parse_fail(p, p->lex.at, "names are expected behind \"import\"");
    s->u.import.imported = g.at;
    s->u.import.n = g.n;
    return import_end(p, s);
}

/* ---- macro, call ----------------------------------------------------------------------- */

/* (a, b=1): fallbacks see the parameters before them. */
static bool params(hearth__parser *p, hearth__macro *m)
{
    hearth__grow g = {0};

    while (!hearth__parse_is(p, HEARTH__SIGN(')', 0))) {
        hearth__param *param = hearth__parse_grow(p, &g, sizeof *param);
        hearth__target to = {0};
        hearth_str name;

        if (param == NULL || !hearth__parse_new_name(p, &name))
            return false;
        for (size_t i = 0; i + 1 < g.n; i++)
            if (hearth__str_eq(((hearth__param *)g.at)[i].name, name))
                return hearth__parse_fail(p, p->lex.at, "there are two parameters '%.*s'",
                                          (int)name.len, name.ptr) != NULL;
        if (hearth__parse_accept(p, HEARTH__SIGN('=', 0))) {
            param->fallback = hearth__parse_expr(p);
            if (param->fallback == NULL)
                return false;
        } else if (g.n > 1 && ((hearth__param *)g.at)[g.n - 2].fallback != NULL) {
            return hearth__parse_fail(p, p->lex.at,
                                      "a parameter without a default comes "
                                      "before those with one") != NULL;
        }
        if (!hearth__name_set(p, name, true, &to))
            return false;
        param->name = name;
        param->slot = to.index;
        if (!hearth__parse_accept(p, HEARTH__SIGN(',', 0)))
            break;
    }
    m->param = g.at;
    m->nparams = g.n;
    return hearth__parse_expect(p, HEARTH__SIGN(')', 0), "\",\" or \")\"");
}

static hearth__macro *macro_new(hearth__parser *p, hearth_str name, size_t at)
{
    hearth__macro *m = hearth__parse_alloc(p, sizeof *m);

    if (m != NULL) {
        m->name = name;
        m->at = (uint32_t)at;
        m->varargs = m->kwargs = m->caller = HEARTH__NO_SLOT;
    }
    return m;
}

/* The body of a function that is open, up to {% word %}. */
static bool macro_body(hearth__parser *p, hearth__func *f, const char *word, size_t at)
{
    const char *const until[] = {word, NULL};
    hearth__macro *m = f->macro;
    int loops = p->loops;
    size_t which;

    p->loops = 0;
    m->body = hearth__parse_body(p, until, &which, at);
    p->loops = loops;
    if (p->failed)
        return false;
    hearth__func_close(p);
    m->nslots = f->nslots;
    m->inits = f->scope.inits;
    m->taken = f->taken;
    m->ntaken = f->ntaken;
    return true;
}

hearth__stmt *hearth__tag_macro(hearth__parser *p, size_t at)
{
    hearth__stmt *s = hearth__parse_stmt(p, HEARTH__STMT_MACRO, at);
    hearth__func func;
    hearth_str name;

    if (s == NULL || !hearth__parse_new_name(p, &name) ||
        !hearth__parse_expect(p, HEARTH__SIGN('(', 0), "\"(\""))
        return NULL;
    /* The name comes first, so that a macro can call itself. */
    if (!hearth__name_set(p, name, true, &s->u.macro.target))
        return NULL;
    hearth__func_open(p, &func, true);
    func.macro = s->u.macro.macro = macro_new(p, name, at);
    if (func.macro == NULL || !params(p, func.macro) || !hearth__parse_expect_end(p) ||
        !macro_body(p, &func, "endmacro", at)) {
        p->scope = func.around;
        return NULL;
    }
    if (p->lex.token == HEARTH__TOKEN_NAME && hearth__str_eq(p->lex.text, name))
        hearth__lex_next(&p->lex);
    return hearth__parse_expect_end(p) ? s : NULL;
}

hearth__stmt *hearth__tag_call(hearth__parser *p, size_t at)
{
    hearth__stmt *s = hearth__parse_stmt(p, HEARTH__STMT_CALL, at);
    hearth__macro *m = macro_new(p, HEARTH__S(""), at);
    hearth__func func;

    if (s == NULL || m == NULL)
        return NULL;
    s->u.call.body = m;
    s->u.call.site = p->t->nsites++;
    hearth__func_open(p, &func, true);
    func.macro = m;
    if (hearth__parse_accept(p, HEARTH__SIGN('(', 0)) && !params(p, m)) {
        p->scope = func.around;
        return NULL;
    }
    p->scope = func.around; /* the call itself sees what is outside */
    s->u.call.call = hearth__parse_call(p);
    p->scope = &func.scope;
    if (s->u.call.call == NULL || !hearth__parse_expect_end(p) ||
        !macro_body(p, &func, "endcall", at)) {
        p->scope = func.around;
        return NULL;
    }
    return hearth__parse_expect_end(p) ? s : NULL;
}
