/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Text, expressions and tags in their order, up to the tag that ends them.
 */

#include "core/str.h"
#include "tmpl/parse.h"

static const struct {
    const char *name;
    hearth__tag_fn *parse;
} tags[] = {
    {"if", hearth__tag_if},
    {"for", hearth__tag_for},
    {"set", hearth__tag_set},
    {"block", hearth__tag_block},
    {"extends", hearth__tag_extends},
    {"include", hearth__tag_include},
    {"import", hearth__tag_import},
    {"from", hearth__tag_from},
    {"macro", hearth__tag_macro},
    {"call", hearth__tag_call},
    {"with", hearth__tag_with},
    {"filter", hearth__tag_filter},
    {"do", hearth__tag_do},
    {"break", hearth__tag_break},
    {"continue", hearth__tag_continue},
    {"autoescape", hearth__tag_autoescape},
};

hearth__stmt *hearth__parse_stmt(hearth__parser *p, hearth__stmt_kind kind, size_t at)
{
    hearth__stmt *s = hearth__parse_alloc(p, sizeof *s);

    if (s != NULL) {
        s->kind = (uint8_t)kind;
        s->at = (uint32_t)at;
    }
    return s;
}

static hearth__stmt *text(hearth__parser *p)
{
    hearth__stmt *s = hearth__parse_stmt(p, HEARTH__STMT_TEXT, p->lex.at);

    if (s != NULL)
        s->u.text = p->lex.text;
    return s;
}

static hearth__stmt *put(hearth__parser *p)
{
    hearth__stmt *s = hearth__parse_stmt(p, HEARTH__STMT_PUT, p->lex.at);

    if (s == NULL)
        return NULL;
    hearth__lex_next(&p->lex);
    s->u.put.site = p->t->nsites++;
    s->u.put.value = hearth__parse_tuple(p);
    return s->u.put.value != NULL && hearth__parse_expect_end(p) ? s : NULL;
}

/* ---- tags ------------------------------------------------------------------------------ */

static void no_such_tag(hearth__parser *p, const char *const *until, size_t opened)
{
    hearth_template_error where = {0};
    hearth_str name = p->lex.text;
    int n = (int)(name.len > 40 ? 40 : name.len);
    bool is_end = hearth__str_starts(name, HEARTH__S("end")) ||
                  hearth__str_starts(name, HEARTH__S("el"));

    if (until[0] != NULL)
        hearth__place_in(&where, p->lex.name, p->lex.source, opened);
    if (is_end && until[0] != NULL)
        hearth__parse_fail(p, p->lex.at,
                           "{%% %.*s %%} does not belong here: {%% %s %%} is "
                           "to end the tag of line %d first",
                           n, name.ptr, until[0], where.line);
    else if (is_end)
        hearth__parse_fail(p, p->lex.at, "{%% %.*s %%} ends nothing that has begun", n,
                           name.ptr);
    else
        hearth__parse_fail(p, p->lex.at, "there is no tag {%% %.*s %%}", n, name.ptr);
}

/* Behind "{%": one of those that end the body (then *ends), or a statement, NULL for those that
 * leave none. */
static hearth__stmt *tag(hearth__parser *p, const char *const *until, size_t *which,
                         size_t opened, bool *ends)
{
    size_t at = p->lex.at;

    hearth__lex_next(&p->lex);
    if (p->lex.token != HEARTH__TOKEN_NAME)
        return hearth__parse_fail(p, at, "the name of a tag is expected behind \"{%%\"");
    for (size_t i = 0; until[i] != NULL; i++)
        if (hearth__parse_word(p, until[i])) {
            *which = i;
            *ends = true;
            hearth__lex_next(&p->lex);
            return NULL;
        }
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (hearth__parse_word(p, tags[i].name)) {
            hearth__lex_next(&p->lex);
            return tags[i].parse(p, at);
        }
    no_such_tag(p, until, opened);
    return NULL;
}

