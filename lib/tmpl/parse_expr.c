/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Expressions, by recursive descent in Jinja's order of precedence:
 * if/else, or, and, not, comparisons, + -, ~, * / // %, **, unary - +, filters and tests,
 * then what stands behind a dot or in brackets.
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

static bool deeper(hearth__parser *p)
{
    if (p->depth++ < HEARTH__PARSE_DEPTH)
        return true;
    hearth__parse_fail(p, p->lex.at, "this is nested more than %d deep",
                       HEARTH__PARSE_DEPTH);
    return false;
}

/* e, which has become part of a longer chain; NULL when that is too long. */
static hearth__expr *longer(hearth__parser *p, hearth__expr *e)
{
    if (e == NULL || ++p->links <= HEARTH__PARSE_LINKS)
        return e;
    return hearth__parse_fail(p, e->at,
                              "an expression has more than %d parts: set some of "
                              "them before",
                              HEARTH__PARSE_LINKS);
}

static hearth__expr *two(hearth__parser *p, hearth__expr_kind kind, size_t at,
                         hearth__expr *a, hearth__expr *b)
{
    hearth__expr *e =
        a == NULL || b == NULL ? NULL : longer(p, hearth__parse_node(p, kind, at));

    if (e != NULL) {
        e->u.operands.a = a;
        e->u.operands.b = b;
    }
    return e;
}

static hearth__expr *one(hearth__parser *p, hearth__expr_kind kind, size_t at,
                         hearth__expr *a)
{
    hearth__expr *e = a == NULL ? NULL : hearth__parse_node(p, kind, at);

    if (e != NULL)
        e->u.operands.a = a;
    return e;
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

static hearth__expr *list_of(hearth__parser *p, hearth__expr_kind kind, size_t at,
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
               ? list_of(p, HEARTH__EXPR_LIST, at, &g)
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
               ? list_of(p, HEARTH__EXPR_MAP, at, &g)
               : NULL;
}

/* (), (x), (x,), (x, y) */
static hearth__expr *brackets(hearth__parser *p, size_t at)
{
    hearth__expr *e;

    if (hearth__parse_accept(p, HEARTH__SIGN(')', 0)))
        return list_of(p, HEARTH__EXPR_TUPLE, at, &(hearth__grow){0});
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
            e = longer(p, attribute(p, e, at));
        else if (hearth__parse_accept(p, HEARTH__SIGN('[', 0)))
            e = longer(p, subscript(p, e, at));
        else if (hearth__parse_accept(p, HEARTH__SIGN('(', 0)))
            e = longer(p, call(p, e, at));
        else
            break;
    }
    return e;
}

