/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Patterns into programs (Thompson's construction).  What is read is written out at once: a
 * repetition reads its atom again, as often as it is needed.
 */

#include "model/pattern.h"

#include "core/error.h"
#include "core/str.h"
#include "core/utf8.h"

#define MOST_OPS    4000 /* of a program */
#define MOST_REPEAT 1000
#define MOST_DEPTH  50 /* groups within groups */
#define MOST_STEPS  20000

typedef struct parser {
    hearth__regex *re;
    hearth__arena *arena;
    const char *pattern, *at, *end;
    const char *what; /* is wrong */
    int depth;
    size_t steps;
} parser;

static bool parse_either(parser *p);

static bool fail(parser *p, const char *what)
{
    if (p->what == NULL)
        p->what = what;
    return false;
}

/* ---- the program --------------------------------------------------------------------- */

static bool emit(parser *p, hearth__op o)
{
    hearth__regex *re = p->re;

    if (re->n == MOST_OPS)
        return fail(p, "it is too large");
    if (re->n == re->cap) {
        size_t cap = re->cap == 0 ? 32 : re->cap * 2;
        hearth__op *more =
            hearth__arena_grow(p->arena, re->op, re->n * sizeof o, cap * sizeof o);

        if (more == NULL)
            return fail(p, "out of memory");
        re->op = more;
        re->cap = cap;
    }
    re->op[re->n++] = o;
    return true;
}

/* Room for one more hearth__op at `at`; what lies behind moves, and its jumps with it. */
static bool insert(parser *p, size_t at, hearth__op o)
{
    hearth__regex *re = p->re;

    if (!emit(p, o))
        return false;
    for (size_t i = re->n - 1; i > at; i--) {
        re->op[i] = re->op[i - 1];
        if (re->op[i].code != HEARTH__OP_SPLIT && re->op[i].code != HEARTH__OP_JUMP)
            continue;
        re->op[i].x += re->op[i].x >= at;
        re->op[i].y += re->op[i].code == HEARTH__OP_SPLIT && re->op[i].y >= at;
    }
    re->op[at] = o;
    return true;
}

static bool add_range(parser *p, uint32_t from, uint32_t to)
{
    hearth__regex *re = p->re;

    if (from > to)
        return fail(p, "a range runs backwards");
    if (re->nranges == MOST_OPS)
        return fail(p, "it is too large");
    if (re->nranges == re->cap_ranges) {
        size_t cap = re->cap_ranges == 0 ? 16 : re->cap_ranges * 2;
        hearth__range *more =
            hearth__arena_grow(p->arena, re->range, re->nranges * sizeof *more,
                               cap * sizeof *more);

        if (more == NULL)
            return fail(p, "out of memory");
        re->range = more;
        re->cap_ranges = cap;
    }
    re->range[re->nranges++] = (hearth__range){from, to};
    return true;
}

/* ---- sets ---------------------------------------------------------------------------- */

typedef struct class
{
    const char *name;
    const char *pairs; /* from, to, from, to ... */
} class;

static const class classes[] = {{"alpha", "azAZ"},     {"digit", "09"},
                                {"alnum", "azAZ09"},   {"upper", "AZ"},
                                {"lower", "az"},       {"space", "\t\r  "},
                                {"blank", "\t\t  "},   {"xdigit", "09afAF"},
                                {"punct", "!/:@[`{~"}, {"print", " ~"},
                                {"graph", "!~"},       {"cntrl", "\1\37\177\177"},
                                {"w", "azAZ09__"},     {NULL, NULL}};

static bool add_class(parser *p, hearth_str name)
{
    for (const class *k = classes; k->name != NULL; k++) {
        if (!hearth__str_eq(name, hearth__str_of(k->name)))
            continue;
        for (const char *s = k->pairs; *s != '\0'; s += 2)
            if (!add_range(p, (unsigned char)s[0], (unsigned char)s[1]))
                return false;
        return true;
    }
    return fail(p, "it names an unknown character class");
}

static hearth_str class_of(char c)
{
    c = hearth__lower(c);
    return c == 'd'   ? HEARTH__S("digit")
           : c == 'w' ? HEARTH__S("w")
           : c == 's' ? HEARTH__S("space")
                      : HEARTH__S("");
}

static bool next(parser *p, uint32_t *cp)
{
    size_t n = hearth__utf8_next(hearth__str(p->at, (size_t)(p->end - p->at)), cp);

    if (n == 0)
        return fail(p, p->at == p->end ? "it ends too early" : "it is not valid UTF-8");
    p->at += n;
    return true;
}

/* Behind a backslash: the sign itself, or what a letter means. */
static bool escaped(parser *p, uint32_t *cp)
{
    static const char letters[] = "nrtfv", meaning[] = "\n\r\t\f\v";
    const char *known;

    if (!next(p, cp))
        return false;
    if (*cp < 0x80 && !hearth__is_alpha((char)*cp) && !hearth__is_digit((char)*cp))
        return true;
    known = *cp < 0x80 ? strchr(letters, (int)*cp) : NULL;
    if (known == NULL)
        return fail(p, "it holds an escape that is not known");
    *cp = (unsigned char)meaning[known - letters];
    return true;
}

static bool set_named(parser *p)
{
    const char *close = strstr(p->at, ":]");
    hearth_str name;

    if (close == NULL)
        return fail(p, "\"[:\" has no \":]\"");
    name = hearth__str(p->at + 2, (size_t)(close - p->at) - 2);
    p->at = close + 2;
    return !hearth__str_eq(name, HEARTH__S("w"))
               ? add_class(p, name)
               : fail(p, "it names an unknown character class");
}

static bool set_sign(parser *p, uint32_t *cp)
{
    if (*p->at == '\\') {
        p->at++;
        return escaped(p, cp);
    }
    return next(p, cp);
}

static bool set_item(parser *p)
{
    uint32_t from, to;

    if (p->at[0] == '[' && p->at[1] == ':')
        return set_named(p);
    if (p->at[0] == '\\' && class_of(p->at[1]).len > 0) {
        p->at += 2;
        if (p->at[-1] != hearth__lower(p->at[-1]))
            return fail(p, "write [^...] instead of \\D, \\W or \\S in brackets");
        return add_class(p, class_of(p->at[-1]));
    }
    if (!set_sign(p, &from))
        return false;
    if (p->at[0] != '-' || p->at[1] == ']' || p->at[1] == '\0')
        return add_range(p, from, from);
    p->at++;
    return set_sign(p, &to) && add_range(p, from, to);
}

/* Behind a '['. */
static bool parse_set(parser *p)
{
    hearth__op o = {.code = HEARTH__OP_SET, .x = (uint32_t)p->re->nranges};

    o.negate = *p->at == '^';
    p->at += o.negate;
    do {
        if (p->at == p->end)
            return fail(p, "\"[\" has no \"]\"");
        if (!set_item(p))
            return false;
    } while (*p->at != ']');
    p->at++;
    o.y = (uint32_t)p->re->nranges;
    return emit(p, o);
}

/* ---- atoms --------------------------------------------------------------------------- */

static bool parse_group(parser *p)
{
    if (p->at[0] == '?' && p->at[1] == ':')
        p->at += 2;
    else if (p->at[0] == '?')
        return fail(p, "look-around is not supported");
    if (++p->depth > MOST_DEPTH)
        return fail(p, "groups are nested too deep");
    if (!parse_either(p))
        return false;
    p->depth--;
    if (*p->at != ')')
        return fail(p, "\"(\" has no \")\"");
    p->at++;
    return true;
}

static bool parse_escape(parser *p)
{
    hearth_str name = class_of(*p->at);
    hearth__op o = {.code = HEARTH__OP_SET, .x = (uint32_t)p->re->nranges};

    if (name.len == 0) {
        o.code = HEARTH__OP_CHAR;
        return escaped(p, &o.x) && emit(p, o);
    }
    o.negate = *p->at != hearth__lower(*p->at);
    p->at++;
    if (!add_class(p, name))
        return false;
    o.y = (uint32_t)p->re->nranges;
    return emit(p, o);
}

static bool parse_atom(parser *p)
{
    hearth__op o = {.code = HEARTH__OP_CHAR};

    if (++p->steps > MOST_STEPS)
        return fail(p, "it is too large");
    switch (*p->at) {
    case '(':
        p->at++;
        return parse_group(p);
    case '[':
        p->at++;
        return parse_set(p);
    case '\\':
        p->at++;
        return parse_escape(p);
    case '.':
        o.code = HEARTH__OP_ANY;
        p->at++;
        return emit(p, o);
    case '^':
    case '$':
        o.code = *p->at++ == '^' ? HEARTH__OP_BEGIN : HEARTH__OP_END;
        return emit(p, o);
    case '*':
    case '+':
    case '?':
    case '{':
        return fail(p, "a repetition has nothing to repeat");
    default:
        return next(p, &o.x) && emit(p, o);
    }
}

/* ---- repetitions --------------------------------------------------------------------- */

static bool read_count(parser *p, size_t *out)
{
    const char *from = p->at;
    uint64_t v;

    while (hearth__is_digit(*p->at))
        p->at++;
    if (!hearth__str_uint(hearth__str(from, (size_t)(p->at - from)), &v) ||
        v > MOST_REPEAT)
        return fail(p, "a repetition in {} has to be from 0 to 1000");
    *out = (size_t)v;
    return true;
}

/* *max 0 with *min 0 ... {0}: nothing; SIZE_MAX: no end. */
static bool read_repeat(parser *p, size_t *min, size_t *max)
{
    char c = *p->at++;

    *min = c == '+' ? 1 : 0;
    *max = c == '?' ? 1 : SIZE_MAX;
    if (c != '{')
        return true;
    if (!read_count(p, min))
        return false;
    *max = *min;
    if (*p->at == ',') {
        p->at++;
        *max = SIZE_MAX;
        if (*p->at != '}' && !read_count(p, max))
            return false;
    }
    if (*p->at++ != '}')
        return p->at--, fail(p, "\"{\" has no \"}\"");
    return *max >= *min || fail(p, "a repetition runs backwards");
}

/* The atom at `from` once more, as code at the end. */
static bool again(parser *p, const char *from)
{
    const char *behind = p->at;
    bool ok;

    p->at = from;
    ok = parse_atom(p);
    p->at = behind;
    return ok;
}

/* What begins at op `start` may be left out. */
static bool make_optional(parser *p, size_t start)
{
    if (!insert(p, start, (hearth__op){.code = HEARTH__OP_SPLIT}))
        return false;
    p->re->op[start].x = (uint32_t)start + 1;
    p->re->op[start].y = (uint32_t)p->re->n;
    return true;
}

static bool make_loop(parser *p, size_t start)
{
    if (!insert(p, start, (hearth__op){.code = HEARTH__OP_SPLIT}) ||
        !emit(p, (hearth__op){.code = HEARTH__OP_JUMP, .x = (uint32_t)start}))
        return false;
    p->re->op[start].x = (uint32_t)start + 1;
    p->re->op[start].y = (uint32_t)p->re->n;
    return true;
}

/* The atom from op `start` on stands once in the program: as often as it should. */
static bool repeat(parser *p, const char *from, size_t start, size_t min, size_t max)
{
    size_t last = start;

    if (max == 0) {
        p->re->n = start;
        return true;
    }
    for (size_t i = 1; i < min; i++) {
        last = p->re->n;
        if (!again(p, from))
            return false;
    }
    if (max == SIZE_MAX) {
        if (min > 0) {
            last = p->re->n;
            if (!again(p, from))
                return false;
        }
        return make_loop(p, last);
    }
    if (min == 0) {
        if (!make_optional(p, start))
            return false;
        min = 1;
    }
    for (size_t i = min; i < max; i++) {
        last = p->re->n;
        if (!again(p, from) || !make_optional(p, last))
            return false;
    }
    return true;
}

static bool parse_piece(parser *p)
{
    const char *from = p->at;
    size_t start = p->re->n, min, max;

    if (!parse_atom(p))
        return false;
    if (*p->at == '\0' || strchr("*+?{", *p->at) == NULL)
        return true;
    if (!read_repeat(p, &min, &max) || !repeat(p, from, start, min, max))
        return false;
    if (*p->at != '\0' && strchr("*+?{", *p->at) != NULL)
        return fail(p, "a repetition is repeated; put it in a group");
    return true;
}

static bool parse_either(parser *p)
{
    size_t start = p->re->n;

    while (p->at < p->end && *p->at != '|' && *p->at != ')')
        if (!parse_piece(p))
            return false;
    if (*p->at != '|')
        return true;
    p->at++;
    /* SPLIT start+1, other; first; JUMP end; other. */
    if (!insert(p, start,
                (hearth__op){.code = HEARTH__OP_SPLIT, .x = (uint32_t)start + 1}))
        return false;
    size_t jump = p->re->n;
    if (!emit(p, (hearth__op){.code = HEARTH__OP_JUMP}))
        return false;
    p->re->op[start].x = (uint32_t)start + 1;
    p->re->op[start].y = (uint32_t)p->re->n;
    if (!parse_either(p))
        return false;
    p->re->op[jump].x = (uint32_t)p->re->n;
    return true;
}

hearth__regex *hearth__regex_new(hearth__arena *a, const char *pattern, hearth_error *err)
{
    hearth__regex *re = hearth__arena_alloc(a, sizeof *re);
    parser p = {.re = re, .arena = a, .pattern = pattern, .at = pattern};

    if (re == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory for a pattern");
        return NULL;
    }
    p.end = pattern + strlen(pattern);
    if (parse_either(&p) && *p.at == ')')
        fail(&p, "\")\" has no \"(\"");
    if (p.what == NULL)
        emit(&p, (hearth__op){.code = HEARTH__OP_MATCH});
    if (p.what == NULL)
        return re;
    hearth__error_set(err, a->failed ? HEARTH_ENOMEM : HEARTH_EINVAL,
                      "the pattern %s is not usable: at byte %zu, %s", pattern,
                      (size_t)(p.at - pattern) + 1, p.what);
    return NULL;
}