static void ended_early(hearth__parser *p, const char *const *until, size_t opened)
{
    if (until[0] != NULL)
        hearth__parse_fail(p, opened, "this tag has no {%% %s %%}", until[0]);
}

static bool part(hearth__parser *p, const char *const *until, size_t *which,
                 size_t opened, hearth__stmt **out)
{
    bool ends = false;

    *out = NULL;
    p->links = 0;
    switch (hearth__lex_part(&p->lex)) {
    case HEARTH__PART_TEXT:
        *out = text(p);
        return true;
    case HEARTH__PART_PUT:
        *out = put(p);
        return true;
    case HEARTH__PART_TAG:
        *out = tag(p, until, which, opened, &ends);
        return !ends;
    case HEARTH__PART_END:
        ended_early(p, until, opened);
        return false;
    case HEARTH__PART_FAILED:
        break;
    }
    p->failed = true;
    return false;
}

hearth__stmt *hearth__parse_body(hearth__parser *p, const char *const *until,
                                 size_t *which, size_t opened)
{
    hearth__stmt *first = NULL, **last = &first, *s;

    if (p->depth++ >= HEARTH__PARSE_DEPTH)
        return hearth__parse_fail(p, opened, "tags are nested more than %d deep",
                                  HEARTH__PARSE_DEPTH);
    while (part(p, until, which, opened, &s)) {
        /* The lexer, too, may have failed without a statement that says so. */
        if (p->failed || p->lex.token == HEARTH__TOKEN_FAILED)
            break;
        *last = s;
        while (*last != NULL)
            last = &(*last)->next;
    }
    p->depth--;
    if (p->lex.token == HEARTH__TOKEN_FAILED)
        p->failed = true;
    return first;
}

/* ---- targets --------------------------------------------------------------------------- */

static bool one_target(hearth__parser *p, bool declare, bool attrs, hearth__target *out)
{
    size_t at = p->lex.at;
    hearth_str name;

    if (hearth__parse_accept(p, HEARTH__SIGN('(', 0)))
        return hearth__parse_target(p, declare, attrs, out) &&
               hearth__parse_expect(p, HEARTH__SIGN(')', 0), "\")\"");
    if (!hearth__parse_new_name(p, &name))
        return false;
    if (!attrs || !hearth__parse_accept(p, HEARTH__SIGN('.', 0)))
        return hearth__name_set(p, name, declare, out);
    out->kind = HEARTH__TO_ATTR;
    out->of = hearth__name_read(p, name, at);
    out->attr = p->lex.text;
    if (p->lex.token != HEARTH__TOKEN_NAME)
        return hearth__parse_fail(p, p->lex.at, "a name is expected behind the dot") !=
               NULL;
    hearth__lex_next(&p->lex);
    return out->of != NULL;
}

bool hearth__parse_target(hearth__parser *p, bool declare, bool attrs,
                          hearth__target *out)
{
    hearth__target first = {0}, *more;
    hearth__grow g = {0};

    if (!one_target(p, declare, attrs, &first))
        return false;
    if (!hearth__parse_is(p, HEARTH__SIGN(',', 0))) {
        *out = first;
        return true;
    }
    more = hearth__parse_grow(p, &g, sizeof *more);
    if (more == NULL)
        return false;
    *more = first;
    while (hearth__parse_accept(p, HEARTH__SIGN(',', 0))) {
        if (hearth__parse_is(p, HEARTH__SIGN('=', 0)) || hearth__parse_word(p, "in") ||
            hearth__parse_is(p, HEARTH__SIGN(')', 0)))
            break;
        more = hearth__parse_grow(p, &g, sizeof *more);
        if (more == NULL || !one_target(p, declare, attrs, more))
            return false;
    }
    *out = (hearth__target){.kind = HEARTH__TO_SEVERAL, .several = g.at, .n = g.n};
    return true;
}
