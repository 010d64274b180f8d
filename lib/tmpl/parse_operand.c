/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Operands: constants, names, lists and maps, and what stands behind one: attributes, subscripts,
 * calls, filters and tests.
 */

#include "core/str.h"
#include "tmpl/parse.h"

hearth__expr *hearth__parse_node(hearth__parser *p, hearth__expr_kind kind, size_t at)
{
    hearth__expr *e = hearth__parse_alloc(p, sizeof *e);

    if (e != NULL) {
        e->kind = (uint8_t)kind;
        e->at = (uint32_t)at;
    }
    return e;
}

bool hearth__parse_deeper(hearth__parser *p)
{
    if (p->depth++ < HEARTH__PARSE_DEPTH)
        return true;
    hearth__parse_fail(p, p->lex.at, "this is nested more than %d deep",
                       HEARTH__PARSE_DEPTH);
    return false;
}

/* e, which has become part of a longer chain; NULL when that is too long. */
hearth__expr *hearth__parse_longer(hearth__parser *p, hearth__expr *e)
{
    if (e == NULL || ++p->links <= HEARTH__PARSE_LINKS)
        return e;
    return hearth__parse_fail(p, e->at,
                              "an expression has more than %d parts: set some of "
                              "them before",
                              HEARTH__PARSE_LINKS);
}

/* ---- constants and names ------------------------------------------------------------- */

static hearth__expr *constant(hearth__parser *p, size_t at, hearth_value v)
{
    hearth__expr *e = hearth__parse_node(p, HEARTH__EXPR_CONST, at);

    if (e != NULL)
        e->u.value = v;
    return e;
}

/* Texts side by side are one. */
static hearth__expr *text(hearth__parser *p)
{
    size_t at = p->lex.at;
    hearth_str s = p->lex.text;
    hearth__buf b;

    hearth__lex_next(&p->lex);
    if (p->lex.token == HEARTH__TOKEN_TEXT) {
        hearth__buf_init(&b, p->arena, 0);
        hearth__buf_str(&b, s);
        for (; p->lex.token == HEARTH__TOKEN_TEXT; hearth__lex_next(&p->lex))
            hearth__buf_str(&b, p->lex.text);
        if (b.failed)
            return hearth__parse_alloc(p, SIZE_MAX);
        s = hearth__buf_view(&b);
    }
    return constant(p, at, hearth__v_textn(s.ptr, s.len, 0));
}

