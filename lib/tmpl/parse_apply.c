/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Calls of filters and tests, checked while they are parsed: the name is known, the arguments
 * fit its parameters, and stand in their order from now on.
 */

#include "core/str.h"
#include "tmpl/parse.h"

static bool add_named(hearth__parser *p, hearth__args *args, hearth__grow *g,
                      hearth_str name)
{
    hearth__named_expr *n;

    for (size_t i = 0; i < g->n; i++)
        if (hearth__str_eq(((hearth__named_expr *)g->at)[i].name, name))
            return hearth__parse_fail(p, p->lex.at, "'%.*s' is given twice",
                                      (int)name.len, name.ptr) != NULL;
    n = hearth__parse_grow(p, g, sizeof *n);
    if (n == NULL)
        return false;
    n->name = name;
    args->named = g->at;
    args->nnamed = g->n;
    n->value = hearth__parse_expr(p);
    return n->value != NULL;
}

/* name= : then it has been read. */
static bool at_named(hearth__parser *p, hearth_str *name)
{
    hearth__lex before = p->lex;

    if (p->lex.token != HEARTH__TOKEN_NAME)
        return false;
    *name = p->lex.text;
    hearth__lex_next(&p->lex);
    if (hearth__parse_accept(p, HEARTH__SIGN('=', 0)))
        return true;
    p->lex = before;
    return false;
}

static bool one_arg(hearth__parser *p, hearth__args *args, hearth__grow *at,
                    hearth__grow *named)
{
    hearth_str name;
    hearth__expr **e;
    size_t where = p->lex.at;

    if (args->stars != NULL)
        return hearth__parse_fail(p, where, "nothing comes behind **") != NULL;
    if (hearth__parse_accept(p, HEARTH__SIGN('*', '*'))) {
        args->stars = hearth__parse_expr(p);
        return args->stars != NULL;
    }
    if (hearth__parse_accept(p, HEARTH__SIGN('*', 0))) {
        if (args->star != NULL)
            return hearth__parse_fail(p, where, "there is a * already") != NULL;
        args->star = hearth__parse_expr(p);
        return args->star != NULL;
    }
    if (at_named(p, &name))
        return add_named(p, args, named, name);
    if (named->n > 0 || args->star != NULL)
        return hearth__parse_fail(p, where,
                                  "an argument without a name comes before those with "
                                  "one and before *") != NULL;
    e = hearth__parse_grow(p, at, sizeof *e);
    if (e == NULL)
        return false;
    args->at = at->at;
    args->n = at->n;
    *e = hearth__parse_expr(p);
    return *e != NULL;
}

/* Behind the "(". */
bool hearth__parse_args(hearth__parser *p, hearth__args *args)
{
    hearth__grow at = {0}, named = {0};

    *args = (hearth__args){0};
    while (!hearth__parse_is(p, HEARTH__SIGN(')', 0))) {
        if (!one_arg(p, args, &at, &named))
            return false;
        if (!hearth__parse_accept(p, HEARTH__SIGN(',', 0)))
            break;
    }
    return hearth__parse_expect(p, HEARTH__SIGN(')', 0), "\")\"");
}

/* Move a named argument to where its parameter stands; what "**" takes stays. */
static bool bind_named(hearth__parser *p, size_t at, const char *what,
                       const hearth__builtin *b, const hearth__params *params,
                       hearth__expr **bound, const hearth__named_expr *n,
                       hearth__args *rest)
{
    for (size_t i = 0; i < params->n; i++) {
        if (!hearth__str_eq(params->name[i], n->name))
            continue;
        if (bound[i] != NULL)
            return hearth__parse_fail(p, at, "the %s '%s' gets '%.*s' twice", what,
                                      b->name, (int)n->name.len, n->name.ptr) != NULL;
        bound[i] = n->value;
        return true;
    }
    if (!params->named)
        return hearth__parse_fail(p, at, "the %s '%s' has no parameter '%.*s'", what,
                                  b->name, (int)n->name.len, n->name.ptr) != NULL;
    rest->named[rest->nnamed++] = *n;
    return true;
}

bool hearth__parse_bind(hearth__parser *p, size_t at, const char *what,
                        const hearth__builtin *b, hearth__args *args)
{
    hearth__args given = *args;
    hearth__expr **bound;
    hearth__params params;
    size_t n;

    if (args->star != NULL || args->stars != NULL)
        return true; /* seen only when it is called */
    hearth__params_parse(&params, b->params);
    if (args->n > params.n && !params.more)
        return hearth__parse_fail(p, at, "the %s '%s' takes at most %zu argument%s", what,
                                  b->name, params.n, params.n == 1 ? "" : "s") != NULL;
    n = args->n > params.n ? args->n : params.n;
    bound = hearth__parse_alloc(p, (n == 0 ? 1 : n) * sizeof *bound);
    if (bound == NULL)
        return false;
    if (args->n > 0)
        memcpy(bound, args->at, args->n * sizeof *bound);
    args->nnamed = 0; /* what stays moves to the front */
    for (size_t i = 0; i < given.nnamed; i++)
        if (!bind_named(p, at, what, b, &params, bound, &given.named[i], args))
            return false;
    for (size_t i = 0; i < params.n; i++)
        if (!params.optional[i] && bound[i] == NULL)
            return hearth__parse_fail(p, at, "the %s '%s' needs '%.*s'", what, b->name,
                                      (int)params.name[i].len,
                                      params.name[i].ptr) != NULL;
    args->at = bound;
    args->n = n;
    args->bound = true;
    return true;
}

