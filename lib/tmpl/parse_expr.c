/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Expressions, by recursive descent in Jinja's order of precedence:
 * if/else, or, and, not, comparisons, + -, ~, * / // %, **, unary - +, and then operands with what
 * stands behind them (parse_operand.c).
 */

#include "core/str.h"
#include "tmpl/parse.h"

static hearth__expr *two(hearth__parser *p, hearth__expr_kind kind, size_t at,
                         hearth__expr *a, hearth__expr *b)
{
    hearth__expr *e = a == NULL || b == NULL
                          ? NULL
                          : hearth__parse_longer(p, hearth__parse_node(p, kind, at));

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

/* ---- operators ------------------------------------------------------------------------- */

static hearth__expr *unary(hearth__parser *p, bool with_filters)
{
    size_t at = p->lex.at;
    hearth__expr *e = NULL;

    if (hearth__parse_deeper(p)) {
        if (hearth__parse_accept(p, HEARTH__SIGN('-', 0)))
            e = one(p, HEARTH__EXPR_NEGATE, at, unary(p, false));
        else if (hearth__parse_accept(p, HEARTH__SIGN('+', 0)))
            e = one(p, HEARTH__EXPR_PLUS, at, unary(p, false));
        else
            e = hearth__parse_operand(p);
    }
    p->depth--;
    return with_filters ? hearth__parse_behind(p, e) : e;
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
    return hearth__parse_list(p, HEARTH__EXPR_CONCAT, at, &g);
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
    e = hearth__parse_deeper(p) ? one(p, HEARTH__EXPR_NOT, at, negation(p)) : NULL;
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
        yes = hearth__parse_longer(p, e);
    }
    return yes;
}

hearth__expr *hearth__parse_expr(hearth__parser *p)
{
    hearth__expr *e = hearth__parse_deeper(p) ? choice(p) : NULL;

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
    return hearth__parse_list(p, HEARTH__EXPR_TUPLE, at, &g);
}

hearth__expr *hearth__parse_tuple(hearth__parser *p)
{
    return tuple(p, hearth__parse_expr);
}

hearth__expr *hearth__parse_tuple_no_if(hearth__parser *p)
{
    return tuple(p, hearth__parse_expr_no_if);
}