static bool word_value(hearth_str s, hearth_value *out)
{
    static const struct {
        const char *word;
        int what;
    } words[] = {{"true", 1},  {"True", 1}, {"false", 0},
                 {"False", 0}, {"none", 2}, {"None", 2}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (hearth__str_eq(s, hearth__str_of(words[i].word))) {
            *out = words[i].what == 2 ? hearth_value_none()
                                      : hearth_value_bool(words[i].what == 1);
            return true;
        }
    return false;
}

/* super() and self.name(): blocks, not values. */
static hearth__expr *block_call(hearth__parser *p, size_t at, hearth__expr_kind kind,
                                hearth__place_kind place, hearth_str name)
{
    hearth__expr *e;

    if (!hearth__parse_expect(p, HEARTH__SIGN('(', 0), "\"(\"") ||
        !hearth__parse_expect(p, HEARTH__SIGN(')', 0), "\")\""))
        return NULL;
    e = hearth__parse_node(p, kind, at);
    if (e != NULL)
        e->u.place = hearth__parse_place(p, place, name, at);
    return e;
}

static hearth__expr *super_call(hearth__parser *p, size_t at)
{
    if (!p->scope->func->in_block)
        return hearth__parse_fail(p, at, "super() has a meaning only within a block");
    return block_call(p, at, HEARTH__EXPR_SUPER, HEARTH__PLACE_SUPER, HEARTH__S(""));
}

static hearth__expr *self_call(hearth__parser *p, size_t at)
{
    hearth_str name;

    if (!hearth__parse_expect(p, HEARTH__SIGN('.', 0), "\".\" and the name of a block"))
        return NULL;
    name = p->lex.text;
    if (p->lex.token != HEARTH__TOKEN_NAME)
        return hearth__parse_fail(p, p->lex.at, "the name of a block is expected here");
    hearth__lex_next(&p->lex);
    return block_call(p, at, HEARTH__EXPR_SELF, HEARTH__PLACE_SELF, name);
}

static hearth__expr *name(hearth__parser *p)
{
    static const char *const reserved[] = {"and", "else", "if", "in", "is", "not", "or"};
    size_t at = p->lex.at;
    hearth_str s = p->lex.text;
    hearth_value v;

    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (hearth__parse_word(p, reserved[i]))
            return hearth__parse_fail(p, at, "a value is expected here, not '%s'",
                                      reserved[i]);
    hearth__lex_next(&p->lex);
    if (word_value(s, &v))
        return constant(p, at, v);
    if (hearth__str_eq(s, HEARTH__S("super")) &&
        hearth__parse_is(p, HEARTH__SIGN('(', 0)))
        return super_call(p, at);
    if (hearth__str_eq(s, HEARTH__S("self")) && hearth__parse_is(p, HEARTH__SIGN('.', 0)))
        return self_call(p, at);
    return hearth__name_read(p, s, at);
}

/* ---- lists, maps, brackets ------------------------------------------------------------- */

static bool add_item(hearth__parser *p, hearth__grow *g)
{
    hearth__expr *e = hearth__parse_expr(p), **at;

    if (e == NULL)
        return false;
    at = hearth__parse_grow(p, g, sizeof *at);
    if (at == NULL)
        return false;
    *at = e;
    return true;
}

hearth__expr *hearth__parse_list(hearth__parser *p, hearth__expr_kind kind, size_t at,
                                 const hearth__grow *g)
{
    hearth__expr *e = hearth__parse_node(p, kind, at);

    if (e != NULL) {
        e->u.list.at = g->at;
        e->u.list.n = g->n;
    }
    return e;
}

static hearth__expr *list(hearth__parser *p, size_t at)
{
    hearth__grow g = {0};

    while (!hearth__parse_is(p, HEARTH__SIGN(']', 0))) {
        if (!add_item(p, &g))
            return NULL;
        if (!hearth__parse_accept(p, HEARTH__SIGN(',', 0)))
            break;
    }
    return hearth__parse_expect(p, HEARTH__SIGN(']', 0), "\",\" or \"]\"")
               ? hearth__parse_list(p, HEARTH__EXPR_LIST, at, &g)
               : NULL;
}

static hearth__expr *map(hearth__parser *p, size_t at)
{
    hearth__grow g = {0};

    while (!hearth__parse_is(p, HEARTH__SIGN('}', 0))) {
        if (!add_item(p, &g) || !hearth__parse_expect(p, HEARTH__SIGN(':', 0), "\":\"") ||
            !add_item(p, &g))
            return NULL;
        if (!hearth__parse_accept(p, HEARTH__SIGN(',', 0)))
            break;
    }
    return hearth__parse_expect(p, HEARTH__SIGN('}', 0), "\",\" or \"}\"")
               ? hearth__parse_list(p, HEARTH__EXPR_MAP, at, &g)
               : NULL;
}

/* (), (x), (x,), (x, y) */
static hearth__expr *brackets(hearth__parser *p, size_t at)
{
    hearth__expr *e;

    if (hearth__parse_accept(p, HEARTH__SIGN(')', 0)))
        return hearth__parse_list(p, HEARTH__EXPR_TUPLE, at, &(hearth__grow){0});
    e = hearth__parse_tuple(p);
    return e != NULL && hearth__parse_expect(p, HEARTH__SIGN(')', 0), "\")\"") ? e : NULL;
}

static hearth__expr *atom(hearth__parser *p)
{
    size_t at = p->lex.at;
    hearth_value v;
    char token[64];

    switch (p->lex.token) {
    case HEARTH__TOKEN_NAME:
        return name(p);
    case HEARTH__TOKEN_TEXT:
        return text(p);
    case HEARTH__TOKEN_INT:
        v = hearth_value_int(p->lex.integer);
        hearth__lex_next(&p->lex);
        return constant(p, at, v);
    case HEARTH__TOKEN_FLOAT:
        v = hearth_value_float(p->lex.real);
        hearth__lex_next(&p->lex);
        return constant(p, at, v);
    case HEARTH__TOKEN_SIGN:
        if (hearth__parse_accept(p, HEARTH__SIGN('(', 0)))
            return brackets(p, at);
        if (hearth__parse_accept(p, HEARTH__SIGN('[', 0)))
            return list(p, at);
        if (hearth__parse_accept(p, HEARTH__SIGN('{', 0)))
            return map(p, at);
        break;
    case HEARTH__TOKEN_END:
    case HEARTH__TOKEN_FAILED:
        break;
    }
    return hearth__parse_fail(p, at, "a value is expected here, not %s",
                              hearth__parse_token(p, token));
}

/* ---- what stands behind ---------------------------------------------------------------- */

static hearth__expr *attribute(hearth__parser *p, hearth__expr *of, size_t at)
{
    hearth__expr *e;

    if (p->lex.token == HEARTH__TOKEN_INT) { /* x.0 */
        e = hearth__parse_node(p, HEARTH__EXPR_ITEM, at);
        if (e == NULL)
            return NULL;
        e->u.item.of = of;
        e->u.item.key = constant(p, at, hearth_value_int(p->lex.integer));
        hearth__lex_next(&p->lex);
        return e->u.item.key == NULL ? NULL : e;
    }
    if (p->lex.token != HEARTH__TOKEN_NAME)
        return hearth__parse_fail(p, p->lex.at, "a name is expected behind the dot");
    e = hearth__parse_node(p, HEARTH__EXPR_ATTR, at);
    if (e == NULL)
        return NULL;
    e->u.attr.of = of;
    e->u.attr.name = p->lex.text;
    hearth__lex_next(&p->lex);
    return e;
}

/* A bound of a slice, which may be left out. */
static bool bound(hearth__parser *p, hearth__expr **out)
{
    if (hearth__parse_is(p, HEARTH__SIGN(':', 0)) ||
        hearth__parse_is(p, HEARTH__SIGN(']', 0)))
        return true;
    *out = hearth__parse_expr(p);
    return *out != NULL;
}

static hearth__expr *subscript(hearth__parser *p, hearth__expr *of, size_t at)
{
    hearth__expr *key = NULL, *e;

    if (!bound(p, &key))
        return NULL;
    if (key != NULL && hearth__parse_accept(p, HEARTH__SIGN(']', 0))) {
        e = hearth__parse_node(p, HEARTH__EXPR_ITEM, at);
        if (e != NULL) {
            e->u.item.of = of;
            e->u.item.key = key;
        }
        return e;
    }
    e = hearth__parse_node(p, HEARTH__EXPR_SLICE, at);
    if (e == NULL || !hearth__parse_expect(p, HEARTH__SIGN(':', 0), "\":\" or \"]\""))
        return NULL;
    e->u.slice.of = of;
    e->u.slice.from = key;
    if (!bound(p, &e->u.slice.to))
        return NULL;
    if (hearth__parse_accept(p, HEARTH__SIGN(':', 0)) && !bound(p, &e->u.slice.step))
        return NULL;
    return hearth__parse_expect(p, HEARTH__SIGN(']', 0), "\"]\"") ? e : NULL;
}

static hearth__expr *call(hearth__parser *p, hearth__expr *of, size_t at)
{
    bool method = of->kind == HEARTH__EXPR_ATTR;
    hearth__expr *e =
        hearth__parse_node(p, method ? HEARTH__EXPR_METHOD : HEARTH__EXPR_CALL,
                           method ? of->at : at);

    if (e == NULL || !hearth__parse_args(p, &e->u.call.args))
        return NULL;
    e->u.call.of = method ? of->u.attr.of : of;
    if (method)
        e->u.call.name = of->u.attr.name;
    return e;
}

static hearth__expr *postfix(hearth__parser *p, hearth__expr *e)
{
    while (e != NULL) {
        size_t at = p->lex.at;

        if (hearth__parse_accept(p, HEARTH__SIGN('.', 0)))
            e = hearth__parse_longer(p, attribute(p, e, at));
        else if (hearth__parse_accept(p, HEARTH__SIGN('[', 0)))
            e = hearth__parse_longer(p, subscript(p, e, at));
        else if (hearth__parse_accept(p, HEARTH__SIGN('(', 0)))
            e = hearth__parse_longer(p, call(p, e, at));
        else
            break;
    }
    return e;
}

hearth__expr *hearth__parse_operand(hearth__parser *p)
{
    return postfix(p, atom(p));
}

hearth__expr *hearth__parse_primary(hearth__parser *p)
{
    hearth__expr *e = hearth__parse_deeper(p) ? hearth__parse_operand(p) : NULL;

    p->depth--;
    return e;
}

hearth__expr *hearth__parse_call(hearth__parser *p)
{
    size_t at = p->lex.at;
    hearth__expr *e = hearth__parse_primary(p);

    if (e != NULL && e->kind != HEARTH__EXPR_CALL && e->kind != HEARTH__EXPR_METHOD)
        return hearth__parse_fail(p, at, "the call of a macro is expected here");
    return e;
}

hearth__expr *hearth__parse_behind(hearth__parser *p, hearth__expr *e)
{
    while (e != NULL) {
        size_t at = p->lex.at;

        if (hearth__parse_accept(p, HEARTH__SIGN('|', 0)))
            e = hearth__parse_longer(p, hearth__parse_filter(p, e));
        else if (hearth__parse_accept_word(p, "is"))
            e = hearth__parse_longer(p, hearth__parse_test(p, e));
        else if (hearth__parse_accept(p, HEARTH__SIGN('(', 0)))
            e = hearth__parse_longer(p, call(p, e, at));
        else
            break;
    }
    return e;
}

hearth__expr *hearth__parse_filters(hearth__parser *p, hearth__expr *value)
{
    do
        value = hearth__parse_longer(p, hearth__parse_filter(p, value));
    while (value != NULL && hearth__parse_accept(p, HEARTH__SIGN('|', 0)));
    return value;
}
