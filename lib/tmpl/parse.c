/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The parser's tools, and the whole of a template.
 */

#include "tmpl/parse.h"

#include "core/size.h"
#include "core/str.h"

#include <stdarg.h>
#include <stdio.h>

void *hearth__parse_fail(hearth__parser *p, size_t at, const char *fmt, ...)
{
    char text[sizeof p->lex.err->text];
    va_list ap;

    p->failed = true;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    hearth__lex_fail(&p->lex, at, HEARTH_EINVAL, "%s", text);
    return NULL;
}

void *hearth__parse_alloc(hearth__parser *p, size_t n)
{
    void *at = n == SIZE_MAX ? NULL : hearth__arena_alloc(p->arena, n);

    if (at == NULL) {
        p->failed = true;
        hearth__lex_fail(&p->lex, p->lex.at, HEARTH_ENOMEM, "out of memory");
    }
    return at;
}

void *hearth__parse_grow(hearth__parser *p, hearth__grow *g, size_t size)
{
    char *at;

    if (g->n == g->cap) {
        size_t cap = g->cap == 0 ? 4 : 2 * g->cap, bytes;

        at = hearth__size_mul(cap, size, &bytes) ? hearth__parse_alloc(p, bytes) : NULL;
        if (at == NULL)
            return NULL;
        if (g->n > 0)
            memcpy(at, g->at, g->n * size);
        g->at = at;
        g->cap = cap;
    }
    at = (char *)g->at + g->n * size;
    memset(at, 0, size);
    g->n++;
    return at;
}

/* ---- tokens ---------------------------------------------------------------------------- */

const char *hearth__parse_token(hearth__parser *p, char out[64])
{
    int n = (int)(p->lex.text.len > 40 ? 40 : p->lex.text.len);

    switch (p->lex.token) {
    case HEARTH__TOKEN_END:
        return "the end of the tag";
    case HEARTH__TOKEN_NAME:
        snprintf(out, 64, "'%.*s'", n, p->lex.text.ptr);
        return out;
    case HEARTH__TOKEN_TEXT:
        return "a text";
    case HEARTH__TOKEN_INT:
    case HEARTH__TOKEN_FLOAT:
        return "a number";
    case HEARTH__TOKEN_SIGN:
        snprintf(out, 64, "\"%c%.1s\"", (int)(p->lex.sign & 0xff),
                 (char[]){(char)(p->lex.sign >> 8), '\0'});
        return out;
    case HEARTH__TOKEN_FAILED:
        break;
    }
    return "this";
}

bool hearth__parse_is(const hearth__parser *p, unsigned sign)
{
    return p->lex.token == HEARTH__TOKEN_SIGN && p->lex.sign == sign;
}

bool hearth__parse_word(const hearth__parser *p, const char *word)
{
    return p->lex.token == HEARTH__TOKEN_NAME &&
           hearth__str_eq(p->lex.text, hearth__str_of(word));
}

bool hearth__parse_accept(hearth__parser *p, unsigned sign)
{
    if (!hearth__parse_is(p, sign))
        return false;
    hearth__lex_next(&p->lex);
    return true;
}

bool hearth__parse_accept_word(hearth__parser *p, const char *word)
{
    if (!hearth__parse_word(p, word))
        return false;
    hearth__lex_next(&p->lex);
    return true;
}

bool hearth__parse_expect(hearth__parser *p, unsigned sign, const char *what)
{
    char token[64];

    if (hearth__parse_accept(p, sign))
        return true;
    hearth__parse_fail(p, p->lex.at, "%s is expected here, not %s", what,
                       hearth__parse_token(p, token));
    return false;
}

bool hearth__parse_expect_end(hearth__parser *p)
{
    char token[64];

    if (p->lex.token == HEARTH__TOKEN_END)
        return true;
    hearth__parse_fail(p, p->lex.at, "the tag should end here, before %s",
                       hearth__parse_token(p, token));
    return false;
}

bool hearth__parse_new_name(hearth__parser *p, hearth_str *out)
{
    static const char *const taken[] = {"true", "false", "none",  "True", "False", "None",
                                        "and",  "or",    "not",   "in",   "is",    "if",
                                        "else", "self",  "super", "loop"};
    char token[64];

    if (p->lex.token != HEARTH__TOKEN_NAME)
        return hearth__parse_fail(p, p->lex.at, "a name is expected here, not %s",
                                  hearth__parse_token(p, token)) != NULL;
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (hearth__parse_word(p, taken[i]))
            return hearth__parse_fail(p, p->lex.at,
                                      "'%s' has a meaning of its own and "
                                      "cannot be set",
                                      taken[i]) != NULL;
    *out = p->lex.text;
    hearth__lex_next(&p->lex);
    return true;
}

uint32_t hearth__parse_place(hearth__parser *p, hearth__place_kind kind, hearth_str name,
                             size_t at)
{
    hearth__place *place = hearth__parse_grow(p, &p->places, sizeof *place);

    if (place == NULL)
        return 0;
    place->kind = kind;
    place->name = name;
    place->at = (uint32_t)at;
    return (uint32_t)p->places.n - 1;
}

/* ---- the whole ------------------------------------------------------------------------- */

/* Line ends become '\n', and the last one goes, as Jinja has it. */
static bool clean(hearth__arena *arena, hearth_str source, hearth_str *out)
{
    char *p = hearth__arena_raw(arena, source.len + 1);
    size_t n = 0;

    if (p == NULL)
        return false;
    for (size_t i = 0; i < source.len; i++) {
        if (source.ptr[i] == '\r') {
            p[n++] = '\n';
            i += i + 1 < source.len && source.ptr[i + 1] == '\n';
        } else {
            p[n++] = source.ptr[i];
        }
    }
    if (n > 0 && p[n - 1] == '\n')
        n--;
    p[n] = '\0';
    *out = hearth__str(p, n);
    return true;
}

static hearth__template *start(hearth__parser *p, hearth_str name, hearth_str source,
                               hearth_template_error *err)
{
    hearth__template *t = hearth__arena_alloc(p->arena, sizeof *t);

    if (t != NULL)
        t->name.ptr = hearth__arena_copy(p->arena, name.ptr, name.len);
    if (t == NULL || t->name.ptr == NULL || source.len >= UINT32_MAX ||
        !clean(p->arena, source, &t->source)) {
        err->code = HEARTH_ENOMEM;
        snprintf(err->text, sizeof err->text, "out of memory");
        return NULL;
    }
    t->name.len = name.len;
    hearth__lex_init(&p->lex, p->arena, t->name, t->source, &p->set->opts, err);
    p->t = t;
    return t;
}

hearth__template *hearth__parse(hearth_templates *set, hearth__arena *arena,
                                hearth_str name, hearth_str source,
                                hearth_template_error *err)
{
    static const char *const no_end[] = {NULL};
    hearth__parser p = {.set = set, .arena = arena};
    hearth__template *t = start(&p, name, source, err);
    hearth__func func;
    size_t which;

    if (t == NULL)
        return NULL;
    hearth__func_open(&p, &func, false);
    func.scope.top = true;
    t->body = hearth__parse_body(&p, no_end, &which, 0);
    if (p.failed || err->code != 0)
        return NULL;
    t->nslots = func.nslots;
    t->names = p.names.at;
    t->nnames = p.names.n;
    t->block = p.blocks.at;
    t->nblocks = p.blocks.n;
    t->place = p.places.at;
    t->nplaces = p.places.n;
    return t;
}