static hearth__expr *apply(hearth__parser *p, hearth__expr_kind kind, size_t at,
                           const hearth__builtin *b, hearth__expr *value,
                           const hearth__args *args)
{
    hearth__expr *e = hearth__parse_node(p, kind, at);

    if (e == NULL)
        return NULL;
    e->u.apply.what = b;
    e->u.apply.value = value;
    e->u.apply.args = *args;
    if (!hearth__parse_bind(p, at, kind == HEARTH__EXPR_FILTER ? "filter" : "test", b,
                            &e->u.apply.args))
        return NULL;
    return e;
}

/* Behind the "|". */
hearth__expr *hearth__parse_filter(hearth__parser *p, hearth__expr *value)
{
    size_t at = p->lex.at;
    hearth_str name = p->lex.text;
    hearth__args args = {0};
    const hearth__builtin *b;
    char token[64];

    if (p->lex.token != HEARTH__TOKEN_NAME)
        return hearth__parse_fail(p, at, "the name of a filter is expected here, not %s",
                                  hearth__parse_token(p, token));
    if (hearth__str_eq(name, HEARTH__S("safe")))
        return hearth__parse_fail(p, at,
                                  "there is no filter 'safe': 'unsafe_html' prints HTML "
                                  "that you trust as it is");
    b = hearth__set_filter(p->set, name);
    if (b == NULL)
        return hearth__parse_fail(p, at, "there is no filter '%.*s'", (int)name.len,
                                  name.ptr);
    hearth__lex_next(&p->lex);
    if (hearth__parse_accept(p, HEARTH__SIGN('(', 0)) && !hearth__parse_args(p, &args))
        return NULL;
    return apply(p, HEARTH__EXPR_FILTER, at, b, value, &args);
}

/* May the argument of a test begin here, without brackets? */
static bool begins_argument(const hearth__parser *p)
{
    static const char *const words[] = {"else", "or",  "and", "is",
                                        "if",   "not", "in",  "recursive"};

    switch (p->lex.token) {
    case HEARTH__TOKEN_NAME:
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (hearth__parse_word(p, words[i]))
                return false;
        return true;
    case HEARTH__TOKEN_TEXT:
    case HEARTH__TOKEN_INT:
    case HEARTH__TOKEN_FLOAT:
        return true;
    case HEARTH__TOKEN_SIGN:
        return hearth__parse_is(p, HEARTH__SIGN('[', 0)) ||
               hearth__parse_is(p, HEARTH__SIGN('{', 0));
    default:
        return false;
    }
}

static bool test_args(hearth__parser *p, hearth__args *args)
{
    if (hearth__parse_accept(p, HEARTH__SIGN('(', 0)))
        return hearth__parse_args(p, args);
    if (!begins_argument(p))
        return true;
    args->at = hearth__parse_alloc(p, sizeof *args->at);
    if (args->at == NULL)
        return false;
    args->n = 1;
    args->at[0] = hearth__parse_primary(p);
    return args->at[0] != NULL;
}

static const hearth__builtin *test_name(hearth__parser *p)
{
    hearth_str name = p->lex.text;
    const hearth__builtin *b;
    char token[64];

    if (p->lex.token != HEARTH__TOKEN_NAME)
        return hearth__parse_fail(p, p->lex.at,
                                  "the name of a test is expected here, not %s",
                                  hearth__parse_token(p, token));
    b = hearth__set_test(p->set, name);
    if (b == NULL)
        return hearth__parse_fail(p, p->lex.at, "there is no test '%.*s'", (int)name.len,
                                  name.ptr);
    return b;
}

/* Behind "is". */
hearth__expr *hearth__parse_test(hearth__parser *p, hearth__expr *value)
{
    size_t at;
    bool is_not = hearth__parse_accept_word(p, "not");
    const hearth__builtin *b = test_name(p);
    hearth__args args = {0};
    hearth__expr *e;

    if (b == NULL)
        return NULL;
    at = p->lex.at;
    hearth__lex_next(&p->lex);
    if (!test_args(p, &args))
        return NULL;
    e = apply(p, HEARTH__EXPR_TEST, at, b, value, &args);
    if (e != NULL)
        e->op = is_not;
    return e;
}