hearth__expr *hearth__parse_primary(hearth__parser *p)
{
    hearth__expr *e = deeper(p) ? postfix(p, atom(p)) : NULL;

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

static hearth__expr *filters(hearth__parser *p, hearth__expr *e)
{
    while (e != NULL) {
        size_t at = p->lex.at;

        if (hearth__parse_accept(p, HEARTH__SIGN('|', 0)))
            e = longer(p, hearth__parse_filter(p, e));
        else if (hearth__parse_accept_word(p, "is"))
            e = longer(p, hearth__parse_test(p, e));
        else if (hearth__parse_accept(p, HEARTH__SIGN('(', 0)))
            e = longer(p, call(p, e, at));
        else
            break;
    }
    return e;
}

hearth__expr *hearth__parse_filters(hearth__parser *p, hearth__expr *value)
{
    do
        value = longer(p, hearth__parse_filter(p, value));
    while (value != NULL && hearth__parse_accept(p, HEARTH__SIGN('|', 0)));
    return value;
}

/* ---- operators ------------------------------------------------------------------------- */

static hearth__expr *unary(hearth__parser *p, bool with_filters)
{
    size_t at = p->lex.at;
    hearth__expr *e = NULL;

    if (deeper(p)) {
        if (hearth__parse_accept(p, HEARTH__SIGN('-', 0)))
            e = one(p, HEARTH__EXPR_NEGATE, at, unary(p, false));
        else if (hearth__parse_accept(p, HEARTH__SIGN('+', 0)))
            e = one(p, HEARTH__EXPR_PLUS, at, unary(p, false));
        else
            e = postfix(p, atom(p));
    }
    p->depth--;
    return with_filters ? filters(p, e) : e;
}

static const struct {
    unsigned sign;
    hearth__op op;
} products[] = {{HEARTH__SIGN('*', 0), HEARTH__OP_MUL},
                {HEARTH__SIGN('/', 0), HEARTH__OP_DIV},
                {HEARTH__SIGN('/', '/'), HEARTH__OP_FLOORDIV},
                {HEARTH__SIGN('%', 0), HEARTH__OP_MOD}},
  sums[] = {{HEARTH__SIGN('+', 0), HEARTH__OP_ADD},
            {HEARTH__SIGN('-', 0), HEARTH__OP_SUB}};

static hearth__expr *compute(hearth__parser *p, hearth__op op, size_t at, hearth__expr *a,
                             hearth__expr *b)
{
    hearth__expr *e = two(p, HEARTH__EXPR_COMPUTE, at, a, b);

    if (e != NULL)
        e->op = (uint8_t)op;
    return e;
}

static hearth__expr *power(hearth__parser *p)
{
    hearth__expr *e = unary(p, true);
    size_t at = p->lex.at;

    while (e != NULL && hearth__parse_accept(p, HEARTH__SIGN('*', '*'))) {
        e = compute(p, HEARTH__OP_POW, at, e, unary(p, true));
        at = p->lex.at;
    }
    return e;
}

static hearth__expr *product(hearth__parser *p)
{
    hearth__expr *e = power(p);

    for (size_t i = 0; e != NULL && i < sizeof products / sizeof *products;) {
        size_t at = p->lex.at;

        if (!hearth__parse_accept(p, products[i].sign)) {
            i++;
            continue;
        }
        e = compute(p, products[i].op, at, e, power(p));
        i = 0;
    }
    return e;
}

static hearth__expr *concat(hearth__parser *p)
{
    size_t at = p->lex.at;
    hearth__expr *first = product(p), **item;
    hearth__grow g = {0};

    if (first == NULL || !hearth__parse_is(p, HEARTH__SIGN('~', 0)))
        return first;
    item = hearth__parse_grow(p, &g, sizeof *item);
    if (item == NULL)
        return NULL;
    *item = first;
    while (hearth__parse_accept(p, HEARTH__SIGN('~', 0))) {
        hearth__expr *next = product(p);

        item = next == NULL ? NULL : hearth__parse_grow(p, &g, sizeof *item);
        if (item == NULL)
            return NULL;
        *item = next;
    }
    return list_of(p, HEARTH__EXPR_CONCAT, at, &g);
}

static hearth__expr *sum(hearth__parser *p)
{
    hearth__expr *e = concat(p);

    for (size_t i = 0; e != NULL && i < sizeof sums / sizeof *sums;) {
        size_t at = p->lex.at;

        if (!hearth__parse_accept(p, sums[i].sign)) {
            i++;
            continue;
        }
        e = compute(p, sums[i].op, at, e, concat(p));
        i = 0;
    }
    return e;
}

static bool comparison(hearth__parser *p, hearth__compare *how)
{
    static const struct {
        unsigned sign;
        hearth__compare how;
    } signs[] = {{HEARTH__SIGN('=', '='), HEARTH__CMP_EQ},
                 {HEARTH__SIGN('!', '='), HEARTH__CMP_NE},
                 {HEARTH__SIGN('<', '='), HEARTH__CMP_LE},
                 {HEARTH__SIGN('<', 0), HEARTH__CMP_LT},
                 {HEARTH__SIGN('>', '='), HEARTH__CMP_GE},
                 {HEARTH__SIGN('>', 0), HEARTH__CMP_GT}};
    hearth__lex before = p->lex;

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (hearth__parse_accept(p, signs[i].sign)) {
            *how = signs[i].how;
            return true;
        }
    *how = HEARTH__CMP_IN;
    if (hearth__parse_accept_word(p, "in"))
        return true;
    *how = HEARTH__CMP_NOT_IN;
    if (hearth__parse_accept_word(p, "not")) {
        if (hearth__parse_accept_word(p, "in"))
            return true;
        p->lex = before;
    }
    return false;
}

static hearth__expr *compare(hearth__parser *p)
{
    size_t at = p->lex.at;
    hearth__expr *first = sum(p), *e;
    hearth__grow g = {0};
    hearth__compare how;

    while (first != NULL && comparison(p, &how)) {
        hearth__compare_part *part = hearth__parse_grow(p, &g, sizeof *part);

        if (part == NULL)
            return NULL;
        part->how = how;
        part->with = sum(p);
        if (part->with == NULL)
            return NULL;
    }
    if (first == NULL || g.n == 0)
        return first;
    e = hearth__parse_node(p, HEARTH__EXPR_COMPARE, at);
    if (e != NULL) {
        e->u.compare.first = first;
        e->u.compare.rest = g.at;
        e->u.compare.n = g.n;
    }
    return e;
}

static hearth__expr *negation(hearth__parser *p)
{
    size_t at = p->lex.at;
    hearth__expr *e;

    if (!hearth__parse_accept_word(p, "not"))
        return compare(p);
    e = deeper(p) ? one(p, HEARTH__EXPR_NOT, at, negation(p)) : NULL;
    p->depth--;
    return e;
}

static hearth__expr *conjunction(hearth__parser *p)
{
    hearth__expr *e = negation(p);
    size_t at = p->lex.at;

    while (e != NULL && hearth__parse_accept_word(p, "and"))
        e = two(p, HEARTH__EXPR_AND, at, e, negation(p));
    return e;
}

hearth__expr *hearth__parse_expr_no_if(hearth__parser *p)
{
    hearth__expr *e = conjunction(p);
    size_t at = p->lex.at;

    while (e != NULL && hearth__parse_accept_word(p, "or"))
        e = two(p, HEARTH__EXPR_OR, at, e, conjunction(p));
    return e;
}

static hearth__expr *choice(hearth__parser *p)
{
    hearth__expr *yes = hearth__parse_expr_no_if(p), *e;

    while (yes != NULL && hearth__parse_accept_word(p, "if")) {
        e = hearth__parse_node(p, HEARTH__EXPR_IF, yes->at);
        if (e == NULL)
            return NULL;
        e->u.choice.yes = yes;
        e->u.choice.cond = hearth__parse_expr_no_if(p);
        if (e->u.choice.cond == NULL)
            return NULL;
        if (hearth__parse_accept_word(p, "else")) {
            e->u.choice.no = hearth__parse_expr(p);
            if (e->u.choice.no == NULL)
                return NULL;
        }
        yes = longer(p, e);
    }
    return yes;
}

hearth__expr *hearth__parse_expr(hearth__parser *p)
{
    hearth__expr *e = deeper(p) ? choice(p) : NULL;

    p->depth--;
    return e;
}

static hearth__expr *tuple(hearth__parser *p, hearth__expr *(*one_of)(hearth__parser *p))
{
    size_t at = p->lex.at;
    hearth__expr *next = one_of(p), **item;
    hearth__grow g = {0};

    if (next == NULL || !hearth__parse_is(p, HEARTH__SIGN(',', 0)))
        return next;
    for (;;) {
        item = hearth__parse_grow(p, &g, sizeof *item);
        if (item == NULL)
            return NULL;
        *item = next;
        if (!hearth__parse_accept(p, HEARTH__SIGN(',', 0)) ||
            p->lex.token == HEARTH__TOKEN_END ||
            hearth__parse_is(p, HEARTH__SIGN(')', 0)) ||
            hearth__parse_is(p, HEARTH__SIGN('=', 0)) || hearth__parse_word(p, "in") ||
            hearth__parse_word(p, "if") || hearth__parse_word(p, "recursive"))
            break;
        next = one_of(p);
        if (next == NULL)
            return NULL;
    }
    return list_of(p, HEARTH__EXPR_TUPLE, at, &g);
}

hearth__expr *hearth__parse_tuple(hearth__parser *p)
{
    return tuple(p, hearth__parse_expr);
}

hearth__expr *hearth__parse_tuple_no_if(hearth__parser *p)
{
    return tuple(p, hearth__parse_expr_no_if);
}
